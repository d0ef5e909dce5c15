//! Diagnostics: what a build printed, as values.
//!
//! **Knows** the formats in which dotnet, MSBuild, csc and tsc report. **Must not know** source trees, symbols, fixes.
//! Pure and streaming: bytes in, [`BuildDiagnostic`]s out; no IO of its own, no panics on any input.
//!
//! [`LogReader`] reads a log in any chunking, [`PathMap`] finds which file of the workspace a printed path means, and
//! [`place`] turns a printed location into bytes of that file's text.

mod ansi;
mod arguments;
mod binary_log;
mod block_prefix;
mod canonical;
mod capped;
mod collect;
mod compiler;
mod console;
mod decode;
mod draft;
mod error_list;
mod format_report;
mod frames;
mod fuzz;
mod json_line;
mod line_parser;
mod message_arguments;
mod message_codes;
mod model;
mod options;
mod path_map;
mod place;
mod prefix;
mod pretty;
mod project_messages;
mod reader;
mod sarif;
mod scanner;
mod stage;
mod suffixes;
mod templates;
mod terminal;
mod tsbuildinfo;

pub use arguments::list_items;
pub use collect::{BuildLog, Format, LogStats};
pub use compiler::{CompilerInvocation, Compilers};
pub use fuzz::{Parser, fuzz_one};
pub use message_arguments::arguments_of;
pub use message_codes::template_hash;
pub use model::{
    BuildDiagnostic, Code, LineColumn, Location, Producer, ProjectRef, Related, Severity, SourceDiagnostic, Trust,
};
pub use options::ReadOptions;
pub use path_map::{CaseHandling, Mapped, PathMap, Refusal};
pub use place::{Placer, place};
pub use reader::{LogReader, read, read_from};
pub use stage::{CompilerStage, stage_of};
