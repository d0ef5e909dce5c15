//! Writing a run: journal, temporary files, exchange, a last look.

use super::crash;
use super::disk::{self, Found, Like, exchange, look, move_new, write_new};
use super::error::{CommitError, io_error};
use super::fsync::sync;
use super::roll_back::{Rolled, roll_back, sync_folders};
use super::run::{PACK, Run, RunFile, RunState, VERSION, now, save_run};
use super::writers;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use text::ContentHash;

/// One file to write, create or delete.
#[derive(Default)]
pub(super) struct Write {
    pub path: PathBuf,
    /// Bytes that the file must have; `None`: there must be no file.
    pub before: Option<Vec<u8>>,
    /// Bytes that the file is to have; `None`: no file.
    pub after: Option<Vec<u8>>,
    /// The file whose owner, mode and attributes it is to have.
    pub like: Option<PathBuf>,
    /// Unix mode that it is to have where there is no such file; and had, when it is deleted.
    pub mode: Option<u32>,
    pub edits: usize,
    /// The other path of a rename.
    pub pair: Option<PathBuf>,
}

/// What a run is for.
pub(super) struct Purpose<'a> {
    pub title: &'a str,
    /// The run that it undoes.
    pub undoes: Option<&'a str>,
    /// The state that it is in when all is written.
    pub end: RunState,
}

/// Whether `path` holds what `expected` (a SHA-256 in hexadecimal) says; `None`: that there is none.
pub(super) fn holds(path: &Path, expected: Option<&str>) -> bool {
    match expected {
        Some(hash) => look(path).is(hash),
        None => look(path) == Found::Missing,
    }
}

/// Writes a run of files below `root`, with its journal in `folder`, which is new.
pub(super) fn write(root: &Path, folder: &Path, writes: &[Write], purpose: &Purpose<'_>) -> Result<Run, CommitError> {
    let id = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut run = Run {
        version: VERSION,
        id,
        state: RunState::Prepared,
        started: now(),
        title: purpose.title.to_owned(),
        undoes: purpose.undoes.map(str::to_owned),
        files: Vec::with_capacity(writes.len()),
        created_folders: missing_folders(writes),
        repaired: None,
        trial: purpose.end == RunState::Trial,
        replaces: Vec::new(),
        root: root.to_path_buf(),
        folder: folder.to_path_buf(),
    };
    let hash = |bytes: &Option<Vec<u8>>| bytes.as_ref().map(|b| ContentHash::of(b).to_hex());
    let mut at = 0;
    for write in writes {
        let stored = write.before.as_ref().map(|b| (at, b.len() as u64));
        at += stored.map_or(0, |(_, len)| len);
        run.files.push(RunFile {
            path: write.path.clone(),
            before: hash(&write.before),
            after: hash(&write.after),
            edits: write.edits,
            undone: false,
            pair: write.pair.clone(),
            stored,
            mode: write.mode,
        });
    }
    crash::point();
    let journalled = store_before(folder, writes)
        .map_err(|e| io_error("store the earlier bytes in", folder, e))
        .and_then(|()| save_run(&run).map_err(|e| io_error("write the journal in", folder, e)));
    if let Err(e) = journalled {
        let _ = fs::remove_dir_all(folder);
        return Err(e);
    }
    let done = put_in_place(&mut run, writes).and_then(|()| {
        let before = std::mem::replace(&mut run.state, purpose.end);
        save_run(&run).map_err(|e| {
            run.state = before;
            io_error("write the journal in", folder, e)
        })
    });
    match done {
        Ok(()) => Ok(run),
        Err(e) => Err(abandon(run, e)),
    }
}

fn missing_folders(writes: &[Write]) -> Vec<PathBuf> {
    let created = writes.iter().filter(|w| w.after.is_some());
    let folders: BTreeSet<&Path> =
        created.flat_map(|w| w.path.ancestors().skip(1).take_while(|a| !a.exists())).collect();
    folders.into_iter().map(Path::to_path_buf).collect()
}

fn store_before(folder: &Path, writes: &[Write]) -> io::Result<()> {
    let mut pack = File::create(folder.join(PACK))?;
    for bytes in writes.iter().filter_map(|w| w.before.as_ref()) {
        pack.write_all(bytes)?;
    }
    crash::point();
    sync(&pack)
}

fn put_in_place(run: &mut Run, writes: &[Write]) -> Result<(), CommitError> {
    for folder in &run.created_folders {
        fs::create_dir_all(folder).map_err(|e| io_error("create", folder, e))?;
        crash::point();
    }
    // All new bytes are on the disk before the first file changes: a full disk does no harm.
    writes.par_iter().enumerate().try_for_each(|(i, write)| {
        let Some(after) = &write.after else { return Ok(()) };
        let like = Like { file: write.like.as_deref(), mode: write.mode };
        write_new(&run.names(i).other, after, like).map_err(|e| io_error("write", &write.path, e))
    })?;
    let is_changed = |f: &&RunFile| !holds(&f.path, f.before.as_deref());
    let changed: Vec<PathBuf> = run.files.par_iter().filter(is_changed).map(|f| f.path.clone()).collect();
    if !changed.is_empty() {
        return Err(CommitError::Changed(changed));
    }
    run.state = RunState::Placing;
    save_run(run).map_err(|e| io_error("write the journal in", &run.folder, e))?;
    for i in 0..run.files.len() {
        place(run, i)?;
    }
    look_again(run)?;
    sync_folders(run).map_err(|(folder, e)| io_error("synchronise", &folder, e))?;
    for i in 0..run.files.len() {
        let other = run.names(i).other;
        disk::remove(&other).map_err(|e| io_error("remove", &other, e))?;
    }
    Ok(())
}

/// Puts one file in place, if it still is what the plan saw. What it replaces gets the temporary name.
fn place(run: &Run, i: usize) -> Result<(), CommitError> {
    let (file, names) = (&run.files[i], run.names(i));
    let changed = || CommitError::Changed(vec![names.path.clone()]);
    let before = file.before.as_deref();
    if !holds(&names.path, before) {
        return Err(changed());
    }
    let placed = match (before, &file.after) {
        (Some(_), Some(_)) => exchange(&names.other, &names.path, &names.aside),
        (None, _) => move_new(&names.other, &names.path),
        (Some(_), None) => move_new(&names.path, &names.other),
    };
    match placed {
        Ok(()) => {}
        // Someone was faster.
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => return Err(changed()),
        Err(e) => return Err(io_error("replace", &names.path, e)),
    }
    // What was replaced may have been saved after it was looked at: then it is put back.
    if before.is_some() && !holds(&names.other, before) { Err(changed()) } else { Ok(()) }
}

/// A program that opened a file before it was replaced may have written to what was replaced since: before that is removed, nobody has it
/// open any more, and it is what the plan saw.
fn look_again(run: &Run) -> Result<(), CommitError> {
    let replaced = || (0..run.files.len()).filter(|&i| run.files[i].before.is_some());
    let by_name: BTreeMap<PathBuf, usize> = replaced().map(|i| (run.names(i).other, i)).collect();
    let open = writers::wait_for(&by_name.keys().cloned().collect());
    let mut changed: BTreeSet<PathBuf> = open.iter().map(|name| run.files[by_name[name]].path.clone()).collect();
    changed.par_extend(run.files.par_iter().enumerate().filter_map(|(i, file)| {
        let replaced = file.before.is_none() || holds(&run.names(i).other, file.before.as_deref());
        (!replaced || !holds(&file.path, file.after.as_deref())).then(|| file.path.clone())
    }));
    if changed.is_empty() { Ok(()) } else { Err(CommitError::Changed(changed.into_iter().collect())) }
}

/// Takes back what a failed run did. Returns the error to report.
fn abandon(mut run: Run, error: CommitError) -> CommitError {
    let Rolled { kept, damaged, mut failed, .. } = roll_back(&run);
    failed.extend(damaged.into_iter().map(|path| (path, io::Error::other("its stored bytes are damaged"))));
    if !failed.is_empty() {
        // The journal stays as it is: the next start goes on.
        let left = failed.iter().map(|(path, _)| path.clone()).collect();
        return match error {
            CommitError::Io { what, path, error, .. } => CommitError::Io { what, path, error, left },
            _ => {
                let (path, error) = failed.swap_remove(0);
                CommitError::Io { what: "put back", path, error, left }
            }
        };
    }
    if kept.is_empty() {
        let _ = fs::remove_dir_all(&run.folder);
        return error;
    }
    run.state = RunState::RolledBack;
    // Should this fail, the journal still says that the run is not complete, and the next start finds nothing left to roll back.
    let _ = save_run(&run);
    CommitError::SavedTwice(kept)
}
