//! What code of one project can reach: other projects of the tree, namespaces, and what the project file only names.

use super::{CSharp, CsProject, CsType, TypeOrigin};
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;

/// Whether `namespace` is `outer` or lies below it.
fn is_within(namespace: &str, outer: &str) -> bool {
    namespace.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl CSharp<'_> {
    /// The projects of the workspace, in order of path.
    pub fn projects(&self) -> Vec<Arc<CsProject>> {
        self.tables().projects.all().cloned().collect()
    }

    /// Whether code in `file` can use a type that lies in `namespace` or below it: of its own project, of those that it references,
    /// or of its libraries.
    pub fn reaches_namespace(&self, namespace: &str, file: &Path) -> bool {
        let tables = self.tables();
        let from = tables.projects.of_file(file);
        let in_library = tables.projects.library_of(from).is_some_and(|(_, library)| library.is_namespace(namespace));
        in_library || {
            let mut all = tables.symbols.types.iter().filter(|e| e.owner.is_none());
            tables.symbols.is_namespace(namespace)
                && all
                    .any(|e| is_within(&e.ty.declaration.namespace, namespace) && tables.projects.sees(from, e.project))
        }
    }

    /// Whether the libraries of `file`'s project have something in `namespace` or below it.
    pub fn library_has_namespace(&self, namespace: &str, file: &Path) -> bool {
        let tables = self.tables();
        let from = tables.projects.of_file(file);
        tables.projects.library_of(from).is_some_and(|(_, library)| library.is_namespace(namespace))
    }

    /// Whether the sources of the workspace, of any project, declare a type in `namespace` or below it.
    pub fn workspace_has_namespace(&self, namespace: &str) -> bool {
        self.symbols().is_namespace(namespace)
    }

    /// The projects that declare types in exactly `namespace`; when none does, those that declare types below it.
    pub fn projects_with_namespace(&self, namespace: &str) -> Vec<Arc<CsProject>> {
        let tables = self.tables();
        if !tables.symbols.is_namespace(namespace) {
            return Vec::new();
        }
        let find = |wanted: &dyn Fn(&str) -> bool| {
            let types = tables.symbols.types.iter().filter(|e| e.owner.is_none());
            let mut found: Vec<u32> =
                types.filter(|e| wanted(&e.ty.declaration.namespace)).filter_map(|e| e.project).collect();
            found.sort_unstable();
            found.dedup();
            found.into_iter().filter_map(|p| tables.projects.get(Some(p)).cloned()).collect::<Vec<_>>()
        };
        let exact = find(&|n| n == namespace);
        if exact.is_empty() { find(&|n| is_within(n, namespace)) } else { exact }
    }

    /// The project that declares a type of the workspace.
    pub fn project_of_type(&self, ty: &CsType) -> Option<Arc<CsProject>> {
        let TypeOrigin::Source(parts) = &ty.origin else { return None };
        let projects = &self.workspace.projects;
        projects.get(projects.of_file(&parts.first()?.path)).cloned()
    }

    /// Whether the project `from` references the project `to`, directly or not. A project sees itself.
    pub fn project_sees(&self, from: &CsProject, to: &CsProject) -> bool {
        let projects = &self.workspace.projects;
        let number = |p: &CsProject| projects.number_of(&p.path);
        match (number(from), number(to)) {
            (Some(from), Some(to)) => projects.sees(Some(from), Some(to)),
            _ => false,
        }
    }

    /// The projects that lie in the folder of the project with this file, or below, and whose sources it compiles all the same.
    pub fn nested_projects(&self, project: &Path) -> Vec<Arc<CsProject>> {
        let projects = &self.workspace.projects;
        let number = project.to_str().and_then(|p| projects.number_of(p));
        number.map_or_else(Vec::new, |n| projects.nested_in(n).into_iter().cloned().collect())
    }

    /// Types with this simple name that sources of the workspace declare, in whichever project; nested ones too.
    pub fn source_types_named(&self, name: &str) -> Vec<CsType> {
        self.symbols().named(name).map(|e| e.ty.clone()).collect()
    }

    /// Top-level types of the workspace's sources whose names are `wanted`.
    pub fn source_types_where(&self, mut wanted: impl FnMut(&str) -> bool) -> Vec<CsType> {
        let symbols = self.symbols();
        let top = symbols.types.iter().filter(|e| e.owner.is_none());
        top.filter(|e| wanted(&e.ty.declaration.name)).map(|e| e.ty.clone()).collect()
    }

    /// Ids of the packages that the projects of the workspace reference.
    pub fn packages(&self) -> Vec<SmolStr> {
        let mut out: Vec<SmolStr> = self.tables().projects.all().flat_map(|p| p.packages.iter().cloned()).collect();
        out.sort();
        out.dedup();
        out
    }
}
