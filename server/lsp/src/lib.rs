//! LSP: the shell between an editor and the engine.
//!
//! **Knows** the Language Server Protocol 3.17, and is the only crate that does. **Must not know** how diagnostics are parsed, who
//! finds fixes, any language, or how files are written.
//!
//! One thread owns all state. Handlers only put jobs on its queue, in the order in which messages came, and wait for the answer; a
//! job whose request was cancelled meanwhile is not run; a job that panics answers an internal error, and the server lives. What takes
//! long (a plan, a build, a log) runs beside it, and its result comes back as a job.

mod actions;
mod alike;
mod applied;
mod baseline;
mod build_diagnostics;
mod cancels;
mod commands;
mod connection;
mod convert;
mod diff;
mod documents;
mod edits;
mod expected_texts;
mod fix_cache;
mod frames;
mod learner;
mod logs;
mod outbox;
mod patterns;
mod planning;
mod queue;
mod scheduler;
mod server;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod titles;
mod transport;
mod undo;

pub use learner::{Event, Hint, Learner, Lesson, Repaired, ShownExample};
pub use server::{run_stdio, serve};
