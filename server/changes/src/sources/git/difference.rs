//! Which files differ from a commit, and their texts there.

use super::super::folder::decode;
use super::super::renames::renamed;
use super::Commit;
use super::place::Place;
use crate::PastTexts;
use disk::Kind;
use gix::index::entry::{Flags, Stage};
use gix::objs::Kind as ObjectKind;
use gix::{ObjectId, Repository};
use index::{Index, Stamp};
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The largest piece of memory that anything in a repository makes us take: its list of files takes some 150 bytes a file.
const LARGEST_ALLOCATION: usize = 128 << 20;
/// Bytes of one folder's listing.
pub(super) const LARGEST_TREE: u64 = 16 << 20;
/// Entries of folders that are read: a small repository can have folders that hold each other by the million.
pub(super) const MOST_ENTRIES: usize = if cfg!(test) { 1 << 14 } else { 1 << 20 };
/// Folders within each other, as the walk of the workspace.
pub(super) const DEEPEST: usize = 128;
/// Texts that a text is stored as a change of. Git makes chains of 50, or of 250 when it is told to be thorough.
const MOST_DELTAS: u32 = 4096;
/// Bytes of texts that differ. A commit that is so far away explains nothing.
const MOST_BYTES: u64 = 256 << 20;
/// When a repository is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a folder of a commit has.
#[derive(Default)]
struct Tracked {
    files: BTreeMap<PathBuf, ObjectId>,
    /// Links and submodules: nothing is known of what is there or below.
    others: FxHashSet<PathBuf>,
}

/// What may still be read.
pub(super) struct Budget {
    pub(super) entries: usize,
    pub(super) bytes: u64,
    pub(super) until: Instant,
}

/// What differed in `commit`; `None` when no repository has it, when it has nothing of the workspace, or when it is too much.
pub(super) fn texts(index: &Index, commit: &Commit) -> Option<PastTexts> {
    let mut budget = Budget { entries: MOST_ENTRIES, bytes: MOST_BYTES, until: Instant::now() + PATIENCE };
    let mut files = BTreeMap::new();
    let mut found = false;
    for root in index.roots() {
        let Some(place) = Place::of(&**index.system(), root) else { continue };
        let Some(repository) = open(&place) else { continue };
        let difference = Difference { index, place: &place, root, repository: &repository };
        match difference.add_to(commit, &mut budget, &mut files) {
            Ok(some) => found |= some,
            Err(why) => {
                tracing::warn!("the commit is not compared: {why}");
                return None;
            }
        }
    }
    let renamed = renamed(&files, |path| index.text(path));
    found.then_some(PastTexts { files, renamed, ..PastTexts::default() })
}

/// Why no repository of the workspace has `commit`; `None` when one has.
pub(super) fn problem(index: &Index, commit: &Commit) -> Option<String> {
    let mut why = None;
    for root in index.roots() {
        let Some(place) = Place::of(&**index.system(), root) else { continue };
        let Some(repository) = open(&place) else {
            why = Some(format!("the repository {} cannot be read", place.own.display()));
            continue;
        };
        match (Difference { index, place: &place, root, repository: &repository }).commit(commit) {
            Ok(_) => return None,
            Err(e) => why = Some(e.to_string()),
        }
    }
    why
}

/// Opens a repository, if all that is read of it are plain files.
pub(super) fn open(place: &Place) -> Option<Repository> {
    if !place.is_plain() {
        tracing::warn!("{} is not read: it holds what is no plain file", place.own.display());
        return None;
    }
    let opened = gix::open::Options::isolated()
        .open_path_as_is(true)
        .with(gix::sec::Trust::Reduced)
        .config_overrides([format!("gitoxide.objects.allocLimit={LARGEST_ALLOCATION}")])
        .open(&place.own);
    match opened {
        Ok(repository) => Some(repository.to_thread_local()),
        Err(e) => {
            tracing::info!("{} cannot be read: {e}", place.own.display());
            None
        }
    }
}

pub(super) type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

pub(super) struct Difference<'a> {
    pub(super) index: &'a Index,
    pub(super) place: &'a Place,
    pub(super) root: &'a Path,
    pub(super) repository: &'a Repository,
}

impl Difference<'_> {
    /// Adds what differs; whether the commit has anything of the workspace.
    fn add_to(
        &self,
        commit: &Commit,
        budget: &mut Budget,
        out: &mut BTreeMap<PathBuf, Option<Arc<str>>>,
    ) -> Result<bool> {
        let Some(tree) = self.tree_of_root(self.commit(commit)?, budget)? else { return Ok(false) };
        let tracked = self.walk(tree, budget)?;
        if tracked.files.is_empty() {
            return Ok(false);
        }
        let system = &**self.index.system();
        let listed = self.repository.open_index().ok();
        let overlaid: FxHashSet<&Path> = self.index.overlaid().collect();
        for (path, id) in &tracked.files {
            let relative = self.listed_path(path);
            let entry = listed.as_ref().and_then(|l| {
                Some((l, l.entry_by_path_and_stage(relative.as_ref()?.as_slice().into(), Stage::Unconflicted)?))
            });
            let is_listed = self.index.contains(path);
            if !is_listed {
                let is_there = system.is_file(path);
                if is_lock_file(path) {
                    let now = is_there.then(|| system.read(path).ok()).flatten();
                    if now.as_deref().is_none_or(|now| !is_blob(now, id)) {
                        let now = now.and_then(|bytes| decode(&bytes));
                        if let Some(then) = self.blob(path, id, budget)?.and_then(|then| unlike(then, now.as_deref())) {
                            out.insert(path.clone(), Some(then));
                        }
                    }
                } else if !is_there && self.index.would_list(path) && !self.is_left_out(path, listed.as_ref()) {
                    // Files that are there are ignored, generated or too large.
                    if let Some(then) = self.blob(path, id, budget)? {
                        out.insert(path.clone(), Some(then));
                    }
                }
                continue;
            }
            let is_open = overlaid.contains(&**path);
            if !is_open {
                let is_fresh =
                    entry.is_some_and(|(l, e)| system.stamp(path).is_some_and(|now| is_unchanged(l, e, now)));
                if is_fresh && entry.is_some_and(|(_, e)| e.id == *id) {
                    continue;
                }
                if !is_fresh && system.read(path).is_ok_and(|bytes| is_blob(&bytes, id)) {
                    continue;
                }
            }
            let now = self.index.text(path);
            if let Some(then) = self.blob(path, id, budget)?.and_then(|then| unlike(then, now.as_deref())) {
                out.insert(path.clone(), Some(then));
            }
        }
        let mut repositories: BTreeMap<&Path, bool> = BTreeMap::new();
        for path in self.index.files().filter(|p| p.starts_with(self.root) && !tracked.files.contains_key(&***p)) {
            let mut folders = path.ancestors().take_while(|f| *f != self.root);
            let is_other = folders.any(|folder| {
                tracked.others.contains(folder)
                    // Another repository, which this one does not track.
                    || *repositories.entry(folder).or_insert_with(|| &**path != folder && disk::exists(&folder.join(".git")))
            });
            if !is_other {
                out.insert(path.to_path_buf(), None);
            }
        }
        Ok(true)
    }

    /// The id of the commit.
    pub(super) fn commit(&self, commit: &Commit) -> Result<ObjectId> {
        let named = |revision: &str| -> Result<ObjectId> {
            let found = self.repository.rev_parse_single(revision).and_then(|id| id.object());
            let commit = found.and_then(|object| object.peel_to_kind(ObjectKind::Commit));
            Ok(commit.map_err(|e| format!("there is no commit {revision}: {e}"))?.id)
        };
        match commit {
            Commit::Head => named("HEAD"),
            Commit::Revision(revision) => named(revision),
            Commit::MergeBase(branch) => {
                let (head, branch_tip) = (named("HEAD")?, named(branch)?);
                let base = self.repository.merge_base(head, branch_tip)?;
                Ok(base.ok_or_else(|| format!("HEAD and {branch} have nothing in common"))?.detach())
            }
        }
    }

    /// The tree of the workspace's root in a commit.
    pub(super) fn tree_of_root(&self, commit: ObjectId, budget: &mut Budget) -> Result<Option<ObjectId>> {
        let mut tree = self.repository.find_commit(commit)?.tree_id()?.detach();
        let below = self.root.strip_prefix(&self.place.work_tree)?;
        for name in below.components() {
            let Some(name) = name.as_os_str().to_str() else { return Ok(None) };
            let data = self.object(tree, ObjectKind::Tree, LARGEST_TREE, budget)?;
            let Some(data) = data else { return Ok(None) };
            let entries = gix::objs::TreeRefIter::from_bytes(&data, tree.kind());
            let found =
                entries.filter_map(std::result::Result::ok).find(|e| e.filename == name.as_bytes() && e.mode.is_tree());
            match found {
                Some(entry) => tree = entry.oid.to_owned(),
                None => return Ok(None),
            }
        }
        Ok(Some(tree))
    }

    /// The files below the root that the workspace would list, and lock files.
    fn walk(&self, tree: ObjectId, budget: &mut Budget) -> Result<Tracked> {
        let mut tracked = Tracked::default();
        let mut folders = vec![(self.root.to_path_buf(), tree, 0)];
        while let Some((folder, tree, depth)) = folders.pop() {
            let data = self.object(tree, ObjectKind::Tree, LARGEST_TREE, budget)?;
            // A part that was never fetched.
            let Some(data) = data else {
                tracked.others.insert(folder);
                continue;
            };
            for entry in gix::objs::TreeRefIter::from_bytes(&data, tree.kind()) {
                let entry = entry?;
                budget.entries = budget.entries.checked_sub(1).ok_or("it has too many files")?;
                let Some(name) = std::str::from_utf8(entry.filename).ok().filter(|n| is_name(n)) else { continue };
                let path = folder.join(name);
                if entry.mode.is_tree() {
                    if depth < DEEPEST && self.index.would_enter(&path) {
                        folders.push((path, entry.oid.to_owned(), depth + 1));
                    }
                } else if entry.mode.is_blob() {
                    if self.index.contains(&path) || is_lock_file(&path) || self.index.would_list(&path) {
                        tracked.files.insert(path, entry.oid.to_owned());
                    }
                } else {
                    tracked.others.insert(path);
                }
            }
        }
        Ok(tracked)
    }

    /// An object's bytes; `None` when the repository does not have it, or has it larger than `most`.
    pub(super) fn object(
        &self,
        id: ObjectId,
        kind: ObjectKind,
        most: u64,
        budget: &mut Budget,
    ) -> Result<Option<Vec<u8>>> {
        if Instant::now() > budget.until {
            return Err("it takes too long".into());
        }
        let Ok(header) = self.repository.find_header(id) else { return Ok(None) };
        if header.kind() != kind || header.size() > most || header.num_deltas().is_some_and(|n| n > MOST_DELTAS) {
            return Ok(None);
        }
        Ok(Some(self.repository.find_object(id)?.detach().data))
    }

    /// The text that `path` had.
    pub(super) fn blob(&self, path: &Path, id: &ObjectId, budget: &mut Budget) -> Result<Option<Arc<str>>> {
        let Some(bytes) = self.object(*id, ObjectKind::Blob, Kind::of(path).limit(), budget)? else { return Ok(None) };
        budget.bytes = budget.bytes.checked_sub(bytes.len() as u64).ok_or("too much differs")?;
        // What stands for a file that is kept elsewhere is not its text.
        Ok(decode(&bytes).filter(|_| !bytes.starts_with(b"version https://git-lfs")))
    }

    /// How git's list of files spells a path.
    fn listed_path(&self, path: &Path) -> Option<Vec<u8>> {
        let relative = path.strip_prefix(&self.place.work_tree).ok()?.to_str()?;
        Some(if cfg!(windows) { relative.replace('\\', "/") } else { relative.to_owned() }.into_bytes())
    }

    /// Whether a file is tracked and, as the user wants it, not checked out (git-sparse-checkout(1)).
    fn is_left_out(&self, path: &Path, listed: Option<&gix::index::File>) -> bool {
        let Some(listed) = listed else { return false };
        let mut parts = path.ancestors().take_while(|f| *f != self.place.work_tree);
        let entry = |path: &Path, end: &str| {
            let mut name = self.listed_path(path)?;
            name.extend(end.as_bytes());
            listed.entry_by_path_and_stage(name.as_slice().into(), Stage::Unconflicted)
        };
        entry(path, "").is_some_and(|e| e.flags.contains(Flags::SKIP_WORKTREE))
            || listed.is_sparse() && parts.any(|folder| entry(folder, "/").is_some())
    }
}

/// Whether an entry of a tree is the name of a file. The trees of strangers have others.
pub(super) fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.eq_ignore_ascii_case(".git") && !name.contains(['/', '\\', '\0', ':'])
}

/// A list of the versions of packages. The index does not read all of them.
fn is_lock_file(path: &Path) -> bool {
    path.file_name().and_then(|n| n.to_str()).is_some_and(disk::is_lock_file)
}

/// Whether a file has the size and time that it had when git read it last. Within the clock's tick before the list was written, it may have
/// changed again (git's racy-git.txt).
fn is_unchanged(listed: &gix::index::File, entry: &gix::index::Entry, now: Stamp) -> bool {
    let (seconds, nanoseconds) = (now.modified / 1_000_000_000, (now.modified % 1_000_000_000) as u32);
    let stat = &entry.stat;
    let written = listed.timestamp();
    let is_racy = (written.unix_seconds(), written.nanoseconds()) <= (i64::from(stat.mtime.secs), stat.mtime.nsecs);
    // Some tools keep seconds only; then the list may be as old as the file.
    let is_coarse = stat.mtime.nsecs == 0 && nanoseconds != 0;
    u64::from(stat.size) == now.size
        && u64::from(stat.mtime.secs) == seconds
        && (stat.mtime.nsecs == nanoseconds || is_coarse && written.unix_seconds() > i64::from(stat.mtime.secs))
        && !is_racy
        && !entry.flags.contains(Flags::INTENT_TO_ADD)
}

/// Whether a file's bytes are those of a blob, as they are or with the line endings that repositories have.
fn is_blob(bytes: &[u8], id: &ObjectId) -> bool {
    let is = |bytes: &[u8]| gix::objs::compute_hash(id.kind(), ObjectKind::Blob, bytes).is_ok_and(|hash| hash == *id);
    is(bytes) || bytes.windows(2).any(|pair| pair == b"\r\n") && is(&without_returns(bytes))
}

fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let is_kept = |(i, byte): &(usize, &u8)| **byte != b'\r' || bytes.get(i + 1) != Some(&b'\n');
    bytes.iter().enumerate().filter(is_kept).map(|(_, byte)| *byte).collect()
}

/// A text with the line endings that the file has now: those of the repository may be others. `None` when nothing else differs.
fn unlike(then: Arc<str>, now: Option<&str>) -> Option<Arc<str>> {
    let Some(now) = now else { return Some(then) };
    let lines = with_plain_endings(&then).into_owned();
    if lines == *with_plain_endings(now) {
        return None;
    }
    let (all, windows) = (now.matches('\n').count(), now.matches("\r\n").count());
    Some(match windows {
        0 if all > 0 => lines.into(),
        _ if windows == all && all > 0 => lines.replace('\n', "\r\n").into(),
        _ => then,
    })
}

fn with_plain_endings(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}
