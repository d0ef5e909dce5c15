//! What the index needs of a language: one [`LanguageIndex`] a family.

use crate::db::{Database, Queries, SourceFile};
use crate::files::Files;
use crate::{LocatedOutline, Outline, System};
use std::any::Any;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use syntax::{Language, LanguageFamily, Parsed};

/// What the index needs to know of a family of languages. Registered with [`crate::register`].
pub trait LanguageIndex: Send + Sync {
    /// What a file declares, and where. Depends on the tree alone, and works beside ERROR nodes.
    fn outline(&self, parsed: &Parsed) -> LocatedOutline;
    /// Whether a source file is generated, by its path below the workspace's root. Such files are not indexed.
    fn is_generated(&self, _relative: &Path) -> bool {
        false
    }
    /// Whether files with this name, in lower case, say something about projects. They are listed, but not parsed.
    fn is_project_file(&self, _name: &str) -> bool {
        false
    }
    /// Whether a folder holds build output or dependencies. Such folders are not entered.
    fn is_excluded_folder(&self, _folder: &Path) -> bool {
        false
    }
    /// Starts what the language keeps for one workspace. Called once, when all files are known.
    fn open(&self, _workspace: &mut WorkspaceInputs<'_>) -> Box<dyn LanguageWorkspace> {
        Box::new(Stateless)
    }
}

/// What a language keeps for one workspace beside its outlines: tables, projects, caches.
pub trait LanguageWorkspace: Any + Send + Sync {
    /// A file of any language, or a project file, was changed, created or deleted. What was computed before may not hold any more.
    fn changed(&mut self, _change: &FileChange<'_>, _workspace: &mut WorkspaceInputs<'_>) {}
    /// [`Self::changed`] for many files at once.
    fn all_changed(&mut self, changes: &[FileChange<'_>], workspace: &mut WorkspaceInputs<'_>) {
        for change in changes {
            self.changed(change, workspace);
        }
    }
    /// Computes the tables that the first questions need. Called only when the workspace has files of the language.
    fn prepare(&self, _queries: &Queries) {}
    /// What a copy of the workspace keeps, which no change of this one reaches. The copy is started on another thread: what is expensive is
    /// shared as a value (libraries), or computed there.
    fn fork(&self) -> ForkLanguage;
    /// Work that makes the first questions faster and needs no index, for any thread.
    fn preload(&self) -> Option<Box<dyn FnOnce() + Send>> {
        None
    }
}

struct Stateless;

impl LanguageWorkspace for Stateless {
    fn fork(&self) -> ForkLanguage {
        Box::new(|_| Box::new(Self))
    }
}

/// Starts what a language keeps for a copy of a workspace.
pub type ForkLanguage = Box<dyn FnOnce(&mut WorkspaceInputs<'_>) -> Box<dyn LanguageWorkspace> + Send>;

/// One change of one file.
#[derive(Clone, Copy, Debug)]
pub struct FileChange<'a> {
    /// The file.
    pub path: &'a Path,
    /// Its language; `None` for a project file.
    pub language: Option<Language>,
    /// Whether the file was created or deleted, not merely changed.
    pub listed: bool,
}

/// The workspace as far as a language may see it while it is opened or changed.
pub struct WorkspaceInputs<'a> {
    pub(crate) files: &'a Files,
    pub(crate) queries: &'a mut Queries,
    pub(crate) roots: &'a [PathBuf],
    pub(crate) system: &'a Arc<dyn System>,
}

impl WorkspaceInputs<'_> {
    /// Roots of the workspace.
    pub fn roots(&self) -> &[PathBuf] {
        self.roots
    }
    /// The system that files come from.
    pub fn system(&self) -> &Arc<dyn System> {
        self.system
    }
    /// Every file, in order of path.
    pub fn files(&self) -> impl Iterator<Item = &Arc<Path>> {
        self.files.paths()
    }
    /// The text of an open document.
    pub fn overlay(&self, path: &Path) -> Option<Arc<str>> {
        self.files.get(path)?.overlay.clone()
    }
    /// Files that are not of a language, in order of path: project files.
    pub(crate) fn project_files(&self) -> Vec<Arc<Path>> {
        self.files.iter().filter(|(_, f)| f.language.is_none()).map(|(p, _)| p.clone()).collect()
    }
    /// Source files of a family, in order of path.
    pub(crate) fn sources(&self, family: LanguageFamily) -> Arc<[SourceFile]> {
        self.files.of_family(family).filter_map(|(path, _)| self.queries.input(path)).collect()
    }
    pub(crate) fn database(&mut self) -> &mut Database {
        self.queries.database_mut()
    }
}

/// The languages that one index knows: those that were registered when it was opened.
#[derive(Clone)]
pub(crate) struct Languages(Arc<[(LanguageFamily, &'static dyn LanguageIndex)]>);

impl Languages {
    pub(crate) fn new(entries: Vec<(LanguageFamily, &'static dyn LanguageIndex)>) -> Self {
        Self(entries.into())
    }
    pub(crate) fn iter(&self) -> impl Iterator<Item = (LanguageFamily, &'static dyn LanguageIndex)> {
        self.0.iter().copied()
    }
    pub(crate) fn get(&self, family: LanguageFamily) -> Option<&'static dyn LanguageIndex> {
        self.iter().find(|(f, _)| *f == family).map(|(_, language)| language)
    }
    /// The outline of a tree; empty when nobody can read the language's trees.
    pub(crate) fn outline(&self, parsed: &Parsed) -> LocatedOutline {
        let language = parsed.language();
        self.get(language.family()).map_or_else(
            || LocatedOutline { outline: Outline::empty(language), ranges: Vec::new(), namespaces: Vec::new() },
            |index| index.outline(parsed),
        )
    }

    /// Whether a file below `root` is a source or project file that is no build output, ignore files aside.
    pub(crate) fn is_wanted(&self, root: &Path, path: &Path) -> bool {
        let mut folders = path.ancestors().skip(1).take_while(|f| *f != root);
        let plain = !path.components().any(|c| matches!(c, Component::ParentDir));
        plain && self.is_wanted_file(root, path) && folders.all(|f| self.is_wanted_folder(f))
    }
    pub(crate) fn is_wanted_folder(&self, path: &Path) -> bool {
        let repository = matches!(path.file_name().and_then(|n| n.to_str()), Some(".git" | ".hg" | ".svn"));
        !repository && !self.iter().any(|(_, l)| l.is_excluded_folder(path))
    }
    pub(crate) fn is_wanted_file(&self, root: &Path, path: &Path) -> bool {
        if let Some(language) = Language::of_path(path) {
            let relative = path.strip_prefix(root).unwrap_or(path);
            return !self.get(language.family()).is_some_and(|l| l.is_generated(relative));
        }
        let Some(name) = path.file_name().and_then(|n| n.to_str()).map(str::to_ascii_lowercase) else { return false };
        // Settings of no language in particular.
        let settings = name.ends_with(".editorconfig") || name == "buildfix.toml";
        settings || self.iter().any(|(_, l)| l.is_project_file(&name))
    }
}
