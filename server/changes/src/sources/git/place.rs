//! Where the repository of a folder is, whether it can be read safely, and what tells that another commit is meant.

use disk::Kind;
use index::System;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::path::{Component, Path, PathBuf};

/// Folders within each other in a repository's own folder: names of branches have slashes.
const DEEPEST: usize = 24;
/// The most entries that are looked at there. Beyond that nobody has run `git gc` for years.
const MOST_ENTRIES: usize = 1 << 20;
/// Bytes of the list of files (`index`), and of each list of references.
const LARGEST_INDEX: u64 = 256 << 20;
/// Folders of objects elsewhere, and how far they refer to further ones.
const MOST_ALTERNATES: usize = 8;

/// A work tree with its repository.
pub(super) struct Place {
    /// The folder of the sources.
    pub(super) work_tree: PathBuf,
    /// What the repository keeps for this work tree.
    pub(super) own: PathBuf,
    /// What it keeps for all of them.
    common: PathBuf,
}

impl Place {
    /// The repository of the work tree that `root` is, or is a part of.
    pub(super) fn of(system: &dyn System, root: &Path) -> Option<Self> {
        let work_tree = root.ancestors().find(|folder| {
            let git = folder.join(".git");
            system.is_file(&git.join("HEAD")) || system.is_file(&git)
        })?;
        let git = work_tree.join(".git");
        let work_tree = work_tree.to_path_buf();
        match disk::file_type(&git)? {
            kind if kind.is_dir() => Some(Self { work_tree, own: git.clone(), common: git }),
            kind if kind.is_file() => Self::linked(work_tree, &git),
            _ => None,
        }
    }

    /// The repository that a file `.git` names (gitrepository-layout(5)). It may be anyone's: it must know the work tree, too.
    fn linked(work_tree: PathBuf, git: &Path) -> Option<Self> {
        let named = |file: &Path, key: &str| {
            let text = disk::read_text(file, Kind::Settings).ok()?;
            let path = text.strip_prefix(key)?.trim();
            // On Windows, looking at a share tells its server who asks.
            (!path.is_empty() && !path.starts_with("//") && !path.starts_with("\\\\")).then(|| PathBuf::from(path))
        };
        let own = disk::real_path(&work_tree.join(named(git, "gitdir:")?)).ok()?;
        let is = |path: PathBuf, other: &Path| {
            disk::real_path(&path).is_ok_and(|path| disk::real_path(other).is_ok_and(|other| path == other))
        };
        let common = match named(&own.join("commondir"), "") {
            // A linked work tree.
            Some(common) => {
                is(own.join(named(&own.join("gitdir"), "")?), git).then_some(())?;
                disk::real_path(&own.join(common)).ok()?
            }
            // A submodule, or a repository that was put elsewhere.
            None => {
                let config = disk::read_text(&own.join("config"), Kind::Settings).ok()?;
                let value = |line: &str| {
                    Some(
                        line.trim()
                            .strip_prefix("worktree")?
                            .trim_start()
                            .strip_prefix('=')?
                            .trim()
                            .trim_matches('"')
                            .to_owned(),
                    )
                };
                is(own.join(config.lines().find_map(value)?), &work_tree).then_some(())?;
                own.clone()
            }
        };
        Some(Self { work_tree, own, common })
    }

    /// A number that changes when another commit is checked out; `None` when there is none.
    pub(super) fn head(&self) -> Option<u64> {
        let head = read(&self.own.join("HEAD"))?;
        let mut hasher = FxHasher::default();
        head.hash(&mut hasher);
        if let Some(name) = head.strip_prefix("ref:") {
            self.reference(name.trim())?.hash(&mut hasher);
        }
        Some(hasher.finish())
    }

    /// What a branch points to, or something else that changes with it.
    fn reference(&self, name: &str) -> Option<String> {
        is_inside(name).then_some(())?;
        if let Some(id) = [&self.common, &self.own].into_iter().find_map(|folder| read(&folder.join(name))) {
            return Some(id);
        }
        let packed = self.common.join("packed-refs");
        match disk::read_text(&packed, Kind::Source) {
            Ok(text) => {
                text.lines().find(|line| line.split_once(' ').is_some_and(|(_, n)| n == name)).map(str::to_owned)
            }
            // Too many to look through each time.
            Err(e) if e.kind() == std::io::ErrorKind::FileTooLarge => Some(format!("{:?}", disk::stamp(&packed))),
            Err(_) => None,
        }
    }

    /// A number that changes when `revision` may be another commit. What it is relative to counts: `main~3`, `HEAD@{1}`.
    pub(super) fn revision(&self, revision: &str) -> Option<u64> {
        let head = self.head()?;
        let mut hasher = FxHasher::default();
        (revision, head, disk::stamp(&self.common.join("packed-refs"))).hash(&mut hasher);
        let name = revision.split(['~', '^', '@', ':']).next().unwrap_or_default();
        if is_inside(name) {
            let places = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];
            for folder in [&self.common, &self.own] {
                for place in places {
                    read(&folder.join(place).join(name)).hash(&mut hasher);
                }
            }
        }
        Some(hasher.finish())
    }

    /// Whether all that a reader of the repository may open are plain files of a size that can be read: the library opens them itself, and would wait for
    /// a pipe and read a device.
    pub(super) fn is_plain(&self) -> bool {
        let mut left = MOST_ENTRIES;
        let mut folders = vec![&self.own];
        folders.extend((self.own != self.common).then_some(&self.common));
        let names = ["HEAD", "config", "config.worktree", "commondir", "gitdir", "shallow", "packed-refs", "index"];
        let is_plain = |path: PathBuf| match disk::file_type(&path) {
            None => true,
            Some(kind) => kind.is_file() && disk::stamp(&path).is_some_and(|(size, _)| size <= LARGEST_INDEX),
        };
        folders.iter().all(|folder| names.iter().all(|name| is_plain(folder.join(name))))
            && folders
                .iter()
                .all(|f| ["refs", "logs"].iter().all(|name| holds_plain_files(&f.join(name), true, &mut left)))
            && folders.iter().all(|folder| {
                disk::list(folder).all(|(path, kind)| kind.is_file() || !has_prefix(&path, "sharedindex."))
            })
            && are_plain_objects(&self.common.join("objects"), &mut left, 0, &mut 0)
    }
}

fn has_prefix(path: &Path, prefix: &str) -> bool {
    path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with(prefix))
}

/// A small file of a repository, which is no link.
fn read(path: &Path) -> Option<String> {
    disk::file_type(path)?
        .is_file()
        .then(|| disk::read_text(path, Kind::Settings).ok())
        .flatten()
        .map(|text| text.trim().to_owned())
}

/// Whether the name of a reference stays below the folder that it is joined to.
fn is_inside(name: &str) -> bool {
    !name.is_empty() && Path::new(name).components().all(|c| matches!(c, Component::Normal(_)))
}

/// Whether there is nothing but folders and files below `folder`, links not followed; a missing folder counts.
fn holds_plain_files(folder: &Path, may_be_missing: bool, left: &mut usize) -> bool {
    match disk::file_type(folder) {
        None => return may_be_missing,
        Some(kind) if !kind.is_dir() => return false,
        Some(_) => {}
    }
    let mut folders = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for (path, kind) in disk::list(&folder) {
            *left = left.saturating_sub(1);
            if *left == 0 || depth == DEEPEST || !(kind.is_dir() || kind.is_file()) {
                return false;
            }
            if kind.is_dir() {
                folders.push((path, depth + 1));
            }
        }
    }
    true
}

/// [`holds_plain_files`] of a folder of objects and of those that it refers to.
fn are_plain_objects(objects: &Path, left: &mut usize, depth: usize, known: &mut usize) -> bool {
    if !holds_plain_files(objects, false, left) {
        return false;
    }
    let alternates = objects.join("info/alternates");
    if !disk::exists(&alternates) {
        return true;
    }
    let Ok(text) = disk::read_text(&alternates, Kind::Settings) else { return false };
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).all(|line| {
        *known += 1;
        let is_share = line.starts_with("//") || line.starts_with("\\\\") || line.starts_with('"');
        !is_share
            && depth < MOST_ALTERNATES
            && *known <= MOST_ALTERNATES
            && are_plain_objects(&objects.join(line), left, depth + 1, known)
    })
}
