//! C# projects: which csproj compiles a file, what it brings into scope, what it sees.

use super::CsProject;
use crate::dotnet::{Library, base};
use crate::{Import, Index};
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;

/// All projects of the workspace.
pub(crate) struct Projects {
    projects: Vec<Arc<CsProject>>,
    libraries: Vec<Arc<Library>>,
}

impl Projects {
    pub(crate) fn of(_index: &Index) -> Self {
        Self { projects: Vec::new(), libraries: vec![base::netcore()] }
    }
    /// The project that compiles a file.
    pub(crate) fn of_file(&self, _file: &Path) -> Option<u32> {
        None
    }
    pub(crate) fn get(&self, project: Option<u32>) -> Option<&Arc<CsProject>> {
        self.projects.get(project? as usize)
    }
    /// Whether code of project `from` can use types of project `to`.
    pub(crate) fn sees(&self, _from: Option<u32>, _to: Option<u32>) -> bool {
        true
    }
    /// Namespaces in scope everywhere in the project.
    pub(crate) fn usings(&self, project: Option<u32>) -> &[SmolStr] {
        self.get(project).map_or(&[], |p| &p.usings)
    }
    /// `<Using Static="true">` and `<Using Alias="…">` items.
    pub(crate) fn using_items(&self, _project: Option<u32>) -> &[Import] {
        &[]
    }
    pub(crate) fn libraries(&self) -> &[Arc<Library>] {
        &self.libraries
    }
    pub(crate) fn library_of(&self, _project: Option<u32>) -> (u32, &Arc<Library>) {
        (0, &self.libraries[0])
    }
}
