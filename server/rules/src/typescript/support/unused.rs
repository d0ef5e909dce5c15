//! When an unused declaration can be removed, and which other code is removed with it.

use codegen::typescript::edit::line_deletion;
use diagnostics::Severity;
use fix::{Applicability, RuleContext};
use semantics::typo::is_slip;
use syntax::typescript::{FUNCTIONS, is_declaration_name, is_member_name, occurrences};
use syntax::{Node, NodeExt, ancestors};
use text::TextEdit;

/// Codes that report something as unused or unreachable.
pub(crate) const UNUSED: &[&str] =
    &["TS6133", "TS6192", "TS6196", "TS6198", "TS6199", "TS6205", "TS6138", "TS7027", "TS7028", "TS2578"];
const UNRESOLVED: &[&str] =
    &["TS2304", "TS2552", "TS2503", "TS18004", "TS2663", "TS2662", "TS2570", "TS2749", "TS2833", "TS2693", "TS2580"];

/// The applicability of removing a declaration that is reported as unused. `None` when a similar name cannot be resolved in this file, so
/// that the use may be misspelled, or when another diagnostic reports that `name` is missing. `Safe` only when the file has no other
/// errors, otherwise `DisplayOnly`: an error may have hidden or removed the use, and the next build shows whether it did.
pub(crate) fn trust(ctx: &RuleContext<'_>, name: &str) -> Option<Applicability> {
    let reported_missing = |d: &diagnostics::SourceDiagnostic| match d.code.as_str() {
        "TS2305" | "TS2724" | "TS2459" | "TS2614" | "TS2694" => d.argument(1) == Some(name),
        "TS2304" | "TS2552" | "TS2339" | "TS2551" | "TS2341" | "TS2445" => d.argument(0) == Some(name),
        _ => false,
    };
    if !name.is_empty() && ctx.diagnostics.iter().any(reported_missing) {
        return None;
    }
    let mut trust = if is_read_now(ctx, name) { Applicability::DisplayOnly } else { Applicability::Safe };
    for d in ctx.diagnostics.in_file(ctx.path()) {
        let code = d.code.as_str();
        if UNUSED.contains(&code) || !code.starts_with("TS") || d.severity < Severity::Warning {
            continue;
        }
        trust = Applicability::DisplayOnly;
        if UNRESOLVED.contains(&code)
            && let Some(wrong) = d.argument(0)
            && is_slip(wrong, name)
        {
            return None;
        }
    }
    Some(trust)
}

/// Whether code in the scope of the reported declaration reads `name`: another fix of the same build added the use, or another declaration
/// has the same name. In both cases the removal is not applied in bulk.
fn is_read_now(ctx: &RuleContext<'_>, name: &str) -> bool {
    let Some(token) = ctx.token().filter(|_| ctx.code() == "TS6133" && !name.is_empty()) else { return false };
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

/// The scope of a variable declared by `declaration`.
fn scope<'t>(declaration: Node<'t>) -> Option<Node<'t>> {
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
                Some(right) => out.push(TextEdit::delete(statement.start_byte()..right.start_byte())),
                None => {
                    statement.parent().filter(|p| p.is(&["program", "statement_block", "switch_case"]))?;
                    out.push(TextEdit::delete(line_deletion(text, statement.range())));
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
