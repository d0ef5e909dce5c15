//! Which diagnostics of a build remain after a fix, and which come back when it is undone, by the text of the file.
//!
//! A fix need not edit the place of its diagnostic (an import is added at the top of the file), so positions alone do not tell that the
//! diagnostic is resolved. But the text after a fix is known when the fix is sent to the client: once the document has this text, the
//! diagnostic is removed, and once it has the text before, by whatever kind of undo, it is restored.

use diagnostics::SourceDiagnostic;
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::{ContentHash, TextEdits};

/// A text that a file may get, and the diagnostics to show then.
pub(crate) struct Snapshot {
    pub length: usize,
    pub hash: ContentHash,
    pub diagnostics: Vec<SourceDiagnostic>,
    /// In files that the fix does not edit: resolved by it.
    pub elsewhere: Vec<SourceDiagnostic>,
    /// What the fix did, when this is the text after it.
    pub own: Option<Own>,
}

/// What a fix of ours did to a file.
#[derive(Clone)]
pub(crate) struct Own {
    /// The text before.
    pub before: Arc<str>,
    /// What it repaired in the file, at places in the text before.
    pub resolved: Vec<SourceDiagnostic>,
    /// The patterns that were applied; empty when nothing of it was learned.
    pub patterns: Vec<u64>,
    /// Number of what was asked for: a fix-all has one number in all files.
    pub run: u64,
}

/// The texts before and after fixes, by file, newest last.
#[derive(Default)]
pub(crate) struct ExpectedTexts(HashMap<PathBuf, VecDeque<Snapshot>>);

impl ExpectedTexts {
    /// How many texts of one file are kept: undo goes back a few steps.
    const PER_FILE: usize = 32;

    pub fn clear(&mut self) {
        self.0.clear();
    }
    pub fn put(&mut self, path: &Path, snapshot: Snapshot) {
        let list = self.0.entry(path.to_path_buf()).or_default();
        list.retain(|s| s.hash != snapshot.hash);
        list.push_back(snapshot);
        if list.len() > Self::PER_FILE {
            list.pop_front();
        }
    }
    /// Whether anything was recorded that has a place in the text of `path`, and is not about that text.
    pub fn mentions(&self, path: &Path) -> bool {
        self.0.values().flatten().flat_map(|s| &s.elsewhere).any(|d| *d.path == *path)
    }
    /// Moves what has a place in `path` and belongs to texts of other files with an edit of `path`.
    pub fn moved(&mut self, path: &Path, edits: &TextEdits) {
        for snapshot in self.0.values_mut().flatten() {
            snapshot.elsewhere.retain_mut(|d| {
                if *d.path != *path {
                    return true;
                }
                edits.map_range(d.range).map(|range| d.range = range).is_some()
            });
        }
    }
    /// What was recorded for `path` with this text, and the text. It is asked for only when its length fits.
    pub fn get(&self, path: &Path, length: usize, text: impl FnOnce() -> String) -> Option<(&Snapshot, String)> {
        let list = self.0.get(path)?;
        if list.iter().all(|s| s.length != length) {
            return None;
        }
        let text = text();
        let hash = ContentHash::of(text.as_bytes());
        Some((list.iter().rev().find(|s| s.hash == hash)?, text))
    }
}
