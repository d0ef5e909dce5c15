//! Undoing: a run of its own that leads back, so that what holds for writing holds for undoing.

use super::disk;
use super::error::UndoError;
use super::roll_back::{remove_folders, stored};
use super::run::{Run, RunState, save_run};
use super::write::{Write, holds};
use super::{CommitError, io_error};
use crate::Problem;
use crate::guard::WriteGuard;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The last run that changed files below `root` and was not undone.
pub(super) fn last<'r>(runs: &'r [Run], root: &Path) -> Option<&'r Run> {
    runs.iter().rfind(|r| r.state == RunState::Done && r.undoes.is_none() && open_files(r).any(|p| p.starts_with(root)))
}

fn open_files(run: &Run) -> impl Iterator<Item = &PathBuf> {
    run.files.iter().filter(|f| !f.undone).map(|f| &f.path)
}

/// Whether all that is to be undone is below `root`.
pub(super) fn is_below(run: &Run, root: &Path) -> bool {
    open_files(run).all(|p| p.starts_with(root))
}

/// The writes that undo `run`, and the files that changed since.
pub(super) fn inverse(run: &Run, root: &Path) -> Result<(Vec<Write>, Vec<PathBuf>), UndoError> {
    let guard = WriteGuard::new(&[root.to_path_buf()]);
    let files = || run.files.iter().filter(|f| !f.undone);
    let mut changed: BTreeSet<&PathBuf> = BTreeSet::new();
    for file in files() {
        let refused = |r| UndoError::Commit(CommitError::Refused(file.path.clone(), Problem::Refused(r)));
        guard.check_without_links(&file.path).map_err(refused)?;
        if !holds(&file.path, file.after.as_deref()) {
            changed.insert(&file.path);
        }
    }
    // Both sides of a rename, or none: else the file would be there twice.
    let torn = files().filter(|f| f.pair.as_ref().is_some_and(|p| changed.contains(p)));
    changed.extend(torn.map(|f| &f.path).collect::<Vec<_>>());
    let mut writes = Vec::new();
    for file in files() {
        let after = stored(&run.folder, file).ok_or_else(|| UndoError::Damaged(run.id.clone()))?;
        if changed.contains(&file.path) {
            continue;
        }
        let before = match &file.after {
            Some(_) => {
                let read = disk::read(&file.path, disk::MAX_FILE);
                Some(read.map_err(|e| UndoError::Commit(io_error("read", &file.path, e)))?)
            }
            None => None,
        };
        let like = if before.is_some() { Some(file.path.clone()) } else { file.pair.clone() };
        let path = file.path.clone();
        writes.push(Write { path, before, after, like, mode: file.mode, edits: file.edits, pair: file.pair.clone() });
    }
    Ok((writes, changed.into_iter().cloned().collect()))
}

/// Notes in `run` what `undo`, which is complete, took back. May be done again.
pub(super) fn note(run: &mut Run, undo: &Run) -> Result<(), CommitError> {
    let taken: BTreeSet<&PathBuf> = undo.files.iter().map(|f| &f.path).collect();
    for file in run.files.iter_mut().filter(|f| taken.contains(&f.path)) {
        file.undone = true;
    }
    remove_folders(run, &WriteGuard::new(std::slice::from_ref(&run.root)));
    if run.files.iter().all(|f| f.undone) {
        run.state = RunState::Undone;
    }
    save_run(run).map_err(|e| io_error("write the journal in", &run.folder, e))
}

/// Whether `undo` took back files of `run` that `run` does not say are taken back: its process ended before it noted that.
pub(super) fn is_unnoted(run: &Run, undo: &Run) -> bool {
    let taken: BTreeSet<&PathBuf> = undo.files.iter().map(|f| &f.path).collect();
    run.files.iter().any(|f| !f.undone && taken.contains(&f.path))
}
