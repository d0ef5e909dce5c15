//! Which fixes are combined, and the texts that result.

use super::names::{self, Names};
use crate::{CancelToken, FixInfo, Reason};
use fix::imports::{self, Imports};
use fix::{Applicability, Change, FileChange, language};
use index::Index;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, Ordering};
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
    /// With the tree, where there is room to keep it.
    Edited {
        after: Arc<str>,
        edits: TextEdits,
        parsed: Option<Parsed>,
    },
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
    edit.range.is_empty() && taken.get(&key).is_some_and(|known| joins(known, &edit.new_text))
}

/// Whether `first` and `second`, both inserted at one place, follow each other: lines with the same layout.
fn joins(first: &str, second: &str) -> bool {
    match (around(first), around(second)) {
        (Some((lead, _, tail)), Some((other_lead, _, other_tail))) => {
            lead == other_lead && tail == other_tail && (lead.contains('\n') || tail.contains('\n'))
        }
        _ => false,
    }
}

/// Adds `second` to `first`, which it [`joins`]: what separates them from their surroundings stands between them once.
fn join(first: &mut String, second: &str) {
    let Some((lead, body, tail)) = around(second) else { return };
    if lead.contains('\n') && !tail.contains(',') {
        first.truncate(first.len().saturating_sub(tail.len()));
    }
    first.extend([lead, body, tail]);
}

/// What separates an insertion from what stands before it, itself, and what separates it from what follows; `None` when it is nothing else.
fn around(text: &str) -> Option<(&str, &str, &str)> {
    let separates = |c: char| c.is_whitespace() || c == ',';
    let body = text.trim_matches(separates);
    let lead = text.len() - text.trim_start_matches(separates).len();
    (!body.is_empty()).then(|| (&text[..lead], body, &text[lead + body.len()..]))
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
pub(super) fn merge(index: &Index, candidates: &[Candidate], cancel: &CancelToken) -> Merged {
    let mut failed = Merged::default();
    for rank in [Rank::Safe, Rank::Unsafe, Rank::Declaration] {
        let mut merged = combine(index, candidates, rank, cancel);
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
fn combine(index: &Index, candidates: &[Candidate], rank: Rank, cancel: &CancelToken) -> Merged {
    let mut merged = Merged::default();
    let mut groups: HashMap<&str, &Change> = HashMap::new();
    let mut accumulator = Accumulator { joins: rank == Rank::Declaration, ..Accumulator::default() };
    let mut names = Names::default();
    let mut conflicts = 0usize;
    // Repairs come before removals: what they write may use what is unused now.
    let of_rank = || candidates.iter().enumerate().filter(|(_, c)| Rank::of(c) == rank);
    let (removals, repairs): (Vec<_>, Vec<_>) = of_rank().partition(|(_, c)| names::only_removes(&c.change));
    for (c, candidate) in repairs.into_iter().chain(removals) {
        if cancel.is_cancelled() {
            break;
        }
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
    drop_bad(index, candidates, &mut merged, &mut conflicts, cancel);
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

/// Bytes of texts of which the trees are kept, so that they are not parsed again: a tree costs about 22 times as much.
const KEPT: isize = 1 << 20;

/// Computes the files of the accepted fixes, and drops fixes until every file is good.
fn drop_bad(index: &Index, candidates: &[Candidate], merged: &mut Merged, conflicts: &mut usize, cancel: &CancelToken) {
    let mut owners: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
    for &c in &merged.accepted {
        for (path, _) in candidates[c].change.files() {
            owners.entry(path).or_default().push(c);
        }
    }
    let room = AtomicIsize::new(KEPT);
    let mut known: BTreeMap<PathBuf, FileResult> = BTreeMap::new();
    let mut todo = owners.clone();
    loop {
        let verdicts: Vec<Verdict> = todo
            .par_iter()
            .map(|(path, owners)| match cancel.is_cancelled() {
                true => reject_all(owners, Reason::Cancelled),
                false => judge(index, candidates, path, owners, &room, cancel),
            })
            .collect();
        let mut dropped: BTreeSet<usize> = BTreeSet::new();
        for (path, verdict) in todo.keys().zip(verdicts) {
            match verdict {
                Verdict::Good(result) => drop(known.insert(path.to_path_buf(), result)),
                Verdict::Same => {}
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
        // Only the files of what was dropped are others now.
        let touched: BTreeSet<&Path> =
            dropped.iter().flat_map(|&c| candidates[c].change.files().map(|(path, _)| path)).collect();
        todo = BTreeMap::new();
        for path in touched {
            known.remove(path);
            let Some(of_path) = owners.get_mut(path) else { continue };
            of_path.retain(|c| !dropped.contains(c));
            if !of_path.is_empty() {
                todo.insert(path, of_path.clone());
            }
        }
    }
    merged.files = known;
}

fn judge(
    index: &Index,
    candidates: &[Candidate],
    path: &Path,
    owners: &[usize],
    room: &AtomicIsize,
    cancel: &CancelToken,
) -> Verdict {
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
        Applied::Good(after, parsed) => {
            let parsed = parsed.filter(|_| room.fetch_sub(after.len() as isize, Ordering::Relaxed) > 0);
            Verdict::Good(FileResult::Edited { after, edits, parsed })
        }
        Applied::Bad(at) if owners.len() > TRIED_ALONE => near_errors(candidates, &file, owners, &edits, &at),
        Applied::Bad(_) => find_culprits(index, candidates, &file, owners, cancel),
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
    Good(Arc<str>, Option<Parsed>),
    Same,
    /// Syntax errors are new, at these places of the text after the edits.
    Bad(Vec<TextRange>),
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
        // Where something is inserted, the first of it.
        let mut inserted: HashMap<usize, usize> = HashMap::new();
        for &c in owners {
            if let Some(FileChange::Edit { edits, imports, .. }) = candidates[c].change.file(self.path) {
                for e in edits.iter().filter(|e| seen.insert(*e)) {
                    let known = inserted.get(&e.range.start).filter(|_| candidates[c].declares && e.range.is_empty());
                    match known.map(|&i| &mut all[i]).filter(|known| joins(&known.new_text, &e.new_text)) {
                        Some(known) => join(&mut known.new_text, &e.new_text),
                        None => {
                            if e.range.is_empty() {
                                inserted.entry(e.range.start).or_insert(all.len());
                            }
                            all.push(e.clone());
                        }
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
        let Ok(after) = edits.apply(&self.text) else { return Applied::Bad(Vec::new()) };
        if *after == *self.text {
            return Applied::Same;
        }
        let after: Arc<str> = after.into();
        if let (Some(before), Some(language)) = (&self.parsed, Language::of_path(self.path)) {
            let fresh = Parsed::new(language, after.clone());
            let errors = new_syntax_errors(before, &fresh, edits);
            if !errors.is_empty() {
                return Applied::Bad(errors.into_iter().map(|e| e.range).collect());
            }
            return Applied::Good(after, Some(fresh));
        }
        match language::is_still_a_document(self.path, &self.text, &after) {
            true => Applied::Good(after, None),
            false => Applied::Bad(Vec::new()),
        }
    }
}

/// Imports touch an edit: those that need them are deferred, or the last fix with an edit there when it needs one itself; if none has one, all but the first that
/// needs an import.
fn break_overlap(candidates: &[Candidate], path: &Path, owners: &[usize], a: TextRange, b: TextRange) -> Verdict {
    let own = |c: usize| match candidates[c].change.file(path) {
        Some(FileChange::Edit { edits, imports, .. }) => (edits.as_slice(), !imports.is_empty()),
        _ => (&[][..], false),
    };
    let at_fault = owners.iter().rev().copied().find(|&c| own(c).0.iter().any(|e| e.range == a || e.range == b));
    let importing = || owners.iter().copied().filter(|&c| own(c).1).collect();
    let mut deferred: Vec<usize> = match at_fault {
        // What becomes of an import comes first: those that need others find their places beside it.
        Some(c) if !own(c).1 => importing(),
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
fn find_culprits(
    index: &Index,
    candidates: &[Candidate],
    file: &FileBefore<'_>,
    owners: &[usize],
    cancel: &CancelToken,
) -> Verdict {
    let is_bad = |some: &[usize]| match file.edits(index, candidates, some) {
        // Nothing of a cancelled plan is used.
        _ if cancel.is_cancelled() => true,
        Ok(edits) => matches!(file.apply(&edits), Applied::Bad(_)),
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

/// With more fixes in a file than this, those beside the new errors are taken for what adds them, instead of trying each.
const TRIED_ALONE: usize = 64;

/// Which of `owners` stand beside the new syntax errors `at`: the nearest edit before each and the nearest one after it. They may be good by
/// themselves in the next pass.
fn near_errors(
    candidates: &[Candidate],
    file: &FileBefore<'_>,
    owners: &[usize],
    edits: &TextEdits,
    at: &[TextRange],
) -> Verdict {
    let map = edits.map();
    let written: Vec<(&TextEdit, TextRange)> = map.written().collect();
    let mut beside: BTreeSet<TextRange> = BTreeSet::new();
    for error in at {
        let after = written.partition_point(|(_, range)| range.start < error.end);
        beside.extend(written[..after].last().map(|(edit, _)| edit.range));
        let before = written.partition_point(|(_, range)| range.end < error.start);
        beside.extend(written.get(before).map(|(edit, _)| edit.range));
    }
    let is_beside = |c: usize| match candidates[c].change.file(file.path) {
        Some(FileChange::Edit { edits, .. }) => edits.iter().any(|e| beside.contains(&e.range)),
        _ => false,
    };
    let mut suspects: Vec<usize> = owners.iter().copied().filter(|&c| is_beside(c)).collect();
    if suspects.is_empty() || suspects.len() == owners.len() {
        // Halves, until few are left, of which each can be tried.
        suspects = owners[owners.len() / 2..].to_vec();
    }
    let deferred = suspects.into_iter().map(|c| (c, Reason::AddsSyntaxErrorTogether)).collect();
    Verdict::Drop { rejected: Vec::new(), deferred }
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
            let written = edits.map();
            Some((path.clone(), written.written().filter(|(e, _)| !own.contains(&e.range)).map(|(_, r)| r).collect()))
        })
        .collect()
}

/// The edits of a pass by file and range, with where their texts stand after it.
pub(super) struct WrittenEdits<'f>(HashMap<&'f Path, HashMap<TextRange, (&'f TextEdit, TextRange)>>);

impl<'f> WrittenEdits<'f> {
    pub fn of(files: &'f BTreeMap<PathBuf, FileResult>) -> Self {
        let edits = files.iter().filter_map(|(path, result)| {
            let FileResult::Edited { edits, .. } = result else { return None };
            let map = edits.map();
            Some((path.as_path(), map.written().map(|(edit, range)| (edit.range, (edit, range))).collect()))
        });
        Self(edits.collect())
    }
}

/// What `candidate` wrote: ranges in the texts after this pass.
pub(super) fn wrote(
    candidate: &Candidate,
    written: &WrittenEdits<'_>,
    files: &BTreeMap<PathBuf, FileResult>,
    imports: &BTreeMap<PathBuf, Vec<TextRange>>,
) -> Vec<(PathBuf, TextRange)> {
    let mut out = Vec::new();
    for (path, change) in candidate.change.files() {
        match (change, files.get(path)) {
            (FileChange::Edit { edits, imports: wanted, .. }, Some(FileResult::Edited { .. })) => {
                // Edits of one file are disjoint: what has the range is the edit, alone or joined with others.
                let mut own: Vec<&TextEdit> = edits.iter().collect();
                own.sort_by_key(|e| e.range);
                for own in own {
                    let known = written.0.get(path).and_then(|of_file| of_file.get(&own.range));
                    out.extend(known.map(|(edit, range)| (path.to_path_buf(), own_part(own, edit, *range))));
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

#[cfg(test)]
mod tests {
    use super::{join, joins, own_part};
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
        let join = |a: &str, b| {
            joins(a, b).then(|| {
                let mut all = a.to_owned();
                join(&mut all, b);
                all
            })
        };
        assert_eq!(join("\n\n  int A;", "\n\n  int B;").as_deref(), Some("\n\n  int A;\n\n  int B;"));
        assert_eq!(join("\n  int A;\n", "\n  int B;\n").as_deref(), Some("\n  int A;\n  int B;\n"));
        assert_eq!(join("  int A;\n\n", "  int B;\n\n").as_deref(), Some("  int A;\n\n  int B;\n\n"));
        assert_eq!(join(",\n  A", ",\n  B").as_deref(), Some(",\n  A,\n  B"));
        assert_eq!(join("\n  A,", "\n  B,").as_deref(), Some("\n  A,\n  B,"));
        assert_eq!(join(", A", ", B"), None, "arguments and the like may depend on each other");
        assert_eq!(join("\n  int A;", "  int B;\n"), None);
    }
}
