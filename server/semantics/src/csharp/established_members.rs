//! Distinguishes a member that was recently added to a base type from one that a derived type has lost.

use crate::Semantics;
use index::csharp::{CsType, TypeOrigin};
use index::{Declaration, DeclarationId, DeclarationKind};
use std::path::Path;
use syntax::NodeExt;
use syntax::csharp::identifiers_named;

/// Maximum number of files searched for uses.
const MAX_FILES: usize = 24;

/// Whether `base` probably declared the member before the derived type became incomplete: `base` belongs to a library, another type in source
/// implements the member, or some code uses it. The derived type then lost its member, or is still being written; a generated body that throws would
/// hide that.
pub fn is_implemented_or_used(ctx: &Semantics<'_>, base: &CsType, member: &Declaration) -> bool {
    if !matches!(base.origin, TypeOrigin::Source(_)) {
        return true;
    }
    let csharp = ctx.index.csharp();
    if member.kind == DeclarationKind::Indexer {
        return false;
    }
    let name = member.name.as_str();
    let mut files = ctx.index.word_counts(name, ctx.source.parsed.language()).take(MAX_FILES);
    files.any(|(path, _)| {
        let Some(outline) = ctx.index.outline(&path) else { return false };
        let serves = |i: usize| {
            let id = DeclarationId { path: path.clone(), index: i as u32 };
            let owner = ctx.index.ranges(&id).and_then(|r| csharp.enclosing_type(&path, r.name.start));
            owner.is_some_and(|o| o.origin != base.origin && csharp.is_derived_from(&o, base))
        };
        let has = outline.declarations.iter().enumerate().any(|(i, d)| {
            d.name == name && d.kind == member.kind && d.parameters.len() == member.parameters.len() && serves(i)
        });
        has || asks(ctx, &path, base, name, false)
    })
}

/// Whether some code may access the member through `own` itself, not through the base type that declares it.
pub fn is_called_through(ctx: &Semantics<'_>, own: &CsType, name: &str) -> bool {
    let files: Vec<_> = ctx.index.word_counts(name, ctx.source.parsed.language()).take(4 * MAX_FILES + 1).collect();
    files.len() > 4 * MAX_FILES || files.iter().any(|(path, _)| asks(ctx, path, own, name, true))
}

/// Whether the file accesses a member of `base` or of a type derived from it. `unknown`: whether receivers of unknown type count.
fn asks(ctx: &Semantics<'_>, path: &Path, base: &CsType, name: &str, unknown: bool) -> bool {
    let Some(source) = ctx.index.source(path) else { return false };
    let text: &str = source.parsed.text();
    let csharp = ctx.index.csharp();
    let model = Semantics::new(ctx.index, &source).csharp();
    let of_base = |ty: CsType| ty.origin == base.origin || csharp.is_derived_from(&ty, base);
    identifiers_named(source.parsed.root(), text, name).any(|n| {
        let Some(parent) = n.parent() else { return false };
        if parent.kind() == "member_access_expression" && parent.field("name") == Some(n) {
            let receiver = parent.field("expression").and_then(|r| model.type_of(r));
            return receiver.and_then(|t| model.resolve(&t.not_null())).map_or(unknown, of_base);
        }
        if parent.kind() == "member_binding_expression" {
            return unknown;
        }
        let called = parent.kind() == "invocation_expression" && parent.field("function") == Some(n);
        called && csharp.enclosing_type(path, n.start_byte()).is_some_and(of_base)
    })
}
