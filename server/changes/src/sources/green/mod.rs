//! The last green state: what the workspace declared when a build ended without errors.
//!
//! One file a workspace root, in the folder of its state: magic, checksum, then the files by path, in blocks that are packed together. A block whose files
//! did not change is copied as it is. Sources are kept without their bodies; project files and lists of versions whole. What cannot be read, was
//! written by other code, or is of another root counts as missing.

mod signatures;

use super::folder::{decode, versions_beside};
use super::renames::renamed;
use crate::{Before, PastTexts};
use disk::Kind;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use index::{Index, Stamp, System};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use serde::{Deserialize, Serialize};
use signatures::signatures;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::Hasher;
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use syntax::{Language, Parsed};
use text::ContentHash;

/// The format, and what signatures are.
const MAGIC: &[u8; 8] = b"bfgreen1";
const NAME: &str = "green.bin";
/// The largest file that is read and written.
const LARGEST: u64 = 128 << 20;
/// Files of one root.
const MOST_FILES: usize = 200_000;
/// Bytes of signatures that are unpacked for one root.
const MOST_BYTES: usize = 256 << 20;
/// A file larger than this is kept only if it is a source.
const LARGEST_WHOLE: usize = 2 << 20;
/// A block ends with about every 64th path, so that a new file changes no other block; and when it is large.
const BLOCK: u64 = 64;
const LARGEST_BLOCK: usize = 8 << 20;
/// Modification times within this many nanoseconds before the file was written prove nothing.
const RACY: u64 = 2_000_000_000;

#[derive(Serialize, Deserialize)]
struct Stored {
    root: String,
    /// Nanoseconds since 1970.
    written: u64,
    blocks: Vec<Block>,
}

#[derive(Serialize, Deserialize)]
struct Block {
    files: Vec<Entry>,
    /// Their texts, one after the other.
    packed: Vec<u8>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    /// Below the root, with `/`.
    path: String,
    stamp: Stamp,
    hash: [u8; 16],
    /// Bytes of its text in the block.
    length: u32,
}

impl Entry {
    /// Whether the file has this content, too.
    fn is(&self, hash: [u8; 16]) -> bool {
        self.hash == hash
    }
    fn is_unchanged(&self, stamp: Stamp, written: u64) -> bool {
        self.stamp == stamp && stamp.modified.saturating_add(RACY) < written
    }
}

/// What a build without errors left.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Recorded {
    /// How many files it has.
    pub files: usize,
    /// Of how many the declarations were read again.
    pub read: usize,
    /// Bytes on disk.
    pub bytes: usize,
}

/// The workspace when a build ended without errors last.
pub struct Green {
    folder_of: Box<dyn Fn(&Path) -> Option<PathBuf> + Send + Sync>,
    folders: Mutex<FxHashMap<PathBuf, Option<PathBuf>>>,
}

impl fmt::Debug for Green {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Green")
    }
}

impl Green {
    /// `folder_of` tells in which folder the state of a root lies; `None`: nothing is kept of it. It is asked once a root.
    pub fn new(folder_of: impl Fn(&Path) -> Option<PathBuf> + Send + Sync + 'static) -> Self {
        Self { folder_of: Box::new(folder_of), folders: Mutex::default() }
    }

    fn file_of(&self, root: &Path) -> Option<PathBuf> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = folders.entry(root.to_path_buf()).or_insert_with(|| (self.folder_of)(root));
        Some(folder.as_ref()?.join(NAME))
    }

    /// Keeps what the files on disk declare, when the work is done. To be called when a build of them ended without errors; what is open in an editor and not
    /// saved was not built. That it cannot be written is of no consequence.
    pub fn record(&self, index: &Index) -> impl FnOnce() -> Recorded + Send + use<> {
        let system = index.system().clone();
        let roots =
            index.roots().iter().filter_map(|root| Some((root.clone(), self.file_of(root)?, wanted(index, root))));
        let roots: Vec<(PathBuf, PathBuf, Vec<PathBuf>)> = roots.collect();
        move || {
            let mut all = Recorded::default();
            for (root, file, paths) in roots {
                let recorded = record(&*system, &root, &file, &paths);
                all.files += recorded.files;
                all.read += recorded.read;
                all.bytes += recorded.bytes;
            }
            all
        }
    }
}

impl Before for Green {
    fn name(&self) -> String {
        "the last build without errors".to_owned()
    }
    fn stamp(&self, index: &Index) -> Option<u64> {
        let mut hasher = FxHasher::default();
        let mut found = false;
        for root in index.roots() {
            let stamp = self.file_of(root).and_then(|file| index.system().stamp(&file));
            found |= stamp.is_some();
            hasher.write_u64(stamp.map_or(0, |s| s.size));
            hasher.write_u64(stamp.map_or(0, |s| s.modified));
        }
        found.then(|| hasher.finish())
    }
    fn texts(&self, index: &Index) -> PastTexts {
        let mut files = BTreeMap::new();
        for root in index.roots() {
            let stored = self.file_of(root).and_then(|file| load(&**index.system(), &file, root));
            if let Some(stored) = stored {
                difference(index, root, &stored, &mut files);
            }
        }
        let renamed = renamed(&files, |path| index.text(path));
        PastTexts { files, renamed, ..PastTexts::default() }
    }
    fn built(&self, index: &Index) -> Option<Box<dyn FnOnce() + Send>> {
        let record = self.record(index);
        Some(Box::new(move || {
            record();
        }))
    }
}

/// Reads what was recorded for `root`.
fn load(system: &dyn System, file: &Path, root: &Path) -> Option<Stored> {
    let stamp = system.stamp(file)?;
    let read = || {
        let bytes =
            if stamp.size <= LARGEST { system.read_cache(file).map_err(|e| e.to_string())? } else { Vec::new() };
        parse(&bytes, root)
    };
    match read() {
        Ok(stored) => Some(stored),
        Err(why) => {
            tracing::warn!("{} is not read: {why}", file.display());
            None
        }
    }
}

fn parse(bytes: &[u8], root: &Path) -> Result<Stored, String> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("it is of another version")?;
    let (sum, rest) = rest.split_first_chunk::<8>().ok_or("it is cut off")?;
    if u64::from_le_bytes(*sum) != checksum(rest) {
        return Err("it is damaged".to_owned());
    }
    let stored: Stored = postcard::from_bytes(rest).map_err(|e| e.to_string())?;
    if Path::new(&stored.root) != root {
        return Err(format!("it is of {}", stored.root));
    }
    if stored.blocks.iter().map(|b| b.files.len()).sum::<usize>() > MOST_FILES {
        return Err("it has too many files".to_owned());
    }
    Ok(stored)
}

fn checksum(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.write_usize(bytes.len());
    hasher.finish()
}

fn short_hash(bytes: &[u8]) -> [u8; 16] {
    let mut out = [0; 16];
    out.copy_from_slice(&ContentHash::of(bytes).0[..16]);
    out
}

/// The path of an entry, if it is below the root.
fn path_of(root: &Path, name: &str) -> Option<PathBuf> {
    let relative = Path::new(name);
    let is_inside = !name.is_empty() && relative.components().all(|c| matches!(c, Component::Normal(_)));
    is_inside.then(|| root.join(relative))
}

impl Block {
    /// The texts of its files; none when they are damaged, or more than is `left`.
    fn texts(&self, left: &mut usize) -> Vec<Arc<str>> {
        let length: usize = self.files.iter().map(|f| f.length as usize).sum();
        if length > *left {
            return Vec::new();
        }
        *left -= length;
        let mut text = String::new();
        let read = DeflateDecoder::new(&*self.packed).take(length as u64 + 1).read_to_string(&mut text);
        if read.is_err() || text.len() != length {
            return Vec::new();
        }
        let mut at = 0;
        let texts = self.files.iter().map(|file| {
            let part = text.get(at..at + file.length as usize)?;
            at += file.length as usize;
            Some(Arc::from(part))
        });
        texts.collect::<Option<Vec<_>>>().unwrap_or_default()
    }
}

/// Adds the files of `root` that are not as they were.
fn difference(index: &Index, root: &Path, stored: &Stored, out: &mut BTreeMap<PathBuf, Option<Arc<str>>>) {
    let system = &**index.system();
    let overlaid: FxHashSet<&Path> = index.overlaid().collect();
    let mut known: FxHashSet<PathBuf> = FxHashSet::default();
    let mut left = MOST_BYTES;
    for block in &stored.blocks {
        let mut texts: Option<Vec<Arc<str>>> = None;
        for (i, entry) in block.files.iter().enumerate() {
            let Some(path) = path_of(root, &entry.path) else { continue };
            let is_open = overlaid.contains(&*path);
            let is_same = if is_open {
                index.text(&path).is_some_and(|text| entry.is(short_hash(text.as_bytes())))
            } else {
                system.stamp(&path).is_some_and(|stamp| entry.is_unchanged(stamp, stored.written))
                    || system.read(&path).is_ok_and(|bytes| entry.is(short_hash(&bytes)))
            };
            // Restored packages are of no index.
            let is_wanted = is_same || index.contains(&path) || !index.would_list(&path) || !system.is_file(&path);
            if !is_same && is_wanted {
                let texts = texts.get_or_insert_with(|| block.texts(&mut left));
                out.extend(texts.get(i).map(|text| (path.clone(), Some(text.clone()))));
            }
            known.insert(path);
        }
    }
    let new = index.files().filter(|path| path.starts_with(root) && !known.contains(&***path));
    out.extend(new.map(|path| (path.to_path_buf(), None)));
}

/// What is kept of a root: its sources, the files that say how they are built, and the versions of its packages.
fn wanted(index: &Index, root: &Path) -> Vec<PathBuf> {
    let system = index.system();
    let mut paths: Vec<PathBuf> = Vec::new();
    for path in index.files().filter(|p| p.starts_with(root)) {
        paths.extend(versions_beside(&**system, path));
        paths.push(path.to_path_buf());
    }
    paths.sort();
    paths.dedup();
    paths.truncate(MOST_FILES);
    paths
}

fn record(system: &dyn System, root: &Path, file: &Path, paths: &[PathBuf]) -> Recorded {
    let Some(root_name) = root.to_str() else { return Recorded::default() };
    let before = load(system, file, root);
    let written = before.as_ref().map_or(0, |b| b.written);
    let old: FxHashMap<&str, (&Entry, usize, usize)> = before
        .iter()
        .flat_map(|stored| stored.blocks.iter().enumerate())
        .flat_map(|(b, block)| block.files.iter().enumerate().map(move |(i, e)| (e.path.as_str(), (e, b, i))))
        .collect();

    // What each file is now: as it was, or with new signatures.
    let look = |path: &PathBuf| {
        let name = path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
        let stamp = system.stamp(path)?;
        let known = old.get(name.as_str()).copied();
        if let Some((entry, block, at)) = known.filter(|(e, _, _)| e.is_unchanged(stamp, written)) {
            return Some((Entry { path: name, ..entry.clone() }, Ok((block, at))));
        }
        let bytes = system.read(path).ok()?;
        let hash = short_hash(&bytes);
        if let Some((entry, block, at)) = known.filter(|(e, _, _)| e.is(hash)) {
            return Some((Entry { path: name, stamp, ..entry.clone() }, Ok((block, at))));
        }
        let text = kept(path, &bytes)?;
        Some((Entry { path: name, stamp, hash, length: u32::try_from(text.len()).ok()? }, Err(text)))
    };
    let found: Vec<(Entry, Result<(usize, usize), String>)> = paths.par_iter().filter_map(look).collect();
    let read = found.iter().filter(|(_, from)| from.is_err()).count();

    let mut groups: Vec<Vec<(Entry, Result<(usize, usize), String>)>> = vec![Vec::new()];
    let mut size = 0;
    for one in found {
        let mut hasher = FxHasher::default();
        hasher.write(one.0.path.as_bytes());
        size += one.0.length as usize;
        let ends = (hasher.finish() >> 20).is_multiple_of(BLOCK) || size > LARGEST_BLOCK;
        if let Some(last) = groups.last_mut() {
            last.push(one);
        }
        if ends {
            size = 0;
            groups.push(Vec::new());
        }
    }
    groups.retain(|g| !g.is_empty());
    let blocks: Option<Vec<Block>> = groups.into_par_iter().map(|group| pack(group, before.as_ref())).collect();
    let Some(blocks) = blocks else { return Recorded::default() };

    let files = blocks.iter().map(|b| b.files.len()).sum();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64);
    let Ok(body) = postcard::to_stdvec(&Stored { root: root_name.to_owned(), written: now, blocks }) else {
        return Recorded::default();
    };
    let mut bytes = MAGIC.to_vec();
    bytes.extend(checksum(&body).to_le_bytes());
    bytes.extend(body);
    if bytes.len() as u64 <= LARGEST && file.parent().is_some_and(|folder| disk::create_private(folder).is_ok()) {
        system.write_cache(file, &bytes);
    }
    Recorded { files, read, bytes: bytes.len() }
}

/// A block of these files; one that has exactly the files of an old block is that block. `None` when what was kept cannot be unpacked.
fn pack(group: Vec<(Entry, Result<(usize, usize), String>)>, before: Option<&Stored>) -> Option<Block> {
    let mut old: FxHashMap<usize, Vec<Arc<str>>> = FxHashMap::default();
    let first = group.first().and_then(|(_, from)| from.as_ref().ok()).map(|(block, _)| *block);
    let same = first.and_then(|block| before?.blocks.get(block)).filter(|block| {
        let is_there = |(i, (_, from)): (usize, &(Entry, Result<(usize, usize), String>))| {
            *from == Ok((first.unwrap_or_default(), i))
        };
        block.files.len() == group.len() && group.iter().enumerate().all(is_there)
    });
    if let Some(block) = same {
        return Some(Block {
            files: group.into_iter().map(|(entry, _)| entry).collect(),
            packed: block.packed.clone(),
        });
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let mut files = Vec::new();
    for (entry, from) in group {
        let text: Arc<str> = match from {
            Err(text) => text.into(),
            Ok((block, at)) => {
                let texts = old.entry(block).or_insert_with(|| {
                    before.and_then(|b| b.blocks.get(block)).map(|b| b.texts(&mut { MOST_BYTES })).unwrap_or_default()
                });
                texts.get(at)?.clone()
            }
        };
        encoder.write_all(text.as_bytes()).ok()?;
        files.push(entry);
    }
    Some(Block { files, packed: encoder.finish().ok()? })
}

/// What is kept of a file.
fn kept(path: &Path, bytes: &[u8]) -> Option<String> {
    let text = decode(bytes)?;
    match Language::of_path(path).filter(|_| bytes.len() as u64 <= Kind::Source.limit()) {
        Some(language) => Some(signatures(&Parsed::new(language, text))),
        None => (text.len() <= LARGEST_WHOLE).then(|| text.to_string()),
    }
}

#[cfg(test)]
mod tests;
