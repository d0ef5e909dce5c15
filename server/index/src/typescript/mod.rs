//! TypeScript: modules, exports, imports, declared types, tsconfig.

mod cache;
mod configuration;
mod dependencies;
mod exports;
mod globals;
mod library;
mod members;
mod names;
pub mod outline;
mod package;
mod paths;
mod preferences;
mod project;
mod reach;
mod resolution;
mod specifiers;
#[cfg(test)]
mod tests;
pub mod types;
mod workspace;

pub use configuration::{ByExports, TsConfigFile};
pub use library::{LibraryTable, library_names};
pub use members::{Meaning, NO_PLACE};
pub use paths::normalize;
pub use preferences::{EndingPreference, ImportPreferences, SpecifierPreference};
pub use project::{TsProject, is_shallow_json};
pub use reach::Reach;
pub use specifiers::is_node_builtin;
pub(crate) use workspace::TypeScriptIndex;

use crate::{Declaration, DeclarationId, Index};
use cache::Cache;
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;
use syntax::{Language, LanguageFamily};
use workspace::TypeScriptWorkspace;

/// Whether a file is TypeScript or JavaScript.
fn is_source(path: &Path) -> bool {
    Language::of_path(path).is_some_and(|l| l.family() == LanguageFamily::TYPESCRIPT)
}

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
    /// All declarations that it leads to: a class and the namespace that is merged with it.
    pub declarations: Vec<DeclarationId>,
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
    /// Its id.
    pub id: DeclarationId,
    /// Type arguments of the owner as seen from the type in the query: (parameter, argument text).
    pub substitution: Vec<(SmolStr, String)>,
}

/// Whether a path means a file of the built-in table of libraries, which has an outline but no text.
pub fn is_library(path: &Path) -> bool {
    library::is_library(path)
}

/// Queries about TypeScript. Cheap to create.
#[derive(Clone, Copy)]
pub struct TypeScript<'a> {
    index: &'a Index,
    workspace: &'a TypeScriptWorkspace,
}

impl Index {
    /// Queries about TypeScript.
    pub fn typescript(&self) -> TypeScript<'_> {
        let workspace = self.language(LanguageFamily::TYPESCRIPT).expect("TypeScript is built in");
        TypeScript { index: self, workspace }
    }
    /// The user's settings for imports of TypeScript.
    pub fn import_preferences(&self) -> &ImportPreferences {
        &self.typescript().workspace.preferences
    }
    /// Sets [`Self::import_preferences`].
    pub fn set_import_preferences(&mut self, preferences: ImportPreferences) {
        if let Some(workspace) = self.language_mut::<TypeScriptWorkspace>(LanguageFamily::TYPESCRIPT) {
            workspace.preferences = preferences;
        }
    }
}

impl<'a> TypeScript<'a> {
    fn index(&self) -> &'a Index {
        self.index
    }
    fn cache(&self) -> &'a Cache {
        &self.workspace.cache
    }
    /// The declaration itself.
    pub fn declaration(&self, id: &DeclarationId) -> Option<Arc<Declaration>> {
        self.outline_of(&id.path)?.declarations.get(id.index as usize).cloned().map(Arc::new)
    }
}
