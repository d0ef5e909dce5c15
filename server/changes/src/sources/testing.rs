//! What the tests of several sources need.

use index::{OsSystem, Stamp, System};
use std::io;
use std::path::{Path, PathBuf};

/// This machine, without its variables and without a cache.
#[derive(Default)]
pub(super) struct NoCache(OsSystem);

impl System for NoCache {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        self.0.walk(root)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.0.is_file(path)
    }
    fn real_path(&self, path: &Path) -> PathBuf {
        self.0.real_path(path)
    }
    fn stamp(&self, path: &Path) -> Option<Stamp> {
        self.0.stamp(path)
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        self.0.list(folder)
    }
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
    fn cache_dir(&self) -> Option<PathBuf> {
        None
    }
    fn read_cache(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read_cache(path)
    }
    fn write_cache(&self, path: &Path, bytes: &[u8]) {
        self.0.write_cache(path, bytes);
    }
}
