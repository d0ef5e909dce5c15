//! Syntax trees without trivia, that own their text: what edits are found on and patterns are matched with.

use crate::grammar::{self, Grammar};
use rustc_hash::{FxHashMap, FxHasher};
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use syntax::{Node, Parsed};
use text::TextRange;

/// A node of a [`Tree`], by its number in pre-order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The root of every tree.
    pub const ROOT: Self = Self(0);
    fn at(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy, Debug)]
struct Data {
    kind: &'static str,
    range: TextRange,
    parent: u32,
    /// The number after those of the subtree.
    end: u32,
    hash: u64,
    leaf: bool,
    space: bool,
}

/// A token of the text, in order. Separators of lists are tokens, and no nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// Its bytes.
    pub range: TextRange,
    /// Whether it stands before a white space or a line break.
    pub space: bool,
}

/// A syntax tree without comments, white space and the separators of lists. Literals are leaves; `{ a }` of TypeScript reads as `{ a: a }`.
#[derive(Clone)]
pub struct Tree {
    text: Arc<str>,
    nodes: Vec<Data>,
    tokens: Vec<Token>,
    /// What did not parse, and where something is missing.
    broken: Vec<TextRange>,
    /// Where lines begin, in bytes.
    lines: Vec<usize>,
    grammar: &'static dyn Grammar,
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tree({} nodes)", self.nodes.len())
    }
}

/// The kinds of a tree, by the grammar's numbers.
#[derive(Default)]
struct Kinds(FxHashMap<u16, &'static str>);

impl Kinds {
    fn of(&mut self, node: Node<'_>) -> &'static str {
        self.0.entry(node.kind_id()).or_insert_with(|| interned(node.kind()))
    }
}

/// A kind that outlives its tree: there are only as many as the grammars have.
fn interned(kind: &str) -> &'static str {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(kind) {
        return found;
    }
    let kept: &'static str = Box::leak(kind.into());
    known.insert(kept);
    kept
}

/// Nodes below each other, at most: generated code nests deeper than any person writes.
const DEEPEST: usize = 400;

impl Tree {
    /// The tree of a parsed text; `None` for a language without patterns.
    pub fn new(parsed: &Parsed) -> Option<Self> {
        let grammar = grammar::of(parsed.language().family())?;
        let text = parsed.text().clone();
        let lines = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1).collect();
        let mut tree = Self { text, nodes: Vec::new(), tokens: Vec::new(), broken: Vec::new(), lines, grammar };
        tree.add(&mut Kinds::default(), parsed.root(), u32::MAX, 0);
        (!tree.nodes.is_empty()).then_some(tree)
    }

    fn add(&mut self, kinds: &mut Kinds, node: Node<'_>, parent: u32, depth: usize) {
        let kind = kinds.of(node);
        if node.is_error() || node.is_missing() {
            self.broken.push(node.byte_range().into());
        }
        if node.is_extra() && !self.grammar.is_kept_extra(node.kind()) {
            return;
        }
        let range: TextRange = node.byte_range().into();
        let number = self.nodes.len() as u32;
        let leaf = node.child_count() == 0 || self.grammar.is_literal(node) || depth > DEEPEST;
        let space = self.text[..range.start].ends_with(char::is_whitespace);
        if let Some((pair, key, value)) = self.grammar.shorthand(node.kind()) {
            // Written once, read as a name and a value.
            let data = |kind, parent, leaf, space| Data { kind, range, parent, end: 0, hash: 0, leaf, space };
            self.nodes.push(data(pair, parent, false, space));
            self.nodes.extend([
                data(key, number, true, space),
                data(":", number, true, false),
                data(value, number, true, true),
            ]);
            self.tokens.push(Token { range, space });
            let name = hash_of(|h| self.text[range.start..range.end].hash(h));
            let colon = hash_of(|h| ":".hash(h));
            for (i, hash) in [name, colon, name].into_iter().enumerate() {
                let at = number + 1 + i as u32;
                (self.nodes[at as usize].hash, self.nodes[at as usize].end) = (hash, at + 1);
            }
            self.close(number);
            return;
        }
        let left_out = self.grammar.left_out(kind);
        let kind = left_out.map_or(kind, |(whole, _)| whole);
        self.nodes.push(Data { kind, range, parent, end: number + 1, hash: 0, leaf, space });
        if leaf {
            let text = &self.text[range.start..range.end];
            self.nodes[number as usize].hash = hash_of(|h| text.hash(h));
            if !range.is_empty() {
                self.tokens.push(Token { range, space });
            }
            return;
        }
        let list = self.grammar.is_list(node.kind());
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if list && !child.is_named() && self.grammar.is_separator(child.kind()) {
                let range: TextRange = child.byte_range().into();
                let space = self.text[..range.start].ends_with(char::is_whitespace);
                self.tokens.push(Token { range, space });
                continue;
            }
            self.add(kinds, child, number, depth + 1);
            if let Some((_, missing)) = left_out
                && self.nodes.len() as u32 == number + 2
            {
                let (at, end) = (TextRange::empty(self.nodes[number as usize + 1].range.end), number + 3);
                let hash = hash_of(|h| missing.hash(h));
                self.nodes.push(Data { kind: missing, range: at, parent: number, end, hash, leaf: true, space: false });
            }
        }
        self.close(number);
    }

    fn close(&mut self, number: u32) {
        let end = self.nodes.len() as u32;
        self.nodes[number as usize].end = end;
        let kind = self.nodes[number as usize].kind;
        let hash = hash_of(|h| {
            kind.hash(h);
            for child in self.children(NodeId(number)) {
                self.nodes[child.at()].hash.hash(h);
            }
        });
        self.nodes[number as usize].hash = hash;
    }

    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }
    /// What is known of its language.
    pub fn grammar(&self) -> &'static dyn Grammar {
        self.grammar
    }
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }
    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
    /// The kind, in the words of the grammar.
    pub fn kind(&self, node: NodeId) -> &'static str {
        self.nodes[node.at()].kind
    }
    /// The bytes.
    pub fn range(&self, node: NodeId) -> TextRange {
        self.nodes[node.at()].range
    }
    /// The text of a node.
    pub fn text_of(&self, node: NodeId) -> &str {
        // That of a shorthand is not in the text.
        if self.kind(node) == ":" {
            return ":";
        }
        let range = self.range(node);
        &self.text[range.start..range.end]
    }
    /// Whether it is a token or a literal.
    pub fn is_leaf(&self, node: NodeId) -> bool {
        self.nodes[node.at()].leaf
    }
    /// Whether white space stands before it.
    pub fn has_space(&self, node: NodeId) -> bool {
        self.nodes[node.at()].space
    }
    /// The hash of its tokens and their structure: equal subtrees have equal hashes, wherever they stand.
    pub fn hash(&self, node: NodeId) -> u64 {
        self.nodes[node.at()].hash
    }
    /// The parent.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        let parent = self.nodes[node.at()].parent;
        (parent != u32::MAX).then_some(NodeId(parent))
    }
    /// The children, without separators.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.nodes[node.at()].end;
        let mut next = node.0 + 1;
        let leaf = self.nodes[node.at()].leaf;
        std::iter::from_fn(move || {
            if leaf || next >= end {
                return None;
            }
            let child = NodeId(next);
            next = self.nodes[next as usize].end;
            Some(child)
        })
    }
    /// Child number `i`.
    pub fn child(&self, node: NodeId, i: usize) -> Option<NodeId> {
        self.children(node).nth(i)
    }
    /// The first child of a kind.
    pub fn child_of_kind(&self, node: NodeId, kinds: &[&str]) -> Option<NodeId> {
        self.children(node).find(|c| kinds.contains(&self.kind(*c)))
    }
    /// The node and all below it, in pre-order.
    pub fn subtree(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (node.0..self.nodes[node.at()].end).map(NodeId)
    }
    /// How many nodes [`Self::subtree`] gives.
    pub fn size(&self, node: NodeId) -> usize {
        (self.nodes[node.at()].end - node.0) as usize
    }
    /// Whether `inner` is `outer` or below it.
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer.0 <= inner.0 && inner.0 < self.nodes[outer.at()].end
    }
    /// The node and those above it, innermost first.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(node), |n| self.parent(*n))
    }
    /// The leaves of a subtree.
    pub fn leaves(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.subtree(node).filter(|n| self.is_leaf(*n))
    }
    /// Whether there is what did not parse in the statement of a node, or in the declaration.
    pub fn is_broken(&self, node: NodeId) -> bool {
        let is_body =
            |kind| self.grammar.is_body(kind) || self.grammar.is_member(kind) && kind == self.kind(NodeId::ROOT);
        let inside = self.ancestors(node).take_while(|n| *n == node || !is_body(self.kind(*n)));
        let whole = inside.last().map_or(self.range(node), |n| self.range(n));
        self.broken.iter().any(|b| whole.start <= b.end && b.start <= whole.end)
    }
    /// The leaf at byte `offset`, or the next one after it.
    pub fn leaf_at(&self, offset: usize) -> Option<NodeId> {
        let mut node = NodeId::ROOT;
        if self.range(node).end <= offset {
            return None;
        }
        while !self.is_leaf(node) {
            // Children are in order of their places.
            node = self.children(node).find(|c| self.range(*c).end > offset)?;
        }
        Some(node)
    }
    /// The smallest node that covers a range.
    pub fn covering(&self, range: TextRange) -> NodeId {
        let mut node = NodeId::ROOT;
        while let Some(inner) = self.children(node).find(|c| self.range(*c).contains_range(range)) {
            node = inner;
        }
        node
    }
    /// The tokens of a range, separators included.
    pub fn tokens(&self, range: TextRange) -> &[Token] {
        let from = self.tokens.partition_point(|t| t.range.start < range.start);
        let to = self.tokens.partition_point(|t| t.range.end <= range.end);
        &self.tokens[from..to.max(from)]
    }
    /// The number of the line of byte `offset`, from 0.
    pub fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset)
    }
    /// The text of a token.
    pub fn token_text(&self, token: &Token) -> &str {
        &self.text[token.range.start..token.range.end]
    }
    /// The innermost ancestor (or the node itself) of which `test` holds.
    pub fn enclosing(&self, node: NodeId, test: impl Fn(&'static str) -> bool) -> Option<NodeId> {
        self.ancestors(node).find(|n| test(self.kind(*n)))
    }
}

pub(crate) fn hash_of(hash: impl FnOnce(&mut FxHasher)) -> u64 {
    let mut hasher = FxHasher::default();
    hash(&mut hasher);
    hasher.finish()
}
