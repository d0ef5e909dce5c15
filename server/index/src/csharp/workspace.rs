//! The state of C# in one workspace: projects, symbol tables, cached answers.

use super::compiled::CompiledProject;
use super::outline::located_outline;
use super::project::Projects;
use super::queries::{self, CSharpSources, UsingCounts};
use super::query_cache::QueryCache;
use super::symbols::Symbols;
use crate::db::{self, Queries, SourceFile};
use crate::language::{FileChange, ForkLanguage, LanguageIndex, LanguageWorkspace, WorkspaceInputs};
use crate::{LocatedOutline, dotnet};
use rayon::prelude::*;
use salsa::Setter;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use syntax::{LanguageFamily, Parsed};

/// More changed files than this are parsed in parallel.
const PARALLEL_FROM: usize = 8;

/// C# in the index.
pub(crate) struct CSharpIndex;

impl LanguageIndex for CSharpIndex {
    fn outline(&self, parsed: &Parsed) -> LocatedOutline {
        located_outline(parsed)
    }
    /// C# in folders of these names is generated; the SDK's default items leave them out, too.
    fn is_generated(&self, relative: &Path) -> bool {
        let folders = relative.parent().into_iter().flat_map(Path::components);
        folders.into_iter().any(|c| matches!(c.as_os_str().to_str(), Some("bin" | "obj")))
    }
    fn is_project_file(&self, name: &str) -> bool {
        let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
        matches!(extension, "csproj" | "props" | "targets" | "sln" | "slnx" | "slnf" | "globalconfig" | "json")
            || matches!(name, "nuget.config" | "packages.config")
    }
    fn is_excluded_folder(&self, folder: &Path) -> bool {
        match folder.file_name().and_then(|n| n.to_str()) {
            Some(".vs") => true,
            // Only of a .NET project: other trees keep sources in folders of these names.
            Some("bin" | "obj") => {
                disk::exists(&folder.join("project.assets.json")) || folder.parent().is_some_and(has_project)
            }
            _ => false,
        }
    }
    fn open(&self, workspace: &mut WorkspaceInputs<'_>) -> Box<dyn LanguageWorkspace> {
        let libraries = Arc::default();
        let compiled = Arc::default();
        let projects = read_projects(workspace, &libraries, &compiled);
        Box::new(CSharpWorkspace::of(workspace, projects, libraries, compiled))
    }
}

fn has_project(folder: &Path) -> bool {
    disk::list(folder).any(|(path, _)| {
        let extension = path.extension().and_then(|e| e.to_str());
        extension.is_some_and(|e| matches!(e.to_ascii_lowercase().as_str(), "csproj" | "fsproj" | "vbproj"))
    })
}

fn read_projects(
    workspace: &WorkspaceInputs<'_>,
    libraries: &Arc<dotnet::Tables>,
    compiled: &Arc<Vec<CompiledProject>>,
) -> Arc<Projects> {
    let overlay = |path: &Path| workspace.overlay(path);
    let files = workspace.project_files();
    Arc::new(Projects::read(&files, workspace.roots(), &overlay, workspace.system(), libraries, compiled))
}

/// The state of C# in one workspace.
pub(crate) struct CSharpWorkspace {
    sources: CSharpSources,
    pub(super) projects: Arc<Projects>,
    libraries: Arc<dotnet::Tables>,
    /// How the last build called the compiler.
    pub(super) compiled: Arc<Vec<CompiledProject>>,
    /// Changed since the symbol tables were last asked for.
    changed: Vec<SourceFile>,
    symbols: OnceLock<Arc<Symbols>>,
    /// Answers of one revision.
    pub(crate) cache: QueryCache,
}

impl CSharpWorkspace {
    /// With the sources of the workspace, and projects that were read.
    fn of(
        workspace: &mut WorkspaceInputs<'_>,
        projects: Arc<Projects>,
        libraries: Arc<dotnet::Tables>,
        compiled: Arc<Vec<CompiledProject>>,
    ) -> Self {
        let files = workspace.sources(LanguageFamily::CSHARP);
        let sources = CSharpSources::new(workspace.database(), files, projects.clone());
        Self {
            sources,
            projects,
            libraries,
            compiled,
            changed: Vec::new(),
            symbols: OnceLock::new(),
            cache: QueryCache::default(),
        }
    }
}

impl LanguageWorkspace for CSharpWorkspace {
    fn changed(&mut self, change: &FileChange<'_>, workspace: &mut WorkspaceInputs<'_>) {
        self.cache = QueryCache::default();
        if self.symbols.take().is_some() {
            self.changed.clear();
        }
        match change.language {
            None => {
                self.read_projects(workspace);
            }
            Some(language) if language.family() == LanguageFamily::CSHARP => {
                if workspace.files.contains(change.path) {
                    self.changed.extend(workspace.queries.input(change.path));
                }
                if change.listed {
                    let files = workspace.sources(LanguageFamily::CSHARP);
                    self.sources.set_files(workspace.database()).to(files);
                }
            }
            Some(_) => {}
        }
    }

    fn all_changed(&mut self, changes: &[FileChange<'_>], workspace: &mut WorkspaceInputs<'_>) {
        // Projects are read again once, and sources listed once.
        let is_csharp = |c: &&FileChange<'_>| c.language.is_some_and(|l| l.family() == LanguageFamily::CSHARP);
        let listed = changes.iter().filter(is_csharp).position(|c| c.listed);
        for (i, change) in changes.iter().filter(is_csharp).enumerate() {
            self.changed(&FileChange { listed: listed == Some(i), ..*change }, workspace);
        }
        if let Some(project) = changes.iter().find(|c| c.language.is_none()) {
            self.changed(project, workspace);
        }
    }

    fn prepare(&self, queries: &Queries) {
        self.symbols(queries);
        self.using_counts(queries);
    }

    fn fork(&self) -> ForkLanguage {
        let (projects, libraries, compiled) = (self.projects.clone(), self.libraries.clone(), self.compiled.clone());
        Box::new(move |workspace| Box::new(Self::of(workspace, projects, libraries, compiled)))
    }

    fn preload(&self) -> Option<Box<dyn FnOnce() + Send>> {
        let projects = self.projects.clone();
        Some(Box::new(move || {
            projects.libraries();
        }))
    }
}

impl CSharpWorkspace {
    /// Takes note of how a build called the compiler.
    pub(super) fn set_compiled(&mut self, calls: Vec<CompiledProject>, workspace: &mut WorkspaceInputs<'_>) {
        self.compiled = Arc::new(calls);
        self.cache = QueryCache::default();
        if self.symbols.take().is_some() {
            self.changed.clear();
        }
        self.read_projects(workspace);
    }

    fn read_projects(&mut self, workspace: &mut WorkspaceInputs<'_>) {
        self.projects = read_projects(workspace, &self.libraries, &self.compiled);
        self.sources.set_projects(workspace.database()).to(self.projects.clone());
    }

    /// The types of the workspace.
    pub(super) fn symbols(&self, queries: &Queries) -> Arc<Symbols> {
        if let Some(symbols) = self.symbols.get() {
            return symbols.clone();
        }
        // Not inside the initialisation of the cell: a thread that waits for the pool may run work that asks for the symbols, too.
        if self.changed.len() > PARALLEL_FROM {
            self.changed.par_iter().for_each_with(queries.database(), |db, file| {
                db::outline(db, *file);
            });
        }
        self.symbols.get_or_init(|| queries::symbols(&queries.database(), self.sources)).clone()
    }

    pub(super) fn using_counts(&self, queries: &Queries) -> UsingCounts {
        queries::using_counts(&queries.database(), self.sources)
    }
}
