//! Codegen: writes code the way the file does.
//!
//! **Knows** how declarations, stubs, imports and deletions are spelled in a file of either language: indentation, style, order, place.
//! **Must not know** diagnostics, fixes, LSP, or whether anything ought to be written: it decides nothing. No IO.

pub mod csharp;
pub mod editorconfig;
pub mod imports;
mod layout;
pub mod typescript;

pub use imports::ImportRequest;
pub use layout::{FileLayout, indent_unit};
