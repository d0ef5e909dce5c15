use crate::csharp::CSharp;
use crate::typescript::{self, TypeScript};
use crate::{DeclarationId, DeclarationRanges, MemorySystem, Outline, System};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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
    files: BTreeMap<Arc<Path>, Option<Arc<str>>>,
    typescript: typescript::Cache,
}

impl Index {
    /// Indexes the folders `roots` through `system`.
    pub fn open(system: Arc<dyn System>, roots: Vec<PathBuf>) -> Self {
        let files = roots.iter().flat_map(|r| system.walk(r)).map(|p| (Arc::from(p), None)).collect();
        Self { system, roots, files, typescript: typescript::Cache::default() }
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
        let appeared = self.files.insert(path.into(), text).is_none();
        self.typescript.changed(path, appeared);
    }

    /// Takes note that `path` was created, changed or deleted on disk.
    pub fn refresh(&mut self, path: &Path) {
        let appeared = if self.system.is_file(path) {
            self.files.insert(path.into(), None).is_none()
        } else {
            self.files.remove(path).is_some()
        };
        self.typescript.changed(path, appeared);
    }

    /// Text of a file; `None` when there is no such file or it is not text.
    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        if let Some(Some(text)) = self.files.get(path) {
            return Some(text.clone());
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
        let source = self.source(path)?;
        Some(Arc::new(match source.parsed.language() {
            Language::CSharp => Outline::empty(Language::CSharp),
            _ => typescript::outline::outline(&source.parsed),
        }))
    }

    /// Where a declaration stands in the file's current text.
    pub fn ranges(&self, declaration: &DeclarationId) -> Option<DeclarationRanges> {
        let source = self.source(&declaration.path)?;
        match source.parsed.language() {
            Language::CSharp => None,
            _ => typescript::outline::locate(&source.parsed, declaration.index),
        }
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
