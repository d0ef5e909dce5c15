//! A folder with the tree as it was, named by hand.

use super::renames::renamed;
use crate::{Before, PastTexts};
use index::Index;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder with the tree as it was.
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder `root`, absolute.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }
}

impl Before for Folder {
    fn name(&self) -> String {
        self.root.display().to_string()
    }
    fn stamp(&self, index: &Index) -> Option<u64> {
        (index.roots().len() == 1).then_some(0)
    }
    fn texts(&self, index: &Index) -> PastTexts {
        let Some(now) = index.roots().first() else { return PastTexts::default() };
        let mut files = BTreeMap::new();
        let mut listed = index.system().walk(&self.root);
        let more: Vec<PathBuf> = listed.iter().flat_map(|path| versions_beside(&**index.system(), path)).collect();
        listed.extend(more);
        for then in listed {
            let Ok(name) = then.strip_prefix(&self.root) else { continue };
            let Some(text) = read(&**index.system(), &then) else { continue };
            let path = now.join(name);
            // The index does not read all of them.
            if index.text(&path).or_else(|| read(&**index.system(), &path)).as_ref() != Some(&text) {
                files.insert(path, Some(text));
            }
        }
        for path in index.files() {
            let Ok(name) = path.strip_prefix(now) else { continue };
            if !index.system().is_file(&self.root.join(name)) {
                files.insert(path.to_path_buf(), None);
            }
        }
        let renamed = renamed(&files, |path| index.text(path));
        PastTexts { files, renamed, ..PastTexts::default() }
    }
}

/// The lists of versions beside a project file that a workspace does not list: those of package managers, and what restore wrote.
pub(super) fn versions_beside(system: &dyn index::System, project: &Path) -> Vec<PathBuf> {
    let beside = if project.file_name().is_some_and(|n| n == "package.json") {
        vec![project.with_file_name("yarn.lock"), project.with_file_name("pnpm-lock.yaml")]
    } else if project.extension().is_some_and(|e| e.eq_ignore_ascii_case("csproj")) {
        vec![project.with_file_name("obj").join("project.assets.json")]
    } else {
        Vec::new()
    };
    beside.into_iter().filter(|path| system.is_file(path)).collect()
}

/// The text of a file, in any encoding that a source file may have.
pub(super) fn read(system: &dyn index::System, path: &Path) -> Option<Arc<str>> {
    decode(&system.read(path).ok()?)
}

/// The text of these bytes, in any encoding that a source file may have.
pub(super) fn decode(bytes: &[u8]) -> Option<Arc<str>> {
    Some(text::SourceText::decode(bytes)?.text.into())
}
