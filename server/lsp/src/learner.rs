//! Who learns from what a person repaired; the server only sees when diagnostics went, and what was edited meanwhile.

use diagnostics::SourceDiagnostic;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file before and after a person edited it, with the diagnostics of both texts.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The file.
    pub path: PathBuf,
    /// Its text when the diagnostics were reported.
    pub before: Arc<str>,
    /// Its text when they were reported no more.
    pub after: Arc<str>,
    /// What was reported, in the text before.
    pub was: Vec<SourceDiagnostic>,
    /// What is reported now, in the text after.
    pub is: Vec<SourceDiagnostic>,
}

/// What one repair taught.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lesson {
    /// The file.
    pub path: PathBuf,
    /// The line before the edit, from 1.
    pub line: u32,
    /// What the patterns of its kind share: [`fix::Origin::family`].
    pub family: u64,
}

/// What became of a fix that was learned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// It was applied.
    Applied,
    /// It was taken back.
    Undone,
    /// It was applied, and the next build had nothing to say there.
    Proved,
    /// A person said that it is of no use in this file.
    Rejected,
}

/// A repair that a pattern was learned from.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct ShownExample {
    /// The file, below the folder that is open.
    pub path: PathBuf,
    /// The line before the edit, from 1.
    pub line: u32,
    /// The text of the place before.
    pub before: String,
    /// The text of the place after.
    pub after: String,
}

/// A place whose repair by hand would teach the most.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// Of the one that is most like the others.
    pub diagnostic: SourceDiagnostic,
    /// How many others have its shape.
    pub others: usize,
}

/// Learns from repairs, and makes what it knows into fixes by a [`FixProvider`](fix::FixProvider) of its own. Called from any thread but the one that
/// answers; nothing of it may fail loudly: learning is silent.
pub trait Learner: Send + Sync {
    /// Reads what is known about the sources in these folders. Returns whether there is anything.
    fn open(&self, roots: &[PathBuf]) -> bool;
    /// Learns from files that were edited. Returns what of it is news.
    fn learn(&self, files: &[Repaired]) -> Vec<Lesson>;
    /// Notes what became of fixes by these patterns in a file.
    fn note(&self, patterns: &[u64], event: Event, path: &Path);
    /// The repairs that a pattern was learned from, and those like it, newest first.
    fn examples(&self, pattern: u64) -> Vec<ShownExample>;
    /// Forgets a pattern and what it was learned from.
    fn forget(&self, pattern: u64);
    /// What is to be repaired by hand next, best first, among diagnostics for which nothing is offered; with the texts of their files.
    fn next(&self, open: &[SourceDiagnostic], texts: &HashMap<PathBuf, Arc<str>>) -> Vec<Hint>;
}
