//! Learning from what a person repairs between two sets of diagnostics, and what is alike to it.
//!
//! Two kinds of sets: of a build (its log), for all files at once; and of other servers, which the client passes on, file by file and at any moment of typing. A
//! set counts once it has settled.

use super::State;
use crate::alike::Alike;
use crate::applied::{Applied, Repair};
use crate::baseline::{Baseline, Baselines, lines_around};
use crate::connection::LiveDiagnostics;
use crate::convert::{Lines, path_of, source_diagnostic};
use crate::diff::changed_lines;
use crate::expected_texts::Own;
use crate::learner::{Event, Hint, Learner, Lesson, Repaired};
use diagnostics::{Severity, SourceDiagnostic};
use engine::FileKind;
use fix::{DiagnosticSet, language};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use text::{TextEdits, TextRange};

/// How far a set of diagnostics may be believed to be whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Whole {
    /// A build ended, or a person named the log.
    Yes,
    /// It is of a file that somebody may be writing.
    Perhaps,
    /// The build did not come to its end.
    No,
}

/// How long a log that may still be written has to stay as it is; longer when it is empty, as it is between two builds.
const WRITTEN: Duration = Duration::from_secs(3);
const WRITTEN_EMPTY: Duration = Duration::from_secs(15);
/// How long nobody may have typed before another server's diagnostics count.
const PAUSE: Duration = Duration::from_millis(1200);
/// The same where they may only be gone because the server was started anew.
const PAUSE_RESTART: Duration = Duration::from_secs(15);
/// After that time new diagnostics are no passing state of typing any more.
const PASSING: Duration = Duration::from_secs(120);
/// Learned fixes in one file that wait for a build.
const MOST_APPLIED: usize = 100;
/// Files with other servers' diagnostics, and places just repaired, that are remembered.
const MOST_LIVE: usize = 500;

/// The diagnostics of other servers in one file.
struct Live {
    now: Vec<SourceDiagnostic>,
    /// Since when the file has diagnostics that it had not before.
    unsettled: Option<Instant>,
    /// Number of the last change.
    round: u64,
}

/// A place that a person repaired, and the family of what was learned there.
struct Place {
    path: PathBuf,
    range: TextRange,
    family: u64,
}

/// A fix that was learned and is applied.
struct AppliedLearned {
    /// The text before.
    before: Arc<str>,
    patterns: Vec<u64>,
    /// What it repaired, in that text.
    resolved: Vec<SourceDiagnostic>,
    run: u64,
}

/// A set that counts when no other comes.
struct Pending {
    round: u64,
    repaired: Vec<Repaired>,
    next: Baselines,
}

/// What the server remembers for learning.
#[derive(Default)]
pub(crate) struct Learning {
    learner: Option<Arc<dyn Learner>>,
    /// Of the last build.
    build: Baselines,
    pending: Option<Pending>,
    /// Number of the last set of a build.
    pub rounds: u64,
    live: HashMap<PathBuf, Live>,
    /// Of other servers.
    live_build: Baselines,
    places: Vec<Place>,
    applied: BTreeMap<PathBuf, Vec<AppliedLearned>>,
    /// Of which it is not known yet whether it will stay so: an undo may be one of two looks at the same thing.
    undone: BTreeMap<PathBuf, Vec<AppliedLearned>>,
    /// Number of the last fix that was handed out.
    pub runs: u64,
    pub alike: RefCell<Alike>,
    /// Whether anything was learned here, or offered as learned.
    pub offers: Cell<bool>,
    /// What is to be repaired by hand next, and whether that is to be found out.
    hints: Vec<Hint>,
    hints_wanted: bool,
}

impl Learning {
    pub fn new(learner: Option<Arc<dyn Learner>>) -> Self {
        Self { learner, ..Self::default() }
    }
    /// Whether anything is known of `path` that moves with its text.
    pub fn follows(&self, path: &Path) -> bool {
        self.live.contains_key(path) || self.places.iter().any(|p| p.path == path)
    }
    /// The families of what was repaired by hand in a range.
    pub fn repaired_in(&self, path: &Path, range: TextRange) -> Vec<u64> {
        let here = |p: &&Place| p.path == path && p.range.touches(range);
        let mut out: Vec<u64> = self.places.iter().filter(here).map(|p| p.family).collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}

impl State {
    /// Who learns; `None` where it is switched off.
    pub fn learner(&self) -> Option<Arc<dyn Learner>> {
        self.learning.learner.clone().filter(|_| self.configuration.settings.learns())
    }

    /// Reads what was learned about the sources, in the background.
    pub fn open_patterns(&self) {
        let Some(learner) = self.learning.learner.clone() else { return };
        let (queue, roots) = (self.scheduler.queue.clone(), self.workspace.roots().to_vec());
        self.scheduler.runtime.spawn_blocking(move || {
            if learner.open(&roots) {
                queue.tell(State::patterns_changed);
            }
        });
    }

    /// Fixes that were found with other patterns are no longer true.
    pub fn patterns_changed(&mut self) {
        self.fix_cache = RefCell::default();
        self.learning.alike = RefCell::default();
        // Editors ask for fixes again when diagnostics are shown anew.
        for path in self.documents.newest() {
            self.publish(&path);
        }
        self.connection.refresh_pulled();
        self.send_status_later();
        self.prepare_later();
    }

    /// A set of diagnostics of a build, placed in the texts as they are: what went since the last one was repaired.
    pub fn note_build(&mut self, placed: &[SourceDiagnostic], whole: Whole) {
        self.learning.rounds += 1;
        let round = self.learning.rounds;
        self.learning.pending = None;
        let breaks = |d: &SourceDiagnostic| d.severity == Severity::Error && language::breaks_tree(d.code.as_str());
        // What does not parse hides what else is wrong: nothing is known to be repaired.
        if self.learner().is_none()
            || whole == Whole::No
            || !self.learning.build.is_empty() && placed.iter().any(breaks)
        {
            return;
        }
        let index = self.workspace.index();
        let repaired = self.learning.build.repaired(placed, |path| index.text(path));
        let next = Baselines::of(placed, |path| index.text(path));
        let pending = Pending { round, repaired, next };
        if whole == Whole::Yes || self.learning.build.is_empty() {
            return self.settle(pending);
        }
        let wait = if placed.is_empty() { WRITTEN_EMPTY } else { WRITTEN };
        self.learning.pending = Some(pending);
        self.scheduler.after(wait, move |state| {
            if let Some(pending) = state.learning.pending.take_if(|p| p.round == round) {
                state.settle(pending);
            }
        });
    }

    fn settle(&mut self, pending: Pending) {
        self.learning.build = pending.next;
        self.note_taken_back();
        self.prove();
        self.learn(pending.repaired);
        (self.learning.hints, self.learning.hints_wanted) = (Vec::new(), true);
    }

    /// Gives what was repaired to the learner, beside the thread that answers.
    fn learn(&mut self, repaired: Vec<Repaired>) {
        let Some(learner) = self.learner().filter(|_| !repaired.is_empty()) else { return };
        let queue = self.scheduler.queue.clone();
        self.scheduler.runtime.spawn_blocking(move || {
            let started = Instant::now();
            let lessons = learner.learn(&repaired);
            tracing::info!(files = repaired.len(), lessons = lessons.len(), took = ?started.elapsed(), "learned");
            if !lessons.is_empty() {
                queue.tell(move |state| state.learned(&repaired, &lessons));
            }
        });
    }

    fn learned(&mut self, repaired: &[Repaired], lessons: &[Lesson]) {
        for file in repaired {
            let Some(now) = self.workspace.index().text(&file.path) else { continue };
            let edits = changed_lines(&file.before, &file.after);
            let map = edits.map();
            let since = changed_lines(&file.after, &now);
            let line_of = |offset: usize| file.before[..offset].matches('\n').count() as u32 + 1;
            for lesson in lessons.iter().filter(|l| l.path == file.path) {
                let written = map.written().filter_map(|(edit, written)| {
                    let near = line_of(edit.range.start) <= lesson.line + 1 && line_of(edit.range.end) >= lesson.line;
                    near.then(|| since.map_range(written)).flatten().map(|range| lines_around(&now, range))
                });
                let places: Vec<Place> =
                    written.map(|range| Place { path: file.path.clone(), range, family: lesson.family }).collect();
                self.learning.places.extend(places);
            }
        }
        self.learning.offers.set(true);
        let surplus = self.learning.places.len().saturating_sub(MOST_LIVE);
        self.learning.places.drain(..surplus);
        self.patterns_changed();
    }

    /// A document was edited, by whomever.
    pub fn note_edit(&mut self, path: &Path, edits: &TextEdits) {
        self.learning.places.retain_mut(|p| {
            if p.path != path {
                return true;
            }
            // What is typed at the place itself is still the place.
            let map = edits.map();
            let (start, end) = (map.range(TextRange::empty(p.range.start)), map.range(TextRange::empty(p.range.end)));
            start.zip(end).map(|(s, e)| p.range = TextRange::new(s.start, e.start.max(s.start))).is_some()
        });
        if let Some(live) = self.learning.live.get_mut(path) {
            live.round += 1;
            live.now.retain_mut(|d| edits.map_range(d.range).map(|range| d.range = range).is_some());
        }
    }

    /// A file reads as a fix of ours leaves it: that is nobody's example.
    pub fn note_own(&mut self, path: &Path, own: &Own, now: &str) {
        let learning = &mut self.learning;
        let pending = learning.pending.as_mut().map(|p| &mut p.next);
        for baselines in [&mut learning.build, &mut learning.live_build].into_iter().chain(pending) {
            if let Some(baseline) = baselines.get_mut(path) {
                baseline.leave_out(&own.before, now, &own.resolved);
            }
        }
        if !own.patterns.is_empty() {
            let (before, patterns, resolved) = (own.before.clone(), own.patterns.clone(), own.resolved.clone());
            let list = learning.applied.entry(path.to_path_buf()).or_default();
            if list.iter().all(|a| a.before != before) && list.len() < MOST_APPLIED {
                if let Some(undone) = learning.undone.get_mut(path) {
                    undone.retain(|u| u.before != before);
                }
                list.push(AppliedLearned { before, patterns: patterns.clone(), resolved, run: own.run });
                self.tell_learner(patterns, Event::Applied, path);
            }
        }
    }

    /// A fix-all was applied. Where the user chose some of its edits in a preview, they are ours all the same.
    pub fn note_chosen(&mut self, applied: &Applied, repairs: &[Repair]) {
        self.sync();
        for file in applied.files.iter().filter(|f| f.kind == FileKind::Edit) {
            let Some(now) = self.workspace.index().text(&file.path) else { continue };
            if now == file.after || now == file.before || !file.is_part(&now) {
                continue;
            }
            let edits = changed_lines(&file.before, &now);
            let map = edits.map();
            let chosen = |r: &&Repair| {
                *r.diagnostic.path == *file.path && map.range(lines_around(&file.before, r.diagnostic.range)).is_none()
            };
            let chosen: Vec<&Repair> = repairs.iter().filter(chosen).collect();
            let own = Own {
                before: file.before.clone(),
                resolved: chosen.iter().map(|r| r.diagnostic.clone()).collect(),
                patterns: chosen.iter().filter_map(|r| r.pattern).collect(),
                run: self.learning.runs,
            };
            self.note_own(&file.path, &own, &now);
        }
    }

    /// A file reads as before a fix of ours.
    pub fn note_undone(&mut self, path: &Path, now: &str) {
        let learning = &mut self.learning;
        let pending = learning.pending.as_mut().map(|p| &mut p.next);
        for baselines in [&mut learning.build, &mut learning.live_build].into_iter().chain(pending) {
            if let Some(baseline) = baselines.get_mut(path) {
                baseline.take_back(now);
            }
        }
        let Some(list) = learning.applied.get_mut(path) else { return };
        if let Some(at) = list.iter().rposition(|a| *a.before == *now) {
            let undone: Vec<AppliedLearned> = list.drain(at..).collect();
            learning.undone.entry(path.to_path_buf()).or_default().extend(undone);
        }
    }

    /// Fixes that were learned and taken back before a build: what was one wish counts once.
    fn note_taken_back(&mut self) {
        let mut seen = HashSet::new();
        for (path, list) in std::mem::take(&mut self.learning.undone) {
            let once =
                list.iter().flat_map(|u| u.patterns.iter().map(move |id| (u.run, *id))).filter(|u| seen.insert(*u));
            let patterns: Vec<u64> = once.map(|(_, id)| id).collect();
            if !patterns.is_empty() {
                self.tell_learner(patterns, Event::Undone, &path);
            }
        }
    }

    /// Fixes that were learned and after which a build has nothing to say where they were applied.
    fn prove(&mut self) {
        for (path, list) in std::mem::take(&mut self.learning.applied) {
            let baseline = self.learning.build.get(&path);
            let text = baseline.map(|b| b.text.clone()).or_else(|| self.workspace.index().text(&path));
            let Some(text) = text else { continue };
            let reported = baseline.map(|b| &b.seen[..]).unwrap_or_default();
            let mut proved = Vec::new();
            for applied in list {
                let edits = changed_lines(&applied.before, &text);
                let map = edits.map();
                let is_gone = |d: &SourceDiagnostic| {
                    let line = TextRange::empty(lines_around(&applied.before, d.range).start);
                    let now = map.range(line).map(|at| lines_around(&text, at));
                    now.is_some_and(|now| !reported.iter().any(|o| o.code == d.code && now.contains(o.range.start)))
                };
                if applied.resolved.iter().all(is_gone) {
                    proved.extend(applied.patterns);
                }
            }
            if !proved.is_empty() {
                self.tell_learner(proved, Event::Proved, &path);
            }
        }
    }

    /// Tells the learner what became of fixes, beside the thread that answers.
    pub fn tell_learner(&self, patterns: Vec<u64>, event: Event, path: &Path) {
        let Some(learner) = self.learner() else { return };
        let (path, queue) = (path.to_path_buf(), self.scheduler.queue.clone());
        self.scheduler.runtime.spawn_blocking(move || {
            learner.note(&patterns, event, &path);
            if matches!(event, Event::Undone | Event::Rejected) {
                queue.tell(State::patterns_changed);
            }
        });
    }

    /// Diagnostics of other servers in a document, as the client passes them on.
    pub fn take_live(&mut self, params: LiveDiagnostics) {
        let Some(path) = path_of(&params.uri).filter(|_| self.learner().is_some()) else { return };
        self.sync();
        let known = self.documents.version(&path);
        if self.documents.is_out_of_step(&path) || params.version.is_some_and(|v| known.is_some_and(|k| k != v)) {
            return;
        }
        let Some(source) = self.workspace.index().source(&path) else { return };
        let text = source.parsed.text().clone();
        let lines = Lines::new(&text, self.connection.capabilities.encoding);
        let placed = params.diagnostics.iter().filter(|d| d.source.as_deref() != Some("buildfix"));
        let placed = placed.filter_map(|d| source_diagnostic(d, &path, source.parsed.language(), &lines, source.hash));
        let now: Vec<SourceDiagnostic> =
            placed.filter(|d| matches!(d.severity, Severity::Error | Severity::Warning)).collect();
        if now.is_empty() && !self.learning.live.contains_key(&path) || self.learning.live.len() >= MOST_LIVE {
            return;
        }
        if self.learning.live_build.get(&path).is_none() {
            self.learning.live_build.put(path.clone(), Baseline::new(text, now.clone()));
        }
        let live =
            self.learning.live.entry(path.clone()).or_insert(Live { now: Vec::new(), unsettled: None, round: 0 });
        live.now = now;
        live.round += 1;
        let round = live.round;
        let wait = if self.went_by_itself(&path) { PAUSE_RESTART } else { PAUSE };
        self.scheduler.after(wait, move |state| state.settle_live(&path, round));
    }

    /// Whether nothing is said of a file any more, and not all of that was said of lines that were edited: a server that starts anew is silent, too.
    fn went_by_itself(&self, path: &Path) -> bool {
        let (Some(live), Some(baseline)) = (self.learning.live.get(path), self.learning.live_build.get(path)) else {
            return false;
        };
        let Some(text) = self.workspace.index().text(path).filter(|_| live.now.is_empty()) else { return false };
        let edits = changed_lines(&baseline.text, &text);
        let map = edits.map();
        baseline.seen.iter().any(|d| map.range(lines_around(&baseline.text, d.range)).is_some())
    }

    /// Nobody typed for a moment: what went was repaired, unless something else came.
    fn settle_live(&mut self, path: &Path, round: u64) {
        self.sync();
        let Some(text) = self.workspace.index().text(path) else { return };
        let (Some(live), Some(baseline)) = (self.learning.live.get_mut(path), self.learning.live_build.get(path))
        else {
            return;
        };
        if live.round != round {
            return;
        }
        let mut counts: HashMap<&str, isize> = HashMap::new();
        live.now.iter().for_each(|d| *counts.entry(d.code.as_str()).or_default() += 1);
        baseline.seen.iter().for_each(|d| *counts.entry(d.code.as_str()).or_default() -= 1);
        let breaks = live.now.iter().any(|d| language::breaks_tree(d.code.as_str()));
        if breaks || counts.values().any(|more| *more > 0) && counts.values().any(|more| *more < 0) {
            let since = *live.unsettled.get_or_insert_with(Instant::now);
            if since.elapsed() < PASSING {
                return;
            }
        }
        live.unsettled = None;
        let (is, settled) = (live.now.clone(), !breaks);
        let repaired =
            baseline.repaired(path, &text, &is).filter(|_| settled && counts.values().all(|more| *more <= 0));
        self.learning.live_build.put(path.to_path_buf(), Baseline::new(text.clone(), is.clone()));
        if let Some(repaired) = repaired {
            // The next build has not to teach the same again.
            if let Some(build) = self.learning.build.get(path) {
                let edits = changed_lines(&build.text, &text);
                let kept = build
                    .seen
                    .iter()
                    .filter_map(|d| Some(SourceDiagnostic { range: edits.map_range(d.range)?, ..d.clone() }));
                let still =
                    |d: &SourceDiagnostic| is.iter().any(|o| o.code == d.code && o.range.start == d.range.start);
                let baseline = Baseline::new(text, kept.filter(still).collect::<Vec<_>>());
                self.learning.build.put(path.to_path_buf(), baseline);
            }
            self.learn(vec![repaired]);
        }
    }

    /// A document was closed: what other servers said of it is not kept up to date any more.
    pub fn forget_live(&mut self, path: &Path) {
        self.learning.live.remove(path);
        self.learning.live_build.remove(path);
    }

    /// What is known to be wrong: by the last build, by other servers, and what is asked about.
    pub fn set_for(&self, asked: impl IntoIterator<Item = SourceDiagnostic>) -> Arc<DiagnosticSet> {
        let same = |a: &SourceDiagnostic, b: &SourceDiagnostic| a.code == b.code && a.range.start == b.range.start;
        let asked: Vec<SourceDiagnostic> = asked.into_iter().collect();
        let mut extra: Vec<SourceDiagnostic> = Vec::new();
        for (path, live) in &self.learning.live {
            let built = self.build.get(path).map(Vec::as_slice).unwrap_or_default();
            let Some(hash) = self.workspace.text_hash(path) else { continue };
            let known = |d: &&SourceDiagnostic| {
                !built.iter().any(|o| same(o, d)) && !asked.iter().any(|o| o.path == d.path && same(o, d))
            };
            extra.extend(live.now.iter().filter(known).map(|d| SourceDiagnostic { text_hash: hash, ..d.clone() }));
        }
        extra.extend(asked);
        self.build.set_with(extra)
    }

    /// What is to be repaired by hand next, found in the background, once after each build. `open`: diagnostics for which nothing is offered.
    pub fn look_for_hints(&mut self, open: Vec<SourceDiagnostic>) {
        let Some(learner) = self.learner().filter(|_| std::mem::take(&mut self.learning.hints_wanted)) else { return };
        if open.is_empty() {
            return;
        }
        let index = self.workspace.index();
        let paths: BTreeSet<&Path> = open.iter().map(|d| &*d.path).collect();
        let texts = paths.into_iter().filter_map(|p| Some((p.to_path_buf(), index.text(p)?))).collect();
        let queue = self.scheduler.queue.clone();
        self.scheduler.runtime.spawn_blocking(move || {
            let hints = learner.next(&open, &texts);
            if !hints.is_empty() {
                queue.tell(move |state| {
                    state.learning.hints = hints;
                    state.send_status();
                });
            }
        });
    }

    /// The places whose repair by hand would teach the most, where they are now; those that were edited are left out.
    pub fn hints(&self) -> impl Iterator<Item = (&SourceDiagnostic, usize)> {
        self.learning.hints.iter().filter_map(|hint| {
            let same = |d: &&SourceDiagnostic| d.code == hint.diagnostic.code && d.message == hint.diagnostic.message;
            let here = self.build.get(&*hint.diagnostic.path)?.iter().filter(same);
            let nearest = here.min_by_key(|d| d.range.start.abs_diff(hint.diagnostic.range.start))?;
            Some((nearest, hint.others))
        })
    }
}
