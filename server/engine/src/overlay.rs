use index::System;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

/// A [`System`] on which files can be deleted in memory, so that a plan can delete and rename without touching the disk.
/// Changed and created files are overlays of the index itself.
pub struct OverlaySystem {
    inner: Arc<dyn System>,
    deleted: RwLock<BTreeSet<PathBuf>>,
}

impl OverlaySystem {
    /// Over `inner`, nothing deleted.
    pub fn new(inner: Arc<dyn System>) -> Self {
        Self { inner, deleted: RwLock::default() }
    }
    /// A copy that changes by itself.
    pub fn fork(&self) -> Self {
        let deleted = self.deleted.read().unwrap_or_else(|e| e.into_inner()).clone();
        Self { inner: self.inner.clone(), deleted: RwLock::new(deleted) }
    }
    /// Hides `path`, or shows it again.
    pub fn set_deleted(&self, path: &Path, deleted: bool) {
        let mut set = self.deleted.write().unwrap_or_else(|e| e.into_inner());
        if deleted {
            set.insert(path.to_path_buf());
        } else {
            set.remove(path);
        }
    }
    /// What is hidden.
    pub(crate) fn deleted(&self) -> BTreeSet<PathBuf> {
        self.deleted.read().unwrap_or_else(|e| e.into_inner()).clone()
    }
    fn is_deleted(&self, path: &Path) -> bool {
        self.deleted.read().unwrap_or_else(|e| e.into_inner()).contains(path)
    }
}

impl System for OverlaySystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if self.is_deleted(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.inner.read(path)
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        self.walk_unless(root, &|| false)
    }
    fn walk_unless(&self, root: &Path, stop: &dyn Fn() -> bool) -> Vec<PathBuf> {
        let mut files = self.inner.walk_unless(root, stop);
        files.retain(|p| !self.is_deleted(p));
        files
    }
    fn is_file(&self, path: &Path) -> bool {
        !self.is_deleted(path) && self.inner.is_file(path)
    }
    fn real_path(&self, path: &Path) -> PathBuf {
        self.inner.real_path(path)
    }
    fn stamp(&self, path: &Path) -> Option<index::Stamp> {
        if self.is_deleted(path) { None } else { self.inner.stamp(path) }
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let mut files = self.inner.list(folder);
        files.retain(|p| !self.is_deleted(p));
        files
    }
    fn variable(&self, name: &str) -> Option<String> {
        self.inner.variable(name)
    }
    fn cache_dir(&self) -> Option<PathBuf> {
        self.inner.cache_dir()
    }
    fn read_cache(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.inner.read_cache(path)
    }
    fn write_cache(&self, path: &Path, bytes: &[u8]) {
        self.inner.write_cache(path, bytes);
    }
}
