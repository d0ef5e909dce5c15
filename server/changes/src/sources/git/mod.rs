//! Git: a commit against the working tree.
//!
//! Repositories come from strangers as all files do: nothing of their configuration is obeyed, no filter, hook or other program is started, and what is
//! read is looked at before and limited in size, number and time.

mod difference;
mod history;
mod place;
#[cfg(test)]
mod tests;

pub use history::{Changed, history};

use crate::{Before, PastTexts};
use index::Index;
use place::Place;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

/// Which commit the workspace is compared with.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Commit {
    /// The one that is checked out.
    Head,
    /// The one that this revision names (gitrevisions(7)).
    Revision(String),
    /// The newest one that both this revision and `HEAD` have.
    MergeBase(String),
}

/// What was found at one revision of the workspace: several sources ask for the same.
#[derive(Default)]
struct Known(Mutex<FxHashMap<(Commit, u64), Option<PastTexts>>>);

/// A commit of the git repository around the workspace, against the working tree.
pub struct Git {
    commit: Commit,
    /// The stamp at which the commit was found to have nothing of the workspace: it cannot be read, or nothing is tracked.
    nothing: Mutex<Option<u64>>,
}

impl Git {
    /// What is checked out.
    pub fn head() -> Self {
        Self::at(Commit::Head)
    }
    /// The commit that `revision` names, as git spells it: a branch, a tag, the start of an id, `HEAD~3`.
    pub fn since(revision: impl Into<String>) -> Self {
        Self::at(Commit::Revision(revision.into()))
    }
    /// The commit at which the work that is checked out left `branch`: what a pull request changes.
    pub fn merge_base(branch: impl Into<String>) -> Self {
        Self::at(Commit::MergeBase(branch.into()))
    }
    fn at(commit: Commit) -> Self {
        Self { commit, nothing: Mutex::new(None) }
    }

    /// The stamp of the repositories around the roots.
    fn stamp_now(&self, index: &Index) -> Option<u64> {
        let mut hasher = FxHasher::default();
        let mut found = false;
        for root in index.roots() {
            let Some(place) = Place::of(&**index.system(), root) else { continue };
            let stamp = match &self.commit {
                Commit::Head => place.head(),
                Commit::Revision(revision) => place.revision(revision),
                Commit::MergeBase(branch) => place.revision(branch),
            };
            found |= stamp.is_some();
            (root, stamp).hash(&mut hasher);
        }
        found.then(|| hasher.finish())
    }
}

impl Before for Git {
    fn name(&self) -> String {
        match &self.commit {
            Commit::Head => "HEAD".to_owned(),
            Commit::Revision(revision) | Commit::MergeBase(revision) => revision.clone(),
        }
    }
    fn stamp(&self, index: &Index) -> Option<u64> {
        let nothing = *self.nothing.lock().unwrap_or_else(PoisonError::into_inner);
        self.stamp_now(index).filter(|stamp| nothing != Some(*stamp))
    }
    fn texts(&self, index: &Index) -> PastTexts {
        let stamp = self.stamp_now(index);
        let find = |stamp| {
            let known = index.revision_data::<Known>();
            let mut known = known.0.lock().unwrap_or_else(PoisonError::into_inner);
            let texts = known.entry((self.commit.clone(), stamp));
            texts.or_insert_with(|| difference::texts(index, &self.commit)).clone()
        };
        let found = stamp.and_then(find);
        *self.nothing.lock().unwrap_or_else(PoisonError::into_inner) = if found.is_none() { stamp } else { None };
        found.unwrap_or_default()
    }
    fn problem(&self, index: &Index) -> Option<String> {
        let (Commit::Revision(revision) | Commit::MergeBase(revision)) = &self.commit else { return None };
        if self.stamp_now(index).is_none() {
            return Some(format!("there is no git repository to find {revision} in, or nothing was committed"));
        }
        difference::problem(index, &self.commit)
    }
}
