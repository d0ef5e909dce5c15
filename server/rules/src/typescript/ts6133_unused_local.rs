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
//! `Safe` for variables: of an initializer with side effects the part that has them is kept. What a removed `...rest` shielded from being
//! reported, and nothing reads, goes with it; what a rest leaves out stays. Display only when an error of the file may have hidden the use: a
//! name that does not resolve, a syntax error, or a missing argument, property or return. `Unsafe` for functions, classes and types, whose
//! code is lost, and for deleting an initializer with side effects. No fix when a misspelled use of the name is reported.

use super::support::unused::{is_pure, reduced_to_effect, scope, trust, write_deletions};
use codegen::typescript::edit::{line_deletion_with_directives, list_item_deletion, merged, statement_deletion};
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::{FUNCTIONS, is_member_name, occurrences};
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
    let with = |title: String, applicability, edits: Vec<TextEdit>| {
        let edits = merged(writes.iter().cloned().chain(edits).collect());
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
            with(title, applicability, vec![TextEdit::delete(list_item_deletion(text, declarator))])
                .preferred()
                .build(),
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
        return vec![with(title, trust, vec![whole]).preferred().build()];
    }
    let mut out = Vec::new();
    if let Some(edits) = value.and_then(|v| reduced_to_effect(statement, v, text)) {
        out.push(with(format!("{title}, keep its initializer"), trust, edits).preferred().build());
    }
    out.push(with(title, Applicability::Unsafe.min(trust), vec![whole]).build());
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
    let rest = pattern.named().into_iter().find(|n| n.kind() == "rest_pattern");
    if rest == Some(element) && pattern.kind() == "object_pattern" {
        return rest_fixes(ctx, element, pattern, trust);
    }
    // A name beside a rest is there to be left out of it.
    if rest.is_some() && pattern.kind() == "object_pattern" {
        return Vec::new();
    }
    let last = pattern.named().last().is_some_and(|l| l.id() == element.id());
    let range =
        if pattern.kind() == "array_pattern" && !last { element.range() } else { list_item_deletion(text, element) };
    let fix = ctx.fix(removal(name.text_in(text)), applicability).delete(range).preferred();
    vec![fix.isolated(format!("unused:{}:{}", ctx.path().display(), pattern.start_byte())).build()]
}

/// The variable that an element of an object pattern declares, unless it is a pattern itself.
fn variable(element: Node<'_>) -> Option<Node<'_>> {
    let name = match element.kind() {
        "pair_pattern" => element.field("value")?,
        _ => element,
    };
    let name = match name.kind() {
        "object_assignment_pattern" | "assignment_pattern" => name.field("left")?,
        _ => name,
    };
    name.is(&["identifier", "shorthand_property_identifier_pattern"]).then_some(name)
}

/// Whether nothing reads the variable of a pattern's element, and removing it loses nothing.
fn is_idle(element: Node<'_>, within: Node<'_>, text: &str) -> bool {
    let default = element.field("right").or_else(|| element.field("value")?.field("right"));
    let computed = element.field("key").is_some_and(|k| k.kind() == "computed_property_name");
    let Some(name) = variable(element).filter(|_| !computed && default.is_none_or(|d| is_pure(d, text))) else {
        return false;
    };
    occurrences(within, text, name.text_in(text)).into_iter().all(|n| n == name || is_member_name(n))
}

/// Fixes for an unused rest of an object pattern. The compiler says nothing of the names beside a rest; those that nothing reads go too.
fn rest_fixes(ctx: &RuleContext<'_>, rest: Node<'_>, pattern: Node<'_>, trust: Applicability) -> Vec<Fix> {
    let text = ctx.text();
    let elements = pattern.named();
    let owner = pattern.enclosing(&["variable_declarator", "required_parameter", "optional_parameter"]);
    let within = owner.and_then(|o| match o.kind() {
        "variable_declarator" => scope(o),
        _ => o.enclosing(FUNCTIONS),
    });
    let goes = |e: &Node<'_>| *e == rest || within.is_some_and(|w| is_idle(*e, w, text));
    let Some(last) = elements.iter().rposition(|e| !goes(e)) else {
        let declarator = owner.filter(|o| o.kind() == "variable_declarator" && o.field("name") == Some(pattern));
        return match declarator {
            Some(declarator) => declarator_fixes(ctx, declarator, trust),
            None => {
                let name = rest.named().first().map_or("", |n| n.text_in(text));
                let fix = ctx.fix(removal(name), trust).delete(list_item_deletion(text, rest)).preferred();
                vec![fix.build()]
            }
        };
    };
    let mut edits = vec![TextEdit::delete(elements[last].end_byte()..rest.end_byte())];
    edits.extend(elements[..last].iter().filter(|e| goes(e)).map(|e| TextEdit::delete(list_item_deletion(text, *e))));
    let name = rest.named().first().map_or("", |n| n.text_in(text));
    let fix = merged(edits).into_iter().fold(ctx.fix(removal(name), trust).preferred(), fix::FixBuilder::edit);
    vec![fix.isolated(format!("unused:{}:{}", ctx.path().display(), pattern.start_byte())).build()]
}

/// A pattern of a parameter, without elements: the parameter keeps its place.
fn emptied(ctx: &RuleContext<'_>, pattern: Node<'_>, trust: Applicability) -> Fix {
    let inner = pattern.start_byte() + 1..pattern.end_byte() - 1;
    let title = format!("Remove unused declarations for: '{}'", ctx.text()[inner.clone()].trim());
    let pure = pattern.named().iter().all(|e| e.is(&["shorthand_property_identifier_pattern", "identifier"]));
    let applicability = if pure { trust } else { Applicability::Unsafe.min(trust) };
    let left = if pattern.kind() == "object_pattern" { " " } else { "" };
    ctx.fix(title, applicability).replace(inner, left).preferred().build()
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
            _ => line_deletion_with_directives(text, statement),
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
                let holder = outer.parent().filter(|_| outer.named().len() == 1);
                match holder {
                    _ if has_rest => Vec::new(),
                    None => element_fixes(ctx, owner, outer, trust),
                    // Nothing is left of the outer pattern either.
                    Some(d) if d.kind() == "variable_declarator" => {
                        declarator_fixes(ctx, d, Applicability::Unsafe.min(trust))
                    }
                    Some(p) if p.kind() == "required_parameter" => vec![emptied(ctx, outer, trust)],
                    Some(_) => Vec::new(),
                }
            }
            "required_parameter" => vec![emptied(ctx, pattern, trust)],
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
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

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

    #[test]
    fn only_what_has_an_effect_is_left_of_an_initializer() {
        let rule = rule_of(module_path!());
        let check = |value: &str, left: &str| {
            let text = |line: &str| format!("export function f() {{\n{line}}}\n");
            let before = text(&format!("  const $0a = {value}; // b\n"));
            check_fix_all(rule, "TS6133", MESSAGE, &[], &before, Some(&text(&format!("  {left}// b\n"))));
        };
        check("list.pop()!", "list.pop(); ");
        check("(await load()) as string", "await load(); ");
        check("`${next()}`", "next(); ");
        check("next().size + 1", "next(); ");
        check("next() + [last()].length", "next();\n  last(); ");
        check("o?.type", "");
        check("(o as { n: number }).n", "");
        check("on && next()", "on && next(); ");
        check("list.map", "");
    }

    #[test]
    fn names_that_a_removed_rest_shielded_go_with_it() {
        let rule = rule_of(module_path!());
        let message = "'rest' is declared but its value is never read.";
        for (before, after) in [
            ("const { a, b, ...$0rest } = o;\nexport { a };\n", "const { a } = o;\nexport { a };\n"),
            ("const { b, a, ...$0rest } = o;\nexport { a };\n", "const { a } = o;\nexport { a };\n"),
            ("const { a, b: c, ...$0rest } = o;\nexport { a, c };\n", "const { a, b: c } = o;\nexport { a, c };\n"),
            ("const { a, b = f(), ...$0rest } = o;\nexport { a };\n", "const { a, b = f() } = o;\nexport { a };\n"),
            ("export {};\nconst { a, b, ...$0rest } = f();\n", "export {};\nf();\n"),
            (
                "export function f({ a, b, ...$0rest }: O) { return a; }\n",
                "export function f({ a }: O) { return a; }\n",
            ),
        ] {
            check_fix_all(rule, "TS6133", message, &[], before, Some(after));
        }
        check_no_fix(rule, "TS6133", MESSAGE, "const { $0a, ...rest } = o;\nexport { rest };\n");
    }

    #[test]
    fn an_error_about_names_that_resolve_hides_no_use() {
        let rule = rule_of(module_path!());
        let (before, after) = ("export function f() {\n  let $0a = 0;\n}\n", "export function f() {\n}\n");
        let mistyped = ("TS2322", "Type 'string' is not assignable to type 'number'.");
        check_fix_all(rule, "TS6133", MESSAGE, &[mistyped], before, Some(after));
        for hiding in [
            ("TS2304", "Cannot find name 'other'."),
            ("TS1005", "';' expected."),
            ("TS2554", "Expected 1 arguments, but got 0."),
        ] {
            check_fix_all(rule, "TS6133", MESSAGE, &[hiding], before, None);
        }
    }

    #[test]
    fn what_the_message_does_not_name_stays() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "TS6133", MESSAGE, "const $0box = f();\nexport const n = box.size;\n");
        check_no_fix(rule, "TS6196", "'A' is declared but never used.", "type $0B = string;\nexport {};\n");
    }

    #[test]
    fn a_comment_about_the_line_goes_with_it() {
        let comment = "// eslint-disable-next-line no-unused-vars";
        let before = format!("export {{}};\n{comment}\nconst $0a = 1;\n");
        check_fix_all(rule_of(module_path!()), "TS6133", MESSAGE, &[], &before, Some("export {};\n"));
    }
}
