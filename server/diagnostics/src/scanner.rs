//! Finds the few lines of a log that may start a diagnostic, by a vectorised search.

use crate::block_prefix::BlockPrefix;
use crate::collect::BuildLog;
use crate::console;
use crate::decode::line_text;
use crate::line_parser::LineParser;
use crate::options::ReadOptions;
use aho_corasick::{AhoCorasick, MatchKind};
use encoding_rs::Encoding;
use std::sync::LazyLock;

/// Every line that can start a diagnostic contains one of these, or [`CLEAR`]. There are few, of at least four bytes
/// each: the search compares that many bytes at once.
const NEEDLES: [&str; 14] = [
    "rror",
    "arning",
    "ERROR",
    "WARNING",
    ": info ",
    "ed with ",
    // The counts in the terminal logger's headings, in any language.
    "\x1b[31;1m",
    "\x1b[33;1m",
    "##vso[",
    "\x1b[2J",
    "Failed to ",
    console::HEADING,
    "/plugin-typescript",
    "svelte-check",
];

/// How `tsc --watch` up to TypeScript 6 clears the screen; too short for the search above.
const CLEAR: &[u8] = b"\x1bc";

static PREFILTER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    // Only leftmost matching uses the vectorised search. Patterns are fixed, few and short: building cannot fail; an empty automaton would find nothing.
    #[allow(clippy::expect_used)]
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(NEEDLES).expect("fixed patterns")
});

/// Windows are shorter than the line limit, so that a line above the limit always passes through `carry`, however
/// the log is divided.
const WINDOW: usize = 128 << 10;

pub(crate) struct Scanner {
    lines: LineParser,
    encoding: Option<&'static Encoding>,
    max_line: usize,
    window: usize,
    /// The incomplete last line.
    carry: Vec<u8>,
    /// Inside a line above the limit.
    dropping: bool,
}

impl Scanner {
    pub(crate) fn new(options: &ReadOptions) -> Self {
        Self {
            lines: LineParser::new(options.max_diagnostics),
            encoding: options.encoding,
            max_line: options.max_line,
            window: WINDOW.min(options.max_line.max(1)),
            carry: Vec::new(),
            dropping: false,
        }
    }

    /// Learns what stands before every line from the first bytes; `whole`: there are no more.
    pub(crate) fn learn(&mut self, head: &[u8], whole: bool) {
        self.lines.set_prefix(BlockPrefix::learn(head, whole));
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        for window in bytes.chunks(self.window) {
            self.window(window);
        }
    }

    pub(crate) fn finish(mut self) -> BuildLog {
        if !self.carry.is_empty() || self.dropping {
            self.lines.stats().lines += 1;
            self.end_of_carried_line(&[]);
        }
        self.lines.finish()
    }

    fn window(&mut self, mut window: &[u8]) {
        if !self.carry.is_empty() || self.dropping {
            match memchr::memchr(b'\n', window) {
                Some(end) => {
                    self.lines.stats().lines += 1;
                    self.end_of_carried_line(&window[..end]);
                    window = &window[end + 1..];
                }
                None => return self.keep(window),
            }
        }
        if let Some(last) = memchr::memrchr(b'\n', window) {
            let (block, rest) = window.split_at(last + 1);
            self.block(block);
            window = rest;
        }
        self.keep(window);
    }

    fn keep(&mut self, part: &[u8]) {
        if self.dropping {
            return;
        }
        if self.carry.len() + part.len() > self.max_line {
            self.dropping = true;
            self.carry = Vec::new();
        } else {
            self.carry.extend_from_slice(part);
        }
    }

    fn end_of_carried_line(&mut self, tail: &[u8]) {
        self.keep(tail);
        if std::mem::take(&mut self.dropping) {
            self.lines.stats().over_long_lines += 1;
            self.lines.interrupt();
            return;
        }
        let mut line = std::mem::take(&mut self.carry);
        let candidate = PREFILTER.is_match(&line) || memchr::memmem::find(&line, CLEAR).is_some();
        if candidate || self.lines.wants_next() {
            self.line(&line, candidate);
        }
        line.clear();
        self.carry = line;
    }

    /// Complete lines, none above the limit.
    fn block(&mut self, block: &[u8]) {
        self.lines.stats().lines += memchr::memchr_iter(b'\n', block).count() as u64;
        let mut at = 0;
        // The next hits, so that the lines between them are searched once.
        let mut hit = None;
        let clear = memchr::memmem::Finder::new(CLEAR);
        let mut next_clear = clear.find(block).unwrap_or(block.len());
        while at < block.len() {
            if hit.is_none_or(|h| h < at) {
                hit = Some(PREFILTER.find(&block[at..]).map_or(block.len(), |m| at + m.start()));
            }
            if next_clear < at {
                next_clear = clear.find(&block[at..]).map_or(block.len(), |i| at + i);
            }
            let next = hit.unwrap_or(block.len()).min(next_clear);
            if !self.lines.wants_next() {
                if next >= block.len() {
                    return;
                }
                at = memchr::memrchr(b'\n', &block[at..next]).map_or(at, |nl| at + nl + 1);
            }
            let end = memchr::memchr(b'\n', &block[at..]).map_or(block.len(), |nl| at + nl);
            self.line(&block[at..end], next < end);
            at = end + 1;
        }
    }

    fn line(&mut self, line: &[u8], candidate: bool) {
        // Several where a file was converted twice.
        let line = &line[..line.iter().rposition(|b| *b != b'\r').map_or(0, |at| at + 1)];
        let (text, undecodable) = line_text(line, self.encoding);
        self.lines.stats().undecodable_bytes += undecodable;
        // A CR alone rewrites the line on a terminal: each part counts as a line.
        for part in text.split('\r') {
            self.lines.line(part, candidate);
        }
    }
}
