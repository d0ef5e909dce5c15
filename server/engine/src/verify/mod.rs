//! Proof by rebuilding: keep what helped, take back what hurt, and go on with what came to light.

mod blame;

use crate::plan::{Plan, PlanOptions};
use crate::store::{CommitError, Run, Store, UndoError};
use crate::{CancelToken, Entry, Filter, Outcome, Progress, Session};
use blame::{Blame, ErrorKey, Finding};
use diagnostics::{BuildDiagnostic, Severity};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// Builds with ever fewer fixes per round, until nothing is to be blamed.
const MAX_ATTEMPTS: usize = 12;

/// Builds, and says what the build reported; or why it could not.
pub type Build<'a> = dyn FnMut() -> Result<Vec<BuildDiagnostic>, String> + 'a;

/// How to verify.
#[derive(Clone, Debug)]
pub struct VerifyOptions {
    /// How each round is planned.
    pub plan: PlanOptions,
    /// Rounds of fixing what the last build brought to light.
    pub rounds: usize,
    /// Which diagnostics count in later rounds.
    pub filter: Filter,
}

/// What was proven.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// All rounds together: every diagnostic with its outcome, files as before and after.
    pub plan: Plan,
    /// The one run that [`Store::undo`] takes back; `None` when nothing was kept.
    pub run: Option<Run>,
    /// How often the build ran.
    pub builds: usize,
    /// Rounds that changed something.
    pub rounds: usize,
    /// Errors of later stages that the repairs uncovered and that remain.
    pub uncovered: usize,
}

/// Why verifying ended early. Files are as they were before the round that failed.
#[derive(Debug)]
pub enum VerifyError {
    /// Writing failed.
    Commit(CommitError),
    /// Taking back failed.
    Undo(UndoError),
    /// The build could not be run.
    Build(String),
}
impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(e) => e.fmt(f),
            Self::Undo(e) => write!(f, "the repairs could not be taken back: {e}"),
            Self::Build(e) => write!(f, "the repairs were taken back, because they could not be verified: {e}"),
        }
    }
}
impl std::error::Error for VerifyError {}

impl Session {
    /// Applies the fixes for `entries`, builds, and keeps those that removed their error and added none.
    ///
    /// # Errors
    /// [`VerifyError`]; rounds that were proven before stay.
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
        let mut kept: Vec<Run> = Vec::new();
        let mut now = entries;
        // What was proven not to help is not tried again.
        let mut refused: BTreeMap<ErrorKey, String> = BTreeMap::new();
        for round in 0..options.rounds.max(1) {
            if cancel.is_cancelled() {
                break;
            }
            let mut options = options.clone();
            let known = now.iter().enumerate().filter_map(|(i, e)| Some((i, refused.get(&owned_key(e))?.clone())));
            options.plan.held_back.extend(known);
            let options = &options;
            let mut one = Round { session: self, store, options, build, cancel, progress, builds: 0 };
            let result = one.run(&now, round);
            verified.builds += one.builds;
            let (plan, run, after) = match result {
                Ok(done) => done,
                Err(e) => {
                    squash(store, kept, &mut verified);
                    return Err(e);
                }
            };
            let went_on = run.is_some();
            let reverted = plan.entries.iter().filter(|e| e.outcome == Outcome::Reverted);
            refused.extend(reverted.map(|e| (owned_key(e), e.reason.clone().unwrap_or_default().into_owned())));
            merge_round(&mut verified.plan, plan, round);
            kept.extend(run);
            let Some(after) = after.filter(|_| went_on) else { break };
            verified.rounds += 1;
            verified.uncovered = uncovered(&verified.plan.entries, &after);
            now = after;
        }
        append_unknown(&mut verified.plan, now);
        squash(store, kept, &mut verified);
        Ok(verified)
    }
}

/// One run for `undo`, however many rounds it took.
fn squash(store: &Store, kept: Vec<Run>, verified: &mut Verified) {
    verified.run = match <[Run; 1]>::try_from(kept) {
        Ok([one]) => Some(one),
        Err(several) if several.is_empty() => None,
        Err(several) => store.squash(&several).or_else(|| several.into_iter().last()),
    };
}

struct Round<'a, 'b> {
    session: &'a mut Session,
    store: &'a Store,
    options: &'a VerifyOptions,
    build: &'a mut Build<'b>,
    cancel: &'a CancelToken,
    progress: &'a (dyn Fn(Progress) + Sync),
    builds: usize,
}

type Done = (Plan, Option<Run>, Option<Vec<Entry>>);

impl Round<'_, '_> {
    /// Plans, writes and builds until nothing is to be blamed.
    fn run(&mut self, before: &[Entry], round: usize) -> Result<Done, VerifyError> {
        let mut options = self.options.plan.clone();
        let mut held_back: BTreeMap<usize, Blame> = BTreeMap::new();
        let mut cleared: HashSet<(usize, ErrorKey)> = HashSet::new();
        for attempt in 0..MAX_ATTEMPTS {
            let plan = self.session.plan(before.to_vec(), &options, self.cancel, self.progress);
            if plan.files.is_empty() || plan.cancelled {
                return Ok((plan, None, None));
            }
            let title = format!("fix --verify: {} files", plan.files.len());
            let run = self.store.commit(self.session.guard(), &plan.files, &title).map_err(VerifyError::Commit)?;
            self.refresh(&run);
            let reported = (self.build)();
            self.builds += 1;
            let reported = match reported {
                Ok(reported) => reported,
                Err(e) => {
                    self.take_back(&run)?;
                    return Err(VerifyError::Build(e));
                }
            };
            let after = self.session.load(reported, &self.options.filter);
            let finding =
                Finding { before, plan: &plan, after: &after, index: self.session.index(), cleared: &cleared };
            let mut blamed = finding.blame();
            if blamed.is_empty() {
                return Ok((plan, Some(run), Some(after)));
            }
            tracing::info!(round, attempt, blamed = blamed.len(), "the rebuild objects to fixes");
            // What an attempt went without, and the error came all the same, is not what causes it.
            let again = finding.new_errors();
            let innocent = |b: &Blame| b.suspected_of.as_ref().is_some_and(|error| again.contains(error));
            let (acquitted, guilty): (BTreeMap<_, _>, _) = held_back.into_iter().partition(|(_, b)| innocent(b));
            held_back = guilty;
            cleared.extend(acquitted.into_iter().filter_map(|(fix, b)| Some((fix, b.suspected_of?))));
            // The first attempts look at single fixes; the last ones at whole files, at all that may change meaning, and then at everything.
            match MAX_ATTEMPTS - attempt {
                4 => blamed = whole_files(&plan, blamed),
                3 => blamed.extend(plan.unsafe_fixes().map(|fix| (fix, Blame::whole()))),
                1 | 2 => blamed = plan.applied.iter().map(|a| (a.entry, Blame::whole())).collect(),
                _ => {}
            }
            self.take_back(&run)?;
            held_back.extend(blamed);
            options.held_back = self.options.plan.held_back.clone();
            options.held_back.extend(held_back.iter().map(|(fix, b)| (*fix, b.reason.clone())));
        }
        // Nothing of this round could be proven.
        let every: BTreeMap<usize, String> = (0..before.len()).map(|i| (i, blame::WHOLE.to_owned())).collect();
        for (i, reason) in every {
            options.held_back.entry(i).or_insert(reason);
        }
        let plan = self.session.plan(before.to_vec(), &options, self.cancel, self.progress);
        Ok((plan, None, None))
    }

    fn take_back(&mut self, run: &Run) -> Result<(), VerifyError> {
        let undone = self.store.undo(Some(&run.id)).map_err(VerifyError::Undo)?;
        self.refresh(&undone);
        Ok(())
    }

    fn refresh(&mut self, run: &Run) {
        self.session.refresh(run.files.iter().map(|f| f.path.as_path()));
    }
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

/// What a diagnostic is known by from build to build: lines move.
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

/// Adds a later round to the plan of all rounds.
fn merge_round(all: &mut Plan, round: Plan, number: usize) {
    if number == 0 {
        *all = round;
        return;
    }
    for entry in round.entries {
        let same = all.entries.iter_mut().find(|e| e.outcome != Outcome::Fixed && key(e) == key(&entry));
        match same {
            Some(known) => (known.outcome, known.reason, known.fix) = (entry.outcome, entry.reason, entry.fix),
            None => all.entries.push(entry),
        }
    }
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

/// What the last build reported and no round has looked at.
fn append_unknown(all: &mut Plan, last: Vec<Entry>) {
    let known: HashSet<ErrorKey> = all.entries.iter().map(owned_key).collect();
    for mut entry in last {
        if !known.contains(&owned_key(&entry)) {
            if entry.reason.is_none() {
                entry.reason = Some("the last build brought it to light; run again".into());
            }
            all.entries.push(entry);
        }
    }
    all.entries.sort_by(|a, b| order(a).cmp(&order(b)));
}

fn order(entry: &Entry) -> (Option<&Path>, Option<crate::Span>, &str, &str) {
    (entry.path.as_deref(), entry.span, entry.diagnostic.code.as_str(), &entry.diagnostic.message)
}
