//! Gives the crate a fingerprint of its own sources: caches on disk are valid for the code that wrote them only.

use std::path::Path;

fn main() {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for folder in ["src", "../syntax/src"] {
        println!("cargo::rerun-if-changed={folder}");
        add(Path::new(folder), &mut hash);
    }
    println!("cargo::rustc-env=INDEX_FINGERPRINT={hash:016x}");
}

/// FNV-1a over the paths and contents of all Rust sources below `folder`, in order of name.
fn add(folder: &Path, hash: &mut u64) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            add(&path, hash);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let contents = std::fs::read(&path).unwrap_or_default();
            let name = path.to_string_lossy().into_owned();
            for byte in name.bytes().filter(|b| *b != b'\\').chain(contents) {
                *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
    }
}
