//! Codegen: generates code in the style of the file.
//!
//! **Knows** how declarations, stubs, imports and deletions are written in a file of either language: indentation, style, order, position.
//! **Must not know** diagnostics, fixes, LSP, or whether code should be generated: it decides nothing. No IO.

pub mod csharp;
pub mod editorconfig;
mod editorconfig_glob;
pub mod imports;
pub mod json;
mod layout;
pub mod msbuild;
pub mod typescript;

pub use imports::ImportRequest;
pub use layout::{FileLayout, indent_unit};
