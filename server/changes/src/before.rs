//! The workspace as it was: where it is to be found, and an index of it.

use index::{DeclarationId, Index, Stamp, System};
use rustc_hash::FxHashMap;
use semantics::Uses;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What differed in the workspace as it was.
#[derive(Clone, Debug, Default)]
pub struct PastTexts {
    /// The files that differed, absolute, with their texts then; `None` for what did not exist. Declarations of libraries are files, too. Files that
    /// are the same may be among them.
    pub files: BTreeMap<PathBuf, Option<Arc<str>>>,
    /// Files that were renamed or moved: the path then, and the path now. Both are among [`Self::files`].
    pub renamed: Vec<(PathBuf, PathBuf)>,
    /// Libraries that had another version.
    pub libraries: Vec<LibraryVersions>,
    /// What the workspace has now where it has no texts (an assembly is read as a source), for comparison with those of the same paths in [`Self::files`].
    pub beside: BTreeMap<PathBuf, Option<Arc<str>>>,
}

/// A library that had another version than it has now.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LibraryVersions {
    /// Its name, as npm or NuGet has it.
    pub name: String,
    /// The version then; empty when it is not known.
    pub then: String,
    /// The version now.
    pub now: String,
    /// Where the old one is unpacked, if it is.
    pub old_folder: Option<PathBuf>,
    /// Where the new one is unpacked.
    pub folder: PathBuf,
}

/// Where the workspace as it was is to be found.
pub trait Before: Send + Sync {
    /// What it is called in reports: `HEAD`, `the last green build`, a folder.
    fn name(&self) -> String;
    /// A value that changes when the workspace as it was is another one (a commit, a newer green build); `None` when this source has nothing to say of
    /// the workspace. Asked often: it must be cheap.
    fn stamp(&self, index: &Index) -> Option<u64>;
    /// What differed from `index`, which is the workspace now. Asked once for a stamp.
    fn texts(&self, index: &Index) -> PastTexts;
    /// What is wrong with what a user named: a commit that is not there. It may take a while.
    fn problem(&self, index: &Index) -> Option<String> {
        let _ = index;
        None
    }
    /// Takes note that a build of the workspace, as it is on disk, ended without errors. The work that this makes is for any thread, and soon: it reads the
    /// files as they are then.
    fn built(&self, index: &Index) -> Option<Box<dyn FnOnce() + Send>> {
        let _ = index;
        None
    }
}

/// The workspace as it was.
pub struct Past {
    /// All of it, for questions about meaning. Files that did not change are shared with the workspace now.
    pub index: Index,
    /// What it is called.
    pub name: String,
    /// Files that were renamed or moved: the path then, and the path now.
    pub renamed: Vec<(PathBuf, PathBuf)>,
    /// Libraries that had another version.
    pub libraries: Vec<LibraryVersions>,
    /// The workspace now with sources that stand for its assemblies, where those are compared.
    beside: Option<Index>,
    /// The files that may have had another text, sorted.
    pub(crate) texts: Vec<PathBuf>,
    uses: Mutex<FxHashMap<DeclarationId, Option<Arc<Uses>>>>,
}

impl Past {
    /// The workspace `now` with the texts that it had.
    pub fn open(now: &Index, name: String, texts: PastTexts) -> Self {
        let PastTexts { mut files, renamed, libraries, beside } = texts;
        // What differs in memory only (an open document) is in the fork, and is not on disk.
        for path in now.overlaid() {
            if !files.contains_key(path)
                && let Some(text) = now.text(path)
            {
                files.insert(path.to_path_buf(), Some(text));
            }
        }
        let paths: Vec<PathBuf> = files.keys().cloned().collect();
        let beside = (!beside.is_empty()).then(|| {
            let paths: Vec<PathBuf> = beside.keys().cloned().collect();
            now.fork()
                .open_with(Arc::new(PastSystem { now: now.system().clone(), files: beside, links: Vec::new() }), &paths)
        });
        // Where packages are linked into `node_modules`, what is there is found by both paths.
        let folders = libraries.iter().map(|l| (l.folder.clone(), now.system().real_path(&l.folder)));
        let links = folders.filter(|(link, real)| link != real).collect();
        let system = Arc::new(PastSystem { now: now.system().clone(), files, links });
        let index = now.fork().open_with(system, &paths);
        Self { index, name, renamed, libraries, beside, texts: paths, uses: Mutex::default() }
    }

    /// What the past is compared with: the workspace `now`, or else what stands beside it for its assemblies.
    pub(crate) fn compared_with<'a>(&'a self, now: &'a Index) -> &'a Index {
        self.beside.as_ref().unwrap_or(now)
    }

    /// Where a file of now was.
    pub(crate) fn path_then<'p>(&'p self, now: &'p Path) -> &'p Path {
        self.renamed.iter().find(|(_, to)| to == now).map_or(now, |(from, _)| from)
    }

    /// Where a file of then is.
    pub(crate) fn path_now<'p>(&'p self, then: &'p Path) -> &'p Path {
        self.renamed.iter().find(|(from, _)| from == then).map_or(then, |(_, to)| to)
    }

    /// Whether the file may have had another text, which is kept here.
    pub(crate) fn has_own_text(&self, path: &Path) -> bool {
        self.texts.binary_search_by(|p| p.as_path().cmp(path)).is_ok()
    }

    /// The places that used a declaration, looked up once.
    pub(crate) fn uses(&self, of: &DeclarationId, find: impl FnOnce() -> Option<Uses>) -> Option<Arc<Uses>> {
        let known = self.uses.lock().unwrap_or_else(PoisonError::into_inner).get(of).cloned();
        if let Some(known) = known {
            return known;
        }
        // Not under the lock: it takes its time, and others ask for other declarations.
        let found = find().map(Arc::new);
        self.uses.lock().unwrap_or_else(PoisonError::into_inner).insert(of.clone(), found.clone());
        found
    }
}

/// The machine with some files as they were.
struct PastSystem {
    now: Arc<dyn System>,
    files: BTreeMap<PathBuf, Option<Arc<str>>>,
    /// Links to folders with such files, and where they lead.
    links: Vec<(PathBuf, PathBuf)>,
}

impl PastSystem {
    fn then(&self, path: &Path) -> Option<&Option<Arc<str>>> {
        self.files.get(path).or_else(|| self.files.get(&self.followed(path)?))
    }
    /// The path without a link to a library.
    fn followed(&self, path: &Path) -> Option<PathBuf> {
        self.links.iter().find_map(|(link, real)| Some(real.join(path.strip_prefix(link).ok()?)))
    }
}

impl System for PastSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.then(path) {
            Some(Some(text)) => Ok(text.as_bytes().to_vec()),
            Some(None) => Err(io::ErrorKind::NotFound.into()),
            None => self.now.read(path),
        }
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        let mut files = self.now.walk(root);
        files.retain(|p| !matches!(self.files.get(p), Some(None)));
        let more = self.files.iter().filter(|(p, text)| text.is_some() && p.starts_with(root));
        files.extend(more.map(|(p, _)| p.clone()));
        files.sort();
        files.dedup();
        files
    }
    fn is_file(&self, path: &Path) -> bool {
        self.then(path).map_or_else(|| self.now.is_file(path), Option::is_some)
    }
    fn real_path(&self, path: &Path) -> PathBuf {
        // What is gone now cannot be looked up.
        match self.followed(path) {
            Some(real) if self.files.contains_key(&real) => real,
            _ => self.now.real_path(path),
        }
    }
    fn stamp(&self, path: &Path) -> Option<Stamp> {
        match self.then(path) {
            // They change no more.
            Some(text) => text.as_ref().map(|text| Stamp { size: text.len() as u64, modified: 0 }),
            None => self.now.stamp(path),
        }
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let mut files = self.now.list(folder);
        files.retain(|p| !matches!(self.then(p), Some(None)));
        let real = self.followed(folder);
        let below = real.as_deref().unwrap_or(folder);
        // Their names, and those of the folders that they are in.
        let start = self.files.range::<Path, _>((std::ops::Bound::Excluded(below), std::ops::Bound::Unbounded));
        let more = start.take_while(|(p, _)| p.starts_with(below)).filter(|(_, text)| text.is_some());
        files.extend(more.filter_map(|(p, _)| Some(folder.join(p.strip_prefix(below).ok()?.components().next()?))));
        files.sort();
        files.dedup();
        files
    }
    fn variable(&self, name: &str) -> Option<String> {
        self.now.variable(name)
    }
    // A copy of an index keeps nothing of the workspace: what is kept there is found by the content of libraries.
    fn cache_dir(&self) -> Option<PathBuf> {
        self.now.cache_dir()
    }
    fn read_cache(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.now.read_cache(path)
    }
    fn write_cache(&self, path: &Path, bytes: &[u8]) {
        self.now.write_cache(path, bytes);
    }
}
