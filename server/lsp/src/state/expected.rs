//! What is shown once a file has a text that a fix leads to, or the text before it.

use super::State;
use crate::expected_texts::{Own, Snapshot};
use diagnostics::{Code, SourceDiagnostic};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use text::{ContentHash, TextEdits};

impl State {
    /// Records the effect of a fix: `files` with the text before and the edits, the diagnostics that it resolves, and the patterns that it follows, by file.
    pub fn record_expected<'a>(
        &mut self,
        files: impl IntoIterator<Item = (&'a Path, &'a Arc<str>, &'a TextEdits)>,
        resolved: &[SourceDiagnostic],
        patterns: &[(&Path, u64)],
    ) {
        let all_resolved = resolved;
        let files: Vec<_> = files.into_iter().collect();
        let edited: HashSet<&Path> = files.iter().map(|(path, ..)| *path).collect();
        fn place(d: &SourceDiagnostic) -> (&Path, &Code, usize) {
            (&d.path, &d.code, d.range.start)
        }
        let resolved: HashSet<_> = resolved.iter().map(place).collect();
        let is_resolved = |d: &SourceDiagnostic| resolved.contains(&place(d));
        let list = |path: &Path| self.build.get(path).cloned().unwrap_or_default();
        let elsewhere: Vec<SourceDiagnostic> =
            self.build.values().flatten().filter(|d| is_resolved(d) && !edited.contains(&*d.path)).cloned().collect();
        self.learning.runs += 1;
        let run = self.learning.runs;
        let mut snapshots = Vec::new();
        for (i, (path, before, edits)) in files.iter().enumerate() {
            let Ok(after) = edits.apply(before) else { continue };
            let mut snapshot = |text: &str, mut diagnostics: Vec<SourceDiagnostic>, own| {
                let hash = ContentHash::of(text.as_bytes());
                diagnostics.iter_mut().for_each(|d| d.text_hash = hash);
                let elsewhere = if i == 0 { elsewhere.clone() } else { Vec::new() };
                snapshots.push((*path, Snapshot { length: text.len(), hash, diagnostics, elsewhere, own }));
            };
            let left = list(path).into_iter().filter(|d| !is_resolved(d)).filter_map(|mut d| {
                d.range = edits.map_range(d.range)?;
                Some(d)
            });
            let own = Own {
                before: (*before).clone(),
                resolved: all_resolved.iter().filter(|d| *d.path == **path).cloned().collect(),
                patterns: patterns.iter().filter(|(of, _)| of == path).map(|(_, id)| *id).collect(),
                run,
            };
            snapshot(before, list(path), None);
            snapshot(&after, left.collect(), Some(own));
        }
        for (path, snapshot) in snapshots {
            self.expected_texts.put(path, snapshot);
        }
    }

    /// Shows the diagnostics that were recorded for `path` with this text. Returns whether there were any.
    pub fn restore(&mut self, path: &Path, length: usize, text: impl FnOnce() -> String) -> bool {
        let Some((snapshot, text)) = self.expected_texts.get(path, length, text) else { return false };
        let (diagnostics, elsewhere, own) =
            (snapshot.diagnostics.clone(), snapshot.elsewhere.clone(), snapshot.own.clone());
        match &own {
            Some(own) => self.note_own(path, own, &text),
            None => self.note_undone(path, &text),
        }
        *self.build.list(path) = diagnostics;
        for d in elsewhere {
            let list = self.build.list(&d.path);
            list.retain(|o| !(o.code == d.code && o.range.start == d.range.start));
            if own.is_none() {
                list.push(d.clone());
            }
            self.publish(&d.path);
            self.connection.refresh_pulled();
        }
        true
    }
}
