use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to stop. Clones share it. Work that is cancelled has written nothing.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Not cancelled.
    pub fn new() -> Self {
        Self::default()
    }
    /// Asks to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
    /// Whether it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is being worked on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProgressStage {
    /// Finding the diagnostics' places in the files.
    Placing,
    /// Computing fixes.
    Planning {
        /// The pass, counted from one.
        pass: usize,
    },
    /// Writing files.
    Writing,
}

/// How far the work has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// What is being worked on.
    pub stage: ProgressStage,
    /// Units done.
    pub done: usize,
    /// Units in all.
    pub total: usize,
}

/// A progress callback that does nothing.
pub fn silent(_: Progress) {}
