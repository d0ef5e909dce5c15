//! Which diagnostic a person had best repair next: one that many others are like.

use crate::tree::{NodeId, Tree};
use crate::unit;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::hash::{Hash, Hasher};

/// A diagnostic for which nothing is offered.
#[derive(Clone, Copy, Debug)]
pub struct Open<'a> {
    /// Its file.
    pub tree: &'a Tree,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Its code.
    pub code: &'a str,
}

/// Diagnostics of one shape.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cluster {
    /// Their code.
    pub code: SmolStr,
    /// The one that is most like the others: the one to repair by hand. By its place in the list that was given.
    pub medoid: usize,
    /// All of them, in the order of that list.
    pub members: Vec<usize>,
}

/// Members of a cluster that are compared with each other, at most.
const MOST_COMPARED: usize = 48;
/// Tokens around a place that are compared.
const MOST_TOKENS: usize = 200;

/// The diagnostics by shape, largest cluster first: those with one code at the same name (or in the same argument of the same call) in the same kind of syntax.
/// What has a name of its own each time (a declaration, or what occurs once) is put together by the kind of syntax alone.
pub fn clusters(open: &[Open<'_>]) -> Vec<Cluster> {
    let shapes: Vec<Option<Shape>> = open.iter().map(Shape::of).collect();
    let mut named: FxHashMap<(&Kind, &Option<Name>), Vec<usize>> = FxHashMap::default();
    for (number, shape) in shapes.iter().enumerate() {
        if let Some(shape) = shape {
            named.entry((&shape.kind, &shape.name)).or_default().push(number);
        }
    }
    // What is alone with its name is like others without one.
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut rest: FxHashMap<&Kind, Vec<usize>> = FxHashMap::default();
    for ((kind, name), members) in named {
        match name.is_some() && members.len() > 1 {
            true => groups.push(members),
            false => rest.entry(kind).or_default().extend(members),
        }
    }
    groups.extend(rest.into_values());
    let mut out: Vec<Cluster> = groups
        .into_iter()
        .map(|mut members| {
            members.sort_unstable();
            Cluster { code: open[members[0]].code.into(), medoid: medoid(open, &members), members }
        })
        .collect();
    out.sort_by(|a, b| b.members.len().cmp(&a.members.len()).then(a.members[0].cmp(&b.members[0])));
    out
}

/// The code and the kinds of what is around the place.
#[derive(PartialEq, Eq, Hash)]
struct Kind {
    code: SmolStr,
    around: Vec<&'static str>,
}

/// What the place is about.
#[derive(PartialEq, Eq, Hash)]
enum Name {
    /// A name that is declared elsewhere, and what it is called with.
    Of(SmolStr, usize),
    /// An argument of a call of this name.
    Argument(SmolStr, u8),
}

struct Shape {
    kind: Kind,
    name: Option<Name>,
}

/// Levels of syntax that say what kind of place it is.
const LEVELS: usize = 3;

impl Shape {
    fn of(open: &Open<'_>) -> Option<Self> {
        let tree = open.tree;
        let grammar = tree.grammar();
        let leaf = tree.leaf_at(open.start)?;
        let mut around = Vec::new();
        for node in tree.ancestors(leaf) {
            let kind = tree.kind(node);
            if around.last() != Some(&kind) {
                around.push(kind);
            }
            if around.len() > LEVELS || grammar.is_statement(kind) {
                break;
            }
        }
        let is_name = grammar.is_name(tree.kind(leaf));
        let name = if is_name && grammar.is_declared_name(tree, leaf) {
            None
        } else if is_name && !crate::grammar::is_local(tree, leaf) {
            Some(Name::Of(tree.text_of(leaf).into(), arguments(tree, leaf)))
        } else {
            let inner = tree.ancestors(leaf).take_while(|n| !grammar.is_statement(tree.kind(*n)));
            inner.filter_map(|n| unit::context(tree, n).call).next().map(|(call, number)| Name::Argument(call, number))
        };
        Some(Self { kind: Kind { code: open.code.into(), around }, name })
    }
}

/// How many arguments what a name names is called with, and one; 0: it is not called.
fn arguments(tree: &Tree, leaf: NodeId) -> usize {
    let grammar = tree.grammar();
    for node in tree.ancestors(leaf).skip(1).take(3) {
        if let Some(list) = tree.children(node).find(|c| matches!(tree.kind(*c), "argument_list" | "arguments")) {
            return 1 + tree.children(list).filter(|c| !matches!(tree.text_of(*c), "(" | ")")).count();
        }
        if grammar.is_list(tree.kind(node)) || grammar.is_statement(tree.kind(node)) {
            break;
        }
    }
    0
}

/// The member that differs least from the others.
fn medoid(open: &[Open<'_>], members: &[usize]) -> usize {
    let step = members.len().div_ceil(MOST_COMPARED).max(1);
    let some: Vec<(usize, FxHashSet<u64>)> = members.iter().step_by(step).map(|m| (*m, features(&open[*m]))).collect();
    let distance = |a: &FxHashSet<u64>, b: &FxHashSet<u64>| {
        let common = a.intersection(b).count();
        let all = a.len() + b.len() - common;
        // In millionths: sums of them are the same in any order.
        ((all - common) * 1_000_000).checked_div(all).unwrap_or(0)
    };
    let all = |(_, a): &&(usize, FxHashSet<u64>)| some.iter().map(|(_, b)| distance(a, b)).sum::<usize>();
    some.iter().min_by_key(all).map_or(members[0], |(m, _)| *m)
}

/// The tokens and the kinds of the statement around a place.
fn features(open: &Open<'_>) -> FxHashSet<u64> {
    let tree = open.tree;
    let grammar = tree.grammar();
    let Some(leaf) = tree.leaf_at(open.start) else { return FxHashSet::default() };
    let statement = tree.enclosing(leaf, |k| grammar.is_statement(k)).unwrap_or(leaf);
    let hashed = |n: NodeId| {
        let mut hasher = rustc_hash::FxHasher::default();
        tree.kind(n).hash(&mut hasher);
        if tree.is_leaf(n) {
            tree.text_of(n).hash(&mut hasher);
        }
        hasher.finish()
    };
    tree.subtree(statement).take(MOST_TOKENS).map(hashed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::tree_of;
    use std::path::Path;

    fn shapes(path: &str, text: &str, code: &'static str) -> Vec<(usize, Vec<usize>)> {
        let places: Vec<usize> =
            text.match_indices('¤').enumerate().map(|(i, (at, mark))| at - i * mark.len()).collect();
        let tree = tree_of(Path::new(path), &text.replace('¤', "")).unwrap();
        let open: Vec<Open<'_>> = places.iter().map(|start| Open { tree: &tree, start: *start, code }).collect();
        clusters(&open).into_iter().map(|c| (c.medoid, c.members)).collect()
    }

    #[test]
    fn calls_of_one_method_are_one_shape_and_the_usual_one_is_to_be_repaired() {
        let text = "class C { void M() { api.¤Old(1, Extra(x => x + 1)); api.¤Old(2, a); api.¤Old(3, b); api.¤Other(1); api.¤Old(1); api.¤Third(2); } }";
        assert_eq!(shapes("a.cs", text, "CS1061"), [(1, vec![0, 1, 2]), (3, vec![3, 4, 5])]);
    }

    #[test]
    fn declarations_are_alike_whatever_their_names() {
        let text = "class A { ¤a() {} ¤b() { return 1; } c() { this.d = foo(¤x); } }\nfoo(¤y); foo(1, ¤y);";
        let found = shapes("a.ts", text, "TS4114");
        assert_eq!(found[0].1, [0, 1]);
        assert!(found.len() >= 2, "{found:?}");
    }

    #[test]
    fn what_is_given_to_one_parameter_is_one_shape() {
        let text = "class C { void M(int a, int b) { Send(¤a, 1); Send(¤b, 2); Send(2, ¤a); } }";
        assert_eq!(shapes("a.cs", text, "CS1503"), [(0, vec![0, 1]), (2, vec![2])]);
        assert!(clusters(&[]).is_empty());
    }
}
