//! A second index with the content of the first, for work beside it: a plan changes texts in memory and takes its time, while the first index
//! goes on answering and changing.
//!
//! Nothing that changes is shared, so neither waits for the other: what salsa keeps is made anew from the outlines that are known, trees and
//! texts are shared as values, and libraries are read once.

use crate::db::{Contents, Queries};
use crate::files::Files;
use crate::language::{ForkLanguage, Languages, WorkspaceInputs};
use crate::persistence::CacheWriter;
use crate::revision::RevisionData;
use crate::trees::{KeptTrees, TreeStore};
use crate::words::WordCache;
use crate::{Index, System};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use syntax::LanguageFamily;

/// What a second index is made of. Taking it costs a copy of the list of files; [`Fork::open`] does the work, on any thread.
pub struct Fork {
    roots: Vec<PathBuf>,
    files: Files,
    trees: KeptTrees,
    languages: Languages,
    workspaces: Vec<(LanguageFamily, ForkLanguage)>,
    revision: u64,
}

impl Index {
    /// The index as it is now, to be opened on another thread. What changes here later is not seen there, nor the other way round.
    pub fn fork(&self) -> Fork {
        let known = |path: &Arc<Path>| self.queries.known_outline(path);
        Fork {
            roots: self.roots.clone(),
            files: self.files.fork(known),
            trees: self.trees.kept_trees(),
            languages: self.languages.clone(),
            workspaces: self.workspaces.iter().map(|(family, workspace)| (*family, workspace.fork())).collect(),
            revision: self.revision,
        }
    }
}

impl Fork {
    /// The second index. Its files come from `system`, which must have the same ones.
    pub fn open(self, system: Arc<dyn System>) -> Index {
        let Self { roots, files, trees, languages, workspaces, revision } = self;
        let trees = Arc::new(TreeStore::with_trees(system.clone(), languages.clone(), trees));
        let mut queries = Queries::new(trees.clone());
        for (path, file) in files.iter() {
            let Some(language) = file.language else { continue };
            let known = file.outline.get().cloned();
            let contents = known.map_or(Contents::Parse(file.revision), Contents::Known);
            queries.set_contents(path, language, contents);
        }
        let mut inputs = WorkspaceInputs { files: &files, queries: &mut queries, roots: &roots, system: &system };
        let workspaces = workspaces.into_iter().map(|(family, open)| (family, open(&mut inputs))).collect();
        Index {
            cache_writer: CacheWriter::default(),
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
            revision,
        }
    }
}
