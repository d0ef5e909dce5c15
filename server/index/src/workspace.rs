use crate::cache::{self, Stamp};
use crate::csharp::answers::Answers;
use crate::csharp::outline::{LocatedOutline, located_outline};
use crate::csharp::symbols::Symbols;
use crate::csharp::{CSharp, Projects};
use crate::db::{self, Contents, Database, Host, SourceFile, Workspace};
use crate::dotnet;
use crate::revision::RevisionData;
use crate::typescript::{self, ImportPreferences, TypeScript};
use crate::words::{self, Fingerprint};
use crate::{DeclarationId, DeclarationRanges, MemorySystem, Outline, System, walk};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use salsa::Setter;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::thread::JoinHandle;
use syntax::{Language, Parsed};
use text::{ContentHash, SourceText};

/// Bytes of memory for trees of recently used files.
const TREE_BUDGET: u64 = 56 << 20;
/// How much of that may be filled with trees that nobody has asked for yet.
const AHEAD_BUDGET: usize = 40 << 20;
/// A tree costs about this many times its source (measured over 21 MB of C#).
const TREE_FACTOR: usize = 23;
/// From so many changed files on, they are parsed in parallel.
const MANY: usize = 8;

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

/// The workspace at one revision. One owner changes it (`&mut`); any number of threads ask it at the same time (`&`).
pub struct Index {
    system: Arc<dyn System>,
    roots: Vec<PathBuf>,
    files: BTreeMap<Arc<Path>, FileState>,
    store: Arc<Store>,
    /// Copied for every use: a copy is one thread's, and none is alive when a change is made.
    db: Mutex<Database>,
    workspace: Workspace,
    /// Inputs of the database by path; files that went away keep theirs, in case they come back.
    inputs: FxHashMap<Arc<Path>, SourceFile>,
    /// Changed since the symbol tables were last asked for.
    dirty: Vec<SourceFile>,
    symbols: OnceLock<Arc<Symbols>>,
    projects: Arc<Projects>,
    libraries: Arc<dotnet::Tables>,
    typescript: typescript::Cache,
    /// How many files were read to see which words they hold.
    words_read: AtomicUsize,
    /// Files that may hold a word, of one revision; the flag tells the language family.
    word_files: RwLock<FxHashMap<(SmolStr, bool), Arc<[Arc<Path>]>>>,
    /// Answers to questions about C#, of one revision.
    pub(crate) answers: Answers,
    /// What upper layers have found out, of one revision.
    revision_data: RevisionData,
    revision: u64,
    import_preferences: ImportPreferences,
    saving: Option<JoinHandle<()>>,
}

/// Namespaces by how many files have a using directive for them.
pub(crate) type UsingCounts = Arc<FxHashMap<SmolStr, usize>>;

/// A root and what is to be remembered of its files.
type Save = (PathBuf, Vec<(Arc<Path>, cache::Entry)>);

/// A file in one state.
struct FileState {
    revision: u64,
    language: Option<Language>,
    overlay: Option<Arc<str>>,
    /// Hash of the bytes on disk that all that is known of it was read from.
    on_disk: Option<ContentHash>,
    /// A tree was made of another text than that: the file was changed and nobody told.
    drifted: AtomicBool,
    /// Its words: from the cache, or made when first asked for.
    words: OnceLock<Fingerprint>,
    /// What it declares, once asked for: cheaper to come by than from the database.
    outline: OnceLock<Arc<Outline>>,
    /// What was known of the file on disk before it was opened and changed: it is often closed as it was.
    closed: Option<Closed>,
}

/// What is known of a file on disk with this hash.
#[derive(Clone)]
struct Closed {
    hash: ContentHash,
    outline: Arc<Outline>,
    words: Option<Fingerprint>,
}

impl FileState {
    fn new(path: &Path, revision: u64, overlay: Option<Arc<str>>) -> Self {
        Self {
            revision,
            language: Language::of_path(path),
            overlay,
            on_disk: None,
            drifted: AtomicBool::new(false),
            words: OnceLock::new(),
            outline: OnceLock::new(),
            closed: None,
        }
    }
}

/// Trees of recently used files, and how to make them.
struct Store {
    system: Arc<dyn System>,
    overlays: RwLock<FxHashMap<Arc<Path>, Arc<str>>>,
    /// By path and revision of the file.
    trees: moka::sync::Cache<(Arc<Path>, u64), Arc<Tree>>,
    /// The tree before the newest change of a text: the next one is much the same.
    before: Mutex<Option<(Arc<Path>, Parsed)>>,
    /// How many trees were made of the one before.
    reparsed: AtomicUsize,
    /// How many trees were made of a text alone.
    parsed: AtomicUsize,
}

struct Tree {
    source: Arc<Source>,
    /// Hash of the bytes on disk that it was read from; `None` for the text of an open document.
    on_disk: Option<ContentHash>,
    located: OnceLock<Arc<LocatedOutline>>,
}

impl Store {
    fn new(system: Arc<dyn System>) -> Self {
        let weight = |_: &(Arc<Path>, u64), tree: &Arc<Tree>| {
            u32::try_from(tree.source.parsed.text().len().saturating_mul(TREE_FACTOR)).unwrap_or(u32::MAX)
        };
        let trees = moka::sync::Cache::builder()
            .weigher(weight)
            .max_capacity(TREE_BUDGET)
            // The default keeps what is asked for often, and may turn away the very tree that is being worked on.
            .eviction_policy(moka::policy::EvictionPolicy::lru())
            .build();
        Self {
            system,
            overlays: RwLock::default(),
            trees,
            before: Mutex::default(),
            reparsed: AtomicUsize::new(0),
            parsed: AtomicUsize::new(0),
        }
    }

    fn overlay(&self, path: &Path) -> Option<Arc<str>> {
        self.overlays.read().unwrap_or_else(|e| e.into_inner()).get(path).cloned()
    }

    fn text(&self, path: &Path) -> Option<Arc<str>> {
        self.overlay(path).or_else(|| Some(SourceText::decode(&self.system.read(path).ok()?)?.text.into()))
    }

    fn parse(&self, path: &Arc<Path>) -> Option<Tree> {
        let language = Language::of_path(path)?;
        let overlay = self.overlay(path);
        let bytes = if overlay.is_none() { self.system.read(path).ok()? } else { Vec::new() };
        let text: Arc<str> = match &overlay {
            Some(text) => text.clone(),
            None => SourceText::decode(&bytes)?.text.into(),
        };
        let hash = ContentHash::of(text.as_bytes());
        // A byte order mark or another encoding makes them differ.
        let of_bytes = || if text.as_bytes() == bytes { hash } else { ContentHash::of(&bytes) };
        let on_disk = overlay.is_none().then(of_bytes);
        let parsed = match self.before(path).and_then(|before| before.reparsed(&text)) {
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
        Some(Tree { source, on_disk, located: OnceLock::new() })
    }

    /// The tree that `path` had before the newest change.
    fn before(&self, path: &Path) -> Option<Parsed> {
        let mut before = self.before.lock().unwrap_or_else(|e| e.into_inner());
        before.take_if(|(of, _)| **of == *path).map(|(_, parsed)| parsed)
    }

    fn tree(&self, path: &Arc<Path>, revision: u64) -> Option<Arc<Tree>> {
        let make = || Some(Arc::new(self.parse(path)?));
        self.trees.optionally_get_with((path.clone(), revision), make)
    }
}

impl Tree {
    /// Outline with ranges of a C# file.
    fn located(&self) -> &Arc<LocatedOutline> {
        self.located.get_or_init(|| Arc::new(located_outline(&self.source.parsed)))
    }
}

impl Host for Store {
    fn parse_outline(&self, path: &Path, revision: u64) -> Option<Outline> {
        let tree = self.tree(&path.into(), revision)?;
        Some(match tree.source.parsed.language() {
            Language::CSharp => tree.located().outline.clone(),
            _ => typescript::outline::outline(&tree.source.parsed),
        })
    }
}

/// Reads the outline off a tree.
fn outline_of(parsed: &Parsed) -> Outline {
    match parsed.language() {
        Language::CSharp => located_outline(parsed).outline,
        _ => typescript::outline::outline(parsed),
    }
}

/// Outline and words of a file as it is on disk, from the cache where that is still good; `true` when it was not.
fn read_outline(system: &dyn System, cache: &cache::Cache, path: &Path, language: Language) -> (cache::Entry, bool) {
    let stamp = system.stamp(path);
    if let Some(known) = stamp.and_then(|s| cache.unchanged(path, s)) {
        return (known.clone(), false);
    }
    let bytes = system.read(path).unwrap_or_default();
    let hash = ContentHash::of(&bytes);
    let stamp = stamp.unwrap_or(Stamp { size: bytes.len() as u64, modified: 0 });
    if let Some(known) = cache.with_content(hash, language) {
        return (cache::Entry { stamp, ..known.clone() }, true);
    }
    let (outline, words) = match SourceText::decode(&bytes) {
        Some(text) => {
            let words = words::fingerprint(&text.text);
            (outline_of(&Parsed::new(language, text.text)), words)
        }
        None => (Outline::empty(language), Fingerprint::from([])),
    };
    (cache::Entry { stamp, hash, outline: Arc::new(outline), words }, true)
}

impl Index {
    /// How imports of TypeScript are to be written, where people say so.
    pub fn import_preferences(&self) -> &ImportPreferences {
        &self.import_preferences
    }
    /// Takes preferences into use.
    pub fn set_import_preferences(&mut self, preferences: ImportPreferences) {
        self.import_preferences = preferences;
    }

    /// Indexes the folders `roots` through `system`: reads the outlines of all sources, in parallel, from the cache of an
    /// earlier run where that still holds.
    pub fn open(system: Arc<dyn System>, roots: Vec<PathBuf>) -> Self {
        let store = Arc::new(Store::new(system.clone()));
        let database = Database::new(store.clone());
        let mut files: BTreeMap<Arc<Path>, FileState> = BTreeMap::new();
        let mut inputs = FxHashMap::default();
        let mut saves = Vec::new();
        for root in &roots {
            let cache = cache::Cache::load(system.as_ref(), root);
            let fresh: Vec<Arc<Path>> =
                system.walk(root).into_iter().map(Arc::from).filter(|p: &Arc<Path>| !files.contains_key(p)).collect();
            let read = |p: &Arc<Path>| {
                let language = Language::of_path(p)?;
                Some((p.clone(), language, read_outline(system.as_ref(), &cache, p, language)))
            };
            let sources: Vec<_> = fresh.par_iter().filter_map(read).collect();
            let mut changed = sources.len() != cache.len();
            let mut entries = Vec::with_capacity(sources.len());
            for (path, language, (entry, is_new)) in sources {
                changed |= is_new;
                let input = SourceFile::new(&database, path.clone(), language, Contents::Known(entry.outline.clone()));
                inputs.insert(path.clone(), input);
                let mut state = FileState::new(&path, 0, None);
                state.on_disk = Some(entry.hash);
                // The cell is new.
                let _ = state.words.set(entry.words.clone());
                files.insert(path.clone(), state);
                entries.push((path, entry));
            }
            for path in fresh {
                files.entry(path.clone()).or_insert_with(|| FileState::new(&path, 0, None));
            }
            if changed {
                saves.push((root.clone(), entries));
            }
        }
        let libraries = Arc::new(dotnet::Tables::default());
        let projects = read_projects(&files, &roots, &system, &libraries);
        let workspace = Workspace::new(&database, csharp_files(&files, &inputs), projects.clone());
        let mut index = Self {
            system,
            roots,
            files,
            store,
            db: Mutex::new(database),
            workspace,
            inputs,
            dirty: Vec::new(),
            symbols: OnceLock::new(),
            projects,
            libraries,
            typescript: typescript::Cache::default(),
            words_read: AtomicUsize::new(0),
            word_files: RwLock::default(),
            answers: Answers::default(),
            revision_data: RevisionData::default(),
            revision: 0,
            import_preferences: ImportPreferences::default(),
            saving: None,
        };
        index.save(saves);
        index
    }

    /// Writes caches in the background; the process waits for it before it drops the index.
    fn save(&mut self, saves: Vec<Save>) {
        if saves.is_empty() || self.system.cache_dir().is_none() {
            return;
        }
        let system = self.system.clone();
        let write = move || {
            for (root, entries) in &saves {
                cache::Cache::store(system.as_ref(), root, entries);
            }
        };
        self.saving = std::thread::Builder::new().name("index-cache".into()).spawn(write).ok();
    }

    /// Waits until the caches are written.
    pub fn finish_saving(&mut self) {
        if let Some(saving) = self.saving.take() {
            let _ = saving.join();
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

    /// Source files of the same language family as `like` whose text may hold the whole word `word`, in order of path; a few may not
    /// (words are compared by hash). Reads only files that changed since they were last asked for; kept until something changes.
    pub fn files_with_word(&self, word: &str, like: Language) -> Arc<[Arc<Path>]> {
        let key = (SmolStr::new(word), like.is_typescript());
        if let Some(known) = self.word_files.read().unwrap_or_else(|e| e.into_inner()).get(&key) {
            return known.clone();
        }
        let hash = words::hash(word);
        let fits = |l: Option<Language>| l.is_some_and(|l| l.is_typescript() == like.is_typescript());
        let files: Vec<_> = self.files.iter().filter(|(_, f)| fits(f.language)).collect();
        let unread: Vec<_> = files.iter().filter(|(_, f)| f.words.get().is_none()).collect();
        // A cell is never held while others of the pool may wait for it.
        unread.par_iter().for_each(|(path, file)| {
            self.words_read.fetch_add(1, Ordering::Relaxed);
            let print = self.text(path).map_or_else(|| Fingerprint::from([]), |t| words::fingerprint(&t));
            let _ = file.words.set(print);
        });
        let holds = |f: &FileState| f.words.get().is_some_and(|w| w.binary_search(&hash).is_ok());
        let files: Arc<[_]> = files.into_iter().filter(|(_, f)| holds(f)).map(|(p, _)| p.clone()).collect();
        self.word_files.write().unwrap_or_else(|e| e.into_inner()).insert(key, files.clone());
        files
    }

    /// The files of [`Self::files_with_word`] that do hold the word, with how often, in order of path. Each is read when its turn comes:
    /// whoever has seen enough stops.
    pub fn word_counts(&self, word: &str, like: Language) -> impl Iterator<Item = (Arc<Path>, usize)> {
        let files = self.files_with_word(word, like);
        (0..files.len()).filter_map(move |i| {
            let path = files[i].clone();
            let count = words::count(&self.text(&path)?, word);
            (count > 0).then_some((path, count))
        })
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
        if text.is_some() && self.files.get(path).is_some_and(|f| f.overlay == text) {
            return;
        }
        if text.is_none() && self.is_as_on_disk(path) {
            return;
        }
        let exists = text.is_some() || self.system.is_file(path);
        self.change(path, exists, text);
    }

    /// Whether the file is no open document, and all that is known of it was read from what is on disk now: documents are opened and
    /// closed all the time, and folders are touched by tools.
    fn is_as_on_disk(&self, path: &Path) -> bool {
        let Some(file) = self.files.get(path) else { return false };
        let (None, Some(known)) = (&file.overlay, file.on_disk) else { return false };
        !file.drifted.load(Ordering::Relaxed)
            && self.system.read(path).is_ok_and(|bytes| ContentHash::of(&bytes) == known)
    }

    /// The tree of a file of the workspace.
    fn tree(&self, path: &Arc<Path>, file: &FileState) -> Option<Arc<Tree>> {
        let tree = self.store.tree(path, file.revision)?;
        if file.on_disk.is_some_and(|known| tree.on_disk != Some(known)) {
            file.drifted.store(true, Ordering::Relaxed);
        }
        Some(tree)
    }

    /// Takes note that `path` was created, changed or deleted on disk; a text set before is forgotten. A new file counts when
    /// it lies within a root (links followed) and is neither build output nor a dependency's; ignore files are not asked.
    pub fn refresh(&mut self, path: &Path) {
        if self.is_as_on_disk(path) {
            return;
        }
        let known = self.files.contains_key(path);
        let exists = self.system.is_file(path) && (known || self.is_wanted(path));
        if known || exists {
            self.change(path, exists, None);
        }
    }

    fn is_wanted(&self, path: &Path) -> bool {
        let real = self.system.real_path(path);
        let inside = |root: &&PathBuf| path.starts_with(root) && real.starts_with(self.system.real_path(root));
        self.roots.iter().find(inside).is_some_and(|root| walk::is_wanted(root, path))
    }

    fn change(&mut self, path: &Path, exists: bool, overlay: Option<Arc<str>>) {
        let path = self.shared_path(path).unwrap_or_else(|| path.into());
        self.revision += 1;
        self.forget();
        let known = self.files.contains_key(&path);
        {
            let mut overlays = self.store.overlays.write().unwrap_or_else(|e| e.into_inner());
            match &overlay {
                Some(text) => overlays.insert(path.clone(), text.clone()),
                None => overlays.remove(&path),
            };
        }
        if let Some(old) = self.files.get(&path) {
            let tree = self.store.trees.remove(&(path.clone(), old.revision));
            if overlay.is_some()
                && let Some(tree) = tree
            {
                let mut before = self.store.before.lock().unwrap_or_else(|e| e.into_inner());
                *before = Some((path.clone(), tree.source.parsed.clone()));
            }
        }
        if exists {
            let mut state = FileState::new(&path, self.revision, overlay);
            let before = self.files.get(&path).and_then(|old| self.known_closed(&path, old));
            if state.overlay.is_some() {
                state.closed = before;
            } else if let Some(before) = before
                && self.system.read(&path).is_ok_and(|bytes| ContentHash::of(&bytes) == before.hash)
            {
                state.on_disk = Some(before.hash);
                // The cells are new.
                let _ = state.outline.set(before.outline);
                if let Some(words) = before.words {
                    let _ = state.words.set(words);
                }
            }
            self.files.insert(path.clone(), state);
        } else {
            self.files.remove(&path);
        }
        if self.symbols.take().is_some() {
            self.dirty.clear();
        }
        let listed = known != exists;
        self.change_inputs(&path, exists, listed);
        self.typescript.changed(&path, listed);
    }

    /// What is known of the file as it is, or was before it was opened, on disk.
    fn known_closed(&self, path: &Path, file: &FileState) -> Option<Closed> {
        if file.closed.is_some() {
            return file.closed.clone();
        }
        let hash = file.on_disk.filter(|_| file.overlay.is_none() && !file.drifted.load(Ordering::Relaxed))?;
        Some(Closed { hash, outline: self.outline(path)?, words: file.words.get().cloned() })
    }

    /// Forgets the answers of the revision.
    fn forget(&mut self) {
        self.answers = Answers::default();
        self.revision_data = RevisionData::default();
        self.word_files = RwLock::default();
    }

    /// A number that is another one after every change: what was found out before may not hold any more.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Makes the tables that the first questions need of the workspace's own files.
    pub fn prepare(&self) {
        if self.has(|l| l == Language::CSharp) {
            self.symbols();
            self.using_counts();
        }
    }

    /// Whether a source file of the workspace is of such a language.
    fn has(&self, wanted: fn(Language) -> bool) -> bool {
        self.files.values().any(|f| f.language.is_some_and(wanted))
    }

    /// Unpacks the tables of libraries that the first questions need, when it is called, on any thread.
    pub fn preload(&self) -> impl FnOnce() + Send + 'static {
        let projects = self.has(|l| l == Language::CSharp).then(|| self.projects.clone());
        let typescript = self.has(Language::is_typescript);
        move || {
            if let Some(projects) = projects {
                projects.libraries();
            }
            if typescript {
                typescript::preload();
            }
        }
    }

    /// Parses `paths`, in this order, when it is called, on any thread and without keeping the index from anything. Stops when there is
    /// no room for more trees that nobody has asked for yet.
    pub fn parse_ahead(&self, paths: impl IntoIterator<Item = PathBuf>) -> impl FnOnce() + Send + 'static {
        let known = |path: PathBuf| self.files.get_key_value(path.as_path()).map(|(p, f)| (p.clone(), f.revision));
        let files: Vec<(Arc<Path>, u64)> = paths.into_iter().filter_map(known).collect();
        let store = self.store.clone();
        move || {
            let mut room = AHEAD_BUDGET;
            for (path, revision) in files {
                let Some(tree) = store.tree(&path, revision) else { continue };
                if tree.source.parsed.language() == Language::CSharp {
                    tree.located();
                }
                match room.checked_sub(tree.source.parsed.text().len().saturating_mul(TREE_FACTOR)) {
                    Some(left) => room = left,
                    None => return,
                }
            }
        }
    }

    /// Tells the database.
    fn change_inputs(&mut self, path: &Arc<Path>, exists: bool, listed: bool) {
        let db = self.db.get_mut().unwrap_or_else(|e| e.into_inner());
        let Some(language) = Language::of_path(path) else {
            self.projects = read_projects(&self.files, &self.roots, &self.system, &self.libraries);
            self.workspace.set_projects(db).to(self.projects.clone());
            return;
        };
        if exists {
            let known = self.files.get(path).and_then(|f| f.outline.get()).cloned();
            let contents = known.map_or(Contents::Parse(self.revision), Contents::Known);
            let input = match self.inputs.get(path) {
                Some(input) => {
                    input.set_contents(db).to(contents);
                    *input
                }
                None => {
                    let input = SourceFile::new(db, path.clone(), language, contents);
                    self.inputs.insert(path.clone(), input);
                    input
                }
            };
            self.dirty.push(input);
        }
        if listed && language == Language::CSharp {
            self.workspace.set_csharp(db).to(csharp_files(&self.files, &self.inputs));
        }
    }

    /// Text of a file; `None` when there is no such file or it is not text.
    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        if let Some((path, file)) = self.files.get_key_value(path) {
            if let Some(text) = &file.overlay {
                return Some(text.clone());
            }
            if let Some(tree) = self.store.trees.get(&(path.clone(), file.revision)) {
                return Some(tree.source.parsed.text().clone());
            }
        }
        self.store.text(path)
    }

    /// Text and tree of a source file.
    pub fn source(&self, path: &Path) -> Option<Arc<Source>> {
        match self.files.get_key_value(path) {
            Some((path, file)) => Some(self.tree(path, file)?.source.clone()),
            // Files of libraries are not told of when they change.
            None => Some(self.store.parse(&path.into())?.source),
        }
    }

    /// What a source file declares.
    pub fn outline(&self, path: &Path) -> Option<Arc<Outline>> {
        if let Some(file) = self.files.get(path) {
            if let Some(known) = file.outline.get() {
                return Some(known.clone());
            }
            let outline = db::outline(&self.database(), *self.inputs.get(path)?);
            return Some(file.outline.get_or_init(|| outline).clone());
        }
        Some(Arc::new(outline_of(&self.source(path)?.parsed)))
    }

    /// A handle of the database for one use.
    fn database(&self) -> Database {
        self.db.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Outline with ranges of a C# file.
    pub(crate) fn located(&self, path: &Path) -> Option<Arc<LocatedOutline>> {
        let (path, file) = self.files.get_key_value(path)?;
        if Language::of_path(path)? != Language::CSharp {
            return None;
        }
        Some(self.tree(path, file)?.located().clone())
    }

    /// The shared form of a path of the workspace.
    pub(crate) fn shared_path(&self, path: &Path) -> Option<Arc<Path>> {
        self.files.get_key_value(path).map(|(p, _)| p.clone())
    }

    pub(crate) fn symbols(&self) -> Arc<Symbols> {
        if let Some(symbols) = self.symbols.get() {
            return symbols.clone();
        }
        // Not while the cell is being filled: a thread that waits for others may take up work that comes here too.
        if self.dirty.len() > MANY {
            self.dirty.par_iter().for_each_with(self.database(), |db, file| {
                db::outline(db, *file);
            });
        }
        self.symbols.get_or_init(|| db::symbols(&self.database(), self.workspace)).clone()
    }

    pub(crate) fn using_counts(&self) -> UsingCounts {
        db::using_counts(&self.database(), self.workspace)
    }

    pub(crate) fn projects(&self) -> Arc<Projects> {
        self.projects.clone()
    }

    /// Where a declaration stands in the file's current text.
    pub fn ranges(&self, declaration: &DeclarationId) -> Option<DeclarationRanges> {
        if Language::of_path(&declaration.path)? == Language::CSharp {
            return self.located(&declaration.path)?.ranges.get(declaration.index as usize).copied();
        }
        typescript::outline::locate(&self.source(&declaration.path)?.parsed, declaration.index)
    }

    /// How many trees were made of the one before.
    #[cfg(test)]
    pub(crate) fn reparsed(&self) -> usize {
        self.store.reparsed.load(Ordering::Relaxed)
    }

    /// How many trees were made of a text alone.
    #[cfg(test)]
    pub(crate) fn parsed(&self) -> usize {
        self.store.parsed.load(Ordering::Relaxed)
    }

    /// How many files were read to see which words they hold.
    #[cfg(test)]
    pub(crate) fn words_read(&self) -> usize {
        self.words_read.load(Ordering::Relaxed)
    }

    /// How many queries were run: outlines read off trees, files' symbols, symbol tables.
    #[cfg(test)]
    pub(crate) fn executed(&self) -> (usize, usize, usize) {
        db::Db::executed(&self.database()).counts()
    }

    /// Data of an upper layer that holds for this revision of the workspace, made by `Default` when it is first asked for. Any change of
    /// the workspace drops it.
    pub fn revision_data<T: Default + Send + Sync + 'static>(&self) -> &T {
        self.revision_data.get()
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

impl Drop for Index {
    fn drop(&mut self) {
        self.finish_saving();
    }
}

fn csharp_files(
    files: &BTreeMap<Arc<Path>, FileState>,
    inputs: &FxHashMap<Arc<Path>, SourceFile>,
) -> Arc<[SourceFile]> {
    let csharp = files.keys().filter(|p| Language::of_path(p) == Some(Language::CSharp));
    csharp.filter_map(|p| inputs.get(p).copied()).collect()
}

fn read_projects(
    files: &BTreeMap<Arc<Path>, FileState>,
    roots: &[PathBuf],
    system: &Arc<dyn System>,
    libraries: &Arc<dotnet::Tables>,
) -> Arc<Projects> {
    let others: Vec<Arc<Path>> = files.keys().filter(|p| Language::of_path(p).is_none()).cloned().collect();
    let text = |path: &Path| files.get(path)?.overlay.clone();
    Arc::new(Projects::read(&others, roots, &text, system, libraries))
}
