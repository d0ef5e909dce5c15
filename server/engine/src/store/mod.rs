//! The writer: writes all files or none, leaves every file whole after a crash, and restores byte for byte.
//!
//! A commit first puts the bytes that it will replace and a journal into the state folder, then writes every new file under a temporary
//! name in its own folder, and only then renames them into place. A run whose journal still says `prepared` was interrupted: the next one
//! to take the lock rolls it back.

mod crash;
mod run;
mod state_dir;
mod write;

pub use run::{Run, RunFile, RunState};

use crate::Problem;
use crate::guard::WriteGuard;
use crate::plan::{FileKind, PlannedFile};
use run::{read_run, save_run};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use text::{ContentHash, SourceText};
use write::Write;

/// How long to wait for another process that is writing.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);
/// Runs that are kept for `undo`.
const KEEP_RUNS: usize = 50;

/// Why nothing was written.
#[derive(Debug)]
pub enum CommitError {
    /// These files are no longer what the plan was made from.
    Changed(Vec<PathBuf>),
    /// This file must not be written, and why.
    Refused(PathBuf, Problem),
    /// Another process is writing to this workspace.
    Busy,
    /// The operating system refused; what was written so far was restored.
    Io {
        /// What was tried.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
        /// Files that could not be restored, if any.
        left: Vec<PathBuf>,
    },
}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(paths) => {
                write!(f, "nothing was written: {} changed meanwhile; run again", list(paths))
            }
            Self::Refused(path, why) => write!(f, "nothing was written: {}: {why}", path.display()),
            Self::Busy => f.write_str(
                "nothing was written: another buildfix is writing to this workspace; run again when it is done",
            ),
            Self::Io { what, path, error, left } => {
                let hint = match error.kind() {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; free some space and run again",
                    io::ErrorKind::FileTooLarge => "; raise the limit on file sizes (`ulimit -f`) and run again",
                    io::ErrorKind::PermissionDenied => "; change the permissions there and run again",
                    _ => "",
                };
                write!(f, "could not {what} {}: {error}{hint}", path.display())?;
                if left.is_empty() {
                    f.write_str(". Every file is as it was before")
                } else {
                    write!(f, ". Could not be restored yet: {}; run buildfix again", list(left))
                }
            }
        }
    }
}
impl std::error::Error for CommitError {}

/// Why nothing was undone.
#[derive(Debug)]
pub enum UndoError {
    /// There is no run to undo.
    NothingToUndo,
    /// There is no such run.
    NoSuchRun(String),
    /// The run was undone, rolled back or interrupted.
    NotApplied(String, RunState),
    /// These files changed since the run; nothing was touched.
    Changed(Vec<PathBuf>),
    /// The stored bytes are damaged.
    Damaged(String),
    /// Writing failed.
    Commit(CommitError),
}

impl fmt::Display for UndoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingToUndo => f.write_str("there is nothing to undo in this workspace"),
            Self::NoSuchRun(id) => write!(f, "there is no run {id} in this workspace"),
            Self::NotApplied(id, state) => write!(f, "run {id} cannot be undone: it is {}", state.as_str()),
            Self::Changed(paths) => write!(
                f,
                "nothing was undone: changed since the run: {}. Put back what the run wrote there, or undo by hand",
                list(paths)
            ),
            Self::Damaged(id) => write!(f, "the stored files of run {id} are damaged; nothing was touched"),
            Self::Commit(e) => e.fmt(f),
        }
    }
}
impl std::error::Error for UndoError {}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// A run that was interrupted and has been rolled back.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// Its id.
    pub run: String,
    /// Files that someone changed after the crash; they were left alone.
    pub left_alone: Vec<PathBuf>,
}

/// The runs of one workspace. They are stored outside of it: in `BUILDFIX_STATE_DIR`, else in the user's state folder.
pub struct Store {
    dir: PathBuf,
}

/// Held while files are written.
struct Lock {
    _file: File,
}

impl Store {
    /// The store of the workspace `root` (absolute, without links).
    pub fn open(root: &Path) -> Self {
        Self { dir: state_dir::state_dir(root) }
    }

    /// A store in a folder of its own.
    pub fn at(dir: &Path) -> Self {
        Self { dir: dir.to_path_buf() }
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Runs, oldest first. Folders that hold no readable journal are passed over.
    pub fn runs(&self) -> Vec<Run> {
        let mut folders: Vec<PathBuf> = fs::read_dir(self.dir.join("runs"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.is_dir())
            .collect();
        folders.sort();
        folders.iter().filter_map(|f| read_run(f)).collect()
    }

    /// Rolls back runs that were interrupted.
    ///
    /// # Errors
    /// [`CommitError::Busy`] while another process writes; [`CommitError::Io`] when a file cannot be put back.
    pub fn recover(&self) -> Result<Vec<Recovered>, CommitError> {
        if !self.runs().iter().any(|r| r.state == RunState::Prepared) {
            return Ok(Vec::new());
        }
        let lock = self.lock()?;
        self.recover_locked(&lock)
    }

    fn recover_locked(&self, _: &Lock) -> Result<Vec<Recovered>, CommitError> {
        let mut out = Vec::new();
        for mut run in self.runs() {
            if run.state != RunState::Prepared {
                continue;
            }
            let folder = self.folder(&run.id);
            let left_alone = write::roll_back_interrupted(&folder, &run)?;
            run.state = RunState::RolledBack;
            save_run(&folder, &run).map_err(|e| io_error("write the journal in", &folder, e))?;
            tracing::warn!(run = run.id, "an interrupted run was rolled back");
            out.push(Recovered { run: run.id, left_alone });
        }
        Ok(out)
    }

    /// Writes `files` as one run: all of them or none.
    ///
    /// # Errors
    /// [`CommitError`]; then every file is as it was before.
    pub fn commit(&self, guard: &WriteGuard, files: &[PlannedFile], title: &str) -> Result<Run, CommitError> {
        guard.forget();
        let lock = self.lock()?;
        self.recover_locked(&lock)?;
        let writes = prepare(guard, files)?;
        self.write(&lock, &writes, title, None)
    }

    fn write(&self, _: &Lock, writes: &[Write], title: &str, undoes: Option<&str>) -> Result<Run, CommitError> {
        let id = run::new_id();
        let folder = self.folder(&id);
        fs::create_dir_all(&folder).map_err(|e| io_error("create", &folder, e))?;
        let run = write::write(&folder, id, writes, title, undoes)?;
        self.prune();
        Ok(run)
    }

    /// Undoes `run`, or the last one that was not undone.
    ///
    /// # Errors
    /// [`UndoError`]; then nothing was touched.
    pub fn undo(&self, run: Option<&str>) -> Result<Run, UndoError> {
        if self.runs().is_empty() {
            return Err(run.map_or(UndoError::NothingToUndo, |r| UndoError::NoSuchRun(r.to_owned())));
        }
        let lock = self.lock().map_err(UndoError::Commit)?;
        self.recover_locked(&lock).map_err(UndoError::Commit)?;
        let mut runs = self.runs();
        let wanted = match run {
            Some(id) => runs.iter().position(|r| r.id == id).ok_or_else(|| UndoError::NoSuchRun(id.to_owned()))?,
            None => runs
                .iter()
                .rposition(|r| r.state == RunState::Done && r.undoes.is_none())
                .ok_or(UndoError::NothingToUndo)?,
        };
        let mut run = runs.swap_remove(wanted);
        if run.state != RunState::Done {
            return Err(UndoError::NotApplied(run.id, run.state));
        }
        let folder = self.folder(&run.id);
        let (writes, changed) = write::inverse(&folder, &run).ok_or_else(|| UndoError::Damaged(run.id.clone()))?;
        if !changed.is_empty() {
            return Err(UndoError::Changed(changed));
        }
        let undone =
            self.write(&lock, &writes, &format!("undo of {}", run.id), Some(&run.id)).map_err(|e| match e {
                CommitError::Changed(paths) => UndoError::Changed(paths),
                other => UndoError::Commit(other),
            })?;
        for folder in run.created_folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
        run.state = RunState::Undone;
        save_run(&folder, &run).map_err(|e| UndoError::Commit(io_error("write the journal in", &folder, e)))?;
        Ok(undone)
    }

    /// Makes one run of several consecutive ones, so that one `undo` reverts all. `None` when that fails; then they stay separate.
    pub fn squash(&self, runs: &[Run]) -> Option<Run> {
        let _lock = self.lock().ok()?;
        let id = run::new_id();
        let folder = self.folder(&id);
        fs::create_dir_all(&folder).ok()?;
        let run = write::squash(&folder, id, runs, |r| self.folder(&r.id));
        match &run {
            Some(_) => {
                for old in runs {
                    let _ = fs::remove_dir_all(self.folder(&old.id));
                }
            }
            None => {
                let _ = fs::remove_dir_all(&folder);
            }
        }
        run
    }

    fn folder(&self, id: &str) -> PathBuf {
        self.dir.join("runs").join(id)
    }

    fn lock(&self) -> Result<Lock, CommitError> {
        fs::create_dir_all(&self.dir).map_err(|e| io_error("create", &self.dir, e))?;
        let path = self.dir.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| io_error("open", &path, e))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(fs::TryLockError::WouldBlock) if start.elapsed() < LOCK_PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(fs::TryLockError::WouldBlock) => return Err(CommitError::Busy),
                Err(fs::TryLockError::Error(e)) => return Err(io_error("lock", &path, e)),
            }
        }
    }

    fn prune(&self) {
        let runs = self.runs();
        let surplus = runs.len().saturating_sub(KEEP_RUNS);
        for run in runs.iter().take(surplus).filter(|r| r.state != RunState::Prepared) {
            let _ = fs::remove_dir_all(self.folder(&run.id));
        }
    }
}

fn io_error(what: &'static str, path: &Path, error: io::Error) -> CommitError {
    CommitError::Io { what, path: path.to_path_buf(), error, left: Vec::new() }
}

/// The bytes to write; refuses when a file is not what the plan was made from.
fn prepare(guard: &WriteGuard, files: &[PlannedFile]) -> Result<Vec<Write>, CommitError> {
    let mut writes: BTreeMap<PathBuf, Write> = BTreeMap::new();
    let mut changed = Vec::new();
    for file in files {
        let source = if let FileKind::Rename { from } = &file.kind { from } else { &file.path };
        for path in [source, &file.path] {
            guard.check(path).map_err(|r| CommitError::Refused(path.clone(), Problem::Refused(r)))?;
        }
        if file.kind == FileKind::Create {
            if file.path.symlink_metadata().is_ok() {
                changed.push(file.path.clone());
            }
            let after = Some(file.after.as_bytes().to_vec());
            let write = Write { path: file.path.clone(), before: None, after, mode: None, edits: file.edits };
            writes.insert(file.path.clone(), write);
            continue;
        }
        // A link inside the root stays a link: what it points to is written.
        let Ok(real) = source.canonicalize() else {
            changed.push(source.clone());
            continue;
        };
        let before = fs::read(&real).map_err(|e| io_error("read", &real, e))?;
        let Some(decoded) = SourceText::decode(&before).filter(|s| *s.text == *file.before) else {
            changed.push(source.clone());
            continue;
        };
        let mode = write::mode_of(&real);
        let spelled = SourceText::encode(&file.after, decoded.encoding);
        let cannot = || CommitError::Refused(file.path.clone(), Problem::Encoding);
        let (target, after) = match &file.kind {
            FileKind::Edit => (real.clone(), Some(spelled.ok_or_else(cannot)?)),
            FileKind::Rename { .. } => {
                if file.path.symlink_metadata().is_ok() {
                    changed.push(file.path.clone());
                }
                let after = Some(spelled.ok_or_else(cannot)?);
                let write = Write { path: file.path.clone(), before: None, after, mode, edits: file.edits };
                writes.insert(file.path.clone(), write);
                (source.clone(), None)
            }
            _ => (source.clone(), None),
        };
        let write = Write { path: target.clone(), before: Some(before), after, mode, edits: file.edits };
        if writes.insert(target.clone(), write).is_some() {
            return Err(CommitError::Refused(target, Problem::SeveralLinks));
        }
    }
    if changed.is_empty() { Ok(writes.into_values().collect()) } else { Err(CommitError::Changed(changed)) }
}

fn hash(bytes: &Option<Vec<u8>>) -> Option<String> {
    bytes.as_ref().map(|b| ContentHash::of(b).to_hex())
}
