//! Which files were renamed or moved: the same text elsewhere, or the most similar one.

use rustc_hash::{FxHashMap, FxHasher};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Pairs that are compared. Beyond that only equal texts are found, as git does it (`diff.renameLimit`).
const MOST_PAIRS: usize = 1 << 20;
/// A file that has less in common with another than this part of the larger of both is no rename of it.
const LEAST: f64 = 0.5;
/// Shorter texts than this tell nothing when they are not equal.
const SHORTEST: usize = 32;

/// The paths of `files` that are gone, each with that path of a new file to which it was moved, in order of path. `now` gives today's texts.
pub(crate) fn renamed(
    files: &BTreeMap<PathBuf, Option<Arc<str>>>,
    now: impl Fn(&Path) -> Option<Arc<str>>,
) -> Vec<(PathBuf, PathBuf)> {
    let added: Vec<(&PathBuf, Arc<str>)> =
        files.iter().filter(|(_, then)| then.is_none()).filter_map(|(p, _)| Some((p, now(p)?))).collect();
    if added.is_empty() {
        return Vec::new();
    }
    let deleted: Vec<(&PathBuf, &Arc<str>)> =
        files.iter().filter_map(|(p, then)| Some((p, then.as_ref()?))).filter(|(p, _)| now(p).is_none()).collect();
    let mut out = Vec::new();
    let (mut gone, mut new) = (vec![false; deleted.len()], vec![false; added.len()]);
    let mut by_text: FxHashMap<(&OsStr, &str), Vec<usize>> = FxHashMap::default();
    for (j, (path, text)) in added.iter().enumerate() {
        by_text.entry((extension(path), text)).or_default().push(j);
    }
    for (i, (path, text)) in deleted.iter().enumerate() {
        let equal = by_text.get(&(extension(path), &***text)).into_iter().flatten().filter(|j| !new[**j]);
        // Of several copies, the one that kept its name, or else that which went least far.
        let nearest =
            equal.min_by_key(|j| (path.file_name() != added[**j].0.file_name(), distance(path, added[**j].0)));
        if let Some(j) = nearest.copied().filter(|_| !text.trim().is_empty()) {
            (gone[i], new[j]) = (true, true);
            out.push((path.to_path_buf(), added[j].0.clone()));
        }
    }
    let left = |taken: &[bool]| taken.iter().enumerate().filter(|(_, t)| !**t).map(|(i, _)| i).collect::<Vec<_>>();
    let (old, fresh) = (left(&gone), left(&new));
    if old.len().saturating_mul(fresh.len()) <= MOST_PAIRS {
        let lines = |text: &str| Lines::of(text);
        let old: Vec<(usize, Lines)> = old.into_iter().map(|i| (i, lines(deleted[i].1))).collect();
        let fresh: Vec<(usize, Lines)> = fresh.into_iter().map(|j| (j, lines(&added[j].1))).collect();
        let mut pairs: Vec<(f64, bool, usize, usize)> = Vec::new();
        for (i, then) in &old {
            for (j, now) in &fresh {
                if extension(deleted[*i].0) != extension(added[*j].0) {
                    continue;
                }
                let likeness = then.likeness(now);
                if likeness > LEAST {
                    pairs.push((likeness, deleted[*i].0.file_name() == added[*j].0.file_name(), *i, *j));
                }
            }
        }
        // The likest first; of equals that which kept its name.
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
        for (_, _, i, j) in pairs {
            if !gone[i] && !new[j] {
                (gone[i], new[j]) = (true, true);
                out.push((deleted[i].0.clone(), added[j].0.clone()));
            }
        }
    }
    out.sort();
    out
}

fn extension(path: &Path) -> &OsStr {
    path.extension().unwrap_or_default()
}

/// How many folders are left and entered from one path to the other.
fn distance(a: &Path, b: &Path) -> usize {
    let shared = a.components().zip(b.components()).take_while(|(a, b)| a == b).count();
    a.components().count() + b.components().count() - 2 * shared
}

/// The lines of a text, as hashes with the bytes that each has in all, in order.
struct Lines {
    lines: Vec<(u64, u32)>,
    bytes: u64,
}

impl Lines {
    fn of(text: &str) -> Self {
        let mut all: Vec<(u64, u32)> = Vec::new();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let mut hasher = FxHasher::default();
            hasher.write(line.as_bytes());
            all.push((hasher.finish(), u32::try_from(line.len()).unwrap_or(u32::MAX)));
        }
        all.sort_unstable();
        let mut lines: Vec<(u64, u32)> = Vec::with_capacity(all.len());
        for (hash, bytes) in all {
            match lines.last_mut() {
                Some(last) if last.0 == hash => last.1 = last.1.saturating_add(bytes),
                _ => lines.push((hash, bytes)),
            }
        }
        let bytes = lines.iter().map(|(_, bytes)| u64::from(*bytes)).sum();
        Self { lines, bytes }
    }

    /// How much of the larger one both have, from 0 to 1.
    fn likeness(&self, other: &Self) -> f64 {
        let (less, more) = (self.bytes.min(other.bytes), self.bytes.max(other.bytes));
        if less < SHORTEST as u64 || (less as f64) <= more as f64 * LEAST {
            return 0.0;
        }
        let (mut i, mut j, mut common) = (0, 0, 0u64);
        while let (Some(a), Some(b)) = (self.lines.get(i), other.lines.get(j)) {
            match a.0.cmp(&b.0) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    common += u64::from(a.1.min(b.1));
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
        common as f64 / more as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(then: &[(&str, &str)], now: &[(&str, &str)]) -> Vec<(String, String)> {
        let text = |files: &[(&str, &str)], path: &Path| {
            files.iter().find(|(p, _)| Path::new(p) == path).map(|(_, t)| Arc::from(*t))
        };
        let mut files: BTreeMap<PathBuf, Option<Arc<str>>> = BTreeMap::new();
        for (path, _) in then.iter().chain(now) {
            files.insert(path.into(), text(then, Path::new(path)));
        }
        let found = renamed(&files, |p| text(now, p));
        found.into_iter().map(|(a, b)| (a.display().to_string(), b.display().to_string())).collect()
    }

    const BODY: &str = "namespace Shop;\npublic class Order\n{\n    public int Number { get; set; }\n    public void Submit() { }\n}\n";

    #[test]
    fn equal_texts_before_similar_ones() {
        let changed = BODY.replace("Submit", "Place");
        let found = find(
            &[("/a/Order.cs", BODY), ("/a/Old.cs", &changed.replace("Number", "No"))],
            &[("/b/Sale.cs", BODY), ("/b/New.cs", &changed)],
        );
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(found, [pair("/a/Old.cs", "/b/New.cs"), pair("/a/Order.cs", "/b/Sale.cs")]);
    }

    #[test]
    fn of_several_copies_the_one_with_the_name() {
        let found = find(&[("/a/X.cs", BODY)], &[("/b/Y.cs", BODY), ("/c/d/X.cs", BODY)]);
        assert_eq!(found, [("/a/X.cs".to_owned(), "/c/d/X.cs".to_owned())]);
    }

    #[test]
    fn what_is_still_there_or_of_another_kind_is_no_rename() {
        assert!(find(&[("/a/X.cs", BODY)], &[("/a/X.cs", "class X { }"), ("/b/X.cs", BODY)]).is_empty());
        assert!(find(&[("/a/X.cs", BODY)], &[("/a/X.ts", BODY)]).is_empty());
        assert!(
            find(
                &[("/a/X.cs", BODY)],
                &[("/a/Y.cs", "namespace Shop;\npublic class Other\n{\n    int x;\n    int y;\n}\n")]
            )
            .is_empty()
        );
        assert!(find(&[("/a/X.cs", "\n")], &[("/a/Y.cs", "\n")]).is_empty());
    }
}
