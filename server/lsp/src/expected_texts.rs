//! Which diagnostics of a build remain after a fix, and which come back when it is undone, by the text of the file.
//!
//! A fix need not edit the place of its diagnostic (an import is added at the top of the file), so positions alone do not tell that the
//! diagnostic is resolved. But the text after a fix is known when the fix is sent to the client: once the document has this text, the
//! diagnostic is removed, and once it has the text before, by whatever kind of undo, it is restored.

use crate::state::State;
use diagnostics::SourceDiagnostic;
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use text::{ContentHash, TextEdits};

/// A text that a file may get, and the diagnostics to show then.
struct Snapshot {
    length: usize,
    hash: ContentHash,
    diagnostics: Vec<SourceDiagnostic>,
    /// In files that the fix does not edit: resolved by it.
    elsewhere: Vec<SourceDiagnostic>,
    /// Whether this is the text after the fix.
    fixed: bool,
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
    fn put(&mut self, path: &Path, snapshot: Snapshot) {
        let list = self.0.entry(path.to_path_buf()).or_default();
        list.retain(|s| s.hash != snapshot.hash);
        list.push_back(snapshot);
        if list.len() > Self::PER_FILE {
            list.pop_front();
        }
    }
    /// What was recorded for `path` with this text. The text is asked for only when its length fits.
    fn get(&self, path: &Path, length: usize, text: impl FnOnce() -> String) -> Option<&Snapshot> {
        let list = self.0.get(path)?;
        if list.iter().all(|s| s.length != length) {
            return None;
        }
        let hash = ContentHash::of(text().as_bytes());
        list.iter().rev().find(|s| s.hash == hash)
    }
}

impl State {
    /// Records the effect of a fix: `files` with the text before and the edits, and the diagnostics that it resolves.
    pub fn record_expected<'a>(
        &mut self,
        files: impl IntoIterator<Item = (&'a Path, &'a str, &'a TextEdits)>,
        resolved: &[SourceDiagnostic],
    ) {
        let files: Vec<_> = files.into_iter().collect();
        let edited = |path: &Path| files.iter().any(|(p, ..)| *p == path);
        let is_resolved = |d: &SourceDiagnostic| {
            resolved.iter().any(|m| m.path == d.path && m.code == d.code && m.range.start == d.range.start)
        };
        let list = |path: &Path| self.build.get(path).cloned().unwrap_or_default();
        let elsewhere: Vec<SourceDiagnostic> =
            self.build.values().flatten().filter(|d| is_resolved(d) && !edited(&d.path)).cloned().collect();
        let mut snapshots = Vec::new();
        for (i, (path, before, edits)) in files.iter().enumerate() {
            let Ok(after) = edits.apply(before) else { continue };
            let mut snapshot = |text: &str, mut diagnostics: Vec<SourceDiagnostic>, fixed| {
                let hash = ContentHash::of(text.as_bytes());
                diagnostics.iter_mut().for_each(|d| d.text_hash = hash);
                let elsewhere = if i == 0 { elsewhere.clone() } else { Vec::new() };
                snapshots.push((*path, Snapshot { length: text.len(), hash, diagnostics, elsewhere, fixed }));
            };
            let left = list(path).into_iter().filter(|d| !is_resolved(d)).filter_map(|mut d| {
                d.range = edits.map_range(d.range)?;
                Some(d)
            });
            snapshot(before, list(path), false);
            snapshot(&after, left.collect(), true);
        }
        for (path, snapshot) in snapshots {
            self.expected_texts.put(path, snapshot);
        }
    }

    /// Shows the diagnostics that were recorded for `path` with this text. Returns whether there were any.
    pub fn restore(&mut self, path: &Path, length: usize, text: impl FnOnce() -> String) -> bool {
        let Some(snapshot) = self.expected_texts.get(path, length, text) else { return false };
        let (diagnostics, elsewhere, fixed) =
            (snapshot.diagnostics.clone(), snapshot.elsewhere.clone(), snapshot.fixed);
        *self.build.list(path) = diagnostics;
        for d in elsewhere {
            let list = self.build.list(&d.path);
            list.retain(|o| !(o.code == d.code && o.range.start == d.range.start));
            if !fixed {
                list.push(d.clone());
            }
            self.publish(&d.path);
            self.connection.refresh_pulled();
        }
        true
    }
}
