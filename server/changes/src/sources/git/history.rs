//! What commits changed, newest first.

use super::Commit;
use super::difference::{Budget, DEEPEST, Difference, LARGEST_TREE, MOST_ENTRIES, Result, is_name, open};
use super::place::Place;
use gix::ObjectId;
use gix::objs::Kind as ObjectKind;
use index::Index;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Files of a commit, at most: what changes more was written by a program.
const MOST_FILES: usize = 400;
/// Bytes of texts, of all commits together.
const MOST_BYTES: u64 = 1 << 30;
/// When the rest of the history is left.
const PATIENCE: Duration = Duration::from_secs(120);

/// A commit, and the sources that it changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Its id, in hexadecimal.
    pub commit: String,
    /// When it was made, in seconds since 1970.
    pub seconds: u64,
    /// The files, absolute, with their texts before and after. What it made, removed or moved is not among them.
    pub files: Vec<(PathBuf, Arc<str>, Arc<str>)>,
}

/// Goes back from what is checked out, by first parents: at most `most` commits, and not to `since` and beyond. `each` says whether to go on. Returns how many
/// commits there were.
///
/// # Errors
/// When the workspace is in no repository, or it cannot be read.
pub fn history(
    index: &Index,
    since: Option<&str>,
    most: usize,
    each: &mut dyn FnMut(Changed) -> bool,
) -> std::result::Result<usize, String> {
    let Some((root, place)) = index.roots().iter().find_map(|r| Some((r, Place::of(&**index.system(), r)?))) else {
        return Err("there is no git repository around the sources".to_owned());
    };
    let repository = open(&place).ok_or_else(|| format!("the repository {} cannot be read", place.own.display()))?;
    let difference = Difference { index, place: &place, root, repository: &repository };
    walk(&difference, since, most, each).map_err(|e| e.to_string())
}

fn walk(
    difference: &Difference<'_>,
    since: Option<&str>,
    most: usize,
    each: &mut dyn FnMut(Changed) -> bool,
) -> Result<usize> {
    let stop = since.map(|s| difference.commit(&Commit::Revision(s.to_owned()))).transpose()?;
    let mut budget = Budget { entries: MOST_ENTRIES, bytes: MOST_BYTES, until: Instant::now() + PATIENCE };
    let mut id = difference.commit(&Commit::Head)?;
    let mut seen = 0;
    while seen < most && Some(id) != stop {
        let commit = difference.repository.find_commit(id)?;
        let Some(parent) = commit.parent_ids().next().map(|p| p.detach()) else { break };
        let seconds = u64::try_from(commit.time()?.seconds).unwrap_or_default();
        let read = |budget: &mut Budget| -> Result<Vec<(PathBuf, Arc<str>, Arc<str>)>> {
            let (Some(then), Some(now)) =
                (difference.tree_of_root(parent, budget)?, difference.tree_of_root(id, budget)?)
            else {
                return Ok(Vec::new());
            };
            files(difference, then, now, budget)
        };
        let files = match read(&mut budget) {
            Ok(files) => files,
            // What was read before is good.
            Err(e) if seen > 0 => {
                tracing::info!("the history is read in part: {e}");
                break;
            }
            Err(e) => return Err(e),
        };
        seen += 1;
        if !files.is_empty() && !each(Changed { commit: id.to_string(), seconds, files }) {
            break;
        }
        id = parent;
    }
    Ok(seen)
}

/// What a folder has: name → whether it is a folder, and its object.
fn listed(
    difference: &Difference<'_>,
    tree: ObjectId,
    budget: &mut Budget,
) -> Result<BTreeMap<String, (bool, ObjectId)>> {
    let mut out = BTreeMap::new();
    // A part that was never fetched has nothing.
    let Some(data) = difference.object(tree, ObjectKind::Tree, LARGEST_TREE, budget)? else { return Ok(out) };
    for entry in gix::objs::TreeRefIter::from_bytes(&data, tree.kind()) {
        let entry = entry?;
        budget.entries = budget.entries.checked_sub(1).ok_or("it has too many files")?;
        let is_one = entry.mode.is_tree() || entry.mode.is_blob();
        if let Some(name) = std::str::from_utf8(entry.filename).ok().filter(|n| is_one && is_name(n)) {
            out.insert(name.to_owned(), (entry.mode.is_tree(), entry.oid.to_owned()));
        }
    }
    Ok(out)
}

fn files(
    difference: &Difference<'_>,
    then: ObjectId,
    now: ObjectId,
    budget: &mut Budget,
) -> Result<Vec<(PathBuf, Arc<str>, Arc<str>)>> {
    let index = difference.index;
    let is_source = |path: &Path| index.contains(path) || index.would_list(path);
    let mut changed: Vec<(PathBuf, ObjectId, ObjectId)> = Vec::new();
    let mut folders = vec![(difference.root.to_path_buf(), then, now, 0)];
    while let Some((folder, then, now, depth)) = folders.pop() {
        let (old, new) = (listed(difference, then, budget)?, listed(difference, now, budget)?);
        for (name, (is_folder, id)) in new {
            let Some((was_folder, before)) = old.get(&name).copied().filter(|(_, before)| *before != id) else {
                continue;
            };
            let path = folder.join(&name);
            match (was_folder, is_folder) {
                (true, true) if depth < DEEPEST && index.would_enter(&path) => {
                    folders.push((path, before, id, depth + 1))
                }
                (false, false) if is_source(&path) => changed.push((path, before, id)),
                _ => {}
            }
        }
        if changed.len() > MOST_FILES {
            return Ok(Vec::new());
        }
    }
    changed.sort();
    let mut out = Vec::new();
    for (path, before, after) in changed {
        if let (Some(before), Some(after)) =
            (difference.blob(&path, &before, budget)?, difference.blob(&path, &after, budget)?)
        {
            out.push((path, before, after));
        }
    }
    Ok(out)
}
