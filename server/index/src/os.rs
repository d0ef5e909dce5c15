//! The operating system.

use crate::walk;
use crate::{Stamp, System};
use disk::Kind;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The operating system.
#[derive(Default)]
pub struct OsSystem {}

impl System for OsSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        disk::read(path, Kind::of(path))
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        self.walk_unless(root, &|| false)
    }
    fn walk_unless(&self, root: &Path, stop: &dyn Fn() -> bool) -> Vec<PathBuf> {
        walk::walk(root, stop)
    }
    fn stamp(&self, path: &Path) -> Option<Stamp> {
        let (size, modified) = disk::stamp(path)?;
        Some(Stamp { size, modified })
    }
    fn is_file(&self, path: &Path) -> bool {
        disk::is_file(path)
    }
    fn real_path(&self, path: &Path) -> PathBuf {
        disk::real_path(path).unwrap_or_else(|_| path.to_owned())
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        disk::list(folder).map(|(path, _)| path).collect()
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
    fn read_cache(&self, path: &Path) -> io::Result<Vec<u8>> {
        disk::read(path, Kind::Cache)
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
