//! Trees of recently used files, and how they are made.

use crate::around::Around;
use crate::db::Host;
use crate::language::Languages;
use crate::{LocatedOutline, Outline, System};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use syntax::{Language, Parsed};
use text::{ContentHash, SourceText};

/// Bytes of memory for trees of recently used files.
const TREE_BUDGET: u64 = 56 << 20;
/// How much of that may be filled with trees that are parsed ahead of the first question.
const AHEAD_BUDGET: usize = 40 << 20;
/// A tree costs about this many times its source (measured over 21 MB of C#).
const TREE_FACTOR: usize = 23;

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

/// Trees of recently used files by path and revision of the file.
pub(crate) struct TreeStore {
    system: Arc<dyn System>,
    languages: Languages,
    /// Texts of open documents.
    overlays: RwLock<FxHashMap<Arc<Path>, Arc<str>>>,
    trees: moka::sync::Cache<(Arc<Path>, u64), Arc<Tree>>,
    /// The last tree that is too large for the others to stay beside it.
    large: Mutex<Option<Kept>>,
    /// The tree before the newest change of a text. The next tree is parsed from it.
    previous: Mutex<Option<(Arc<Path>, Parsed)>>,
    /// How many trees were parsed from the previous one.
    reparsed: AtomicUsize,
    /// How many trees were parsed from the text alone.
    parsed: AtomicUsize,
}

/// A tree with what it is kept by.
type Kept = ((Arc<Path>, u64), Arc<Tree>);

/// A tree, and the outline that is read off it when it is asked for.
pub(crate) struct Tree {
    pub(crate) source: Arc<Source>,
    /// Hash of the bytes on disk that it was read from; `None` for the text of an open document.
    pub(crate) on_disk: Option<ContentHash>,
    located: OnceLock<Arc<LocatedOutline>>,
    around: OnceLock<Around>,
}

/// Trees and texts of open documents at one moment, for another store.
pub(crate) struct KeptTrees {
    overlays: FxHashMap<Arc<Path>, Arc<str>>,
    trees: Vec<(Arc<(Arc<Path>, u64)>, Arc<Tree>)>,
    large: Option<Kept>,
}

impl TreeStore {
    /// What is kept now.
    pub(crate) fn kept_trees(&self) -> KeptTrees {
        let overlays = self.overlays.read().unwrap_or_else(PoisonError::into_inner).clone();
        KeptTrees { overlays, trees: self.trees.iter().collect(), large: self.lock_large().clone() }
    }

    /// A store that begins with what another one kept.
    pub(crate) fn with_trees(system: Arc<dyn System>, languages: Languages, kept: KeptTrees) -> Self {
        let store = Self { overlays: RwLock::new(kept.overlays), ..Self::new(system, languages) };
        *store.lock_large() = kept.large;
        for (key, tree) in kept.trees {
            store.trees.insert((*key).clone(), tree);
        }
        store
    }

    pub(crate) fn new(system: Arc<dyn System>, languages: Languages) -> Self {
        let weight = |_: &(Arc<Path>, u64), tree: &Arc<Tree>| u32::try_from(tree.weight()).unwrap_or(u32::MAX);
        let trees = moka::sync::Cache::builder()
            .weigher(weight)
            .max_capacity(TREE_BUDGET)
            // The default policy prefers what is used often, and may reject the tree that is in use now.
            .eviction_policy(moka::policy::EvictionPolicy::lru())
            .build();
        Self {
            system,
            languages,
            overlays: RwLock::default(),
            trees,
            large: Mutex::default(),
            previous: Mutex::default(),
            reparsed: AtomicUsize::new(0),
            parsed: AtomicUsize::new(0),
        }
    }

    fn overlay(&self, path: &Path) -> Option<Arc<str>> {
        self.overlays.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// The text of an open document, or else of the file on disk.
    pub(crate) fn text(&self, path: &Path) -> Option<Arc<str>> {
        self.overlay(path).or_else(|| Some(SourceText::decode(&self.system.read(path).ok()?)?.text.into()))
    }

    /// Parses the present text of `path`; the tree is not kept.
    pub(crate) fn parse(&self, path: &Arc<Path>) -> Option<Tree> {
        let language = Language::of_path(path)?;
        let overlay = self.overlay(path);
        let bytes = if overlay.is_none() { self.system.read(path).ok()? } else { Vec::new() };
        let text: Arc<str> = match &overlay {
            Some(text) => text.clone(),
            None => SourceText::decode(&bytes)?.text.into(),
        };
        if is_no_writing(&text) {
            return None;
        }
        let hash = ContentHash::of(text.as_bytes());
        // A byte order mark or another encoding makes them differ.
        let of_bytes = || if text.as_bytes() == bytes { hash } else { ContentHash::of(&bytes) };
        let on_disk = overlay.is_none().then(of_bytes);
        let parsed = match self.take_previous(path).and_then(|previous| previous.reparsed(&text)) {
            Some(parsed) => {
                self.reparsed.fetch_add(1, Ordering::Relaxed);
                parsed
            }
            None => {
                self.parsed.fetch_add(1, Ordering::Relaxed);
                Parsed::new(language, text)
            }
        };
        let source = Arc::new(Source { path: path.clone(), parsed, hash });
        Some(Tree { source, on_disk, located: OnceLock::new(), around: OnceLock::new() })
    }

    fn take_previous(&self, path: &Path) -> Option<Parsed> {
        let mut previous = self.previous.lock().unwrap_or_else(PoisonError::into_inner);
        previous.take_if(|(of, _)| **of == *path).map(|(_, parsed)| parsed)
    }

    /// The tree of `path` in state `revision`, parsed when it is not kept.
    pub(crate) fn tree(&self, path: &Arc<Path>, revision: u64) -> Option<Arc<Tree>> {
        if let Some(tree) = self.large(path, revision) {
            return Some(tree);
        }
        let make = || Some(Arc::new(self.parse(path)?));
        let tree = self.trees.optionally_get_with((path.clone(), revision), make)?;
        if tree.weight() as u64 > TREE_BUDGET / 2 {
            // The cache would drop it, or everything else.
            self.trees.invalidate(&(path.clone(), revision));
            *self.lock_large() = Some(((path.clone(), revision), tree.clone()));
        }
        Some(tree)
    }

    fn lock_large(&self) -> MutexGuard<'_, Option<Kept>> {
        self.large.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn large(&self, path: &Path, revision: u64) -> Option<Arc<Tree>> {
        let large = self.lock_large();
        large.as_ref().filter(|((of, at), _)| **of == *path && *at == revision).map(|(_, tree)| tree.clone())
    }

    /// The tree of [`Self::tree`], if it is kept.
    pub(crate) fn kept(&self, path: &Arc<Path>, revision: u64) -> Option<Arc<Tree>> {
        self.large(path, revision).or_else(|| self.trees.get(&(path.clone(), revision)))
    }

    /// Takes note of a new text; `None` for what is on disk. `old` is the revision of the file before.
    pub(crate) fn changed(&self, path: &Arc<Path>, overlay: Option<&Arc<str>>, old: Option<u64>) {
        {
            let mut overlays = self.overlays.write().unwrap_or_else(PoisonError::into_inner);
            match overlay {
                Some(text) => overlays.insert(path.clone(), text.clone()),
                None => overlays.remove(path),
            };
        }
        let Some(old) = old else { return };
        let large = self.lock_large().take_if(|((of, at), _)| **of == **path && *at == old).map(|(_, tree)| tree);
        let tree = self.trees.remove(&(path.clone(), old)).or(large);
        if overlay.is_some()
            && let Some(tree) = tree
        {
            let mut previous = self.previous.lock().unwrap_or_else(PoisonError::into_inner);
            *previous = Some((path.clone(), tree.source.parsed.clone()));
        }
    }

    /// Keeps a tree that was parsed elsewhere, of the present text of an open document.
    pub(crate) fn keep(&self, path: &Arc<Path>, revision: u64, parsed: Parsed) {
        let hash = ContentHash::of(parsed.text().as_bytes());
        let source = Arc::new(Source { path: path.clone(), parsed, hash });
        let tree = Tree { source, on_disk: None, located: OnceLock::new(), around: OnceLock::new() };
        self.trees.insert((path.clone(), revision), Arc::new(tree));
        self.take_previous(path);
    }

    /// Parses `files` in this order, until the budget for trees that are parsed ahead is used up.
    pub(crate) fn parse_ahead(&self, files: Vec<(Arc<Path>, u64)>) {
        let mut room = AHEAD_BUDGET;
        for (path, revision) in files {
            let Some(tree) = self.tree(&path, revision) else { continue };
            self.located(&tree);
            match room.checked_sub(tree.weight()) {
                Some(left) => room = left,
                None => return,
            }
        }
    }

    /// Outline with ranges of a tree.
    pub(crate) fn located<'t>(&self, tree: &'t Tree) -> &'t Arc<LocatedOutline> {
        tree.located.get_or_init(|| Arc::new(self.languages.outline(&tree.source.parsed)))
    }

    /// Numbers of the declarations around `offset`, its own ends included.
    pub(crate) fn around(&self, tree: &Tree, offset: usize) -> Vec<u32> {
        let ranges = || self.located(tree).ranges.iter().map(|r| r.full);
        tree.around.get_or_init(|| Around::of(ranges())).at(offset)
    }

    /// How many trees were parsed from the previous one, and how many from the text alone.
    #[cfg(test)]
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.reparsed.load(Ordering::Relaxed), self.parsed.load(Ordering::Relaxed))
    }
}

impl Tree {
    /// Bytes of memory, roughly.
    fn weight(&self) -> usize {
        self.source.parsed.text().len().saturating_mul(TREE_FACTOR)
    }
}

impl Host for TreeStore {
    fn parse_outline(&self, path: &Path, revision: u64) -> Option<Outline> {
        let tree = self.tree(&path.into(), revision)?;
        Some(self.located(&tree).outline.clone())
    }
}

/// Whether a text was made by a tool and for none to read: large, and its lines are thousands of bytes long.
pub(crate) fn is_no_writing(text: &str) -> bool {
    const LARGE: usize = 512 << 10;
    const LONG: usize = 2000;
    text.len() > LARGE && memchr::memchr_iter(b'\n', text.as_bytes()).count() < text.len() / LONG
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemorySystem;
    use crate::languages::languages;

    fn store(files: &[(&str, &str)]) -> TreeStore {
        let files = files.iter().map(|(path, text)| (path.into(), text.as_bytes().to_vec()));
        TreeStore::new(Arc::new(MemorySystem::new(files)), languages())
    }

    fn path(name: &str) -> Arc<Path> {
        Path::new(name).into()
    }

    #[test]
    fn a_tree_is_kept_for_its_revision() {
        let store = store(&[("/a.cs", "class A { }")]);
        let a = path("/a.cs");
        assert!(store.kept(&a, 0).is_none());
        let tree = store.tree(&a, 0).unwrap();
        assert!(Arc::ptr_eq(&tree, &store.tree(&a, 0).unwrap()));
        assert_eq!((tree.on_disk, store.counts()), (Some(ContentHash::of(b"class A { }")), (0, 1)));
        assert_eq!(store.located(&tree).outline.declarations.len(), 1);
        store.changed(&a, Some(&"class A { int x; }".into()), Some(0));
        assert!(store.kept(&a, 0).is_none());
        let tree = store.tree(&a, 1).unwrap();
        assert_eq!((&**tree.source.parsed.text(), tree.on_disk), ("class A { int x; }", None));
        assert_eq!(store.counts(), (1, 1), "parsed from the tree before");
        store.changed(&a, None, Some(1));
        assert_eq!(store.text(&a).as_deref(), Some("class A { }"));
    }

    #[test]
    fn a_tree_larger_than_the_budget_is_kept_while_its_document_is_open() {
        let text =
            format!("class A {{ {} }}", "int M() { return 1 }\n".repeat((TREE_BUDGET as usize / TREE_FACTOR) / 10));
        let store = store(&[("/a.cs", "class A { }"), ("/b.cs", "class B { }")]);
        let (a, b) = (path("/a.cs"), path("/b.cs"));
        store.tree(&b, 0).unwrap();
        store.changed(&a, Some(&text.as_str().into()), Some(0));
        for revision in 1..5 {
            let tree = store.tree(&a, revision).unwrap();
            assert!(Arc::ptr_eq(&tree, &store.tree(&a, revision).unwrap()));
            store.trees.run_pending_tasks();
            assert!(store.kept(&a, revision).is_some() && store.kept(&b, 0).is_some());
            let typed: Arc<str> = text.replacen("M", &"M".repeat(revision as usize + 1), 1).into();
            store.changed(&a, Some(&typed), Some(revision));
        }
        assert_eq!(store.counts(), (3, 2), "typing parses the neighbourhood");
    }

    #[test]
    fn what_nobody_wrote_is_not_parsed() {
        let line = "x".repeat(1 << 20);
        let store = store(&[("/a.cs", &line), ("/b.cs", &line.replace("xxxxxxxx", "xxxxxxx\n"))]);
        assert!(store.tree(&path("/a.cs"), 0).is_none());
        assert!(store.tree(&path("/b.cs"), 0).is_some());
    }

    #[test]
    fn trees_are_parsed_ahead_until_the_budget_is_used_up() {
        // Two files fill the budget.
        let line = format!("// {}\n", "x".repeat(96));
        let text = line.repeat(AHEAD_BUDGET / TREE_FACTOR * 2 / 3 / line.len());
        let store = store(&[("/a.cs", &text), ("/b.cs", &text), ("/c.cs", &text)]);
        store.parse_ahead(["/none.cs", "/a.cs", "/b.cs", "/c.cs"].map(|p| (path(p), 0)).to_vec());
        assert_eq!(store.counts(), (0, 2));
    }
}
