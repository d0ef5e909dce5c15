//! The salsa queries of C#: symbol tables and counts of using directives.

use super::project::Projects;
use super::symbols::{FileSymbols, Symbols};
use crate::db::{Db, SourceFile, outline};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Namespaces by how many files have a using directive for them.
pub(crate) type UsingCounts = Arc<FxHashMap<SmolStr, usize>>;

/// The C# files and projects of the workspace.
#[salsa::input]
pub(crate) struct CSharpSources {
    /// In order of path.
    #[returns(clone)]
    pub(crate) files: Arc<[SourceFile]>,
    #[returns(clone)]
    pub(crate) projects: Arc<Projects>,
}

/// What the symbol tables need of a file.
#[salsa::tracked(returns(clone))]
fn file_symbols(db: &dyn Db, file: SourceFile) -> Arc<FileSymbols> {
    db.executed().file_symbols.fetch_add(1, Ordering::Relaxed);
    Arc::new(FileSymbols::of(&outline(db, file)))
}

/// The types of the workspace.
#[salsa::tracked(returns(clone), no_eq)]
pub(crate) fn symbols(db: &dyn Db, sources: CSharpSources) -> Arc<Symbols> {
    db.executed().symbols.fetch_add(1, Ordering::Relaxed);
    let projects = sources.projects(db);
    let files = sources.files(db);
    Arc::new(Symbols::merge(files.iter().map(|file| {
        let path: Arc<Path> = file.path(db);
        let project = projects.of_file(&path);
        (path, project, file_symbols(db, *file))
    })))
}

/// The targets of the using directives of a file.
#[salsa::tracked(returns(clone))]
fn file_usings(db: &dyn Db, file: SourceFile) -> Arc<[SmolStr]> {
    let outline = outline(db, file);
    outline.imports.iter().filter(|i| i.alias.is_empty()).map(|i| i.target.clone()).collect()
}

/// How many files have a using directive for each namespace or type.
#[salsa::tracked(returns(clone), no_eq)]
pub(crate) fn using_counts(db: &dyn Db, sources: CSharpSources) -> UsingCounts {
    let mut counts: FxHashMap<SmolStr, usize> = FxHashMap::default();
    for file in sources.files(db).iter() {
        for target in file_usings(db, *file).iter() {
            *counts.entry(target.clone()).or_default() += 1;
        }
    }
    Arc::new(counts)
}
