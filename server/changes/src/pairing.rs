//! Which declaration now is which declaration then.
//!
//! First what is the same is taken away: name, signature and container. Then types are paired, by name, then by the members that they keep; then the
//! members of paired types, by name, then by signature, body, name and place among their siblings; then what went from one container to another.
//! What is left then is gone, what is left now is new.

mod inside;
#[cfg(test)]
mod tests;

use crate::Past;
use crate::compare::{self, Certainty, ChangeKind, DeclarationChange};
use crate::likeness::{Tokens, name_likeness};
use index::typescript::types::union;
use index::{Declaration, DeclarationId, DeclarationKind, Index, Modifiers, Outline, Source};
use rustc_hash::{FxHashMap, FxHashSet};
use semantics::Semantics;
use smol_str::{SmolStr, format_smolstr};
use std::cell::{OnceCell, RefCell};
use std::path::Path;
use std::sync::Arc;
use syntax::LanguageFamily;
use text::TextRange;

/// Declarations of changed files that are compared at most; where more changed, nothing is said.
const MOST_ITEMS: usize = 400_000;
/// Functions whose result is inferred from their bodies, at most.
const MOST_INFERRED: usize = 300;
/// Pairs that are looked at closely, at most, for what has no name in common.
const MOST_PAIRS: usize = 250_000;
/// Tokens that a body has to have to say something.
const SPEAKING_BODY: usize = 8;

/// What is different between the workspace then and now.
#[derive(Default)]
pub struct Changes {
    /// The declarations that changed or are gone, in order of path and place then.
    pub list: Vec<DeclarationChange>,
    /// Declarations that are new.
    pub added: Vec<DeclarationId>,
    by_name: FxHashMap<SmolStr, Vec<usize>>,
    /// Changes whose uses may have any name, by number in the list.
    unnamed: Vec<usize>,
}

impl Changes {
    /// The differences between the declarations of `past` and `now`.
    pub fn between(past: &Past, now: &Index) -> Self {
        let mut out = Self::default();
        let paths = differing(past, now);
        for family in [LanguageFamily::CSHARP, LanguageFamily::TYPESCRIPT] {
            let then = Side::read(&past.index, &paths, family);
            let after = Side::read(now, &paths, family);
            if then.items.len() + after.items.len() <= MOST_ITEMS {
                Pairing::new(&then, &after).run(&mut out);
            } else {
                tracing::warn!(declarations = then.items.len(), "too much has changed to say what became of what");
            }
        }
        out.list.sort_by(|a, b| (&a.old.path, a.old.index).cmp(&(&b.old.path, b.old.index)));
        for (i, change) in out.list.iter().enumerate() {
            for name in names_at_uses(change) {
                out.by_name.entry(name).or_default().push(i);
            }
            if change.then.kind == DeclarationKind::Delegate {
                out.unnamed.push(i);
            }
        }
        out
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The changes whose uses do not name them, by number in the list: a delegate type is used by each function that is converted to it.
    pub fn unnamed(&self) -> &[usize] {
        &self.unnamed
    }

    /// The changes of declarations that a use calls `name`: by number in the list.
    pub fn named(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

/// What a use of a declaration is called: for a constructor its type and the words that call one without a name, for an attribute also the short name.
/// In TypeScript a literal of a union is used as it reads.
fn names_at_uses(change: &DeclarationChange) -> Vec<SmolStr> {
    let name = &change.then.name;
    let is_constructor = matches!(name.as_str(), ".ctor" | "constructor");
    let own = if is_constructor { &change.container } else { name };
    let own: SmolStr = own.rsplit('.').next().unwrap_or(own).into();
    let short = own.strip_suffix("Attribute").filter(|s| !s.is_empty()).map(SmolStr::from);
    let words: &[&str] = match name.as_str() {
        ".ctor" => &["new", "base", "this"],
        "constructor" => &["super"],
        _ => &[],
    };
    let words = words.iter().copied().map(SmolStr::new_static);
    let mut out: Vec<SmolStr> = std::iter::once(own.clone()).chain(short).chain(words).collect();
    if let (DeclarationKind::TypeAlias, Some(now)) = (change.then.kind, &change.now) {
        let literals = |text| union(text).into_iter().filter(|t| t.starts_with(['\'', '"']));
        let after: Vec<&str> = literals(&now.type_text).collect();
        let gone = literals(&change.then.type_text).filter(|t| !after.contains(t));
        out.extend(gone.map(|t| SmolStr::from(syntax::typescript::unquoted(t))));
    }
    out
}

/// The files whose declarations may differ.
fn differing(past: &Past, now: &Index) -> Vec<Arc<Path>> {
    let mut paths: FxHashSet<Arc<Path>> = past.texts.iter().map(|p| Arc::from(p.as_path())).collect();
    for path in now.files().chain(past.index.files()) {
        if paths.contains(path) {
            continue;
        }
        let (a, b) = (past.index.outline(path), now.outline(path));
        let same = match (&a, &b) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
            (None, None) => true,
            _ => false,
        };
        if !same {
            paths.insert(path.clone());
        }
    }
    let mut paths: Vec<Arc<Path>> = paths.into_iter().collect();
    paths.sort();
    paths
}

/// One declaration of a changed file.
struct Item {
    id: DeclarationId,
    declaration: Declaration,
    /// Where it stands: C# the namespace or the full name of the type, TypeScript the file and the names around it.
    container: SmolStr,
    /// The container as a reader calls it.
    called: SmolStr,
    /// What the members of it have as their container.
    own: SmolStr,
    /// Where its name stands, when it is of no outline.
    inside: Option<TextRange>,
}

/// The declarations of one side.
struct Side<'i> {
    index: &'i Index,
    items: Vec<Item>,
    /// The declarations of each container, in order.
    members: FxHashMap<SmolStr, Vec<usize>>,
    bodies: Vec<OnceCell<Tokens>>,
    /// The tree of the file that was last asked for: its declarations are asked for one after the other.
    source: RefCell<Option<Arc<Source>>>,
}

impl<'i> Side<'i> {
    fn read(index: &'i Index, paths: &[Arc<Path>], family: LanguageFamily) -> Self {
        let mut items: Vec<Item> = Vec::new();
        for path in paths {
            let Some(outline) = index.outline(path).filter(|o| o.language.family() == family) else { continue };
            let first = items.len();
            Self::read_file(path, &outline, family, &mut items);
            if family == LanguageFamily::TYPESCRIPT
                && let Some(source) = index.source(path)
            {
                let module = format_smolstr!("{}\0", path.display());
                let ranges = |item: &Item| index.ranges(&item.id);
                let known = items.drain(first..).map(|i| (ranges(&i), i)).collect();
                items.extend(inside::members(&source, &module, known));
            }
        }
        let mut members: FxHashMap<SmolStr, Vec<usize>> = FxHashMap::default();
        for (i, item) in items.iter().enumerate() {
            members.entry(item.container.clone()).or_default().push(i);
        }
        let bodies = std::iter::repeat_with(OnceCell::new).take(items.len()).collect();
        Self { index, items, members, bodies, source: RefCell::default() }
    }

    fn read_file(path: &Arc<Path>, outline: &Outline, family: LanguageFamily, items: &mut Vec<Item>) {
        let first = items.len();
        let module: SmolStr =
            if family == LanguageFamily::CSHARP { SmolStr::default() } else { format_smolstr!("{}\0", path.display()) };
        for (i, declaration) in outline.declarations.iter().enumerate() {
            let parent = declaration.parent.and_then(|p| items.get(first + p as usize));
            let (container, called) = match parent {
                Some(parent) => (parent.own.clone(), parent.name_path()),
                None if family == LanguageFamily::CSHARP => (declaration.namespace.clone(), SmolStr::default()),
                None => (module.clone(), SmolStr::default()),
            };
            let mut own = format_smolstr!("{container}.{}", declaration.name);
            if family == LanguageFamily::CSHARP && !declaration.type_parameters.is_empty() {
                own = format_smolstr!("{own}`{}", declaration.type_parameters.len());
            }
            let mut declaration = declaration.clone();
            declaration.parent = None;
            let id = DeclarationId { path: path.clone(), index: i as u32 };
            items.push(Item { id, declaration, container, called, own, inside: None });
        }
    }

    /// The tokens of the body, or of what stands in its place: an initialiser, an arrow, members.
    fn body(&self, item: usize) -> &Tokens {
        self.bodies[item].get_or_init(|| self.read_body(item).unwrap_or_default())
    }

    fn read_body(&self, item: usize) -> Option<Tokens> {
        let Item { id, declaration, inside, .. } = &self.items[item];
        let known = self.source.borrow().as_ref().filter(|s| s.path == id.path).cloned();
        let source = known.or_else(|| self.index.source(&id.path))?;
        *self.source.borrow_mut() = Some(source.clone());
        if let Some(name) = inside {
            let end = syntax::leaf_at(source.parsed.root(), name.start)?.parent()?.end_byte();
            return Some(Tokens::of(source.parsed.text().get(name.end..end)?, &declaration.name));
        }
        let ranges = self.index.ranges(id)?;
        let body = ranges.body.unwrap_or(TextRange::new(ranges.name.end, ranges.full.end));
        let text = source.parsed.text().get(body.start..body.end)?;
        Some(Tokens::of(text, &declaration.name))
    }

    /// Whether the body says what the declaration does.
    fn speaks(&self, item: usize) -> bool {
        self.items[item].declaration.modifiers.contains(Modifiers::HAS_BODY) && self.body(item).len() >= SPEAKING_BODY
    }

    /// Whether it only declares what is written elsewhere.
    fn is_of_library(&self, item: usize) -> bool {
        let name = self.items[item].id.path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        name.contains(".d.")
    }
}

impl Item {
    fn name_path(&self) -> SmolStr {
        if self.called.is_empty() {
            self.declaration.name.clone()
        } else {
            format_smolstr!("{}.{}", self.called, self.declaration.name)
        }
    }
    fn is_type(&self) -> bool {
        self.declaration.kind.is_type() || self.declaration.kind == DeclarationKind::Namespace
    }
}

/// A pair that may be one.
#[derive(Clone, Copy)]
struct Scored {
    /// How alike they are, from 0 to 1.
    score: f32,
    then: usize,
    now: usize,
    /// Whether the likeness speaks for itself, if there is no other.
    speaks: bool,
}

/// What is known of the pairs so far.
struct Pairing<'a> {
    then: &'a Side<'a>,
    now: &'a Side<'a>,
    /// For each one then its pair, and how it was found.
    pairs: Vec<Option<(usize, Certainty, f32)>>,
    taken: Vec<bool>,
    /// Containers then that have another key now.
    containers: FxHashMap<SmolStr, SmolStr>,
    /// Pairs that are the same.
    unchanged: Vec<bool>,
}

impl<'a> Pairing<'a> {
    fn new(then: &'a Side<'a>, now: &'a Side<'a>) -> Self {
        Self {
            then,
            now,
            pairs: vec![None; then.items.len()],
            taken: vec![false; now.items.len()],
            containers: FxHashMap::default(),
            unchanged: vec![false; then.items.len()],
        }
    }

    fn run(mut self, out: &mut Changes) {
        self.take_away_the_same();
        self.pair_types();
        self.take_away_the_same();
        self.pair_members_by_name();
        self.pair_members_of_another_name();
        self.pair_across_containers();
        self.report(out);
    }

    fn pair(&mut self, i: usize, j: usize, certainty: Certainty, likeness: f32) {
        self.pairs[i] = Some((j, certainty, likeness));
        self.taken[j] = true;
        let (a, b) = (&self.then.items[i], &self.now.items[j]);
        if a.own != b.own {
            self.containers.insert(a.own.clone(), b.own.clone());
        }
    }

    /// The key now of a container then.
    fn container_now(&self, then: &SmolStr) -> SmolStr {
        self.containers.get(then).unwrap_or(then).clone()
    }

    fn open_then(&self) -> Vec<usize> {
        (0..self.pairs.len()).filter(|i| self.pairs[*i].is_none()).collect()
    }
    fn open_now(&self) -> Vec<usize> {
        (0..self.taken.len()).filter(|j| !self.taken[*j]).collect()
    }

    fn take_away_the_same(&mut self) {
        let mut known: FxHashMap<(SmolStr, SmolStr), Vec<usize>> = FxHashMap::default();
        for j in self.open_now().into_iter().rev() {
            let item = &self.now.items[j];
            known.entry((item.container.clone(), item.declaration.name.clone())).or_default().push(j);
        }
        for i in self.open_then() {
            let item = &self.then.items[i];
            let key = (self.container_now(&item.container), item.declaration.name.clone());
            let Some(list) = known.get_mut(&key) else { continue };
            // The last one is the first in the file. The namespace is told by the container.
            let same = |j: &usize| same_but_place(&item.declaration, &self.now.items[*j].declaration);
            if let Some(at) = list.iter().rposition(same) {
                let j = list.remove(at);
                self.unchanged[i] = true;
                self.pair(i, j, Certainty::Certain, 1.0);
            }
        }
    }

    fn pair_types(&mut self) {
        // Outer types come before the types in them.
        let types = |side: &Side<'_>, open: Vec<usize>| -> Vec<usize> {
            open.into_iter().filter(|i| side.items[*i].is_type()).collect()
        };
        let open = types(self.then, self.open_then());
        for i in open {
            let item = &self.then.items[i];
            let container = self.container_now(&item.container);
            let here = self.now.members.get(&container).map_or(&[][..], Vec::as_slice);
            let named: Vec<usize> = here
                .iter()
                .copied()
                .filter(|j| !self.taken[*j] && self.now.items[*j].is_type())
                .filter(|j| self.now.items[*j].declaration.name == item.declaration.name)
                .collect();
            let arity = item.declaration.type_parameters.len();
            let of_arity = named.iter().find(|j| self.now.items[**j].declaration.type_parameters.len() == arity);
            match (of_arity, named.as_slice()) {
                (Some(j), _) => self.pair(i, *j, Certainty::Certain, 1.0),
                (None, [j]) => self.pair(i, *j, Certainty::Certain, 0.95),
                _ => {}
            }
        }
        let (old, new) = (types(self.then, self.open_then()), types(self.now, self.open_now()));
        if old.len() * new.len() > MOST_PAIRS {
            return;
        }
        let mut scored = Vec::new();
        for i in &old {
            for j in &new {
                if let Some((score, speaks)) = self.likeness_of_types(*i, *j) {
                    scored.push(Scored { score, then: *i, now: *j, speaks });
                }
            }
        }
        self.pair_best(scored, 0.5);
    }

    /// How alike two types are, and whether that speaks for itself.
    fn likeness_of_types(&self, i: usize, j: usize) -> Option<(f32, bool)> {
        let (a, b) = (&self.then.items[i], &self.now.items[j]);
        use DeclarationKind::*;
        let shape = |k: DeclarationKind| match k {
            Class | Record | Struct | RecordStruct | Interface | TypeAlias => 0,
            other => 1 + other as usize,
        };
        if shape(a.declaration.kind) != shape(b.declaration.kind) {
            return None;
        }
        let same_name = a.declaration.name == b.declaration.name;
        let name = if same_name { 1.0 } else { 0.8 * name_likeness(&a.declaration.name, &b.declaration.name) };
        let members = |side: &Side<'_>, own: &SmolStr| -> Vec<SmolStr> {
            let list = side.members.get(own).map_or(&[][..], Vec::as_slice);
            list.iter().map(|i| side.items[*i].declaration.name.clone()).collect()
        };
        let (then, now) = (members(self.then, &a.own), members(self.now, &b.own));
        let (then_count, now_count) = (then.len(), now.len());
        let common = then.iter().filter(|m| now.contains(m)).count();
        let members = 2.0 * common as f32 / (then_count + now_count).max(1) as f32;
        if !same_name && name < 0.3 && members < 0.3 && !(then.is_empty() && now.is_empty()) {
            return None;
        }
        // Two empty types have nothing in common.
        if !same_name && name < 0.3 && then_count + now_count == 0 && !self.has_much(i, j) {
            return None;
        }
        let body = self.then.body(i).likeness(self.now.body(j));
        let score = if then.is_empty() && now.is_empty() {
            0.4 * name + 0.6 * body
        } else {
            0.25 * name + 0.45 * members + 0.3 * body
        };
        // A few members are in common easily.
        let least = then_count.min(now_count);
        let speaks = if same_name {
            body >= 0.6 || least >= 2 && members >= 0.6
        } else {
            let kept = least >= 2 && members >= 0.85 && body >= 0.75 || body >= 0.9;
            kept && (name >= 0.4 || least >= 3 || self.then.body(i).len() >= 4 * SPEAKING_BODY)
        };
        (score >= 0.45 || same_name).then_some((score, speaks))
    }

    /// Pairs what is each other's best, from the best down; certain when it speaks for itself and the second best is far.
    fn pair_best(&mut self, mut scored: Vec<Scored>, least: f32) {
        scored.retain(|s| s.score >= least * 0.8);
        scored.sort_by(|a, b| b.score.total_cmp(&a.score).then((a.then, a.now).cmp(&(b.then, b.now))));
        let all = scored.clone();
        for Scored { score, then: i, now: j, speaks } in scored {
            if score < least || self.pairs[i].is_some() || self.taken[j] {
                continue;
            }
            let free = |k: &&Scored| {
                (k.then, k.now) != (i, j)
                    && (k.then == i && !self.taken[k.now] || k.now == j && self.pairs[k.then].is_none())
            };
            let second = all.iter().filter(free).map(|k| k.score).fold(0.0, f32::max);
            let certainty = match score - second {
                margin if speaks && margin >= 0.15 => Certainty::Certain,
                margin if margin >= 0.08 => Certainty::Likely,
                _ => Certainty::Doubtful,
            };
            self.pair(i, j, certainty, score);
        }
    }

    fn pair_members_by_name(&mut self) {
        let mut groups: FxHashMap<(SmolStr, SmolStr), (Vec<usize>, Vec<usize>)> = FxHashMap::default();
        for i in self.open_then() {
            let item = &self.then.items[i];
            let key = (self.container_now(&item.container), item.declaration.name.clone());
            groups.entry(key).or_default().0.push(i);
        }
        for j in self.open_now() {
            let item = &self.now.items[j];
            if let Some(group) = groups.get_mut(&(item.container.clone(), item.declaration.name.clone())) {
                group.1.push(j);
            }
        }
        let mut groups: Vec<(Vec<usize>, Vec<usize>)> = groups.into_values().filter(|g| !g.1.is_empty()).collect();
        groups.sort();
        for (old, new) in groups {
            if let ([i], [j]) = (old.as_slice(), new.as_slice()) {
                self.pair(*i, *j, Certainty::Certain, 1.0);
                continue;
            }
            let mut scored = Vec::new();
            for i in &old {
                for j in &new {
                    let (a, b) = (&self.then.items[*i].declaration, &self.now.items[*j].declaration);
                    let score = signature_likeness(a, b);
                    scored.push(Scored { score, then: *i, now: *j, speaks: score >= 0.5 });
                }
            }
            self.pair_best(scored, 0.2);
        }
    }

    fn pair_members_of_another_name(&mut self) {
        let mut by_container: FxHashMap<SmolStr, (Vec<usize>, Vec<usize>)> = FxHashMap::default();
        for i in self.open_then() {
            let key = self.container_now(&self.then.items[i].container);
            by_container.entry(key).or_default().0.push(i);
        }
        for j in self.open_now() {
            if let Some(group) = by_container.get_mut(&self.now.items[j].container) {
                group.1.push(j);
            }
        }
        let mut groups: Vec<_> = by_container.into_iter().filter(|g| !g.1.1.is_empty()).collect();
        groups.sort_by(|a, b| a.0.cmp(&b.0));
        for (_, (old, new)) in groups {
            if old.len() * new.len() > MOST_PAIRS {
                continue;
            }
            let alone = old.len() == 1 && new.len() == 1;
            let mut scored = Vec::new();
            for i in &old {
                for j in &new {
                    scored.extend(self.likeness_of_members(*i, *j, alone));
                }
            }
            self.pair_best(scored, 0.55);
        }
    }

    /// How alike two members of one container are. `alone`: no other member of it is gone, and no other is new.
    fn likeness_of_members(&self, i: usize, j: usize, alone: bool) -> Option<Scored> {
        let (a, b) = (&self.then.items[i].declaration, &self.now.items[j].declaration);
        if a.kind.is_type() || b.kind.is_type() || group_of(a.kind) != group_of(b.kind) {
            return None;
        }
        let signature = signature_likeness(a, b);
        let name = name_likeness(&a.name, &b.name);
        let place = self.place(i, j);
        let (mut score, mut speaks);
        if self.then.speaks(i) && self.now.speaks(j) {
            let body = self.then.body(i).likeness(self.now.body(j));
            score = 0.45 * body + 0.25 * signature + 0.15 * place + 0.15 * name;
            speaks = score >= 0.75 && body >= 0.75 || body >= 0.95;
        } else {
            score = 0.45 * signature + 0.3 * place + 0.25 * name;
            // Without a body, only the name or the lack of any other can tell. A new version of a library has more that is new.
            speaks = name >= 0.5 && signature >= 0.85 && place >= 0.35
                || alone && signature >= 0.95 && place >= 0.95 && !self.then.is_of_library(i);
        }
        if name == 1.0 {
            // Only the casing differs.
            score = score.max(0.6 + 0.4 * signature);
            speaks = true;
        }
        if is_asynchronous_form(a, b) || is_asynchronous_form(b, a) {
            score = score.max(0.85);
            speaks = true;
        }
        Some(Scored { score, then: i, now: j, speaks })
    }

    /// Whether the bodies of both have enough in them to be compared.
    fn has_much(&self, i: usize, j: usize) -> bool {
        self.then.body(i).len().min(self.now.body(j).len()) >= SPEAKING_BODY
    }

    /// Whether they stand at the same place among the siblings that are paired, from 0 to 1.
    fn place(&self, i: usize, j: usize) -> f32 {
        let (before, after, offset, length) = self.gap_then(i);
        let (before_now, after_now, offset_now, length_now) = self.gap_now(j);
        let anchors = f32::from(u8::from(before == before_now)) + f32::from(u8::from(after == after_now));
        if anchors == 2.0 && offset == offset_now && length == length_now { 1.0 } else { anchors * 0.35 }
    }

    /// The pairs (by number now) around the run of unpaired siblings, the place in it, and its length.
    fn gap_then(&self, i: usize) -> (Option<usize>, Option<usize>, usize, usize) {
        let list = self.then.members.get(&self.then.items[i].container).map_or(&[][..], Vec::as_slice);
        let paired = |k: &usize| self.pairs[*k].map(|p| p.0);
        gap(list, i, paired)
    }
    fn gap_now(&self, j: usize) -> (Option<usize>, Option<usize>, usize, usize) {
        let list = self.now.members.get(&self.now.items[j].container).map_or(&[][..], Vec::as_slice);
        gap(list, j, |k: &usize| self.taken[*k].then_some(*k))
    }

    /// What stands in another container now: under its name with a like signature, or with its body.
    fn pair_across_containers(&mut self) {
        let (old, new) = (self.open_then(), self.open_now());
        let mut by_name: FxHashMap<SmolStr, Vec<usize>> = FxHashMap::default();
        for j in &new {
            by_name.entry(self.now.items[*j].declaration.name.clone()).or_default().push(*j);
        }
        let mut scored = Vec::new();
        let wide = old.len() * new.len() <= MOST_PAIRS / 10;
        // Where only one went and only one came, a body that says little is a hint.
        let at_the_top = |side: &Side<'_>, open: &[usize]| {
            open.iter().filter(|k| side.items[**k].called.is_empty() && side.items[**k].inside.is_none()).count()
        };
        let alone = at_the_top(self.then, &old) == 1 && at_the_top(self.now, &new) == 1;
        for i in &old {
            let a = &self.then.items[*i];
            let named = by_name.get(&a.declaration.name).map_or(&[][..], Vec::as_slice);
            let others: &[usize] = if named.is_empty() && wide { &new } else { named };
            for j in others {
                let b = &self.now.items[*j];
                if a.inside.is_some()
                    || b.inside.is_some()
                    || a.is_type() != b.is_type()
                    || !a.is_type() && group_of(a.declaration.kind) != group_of(b.declaration.kind)
                    || matches!(a.declaration.kind, DeclarationKind::Constructor | DeclarationKind::EnumMember)
                {
                    continue;
                }
                let same_name = a.declaration.name == b.declaration.name;
                let spoken = match a.is_type() {
                    true => same_name || self.has_much(*i, *j),
                    false => self.then.speaks(*i) && self.now.speaks(*j),
                };
                let tops = a.called.is_empty() && b.called.is_empty();
                if !same_name && !spoken && !(alone && tops) {
                    continue;
                }
                let body = self.then.body(*i).likeness(self.now.body(*j));
                let signature = signature_likeness(&a.declaration, &b.declaration);
                let score = match (same_name, spoken) {
                    (false, false) if body == 1.0 && signature >= 0.99 => 0.65,
                    (false, false) => continue,
                    (true, true) => 0.4 + 0.35 * body + 0.25 * signature,
                    (true, false) => 0.4 + 0.4 * signature,
                    (false, _) if body >= 0.85 => 0.6 * body + 0.3 * signature,
                    _ => continue,
                };
                // A member of the same name may be in any type.
                let speaks = match tops {
                    true => same_name && (spoken && body >= 0.6 || signature >= 0.9) || spoken && body >= 0.9,
                    false => spoken && body >= 0.85,
                };
                scored.push(Scored { score, then: *i, now: *j, speaks });
            }
        }
        self.pair_best(scored, 0.6);
    }

    /// Whether a function of TypeScript says by its body alone what it returns, and has another body.
    fn may_infer(&self, i: usize, j: usize) -> bool {
        let (a, b) = (&self.then.items[i], &self.now.items[j]);
        let infers = |item: &Item| {
            let d = &item.declaration;
            let is_function = matches!(d.kind, DeclarationKind::Function | DeclarationKind::Method)
                || d.kind == DeclarationKind::Variable
                    && (!d.parameters.is_empty() || d.modifiers.contains(Modifiers::ASYNC));
            is_function && d.type_text.is_empty() && d.modifiers.contains(Modifiers::HAS_BODY)
        };
        let typescript =
            syntax::Language::of_path(&a.id.path).is_some_and(|l| l.family() == LanguageFamily::TYPESCRIPT);
        typescript && (infers(a) || infers(b)) && self.then.body(i) != self.now.body(j)
    }

    /// What a function returns whose type is not written, when it is another type now.
    fn inferred(&self, i: usize, j: usize, asked: &mut usize) -> Option<ChangeKind> {
        if !self.may_infer(i, j) || *asked >= MOST_INFERRED {
            return None;
        }
        let (a, b) = (&self.then.items[i], &self.now.items[j]);
        if !a.declaration.type_text.is_empty() && !b.declaration.type_text.is_empty() {
            return None;
        }
        *asked += 1;
        let shown = |index: &Index, item: &Item| {
            let source = index.source(&item.id.path)?;
            let model = Semantics::new(index, &source).typescript();
            let ty = crate::callable::result_type(&model, &item.id, item.inside, &item.declaration)?;
            model.display(&ty).map(SmolStr::from)
        };
        let (from, to) = (shown(self.then.index, a)?, shown(self.now.index, b)?);
        (from != to).then_some(ChangeKind::Retyped { from, to })
    }

    fn report(self, out: &mut Changes) {
        let gone_types: FxHashSet<&SmolStr> = self
            .open_then()
            .into_iter()
            .filter(|i| self.then.items[*i].is_type())
            .map(|i| &self.then.items[i].own)
            .collect();
        let mut asked = 0;
        for (i, item) in self.then.items.iter().enumerate() {
            let Some((j, certainty, likeness)) = self.pairs[i] else {
                // What was written inside of something that is gone went with it.
                let with_it =
                    item.inside.is_some() && !self.now.members.contains_key(&self.container_now(&item.container));
                if !gone_types.contains(&item.container) && !with_it {
                    out.list.push(DeclarationChange {
                        old: item.id.clone(),
                        new: None,
                        then: item.declaration.clone(),
                        now: None,
                        container: item.called.clone(),
                        kinds: vec![ChangeKind::Removed],
                        parameters: Vec::new(),
                        certainty: Certainty::Certain,
                        likeness: 0.0,
                        inside: item.inside,
                        inside_now: None,
                    });
                }
                continue;
            };
            let new = &self.now.items[j];
            let moved = self.container_now(&item.container) != new.container;
            if self.unchanged[i] && !moved && !self.may_infer(i, j) {
                continue;
            }
            let parameters = compare::pair_parameters(&item.declaration, &new.declaration);
            let mut kinds = compare::kinds(&item.declaration, &new.declaration, &parameters);
            kinds.extend(self.inferred(i, j, &mut asked));
            if moved {
                kinds.push(ChangeKind::Moved { from: readable(&item.container), to: readable(&new.container) });
            }
            if kinds.is_empty() {
                continue;
            }
            out.list.push(DeclarationChange {
                old: item.id.clone(),
                new: Some(new.id.clone()),
                then: item.declaration.clone(),
                now: Some(new.declaration.clone()),
                container: item.called.clone(),
                kinds,
                parameters,
                certainty,
                likeness,
                inside: item.inside,
                inside_now: new.inside,
            });
        }
        let added = self.open_now().into_iter().map(|j| self.now.items[j].id.clone());
        out.added.extend(added);
    }
}

/// Whether `b` is what `a` becomes when it is made asynchronous: its name with `Async`, its result in a task, the parameters that it had.
fn is_asynchronous_form(a: &Declaration, b: &Declaration) -> bool {
    let named = b.name.strip_suffix("Async") == Some(a.name.as_str());
    let result = match b.type_text.split_once('<') {
        Some((task, result)) => (task, result.strip_suffix('>').unwrap_or_default()),
        None => (b.type_text.as_str(), "void"),
    };
    let task = result.0.rsplit('.').next().unwrap_or_default();
    let types = |d: &Declaration| d.parameters.iter().map(|p| p.type_text.clone()).collect::<Vec<_>>();
    let (old, new) = (types(a), types(b));
    named
        && matches!(task, "Task" | "ValueTask" | "Promise")
        && result.1 == a.type_text
        && new.len() >= old.len()
        && new[..old.len()] == old
        && b.parameters[old.len()..].iter().all(|p| p.optional || p.type_text.ends_with("CancellationToken"))
}

/// The container as a reader calls it.
fn readable(container: &SmolStr) -> SmolStr {
    match container.split_once('\0') {
        Some((path, "")) => path.into(),
        Some((path, inner)) => format_smolstr!("{path}: {}", inner.trim_start_matches('.')),
        None if container.is_empty() => "the global namespace".into(),
        None => container.trim_start_matches('.').into(),
    }
}

/// The paired siblings around the run of unpaired ones that `item` stands in, its place in the run, and the length of the run.
fn gap(
    list: &[usize],
    item: usize,
    paired: impl Fn(&usize) -> Option<usize>,
) -> (Option<usize>, Option<usize>, usize, usize) {
    let Some(at) = list.iter().position(|k| *k == item) else { return (None, None, 0, 0) };
    let first = list[..at].iter().rposition(|k| paired(k).is_some()).map_or(0, |p| p + 1);
    let last = list[at..].iter().position(|k| paired(k).is_some()).map_or(list.len(), |p| at + p);
    let before = first.checked_sub(1).and_then(|p| paired(&list[p]));
    let after = list.get(last).and_then(paired);
    (before, after, at - first, last - first)
}

/// Kinds that may become one another under another name.
fn group_of(kind: DeclarationKind) -> u8 {
    use DeclarationKind::*;
    match kind {
        Method | Function => 0,
        Property | Field | Getter | Setter | Variable | Event => 1,
        EnumMember => 2,
        Constructor | ConstructSignature => 3,
        Indexer | IndexSignature => 4,
        Operator | ConversionOperator => 5,
        Destructor => 6,
        CallSignature => 7,
        _ => 8,
    }
}

fn same_but_place(a: &Declaration, b: &Declaration) -> bool {
    // The container is compared by key.
    let mut b = b.clone();
    b.namespace.clone_from(&a.namespace);
    *a == b
}

/// How alike two signatures are by position, type and name of parameters and by what they return, from 0 to 1.
fn signature_likeness(a: &Declaration, b: &Declaration) -> f32 {
    let result = f32::from(u8::from(a.type_text == b.type_text));
    let statics = f32::from(u8::from(
        a.modifiers.contains(Modifiers::STATIC) == b.modifiers.contains(Modifiers::STATIC) && a.kind == b.kind,
    ));
    let count = a.parameters.len().max(b.parameters.len());
    let list = if count == 0 {
        1.0
    } else {
        let pairs = compare::pair_parameters(a, b);
        let one = |(at, from): (usize, &Option<usize>)| {
            let Some(from) = *from else { return 0.0 };
            let same_type = a.parameters[from].type_text == b.parameters[at].type_text;
            let same_name = a.parameters[from].name == b.parameters[at].name;
            let in_place = from == at;
            0.5 * f32::from(u8::from(same_type))
                + 0.3 * f32::from(u8::from(same_name))
                + 0.2 * f32::from(u8::from(in_place))
        };
        pairs.iter().enumerate().map(one).sum::<f32>() / count as f32
    };
    // Overloads that differ in type parameters are different ones.
    let arity = if a.type_parameters.len() == b.type_parameters.len() { 1.0 } else { 0.4 };
    arity * (0.55 * list + 0.3 * result + 0.15 * statics)
}
