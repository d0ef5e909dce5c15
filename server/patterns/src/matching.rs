//! Whether a place is one that a pattern is about, and what its holes stand for there.

use crate::capture::simple_name;
use crate::template::{Hole, HoleId, Pattern, Template};
use crate::tree::{NodeId, Tree};
use crate::unit::MODIFIED;
use text::TextRange;

/// What a hole stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Binding {
    /// A node.
    Node(NodeId),
    /// Siblings, with the place where they would stand when there are none.
    Run(Vec<NodeId>, usize),
    /// A text that is not at the place.
    Text(String),
}

impl Binding {
    /// The bytes; `None` for a text of its own and for no siblings.
    pub fn range(&self, tree: &Tree) -> Option<TextRange> {
        match self {
            Self::Node(node) => Some(tree.range(*node)),
            Self::Run(nodes, _) => {
                Some(TextRange::new(tree.range(*nodes.first()?).start, tree.range(*nodes.last()?).end))
            }
            Self::Text(_) => None,
        }
    }
}

/// How a pattern fits a place.
#[derive(Clone, PartialEq, Debug)]
pub struct Match {
    /// What was matched.
    pub node: NodeId,
    /// By number of the hole; `None` for holes of the right side.
    pub holes: Vec<Option<Binding>>,
    /// How far the place is from what was seen; 0: it has the same form.
    pub distance: u32,
}

/// Ways that are tried to divide siblings among runs, at most.
const MOST_STEPS: u32 = 4_000;

/// How `pattern` fits a node; `None` when it does not.
/// `arguments` are those of the diagnostic's message: they name what the place leaves to its context.
pub fn at(pattern: &Pattern, tree: &Tree, node: NodeId, arguments: &[String]) -> Option<Match> {
    let mut matcher =
        Matcher { pattern, tree, arguments, holes: vec![None; pattern.holes.len()], distance: 0, steps: 0 };
    matcher.node(&pattern.before, node).then_some(())?;
    Some(Match { node, holes: matcher.holes, distance: matcher.distance })
}

struct Matcher<'t> {
    pattern: &'t Pattern,
    tree: &'t Tree,
    arguments: &'t [String],
    holes: Vec<Option<Binding>>,
    distance: u32,
    steps: u32,
}

impl Matcher<'_> {
    fn hole(&self, id: HoleId) -> Option<&Hole> {
        self.pattern.holes.get(id as usize)
    }

    fn node(&mut self, template: &Template, node: NodeId) -> bool {
        let tree = self.tree;
        match template {
            Template::Token { text, .. } => tree.is_leaf(node) && tree.text_of(node) == text,
            Template::Hole { id, .. } => self.bind(*id, node),
            Template::Run { .. } => false,
            Template::Node { kind, children } => {
                let here = tree.kind(node);
                let is_kind = |k: &str| k == here || k == MODIFIED && tree.grammar().has_modifiers(here);
                if tree.is_leaf(node) || !kind.split('|').any(is_kind) {
                    return false;
                }
                let nodes: Vec<NodeId> = tree.children(node).collect();
                if let Some(fewer) = self.without_optional(here, children, nodes.len()) {
                    return self.sequence(&fewer, &nodes, tree.range(node).start);
                }
                let end = tree.range(node).start;
                self.sequence(children, &nodes, end)
            }
        }
    }

    /// The children of a list without its last elements, where fewer are there and the right side can do without them.
    fn without_optional(&mut self, kind: &str, children: &[Template], found: usize) -> Option<Vec<Template>> {
        let missing = children.len().checked_sub(found).filter(|m| *m > 0)?;
        if !self.tree.grammar().is_list(kind) || children.iter().any(|c| matches!(c, Template::Run { .. })) {
            return None;
        }
        let end = children.len().checked_sub(1)?;
        let start = end.checked_sub(missing)?;
        let optional = |t: &Template| matches!(t, Template::Hole { id, .. } if self.pattern.is_optional(*id));
        if !children[start..end].iter().all(optional) {
            return None;
        }
        self.distance += missing as u32;
        Some(children[..start].iter().chain(&children[end..]).cloned().collect())
    }

    fn bind(&mut self, id: HoleId, node: NodeId) -> bool {
        let tree = self.tree;
        if let Some(Some(Binding::Node(known))) = self.holes.get(id as usize) {
            return tree.hash(*known) == tree.hash(node);
        }
        let Some(hole) = self.hole(id) else { return false };
        if let Some(head) = &hole.head {
            let found = tree.grammar().head(tree, node);
            let is_left_out =
                tree.range(node).is_empty() && self.arguments.iter().any(|a| simple_name(a) == Some(head));
            if !is_left_out && !found.is_some_and(|f| tree.text_of(f) == head) {
                return false;
            }
        }
        if !hole.kinds.is_empty() && !hole.kinds.iter().any(|k| k == tree.kind(node)) {
            if hole.only_kinds {
                return false;
            }
            // A name is also that of what waits for it, negates it or only passes it on: that is around the place.
            let (grammar, here) = (tree.grammar(), tree.kind(node));
            let passes_on = here == grammar.parenthesized()
                || here == "argument"
                || grammar.precedence(here).is_some_and(|p| p < 9);
            let is_all = matches!(&self.pattern.before, Template::Hole { id: root, .. } if *root == id);
            if hole.head.is_some() && is_all && passes_on {
                return false;
            }
            self.distance += u32::from(hole.head.is_none() || is_all);
        }
        if let Some(slot) = self.holes.get_mut(id as usize) {
            *slot = Some(Binding::Node(node));
        }
        true
    }

    /// Whether several runs share these siblings.
    fn is_divided(&self, templates: &[Template]) -> bool {
        templates.iter().filter(|t| matches!(t, Template::Run { .. })).count() > 1
    }

    /// Siblings, of which runs take any number; of all ways the one with the least distance.
    fn sequence(&mut self, templates: &[Template], nodes: &[NodeId], at: usize) -> bool {
        let Some(run) = templates.iter().position(|t| matches!(t, Template::Run { .. })) else {
            return templates.len() == nodes.len() && templates.iter().zip(nodes).all(|(t, n)| self.node(t, *n));
        };
        if nodes.len() < run {
            return false;
        }
        for (template, node) in templates[..run].iter().zip(nodes) {
            if !self.node(template, *node) {
                return false;
            }
        }
        let Template::Run { id, .. } = &templates[run] else { return false };
        let (rest, nodes) = (&templates[run + 1..], &nodes[run..]);
        let at = if run > 0 { nodes.first().map_or(at, |n| self.tree.range(*n).start) } else { at };
        let mut best: Option<(Vec<Option<Binding>>, u32)> = None;
        let (holes, distance) = (self.holes.clone(), self.distance);
        let lengths = self.hole(*id).map(|h| h.lengths.clone()).unwrap_or_default();
        let least = rest.iter().filter(|t| !matches!(t, Template::Run { .. })).count();
        let longest = nodes.len().saturating_sub(least);
        let exact = !rest.iter().any(|t| matches!(t, Template::Run { .. }));
        // Lengths that were seen come first.
        let mut order: Vec<usize> = (0..=longest).collect();
        order.sort_by_key(|n| !lengths.contains(&(*n as u8)));
        for taken in order {
            self.steps += 1;
            if self.steps > MOST_STEPS || nodes.len() < least {
                break;
            }
            if exact && taken != longest {
                continue;
            }
            (self.holes, self.distance) = (holes.clone(), distance);
            if !lengths.is_empty() && !lengths.contains(&(taken as u8)) {
                // With one run there is only one way to divide.
                self.distance += if exact && !self.is_divided(templates) { 1 } else { 2 };
            }
            if best.as_ref().is_some_and(|(_, d)| *d <= self.distance) {
                continue;
            }
            if let Some(slot) = self.holes.get_mut(*id as usize) {
                let end = if taken > 0 { self.tree.range(nodes[0]).start } else { at };
                *slot = Some(Binding::Run(nodes[..taken].to_vec(), end));
            }
            if self.sequence(rest, &nodes[taken..], at) && best.as_ref().is_none_or(|(_, d)| self.distance < *d) {
                best = Some((self.holes.clone(), self.distance));
                if self.distance == distance {
                    break;
                }
            }
        }
        match best {
            Some((holes, distance)) => {
                (self.holes, self.distance) = (holes, distance);
                true
            }
            None => false,
        }
    }
}
