use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::RwLock;

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
    /// Names in a folder; empty when there is none.
    fn list(&self, folder: &Path) -> Vec<PathBuf>;
    /// Value of an environment variable (where SDKs and packages are).
    fn variable(&self, name: &str) -> Option<String>;
    /// Folder for caches that survive the process; `None`: keep nothing.
    fn cache_dir(&self) -> Option<PathBuf>;
    /// Writes a cache file; failures are of no consequence.
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
        ignore::WalkBuilder::new(root)
            .hidden(false)
            .filter_entry(|e| !matches!(e.file_name().to_str(), Some(".git" | "bin" | "obj" | "node_modules")))
            .build()
            .flatten()
            .filter(|e| e.file_type().is_some_and(|t| t.is_file()))
            .map(|e| e.into_path())
            .collect()
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
        None
    }
    fn write_cache(&self, path: &Path, bytes: &[u8]) {
        if let Some(folder) = path.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let _ = std::fs::write(path, bytes);
    }
}
