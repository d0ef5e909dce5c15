//! The index's only access to the outside.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

/// Size and modification time of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: u64,
}

/// The index's only access to the outside.
pub trait System: Send + Sync {
    /// Bytes of a regular file, as far as the limit of its kind ([`disk::Kind::of`]) allows.
    ///
    /// # Errors
    /// As the operating system says; for what is no regular file; for more bytes than the limit.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Source and project files below `root`, absolute, respecting ignore files and skipping build output.
    fn walk(&self, root: &Path) -> Vec<PathBuf>;
    /// [`Self::walk`], which ends early when `stop` says so.
    fn walk_unless(&self, root: &Path, _stop: &dyn Fn() -> bool) -> Vec<PathBuf> {
        self.walk(root)
    }
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
    /// Bytes of a file that [`Self::write_cache`] wrote.
    ///
    /// # Errors
    /// Those of [`Self::read`].
    fn read_cache(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.read(path)
    }
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
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let bytes = files.get(path).ok_or(io::ErrorKind::NotFound)?;
        if bytes.len() as u64 > disk::Kind::of(path).limit() {
            Err(io::ErrorKind::FileTooLarge.into())
        } else {
            Ok(bytes.clone())
        }
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.keys().filter(|p| p.starts_with(root)).cloned().collect()
    }
    fn is_file(&self, path: &Path) -> bool {
        self.files.read().unwrap_or_else(PoisonError::into_inner).contains_key(path)
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
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
