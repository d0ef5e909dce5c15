//! The workspace at one revision, and how it changes.

use crate::db::{Contents, Queries};
use crate::files::{FileState, Files, SavedState};
use crate::language::{FileChange, LanguageWorkspace, Languages, WorkspaceInputs};
use crate::persistence::CacheWriter;
use crate::revision::RevisionData;
use crate::trees::{Source, Tree, TreeStore};
use crate::words::{self, Fingerprint, WordCache};
use crate::{DeclarationId, DeclarationRanges, LocatedOutline, Outline, Stamp, System};
use rayon::prelude::*;
use rustc_hash::FxHasher;
use std::any::Any;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syntax::{Language, LanguageFamily, Parsed};
use text::ContentHash;

/// The workspace at one revision. One owner changes it (`&mut`); any number of threads ask it at the same time (`&`).
pub struct Index {
    pub(crate) system: Arc<dyn System>,
    pub(crate) roots: Vec<PathBuf>,
    pub(crate) files: Files,
    pub(crate) trees: Arc<TreeStore>,
    pub(crate) queries: Queries,
    /// Which languages there are, and what each keeps for this workspace.
    pub(crate) languages: Languages,
    pub(crate) workspaces: Vec<(LanguageFamily, Box<dyn LanguageWorkspace>)>,
    pub(crate) words: WordCache,
    /// How many files were read to see which words they hold.
    pub(crate) words_read: AtomicUsize,
    /// Data of upper layers, for one revision.
    pub(crate) revision_data: RevisionData,
    pub(crate) revision: u64,
    pub(crate) cache_writer: CacheWriter,
}

/// Questions.
impl Index {
    /// Roots of the workspace.
    pub fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// The system that files come from.
    pub fn system(&self) -> &Arc<dyn System> {
        &self.system
    }

    /// A number that changes with every change of the workspace. What was computed at another revision may be wrong now.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Every file of the workspace, in order of path.
    pub fn files(&self) -> impl Iterator<Item = &Arc<Path>> {
        self.files.paths()
    }

    /// Files that were changed or came after `revision`.
    pub fn changed_since(&self, revision: u64) -> impl Iterator<Item = &Arc<Path>> {
        self.files.iter().filter(move |(_, file)| file.revision > revision).map(|(path, _)| path)
    }

    /// Files whose text was set and is not what is on disk.
    pub fn overlaid(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().filter(|(_, file)| file.overlay.is_some()).map(|(path, _)| &**path)
    }

    /// Whether `path` is a file of the workspace.
    pub fn contains(&self, path: &Path) -> bool {
        self.files.contains(path)
    }

    /// Whether a file at `path` would be one of the workspace, by its name and its folders. It need not exist, and ignore files are not consulted.
    pub fn would_list(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| path.starts_with(root) && self.languages.is_wanted(root, path))
    }

    /// Whether `folder` may hold files of the workspace, by its own name and place: build output and dependencies do not.
    pub fn would_enter(&self, folder: &Path) -> bool {
        self.languages.is_wanted_folder(folder)
    }

    /// The shared form of a path of the workspace.
    pub(crate) fn shared_path(&self, path: &Path) -> Option<Arc<Path>> {
        self.files.entry(path).map(|(p, _)| p.clone())
    }

    /// Source files of the same language family as `like` whose text may contain the whole word `word`, in order of path; a few may not
    /// (words are compared by hash). Reads only files that changed since they were last asked for; kept for the revision.
    pub fn files_with_word(&self, word: &str, like: Language) -> Arc<[Arc<Path>]> {
        let family = like.family();
        self.words.get_or(word, family, || {
            let hash = words::hash(word);
            let files: Vec<_> = self.files.of_family(family).collect();
            let unread: Vec<_> = files.iter().filter(|(_, f)| f.words.get().is_none()).collect();
            // A cell is never held while others of the pool may wait for it.
            unread.par_iter().for_each(|(path, file)| {
                self.words_read.fetch_add(1, Ordering::Relaxed);
                let words = self.text(path).map_or_else(|| Fingerprint::from([]), |t| words::fingerprint(&t));
                let _ = file.words.set(words);
            });
            let contains = |f: &FileState| f.words.get().is_some_and(|w| w.binary_search(&hash).is_ok());
            files.into_iter().filter(|(_, f)| contains(f)).map(|(p, _)| p.clone()).collect()
        })
    }

    /// The files of [`Self::files_with_word`] that do contain the word, with how often, in order of path. Each is read when the iterator
    /// reaches it: a caller who has seen enough stops.
    pub fn word_counts(&self, word: &str, like: Language) -> impl Iterator<Item = (Arc<Path>, usize)> {
        let files = self.files_with_word(word, like);
        (0..files.len()).filter_map(move |i| {
            let path = files[i].clone();
            let count = words::count(&self.text(&path)?, word);
            (count > 0).then_some((path, count))
        })
    }

    /// Text of a file; `None` when there is no such file or it is not text.
    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        if let Some((path, file)) = self.files.entry(path) {
            if let Some(text) = &file.overlay {
                return Some(text.clone());
            }
            if let Some(tree) = self.trees.kept(path, file.revision) {
                return Some(tree.source.parsed.text().clone());
            }
        }
        self.trees.text(path)
    }

    /// Text and tree of a source file.
    pub fn source(&self, path: &Path) -> Option<Arc<Source>> {
        match self.files.entry(path) {
            Some((path, file)) => Some(self.tree(path, file)?.source.clone()),
            None => Some(self.library_tree(path)?.source.clone()),
        }
    }

    /// Text and tree of a file that diagnostics may be about: a source, or a JSON document that configures the build.
    pub fn document(&self, path: &Path) -> Option<Arc<Source>> {
        if Language::of_path(path).is_some() || path.extension().is_none_or(|e| !e.eq_ignore_ascii_case("json")) {
            return self.source(path);
        }
        let text = self.text(path)?;
        let hash = ContentHash::of(text.as_bytes());
        Some(Arc::new(Source { path: path.into(), parsed: Parsed::new(Language::JSON, text), hash }))
    }

    /// The tree of a file of the workspace.
    fn tree(&self, path: &Arc<Path>, file: &FileState) -> Option<Arc<Tree>> {
        let tree = self.trees.tree(path, file.revision)?;
        if file.on_disk.is_some_and(|known| tree.on_disk != Some(known)) {
            file.outdated.store(true, Ordering::Relaxed);
        }
        Some(tree)
    }

    /// The tree of a file that is none of the workspace. No notifications come for those: they are kept by size and time.
    fn library_tree(&self, path: &Path) -> Option<Arc<Tree>> {
        match self.system.stamp(path) {
            Some(stamp) => self.trees.tree(&path.into(), library_revision(stamp)),
            None => Some(Arc::new(self.trees.parse(&path.into())?)),
        }
    }

    /// What a source file declares.
    pub fn outline(&self, path: &Path) -> Option<Arc<Outline>> {
        if let Some(file) = self.files.get(path) {
            if let Some(known) = file.outline.get() {
                return Some(known.clone());
            }
            let outline = self.queries.outline(path)?;
            return Some(file.outline.get_or_init(|| outline).clone());
        }
        Some(Arc::new(self.trees.located(&*self.library_tree(path)?).outline.clone()))
    }

    /// Outline with ranges of a file of the workspace.
    pub(crate) fn located(&self, path: &Path) -> Option<Arc<LocatedOutline>> {
        let (path, file) = self.files.entry(path)?;
        Some(self.trees.located(&*self.tree(path, file)?).clone())
    }

    /// Outline with ranges of a file of the workspace, and the numbers of the declarations around `offset`, in order; those that end there
    /// count.
    pub(crate) fn located_at(&self, path: &Path, offset: usize) -> Option<(Arc<LocatedOutline>, Vec<u32>)> {
        let (path, file) = self.files.entry(path)?;
        let tree = self.tree(path, file)?;
        Some((self.trees.located(&tree).clone(), self.trees.around(&tree, offset)))
    }

    /// Where a declaration stands in the file's current text.
    pub fn ranges(&self, declaration: &DeclarationId) -> Option<DeclarationRanges> {
        let index = declaration.index as usize;
        if self.contains(&declaration.path) {
            return self.located(&declaration.path)?.ranges.get(index).copied();
        }
        self.trees.located(&*self.library_tree(&declaration.path)?).ranges.get(index).copied()
    }

    /// Data of an upper layer that holds for this revision of the workspace, made by `Default` when it is first asked for. Any change of
    /// the workspace drops it.
    pub fn revision_data<T: Default + Send + Sync + 'static>(&self) -> &T {
        self.revision_data.get()
    }

    /// The database of this workspace.
    pub(crate) fn queries(&self) -> &Queries {
        &self.queries
    }

    /// What the languages of a family keep for this workspace.
    pub(crate) fn language<T: LanguageWorkspace>(&self, family: LanguageFamily) -> Option<&T> {
        let (_, workspace) = self.workspaces.iter().find(|(f, _)| *f == family)?;
        (workspace.as_ref() as &dyn Any).downcast_ref()
    }

    /// [`Self::language`], to change it.
    pub(crate) fn language_mut<T: LanguageWorkspace>(&mut self, family: LanguageFamily) -> Option<&mut T> {
        let (_, workspace) = self.workspaces.iter_mut().find(|(f, _)| *f == family)?;
        (workspace.as_mut() as &mut dyn Any).downcast_mut()
    }
}

/// What stands for the revision of a file that is of a library. Those of the workspace's files are small numbers.
fn library_revision(stamp: Stamp) -> u64 {
    let mut hasher = FxHasher::default();
    (stamp.size, stamp.modified).hash(&mut hasher);
    hasher.finish() | 1 << 63
}

/// Changes.
impl Index {
    /// Changes what a language keeps, as a new revision.
    pub(crate) fn change_language<T: LanguageWorkspace>(
        &mut self,
        family: LanguageFamily,
        change: impl FnOnce(&mut T, &mut WorkspaceInputs<'_>),
    ) {
        self.revision += 1;
        self.revision_data = RevisionData::default();
        let mut inputs = WorkspaceInputs {
            files: &self.files,
            queries: &mut self.queries,
            roots: &self.roots,
            system: &self.system,
        };
        let found = self.workspaces.iter_mut().find(|(f, _)| *f == family);
        if let Some(workspace) = found.and_then(|(_, w)| (w.as_mut() as &mut dyn Any).downcast_mut()) {
            change(workspace, &mut inputs);
        }
    }

    /// Replaces the text of `path` (an open document, or a fix applied in memory); `None` returns to what is on disk.
    pub fn set_text(&mut self, path: &Path, text: Option<Arc<str>>) {
        let unchanged = match &text {
            Some(_) => self.files.get(path).is_some_and(|f| f.overlay == text),
            None => self.is_as_on_disk(path),
        };
        if !unchanged {
            let exists = text.is_some() || self.system.is_file(path);
            self.change(path, exists, text);
        }
    }

    /// [`Self::set_text`] with the text's tree, which is not parsed again.
    pub fn set_parsed(&mut self, path: &Path, parsed: Parsed) {
        self.set_text(path, Some(parsed.text().clone()));
        if let Some((path, file)) = self.files.entry(path)
            && file.overlay.as_ref().is_some_and(|text| text == parsed.text())
        {
            self.trees.keep(path, file.revision, parsed);
        }
    }

    /// Takes note that `path` was created, changed or deleted on disk; a text set before is dropped. A new file counts when it lies
    /// within a root (links followed) and is neither build output nor a dependency's; ignore files are not consulted.
    pub fn refresh(&mut self, path: &Path) {
        if self.is_as_on_disk(path) {
            return;
        }
        let known = self.contains(path);
        let exists = self.system.is_file(path) && (known || self.is_wanted(path));
        if known || exists {
            self.change(path, exists, None);
        }
    }

    /// Whether the file is no open document, and outline and words were read from what is on disk now: documents are often opened and
    /// closed unchanged, and tools touch files without changing them.
    fn is_as_on_disk(&self, path: &Path) -> bool {
        let known = self.files.get(path).and_then(FileState::known_on_disk);
        known.is_some_and(|known| self.hash_on_disk(path) == Some(known))
    }

    fn hash_on_disk(&self, path: &Path) -> Option<ContentHash> {
        self.system.read(path).ok().map(|bytes| ContentHash::of(&bytes))
    }

    fn is_wanted(&self, path: &Path) -> bool {
        let real = self.system.real_path(path);
        let inside = |root: &&PathBuf| path.starts_with(root) && real.starts_with(self.system.real_path(root));
        self.roots.iter().find(inside).is_some_and(|root| self.languages.is_wanted(root, path))
    }

    fn change(&mut self, path: &Path, exists: bool, overlay: Option<Arc<str>>) {
        let path = self.shared_path(path).unwrap_or_else(|| path.into());
        let old = self.files.get(&path);
        let (known, old_revision) = (old.is_some(), old.map(|f| f.revision));
        let saved = old.and_then(|old| self.saved_state(&path, old));
        self.revision += 1;
        self.words = WordCache::default();
        self.revision_data = RevisionData::default();
        self.trees.changed(&path, overlay.as_ref(), old_revision);
        if exists {
            let mut state = FileState::new(&path, self.revision, overlay);
            if state.overlay.is_some() {
                state.saved = saved;
            } else if let Some(saved) = saved
                && self.hash_on_disk(&path) == Some(saved.hash)
            {
                state.restore(saved);
            }
            if let Some(language) = state.language {
                let known = state.outline.get().cloned();
                let contents = known.map_or(Contents::Parse(self.revision), Contents::Known);
                self.queries.set_contents(&path, language, contents);
            }
            self.files.insert(path.clone(), state);
        } else {
            self.files.remove(&path);
        }
        let change = FileChange { path: &path, language: Language::of_path(&path), listed: known != exists };
        let mut inputs = WorkspaceInputs {
            files: &self.files,
            queries: &mut self.queries,
            roots: &self.roots,
            system: &self.system,
        };
        for (_, workspace) in &mut self.workspaces {
            workspace.changed(&change, &mut inputs);
        }
    }

    /// What is known of the file on disk: from its present state, or from before it was opened.
    fn saved_state(&self, path: &Path, file: &FileState) -> Option<SavedState> {
        if file.saved.is_some() {
            return file.saved.clone();
        }
        let hash = file.known_on_disk()?;
        Some(SavedState { hash, outline: self.outline(path)?, words: file.words.get().cloned() })
    }
}

/// Work ahead of the first question.
impl Index {
    /// Computes the tables that the first questions need of the workspace's own files.
    pub fn prepare(&self) {
        for workspace in self.used_languages() {
            workspace.prepare(&self.queries);
        }
    }

    /// Unpacks the tables of libraries that the first questions need, when it is called, on any thread.
    pub fn preload(&self) -> impl FnOnce() + Send + 'static {
        let work: Vec<_> = self.used_languages().filter_map(|w| w.preload()).collect();
        move || {
            for load in work {
                load();
            }
        }
    }

    /// What is kept for the languages that the workspace has files of.
    fn used_languages(&self) -> impl Iterator<Item = &dyn LanguageWorkspace> {
        let used = self.workspaces.iter().filter(|(family, _)| self.files.of_family(*family).next().is_some());
        used.map(|(_, workspace)| workspace.as_ref())
    }

    /// Parses `paths`, in this order, when it is called, on any thread and without blocking the index. Stops when the budget for trees
    /// that are parsed ahead is used up.
    pub fn parse_ahead(&self, paths: impl IntoIterator<Item = PathBuf>) -> impl FnOnce() + Send + 'static {
        let known = |path: PathBuf| self.files.entry(&path).map(|(p, f)| (p.clone(), f.revision));
        let files: Vec<(Arc<Path>, u64)> = paths.into_iter().filter_map(known).collect();
        let trees = self.trees.clone();
        move || trees.parse_ahead(files)
    }

    /// Waits until the caches are written.
    pub fn finish_saving(&mut self) {
        self.cache_writer.finish();
    }
}

/// Counters.
#[cfg(test)]
impl Index {
    /// How many trees were parsed from the previous one.
    pub(crate) fn reparsed(&self) -> usize {
        self.trees.counts().0
    }
    /// How many trees were parsed from a text alone.
    pub(crate) fn parsed(&self) -> usize {
        self.trees.counts().1
    }
    /// How many files were read to see which words they hold.
    pub(crate) fn words_read(&self) -> usize {
        self.words_read.load(Ordering::Relaxed)
    }
    /// How many queries were run: outlines read off trees, files' symbols, symbol tables.
    pub(crate) fn executed(&self) -> (usize, usize, usize) {
        crate::db::Db::executed(&self.queries.database()).counts()
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.finish_saving();
    }
}
