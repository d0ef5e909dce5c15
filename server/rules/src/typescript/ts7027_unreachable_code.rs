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
//! `Unsafe`: the code never runs, but the statement that makes it unreachable may be the mistake.

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
    use fix::testing::check_fix;

    #[test]
    fn unreachable_branches_are_removed_as_a_whole() {
        let check = |before: &str, after: &str| {
            check_fix(rule_of(module_path!()), "TS7027", "Unreachable code detected.", before, after);
        };
        check("if (false) $0a();\nb();\n", "b();\n");
        check("if (false) {\n    $0a();\n}\nb();\n", "b();\n");
        check("if (false) $0a(); else b();\n", "if (false) { } else b();\n");
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
}
