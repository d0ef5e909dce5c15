//! Diagnostics: what a build printed, as values.
//!
//! **Knows** the formats in which dotnet, MSBuild, csc and tsc report. **Must not know** source trees, symbols, fixes.
//! Pure and streaming: bytes in, [`BuildDiagnostic`]s out; no IO, no panics on any input.

mod arguments;
mod model;

pub use arguments::arguments_of;
pub use model::{
    BuildDiagnostic, Code, LineColumn, Location, Producer, ProjectRef, Related, Severity, SourceDiagnostic,
};
