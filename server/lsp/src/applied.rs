//! Fix-alls, and quick fixes of several files, that were applied through the client, for undoing them.

use engine::FileKind;
use std::path::PathBuf;
use std::sync::Arc;

/// What was applied through the client.
pub(crate) struct Applied {
    pub title: String,
    /// It is a quick fix of several files that the client asked for: whether it applied it is seen by the texts.
    pub offered: bool,
    pub files: Vec<AppliedFile>,
}
/// What it did to one file.
pub(crate) struct AppliedFile {
    pub path: PathBuf,
    pub kind: FileKind,
    pub before: Arc<str>,
    pub after: Arc<str>,
}
