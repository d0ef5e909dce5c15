use crate::{Stamp, walk};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::RwLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The index's only door to the outside.
pub trait System: Send + Sync {
    /// Bytes of a file.
    ///
    /// # Errors
    /// As the operating system says.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Source and project files below `root`, absolute, respecting ignore files and skipping build output.
    fn walk(&self, root: &Path) -> Vec<PathBuf>;
    /// Whether there is a file at `path`.
    fn is_file(&self, path: &Path) -> bool;
    /// `path` with links followed; as it is when there are none or it does not exist.
    fn real_path(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }
    /// Size and modification time; `None` when they are not known, and contents have to be compared.
    fn stamp(&self, _path: &Path) -> Option<Stamp> {
        None
    }
    /// Names in a folder; empty when there is none.
    fn list(&self, folder: &Path) -> Vec<PathBuf>;
    /// Value of an environment variable (where SDKs and packages are).
    fn variable(&self, name: &str) -> Option<String>;
    /// Folder for caches that survive the process; `None`: keep nothing.
    fn cache_dir(&self) -> Option<PathBuf>;
    /// Writes a cache file, whole or not at all; failures are of no consequence.
    fn write_cache(&self, path: &Path, bytes: &[u8]);
}

/// Files in memory, for tests.
#[derive(Default)]
pub struct MemorySystem {
    files: RwLock<BTreeMap<PathBuf, Vec<u8>>>,
}

impl MemorySystem {
    /// With these files.
    pub fn new(files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Self {
        Self { files: RwLock::new(files.into_iter().collect()) }
    }
}

impl System for MemorySystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let files = self.files.read().unwrap_or_else(|e| e.into_inner());
        files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        let files = self.files.read().unwrap_or_else(|e| e.into_inner());
        files.keys().filter(|p| p.starts_with(root)).cloned().collect()
    }
    fn is_file(&self, path: &Path) -> bool {
        self.files.read().unwrap_or_else(|e| e.into_inner()).contains_key(path)
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let files = self.files.read().unwrap_or_else(|e| e.into_inner());
        let mut out: Vec<PathBuf> =
            files.keys().filter_map(|p| Some(folder.join(p.strip_prefix(folder).ok()?.components().next()?))).collect();
        out.dedup();
        out
    }
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
    fn cache_dir(&self) -> Option<PathBuf> {
        None
    }
    fn write_cache(&self, _: &Path, _: &[u8]) {}
}

/// The operating system.
#[derive(Default)]
pub struct OsSystem {}

impl System for OsSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        walk::walk(root)
    }
    fn stamp(&self, path: &Path) -> Option<Stamp> {
        let metadata = std::fs::metadata(path).ok()?;
        let modified = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(Stamp { size: metadata.len(), modified: u64::try_from(modified.as_nanos()).ok()? })
    }
    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }
    fn real_path(&self, path: &Path) -> PathBuf {
        std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect()
    }
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
    fn cache_dir(&self) -> Option<PathBuf> {
        let variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        if let Some(folder) = variable("BUILDFIX_CACHE_DIR") {
            return Some(folder);
        }
        // XDG base directories; Apple's and Microsoft's guidelines for caches.
        let caches = if cfg!(windows) {
            variable("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            variable("HOME").map(|h| h.join("Library/Caches"))
        } else {
            variable("XDG_CACHE_HOME")
                .filter(|p| p.is_absolute())
                .or_else(|| variable("HOME").map(|h| h.join(".cache")))
        };
        caches.map(|c| c.join("buildfix"))
    }
    fn write_cache(&self, path: &Path, bytes: &[u8]) {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Some(folder) = path.parent() else { return };
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { return };
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!(".{name}.{}.{count}", std::process::id()));
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&temporary, bytes))
            .and_then(|()| std::fs::rename(&temporary, path));
        if written.is_err() {
            let _ = std::fs::remove_file(&temporary);
        }
    }
}
