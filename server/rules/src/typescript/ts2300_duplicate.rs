//! # Duplicate declaration
//!
//! ```typescript before
//! //@ error TS2451: Cannot redeclare block-scoped variable 'limit'.
//! const $0limit$0 = 10;
//! const limit = 10;
//! export { limit };
//! ```
//! ```typescript after
//! const limit = 10;
//! export { limit };
//! ```
//!
//! ## Fix safety
//! `Safe` when both declarations have the same text apart from white space. `Unsafe` when something is computed twice then, unless it is a call with
//! the same arguments in the next line, and the file uses no name that the second could have been meant to declare. No fix when they
//! differ.

use super::support::unused::is_pure;
use codegen::typescript::edit::{list_item_deletion, statement_deletion};
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::descendants;
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2300", "TS2393", "TS2451", "TS2323", "TS2717", "TS2392", "TS1117", "TS2484"];

fn same(a: &str, b: &str) -> bool {
    let words = |s: &str| s.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    a.trim_end_matches([';', ',']) == b.trim_end_matches([';', ',']) || words(a) == words(b)
}

const HOLDERS: &[&str] = &[
    "program",
    "statement_block",
    "class_body",
    "interface_body",
    "object_type",
    "enum_body",
    "named_imports",
    "object",
    "export_clause",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    // The declaration is the nearest node that is an item of a list of declarations.
    let item = ancestors(token).find(|n| n.parent().is_some_and(|p| p.is(HOLDERS)));
    let Some(item) = item else { return Vec::new() };
    let Some(holder) = item.parent() else { return Vec::new() };
    // The name must be that of the declaration itself, not of a nested one.
    let own = ancestors(token).take_while(|n| n.id() != item.id()).all(|n| {
        n.is(&[
            "identifier",
            "type_identifier",
            "property_identifier",
            "private_property_identifier",
            "variable_declarator",
            "lexical_declaration",
            "function_declaration",
            "class_declaration",
            "interface_declaration",
            "readonly",
            "type_alias_declaration",
            "enum_declaration",
            "accessibility_modifier",
            "string",
        ]) || !n.is_named()
    });
    if !own {
        return Vec::new();
    }
    let written = item.text_in(text);
    let duplicates: Vec<Node<'_>> =
        holder.named().into_iter().filter(|n| n.kind() == item.kind() && same(n.text_in(text), written)).collect();
    let Some(last) = duplicates.last().filter(|_| duplicates.len() > 1) else { return Vec::new() };
    let listed = holder.is(&["named_imports", "export_clause", "object", "enum_body"]);
    let range = if listed {
        list_item_deletion(text, *last)
    } else {
        // The separator after a member is deleted with it.
        let mut range = statement_deletion(text, *last);
        if last.next_sibling().is_some_and(|n| n.kind() == ",") {
            range.end = range.end.max(last.next_sibling().map_or(0, |n| n.end_byte()));
        }
        range
    };
    let range = with_blank_line_before(text, range);
    // What is computed twice may do something twice.
    let values = match last.kind() {
        "pair" => last.field("value").into_iter().collect(),
        _ => descendants(*last, &["variable_declarator"])
            .into_iter()
            .filter_map(|d| d.field("value"))
            .collect::<Vec<_>>(),
    };
    let idle = last.is(&["function_declaration", "method_definition"]) || values.iter().all(|v| is_pure(*v, text));
    let pair = last.prev_named_sibling().is_some_and(|p| duplicates.contains(&p));
    let again = pair && values.iter().all(|v| is_call_of_same(*v, text)) && !misses_a_name(ctx);
    let decorated = !descendants(*last, &["decorator"]).is_empty();
    let applicability = if (idle || again) && !decorated { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix("Remove duplicate declaration", applicability).delete(range);
    vec![fix.preferred().build()]
}

/// A call with arguments that say what it gives: `f(a, 3)`, not `next()`.
fn is_call_of_same(value: Node<'_>, text: &str) -> bool {
    let arguments = value.field("arguments").filter(|_| value.kind() == "call_expression").map(|a| a.named());
    value.field("function").is_some_and(|f| f.kind() == "identifier")
        && arguments.is_some_and(|all| !all.is_empty() && all.iter().all(|a| is_pure(*a, text)))
}

/// Whether the file uses a name that nothing declares.
fn misses_a_name(ctx: &RuleContext<'_>) -> bool {
    let mut all = ctx.diagnostics.in_file(ctx.path()).iter();
    all.any(|d| matches!(d.code.as_str(), "TS2304" | "TS2552" | "TS18004"))
}

/// Extends the range to the blank line before the duplicate.
fn with_blank_line_before(text: &str, range: text::TextRange) -> text::TextRange {
    let Some(head) = text.get(..range.start) else { return range };
    for blank in ["\r\n\r\n", "\n\n"] {
        if head.ends_with(blank) {
            let start = range.start - blank.len() / 2;
            return text::TextRange::new(start, range.end);
        }
    }
    range
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn equal_declarations_are_removed_and_different_ones_kept() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS2393",
            "Duplicate function implementation.",
            "export function f() {\n  return 1;\n}\n\nexport function $0f() {\n  return 1;\n}\n",
            "export function f() {\n  return 1;\n}\n",
        );
        check_fix(
            rule,
            "TS2300",
            "Duplicate identifier 'a'.",
            "interface I {\n  readonly $0a: number;\n  readonly a: number;\n  b: number;\n}\n",
            "interface I {\n  readonly a: number;\n  b: number;\n}\n",
        );
        let twice = "const $0a = next();\nconst a = next();\n";
        check_fix_all(rule, "TS2451", "Cannot redeclare block-scoped variable 'a'.", &[], twice, None);
        let message = "Cannot redeclare block-scoped variable 'a'.";
        let twice = "export const $0a = f(g, 3);\nexport const a = f(g, 3);\n";
        check_fix_all(rule, "TS2451", message, &[], twice, Some("export const a = f(g, 3);\n"));
        check_fix_all(rule, "TS2451", message, &[("TS2304", "Cannot find name 'b'.")], twice, None);
        check_no_fix(rule, "TS2451", "Cannot redeclare block-scoped variable 'a'.", "const $0a = 1;\nconst a = 2;\n");
    }
}
