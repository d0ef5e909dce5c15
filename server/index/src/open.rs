//! How an index is opened: files are listed, and outlines and words are read, from the cache of an earlier run where that still holds.

use crate::db::{Contents, Queries};
use crate::files::{FileState, Files};
use crate::language::{Languages, WorkspaceInputs};
use crate::languages::languages;
use crate::persistence::{Cache, CacheWriter, Entry, Save};
use crate::revision::RevisionData;
use crate::trees::{TreeStore, is_no_writing};
use crate::words::{self, Fingerprint, WordCache};
use crate::{Index, MemorySystem, Outline, Stamp, System};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use syntax::{Language, Parsed};
use text::{ContentHash, SourceText};

/// Outline and words of a file as it is on disk, from the cache where that is still valid; `true` when it was not.
fn read_file(
    system: &dyn System,
    languages: &Languages,
    cache: &Cache,
    path: &Path,
    language: Language,
) -> (Entry, bool) {
    let stamp = system.stamp(path);
    if let Some(known) = stamp.and_then(|s| cache.unchanged(path, s)) {
        return (known.clone(), false);
    }
    let bytes = system.read(path).unwrap_or_default();
    let hash = ContentHash::of(&bytes);
    let stamp = stamp.unwrap_or(Stamp { size: bytes.len() as u64, modified: 0 });
    if let Some(known) = cache.with_content(hash, language) {
        return (Entry { stamp, ..known.clone() }, true);
    }
    let (outline, words) = match SourceText::decode(&bytes) {
        Some(text) if !is_no_writing(&text.text) => {
            let words = words::fingerprint(&text.text);
            (languages.outline(&Parsed::new(language, text.text)).outline, words)
        }
        _ => (Outline::empty(language), Fingerprint::from([])),
    };
    (Entry { stamp, hash, outline: Arc::new(outline), words }, true)
}

impl Index {
    /// Indexes the folders `roots` through `system`: reads the outlines of all sources, in parallel, from the cache of an
    /// earlier run where that still holds.
    pub fn open(system: Arc<dyn System>, roots: Vec<PathBuf>) -> Self {
        Self::open_unless(system, roots, &|| false).expect("nothing stops it")
    }

    /// [`Self::open`]; `None` when `stop` says so before it is done. Then no cache is written.
    pub fn open_unless(system: Arc<dyn System>, roots: Vec<PathBuf>, stop: &(dyn Fn() -> bool + Sync)) -> Option<Self> {
        let languages = languages();
        let trees = Arc::new(TreeStore::new(system.clone(), languages.clone()));
        let mut queries = Queries::new(trees.clone());
        let mut files = Files::default();
        let mut saves: Vec<Save> = Vec::new();
        for root in &roots {
            let cache = Cache::load(system.as_ref(), root);
            let listed = system.walk_unless(root, stop).into_iter().map(Arc::from);
            let listed: Vec<Arc<Path>> = listed.filter(|p: &Arc<Path>| !files.contains(p)).collect();
            let read = |path: &Arc<Path>| {
                let language = Language::of_path(path).filter(|_| !stop())?;
                Some((path.clone(), language, read_file(system.as_ref(), &languages, &cache, path, language)))
            };
            let sources: Vec<_> = listed.par_iter().filter_map(read).collect();
            if stop() {
                return None;
            }
            let mut changed = sources.len() != cache.len();
            let mut entries = Vec::with_capacity(sources.len());
            for (path, language, (entry, is_new)) in sources {
                changed |= is_new;
                queries.set_contents(&path, language, Contents::Known(entry.outline.clone()));
                let mut state = FileState::new(&path, 0, None);
                state.on_disk = Some(entry.hash);
                state.words = entry.words.clone().into();
                files.insert(path.clone(), state);
                entries.push((path, entry));
            }
            for path in listed {
                if !files.contains(&path) {
                    let state = FileState::new(&path, 0, None);
                    files.insert(path, state);
                }
            }
            if changed {
                saves.push((root.clone(), entries));
            }
        }
        let mut inputs = WorkspaceInputs { files: &files, queries: &mut queries, roots: &roots, system: &system };
        let workspaces = languages.iter().map(|(family, language)| (family, language.open(&mut inputs))).collect();
        Some(Self {
            cache_writer: CacheWriter::start(system.clone(), saves),
            system,
            roots,
            files,
            trees,
            queries,
            languages,
            workspaces,
            words: WordCache::default(),
            words_read: AtomicUsize::new(0),
            revision_data: RevisionData::default(),
            revision: 0,
        })
    }

    /// An index over files in memory; paths are absolute, the root is `/`.
    pub fn in_memory<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = files.into_iter().map(|(p, t)| (PathBuf::from(p), t.as_bytes().to_vec()));
        Self::open(Arc::new(MemorySystem::new(files)), vec![PathBuf::from("/")])
    }
}
