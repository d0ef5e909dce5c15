//! The state of TypeScript in one workspace.

use super::cache::Cache;
use super::library::Library;
use super::outline;
use super::preferences::ImportPreferences;
use crate::LocatedOutline;
use crate::language::{FileChange, ForkLanguage, LanguageIndex, LanguageWorkspace, WorkspaceInputs};
use std::path::Path;
use syntax::Parsed;

/// TypeScript, TSX and JavaScript in the index.
pub(crate) struct TypeScriptIndex;

impl LanguageIndex for TypeScriptIndex {
    fn outline(&self, parsed: &Parsed) -> LocatedOutline {
        outline::located_outline(parsed)
    }
    fn is_project_file(&self, name: &str) -> bool {
        name.ends_with(".json") || name == "pnpm-workspace.yaml"
    }
    fn is_excluded_folder(&self, folder: &Path) -> bool {
        folder.file_name().is_some_and(|n| n == "node_modules")
    }
    fn open(&self, _: &mut WorkspaceInputs<'_>) -> Box<dyn LanguageWorkspace> {
        Box::new(TypeScriptWorkspace::default())
    }
}

/// The state of TypeScript in one workspace.
#[derive(Default)]
pub(super) struct TypeScriptWorkspace {
    pub(super) cache: Cache,
    pub(super) preferences: ImportPreferences,
}

impl LanguageWorkspace for TypeScriptWorkspace {
    fn changed(&mut self, change: &FileChange<'_>, _: &mut WorkspaceInputs<'_>) {
        self.cache.changed(change.path, change.listed);
    }
    fn fork(&self) -> ForkLanguage {
        let preferences = self.preferences.clone();
        Box::new(|_| Box::new(Self { cache: Cache::default(), preferences }))
    }
    /// Unpacks the table of the ECMAScript and DOM libraries.
    fn preload(&self) -> Option<Box<dyn FnOnce() + Send>> {
        Some(Box::new(|| Library::get().unpack_common()))
    }
}
