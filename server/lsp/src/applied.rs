//! Fix-alls that were applied through the client, for undoing them.

use engine::FileKind;
use std::path::PathBuf;
use std::sync::Arc;

/// A fix-all that was applied through the client.
pub(crate) struct Applied {
    pub title: String,
    pub files: Vec<AppliedFile>,
}
/// What it did to one file.
pub(crate) struct AppliedFile {
    pub path: PathBuf,
    pub kind: FileKind,
    pub before: Arc<str>,
    pub after: Arc<str>,
}
