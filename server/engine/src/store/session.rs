//! What is done while the lock is held.

use super::error::{CommitError, UndoError, io_error};
use super::locks::Lock;
use super::prepare::prepare;
use super::roll_back::{Rolled, has_kept, roll_back};
use super::run::{PACK, Run, RunState, new_id, save_run};
use super::squash::squash;
use super::undo;
use super::write::{Purpose, Write, write};
use super::{LOCK_PATIENCE, Recovered, Scan, Store, state_dir};
use crate::guard::WriteGuard;
use crate::plan::PlannedFile;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Runs of a root that are kept for `undo`, those that undo others not counted.
const KEEP_RUNS: usize = 50;

/// The right to write to a root, and to what is above and below it. It ends when this is dropped.
pub struct Session<'s> {
    store: &'s Store,
    _lock: Lock,
    /// What had been interrupted, and was rolled back when the session began.
    pub recovered: Vec<Recovered>,
}

/// What was undone.
#[derive(Clone, Debug)]
pub struct Undone {
    /// The run that took back what another had written.
    pub run: Run,
    /// Files that changed since, and were left as they are.
    pub left: Vec<PathBuf>,
}

/// Whether a process ended before it was done.
pub(super) fn is_anything_left(scan: &Scan) -> bool {
    let runs = &scan.runs;
    !scan.unused.is_empty()
        || runs.iter().any(|r| r.state.is_pending() || !r.replaces.is_empty())
        || runs.iter().any(|u| undone_by(runs, u).is_some())
}

/// The run that `undo` took back without having noted it.
fn undone_by(runs: &[Run], undo: &Run) -> Option<usize> {
    let target = undo.undoes.as_ref().filter(|_| undo.state == RunState::Done)?;
    runs.iter()
        .position(|r| r.id == *target && r.root == undo.root && r.state == RunState::Done && undo::is_unnoted(r, undo))
}

impl Store {
    pub(super) fn begin_within(&self, patience: Duration) -> Result<Session<'_>, CommitError> {
        if let Some(problem) = self.problem() {
            return Err(CommitError::State(problem));
        }
        let home = self.dir();
        let made = ::disk::create_private(&self.base).and_then(|()| state_dir::make_private(&home));
        made.map_err(|e| io_error("create", &home, e))?;
        // Others may have made it first.
        if let Some(problem) = self.problem() {
            return Err(CommitError::State(problem));
        }
        let lock = Lock::take(&self.base, &self.root, patience)?;
        let mut session = Session { store: self, _lock: lock, recovered: Vec::new() };
        session.recover()?;
        Ok(session)
    }
}

impl Session<'_> {
    fn recover(&mut self) -> Result<(), CommitError> {
        let root = &self.store.root;
        let mut scan = self.store.scan();
        let mut is_sum = false;
        for sum in scan.runs.iter_mut().filter(|r| r.root.starts_with(root) && !r.replaces.is_empty()) {
            for id in &sum.replaces {
                let _ = fs::remove_dir_all(sum.folder.with_file_name(id));
            }
            sum.replaces.clear();
            save_run(sum).map_err(|e| io_error("write the journal in", &sum.folder, e))?;
            is_sum = true;
        }
        if is_sum {
            scan = self.store.scan();
        }
        for folder in &scan.unused {
            for name in [PACK, "journal.new"] {
                let _ = fs::remove_file(folder.join(name));
            }
            let _ = fs::remove_dir(folder);
        }
        let mut runs = scan.runs;
        // What is above is locked for others, too: it is to be rolled back there.
        let above = |r: &&Run| !r.root.starts_with(root) && r.files.iter().any(|f| f.path.starts_with(root));
        if let Some(run) = runs.iter().filter(|r| r.state.is_pending()).find(above) {
            return Err(CommitError::InterruptedAbove { run: run.id.clone(), root: run.root.clone() });
        }
        // The last first: it may stand on the one before.
        for run in runs.iter_mut().rev().filter(|r| r.state.is_pending() && r.root.starts_with(root)) {
            let mut rolled = roll_back(run);
            if let Some((path, error)) = rolled.failed.pop() {
                return Err(io_error("put back", &path, error));
            }
            tracing::warn!(run = run.id, "an interrupted run was rolled back");
            let (undoes, trial) = (run.undoes.clone(), run.trial);
            let Rolled { left_alone, damaged, kept, .. } = rolled;
            // What was only a trial, or an undo, is no part of the history.
            if kept.is_empty() && damaged.is_empty() && (trial || undoes.is_some()) {
                let _ = fs::remove_dir_all(&run.folder);
            } else {
                run.state = RunState::RolledBack;
                save_run(run).map_err(|e| io_error("write the journal in", &run.folder, e))?;
            }
            self.recovered.push(Recovered { run: run.id.clone(), undoes, trial, left_alone, damaged, kept });
        }
        for i in 0..runs.len() {
            if let Some(target) = undone_by(&runs, &runs[i]).filter(|&t| runs[t].root.starts_with(root)) {
                let undo = runs[i].clone();
                undo::note(&mut runs[target], &undo)?;
            }
        }
        Ok(())
    }

    /// Writes `files` as one run: all of them or none.
    ///
    /// # Errors
    /// [`CommitError`]; then every file is as it was before.
    pub fn commit(&self, guard: &WriteGuard, files: &[PlannedFile], title: &str) -> Result<Run, CommitError> {
        let run = self.write(guard, files, title, RunState::Done)?;
        self.prune();
        Ok(run)
    }

    /// As [`Session::commit`], for what is yet to be verified: unless [`Session::prove`] follows, it is taken back by
    /// [`Session::take_back`], or by the next process if this one ends before.
    ///
    /// # Errors
    /// [`CommitError`]; then every file is as it was before.
    pub fn try_out(&self, guard: &WriteGuard, files: &[PlannedFile], title: &str) -> Result<Run, CommitError> {
        self.write(guard, files, title, RunState::Trial)
    }

    fn write(&self, guard: &WriteGuard, files: &[PlannedFile], title: &str, end: RunState) -> Result<Run, CommitError> {
        guard.forget();
        let writes = prepare(guard, &self.store.root, files)?;
        self.store.write(&self.store.root, &writes, &Purpose { title, undoes: None, end })
    }

    /// Makes a trial part of the history: one run with `earlier`, which it follows.
    ///
    /// # Errors
    /// [`CommitError::Io`] when the journal cannot be written; the trial stays one.
    pub fn prove(&self, mut trial: Run, earlier: Option<&Run>) -> Result<Run, CommitError> {
        if let Some(earlier) = earlier {
            if let Some(sum) = self.sum(earlier, &trial) {
                return Ok(sum);
            }
            tracing::warn!("rounds stay separate runs: they could not be put together");
        }
        (trial.state, trial.trial) = (RunState::Done, false);
        save_run(&trial).map_err(|e| io_error("write the journal in", &trial.folder, e))?;
        self.prune();
        Ok(trial)
    }

    fn sum(&self, earlier: &Run, trial: &Run) -> Option<Run> {
        let folder = self.store.new_folder(&self.store.root).ok()?;
        let Some(mut sum) = squash(&folder, earlier, trial) else {
            let _ = fs::remove_dir_all(&folder);
            return None;
        };
        for old in [earlier, trial] {
            let _ = fs::remove_dir_all(&old.folder);
            super::crash::point();
        }
        sum.replaces.clear();
        // Should this fail, the next process finds that nothing is left to remove.
        let _ = save_run(&sum);
        Some(sum)
    }

    /// Takes a trial back. Returns the files that somebody changed since: they are left alone.
    ///
    /// # Errors
    /// [`CommitError::Io`] when a file cannot be put back.
    pub fn take_back(&self, trial: &Run) -> Result<Vec<PathBuf>, CommitError> {
        let mut rolled = roll_back(trial);
        let damaged = || io::Error::other("its stored bytes are damaged");
        rolled.failed.extend(rolled.damaged.drain(..).map(|path| (path, damaged())));
        if !rolled.failed.is_empty() {
            let left = rolled.failed.iter().map(|(p, _)| p.clone()).collect();
            let (path, error) = rolled.failed.swap_remove(0);
            return Err(CommitError::Io { what: "put back", path, error, left });
        }
        if rolled.kept.is_empty() {
            let _ = fs::remove_dir_all(&trial.folder);
            return Ok(rolled.left_alone);
        }
        let done = Run { state: RunState::RolledBack, ..trial.clone() };
        save_run(&done).map_err(|e| io_error("write the journal in", &trial.folder, e))?;
        Err(CommitError::SavedTwice(rolled.kept))
    }

    /// Removes the oldest runs, and with them those that undid them. What is not complete stays, and what holds somebody's save.
    fn prune(&self) {
        let runs = self.store.scan().runs;
        let own: Vec<&Run> = runs.iter().filter(|r| r.root == self.store.root).collect();
        let counted = own.iter().filter(|r| r.undoes.is_none() && matches!(r.state, RunState::Done | RunState::Undone));
        let Some(first) = counted.rev().nth(KEEP_RUNS - 1).map(|r| &r.id) else { return };
        let is_old = |id: &String| id < first;
        for run in own.iter().filter(|r| is_old(r.undoes.as_ref().unwrap_or(&r.id))) {
            if !run.state.is_pending() && !has_kept(run) {
                let _ = fs::remove_dir_all(&run.folder);
            }
        }
    }
}

impl Store {
    fn write(&self, root: &Path, writes: &[Write], purpose: &Purpose<'_>) -> Result<Run, CommitError> {
        let folder = self.new_folder(root)?;
        write(root, &folder, writes, purpose)
    }

    /// A folder for a new run of `root`.
    fn new_folder(&self, root: &Path) -> Result<PathBuf, CommitError> {
        let home = self.home(root);
        let folder = home.join("runs").join(new_id());
        ::disk::create_private(&folder)
            .and_then(|()| state_dir::note_root(&home, root))
            .map_err(|e| io_error("create", &folder, e))?;
        Ok(folder)
    }
}

/// [`Store::undo`].
pub(super) fn undo(store: &Store, run: Option<&str>, partial: bool) -> Result<Undone, UndoError> {
    if let Some(problem) = store.problem() {
        return Err(UndoError::Commit(CommitError::State(problem)));
    }
    let scan = store.scan();
    if scan.runs.is_empty() && scan.damaged.is_empty() {
        return Err(run.map_or(UndoError::NothingToUndo, |r| UndoError::NoSuchRun(r.to_owned())));
    }
    // A run of a folder above is undone with its lock: its journal is written.
    let above = |r: &&Run| store.root.starts_with(&r.root) && r.root != store.root;
    let target = choose(&scan, &store.root, run).ok().filter(above);
    let locked = Store::at(&store.base, target.map_or(&store.root, |r| &r.root));
    if let Some(run) = target.filter(|r| !undo::is_below(r, &store.root)) {
        return Err(UndoError::Above { run: run.id.clone(), root: run.root.clone() });
    }
    let session = locked.begin_within(LOCK_PATIENCE).map_err(UndoError::Commit)?;
    let scan = store.scan();
    let mut target = choose(&scan, &store.root, run)?.clone();
    if target.state != RunState::Done {
        return Err(UndoError::NotApplied(target.id, target.state));
    }
    if !undo::is_below(&target, &store.root) || !target.root.starts_with(&locked.root) {
        return Err(UndoError::Above { run: target.id, root: target.root });
    }
    let (writes, changed) = undo::inverse(&target, &store.root)?;
    if writes.is_empty() || !(changed.is_empty() || partial) {
        return Err(UndoError::Changed(changed));
    }
    let title = format!("undo of {}", target.id);
    let purpose = Purpose { title: &title, undoes: Some(&target.id), end: RunState::Done };
    let undone = store.write(&target.root, &writes, &purpose).map_err(|e| match e {
        CommitError::Changed(paths) => UndoError::Changed(paths),
        other => UndoError::Commit(other),
    })?;
    undo::note(&mut target, &undone).map_err(UndoError::Commit)?;
    drop(session);
    Ok(Undone { run: undone, left: changed })
}

/// The run of that name, or the last.
fn choose<'r>(scan: &'r Scan, root: &Path, run: Option<&str>) -> Result<&'r Run, UndoError> {
    let name_of = |journal: &Path| journal.parent().and_then(Path::file_name).map(|n| n.to_string_lossy().into_owned());
    let unreadable = |of: &dyn Fn(&str) -> bool| {
        scan.damaged.iter().find(|d| name_of(&d.journal).is_some_and(|n| of(&n))).cloned().map(UndoError::Unreadable)
    };
    match run {
        Some(id) => scan
            .runs
            .iter()
            .find(|r| r.id == id)
            .ok_or_else(|| unreadable(&|name| name == id).unwrap_or_else(|| UndoError::NoSuchRun(id.to_owned()))),
        None => {
            let last = undo::last(&scan.runs, root);
            // Who undoes the run before by mistake, because the last one's journal is not readable, has two runs to mend.
            match unreadable(&|name| last.is_none_or(|l| name > l.id.as_str())) {
                Some(e) => Err(e),
                None => last.ok_or(UndoError::NothingToUndo),
            }
        }
    }
}
