//! Whether a missing member may be declared in bulk.

use super::naming::without_stem;
use super::unknown_base::has_unknown_base;
use fix::{Bulk, RuleContext};
use index::DeclarationKind;
use index::csharp::CsType;
use semantics::csharp::completion_names::{Name, is_unused};
use semantics::csharp::similar_names::is_similar;
use syntax::{Node, NodeExt};

/// The isolation group of declarations of `member` in `ty`.
pub(crate) fn key(ty: &CsType, member: &str) -> String {
    format!("declare:{}:{member}", ty.full_name())
}

/// How declaring `name` in `ty` takes part in bulk. It is not certainly missing when another repair has added it since, when a base type is
/// unknown, or when the type has a member that nothing uses and that looks like its new name.
pub(crate) fn member(ctx: &RuleContext<'_>, ty: &CsType, name: &str) -> Bulk {
    let csharp = ctx.index.csharp();
    let exists = csharp.all_members(ty, "").iter().any(|m| m.declaration.name == name);
    // Every implementation of the interface would lack the new member.
    if ty.declaration.kind == DeclarationKind::Interface {
        return Bulk::Manual;
    }
    if exists || has_unknown_base(ctx, ty) || was_renamed(ctx, ty, name) { Bulk::Manual } else { Bulk::Declaration }
}

/// Whether a member of `ty` looks like what `name` was renamed to.
fn was_renamed(ctx: &RuleContext<'_>, ty: &CsType, name: &str) -> bool {
    let stem = |other: &str| {
        let type_name = ty.declaration.name.as_str();
        without_stem(type_name, name).contains(&other) || without_stem(type_name, other).contains(&name)
    };
    let members = ctx.index.csharp().members(ty);
    members
        .iter()
        .filter_map(|m| Name::of_member(m, false))
        .any(|member| stem(&member.name) || is_similar(name, &member.name) && is_unused(ctx, &member))
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
