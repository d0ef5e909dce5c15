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
use fix::causes::Cause;
use fix::{Applicability, Change, DiagnosticSet, ProjectContext, Providers, RuleContext, language};
use index::Index;
use merge::{Candidate, FileResult, Merged};
use rayon::prelude::*;
use semantics::Semantics;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syntax::Language;
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
    /// Only what was learned and is of this family ([`fix::Origin::family`]), however safe it is: a person asked for it.
    pub family: Option<u64>,
    /// Also what was learned, however safe it is: a person asked for learned repairs.
    pub learned: bool,
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
            family: None,
            learned: false,
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
    let current: Vec<Option<SourceDiagnostic>> = entries.iter().map(|e| e.place.clone()).collect();
    let mut members: HashMap<Arc<Path>, Vec<usize>> = HashMap::new();
    for (i, d) in current.iter().enumerate() {
        if let Some(d) = d {
            members.entry(d.path.clone()).or_default().push(i);
        }
    }
    let planner = Planner {
        open: entries.iter().map(|e| e.place.is_some() && e.outcome == Outcome::Unfixable).collect(),
        todo: (0..entries.len()).collect(),
        set: None,
        outdated: BTreeSet::new(),
        resolved: Vec::new(),
        members,
        current,
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
        wrote_in: HashMap::new(),
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
    /// For which a fix is to be looked for (again): in the first pass for all; later for what had to wait, and where the file changed.
    todo: BTreeSet<usize>,
    /// The entries of each file, in order; some may be repaired or lost.
    members: HashMap<Arc<Path>, Vec<usize>>,
    /// The diagnostics as rules see them: made in the first pass, with the files that the compiler could not parse as it saw them.
    set: Option<DiagnosticSet>,
    /// Files of which the set has not the present state, and entries that were resolved since.
    outdated: BTreeSet<PathBuf>,
    resolved: Vec<usize>,
    /// Files in which the build reports syntax errors.
    with_syntax_errors: BTreeSet<PathBuf>,
    /// Texts before the first fix; `None` when there was no file.
    originals: BTreeMap<PathBuf, Option<Arc<str>>>,
    /// New path → old path.
    renamed: BTreeMap<PathBuf, PathBuf>,
    edits: BTreeMap<PathBuf, usize>,
    applied: Vec<AppliedFix>,
    /// What was written in each file: places in [`Self::applied`] and in the fix's own list.
    wrote_in: HashMap<PathBuf, Vec<(usize, usize)>>,
}

/// Diagnostics of one file that one task finds the fixes of.
const TASK: usize = 64;

impl Planner<'_> {
    fn run(mut self) -> Plan {
        self.settle_early();
        self.causes_of_refused();
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
            let in_project = self.is_in_project_file(i);
            if !in_project
                && !self.providers.handle(self.entries[i].diagnostic.code.as_str())
                && let Some(cause) = fix::causes::of_tool(&self.entries[i].diagnostic)
            {
                self.entries[i].settle(Outcome::Unfixable, Reason::Cause(cause.clone()));
                self.entries[i].cause = Some(cause);
                self.open[i] = false;
            }
            if !self.open[i] {
                continue;
            }
            let entry = &mut self.entries[i];
            if let Some(reason) = self.options.held_back.get(&i) {
                entry.settle(Outcome::Reverted, reason.clone());
                self.open[i] = false;
            } else if !in_project && !self.providers.handle(entry.diagnostic.code.as_str()) {
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

    /// What is wrong is said of files that must not be written, too.
    fn causes_of_refused(&mut self) {
        let refused = |e: &Entry| e.place.is_some() && matches!(e.reason, Some(Reason::Refused(_)));
        let refused: Vec<usize> = (0..self.entries.len()).filter(|&i| refused(&self.entries[i])).collect();
        if refused.is_empty() {
            return;
        }
        let set = self.present_set();
        for i in refused {
            let Some(d) = &self.current[i] else { continue };
            let cause = match self.index.source(&d.path) {
                Some(source) => language::cause(&RuleContext::new(d, Semantics::new(self.index, &source), &set)),
                None => {
                    let ctx = ProjectContext { diagnostic: d, index: self.index, diagnostics: &set };
                    language::project_cause(&ctx)
                }
            };
            self.entries[i].cause = cause;
        }
        self.set = Some(set);
    }

    /// Whether the entry has a place in a file that says how sources are built.
    fn is_in_project_file(&self, i: usize) -> bool {
        self.current[i].as_ref().is_some_and(|d| Language::of_path(&d.path).is_none())
    }

    /// Derives fixes for the open entries and combines those that are compatible.
    fn pass(&mut self, pass: usize) -> Merged {
        let set = self.present_set();
        let mut groups: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
        for i in std::mem::take(&mut self.todo) {
            if let (true, Some(d)) = (self.open[i], &self.current[i]) {
                groups.entry(&d.path).or_default().push(i);
            }
        }
        let tasks: Vec<(&Path, &[usize])> =
            groups.iter().flat_map(|(path, members)| members.chunks(TASK).map(move |some| (*path, some))).collect();
        let total = tasks.iter().map(|(_, members)| members.len()).sum();
        let done = AtomicUsize::new(0);
        let (index, current, progress) = (&*self.index, &self.current, self.progress);
        let (providers, guard, options, cancel) = (self.providers, self.guard, self.options, self.cancel);
        let derive = Derive { index, providers, guard, set: &set, options, cancel };
        let stage = ProgressStage::Planning { pass };
        let derived: Vec<Vec<(usize, Derived, Option<Cause>)>> = tasks
            .par_iter()
            .map(|(path, members)| {
                let wanted = members.iter().filter_map(|&i| Some((i, current[i].as_ref()?)));
                let out = derive.in_file(path, wanted);
                let done = done.fetch_add(members.len(), Ordering::Relaxed) + members.len();
                progress(Progress { stage, done, total });
                out
            })
            .collect();
        self.set = Some(set);
        let mut candidates = Vec::new();
        for (i, derived, cause) in derived.into_iter().flatten() {
            let first = self.applied.is_empty();
            if self.entries[i].cause.is_none() {
                self.entries[i].cause = cause;
            }
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
                    self.forget(i);
                }
                Derived::AlreadyDone(_) => {
                    entry.settle(Outcome::Unfixable, Reason::AlreadyThere);
                    self.open[i] = false;
                }
            }
        }
        let candidates = self.whole(candidates);
        merge::merge(self.index, &candidates, self.cancel).with(candidates)
    }

    /// The diagnostics as they are now, for the rules.
    fn present_set(&mut self) -> DiagnosticSet {
        let outdated = std::mem::take(&mut self.outdated);
        let resolved = std::mem::take(&mut self.resolved);
        let Some(mut set) = self.set.take() else {
            let set = DiagnosticSet::new(self.current.iter().flatten().cloned());
            let unparsed = language::unparsed_files(self.index, &set);
            return set.with_unparsed(unparsed);
        };
        if !resolved.is_empty() {
            set.add_resolved(resolved.iter().filter_map(|&i| self.entries[i].place.as_ref()));
        }
        for path in outdated {
            let members = self.members.get(path.as_path()).into_iter().flatten();
            set.replace(&path, members.filter_map(|&i| self.current[i].clone()).collect());
            let wrote = self.wrote_in.get(&path).into_iter().flatten().map(|&(fix, at)| {
                let fix = &self.applied[fix];
                (self.entries[fix.entry].diagnostic.code.clone(), fix.wrote[at].1)
            });
            set.set_repaired(&path, wrote.collect());
        }
        set
    }

    /// Diagnostic `i` has no place any more.
    fn forget(&mut self, i: usize) {
        if let Some(d) = self.current[i].take() {
            self.outdated.insert(d.path.to_path_buf());
            self.resolved.push(i);
        }
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
        self.todo = deferred.iter().map(|(c, _)| candidates[*c].entry).collect();
        for path in files.keys() {
            self.todo.extend(self.members.get(path.as_path()).into_iter().flatten());
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
        let written = merge::WrittenEdits::of(&files);
        let mut fresh: Vec<AppliedFix> = Vec::new();
        for &c in &accepted {
            let candidate = &candidates[c];
            let entry = &mut self.entries[candidate.entry];
            (entry.outcome, entry.reason, entry.fix) = (Outcome::Fixed, None, Some(candidate.info.clone()));
            self.open[candidate.entry] = false;
            self.forget(candidate.entry);
            fresh.push(AppliedFix {
                entry: candidate.entry,
                wrote: merge::wrote(candidate, &written, &files, &imports),
            });
        }
        for (path, result) in &files {
            self.outdated.insert(path.clone());
            let FileResult::Edited { edits, .. } = result else { continue };
            let edits = edits.map();
            for &(fix, at) in self.wrote_in.get(path).into_iter().flatten() {
                let range = &mut self.applied[fix].wrote[at].1;
                *range = remap::shift(&edits, *range);
            }
        }
        for fix in fresh {
            for (at, (path, _)) in fix.wrote.iter().enumerate() {
                self.wrote_in.entry(path.clone()).or_default().push((self.applied.len(), at));
                self.outdated.insert(path.clone());
            }
            self.applied.push(fix);
        }
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
            FileResult::Edited { after, parsed, .. } => match parsed {
                Some(parsed) => self.index.set_parsed(path, parsed.clone()),
                None => self.index.set_text(path, Some(after.clone())),
            },
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
        for (path, result) in files {
            let Some(mut members) = self.members.remove(path.as_path()) else { continue };
            members.retain(|&i| self.current[i].is_some());
            let edited = match result {
                FileResult::Edited { after, edits, .. } => {
                    Some((edits.map(), after, ContentHash::of(after.as_bytes())))
                }
                _ => None,
            };
            let (mut kept, mut moved_to): (Vec<usize>, Arc<Path>) = (Vec::new(), path.as_path().into());
            if let FileResult::Renamed(to) = result {
                moved_to = to.as_path().into();
                self.outdated.insert(to.clone());
            }
            for i in members {
                let Some(current) = self.current[i].as_mut() else { continue };
                let moved = match (&edited, result) {
                    (Some((edits, after, hash)), _) => remap::diagnostic(current.range, edits, after).map(|range| {
                        (current.range, current.text_hash) = (range, *hash);
                    }),
                    (_, FileResult::Renamed(_)) => {
                        current.path = moved_to.clone();
                        Ok(())
                    }
                    (_, FileResult::Deleted) => Err(remap::Lost::Removed),
                    _ => Err(remap::Lost::Changed),
                };
                match moved {
                    Ok(()) => kept.push(i),
                    Err(lost) => {
                        self.forget(i);
                        self.lose(i, lost);
                    }
                }
            }
            let of_path = self.members.entry(moved_to).or_default();
            of_path.extend(kept);
            of_path.sort_unstable();
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
        // What follows from a cause goes with it.
        let mended: HashSet<Cause> = self
            .entries
            .iter()
            .filter(|e| e.outcome == Outcome::Fixed && e.fix.as_ref().is_some_and(|f| f.mends_cause))
            .filter_map(|e| e.cause.clone())
            .collect();
        for entry in &mut self.entries {
            let follows = matches!(&entry.reason, Some(Reason::Cause(cause)) if mended.contains(cause));
            if follows && entry.outcome != Outcome::Fixed {
                entry.settle(Outcome::Fixed, Reason::CauseMended);
            }
        }
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
        let mut doubts = judge::doubts(self.index, &self.entries, &self.applied, &self.originals, self.cancel);
        let comments = judge::comments(&doubts);
        let mut doubted: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
        for (i, d) in doubts.iter().enumerate() {
            doubted.entry(d.path.clone()).or_default().push(i);
        }
        for (path, members) in doubted {
            let mut text = self.index.text(&path).unwrap_or_default();
            let after = comments.get(&path).and_then(|edits| Some((edits, edits.apply(&text).ok()?)));
            if let Some((edits, after)) = after {
                text = after.into();
                self.index.set_text(&path, Some(text.clone()));
                let edits = edits.map();
                for &(fix, at) in self.wrote_in.get(&path).into_iter().flatten() {
                    let range = &mut self.applied[fix].wrote[at].1;
                    *range = remap::shift(&edits, *range);
                }
                for &i in &members {
                    doubts[i].doubt.range = remap::shift(&edits, doubts[i].doubt.range);
                }
            }
            let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
            for i in members {
                let start = doubts[i].doubt.range.start;
                doubts[i].line = breaks.partition_point(|at| *at < start) as u32 + 1;
            }
        }
        doubts
    }
}
