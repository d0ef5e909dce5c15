//! Build: runs build commands.
//!
//! **Knows** how to recognise, start, watch and cancel a build, to let none outlive the program, and whose commands may be run; build tools are one
//! table. **Must not know** source trees, fixes, or what is done about errors. It is the only crate that starts processes.

mod binary_logs;
mod call;
mod command;
mod detect;
mod editor;
mod history;
mod process;
mod projects;
mod run;
mod trust;

pub use command::{BuildCommand, Origin};
pub use detect::{DetectError, MissingSdk, detect, detect_target, is_project_name, missing_sdk, project_above};
pub use editor::edit;
pub use history::History;
pub use process::guard_builds;
pub use projects::{Solution, project_count};
pub use run::{CancelCheck, Finished, OutputListener, RunError, RunOptions, Runner};
pub use trust::{Folder, Trust, TrustError};
