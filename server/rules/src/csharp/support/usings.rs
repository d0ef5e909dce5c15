//! Using directives whose namespace does not exist, and the namespace that was intended.

use diagnostics::SourceDiagnostic;
use fix::RuleContext;
use index::csharp::CsType;
use rustc_hash::{FxHashMap, FxHashSet};
use semantics::csharp::namespaces;
use semantics::csharp::printed::{generic_name, qualifier, simple_name};
use semantics::csharp::type_use::{Place, TypeUse, in_using};
use smol_str::SmolStr;
use syntax::csharp::lexical::{TokenKind, active_branches, tokens};
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
    ctx.index.csharp().workspace_has_namespace(namespace)
}

/// The namespace that the directive's `wrong` is a misspelling of. None when some project of the tree declares `wrong`: then a reference is
/// missing.
pub(crate) fn misspelt(ctx: &RuleContext<'_>, wrong: &str) -> Option<SmolStr> {
    let csharp = ctx.index.csharp();
    if csharp.is_namespace(wrong) {
        return None;
    }
    namespaces::misspelt(ctx.index, wrong).filter(|right| csharp.reaches_namespace(right, ctx.path()))
}

/// For each namespace, how many of the names that the build could not find in this file it would import; and whether a name is in no
/// namespace at all.
pub(crate) fn needed_namespaces(ctx: &RuleContext<'_>) -> (FxHashMap<SmolStr, usize>, bool) {
    struct Needed(FxHashMap<SmolStr, usize>, bool);
    let needed = ctx.of_file(|ctx| {
        let (counts, unresolved) = find_needed_namespaces(ctx);
        Needed(counts, unresolved)
    });
    (needed.0.clone(), needed.1)
}

fn find_needed_namespaces(ctx: &RuleContext<'_>) -> (FxHashMap<SmolStr, usize>, bool) {
    let mut out: FxHashMap<SmolStr, usize> = FxHashMap::default();
    let mut unresolved = false;
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for d in ctx.diagnostics.in_file(ctx.path()) {
        if !matches!(d.code.as_str(), "CS0246" | "CS0103") {
            continue;
        }
        let Some(leaf) = leaf_at(ctx.root(), d.range.start) else { continue };
        if in_using(leaf) {
            continue;
        }
        let Some(used) = TypeUse::of(leaf, ctx.text()) else { continue };
        if !seen.insert(used.name) {
            continue;
        }
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
    // It exists: a reference to what declares it is missing, or what has been repaired by now.
    if ctx.index.csharp().is_namespace(&wrong) {
        return None;
    }
    if let Some(right) = misspelt(ctx, &wrong) {
        // The correct directive may exist already.
        let exists = directive.parent().is_some_and(|p| {
            p.named().into_iter().any(|n| {
                n.kind() == "using_directive" && namespace_of(n, ctx.text()).as_deref() == Some(right.as_str())
            })
        });
        return Some(if exists { Repair::Remove } else { Repair::Change(right) });
    }
    // It is meant, but out of reach: a reference is missing as well.
    if namespaces::misspelt(ctx.index, &wrong).is_some() {
        return None;
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

/// Whether a using directive of the file names a namespace that nothing is known of: what is missing may come from there.
pub(crate) fn has_unknown_directive(ctx: &RuleContext<'_>) -> bool {
    struct Unknown(bool);
    let found = ctx.of_file(|ctx| {
        Unknown(ctx.diagnostics.with_codes(ctx.path(), &["CS0246", "CS0234"]).any(|d| {
            let directive = leaf_at(ctx.root(), d.range.start).and_then(|l| l.enclosing(&["using_directive"]));
            let wrong = directive.and_then(|n| namespace_of(n, ctx.text()));
            wrong.is_some_and(|w| misspelt(ctx, &w).is_none() && !ctx.index.csharp().is_namespace(&w))
        }))
    });
    found.0
}

/// Names whose import is looked for, to know what other names of the file bring: a bound for damaged files.
const MOST_NAMES: usize = 60;

/// Namespaces that other missing names of this file need: each is the only one that has such a name.
pub(crate) fn needed_by_others(ctx: &RuleContext<'_>, name: &str) -> Vec<SmolStr> {
    let needed = ctx.of_file(Needed::of);
    let others = needed.0.iter().filter(|(other, _)| other != name).take(MOST_NAMES);
    others.filter_map(|(_, namespace)| namespace.clone()).collect()
}

/// Missing names of a file, in order, with the namespace where only one has such a name.
struct Needed(Vec<(SmolStr, Option<SmolStr>)>);

impl Needed {
    fn of(ctx: &RuleContext<'_>) -> Self {
        let mut out: Vec<(SmolStr, Option<SmolStr>)> = Vec::new();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for d in ctx.diagnostics.in_file(ctx.path()).iter().filter(|d| matches!(d.code.as_str(), "CS0246" | "CS0103")) {
            let leaf = leaf_at(ctx.root(), d.range.start).filter(|leaf| !in_using(*leaf));
            let Some(used) = leaf.and_then(|leaf| TypeUse::of(leaf, ctx.text())) else { continue };
            if matches!(used.place, Place::Invoked | Place::Expression) || !seen.insert(used.name) {
                continue;
            }
            // One more than is asked for: the name of who asks does not count.
            if out.len() > MOST_NAMES {
                break;
            }
            let namespace = match used.importable(ctx).as_slice() {
                [only] => Some(only.declaration.namespace.clone()),
                _ => None,
            };
            out.push((used.name.into(), namespace));
        }
        Self(out)
    }
}

/// A type that is used in the file by its simple name, through another using directive, and that `namespace` has too: with both directives the
/// name is ambiguous (CS0104).
pub(crate) fn makes_ambiguous(ctx: &RuleContext<'_>, namespace: &str, at: usize) -> bool {
    let csharp = ctx.index.csharp();
    let scope = csharp.namespaces_in_scope(ctx.path(), at);
    if scope.iter().any(|n| n == namespace) {
        return false;
    }
    let text = ctx.text();
    let tokens = tokens(&active_branches(text, at));
    let words: FxHashSet<&str> = tokens.iter().filter(|t| t.kind == TokenKind::Word).map(|t| t.text(text)).collect();
    // Namespaces around the place come before what directives bring.
    let around = csharp.enclosing_type(ctx.path(), at).map(|t| t.declaration.namespace.clone()).unwrap_or_default();
    let is_around = |n: &str| around == n || around.strip_prefix(n).is_some_and(|rest| rest.starts_with('.'));
    let added = csharp.types_in_namespace_named(namespace, |name| words.contains(name));
    added.iter().any(|ty| {
        let name = &ty.declaration.name;
        let mut others = csharp.types_visible(name, ctx.path());
        others.retain(|other| {
            let of = &other.declaration.namespace;
            other.containing.is_empty() && other.arity() == ty.arity() && of != namespace && scope.contains(of)
        });
        let nearer = |other: &CsType| is_around(&other.declaration.namespace) || other.declaration.namespace.is_empty();
        !others.is_empty() && !others.iter().any(nearer)
    })
}

/// What is converted, by a diagnostic: from and to.
pub(crate) fn conversion(d: &SourceDiagnostic) -> Option<(&str, &str)> {
    let arguments: Vec<&str> = d.arguments.iter().map(|a| a.trim_end_matches('?')).collect();
    match (d.code.as_str(), &arguments[..]) {
        ("CS1503", [.., from, to]) => Some((from, to)),
        ("CS8619" | "CS0266" | "CS0029", [from, to, ..]) => Some((from, to)),
        _ => None,
    }
}

/// Whether a value of the plain type is used as one with type arguments: these are missing, then.
pub(crate) fn is_given_as_generic(ctx: &RuleContext<'_>, name: &str) -> bool {
    ctx.diagnostics.naming(name).filter_map(conversion).any(|(from, to)| {
        simple_name(from) == name && !from.contains('<') && to.contains('<') && simple_name(generic_name(to)) == name
    })
}

/// Namespaces that repaired using directives of this file will import.
pub(crate) fn repaired_namespaces(ctx: &RuleContext<'_>) -> Vec<SmolStr> {
    struct Repaired(Vec<SmolStr>);
    let found = ctx.of_file(|ctx| {
        let wrong =
            ctx.diagnostics.in_file(ctx.path()).iter().filter(|d| matches!(d.code.as_str(), "CS0246" | "CS0234"));
        let directives = wrong.filter_map(|d| leaf_at(ctx.root(), d.range.start)?.enclosing(&["using_directive"]));
        let wrong = directives.filter_map(|n| namespace_of(n, ctx.text()));
        Repaired(wrong.filter_map(|w| misspelt(ctx, &w)).collect())
    });
    found.0.clone()
}
