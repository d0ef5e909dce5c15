use super::run::{DamagedRun, RunState};
use super::state_dir::StateProblem;
use crate::Problem;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing was written.
#[derive(Debug)]
pub enum CommitError {
    /// These files are no longer what the plan was made from, or were saved while they were replaced.
    Changed(Vec<PathBuf>),
    /// Files that were saved twice while they were replaced: the file, and where the earlier save was put.
    SavedTwice(Vec<(PathBuf, PathBuf)>),
    /// This file must not be written, and why.
    Refused(PathBuf, Problem),
    /// Another process is writing to this workspace.
    Busy,
    /// A run in a folder above was interrupted, and some of its files are here.
    InterruptedAbove {
        /// The run.
        run: String,
        /// The folder that it was made in.
        root: PathBuf,
    },
    /// The state folder is not used.
    State(StateProblem),
    /// The operating system refused; what was written so far was restored.
    Io {
        /// What was tried.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
        /// Files that could not be restored, if any.
        left: Vec<PathBuf>,
    },
}

pub(super) fn io_error(what: &'static str, path: &Path, error: io::Error) -> CommitError {
    CommitError::Io { what, path: path.to_path_buf(), error, left: Vec::new() }
}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(paths) => {
                write!(f, "nothing was written: {} changed meanwhile; run again", list(paths))
            }
            Self::SavedTwice(saves) => {
                f.write_str("nothing was written: files were saved meanwhile, some twice; run again")?;
                for (path, kept) in saves {
                    write!(f, ". The earlier save of {} is kept in {}", path.display(), kept.display())?;
                }
                Ok(())
            }
            Self::Refused(path, why) => write!(f, "nothing was written: {}: {why}", path.display()),
            Self::Busy => f.write_str(
                "nothing was written: another buildfix is writing to this workspace; run again when it is done",
            ),
            Self::InterruptedAbove { run, root } => write!(
                f,
                "nothing was written: run {run} in {0} was interrupted and changed files here; `buildfix undo --root {0}` rolls it back",
                root.display()
            ),
            Self::State(problem) => write!(f, "nothing was written: {problem}"),
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
    /// The run was made in a folder above, and changed files outside of this one.
    Above {
        /// The run.
        run: String,
        /// The folder that it was made in.
        root: PathBuf,
    },
    /// The stored bytes are damaged.
    Damaged(String),
    /// The last run's journal cannot be read.
    Unreadable(DamagedRun),
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
                "nothing was undone: changed since the run: {}. Restore what the run wrote there, or undo the other files with --partial",
                list(paths)
            ),
            Self::Above { run, root } => write!(
                f,
                "nothing was undone: run {run} was made in {0} and changed files outside of this folder; \
                 `buildfix undo --root {0}` undoes it",
                root.display()
            ),
            Self::Damaged(id) => write!(f, "the stored files of run {id} are damaged; nothing was touched"),
            Self::Unreadable(run) => {
                write!(f, "nothing was undone: {run}, or name an earlier run (`buildfix runs` lists them)")
            }
            Self::Commit(e) => match e {
                CommitError::Changed(_) | CommitError::Io { .. } => e.fmt(f),
                e => f.write_str(&e.to_string().replacen("nothing was written", "nothing was undone", 1)),
            },
        }
    }
}
impl std::error::Error for UndoError {}

pub(super) fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
}
