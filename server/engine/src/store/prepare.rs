//! From a plan to the bytes to write.

use super::disk::{self, mode_of};
use super::error::{CommitError, io_error};
use super::write::Write;
use crate::Problem;
use crate::guard::{Refusal, WriteGuard, names_of};
use crate::plan::{FileKind, PlannedFile};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use text::SourceText;

/// The bytes to write below `root`; refuses when a file is not what the plan was made from.
pub(super) fn prepare(guard: &WriteGuard, root: &Path, files: &[PlannedFile]) -> Result<Vec<Write>, CommitError> {
    let mut writes: BTreeMap<PathBuf, Write> = BTreeMap::new();
    let mut changed = Vec::new();
    for file in files {
        let source = if let FileKind::Rename { from } = &file.kind { from } else { &file.path };
        let refused = |refusal| CommitError::Refused(file.path.clone(), Problem::Refused(refusal));
        for path in [source, &file.path] {
            guard.check(path).map_err(|r| CommitError::Refused(path.clone(), Problem::Refused(r)))?;
        }
        let is_new = matches!(file.kind, FileKind::Create | FileKind::Rename { .. });
        if is_new && file.path.symlink_metadata().is_ok() {
            changed.push(file.path.clone());
            continue;
        }
        let target = if is_new { without_links(&file.path) } else { file.path.clone() };
        let edits = file.edits;
        if file.kind == FileKind::Create {
            let after = Some(file.after.as_bytes().to_vec());
            writes.insert(target.clone(), Write { path: target, after, edits, ..Write::default() });
            continue;
        }
        // A link inside the root stays a link: what it points to is written. Only what is written keeps its name.
        let is_link = source.symlink_metadata().is_ok_and(|m| m.is_symlink());
        if is_link && file.kind != FileKind::Edit {
            return Err(refused(Refusal::NotAFile));
        }
        let Ok(real) = source.canonicalize() else {
            changed.push(source.clone());
            continue;
        };
        // To replace the file would part its names, and to write into it could neither be undone by a crash nor spare a save.
        if real.metadata().is_ok_and(|m| names_of(&m) > 1) {
            return Err(refused(Refusal::HardLinks));
        }
        let before = disk::read(&real, disk::MAX_FILE).map_err(|e| io_error("read", &real, e))?;
        let Some(decoded) = SourceText::decode(&before).filter(|s| *s.text == *file.before) else {
            changed.push(source.clone());
            continue;
        };
        let mode = mode_of(&real);
        let spelled = || {
            let bytes = SourceText::encode(&file.after, decoded.encoding);
            bytes.ok_or_else(|| CommitError::Refused(file.path.clone(), Problem::Encoding))
        };
        let mut write = Write { path: real.clone(), before: Some(before), mode, edits, ..Write::default() };
        match &file.kind {
            FileKind::Edit => (write.after, write.like) = (Some(spelled()?), Some(real.clone())),
            FileKind::Rename { .. } => {
                let (after, like) = (Some(spelled()?), Some(real.clone()));
                let pair = Some(real.clone());
                writes.insert(
                    target.clone(),
                    Write { path: target.clone(), after, like, mode, edits, pair, before: None },
                );
                write.pair = Some(target);
            }
            _ => {}
        }
        if writes.insert(real.clone(), write).is_some() {
            return Err(CommitError::Refused(real, Problem::SeveralLinks));
        }
    }
    if let Some(outside) = writes.keys().find(|p| !p.starts_with(root)) {
        return Err(CommitError::Refused(outside.clone(), Problem::Refused(Refusal::Outside)));
    }
    // Bytes that stay are not written.
    let writes = writes.into_values().filter(|w| w.before != w.after).collect();
    if changed.is_empty() { Ok(writes) } else { Err(CommitError::Changed(changed)) }
}

/// The path of a file that is to be made: what there is of folders is followed now, so that what is journalled has no links.
fn without_links(path: &Path) -> PathBuf {
    let existing = path.ancestors().skip(1).find_map(|a| Some((a, a.canonicalize().ok()?)));
    let real = existing.and_then(|(a, real)| Some(real.join(path.strip_prefix(a).ok()?)));
    real.unwrap_or_else(|| path.to_path_buf())
}
