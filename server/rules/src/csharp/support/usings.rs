//! Using directives whose namespace does not exist, and the namespace that was intended.

use fix::RuleContext;
use rustc_hash::FxHashMap;
use semantics::csharp::printed::qualifier;
use semantics::csharp::similar_names::slip;
use semantics::csharp::type_use::TypeUse;
use semantics::typo::is_typo;
use smol_str::SmolStr;
use syntax::{Node, NodeExt, leaf_at};

/// The namespace of a using directive; `None` for aliases and `using static`.
pub(crate) fn namespace_of(directive: Node<'_>, text: &str) -> Option<String> {
    let children = directive.all_children();
    if children.iter().any(|c| matches!(c.kind(), "=" | "static" | "unsafe")) {
        return None;
    }
    let name = directive.named().pop()?;
    let plain: String = name.text_in(text).chars().filter(|c| !c.is_whitespace()).collect();
    Some(plain.strip_prefix("global::").map(str::to_owned).unwrap_or(plain))
}

/// Whether the workspace's sources declare something in `namespace` or below it.
pub(crate) fn is_in_workspace(ctx: &RuleContext<'_>, namespace: &str) -> bool {
    let prefix = format!("{namespace}.");
    ctx.index.files().filter(|p| p.extension().is_some_and(|e| e == "cs")).any(|p| {
        ctx.index.outline(p).is_some_and(|o| {
            o.declarations.iter().any(|d| d.namespace == namespace || d.namespace.starts_with(prefix.as_str()))
        })
    })
}

/// The namespace that `wrong` is a misspelling of: the closest one, compared part by part.
pub(crate) fn misspelt(ctx: &RuleContext<'_>, wrong: &str) -> Option<SmolStr> {
    let parts: Vec<&str> = wrong.split('.').collect();
    let mut best: Option<(u32, SmolStr, bool)> = None;
    for namespace in ctx.index.csharp().namespaces() {
        if namespace.split('.').count() != parts.len() {
            continue;
        }
        let mut total = 0u32;
        let near = namespace.split('.').zip(&parts).all(|(right, wrong)| {
            right == *wrong
                || slip(wrong, right).filter(|_| is_typo(wrong, right)).is_some_and(|d| {
                    total += d;
                    true
                })
        });
        if !near || total == 0 || total > 4 {
            continue;
        }
        match &mut best {
            Some((least, _, tie)) if *least == total => *tie = true,
            Some((least, ..)) if *least < total => {}
            _ => best = Some((total, namespace, false)),
        }
    }
    best.filter(|(_, _, tie)| !tie).map(|(_, n, _)| n)
}

/// For each namespace, how many of the names that the build could not find in this file it would import; and whether a name is in no
/// namespace at all.
pub(crate) fn needed_namespaces(ctx: &RuleContext<'_>) -> (FxHashMap<SmolStr, usize>, bool) {
    let mut out: FxHashMap<SmolStr, usize> = FxHashMap::default();
    let mut unresolved = false;
    let mut seen: Vec<&str> = Vec::new();
    for d in ctx.diagnostics.in_file(ctx.path()) {
        if !matches!(d.code.as_str(), "CS0246" | "CS0103") {
            continue;
        }
        let Some(leaf) = leaf_at(ctx.root(), d.range.start) else { continue };
        if semantics::csharp::type_use::in_using(leaf) {
            continue;
        }
        let Some(used) = TypeUse::of(leaf, ctx.text()) else { continue };
        if seen.contains(&used.name) {
            continue;
        }
        seen.push(used.name);
        let found = used.importable(ctx);
        unresolved |= found.is_empty();
        for ty in found {
            *out.entry(ty.declaration.namespace.clone()).or_default() += 1;
        }
    }
    (out, unresolved)
}

/// What to do with a using directive whose namespace does not exist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Repair {
    /// Replace it by another namespace.
    Change(SmolStr),
    /// Remove the directive.
    Remove,
}

/// The repair of a directive whose namespace does not exist; `None` when it is not certain.
pub(crate) fn repair(ctx: &RuleContext<'_>, directive: Node<'_>) -> Option<Repair> {
    let wrong = namespace_of(directive, ctx.text())?;
    if let Some(right) = misspelt(ctx, &wrong) {
        // The correct directive may exist already.
        let exists = directive.parent().is_some_and(|p| {
            p.named().into_iter().any(|n| {
                n.kind() == "using_directive" && namespace_of(n, ctx.text()).as_deref() == Some(right.as_str())
            })
        });
        return Some(if exists { Repair::Remove } else { Repair::Change(right) });
    }
    let parent = qualifier(&wrong);
    let own = if parent.is_empty() { is_in_workspace(ctx, &wrong) } else { is_in_workspace(ctx, parent) };
    if !own {
        return None;
    }
    let (needed, unresolved) = needed_namespaces(ctx);
    let mut best: Vec<(SmolStr, usize)> = needed.into_iter().filter(|(n, _)| n.starts_with(parent)).collect();
    best.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    match best.as_slice() {
        [(only, _)] => Some(Repair::Change(only.clone())),
        [(first, n), (_, m), ..] if n > m => Some(Repair::Change(first.clone())),
        [] if !unresolved => Some(Repair::Remove),
        _ => None,
    }
}

/// Namespaces that repaired using directives of this file will import.
pub(crate) fn repaired_namespaces(ctx: &RuleContext<'_>) -> Vec<SmolStr> {
    let mut out = Vec::new();
    for d in ctx.diagnostics.in_file(ctx.path()) {
        if !matches!(d.code.as_str(), "CS0246" | "CS0234") {
            continue;
        }
        let directive = leaf_at(ctx.root(), d.range.start).and_then(|l| l.enclosing(&["using_directive"]));
        let wrong = directive.and_then(|n| namespace_of(n, ctx.text()));
        if let Some(right) = wrong.and_then(|w| misspelt(ctx, &w)) {
            out.push(right);
        }
    }
    out
}
