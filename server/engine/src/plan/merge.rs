//! Which fixes are combined, and the texts that result.

use super::names::{self, Names};
use crate::{FixInfo, Reason};
use fix::imports::{self, Imports};
use fix::{Applicability, Change, FileChange, language};
use index::Index;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::{Language, Parsed, new_syntax_errors};
use text::{ContentHash, EditError, TextEdit, TextEdits, TextRange};

/// A fix that may be applied.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub entry: usize,
    pub info: FixInfo,
    pub isolation: Option<String>,
    /// It declares something that the sources use, and comes after all repairs.
    pub declares: bool,
    pub change: Change,
}

/// What happens to one file.
#[derive(Clone, Debug)]
pub(super) enum FileResult {
    Edited { after: Arc<str>, edits: TextEdits },
    Created(Arc<str>),
    Deleted,
    Renamed(PathBuf),
}

/// The fixes that are combined; the numbers are places in the list of candidates.
#[derive(Default)]
pub(super) struct Merged {
    pub candidates: Vec<Candidate>,
    pub accepted: Vec<usize>,
    /// Would do harm.
    pub rejected: Vec<(usize, Reason)>,
    /// May come in a later pass.
    pub deferred: Vec<(usize, Reason)>,
    pub files: BTreeMap<PathBuf, FileResult>,
    /// Whether the deferred ones only wait for others: such a pass does not count against the limit.
    pub only_waiting: bool,
}

impl Merged {
    pub fn with(mut self, candidates: Vec<Candidate>) -> Self {
        self.candidates = candidates;
        self
    }
}

/// Edits of one file, disjoint, by start and end.
type Edits = BTreeMap<(usize, usize), String>;

#[derive(Default)]
struct Accumulator<'c> {
    /// Whether insertions at one place follow each other instead of excluding each other.
    joins: bool,
    edits: BTreeMap<&'c Path, (ContentHash, Edits)>,
    whole: BTreeMap<&'c Path, &'c FileChange>,
    /// Paths that a rename or creation brings about.
    targets: BTreeSet<&'c Path>,
}

impl<'c> Accumulator<'c> {
    fn fits(&self, change: &'c Change) -> bool {
        change.files().all(|(path, file)| match file {
            FileChange::Edit { base, edits, .. } => {
                !self.whole.contains_key(path)
                    && self.edits.get(path).is_none_or(|(known, taken)| {
                        known == base && edits.iter().all(|e| fits(taken, e) || self.joins && fits_joined(taken, e))
                    })
            }
            other => {
                let target = if let FileChange::Rename { to } = other { to.as_path() } else { path };
                match self.whole.get(path) {
                    Some(known) => *known == other,
                    None => !self.edits.contains_key(path) && !self.targets.contains(target),
                }
            }
        })
    }

    fn add(&mut self, change: &'c Change) {
        for (path, file) in change.files() {
            match file {
                FileChange::Edit { base, edits, .. } => {
                    let taken = &mut self.edits.entry(path).or_insert_with(|| (*base, Edits::new())).1;
                    for e in edits {
                        taken.entry((e.range.start, e.range.end)).or_insert_with(|| e.new_text.clone());
                    }
                }
                other => {
                    self.whole.insert(path, other);
                    self.targets.insert(if let FileChange::Rename { to } = other { to } else { path });
                }
            }
        }
    }
}

/// Whether `edit` neither overlaps nor touches any of `taken`, or equals one of them.
fn fits(taken: &Edits, edit: &TextEdit) -> bool {
    taken.range(..=(edit.range.end, usize::MAX)).next_back().is_none_or(|(&(start, end), text)| {
        let known = TextRange::new(start, end);
        !known.touches(edit.range) || (known == edit.range && *text == edit.new_text)
    })
}

/// Whether `edit` can follow what is inserted at the same place already. (Nothing else touches the place then: that was looked at when
/// the first came.)
fn fits_joined(taken: &Edits, edit: &TextEdit) -> bool {
    let key = (edit.range.start, edit.range.end);
    edit.range.is_empty() && taken.get(&key).is_some_and(|known| joined(known, &edit.new_text).is_some())
}

/// `first` and `second`, both inserted at one place: what separates them from their surroundings stands between them once. `None` when they
/// are not lines with the same layout.
fn joined(first: &str, second: &str) -> Option<String> {
    let separates = |c: char| c.is_whitespace() || c == ',';
    let around = |s: &str| {
        let body = s.trim_matches(separates);
        let lead = s.len() - s.trim_start_matches(separates).len();
        (!body.is_empty()).then(|| (s[..lead].to_owned(), body.to_owned(), s[lead + body.len()..].to_owned()))
    };
    let ((lead, one, tail), (other_lead, two, other_tail)) = (around(first)?, around(second)?);
    if lead != other_lead || tail != other_tail {
        return None;
    }
    match (lead.contains('\n'), tail.contains('\n'), tail.contains(',')) {
        (true, _, false) => Some(format!("{lead}{one}{lead}{two}{tail}")),
        (true, ..) | (false, true, _) => Some(format!("{lead}{one}{tail}{lead}{two}{tail}")),
        (false, false, _) => None,
    }
}

/// The order in which fixes are applied: each may make the next ones unnecessary, or wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Rank {
    Safe,
    Unsafe,
    Declaration,
}

impl Rank {
    fn of(candidate: &Candidate) -> Self {
        match candidate.info.applicability {
            _ if candidate.declares => Self::Declaration,
            Applicability::Safe => Self::Safe,
            _ => Self::Unsafe,
        }
    }
}

/// Combines `candidates` in their order: those of the first rank of which any can be applied.
pub(super) fn merge(index: &Index, candidates: &[Candidate]) -> Merged {
    let mut failed = Merged::default();
    for rank in [Rank::Safe, Rank::Unsafe, Rank::Declaration] {
        let mut merged = combine(index, candidates, rank);
        merged.rejected.append(&mut failed.rejected);
        merged.deferred.append(&mut failed.deferred);
        if merged.accepted.is_empty() && rank != Rank::Declaration {
            failed = merged;
            continue;
        }
        let waiting = candidates.iter().enumerate().filter(|(_, c)| Rank::of(c) > rank);
        merged.deferred.extend(waiting.map(|(c, _)| (c, Reason::AfterSaferFixes)));
        // Every such pass declares something, so this ends.
        merged.only_waiting |= rank == Rank::Declaration && !merged.deferred.is_empty() && !merged.accepted.is_empty();
        merged.rejected.sort_by_key(|(c, _)| *c);
        merged.deferred.sort_by_key(|(c, _)| *c);
        return merged;
    }
    failed
}

/// Combines those of `candidates` that have the rank.
fn combine(index: &Index, candidates: &[Candidate], rank: Rank) -> Merged {
    let mut merged = Merged::default();
    let mut groups: HashMap<&str, &Change> = HashMap::new();
    let mut accumulator = Accumulator { joins: rank == Rank::Declaration, ..Accumulator::default() };
    let mut names = Names::default();
    let mut conflicts = 0usize;
    // Repairs come before removals: what they write may use what is unused now.
    let of_rank = || candidates.iter().enumerate().filter(|(_, c)| Rank::of(c) == rank);
    let (removals, repairs): (Vec<_>, Vec<_>) = of_rank().partition(|(_, c)| names::only_removes(&c.change));
    for (c, candidate) in repairs.into_iter().chain(removals) {
        if let Some(first) = candidate.isolation.as_deref().and_then(|group| groups.get(group))
            && **first != candidate.change
        {
            merged.deferred.push((c, Reason::AfterSameKind));
            continue;
        }
        let written = Names::of(index, &candidate.change);
        if !accumulator.fits(&candidate.change) || !names.go_with(&written) {
            conflicts += 1;
            merged.deferred.push((c, Reason::SamePlace));
            continue;
        }
        groups.extend(candidate.isolation.as_deref().map(|group| (group, &candidate.change)));
        accumulator.add(&candidate.change);
        names.add(written);
        merged.accepted.push(c);
    }
    drop(accumulator);
    merged.accepted.sort_unstable();
    drop_bad(index, candidates, &mut merged, &mut conflicts);
    merged.only_waiting = conflicts == 0 && !merged.deferred.is_empty() && !merged.accepted.is_empty();
    merged
}

/// Whether a file is good with the fixes in it.
enum Verdict {
    Good(FileResult),
    /// Nothing changes after all.
    Same,
    /// These must go.
    Drop {
        rejected: Vec<(usize, Reason)>,
        deferred: Vec<(usize, Reason)>,
    },
}

/// Computes the files of the accepted fixes, and drops fixes until every file is good.
fn drop_bad(index: &Index, candidates: &[Candidate], merged: &mut Merged, conflicts: &mut usize) {
    let mut known: BTreeMap<PathBuf, (Vec<usize>, Option<FileResult>)> = BTreeMap::new();
    loop {
        let mut owners: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
        for &c in &merged.accepted {
            for (path, _) in candidates[c].change.files() {
                owners.entry(path).or_default().push(c);
            }
        }
        known.retain(|path, (was, _)| owners.get(path.as_path()).is_some_and(|now| now == was));
        let todo: Vec<_> = owners.into_iter().filter(|(path, _)| !known.contains_key(*path)).collect();
        let verdicts: Vec<Verdict> =
            todo.par_iter().map(|(path, owners)| judge(index, candidates, path, owners)).collect();
        let mut dropped: BTreeSet<usize> = BTreeSet::new();
        for ((path, owners), verdict) in todo.into_iter().zip(verdicts) {
            match verdict {
                Verdict::Good(result) => {
                    known.insert(path.to_path_buf(), (owners, Some(result)));
                }
                Verdict::Same => {
                    known.insert(path.to_path_buf(), (owners, None));
                }
                Verdict::Drop { rejected, deferred } => {
                    for (c, reason) in rejected {
                        if dropped.insert(c) {
                            merged.rejected.push((c, reason));
                        }
                    }
                    for (c, reason) in deferred {
                        if dropped.insert(c) {
                            *conflicts += 1;
                            merged.deferred.push((c, reason));
                        }
                    }
                }
            }
        }
        if dropped.is_empty() {
            break;
        }
        merged.accepted.retain(|c| !dropped.contains(c));
    }
    merged.files = known.into_iter().filter_map(|(path, (_, result))| Some((path, result?))).collect();
}

fn judge(index: &Index, candidates: &[Candidate], path: &Path, owners: &[usize]) -> Verdict {
    let changes: Vec<&FileChange> = owners.iter().filter_map(|&c| candidates[c].change.file(path)).collect();
    match changes.first() {
        Some(FileChange::Create { text }) => return Verdict::Good(FileResult::Created(text.as_str().into())),
        Some(FileChange::Delete) => return Verdict::Good(FileResult::Deleted),
        Some(FileChange::Rename { to }) => return Verdict::Good(FileResult::Renamed(to.clone())),
        _ => {}
    }
    let Some(file) = FileBefore::of(index, path) else {
        return reject_all(owners, Reason::Unreadable);
    };
    let edits = match file.edits(index, candidates, owners) {
        Ok(edits) => edits,
        Err(EditError::Overlap(a, b)) => return break_overlap(candidates, path, owners, a, b),
        Err(EditError::OutOfBounds(_)) => return reject_all(owners, Reason::EditOutOfBounds),
    };
    match file.apply(&edits) {
        Applied::Same => Verdict::Same,
        Applied::Good(after) => Verdict::Good(FileResult::Edited { after, edits }),
        Applied::Bad => find_culprits(index, candidates, &file, owners),
    }
}

fn reject_all(owners: &[usize], reason: Reason) -> Verdict {
    Verdict::Drop { rejected: owners.iter().map(|&c| (c, reason.clone())).collect(), deferred: Vec::new() }
}

/// A file before this pass.
struct FileBefore<'p> {
    path: &'p Path,
    text: Arc<str>,
    parsed: Option<Parsed>,
}

enum Applied {
    Good(Arc<str>),
    Same,
    Bad,
}

impl<'p> FileBefore<'p> {
    fn of(index: &Index, path: &'p Path) -> Option<Self> {
        match index.source(path) {
            Some(source) => {
                Some(Self { path, text: source.parsed.text().clone(), parsed: Some(source.parsed.clone()) })
            }
            None => Some(Self { path, text: index.text(path)?, parsed: None }),
        }
    }

    /// The edits of `owners`, with their imports.
    fn edits(&self, index: &Index, candidates: &[Candidate], owners: &[usize]) -> Result<TextEdits, EditError> {
        let mut all: Vec<TextEdit> = Vec::new();
        let mut wanted = Imports::new();
        let mut seen: HashSet<&TextEdit> = HashSet::new();
        for &c in owners {
            if let Some(FileChange::Edit { edits, imports, .. }) = candidates[c].change.file(self.path) {
                for e in edits.iter().filter(|e| seen.insert(*e)) {
                    let joins = candidates[c].declares && e.range.is_empty();
                    let known = all.iter_mut().find(|k| joins && k.range == e.range && k.new_text != e.new_text);
                    match known.and_then(|k| Some((joined(&k.new_text, &e.new_text)?, k))) {
                        Some((text, known)) => known.new_text = text,
                        None => all.push(e.clone()),
                    }
                }
                imports::join(&mut wanted, imports);
            }
        }
        if let Some(parsed) = &self.parsed {
            all.extend(language::import_edits(parsed, &wanted, self.path, index));
        }
        TextEdits::new(all)
    }

    /// The text after `edits`, judged on a fresh parse.
    fn apply(&self, edits: &TextEdits) -> Applied {
        let Ok(after) = edits.apply(&self.text) else { return Applied::Bad };
        if *after == *self.text {
            return Applied::Same;
        }
        let after: Arc<str> = after.into();
        if let (Some(before), Some(language)) = (&self.parsed, Language::of_path(self.path)) {
            let fresh = Parsed::new(language, after.clone());
            if !new_syntax_errors(before, &fresh, edits).is_empty() {
                return Applied::Bad;
            }
        }
        Applied::Good(after)
    }
}

/// Imports touch an edit: the last fix with an edit there is deferred; if none has one, all but the first that needs an import.
fn break_overlap(candidates: &[Candidate], path: &Path, owners: &[usize], a: TextRange, b: TextRange) -> Verdict {
    let own = |c: usize| match candidates[c].change.file(path) {
        Some(FileChange::Edit { edits, imports, .. }) => (edits.as_slice(), !imports.is_empty()),
        _ => (&[][..], false),
    };
    let at_fault = owners.iter().rev().copied().find(|&c| own(c).0.iter().any(|e| e.range == a || e.range == b));
    let mut deferred: Vec<usize> = match at_fault {
        Some(c) => vec![c],
        None => owners.iter().copied().filter(|&c| own(c).1).skip(1).collect(),
    };
    if deferred.is_empty() {
        deferred = owners.to_vec();
    }
    if deferred.len() == owners.len() && owners.len() == 1 {
        return reject_all(owners, Reason::EditsOverlap);
    }
    Verdict::Drop { rejected: Vec::new(), deferred: deferred.into_iter().map(|c| (c, Reason::SameImports)).collect() }
}

/// Which of `owners` add the syntax errors: those that do so alone; else the first with which those before it do.
fn find_culprits(index: &Index, candidates: &[Candidate], file: &FileBefore<'_>, owners: &[usize]) -> Verdict {
    let is_bad = |some: &[usize]| match file.edits(index, candidates, some) {
        Ok(edits) => matches!(file.apply(&edits), Applied::Bad),
        Err(_) => true,
    };
    let alone: Vec<bool> = owners.par_iter().map(|c| is_bad(std::slice::from_ref(c))).collect();
    let bad = owners.iter().zip(&alone).filter(|(_, bad)| **bad);
    let rejected: Vec<(usize, Reason)> = bad.map(|(&c, _)| (c, Reason::AddsSyntaxError)).collect();
    if !rejected.is_empty() {
        return Verdict::Drop { rejected, deferred: Vec::new() };
    }
    // Prefixes: the shortest bad one ends in the culprit. It may be good by itself in the next pass.
    let (mut good, mut bad) = (1, owners.len());
    while good + 1 < bad {
        let middle = (good + bad) / 2;
        if is_bad(&owners[..middle]) {
            bad = middle;
        } else {
            good = middle;
        }
    }
    let culprit = owners[bad.saturating_sub(1)];
    Verdict::Drop { rejected: Vec::new(), deferred: vec![(culprit, Reason::AddsSyntaxErrorTogether)] }
}

/// Per file, what the imports wrote: ranges in the text after this pass that belong to no fix's own edits.
pub(super) fn import_ranges(
    files: &BTreeMap<PathBuf, FileResult>,
    accepted: &[usize],
    candidates: &[Candidate],
) -> BTreeMap<PathBuf, Vec<TextRange>> {
    let mut own: BTreeMap<&Path, BTreeSet<TextRange>> = BTreeMap::new();
    for &c in accepted {
        for (path, file) in candidates[c].change.files() {
            if let FileChange::Edit { edits, .. } = file {
                own.entry(path).or_default().extend(edits.iter().map(|e| e.range));
            }
        }
    }
    let none = BTreeSet::new();
    files
        .iter()
        .filter_map(|(path, result)| {
            let FileResult::Edited { edits, .. } = result else { return None };
            let own = own.get(path.as_path()).unwrap_or(&none);
            Some((path.clone(), written(edits).filter(|(e, _)| !own.contains(&e.range)).map(|(_, r)| r).collect()))
        })
        .collect()
}

/// What `candidate` wrote: ranges in the texts after this pass.
pub(super) fn wrote(
    candidate: &Candidate,
    files: &BTreeMap<PathBuf, FileResult>,
    imports: &BTreeMap<PathBuf, Vec<TextRange>>,
) -> Vec<(PathBuf, TextRange)> {
    let mut out = Vec::new();
    for (path, change) in candidate.change.files() {
        match (change, files.get(path)) {
            (FileChange::Edit { edits, imports: wanted, .. }, Some(FileResult::Edited { edits: all, .. })) => {
                // Edits of one file are disjoint: what has the range is the edit, alone or joined with others.
                for (edit, range) in written(all) {
                    let own = edits.iter().filter(|e| e.range == edit.range);
                    out.extend(own.map(|own| (path.to_path_buf(), own_part(own, edit, range))));
                }
                if !wanted.is_empty() {
                    let ranges = imports.get(path).into_iter().flatten();
                    out.extend(ranges.map(|&r| (path.to_path_buf(), r)));
                }
            }
            (FileChange::Create { text }, _) => out.push((path.to_path_buf(), TextRange::new(0, text.len()))),
            (FileChange::Rename { to }, _) => out.push((to.clone(), TextRange::empty(0))),
            _ => out.push((path.to_path_buf(), TextRange::empty(0))),
        }
    }
    out
}

/// Where the text of `own` stands in what it was joined with others to, which stands at `range`.
fn own_part(own: &TextEdit, joined: &TextEdit, range: TextRange) -> TextRange {
    let text = own.new_text.trim();
    if own.new_text == joined.new_text || text.is_empty() {
        return range;
    }
    joined.new_text.find(text).map_or(range, |at| TextRange::new(range.start + at, range.start + at + text.len()))
}

/// Each edit with the range of its text after all of them.
fn written(edits: &TextEdits) -> impl Iterator<Item = (&TextEdit, TextRange)> {
    edits.iter().scan(0isize, |delta, edit| {
        let start = (edit.range.start as isize + *delta) as usize;
        *delta += edit.new_text.len() as isize - edit.range.len() as isize;
        Some((edit, TextRange::new(start, start + edit.new_text.len())))
    })
}

#[cfg(test)]
mod tests {
    use super::{joined, own_part};
    use text::{TextEdit, TextRange};

    #[test]
    fn each_of_several_fixes_wrote_its_part() {
        let all = TextEdit::insert(5, "\n    int a;\n\n    int b;\n");
        let range = TextRange::new(10, 10 + all.new_text.len());
        let own = own_part(&TextEdit::insert(5, "\n    int b;\n"), &all, range);
        assert_eq!(&all.new_text[own.start - 10..own.end - 10], "int b;");
        assert_eq!(own_part(&all, &all, range), range);
    }

    #[test]
    fn lines_at_one_place_follow_each_other() {
        let join = |a, b| joined(a, b);
        assert_eq!(join("\n\n  int A;", "\n\n  int B;").as_deref(), Some("\n\n  int A;\n\n  int B;"));
        assert_eq!(join("\n  int A;\n", "\n  int B;\n").as_deref(), Some("\n  int A;\n  int B;\n"));
        assert_eq!(join("  int A;\n\n", "  int B;\n\n").as_deref(), Some("  int A;\n\n  int B;\n\n"));
        assert_eq!(join(",\n  A", ",\n  B").as_deref(), Some(",\n  A,\n  B"));
        assert_eq!(join("\n  A,", "\n  B,").as_deref(), Some("\n  A,\n  B,"));
        assert_eq!(join(", A", ", B"), None, "arguments and the like may depend on each other");
        assert_eq!(join("\n  int A;", "  int B;\n"), None);
    }
}
