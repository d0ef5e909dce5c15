//! The writer: writes all files or none, leaves every file whole after a crash, restores byte for byte, and loses nothing that others save.
//!
//! A commit first puts the bytes that it will replace and a journal into the state folder, then writes every new file under a temporary
//! name in its own folder, and only then exchanges them with the old ones, each of which it looks at right before and after. What was saved
//! in between goes back to its place, and the run is rolled back. A run whose journal says that it is not complete was interrupted: the next
//! process to take the lock rolls it back. Undoing is a run of its own.
//!
//! The journals lie in a folder that only their user may write to, and are read as data from a stranger all the same.

mod crash;
mod disk;
mod error;
mod fsync;
mod locks;
mod prepare;
mod remember;
mod repaired;
mod roll_back;
mod run;
mod session;
mod squash;
mod state_dir;
mod undo;
mod write;
mod writers;

pub use error::{CommitError, UndoError};
pub use run::{DamagedRun, Run, RunFile, RunState};
pub use session::{Session, Undone};
pub use state_dir::StateProblem;

use crate::guard::WriteGuard;
use crate::plan::PlannedFile;
use error::io_error;
use run::read_run;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long to wait for another process that is writing.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// A run that was interrupted and has been rolled back.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// Its id.
    pub run: String,
    /// The run that it was to undo.
    pub undoes: Option<String>,
    /// Whether it was yet to be verified.
    pub trial: bool,
    /// Files that someone changed after the crash; they were left alone.
    pub left_alone: Vec<PathBuf>,
    /// Files whose stored bytes are damaged; they are as the run left them.
    pub damaged: Vec<PathBuf>,
    /// Files that were saved twice while they were replaced, and where the earlier save is.
    pub kept: Vec<(PathBuf, PathBuf)>,
}

/// The runs of a folder of sources. They are stored outside of it: in `BUILDFIX_STATE_DIR`, else in the user's state folder.
///
/// Every folder has its own; those of folders above and below are seen, too: a run in a repository can be undone in a part of it if it
/// changed nothing else, and a run in a part can be undone in the repository.
pub struct Store {
    base: PathBuf,
    root: PathBuf,
}

/// What lies in the state folders of a root and of the roots above and below it.
#[derive(Default)]
struct Scan {
    /// Oldest first.
    runs: Vec<Run>,
    damaged: Vec<DamagedRun>,
    /// Folders of runs that ended before they wrote a journal, here and below.
    unused: Vec<PathBuf>,
}

impl Store {
    /// The store of the sources in `root` (absolute, without links).
    pub fn open(root: &Path) -> Self {
        Self::at(&::disk::state_folder(), root)
    }

    /// The store of `root` below the folder `base`, in which those of other roots are, too.
    pub fn at(base: &Path, root: &Path) -> Self {
        Self { base: base.to_path_buf(), root: root.to_path_buf() }
    }

    /// Where the journals are.
    pub fn dir(&self) -> PathBuf {
        self.home(&self.root)
    }

    fn home(&self, root: &Path) -> PathBuf {
        self.base.join(state_dir::key(root))
    }

    /// Why the state folder is not used, if it is not.
    pub fn problem(&self) -> Option<StateProblem> {
        let check = || {
            state_dir::check(&self.base)?;
            state_dir::check_place(&self.base, &self.root)?;
            state_dir::check(&self.dir())
        };
        check().err()
    }

    /// Runs that changed files below the root, oldest first.
    pub fn runs(&self) -> Vec<Run> {
        let mut runs = self.scan().runs;
        runs.retain(|r| r.root == self.root || r.files.iter().any(|f| f.path.starts_with(&self.root)));
        runs
    }

    /// Journals that cannot be read.
    pub fn damaged(&self) -> Vec<DamagedRun> {
        self.scan().damaged
    }

    fn scan(&self) -> Scan {
        let mut scan = Scan::default();
        if self.problem().is_some() {
            return scan;
        }
        for (root, home) in self.homes() {
            let entries = fs::read_dir(home.join("runs")).into_iter().flatten().flatten();
            // Not what is a link to a folder.
            for folder in entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).map(|e| e.path()) {
                match read_run(&folder, &root) {
                    Ok(Some(run)) => scan.runs.push(run),
                    Ok(None) if root.starts_with(&self.root) => scan.unused.push(folder),
                    Ok(None) => {}
                    Err(damaged) => scan.damaged.push(damaged),
                }
            }
        }
        scan.runs.sort_by(|a, b| a.id.cmp(&b.id));
        scan.damaged.sort_by(|a, b| a.journal.cmp(&b.journal));
        scan
    }

    /// The roots that have a state and are this one, above or below it.
    fn homes(&self) -> Vec<(PathBuf, PathBuf)> {
        let is_ours =
            |home: &PathBuf| home.symlink_metadata().is_ok_and(|m| m.is_dir()) && state_dir::check(home).is_ok();
        let above = self.root.ancestors().map(|root| (root.to_path_buf(), self.home(root)));
        let mut homes: Vec<(PathBuf, PathBuf)> = above.filter(|(_, home)| is_ours(home)).collect();
        for home in fs::read_dir(&self.base).into_iter().flatten().flatten().map(|e| e.path()).filter(is_ours) {
            let Some(root) = state_dir::root_of(&home) else { continue };
            let is_home_of = home.file_name().is_some_and(|n| n == state_dir::key(&root).as_str());
            if is_home_of && root != self.root && root.starts_with(&self.root) {
                homes.push((root, home));
            }
        }
        homes
    }

    /// Rolls back runs that were interrupted, and completes what was left to do after others.
    ///
    /// # Errors
    /// [`CommitError::Io`] when a file cannot be put back; [`CommitError::InterruptedAbove`] when that is to be done elsewhere.
    pub fn recover(&self) -> Result<Vec<Recovered>, CommitError> {
        if !session::is_anything_left(&self.scan()) {
            return Ok(Vec::new());
        }
        match self.begin_within(Duration::ZERO) {
            Ok(session) => Ok(session.recovered),
            // Whoever holds the lock is alive, and recovered what there was before.
            Err(CommitError::Busy) => Ok(Vec::new()),
            Err(e) => Err(e),
        }
    }

    /// Takes the lock: until the session ends nobody else writes here.
    ///
    /// # Errors
    /// [`CommitError::Busy`] while another process writes, and those of [`Store::recover`].
    pub fn begin(&self) -> Result<Session<'_>, CommitError> {
        self.begin_within(LOCK_PATIENCE)
    }

    /// Writes `files` as one run: all of them or none.
    ///
    /// # Errors
    /// [`CommitError`]; then every file is as it was before.
    pub fn commit(&self, guard: &WriteGuard, files: &[PlannedFile], title: &str) -> Result<Run, CommitError> {
        self.begin()?.commit(guard, files, title)
    }

    /// Undoes `run`, or the last one that was not undone; when `partial` is set, the files of it that did not change since.
    ///
    /// # Errors
    /// [`UndoError`]; then nothing was touched.
    pub fn undo(&self, run: Option<&str>, partial: bool) -> Result<Undone, UndoError> {
        session::undo(self, run, partial)
    }
}
