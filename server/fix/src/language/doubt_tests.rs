//! Support for tests of doubts: files in which `«` and `»` enclose what a fix wrote.

use crate::{Doubt, Written};
use index::Index;
use std::path::Path;
use text::{TextEdits, TextRange};

/// The text after the fix.
pub(super) fn plain(marked: &str) -> String {
    marked.replace(['«', '»'], "")
}

/// The text before it: what it wrote is missing.
fn before(marked: &str) -> String {
    let mut parts = marked.split('«');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('»').map_or(part, |(_, rest)| rest))
}

fn ranges(marked: &str) -> Vec<TextRange> {
    let (mut out, mut start, mut at) = (Vec::new(), 0, 0);
    for c in marked.chars() {
        match c {
            '«' => start = at,
            '»' => out.push(TextRange::new(start, at)),
            c => at += c.len_utf8(),
        }
    }
    out
}

fn found(path: &str, marked: &str, others: &[(&str, &str)]) -> Vec<Doubt> {
    let text = plain(marked);
    let index = Index::in_memory([(path, text.as_str())].into_iter().chain(others.iter().copied()));
    let source = index.source(Path::new(path)).expect("it is a source file");
    super::doubts(&Written { index: &index, source: &source, before: &before(marked), ranges: &ranges(marked) })
}

/// The doubts about a fix, in words.
pub(super) fn doubts(path: &str, marked: &str, others: &[(&str, &str)]) -> Vec<String> {
    found(path, marked, others).iter().map(ToString::to_string).collect()
}

/// The text with comments at its stubs.
pub(super) fn marked(path: &str, text: &str) -> String {
    let edits = found(path, text, &[]).into_iter().filter_map(|d| d.todo).collect();
    TextEdits::new(edits).and_then(|e| e.apply(&plain(text))).expect("they fit")
}
