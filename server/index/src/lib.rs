//! Index: what the workspace and its libraries declare.
//!
//! **Knows** files, outlines, symbols, imports, projects and libraries, memoised by salsa with per-file granularity.
//! **Must not know** diagnostics, fixes, LSP. Its only door to the outside is [`System`]; salsa types do not leave it.

mod cache;
pub mod csharp;
mod db;
pub mod dotnet;
mod model;
mod revision;
mod system;
#[cfg(test)]
mod tests;
pub mod typescript;
mod walk;
mod words;
mod workspace;

pub use cache::Stamp;
pub use model::{
    Declaration, DeclarationId, DeclarationKind, DeclarationRanges, Import, ImportKind, ImportedName, Modifiers,
    Outline, Parameter, TypeParameter,
};
pub use system::{MemorySystem, OsSystem, System};
pub use workspace::{Index, Source};
