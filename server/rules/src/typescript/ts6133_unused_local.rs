//! # Unused local declaration
//!
//! A variable, function or type is declared but never read.
//!
//! ```typescript before
//! //@ error TS6133: 'result' is declared but its value is never read.
//! //@ options: --noUnusedLocals
//! declare function run(): number;
//! export function main() {
//!     const $0result$0 = run();
//! }
//! ```
//! ```typescript after
//! declare function run(): number;
//! export function main() {
//!     run();
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for variables when the file has no errors other than unused declarations: an initializer with side effects is kept. Display only
//! when the file has other errors. `Unsafe` for functions, classes and types, whose code is lost, and for deleting an initializer with side
//! effects. No fix when a misspelled use of the name is reported.

use super::support::unused::{is_pure, trust, write_deletions};
use codegen::typescript::edit::{line_deletion, list_item_deletion, merged, statement_deletion};
use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, child_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS6133", "TS6196", "TS6198", "TS6199"];

const NAMED: &[&str] = &[
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "abstract_class_declaration",
    "interface_declaration",
    "type_alias_declaration",
    "enum_declaration",
    "internal_module",
    "module",
    "function_signature",
];

fn removal(name: &str) -> String {
    format!("Remove unused declaration for: '{name}'")
}

/// Fixes for a declarator whose name or whole pattern is unused.
fn declarator_fixes(ctx: &RuleContext<'_>, declarator: Node<'_>, trust: Applicability) -> Vec<Fix> {
    let text = ctx.text();
    let (Some(list), Some(name)) = (declarator.parent(), declarator.field("name")) else { return Vec::new() };
    let plain = name.kind() == "identifier";
    let title = if plain { removal(name.text_in(text)) } else { "Remove unused destructuring declaration".to_owned() };
    let writes = if plain { write_deletions(declarator, text, name.text_in(text)) } else { Some(Vec::new()) };
    let Some(writes) = writes else { return Vec::new() };
    let with = |title: String, applicability, edit: TextEdit| {
        let edits = merged(writes.iter().cloned().chain([edit]).collect());
        let fix = edits.into_iter().fold(ctx.fix(title, applicability), fix::FixBuilder::edit);
        fix.isolated(format!("unused:{}:{}", ctx.path().display(), list.start_byte()))
    };
    let value = declarator.field("value");
    let pure = value.is_none_or(|v| is_pure(v, text));
    let several = list.named().iter().filter(|n| n.kind() == "variable_declarator").count() > 1;
    let statement = list.parent().filter(|p| p.is(&["ambient_declaration"])).unwrap_or(list);
    let in_block =
        statement.parent().is_some_and(|p| p.is(&["program", "statement_block", "switch_case", "switch_default"]));
    if several {
        let applicability = if pure { trust } else { Applicability::Unsafe.min(trust) };
        return vec![
            with(title, applicability, TextEdit::delete(list_item_deletion(text, declarator))).preferred().build(),
        ];
    }
    let in_head =
        statement.parent().is_some_and(|p| p.kind() == "for_statement" && p.field("initializer") == Some(list));
    if !in_block && !in_head {
        return Vec::new();
    }
    let whole = match in_head {
        // Keep the semicolon of the loop head.
        true => TextEdit::delete(list.start_byte()..declarator.end_byte()),
        false => TextEdit::delete(statement_deletion(text, statement)),
    };
    if pure {
        return vec![with(title, trust, whole).preferred().build()];
    }
    let mut out = Vec::new();
    if let Some(value) = value {
        let expression = value.text_in(text);
        // In code without semicolons, a line that begins like this would continue the previous line.
        if !expression.starts_with(['(', '[', '`', '{', '+', '-', '/']) && !expression.starts_with("function") {
            let edit = TextEdit::delete(statement.start_byte()..value.start_byte());
            out.push(with(format!("{title}, keep its initializer"), trust, edit).preferred().build());
        }
    }
    out.push(with(title, Applicability::Unsafe.min(trust), whole).build());
    out
}

/// Fixes for one unused element of a destructuring pattern.
fn element_fixes(ctx: &RuleContext<'_>, element: Node<'_>, pattern: Node<'_>, trust: Applicability) -> Vec<Fix> {
    let text = ctx.text();
    let default = element.field("right").or_else(|| element.field("value")?.field("right"));
    let applicability = if default.is_none_or(|d| is_pure(d, text)) { trust } else { Applicability::Unsafe.min(trust) };
    let name = match element.kind() {
        "pair_pattern" => element.field("value"),
        "object_assignment_pattern" | "assignment_pattern" => element.field("left"),
        "rest_pattern" => element.named().first().copied(),
        _ => Some(element),
    };
    let Some(name) = name else { return Vec::new() };
    if name.is(&["identifier", "shorthand_property_identifier_pattern"])
        && write_deletions(element, text, name.text_in(text)).is_none_or(|w| !w.is_empty())
    {
        return Vec::new();
    }
    let last = pattern.named().last().is_some_and(|l| l.id() == element.id());
    let range =
        if pattern.kind() == "array_pattern" && !last { element.range() } else { list_item_deletion(text, element) };
    let fix = ctx.fix(removal(name.text_in(text)), applicability).delete(range).preferred();
    vec![fix.isolated(format!("unused:{}:{}", ctx.path().display(), pattern.start_byte())).build()]
}

fn within_parameter(node: Node<'_>) -> bool {
    let outer = node.enclosing(&["required_parameter", "optional_parameter", "variable_declarator", "statement_block"]);
    outer.is_some_and(|n| n.kind().ends_with("_parameter"))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    if token.enclosing(&["import_statement", "type_parameters", "import_alias"]).is_some() {
        return Vec::new();
    }
    let named = ctx.argument(0).unwrap_or(token.text_in(text));
    let Some(trust) = trust(ctx, named) else { return Vec::new() };
    if *ctx.code() == "TS6199" {
        let Some(list) = token.enclosing(&["lexical_declaration", "variable_declaration"]) else { return Vec::new() };
        let values = list.named().into_iter().filter_map(|d| d.field("value"));
        let untouched = list.named().iter().all(|d| {
            let name = d.field("name").filter(|n| n.kind() == "identifier");
            name.is_none_or(|n| write_deletions(*d, text, n.text_in(text)).is_some_and(|w| w.is_empty()))
        });
        let pure = values.into_iter().all(|v| is_pure(v, text));
        let applicability = if pure { trust } else { Applicability::Unsafe.min(trust) };
        let statement = list.parent().filter(|p| p.kind() == "ambient_declaration").unwrap_or(list);
        let fix = ctx.fix("Remove variable statement", applicability);
        let in_head =
            list.parent().is_some_and(|p| p.kind() == "for_statement" && p.field("initializer") == Some(list));
        let range = match list.named().last() {
            Some(last) if in_head => text::TextRange::new(list.start_byte(), last.end_byte()),
            _ => line_deletion(text, statement.range()),
        };
        return if untouched { vec![fix.delete(range).preferred().build()] } else { Vec::new() };
    }
    let pattern = token.parent().filter(|p| p.is(&["object_pattern", "array_pattern"]));
    if let Some(pattern) = pattern.filter(|p| p.start_byte() == token.start_byte() && !token.is_named()) {
        // The whole pattern is unused.
        let Some(owner) = pattern.parent() else { return Vec::new() };
        return match owner.kind() {
            "variable_declarator" => declarator_fixes(ctx, owner, trust),
            "pair_pattern" => {
                let Some(outer) = owner.parent().filter(|p| p.kind() == "object_pattern") else { return Vec::new() };
                let has_rest = outer.named().iter().any(|n| n.kind() == "rest_pattern");
                if has_rest || outer.named().len() == 1 { Vec::new() } else { element_fixes(ctx, owner, outer, trust) }
            }
            "required_parameter" => {
                let inner = pattern.start_byte() + 1..pattern.end_byte() - 1;
                let title = format!("Remove unused declarations for: '{}'", text[inner.clone()].trim());
                let pure =
                    pattern.named().iter().all(|e| e.is(&["shorthand_property_identifier_pattern", "identifier"]));
                let applicability = if pure { trust } else { Applicability::Unsafe.min(trust) };
                vec![ctx.fix(title, applicability).delete(inner).preferred().build()]
            }
            "for_in_statement" => {
                let fix = ctx.fix("Remove unused destructuring declaration", Applicability::Unsafe.min(trust));
                vec![fix.replace(pattern.range(), "{}").preferred().build()]
            }
            _ => Vec::new(),
        };
    }
    // The element of the pattern is the child that contains the token.
    let element = syntax::ancestors(token)
        .take(3)
        .find(|n| n.parent().is_some_and(|p| p.is(&["object_pattern", "array_pattern"])));
    if let Some(element) = element {
        let Some(pattern) = element.parent() else { return Vec::new() };
        return element_fixes(ctx, element, pattern, trust);
    }
    let Some(parent) = token.parent() else { return Vec::new() };
    let is_name = parent.field("name").is_some_and(|n| n.id() == token.id());
    if parent.kind() == "variable_declarator" && is_name {
        return declarator_fixes(ctx, parent, trust);
    }
    if parent.kind() == "for_in_statement" && !within_parameter(token) {
        let fix = ctx.fix(format!("Prefix '{named}' with an underscore"), trust);
        return vec![fix.insert(token.start_byte(), "_").preferred().build()];
    }
    if parent.is(NAMED) && is_name {
        let statement =
            parent.parent().filter(|p| p.is(&["ambient_declaration", "expression_statement"])).unwrap_or(parent);
        if child_of_kind(statement, "export").is_some()
            || statement.parent().is_some_and(|p| p.kind() == "export_statement")
        {
            return Vec::new();
        }
        let fix = ctx.fix(removal(named), Applicability::Unsafe.min(trust)).delete(statement_deletion(text, statement));
        return vec![fix.preferred().build()];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "'a' is declared but its value is never read.";

    #[test]
    fn variables_are_removed_with_their_assignments() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("export function f() {\n  let $0a = 0;\n  a = 1;\n}\n", "export function f() {\n}\n"),
            ("export function f() {\n  let $0a = 0;\n  a = g();\n}\n", "export function f() {\n  g();\n}\n"),
            ("let $0a = 0, b = 1;\nexport { b };\n", "let b = 1;\nexport { b };\n"),
            ("const { $0a, b } = o;\nexport { b };\n", "const { b } = o;\nexport { b };\n"),
            ("const [$0a, b] = o;\nexport { b };\n", "const [, b] = o;\nexport { b };\n"),
            ("for (const $0a of g()) h();\n", "for (const _a of g()) h();\n"),
            ("for (let $0a = 0; ;) h();\n", "for (; ;) h();\n"),
            ("for (const $0{ a } of g()) h();\n", "for (const {} of g()) h();\n"),
            ("export {};\n/** Doc */\nfunction $0a() {}\n", "export {};\n"),
        ] {
            check_fix(rule, "TS6133", MESSAGE, before, after);
        }
    }

    #[test]
    fn no_fix_when_an_assignment_cannot_be_removed() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "TS6133", MESSAGE, "export function f() { let $0a; for (;;) g(a = 1); }\n");
        check_no_fix(rule, "TS6133", MESSAGE, "export function f() { let $0a; [a] = g(); }\n");
    }
}
