use crate::csharp::outline::{LocatedOutline, located_outline};
use crate::csharp::symbols::{FileSymbols, Symbols};
use crate::csharp::{CSharp, Projects};
use crate::dotnet;
use crate::typescript::{self, TypeScript};
use crate::{DeclarationId, DeclarationRanges, MemorySystem, Outline, System};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use syntax::{Language, Parsed};
use text::{ContentHash, SourceText};

/// A source file at one moment: text, tree, hash.
#[derive(Clone, Debug)]
pub struct Source {
    /// Absolute path.
    pub path: Arc<Path>,
    /// Text and tree.
    pub parsed: Parsed,
    /// Hash of the text's UTF-8 bytes.
    pub hash: ContentHash,
}

/// The workspace at one revision.
pub struct Index {
    system: Arc<dyn System>,
    roots: Vec<PathBuf>,
    files: BTreeMap<Arc<Path>, FileState>,
    symbols: OnceLock<Arc<Symbols>>,
    projects: OnceLock<Arc<Projects>>,
    libraries: dotnet::Tables,
    typescript: typescript::Cache,
}

#[derive(Default)]
struct FileState {
    overlay: Option<Arc<str>>,
    outline: OnceLock<Option<Arc<Outline>>>,
    located: OnceLock<Option<Arc<LocatedOutline>>>,
}

/// Reads the outline off a tree.
fn outline_of(parsed: &Parsed) -> Outline {
    match parsed.language() {
        Language::CSharp => located_outline(parsed).outline,
        _ => typescript::outline::outline(parsed),
    }
}

impl Index {
    /// Indexes the folders `roots` through `system`.
    pub fn open(system: Arc<dyn System>, roots: Vec<PathBuf>) -> Self {
        let files = roots.iter().flat_map(|r| system.walk(r)).map(|p| (Arc::from(p), FileState::default())).collect();
        let typescript = typescript::Cache::default();
        Self {
            system,
            roots,
            files,
            symbols: OnceLock::new(),
            projects: OnceLock::new(),
            libraries: dotnet::Tables::default(),
            typescript,
        }
    }

    /// An index over files in memory; paths are absolute, the root is `/`.
    pub fn in_memory<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = files.into_iter().map(|(p, t)| (PathBuf::from(p), t.as_bytes().to_vec()));
        Self::open(Arc::new(MemorySystem::new(files)), vec![PathBuf::from("/")])
    }

    /// Roots of the workspace.
    pub fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// The system that files come from.
    pub fn system(&self) -> &Arc<dyn System> {
        &self.system
    }

    /// Every file of the workspace, in order of path.
    pub fn files(&self) -> impl Iterator<Item = &Arc<Path>> {
        self.files.keys()
    }

    /// Whether `path` is a file of the workspace.
    pub fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    pub(crate) fn typescript_cache(&self) -> &typescript::Cache {
        &self.typescript
    }

    /// Replaces the text of `path` (an open document, or a fix applied in memory); `None` returns to what is on disk.
    pub fn set_text(&mut self, path: &Path, text: Option<Arc<str>>) {
        let appeared = self.files.insert(path.into(), FileState { overlay: text, ..FileState::default() }).is_none();
        self.changed(path, appeared);
    }

    /// Takes note that `path` was created, changed or deleted on disk.
    pub fn refresh(&mut self, path: &Path) {
        let appeared = if self.system.is_file(path) {
            self.files.insert(path.into(), FileState::default()).is_none()
        } else {
            self.files.remove(path).is_some()
        };
        self.changed(path, appeared);
    }

    fn changed(&mut self, path: &Path, appeared: bool) {
        self.symbols.take();
        // A source file changes no project unless it appears, and then only by what `Projects::of_file` works out anew.
        if Language::of_path(path).is_none() {
            self.projects.take();
        }
        self.typescript.changed(path, appeared);
    }

    /// Text of a file; `None` when there is no such file or it is not text.
    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        if let Some(text) = self.files.get(path).and_then(|f| f.overlay.clone()) {
            return Some(text);
        }
        let bytes = self.system.read(path).ok()?;
        Some(SourceText::decode(&bytes)?.text.into())
    }

    /// Text and tree of a source file.
    pub fn source(&self, path: &Path) -> Option<Arc<Source>> {
        let language = Language::of_path(path)?;
        let text = self.text(path)?;
        let hash = ContentHash::of(text.as_bytes());
        Some(Arc::new(Source { path: path.into(), parsed: Parsed::new(language, text), hash }))
    }

    /// What a source file declares.
    pub fn outline(&self, path: &Path) -> Option<Arc<Outline>> {
        let read = || Some(Arc::new(outline_of(&self.source(path)?.parsed)));
        match self.files.get(path) {
            Some(file) => file.outline.get_or_init(read).clone(),
            None => read(),
        }
    }

    /// Outline with ranges of a C# file.
    pub(crate) fn located(&self, path: &Path) -> Option<Arc<LocatedOutline>> {
        let file = self.files.get(path)?;
        file.located
            .get_or_init(|| {
                let source = self.source(path).filter(|s| s.parsed.language() == Language::CSharp)?;
                Some(Arc::new(located_outline(&source.parsed)))
            })
            .clone()
    }

    /// The shared form of a path of the workspace.
    pub(crate) fn shared_path(&self, path: &Path) -> Option<Arc<Path>> {
        self.files.get_key_value(path).map(|(p, _)| p.clone())
    }

    pub(crate) fn symbols(&self) -> Arc<Symbols> {
        let symbols = self.symbols.get_or_init(|| {
            let projects = self.projects();
            let files: Vec<&Arc<Path>> =
                self.files.keys().filter(|p| Language::of_path(p) == Some(Language::CSharp)).collect();
            let read: Vec<_> = files
                .into_par_iter()
                .filter_map(|p| Some((p, projects.of_file(p), Arc::new(FileSymbols::of(&*self.outline(p)?)))))
                .collect();
            Arc::new(Symbols::merge(read.into_iter()))
        });
        symbols.clone()
    }

    pub(crate) fn projects(&self) -> Arc<Projects> {
        let projects = self.projects.get_or_init(|| {
            let files: Vec<Arc<Path>> = self.files.keys().filter(|p| Language::of_path(p).is_none()).cloned().collect();
            let text = |path: &Path| self.files.get(path)?.overlay.clone();
            Arc::new(Projects::read(&files, &self.roots, &text, self.system.as_ref(), &self.libraries))
        });
        projects.clone()
    }

    /// Where a declaration stands in the file's current text.
    pub fn ranges(&self, declaration: &DeclarationId) -> Option<DeclarationRanges> {
        if Language::of_path(&declaration.path)? == Language::CSharp {
            return self.located(&declaration.path)?.ranges.get(declaration.index as usize).copied();
        }
        typescript::outline::locate(&self.source(&declaration.path)?.parsed, declaration.index)
    }

    /// Questions about C#.
    pub fn csharp(&self) -> CSharp<'_> {
        CSharp::new(self)
    }

    /// Questions about TypeScript.
    pub fn typescript(&self) -> TypeScript<'_> {
        TypeScript::new(self)
    }
}
