//! The salsa database: files in, outlines out. Languages add queries of their own. Nothing of salsa leaves the crate.
//!
//! Outlines are compared before their dependents are run again, so an edit in a body costs one outline and no table.

use crate::Outline;
use rustc_hash::FxHashMap;
use salsa::Setter;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use syntax::Language;

/// Where a file's outline comes from.
#[derive(Clone)]
pub(crate) enum Contents {
    /// From the cache on disk, or read when the index was opened.
    Known(Arc<Outline>),
    /// From the file's tree; the number tells one state of the file from the next.
    Parse(u64),
}

/// A source file.
#[salsa::input]
pub(crate) struct SourceFile {
    #[returns(clone)]
    pub(crate) path: Arc<Path>,
    #[returns(copy)]
    pub(crate) language: Language,
    #[returns(clone)]
    pub(crate) contents: Contents,
}

/// What queries need from outside the database. It must give the same answer as long as the inputs are the same.
pub(crate) trait Host: Send + Sync {
    /// The outline of a file, read off its tree in state `revision`.
    fn parse_outline(&self, path: &Path, revision: u64) -> Option<Outline>;
}

/// How often queries were run (not merely answered from memory).
#[derive(Default, Debug)]
pub(crate) struct Executed {
    pub(crate) outlines: AtomicUsize,
    /// What a table needs of one file.
    pub(crate) file_symbols: AtomicUsize,
    /// Tables of the whole workspace.
    pub(crate) symbols: AtomicUsize,
}

impl Executed {
    #[cfg(test)]
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let of = |c: &AtomicUsize| c.load(Ordering::Relaxed);
        (of(&self.outlines), of(&self.file_symbols), of(&self.symbols))
    }
}

#[salsa::db]
pub(crate) trait Db: salsa::Database {
    fn host(&self) -> &dyn Host;
    fn executed(&self) -> &Executed;
}

#[salsa::db]
#[derive(Clone)]
pub(crate) struct Database {
    storage: salsa::Storage<Self>,
    host: Arc<dyn Host>,
    executed: Arc<Executed>,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn host(&self) -> &dyn Host {
        self.host.as_ref()
    }
    fn executed(&self) -> &Executed {
        &self.executed
    }
}

/// What a file declares.
#[salsa::tracked(returns(clone))]
pub(crate) fn outline(db: &dyn Db, file: SourceFile) -> Arc<Outline> {
    match file.contents(db) {
        Contents::Known(outline) => outline,
        Contents::Parse(revision) => {
            db.executed().outlines.fetch_add(1, Ordering::Relaxed);
            let outline = db.host().parse_outline(&file.path(db), revision);
            Arc::new(outline.unwrap_or_else(|| Outline::empty(file.language(db))))
        }
    }
}

/// The database and its inputs.
pub struct Queries {
    /// Copied for every use: a copy belongs to one thread, and none is alive when an input is set.
    database: Mutex<Database>,
    /// Inputs by path; files that were deleted keep theirs, in case they come back.
    inputs: FxHashMap<Arc<Path>, SourceFile>,
}

impl Queries {
    pub(crate) fn new(host: Arc<dyn Host>) -> Self {
        let database = Database { storage: salsa::Storage::default(), host, executed: Arc::default() };
        Self { database: Mutex::new(database), inputs: FxHashMap::default() }
    }
    /// A handle of the database for one use.
    pub(crate) fn database(&self) -> Database {
        self.database.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// The database, to set inputs.
    pub(crate) fn database_mut(&mut self) -> &mut Database {
        self.database.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
    /// The input of a file.
    pub(crate) fn input(&self, path: &Path) -> Option<SourceFile> {
        self.inputs.get(path).copied()
    }
    /// Sets where the outline of a file comes from.
    pub(crate) fn set_contents(&mut self, path: &Arc<Path>, language: Language, contents: Contents) {
        let known = self.input(path);
        let db = self.database_mut();
        match known {
            Some(input) => {
                input.set_contents(db).to(contents);
            }
            None => {
                let input = SourceFile::new(db, path.clone(), language, contents);
                self.inputs.insert(path.clone(), input);
            }
        }
    }
    /// What a file declares, as far as it is known without reading it.
    pub(crate) fn known_outline(&self, path: &Path) -> Option<Arc<Outline>> {
        let input = self.input(path)?;
        let database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        match input.contents(&*database) {
            Contents::Known(outline) => Some(outline),
            Contents::Parse(_) => None,
        }
    }
    /// What a file of the workspace declares.
    pub(crate) fn outline(&self, path: &Path) -> Option<Arc<Outline>> {
        Some(outline(&self.database(), self.input(path)?))
    }
}
