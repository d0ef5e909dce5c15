//! Which diagnostics of a log a run has repaired: a log that was not written again since says nothing new about them.

use super::error::{CommitError, io_error};
use super::repaired::{LogFile, Repaired};
use super::run::{Run, RunFile, RunState, save_run};
use super::{Store, disk};
use crate::{Entry, Outcome, Reason};
use diagnostics::Location;
use std::collections::HashSet;
use std::path::PathBuf;
use text::ContentHash;

/// Diagnostics of a run that are remembered at most.
const MOST: usize = 200_000;

/// The diagnostic as the log printed it.
fn key(entry: &Entry) -> u64 {
    let d = &entry.diagnostic;
    let place = match d.location {
        Some(Location::LineColumn { start, .. }) => format!("{start:?}"),
        other => format!("{other:?}"),
    };
    let text = format!("{}\0{}\0{place}\0{}", d.file.as_deref().unwrap_or_default(), d.code, d.message);
    let hash = ContentHash::of(text.as_bytes()).0;
    u64::from_le_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]])
}

impl Store {
    /// Remembers what `run` repaired of what `logs` report.
    ///
    /// # Errors
    /// [`CommitError::Io`] when the journal cannot be written; the run stays as it is.
    pub fn note_repaired(&self, run: &Run, logs: &[PathBuf], entries: &[Entry]) -> Result<(), CommitError> {
        let Some(logs) = logs.iter().map(|l| LogFile::of(l)).collect::<Option<Vec<_>>>() else { return Ok(()) };
        let fixed = entries.iter().filter(|e| e.outcome == Outcome::Fixed);
        let diagnostics: Vec<u64> = fixed.take(MOST).map(key).collect();
        if logs.is_empty() || diagnostics.is_empty() {
            return Ok(());
        }
        let _session = self.begin()?;
        let mut run = run.clone();
        run.repaired = Some(Repaired { logs, diagnostics });
        save_run(&run).map_err(|e| io_error("write the journal in", &run.folder, e))
    }

    /// Settles the entries that an earlier run repaired, if `logs` are still those that it read, and it was not undone in any way.
    pub fn settle_repaired(&self, logs: &[PathBuf], entries: &mut [Entry]) {
        let Some(logs) = logs.iter().map(|l| LogFile::of(l)).collect::<Option<Vec<_>>>() else { return };
        if logs.is_empty() {
            return;
        }
        let mut known: HashSet<u64> = HashSet::new();
        for run in self.runs() {
            let Some(repaired) = run.repaired.as_ref().filter(|r| logs.iter().all(|l| r.logs.contains(l))) else {
                continue;
            };
            let taken_back = |f: &RunFile| f.undone || f.before.as_deref().is_some_and(|h| disk::look(&f.path).is(h));
            if run.state == RunState::Done && !run.files.iter().any(taken_back) {
                known.extend(&repaired.diagnostics);
            }
        }
        if known.is_empty() {
            return;
        }
        // They keep their places: until the next build nobody knows what they hid.
        for entry in entries.iter_mut().filter(|e| e.outcome != Outcome::Skipped) {
            if known.contains(&key(entry)) {
                entry.settle(Outcome::Stale, Reason::RepairedBefore);
            }
        }
    }
}
