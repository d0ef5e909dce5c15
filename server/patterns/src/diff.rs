//! What differs between two trees: the smallest runs of siblings that were replaced, inserted or deleted.
//!
//! Top-down from the roots: equal subtrees are skipped by their hash, lists of children are aligned by hash and then by kind and likeness. There is no
//! search for what moved; a subtree that was wrapped or unwrapped is one replacement, so that patterns see it whole.

use crate::tree::{NodeId, Tree};
use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use std::time::{Duration, Instant};

/// Siblings that became other siblings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Their parent before and after: nodes of one kind at the same place.
    pub parents: (NodeId, NodeId),
    /// What stood there; empty for an insertion.
    pub before: Vec<NodeId>,
    /// What stands there; empty for a deletion.
    pub after: Vec<NodeId>,
}

/// What differs between two trees, and which nodes are the same.
#[derive(Debug, Default)]
pub struct Diff {
    /// The edits, in order.
    pub edits: Vec<Edit>,
    /// For nodes before, the node at the same place after.
    pub same: FxHashMap<NodeId, NodeId>,
}

/// Pairs of children that are compared for likeness, at most; more are aligned by kind alone.
const MOST_PAIRS: usize = 900;
/// Edits of a file, at most: what differs more was not mended by hand.
pub(crate) const MOST_EDITS: usize = 4_000;

impl Diff {
    /// The difference of two trees of one language; `None` when they have too little in common.
    pub fn between(before: &Tree, after: &Tree) -> Option<Self> {
        let mut differ =
            Differ { before, after, diff: Self::default(), deadline: Instant::now() + Duration::from_secs(2) };
        differ.pair(NodeId::ROOT, NodeId::ROOT);
        (differ.diff.edits.len() <= MOST_EDITS && Instant::now() < differ.deadline).then_some(differ.diff)
    }

    /// The node after at the place of a node before: itself, or what its innermost counterpart covers.
    pub fn counterpart(&self, before: &Tree, after: &Tree, node: NodeId) -> Option<NodeId> {
        let found = before.ancestors(node).find_map(|n| Some((n, *self.same.get(&n)?)))?;
        let (ancestor, now) = found;
        // Below equal subtrees the numbers run in parallel.
        if before.hash(ancestor) == after.hash(now) && before.size(ancestor) == after.size(now) {
            return Some(NodeId(now.0 + (node.0 - ancestor.0)));
        }
        (ancestor == node).then_some(now)
    }
}

struct Differ<'t> {
    before: &'t Tree,
    after: &'t Tree,
    diff: Diff,
    deadline: Instant,
}

impl Differ<'_> {
    fn pair(&mut self, before: NodeId, after: NodeId) {
        self.diff.same.insert(before, after);
        if self.before.hash(before) == self.after.hash(after) || Instant::now() > self.deadline {
            return;
        }
        let old: Vec<NodeId> = self.before.children(before).collect();
        let new: Vec<NodeId> = self.after.children(after).collect();
        let old_hashes: Vec<u64> = old.iter().map(|n| self.before.hash(*n)).collect();
        let new_hashes: Vec<u64> = new.iter().map(|n| self.after.hash(*n)).collect();
        let ops = capture_diff_slices_deadline(Algorithm::Myers, &old_hashes, &new_hashes, Some(self.deadline));
        // Neighbouring operations without anything equal between them are one gap.
        let mut gap: Option<(std::ops::Range<usize>, std::ops::Range<usize>)> = None;
        for op in ops {
            let (a, b) = (op.old_range(), op.new_range());
            if let DiffOp::Equal { .. } = op {
                if let Some((a, b)) = gap.take() {
                    self.gap((before, after), &old[a], &new[b]);
                }
                for (x, y) in a.zip(b) {
                    self.diff.same.insert(old[x], new[y]);
                }
            } else {
                gap = Some(match gap {
                    Some((c, d)) => (c.start..a.end.max(c.end), d.start..b.end.max(d.end)),
                    None => (a, b),
                });
            }
        }
        if let Some((a, b)) = gap {
            self.gap((before, after), &old[a], &new[b]);
        }
    }

    /// Children without an equal one on the other side.
    fn gap(&mut self, parents: (NodeId, NodeId), old: &[NodeId], new: &[NodeId]) {
        if self.diff.edits.len() > MOST_EDITS {
            return;
        }
        let mut pairs = Vec::new();
        if old.len() == new.len() && old.iter().zip(new).all(|(a, b)| self.alike(*a, *b) > 0.0) {
            pairs.extend((0..old.len()).map(|i| (i, i)));
        } else if old.len() * new.len() <= MOST_PAIRS {
            pairs = self.align(old, new);
        }
        let (mut a, mut b) = (0, 0);
        for (x, y) in pairs.into_iter().chain([(old.len(), new.len())]) {
            if a < x || b < y {
                let (before, after) = (old[a..x].to_vec(), new[b..y].to_vec());
                self.diff.edits.push(Edit { parents, before, after });
            }
            if x < old.len() {
                self.pair(old[x], new[y]);
            }
            (a, b) = (x + 1, y + 1);
        }
    }

    /// The best pairs in order, by likeness.
    fn align(&self, old: &[NodeId], new: &[NodeId]) -> Vec<(usize, usize)> {
        let mut table = vec![vec![0.0f32; new.len() + 1]; old.len() + 1];
        let mut likeness = vec![vec![0.0f32; new.len()]; old.len()];
        for i in (0..old.len()).rev() {
            for j in (0..new.len()).rev() {
                let like = self.alike(old[i], new[j]);
                likeness[i][j] = like;
                let paired = if like > 0.4 { like + table[i + 1][j + 1] } else { 0.0 };
                table[i][j] = paired.max(table[i + 1][j]).max(table[i][j + 1]);
            }
        }
        let (mut i, mut j, mut out) = (0, 0, Vec::new());
        while i < old.len() && j < new.len() {
            let like = likeness[i][j];
            if like > 0.4 && table[i][j] == like + table[i + 1][j + 1] {
                out.push((i, j));
                (i, j) = (i + 1, j + 1);
            } else if table[i][j] == table[i + 1][j] {
                i += 1;
            } else {
                j += 1;
            }
        }
        out
    }

    /// How much two nodes have in common, from 0 (they are no pair) to 1.
    fn alike(&self, old: NodeId, new: NodeId) -> f32 {
        let (before, after) = (self.before, self.after);
        if before.kind(old) != after.kind(new) || before.is_leaf(old) || after.is_leaf(new) {
            return 0.0;
        }
        if self.is_wrapped(old, new) {
            return 0.0;
        }
        const MOST: usize = 2_000;
        let tokens = |tree: &Tree, node| tree.leaves(node).take(MOST).map(|n| tree.hash(n)).collect::<Vec<_>>();
        let (a, b) = (tokens(before, old), tokens(after, new));
        let mut counts: FxHashMap<u64, i32> = FxHashMap::default();
        for hash in &a {
            *counts.entry(*hash).or_default() += 1;
        }
        let mut shared = 0;
        for hash in &b {
            if let Some(left) = counts.get_mut(hash)
                && *left > 0
            {
                *left -= 1;
                shared += 1;
            }
        }
        // Two nodes of one kind are alike a little even without a common token.
        (0.1 + 0.9 * shared as f32 / a.len().max(b.len()).max(1) as f32).min(1.0)
    }

    /// Whether one of two nodes stands whole inside of the other: it was wrapped, or unwrapped.
    fn is_wrapped(&self, old: NodeId, new: NodeId) -> bool {
        let inside = |outer: &Tree, node: NodeId, inner: &Tree, wanted: NodeId| {
            let hash = inner.hash(wanted);
            // A name or two are anywhere.
            inner.size(wanted) >= 3
                && outer.size(node) > inner.size(wanted)
                && outer.size(node) <= 4 * inner.size(wanted) + 40
                && outer.subtree(node).skip(1).any(|n| outer.hash(n) == hash)
        };
        let (before, after) = (self.before, self.after);
        if before.grammar().precedence(before.kind(old)).is_none() {
            return false;
        }
        inside(after, new, before, old) || inside(before, old, after, new)
    }
}
