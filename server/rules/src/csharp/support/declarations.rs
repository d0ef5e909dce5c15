//! Whether a missing member may be declared in bulk, and whether an existing one may change its signature.

use super::naming::{replaces_a_word, without_stem};
use super::unknown_base::has_unknown_base;
use super::unproven::has_unresolved_base;
use fix::{Bulk, RuleContext};
use index::csharp::{CsMember, CsType, TypeOrigin};
use index::{DeclarationId, DeclarationKind, Modifiers};
use semantics::csharp::completion_names::{Name, is_unused};
use semantics::csharp::printed::simple_name;
use semantics::csharp::similar_names::is_similar;
use syntax::csharp::{has_modifier, type_of};
use syntax::{Node, NodeExt, child_of_kind};

/// The most files that are searched for a name.
const MAX_FILES: usize = 24;

/// The isolation group of declarations of `member` in `ty`.
pub(crate) fn key(ty: &CsType, member: &str) -> String {
    format!("declare:{}:{member}", ty.full_name())
}

/// How declaring `name` in `ty` takes part in bulk. It is not certainly missing when another repair has added it since, when a base type is
/// unknown, when the type has a member that nothing uses and that looks like its new name, or when a type that derives from it, an
/// extension or another static class has the member.
pub(crate) fn member(ctx: &RuleContext<'_>, ty: &CsType, name: &str) -> Bulk {
    let csharp = ctx.index.csharp();
    let exists = !csharp.all_members_where(ty, "", &mut |m| m.declaration.name == name).is_empty();
    // Every implementation of the interface would lack the new member.
    if ty.declaration.kind == DeclarationKind::Interface {
        return Bulk::Manual;
    }
    if exists || has_unknown_base(ctx, ty) || was_renamed(ctx, ty, name) || is_near(ctx, ty, name) {
        Bulk::Manual
    } else {
        Bulk::Declaration
    }
}

/// Whether a member of `ty` looks like what `name` was renamed to.
fn was_renamed(ctx: &RuleContext<'_>, ty: &CsType, name: &str) -> bool {
    let stem = |other: &str| {
        let type_name = ty.declaration.name.as_str();
        without_stem(type_name, name).contains(&other) || without_stem(type_name, other).contains(&name)
    };
    let accessor = |other: &str| other.strip_prefix("Get") == Some(name) || name.strip_prefix("Get") == Some(other);
    let members = ctx.index.csharp().members(ty);
    members.iter().filter_map(|m| Name::of_member(m, false)).any(|member| {
        stem(&member.name)
            || accessor(&member.name)
            || (is_similar(name, &member.name) || replaces_a_word(name, &member.name)) && is_unused(ctx, &member)
    })
}

/// Whether a type that derives from `ty` declares `name`, or an extension method has the name: a conversion or a directive is missing.
fn is_near(ctx: &RuleContext<'_>, ty: &CsType, name: &str) -> bool {
    let csharp = ctx.index.csharp();
    let in_source = |m: &CsMember| matches!(m.owner.origin, TypeOrigin::Source(_));
    if matches!(ctx.code().as_str(), "CS0103" | "CS0117") && !moved(ctx, ty, name).is_empty() {
        return true;
    }
    if csharp.extension_methods_named(name).iter().any(in_source) {
        return true;
    }
    let files = ctx.index.word_counts(name, ctx.source.parsed.language()).take(MAX_FILES);
    files.filter_map(|(path, _)| Some((ctx.index.outline(&path)?, path))).any(|(outline, path)| {
        outline.declarations.iter().filter(|d| d.name == name).filter_map(|d| d.parent).any(|parent| {
            let owner = csharp.type_of(&DeclarationId { path: path.clone(), index: parent });
            owner.is_some_and(|o| o.origin != ty.origin && csharp.is_derived_from(&o, ty))
        })
    })
}

/// Static members of this name that other types in source let the file use.
pub(crate) fn moved(ctx: &RuleContext<'_>, ty: &CsType, name: &str) -> Vec<CsMember> {
    let csharp = ctx.index.csharp();
    let mut out: Vec<CsMember> = Vec::new();
    for (path, _) in ctx.index.word_counts(name, ctx.source.parsed.language()).take(MAX_FILES) {
        let Some(outline) = ctx.index.outline(&path) else { continue };
        let parents = outline.declarations.iter().filter(|d| d.name == name).filter_map(|d| d.parent);
        for parent in parents {
            let Some(owner) = csharp.type_of(&DeclarationId { path: path.clone(), index: parent }) else { continue };
            let known = out.iter().any(|m| m.owner.origin == owner.origin);
            if known || owner.origin == ty.origin || owner.arity() > 0 || !csharp.is_accessible(&owner, ctx.path()) {
                continue;
            }
            let usable = |m: &&CsMember| {
                let modifiers = m.declaration.modifiers;
                m.declaration.name == name
                    && modifiers.intersects(Modifiers::STATIC | Modifiers::CONST)
                    && modifiers.intersects(Modifiers::PUBLIC | Modifiers::INTERNAL)
                    && !modifiers.contains(Modifiers::EXTENSION)
            };
            out.extend(csharp.members(&owner).iter().filter(usable).cloned());
        }
    }
    out
}

/// Whether `name` resolves at `node` by now: to a type, a namespace, or a member of a type around it.
pub(crate) fn is_known(ctx: &RuleContext<'_>, node: Node<'_>, name: &str) -> bool {
    let csharp = ctx.index.csharp();
    if csharp.resolve(name, ctx.path(), node.start_byte()).is_some() || csharp.is_namespace(name) {
        return true;
    }
    let types =
        syntax::ancestors(node).filter(|n| n.is(syntax::csharp::TYPE_DECLARATIONS)).filter_map(|n| n.field("name"));
    types
        .filter_map(|n| csharp.enclosing_type(ctx.path(), n.start_byte()))
        .any(|ty| member(ctx, &ty, name) == Bulk::Manual)
}

/// Whether something else determines the signature of a method: a member that it overrides or implements, or may, or its other part.
pub(crate) fn is_bound(ctx: &RuleContext<'_>, function: Node<'_>) -> bool {
    let text = ctx.text();
    if function.kind() != "method_declaration" {
        return false;
    }
    let fixed = ["override", "virtual", "abstract", "partial"].iter().any(|m| has_modifier(function, text, m));
    if fixed || child_of_kind(function, "explicit_interface_specifier").is_some() {
        return true;
    }
    if !has_modifier(function, text, "public") || has_modifier(function, text, "static") {
        return false;
    }
    let csharp = ctx.index.csharp();
    let Some(name) = function.field("name") else { return true };
    let Some(own) = csharp.enclosing_type(ctx.path(), name.start_byte()) else { return true };
    has_unresolved_base(ctx, &own)
        || csharp
            .all_members(&own, "")
            .iter()
            .any(|m| m.owner.declaration.kind == DeclarationKind::Interface && m.declaration.name == name.text_in(text))
}

/// Whether a type other than that of `own` has `interface` among its bases: it would have to follow.
pub(crate) fn has_other_implementation(ctx: &RuleContext<'_>, own: Node<'_>, interface: &str) -> bool {
    let here = type_of(own).and_then(|t| t.field("name")).map(|n| n.text_in(ctx.text()));
    ctx.index.files_with_word(interface, ctx.source.parsed.language()).iter().any(|path| {
        ctx.index.outline(path).is_some_and(|outline| {
            outline.declarations.iter().any(|d| {
                d.kind.is_type()
                    && here != Some(d.name.as_str())
                    && d.bases.iter().any(|base| simple_name(base) == interface)
            })
        })
    })
}
