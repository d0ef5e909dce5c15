//! From what a build printed to places in the files of the workspace.

use crate::{Entry, Outcome, Span};
use diagnostics::{BuildDiagnostic, LineColumn, Location, SourceDiagnostic, arguments_of};
use globset::GlobSet;
use index::Index;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::Language;
use text::{ContentHash, LineTable, Position, PositionEncoding, TextRange};

/// Which diagnostics to look at.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these codes; empty: all.
    pub codes: BTreeSet<String>,
    /// Not these.
    pub exclude_codes: BTreeSet<String>,
    /// Only files whose path below the root matches; `None`: all.
    pub paths: Option<GlobSet>,
}

impl Filter {
    /// Why the diagnostic is left out, if it is.
    fn leaves_out(&self, code: &str, path: Option<&Path>, roots: &[PathBuf]) -> Option<&'static str> {
        if !self.codes.is_empty() && !self.codes.contains(code) {
            return Some("its code is not among --codes");
        }
        if self.exclude_codes.contains(code) {
            return Some("its code is among --exclude-codes");
        }
        let (Some(globs), Some(path)) = (&self.paths, path) else { return None };
        let below = roots.iter().find_map(|r| path.strip_prefix(r).ok()).unwrap_or(path);
        (!globs.is_match(below)).then_some("its file is not among --paths")
    }
}

/// Places `diagnostics` in the files of `index`. The result is in order of path, position, code and message; equal ones count once.
pub(crate) fn load(index: &Index, diagnostics: Vec<BuildDiagnostic>, filter: &Filter) -> Vec<Entry> {
    let paths = Paths::new(index);
    let mut groups: BTreeMap<Option<PathBuf>, Vec<Entry>> = BTreeMap::new();
    let mut resolved: HashMap<Arc<str>, Result<PathBuf, String>> = HashMap::new();
    for diagnostic in diagnostics {
        let mut entry = Entry {
            span: diagnostic.location.and_then(span_of),
            diagnostic,
            path: None,
            place: None,
            outcome: Outcome::Unfixable,
            reason: None,
            fix: None,
        };
        match entry.diagnostic.file.clone() {
            None => entry.settle(Outcome::Skipped, "the build names no file for it"),
            Some(file) => match resolved.entry(file.clone()).or_insert_with(|| paths.resolve(&file)) {
                Ok(path) => entry.path = Some(path.clone()),
                Err(reason) => entry.settle(Outcome::Skipped, reason.clone()),
            },
        }
        groups.entry(entry.path.clone()).or_default().push(entry);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.par_iter_mut().for_each(|(path, entries)| {
        if let Some(path) = path {
            place_all(index, path, entries);
        }
        entries.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        entries.dedup_by(|b, a| {
            let same = sort_key(a) == sort_key(b) && a.diagnostic.file == b.diagnostic.file;
            if same {
                a.diagnostic.projects.append(&mut b.diagnostic.projects);
            }
            same
        });
    });
    let mut entries: Vec<Entry> = groups.into_iter().flat_map(|(_, entries)| entries).collect();
    for entry in &mut entries {
        if let Some(why) = filter.leaves_out(entry.diagnostic.code.as_str(), entry.path.as_deref(), index.roots()) {
            entry.settle(Outcome::Skipped, why);
        }
    }
    entries
}

fn sort_key(e: &Entry) -> impl Ord + '_ {
    (
        e.place.as_ref().map(|p| p.range),
        e.span,
        e.diagnostic.code.as_str(),
        e.diagnostic.message.as_str(),
        e.diagnostic.file.as_deref(),
    )
}

fn span_of(location: Location) -> Option<Span> {
    let Location::LineColumn { start, end } = location else { return None };
    let column = start.column.unwrap_or(1);
    Some(Span {
        line: start.line,
        column,
        end_line: end.map_or(start.line, |e| e.line),
        end_column: end.and_then(|e| e.column).unwrap_or(column),
    })
}

fn place_all(index: &Index, path: &Path, entries: &mut [Entry]) {
    let Some(text) = index.text(path) else {
        for entry in entries {
            entry.settle(Outcome::Skipped, "the file is not text");
        }
        return;
    };
    let hash = ContentHash::of(text.as_bytes());
    let breaks = Language::of_path(path).map_or(text::LineBreaks::Lsp, Language::line_breaks);
    let table = LineTable::new(&text, breaks);
    for entry in entries {
        let d = &entry.diagnostic;
        let Some(location) = d.location else {
            entry.settle(Outcome::Skipped, "the build gives no position for it");
            continue;
        };
        let Some(range) = range_of(location, &text, &table) else {
            entry.settle(Outcome::Stale, "the file has no such position: it changed since the build");
            continue;
        };
        let arguments =
            if d.arguments.is_empty() { arguments_of(&d.code, &d.message) } else { d.arguments.clone() };
        if let Some(name) = expected_token(d.code.as_str(), &arguments)
            && !text[range.start..].trim_start_matches(['#', '\'', '"', '@']).starts_with(name)
        {
            let reason = format!("the file changed since the build: there is no '{name}' at this position");
            entry.settle(Outcome::Stale, reason);
            continue;
        }
        if entry.span.is_none() {
            let start = table.position(&text, range.start, PositionEncoding::Utf16);
            let end = table.position(&text, range.end, PositionEncoding::Utf16);
            entry.span = Some(Span {
                line: start.line + 1,
                column: start.column + 1,
                end_line: end.line + 1,
                end_column: end.column + 1,
            });
        }
        entry.place = Some(SourceDiagnostic {
            path: path.to_path_buf(),
            range,
            text_hash: hash,
            code: entry.diagnostic.code.clone(),
            severity: entry.diagnostic.severity,
            message: entry.diagnostic.message.clone(),
            arguments,
        });
    }
}

/// The name that must stand where the diagnostic points, for codes whose squiggle is exactly the name in the message.
fn expected_token<'a>(code: &str, arguments: &'a [String]) -> Option<&'a str> {
    let name = match code {
        "CS0103" | "TS2304" | "TS2551" | "TS2552" => arguments.first()?,
        _ => return None,
    };
    let name = name.trim_start_matches(['#', '@']);
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    plain.then_some(name)
}

fn range_of(location: Location, text: &str, table: &LineTable) -> Option<TextRange> {
    match location {
        Location::LineColumn { start, end } => {
            let from = offset_of(start, text, table)?;
            let to = end.and_then(|e| offset_of(e, text, table)).filter(|&to| to >= from).unwrap_or(from);
            Some(TextRange::new(from, to))
        }
        Location::Utf8 { start, end } => {
            let (start, end) = (start as usize, end as usize);
            text.get(start..end).map(|_| TextRange::new(start, end))
        }
        Location::Utf16 { start, end } => {
            let mut units = 0u32;
            let (mut from, mut to) = (None, None);
            for (i, c) in text.char_indices().chain([(text.len(), ' ')]) {
                if units >= start && from.is_none() {
                    from = Some(i);
                }
                if units >= end {
                    to = Some(i);
                    break;
                }
                units += c.len_utf16() as u32;
            }
            Some(TextRange::new(from?, to?))
        }
    }
}

fn offset_of(at: LineColumn, text: &str, table: &LineTable) -> Option<usize> {
    let line = at.line.checked_sub(1)?;
    match at.column {
        Some(column) => {
            table.offset(text, Position { line, column: column.checked_sub(1)? }, PositionEncoding::Utf16)
        }
        None => {
            // Without a column: the first token of the line.
            let start = table.line_start(line)?;
            let rest = &text[start..];
            Some(start + (rest.len() - rest.trim_start_matches([' ', '\t']).len()))
        }
    }
}

/// The workspace's files by name, to find those that a log of another machine means.
struct Paths {
    roots: Vec<PathBuf>,
    by_name: HashMap<String, Vec<PathBuf>>,
}

impl Paths {
    fn new(index: &Index) -> Self {
        let mut by_name: HashMap<String, Vec<PathBuf>> = HashMap::new();
        for path in index.files() {
            if let Some(name) = path.file_name() {
                by_name.entry(name.to_string_lossy().to_lowercase()).or_default().push(path.to_path_buf());
            }
        }
        Self { roots: index.roots().to_vec(), by_name }
    }

    /// The file that `printed` means: by the longest suffix, if no other file has an equally long one.
    fn resolve(&self, printed: &str) -> Result<PathBuf, String> {
        let wanted: Vec<String> =
            printed.split(['/', '\\']).filter(|c| !c.is_empty() && *c != ".").map(str::to_lowercase).collect();
        let unknown = || format!("no file of the workspace is {printed}");
        if wanted.iter().any(|c| c == "..") {
            return Err(unknown());
        }
        let candidates = wanted.last().and_then(|n| self.by_name.get(n)).ok_or_else(unknown)?;
        let absolute = printed.starts_with(['/', '\\']) || printed.as_bytes().get(1) == Some(&b':');
        let score = |path: &PathBuf| {
            let have: Vec<String> = path.iter().map(|c| c.to_string_lossy().to_lowercase()).collect();
            have.iter().rev().zip(wanted.iter().rev()).take_while(|(a, b)| a == b).count()
        };
        if let Some(exact) = self.roots.iter().map(|r| r.join(printed)).find(|p| candidates.contains(p)) {
            return Ok(exact);
        }
        let best = candidates.iter().map(score).max().unwrap_or(0);
        let mut at_best = candidates.iter().filter(|c| score(c) == best);
        let (first, second) = (at_best.next(), at_best.next());
        match (first, second) {
            // A relative path must be found whole; of an absolute one, the part below the other machine's checkout.
            (Some(path), None) if best == wanted.len() || (absolute && best >= 2) || (absolute && candidates.len() == 1) => {
                Ok(path.clone())
            }
            (Some(_), Some(_)) => Err(format!("several files of the workspace could be {printed}")),
            _ => Err(unknown()),
        }
    }
}
