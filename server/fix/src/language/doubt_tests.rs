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

/// A fix: the file before it, its text after, what it wrote.
struct Case<'a> {
    path: &'a str,
    before: String,
    after: String,
    ranges: Vec<TextRange>,
    about: (&'a str, &'a [&'a str]),
}

fn found(case: &Case<'_>, others: &[(&str, &str)]) -> Vec<Doubt> {
    let files = [(case.path, case.after.as_str())];
    let index = Index::in_memory(files.into_iter().chain(others.iter().copied()));
    let source = index.source(Path::new(case.path)).expect("it is a source file");
    let arguments: Vec<String> = case.about.1.iter().map(|a| (*a).to_owned()).collect();
    let (before, ranges, code) = (&case.before, &case.ranges, case.about.0);
    super::doubts(&Written { index: &index, source: &source, before, ranges, code, arguments: &arguments })
}

fn inserted<'a>(path: &'a str, marked: &str) -> Case<'a> {
    Case { path, before: before(marked), after: plain(marked), ranges: ranges(marked), about: ("", &[]) }
}

fn words(doubts: &[Doubt]) -> Vec<String> {
    doubts.iter().map(ToString::to_string).collect()
}

/// The doubts about a fix, in words.
pub(super) fn doubts(path: &str, marked: &str, others: &[(&str, &str)]) -> Vec<String> {
    words(&found(&inserted(path, marked), others))
}

/// The doubts about a fix for a diagnostic (code and arguments) that puts `new` in the place of what is marked.
pub(super) fn replaced(
    path: &str,
    about: (&str, &[&str]),
    marked: &str,
    new: &str,
    others: &[(&str, &str)],
) -> Vec<String> {
    let start = marked.find('«').expect("a mark");
    let after = before(&format!("{}{new}{}", &marked[..start], &marked[start..]));
    let ranges = vec![TextRange::new(start, start + new.len())];
    words(&found(&Case { path, before: plain(marked), after, ranges, about }, others))
}

/// The text with comments at its stubs.
pub(super) fn marked(path: &str, text: &str) -> String {
    let edits = found(&inserted(path, text), &[]).into_iter().filter_map(|d| d.todo).collect();
    TextEdits::new(edits).and_then(|e| e.apply(&plain(text))).expect("they fit")
}
