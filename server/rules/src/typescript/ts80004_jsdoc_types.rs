//! # Types in a JSDoc comment
//!
//! In a TypeScript file the compiler ignores types in comments. Only editors report this; a build does not.
//!
//! ```typescript before
//! //@ suggestion TS80004: JSDoc types may be moved to TypeScript types.
//! /**
//!  * @param {string} name
//!  * @returns {number}
//!  */
//! export function $0size$0(name) {
//!     return name.length;
//! }
//! ```
//! ```typescript after
//! /**
//!  * @param {string} name
//!  * @returns {number}
//!  */
//! export function size(name: string): number {
//!     return name.length;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: types are erased from the emitted code, but comments are often out of date.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::FUNCTIONS;
use syntax::typescript::jsdoc::{Tag, tags};
use syntax::{Node, NodeExt, ancestors, child_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS80004"];

/// The JSDoc comment directly before a declaration or before its statement.
fn comment<'t>(node: Node<'t>, text: &str) -> Option<Node<'t>> {
    let holders = ["lexical_declaration", "variable_declaration", "export_statement", "variable_declarator", "pair"];
    ancestors(node)
        .enumerate()
        .take_while(|(i, n)| *i == 0 || n.is(&holders))
        .find_map(|(_, n)| n.prev_sibling().filter(|c| c.kind() == "comment" && c.text_in(text).starts_with("/**")))
}

/// The type of a parameter: from its `@param` tag, with the properties from further tags (`name.property`).
fn parameter_type(tags: &[Tag<'_>], name: &str) -> Option<String> {
    let tag = tags.iter().find(|t| t.name == "param" && t.target == name)?;
    let prefix = format!("{name}.");
    let inner = |t: &&Tag<'_>| {
        t.name == "param" && t.target.strip_prefix(&prefix).is_some_and(|rest| !rest.is_empty() && !rest.contains('.'))
    };
    let mut members = Vec::new();
    for property in tags.iter().filter(inner) {
        let mark = if property.optional { "?" } else { "" };
        let ty = parameter_type(tags, property.target)?;
        members.push(format!("{}{mark}: {ty};", &property.target[prefix.len()..]));
    }
    let written = tag.typescript();
    if members.is_empty() {
        return written;
    }
    let array = written.is_some_and(|w| w.ends_with("[]"));
    Some(format!("{{ {} }}{}", members.join(" "), if array { "[]" } else { "" }))
}

fn of_function(function: Node<'_>, text: &str, tags: &[Tag<'_>]) -> Option<Vec<TextEdit>> {
    let mut edits = Vec::new();
    let lone = function.field("parameter");
    let list = function.field("parameters");
    for parameter in lone.into_iter().chain(list.into_iter().flat_map(|l| l.named())) {
        let name = parameter.field("pattern").unwrap_or(parameter);
        let rest = name.kind() == "rest_pattern";
        let bare = name.text_in(text).trim_start_matches("...");
        let Some(ty) = parameter_type(tags, bare).filter(|_| parameter.field("type").is_none()) else { continue };
        let ty = if rest && !ty.ends_with("[]") { format!("{ty}[]") } else { ty };
        if lone.is_some() {
            edits.push(TextEdit::insert(name.start_byte(), "("));
            edits.push(TextEdit::insert(name.end_byte(), format!(": {ty})")));
        } else {
            edits.push(TextEdit::insert(name.end_byte(), format!(": {ty}")));
        }
    }
    let setter = child_of_kind(function, "set").is_some();
    if function.field("return_type").is_none() && !setter {
        let returns = tags.iter().find(|t| matches!(t.name, "return" | "returns"));
        if let Some(ty) = returns.and_then(Tag::typescript) {
            match (list, lone) {
                (Some(list), _) => edits.push(TextEdit::insert(list.end_byte(), format!(": {ty}"))),
                (None, Some(lone)) if edits.is_empty() => {
                    edits.push(TextEdit::insert(lone.start_byte(), "("));
                    edits.push(TextEdit::insert(lone.end_byte(), format!("): {ty}")));
                }
                (None, Some(_)) => {
                    let close = edits.pop()?;
                    edits.push(TextEdit::insert(close.range.start, format!("{}: {ty}", close.new_text)));
                }
                (None, None) => {}
            }
        }
    }
    let templates = tags.iter().filter(|t| t.name == "template" && t.written_type.is_none());
    let generics: Vec<&str> = templates.flat_map(|t| t.names.iter().copied()).collect();
    if !generics.is_empty()
        && function.field("type_parameters").is_none()
        && let Some(list) = list
    {
        edits.push(TextEdit::insert(list.start_byte(), format!("<{}>", generics.join(", "))));
    }
    edits.sort();
    Some(edits)
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let kinds = ["variable_declarator", "public_field_definition", "property_signature"];
    let Some(declaration) = ancestors(token).find(|n| n.is(FUNCTIONS) || n.is(&kinds)) else { return Vec::new() };
    let value = declaration.field("value").filter(|v| v.is(FUNCTIONS));
    let Some(comment) = comment(declaration, text) else { return Vec::new() };
    let tags = tags(comment.text_in(text));
    let mut edits = Vec::new();
    if declaration.is(&kinds)
        && declaration.field("type").is_none()
        && let Some(name) = declaration.field("name")
        && let Some(ty) = tags.iter().find(|t| t.name == "type").and_then(Tag::typescript)
    {
        edits.push(TextEdit::insert(name.end_byte(), format!(": {ty}")));
    } else if let Some(function) = value.or(Some(declaration).filter(|d| d.is(FUNCTIONS))) {
        edits = of_function(function, text, &tags).unwrap_or_default();
    }
    if edits.is_empty() {
        return Vec::new();
    }
    let fix = ctx.fix("Annotate with type from JSDoc", Applicability::Unsafe).preferred();
    vec![edits.into_iter().fold(fix, fix::FixBuilder::edit).build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "JSDoc types may be moved to TypeScript types.";

    #[test]
    fn declarations_with_jsdoc_types() {
        for (before, after) in [
            ("/** @type {?number} */\nvar $0x = 1;\n", "/** @type {?number} */\nvar x: number | null = 1;\n"),
            (
                "/**\n * @param {*} x\n * @returns {string}\n */\nconst $0f = x => x;\n",
                "/**\n * @param {*} x\n * @returns {string}\n */\nconst f = (x: any): string => x;\n",
            ),
            (
                "/**\n * @param {object} o\n * @param {number} o.a\n * @param {string} [o.b]\n */\nfunction $0f(o) {}\n",
                "/**\n * @param {object} o\n * @param {number} o.a\n * @param {string} [o.b]\n */\nfunction f(o: { a: number; b?: string; }) {}\n",
            ),
            (
                "/**\n * @template A, B\n * @param {A} a\n */\nfunction $0f(a, b) {}\n",
                "/**\n * @template A, B\n * @param {A} a\n */\nfunction f<A, B>(a: A, b) {}\n",
            ),
            (
                "class C {\n    /** @param {number} v */\n    set $0p(v) {}\n}\n",
                "class C {\n    /** @param {number} v */\n    set p(v: number) {}\n}\n",
            ),
        ] {
            check_fix(rule_of(module_path!()), "TS80004", MESSAGE, before, after);
        }
    }

    #[test]
    fn no_fix_for_types_that_cannot_be_parsed() {
        check_no_fix(rule_of(module_path!()), "TS80004", MESSAGE, "/** @type {a b} */\nvar $0x = 1;\n");
    }
}
