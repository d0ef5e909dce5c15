//! # Member does not exist
//!
//! A class, interface, enum or namespace does not declare a member that is used. The declaration is generated from the use.
//!
//! ```typescript before
//! //@ error TS2339: Property 'count' does not exist on type 'Counter'.
//! export class Counter {
//!     step = 1;
//!     reset() {
//!         this.$0count$0 = 0;
//!     }
//! }
//! ```
//! ```typescript after
//! export class Counter {
//!     step = 1;
//!     count: number;
//!     reset() {
//!         this.count = 0;
//!     }
//! }
//! ```
//!
//! A called member can become a method, any member a property or an index signature. In an enum it becomes an enum member, in a namespace or module
//! an exported function. A type literal in the declaration of the object, and a class expression around `this`, get members too.
//!
//! ## Fix safety
//! `Unsafe` for a property that its own class assigns to. `DisplayOnly` otherwise: the member may have been renamed or misspelled, and the bodies of
//! methods have to be written.

use super::ts2304_missing_function::{at_end, declaration};
use super::ts2420_implement_interface::tools;
use codegen::typescript::bodies::Layout;
use codegen::typescript::edit::quote;
use codegen::typescript::stubs::{CLASSES, Stubs};
use codegen::typescript::usage::{Speller, call_shape, wanted_of};
use fix::{Applicability, Fix, RuleContext};
use index::typescript::types;
use index::{DeclarationId, DeclarationKind, Source};
use semantics::Semantics;
use semantics::typescript::{SemanticModel, Shape};
use std::path::PathBuf;
use std::sync::Arc;
use syntax::typescript::{FUNCTIONS, unquoted};
use syntax::{Node, NodeExt, ancestors};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS2339", "TS2551"];

/// Layout of the file that is edited.
fn layout<'a>(ctx: &RuleContext<'a>, source: &'a Source) -> Layout<'a> {
    Layout::of(&Semantics::new(ctx.index, source))
}

/// The declaration that receives the member.
struct Owner<'s> {
    source: &'s Source,
    node: Node<'s>,
    kind: DeclarationKind,
}

/// The declaration of the type in the message.
fn owner_id(ctx: &RuleContext<'_>, model: &SemanticModel<'_>, object: Node<'_>) -> Option<(DeclarationId, bool)> {
    let ts = ctx.index.typescript();
    let said = ctx.argument(1)?;
    let (is_value, said) = match said.strip_prefix("typeof ") {
        Some(rest) => (true, rest),
        None => (false, said),
    };
    let (name, _) = types::reference(said)?;
    use DeclarationKind::{Class, Enum, Interface, Namespace, TypeAlias};
    let fits = |kind: DeclarationKind| match is_value {
        true => matches!(kind, Class | Enum | Namespace),
        false => matches!(kind, Class | Interface | TypeAlias),
    };
    let last = |n: &str| n.rsplit('.').next().unwrap_or(n).to_owned();
    let mut found: Vec<DeclarationId> = Vec::new();
    if let Some(ty) = model.type_of(object) {
        for part in std::slice::from_ref(&ty).iter().chain(ty.parts()) {
            found.extend(model.named_type(part).iter().flat_map(|(symbol, _)| model.declarations(symbol)));
        }
    }
    found.extend(ts.resolve(name, ctx.path(), object.start_byte()));
    let mut all: Vec<DeclarationId> = Vec::new();
    for id in found {
        for id in ts.merged(&id) {
            let good = ts.declaration(&id).is_some_and(|d| fits(d.kind) && last(name) == d.name.as_str());
            let ours = ctx.index.contains(&id.path) && !id.path.to_string_lossy().contains("node_modules");
            if good && ours && !all.contains(&id) {
                all.push(id);
            }
        }
    }
    // The class itself rather than the interface merged with it.
    let class = all.iter().find(|id| ts.declaration(id).is_some_and(|d| d.kind == Class)).cloned();
    class.or_else(|| all.first().cloned()).map(|id| (id, is_value))
}

/// Kinds of nodes that get members.
const OWNERS: &[&str] = &[
    "class_declaration",
    "abstract_class_declaration",
    "class",
    "interface_declaration",
    "type_alias_declaration",
    "enum_declaration",
    "internal_module",
    "module",
    "object_type",
];

fn owner_node<'s>(source: &'s Source, ctx: &RuleContext<'_>, id: &DeclarationId) -> Option<Node<'s>> {
    let ranges = ctx.index.ranges(id)?;
    let name = source.parsed.root().descendant_for_byte_range(ranges.name.start, ranges.name.end)?;
    ancestors(name).find(|n| n.is_named() && n.is(OWNERS) && n.kind() != "object_type")
}

/// A type without a name that should have the member, where it is written: the type literal of a declaration, or the class expression around
/// `this`. With the file and the start of its body.
fn nameless_owner(
    ctx: &RuleContext<'_>,
    model: &SemanticModel<'_>,
    object: Node<'_>,
) -> Option<(Arc<Source>, text::TextRange, DeclarationKind)> {
    let own = || ctx.index.source(ctx.path());
    if object.kind() == "this" {
        let class = ancestors(object).find(|n| n.is_named() && n.is(CLASSES)).filter(|c| c.kind() == "class")?;
        return Some((own()?, class.range(), DeclarationKind::Class));
    }
    if !ctx.argument(1)?.starts_with('{') {
        return None;
    }
    let literal = |declared: Node<'_>| {
        let written = ancestors(declared).take(2).find_map(|n| n.field("type"))?;
        let literal = written.named().into_iter().next().filter(|l| l.kind() == "object_type")?;
        Some(literal.range())
    };
    match object.kind() {
        "identifier" => Some((own()?, literal(model.binding(object)?.parent()?)?, DeclarationKind::Interface)),
        "member_expression" => {
            let symbol = model.resolve(object.field("property")?)?;
            let (path, place) = model.places(&symbol).into_iter().next()?;
            if !ctx.index.contains(&path) || path.to_string_lossy().contains("node_modules") {
                return None;
            }
            let source = ctx.index.source(&path)?;
            let leaf = source.parsed.root().descendant_for_byte_range(place.start, place.end)?;
            let range = literal(leaf)?;
            Some((source, range, DeclarationKind::Interface))
        }
        _ => None,
    }
}

/// Members of other enums that are looked through for a value.
const MAX_ALIASES: usize = 8;

/// Whether a member of the enum is a string, perhaps by way of members of other enums of the file.
fn has_strings(body: Node<'_>, text: &str) -> bool {
    let root = ancestors(body).last().unwrap_or(body);
    let value_of = |object: Node<'_>, property: Node<'_>| {
        let (object, property) = (object.text_in(text), property.text_in(text));
        let target = syntax::typescript::descendants(root, &["enum_declaration"])
            .into_iter()
            .find(|e| e.field("name").is_some_and(|n| n.text_in(text) == object))?;
        let members = target.field("body")?.named();
        members.into_iter().find(|m| m.field("name").is_some_and(|n| n.text_in(text) == property))?.field("value")
    };
    let is_string = |value: Node<'_>| {
        let mut value = Some(value);
        for _ in 0..MAX_ALIASES {
            let Some(mut node) = value else { return false };
            if node.kind() == "binary_expression" {
                node = node.field("left").unwrap_or(node);
            }
            if node.is(&["string", "template_string"]) {
                return true;
            }
            value = node.field("object").zip(node.field("property")).and_then(|(o, p)| value_of(o, p));
        }
        false
    };
    let members = body.named().into_iter().filter(|m| m.kind() == "enum_assignment");
    members.filter_map(|m| m.field("value")).any(is_string)
}

fn enum_member(ctx: &RuleContext<'_>, owner: &Owner<'_>, name: &str) -> Option<Vec<TextEdit>> {
    let layout = layout(ctx, owner.source);
    let text = layout.text;
    let body = owner.node.field("body")?;
    let mark = ctx.index.import_preferences().quote.unwrap_or_else(|| quote(owner.source.parsed.root(), text));
    let new = if has_strings(body, text) { format!("{name} = {mark}{name}{mark}") } else { name.to_owned() };
    let Some(last) = body.named().last().copied() else { return layout.at_start(body, &[new]) };
    let indent = layout.member_indent(body);
    let comma = last.next_sibling().filter(|n| n.kind() == ",");
    let close = body.all_children().last().copied().filter(|c| c.kind() == "}" && !c.is_missing())?;
    let end = comma.map_or(last.end_byte(), |c| c.end_byte());
    let tail = text.get(end..close.start_byte())?;
    let after = if comma.is_some() { "," } else { "" };
    let line = format!("{}{indent}{new}{after}", layout.eol);
    let mut edits = Vec::new();
    if tail.contains(['\n', '\r']) {
        let rest = tail.split(['\n', '\r']).next().unwrap_or_default().len();
        if comma.is_some() {
            edits.push(TextEdit::insert(end + rest, line));
        } else if rest == 0 {
            edits.push(TextEdit::insert(end, format!(",{line}")));
        } else {
            edits.push(TextEdit::insert(end, ","));
            edits.push(TextEdit::insert(end + rest, line));
        }
    } else {
        let mark = if comma.is_some() { "" } else { "," };
        edits.push(TextEdit::insert(end, format!("{mark} {new}{after}")));
    }
    Some(edits)
}

struct Offer {
    title: String,
    applicability: Applicability,
    edits: Vec<TextEdit>,
}

fn finish(ctx: &RuleContext<'_>, source: &Source, stubs: &Stubs<'_>, offers: Vec<Offer>) -> Vec<Fix> {
    let here = source.path.as_ref() == ctx.path();
    let make = |offer: Offer| {
        let key = format!("declare:{}:{}", source.path.display(), offer.title);
        let fix = ctx.fix(offer.title, offer.applicability).declares(key);
        let fix = offer.edits.into_iter().fold(fix, |f, e| if here { f.edit(e) } else { f.edit_in(source, e) });
        stubs.imports().into_iter().filter(|_| here).fold(fix, |f, i| f.import(i)).build()
    };
    offers.into_iter().map(make).collect()
}

/// The type of the property that the expression `use_` accesses.
pub(super) fn property_type(model: &SemanticModel<'_>, use_: Node<'_>, speller: &Speller<'_, '_>) -> Option<String> {
    let parent = use_.parent()?;
    let ty = if parent.is(&["assignment_expression", "augmented_assignment_expression", "binary_expression"]) {
        let (left, right) = (parent.field("left")?, parent.field("right")?);
        let other = if left == use_ { right } else { left };
        if other.kind() == "this" {
            return Some("this".to_owned());
        }
        model.widened_type_of(other).map(|t| model.without_literals(&t))
    } else {
        wanted_of(model, use_)
    };
    match ty {
        Some(ty) if !matches!(model.shape(&ty), Shape::Null | Shape::Undefined) => speller.spell(&ty),
        _ => Some("any".to_owned()),
    }
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token().filter(|t| t.is(&["property_identifier", "private_property_identifier"]))?;
    let access = token.parent().filter(|p| p.kind() == "member_expression" && p.field("property") == Some(token))?;
    let name = token.text_in(text);
    if ctx.argument(0)? != name {
        return None;
    }
    let object = access.field("object")?;
    let model = ctx.typescript();
    let call = access.parent().filter(|c| c.kind() == "call_expression" && c.field("function") == Some(access));
    if let Some(module) = ctx.argument(1)?.strip_prefix("typeof import(") {
        return module_function(ctx, &model, object, call?, name, unquoted(module.trim_end_matches(')')));
    }
    let named = owner_id(ctx, &model, object);
    let is_value = named.as_ref().is_some_and(|(_, is_value)| *is_value);
    let (source, place, kind) = match &named {
        Some((id, _)) => {
            let source = ctx.index.source(&id.path)?;
            let range = owner_node(&source, ctx, id)?.range();
            (source, range, ctx.index.typescript().declaration(id)?.kind)
        }
        None if ctx.argument(1)?.starts_with("typeof ") => return None,
        None => nameless_owner(ctx, &model, object)?,
    };
    let script = ["js", "jsx", "mjs", "cjs"];
    if source.path.extension().is_some_and(|e| script.iter().any(|s| e == *s)) {
        return None;
    }
    let node = source.parsed.root().descendant_for_byte_range(place.start, place.end)?;
    let node = ancestors(node).take_while(|n| NodeExt::range(*n) == place).find(|n| n.is_named() && n.is(OWNERS))?;
    let owner = Owner { source: &source, node, kind };
    let layout = layout(ctx, &source);
    let here = source.path.as_ref() == ctx.path();
    let own = if here { ctx.root().descendant_for_byte_range(node.start_byte(), node.end_byte()) } else { None };
    let stubs = Stubs::new(ctx, own.filter(|n| n.kind() == node.kind()).unwrap_or(ctx.root()));
    let speller = Speller::new(ctx, &stubs, &source.path);
    let mark = ctx.index.import_preferences().quote.unwrap_or_else(|| quote(source.parsed.root(), layout.text));
    let mut offers: Vec<Offer> = Vec::new();
    match owner.kind {
        DeclarationKind::Enum => {
            let edits = enum_member(ctx, &owner, name)?;
            let title = format!("Add missing enum member '{name}'");
            offers.push(Offer { title, applicability: Applicability::DisplayOnly, edits });
            return Some(finish(ctx, &source, &stubs, offers));
        }
        DeclarationKind::Namespace => {
            let shape = call_shape(ctx, &model, call?, None, &speller)?;
            let text = declaration("export ", name, &shape, mark, &layout.unit);
            let body = node.field("body")?;
            let edits = match body.named().last() {
                Some(last) => {
                    let new = layout.indented(&text, &layout.member_indent(body));
                    vec![TextEdit::insert(last.end_byte(), format!("{0}{0}{new}", layout.eol))]
                }
                None => layout.at_start(body, &[text])?,
            };
            let title = format!("Add missing function declaration '{name}'");
            offers.push(Offer { title, applicability: Applicability::DisplayOnly, edits });
            return Some(finish(ctx, &source, &stubs, offers));
        }
        _ => {}
    }
    let body = match node.kind() {
        "type_alias_declaration" => node.field("value").filter(|v| v.kind() == "object_type")?,
        "object_type" => node,
        _ => node.field("body")?,
    };
    let is_class = owner.kind == DeclarationKind::Class;
    let ambient =
        ancestors(node).any(|n| n.kind() == "ambient_declaration") || source.path.to_string_lossy().ends_with(".d.ts");
    let head = if is_value { "static " } else { "" };
    let private = is_class && name.starts_with('_');
    let own_method =
        ancestors(access).find(|n| n.kind() == "method_definition" && n.parent().is_some_and(|p| p == body));
    if let Some(call) = call
        && let Some(shape) = call_shape(ctx, &model, call, own.filter(|_| here), &speller)
    {
        let star = call.parent().is_some_and(|p| p.kind() == "yield_expression")
            && own_method.is_some_and(|m| m.all_children().iter().any(|c| c.kind() == "*"));
        let returns = shape.returns.clone().map(|r| format!(": {r}"));
        let tail = if is_class && !ambient {
            let body = format!(" {{\n{}throw new Error({mark}Method not implemented.{mark});\n}}", layout.unit);
            format!("{}{body}", returns.unwrap_or_default())
        } else {
            returns.unwrap_or_else(|| ": unknown".to_owned()) + ";"
        };
        let star = if star { "*" } else { "" };
        for access in ["private ", ""].into_iter().filter(|a| a.is_empty() || private) {
            let method = format!("{access}{head}{star}{name}{}{}{tail}", shape.generics, shape.parameters);
            let edits = match own_method.filter(|_| here) {
                Some(after) => layout.after(body, after, &[method]),
                None => layout.at_start(body, &[method]),
            };
            let title = format!("Declare {access}{head}method '{name}'");
            offers.extend(edits.map(|edits| Offer { title, applicability: Applicability::DisplayOnly, edits }));
        }
    }
    if let Some(ty) = property_type(&model, access, &speller) {
        let assigned = access.parent().is_some_and(|p| {
            p.kind() == "assignment_expression" && p.field("left") == Some(access) && object.kind() == "this"
        });
        let safety = if assigned && ty != "any" { Applicability::Unsafe } else { Applicability::DisplayOnly };
        // What the constructor does not set needs a value before.
        let in_constructor = ancestors(access).find(|n| n.is(FUNCTIONS)).is_some_and(|f| {
            f.parent() == Some(body) && f.field("name").is_some_and(|n| n.text_in(text) == "constructor")
        });
        let unset = is_class
            && !ambient
            && !is_value
            && here
            && !in_constructor
            && stubs.has_flag("strictPropertyInitialization");
        let tools = tools(ctx, &stubs);
        let mut last = None;
        for member in body.named() {
            if member.kind() != "public_field_definition" {
                break;
            }
            last = Some(member);
        }
        for access in ["private ", ""].into_iter().filter(|a| a.is_empty() || private) {
            let property = match unset {
                true => tools.property(&format!("{access}{head}{name}"), &ty),
                false => format!("{access}{head}{name}: {ty};"),
            };
            let edits = match last {
                Some(last) => layout.after(body, last, &[property]),
                None => layout.at_start(body, &[property]),
            };
            let title = format!("Declare {access}{head}property '{name}'");
            offers.extend(edits.map(|edits| Offer { title, applicability: safety, edits }));
        }
        if !is_value && !name.starts_with('#') {
            let edits = layout.at_start(body, &[format!("[x: string]: {ty};")]);
            let title = format!("Add index signature for property '{name}'");
            offers.extend(edits.map(|edits| Offer { title, applicability: Applicability::DisplayOnly, edits }));
        }
    }
    Some(finish(ctx, &source, &stubs, offers))
}

/// A function that a module is to export.
fn module_function(
    ctx: &RuleContext<'_>,
    model: &SemanticModel<'_>,
    object: Node<'_>,
    call: Node<'_>,
    name: &str,
    module: &str,
) -> Option<Vec<Fix>> {
    let ts = ctx.index.typescript();
    let outline = ctx.index.outline(ctx.path())?;
    let local = object.text_in(ctx.text());
    let import = outline.imports.iter().find(|i| i.names.iter().any(|n| n.local == local && n.name == "*"))?;
    let path: PathBuf = ts.resolve_module(ctx.path(), &import.target)?.to_path_buf();
    let stem = path.file_stem()?.to_str()?.to_owned();
    if !ctx.index.contains(&path) || !module.contains(stem.trim_end_matches(".d")) || stem.ends_with(".d") {
        return None;
    }
    let source = ctx.index.source(&path)?;
    let layout = layout(ctx, &source);
    let stubs = Stubs::new(ctx, ctx.root());
    let speller = Speller::new(ctx, &stubs, &path);
    let shape = call_shape(ctx, model, call, None, &speller)?;
    let mark = ctx.index.import_preferences().quote.unwrap_or_else(|| quote(source.parsed.root(), layout.text));
    let edit = at_end(&layout, &declaration("export ", name, &shape, mark, &layout.unit));
    let title = format!("Add missing function declaration '{name}'");
    let offer = Offer { title, applicability: Applicability::DisplayOnly, edits: vec![edit] };
    Some(finish(ctx, &source, &stubs, vec![offer]))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};

    #[test]
    fn a_called_member_is_a_method() {
        check_fix(
            rule_of(module_path!()),
            "TS2339",
            "Property 'add' does not exist on type 'C'.",
            "class C {}\nconst n: number = new C().$0add(1, \"\");\n",
            "class C {\n    add(arg0: number, arg1: string): number {\n        throw new Error(\"Method not implemented.\");\n    }\n}\nconst n: number = new C().add(1, \"\");\n",
        );
    }

    #[test]
    fn types_without_a_name_get_members() {
        let check = |ty: &str, title: &str, before: &str, after: &str| {
            let message = format!("Property 'b' does not exist on type '{ty}'.");
            check_fix_titled(rule_of(module_path!()), "TS2339", &message, title, before, after);
        };
        check(
            "{ a: number; }",
            "Declare property 'b'",
            "declare const o: {\n    a: number;\n};\no.$0b = 1;\n",
            "declare const o: {\n    b: number;\n    a: number;\n};\no.b = 1;\n",
        );
        check(
            "{ a: number; }",
            "Declare method 'b'",
            "interface I {\n    n: {\n        a: number;\n    };\n}\ndeclare const i: I;\ni.n.$0b(1);\n",
            "interface I {\n    n: {\n        b(arg0: number): unknown;\n        a: number;\n    };\n}\ndeclare const i: I;\ni.n.b(1);\n",
        );
        check(
            "(Anonymous class)",
            "Declare property 'b'",
            "export const K = class {\n    m() { this.$0b; }\n};\n",
            "export const K = class {\n    b: any;\n    m() { this.b; }\n};\n",
        );
    }

    #[test]
    fn members_of_interfaces_and_enums() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS2339",
            "Property 'c' does not exist on type 'typeof B'.",
            "enum E { a = '1' }\nenum A { a = E.a }\nenum B {\n    b = A.a\n}\nB.$0c;\n",
            "enum E { a = '1' }\nenum A { a = E.a }\nenum B {\n    b = A.a,\n    c = 'c'\n}\nB.c;\n",
        );
        check_fix_titled(
            rule,
            "TS2339",
            "Property 'y' does not exist on type 'I'.",
            "Declare property 'y'",
            "interface I {\n    x: string;\n}\nfunction f(i: I) { i.$0y = [1]; }\n",
            "interface I {\n    y: number[];\n    x: string;\n}\nfunction f(i: I) { i.y = [1]; }\n",
        );
        check_fix(
            rule,
            "TS2339",
            "Property 'B' does not exist on type 'typeof E'.",
            "enum E {\n    A = 'a', // first\n}\nE.$0B;\n",
            "enum E {\n    A = 'a', // first\n    B = 'B',\n}\nE.B;\n",
        );
    }

    #[test]
    fn a_property_that_is_declared_in_a_strict_project_compiles() {
        let class = |member: &str, use_: &str| {
            format!(
                "class C {{\n{member}    constructor(private n: number) {{ }}\n    m(s: string, o: {{ p: string }}) {{ {use_} }}\n}}\n"
            )
        };
        let options = "//- /tsconfig.json\n{ \"compilerOptions\": { \"strict\": true } }\n//- /main.ts\n";
        for (use_, member) in [
            ("this.a = s;", "a: string = \"\";"),
            ("this.a = o;", "a!: { p: string; };"),
            ("this.#a = s;", "#a: string = \"\";"),
        ] {
            let name = if use_.contains('#') { "#a" } else { "a" };
            let before = format!("{options}{}", class("", &use_.replace("this.", "this.$0")));
            let after = format!("//- /main.ts\n{}", class(&format!("    {member}\n"), use_));
            let message = format!("Property '{name}' does not exist on type 'C'.");
            check_fix(rule_of(module_path!()), "TS2339", &message, &before, &after);
        }
    }

    #[test]
    fn circles_and_symbols() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS2339",
            "Property 'a' does not exist on type 'C'.",
            "declare const s: unique symbol;\nclass C {\n    m() { this.$0a = s; }\n}\n",
            "declare const s: unique symbol;\nclass C {\n    a: symbol;\n    m() { this.a = s; }\n}\n",
        );
        check_fix(
            rule,
            "TS2339",
            "Property 'a' does not exist on type 'C'.",
            "class B extends C { }\nclass C extends B {\n    m() { this.$0a = 1; }\n}\n",
            "class B extends C { }\nclass C extends B {\n    a: number;\n    m() { this.a = 1; }\n}\n",
        );
    }

    #[test]
    fn what_is_not_declared_here_stays() {
        check_no_fix(
            rule_of(module_path!()),
            "TS2339",
            "Property 'foo' does not exist on type 'string'.",
            "const s = ''; s.$0foo;\n",
        );
    }
}
