//! A missing name is spelt in another way everywhere or nowhere: half of a rename builds nowhere, and hides what happened.

use super::merge::Candidate;
use super::names::Names;
use crate::guard::{Refusal, WriteGuard};
use crate::{Entry, Outcome};
use diagnostics::{SourceDiagnostic, arguments_of};
use fix::{Applicability, language};
use index::Index;
use std::collections::{BTreeMap, BTreeSet};
use syntax::{Language, Node, leaf_at};

/// What the candidates of a pass are compared with.
pub(super) struct Whole<'a> {
    pub index: &'a Index,
    pub guard: &'a WriteGuard,
    pub entries: &'a [Entry],
    /// Where each entry's diagnostic is now.
    pub current: &'a [Option<SourceDiagnostic>],
}

/// The name that the compiler did not find.
fn missing_name(entry: &Entry) -> Option<String> {
    let code = &entry.diagnostic.code;
    let name = |arguments: &[String]| {
        language::of_code(code.as_str())?.missing_name(code.as_str(), arguments).map(str::to_owned)
    };
    match &entry.place {
        Some(place) => name(&place.arguments),
        None => name(&arguments_of(code, &entry.diagnostic.message)),
    }
}

impl Whole<'_> {
    /// Those of `candidates` that spell a missing name in another way and are not certain, because that name stays elsewhere: another
    /// diagnostic that misses it has no such answer, or a file that is never written uses it.
    pub fn halves(&self, candidates: &[Candidate]) -> BTreeSet<usize> {
        let mut answers: BTreeMap<usize, (String, String)> = BTreeMap::new();
        let mut certain: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (c, candidate) in candidates.iter().enumerate().filter(|(_, c)| !c.info.by_symbol) {
            let Some(name) = missing_name(&self.entries[candidate.entry]) else { continue };
            let Some((old, new)) = Names::of(self.index, &candidate.change).respelling() else { continue };
            // An attribute is missed by its long name, too.
            if name != old && name.strip_prefix(old.as_str()).is_none_or(|rest| rest != "Attribute") {
                continue;
            }
            if candidate.info.applicability == Applicability::Safe {
                certain.entry(old.clone()).or_default().push(c);
            }
            answers.insert(candidate.entry, (old, new));
        }
        let mut out = BTreeSet::new();
        if certain.is_empty() {
            return out;
        }
        let mut missed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for i in (0..self.entries.len()).filter(|&i| self.is_open(i)) {
            if let Some(name) = missing_name(&self.entries[i]) {
                missed.entry(name).or_default().push(i);
            }
        }
        for (old, group) in certain {
            let answer = |entry: &usize| answers.get(entry).filter(|(other, _)| *other == old).map(|(_, new)| new);
            let wanted: BTreeSet<&String> = group.iter().filter_map(|&c| answer(&candidates[c].entry)).collect();
            let all_fit =
                |entries: &Vec<usize>| entries.iter().all(|i| answer(i).is_some_and(|new| wanted.contains(new)));
            let stays = wanted.len() > 1
                || missed.get(&old).is_some_and(|entries| !all_fit(entries))
                || group.iter().any(|&c| self.is_generated_use(candidates[c].entry, &old));
            if stays {
                out.extend(group);
            }
        }
        out
    }

    /// Whether the entry's diagnostic is still there.
    fn is_open(&self, entry: usize) -> bool {
        self.entries[entry].outcome != Outcome::Fixed || self.current[entry].is_some()
    }

    /// Whether a generated file of the entry's language uses the name, and does not declare it itself.
    fn is_generated_use(&self, entry: usize, name: &str) -> bool {
        let Some(language) = self.entries[entry].path.as_deref().and_then(Language::of_path) else { return false };
        let files = self.index.files_with_word(name, language);
        let generated = files.iter().filter(|f| matches!(self.guard.check(f), Err(Refusal::Generated)));
        generated.filter_map(|f| self.index.source(f)).any(|source| {
            let text: &str = source.parsed.text();
            let mut uses = text
                .match_indices(name)
                .filter_map(|(at, _)| leaf_at(source.parsed.root(), at))
                .filter(|leaf| leaf.kind().contains("identifier") && text.get(leaf.byte_range()) == Some(name))
                .peekable();
            uses.peek().is_some() && !uses.any(is_declared)
        })
    }
}

/// Whether the name is that of a variable, parameter, member or type that is declared here.
fn is_declared(name: Node<'_>) -> bool {
    name.parent().is_some_and(|parent| {
        let kind = parent.kind();
        let declares = kind.ends_with("declaration") || kind.ends_with("declarator") || kind.ends_with("parameter");
        declares && parent.child_by_field_name("name") == Some(name)
    })
}
