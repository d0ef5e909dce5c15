//! The files of the workspace and what is known of each in its present state.

use crate::Outline;
use crate::words::Fingerprint;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use syntax::{Language, LanguageFamily};
use text::ContentHash;

/// A file in one state.
pub(crate) struct FileState {
    /// The revision of the workspace that brought this state.
    pub(crate) revision: u64,
    /// `None` for project files.
    pub(crate) language: Option<Language>,
    /// The text of an open document.
    pub(crate) overlay: Option<Arc<str>>,
    /// Hash of the bytes on disk that outline and words were read from.
    pub(crate) on_disk: Option<ContentHash>,
    /// The tree was read from other bytes than `on_disk`: the file changed and no notification has come yet.
    pub(crate) outdated: AtomicBool,
    /// Its words: from the cache, or read when first asked for.
    pub(crate) words: OnceLock<Fingerprint>,
    /// Its outline, once asked for. Reading it here is faster than asking the database.
    pub(crate) outline: OnceLock<Arc<Outline>>,
    /// While the document is open: what was known of the file on disk. Documents are often closed unchanged.
    pub(crate) saved: Option<SavedState>,
}

/// What is known of a file on disk with this hash.
#[derive(Clone)]
pub(crate) struct SavedState {
    pub(crate) hash: ContentHash,
    pub(crate) outline: Arc<Outline>,
    pub(crate) words: Option<Fingerprint>,
}

impl FileState {
    pub(crate) fn new(path: &Path, revision: u64, overlay: Option<Arc<str>>) -> Self {
        Self {
            revision,
            language: Language::of_path(path),
            overlay,
            on_disk: None,
            outdated: AtomicBool::new(false),
            words: OnceLock::new(),
            outline: OnceLock::new(),
            saved: None,
        }
    }
    /// The hash of the bytes on disk, as far as outline and words are known to be read from them.
    pub(crate) fn known_on_disk(&self) -> Option<ContentHash> {
        self.on_disk.filter(|_| self.overlay.is_none() && !self.outdated.load(Ordering::Relaxed))
    }
    /// Takes over what is known of the file on disk.
    pub(crate) fn restore(&mut self, saved: SavedState) {
        self.on_disk = Some(saved.hash);
        self.outline = OnceLock::from(saved.outline);
        self.words = saved.words.map(OnceLock::from).unwrap_or_default();
    }
}

/// The files of the workspace, in order of path.
#[derive(Default)]
pub(crate) struct Files(BTreeMap<Arc<Path>, FileState>);

impl Files {
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Arc<Path>> {
        self.0.keys()
    }
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<Path>, &FileState)> {
        self.0.iter()
    }
    pub(crate) fn get(&self, path: &Path) -> Option<&FileState> {
        self.0.get(path)
    }
    /// The shared form of a path, and the file.
    pub(crate) fn entry(&self, path: &Path) -> Option<(&Arc<Path>, &FileState)> {
        self.0.get_key_value(path)
    }
    pub(crate) fn contains(&self, path: &Path) -> bool {
        self.0.contains_key(path)
    }
    /// The source files of a family.
    pub(crate) fn of_family(&self, family: LanguageFamily) -> impl Iterator<Item = (&Arc<Path>, &FileState)> {
        self.iter().filter(move |(_, f)| f.language.is_some_and(|l| l.family() == family))
    }
    /// A copy for another index, with the outlines that are known: of the file itself, or else by `known`.
    pub(crate) fn fork(&self, known: impl Fn(&Arc<Path>) -> Option<Arc<Outline>>) -> Self {
        let copy = |(path, file): (&Arc<Path>, &FileState)| {
            let outline = file.outline.get().cloned().or_else(|| known(path));
            let state = FileState {
                revision: file.revision,
                language: file.language,
                overlay: file.overlay.clone(),
                on_disk: file.on_disk,
                outdated: AtomicBool::new(file.outdated.load(Ordering::Relaxed)),
                words: file.words.clone(),
                outline: outline.map(OnceLock::from).unwrap_or_default(),
                saved: file.saved.clone(),
            };
            (path.clone(), state)
        };
        Self(self.iter().map(copy).collect())
    }
    pub(crate) fn insert(&mut self, path: Arc<Path>, state: FileState) {
        self.0.insert(path, state);
    }
    pub(crate) fn remove(&mut self, path: &Path) {
        self.0.remove(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> SavedState {
        let outline = Arc::new(Outline::empty(Language::CSHARP));
        SavedState { hash: ContentHash::of(b"a"), outline, words: Some(Fingerprint::from([1, 2])) }
    }

    #[test]
    fn only_what_was_read_from_disk_is_known_on_disk() {
        let mut file = FileState::new(Path::new("/a.cs"), 1, None);
        assert_eq!(file.known_on_disk(), None);
        file.restore(saved());
        assert_eq!(file.known_on_disk(), Some(ContentHash::of(b"a")));
        assert_eq!(file.words.get().map(|w| w.len()), Some(2));
        file.outdated.store(true, Ordering::Relaxed);
        assert_eq!(file.known_on_disk(), None);
        let mut open = FileState::new(Path::new("/a.cs"), 2, Some("class A { }".into()));
        open.on_disk = Some(ContentHash::of(b"a"));
        assert_eq!(open.known_on_disk(), None);
    }

    #[test]
    fn files_are_told_apart_by_family() {
        let mut files = Files::default();
        for path in ["/b.tsx", "/a.cs", "/c.js", "/p.json"] {
            files.insert(Path::new(path).into(), FileState::new(Path::new(path), 0, None));
        }
        let names = |family| files.of_family(family).map(|(p, _)| p.display().to_string()).collect::<Vec<_>>();
        assert_eq!(names(LanguageFamily::CSHARP), ["/a.cs"]);
        assert_eq!(names(LanguageFamily::TYPESCRIPT), ["/b.tsx", "/c.js"]);
        assert_eq!(files.paths().count(), 4);
        files.remove(Path::new("/a.cs"));
        assert!(!files.contains(Path::new("/a.cs")));
    }
}
