//! Values for a new parameter, and objects that take the place of several.

use super::{Draft, Use, is_same_type, member, witness};
use crate::likeness::name_likeness;
use index::csharp::CsType;
use index::{DeclarationKind, Modifiers};
use semantics::Semantics;
use semantics::csharp::completion_names::{NameKind, locals};
use semantics::csharp::{SemanticModel, Type};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use syntax::{Node, NodeExt, ancestors};

/// The value for the new parameter with this number now: what the old body used in its place, or the one value in scope of its type. Never a guess.
pub(super) fn of_parameter(used: &Use<'_, '_>, at: usize, draft: &mut Draft) -> Option<String> {
    let now = used.site.change.now.as_ref()?;
    let parameter = now.parameters.get(at)?;
    if parameter.modifiers.split(' ').any(|m| matches!(m, "ref" | "out")) {
        return given_to_local(used, &parameter.name, draft);
    }
    if let Some(text) = witness::used_before(used, at, draft) {
        return Some(text);
    }
    let model = used.site.now.csharp();
    let wanted = model.member_text(&used.member_now()?, &parameter.type_text)?;
    in_scope(used, &wanted, &parameter.name, draft)
}

/// `out var name`, where what the parameter gives was a member of the type before.
fn given_to_local(used: &Use<'_, '_>, name: &str, draft: &mut Draft) -> Option<String> {
    let change = used.site.change;
    let was_member = used.site.changes.list.iter().any(|c| {
        c.now.is_none()
            && c.container == change.container
            && super::bodies::given_name(change, &c.then).is_some_and(|given| given == name)
    });
    let function = syntax::csharp::function_of(used.now.leaf)?;
    let taken = !syntax::leaves_named(function, used.text(), name).is_empty();
    if !was_member || taken || !used.now.is_statement() {
        return None;
    }
    draft.doubt("what it gives was read from a property");
    Some(format!("out var {name}"))
}

/// The one value in scope of exactly this type.
fn in_scope(used: &Use<'_, '_>, wanted: &Type, name: &str, draft: &mut Draft) -> Option<String> {
    let then = used.site.then;
    let model = then.csharp();
    // A value of a type that says nothing about what it is for has to have the name, too.
    let says_nothing = speaks_little(wanted);
    let fits = |ty: &Type| is_same_type(used.site, ty, wanted) && (ty == wanted || matches!(wanted, Type::Nullable(_)));
    let node = used.then.leaf;
    let mut found: BTreeSet<SmolStr> = BTreeSet::new();
    for local in locals(&then, node) {
        if local.kind != NameKind::Local {
            continue;
        }
        let Some((ty, declared)) = model.value_named(node, &local.name) else { continue };
        let before = declared.is_some_and(|d| is_before(d, node));
        if before && fits(&ty) {
            found.insert(local.name);
        }
    }
    if found.is_empty() {
        found = fields(used, &model, &fits);
    }
    let found: Vec<&SmolStr> = found.iter().filter(|n| !says_nothing || n.eq_ignore_ascii_case(name)).collect();
    let best = match found.as_slice() {
        [] => return None,
        [one] => one,
        several => {
            let likeness = |n: &&&SmolStr| name_likeness(n, name);
            let best = several.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
            let second = several.iter().filter(|n| n != &best).map(|n| likeness(&n)).fold(0.0, f32::max);
            if likeness(&best) < 0.5 || likeness(&best) - second < 0.2 {
                return None;
            }
            draft.doubt("there are other values of its type");
            best
        }
    };
    if says_nothing {
        draft.doubt("the value was chosen by its name");
    }
    Some(best.to_string())
}

/// Whether a declaration stands before a use of it could, and not around it in its own initializer.
fn is_before(declared: Node<'_>, at: Node<'_>) -> bool {
    let parameter = declared.is(&["parameter", "parameter_list", "lambda_expression", "anonymous_method_expression"]);
    if parameter || declared.is(&["foreach_statement", "accessor_declaration", "catch_declaration"]) {
        return true;
    }
    // A static function sees nothing of what is around it.
    declared.end_byte() <= at.start_byte()
}

/// Types of which a value may be anything.
fn speaks_little(ty: &Type) -> bool {
    const WORDS: &[&str] = &[
        "bool",
        "byte",
        "sbyte",
        "short",
        "ushort",
        "int",
        "uint",
        "long",
        "ulong",
        "nint",
        "nuint",
        "char",
        "float",
        "double",
        "decimal",
        "string",
        "object",
        "dynamic",
        "System.Type",
        "System.Guid",
        "System.DateTime",
        "System.TimeSpan",
        "System.DateTimeOffset",
        "System.Action",
    ];
    match ty.strip() {
        Type::Named { arguments, .. } => !arguments.is_empty() || WORDS.iter().any(|w| ty.strip().is(w)),
        _ => true,
    }
}

/// The fields and properties of the type around a use that fit.
fn fields(used: &Use<'_, '_>, model: &SemanticModel<'_>, fits: &impl Fn(&Type) -> bool) -> BTreeSet<SmolStr> {
    let mut out = BTreeSet::new();
    let node = used.then.leaf;
    let member = ancestors(node).find(|n| n.is(syntax::csharp::MEMBERS));
    // Initializers of fields and of constructors see no instance.
    let early = ancestors(node).any(|n| n.is(&["constructor_initializer", "field_declaration"]));
    let in_static = early || member.is_none_or(|m| syntax::csharp::has_modifier(m, used.text_then(), "static"));
    for ty in model.enclosing_types(node).into_iter().take(1) {
        for m in model.members_by_type(&ty).into_iter().flat_map(|(_, members)| members) {
            let d = &m.declaration;
            let value = matches!(d.kind, DeclarationKind::Field | DeclarationKind::Property);
            let inherited = m.owner.as_ref().is_some_and(|o| model.resolve(&ty).is_some_and(|t| t.origin != o.origin));
            let reached = !inherited || d.modifiers.intersects(Modifiers::PUBLIC | Modifiers::PROTECTED);
            let instance = !d.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST);
            if value && reached && !(instance && in_static) && model.member_type(&m).is_some_and(|t| fits(&t)) {
                out.insert(d.name.clone());
            }
        }
    }
    out
}

/// A part of an object that can be created: a parameter of its constructor, or a property that is set.
pub(super) struct Part {
    pub name: SmolStr,
    /// The property or field that holds it.
    pub member: Option<SmolStr>,
    pub ty: Option<Type>,
    pub optional: bool,
    pub in_constructor: bool,
    /// It has to be set.
    pub required: bool,
}

/// The parts of a class or record of the workspace, now.
pub(super) fn object_parts(used: &Use<'_, '_>, ty: &Type) -> Option<Vec<Part>> {
    parts(used.site.now, ty)
}

/// The parts of a class or record of the workspace, as it was.
pub(super) fn object_parts_then(used: &Use<'_, '_>, ty: &Type) -> Option<Vec<Part>> {
    parts(used.site.then, ty)
}

fn parts(sema: Semantics<'_>, ty: &Type) -> Option<Vec<Part>> {
    use DeclarationKind::*;
    let model = sema.csharp();
    let found: CsType = model.resolve(ty)?;
    let d = &found.declaration;
    let index::csharp::TypeOrigin::Source(ids) = &found.origin else { return None };
    if !matches!(d.kind, Class | Record | Struct | RecordStruct) || d.modifiers.contains(Modifiers::ABSTRACT) {
        return None;
    }
    let members = sema.index.csharp().members(&found);
    let held = |name: &str| {
        let value = |m: &&index::csharp::CsMember| matches!(m.declaration.kind, Property | Field);
        let mut held = members.iter().filter(value).filter(|m| m.declaration.name.eq_ignore_ascii_case(name));
        held.next().map(|m| m.declaration.name.clone())
    };
    let part = |p: &index::Parameter, of: &semantics::csharp::Member| Part {
        name: p.name.clone(),
        member: held(&p.name),
        ty: model.member_text(of, &p.type_text),
        optional: p.optional,
        in_constructor: true,
        required: false,
    };
    let own: Vec<_> = members.iter().filter(|m| m.declaration.kind == Constructor).collect();
    let public = |m: Modifiers| !m.intersects(Modifiers::PRIVATE | Modifiers::PROTECTED);
    if !d.parameters.is_empty() {
        let primary = ids.iter().find_map(|id| {
            let declared = sema.index.outline(&id.path)?.declarations.get(id.index as usize)?.clone();
            (!declared.parameters.is_empty()).then(|| (member(id, &declared), declared))
        })?;
        return Some(primary.1.parameters.iter().map(|p| part(p, &primary.0)).collect());
    }
    let with_parameters: Vec<_> =
        own.iter().filter(|m| !m.declaration.parameters.is_empty() && public(m.declaration.modifiers)).collect();
    match with_parameters.as_slice() {
        [one] if own.len() == 1 => {
            let id = one.id.as_ref()?;
            let of = member(id, &one.declaration);
            Some(one.declaration.parameters.iter().map(|p| part(p, &of)).collect())
        }
        [] => {
            let settable = members.iter().filter(|m| {
                let words = m.declaration.modifiers;
                m.declaration.kind == Property
                    && words.intersects(Modifiers::SET | Modifiers::INIT)
                    && words.intersects(Modifiers::PUBLIC | Modifiers::INTERNAL)
                    && !words.contains(Modifiers::STATIC)
            });
            let property = |m: &index::csharp::CsMember| {
                let plain = model.plain_member(m);
                Part {
                    name: m.declaration.name.clone(),
                    member: Some(m.declaration.name.clone()),
                    ty: model.member_type(&plain),
                    optional: true,
                    in_constructor: false,
                    required: m.declaration.modifiers.contains(Modifiers::REQUIRED),
                }
            };
            let list: Vec<Part> = settable.map(property).collect();
            (!list.is_empty()).then_some(list)
        }
        _ => None,
    }
}

/// An instance of a type whose static member became an instance member: the one value in scope.
pub(super) fn instance(used: &Use<'_, '_>, ty: &Type, draft: &mut Draft) -> Option<String> {
    let value = in_scope(used, ty, "", draft)?;
    draft.doubt("the instance was chosen by its type");
    Some(value)
}
