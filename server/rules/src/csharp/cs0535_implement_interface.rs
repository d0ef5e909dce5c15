//! # Interface member not implemented
//!
//! A type does not implement all members of its interface. All missing members are added at once; each throws `NotImplementedException`.
//! They are implemented explicitly where another member conflicts.
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
//! `Unsafe`: a stub that throws is not what the member is for. Where the type has a member that implements nothing and has the name or a
//! similar one, or a base type that is not found, stubs are not added in bulk: that member may be the one to change, or is inherited.
//! `Safe` for making the implementing member public, and for an accessor that an automatic property lacks.

use super::support::declarations::has_other_implementation;
use super::support::unimplemented::{Implementer, Missing, named, same_result, same_shape};
use super::support::unknown_base::has_unknown_base;
use codegen::csharp::stubs::{Accessors, Form, Writer};
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::{DeclarationKind, Modifiers};
use semantics::csharp::printed::Display;
use semantics::csharp::results::all_convertible;
use semantics::csharp::{Member, Place, SemanticModel, Type};
use syntax::csharp::{MEMBERS, TYPES, descendants, has_modifier, name_of, type_of, type_parameters, written_type};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind, leaf_at};
use text::{TextEdit, merge_edits};

pub(crate) const CODES: &[&str] = &["CS0535", "CS0737", "CS0738", "CS0736"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let list = token.enclosing(&["base_list"])?;
    let ty = list.parent().filter(|n| n.is(TYPES))?;
    let base = list.named().into_iter().find(|n| n.byte_range().contains(&token.start_byte()))?;
    let model = ctx.csharp();
    let interface = model.written_type(base)?;
    let inside = ty.field("body").map_or(ty.start_byte(), |b| b.start_byte());
    let implementer = Implementer::at(ctx, &model, inside);
    let own_members = &implementer.own_members;
    let mut missing = implementer.of_interface(&interface, &named(ctx));
    let display = Display::parse(ctx.argument(1)?)?;
    if let Some(accessor) = display.accessor
        && let Some(fix) = add_accessor(ctx, ty, display.name, accessor)
    {
        return Some(vec![fix]);
    }
    // Another fix may have added the member since the build.
    missing.retain(|m| !implementer.implements(m));
    if missing.is_empty() {
        return None;
    }
    let mut out = Vec::new();
    if ctx.code() == "CS0737" {
        out.extend(make_public(ctx, ty, display.name));
    }
    if ctx.code() == "CS0738" {
        out.extend(missing.iter().find_map(|m| adapt_result(ctx, ty, &model, m)));
    }
    // No stub where an existing member should be changed instead, or where the types of the member are unknown.
    let base_is_lost =
        ctx.index.csharp().enclosing_type(ctx.path(), inside).is_none_or(|own| has_unknown_base(ctx, &own));
    let uncertain = ctx.code() != "CS0535"
        || base_is_lost
        || missing.iter().any(|m| has_unknown_types(ctx, &m.member) || implementer.has_older_form(m));
    let bulk = if uncertain { Bulk::Manual } else { Bulk::Declaration };
    order_by_result(&model, &mut missing);
    let class_parameters = type_parameters(ty, text);
    let offset = ty.field("body").map_or(ty.end_byte(), |b| b.start_byte() + 1).min(text.len());
    // What one interface adds decides whether the next one has to be explicit.
    let group = implementer.own.as_ref().map_or_else(String::new, |own| format!("implement:{}", own.full_name()));
    let build = |title: &str, missing: &[Missing], form: &FormOf<'_>| {
        let writer = Writer::new(ctx.sema, &model, offset);
        let mut done: Vec<&Missing> = Vec::new();
        // Types are written twice: the imports of one member shorten the names in another.
        for m in missing {
            writer.stub(&m.member, &Form::Public, Accessors::default(), &class_parameters)?;
        }
        let mut new = Vec::new();
        for m in missing {
            if let Some(form) = form(m, &writer, &done) {
                new.push(writer.stub(&m.member, &form, Accessors::default(), &class_parameters)?);
            }
            done.push(m);
        }
        let edits = codegen::csharp::insertion::insert_here(ctx, ty, &new)?;
        let fix = ctx.fix(title, Applicability::Unsafe).in_bulk(bulk).isolated(group.as_str());
        let fix = edits.into_iter().fold(fix, |fix, edit| fix.edit(edit));
        Some(writer.imports().into_iter().fold(fix, |fix, import| fix.import(import)))
    };
    let explicit = |m: &Missing, writer: &Writer<'_, '_>| Form::Explicit(writer.spell(&m.owner));
    let implicit = |m: &Missing, writer: &Writer<'_, '_>, done: &[&Missing]| {
        let implemented = done.iter().find(|d| same_shape(&model, &d.member, &m.member, false));
        if implemented.is_some_and(|d| same_result(&model, &d.member, &m.member)) {
            return None;
        }
        let must_be_explicit = implemented.is_some()
            || ctx.code() != "CS0535"
            || own_members.iter().any(|o| conflicts(&model, o, &m.member))
            || implementer.is_explicit_by_habit(m)
            || name_of(ty).is_some_and(|n| n.text_in(text) == m.member.declaration.name.as_str())
            || has_invalid_constraint(&model, &m.member);
        // `IEnumerable.GetEnumerator()` gives what the generic one gives.
        let given = implemented.map(|d| &d.member).or_else(|| {
            own_members
                .iter()
                .find(|o| o.declaration.explicit_interface.is_empty() && same_shape(&model, o, &m.member, false))
        });
        Some(if given.is_some_and(|d| gives(&model, d, &m.member)) {
            Form::Through { target: String::new(), explicit: Some(writer.spell(&m.owner)) }
        } else if must_be_explicit {
            explicit(m, writer)
        } else {
            Form::Public
        })
    };
    if let Some(fix) = build("Implement interface", &missing, &implicit) {
        out.push(if ctx.code() == "CS0535" { fix.preferred() } else { fix }.build());
    }
    if ctx.code() != "CS0535" {
        return Some(out);
    }
    if has_modifier(ty, text, "abstract") {
        let form = |m: &Missing, w: &Writer<'_, '_>, done: &[&Missing]| {
            implicit(m, w, done).map(|f| if f == Form::Public { Form::Abstract } else { f })
        };
        out.extend(build("Implement interface abstractly", &missing, &form).map(|f| f.build()));
    }
    for delegate_member in delegate_members(ctx, &model, ty, &interface) {
        let title = format!("Implement interface through '{}'", delegate_member.title);
        let form = |m: &Missing, w: &Writer<'_, '_>, done: &[&Missing]| {
            let target = delegate_member.target(m, done, implementer.own.as_ref(), &interface, &model, w);
            implicit(m, w, done).map(|form| match form {
                Form::Explicit(interface) | Form::Through { explicit: Some(interface), .. } => {
                    Form::Through { target, explicit: Some(interface) }
                }
                _ => Form::Through { target, explicit: None },
            })
        };
        out.extend(build(&title, &missing, &form).map(|f| f.build()));
    }
    let all_explicit = |m: &Missing, w: &Writer<'_, '_>, _: &[&Missing]| Some(explicit(m, w));
    let all = implementer.not_explicit(&interface);
    let instance = |m: &Missing| !m.member.declaration.modifiers.contains(Modifiers::STATIC);
    for (title, members) in
        [("Implement remaining members explicitly", &missing), ("Implement all members explicitly", &all)]
    {
        let title = if missing.len() == all.len() { "Implement all members explicitly" } else { title };
        if members.iter().all(instance) {
            out.extend(build(title, members, &all_explicit).map(|f| f.build()));
        }
        if missing.len() == all.len() {
            break;
        }
    }
    Some(out)
}

/// Puts a member that gives more before one of the same name and parameters whose result it can serve for: it is the public one.
fn order_by_result(model: &SemanticModel<'_>, missing: &mut [Missing]) {
    for i in 0..missing.len() {
        let better = (i + 1..missing.len()).find(|&j| {
            same_shape(model, &missing[i].member, &missing[j].member, false)
                && gives(model, &missing[j].member, &missing[i].member)
        });
        if let Some(j) = better {
            missing.swap(i, j);
        }
    }
}

/// Whether a getter or method can serve for another of the same name and parameters with a more general result.
fn gives(model: &SemanticModel<'_>, member: &Member, wanted: &Member) -> bool {
    let d = &wanted.declaration;
    let plain = matches!(d.kind, DeclarationKind::Method | DeclarationKind::Property)
        && !d.modifiers.intersects(Modifiers::STATIC | Modifiers::SET | Modifiers::INIT)
        && !d.type_text.starts_with("ref ");
    let (Some(from), Some(to)) = (model.member_type(member), model.member_type(wanted)) else { return false };
    plain && from != to && !to.is("void") && !model.is_value_type(&from) && model.converts(&from, &to)
}

/// How to implement a member, given those already implemented; `None` when one of them implements it too.
type FormOf<'f> = dyn Fn(&Missing, &Writer<'_, '_>, &[&Missing]) -> Option<Form> + 'f;

/// Whether the declaration mentions a type that the build could not find.
fn has_unknown_types(ctx: &RuleContext<'_>, member: &Member) -> bool {
    let Place::Declaration(id) = &member.place else { return false };
    let Some(ranges) = ctx.index.ranges(id) else { return false };
    ctx.diagnostics.in_file(&id.path).iter().any(|d| {
        matches!(d.code.as_str(), "CS0104" | "CS0234" | "CS0246" | "CS0305" | "CS0308" | "CS0426")
            && ranges.full.start <= d.range.start
            && d.range.start < ranges.full.end
    })
}

/// Changes the type of the implementing member to that of the interface member if its return values fit, else the type of the interface
/// member.
fn adapt_result<'a>(ctx: &RuleContext<'a>, ty: Node<'a>, model: &SemanticModel<'a>, missing: &Missing) -> Option<Fix> {
    let text = ctx.text();
    let wanted = model.member_type(&missing.member)?;
    let name = missing.member.declaration.name.as_str();
    let mut found = ty.field("body")?.named().into_iter().filter(|m| {
        m.is(&["method_declaration", "property_declaration"])
            && child_of_kind(*m, "explicit_interface_specifier").is_none()
            && name_of(*m).is_some_and(|n| n.text_in(text) == name)
            && syntax::csharp::parameters(*m).len() == missing.member.declaration.parameters.len()
    });
    let own = found.next().filter(|_| found.next().is_none())?;
    let declared = written_type(own)?;
    let fix = |new: &str| ctx.fix(format!("Change type to '{new}'"), Applicability::Unsafe).preferred();
    if all_convertible(model, own, text, &wanted) == Some(true) {
        let new = model.minimal(&wanted, declared.start_byte());
        // What the interface asks for is what is returned, and what is declared is not.
        let mistyped = |d: &diagnostics::SourceDiagnostic| {
            matches!(d.code.as_str(), "CS0029" | "CS0266") && own.byte_range().contains(&d.range.start)
        };
        let agreed = ctx.diagnostics.in_file(ctx.path()).iter().any(mistyped);
        let certain = agreed
            && model.written_type(declared).is_some_and(|own_type| {
                all_convertible(model, own, text, &own_type) == Some(false) && !model.converts(&wanted, &own_type)
            });
        if certain {
            let fix = ctx.fix(format!("Change type to '{new}'"), Applicability::Safe).preferred();
            return Some(fix.replace(declared.byte_range(), new).build());
        }
        return Some(fix(&new).replace(declared.byte_range(), new).build());
    }
    let own_type = model.written_type(declared)?;
    let Place::Declaration(id) = &missing.member.place else { return None };
    let source = ctx.index.source(&id.path)?;
    let interface_type = leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?.enclosing(MEMBERS)?;
    let interface_type =
        written_type(interface_type).filter(|_| all_convertible(model, own, text, &own_type) != Some(false))?;
    let new = model.minimal_at(&own_type, &id.path, interface_type.start_byte());
    let name = missing.member.owner.as_ref().map_or("", |owner| owner.declaration.name.as_str());
    let bulk = if has_other_implementation(ctx, own, name) { Bulk::Manual } else { Bulk::Repair };
    Some(fix(&new).in_bulk(bulk).edit_in(&source, TextEdit::replace(interface_type.byte_range(), new)).build())
}

/// Whether the type's own member conflicts with a public member of the other's name and parameters.
fn conflicts(model: &SemanticModel<'_>, own: &Member, wanted: &Member) -> bool {
    if !own.declaration.explicit_interface.is_empty() || own.declaration.name != wanted.declaration.name {
        return false;
    }
    let methods = own.declaration.kind == DeclarationKind::Method && wanted.declaration.kind == DeclarationKind::Method;
    let indexers = own.declaration.kind == DeclarationKind::Indexer;
    !(methods || indexers) || same_shape(model, own, wanted, false)
}

/// Whether a constraint would mention a type argument that is not allowed in constraints.
fn has_invalid_constraint(model: &SemanticModel<'_>, member: &Member) -> bool {
    member.declaration.type_parameters.iter().flat_map(|p| p.constraint.split(',')).any(|c| {
        let bound = member.bindings.iter().find(|(name, _)| name == c.trim());
        bound.is_some_and(|(_, to)| match model.resolve(to) {
            Some(found) => found.declaration.kind != DeclarationKind::Interface,
            None => !matches!(to, Type::Named { .. }),
        })
    })
}

/// A field or property whose type implements the interface.
struct DelegateMember {
    /// Its name, with the interface if it is an explicit implementation.
    title: String,
    name: String,
    is_static: bool,
    /// The interface that it implements explicitly.
    explicit: Option<Type>,
    ty: Type,
}

impl DelegateMember {
    /// The expression that the implementation of `m` delegates to.
    fn target(
        &self,
        m: &Missing,
        done: &[&Missing],
        own: Option<&Type>,
        interface: &Type,
        model: &SemanticModel<'_>,
        writer: &Writer<'_, '_>,
    ) -> String {
        let d = &m.member.declaration;
        let value = self.name == "value" && !matches!(d.kind, DeclarationKind::Method);
        let hidden = value || d.parameters.iter().any(|p| *p.name == *self.name);
        let own_name = || own.map_or("this".to_owned(), |own| writer.spell(own));
        let place = match &self.explicit {
            Some(explicit) => format!("(({})this).{}", writer.spell(explicit), self.name),
            None if hidden && self.is_static => format!("{}.{}", own_name(), self.name),
            None if hidden => format!("this.{}", self.name),
            None => self.name.clone(),
        };
        let delegate_type = model.resolve(&self.ty);
        if delegate_type.as_ref().is_some_and(|t| t.declaration.kind == DeclarationKind::Interface) {
            // Another inherited interface has a member with the same name.
            let ambiguous =
                |o: &&&Missing| same_shape(model, &o.member, &m.member, false) && !model.converts(&m.owner, &o.owner);
            let needed = done.iter().any(|o| ambiguous(&o)) && !model.converts(&m.owner, &self.ty);
            return if needed { format!("(({}){place})", writer.spell(&m.owner)) } else { place };
        }
        // A sealed class has exactly the members it declares.
        let sealed = delegate_type.is_some_and(|t| t.declaration.modifiers.contains(Modifiers::SEALED));
        let direct = sealed
            && (own == Some(&self.ty)
                || model.own_members(&self.ty).iter().any(|o| {
                    o.declaration.modifiers.contains(Modifiers::PUBLIC) && same_shape(model, o, &m.member, false)
                }));
        if direct { place } else { format!("(({}){place})", writer.spell(interface)) }
    }
}

/// Fields and properties whose type implements the interface, fields first.
fn delegate_members<'a>(
    ctx: &RuleContext<'a>,
    model: &SemanticModel<'a>,
    ty: Node<'a>,
    interface: &Type,
) -> Vec<DelegateMember> {
    let text = ctx.text();
    let Some(body) = ty.field("body") else { return Vec::new() };
    let mut out = Vec::new();
    for kind in ["field_declaration", "property_declaration"] {
        for member in body.named().into_iter().filter(|m| m.kind() == kind && !has_modifier(*m, text, "const")) {
            let Some(delegate_type) = written_type(member).and_then(|t| model.written_type(t)) else { continue };
            if !model.converts(&delegate_type, interface) {
                continue;
            }
            let specifier = child_of_kind(member, "explicit_interface_specifier");
            let specifier = specifier.and_then(|s| s.named().into_iter().next());
            let explicit = specifier.and_then(|s| model.written_type(s));
            if specifier.is_some() != explicit.is_some() {
                continue;
            }
            let names: Vec<Node<'_>> = match kind {
                "field_declaration" => descendants(member)
                    .filter(|n| n.kind() == "variable_declarator")
                    .filter_map(|n| n.field("name"))
                    .collect(),
                _ => name_of(member).into_iter().collect(),
            };
            for name in names {
                let name = name.text_in(text).to_owned();
                out.push(DelegateMember {
                    title: specifier.map_or(name.clone(), |s| format!("{}.{name}", s.text_in(text))),
                    name,
                    is_static: has_modifier(member, text, "static"),
                    explicit: explicit.clone(),
                    ty: delegate_type.clone(),
                });
            }
        }
    }
    out
}

/// Makes the member public that would then implement the interface member.
fn make_public(ctx: &RuleContext<'_>, ty: Node<'_>, name: &str) -> Option<Fix> {
    let text = ctx.text();
    let printed = Display::parse(ctx.argument(2)?)?;
    let mut members = ty.field("body")?.named().into_iter().filter(|m| {
        m.is(&["method_declaration", "property_declaration", "event_field_declaration", "event_declaration"])
            && child_of_kind(*m, "explicit_interface_specifier").is_none()
            && !has_modifier(*m, text, "public")
            && name_of(*m).is_some_and(|n| n.text_in(text).trim_start_matches('@') == name)
            && printed.parameters.as_ref().is_none_or(|p| syntax::csharp::parameters(*m).len() == p.len())
    });
    let member = members.next()?;
    if members.next().is_some() || member.kind() == "method_declaration" && member.field("body").is_none() {
        return None;
    }
    let (range, new) = codegen::csharp::modifiers::accessibility_edit(member, text, "public");
    Some(ctx.fix("Change accessibility to 'public'", Applicability::Safe).replace(range, new).preferred().build())
}

/// Adds the missing accessor to an auto-property, or opens the one it has.
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
    let word = |a: &Node<'_>| a.field("name").map_or("", |n| n.text_in(text));
    if let Some(own) = present.iter().find(|a| word(a) == accessor) {
        let (range, new) = codegen::csharp::modifiers::accessibility_edit(*own, text, "");
        let fix = ctx.fix(format!("Make '{accessor}' accessor public"), Applicability::Unsafe).replace(range, new);
        return (!range.is_empty()).then(|| fix.preferred().build());
    }
    // `set` and `init` exclude each other, and a readonly struct has neither `set`.
    let other = present.iter().find(|a| accessor != "get" && word(a) != "get").and_then(|a| a.field("name"));
    if let Some(other) = other {
        let title = format!("Replace '{}' with '{accessor}'", other.text_in(text));
        return Some(ctx.fix(title, Applicability::Unsafe).replace(other.range(), accessor).preferred().build());
    }
    if accessor == "set" && has_modifier(ty, text, "readonly") {
        return None;
    }
    let place = match accessor {
        "get" => TextEdit::insert(present.first()?.start_byte(), "get; "),
        _ => TextEdit::insert(present.last()?.end_byte(), format!(" {accessor};")),
    };
    let edits = merge_edits(vec![place]);
    let fix = ctx.fix(format!("Add '{accessor}' accessor"), Applicability::Safe).preferred();
    Some(edits.into_iter().fold(fix, |fix, edit| fix.edit(edit)).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};

    #[test]
    fn nothing_when_the_method_was_added_since_the_build() {
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
    fn members_without_a_diagnostic_are_implemented_too() {
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'J.Second()'",
            "interface I { void First<T>(T t); void Own(int? i); }\ninterface J : I { void Second(); void Third() { } }\nclass B { public void Own(int? i) { } }\nclass C : B, $0J\n{\n}\n",
            "interface I { void First<T>(T t); void Own(int? i); }\ninterface J : I { void Second(); void Third() { } }\nclass B { public void Own(int? i) { } }\nclass C : B, J\n{\n    public void First<T>(T t)\n    {\n        throw new System.NotImplementedException();\n    }\n\n    public void Second()\n    {\n        throw new System.NotImplementedException();\n    }\n}\n",
        );
        // No guess where a base type is unknown; names of type parameters do not matter.
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.M()'",
            "interface I { void M(); void N(); }\nclass C : Lost, $0I\n{\n}\n",
            "interface I { void M(); void N(); }\nclass C : Lost, I\n{\n    public void M()\n    {\n        throw new System.NotImplementedException();\n    }\n}\n",
        );
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.M()'",
            "interface I { void M(); void N<A>(A a); }\nclass C : $0I\n{\n    public void N<B>(B b) { }\n}\n",
            "interface I { void M(); void N<A>(A a); }\nclass C : I\n{\n    public void M()\n    {\n        throw new System.NotImplementedException();\n    }\n\n    public void N<B>(B b) { }\n}\n",
        );
    }

    #[test]
    fn type_parameters_of_methods_do_not_capture() {
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C<T>' does not implement interface member 'I<T>.M<T>(T, T[])'",
            "interface I<S> { void M<T>(S s, T[] T1); }\nclass C<T> : $0I<T>\n{\n}\n",
            "interface I<S> { void M<T>(S s, T[] T1); }\nclass C<T> : I<T>\n{\n    public void M<T2>(T s, T2[] T1)\n    {\n        throw new System.NotImplementedException();\n    }\n}\n",
        );
    }

    #[test]
    fn defaults_and_attributes_of_parameters() {
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.M(uint, E, string)'",
            "class KAttribute : System.Attribute { } enum E { A, B } static class D { public const uint U = 0x10; }\ninterface I { void M(uint a = D.U, E e = E.B, [K] string s = default(string)); }\nclass C : $0I\n{\n}\n",
            "class KAttribute : System.Attribute { } enum E { A, B } static class D { public const uint U = 0x10; }\ninterface I { void M(uint a = D.U, E e = E.B, [K] string s = default(string)); }\nclass C : I\n{\n    public void M(uint a = 16, E e = E.B, [K] string s = null)\n    {\n        throw new System.NotImplementedException();\n    }\n}\n",
        );
    }

    #[test]
    fn through_a_member() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.M(int)'",
            "Implement interface through 'a'",
            "interface I { int M(int a); }\nsealed class A : I { public int M(int a) => a; }\nclass C : $0I\n{\n    A a, b;\n}\n",
            "interface I { int M(int a); }\nsealed class A : I { public int M(int a) => a; }\nclass C : I\n{\n    A a, b;\n\n    public int M(int a)\n    {\n        return this.a.M(a);\n    }\n}\n",
        );
        check_fix_titled(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.M()'",
            "Implement interface through 'H.P'",
            "interface I { void M(); } interface H { I P { get; } }\nclass C : H, $0I\n{\n    I H.P => null;\n}\n",
            "interface I { void M(); } interface H { I P { get; } }\nclass C : H, I\n{\n    I H.P => null;\n\n    public void M()\n    {\n        ((H)this).P.M();\n    }\n}\n",
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

    /// The build could not resolve the base class or the types of the interface; they exist by now.
    #[test]
    fn nothing_when_it_is_implemented_since_the_build() {
        let message = "'C' does not implement interface member 'I.Names'";
        for rest in [
            "class B { public string[] Names { get; } }\nclass C : B, $0I { }",
            "class C : $0I { string[] I.Names => null; }",
        ] {
            let text = format!("interface I {{ string[] Names {{ get; }} }}\n{rest}\n");
            check_no_fix(rule_of(module_path!()), "CS0535", message, &text);
        }
    }

    #[test]
    fn stubs_that_throw_are_never_safe() {
        let rule = rule_of(module_path!());
        let message = "'C' does not implement interface member 'I.Run()'";
        check_fix_all(rule, "CS0535", message, &[], "interface I { void Run(); }\nclass C : $0I\n{\n}\n", None);
    }

    #[test]
    fn static_members() {
        let head = "using System;\ninterface I<T> where T : I<T>\n{\n    static abstract int N { get; }\n    static abstract T Make(int n);\n    static virtual string Title => \"t\";\n    static abstract event Action E;\n    static abstract T operator +(T a, T b);\n    static abstract implicit operator int(T a);\n}\n";
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I<C>.Make(int)'",
            &format!("{head}class C : $0I<C>\n{{\n}}\n"),
            &format!(
                "{head}class C : I<C>\n{{\n    public static int N => throw new NotImplementedException();\n\n    public static event Action E;\n\n    public static C Make(int n)\n    {{\n        throw new NotImplementedException();\n    }}\n\n    public static C operator +(C a, C b)\n    {{\n        throw new NotImplementedException();\n    }}\n\n    public static implicit operator int(C a)\n    {{\n        throw new NotImplementedException();\n    }}\n}}\n"
            ),
        );
    }

    #[test]
    fn a_second_member_of_the_same_signature_is_explicit() {
        // As after the fix for the first interface: fixes of one type are applied one by one.
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'J.Get<T>()'",
            "interface I { T Get<T>(); }\ninterface J { int Get<T>(); }\nclass C : I, $0J\n{\n    public T Get<T>() => default;\n}\n",
            "interface I { T Get<T>(); }\ninterface J { int Get<T>(); }\nclass C : I, J\n{\n    public T Get<T>() => default;\n\n    int J.Get<T>()\n    {\n        throw new System.NotImplementedException();\n    }\n}\n",
        );
    }

    #[test]
    fn the_more_general_member_gives_what_the_other_gives() {
        let head = "using System;\nusing System.Collections;\nusing System.Collections.Generic;\n";
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'Bag<T>' does not implement interface member 'IEnumerable<T>.GetEnumerator()'",
            &format!("{head}class Bag<T> : $0IEnumerable<T>\n{{\n}}\n"),
            &format!(
                "{head}class Bag<T> : IEnumerable<T>\n{{\n    public IEnumerator<T> GetEnumerator()\n    {{\n        throw new NotImplementedException();\n    }}\n\n    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();\n}}\n"
            ),
        );
    }

    #[test]
    fn tabs_and_braces_as_in_the_file() {
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.M()'",
            "using System;\ninterface I {\n\tvoid M();\n}\nclass C : $0I {\n\tint f;\n}\n",
            "using System;\ninterface I {\n\tvoid M();\n}\nclass C : I {\n\tint f;\n\n\tpublic void M() {\n\t\tthrow new NotImplementedException();\n\t}\n}\n",
        );
    }

    #[test]
    fn type_parameters_that_are_keywords() {
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.M<@class>(@class)'",
            "interface I { void M<@class>(@class a); }\nclass C : $0I\n{\n}\n",
            "interface I { void M<@class>(@class a); }\nclass C : I\n{\n    public void M<@class>(@class a)\n    {\n        throw new System.NotImplementedException();\n    }\n}\n",
        );
    }

    #[test]
    fn explicit_as_its_neighbours_are() {
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.N()'",
            "using System;\ninterface I { void M(); void N(); }\nclass C : $0I\n{\n    void I.M() { }\n}\n",
            "using System;\ninterface I { void M(); void N(); }\nclass C : I\n{\n    void I.M() { }\n\n    void I.N()\n    {\n        throw new NotImplementedException();\n    }\n}\n",
        );
    }

    #[test]
    fn an_accessor_that_is_there_is_opened() {
        let message = "'C' does not implement interface member 'I.P.set'";
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            message,
            "interface I { int P { get; set; } } class C : $0I { public int P { get; private set; } }",
            "interface I { int P { get; set; } } class C : I { public int P { get; set; } }",
        );
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            message,
            "interface I { int P { get; set; } } class C : $0I { public int P { get; init; } }",
            "interface I { int P { get; set; } } class C : I { public int P { get; set; } }",
        );
    }

    #[test]
    fn the_return_type_of_the_implementation_or_of_the_interface_changes() {
        let rule = rule_of(module_path!());
        let message = "'C' does not implement interface member 'I.M()'. 'C.M()' cannot implement 'I.M()' because it does not have the matching return type of 'object'.";
        check_fix(
            rule,
            "CS0738",
            message,
            "interface I { object M(); }\nclass C : $0I { public string M() => \"\"; }\n",
            "interface I { object M(); }\nclass C : I { public object M() => \"\"; }\n",
        );
        check_fix(
            rule,
            "CS0738",
            &message.replace("object", "int"),
            "interface I { int M(); }\nclass C : $0I { public bool M() => true; }\n",
            "interface I { bool M(); }\nclass C : I { public bool M() => true; }\n",
        );
    }

    /// `Text` may be an alias that exists in only one branch of `#if`.
    #[test]
    fn nothing_when_a_member_of_that_name_exists() {
        check_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.P'",
            "using System;\ninterface I { int M(string text); int P { get; } }\nclass C : $0I\n{\n    public int M(Text text) => 0;\n}\n",
            "using System;\ninterface I { int M(string text); int P { get; } }\nclass C : I\n{\n    public int P => throw new NotImplementedException();\n\n    public int M(Text text) => 0;\n}\n",
        );
    }
}
