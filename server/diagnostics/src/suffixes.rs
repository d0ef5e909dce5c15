//! Finds paths by how they end.
#[cfg(test)]
use std::sync::atomic::{AtomicUsize, Ordering};

/// Paths, in order of their components from the last to the first: those with a common end are neighbours.
#[derive(Debug)]
pub(crate) struct Suffixes {
    /// The key of a path, and its number.
    sorted: Vec<(String, u32)>,
    /// How many keys were compared.
    #[cfg(test)]
    steps: AtomicUsize,
}

/// The components from the last to the first, each with a `/` behind it, so that a key that starts with another ends in the same components.
pub(crate) fn key<'a>(from_last: impl Iterator<Item = &'a str>) -> String {
    from_last.flat_map(|part| [part, "/"]).collect()
}

impl Suffixes {
    /// Paths (with `/`) that are numbered in their order.
    pub(crate) fn new(paths: impl Iterator<Item = impl AsRef<str>>) -> Self {
        let mut sorted: Vec<_> = paths.zip(0..).map(|(path, i)| (key(path.as_ref().rsplit('/')), i)).collect();
        sorted.sort_unstable();
        Self {
            sorted,
            #[cfg(test)]
            steps: AtomicUsize::new(0),
        }
    }

    fn first(&self, is_before: impl Fn(&str) -> bool) -> usize {
        self.sorted.partition_point(|(key, _)| {
            #[cfg(test)]
            self.steps.fetch_add(1, Ordering::Relaxed);
            is_before(key)
        })
    }

    /// The paths that end with the whole of `key`.
    pub(crate) fn ending_with(&self, key: &str) -> impl ExactSizeIterator<Item = u32> {
        let start = self.first(|k| k < key);
        let end = self.first(|k| k < key || k.starts_with(key));
        self.sorted[start..end].iter().map(|(_, i)| *i)
    }

    /// The paths with this key.
    pub(crate) fn equal<'s>(&'s self, key: &'s str) -> impl Iterator<Item = u32> + 's {
        let start = self.first(|k| k < key);
        self.sorted[start..].iter().take_while(move |(k, _)| k == key).map(|(_, i)| *i)
    }

    /// The largest part of `key` that any path ends with; empty when none does.
    fn longest_part<'k>(&self, key: &'k str) -> &'k str {
        let at = self.first(|k| k < key);
        let common = |k: &str| {
            let bytes = k.bytes().zip(key.bytes()).take_while(|(a, b)| a == b).count();
            key.as_bytes()[..bytes].iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1)
        };
        let beside = [at.checked_sub(1), Some(at)].into_iter().flatten().filter_map(|i| self.sorted.get(i));
        &key[..beside.map(|(k, _)| common(k)).max().unwrap_or(0)]
    }

    /// The paths that `key` ends with as a whole, `most` of each length at most.
    pub(crate) fn endings(&self, key: &str, most: usize) -> Vec<u32> {
        let longest = self.longest_part(key);
        let parts = longest.match_indices('/').map(|(slash, _)| &longest[..=slash]);
        parts.flat_map(|part| self.equal(part).take(most).collect::<Vec<_>>()).collect()
    }

    /// The one path that agrees with `key` in most components, and in how many.
    pub(crate) fn longest(&self, key: &str) -> Option<(u32, usize)> {
        let part = self.longest_part(key);
        let mut found = self.ending_with(part);
        match (found.next(), found.next()) {
            (Some(one), None) if !part.is_empty() => Some((one, part.matches('/').count())),
            _ => None,
        }
    }

    #[cfg(test)]
    pub(crate) fn steps(&self) -> usize {
        self.steps.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> String {
        key(path.rsplit('/'))
    }

    #[test]
    fn neighbours_share_their_end() {
        let paths = ["a/b/c.cs", "b/c.cs", "c.cs", "x/c.cs", "bb/c.cs", "a/b/d.cs"];
        let suffixes = Suffixes::new(paths.iter());
        let sorted = |found: Vec<u32>| {
            let mut found: Vec<&str> = found.into_iter().map(|i| paths[i as usize]).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(sorted(suffixes.ending_with(&of("b/c.cs")).collect()), ["a/b/c.cs", "b/c.cs"]);
        assert_eq!(sorted(suffixes.endings(&of("z/a/b/c.cs"), 9)), ["a/b/c.cs", "b/c.cs", "c.cs"]);
        assert_eq!(sorted(suffixes.equal(&of("c.cs")).collect()), ["c.cs"]);
        assert_eq!(suffixes.longest(&of("z/a/b/c.cs")), Some((0, 3)));
        assert_eq!(suffixes.longest(&of("z/b/d.cs")), Some((5, 2)));
        assert_eq!(suffixes.longest(&of("z/c.cs")), None, "several agree in one");
        assert_eq!(suffixes.longest(&of("e.cs")), None);
        assert_eq!(Suffixes::new(std::iter::empty::<&str>()).longest(&of("e.cs")), None);
    }
}
