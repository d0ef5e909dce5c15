//! Rolling back: from what is on the disk alone, so that it can go on wherever a crash ended it, and without touching what is not ours.
//!
//! A file that a run replaces has two names: its own, and a temporary one beside it. What lies under them says how far the run came. The
//! temporary name holds the new bytes until they are exchanged, then what was replaced. What is neither the bytes before nor those after is
//! somebody's save, and goes to the file's own name.

use super::crash;
use super::disk::{self, Found, Like, exchange, is_same_file, look, move_new, write_new};
use super::fsync::sync_folder;
use super::run::{Names, PACK, Run, RunFile, RunState};
use super::writers;
use crate::guard::WriteGuard;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use text::ContentHash;

/// Steps with one file, and rounds with all. More are needed only while somebody saves all the time.
const PATIENCE: usize = 32;

/// How rolling back went.
#[derive(Default)]
pub(super) struct Rolled {
    /// Files that hold what someone else wrote. They were left alone.
    pub left_alone: Vec<PathBuf>,
    /// Files that were saved twice, and where the earlier save is.
    pub kept: Vec<(PathBuf, PathBuf)>,
    /// Files whose stored bytes are damaged: they stay as they are.
    pub damaged: Vec<PathBuf>,
    /// Files that could not be put back.
    pub failed: Vec<(PathBuf, io::Error)>,
}

/// What is left to do with a file.
enum Rest {
    /// Nothing.
    Nothing,
    /// Nothing: it holds what someone else wrote.
    LeftAlone,
    /// Nothing can be done: the stored bytes are damaged.
    Damaged,
    /// What the temporary name holds, known by its hash, is not needed any more.
    Discard { hash: String, left_alone: bool },
    /// It was saved twice; the earlier save is here.
    Kept(PathBuf),
}

/// Takes back what `run`, which is not complete, did.
pub(super) fn roll_back(run: &Run) -> Rolled {
    let guard = WriteGuard::new(std::slice::from_ref(&run.root));
    let mut rolled = Rolled::default();
    // The last first: a save that stopped the run is put back at once.
    let mut open: Vec<usize> = (0..run.files.len()).rev().collect();
    for _ in 0..PATIENCE {
        let mut discards: BTreeMap<PathBuf, (usize, String, bool)> = BTreeMap::new();
        for i in std::mem::take(&mut open) {
            let path = &run.files[i].path;
            match settle(run, i, &guard) {
                Ok(Rest::Nothing) => {}
                Ok(Rest::LeftAlone) => rolled.left_alone.push(path.clone()),
                Ok(Rest::Damaged) => rolled.damaged.push(path.clone()),
                Ok(Rest::Kept(at)) => {
                    rolled.kept.push((path.clone(), at));
                    rolled.left_alone.push(path.clone());
                }
                Ok(Rest::Discard { hash, left_alone }) => {
                    discards.insert(run.names(i).other, (i, hash, left_alone));
                }
                Err(e) => rolled.failed.push((path.clone(), e)),
            }
        }
        // Who opened a file while it was in its place may write to it still.
        if !discards.is_empty() {
            writers::wait_for(&discards.keys().cloned().collect());
        }
        for (name, (i, hash, left_alone)) in discards {
            if !look(&name).is(&hash) {
                open.push(i);
                continue;
            }
            match disk::remove(&name) {
                Ok(()) if left_alone => rolled.left_alone.push(run.files[i].path.clone()),
                Ok(()) => {}
                Err(e) => rolled.failed.push((run.files[i].path.clone(), e)),
            }
            crash::point_back();
        }
        if open.is_empty() {
            break;
        }
    }
    rolled.left_alone.extend(open.into_iter().map(|i| run.files[i].path.clone()));
    rolled.left_alone.sort();
    remove_folders(run, &guard);
    if let Err((folder, e)) = sync_folders(run) {
        rolled.failed.push((folder, e));
    }
    rolled
}

/// Removes the folders that the run made, as far as they are empty.
pub(super) fn remove_folders(run: &Run, guard: &WriteGuard) {
    for folder in run.created_folders.iter().rev() {
        if guard.check_without_links(&folder.join("file")).is_ok() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Puts the `i`th file back, as far as it is ours.
fn settle(run: &Run, i: usize, guard: &WriteGuard) -> io::Result<Rest> {
    let (file, names) = (&run.files[i], run.names(i));
    if guard.check_without_links(&names.path).is_err() {
        return Ok(Rest::LeftAlone);
    }
    remove_own(&names.fresh)?;
    if run.state == RunState::Prepared {
        // Nothing was exchanged yet: the temporary file is ours, and perhaps half written.
        remove_own(&names.other)?;
        if run.version >= 2 {
            return Ok(Rest::Nothing);
        }
    }
    settle_aside(&names)?;
    for _ in 0..PATIENCE {
        let (other, own) = (look(&names.other), look(&names.path));
        let rest = match (&file.before, &file.after) {
            (Some(before), Some(after)) => edited(run, file, &names, other, own, before, after)?,
            (None, Some(after)) => created(run, &names, other, own, after)?,
            (Some(before), None) => deleted(run, file, &names, other, own, before)?,
            (None, None) => Some(Rest::Nothing),
        };
        crash::point_back();
        if let Some(rest) = rest {
            return Ok(rest);
        }
    }
    Ok(Rest::LeftAlone)
}

/// One step for a file that was to be changed; `None`: look again.
fn edited(
    run: &Run,
    file: &RunFile,
    names: &Names,
    other: Found,
    own: Found,
    before: &str,
    after: &str,
) -> io::Result<Option<Rest>> {
    let is_before = own.is(before);
    Ok(match (other, own) {
        (Found::Other, own) => Some(if own.is(after) { Rest::LeftAlone } else { Rest::Nothing }),
        (Found::Missing, Found::File(own)) if own == after => {
            let like = Like { file: Some(&names.path), mode: file.mode };
            match stored(&run.folder, file) {
                Some(Some(bytes)) => fetch(names, &bytes, like)?,
                _ => return Ok(Some(Rest::Damaged)),
            }
            None
        }
        (Found::Missing, _) => Some(if is_before { Rest::Nothing } else { Rest::LeftAlone }),
        (Found::File(other), _) if other == after => Some(Rest::Discard { hash: other, left_alone: !is_before }),
        (Found::File(other), Found::File(own)) if own == after || (own == before && other != before) => {
            again(exchange(&names.other, &names.path, &names.aside))?;
            None
        }
        (Found::File(other), _) if other == before => Some(Rest::Discard { hash: other, left_alone: !is_before }),
        (Found::File(_), Found::Missing) => {
            again(move_new(&names.other, &names.path))?;
            None
        }
        (Found::File(_), _) => Some(keep(run, names)?),
    })
}

/// One step for a file that was to be made.
fn created(run: &Run, names: &Names, other: Found, own: Found, after: &str) -> io::Result<Option<Rest>> {
    Ok(match (other, own) {
        (Found::Other, own) => Some(if own.is(after) { Rest::LeftAlone } else { Rest::Nothing }),
        (Found::Missing, Found::File(own)) if own == after => {
            again(move_new(&names.path, &names.other))?;
            None
        }
        (Found::Missing, Found::Missing) => Some(Rest::Nothing),
        (Found::Missing, _) => Some(Rest::LeftAlone),
        // It got its name, and did not lose the temporary one yet.
        (Found::File(_), Found::File(_)) if is_same_file(&names.path, &names.other) => {
            disk::remove(&names.other)?;
            None
        }
        (Found::File(other), own) if other == after => {
            Some(Rest::Discard { hash: other, left_alone: own != Found::Missing })
        }
        (Found::File(_), Found::Missing) => {
            again(move_new(&names.other, &names.path))?;
            None
        }
        (Found::File(_), _) => Some(keep(run, names)?),
    })
}

/// One step for a file that was to be deleted.
fn deleted(
    run: &Run,
    file: &RunFile,
    names: &Names,
    other: Found,
    own: Found,
    before: &str,
) -> io::Result<Option<Rest>> {
    let is_before = own.is(before);
    Ok(match (other, own) {
        (Found::Other, _) => Some(Rest::LeftAlone),
        (Found::Missing, Found::Missing) => {
            match stored(&run.folder, file) {
                Some(Some(bytes)) => fetch(names, &bytes, Like { file: None, mode: file.mode })?,
                _ => return Ok(Some(Rest::Damaged)),
            }
            None
        }
        (Found::Missing, _) => Some(if is_before { Rest::Nothing } else { Rest::LeftAlone }),
        (Found::File(_), Found::Missing) => {
            again(move_new(&names.other, &names.path))?;
            None
        }
        (Found::File(_), Found::File(_)) if is_same_file(&names.path, &names.other) => {
            disk::remove(&names.other)?;
            None
        }
        (Found::File(other), _) if other == before => Some(Rest::Discard { hash: other, left_alone: !is_before }),
        (Found::File(_), _) => Some(keep(run, names)?),
    })
}

/// Somebody was faster: then things have to be looked at again.
fn again(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => Ok(()),
        other => other,
    }
}

/// Puts earlier bytes under the temporary name, whole.
fn fetch(names: &Names, bytes: &[u8], like: Like<'_>) -> io::Result<()> {
    write_new(&names.fresh, bytes, like)?;
    crash::point_back();
    move_new(&names.fresh, &names.other)
}

/// Where files cannot be exchanged: what was replaced, if it has not got the temporary name yet.
fn settle_aside(names: &Names) -> io::Result<()> {
    if !is_ordinary(&names.aside) {
        return Ok(());
    }
    if look(&names.other) == Found::Missing {
        return again(move_new(&names.aside, &names.other));
    }
    // The new file has not taken the place yet: this is a second name, or a copy, of what is there.
    disk::remove(&names.aside)
}

fn is_ordinary(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|m| m.is_file())
}

/// Removes a temporary file. Its name is ours; what is no file is not.
fn remove_own(path: &Path) -> io::Result<()> {
    if is_ordinary(path) { disk::remove(path) } else { Ok(()) }
}

/// Moves a save that a later one of the same file overtook to the journal.
fn keep(run: &Run, names: &Names) -> io::Result<Rest> {
    let free = (0..).map(|n| run.folder.join(format!("{KEPT}{n}"))).find(|p| p.symlink_metadata().is_err());
    let at = free.unwrap_or_else(|| run.folder.join(KEPT));
    let bytes = disk::read(&names.other, disk::MAX_FILE)?;
    write_new(&at, &bytes, Like::default())?;
    disk::remove(&names.other)?;
    Ok(Rest::Kept(at))
}

const KEPT: &str = "kept-";

/// Whether a run's folder holds what somebody saved.
pub(super) fn has_kept(run: &Run) -> bool {
    run.folder.join(format!("{KEPT}0")).symlink_metadata().is_ok()
}

/// The bytes of `file` before its run, checked; `Some(None)` when there was no file.
pub(super) fn stored(folder: &Path, file: &RunFile) -> Option<Option<Vec<u8>>> {
    let Some((offset, length)) = file.stored else { return file.before.is_none().then_some(None) };
    let mut pack = disk::open(&folder.join(PACK)).ok()?;
    pack.metadata().ok()?.is_file().then_some(())?;
    pack.seek(SeekFrom::Start(offset)).ok()?;
    let mut bytes = Vec::new();
    pack.take(length.min(disk::MAX_FILE)).read_to_end(&mut bytes).ok()?;
    (Some(ContentHash::of(&bytes).to_hex()) == file.before).then_some(Some(bytes))
}

/// Makes the renames of a run durable.
pub(super) fn sync_folders(run: &Run) -> Result<(), (PathBuf, io::Error)> {
    let folders: BTreeSet<&Path> = run.files.iter().filter_map(|f| f.path.parent()).filter(|f| f.is_dir()).collect();
    folders.par_iter().try_for_each(|f| sync_folder(f).map_err(|e| (f.to_path_buf(), e)))
}
