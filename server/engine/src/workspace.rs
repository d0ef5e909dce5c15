use crate::guard::WriteGuard;
use crate::load::{Filter, load};
use crate::overlay::OverlaySystem;
use crate::plan::{self, Plan, PlanOptions};
use crate::{CancelToken, Entry, Progress};
use diagnostics::{BuildDiagnostic, CompilerInvocation, Compilers};
use fix::Providers;
use index::csharp::CompiledProject;
use index::{Index, OsSystem, System};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::ContentHash;

/// Why a workspace could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// There is no folder at the path.
    NotAFolder(PathBuf),
    /// The folder cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// It was cancelled.
    Cancelled,
}
impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAFolder(path) => write!(f, "{} is not a folder; name the folder of your sources", path.display()),
            Self::Unreadable(path, e) => write!(f, "{} cannot be read: {e}", path.display()),
            Self::Cancelled => f.write_str("cancelled; nothing was written"),
        }
    }
}
impl std::error::Error for OpenError {}

/// A workspace: its index, its open documents, who finds fixes, and which files may be written.
pub struct Workspace {
    index: Index,
    providers: Providers,
    overlay: Arc<OverlaySystem>,
    open: BTreeMap<PathBuf, Arc<str>>,
    guard: Arc<WriteGuard>,
}

/// A workspace at one moment: see [`Workspace::snapshot`]. Taking it is cheap; opening it is work for the other thread.
pub struct Snapshot {
    index: index::Fork,
    providers: Providers,
    overlay: OverlaySystem,
    open: BTreeMap<PathBuf, Arc<str>>,
    guard: Arc<WriteGuard>,
}

impl Snapshot {
    /// A workspace of its own. Files that were not read before are read from disk as they are by then.
    pub fn open(self) -> Workspace {
        let Self { index, providers, overlay, open, guard } = self;
        let overlay = Arc::new(overlay);
        let index = index.open(overlay.clone());
        Workspace { index, providers, overlay, open, guard }
    }

    /// [`Workspace::plan`] on the workspace as it was. The workspace is gone afterwards, with the texts of the plan.
    pub fn plan(
        self,
        entries: Vec<Entry>,
        options: &PlanOptions,
        cancel: &CancelToken,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Plan {
        let Workspace { mut index, providers, overlay, guard, .. } = self.open();
        plan::plan(&mut index, &providers, &overlay, &guard, entries, options, cancel, progress)
    }
}

impl Workspace {
    /// Opens the folders `roots` on this machine. Links in the roots themselves are followed once, here.
    ///
    /// # Errors
    /// [`OpenError`] when a root is not a readable folder.
    pub fn open(roots: &[PathBuf], providers: Providers) -> Result<Self, OpenError> {
        Self::open_unless(roots, providers, &CancelToken::new())
    }

    /// [`Self::open`], which ends early when it is cancelled.
    ///
    /// # Errors
    /// As [`Self::open`]; [`OpenError::Cancelled`] when it was cancelled.
    pub fn open_unless(roots: &[PathBuf], providers: Providers, cancel: &CancelToken) -> Result<Self, OpenError> {
        let mut real = Vec::new();
        for root in roots {
            let path = disk::real_path(root).map_err(|_| OpenError::NotAFolder(root.clone()))?;
            if !disk::is_folder(&path) {
                return Err(OpenError::NotAFolder(root.clone()));
            }
            std::fs::read_dir(&path).map_err(|e| OpenError::Unreadable(root.clone(), e))?;
            if !real.contains(&path) {
                real.push(path);
            }
        }
        let overlay = Arc::new(OverlaySystem::new(Arc::new(OsSystem::default())));
        let guard = Arc::new(WriteGuard::new(&real));
        let index = Index::open_unless(overlay.clone(), real, &|| cancel.is_cancelled()).ok_or(OpenError::Cancelled)?;
        Ok(Self { index, providers, overlay, open: BTreeMap::new(), guard })
    }

    /// Opens `roots` (absolute, without links) through `system`.
    pub fn with_system(system: Arc<dyn System>, roots: Vec<PathBuf>, providers: Providers) -> Self {
        let overlay = Arc::new(OverlaySystem::new(system));
        let guard = Arc::new(WriteGuard::new(&roots));
        let index = Index::open(overlay.clone(), roots);
        Self { index, providers, overlay, open: BTreeMap::new(), guard }
    }

    /// The index.
    pub fn index(&self) -> &Index {
        &self.index
    }
    /// Who finds fixes.
    pub fn providers(&self) -> &Providers {
        &self.providers
    }
    /// The roots.
    pub fn roots(&self) -> &[PathBuf] {
        self.index.roots()
    }
    /// Which files may be written.
    pub fn guard(&self) -> &WriteGuard {
        &self.guard
    }

    /// Text of an open document; `None` closes it and returns to what is on disk.
    pub fn set_document(&mut self, path: &Path, text: Option<Arc<str>>) {
        match &text {
            Some(text) => self.open.insert(path.to_path_buf(), text.clone()),
            None => self.open.remove(path),
        };
        self.index.set_text(path, text);
    }

    /// How imports of TypeScript are to be written, as the user prefers.
    pub fn set_import_preferences(&mut self, preferences: index::typescript::ImportPreferences) {
        self.index.set_import_preferences(preferences);
    }

    /// How a build called the compiler: what project files only let guess. A build that called none tells nothing.
    pub fn set_compilers(&mut self, compilers: &Compilers) {
        let call = |call: &CompilerInvocation| {
            let project = call.project.as_ref()?;
            Some(CompiledProject {
                project: project.path.to_string(),
                framework: project.target_framework.as_deref().map(Into::into),
                defines: call.defines.iter().map(Into::into).collect(),
                nullable: call.nullable.as_deref().map(|n| matches!(n, "enable" | "annotations")),
                lang_version: call.lang_version.as_ref().map(Into::into),
            })
        };
        let calls: Vec<CompiledProject> = compilers.invocations.iter().filter_map(call).collect();
        if !calls.is_empty() {
            self.index.set_compiled_projects(calls);
        }
    }

    /// Notes that files were created, changed or deleted on disk.
    pub fn refresh<'a>(&mut self, paths: impl IntoIterator<Item = &'a Path>) {
        self.guard.forget();
        for path in paths {
            if !self.open.contains_key(path) {
                self.index.set_text(path, None);
            }
            self.index.refresh(path);
        }
    }

    /// Finds the places of a build's diagnostics in the files. Returns every diagnostic, in order of path and position.
    pub fn load(&self, diagnostics: Vec<BuildDiagnostic>, filter: &Filter) -> Vec<Entry> {
        self.load_unless(diagnostics, filter, &CancelToken::new())
    }

    /// [`Self::load`], which ends early when it is cancelled: then entries are left without a place, and are of no use.
    pub fn load_unless(&self, diagnostics: Vec<BuildDiagnostic>, filter: &Filter, cancel: &CancelToken) -> Vec<Entry> {
        load(&self.index, diagnostics, filter, cancel)
    }

    /// Decides the outcome of every entry, and computes the files after all fixes in memory: nothing is written, and the index is as before
    /// when this returns, and when it panics.
    pub fn plan(
        &mut self,
        entries: Vec<Entry>,
        options: &PlanOptions,
        cancel: &CancelToken,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Plan {
        let guard = self.guard.clone();
        let providers = self.providers.clone();
        let (index, overlay) = (&mut self.index, &self.overlay);
        let planned = panic::catch_unwind(AssertUnwindSafe(|| {
            plan::plan(index, &providers, overlay, &guard, entries, options, cancel, progress)
        }));
        match planned {
            Ok(plan) => {
                self.restore(&plan.touched);
                plan
            }
            Err(panicked) => {
                // The plan does not tell any more what it touched.
                let mut touched = self.overlay.deleted();
                touched.extend(self.index.overlaid().map(Path::to_path_buf));
                self.restore(&touched);
                panic::resume_unwind(panicked)
            }
        }
    }

    /// The workspace as it is now, to plan with on another thread while this one answers and changes.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            index: self.index.fork(),
            providers: self.providers.clone(),
            overlay: self.overlay.fork(),
            open: self.open.clone(),
            guard: self.guard.clone(),
        }
    }

    /// Ends the workspace together with the process: waits until caches are written, and leaves the memory to the operating system, which
    /// frees it at once.
    pub fn end_with_process(mut self) {
        self.index.finish_saving();
        std::mem::forget(self);
    }

    /// Removes a plan's texts from the index again.
    fn restore(&mut self, touched: &BTreeSet<PathBuf>) {
        for path in touched {
            self.overlay.set_deleted(path, false);
            match self.open.get(path) {
                Some(text) => self.index.set_text(path, Some(text.clone())),
                None => {
                    self.index.set_text(path, None);
                    self.index.refresh(path);
                }
            }
        }
    }

    /// Hash of a file's text as the index has it, for [`SourceDiagnostic::text_hash`].
    pub fn text_hash(&self, path: &Path) -> Option<ContentHash> {
        Some(ContentHash::of(self.index.text(path)?.as_bytes()))
    }
}
