//! # Object lacks properties
//!
//! An object literal or the attributes of a JSX element lack properties that the expected type requires.
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
//! Each property gets the variable of its name and type that is in sight, else a placeholder value of its type; functions throw. If a property was renamed, its key is renamed instead.
//!
//! ## Fix safety
//! `Safe` when only one value is possible: the type is a single literal, or the enclosing function has a parameter or constant of the property's name
//! and type that it does not use yet. Also `Safe` when the object has exactly one unknown property and the missing one looks like its new name.
//! `Unsafe` otherwise: the values are placeholders. `DisplayOnly` when a type has no placeholder value.

use super::support::spelling::is_renaming;
use codegen::typescript::defaults::{Defaults, braced};
use codegen::typescript::edit::quote_of;
use codegen::typescript::stubs::{Stubs, spelled};
use fix::{Applicability, Fix, RuleContext};
use semantics::typescript::named::namesake;
use semantics::typescript::{PropertyInfo, Shape, Type};
use semantics::typo::is_slip;
use syntax::typescript::{is_identifier, unquoted};
use syntax::{Node, NodeExt, ancestors, line_indent};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS2739", "TS2740", "TS2741", "TS2345", "TS1360"];

/// The names that the message lists, and whether the list is complete.
fn printed_names(message: &str) -> Option<(Vec<String>, bool)> {
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
    if let Some(check) = token.parent().filter(|p| p.kind() == "satisfies_expression" && token.kind() == "satisfies") {
        return check.named().first().copied().filter(|v| v.kind() == "object");
    }
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
    /// Whether each value is the only possible one.
    sure: bool,
    /// Property names of the expected type; empty when it accepts any.
    known: Vec<String>,
}

/// The only possible value of a property: that of a type with a single value, or an unused variable of its name and type.
fn only_value(property: &PropertyInfo, at: Node<'_>, tools: &Defaults<'_, '_>) -> Option<String> {
    let ty = property.ty.as_ref().filter(|_| !property.method)?;
    let model = tools.stubs.model();
    if matches!(model.shape(ty), Shape::Literal(_) | Shape::Null) {
        return tools.of(ty, 0).map(|v| v.text);
    }
    let waiting = namesake(model, at, &property.name).filter(|n| n.idle && n.binding.kind() == "identifier")?;
    let same = waiting.ty.is_some_and(|t| t == *ty && !t.is_any() && !t.is_unknown());
    same.then(|| property.name.to_string())
}

/// The variable of the function that has the property's name and fits its type: rather that than a placeholder.
fn fitting_variable(property: &PropertyInfo, at: Node<'_>, tools: &Defaults<'_, '_>) -> Option<String> {
    let wanted = property.ty.as_ref()?;
    let model = tools.stubs.model();
    let found = namesake(model, at, &property.name).filter(|n| n.binding.kind() == "identifier")?;
    let inside = ancestors(at).any(|a| a.kind() == "variable_declarator" && a.field("name") == Some(found.binding));
    let ty = found.ty.filter(|t| !t.is_any() && !t.is_unknown() && !inside)?;
    model.assignable(&ty, wanted).is_yes().then(|| property.name.to_string())
}

/// The missing properties of `wanted` or, when they cannot be determined, of the type as printed in the message.
fn missing(
    ctx: &RuleContext<'_>,
    wanted: Option<&Type>,
    have: &[String],
    open: bool,
    at: Node<'_>,
    tools: &Defaults<'_, '_>,
) -> Option<Missing> {
    let said_type = || {
        let mut spelt = ctx.diagnostic.arguments.iter().rev().filter(|a| !a.contains("..."));
        spelt.find_map(|text| {
            let ty = tools.stubs.model().type_of_text(text)?;
            missing_of(ctx, &ty, have, open, at, tools)
        })
    };
    let of_type = wanted.and_then(|w| missing_of(ctx, w, have, open, at, tools));
    of_type.or_else(said_type).or_else(|| of_record(ctx, wanted?, tools))
}

/// Enum members as keys: `[E.A]` of `Record<E, T>`.
fn of_record(ctx: &RuleContext<'_>, wanted: &Type, tools: &Defaults<'_, '_>) -> Option<Missing> {
    let (names, _) = printed_names(&ctx.diagnostic.message)?;
    let (_, arguments) = tools.stubs.model().named_type(wanted).filter(|(symbol, _)| symbol.name() == "Record")?;
    let computed = |n: &String| n.starts_with('[') && n.ends_with(']');
    if names.is_empty() || !names.iter().all(computed) {
        return None;
    }
    let value = tools.of(arguments.get(1)?, 0)?;
    let properties = names.into_iter().map(|n| (n, value.text.clone())).collect();
    Some(Missing { properties, fits: value.fits, sure: false, known: Vec::new() })
}

fn missing_of(
    ctx: &RuleContext<'_>,
    wanted: &Type,
    have: &[String],
    open: bool,
    at: Node<'_>,
    tools: &Defaults<'_, '_>,
) -> Option<Missing> {
    let (said, whole) = printed_names(&ctx.diagnostic.message).unwrap_or_default();
    let model = tools.stubs.model();
    let bare = model.non_nullable(wanted);
    let plain = model.without_literals(&bare);
    use Shape::{BigInt, Boolean, NonPrimitive, Number, Symbol};
    if matches!(model.shape(&plain), Shape::String | Number | BigInt | Boolean | Symbol | NonPrimitive) {
        return None;
    }
    let members = model.properties_of(&bare)?;
    if !model.signatures_of(&bare).is_empty() || !model.constructors_of(&bare).is_empty() {
        return None;
    }
    let known = match model.is_indexed(&bare) {
        true => Vec::new(),
        false => members.iter().map(|m| m.name.to_string()).collect(),
    };
    let mut out = Missing { properties: Vec::new(), fits: true, sure: true, known };
    for member in &members {
        let name = member.name.as_str();
        let listed = said.iter().any(|s| unquoted(s) == name);
        let wanted = if whole && !said.is_empty() { listed } else { !member.optional };
        if !wanted || have.iter().any(|h| unquoted(h) == name) {
            continue;
        }
        if open && !whole {
            return None;
        }
        if let Some(value) = only_value(member, at, tools) {
            out.properties.push((member.key.clone(), value));
            continue;
        }
        out.sure = false;
        if let Some(name) = fitting_variable(member, at, tools) {
            out.properties.push((member.key.clone(), name));
            continue;
        }
        let value = tools.of_property(member, 0)?;
        out.fits &= value.fits;
        out.properties.push((member.key.clone(), value.text));
    }
    let found = |s: &String| out.properties.iter().any(|(n, _)| unquoted(n) == unquoted(s));
    (!out.properties.is_empty() && said.iter().all(found)).then_some(out)
}

/// The key of the only property that the expected type does not have, when the missing property looks like its new name.
fn renamed<'t>(object: Node<'t>, text: &str, missing: &Missing) -> Option<Node<'t>> {
    let [(wanted, _)] = missing.properties.as_slice() else { return None };
    let mut odd = unknown_keys(object, text, missing);
    let (Some(key), None) = (odd.next(), odd.next()) else { return None };
    let old = spelled(key.text_in(text));
    let named = is_slip(old, wanted) || is_renaming(old, wanted);
    (named && is_identifier(old) && is_identifier(wanted) && !missing.known.is_empty()).then_some(key)
}

/// The keys of an object that its type does not know.
fn unknown_keys<'t>(object: Node<'t>, text: &str, missing: &Missing) -> impl Iterator<Item = Node<'t>> {
    let keys = object.named().into_iter().filter_map(|entry| match entry.kind() {
        "pair" => entry.field("key"),
        "method_definition" => entry.field("name"),
        "shorthand_property_identifier" => Some(entry),
        _ => None,
    });
    keys.filter(|k| !missing.known.iter().any(|n| n == unquoted(k.text_in(text))))
}

fn object_edits(ctx: &RuleContext<'_>, object: Node<'_>, missing: &Missing, unit: &str) -> Option<Vec<TextEdit>> {
    let text = ctx.text();
    let eol = ctx.eol();
    let indent = line_indent(text, object.start_byte());
    let mark = quote_of(ctx);
    let plain = |n: &str| syntax::typescript::is_identifier(n) || n.parse::<u64>().is_ok();
    let key = |name: &str| match plain(name) || name.starts_with(['[', '"', '\'']) {
        true => name.to_owned(),
        false => format!("{mark}{name}{mark}"),
    };
    let entry = |(n, v): &(String, String)| if n == v { n.clone() } else { format!("{}: {v}", key(n)) };
    let new: Vec<String> = missing.properties.iter().map(entry).collect();
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

/// The JSX element at the token: its name, and its attributes in order.
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
) -> Option<(Vec<TextEdit>, Missing)> {
    let text = ctx.text();
    let model = tools.stubs.model();
    let signatures = model.signatures_of(&model.type_of(name)?);
    let wanted = signatures.first()?.parameters.first()?.ty.clone()?;
    let have: Vec<String> =
        attributes.iter().filter_map(|a| Some(a.named().first()?.text_in(text).to_owned())).collect();
    let spread = attributes.iter().any(|a| a.kind() == "jsx_expression");
    let missing = missing(ctx, Some(&wanted), &have, spread, name, tools)?;
    let indent = line_indent(text, name.start_byte()).to_owned();
    let eol = ctx.eol();
    let new: Vec<String> = missing
        .properties
        .iter()
        .map(|(n, v)| format!("{}={{{}}}", syntax::typescript::unquoted(n), v.replace('\n', &format!("{eol}{indent}"))))
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
    Some((vec![edit], missing))
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let stubs = Stubs::new(ctx, token);
    let unit = ctx.indent_unit();
    let strict = ctx.index.typescript().project(ctx.path()).flag("strictNullChecks");
    let tools = Defaults { stubs: &stubs, quote: quote_of(ctx), unit: unit.clone(), strict };
    let (edits, missing, title) = if let Some((name, attributes)) = tag_at(token) {
        let (edits, missing) = jsx(ctx, name, &attributes, &tools)?;
        (edits, missing, "Add missing attributes")
    } else {
        let object = object_at(token)?;
        let wanted = stubs.model().expected_type(object);
        let (have, open) = present(object, text);
        // A wrong argument may be wrong in other ways.
        if matches!(ctx.code().as_str(), "TS2345" | "TS1360")
            && printed_names(&ctx.diagnostic.message).is_none()
            && ctx.diagnostic.message.contains('\n')
        {
            return None;
        }
        let mut missing = missing(ctx, wanted.as_ref(), &have, open, object, &tools)?;
        if let Some(key) = renamed(object, text, &missing) {
            let wanted = &missing.properties.first()?.0;
            let shorthand = key.kind() == "shorthand_property_identifier";
            let new = if shorthand { format!("{wanted}: {}", key.text_in(text)) } else { wanted.clone() };
            let fix = ctx.fix(format!("Change spelling to '{wanted}'"), Applicability::Safe);
            return Some(fix.replace(key.range(), new).preferred().build());
        }
        // One of those that the type does not know may be the missing one under its old name.
        missing.sure &= missing.known.is_empty() || unknown_keys(object, text, &missing).next().is_none();
        (object_edits(ctx, object, &missing, &unit)?, missing, "Add missing properties")
    };
    let safety = match missing.fits {
        true if missing.sure => Applicability::Safe,
        true => Applicability::Unsafe,
        false => Applicability::DisplayOnly,
    };
    let fix = edits.into_iter().fold(ctx.fix(title, safety), |fix, e| fix.edit(e));
    Some(stubs.imports().into_iter().fold(fix, |fix, i| fix.import(i)).build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

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
    fn what_can_be_but_one_value_is_safe() {
        let rule = rule_of(module_path!());
        let message = "Property 'kind' is missing in type '{ n: number; }' but required in type 'P'.";
        let check = |head: &str, wrong: &str, right: Option<&str>| {
            let after = right.map(|r| format!("{head}{r}"));
            check_fix_all(rule, "TS2741", message, &[], &format!("{head}{wrong}"), after.as_deref());
        };
        let literal = "interface P { kind: 'square'; n: number }\n";
        let wrong = "const $0p: P = {\n  n: 1,\n};\n";
        check(literal, wrong, Some("const p: P = {\n  n: 1,\n  kind: 'square',\n};\n"));
        // Another property, which the type does not know, may be the missing one.
        check(literal, "const $0p: P = {\n  n: 1,\n  form: 'square',\n};\n", None);
        check("interface P { kind: 'square' | 'circle'; n: number }\n", wrong, None);
        let plain = "interface P { kind: string; n: number }\n";
        check(plain, wrong, None);
        let function = |p: &str, rest: &str| format!("function f(kind: {p}): P {{ {rest}return {{\n  n: 1,\n}}; }}\n");
        let marked = |p: &str, rest: &str| function(p, rest).replace("return", "$0return");
        let mended = function("string", "").replace("n: 1,", "n: 1,\n  kind,");
        check(plain, &marked("string", ""), Some(&mended));
        check(plain, &marked("string", "g(kind); "), None);
        check(plain, &marked("number", ""), None);
    }

    #[test]
    fn a_property_that_was_renamed_is_renamed() {
        let rule = rule_of(module_path!());
        let message = "Property 'newKind' is missing in type '{ kind: string; n: number; }' but required in type 'P'.";
        let check = |members: &str, object: &str, right: Option<&str>| {
            let before =
                |o: &str| format!("interface P {{ {members} }}\nfunction f(kind: string): P {{ return {o}; }}\n");
            let after = right.map(before);
            let marked = before(object).replace("return", "$0return");
            check_fix_all(rule, "TS2741", message, &[], &marked, after.as_deref());
        };
        let members = "newKind: string; n: number";
        check(members, "{ kind: 'a', n: 1 }", Some("{ newKind: 'a', n: 1 }"));
        check(members, "{ kind, n: 1 }", Some("{ newKind: kind, n: 1 }"));
        check("kind?: string; newKind: string; n: number", "{ kind: 'a', n: 1 }", None);
        check("[key: string]: unknown; newKind: string; n: number", "{ kind: 'a', n: 1 }", None);
        check(members, "{ size: 'a', n: 1 }", None);
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
    fn objects_that_are_to_satisfy_a_type() {
        check_fix(
            rule_of(module_path!()),
            "TS1360",
            "Type '{ a: number; }' does not satisfy the expected type 'P'.\n  Property 'b' is missing in type '{ a: number; }' but required in type 'P'.",
            "interface P { a: number; b: 'x' }\nconst p = { a: 1 } $0satisfies P;\n",
            "interface P { a: number; b: 'x' }\nconst p = {\n    a: 1,\n    b: 'x'\n} satisfies P;\n",
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
