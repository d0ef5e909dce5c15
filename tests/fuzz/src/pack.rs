//! Several files in one input: `//- /path` on a line of its own begins each, as in the tests of rules.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The most files of an input, and the most bytes of all: more of the same finds nothing new, and slowly.
const MAX_FILES: usize = 16;
const MAX_BYTES: usize = 64 << 10;

/// The files by path below a root; `None` where the input is too large.
pub(crate) fn unpack(bytes: &[u8]) -> Option<BTreeMap<PathBuf, Vec<u8>>> {
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    let mut current: Option<PathBuf> = None;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if let Some(name) = line.strip_prefix(b"//- /") {
            current = Some(below_root(&String::from_utf8_lossy(name)));
        } else if let Some(path) = &current {
            files.entry(path.clone()).or_default().extend_from_slice(line);
        }
    }
    (files.len() <= MAX_FILES).then_some(files)
}

/// A path that stays below the root and that a file system takes.
fn below_root(name: &str) -> PathBuf {
    let plain = |c: Component<'_>| match c {
        Component::Normal(part) => part.to_str().map(|p| p.chars().filter(|c| *c != '\0').take(40).collect::<String>()),
        _ => None,
    };
    let path: PathBuf =
        Path::new(name.trim()).components().filter_map(plain).filter(|p| !p.is_empty()).take(6).collect();
    if path.as_os_str().is_empty() { "A.cs".into() } else { path }
}
