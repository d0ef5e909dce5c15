//! Using directives that do not lead anywhere, and what they were meant to bring in.

use fix::RuleContext;
use rustc_hash::FxHashMap;
use semantics::csharp::printed::qualifier;
use semantics::csharp::similar_names::slip;
use semantics::csharp::type_use::TypeUse;
use semantics::typo::is_typo;
use smol_str::SmolStr;
use syntax::{Node, NodeExt, leaf_at};

/// The namespace that a plain using directive names; `None` for aliases and `using static`.
pub(crate) fn namespace_of(directive: Node<'_>, text: &str) -> Option<String> {
    let children = directive.all_children();
    if children.iter().any(|c| matches!(c.kind(), "=" | "static" | "unsafe")) {
        return None;
    }
    let name = directive.named().pop()?;
    let plain: String = name.text_in(text).chars().filter(|c| !c.is_whitespace()).collect();
    Some(plain.strip_prefix("global::").map(str::to_owned).unwrap_or(plain))
}

/// Whether the workspace's own sources declare something in `namespace` or below it.
pub(crate) fn is_own(ctx: &RuleContext<'_>, namespace: &str) -> bool {
    let prefix = format!("{namespace}.");
    ctx.index.files().filter(|p| p.extension().is_some_and(|e| e == "cs")).any(|p| {
        ctx.index.outline(p).is_some_and(|o| {
            o.declarations.iter().any(|d| d.namespace == namespace || d.namespace.starts_with(prefix.as_str()))
        })
    })
}

/// The namespace that `wrong` is a misspelling of: the one nearest to it, part by part.
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

/// For each namespace, how many names that the build could not find in this file it would bring in; and whether some name is nowhere.
pub(crate) fn wanted(ctx: &RuleContext<'_>) -> (FxHashMap<SmolStr, usize>, bool) {
    let mut out: FxHashMap<SmolStr, usize> = FxHashMap::default();
    let mut lost = false;
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
        lost |= found.is_empty();
        for ty in found {
            *out.entry(ty.declaration.namespace.clone()).or_default() += 1;
        }
    }
    (out, lost)
}

/// What to do with a using directive whose namespace does not exist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Repair {
    /// Another namespace was meant.
    Change(SmolStr),
    /// Nothing of it is needed.
    Remove,
}

/// The repair of a broken directive; `None` when it cannot be told.
pub(crate) fn repair(ctx: &RuleContext<'_>, directive: Node<'_>) -> Option<Repair> {
    let wrong = namespace_of(directive, ctx.text())?;
    if let Some(right) = misspelt(ctx, &wrong) {
        // The right one may be there already.
        let there = directive.parent().is_some_and(|p| {
            p.named().into_iter().any(|n| {
                n.kind() == "using_directive" && namespace_of(n, ctx.text()).as_deref() == Some(right.as_str())
            })
        });
        return Some(if there { Repair::Remove } else { Repair::Change(right) });
    }
    let parent = qualifier(&wrong);
    let own = if parent.is_empty() { is_own(ctx, &wrong) } else { is_own(ctx, parent) };
    if !own {
        return None;
    }
    let (wanted, lost) = wanted(ctx);
    let mut best: Vec<(SmolStr, usize)> = wanted.into_iter().filter(|(n, _)| n.starts_with(parent)).collect();
    best.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    match best.as_slice() {
        [(only, _)] => Some(Repair::Change(only.clone())),
        [(first, n), (_, m), ..] if n > m => Some(Repair::Change(first.clone())),
        [] if !lost => Some(Repair::Remove),
        _ => None,
    }
}

/// Namespaces that the repairs of broken directives of this file bring in.
pub(crate) fn repaired(ctx: &RuleContext<'_>) -> Vec<SmolStr> {
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
