//! The rules of files, ready to be looked up.

use super::{Point, Rule, imported};
use crate::library::{self, Known, Origin, Question, Suggestion};
use crate::matching::{self, Binding, Match};
use crate::rank::Stats;
use crate::template::{Anchor, ImportChange, Template};
use crate::tree::{NodeId, Tree};
use crate::{imports, rewrite, unit};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::Arc;
use text::TextEdit;

/// What a file's rule offers for a diagnostic.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The edits, with the pattern that they come from.
    pub suggestion: Suggestion,
    /// What it does in one line, where the edits are too many to say it.
    pub title: Option<String>,
    /// The imports that it needs.
    pub imports: Vec<ImportChange>,
    /// Whether fix-all may use it without asking.
    pub safe: bool,
    /// Why it is right.
    pub why: String,
}

/// A rule with where it comes from.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) rule: Rule,
    pub(super) known: Arc<Known>,
}

/// Rules of files. Cheap to copy.
#[derive(Clone, Default, Debug)]
pub struct RuleBook {
    rules: Arc<Vec<Ready>>,
    by_code: Arc<FxHashMap<SmolStr, Vec<u32>>>,
}

/// What a person wrote down was thought about: it is believed as what was seen so often.
const BELIEVED: f64 = 0.95;

impl RuleBook {
    /// With these rules, each with the file or the pack that it comes from.
    pub fn new(rules: impl IntoIterator<Item = (Origin, Rule)>) -> Self {
        let mut all: Vec<Ready> = Vec::new();
        let mut by_code: FxHashMap<SmolStr, Vec<u32>> = FxHashMap::default();
        for (origin, rule) in rules {
            for code in &rule.pattern.codes {
                by_code.entry(code.clone()).or_default().push(all.len() as u32);
            }
            let known = Known { pattern: rule.pattern.clone(), stats: Stats::default(), members: 1, origin };
            all.push(Ready { rule, known: Arc::new(known) });
        }
        Self { rules: Arc::new(all), by_code: Arc::new(by_code) }
    }

    /// The patterns, with where they come from.
    pub fn patterns(&self) -> impl Iterator<Item = (&Rule, &Arc<Known>)> {
        self.rules.iter().map(|r| (&r.rule, &r.known))
    }

    /// Whether there are no rules.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether a rule repairs diagnostics with this code.
    pub fn handles(&self, code: &str) -> bool {
        self.by_code.contains_key(code)
    }

    /// What the rules offer for a diagnostic: of each place the first that fits.
    pub fn offers(&self, question: &Question<'_>) -> Vec<Offer> {
        let Some(numbers) = self.by_code.get(question.code) else { return Vec::new() };
        let tree = question.tree;
        let rules: Vec<&Ready> = numbers
            .iter()
            .map(|n| &self.rules[*n as usize])
            .filter(|r| r.rule.pattern.language == tree.grammar().name())
            .collect();
        let Some(leaf) = tree.leaf_at(question.start).filter(|_| !rules.is_empty()) else { return Vec::new() };
        if let Some(offer) = imported::offer(&rules, question, leaf) {
            return vec![offer];
        }
        let mut out: Vec<(usize, Offer)> = Vec::new();
        let anchors: Vec<Anchor> = rules.iter().flat_map(|r| r.rule.pattern.anchors.iter().copied()).collect();
        for (node, anchor) in library::places(question, leaf, &anchors) {
            for (number, ready) in rules.iter().enumerate() {
                let Some(offer) = offer_at(ready, question, leaf, node, anchor) else { continue };
                if !out.iter().any(|(_, o)| o.suggestion.edits == offer.suggestion.edits) {
                    out.push((number, offer));
                }
                break;
            }
        }
        // The order of the file is the order of preference.
        let first = out.iter().map(|(number, _)| *number).min();
        if first.is_some_and(|n| rules[n].rule.leave) {
            return Vec::new();
        }
        out.into_iter().filter(|(number, _)| Some(*number) == first).map(|(_, offer)| offer).collect()
    }
}

fn offer_at(ready: &Ready, question: &Question<'_>, leaf: NodeId, node: NodeId, anchor: Anchor) -> Option<Offer> {
    let (tree, rule, pattern) = (question.tree, &ready.rule, &ready.rule.pattern);
    let says_nothing = matches!(&pattern.before, Template::Hole { id, .. } if pattern.holes[*id as usize].head.is_none() && !rule.names.contains_key(id));
    let fits = pattern.anchors.iter().any(|a| if says_nothing { *a == anchor } else { a.is_like(anchor) });
    if !fits || !arguments_fit(rule, question) {
        return None;
    }
    // What became of a name is done where it is imported, and everywhere at once.
    let is_name =
        |imported: &(SmolStr, SmolStr)| matches!(&pattern.before, Template::Token { text, .. } if *text == imported.0);
    if rule.imported.as_ref().is_some_and(is_name) {
        return None;
    }
    if rule.imported.is_some()
        && pattern.moved.is_none()
        && tree.enclosing(node, |k| tree.grammar().is_import(k)).is_some()
    {
        return None;
    }
    if let Some(change) = &pattern.moved {
        let edits = imports::follow(question.path, tree, node, change)
            .filter(|e| !e.is_empty() && anchor == Anchor::Around(0))?;
        return Some(offer(ready, node, edits, Vec::new(), Vec::new(), BELIEVED));
    }
    let mut found = fit(rule, tree, node)?;
    let here = unit::context(tree, node);
    // Only functions that may wait do.
    let waits = |t: &Template| t.tokens().iter().any(|w| **w == tree.grammar().waits());
    let cannot_wait = here.is_async == Some(false) && waits(&pattern.after) && !waits(&pattern.before);
    if cannot_wait || pattern.context.owner.is_some() && pattern.context.owner != here.owner {
        return None;
    }
    if matches!(anchor, Anchor::Around(_)) && !is_pointed_at(rule, tree, &found, leaf) {
        return None;
    }
    if let Some((name, module)) = &rule.imported
        && pattern.moved.is_none()
        && !imported::comes_from(tree, name, module)
    {
        return None;
    }
    library::fill(pattern, question, &mut found, &[])?;
    let edits = rewrite::edits(pattern, tree, &found).filter(|e| !e.is_empty())?;
    let bindings = library::bindings(pattern, tree, &found);
    let score = BELIEVED * 0.93f64.powi(found.distance as i32);
    let keeps_comments = !loses_comment(tree, &edits);
    let mut offer = offer(ready, node, edits, imports_of(rule, tree, &found), bindings, score);
    offer.safe &= keeps_comments;
    Some(offer)
}

fn offer(
    ready: &Ready,
    node: NodeId,
    edits: Vec<TextEdit>,
    imports: Vec<ImportChange>,
    bindings: Vec<(SmolStr, String)>,
    score: f64,
) -> Offer {
    let rule = &ready.rule;
    Offer {
        suggestion: Suggestion { known: ready.known.clone(), node, edits, imports: Vec::new(), score, bindings },
        title: None,
        imports,
        safe: rule.safe && !rule.pattern.suppression,
        why: rule.why.clone(),
    }
}

/// Whether an argument is what a rule asks for: the same, or beginning with what stands before a `*`.
fn is_one(wanted: &str, argument: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(start) => argument.starts_with(start),
        None => wanted == argument,
    }
}

/// Whether edits remove a comment.
pub(super) fn loses_comment(tree: &Tree, edits: &[TextEdit]) -> bool {
    edits.iter().any(|edit| {
        let mut at = edit.range.start;
        let mut between = String::new();
        for token in tree.tokens(edit.range) {
            between.push_str(tree.text().get(at..token.range.start).unwrap_or_default());
            at = token.range.end;
        }
        between.push_str(tree.text().get(at..edit.range.end).unwrap_or_default());
        !between.trim().is_empty()
    })
}

/// How a rule fits a node.
pub(super) fn fit(rule: &Rule, tree: &Tree, node: NodeId) -> Option<Match> {
    if rule.only_kind && matches!(&rule.pattern.before, Template::Token { kind, .. } if kind != tree.kind(node)) {
        return None;
    }
    let found = matching::at(&rule.pattern, tree, node, &[])?;
    let goes_by = |(id, names): (&u8, &Vec<SmolStr>)| match found.holes.get(usize::from(*id)) {
        Some(Some(Binding::Node(node))) => {
            tree.grammar().head(tree, *node).is_some_and(|h| names.iter().any(|n| n == tree.text_of(h)))
        }
        _ => false,
    };
    // A use of the name as `name.member`, with one of the members.
    let is_member = |leaf: NodeId, members: &[SmolStr]| {
        let access = tree
            .parent(leaf)
            .filter(|p| tree.child(*p, 0) == Some(leaf) && tree.child(*p, 1).is_some_and(|d| tree.text_of(d) == "."));
        access.and_then(|a| tree.children(a).last()).is_some_and(|m| members.iter().any(|n| n == tree.text_of(m)))
    };
    let is_used_so = |(id, members): (&u8, &Vec<SmolStr>)| {
        let Some(Some(Binding::Node(node))) = found.holes.get(usize::from(*id)) else { return false };
        let name = tree.text_of(*node);
        let fits = |n: NodeId| tree.leaves(n).all(|l| tree.text_of(l) != name || is_member(l, members));
        found.holes.iter().enumerate().filter(|(n, _)| *n != usize::from(*id)).all(|(_, b)| match b {
            Some(Binding::Node(n)) => fits(*n),
            Some(Binding::Run(all, _)) => all.iter().all(|n| fits(*n)),
            _ => true,
        })
    };
    (rule.names.iter().all(goes_by) && rule.uses.iter().all(is_used_so)).then_some(found)
}

/// The imports that a rule needs at a place: a name may be what a hole stands for.
pub(super) fn imports_of(rule: &Rule, tree: &Tree, found: &Match) -> Vec<ImportChange> {
    let text = |name: &SmolStr| {
        let hole = rule.pattern.holes.iter().position(|h| Some(h.name.as_str()) == name.strip_prefix('$'))?;
        match found.holes.get(hole)?.as_ref()? {
            Binding::Text(text) => Some(SmolStr::new(text)),
            Binding::Node(node) => Some(tree.text_of(*node).into()),
            Binding::Run(..) => None,
        }
    };
    let filled = |import: &ImportChange| match import {
        ImportChange::Name { module, name, is_type } => ImportChange::Name {
            module: module.clone(),
            name: text(name).unwrap_or_else(|| name.clone()),
            is_type: *is_type,
        },
        other => other.clone(),
    };
    rule.pattern.imports.iter().map(filled).collect()
}

fn arguments_fit(rule: &Rule, question: &Question<'_>) -> bool {
    let fits = |(i, wanted): (usize, &Vec<SmolStr>)| {
        wanted.is_empty() || question.arguments.get(i).is_some_and(|a| wanted.iter().any(|w| is_one(w, a)))
    };
    rule.arguments.iter().enumerate().all(fits)
}

/// Whether the diagnostic is about what was matched, and not about what stands in a hole.
fn is_pointed_at(rule: &Rule, tree: &Tree, found: &Match, leaf: NodeId) -> bool {
    let first_of = |node: NodeId| tree.range(node).start == tree.range(leaf).start;
    let in_hole = |binding: &Binding| match binding {
        Binding::Node(node) => tree.contains(*node, leaf),
        Binding::Run(nodes, _) => nodes.iter().any(|n| tree.contains(*n, leaf)),
        Binding::Text(_) => false,
    };
    match &rule.point {
        Some(Point::Hole(id)) => match found.holes.get(*id as usize) {
            Some(Some(Binding::Node(node))) => first_of(*node),
            Some(Some(Binding::Run(nodes, _))) => nodes.first().is_some_and(|n| first_of(*n)),
            _ => false,
        },
        Some(Point::Token(text, depth)) => {
            let here = tree.ancestors(leaf).take_while(|n| *n != found.node).count();
            tree.text_of(leaf) == text && here == usize::from(*depth) && !found.holes.iter().flatten().any(in_hole)
        }
        None => first_of(found.node) || !found.holes.iter().flatten().any(in_hole),
    }
}
