use crate::System;
use rustc_hash::FxHashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Folders that are remembered.
const MOST: usize = 10_000;

/// A [`System`] that lists each folder once: all projects of a workspace look for the same SDKs and packages.
pub struct Remembered<'a> {
    system: &'a dyn System,
    lists: Mutex<FxHashMap<PathBuf, Vec<PathBuf>>>,
}

impl<'a> Remembered<'a> {
    /// Over `system`, nothing listed.
    pub fn new(system: &'a dyn System) -> Self {
        Self { system, lists: Mutex::default() }
    }
}

impl System for Remembered<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.system.read(path)
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        self.system.walk(root)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.system.is_file(path)
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let mut lists = self.lists.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(known) = lists.get(folder) {
            return known.clone();
        }
        let list = self.system.list(folder);
        if lists.len() < MOST {
            lists.insert(folder.to_owned(), list.clone());
        }
        list
    }
    fn variable(&self, name: &str) -> Option<String> {
        self.system.variable(name)
    }
    fn cache_dir(&self) -> Option<PathBuf> {
        self.system.cache_dir()
    }
    fn write_cache(&self, path: &Path, bytes: &[u8]) {
        self.system.write_cache(path, bytes);
    }
}
