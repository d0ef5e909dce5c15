//! Which files hold a word, so that "is this name used anywhere?" need not read the whole workspace.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::path::Path;
use std::sync::{Arc, RwLock};

/// Sorted 32-bit hashes of a text's words: about a kilobyte a file. A hash that is not there proves that the word is not; one that is may
/// be another word's.
type Fingerprint = Arc<[u32]>;

/// Fingerprints by file and revision, made when first asked for.
#[derive(Default)]
pub(crate) struct Words(RwLock<FxHashMap<Arc<Path>, (u64, Fingerprint)>>);

impl Words {
    /// Of `files` (path, revision), those whose text may hold `word`. `text` reads a file.
    pub fn holders<'a>(
        &self,
        word: &str,
        files: impl Iterator<Item = (&'a Arc<Path>, u64)>,
        text: impl Fn(&Path) -> Option<Arc<str>> + Sync,
    ) -> Vec<Arc<Path>> {
        let hash = hash(word);
        let mut out = Vec::new();
        let mut missing = Vec::new();
        {
            let known = self.0.read().unwrap_or_else(|e| e.into_inner());
            for (path, revision) in files {
                match known.get(path) {
                    Some((of, print)) if *of == revision => {
                        if print.binary_search(&hash).is_ok() {
                            out.push(path.clone());
                        }
                    }
                    _ => missing.push((path.clone(), revision)),
                }
            }
        }
        if !missing.is_empty() {
            let read = |(path, revision): (Arc<Path>, u64)| {
                let print = text(&path).map_or_else(|| Fingerprint::from([]), |t| fingerprint(&t));
                (path, revision, print)
            };
            // A lock is never held while others of the pool may wait for it.
            let fresh: Vec<_> = missing.into_par_iter().map(read).collect();
            let mut known = self.0.write().unwrap_or_else(|e| e.into_inner());
            for (path, revision, print) in fresh {
                if print.binary_search(&hash).is_ok() {
                    out.push(path.clone());
                }
                known.insert(path, (revision, print));
            }
            out.sort_unstable();
        }
        out
    }
}

fn hash(word: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    let wide = hasher.finish();
    (wide ^ (wide >> 32)) as u32
}

fn fingerprint(text: &str) -> Fingerprint {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut out: Vec<u32> = text.split(|c| !is_word(c)).filter(|w| !w.is_empty()).map(hash).collect();
    out.sort_unstable();
    out.dedup();
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn words_are_whole_and_texts_are_read_once_a_revision() {
        let words = Words::default();
        let reads = AtomicUsize::new(0);
        let path: Arc<Path> = Path::new("/a.cs").into();
        let ask = |word: &str, revision: u64| {
            let text = |_: &Path| {
                reads.fetch_add(1, Ordering::Relaxed);
                Some("class Größe { int _count; } // “Täler”".into())
            };
            !words.holders(word, [(&path, revision)].into_iter(), text).is_empty()
        };
        assert!(ask("Größe", 1) && ask("_count", 1) && ask("Täler", 1));
        assert!(!ask("count", 1) && !ask("Gr", 1));
        assert_eq!(reads.load(Ordering::Relaxed), 1);
        assert!(ask("int", 2));
        assert_eq!(reads.load(Ordering::Relaxed), 2);
    }
}
