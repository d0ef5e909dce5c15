//! # Unreachable code
//!
//! ```typescript before
//! //@ error TS7027: Unreachable code detected.
//! //@ options: --allowUnreachableCode false
//! export function f() {
//!     return 1;
//!     $0console$0.log(2);
//! }
//! declare const console: { log(n: number): void };
//! ```
//! ```typescript after
//! export function f() {
//!     return 1;
//! }
//! declare const console: { log(n: number): void };
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the code never runs, but the statement that makes it unreachable may be the mistake. No fix when nothing before it ends the block.

use codegen::typescript::edit::line_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::descendants;
use syntax::{Node, NodeExt, ancestors};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["TS7027"];

/// Whether `n` is a hoisted declaration or declares only types.
fn is_hoisted(n: Node<'_>) -> bool {
    match n.kind() {
        "export_statement" => n.field("declaration").is_some_and(is_hoisted),
        kind => {
            let types =
                ["function_declaration", "interface_declaration", "type_alias_declaration", "class_declaration"];
            types.contains(&kind) || !descendants(n, &["variable_declaration"]).is_empty()
        }
    }
}

/// The `if` statement or loop that is removed with its unreachable body, and whether an `else` branch remains.
fn enclosing_branch<'t>(ctx: &RuleContext<'_>, statement: Node<'t>) -> Option<(Node<'t>, bool)> {
    let parent = statement.parent()?;
    let (body, container) = match parent.kind() {
        "statement_block" if parent.named().into_iter().find(|n| n.kind() != "comment") == Some(statement) => {
            (parent, parent.parent()?)
        }
        _ => (statement, parent),
    };
    match container.kind() {
        "if_statement" if container.field("consequence") == Some(body) => (container.field("alternative").is_none()
            || body == statement)
            .then(|| (container, container.field("alternative").is_some())),
        // Other conditions may have side effects.
        "while_statement" | "for_statement" if container.field("body") == Some(body) => {
            let condition = container.field("condition")?;
            let condition = condition.text_in(ctx.text()).trim_matches(['(', ')', ';', ' ']);
            (condition == "false").then_some((container, false))
        }
        _ => None,
    }
}

/// Statements before the unreachable one that are looked at.
const MAX_BEFORE: usize = 200;
/// Nesting of statements that is looked into.
const MAX_DEPTH: usize = 20;

/// Whether what follows `statement` in its block is never reached.
fn ends(ctx: &RuleContext<'_>, statement: Node<'_>, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let text = ctx.text();
    let inner = |n: Option<Node<'_>>| n.is_some_and(|n| ends(ctx, n, depth + 1));
    let always = |loop_: Node<'_>| match loop_.field("condition") {
        Some(c) => matches!(c.text_in(text).trim_matches(['(', ')', ';', ' ']), "true" | "1" | ""),
        None => true,
    };
    let leaves = |loop_: Node<'_>| {
        let body = loop_.field("body");
        body.is_some_and(|b| {
            descendants(b, &["break_statement"]).into_iter().any(|b| {
                // A label may mean a loop further out.
                !b.named().is_empty() || b.enclosing(&[BREAKABLE, &["program"]].concat()) == Some(loop_)
            })
        })
    };
    match statement.kind() {
        "return_statement" | "throw_statement" | "break_statement" | "continue_statement" => true,
        "statement_block" => statement.named().into_iter().any(|s| ends(ctx, s, depth + 1)),
        "else_clause" => statement.named().last().is_some_and(|s| ends(ctx, *s, depth + 1)),
        "if_statement" => inner(statement.field("consequence")) && inner(statement.field("alternative")),
        "while_statement" | "for_statement" => always(statement) && !leaves(statement),
        "do_statement" => (always(statement) || inner(statement.field("body"))) && !leaves(statement),
        "labeled_statement" => inner(statement.field("body")),
        "try_statement" => {
            let finalizer = statement.field("finalizer").and_then(|f| f.field("body"));
            let handler = statement.field("handler").map(|h| h.field("body"));
            inner(finalizer) || inner(statement.field("body")) && handler.is_none_or(inner)
        }
        "switch_statement" => {
            // What a switch covers is a question of types.
            let cases = statement.field("body").map(|b| b.named()).unwrap_or_default();
            let breaks = |c: &Node<'_>| {
                descendants(*c, &["break_statement"]).into_iter().any(|b| b.enclosing(BREAKABLE) == Some(statement))
            };
            cases.last().is_some_and(|c| c.named().last().is_some_and(|s| ends(ctx, *s, depth + 1)))
                && !cases.iter().any(breaks)
        }
        "expression_statement" => {
            let call = statement.named().into_iter().next().map(|e| match e.kind() {
                "await_expression" => e.named().into_iter().next().unwrap_or(e),
                _ => e,
            });
            let call = call.filter(|e| e.kind() == "call_expression");
            call.is_some_and(|c| {
                let exit = c.field("function").is_some_and(|f| f.text_in(text) == "process.exit");
                let model = ctx.typescript();
                exit || model.type_of(c).is_some_and(|t| t.is_never())
            })
        }
        _ => false,
    }
}

/// Whether `statement` is in the branch of an `if` that its constant condition leaves out.
fn is_never_entered(statement: Node<'_>, text: &str) -> bool {
    let Some(block) = statement.parent().filter(|b| b.kind() == "statement_block") else { return false };
    let Some(owner) = block.parent() else { return false };
    let branch =
        if owner.kind() == "else_clause" { owner.parent().map(|i| (i, "true")) } else { Some((owner, "false")) };
    branch.is_some_and(|(owner, value)| {
        owner.kind() == "if_statement"
            && owner.field("condition").is_some_and(|c| c.text_in(text).trim_matches(['(', ')', ' ']) == value)
    })
}

/// Statements that a `break` without a label leaves.
const BREAKABLE: &[&str] =
    &["for_statement", "for_in_statement", "while_statement", "do_statement", "switch_statement"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let start = token.start_byte();
    let fix = ctx.fix("Remove unreachable code", Applicability::Unsafe).preferred();
    let is_statement = |n: &Node<'_>| n.kind().ends_with("statement") || n.kind().ends_with("declaration");
    let outermost = ancestors(token).take_while(|n| n.start_byte() == start).filter(is_statement).last();
    if let Some((container, has_else)) = outermost.and_then(|s| enclosing_branch(ctx, s)) {
        return match outermost {
            Some(statement) if has_else => vec![fix.replace(statement.range(), "{ }").build()],
            _ => vec![fix.delete(line_deletion(text, container.range())).build()],
        };
    }
    let blocks = ["statement_block", "program", "switch_case", "switch_default"];
    let statement = ancestors(token).find(|n| n.start_byte() == start && n.parent().is_some_and(|p| p.is(&blocks)));
    let Some(statement) = statement else { return Vec::new() };
    let before = std::iter::successors(statement.prev_named_sibling(), Node::prev_named_sibling);
    if !is_never_entered(statement, text) && !before.take(MAX_BEFORE).any(|s| ends(ctx, s, 0)) {
        return Vec::new();
    }
    let end = ctx.diagnostic.range.end;
    let last = if end > token.end_byte() {
        // The diagnostic has an end.
        std::iter::successors(Some(statement), Node::next_named_sibling).take_while(|n| n.start_byte() < end).last()
    } else {
        // The rest of the block is unreachable too, up to the first hoisted declaration.
        let rest = std::iter::successors(Some(statement), Node::next_named_sibling);
        rest.take_while(|n| !is_hoisted(*n) && !n.is(&["comment"])).last()
    };
    let Some(last) = last else { return Vec::new() };
    let range = line_deletion(text, TextRange::new(start, last.end_byte()));
    vec![fix.delete(range).build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn unreachable_branches_are_removed_as_a_whole() {
        let check = |before: &str, after: &str| {
            check_fix(rule_of(module_path!()), "TS7027", "Unreachable code detected.", before, after);
        };
        check("if (false) $0a();\nb();\n", "b();\n");
        check("if (false) {\n    $0a();\n}\nb();\n", "b();\n");
        check("if (false) $0a(); else b();\n", "if (false) { } else b();\n");
        check("if (false) {\n    $0a();\n} else {\n    b();\n}\n", "if (false) {\n} else {\n    b();\n}\n");
        check("for (let i = 0; false; i++) {\n    $0a();\n}\nb();\n", "b();\n");
        check("while (next()) { break; $0a(); }\n", "while (next()) { break; }\n");
    }

    #[test]
    fn removal_ends_where_the_diagnostic_ends() {
        let check = |before: &str, after: &str| {
            check_fix(rule_of(module_path!()), "TS7027", "Unreachable code detected.", before, after);
        };
        check("throw 0;\n$0a();\nexport type T = number;\n", "throw 0;\nexport type T = number;\n");
        check(
            "function f() {\n    return;\n    $0enum E {}$0\n    var x: number;\n}\n",
            "function f() {\n    return;\n    var x: number;\n}\n",
        );
    }

    #[test]
    fn code_after_nothing_that_ends_the_block_is_reached() {
        let rule = rule_of(module_path!());
        let message = "Unreachable code detected.";
        let text = |before: &str, rest: &str| format!("function f(c: boolean) {{\n    {before}\n{rest}}}\n");
        for reached in [
            "g();",
            "if (c) { return; }",
            "while (true) { break; }",
            "for (const x of y) { return; }",
            "let text = second;",
        ] {
            check_no_fix(rule, "TS7027", message, &text(reached, "    $0g();\n"));
        }
        for ends in [
            "if (c) { return; } else { throw 0; }",
            "while (true) { g(); }",
            "for (;;) { switch (c) { case true: break; } }",
            "try { return; } finally { g(); }",
            "switch (c) { case true: return; default: throw 0; }",
            "process.exit(1);",
        ] {
            check_fix(rule, "TS7027", message, &text(ends, "    $0g();\n"), &text(ends, ""));
        }
    }
}
