//! Index: what the workspace and its libraries declare.
//!
//! **Knows** files, outlines, symbols, imports, projects and libraries, memoised by salsa with per-file granularity.
//! **Must not know** diagnostics, fixes, LSP. [`System`] is its only access to the outside; salsa types do not leave it.

mod around;
pub mod csharp;
mod db;
pub mod dotnet;
mod files;
mod fork;
mod language;
mod languages;
mod model;
mod open;
mod os;
mod persistence;
mod revision;
mod system;
#[cfg(test)]
mod tests;
mod trees;
pub mod typescript;
mod walk;
mod wild;
mod words;
mod workspace;

pub use fork::Fork;
pub use language::{FileChange, ForkLanguage, LanguageIndex, LanguageWorkspace, WorkspaceInputs};
pub use languages::register;
pub use model::{
    Declaration, DeclarationId, DeclarationKind, DeclarationRanges, Import, ImportKind, ImportedName, LocatedOutline,
    Modifiers, Outline, Parameter, TypeParameter,
};
pub use os::OsSystem;
pub use system::{MemorySystem, Stamp, System};
pub use trees::Source;
pub use workspace::Index;
