//! When an unused declaration can be removed, and which other code is removed with it.

use codegen::typescript::edit::line_deletion_with_directives;
use diagnostics::Severity;
use fix::{Applicability, RuleContext};
use semantics::typo::is_slip;
use syntax::typescript::{FUNCTIONS, IDENTIFIERS, is_declaration_name, is_identifier, is_member_name, occurrences};
use syntax::{Node, NodeExt, ancestors, child_of_kind, line_indent};
use text::TextEdit;

/// Codes that report something as unused or unreachable.
pub(crate) const UNUSED: &[&str] =
    &["TS6133", "TS6192", "TS6196", "TS6198", "TS6199", "TS6205", "TS6138", "TS7027", "TS7028", "TS2578"];
const UNRESOLVED: &[&str] =
    &["TS2304", "TS2552", "TS2503", "TS18004", "TS2663", "TS2662", "TS2570", "TS2749", "TS2833", "TS2693", "TS2580"];

/// Codes that say that something is missing which the unused declaration may have been meant for.
const LACKING: &[&str] = &[
    "TS2355", "TS2366", "TS2420", "TS2454", "TS2515", "TS2554", "TS2555", "TS2564", "TS2654", "TS2720", "TS2739",
    "TS2740", "TS2741", "TS7030",
];

/// Whether what stands at the diagnostic is, or declares, what its message names. In a file that was edited since the build it need not be.
fn is_about_what_stands_there(ctx: &RuleContext<'_>) -> bool {
    let (Some(token), Some(named)) = (ctx.token(), ctx.argument(0)) else { return true };
    if !is_identifier(named.trim_start_matches('#')) {
        return true;
    }
    if token.is(IDENTIFIERS) {
        return token.text_in(ctx.text()) == named;
    }
    token.parent().is_some_and(|owner| !occurrences(owner, ctx.text(), named).is_empty())
}

/// The applicability of removing a declaration that is reported as unused. `None` when something else stands there, when a similar name
/// cannot be resolved in this file, so that the use may be misspelled, or when another diagnostic reports that `name` is missing.
/// `DisplayOnly` when an error of the file may have hidden the use: a name that does not resolve, a syntax error, or something missing that
/// the declaration may have been meant for. Other errors are about names that resolve, and hide none.
pub(crate) fn trust(ctx: &RuleContext<'_>, name: &str) -> Option<Applicability> {
    let reported_missing = |d: &diagnostics::SourceDiagnostic| match d.code.as_str() {
        "TS2305" | "TS2724" | "TS2459" | "TS2614" | "TS2694" => d.argument(1) == Some(name),
        "TS2304" | "TS2552" | "TS2339" | "TS2551" | "TS2341" | "TS2445" => d.argument(0) == Some(name),
        _ => false,
    };
    if !is_about_what_stands_there(ctx) || !name.is_empty() && ctx.diagnostics.naming(name).any(reported_missing) {
        return None;
    }
    let read = is_read_now(ctx, name) || ctx.diagnostics.is_unparsed(ctx.path());
    let mut trust = if read { Applicability::DisplayOnly } else { Applicability::Safe };
    let of = |codes| ctx.diagnostics.with_codes(ctx.path(), codes).filter(|d| d.severity >= Severity::Warning);
    if of(UNRESOLVED).filter_map(|d| d.argument(0)).any(|wrong| is_slip(wrong, name)) {
        return None;
    }
    if of(UNRESOLVED).chain(of(LACKING)).next().is_some()
        || fix::language::has_syntax_errors(ctx.diagnostics, ctx.path())
    {
        trust = Applicability::DisplayOnly;
    }
    Some(trust)
}

/// Whether the file has an error other than unused declarations, or had one that was repaired since the build.
pub(crate) fn has_other_errors(ctx: &RuleContext<'_>) -> bool {
    struct Others(bool);
    let other = |code: &str| !UNUSED.contains(&code) && code.starts_with("TS");
    let reported = ctx.of_file(|ctx| {
        let mut all = ctx.diagnostics.in_file(ctx.path()).iter().filter(|d| d.severity >= Severity::Warning);
        Others(all.any(|d| other(d.code.as_str())))
    });
    reported.0 || ctx.diagnostics.resolved_in(ctx.path()).iter().any(|c| other(c.as_str()))
}

/// Whether code in the scope of the reported declaration reads `name`: another fix of the same build added the use, or another declaration
/// has the same name. In both cases the removal is not applied in bulk.
fn is_read_now(ctx: &RuleContext<'_>, name: &str) -> bool {
    let by_name = matches!(ctx.code().as_str(), "TS6133" | "TS6192" | "TS6198" | "TS6199") && !name.is_empty();
    let Some(token) = ctx.token().filter(|_| by_name) else { return false };
    let scope = ancestors(token).skip(1).find(|n| n.is(FUNCTIONS)).unwrap_or(ctx.root());
    let declared = token.range();
    occurrences(scope, ctx.text(), name).into_iter().any(|n| {
        let written = n.parent().is_some_and(|p| {
            (p.is(&["assignment_expression", "augmented_assignment_expression"]) && p.field("left") == Some(n))
                || p.kind() == "update_expression"
        });
        n.range() != declared && !is_declaration_name(n) && !is_member_name(n) && !written
    })
}

/// Whether evaluating `node` has no side effects, so that it can be removed.
pub(crate) fn is_pure(node: Node<'_>, text: &str) -> bool {
    let mut stack = vec![node];
    while let Some(node) = stack.pop() {
        match node.kind() {
            "string"
            | "number"
            | "true"
            | "false"
            | "null"
            | "undefined"
            | "regex"
            | "identifier"
            | "this"
            | "arrow_function"
            | "function_expression"
            | "generator_function"
            | "shorthand_property_identifier"
            | "property_identifier"
            | "super"
            | "comment"
            | "method_definition"
            | "private_property_identifier"
            | "string_fragment"
            | "escape_sequence"
            | "optional_chain"
            | "computed_property_name" => {}
            "template_string"
            | "template_substitution"
            | "array"
            | "object"
            | "parenthesized_expression"
            | "binary_expression"
            | "ternary_expression"
            | "member_expression"
            | "subscript_expression"
            | "pair"
            | "non_null_expression" => stack.extend(node.named()),
            "as_expression" | "satisfies_expression" | "type_assertion" => {
                let value =
                    node.named().into_iter().find(|n| n.kind() != "type_arguments" && !n.kind().ends_with("type"));
                stack.extend(value);
            }
            "unary_expression" => {
                if node.field("operator").is_some_and(|o| o.text_in(text) == "delete") {
                    return false;
                }
                stack.extend(node.field("argument"));
            }
            "new_expression" => {
                let known = ["Map", "Set", "WeakMap", "WeakSet", "Array", "Object", "Date", "Error"];
                if !node.field("constructor").is_some_and(|c| known.contains(&c.text_in(text))) {
                    return false;
                }
                stack.extend(node.field("arguments").map(|a| a.named()).unwrap_or_default());
            }
            _ => return false,
        }
    }
    true
}

/// The parts of an unused value that do something, in the order in which they do: without the reads of properties, operators and assertions
/// around them.
fn effects<'t>(value: Node<'t>, text: &str) -> Vec<Node<'t>> {
    let mut out = Vec::new();
    let mut stack = vec![value];
    while let Some(node) = stack.pop() {
        if is_pure(node, text) {
            continue;
        }
        let mut parts = match node.kind() {
            "as_expression" | "satisfies_expression" => node.named().into_iter().take(1).collect(),
            "type_assertion" => node.named().pop().into_iter().collect(),
            "unary_expression" if node.field("operator").is_none_or(|o| o.text_in(text) != "delete") => node.named(),
            "binary_expression" => {
                let operator = node.field("operator").map_or("", |o| o.text_in(text));
                let right_is_pure = node.field("right").is_some_and(|r| is_pure(r, text));
                // The left side decides whether the right one is evaluated.
                match matches!(operator, "&&" | "||" | "??") && !right_is_pure {
                    true => Vec::new(),
                    false => node.named(),
                }
            }
            // An optional chain decides whether its index is evaluated; a spread runs what it spreads.
            "subscript_expression" if child_of_kind(node, "optional_chain").is_none() => node.named(),
            "array" if node.named().iter().all(|e| e.kind() != "spread_element") => node.named(),
            "parenthesized_expression"
            | "non_null_expression"
            | "member_expression"
            | "template_string"
            | "template_substitution" => node.named(),
            _ => Vec::new(),
        };
        if parts.is_empty() {
            out.push(node);
        }
        parts.reverse();
        stack.extend(parts);
    }
    out
}

/// Edits that leave of `outer`, a statement with `value`, only what has an effect. `None` when it would continue the line before in code
/// without semicolons, or begin a declaration.
pub(crate) fn reduced_to_effect(outer: Node<'_>, value: Node<'_>, text: &str) -> Option<Vec<TextEdit>> {
    let kept = effects(value, text);
    let hazard = |n: &Node<'_>| {
        let expression = n.text_in(text);
        expression.starts_with(['(', '[', '`', '{', '+', '-', '/', '<'])
            || ["function", "class", "async function"].iter().any(|w| expression.starts_with(w))
    };
    if kept.is_empty() || kept.iter().any(hazard) {
        return None;
    }
    let end = if outer.text_in(text).ends_with(';') { ";" } else { "" };
    let next = format!("{end}{}{}", text::LineEnding::of(text).as_str(), line_indent(text, outer.start_byte()));
    let mut out = Vec::new();
    let mut from = outer.start_byte();
    for (i, part) in kept.iter().enumerate() {
        out.push(TextEdit::replace(from..part.start_byte(), if i == 0 { "" } else { next.as_str() }));
        from = part.end_byte();
    }
    if from < value.end_byte() {
        out.push(TextEdit::delete(from..value.end_byte()));
    }
    Some(out)
}

/// The scope of a variable declared by `declaration`.
pub(crate) fn scope<'t>(declaration: Node<'t>) -> Option<Node<'t>> {
    let var = ancestors(declaration).any(|n| n.kind() == "variable_declaration");
    ancestors(declaration).skip(1).find(|n| {
        n.kind() == "program"
            || n.is(FUNCTIONS)
            || (!var && n.is(&["statement_block", "for_statement", "for_in_statement", "switch_body"]))
    })
}

/// Edits that remove the assignments to a variable whose value is never read, but keep side effects of the assigned values. `None` when an
/// assignment cannot be removed, or when another variable of the same name is declared in the scope.
pub(crate) fn write_deletions(declaration: Node<'_>, text: &str, name: &str) -> Option<Vec<TextEdit>> {
    let scope = scope(declaration)?;
    let mut out = Vec::new();
    let mut declarations = 0usize;
    for use_ in occurrences(scope, text, name) {
        if is_member_name(use_)
            || (declaration.start_byte() <= use_.start_byte() && use_.end_byte() <= declaration.end_byte())
        {
            continue;
        }
        if is_declaration_name(use_) {
            declarations += 1;
            continue;
        }
        let Some(parent) = use_.parent() else { continue };
        let written = parent.is(&["assignment_expression", "augmented_assignment_expression"])
            && parent.field("left").is_some_and(|l| l.id() == use_.id());
        if written || parent.kind() == "update_expression" {
            let statement = parent.parent().filter(|s| s.kind() == "expression_statement")?;
            match parent.field("right").filter(|r| !is_pure(*r, text)) {
                Some(right) => out.extend(reduced_to_effect(statement, right, text)?),
                None => {
                    statement.parent().filter(|p| p.is(&["program", "statement_block", "switch_case"]))?;
                    out.push(TextEdit::delete(line_deletion_with_directives(text, statement)));
                }
            }
            continue;
        }
        // Destructuring assignments cannot be removed.
        if ancestors(use_).take(4).any(|n| n.is(&["array_pattern", "object_pattern"])) {
            return None;
        }
    }
    (declarations == 0 || out.is_empty()).then_some(out)
}
