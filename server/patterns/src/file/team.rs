//! The files of a team: those under `.buildfix/patterns/` of a workspace.

use super::{FileError, LARGEST, RuleBook, parse};
use crate::library::Origin;
use index::System;
use rustc_hash::FxHasher;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a workspace keeps its patterns, below its root.
pub const FOLDER: &str = ".buildfix/patterns";
/// Files that are read of a root, at most.
const MOST_FILES: usize = 200;
/// How a file's name ends.
pub const ENDING: &str = ".bfx.toml";

/// The name of a file of patterns without its ending; `None` for other files.
pub fn stem(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()?.strip_suffix(ENDING)
}

/// The rules of the workspaces that were asked about, read again when their files change.
#[derive(Default, Debug)]
pub struct Team {
    known: Mutex<BTreeMap<PathBuf, (u64, Arc<Loaded>)>>,
}

/// What the files of a root have.
#[derive(Default, Debug)]
pub struct Loaded {
    /// The rules.
    pub book: RuleBook,
    /// The names of the files without their endings.
    pub stems: Vec<String>,
    /// The files that cannot be read, and why.
    pub errors: Vec<FileError>,
}

/// The files of patterns of a root, in order of their names.
pub fn files_of(system: &dyn System, root: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = system.list(&root.join(FOLDER)).into_iter().filter(|p| stem(p).is_some()).collect();
    files.sort();
    files.truncate(MOST_FILES);
    files
}

impl Team {
    /// The rules of a root's files. What is wrong with a file is said when it is read first.
    pub fn of_root(&self, system: &dyn System, root: &Path) -> Arc<Loaded> {
        let files = files_of(system, root);
        let mut hasher = FxHasher::default();
        for file in &files {
            file.hash(&mut hasher);
            match system.stamp(file) {
                Some(stamp) => (stamp.size, stamp.modified).hash(&mut hasher),
                None => system.read(file).ok().hash(&mut hasher),
            }
        }
        let stamp = hasher.finish();
        if let Some((then, loaded)) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(root)
            && *then == stamp
        {
            return loaded.clone();
        }
        let loaded = Arc::new(read(system, root, &files));
        for error in &loaded.errors {
            tracing::warn!("left out: {error}");
        }
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(root.to_path_buf(), (stamp, loaded.clone()));
        loaded
    }

    /// Whether files that were read have rules for this code; before any was read, they may.
    pub fn handles(&self, code: &str) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.is_empty() || known.values().any(|(_, l)| l.book.handles(code))
    }
}

fn read(system: &dyn System, root: &Path, files: &[PathBuf]) -> Loaded {
    let mut loaded = Loaded::default();
    let mut rules = Vec::new();
    for path in files {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let short = stem(path).unwrap_or_default().to_owned();
        let error = |message: String| FileError { path: name.clone(), line: 1, message };
        let file = match system.read(path).map(String::from_utf8) {
            Ok(Ok(text)) => parse(&name, &text),
            Ok(Err(_)) => Err(error("the file is not in UTF-8; save it so".to_owned())),
            Err(why) if why.kind() == std::io::ErrorKind::FileTooLarge => {
                Err(error(format!("the file has more than {LARGEST} bytes; make several files of it")))
            }
            Err(why) => Err(error(format!("the file cannot be read: {why}"))),
        };
        match file {
            Ok(file) => {
                rules.extend(file.rules.into_iter().map(|r| (Origin::File(format!("{short}: {}", r.name).into()), r)))
            }
            Err(error) => loaded.errors.push(error),
        }
        loaded.stems.push(short);
    }
    loaded.book = RuleBook::new(rules);
    loaded
}
