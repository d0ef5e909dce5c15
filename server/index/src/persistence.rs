//! Outlines and fingerprints of words on disk, for a warm start.
//!
//! One file per workspace root: magic, checksum, fingerprint of the code that wrote it, versions of the grammars, then entries. An
//! entry is valid when path, size and modification time are as recorded, or else when the content's hash is. A cache that cannot be
//! read, was written by other code, or is damaged counts as empty.

use crate::words::Fingerprint;
use crate::{Outline, Stamp, System};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use syntax::Language;
use text::ContentHash;

const MAGIC: &[u8; 8] = b"bfxindx2";
/// What wrote the cache: the crate's sources. The languages of its entries follow, with the versions of their grammars.
const FINGERPRINT: &str = env!("INDEX_FINGERPRINT");
/// Modification times within this many nanoseconds before the cache was written prove nothing: the file may have changed
/// again within the clock's tick.
const RACY: u64 = 2_000_000_000;

/// What is known of one file.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) stamp: Stamp,
    pub(crate) hash: ContentHash,
    pub(crate) outline: Arc<Outline>,
    pub(crate) words: Fingerprint,
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    /// Relative to the root, with `/`.
    path: std::borrow::Cow<'a, str>,
    stamp: Stamp,
    hash: ContentHash,
    outline: std::borrow::Cow<'a, [u8]>,
    /// Little endian.
    words: std::borrow::Cow<'a, [u8]>,
}

/// The entries of a cache file, by path.
#[derive(Default)]
pub(crate) struct Cache {
    entries: FxHashMap<PathBuf, Entry>,
    by_hash: FxHashMap<ContentHash, PathBuf>,
    written: u64,
}

fn file_of(system: &dyn System, root: &Path) -> Option<PathBuf> {
    let name = ContentHash::of(root.as_os_str().as_encoded_bytes()).to_hex();
    Some(system.cache_dir()?.join(format!("index-{}.bin", &name[..16])))
}

fn checksum(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.write_usize(bytes.len());
    hasher.finish()
}

impl Cache {
    /// The cache of `root`; empty when there is none that is good.
    pub(crate) fn load(system: &dyn System, root: &Path) -> Self {
        let read = || Self::decode(&system.read_cache(&file_of(system, root)?).ok()?, root);
        read().unwrap_or_default()
    }

    fn decode(bytes: &[u8], root: &Path) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (sum, rest) = rest.split_first_chunk::<8>()?;
        if u64::from_le_bytes(*sum) != checksum(rest) {
            return None;
        }
        let (fingerprint, rest): (&str, &[u8]) = postcard::take_from_bytes(rest).ok()?;
        if fingerprint != FINGERPRINT {
            return None;
        }
        let (grammars, rest): (Vec<(&str, &str)>, &[u8]) = postcard::take_from_bytes(rest).ok()?;
        let is_current = |(name, version): &(&str, &str)| {
            Language::named(name).is_some_and(|l| l.definition().grammar_version == *version)
        };
        if !grammars.iter().all(is_current) {
            return None;
        }
        let (written, rest): (u64, &[u8]) = postcard::take_from_bytes(rest).ok()?;
        let (count, mut rest): (u32, &[u8]) = postcard::take_from_bytes(rest).ok()?;
        let mut stored: Vec<Stored<'_>> = Vec::new();
        for _ in 0..count {
            let (entry, after) = take(rest)?;
            stored.push(entry);
            rest = after;
        }
        let entries: Option<FxHashMap<PathBuf, Entry>> = stored
            .par_iter()
            .map(|s| {
                let mut outline: Outline = postcard::from_bytes(&s.outline).ok()?;
                share_namespaces(&mut outline);
                let words = s.words.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
                let entry = Entry { stamp: s.stamp, hash: s.hash, outline: Arc::new(outline), words };
                Some((root.join(s.path.as_ref()), entry))
            })
            .collect();
        let entries = entries?;
        let by_hash = entries.iter().map(|(p, e)| (e.hash, p.clone())).collect();
        Some(Self { entries, by_hash, written })
    }

    /// What is known of `path` in this state, without reading it.
    pub(crate) fn unchanged(&self, path: &Path, stamp: Stamp) -> Option<&Entry> {
        let entry = self.entries.get(path)?;
        (entry.stamp == stamp && stamp.modified.saturating_add(RACY) < self.written).then_some(entry)
    }

    /// What is known of a file with this content and language, wherever it stood.
    pub(crate) fn with_content(&self, hash: ContentHash, language: Language) -> Option<&Entry> {
        let entry = self.entries.get(self.by_hash.get(&hash)?)?;
        (entry.outline.language == language).then_some(entry)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Writes the cache of `root`.
    pub(crate) fn store(system: &dyn System, root: &Path, entries: &[(Arc<Path>, Entry)]) {
        let Some(file) = file_of(system, root) else { return };
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let written = now.map_or(0, |d| d.as_nanos() as u64);
        if let Some(bytes) = encode(root, entries, written) {
            system.write_cache(&file, &bytes);
        }
    }
}

/// A root and what is to be stored of its files.
pub(crate) type Save = (PathBuf, Vec<(Arc<Path>, Entry)>);

/// Writes caches on a thread of its own.
#[derive(Default)]
pub(crate) struct CacheWriter(Option<JoinHandle<()>>);

impl CacheWriter {
    pub(crate) fn start(system: Arc<dyn System>, saves: Vec<Save>) -> Self {
        if saves.is_empty() || system.cache_dir().is_none() {
            return Self::default();
        }
        let write = move || {
            for (root, entries) in &saves {
                Cache::store(system.as_ref(), root, entries);
            }
        };
        Self(std::thread::Builder::new().name("index-cache".into()).spawn(write).ok())
    }
    /// Waits until the caches are written.
    pub(crate) fn finish(&mut self) {
        if let Some(thread) = self.0.take() {
            let _ = thread.join();
        }
    }
}

fn encode(root: &Path, entries: &[(Arc<Path>, Entry)], written: u64) -> Option<Vec<u8>> {
    let stored: Vec<Vec<u8>> = entries
        .par_iter()
        .filter_map(|(path, entry)| {
            let path = path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
            let outline = postcard::to_stdvec(entry.outline.as_ref()).ok()?;
            let words: Vec<u8> = entry.words.iter().flat_map(|word| word.to_le_bytes()).collect();
            let (stamp, hash) = (entry.stamp, entry.hash);
            let stored = Stored { path: path.into(), stamp, hash, outline: outline.into(), words: words.into() };
            postcard::to_stdvec(&stored).ok()
        })
        .collect();
    let mut body = postcard::to_stdvec(FINGERPRINT).ok()?;
    let languages: BTreeSet<Language> = entries.iter().map(|(_, e)| e.outline.language).collect();
    let grammars: Vec<(&str, &str)> = languages.iter().map(|l| (l.name(), l.definition().grammar_version)).collect();
    body.extend(postcard::to_stdvec(&grammars).ok()?);
    body.extend(postcard::to_stdvec(&written).ok()?);
    body.extend(postcard::to_stdvec(&u32::try_from(stored.len()).ok()?).ok()?);
    body.extend(stored.into_iter().flatten());
    let mut out = MAGIC.to_vec();
    out.extend(checksum(&body).to_le_bytes());
    out.extend(body);
    Some(out)
}

/// Reads one entry without copying.
fn take(bytes: &[u8]) -> Option<(Stored<'_>, &[u8])> {
    let ((path, stamp, hash, outline, words), rest): ((&str, Stamp, ContentHash, &[u8], &[u8]), &[u8]) =
        postcard::take_from_bytes(bytes).ok()?;
    Some((Stored { path: path.into(), stamp, hash, outline: outline.into(), words: words.into() }, rest))
}

/// Declarations in a row have the same namespace: one string for all of them.
fn share_namespaces(outline: &mut Outline) {
    let mut last = SmolStr::default();
    for declaration in &mut outline.declarations {
        if declaration.namespace == last {
            declaration.namespace = last.clone();
        } else {
            last = declaration.namespace.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syntax::Parsed;

    fn sample() -> (Vec<(Arc<Path>, Entry)>, Vec<u8>) {
        let text = "namespace Some.Long.Namespace.Of.Many.Parts { class A { int x; void M(string s = \"a\") { } } class B { } }";
        let entries: Vec<(Arc<Path>, Entry)> = (0..20u64)
            .map(|i| {
                let text = format!("{text} class C{i} {{ }}");
                let parsed = Parsed::new(Language::CSHARP, text.as_str());
                let outline = Arc::new(crate::csharp::outline::located_outline(&parsed).outline);
                let stamp = Stamp { size: text.len() as u64, modified: 1_000 + i };
                let path: Arc<Path> = Path::new(&format!("/r/f{i}.cs")).into();
                let words = crate::words::fingerprint(&text);
                (path, Entry { stamp, hash: ContentHash::of(text.as_bytes()), outline, words })
            })
            .collect();
        let bytes = encode(Path::new("/r"), &entries, 10 * RACY).unwrap();
        (entries, bytes)
    }

    #[test]
    fn entries_are_read_as_written() {
        let (entries, bytes) = sample();
        let cache = Cache::decode(&bytes, Path::new("/r")).unwrap();
        assert_eq!(cache.len(), entries.len());
        for (path, entry) in &entries {
            assert_eq!(cache.unchanged(path, entry.stamp).unwrap().outline, entry.outline);
            assert_eq!(cache.unchanged(path, entry.stamp).unwrap().words, entry.words);
            assert_eq!(cache.with_content(entry.hash, Language::CSHARP).unwrap().outline, entry.outline);
            assert!(cache.with_content(entry.hash, Language::TSX).is_none());
            let touched = Stamp { modified: 5, ..entry.stamp };
            assert!(cache.unchanged(path, touched).is_none());
        }
    }

    #[test]
    fn a_cache_of_another_grammar_is_not_read() {
        let (_, bytes) = sample();
        let version = Language::CSHARP.definition().grammar_version.as_bytes();
        let at = memchr::memmem::find(&bytes, version).unwrap();
        let mut other = bytes.clone();
        other[at] ^= 1;
        let sum = checksum(&other[16..]);
        other[8..16].copy_from_slice(&sum.to_le_bytes());
        assert!(Cache::decode(&other, Path::new("/r")).is_none());
    }

    #[test]
    fn modification_times_close_to_the_write_are_not_trusted() {
        let (entries, _) = sample();
        let bytes = encode(Path::new("/r"), &entries, 2_000).unwrap();
        let cache = Cache::decode(&bytes, Path::new("/r")).unwrap();
        assert!(cache.unchanged(&entries[0].0, entries[0].1.stamp).is_none());
    }

    #[test]
    fn a_damaged_cache_is_not_read() {
        let (_, bytes) = sample();
        for length in [0, 1, 8, 15, 16, 40, bytes.len() / 2, bytes.len() - 1] {
            assert!(Cache::decode(&bytes[..length], Path::new("/r")).is_none(), "cut at {length}");
        }
        for at in (0..bytes.len()).step_by(7) {
            for bit in [1u8, 0x80] {
                let mut broken = bytes.clone();
                broken[at] ^= bit;
                assert!(Cache::decode(&broken, Path::new("/r")).is_none(), "flipped at {at}");
            }
        }
    }

    #[test]
    fn a_cache_of_other_code_is_not_read() {
        let mut body = postcard::to_stdvec("other code").unwrap();
        body.extend([0, 0, 0]);
        let mut bytes = MAGIC.to_vec();
        bytes.extend(checksum(&body).to_le_bytes());
        bytes.extend(body);
        assert!(Cache::decode(&bytes, Path::new("/r")).is_none());
        // Right checksum and fingerprint, nonsense behind.
        let mut body = postcard::to_stdvec(FINGERPRINT).unwrap();
        body.extend([0, 0, 0xff, 0xff, 0x7f, 3, 1, 4, 1, 5, 9, 2, 6]);
        let mut bytes = MAGIC.to_vec();
        bytes.extend(checksum(&body).to_le_bytes());
        bytes.extend(body);
        assert!(Cache::decode(&bytes, Path::new("/r")).is_none());
    }
}
