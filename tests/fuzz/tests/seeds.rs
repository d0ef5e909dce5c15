//! The short form of fuzzing: the kept inputs, and mutations of them that are the same each time.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The kept inputs of a target: what is worth starting from, and everything that once failed.
fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    // A target may have none of its own.
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    paths.into_iter().map(|p| (p.clone(), fs::read(p).expect("a file"))).collect()
}

/// Checks every seed, and `count` mutations of each. Something must come of the seeds: else nothing was checked.
///
/// With `FUZZ_SECONDS`, goes on with other mutations for so long, from what lies in the folder `FUZZ_FROM` too.
fn check(target: &str, more: Vec<(PathBuf, Vec<u8>)>, count: u64, check: impl Fn(&[u8]) -> usize) {
    let seeds = [seeds(target), more].concat();
    let came: usize = seeds.iter().map(|(path, seed)| (eprintln!("{}", path.display()), check(seed)).1).sum();
    assert!(came >= seeds.len() && !seeds.is_empty(), "{came} of {} seeds", seeds.len());
    for (path, seed) in &seeds {
        for number in 0..count {
            eprintln!("mutation {number} of {}", path.display());
            check(&mutated(seed, &seeds[number as usize % seeds.len()].1, number));
        }
    }
    let Some(seconds) = std::env::var("FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()) else { return };
    let mut pool = seeds;
    if let Some(folder) = std::env::var_os("FUZZ_FROM") {
        let files = fs::read_dir(Path::new(&folder).join(target)).into_iter().flatten().flatten();
        pool.extend(files.map(|f| (f.path(), fs::read(f.path()).expect("a file"))));
    }
    let input = std::env::temp_dir().join(format!("fuzz-{target}-{}", std::process::id()));
    let (start, mut number, mut fruitful) = (Instant::now(), count, 0);
    while start.elapsed() < Duration::from_secs(seconds) {
        number += 1;
        let pick = |salt: u64| (number.wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ salt) >> 20) as usize % pool.len();
        let bytes = mutated(&pool[pick(0)].1, &pool[pick(0x5555)].1, number);
        // What is being checked lies there when it fails.
        fs::write(&input, &bytes).expect("it can be written");
        fruitful += usize::from(check(&bytes) > 0);
    }
    fs::remove_file(&input).expect("it was written");
    eprintln!("{target}: {} inputs in {:?}, something came of {fruitful}", number - count, start.elapsed());
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
fn binary_logs() {
    check("binary_logs", Vec::new(), 400, fuzz::binary_logs::check);
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
fn pattern_files() {
    // The examples of the page about the format.
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../server/patterns");
    let page = fs::read_to_string(server.join("pattern-files.md")).expect("the page");
    let blocks = page.split("```toml\n").skip(1).filter_map(|b| b.split("```").next());
    let blocks = blocks.enumerate().map(|(n, b)| (server.join(format!("example-{n}.bfx.toml")), b.as_bytes().to_vec()));
    check("pattern_files", blocks.collect(), 300, fuzz::pattern_files::check);
}

#[test]
fn sessions() {
    check("sessions", Vec::new(), 6, fuzz::sessions::check);
}
