//! One run of two that follow each other.

use super::crash;
use super::fsync::sync;
use super::roll_back::stored;
use super::run::{PACK, Run, RunFile, RunState, VERSION, save_run};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Writes to `folder`, which is new, a run that leads from before `first` to after `second`. It says that it replaces both.
pub(super) fn squash(folder: &Path, first: &Run, second: &Run) -> Option<Run> {
    let mut files: BTreeMap<PathBuf, RunFile> = BTreeMap::new();
    let mut pack = File::create(folder.join(PACK)).ok()?;
    let mut at = 0;
    for run in [first, second] {
        for file in &run.files {
            if let Some(known) = files.get_mut(&file.path) {
                known.after.clone_from(&file.after);
                known.edits += file.edits;
                known.pair = known.pair.take().or_else(|| file.pair.clone());
                continue;
            }
            let mut new = file.clone();
            if let Some(bytes) = stored(&run.folder, file)? {
                pack.write_all(&bytes).ok()?;
                new.stored = Some((at, bytes.len() as u64));
                at += bytes.len() as u64;
            }
            files.insert(file.path.clone(), new);
        }
    }
    crash::point();
    sync(&pack).ok()?;
    let squashed = Run {
        version: VERSION,
        id: folder.file_name()?.to_str()?.to_owned(),
        state: RunState::Done,
        started: first.started,
        title: second.title.clone(),
        undoes: None,
        files: files.into_values().filter(|f| f.before != f.after).collect(),
        created_folders: [first, second].iter().flat_map(|r| r.created_folders.iter().cloned()).collect(),
        repaired: None,
        trial: false,
        replaces: vec![first.id.clone(), second.id.clone()],
        root: first.root.clone(),
        folder: folder.to_path_buf(),
    };
    save_run(&squashed).ok()?;
    Some(squashed)
}
