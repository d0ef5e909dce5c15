//! The salsa database: files in, outlines and symbol tables out. Nothing of it leaves the crate.
//!
//! Outlines are compared before their dependents are run again, so an edit in a body costs one outline and no table.

use crate::Outline;
use crate::csharp::Projects;
use crate::csharp::symbols::{FileSymbols, Symbols};
use crate::workspace::UsingCounts;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syntax::Language;

/// How to come by a file's outline.
#[derive(Clone)]
pub(crate) enum Contents {
    /// Known from the disk cache, or read when the index was opened.
    Known(Arc<Outline>),
    /// To be read off the file's tree; the number tells one state of the file from the next.
    Parse(u64),
}

#[salsa::input]
pub(crate) struct SourceFile {
    #[returns(clone)]
    pub(crate) path: Arc<Path>,
    #[returns(copy)]
    pub(crate) language: Language,
    #[returns(clone)]
    pub(crate) contents: Contents,
}

/// The files and projects there are.
#[salsa::input]
pub(crate) struct Workspace {
    /// C# files in order of path.
    #[returns(clone)]
    pub(crate) csharp: Arc<[SourceFile]>,
    #[returns(clone)]
    pub(crate) projects: Arc<Projects>,
}

/// What queries need of the world outside: it must give the same answer as long as the inputs are the same.
pub(crate) trait Host: Send + Sync {
    /// The outline of a file, read off its tree in state `revision`.
    fn parse_outline(&self, path: &Path, revision: u64) -> Option<Outline>;
}

/// How often queries were run (not merely answered from memory).
#[derive(Default, Debug)]
pub(crate) struct Executed {
    pub(crate) outlines: AtomicUsize,
    pub(crate) file_symbols: AtomicUsize,
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

impl Database {
    pub(crate) fn new(host: Arc<dyn Host>) -> Self {
        Self { storage: salsa::Storage::default(), host, executed: Arc::default() }
    }
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

/// What the symbol tables need of a C# file.
#[salsa::tracked(returns(clone))]
fn file_symbols(db: &dyn Db, file: SourceFile) -> Arc<FileSymbols> {
    db.executed().file_symbols.fetch_add(1, Ordering::Relaxed);
    Arc::new(FileSymbols::of(&outline(db, file)))
}

/// The C# types of the workspace.
#[salsa::tracked(returns(clone), no_eq)]
pub(crate) fn symbols(db: &dyn Db, workspace: Workspace) -> Arc<Symbols> {
    db.executed().symbols.fetch_add(1, Ordering::Relaxed);
    let projects = workspace.projects(db);
    let files = workspace.csharp(db);
    Arc::new(Symbols::merge(files.iter().map(|file| {
        let path = file.path(db);
        let project = projects.of_file(&path);
        (path, project, file_symbols(db, *file))
    })))
}

/// What a C# file has using directives for.
#[salsa::tracked(returns(clone))]
fn file_usings(db: &dyn Db, file: SourceFile) -> Arc<[SmolStr]> {
    let outline = outline(db, file);
    outline.imports.iter().filter(|i| i.alias.is_empty()).map(|i| i.target.clone()).collect()
}

/// How many C# files have a using directive for each namespace or type.
#[salsa::tracked(returns(clone), no_eq)]
pub(crate) fn using_counts(db: &dyn Db, workspace: Workspace) -> UsingCounts {
    let mut counts: FxHashMap<SmolStr, usize> = FxHashMap::default();
    for file in workspace.csharp(db).iter() {
        for target in file_usings(db, *file).iter() {
            *counts.entry(target.clone()).or_default() += 1;
        }
    }
    Arc::new(counts)
}
