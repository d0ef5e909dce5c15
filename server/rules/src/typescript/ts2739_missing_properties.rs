//! # Object lacks properties
//!
//! An object literal, or the attributes of a JSX element, lack properties that the wanted type requires.
//!
//! ```typescript before
//! //@ error TS2739: Type '{ name: string; }' is missing the following properties from type 'User': age, tags
//! interface User {
//!     name: string;
//!     age: number;
//!     tags: string[];
//!     nick?: string;
//! }
//! export const $0user$0: User = { name: "x" };
//! ```
//! ```typescript after
//! interface User {
//!     name: string;
//!     age: number;
//!     tags: string[];
//!     nick?: string;
//! }
//! export const user: User = {
//!     name: "x",
//!     age: 0,
//!     tags: []
//! };
//! ```
//!
//! Each property gets the empty value of its type; functions throw.
//!
//! ## Fix safety
//! `Unsafe`: the values are placeholders. `DisplayOnly` when a type has no value that could stand in.

use super::support::defaults::{Defaults, braced};
use super::support::edit::quote;
use super::support::stubs::{Stubs, spelled};
use super::support::typing::{PREDEFINED, Ty, Typing};
use fix::{Applicability, Fix, RuleContext};
use index::{DeclarationKind, Modifiers};
use syntax::{Node, NodeExt, ancestors, line_indent};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS2739", "TS2740", "TS2741", "TS2345"];

/// Names that the message lists, and whether it lists them all.
fn said(message: &str) -> Option<(Vec<String>, bool)> {
    for line in message.lines().map(str::trim) {
        if let Some((_, rest)) = line.split_once("is missing the following properties from type ") {
            let (_, list) = rest.rsplit_once("': ")?;
            let (list, whole) = match list.split_once(", and ") {
                Some((list, _)) => (list, false),
                None => (list, true),
            };
            return Some((list.split(", ").map(|n| spelled(n.trim_end_matches('.')).to_owned()).collect(), whole));
        }
        if let Some(rest) = line.strip_prefix("Property '")
            && let Some((name, _)) = rest.split_once("' is missing in type ")
        {
            return Some((vec![spelled(name).to_owned()], true));
        }
    }
    None
}

/// The object literal that the diagnostic is about.
fn object_at<'t>(token: Node<'t>) -> Option<Node<'t>> {
    let opened = token.parent().filter(|p| p.kind() == "object" && p.start_byte() == token.start_byte());
    let value = opened.or_else(|| {
        let mut node = token;
        loop {
            let parent = node.parent()?;
            match parent.kind() {
                "variable_declarator" | "public_field_definition" if parent.field("name") == Some(node) => {
                    break parent.field("value");
                }
                "required_parameter" | "optional_parameter" if parent.field("pattern") == Some(node) => {
                    break parent.field("value");
                }
                "pair" if parent.field("key") == Some(node) => break parent.field("value"),
                "assignment_expression" if parent.field("left") == Some(node) => break parent.field("right"),
                "return_statement" => break parent.named().first().copied(),
                _ if parent.start_byte() == token.start_byte() => node = parent,
                _ => break None,
            }
        }
    })?;
    let mut value = value;
    while value.is(&["parenthesized_expression", "satisfies_expression"]) {
        value = value.named().first().copied()?;
    }
    (value.kind() == "object").then_some(value)
}

fn present(object: Node<'_>, text: &str) -> (Vec<String>, bool) {
    let mut names = Vec::new();
    let mut spread = false;
    for entry in object.named() {
        let name = match entry.kind() {
            "pair" => entry.field("key"),
            "method_definition" => entry.field("name"),
            "shorthand_property_identifier" => Some(entry),
            _ => {
                spread = true;
                None
            }
        };
        names.extend(name.map(|n| spelled(n.text_in(text)).to_owned()));
    }
    (names, spread)
}

struct Missing {
    properties: Vec<(String, String)>,
    fits: bool,
}

/// What is missing of `wanted`, or, where it is beyond us what that is, of the type as the message spells it.
fn missing(
    ctx: &RuleContext<'_>,
    wanted: &Ty,
    have: &[String],
    open: bool,
    at: Node<'_>,
    tools: &Defaults<'_, '_>,
) -> Option<Missing> {
    let said_type = || {
        let spelt = ctx.diagnostic.arguments.iter().rev().find(|a| a.starts_with("{ ") && a.ends_with('}'))?;
        let ty = Ty { text: spelt.clone(), file: ctx.path().into() };
        (!spelt.contains("...")).then(|| missing_of(ctx, &ty, have, open, at, tools))?
    };
    missing_of(ctx, wanted, have, open, at, tools).or_else(said_type).or_else(|| of_record(ctx, wanted, tools))
}

/// Members of an enumeration as keys: `[E.A]` of `Record<E, T>`.
fn of_record(ctx: &RuleContext<'_>, wanted: &Ty, tools: &Defaults<'_, '_>) -> Option<Missing> {
    let (names, _) = said(&ctx.diagnostic.message)?;
    let (_, arguments) = index::typescript::types::reference(&wanted.text).filter(|(name, _)| *name == "Record")?;
    let computed = |n: &String| n.starts_with('[') && n.ends_with(']');
    if names.is_empty() || !names.iter().all(computed) {
        return None;
    }
    let value = tools.of(&Ty { text: (*arguments.get(1)?).to_owned(), file: wanted.file.clone() }, 0)?;
    let properties = names.into_iter().map(|n| (n, value.text.clone())).collect();
    Some(Missing { properties, fits: value.fits })
}

fn missing_of(
    ctx: &RuleContext<'_>,
    wanted: &Ty,
    have: &[String],
    open: bool,
    at: Node<'_>,
    tools: &Defaults<'_, '_>,
) -> Option<Missing> {
    let (said, whole) = said(&ctx.diagnostic.message).unwrap_or_default();
    let bare = Ty { text: super::support::typing::without_nullish(&wanted.text), file: wanted.file.clone() };
    let target = tools.typing.alias_target(&bare);
    if PREDEFINED.contains(&super::support::typing::widened(&target.text).as_str()) {
        return None;
    }
    let members = tools.typing.members(&bare, Some(at));
    let mut names: Vec<&str> = Vec::new();
    let mut out = Missing { properties: Vec::new(), fits: true };
    use DeclarationKind::{CallSignature, ConstructSignature, IndexSignature};
    for member in &members {
        let name = member.declaration.name.as_str();
        let declaration = &member.declaration;
        if matches!(declaration.kind, CallSignature | ConstructSignature) {
            return None;
        }
        if names.contains(&name) || declaration.kind == IndexSignature {
            continue;
        }
        names.push(name);
        let listed = said.iter().any(|s| s == name);
        let wanted =
            if whole && !said.is_empty() { listed } else { !declaration.modifiers.contains(Modifiers::OPTIONAL) };
        if !wanted || have.iter().any(|h| h == name) {
            continue;
        }
        if open && !whole {
            return None;
        }
        let value = tools.of_member(member, &wanted_file(&bare), 0)?;
        out.fits &= value.fits;
        out.properties.push((name.to_owned(), value.text));
    }
    let found = |s: &String| out.properties.iter().any(|(n, _)| n == s);
    (!out.properties.is_empty() && said.iter().all(found)).then_some(out)
}

fn wanted_file(ty: &Ty) -> std::sync::Arc<std::path::Path> {
    ty.file.clone()
}

fn object_edits(ctx: &RuleContext<'_>, object: Node<'_>, missing: &Missing, unit: &str) -> Option<Vec<TextEdit>> {
    let text = ctx.text();
    let eol = ctx.eol();
    let indent = line_indent(text, object.start_byte());
    let mark = quote(ctx.root(), text);
    let plain = |n: &str| super::support::edit::is_identifier(n) || n.parse::<u64>().is_ok();
    let key = |name: &str| match plain(name) || name.starts_with(['[', '"', '\'']) {
        true => name.to_owned(),
        false => format!("{mark}{name}{mark}"),
    };
    let new: Vec<String> = missing.properties.iter().map(|(n, v)| format!("{}: {v}", key(n))).collect();
    let place = |s: &str, indent: &str| {
        let mut lines = s.split('\n');
        let first = lines.next().unwrap_or_default().to_owned();
        lines.fold(first, |out, l| format!("{out}{eol}{indent}{l}"))
    };
    let inside = text.get(object.byte_range())?;
    let entries = object.named();
    if !inside.contains(['\n', '\r']) {
        if inside.contains("/*") {
            return None;
        }
        let all: Vec<String> = entries.iter().map(|e| e.text_in(text).to_owned()).chain(new).collect();
        return Some(vec![TextEdit::replace(object.range(), place(&braced(&all, unit), indent))]);
    }
    let inner = format!("{indent}{unit}");
    let inner = entries.last().map_or(inner.as_str(), |e| line_indent(text, e.start_byte()));
    let lines: Vec<String> = new.iter().map(|n| format!("{inner}{}", place(n, inner))).collect();
    let lines = lines.join(&format!(",{eol}"));
    match entries.last() {
        None => {
            let open = object.child(0)?.end_byte();
            Some(vec![TextEdit::insert(open, format!("{eol}{lines}"))])
        }
        Some(last) => match last.next_sibling().filter(|n| n.kind() == ",") {
            Some(comma) => Some(vec![TextEdit::insert(comma.end_byte(), format!("{eol}{lines},"))]),
            None => Some(vec![TextEdit::insert(last.end_byte(), format!(",{eol}{lines}"))]),
        },
    }
}

/// The tag at the token: name, attributes in order.
fn tag_at<'t>(token: Node<'t>) -> Option<(Node<'t>, Vec<Node<'t>>)> {
    let tag = ancestors(token).find(|n| n.is(&["jsx_opening_element", "jsx_self_closing_element"]))?;
    let name = tag.field("name")?;
    if !(name.start_byte() <= token.start_byte() && token.end_byte() <= name.end_byte()) {
        return None;
    }
    let attributes = tag.named().into_iter().filter(|c| c.is(&["jsx_attribute", "jsx_expression"])).collect();
    Some((name, attributes))
}

fn jsx(
    ctx: &RuleContext<'_>,
    name: Node<'_>,
    attributes: &[Node<'_>],
    tools: &Defaults<'_, '_>,
) -> Option<(Vec<TextEdit>, bool)> {
    let text = ctx.text();
    let signatures = tools.typing.signatures(name);
    let signature = signatures.first()?;
    let props = signature.declaration.parameters.first().filter(|p| !p.type_text.is_empty())?;
    let wanted = Ty { text: props.type_text.to_string(), file: signature.file.clone() };
    let have: Vec<String> =
        attributes.iter().filter_map(|a| Some(a.named().first()?.text_in(text).to_owned())).collect();
    let spread = attributes.iter().any(|a| a.kind() == "jsx_expression");
    let missing = missing(ctx, &wanted, &have, spread, name, tools)?;
    let indent = line_indent(text, name.start_byte()).to_owned();
    let eol = ctx.eol();
    let new: Vec<String> = missing
        .properties
        .iter()
        .map(|(n, v)| {
            format!("{}={{{}}}", super::support::edit::unquoted(n), v.replace('\n', &format!("{eol}{indent}")))
        })
        .collect();
    let new = new.join(" ");
    let edit = match (spread, attributes.first(), attributes.last()) {
        (true, Some(first), _) => TextEdit::insert(first.start_byte(), format!("{new} ")),
        (_, _, Some(last)) => TextEdit::insert(last.end_byte(), format!(" {new}")),
        _ => {
            let end =
                name.next_sibling().filter(|n| n.kind() == "type_arguments").map_or(name.end_byte(), |n| n.end_byte());
            TextEdit::insert(end, format!(" {new}"))
        }
    };
    Some((vec![edit], missing.fits))
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let typing = Typing::new(ctx.index, ctx.source);
    let stubs = Stubs::new(ctx, token);
    let unit = ctx.indent_unit();
    let strict = ctx.index.typescript().project(ctx.path()).flag("strictNullChecks");
    let tools = Defaults { typing: &typing, stubs: &stubs, quote: quote(ctx.root(), text), unit: unit.clone(), strict };
    let (edits, fits, title) = if let Some((name, attributes)) = tag_at(token) {
        let (edits, fits) = jsx(ctx, name, &attributes, &tools)?;
        (edits, fits, "Add missing attributes")
    } else {
        let object = object_at(token)?;
        let wanted = typing.contextual_type(object)?;
        let (have, open) = present(object, text);
        // A wrong argument may be wrong in other ways.
        if ctx.code() == "TS2345" && said(&ctx.diagnostic.message).is_none() && ctx.diagnostic.message.contains('\n') {
            return None;
        }
        let missing = missing(ctx, &wanted, &have, open, object, &tools)?;
        (object_edits(ctx, object, &missing, &unit)?, missing.fits, "Add missing properties")
    };
    let safety = if fits { Applicability::Unsafe } else { Applicability::DisplayOnly };
    let fix = edits.into_iter().fold(ctx.fix(title, safety), |fix, e| fix.edit(e));
    Some(stubs.imports().into_iter().fold(fix, |fix, i| fix.import(i)).build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn arguments_and_nested_types() {
        check_fix(
            rule_of(module_path!()),
            "TS2345",
            "Argument of type '{ a: number; }' is not assignable to parameter of type 'P'.\n  Type '{ a: number; }' is missing the following properties from type 'P': b, c",
            "enum E { X, Y }\ntype P = { a: number; b: { n: E }; c(x: string): void };\nfunction f(p: P) { }\nf($0{ a: 1 });\n",
            "enum E { X, Y }\ntype P = { a: number; b: { n: E }; c(x: string): void };\nfunction f(p: P) { }\nf({\n    a: 1,\n    b: {\n        n: E.X\n    },\n    c: function(x: string): void {\n        throw new Error(\"Function not implemented.\");\n    }\n});\n",
        );
    }

    #[test]
    fn the_message_spells_types_that_are_computed() {
        check_fix(
            rule_of(module_path!()),
            "TS2739",
            "Type '{}' is missing the following properties from type '{ \"a-b\": 1; c: 2; }': \"a-b\", c",
            "type K = `${'a'}-${'b'}` | 'c';\nconst $0o: Computed<K> = {};\n",
            "type K = `${'a'}-${'b'}` | 'c';\nconst o: Computed<K> = {\n    \"a-b\": 1,\n    c: 2\n};\n",
        );
        check_fix(
            rule_of(module_path!()),
            "TS2741",
            "Property '[E.A]' is missing in type '{}' but required in type 'Record<E, number>'.",
            "enum E { A }\nconst $0o: Record<E, number> = {};\n",
            "enum E { A }\nconst o: Record<E, number> = {\n    [E.A]: 0\n};\n",
        );
    }

    #[test]
    fn several_lines_stay() {
        check_fix(
            rule_of(module_path!()),
            "TS2741",
            "Property 'b' is missing in type '{ a: number; }' but required in type 'P'.",
            "interface P { a: number; b: string }\nconst $0p: P = {\n  a: 1, // one\n};\n",
            "interface P { a: number; b: string }\nconst p: P = {\n  a: 1,\n  b: \"\", // one\n};\n",
        );
    }

    #[test]
    fn a_value_that_is_no_literal_stays() {
        check_no_fix(
            rule_of(module_path!()),
            "TS2741",
            "Property 'b' is missing in type '{ a: number; }' but required in type 'P'.",
            "interface P { a: number; b: string }\nconst q = { a: 1 };\nconst $0p: P = q;\n",
        );
    }
}
