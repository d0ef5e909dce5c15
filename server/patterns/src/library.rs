//! The patterns that are known, and which of them fit a place.

mod bundle;
mod why;

use crate::capture::{Example, simple_name};
use crate::generalise::{least_general, merged};
use crate::imports;
use crate::matching::{self, Binding, Match};
use crate::rank::{OFFERED, Stats};
use crate::rewrite;
use crate::scope;
use crate::template::{Anchor, Fill, ImportChange, ImportMove, Pattern, Template, stable_hash};
use crate::tree::{NodeId, Tree};
use crate::unit;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use text::TextEdit;

pub use why::Considered;

/// A pattern with what became of its uses.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Known {
    /// The pattern.
    pub pattern: Pattern,
    /// What became of its uses.
    pub stats: Stats,
    /// How many different patterns it was made of; 1: it is what was seen.
    pub members: u32,
    /// Where it comes from: the project's own examples, a file of the team's, a pack.
    pub origin: Origin,
}

/// Where a pattern comes from.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Repairs that were made on this machine.
    #[default]
    Examples,
    /// A file under `.buildfix/patterns/`.
    File(SmolStr),
    /// A pack for a library or a flag.
    Pack(SmolStr),
}

/// Why a pattern is not offered at a place.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Refused {
    /// It was learned from other diagnostics, and does not say by itself what it is about.
    OtherCode,
    /// It was about another place, seen from the diagnostic.
    OtherPlace,
    /// What stands there is not what it is about.
    OtherShape,
    /// There is nothing that one of its holes could be filled with, or the function around cannot wait.
    Unfilled,
    /// It changes nothing there.
    NoChange,
    /// It is believed too little, this far.
    Doubtful(f64),
    /// It failed too often.
    Quarantined,
    /// Another pattern fits nearer to the diagnostic.
    Farther,
    /// It was taken back or rejected in this file twice.
    Vetoed,
}

/// One way that a pattern repairs a diagnostic.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The pattern.
    pub known: Arc<Known>,
    /// The place.
    pub node: NodeId,
    /// The edits of the file.
    pub edits: Vec<TextEdit>,
    /// The imports that they need.
    pub imports: Vec<ImportChange>,
    /// How far it may be believed here, from 0 to 1.
    pub score: f64,
    /// What the named holes stand for, for the explanation.
    pub bindings: Vec<(SmolStr, String)>,
}

/// A diagnostic that patterns are looked up for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The file.
    pub tree: &'a Tree,
    /// Its path from the root: what a person rejected there twice is not offered again.
    pub path: &'a Path,
    /// Where the diagnostic begins, in bytes.
    pub start: usize,
    /// Its code.
    pub code: &'a str,
    /// The arguments of its message.
    pub arguments: &'a [String],
    /// The time, in seconds since 1970.
    pub now: u64,
}

/// The patterns of a language, ready to be looked up. Cheap to copy.
#[derive(Clone, Default, Debug)]
pub struct Library {
    patterns: Arc<Vec<Arc<Known>>>,
    /// Numbers of patterns by a name that stands wherever they match.
    by_name: Arc<FxHashMap<SmolStr, Vec<u32>>>,
    /// Those without one by language, then by the kind of the left side's root; those that any kind may match under the empty kind.
    by_kind: Arc<FxHashMap<(SmolStr, SmolStr), Vec<u32>>>,
    codes: Arc<FxHashSet<SmolStr>>,
    /// What the codes begin with that any code may be for which a pattern says by itself what it is about.
    compilers: Arc<FxHashSet<&'static str>>,
    /// Numbers of those that are about uses of what another edit takes away.
    followers: Arc<Vec<u32>>,
    /// By pattern, the first of those that it has something in common with; those that are alone are left out.
    families: Arc<FxHashMap<u64, u64>>,
    vetoes: Arc<Vetoes>,
}

/// Patterns that are not offered in a file again, by its path below the root, with slashes.
pub type Vetoes = FxHashMap<String, FxHashSet<u64>>;

/// Different patterns of one form that are compared with each other, at most.
pub(crate) const MOST_COMPARED: usize = 24;
/// Nodes of a statement that patterns are tried at, at most.
const MOST_PLACES: usize = 400;
/// Lines around a diagnostic in which a place that is only near it may lie.
const NEAR: usize = 10;

impl Library {
    /// What can be learned from examples, and what is given.
    pub fn new(examples: &[(Example, Stats)], given: impl IntoIterator<Item = Known>) -> Self {
        Self::of_learned(learned(examples), given)
    }

    /// With patterns, and the numbers of those that they were made of.
    pub(crate) fn of_learned(learned: Vec<(Known, Vec<u64>)>, given: impl IntoIterator<Item = Known>) -> Self {
        let families = families(&learned);
        let all = learned.into_iter().map(|(known, _)| known).chain(given).collect();
        Self { families: Arc::new(families), ..Self::of(all) }
    }

    /// The same without what a person rejected in a file twice.
    pub fn without(self, vetoes: Vetoes) -> Self {
        Self { vetoes: Arc::new(vetoes), ..self }
    }

    /// The pattern with this number.
    pub fn pattern(&self, id: u64) -> Option<&Arc<Known>> {
        self.patterns.iter().find(|k| k.pattern.id() == id)
    }

    /// What all patterns share that are this repair at places of different shape.
    pub fn family(&self, pattern: u64) -> u64 {
        self.families.get(&pattern).copied().unwrap_or(pattern)
    }

    /// With these patterns.
    pub fn of(all: Vec<Known>) -> Self {
        let mut by_name: FxHashMap<SmolStr, Vec<u32>> = FxHashMap::default();
        let mut by_kind: FxHashMap<(SmolStr, SmolStr), Vec<u32>> = FxHashMap::default();
        let codes = all.iter().flat_map(|k| k.pattern.codes.iter().cloned()).collect();
        let compilers = all.iter().filter(|k| k.pattern.is_named()).map(|k| compiler_of(&k.pattern)).collect();
        for (number, known) in all.iter().enumerate() {
            match needed_name(&known.pattern) {
                Some(name) => by_name.entry(name).or_default().push(number as u32),
                None => by_kind
                    .entry((known.pattern.language.clone(), root_kind(&known.pattern)))
                    .or_default()
                    .push(number as u32),
            }
        }
        let is_follower = |(_, known): &(usize, &Known)| known.pattern.anchors.contains(&Anchor::Use);
        let followers = all.iter().enumerate().filter(is_follower).map(|(n, _)| n as u32).collect();
        Self {
            patterns: Arc::new(all.into_iter().map(Arc::new).collect()),
            by_name: Arc::new(by_name),
            by_kind: Arc::new(by_kind),
            codes: Arc::new(codes),
            compilers: Arc::new(compilers),
            followers: Arc::new(followers),
            ..Self::default()
        }
    }

    /// The patterns.
    pub fn patterns(&self) -> &[Arc<Known>] {
        &self.patterns
    }

    /// The patterns that are about uses of what another edit takes away.
    pub(crate) fn followers(&self) -> impl Iterator<Item = &Arc<Known>> {
        self.followers.iter().filter_map(|n| self.patterns.get(*n as usize))
    }

    /// Whether any pattern may repair a diagnostic with this code.
    pub fn handles(&self, code: &str) -> bool {
        self.codes.contains(code) || self.compilers.contains(prefix(code))
    }

    /// The repairs of a diagnostic that are believed enough to be offered, best first.
    pub fn suggestions(&self, question: &Question<'_>) -> Vec<Suggestion> {
        let mut found: Vec<Suggestion> = Vec::new();
        let mut rejected: Vec<Vec<TextEdit>> = Vec::new();
        let vetoed = self.vetoed(question);
        self.each_place(question, |places| {
            for (known, node, anchor) in places {
                let is_vetoed = vetoed.is_some_and(|v| v.contains(&known.pattern.id()));
                match self.suggestion(question, known, *node, *anchor, is_vetoed) {
                    // Nor by another pattern that says the same here.
                    Ok(suggestion) if is_vetoed => rejected.push(suggestion.edits),
                    Ok(suggestion)
                        if !found.iter().any(|f| f.edits == suggestion.edits && f.score >= suggestion.score) =>
                    {
                        found.retain(|f| f.edits != suggestion.edits);
                        found.push(suggestion);
                    }
                    _ => {}
                }
            }
            // What is nearer decides, where it says what it is about.
            !found.iter().any(|f| f.known.pattern.is_named()) && rejected.is_empty()
        });
        found.retain(|f| !rejected.contains(&f.edits));
        found.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then(b.known.stats.examples.cmp(&a.known.stats.examples))
                .then(a.edits.len().cmp(&b.edits.len()))
        });
        found
    }

    /// What every pattern would do about a diagnostic by itself, however little it is believed, where it is nearest.
    pub(crate) fn all_suggestions(&self, question: &Question<'_>) -> Vec<Suggestion> {
        let mut found: Vec<Suggestion> = Vec::new();
        self.each_place(question, |places| {
            let known_before = found.len();
            for (known, node, anchor) in places {
                let at = found.iter().position(|f| Arc::ptr_eq(&f.known, known));
                if at.is_some_and(|at| at < known_before) {
                    continue;
                }
                let Ok(suggestion) = self.suggestion(question, known, *node, *anchor, true) else { continue };
                match at {
                    Some(at) if found[at].score < suggestion.score => found[at] = suggestion,
                    Some(_) => {}
                    None => found.push(suggestion),
                }
            }
            true
        });
        found
    }

    /// The patterns that were rejected in the file.
    fn vetoed(&self, question: &Question<'_>) -> Option<&FxHashSet<u64>> {
        if self.vetoes.is_empty() {
            return None;
        }
        self.vetoes.get(&question.path.to_string_lossy().replace('\\', "/"))
    }

    /// The patterns that may be about a diagnostic, with the nodes that they may be about: those near it first, then those further away, as long as `each` says
    /// so.
    fn each_place(&self, question: &Question<'_>, mut each: impl FnMut(&[(&Arc<Known>, NodeId, Anchor)]) -> bool) {
        let tree = question.tree;
        let Some(leaf) = tree.leaf_at(question.start) else { return };
        let language = SmolStr::new(tree.grammar().name());
        for (_, places) in PLACES {
            let nodes = places(question, leaf);
            let named = self.named(question, &nodes);
            let mut found = Vec::new();
            for (node, anchor) in nodes {
                let kind = tree.kind(node);
                let of_kind = named.iter().filter(|(k, _)| k.is_empty() || k == kind).map(|(_, n)| *n);
                let kinds = [SmolStr::new(kind), SmolStr::default()];
                let loose =
                    kinds.into_iter().filter_map(|k| self.by_kind.get(&(language.clone(), k))).flatten().copied();
                found.extend(of_kind.chain(loose).map(|n| (&self.patterns[n as usize], node, anchor)));
            }
            if !each(&found) {
                break;
            }
        }
    }

    /// The patterns whose names stand at or below nodes, with the kinds of their roots.
    fn named(&self, question: &Question<'_>, nodes: &[(NodeId, Anchor)]) -> Vec<(SmolStr, u32)> {
        if self.by_name.is_empty() {
            return Vec::new();
        }
        let tree = question.tree;
        // What lies below another one is looked through once.
        let mut nodes: Vec<NodeId> = nodes.iter().map(|(n, _)| *n).collect();
        nodes.sort_unstable();
        let mut words: FxHashSet<&str> = FxHashSet::default();
        let mut outer: Option<NodeId> = None;
        for node in nodes {
            if outer.is_some_and(|o| tree.contains(o, node)) {
                continue;
            }
            outer = Some(node);
            words.extend(tree.leaves(node).map(|l| tree.text_of(l)));
        }
        // What the place leaves to its context, the message names.
        words.extend(question.arguments.iter().filter_map(|a| simple_name(a)));
        let mut numbers: Vec<u32> = words.into_iter().filter_map(|w| self.by_name.get(w)).flatten().copied().collect();
        numbers.sort_unstable();
        let language = tree.grammar().name();
        let of = |n: u32| &self.patterns[n as usize].pattern;
        numbers.into_iter().filter(|n| of(*n).language == language).map(|n| (root_kind(of(n)), n)).collect()
    }

    /// What a pattern does at a node, or why nothing. `vetoed`: however little it is believed.
    fn suggestion(
        &self,
        question: &Question<'_>,
        known: &Arc<Known>,
        node: NodeId,
        anchor: Anchor,
        vetoed: bool,
    ) -> Result<Suggestion, Refused> {
        let (tree, pattern) = (question.tree, &known.pattern);
        let named = pattern.is_named();
        if let Some(change) = &pattern.moved {
            return self.followed(question, known, change, node, anchor, vetoed);
        }
        let same_code = pattern.codes.iter().any(|c| c == question.code);
        if !same_code && (!named || compiler_of(pattern) != prefix(question.code)) {
            return Err(Refused::OtherCode);
        }
        // What no diagnostic is known of, the compiler must stop at.
        if pattern.codes.is_empty() && known.origin == Origin::Examples && !self.is_at_name(question, pattern, anchor) {
            return Err(Refused::OtherPlace);
        }
        // Imports are followed, and by what follows them only; a use goes with what takes its local away.
        let in_import = || tree.enclosing(node, |k| tree.grammar().is_import(k)).is_some();
        if pattern.anchors.iter().all(|a| *a == Anchor::Use) && !pattern.anchors.is_empty()
            || known.origin == Origin::Examples && in_import()
        {
            return Err(Refused::OtherPlace);
        }
        let like = pattern.anchors.iter().any(|a| a.is_like(anchor));
        // What does not say by itself what it is about is looked for where it was only. Which argument names a declaration differs between compilers.
        if !named
            && !pattern.anchors.contains(&anchor)
            && !(like && (matches!(anchor, Anchor::Declaration(_)) || is_nearest(question, pattern, node)))
        {
            return Err(Refused::OtherPlace);
        }
        // Another code may be about the same, where it is at the name or says it.
        let says = |text: &SmolStr| question.arguments.iter().any(|a| simple_name(a) == Some(text));
        if !same_code
            && anchor != Anchor::Around(0)
            && matches!(&pattern.before, Template::Token { text, .. } if !says(text))
        {
            return Err(Refused::OtherCode);
        }
        if anchor == Anchor::Statement && !is_beside(question, pattern, node)
            || pattern.is_permutation() && !(same_code && matches!(anchor, Anchor::Around(_)))
        {
            return Err(Refused::OtherPlace);
        }
        if !named && anchor == Anchor::Near {
            return Err(Refused::OtherPlace);
        }
        if !like && !(named && matches!(anchor, Anchor::Around(_) | Anchor::Statement | Anchor::Origin)) {
            return Err(Refused::OtherPlace);
        }
        if !vetoed && known.stats.is_quarantined(named, question.now) {
            return Err(Refused::Quarantined);
        }
        let mut found = matching::at(pattern, tree, node, question.arguments).ok_or(Refused::OtherShape)?;
        let here = unit::context(tree, node);
        if pattern.context.owner.is_some() && pattern.context.owner != here.owner {
            return Err(Refused::OtherShape);
        }
        // Only functions that may wait do.
        if !may_wait(pattern, tree, node) {
            return Err(Refused::Unfilled);
        }
        // A type that is left to the compiler cannot become another one.
        let inferred = |b: &Option<Binding>| matches!(b, Some(Binding::Node(n)) if tree.kind(*n) == "implicit_type");
        if !named && found.holes.iter().any(inferred) {
            return Err(Refused::OtherShape);
        }
        fill(pattern, question, &mut found, &[]).ok_or(Refused::Unfilled)?;
        let mut score = known.stats.score(named, question.now);
        score *= if same_code { 1.0 } else { 0.95 };
        score *= if like { 1.0 } else { 0.95 };
        score *= 0.93f64.powi(found.distance as i32);
        if known.members > 1 {
            // What was seen comes before what is like it.
            score *= 0.97;
        }
        score *= agreement(pattern, question, &here);
        if !vetoed && score < OFFERED {
            return Err(Refused::Doubtful(score));
        }
        let edits = rewrite::edits(pattern, tree, &found).ok_or(Refused::Unfilled)?;
        if edits.is_empty() {
            return Err(Refused::NoChange);
        }
        let bindings = bindings(pattern, tree, &found);
        let imports = pattern.imports.clone();
        let made = Suggestion { known: known.clone(), node, edits, imports, score, bindings };
        self.completed(question, made).ok_or(Refused::Unfilled)
    }

    /// Whether the diagnostic is at the name that a pattern is about.
    fn is_at_name(&self, question: &Question<'_>, pattern: &Pattern, anchor: Anchor) -> bool {
        let at = question.tree.leaf_at(question.start).map(|l| question.tree.text_of(l));
        matches!(anchor, Anchor::Around(_)) && at.is_some() && needed_name(pattern).as_deref() == at
    }

    /// What became this module.
    fn moved_to(&self, module: &str) -> Vec<&SmolStr> {
        let moves = self.patterns.iter().filter_map(|k| k.pattern.moved.as_ref());
        moves.filter(|m| m.new_module == module).map(|m| &m.module).collect()
    }

    /// An imported name that is followed.
    fn followed(
        &self,
        question: &Question<'_>,
        known: &Arc<Known>,
        change: &ImportMove,
        node: NodeId,
        anchor: Anchor,
        vetoed: bool,
    ) -> Result<Suggestion, Refused> {
        let tree = question.tree;
        if anchor != Anchor::Around(0) {
            return Err(Refused::OtherPlace);
        }
        let used = imports::follow_use(question.path, tree, node, change);
        if used.is_none() && !known.pattern.codes.iter().any(|c| c == question.code) {
            return Err(Refused::OtherCode);
        }
        let score = known.stats.score(true, question.now);
        if !vetoed && score < OFFERED {
            return Err(Refused::Doubtful(score));
        }
        let edits = used
            .or_else(|| match change.name.is_empty() {
                true => imports::follow_namespace(tree, node, change, &self.moved_to(&change.new_module)),
                false => imports::follow(question.path, tree, node, change),
            })
            .filter(|e| !e.is_empty())
            .ok_or(Refused::OtherShape)?;
        Ok(Suggestion { known: known.clone(), node, edits, imports: Vec::new(), score, bindings: Vec::new() })
    }
}

pub(crate) fn bindings(pattern: &Pattern, tree: &Tree, found: &Match) -> Vec<(SmolStr, String)> {
    let text = |binding: &Binding| match binding {
        Binding::Text(text) => text.clone(),
        other => other.range(tree).map(|r| tree.text()[r.start..r.end].to_owned()).unwrap_or_default(),
    };
    pattern
        .holes
        .iter()
        .zip(&found.holes)
        .filter(|(h, _)| !h.name.is_empty())
        .filter_map(|(h, b)| Some((h.name.clone(), text(b.as_ref()?))))
        .collect()
}

/// The prefix of a code: which compiler says it.
fn prefix(code: &str) -> &str {
    code.trim_end_matches(|c: char| c.is_ascii_digit())
}

fn compiler_of(pattern: &Pattern) -> &'static str {
    crate::grammar::named(&pattern.language).map_or("", |g| g.code_prefix())
}

/// A name that stands wherever a pattern matches, the longest one; `None` where none has to.
fn needed_name(pattern: &Pattern) -> Option<SmolStr> {
    let grammar = crate::grammar::named(&pattern.language)?;
    if pattern.moved.is_some() {
        return None;
    }
    let token = |t: &Template| match t {
        Template::Token { kind, text, .. } if grammar.is_name(kind) => Some(text.clone()),
        Template::Hole { id, .. } => pattern.holes.get(*id as usize)?.head.clone(),
        _ => None,
    };
    pattern.before.all().into_iter().filter_map(token).max_by_key(|name| name.len())
}

fn root_kind(pattern: &Pattern) -> SmolStr {
    if pattern.moved.is_some() {
        return SmolStr::default();
    }
    match &pattern.before {
        Template::Token { kind, .. } if !crate::grammar::named(&pattern.language).is_some_and(|g| g.is_name(kind)) => {
            kind.clone()
        }
        Template::Node { kind, .. } if !kind.contains('|') && kind != unit::MODIFIED => kind.clone(),
        // A name is of several kinds in some grammars.
        _ => SmolStr::default(),
    }
}

/// How much of what was around the examples is around the place, as a factor.
fn agreement(pattern: &Pattern, question: &Question<'_>, here: &crate::template::Context) -> f64 {
    let seen = &pattern.context;
    let mut factor = 1.0;
    if !seen.parents.is_empty() && !here.parents.iter().any(|p| seen.parents.contains(p)) {
        factor *= 0.97;
    }
    if let (Some(then), Some(now)) = (seen.is_async, here.is_async)
        && then != now
    {
        let about_waiting = |t: &Template| {
            t.tokens().iter().any(|w| matches!(w.as_str(), "await" | "GetAwaiter" | "Result" | "Wait" | "then"))
        };
        factor *= if about_waiting(&pattern.before) || about_waiting(&pattern.after) { 0.9 } else { 0.98 };
    }
    let named = pattern.is_named();
    if seen.call.is_some() && seen.call != here.call {
        factor *= if named { 0.98 } else { 0.8 };
    }
    if let Some(arguments) = seen.arguments.get(question.code) {
        let same = |(i, a): (usize, &Option<SmolStr>)| {
            a.as_ref().is_none_or(|a| question.arguments.get(i).is_some_and(|b| **b == **a))
        };
        let all = arguments.len().max(1);
        let share = arguments.iter().enumerate().filter(|(i, a)| same((*i, a))).count() as f64 / all as f64;
        factor *= if named { 0.95 + 0.05 * share } else { 0.7 + 0.3 * share };
    }
    factor
}

/// Whether the function around a node may wait, where a pattern brings that.
pub(crate) fn may_wait(pattern: &Pattern, tree: &Tree, node: NodeId) -> bool {
    let waits = |t: &Template| t.tokens().iter().any(|w| **w == tree.grammar().waits());
    !waits(&pattern.after) || waits(&pattern.before) || tree.grammar().is_async(tree, node)
}

/// Finds what the holes of the right side stand for. `brought` are names that another edit declares there.
pub(crate) fn fill(pattern: &Pattern, question: &Question<'_>, found: &mut Match, brought: &[SmolStr]) -> Option<()> {
    let tree = question.tree;
    for (number, hole) in pattern.holes.iter().enumerate() {
        let Some(how) = &hole.fill else { continue };
        let text = match how {
            Fill::Scope { name, .. } if brought.contains(name) => name.to_string(),
            Fill::Scope { name, ty } => scope::counterpart(tree, found.node, name, ty.as_deref())?.to_string(),
            Fill::Argument(i) => simple_name(question.arguments.get(*i as usize)?)?.to_owned(),
            Fill::Changed { of, how } => {
                let Some(Some(Binding::Node(node))) = found.holes.get(*of as usize) else { return None };
                how.apply(tree.text_of(*node))?
            }
        };
        *found.holes.get_mut(number)? = Some(Binding::Text(text));
    }
    Some(())
}

/// Where repairs lie, nearest first: how, and what finds the nodes.
const PLACES: [(&[Anchor], fn(&Question<'_>, NodeId) -> Vec<(NodeId, Anchor)>); 6] = [
    (&[Anchor::Around(0), Anchor::Member], around),
    (&[Anchor::Statement], beside),
    (&[Anchor::Origin], origin),
    (&[Anchor::Target], target),
    (&[Anchor::Declaration(0)], declared),
    (&[Anchor::Near], near),
];

/// The nodes that a diagnostic's repair may be at, with where they lie, nearest first; those that lie like one of `wanted` only.
pub(crate) fn places(question: &Question<'_>, leaf: NodeId, wanted: &[Anchor]) -> Vec<(NodeId, Anchor)> {
    let mut out = Vec::new();
    for (anchors, places) in PLACES {
        if wanted.iter().any(|w| anchors.iter().any(|a| w.is_like(*a))) {
            out.extend(places(question, leaf).into_iter().filter(|(_, at)| wanted.iter().any(|w| w.is_like(*at))));
        }
    }
    out
}

/// The nodes around the diagnostic's first token, up to the member.
fn around(question: &Question<'_>, leaf: NodeId) -> Vec<(NodeId, Anchor)> {
    let tree = question.tree;
    let grammar = tree.grammar();
    let mut out = Vec::new();
    let mut beyond = false;
    for (depth, node) in tree.ancestors(leaf).enumerate().take(120) {
        let kind = tree.kind(node);
        if !beyond {
            out.push((node, Anchor::Around(depth as u8)));
        }
        beyond |= grammar.is_block(kind);
        if grammar.is_member(kind) || grammar.is_type_body(kind) {
            if beyond && grammar.is_member(kind) {
                out.push((node, Anchor::Member));
            }
            break;
        }
    }
    out
}

/// Whether a name beside a diagnostic is that of the expression that the diagnostic begins: `a.Name` for one at `a`. What is more than a name may be anywhere in
/// the statement.
fn is_beside(question: &Question<'_>, pattern: &Pattern, node: NodeId) -> bool {
    let tree = question.tree;
    let Some(leaf) = tree.leaf_at(question.start).filter(|_| matches!(pattern.before, Template::Token { .. })) else {
        return true;
    };
    tree.ancestors(node).skip(1).take(2).any(|n| tree.grammar().is_call(tree.kind(n)) && tree.contains(n, leaf))
}

/// Whether a node is the nearest of its kind around a diagnostic, where that is a declaration or a statement: how deep below it the diagnostic is says little.
fn is_nearest(question: &Question<'_>, pattern: &Pattern, node: NodeId) -> bool {
    let tree = question.tree;
    let kind = tree.kind(node);
    let is_declaration = matches!(pattern.before, Template::Node { .. })
        && (tree.grammar().declares_typed(kind) || tree.grammar().is_statement(kind));
    is_declaration && tree.leaf_at(question.start).and_then(|l| tree.enclosing(l, |k| k == kind)) == Some(node)
}

/// The innermost statement around a leaf.
fn statement_of(tree: &Tree, leaf: NodeId) -> Option<NodeId> {
    tree.enclosing(leaf, |k| tree.grammar().is_statement(k))
}

/// The other nodes of the statement, nearest first.
fn beside(question: &Question<'_>, leaf: NodeId) -> Vec<(NodeId, Anchor)> {
    let tree = question.tree;
    let Some(statement) = statement_of(tree, leaf) else { return Vec::new() };
    let others = tree.subtree(statement).filter(|n| !tree.contains(*n, leaf));
    let mut others: Vec<NodeId> = others.take(20 * MOST_PLACES).collect();
    others.sort_by_key(|n| tree.range(*n).start.abs_diff(question.start));
    others.into_iter().take(MOST_PLACES).map(|n| (n, Anchor::Statement)).collect()
}

/// The nodes of what the local at the diagnostic was made of.
fn origin(question: &Question<'_>, leaf: NodeId) -> Vec<(NodeId, Anchor)> {
    let tree = question.tree;
    let found =
        scope::origin(tree, leaf).map(|o| tree.subtree(o).take(MOST_PLACES).map(|n| (n, Anchor::Origin)).collect());
    found.unwrap_or_default()
}

/// The declarations of what the place gives a value to, or names.
fn target(question: &Question<'_>, leaf: NodeId) -> Vec<(NodeId, Anchor)> {
    let tree = question.tree;
    let mut out = Vec::new();
    for name in scope::targets(tree, leaf) {
        let Some(declaration) = scope::declaration(tree, name) else { continue };
        let mut walk = vec![declaration];
        while let Some(node) = walk.pop() {
            out.push((node, Anchor::Target));
            if !tree.grammar().is_body(tree.kind(node)) && out.len() < MOST_PLACES {
                walk.extend(tree.children(node));
            }
        }
    }
    out
}

/// The declarations of the file that the message names, without the bodies of functions.
fn declared(question: &Question<'_>, _: NodeId) -> Vec<(NodeId, Anchor)> {
    let tree = question.tree;
    let grammar = tree.grammar();
    let mut out = Vec::new();
    let names: Vec<(u8, &str)> =
        question.arguments.iter().enumerate().take(8).filter_map(|(i, a)| Some((i as u8, simple_name(a)?))).collect();
    if names.is_empty() {
        return out;
    }
    for leaf in tree.leaves(NodeId::ROOT).filter(|l| grammar.is_name(tree.kind(*l))) {
        let Some((i, _)) = names.iter().find(|(_, n)| *n == tree.text_of(leaf)) else { continue };
        if !grammar.is_declared_name(tree, leaf) {
            continue;
        }
        let Some(declaration) = scope::declaration(tree, leaf) else { continue };
        let mut walk = vec![declaration];
        while let Some(node) = walk.pop() {
            out.push((node, Anchor::Declaration(*i)));
            if !tree.grammar().is_body(tree.kind(node)) && out.len() < 4 * MOST_PLACES {
                walk.extend(tree.children(node));
            }
        }
    }
    out
}

/// Places of the member within some lines.
fn near(question: &Question<'_>, leaf: NodeId) -> Vec<(NodeId, Anchor)> {
    let tree = question.tree;
    let Some(member) = tree.enclosing(leaf, |k| tree.grammar().is_member(k)) else { return Vec::new() };
    let statement = statement_of(tree, leaf);
    let line = tree.line(question.start);
    let others = tree.subtree(member).filter(|n| {
        let start = tree.range(*n).start;
        start.abs_diff(question.start) < 2_000
            && tree.line(start).abs_diff(line) <= NEAR
            && !tree.contains(*n, leaf)
            && statement.is_none_or(|s| !tree.contains(s, *n))
            && tree.size(*n) < 200
    });
    others.take(MOST_PLACES).map(|n| (n, Anchor::Near)).collect()
}

/// What examples teach: what was seen, and what several of them have in common, with the numbers of what that was made of.
pub(crate) fn learned(examples: &[(Example, Stats)]) -> Vec<(Known, Vec<u64>)> {
    let all = seen(examples);
    // Those of one form are compared with each other.
    let mut forms: BTreeMap<(SmolStr, String), Vec<(u64, Known)>> = BTreeMap::new();
    for (id, known) in &all {
        forms.entry((known.pattern.language.clone(), form(&known.pattern))).or_default().push((*id, known.clone()));
    }
    let general = forms.values().flat_map(|of_form| general(of_form));
    let general: Vec<_> = general.collect();
    all.into_iter().map(|(_, known)| (known, Vec::new())).chain(general).collect()
}

/// What was seen, each with its number, in the order in which it was seen first.
pub(crate) fn seen(examples: &[(Example, Stats)]) -> Vec<(u64, Known)> {
    let mut all: Vec<(u64, Known)> = Vec::new();
    let mut places: FxHashMap<u64, usize> = FxHashMap::default();
    let mut files: FxHashSet<(u64, &std::path::Path)> = FxHashSet::default();
    for (example, stats) in examples {
        let id = example.pattern.id();
        let is_new_file = files.insert((id, &example.path));
        match places.get(&id) {
            None => {
                places.insert(id, all.len());
                all.push((
                    id,
                    Known { pattern: example.pattern.clone(), stats: *stats, members: 1, origin: Origin::Examples },
                ));
            }
            Some(at) => {
                let known = &mut all[*at].1;
                // Most of many are all alike.
                if known.pattern != example.pattern {
                    known.pattern = merged(&known.pattern, &example.pattern);
                }
                let in_files = known.stats.files + u32::from(is_new_file);
                known.stats = Stats { files: in_files, ..known.stats.and(*stats) };
            }
        }
    }
    all
}

/// What patterns of one form have in common, with the numbers of what each was made of. Of many the first are compared.
pub(crate) fn general(all: &[(u64, Known)]) -> Vec<(Known, Vec<u64>)> {
    let mut general: Vec<(Known, Vec<u64>)> = Vec::new();
    let mut ids: FxHashSet<u64> = all.iter().map(|(id, _)| *id).collect();
    // What no diagnostic is known of holds at its name alone.
    let with_codes = all.iter().enumerate().filter(|(_, (_, known))| !known.pattern.codes.is_empty());
    let mut level: Vec<(Known, Vec<usize>)> =
        with_codes.take(MOST_COMPARED).map(|(n, (_, known))| (known.clone(), vec![n])).collect();
    for _ in 0..3 {
        let mut next: Vec<(Known, Vec<usize>)> = Vec::new();
        let mut places: FxHashMap<u64, usize> = FxHashMap::default();
        for i in 0..level.len() {
            for j in i + 1..level.len() {
                let Some(pattern) = least_general(&level[i].0.pattern, &level[j].0.pattern) else { continue };
                let id = pattern.id();
                let mut members: Vec<usize> = level[i].1.iter().chain(&level[j].1).copied().collect();
                members.sort_unstable();
                members.dedup();
                if let Some((known, all_members)) = places.get(&id).and_then(|at| next.get_mut(*at)) {
                    known.pattern = merged(&known.pattern, &pattern);
                    all_members.extend(members);
                    all_members.sort_unstable();
                    all_members.dedup();
                } else if !ids.contains(&id) {
                    places.insert(id, next.len());
                    next.push((
                        Known { pattern, stats: Stats::default(), members: 0, origin: Origin::Examples },
                        members,
                    ));
                }
            }
        }
        for (known, members) in &mut next {
            known.stats = members.iter().map(|m| all[*m].1.stats).fold(Stats::default(), Stats::and);
            known.members = members.len() as u32;
        }
        if next.is_empty() {
            break;
        }
        next.truncate(MOST_COMPARED);
        for (known, members) in &next {
            ids.insert(known.pattern.id());
            general.push((known.clone(), members.iter().map(|m| all[*m].0).collect()));
        }
        level = next;
    }
    general
}

/// By pattern, the smallest number of those that it has something in common with; those that are alone are left out.
fn families(learned: &[(Known, Vec<u64>)]) -> FxHashMap<u64, u64> {
    // A forest in which the smaller one is the root. The numbers of most patterns need not be known for it.
    let mut parent: FxHashMap<u64, u64> = FxHashMap::default();
    fn root(parent: &mut FxHashMap<u64, u64>, start: u64) -> u64 {
        let mut at = start;
        while let Some(up) = parent.get(&at).filter(|up| **up != at) {
            at = *up;
        }
        parent.insert(start, at);
        at
    }
    for (general, members) in learned.iter().filter(|(_, members)| !members.is_empty()) {
        let mut at = root(&mut parent, general.pattern.id());
        for member in members {
            let other = root(&mut parent, *member);
            let (small, large) = (at.min(other), at.max(other));
            parent.insert(large, small);
            at = small;
        }
    }
    let ids: Vec<u64> = parent.keys().copied().collect();
    ids.into_iter().map(|id| (id, root(&mut parent, id))).filter(|(id, root)| id != root).collect()
}

/// A number that patterns share whose right sides are alike: only those are compared with each other.
pub(crate) fn form_of(pattern: &Pattern) -> u64 {
    stable_hash((&pattern.language, form(pattern)))
}

/// What comes and what goes, with names and literals left out.
fn form(pattern: &Pattern) -> String {
    let grammar = crate::grammar::named(&pattern.language);
    let words = |template: &Template| {
        let word = |t: &Template| match t {
            Template::Token { kind, .. } if grammar.is_some_and(|g| g.is_name(kind) || g.is_literal_kind(kind)) => {
                Some("name".to_owned())
            }
            Template::Token { text, .. } => Some(text.to_string()),
            _ => None,
        };
        template.all().into_iter().filter_map(word).collect::<Vec<_>>()
    };
    let (before, mut come) = (words(&pattern.before), words(&pattern.after));
    let mut gone = Vec::new();
    for word in before {
        match come.iter().position(|w| *w == word) {
            Some(at) => drop(come.remove(at)),
            None => gone.push(word),
        }
    }
    come.sort();
    gone.sort();
    format!("{} → {}", gone.join(" "), come.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_place_is_looked_through_but_uses_which_follow_an_edit() {
        use Anchor::{Around, Declaration, Member, Near, Origin, Statement, Target, Use};
        for anchor in [Around(7), Statement, Member, Origin, Target, Declaration(3), Near, Use] {
            let found = PLACES.iter().filter(|(all, _)| all.iter().any(|a| a.is_like(anchor))).count();
            // A new kind has to be decided about here.
            let expected = match anchor {
                Use => 0,
                Around(_) | Statement | Member | Origin | Target | Declaration(_) | Near => 1,
            };
            assert_eq!(found, expected, "{anchor:?}");
        }
    }
}
