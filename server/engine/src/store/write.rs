use super::crash;
use super::run::{Run, RunFile, RunState, VERSION, now, save_run};
use super::{CommitError, hash, io_error};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use text::ContentHash;

const PACK: &str = "before.pack";

/// One file to write, create or delete.
pub(super) struct Write {
    pub path: PathBuf,
    /// Bytes that the file must have; `None`: there must be no file.
    pub before: Option<Vec<u8>>,
    /// Bytes that the file is to have; `None`: no file.
    pub after: Option<Vec<u8>>,
    /// Unix mode that it is to have.
    pub mode: Option<u32>,
    pub edits: usize,
}

/// Unix permission bits of a file.
pub(super) fn mode_of(path: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        path.metadata().ok().map(|m| m.permissions().mode() & 0o7777)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

fn set_mode(file: &File, mode: Option<u32>) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(mode) = mode {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(mode))?;
    }
    let _ = (file, mode);
    Ok(())
}

pub(super) fn sync(file: &File) -> io::Result<()> {
    if crash::expected() { Ok(()) } else { file.sync_all() }
}

/// Makes renames in `folder` durable. Only Unix has folders that can be synchronised.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) && !crash::expected() { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Whether the file holds what `expected` (a SHA-256 in hexadecimal) says; `None`: that there is none.
fn holds(path: &Path, expected: Option<&str>) -> bool {
    match (fs::read(path), expected) {
        (Ok(bytes), Some(expected)) => ContentHash::of(&bytes).to_hex() == expected,
        (Err(e), None) => e.kind() == io::ErrorKind::NotFound && path.symlink_metadata().is_err(),
        _ => false,
    }
}

/// Writes a run: journal, temporary files, renames.
pub(super) fn write(
    folder: &Path,
    id: String,
    writes: &[Write],
    title: &str,
    undoes: Option<&str>,
) -> Result<Run, CommitError> {
    let mut run = Run {
        version: VERSION,
        state: RunState::Prepared,
        started: now(),
        title: title.to_owned(),
        undoes: undoes.map(str::to_owned),
        files: Vec::with_capacity(writes.len()),
        created_folders: missing_folders(writes),
        id,
    };
    let mut at = 0;
    for (i, write) in writes.iter().enumerate() {
        let stored = write.before.as_ref().map(|b| (at, b.len() as u64));
        at += stored.map_or(0, |(_, len)| len);
        run.files.push(RunFile {
            path: write.path.clone(),
            before: hash(&write.before),
            after: hash(&write.after),
            edits: write.edits,
            stored,
            mode: write.mode,
            temporary: write.after.is_some().then(|| temporary_name(&write.path, &run.id, i)),
        });
    }
    crash::point();
    store_before(folder, writes).map_err(|e| {
        let _ = fs::remove_dir_all(folder);
        io_error("store the earlier bytes in", folder, e)
    })?;
    save_run(folder, &run).map_err(|e| {
        let _ = fs::remove_dir_all(folder);
        io_error("write the journal in", folder, e)
    })?;
    crash::point();
    match put_in_place(&run, writes) {
        Ok(()) => {
            crash::point();
            run.state = RunState::Done;
            if let Err(e) = save_run(folder, &run) {
                return Err(restore_all(folder, &mut run, writes, io_error("write the journal in", folder, e)));
            }
            crash::point();
            Ok(run)
        }
        Err(e) => Err(restore_all(folder, &mut run, writes, e)),
    }
}

/// A name in the same folder, so that the rename cannot cross file systems; hidden, and with an extension that no compiler reads.
fn temporary_name(path: &Path, id: &str, i: usize) -> PathBuf {
    path.with_file_name(format!(".buildfix-{id}-{i}.tmp"))
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

fn put_in_place(run: &Run, writes: &[Write]) -> Result<(), CommitError> {
    for folder in &run.created_folders {
        fs::create_dir_all(folder).map_err(|e| io_error("create", folder, e))?;
        crash::point();
    }
    // All new bytes are on the disk before the first file changes: a full disk does no harm.
    let files: Vec<_> = run.files.iter().zip(writes).collect();
    files.par_iter().try_for_each(|(file, write)| {
        let (Some(temporary), Some(after)) = (&file.temporary, &write.after) else { return Ok(()) };
        write_new(temporary, after, write.mode).map_err(|e| io_error("write", &write.path, e))?;
        crash::point();
        Ok(())
    })?;
    let changed: Vec<PathBuf> =
        files.par_iter().filter(|(f, _)| !holds(&f.path, f.before.as_deref())).map(|(f, _)| f.path.clone()).collect();
    if !changed.is_empty() {
        return Err(CommitError::Changed(changed));
    }
    for (file, _) in &files {
        match &file.temporary {
            Some(temporary) => fs::rename(temporary, &file.path).map_err(|e| io_error("replace", &file.path, e))?,
            None => fs::remove_file(&file.path).map_err(|e| io_error("delete", &file.path, e))?,
        }
        crash::point();
    }
    let folders: BTreeSet<&Path> = files.iter().filter_map(|(f, _)| f.path.parent()).collect();
    folders.par_iter().try_for_each(|f| sync_folder(f).map_err(|e| io_error("synchronise", f, e)))
}

fn write_new(path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).open(path)?;
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    file.write_all(first)?;
    crash::point();
    file.write_all(rest)?;
    set_mode(&file, mode)?;
    sync(&file)
}

/// Undoes what a failed run did. Returns the error to report.
fn restore_all(folder: &Path, run: &mut Run, writes: &[Write], mut error: CommitError) -> CommitError {
    let mut left = Vec::new();
    for (file, write) in run.files.iter().zip(writes) {
        if let Some(temporary) = &file.temporary {
            let _ = fs::remove_file(temporary);
        }
        // Only what this run wrote is restored, never what someone else wrote meanwhile.
        if file.before != file.after
            && holds(&file.path, file.after.as_deref())
            && restore(file, write.before.as_deref(), &run.id).is_err()
        {
            left.push(file.path.clone());
        }
    }
    for folder in run.created_folders.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
    if left.is_empty() {
        run.state = RunState::RolledBack;
        // Should this fail too, the journal still says `prepared`, and the next start finds nothing left to roll back.
        let _ = save_run(folder, run);
    } else if let CommitError::Io { left: reported, .. } = &mut error {
        *reported = left;
    }
    error
}

fn restore(file: &RunFile, before: Option<&[u8]>, id: &str) -> io::Result<()> {
    match before {
        Some(bytes) => {
            let temporary = file.path.with_file_name(format!(".buildfix-{id}-back.tmp"));
            let _ = fs::remove_file(&temporary);
            write_new(&temporary, bytes, file.mode)?;
            fs::rename(&temporary, &file.path)
        }
        None => match fs::remove_file(&file.path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        },
    }
}

/// The bytes of `file` before `run`, checked; `Ok(None)` when there was no file.
fn stored(folder: &Path, file: &RunFile) -> Option<Option<Vec<u8>>> {
    let Some((offset, length)) = file.stored else { return file.before.is_none().then_some(None) };
    let mut pack = File::open(folder.join(PACK)).ok()?;
    pack.seek(SeekFrom::Start(offset)).ok()?;
    let mut bytes = Vec::new();
    pack.take(length).read_to_end(&mut bytes).ok()?;
    (Some(ContentHash::of(&bytes).to_hex()) == file.before).then_some(Some(bytes))
}

/// Rolls back a run that a crash interrupted. Returns files that someone changed since, which are left alone.
pub(super) fn roll_back_interrupted(folder: &Path, run: &Run) -> Result<Vec<PathBuf>, CommitError> {
    let mut left_alone = Vec::new();
    for file in &run.files {
        if let Some(temporary) = &file.temporary {
            let _ = fs::remove_file(temporary);
        }
        if file.before == file.after || holds(&file.path, file.before.as_deref()) {
            continue;
        }
        match stored(folder, file) {
            Some(before) if holds(&file.path, file.after.as_deref()) => {
                restore(file, before.as_deref(), &run.id).map_err(|e| io_error("put back", &file.path, e))?;
            }
            _ => left_alone.push(file.path.clone()),
        }
        crash::point_back();
    }
    for folder in run.created_folders.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
    Ok(left_alone)
}

/// The writes that undo `run`, and the files that changed since. `None` when the stored bytes are damaged.
pub(super) fn inverse(folder: &Path, run: &Run) -> Option<(Vec<Write>, Vec<PathBuf>)> {
    let mut writes = Vec::new();
    let mut changed = Vec::new();
    for file in &run.files {
        let after = stored(folder, file)?;
        if !holds(&file.path, file.after.as_deref()) {
            changed.push(file.path.clone());
            continue;
        }
        let before = match &file.after {
            Some(_) => Some(fs::read(&file.path).ok()?),
            None => None,
        };
        writes.push(Write { path: file.path.clone(), before, after, mode: file.mode, edits: file.edits });
    }
    Some((writes, changed))
}

/// A run that leads from before the first of `runs` to after the last.
pub(super) fn squash(folder: &Path, id: String, runs: &[Run], folder_of: impl Fn(&Run) -> PathBuf) -> Option<Run> {
    let (first, last) = (runs.first()?, runs.last()?);
    let mut files: BTreeMap<PathBuf, RunFile> = BTreeMap::new();
    let mut pack = File::create(folder.join(PACK)).ok()?;
    let mut at = 0;
    for run in runs {
        for file in &run.files {
            if let Some(known) = files.get_mut(&file.path) {
                known.after.clone_from(&file.after);
                known.edits += file.edits;
                continue;
            }
            let mut new = file.clone();
            new.temporary = None;
            if let Some(bytes) = stored(&folder_of(run), file)? {
                pack.write_all(&bytes).ok()?;
                new.stored = Some((at, bytes.len() as u64));
                at += bytes.len() as u64;
            }
            files.insert(file.path.clone(), new);
        }
    }
    sync(&pack).ok()?;
    let squashed = Run {
        id,
        title: last.title.clone(),
        started: first.started,
        files: files.into_values().filter(|f| f.before != f.after).collect(),
        created_folders: runs.iter().flat_map(|r| r.created_folders.iter().cloned()).collect(),
        ..last.clone()
    };
    save_run(folder, &squashed).ok()?;
    Some(squashed)
}
