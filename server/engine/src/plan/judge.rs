//! Judges what the fixes of a plan wrote: see [`Doubt`].

use super::AppliedFix;
use crate::{CancelToken, Entry, FixInfo};
use fix::{Doubt, Written, language};
use index::Index;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::{TextEdit, TextEdits, TextRange};

/// A doubt about a fix that a plan applies.
#[derive(Clone, Debug)]
pub struct Doubted {
    /// The entry that the fix repairs, by place in [`Plan::entries`](super::Plan::entries).
    pub entry: usize,
    /// The fix.
    pub fix: FixInfo,
    /// The file that it is about.
    pub path: PathBuf,
    /// One-based line in the text after all fixes.
    pub line: u32,
    /// What is wrong with it.
    pub doubt: Doubt,
}

/// Doubts about the applied fixes, in their order. `originals` has the texts before; files that are not in it did not change.
pub(super) fn doubts(
    index: &Index,
    entries: &[Entry],
    applied: &[AppliedFix],
    originals: &BTreeMap<PathBuf, Option<Arc<str>>>,
    cancel: &CancelToken,
) -> Vec<Doubted> {
    let of_fix = |applied: &AppliedFix| -> Vec<Doubted> {
        if cancel.is_cancelled() {
            return Vec::new();
        }
        let Some(entry) = entries.get(applied.entry) else { return Vec::new() };
        let (Some(fix), Some(place)) = (&entry.fix, &entry.place) else { return Vec::new() };
        let (code, arguments) = (place.code.as_str(), &*place.arguments);
        let mut by_file: BTreeMap<&Path, Vec<TextRange>> = BTreeMap::new();
        for (path, range) in &applied.wrote {
            by_file.entry(path).or_default().push(*range);
        }
        let in_file = |(path, ranges): (&Path, Vec<TextRange>)| -> Option<Vec<Doubted>> {
            let source = index.source(path)?;
            let before = originals.get(path).cloned().flatten().unwrap_or_default();
            let (source, before, ranges) = (&source, &before, &ranges);
            let found = language::doubts(&Written { index, source, before, ranges, code, arguments });
            let doubted = |doubt| Doubted { entry: applied.entry, fix: fix.clone(), path: path.into(), line: 0, doubt };
            Some(found.into_iter().map(doubted).collect())
        };
        by_file.into_iter().filter_map(in_file).flatten().collect()
    };
    let found: Vec<Vec<Doubted>> = applied.par_iter().map(of_fix).collect();
    found.into_iter().flatten().collect()
}

/// The comments that stubs get, by file.
pub(super) fn comments(doubts: &[Doubted]) -> BTreeMap<PathBuf, TextEdits> {
    let mut by_file: BTreeMap<&Path, BTreeMap<usize, TextEdit>> = BTreeMap::new();
    for d in doubts {
        if let Some(edit) = &d.doubt.todo {
            by_file.entry(&d.path).or_default().entry(edit.range.start).or_insert_with(|| edit.clone());
        }
    }
    let edits = |(path, edits): (&Path, BTreeMap<usize, TextEdit>)| {
        Some((path.to_path_buf(), TextEdits::new(edits.into_values().collect()).ok()?))
    };
    by_file.into_iter().filter_map(edits).collect()
}
