//! # Interface member not implemented
//!
//! A type names an interface but lacks some of its members. All that are missing are added at once, each throwing
//! `NotImplementedException`; explicitly where another member is in the way.
//!
//! ```csharp before
//! //@ error CS0535: 'Reader' does not implement interface member 'IReader.Read(string)'
//! using System;
//! interface IReader { int Read(string name); }
//! class Reader : $0IReader$0
//! {
//! }
//! ```
//! ```csharp after
//! using System;
//! interface IReader { int Read(string name); }
//! class Reader : IReader
//! {
//!     public int Read(string name)
//!     {
//!         throw new NotImplementedException();
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS0535: 'Store' does not implement interface member 'IStore.Count.set'
//! interface IStore { int Count { get; set; } }
//! class Store : $0IStore$0
//! {
//!     public int Count { get; }
//! }
//! ```
//! ```csharp after
//! interface IStore { int Count { get; set; } }
//! class Store : IStore
//! {
//!     public int Count { get; set; }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where nothing in the type looks like the missing member: the program could not be built without it, and the new body
//! does not pretend to work. `Unsafe` when the type has a member of that name or of the same shape with a similar name, which
//! may be the one to change, and for implementing explicitly, abstractly or through a field.

use super::support::display::Display;
use super::support::nodes::{TYPES, descendants, fused, has_modifier, initializer, name_of, type_of};
use super::support::stubs::{Accessors, Form, Writer};
use super::support::typing::{Member, Type, Typing};
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::DeclarationKind;
use syntax::{Node, NodeExt, child_of_kind, children_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0535", "CS0737", "CS0738", "CS0736"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

/// A missing member with the interface that declares it.
struct Missing {
    interface: Type,
    member: Member,
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let list = token.enclosing(&["base_list"])?;
    let ty = list.parent().filter(|n| n.is(TYPES))?;
    let base = list.named().into_iter().find(|n| n.byte_range().contains(&token.start_byte()))?;
    let typing = Typing::new(ctx.index, ctx.source);
    let interface = typing.written_type(base)?;
    let mut missing = missing(ctx, &typing, &interface)?;
    let own = own_type(ctx, ty, &typing);
    let own_members = own
        .as_ref()
        .map_or_else(Vec::new, |own| typing.members_by_type(own).into_iter().next().map_or_else(Vec::new, |m| m.1));
    // What another fix has put there since the build is not missing any more.
    let implemented = |m: &Missing| {
        own_members.iter().any(|o| {
            o.declaration.modifiers.contains(index::Modifiers::PUBLIC)
                && same_shape(&typing, o, &m.member, false)
                && same_result(&typing, o, &m.member)
                && o.declaration.kind == DeclarationKind::Method
        })
    };
    if ctx.code() == "CS0535" {
        missing.retain(|m| !implemented(m));
    }
    if missing.is_empty() {
        return None;
    }
    let mut out = Vec::new();
    let display = Display::parse(ctx.argument(1)?)?;
    if ctx.code() == "CS0737" {
        out.extend(make_public(ctx, ty, display.name));
    }
    if let Some(accessor) = display.accessor
        && let Some(fix) = add_accessor(ctx, ty, display.name, accessor)
    {
        out.push(fix);
        return Some(out);
    }
    let class_parameters: Vec<String> = descendants(ty)
        .find(|n| n.kind() == "type_parameter_list")
        .filter(|n| n.parent() == Some(ty))
        .map_or_else(Vec::new, |l| children_of_kind(l, "type_parameter"))
        .iter()
        .filter_map(|p| Some(p.field("name")?.text_in(text).to_owned()))
        .collect();
    let offset = ty.field("body").map_or(ty.end_byte(), |b| b.start_byte() + 1).min(text.len());
    let build = |title: String,
                 applicability: Applicability,
                 form: &dyn Fn(&Missing, &Writer<'_, '_>, &[&Missing]) -> Option<Form>| {
        let writer = Writer::new(*ctx, &typing, offset);
        let mut done: Vec<&Missing> = Vec::new();
        // Types are spelled twice: the imports that one member needs shorten the names in another.
        for m in &missing {
            writer.stub(&m.member, &Form::Public, Accessors::default(), &class_parameters)?;
        }
        let mut new = Vec::new();
        for m in &missing {
            if let Some(form) = form(m, &writer, &done) {
                new.push(writer.stub(&m.member, &form, Accessors::default(), &class_parameters)?);
            }
            done.push(m);
        }
        let edits = super::support::insertion::insert_here(ctx, ty, &new)?;
        let fix =
            edits.into_iter().fold(ctx.fix(title, applicability).in_bulk(Bulk::Invention), |fix, edit| fix.edit(edit));
        Some(writer.imports().into_iter().fold(fix, |fix, import| fix.import(import)))
    };
    let explicit = |m: &Missing, writer: &Writer<'_, '_>| Form::Explicit(writer.spell(&m.interface));
    let implicit = |m: &Missing, writer: &Writer<'_, '_>, done: &[&Missing]| {
        let twin = done.iter().find(|d| same_shape(&typing, &d.member, &m.member, false));
        if twin.is_some_and(|d| same_result(&typing, &d.member, &m.member)) {
            return None;
        }
        let in_way = twin.is_some()
            || ctx.code() != "CS0535"
            || own_members.iter().any(|o| in_the_way(&typing, o, &m.member))
            || name_of(ty).is_some_and(|n| n.text_in(text) == m.member.declaration.name.as_str())
            || unexpressible(&typing, &m.member);
        Some(if in_way { explicit(m, writer) } else { Form::Public })
    };
    let doubtful =
        ctx.code() != "CS0535" || missing.iter().any(|m| own_members.iter().any(|o| resembles(&typing, o, &m.member)));
    let applicability = if doubtful { Applicability::Unsafe } else { Applicability::Safe };
    if let Some(fix) = build("Implement interface".to_owned(), applicability, &implicit) {
        out.push(if ctx.code() == "CS0535" { fix.preferred() } else { fix }.build());
    }
    if ctx.code() != "CS0535" {
        return Some(out);
    }
    if has_modifier(ty, text, "abstract") {
        let title = "Implement interface abstractly".to_owned();
        let form = |m: &Missing, w: &Writer<'_, '_>, done: &[&Missing]| {
            implicit(m, w, done).map(|f| if f == Form::Public { Form::Abstract } else { f })
        };
        out.extend(build(title, Applicability::Unsafe, &form).map(|f| f.build()));
    }
    for (name, direct) in holders(ctx, &typing, ty, &interface) {
        let title = format!("Implement interface through '{name}'");
        let form = |m: &Missing, w: &Writer<'_, '_>, done: &[&Missing]| {
            let target = if direct { name.clone() } else { format!("(({}){name})", w.spell(&interface)) };
            let clash = m.member.declaration.parameters.iter().any(|p| *p.name == *name);
            let target = if clash { target.replace(&name, &format!("this.{name}")) } else { target };
            implicit(m, w, done).filter(|f| *f == Form::Public).map(|_| Form::Through(target))
        };
        out.extend(build(title, Applicability::Unsafe, &form).map(|f| f.build()));
    }
    let all_explicit = |m: &Missing, w: &Writer<'_, '_>, _: &[&Missing]| Some(explicit(m, w));
    if missing.iter().all(|m| !m.member.declaration.modifiers.contains(index::Modifiers::STATIC)) {
        out.extend(
            build("Implement all members explicitly".to_owned(), Applicability::Unsafe, &all_explicit)
                .map(|f| f.build()),
        );
    }
    Some(out)
}

/// What the build says is missing from this base, in the order in which Roslyn adds it: inherited interfaces first.
fn missing(ctx: &RuleContext<'_>, typing: &Typing<'_>, interface: &Type) -> Option<Vec<Missing>> {
    let at = ctx.diagnostic.range.start;
    let named: Vec<Display<'_>> = ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .filter(|d| d.range.start == at && d.code == *ctx.code())
        .filter_map(|d| Display::parse(d.argument(1)?))
        .collect();
    let mut by_type = typing.members_by_type(interface);
    by_type.retain(|(t, _)| !t.is("object"));
    if !by_type.is_empty() {
        by_type.rotate_left(1);
    }
    let mut out = Vec::new();
    for (owner, members) in by_type {
        let simple = |t: &str| {
            t.split('<').next().unwrap_or(t).rsplit('.').next().unwrap_or(t).trim_start_matches('@').to_owned()
        };
        let shown = simple(&owner.to_string());
        for member in members {
            let wanted = named.iter().any(|d| simple(d.owner) == shown && d.means(&member, typing));
            if wanted {
                out.push(Missing { interface: owner.clone(), member });
            }
        }
    }
    (!out.is_empty()).then_some(out)
}

fn own_type(ctx: &RuleContext<'_>, ty: Node<'_>, typing: &Typing<'_>) -> Option<Type> {
    let inside = ty.field("body").map_or(ty.start_byte(), |b| b.start_byte());
    let found = ctx.index.csharp().enclosing_type(ctx.path(), inside)?;
    let arguments = found.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect();
    let own = Type::generic(&found.full_name(), arguments);
    typing.resolve(&own).map(|_| own)
}

fn same_shape(typing: &Typing<'_>, a: &Member, b: &Member, names_differ: bool) -> bool {
    let (x, y) = (&a.declaration, &b.declaration);
    x.kind == y.kind
        && (names_differ || x.name == y.name)
        && x.parameters.len() == y.parameters.len()
        && x.type_parameters.len() == y.type_parameters.len()
        && x.parameters.iter().zip(&y.parameters).all(|(p, q)| {
            let (p, q) = (typing.member_text(a, &p.type_text), typing.member_text(b, &q.type_text));
            p.map(|t| t.without_annotations()) == q.map(|t| t.without_annotations())
        })
}

fn same_result(typing: &Typing<'_>, a: &Member, b: &Member) -> bool {
    let (p, q) = (typing.member_type(a), typing.member_type(b));
    p.map(|t| t.without_annotations()) == q.map(|t| t.without_annotations())
}

/// Whether the type's own member keeps a public member with the name and parameters of the other out.
fn in_the_way(typing: &Typing<'_>, own: &Member, wanted: &Member) -> bool {
    if !own.declaration.explicit_interface.is_empty() || own.declaration.name != wanted.declaration.name {
        return false;
    }
    let methods = own.declaration.kind == DeclarationKind::Method && wanted.declaration.kind == DeclarationKind::Method;
    let indexers = own.declaration.kind == DeclarationKind::Indexer;
    !(methods || indexers) || same_shape(typing, own, wanted, false)
}

/// Whether the type's own member may be the missing one in an older form.
fn resembles(typing: &Typing<'_>, own: &Member, wanted: &Member) -> bool {
    if !own.declaration.explicit_interface.is_empty() || own.declaration.kind != wanted.declaration.kind {
        return false;
    }
    let (a, b) = (own.declaration.name.to_lowercase(), wanted.declaration.name.to_lowercase());
    if a == b {
        return true;
    }
    let near = a.contains(&b) || b.contains(&a) || strsim::normalized_damerau_levenshtein(&a, &b) > 0.7;
    near && same_shape(typing, own, wanted, true) && same_result(typing, own, wanted)
}

/// A constraint that names a type argument which may not stand in a constraint.
fn unexpressible(typing: &Typing<'_>, member: &Member) -> bool {
    member.declaration.type_parameters.iter().flat_map(|p| p.constraint.split(',')).any(|c| {
        let bound = member.bindings.iter().find(|(name, _)| name == c.trim());
        bound.is_some_and(|(_, to)| match typing.resolve(to) {
            Some(found) => found.declaration.kind != DeclarationKind::Interface,
            None => !matches!(to, Type::Named { .. }),
        })
    })
}

/// Fields and properties of the type that implement the interface; whether their declared type is the interface itself.
fn holders<'a>(ctx: &RuleContext<'a>, typing: &Typing<'a>, ty: Node<'a>, interface: &Type) -> Vec<(String, bool)> {
    let text = ctx.text();
    let Some(body) = ty.field("body") else { return Vec::new() };
    let mut out = Vec::new();
    for member in body.named() {
        let written = super::support::nodes::written_type(member);
        let named = match member.kind() {
            "field_declaration" | "property_declaration" => name_of(member),
            _ => None,
        };
        let (Some(written), Some(name)) = (written, named) else { continue };
        let explicit = child_of_kind(member, "explicit_interface_specifier").is_some();
        if has_modifier(member, text, "static") || has_modifier(member, text, "const") || explicit {
            continue;
        }
        let Some(held) = typing.written_type(written) else { continue };
        let _ = initializer;
        if typing.converts(&held, interface) {
            let direct = matches!(typing.resolve(&held), Some(t) if t.declaration.kind == DeclarationKind::Interface);
            out.push((name.text_in(text).to_owned(), direct));
        }
    }
    out
}

/// `public` for the member that would implement if it were.
fn make_public(ctx: &RuleContext<'_>, ty: Node<'_>, name: &str) -> Option<Fix> {
    let text = ctx.text();
    let printed = Display::parse(ctx.argument(2)?)?;
    let mut members = ty.field("body")?.named().into_iter().filter(|m| {
        m.is(&["method_declaration", "property_declaration", "event_field_declaration", "event_declaration"])
            && child_of_kind(*m, "explicit_interface_specifier").is_none()
            && !has_modifier(*m, text, "public")
            && name_of(*m).is_some_and(|n| n.text_in(text).trim_start_matches('@') == name)
            && printed.parameters.as_ref().is_none_or(|p| super::support::nodes::parameters(*m).len() == p.len())
    });
    let member = members.next()?;
    if members.next().is_some() || member.kind() == "method_declaration" && member.field("body").is_none() {
        return None;
    }
    let (range, new) = super::support::nodes::accessibility_edit(member, text, "public");
    Some(ctx.fix("Make public", Applicability::Safe).replace(range, new).preferred().build())
}

/// The accessor that an automatically implemented property lacks.
fn add_accessor(ctx: &RuleContext<'_>, ty: Node<'_>, name: &str, accessor: &str) -> Option<Fix> {
    let text = ctx.text();
    let property = ty.field("body")?.named().into_iter().find(|m| {
        m.kind() == "property_declaration"
            && child_of_kind(*m, "explicit_interface_specifier").is_none()
            && name_of(*m).is_some_and(|n| n.text_in(text) == name)
    })?;
    type_of(property)?;
    let list = property.field("accessors")?;
    let present = children_of_kind(list, "accessor_declaration");
    let automatic = present.iter().all(|a| a.field("body").is_none());
    if !automatic || present.is_empty() {
        return None;
    }
    let place = match accessor {
        "get" => TextEdit::insert(present.first()?.start_byte(), "get; "),
        _ => TextEdit::insert(present.last()?.end_byte(), format!(" {accessor};")),
    };
    let edits = fused(vec![place]);
    let fix = ctx.fix(format!("Add '{accessor}' accessor"), Applicability::Safe).preferred();
    Some(edits.into_iter().fold(fix, |fix, edit| fix.edit(edit)).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};

    #[test]
    fn a_method_that_has_come_since_is_enough() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.M(int)'",
            "interface I { void M(int i); } class C : $0I { public void M(int i) { } }",
        );
    }

    #[test]
    fn type_arguments_are_filled_in() {
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I<int>.M<U>(int, List<U>)'",
            "using System; using System.Collections.Generic;\ninterface I<T> { void M<U>(T t, List<U> u) where U : class; }\nclass C : $0I<int>\n{\n    int a;\n}\n",
            "using System; using System.Collections.Generic;\ninterface I<T> { void M<U>(T t, List<U> u) where U : class; }\nclass C : I<int>\n{\n    int a;\n\n    public void M<U>(int t, List<U> u) where U : class\n    {\n        throw new NotImplementedException();\n    }\n}\n",
        );
    }

    #[test]
    fn explicitly() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.P'",
            "Implement all members explicitly",
            "interface I { int P { get; set; } }\nclass C : $0I\n{\n}\n",
            "interface I { int P { get; set; } }\nclass C : I\n{\n    int I.P { get => throw new System.NotImplementedException(); set => throw new System.NotImplementedException(); }\n}\n",
        );
    }

    #[test]
    fn a_hidden_implementation_becomes_public() {
        check_fix(
            rule_of(module_path!()),
            "CS0737",
            "'C' does not implement interface member 'I.M()'. 'C.M()' cannot implement an interface member because it is not public.",
            "interface I { void M(); } class C : $0I { private void M() { } }",
            "interface I { void M(); } class C : I { public void M() { } }",
        );
    }
}
