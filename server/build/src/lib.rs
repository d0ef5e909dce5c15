//! Build: runs build commands.
//!
//! **Knows** how to recognise, start, watch and cancel a build; build tools are one table. **Must not know** source trees, fixes, or what is done
//! about errors. It is the only crate that starts processes.

mod detect;
mod run;

pub use detect::{BuildCommand, ConfigError, Origin, detect};
pub use run::{CancelCheck, Finished, OutputListener, RunError, RunOptions, Runner};
