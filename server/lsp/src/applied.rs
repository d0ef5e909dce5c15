//! Fix-alls, and quick fixes of several files, that were applied through the client, for undoing them.

use crate::diff::changed_lines;
use diagnostics::SourceDiagnostic;
use engine::FileKind;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

/// What was applied through the client.
pub(crate) struct Applied {
    pub title: String,
    /// It is a quick fix of several files that the client asked for: whether it applied it is seen by the texts.
    pub offered: bool,
    pub files: Vec<AppliedFile>,
}
/// A diagnostic that a fix-all repairs, in the text before.
pub(crate) struct Repair {
    pub diagnostic: SourceDiagnostic,
    /// The pattern that it follows, when it was learned.
    pub pattern: Option<u64>,
}
/// What it did to one file.
pub(crate) struct AppliedFile {
    pub path: PathBuf,
    pub kind: FileKind,
    pub before: Arc<str>,
    pub after: Arc<str>,
}

impl AppliedFile {
    /// Whether `now` is the text before with some or all of the edits, and nothing else.
    pub fn is_part(&self, now: &str) -> bool {
        if *now == *self.after {
            return true;
        }
        let planned = changed_lines(&self.before, &self.after);
        let planned: HashSet<_> = planned.iter().map(|e| (e.range.start, e.range.end, &e.new_text)).collect();
        changed_lines(&self.before, now).iter().all(|e| planned.contains(&(e.range.start, e.range.end, &e.new_text)))
    }
}
