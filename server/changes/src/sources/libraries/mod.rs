//! Libraries: their versions before, and the declarations of these.
//!
//! Which versions they were is told by lists of versions and project files as another source has them; what they declared, by what package managers keep
//! on this machine, or by a folder that a user names.

mod archives;
mod npm;
mod nuget;
mod stubs;
mod versions;

use crate::{Before, PastTexts};
use index::Index;
use npm::Installed;
use rustc_hash::FxHasher;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use versions::Locked;

/// What package managers write when they install, in a root.
const INSTALLED: &[&str] = &[
    "node_modules/.package-lock.json",
    "node_modules/.modules.yaml",
    "node_modules/.yarn-state.yml",
    "node_modules/.yarn-integrity",
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
];

/// The libraries of the workspace in the versions that they had.
pub struct Libraries {
    before: Vec<Box<dyn Before>>,
    old: Option<PathBuf>,
    /// The stamp at which nothing was found.
    nothing: Mutex<Option<u64>>,
}

impl Libraries {
    /// `before` tells which versions they were, earlier ones first; `old` is a folder with old versions, as in `node_modules` or as NuGet unpacks them.
    pub fn new(before: impl IntoIterator<Item = Box<dyn Before>>, old: Option<PathBuf>) -> Self {
        Self { before: before.into_iter().collect(), old, nothing: Mutex::new(None) }
    }

    fn stamp_now(&self, index: &Index) -> Option<u64> {
        let system = index.system();
        let mut hasher = FxHasher::default();
        let mut found = self.old.is_some();
        for source in &self.before {
            let stamp = source.stamp(index);
            found |= stamp.is_some();
            stamp.hash(&mut hasher);
        }
        if !found {
            return None;
        }
        let stamp = |path: &Path| system.stamp(path).map(|s| (s.size, s.modified));
        for root in index.roots() {
            for name in INSTALLED {
                stamp(&root.join(name)).hash(&mut hasher);
            }
        }
        for project in index.files().filter(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("csproj"))) {
            if let Some(folder) = project.parent() {
                stamp(&nuget::assets_of(folder)).hash(&mut hasher);
            }
        }
        Some(hasher.finish())
    }
}

impl Before for Libraries {
    fn name(&self) -> String {
        "the libraries as they were".to_owned()
    }
    fn stamp(&self, index: &Index) -> Option<u64> {
        let nothing = *self.nothing.lock().unwrap_or_else(PoisonError::into_inner);
        self.stamp_now(index).filter(|stamp| nothing != Some(*stamp))
    }
    fn texts(&self, index: &Index) -> PastTexts {
        let stamp = self.stamp_now(index);
        let mut of_npm: BTreeMap<String, Locked> = BTreeMap::new();
        let mut of_nuget: BTreeMap<String, String> = BTreeMap::new();
        for source in self.before.iter().filter(|s| s.stamp(index).is_some()) {
            let then = source.texts(index);
            for (name, locked) in npm::changed(index, &then) {
                of_npm.entry(name).or_insert(locked);
            }
            for (id, version) in nuget::changed(index, &source.name(), &then) {
                of_nuget.entry(id).or_insert(version);
            }
        }
        let mut out = PastTexts::default();
        let mut installed = Installed::of(index);
        if let Some(old) = &self.old {
            installed.lay_over_from(old, &mut out);
        }
        for (name, locked) in &of_npm {
            installed.lay_over(name, locked, &mut out);
        }
        npm::only_reachable(index, &mut out);
        if !of_nuget.is_empty() || self.old.is_some() {
            nuget::lay_over(index, &of_nuget, self.old.as_deref(), &mut out);
        }
        out.libraries.sort();
        *self.nothing.lock().unwrap_or_else(PoisonError::into_inner) =
            if out.libraries.is_empty() { stamp } else { None };
        out
    }
}

#[cfg(test)]
mod tests;
