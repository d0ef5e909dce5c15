//! Cached answers: configurations, packages, resolutions, outlines of libraries, the table of exported names.
//!
//! Everything here can be recomputed; [`Cache::changed`] invalidates what a change may affect. No lock is held while another one is
//! taken or while files are read.

use super::TsExport;
use super::configuration::TsConfigFile;
use super::exports::{ScopeTable, Stars};
use super::globals::Globals;
use super::names::{Names, Scope};
use super::package::Package;
use super::project::{Config, TsProject};
use super::specifiers::Style;
use crate::Outline;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

/// A memo table that can be shared between threads.
pub(super) struct Memo<K, V>(Mutex<FxHashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq, V: Clone> Memo<K, V> {
    fn lock(&self) -> MutexGuard<'_, FxHashMap<K, V>> {
        // The table stays valid after a panic: each entry is inserted at once.
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
    /// The value for `key`, computed without holding the lock (so that it may ask this table for other keys).
    pub(super) fn get_or(&self, key: K, compute: impl FnOnce() -> V) -> V {
        if let Some(value) = self.lock().get(&key) {
            return value.clone();
        }
        let value = compute();
        self.lock().entry(key).or_insert(value).clone()
    }
    fn invalidate<Q: Hash + Eq + ?Sized>(&self, key: &Q)
    where
        K: std::borrow::Borrow<Q>,
    {
        self.lock().remove(key);
    }
    pub(super) fn clear(&self) {
        self.lock().clear();
    }
}

/// Cached answers.
#[derive(Default)]
pub(crate) struct Cache {
    pub(super) configs: Memo<PathBuf, Option<Arc<Config>>>,
    /// `tsconfig.*.json` in a folder.
    pub(super) siblings: Memo<PathBuf, Arc<[PathBuf]>>,
    pub(super) covering: Memo<PathBuf, Arc<TsProject>>,
    pub(super) packages: Memo<PathBuf, Option<Arc<Package>>>,
    pub(super) workspace_packages: Memo<(), Arc<FxHashMap<SmolStr, PathBuf>>>,
    pub(super) resolved: Memo<(PathBuf, SmolStr), Option<Arc<Path>>>,
    pub(super) outlines: Memo<Arc<Path>, Option<Arc<Outline>>>,
    pub(super) globals: Memo<PathBuf, Arc<Globals>>,
    pub(super) stars: Memo<Scope, Arc<Stars>>,
    pub(super) exports: Memo<Scope, Arc<[TsExport]>>,
    pub(super) tables: Memo<Scope, Option<Arc<ScopeTable>>>,
    pub(super) styles: Memo<PathBuf, Arc<Style>>,
    /// Files of a program, by its tsconfig.
    pub(super) programs: Memo<PathBuf, Arc<FxHashSet<Arc<Path>>>>,
    /// Configuration files without what they inherit, and the list of all.
    pub(super) written: Memo<PathBuf, Option<Arc<TsConfigFile>>>,
    pub(super) configurations: Memo<(), Arc<[PathBuf]>>,
    /// What is compiled with a configuration, and what each source imports.
    pub(super) compiled: Memo<PathBuf, Arc<[Arc<Path>]>>,
    pub(super) specifiers: Memo<PathBuf, Arc<[SmolStr]>>,
    /// The global names of packages of types, by folder.
    pub(super) declared: Memo<PathBuf, Arc<FxHashSet<SmolStr>>>,
    pub(super) names: Mutex<Names>,
    /// Held while `names` is updated.
    pub(super) refreshing: Mutex<()>,
}

impl Cache {
    /// Takes note that the text of `path` changed; `appeared` when the file was created or deleted.
    pub(super) fn changed(&self, path: &Path, appeared: bool) {
        self.outlines.invalidate(path);
        self.stars.clear();
        self.exports.clear();
        self.tables.clear();
        self.programs.clear();
        self.compiled.clear();
        self.specifiers.invalidate(path);
        let is_json = path.extension().is_some_and(|e| e == "json");
        if is_json || appeared {
            self.resolved.clear();
            self.covering.clear();
            self.siblings.clear();
            self.styles.clear();
            self.globals.clear();
            self.declared.clear();
            self.configurations.clear();
        }
        if is_json {
            self.written.clear();
            self.configs.clear();
            self.packages.clear();
            self.workspace_packages.clear();
            self.names().clear();
        } else {
            self.names().changed(path);
        }
    }

    pub(super) fn names(&self) -> MutexGuard<'_, Names> {
        self.names.lock().unwrap_or_else(|e| e.into_inner())
    }
}
