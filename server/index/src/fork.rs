//! A second index with the content of the first, for work beside it: a plan changes texts in memory and takes its time, while the first index
//! goes on answering and changing.
//!
//! Nothing that changes is shared, so neither waits for the other: what salsa keeps is made anew from the outlines that are known, trees and
//! texts are shared as values, and libraries are read once.

use crate::db::{Contents, Queries};
use crate::files::{FileState, Files};
use crate::language::{FileChange, ForkLanguage, LanguageWorkspace, Languages, WorkspaceInputs};
use crate::persistence::CacheWriter;
use crate::revision::RevisionData;
use crate::trees::{KeptTrees, TreeStore};
use crate::words::WordCache;
use crate::{Index, System};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use syntax::{Language, LanguageFamily};

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
        self.open_with(system, &[])
    }

    /// [`Self::open`], where `changed` are the paths at which `system` has other files than the first index, or none. They may be those of libraries and of
    /// what restore wrote, too. As many calls of [`Index::refresh`] would be slow.
    pub fn open_with(self, system: Arc<dyn System>, changed: &[PathBuf]) -> Index {
        let Self { roots, mut files, trees, languages, workspaces, mut revision } = self;
        revision += u64::from(!changed.is_empty());
        let trees = Arc::new(TreeStore::with_trees(system.clone(), languages.clone(), trees));
        let is_wanted = |path: &Path| {
            let real = system.real_path(path);
            let inside = |root: &&PathBuf| path.starts_with(root) && real.starts_with(system.real_path(root));
            roots.iter().find(inside).is_some_and(|root| languages.is_wanted(root, path))
        };
        let mut changes: Vec<FileChange<'_>> = Vec::new();
        for path in changed {
            let known = files.contains(path);
            let exists = system.is_file(path) && (known || is_wanted(path));
            let shared = files.entry(path).map_or_else(|| Arc::from(path.as_path()), |(p, _)| p.clone());
            trees.changed(&shared, None, files.get(path).map(|f| f.revision));
            if exists {
                let state = FileState::new(path, revision, None);
                files.insert(shared, state);
            } else {
                files.remove(path);
            }
            changes.push(FileChange { path, language: Language::of_path(path), listed: known != exists });
        }
        let mut queries = Queries::new(trees.clone());
        for (path, file) in files.iter() {
            let Some(language) = file.language else { continue };
            let known = file.outline.get().cloned();
            let contents = known.map_or(Contents::Parse(file.revision), Contents::Known);
            queries.set_contents(path, language, contents);
        }
        let mut inputs = WorkspaceInputs { files: &files, queries: &mut queries, roots: &roots, system: &system };
        let mut workspaces: Vec<(LanguageFamily, Box<dyn LanguageWorkspace>)> =
            workspaces.into_iter().map(|(family, open)| (family, open(&mut inputs))).collect();
        for (_, workspace) in workspaces.iter_mut().filter(|_| !changes.is_empty()) {
            workspace.all_changed(&changes, &mut inputs);
        }
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
