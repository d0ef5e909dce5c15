//! TypeScript: modules, exports, imports, declared types, tsconfig.

mod cache;
mod dependencies;
mod exports;
mod globals;
mod library;
mod members;
mod names;
pub mod outline;
mod package;
mod preferences;
mod project;
mod resolution;
mod specifiers;
#[cfg(test)]
mod tests;
pub mod types;

pub use cache::Cache;
pub use library::LibraryTable;
pub use members::{Meaning, NO_PLACE};
pub use preferences::{EndingPreference, ImportPreferences, SpecifierPreference};
pub use project::TsProject;

use crate::{Declaration, DeclarationId, Index};
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;

/// A name that a module exports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TsExport {
    /// Exported name; `default` for the default export, `=` for `export =`.
    pub name: SmolStr,
    /// Local name of the declaration (a default export's own name where it has one).
    pub local: SmolStr,
    /// File that exports it (the re-exporting one, when re-exported).
    pub module: Arc<Path>,
    /// The declaration it leads to, through re-exports.
    pub declaration: Option<DeclarationId>,
    /// Declares only a type (interface, alias), or is exported with `type`.
    pub type_only: bool,
    /// Name of the `declare module "x"` in `module` that exports it, when it is not the file itself.
    pub ambient: Option<SmolStr>,
}

/// A member of a class, interface or type literal alias, with the declaring type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TsMember {
    /// The declaring class or interface.
    pub owner: DeclarationId,
    /// The member.
    pub declaration: Arc<Declaration>,
    /// Its place.
    pub id: DeclarationId,
    /// Type arguments of the owner as seen from the type that was asked: (parameter, argument text).
    pub substitution: Vec<(SmolStr, String)>,
}

/// Unpacks the table of the ECMAScript and DOM libraries, which the first question about a global name would otherwise wait for.
pub(crate) fn preload() {
    library::Library::get().unpack_common();
}

/// Whether a path means a file of the built-in table of libraries, which has an outline but no text.
pub fn is_library(path: &Path) -> bool {
    library::is_library(path)
}

/// Questions about TypeScript. Cheap to make.
#[derive(Clone, Copy)]
pub struct TypeScript<'a> {
    index: &'a Index,
}

impl<'a> TypeScript<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        Self { index }
    }
    fn index(&self) -> &'a Index {
        self.index
    }
    fn cache(&self) -> &'a Cache {
        self.index.typescript_cache()
    }
    /// The declaration itself.
    pub fn declaration(&self, id: &DeclarationId) -> Option<Arc<Declaration>> {
        self.outline_of(&id.path)?.declarations.get(id.index as usize).cloned().map(Arc::new)
    }
}
