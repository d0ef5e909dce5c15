//! Which files contain a word, so that "is this name used anywhere?" does not read the whole workspace.

use rustc_hash::{FxHashMap, FxHasher};
use smol_str::SmolStr;
use std::hash::Hasher;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use syntax::LanguageFamily;

/// Sorted 32-bit hashes of a text's words: about a kilobyte a file. A missing hash proves that the word is missing; a hash that is there may
/// be that of another word.
pub(crate) type Fingerprint = Arc<[u32]>;

/// The hash of `word` in a [`Fingerprint`].
pub(crate) fn hash(word: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    let wide = hasher.finish();
    (wide ^ (wide >> 32)) as u32
}

/// The fingerprint of a text.
pub(crate) fn fingerprint(text: &str) -> Fingerprint {
    let is_word = |c: char| match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || c == '_' || c == '$',
        false => c.is_alphanumeric(),
    };
    let mut out: Vec<u32> = text.split(|c| !is_word(c)).filter(|w| !w.is_empty()).map(hash).collect();
    out.sort_unstable();
    out.dedup();
    out.into()
}

/// How often `word` stands in `text` between characters that are no part of a name.
pub(crate) fn count(text: &str, word: &str) -> usize {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let stands_alone =
        |at: usize| !part(text[..at].chars().next_back()) && !part(text[at + word.len()..].chars().next());
    memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()).filter(|at| stands_alone(*at)).count()
}

/// Files that may contain a word, by word and family; kept for one revision.
#[derive(Default)]
pub(crate) struct WordCache(RwLock<FxHashMap<(SmolStr, LanguageFamily), Arc<[Arc<Path>]>>>);

impl WordCache {
    /// The files for a word, computed when they are not known.
    pub(crate) fn get_or(
        &self,
        word: &str,
        family: LanguageFamily,
        compute: impl FnOnce() -> Arc<[Arc<Path>]>,
    ) -> Arc<[Arc<Path>]> {
        let key = (SmolStr::new(word), family);
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        // No lock is held meanwhile: others may ask for other words.
        let files = compute();
        self.0.write().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(files).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        let text = "class Größe { int _count; Größen _count; } // “Täler”";
        let print = fingerprint(text);
        let holds = |word: &str| print.binary_search(&hash(word)).is_ok();
        assert!(holds("Größe") && holds("_count") && holds("Täler"));
        assert!(!holds("count") && !holds("Gr"));
        assert_eq!((count(text, "Größe"), count(text, "_count"), count(text, "count")), (1, 2, 0));
    }

    #[test]
    fn files_are_computed_once_a_word_and_family() {
        let cache = WordCache::default();
        let files = |family, name: &str| cache.get_or("w", family, || [Arc::from(Path::new(name))].into());
        assert_eq!(files(LanguageFamily::CSHARP, "/a.cs").len(), 1);
        assert_eq!(files(LanguageFamily::CSHARP, "/b.cs")[0].as_ref(), Path::new("/a.cs"));
        assert_eq!(files(LanguageFamily::TYPESCRIPT, "/b.ts")[0].as_ref(), Path::new("/b.ts"));
    }
}
