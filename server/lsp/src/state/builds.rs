//! What a build reported, placed in the files.

use super::State;
use super::learning::Whole;
use crate::convert::word_end;
use diagnostics::{BuildLog, SourceDiagnostic};
use engine::Filter;

impl State {
    /// Finds the places of a build's diagnostics in the files and shows them, and learns from what went. Returns how many have a place.
    pub fn take_log(&mut self, log: BuildLog, whole: Whole) -> usize {
        self.sync();
        let entries = self.workspace.load(log.diagnostics, &Filter::default());
        let lost = entries.iter().filter(|e| e.place.is_none()).count();
        if lost > 0 {
            let why =
                entries.iter().find(|e| e.place.is_none()).and_then(|e| e.reason.as_ref()).map(ToString::to_string);
            tracing::warn!(lost, why, "diagnostics without a place in this workspace");
        }
        let mut placed: Vec<SourceDiagnostic> = entries.into_iter().filter_map(|e| e.place).collect();
        for d in placed.iter_mut().filter(|d| d.range.is_empty()) {
            if let Some(text) = self.workspace.index().text(&d.path) {
                d.range.end = word_end(&text, d.range.start);
            }
        }
        let count = placed.len();
        self.note_build(&placed, whole);
        self.set_build(placed);
        count
    }
}
