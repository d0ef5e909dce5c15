//! Verification by rebuilding: keeps the fixes that helped, reverts those that did harm, and goes on with what was uncovered.
//!
//! Fewer errors alone prove little: a fix of which there is a [`Doubt`](fix::Doubt) builds and is no repair. It is not even built.

mod blame;

use crate::plan::{AppliedFix, Doubted, Plan, PlanOptions};
use crate::store::{CommitError, Run, Session, Store};
use crate::{CancelToken, Entry, Filter, Outcome, Progress, Reason, Workspace, stage};
use blame::{Blame, ErrorKey, Finding};
use diagnostics::{BuildDiagnostic, Severity};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use text::ContentHash;

/// Builds per round, with fewer fixes each time, until no fix is blamed.
const MAX_ATTEMPTS: usize = 12;

/// Builds, and returns what the build reported, or why it could not run. It is told which files changed since it was called last, or, the first
/// time, since the diagnostics were reported: what they have no part in need not be built again.
pub type Build<'a> = dyn FnMut(&[PathBuf]) -> Result<Vec<BuildDiagnostic>, String> + 'a;

/// A fix of which there may be many: the rule and the title.
type Kind = (String, String);

/// How to verify.
#[derive(Clone, Debug)]
pub struct VerifyOptions {
    /// How each round is planned; what the fixes wrote is judged in any case.
    pub plan: PlanOptions,
    /// Keep fixes of which there are doubts.
    pub allow_stubs: bool,
    /// Rounds of fixing what the last build uncovered, at most; it ends when a round does not help.
    pub rounds: usize,
    /// Which diagnostics count in later rounds.
    pub filter: Filter,
}

/// What was verified.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// All rounds together: every diagnostic with its outcome, files as before and after.
    pub plan: Plan,
    /// The one run that [`Store::undo`] reverts; `None` when nothing was kept.
    pub run: Option<Run>,
    /// How often the build ran.
    pub builds: usize,
    /// Rounds that changed something.
    pub rounds: usize,
    /// Errors of later stages that the fixes uncovered and that remain.
    pub uncovered: usize,
    /// Errors that the last build reports, whether they are to be repaired or not.
    pub errors: usize,
}

/// Why verifying ended early. Files are as they were before the round that failed.
#[derive(Debug)]
pub enum VerifyError {
    /// Writing or reverting failed.
    Commit(CommitError),
    /// These files were saved by someone else during a build; they stay so.
    Saved(Vec<PathBuf>),
    /// The build could not be run.
    Build(String),
}
impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(e) => e.fmt(f),
            Self::Saved(paths) => {
                let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
                write!(
                    f,
                    "stopped, because {0} changed during a build. What was not verified is reverted, except there: look at {0} and run again",
                    names.join(", ")
                )
            }
            Self::Build(e) => write!(f, "the fixes were reverted, because they could not be verified: {e}"),
        }
    }
}
impl std::error::Error for VerifyError {}

impl Workspace {
    /// Applies the fixes for `entries`, builds, and keeps those that removed their error and added none.
    ///
    /// # Errors
    /// [`VerifyError`]; rounds that were verified before stay.
    pub fn verify(
        &mut self,
        store: &Store,
        entries: Vec<Entry>,
        options: &VerifyOptions,
        build: &mut Build<'_>,
        cancel: &CancelToken,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Verified, VerifyError> {
        let mut verified = Verified::default();
        // Nobody else writes here until it is decided what stays.
        let session = store.begin().map_err(VerifyError::Commit)?;
        let mut now = entries;
        // Fixes that did not help are not tried again, nor those that are like several of them.
        let mut refused: BTreeMap<ErrorKey, Reason> = BTreeMap::new();
        let mut condemned: HashMap<Kind, Reason> = HashMap::new();
        let mut seen = HashSet::from([texts(&verified.plan)]);
        let mut changed: Vec<PathBuf> = Vec::new();
        for round in 0..options.rounds.max(1) {
            if cancel.is_cancelled() {
                break;
            }
            let mut options = options.clone();
            options.plan.judge = true;
            let known = now.iter().enumerate().filter_map(|(i, e)| Some((i, refused.get(&owned_key(e))?.clone())));
            options.plan.held_back.extend(known);
            let (options, condemned, changed) = (&options, &mut condemned, &mut changed);
            let session = &session;
            let mut one =
                Round { workspace: self, session, options, build, cancel, progress, condemned, changed, builds: 0 };
            let result = one.run(&now, round);
            verified.builds += one.builds;
            let (plan, trial, after) = result?;
            let went_on = trial.is_some();
            if let Some(trial) = trial {
                verified.run = Some(trial.prove(verified.run.as_ref())?);
            }
            let reverted = plan.entries.iter().filter(|e| e.outcome == Outcome::Reverted);
            refused.extend(reverted.filter_map(|e| Some((owned_key(e), e.reason.clone()?))));
            merge_round(&mut verified.plan, plan, round);
            let Some(after) = after.filter(|_| went_on) else { break };
            verified.rounds += 1;
            verified.uncovered = uncovered(&verified.plan.entries, &after);
            now = after;
            // Rounds that undo each other's work would go on for ever.
            if !seen.insert(texts(&verified.plan)) {
                break;
            }
        }
        verified.errors = now.iter().filter(|e| e.diagnostic.severity == Severity::Error).count();
        if verified.rounds > 0 {
            settle_gone(&mut verified.plan, &now);
        }
        append_unknown(&mut verified.plan, now);
        Ok(verified)
    }
}

/// Fixes that are written and not proved yet. They are taken back when this is dropped, whatever the reason.
struct Trial<'a> {
    session: &'a Session<'a>,
    run: Option<Run>,
}

impl Trial<'_> {
    /// Keeps it, as one run with the rounds before it.
    fn prove(mut self, earlier: Option<&Run>) -> Result<Run, VerifyError> {
        let Some(run) = &self.run else { unreachable!("it is taken only here and when it is dropped") };
        let proved = self.session.prove(run.clone(), earlier).map_err(VerifyError::Commit)?;
        self.run = None;
        Ok(proved)
    }

    fn take_back(mut self) -> Result<(), VerifyError> {
        match self.run.take().map(|run| self.session.take_back(&run)) {
            Some(Err(e)) => Err(VerifyError::Commit(e)),
            Some(Ok(saved)) if !saved.is_empty() => Err(VerifyError::Saved(saved)),
            _ => Ok(()),
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if let Some(run) = self.run.take()
            && let Err(e) = self.session.take_back(&run)
        {
            tracing::warn!("fixes that are not verified could not be taken back: {e}");
        }
    }
}

struct Round<'a, 'b> {
    workspace: &'a mut Workspace,
    session: &'a Session<'a>,
    options: &'a VerifyOptions,
    build: &'a mut Build<'b>,
    cancel: &'a CancelToken,
    progress: &'a (dyn Fn(Progress) + Sync),
    /// Kinds of fixes that are not tried any more.
    condemned: &'a mut HashMap<Kind, Reason>,
    /// Files that were written since the last build.
    changed: &'a mut Vec<PathBuf>,
    builds: usize,
}

type Done<'a> = (Plan, Option<Trial<'a>>, Option<Vec<Entry>>);

impl<'a> Round<'a, '_> {
    /// Plans, writes and builds until no fix is blamed.
    fn run(&mut self, before: &[Entry], round: usize) -> Result<Done<'a>, VerifyError> {
        let mut options = self.options.plan.clone();
        let mut held_back: BTreeMap<usize, Blame> = BTreeMap::new();
        let mut cleared: HashSet<(usize, ErrorKey)> = HashSet::new();
        let mut kinds: HashMap<usize, Kind> = HashMap::new();
        let mut doubtful: BTreeMap<usize, Reason> = BTreeMap::new();
        for attempt in 0..MAX_ATTEMPTS {
            let plan = self.plan(before, &mut options, &mut doubtful);
            if plan.files.is_empty() || plan.cancelled {
                return Ok((plan, None, None));
            }
            let title = format!("fix and verify: {} files", plan.files.len());
            let run = self.session.try_out(self.workspace.guard(), &plan.files, &title).map_err(VerifyError::Commit)?;
            let written: Vec<PathBuf> = run.files.iter().map(|f| f.path.clone()).collect();
            let trial = Trial { session: self.session, run: Some(run) };
            self.refresh(&written);
            self.changed.extend(written.iter().cloned());
            self.changed.sort();
            self.changed.dedup();
            let reported = (self.build)(self.changed);
            self.changed.clear();
            self.builds += 1;
            let reported = match reported {
                Ok(reported) => reported,
                Err(e) => {
                    self.revert(trial, &written)?;
                    return Err(VerifyError::Build(e));
                }
            };
            let after = self.workspace.load(reported, &self.options.filter);
            let finding =
                Finding { before, plan: &plan, after: &after, index: self.workspace.index(), cleared: &cleared };
            let mut blamed = finding.blame();
            if blamed.is_empty() {
                return Ok((plan, Some(trial), Some(after)));
            }
            tracing::info!(round, attempt, blamed = blamed.len(), "the rebuild objects to fixes");
            // A fix that an attempt left out, and the error remained, does not cause the error.
            let again = finding.new_errors();
            let innocent = |b: &Blame| b.suspected_of.as_ref().is_some_and(|error| again.contains(error));
            let (acquitted, guilty): (BTreeMap<_, _>, _) = held_back.into_iter().partition(|(_, b)| innocent(b));
            held_back = guilty;
            cleared.extend(acquitted.into_iter().filter_map(|(fix, b)| Some((fix, b.suspected_of?))));
            // The first attempts revert single fixes; the last ones whole files, then all unsafe fixes, then everything.
            match MAX_ATTEMPTS - attempt {
                4 => blamed = whole_files(&plan, blamed),
                3 => blamed.extend(plan.unsafe_fixes().map(|fix| (fix, Blame::whole()))),
                1 | 2 => blamed = plan.applied.iter().map(|a| (a.entry, Blame::whole())).collect(),
                _ => {}
            }
            self.revert(trial, &written)?;
            self.condemn(&plan, &held_back, &kinds, &mut blamed);
            kinds.extend(blamed.keys().filter_map(|&fix| Some((fix, kind(&plan, fix)?))));
            held_back.extend(blamed);
            options.held_back = self.options.plan.held_back.clone();
            options.held_back.extend(doubtful.clone());
            options.held_back.extend(held_back.iter().map(|(fix, b)| (*fix, b.reason.clone())));
        }
        // Nothing of this round could be verified.
        for i in 0..before.len() {
            options.held_back.entry(i).or_insert(Reason::CausesSomething);
        }
        let plan = self.workspace.plan(before.to_vec(), &options, self.cancel, self.progress);
        Ok((plan, None, None))
    }

    /// A plan without fixes that need not be built to be refused: those that are no repairs, and those like others that did harm.
    fn plan(&mut self, before: &[Entry], options: &mut PlanOptions, doubtful: &mut BTreeMap<usize, Reason>) -> Plan {
        loop {
            let plan = self.workspace.plan(before.to_vec(), options, self.cancel, self.progress);
            let mut found: BTreeMap<usize, Reason> = BTreeMap::new();
            let mut bad: HashMap<Kind, Reason> = self.condemned.clone();
            if !self.options.allow_stubs {
                // Several doubts are about one fix; the first is the gravest.
                for d in &plan.doubts {
                    let reason = || Reason::Doubtful(d.doubt.clone());
                    found.entry(d.entry).or_insert_with(reason);
                    bad.entry((d.fix.rule.to_string(), d.fix.title.clone())).or_insert_with(reason);
                }
            }
            // Diagnostics that the same change repairs would bring it back.
            let applied: HashSet<usize> = plan.applied.iter().map(|a| a.entry).collect();
            for i in (0..plan.entries.len()).filter(|&i| plan.entries[i].outcome == Outcome::Fixed) {
                let Some(kind) = kind(&plan, i).filter(|k| !applied.contains(&i) || self.condemned.contains_key(k))
                else {
                    continue;
                };
                if let Some(reason) = bad.get(&kind) {
                    found.entry(i).or_insert_with(|| reason.clone());
                }
            }
            if found.is_empty() || plan.cancelled {
                return plan;
            }
            doubtful.extend(found.clone());
            options.held_back.extend(found);
        }
    }

    /// When fixes of one kind did harm in two attempts, all of the kind go.
    fn condemn(
        &mut self,
        plan: &Plan,
        held_back: &BTreeMap<usize, Blame>,
        kinds: &HashMap<usize, Kind>,
        blamed: &mut BTreeMap<usize, Blame>,
    ) {
        let confirmed: HashSet<&Kind> = held_back.keys().filter_map(|fix| kinds.get(fix)).collect();
        for (&fix, blame) in blamed.iter() {
            // What a parser expects says little about the place: equal repairs of the syntax have little in common.
            let kind = kind(plan, fix).filter(|_| !stage::is_syntax(&plan.entries[fix]));
            if let Some(kind) = kind.filter(|k| confirmed.contains(k)) {
                self.condemned.insert(kind, blame.reason.clone());
            }
        }
        for fix in &plan.applied {
            if let Some(reason) = kind(plan, fix.entry).and_then(|kind| self.condemned.get(&kind)) {
                blamed.entry(fix.entry).or_insert_with(|| Blame::certain(reason.clone()));
            }
        }
    }

    fn revert(&mut self, trial: Trial<'_>, written: &[PathBuf]) -> Result<(), VerifyError> {
        let reverted = trial.take_back();
        self.changed.extend(written.iter().cloned());
        self.refresh(written);
        reverted
    }

    fn refresh(&mut self, written: &[PathBuf]) {
        self.workspace.refresh(written.iter().map(PathBuf::as_path));
    }
}

/// The kind of the fix for an entry.
fn kind(plan: &Plan, entry: usize) -> Option<Kind> {
    let fix = plan.entries.get(entry)?.fix.as_ref()?;
    Some((fix.rule.to_string(), fix.title.clone()))
}

/// All fixes of the files in which some are blamed.
fn whole_files(plan: &Plan, mut blamed: BTreeMap<usize, Blame>) -> BTreeMap<usize, Blame> {
    let files = |entry: usize| plan.applied.iter().filter(move |a| a.entry == entry).flat_map(|a| &a.wrote);
    let bad: Vec<PathBuf> = blamed.keys().flat_map(|&e| files(e)).map(|(p, _)| p.clone()).collect();
    for fix in &plan.applied {
        if fix.wrote.iter().any(|(p, _)| bad.contains(p)) {
            blamed.entry(fix.entry).or_insert_with(Blame::whole);
        }
    }
    blamed
}

/// What identifies a diagnostic from build to build; lines move.
fn key(entry: &Entry) -> (&str, &str, &str) {
    let file = match &entry.path {
        Some(path) => path.to_str().unwrap_or_default(),
        None => entry.diagnostic.file.as_deref().unwrap_or_default(),
    };
    (file, entry.diagnostic.code.as_str(), &entry.diagnostic.message)
}

/// [`key`], to be kept.
fn owned_key(entry: &Entry) -> ErrorKey {
    let (file, code, message) = key(entry);
    (file.to_owned(), code.to_owned(), message.to_owned())
}

/// Errors of `after` that are not among `entries`.
fn uncovered(entries: &[Entry], after: &[Entry]) -> usize {
    let known: HashSet<_> = entries.iter().map(key).collect();
    after.iter().filter(|e| e.diagnostic.severity == Severity::Error && !known.contains(&key(e))).count()
}

/// The files as they are after the rounds.
fn texts(plan: &Plan) -> Vec<(PathBuf, ContentHash)> {
    plan.files.iter().map(|f| (f.path.clone(), ContentHash::of(f.after.as_bytes()))).collect()
}

/// Adds a later round to the plan of all rounds.
fn merge_round(all: &mut Plan, round: Plan, number: usize) {
    if number == 0 {
        *all = round;
        return;
    }
    let mut places = Vec::with_capacity(round.entries.len());
    for entry in round.entries {
        let same = all.entries.iter().position(|e| e.outcome != Outcome::Fixed && key(e) == key(&entry));
        places.push(same.unwrap_or(all.entries.len()));
        match same.map(|i| &mut all.entries[i]) {
            Some(known) => (known.outcome, known.reason, known.fix) = (entry.outcome, entry.reason, entry.fix),
            None => all.entries.push(entry),
        }
    }
    all.applied.extend(round.applied.into_iter().map(|fix| AppliedFix { entry: places[fix.entry], ..fix }));
    all.doubts.extend(round.doubts.into_iter().map(|d| Doubted { entry: places[d.entry], ..d }));
    for file in round.files {
        match all.files.iter_mut().find(|f| f.path == file.path) {
            Some(known) => {
                known.after = file.after;
                known.edits += file.edits;
            }
            None => all.files.push(file),
        }
    }
    all.files.retain(|f| f.before != f.after || f.kind != crate::FileKind::Edit);
    all.files.sort_by(|a, b| a.path.cmp(&b.path));
    all.passes += round.passes;
}

/// What the last build does not report any more was repaired by the fixes for others.
fn settle_gone(all: &mut Plan, last: &[Entry]) {
    let left: HashSet<_> = last.iter().map(key).collect();
    for entry in &mut all.entries {
        if entry.outcome != Outcome::Fixed && !left.contains(&key(entry)) {
            entry.settle(Outcome::Fixed, Reason::GoneInLastBuild);
        }
    }
}

/// Adds what the last build reported and no round has looked at.
fn append_unknown(all: &mut Plan, last: Vec<Entry>) {
    let known: HashSet<ErrorKey> = all.entries.iter().map(owned_key).collect();
    for mut entry in last {
        if !known.contains(&owned_key(&entry)) {
            if entry.reason.is_none() {
                entry.reason = Some(Reason::NewInLastBuild);
            }
            all.entries.push(entry);
        }
    }
    // Sorted, and what refers to places in the list with it.
    let mut sorted: Vec<(usize, Entry)> = std::mem::take(&mut all.entries).into_iter().enumerate().collect();
    sorted.sort_by(|(_, a), (_, b)| order(a).cmp(&order(b)));
    let places: HashMap<usize, usize> = sorted.iter().enumerate().map(|(now, (then, _))| (*then, now)).collect();
    all.entries = sorted.into_iter().map(|(_, entry)| entry).collect();
    all.applied.iter_mut().for_each(|fix| fix.entry = places[&fix.entry]);
    all.doubts.iter_mut().for_each(|d| d.entry = places[&d.entry]);
}

fn order(entry: &Entry) -> (Option<&Path>, Option<crate::Span>, &str, &str) {
    (entry.path.as_deref(), entry.span, entry.diagnostic.code.as_str(), &entry.diagnostic.message)
}
