//! Whether a missing member may be declared in bulk, and whether an existing one may change its signature.

use super::unknown_base::has_unknown_base;
use super::unproven::has_unresolved_base;
use fix::{Bulk, RuleContext};
use index::DeclarationKind;
use index::csharp::CsType;
use semantics::csharp::printed::simple_name;
use syntax::csharp::{has_modifier, type_of};
use syntax::{Node, NodeExt, child_of_kind};

/// The isolation group of declarations of `member` in `ty`.
pub(crate) fn key(ty: &CsType, member: &str) -> String {
    format!("declare:{}:{member}", ty.full_name())
}

/// How declaring `name` in `ty` takes part in bulk. It is not certainly missing when another repair has added it since, or when a base type
/// is unknown.
pub(crate) fn member(ctx: &RuleContext<'_>, ty: &CsType, name: &str) -> Bulk {
    let csharp = ctx.index.csharp();
    let exists = csharp.all_members(ty, "").iter().any(|m| m.declaration.name == name);
    // Every implementation of the interface would lack the new member.
    if ty.declaration.kind == DeclarationKind::Interface {
        return Bulk::Manual;
    }
    if exists || has_unknown_base(ctx, ty) { Bulk::Manual } else { Bulk::Declaration }
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
