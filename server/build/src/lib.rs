//! Build: runs build commands.
//!
//! **Knows** how to start, watch, cancel and recognise a build. **Must not know** source trees, fixes, or what is done about errors.
//! It is the only crate that starts processes.

mod detect;
mod run;

pub use detect::{BuildCommand, ConfigError, Origin, detect};
pub use run::{CancelCheck, Finished, OutputListener, RunError, RunOptions, Runner};
