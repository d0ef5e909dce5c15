//! Looking for files by name, in a folder and below it.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Folders below the root that are looked into, and how deep.
const MOST_FOLDERS: usize = 4_000;
const DEEPEST: usize = 5;

/// What programs are found on: the folders of `PATH`, and the home for those that are not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    path: Vec<PathBuf>,
    home: Option<PathBuf>,
}

impl Environment {
    /// That of this process.
    pub(crate) fn of_process() -> Self {
        Self::new(std::env::var_os("PATH").unwrap_or_default(), std::env::home_dir())
    }
    pub(crate) fn new(path: OsString, home: Option<PathBuf>) -> Self {
        Self { path: std::env::split_paths(&path).collect(), home }
    }
    /// The program with this name.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        in_folders(name, self.path.iter().map(PathBuf::as_path))
    }
    /// A `dotnet` where installers put it.
    pub(crate) fn dotnet_elsewhere(&self) -> Option<PathBuf> {
        let home = self.home.as_ref().map(|home| home.join(".dotnet"));
        let root = std::env::var_os("DOTNET_ROOT").map(PathBuf::from);
        let known = ["/usr/share/dotnet", "/usr/lib/dotnet", "/usr/local/share/dotnet", r"C:\Program Files\dotnet"];
        let folders: Vec<PathBuf> = root.into_iter().chain(home).chain(known.map(PathBuf::from)).collect();
        in_folders("dotnet", folders.iter().map(PathBuf::as_path))
    }
}

fn in_folders<'a>(program: &str, folders: impl Iterator<Item = &'a Path>) -> Option<PathBuf> {
    let extensions: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat"] } else { &[""] };
    folders
        .flat_map(|folder| extensions.iter().map(move |e| folder.join(format!("{program}{e}"))))
        .find(|p| disk::is_file(p))
}

/// The names of the files in a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = disk::list(folder)
        .filter(|(path, kind)| kind.is_file() || kind.is_symlink() && disk::is_file(path))
        .filter_map(|(path, _)| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

/// Folders below `root`, the nearest first, with the names of their files; those that hold what was made or fetched are left out.
pub(crate) fn below(root: &Path) -> impl Iterator<Item = (PathBuf, Vec<String>)> {
    let mut queue: VecDeque<(PathBuf, usize)> = VecDeque::from([(root.to_path_buf(), 0)]);
    let mut seen = 0;
    let next = move || {
        let (folder, depth) = queue.pop_front()?;
        if depth < DEEPEST && seen < MOST_FOLDERS {
            let mut inside: Vec<PathBuf> = disk::list(&folder)
                .filter(|(path, kind)| kind.is_dir() && !is_left_out(path))
                .map(|(p, _)| p)
                .collect();
            inside.sort();
            seen += inside.len();
            queue.extend(inside.into_iter().map(|f| (f, depth + 1)));
        }
        let names = files(&folder);
        Some((folder, names))
    };
    std::iter::from_fn(next).skip(1)
}

fn is_left_out(folder: &Path) -> bool {
    const MADE: [&str; 9] =
        ["node_modules", "bower_components", "bin", "obj", "dist", "out", "artifacts", "TestResults", "packages.cache"];
    let name = folder.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    name.starts_with('.') || MADE.contains(&name)
}

/// The extension in small letters.
pub(crate) fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or(String::new(), |(_, e)| e.to_ascii_lowercase())
}
