//! The short form of fuzzing: the kept inputs, and mutations of them that are the same each time.

use std::fs;
use std::path::{Path, PathBuf};

/// The kept inputs of a target: what is worth starting from, and everything that once failed.
fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    // A target may have none of its own.
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    paths.into_iter().map(|p| (p.clone(), fs::read(p).expect("a file"))).collect()
}

/// Checks every seed, and `count` mutations of each.
fn check(target: &str, more: Vec<(PathBuf, Vec<u8>)>, count: u64, check: impl Fn(&[u8])) {
    let seeds = [seeds(target), more].concat();
    assert!(!seeds.is_empty());
    for (path, seed) in &seeds {
        eprintln!("{}", path.display());
        check(seed);
        for number in 0..count {
            eprintln!("mutation {number} of {}", path.display());
            check(&mutated(seed, &seeds[number as usize % seeds.len()].1, number));
        }
    }
}

/// `bytes` with a few things changed: flipped, removed, doubled, or taken from another input. It depends only on the arguments.
fn mutated(bytes: &[u8], other: &[u8], number: u64) -> Vec<u8> {
    let mut state = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut below = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % bound.max(1)
    };
    let mut out = bytes.to_vec();
    for _ in 0..1 + below(4) {
        let at = below(out.len());
        let length = below(12.min(out.len() - at));
        match below(6) {
            0 if !out.is_empty() => out[at] ^= 1 << below(8),
            1 => drop(out.drain(at..at + length)),
            2 => {
                let piece = out[at..at + length].to_vec();
                let to = below(out.len());
                out.splice(to..to, piece);
            }
            3 if !other.is_empty() => {
                let from = below(other.len());
                let piece = other[from..(from + 1 + below(40)).min(other.len())].to_vec();
                out.splice(at..at, piece);
            }
            4 => {
                const ODD: [&str; 12] =
                    ["", "\0", "\r", "\n", "\u{feff}", "😀", "4294967295", "-1", "((((((((", "\"", "$(", "..\\../"];
                out.splice(at..at, ODD[below(ODD.len())].bytes());
            }
            _ => out.truncate(at),
        }
    }
    out
}

#[test]
fn logs() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/logs");
    let files = fs::read_dir(recorded).expect("recorded logs").flatten().map(|e| e.path()).filter(|p| p.is_file());
    let recorded = files.map(|p| (p.clone(), fs::read(p).expect("a file"))).collect();
    check("logs", recorded, 10, fuzz::logs::check);
}

#[test]
fn metadata() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../server/dotnet-metadata/fixture/Fixture.dll");
    let bytes = fs::read(&fixture).expect("the fixture");
    check("metadata", vec![(fixture, bytes)], 200, fuzz::metadata::check);
}

#[test]
fn projects() {
    check("projects", Vec::new(), 10, fuzz::projects::check);
}

#[test]
fn plans() {
    check("plans", Vec::new(), 6, fuzz::plans::check);
}

#[test]
fn sessions() {
    check("sessions", Vec::new(), 6, fuzz::sessions::check);
}
