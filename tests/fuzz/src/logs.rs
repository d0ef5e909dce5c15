//! Logs of builds, in every format that is read: text, UTF-16, SARIF, `.tsbuildinfo`.

use crate::Choices;
use diagnostics::{BuildLog, CaseHandling, LogReader, PathMap, ReadOptions, arguments_of, list_items, place, read};

/// Asserts that reading ends, gives the same for any chunking, keeps to its limits and places nothing outside of a text. Returns how many
/// diagnostics there are.
pub fn check(bytes: &[u8]) -> usize {
    let whole = read(bytes);
    let mut choices = Choices::of(bytes);
    let mut longest = [1, 7, 4096][choices.below(3)];
    for _ in 0..2 {
        assert_eq!(whole, in_chunks(bytes, || 1 + choices.below(longest)), "read in chunks of up to {longest} bytes");
        longest = 64;
    }
    assert_eq!(whole.stats.bytes, bytes.len() as u64);
    let text = String::from_utf8_lossy(bytes);
    let mut map = PathMap::new(["src/A.cs", "A.cs", "b/src/A.cs", "index.ts"], "/w", CaseHandling::Sensitive);
    map.learn(whole.diagnostics.iter().filter_map(|d| d.file.as_deref()));
    for diagnostic in &whole.diagnostics {
        for argument in arguments_of(&diagnostic.code, &diagnostic.message) {
            list_items(&argument);
        }
        if let Some(range) = place(diagnostic, &text) {
            let inside = text.get(range.start..range.end);
            assert!(inside.is_some(), "{range:?} of {diagnostic:?}");
        }
        if let Some(file) = &diagnostic.file {
            map.map(file, None);
        }
    }
    // What was read of two jobs is what was read of one, once.
    let count = whole.diagnostics.len();
    let twice = BuildLog::merge([whole.clone(), whole.clone()]);
    assert_eq!(twice.diagnostics, BuildLog::merge([whole]).diagnostics);
    count
}

fn in_chunks(bytes: &[u8], mut length: impl FnMut() -> usize) -> BuildLog {
    let mut reader = LogReader::new(ReadOptions::default());
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(length().min(rest.len()));
        reader.push(piece);
        rest = after;
    }
    reader.finish()
}
