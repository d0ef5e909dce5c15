//! Fix-all: which fixes are combined, the texts after them, and the outcome of every diagnostic.
//!
//! Each pass derives fixes from the current texts, in parallel over files; combines those that are disjoint, in order of path and position;
//! judges the result on a fresh parse; and maps the remaining diagnostics through the edits. The result depends on the order of the entries,
//! never on the number of threads.

mod derive;
mod judge;
mod merge;
mod names;
mod remap;
mod whole;

use crate::guard::WriteGuard;
use crate::overlay::OverlaySystem;
use crate::{CancelToken, Entry, Outcome, Progress, ProgressStage, Reason, stage};
use derive::{Derive, Derived};
use diagnostics::SourceDiagnostic;
use fix::{Applicability, Change, DiagnosticSet, Providers, language};
use index::Index;
use merge::{Candidate, FileResult, Merged};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use text::{ContentHash, TextRange};
use whole::Whole;

pub use judge::Doubted;

/// Rules walk trees; a thread's stack must be large enough for the deepest tree that is admitted (see `derive`).
const STACK: usize = 64 << 20;
/// Passes that do not count against the limit: a bound for rules whose fixes never reach a fixpoint.
const MAX_WAITING_ROUNDS: usize = 500;

/// How to plan.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// Also fixes that are [`Unsafe`](fix::Applicability::Unsafe).
    pub unsafe_fixes: bool,
    /// Passes at most.
    pub max_passes: usize,
    /// Threads; 0: as many as there are processors.
    pub jobs: usize,
    /// Also diagnostics that are no errors.
    pub warnings: bool,
    /// Whether what the fixes wrote is judged, and its stubs get comments: see [`Plan::doubts`].
    pub judge: bool,
    /// The only file that may change; `None`: any.
    pub only: Option<PathBuf>,
    /// Entries, by place in the list, whose fixes are not applied, because a rebuild showed that they do not help; with the reason.
    pub held_back: BTreeMap<usize, Reason>,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            unsafe_fixes: false,
            max_passes: 10,
            jobs: 0,
            warnings: true,
            judge: false,
            only: None,
            held_back: BTreeMap::new(),
        }
    }
}

/// What happens to a planned file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileKind {
    /// Its text changes.
    Edit,
    /// It is new.
    Create,
    /// It is deleted.
    Delete,
    /// It comes from another path, perhaps with changed text.
    Rename {
        /// The path before.
        from: PathBuf,
    },
}

/// One file after all fixes.
#[derive(Clone, Debug)]
pub struct PlannedFile {
    /// Its path (after a rename, the new one).
    pub path: PathBuf,
    /// What happens to it.
    pub kind: FileKind,
    /// Text before; empty for new files.
    pub before: Arc<str>,
    /// Text after; empty for deleted files.
    pub after: Arc<str>,
    /// How many places change.
    pub edits: usize,
}

/// A fix that a plan applies.
#[derive(Clone, Debug)]
pub struct AppliedFix {
    /// The entry that it repairs, by place in [`Plan::entries`].
    pub entry: usize,
    /// What it wrote: ranges in the texts after all fixes (of its round, where there were several).
    pub wrote: Vec<(PathBuf, TextRange)>,
}

/// The result of planning.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Every diagnostic with its outcome, in order of path and position.
    pub entries: Vec<Entry>,
    /// Files that change, in order of path.
    pub files: Vec<PlannedFile>,
    /// The fixes, in the order in which they were put together.
    pub applied: Vec<AppliedFix>,
    /// Why some of them may be no repairs, although they build; empty unless that was asked for.
    pub doubts: Vec<Doubted>,
    /// How many passes it took.
    pub passes: usize,
    /// Whether it was cancelled; then nothing may be written.
    pub cancelled: bool,
    /// Every path whose text differs in the index.
    pub(crate) touched: BTreeSet<PathBuf>,
}

impl Plan {
    /// [`Plan::doubts`], each once where several diagnostics have the same fix.
    pub fn distinct_doubts(&self) -> Vec<&Doubted> {
        let mut seen = BTreeSet::new();
        self.doubts.iter().filter(|d| seen.insert((&d.path, d.line, d.doubt.to_string()))).collect()
    }

    /// Entries whose applied fix may change meaning.
    pub(crate) fn unsafe_fixes(&self) -> impl Iterator<Item = usize> {
        let may = |e: &usize| {
            let fix = self.entries.get(*e).and_then(|entry| entry.fix.as_ref());
            fix.is_some_and(|f| f.applicability < Applicability::Safe)
        };
        self.applied.iter().map(|a| a.entry).filter(may)
    }
}

pub(crate) fn plan(
    index: &mut Index,
    providers: &Providers,
    overlay: &OverlaySystem,
    guard: &WriteGuard,
    entries: Vec<Entry>,
    options: &PlanOptions,
    cancel: &CancelToken,
    progress: &(dyn Fn(Progress) + Sync),
) -> Plan {
    let planner = Planner {
        open: entries.iter().map(|e| e.place.is_some() && e.outcome == Outcome::Unfixable).collect(),
        current: entries.iter().map(|e| e.place.clone()).collect(),
        again: vec![true; entries.len()],
        with_syntax_errors: entries
            .iter()
            .filter(|e| language::breaks_tree(e.diagnostic.code.as_str()))
            .filter_map(|e| Some(e.path.as_deref()?.to_path_buf()))
            .collect(),
        entries,
        index,
        providers,
        overlay,
        guard,
        options,
        cancel,
        progress,
        originals: BTreeMap::new(),
        renamed: BTreeMap::new(),
        edits: BTreeMap::new(),
        applied: Vec::new(),
        unparsed: None,
    };
    match rayon::ThreadPoolBuilder::new().num_threads(options.jobs).stack_size(STACK).build() {
        Ok(pool) => pool.install(|| planner.run()),
        Err(e) => {
            tracing::warn!("a thread pool cannot be started ({e}); planning on the global one");
            planner.run()
        }
    }
}

struct Planner<'a> {
    index: &'a mut Index,
    providers: &'a Providers,
    overlay: &'a OverlaySystem,
    guard: &'a WriteGuard,
    options: &'a PlanOptions,
    cancel: &'a CancelToken,
    progress: &'a (dyn Fn(Progress) + Sync),
    entries: Vec<Entry>,
    /// Where each diagnostic is in the texts as they are now; `None` once it is repaired or lost.
    current: Vec<Option<SourceDiagnostic>>,
    /// Whether a fix may still be found.
    open: Vec<bool>,
    /// Whether a fix is to be looked for (again): in the first pass for all; later for what had to wait, and where the file changed.
    again: Vec<bool>,
    /// Files in which the build reports syntax errors.
    with_syntax_errors: BTreeSet<PathBuf>,
    /// Texts before the first fix; `None` when there was no file.
    originals: BTreeMap<PathBuf, Option<Arc<str>>>,
    /// New path → old path.
    renamed: BTreeMap<PathBuf, PathBuf>,
    edits: BTreeMap<PathBuf, usize>,
    applied: Vec<AppliedFix>,
    /// Files that the compiler could not parse, as seen in the first pass.
    unparsed: Option<Vec<PathBuf>>,
}

impl Planner<'_> {
    fn run(mut self) -> Plan {
        self.settle_early();
        let mut passes = 0;
        let mut waiting_rounds = 0;
        while passes < self.options.max_passes && !self.cancel.is_cancelled() {
            let merged = self.pass(passes + 1);
            // A pass after which fixes only wait for others does not count against the limit.
            let only_waiting = merged.only_waiting && waiting_rounds < MAX_WAITING_ROUNDS;
            if only_waiting {
                waiting_rounds += 1;
            } else {
                passes += 1;
            }
            if self.cancel.is_cancelled() || !self.take(merged) {
                break;
            }
        }
        self.finish(passes)
    }

    /// Outcomes for which no fix has to be computed.
    fn settle_early(&mut self) {
        for i in 0..self.entries.len() {
            if !self.providers.handle(self.entries[i].diagnostic.code.as_str())
                && let Some(cause) = fix::causes::of_tool(&self.entries[i].diagnostic)
            {
                self.entries[i].settle(Outcome::Unfixable, Reason::Cause(cause));
                self.open[i] = false;
            }
            if !self.open[i] {
                continue;
            }
            let entry = &mut self.entries[i];
            if let Some(reason) = self.options.held_back.get(&i) {
                entry.settle(Outcome::Reverted, reason.clone());
                self.open[i] = false;
            } else if !self.providers.handle(entry.diagnostic.code.as_str()) {
                let code = entry.diagnostic.code.clone();
                let reason = if code == "" { Reason::NoCode } else { Reason::UnknownCode(code) };
                entry.settle(Outcome::Unfixable, reason);
                self.open[i] = false;
            } else if let Some(refusal) = entry.path.as_deref().and_then(|p| self.guard.check(p).err()) {
                entry.settle(Outcome::Skipped, Reason::Refused(refusal));
                self.open[i] = false;
            }
        }
    }

    /// Derives fixes for the open entries and combines those that are compatible.
    fn pass(&mut self, pass: usize) -> Merged {
        let set = DiagnosticSet::new(self.current.iter().flatten().cloned());
        let unparsed = self.unparsed.get_or_insert_with(|| language::unparsed_files(self.index, &set));
        let resolved = self.entries.iter().zip(&self.current).filter(|(_, now)| now.is_none());
        let set =
            set.with_unparsed(unparsed.iter().cloned()).with_resolved(resolved.filter_map(|(e, _)| e.place.as_ref()));
        let entries = &self.entries;
        let set = set.with_repaired(self.applied.iter().flat_map(|fix| {
            let code = &entries[fix.entry].diagnostic.code;
            fix.wrote.iter().map(|(path, range)| (path.as_path(), code.clone(), *range))
        }));
        let mut groups: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
        for (i, current) in self.current.iter().enumerate() {
            if let (true, true, Some(d)) = (self.open[i], self.again[i], current) {
                groups.entry(&d.path).or_default().push(i);
            }
        }
        let groups: Vec<_> = groups.into_iter().collect();
        let done = AtomicUsize::new(0);
        let (index, current, progress) = (&*self.index, &self.current, self.progress);
        let derive = Derive { index, providers: self.providers, guard: self.guard, set: &set, options: self.options };
        let stage = ProgressStage::Planning { pass };
        let derived: Vec<Vec<(usize, Derived)>> = groups
            .par_iter()
            .map(|(path, members)| {
                if self.cancel.is_cancelled() {
                    return Vec::new();
                }
                let wanted = members.iter().filter_map(|&i| Some((i, current[i].as_ref()?)));
                let out = derive.in_file(path, wanted);
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                progress(Progress { stage, done, total: groups.len() });
                out
            })
            .collect();
        let mut candidates = Vec::new();
        for (i, derived) in derived.into_iter().flatten() {
            let first = self.applied.is_empty();
            let unparsed = match &derived {
                Derived::Candidate { info, declares, change, .. } => {
                    (*declares || info.applicability < Applicability::Safe) && self.is_unparsed(i, change)
                }
                _ => false,
            };
            let entry = &mut self.entries[i];
            match derived {
                Derived::Candidate { info, .. } if unparsed => {
                    entry.fix = Some(info);
                    entry.settle(Outcome::Offered, Reason::Unparsed);
                }
                Derived::Candidate { info, isolation, declares, change } => {
                    candidates.push(Candidate { entry: i, info, isolation, declares, change });
                }
                Derived::Nothing { outcome, reason, fix } => {
                    // An entry whose fix could not be applied, because another one changed the place, keeps that outcome.
                    if entry.fix.is_none() || fix.is_some() {
                        entry.fix = fix;
                        entry.settle(outcome, reason);
                    }
                }
                Derived::AlreadyDone(info) if !first => {
                    entry.fix = Some(info);
                    entry.settle(Outcome::Fixed, Reason::SameAsOther);
                    self.open[i] = false;
                    self.current[i] = None;
                }
                Derived::AlreadyDone(_) => {
                    entry.settle(Outcome::Unfixable, Reason::AlreadyThere);
                    self.open[i] = false;
                }
            }
        }
        let candidates = self.whole(candidates);
        merge::merge(self.index, &candidates).with(candidates)
    }

    /// Without, or with less trust in, what would be half of a rename.
    fn whole(&mut self, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        let (index, guard, entries, current) = (&*self.index, self.guard, &*self.entries, &*self.current);
        let halves = Whole { index, guard, entries, current }.halves(&candidates);
        for &c in &halves {
            candidates[c].info.applicability = Applicability::Unsafe;
        }
        if !self.options.unsafe_fixes {
            for &c in halves.iter().rev() {
                let Candidate { entry, info, .. } = candidates.remove(c);
                self.entries[entry].fix = Some(info);
                self.entries[entry].settle(Outcome::Offered, Reason::HalfRename);
            }
        }
        candidates
    }

    /// Whether the compiler could not parse the diagnostic's file, or one that `change` edits: then what it misses there may exist.
    fn is_unparsed(&self, entry: usize, change: &Change) -> bool {
        if stage::is_syntax(&self.entries[entry]) {
            return false;
        }
        let own = self.current[entry].as_ref().is_some_and(|d| self.with_syntax_errors.contains(&*d.path));
        own || change.files().any(|(path, _)| self.with_syntax_errors.contains(path))
    }

    /// Applies the merged fixes to the texts. Returns whether there were any.
    fn take(&mut self, merged: Merged) -> bool {
        let Merged { candidates, accepted, rejected, deferred, files, .. } = merged;
        let waits: BTreeSet<usize> = deferred.iter().map(|(c, _)| candidates[*c].entry).collect();
        for (i, again) in self.again.iter_mut().enumerate() {
            let changed = self.current[i].as_ref().is_some_and(|d| files.contains_key(&*d.path));
            *again = changed || waits.contains(&i);
        }
        for (c, reason) in rejected {
            let candidate = &candidates[c];
            let entry = &mut self.entries[candidate.entry];
            entry.fix = Some(candidate.info.clone());
            entry.settle(Outcome::Unfixable, reason);
            self.open[candidate.entry] = false;
        }
        for (c, reason) in deferred {
            let candidate = &candidates[c];
            let entry = &mut self.entries[candidate.entry];
            entry.fix = Some(candidate.info.clone());
            entry.settle(Outcome::Stale, reason);
        }
        if accepted.is_empty() {
            return false;
        }
        let imports = merge::import_ranges(&files, &accepted, &candidates);
        let mut fresh: Vec<AppliedFix> = Vec::new();
        for &c in &accepted {
            let candidate = &candidates[c];
            let entry = &mut self.entries[candidate.entry];
            (entry.outcome, entry.reason, entry.fix) = (Outcome::Fixed, None, Some(candidate.info.clone()));
            self.open[candidate.entry] = false;
            self.current[candidate.entry] = None;
            fresh.push(AppliedFix { entry: candidate.entry, wrote: merge::wrote(candidate, &files, &imports) });
        }
        for fix in &mut self.applied {
            for (path, range) in &mut fix.wrote {
                if let Some(FileResult::Edited { edits, .. }) = files.get(path) {
                    *range = remap::shift(edits, *range);
                }
            }
        }
        self.applied.append(&mut fresh);
        for (path, result) in &files {
            self.apply(path, result);
        }
        self.remap(&files);
        true
    }

    fn apply(&mut self, path: &Path, result: &FileResult) {
        let before = self.index.text(path);
        self.originals.entry(path.to_path_buf()).or_insert_with(|| before.clone());
        *self.edits.entry(path.to_path_buf()).or_default() += match result {
            FileResult::Edited { edits, .. } => edits.len(),
            _ => 1,
        };
        match result {
            FileResult::Edited { after, .. } => self.index.set_text(path, Some(after.clone())),
            FileResult::Created(text) => {
                self.overlay.set_deleted(path, false);
                self.index.set_text(path, Some(text.clone()));
            }
            FileResult::Deleted => self.hide(path),
            FileResult::Renamed(to) => {
                self.originals.entry(to.clone()).or_insert(None);
                let from = self.renamed.remove(path).unwrap_or_else(|| path.to_path_buf());
                self.renamed.insert(to.clone(), from);
                self.hide(path);
                self.overlay.set_deleted(to, false);
                self.index.set_text(to, before);
            }
        }
    }

    fn hide(&mut self, path: &Path) {
        self.overlay.set_deleted(path, true);
        self.index.set_text(path, None);
        self.index.refresh(path);
    }

    /// Maps the remaining diagnostics through the edits.
    fn remap(&mut self, files: &BTreeMap<PathBuf, FileResult>) {
        let hashes: BTreeMap<&Path, ContentHash> = files
            .iter()
            .filter_map(|(path, result)| match result {
                FileResult::Edited { after, .. } => Some((path.as_path(), ContentHash::of(after.as_bytes()))),
                _ => None,
            })
            .collect();
        let mut members: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
        for (i, current) in self.current.iter().enumerate() {
            if let Some((path, _)) = current.as_ref().and_then(|d| files.get_key_value(&*d.path)) {
                members.entry(path).or_default().push(i);
            }
        }
        for (path, members) in members {
            for i in members {
                let Some(current) = self.current[i].as_mut() else { continue };
                let moved = match &files[path] {
                    FileResult::Edited { after, edits } => {
                        remap::diagnostic(current.range, edits, after).map(|range| {
                            (current.range, current.text_hash) = (range, hashes[path]);
                        })
                    }
                    FileResult::Renamed(to) => {
                        current.path = to.as_path().into();
                        Ok(())
                    }
                    FileResult::Created(_) => Err(remap::Lost::Changed),
                    FileResult::Deleted => Err(remap::Lost::Removed),
                };
                if let Err(lost) = moved {
                    self.current[i] = None;
                    self.lose(i, lost);
                }
            }
        }
    }

    /// The place of diagnostic `i` is gone.
    fn lose(&mut self, i: usize, lost: remap::Lost) {
        let was_open = std::mem::replace(&mut self.open[i], false);
        if !was_open && self.entries[i].outcome != Outcome::Unfixable {
            return;
        }
        let (outcome, reason) = match lost {
            remap::Lost::Removed => (Outcome::Fixed, Reason::PlaceRemoved),
            remap::Lost::Changed => (Outcome::Stale, Reason::PlaceChanged),
        };
        self.entries[i].settle(outcome, reason);
    }

    fn finish(mut self, passes: usize) -> Plan {
        let at_limit = passes >= self.options.max_passes;
        for (i, entry) in self.entries.iter_mut().enumerate() {
            if self.open[i] && at_limit && entry.outcome == Outcome::Stale && self.current[i].is_some() {
                entry.settle(Outcome::Offered, Reason::PassLimit);
            }
            if entry.outcome == Outcome::Unfixable && entry.reason.is_none() {
                entry.reason = Some(Reason::Cancelled);
            }
        }
        let doubts = if self.options.judge && !self.cancel.is_cancelled() { self.judge() } else { Vec::new() };
        let moved_away: BTreeSet<&PathBuf> = self.renamed.values().collect();
        let mut files = Vec::new();
        for (path, before) in &self.originals {
            let after = self.index.text(path);
            let edits = self.edits.get(path).copied().unwrap_or(1);
            let kind = match (before, &after, self.renamed.get(path)) {
                (_, Some(_), Some(from)) => FileKind::Rename { from: from.clone() },
                (Some(b), Some(a), _) if a != b => FileKind::Edit,
                (None, Some(_), _) => FileKind::Create,
                (Some(_), None, _) if !moved_away.contains(path) => FileKind::Delete,
                _ => continue,
            };
            let before = match &kind {
                FileKind::Rename { from } => self.originals.get(from).cloned().flatten(),
                _ => before.clone(),
            };
            let path = path.clone();
            files.push(PlannedFile {
                path,
                kind,
                before: before.unwrap_or_default(),
                after: after.unwrap_or_default(),
                edits,
            });
        }
        let touched = self.originals.keys().cloned().collect();
        let cancelled = self.cancel.is_cancelled();
        Plan {
            entries: std::mem::take(&mut self.entries),
            files,
            applied: self.applied,
            doubts,
            passes,
            cancelled,
            touched,
        }
    }

    /// What there is to doubt about the fixes; stubs get their comments.
    fn judge(&mut self) -> Vec<Doubted> {
        let mut doubts = judge::doubts(self.index, &self.entries, &self.applied, &self.originals);
        for (path, edits) in judge::comments(&doubts) {
            let Some(after) = self.index.text(&path).and_then(|text| edits.apply(&text).ok()) else { continue };
            self.index.set_text(&path, Some(after.into()));
            let wrote = self.applied.iter_mut().flat_map(|a| &mut a.wrote).filter(|(p, _)| *p == path);
            let doubted = doubts.iter_mut().filter(|d| d.path == path).map(|d| &mut d.doubt.range);
            for range in wrote.map(|(_, range)| range).chain(doubted) {
                *range = remap::shift(&edits, *range);
            }
        }
        for d in &mut doubts {
            let text = self.index.text(&d.path).unwrap_or_default();
            let before = text.get(..d.doubt.range.start).unwrap_or_default();
            d.line = before.matches('\n').count() as u32 + 1;
        }
        doubts
    }
}
