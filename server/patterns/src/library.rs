//! The patterns that are known, and which of them fit a place.

use crate::capture::{Example, simple_name};
use crate::generalise::{least_general, merged};
use crate::imports;
use crate::matching::{self, Binding, Match};
use crate::rank::{OFFERED, Stats};
use crate::rewrite;
use crate::scope;
use crate::template::{Anchor, Fill, ImportMove, Pattern, Template};
use crate::tree::{NodeId, Tree};
use crate::unit;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use text::TextEdit;

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

/// One way that a pattern repairs a diagnostic.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The pattern.
    pub known: Arc<Known>,
    /// The place.
    pub node: NodeId,
    /// The edits of the file.
    pub edits: Vec<TextEdit>,
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
    /// Its path from the root.
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
    /// Numbers of patterns by language, then by the kind of the left side's root; those that any kind may match under the empty kind.
    by_kind: Arc<FxHashMap<(SmolStr, SmolStr), Vec<u32>>>,
    codes: Arc<FxHashMap<SmolStr, u32>>,
    /// By pattern, the first of those that it has something in common with; those that are alone are left out.
    families: Arc<FxHashMap<u64, u64>>,
}

/// Different patterns of one form that are compared with each other, at most.
const MOST_COMPARED: usize = 24;
/// Nodes of a statement that patterns are tried at, at most.
const MOST_PLACES: usize = 400;
/// Lines around a diagnostic in which a place that is only near it may lie.
const NEAR: usize = 10;

impl Library {
    /// What can be learned from examples, and what is given.
    pub fn new(examples: &[(Example, Stats)], given: impl IntoIterator<Item = Known>) -> Self {
        let (mut all, families) = learned(examples);
        all.extend(given);
        Self { families: Arc::new(families), ..Self::of(all) }
    }

    /// What all patterns share that are this repair at places of different shape.
    pub fn family(&self, pattern: u64) -> u64 {
        self.families.get(&pattern).copied().unwrap_or(pattern)
    }

    /// With these patterns.
    pub fn of(all: Vec<Known>) -> Self {
        let mut by_kind: FxHashMap<(SmolStr, SmolStr), Vec<u32>> = FxHashMap::default();
        let mut codes: FxHashMap<SmolStr, u32> = FxHashMap::default();
        for (number, known) in all.iter().enumerate() {
            let kind = root_kind(&known.pattern);
            by_kind.entry((known.pattern.language.clone(), kind)).or_default().push(number as u32);
            for code in &known.pattern.codes {
                *codes.entry(code.clone()).or_default() += 1;
            }
        }
        Self {
            patterns: Arc::new(all.into_iter().map(Arc::new).collect()),
            by_kind: Arc::new(by_kind),
            codes: Arc::new(codes),
            families: Arc::default(),
        }
    }

    /// The patterns.
    pub fn patterns(&self) -> &[Arc<Known>] {
        &self.patterns
    }

    /// Whether any pattern may repair a diagnostic with this code.
    pub fn handles(&self, code: &str) -> bool {
        self.codes.contains_key(code)
            || self.patterns.iter().any(|k| k.pattern.is_named() && compiler_of(&k.pattern) == prefix(code))
    }

    /// The repairs of a diagnostic that are believed enough to be offered, best first.
    pub fn suggestions(&self, question: &Question<'_>) -> Vec<Suggestion> {
        let tree = question.tree;
        let Some(leaf) = tree.leaf_at(question.start) else { return Vec::new() };
        let language = SmolStr::new(tree.grammar().name());
        let mut found: Vec<Suggestion> = Vec::new();
        // What is nearer decides.
        for places in [around as fn(&Question<'_>, NodeId) -> Vec<(NodeId, Anchor)>, beside, origin, declared, near] {
            for (node, anchor) in places(question, leaf) {
                let kinds = [SmolStr::new(tree.kind(node)), SmolStr::default()];
                for number in kinds.into_iter().filter_map(|k| self.by_kind.get(&(language.clone(), k))).flatten() {
                    let known = &self.patterns[*number as usize];
                    if let Some(suggestion) = self.suggestion(question, known, node, anchor)
                        && !found.iter().any(|f| f.edits == suggestion.edits && f.score >= suggestion.score)
                    {
                        found.retain(|f| f.edits != suggestion.edits);
                        found.push(suggestion);
                    }
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        found.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then(b.known.stats.examples.cmp(&a.known.stats.examples))
                .then(a.edits.len().cmp(&b.edits.len()))
        });
        found
    }

    fn suggestion(
        &self,
        question: &Question<'_>,
        known: &Arc<Known>,
        node: NodeId,
        anchor: Anchor,
    ) -> Option<Suggestion> {
        let (tree, pattern) = (question.tree, &known.pattern);
        let named = pattern.is_named();
        if let Some(change) = &pattern.moved {
            return self.followed(question, known, change, node, anchor);
        }
        let same_code = pattern.codes.iter().any(|c| c == question.code);
        if !same_code && (!named || compiler_of(pattern) != prefix(question.code)) {
            return None;
        }
        let like = pattern.anchors.iter().any(|a| a.is_like(anchor));
        // What does not say by itself what it is about is looked for where it was only.
        if !named && !pattern.anchors.contains(&anchor) {
            return None;
        }
        if !like && !(named && matches!(anchor, Anchor::Around(_) | Anchor::Statement | Anchor::Origin)) {
            return None;
        }
        if known.stats.is_quarantined(named, question.now) {
            return None;
        }
        let mut found = matching::at(pattern, tree, node)?;
        let here = unit::context(tree, node);
        if pattern.context.owner.is_some() && pattern.context.owner != here.owner {
            return None;
        }
        // Only functions that may wait do.
        let waits = |t: &Template| t.tokens().iter().any(|w| **w == tree.grammar().waits());
        if here.is_async == Some(false) && waits(&pattern.after) && !waits(&pattern.before) {
            return None;
        }
        fill(pattern, question, &mut found)?;
        let mut score = known.stats.score(named, question.now);
        score *= if same_code { 1.0 } else { 0.95 };
        score *= if like { 1.0 } else { 0.95 };
        score *= 0.93f64.powi(found.distance as i32);
        if known.members > 1 {
            // What was seen comes before what is like it.
            score *= 0.97;
        }
        score *= agreement(pattern, question, &here);
        if score < OFFERED {
            return None;
        }
        let edits = rewrite::edits(pattern, tree, &found)?;
        if edits.is_empty() {
            return None;
        }
        let bindings = bindings(pattern, tree, &found);
        Some(Suggestion { known: known.clone(), node, edits, score, bindings })
    }

    /// An imported name that is followed.
    fn followed(
        &self,
        question: &Question<'_>,
        known: &Arc<Known>,
        change: &ImportMove,
        node: NodeId,
        anchor: Anchor,
    ) -> Option<Suggestion> {
        let tree = question.tree;
        if anchor != Anchor::Around(0) || !known.pattern.codes.iter().any(|c| c == question.code) {
            return None;
        }
        let score = known.stats.score(true, question.now);
        let edits = imports::follow(question.path, tree, node, change).filter(|e| !e.is_empty() && score >= OFFERED)?;
        Some(Suggestion { known: known.clone(), node, edits, score, bindings: Vec::new() })
    }
}

fn bindings(pattern: &Pattern, tree: &Tree, found: &Match) -> Vec<(SmolStr, String)> {
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

fn compiler_of(pattern: &Pattern) -> &str {
    match pattern.language.as_str() {
        "csharp" => "CS",
        "typescript" => "TS",
        _ => "",
    }
}

fn root_kind(pattern: &Pattern) -> SmolStr {
    if pattern.moved.is_some() {
        return SmolStr::default();
    }
    match &pattern.before {
        Template::Token { kind, .. } if !crate::grammar::named(&pattern.language).is_some_and(|g| g.is_name(kind)) => {
            kind.clone()
        }
        Template::Node { kind, .. } => kind.clone(),
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
        factor *= 0.9;
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

/// Finds what the holes of the right side stand for.
fn fill(pattern: &Pattern, question: &Question<'_>, found: &mut Match) -> Option<()> {
    let tree = question.tree;
    for (number, hole) in pattern.holes.iter().enumerate() {
        let Some(how) = &hole.fill else { continue };
        let text = match how {
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

/// The nodes around the diagnostic's first token, up to the member.
fn around(question: &Question<'_>, leaf: NodeId) -> Vec<(NodeId, Anchor)> {
    let tree = question.tree;
    let grammar = tree.grammar();
    let mut out = Vec::new();
    for (depth, node) in tree.ancestors(leaf).enumerate().take(60) {
        out.push((node, Anchor::Around(depth as u8)));
        let kind = tree.kind(node);
        if grammar.is_member(kind) || matches!(kind, "block" | "statement_block" | "declaration_list" | "class_body") {
            break;
        }
    }
    out
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
        let Some(declaration) = tree.parent(leaf) else { continue };
        // Of a field the list of its declarators, with its type and its modifiers.
        let list = tree
            .parent(declaration)
            .filter(|p| matches!(tree.kind(*p), "variable_declaration" | "lexical_declaration"));
        let field = list.and_then(|l| tree.parent(l)).filter(|f| tree.kind(*f).ends_with("field_declaration"));
        let mut walk = vec![field.or(list).unwrap_or(declaration)];
        while let Some(node) = walk.pop() {
            out.push((node, Anchor::Declaration(*i)));
            if !matches!(tree.kind(node), "block" | "statement_block" | "declaration_list" | "class_body")
                && out.len() < 4 * MOST_PLACES
            {
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

/// What examples teach: what was seen, and what several of them have in common.
fn learned(examples: &[(Example, Stats)]) -> (Vec<Known>, FxHashMap<u64, u64>) {
    let mut order: Vec<u64> = Vec::new();
    let mut seen: FxHashMap<u64, (Known, Vec<&std::path::Path>)> = FxHashMap::default();
    for (example, stats) in examples {
        let id = example.pattern.id();
        let entry = seen.entry(id);
        if let std::collections::hash_map::Entry::Vacant(_) = entry {
            order.push(id);
        }
        match entry {
            std::collections::hash_map::Entry::Vacant(slot) => {
                let known =
                    Known { pattern: example.pattern.clone(), stats: *stats, members: 1, origin: Origin::Examples };
                slot.insert((known, vec![&example.path]));
            }
            std::collections::hash_map::Entry::Occupied(mut slot) => {
                let (known, files) = slot.get_mut();
                known.pattern = merged(&known.pattern, &example.pattern);
                known.stats = known.stats.and(*stats);
                if !files.contains(&&*example.path) {
                    files.push(&example.path);
                }
                known.stats.files = files.len() as u32;
            }
        }
    }
    let mut all: Vec<Known> = order.iter().filter_map(|id| Some(seen.get(id)?.0.clone())).collect();
    // Those of one form are compared with each other.
    let mut forms: BTreeMap<(SmolStr, String), Vec<usize>> = BTreeMap::new();
    for (number, known) in all.iter().enumerate() {
        forms.entry((known.pattern.language.clone(), form(&known.pattern.after))).or_default().push(number);
    }
    let mut general: Vec<Known> = Vec::new();
    // By number, the first pattern of the family; and the general patterns with one of what they were made of.
    let mut first: Vec<usize> = (0..all.len()).collect();
    let mut made_of: Vec<(u64, usize)> = Vec::new();
    for numbers in forms.values() {
        let mut level: Vec<(Known, Vec<usize>)> =
            numbers.iter().take(MOST_COMPARED).map(|n| (all[*n].clone(), vec![*n])).collect();
        for _ in 0..3 {
            let mut next: Vec<(Known, Vec<usize>)> = Vec::new();
            for i in 0..level.len() {
                for j in i + 1..level.len() {
                    let Some(pattern) = least_general(&level[i].0.pattern, &level[j].0.pattern) else { continue };
                    let id = pattern.id();
                    let mut members: Vec<usize> = level[i].1.iter().chain(&level[j].1).copied().collect();
                    members.sort_unstable();
                    members.dedup();
                    if let Some((known, all_members)) = next.iter_mut().find(|(k, _)| k.pattern.id() == id) {
                        known.pattern = merged(&known.pattern, &pattern);
                        all_members.extend(members);
                        all_members.sort_unstable();
                        all_members.dedup();
                    } else if !all.iter().chain(&general).any(|k| k.pattern.id() == id) {
                        next.push((
                            Known { pattern, stats: Stats::default(), members: 0, origin: Origin::Examples },
                            members,
                        ));
                    }
                }
            }
            for (known, members) in &mut next {
                known.stats = members.iter().map(|m| all[*m].stats).fold(Stats::default(), Stats::and);
                known.members = members.len() as u32;
                let joined: Vec<usize> = members.iter().map(|m| first[*m]).collect();
                let oldest = joined.iter().min().copied().unwrap_or_default();
                first.iter_mut().filter(|f| joined.contains(f)).for_each(|f| *f = oldest);
                made_of.push((known.pattern.id(), oldest));
            }
            if next.is_empty() {
                break;
            }
            next.truncate(MOST_COMPARED);
            general.extend(next.iter().map(|(k, _)| k.clone()));
            level = next;
        }
    }
    let id = |number: usize| all[number].pattern.id();
    let families = (0..all.len()).map(|n| (id(n), id(first[n]))).chain(made_of.iter().map(|(general, n)| (*general, id(first[*n])))).collect();
    all.extend(general);
    (all, families)
}

/// What the right side is like, with its names and literals left out.
fn form(template: &Template) -> String {
    match template {
        Template::Token { kind, text, .. }
            if text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | '`' | '@' | '$')) =>
        {
            // Keywords say what is done.
            if *kind == *text { text.to_string() } else { "name".into() }
        }
        Template::Token { text, .. } => text.to_string(),
        Template::Hole { .. } => "name".into(),
        Template::Run { .. } => String::new(),
        Template::Node { kind, children } => {
            let inner: Vec<String> = children.iter().map(form).filter(|f| !f.is_empty()).collect();
            format!("{kind}({})", inner.join(" "))
        }
    }
}
