//! Whether a build's diagnostics are about the text as it is now, and where they are if it is not the text that was built.
//!
//! What must stand at a diagnostic's position is known by its language. Where something else stands, the log is older than the file. Then the
//! diagnostic is found again: by the shift that others of its file agree on, else by the nearest place that fits; or it is lost.

use crate::CancelToken;
use diagnostics::{Code, Trust};
use fix::language::{self, Place, Stands};
use index::{Index, Source};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use text::{LineTable, Position, PositionEncoding, TextRange};

/// A shift is believed when this many others moved the same way.
const BELIEVED: usize = 3;
/// One part in this many of a file's diagnostics that are not where the log says makes all of them doubtful.
const DOUBTED_PART: usize = 3;
/// Diagnostics of one file that are searched for. Of a file that is out of date in more places, the rest is lost.
const MOST_SEARCHED: usize = 500;

/// A diagnostic of a file: where the log says it is.
pub(crate) struct Reported {
    pub code: Code,
    pub arguments: Arc<[String]>,
    /// One-based line and column, where the log has them.
    pub at: Option<(u32, u32)>,
    /// Whether the log has the line only.
    pub line_only: bool,
    /// Its bytes; `None` when the text has no such position.
    pub range: Option<TextRange>,
}

/// Where a diagnostic is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Found {
    /// Where the log says.
    There(Trust),
    /// On the line of the log: one column to the left, where the tool counts the byte order mark before the first line, or in any column
    /// where the log has none.
    Near(usize, Trust),
    /// Somewhere else.
    Elsewhere(usize, Trust),
    /// Nowhere; with what was expected.
    Lost(String),
    /// The text has no such position.
    OutOfText,
}

/// Lines and columns from where the log says to where it is.
type Shift = (i64, i64);

/// Finds the diagnostics of one file.
pub(crate) fn find(
    index: &Index,
    path: &Path,
    text: &str,
    table: &LineTable,
    reported: &[Reported],
    cancel: &CancelToken,
) -> Vec<Found> {
    let mut rows: HashMap<&str, Option<&'static [Stands]>> = HashMap::new();
    let row_of = |code: &'_ str| language::of_code(code).and_then(|l| l.stands(code));
    let rows: Vec<Option<&'static [Stands]>> =
        reported.iter().map(|d| *rows.entry(d.code.as_str()).or_insert_with(|| row_of(d.code.as_str()))).collect();
    let mut source: Option<Option<Arc<Source>>> = None;
    let mut found = Vec::with_capacity(reported.len());
    for (d, row) in reported.iter().zip(&rows) {
        if cancel.is_cancelled() {
            found.push(Found::OutOfText);
            continue;
        }
        found.push(match (d.range, row) {
            (None, _) => Found::OutOfText,
            (Some(range), Some(row)) if !language::reads_as(&text[range.start..], row, &d.arguments) => {
                let source = source.get_or_insert_with(|| index.source(path));
                let lacking = |at: usize| {
                    let place = source.as_ref().map(|source| place(index, source, d, at))?;
                    place.lacks(row).map(|lacking| place.words(lacking))
                };
                let before = text[..range.start].char_indices().next_back().map(|(at, _)| at);
                let before = before.filter(|_| d.at.is_some_and(|(line, _)| line == 1));
                let on_line = || source.as_ref().and_then(|source| on_line(index, source, table, d, row));
                match (lacking(range.start), before) {
                    (None, _) => Found::There(Trust::Sure),
                    (Some(_), Some(at)) if lacking(at).is_none() => Found::Near(at, Trust::Sure),
                    (Some(expected), _) => on_line().unwrap_or(Found::Lost(expected)),
                }
            }
            _ => Found::There(Trust::Sure),
        });
    }
    let is_there = |f: &Found| matches!(f, Found::There(_) | Found::Near(..));
    if found.iter().all(is_there) {
        return found;
    }
    if let Some(source) = source.unwrap_or_else(|| index.source(path)) {
        search(index, &source, table, reported, &rows, &mut found, cancel);
    }
    let misplaced = found.iter().filter(|f| !is_there(f)).count();
    if misplaced * DOUBTED_PART >= found.len() {
        for f in &mut found {
            if let Found::There(trust) | Found::Near(_, trust) | Found::Elsewhere(_, trust) = f {
                *trust = (*trust).min(Trust::Doubtful);
            }
        }
    }
    found
}

fn place<'a>(index: &'a Index, source: &'a Source, d: &'a Reported, offset: usize) -> Place<'a> {
    Place { index, source, offset, arguments: &d.arguments }
}

/// What a diagnostic without a column names, on its line: the first, if there are several.
fn on_line(index: &Index, source: &Source, table: &LineTable, d: &Reported, row: &'static [Stands]) -> Option<Found> {
    let (line, _) = d.at.filter(|_| d.line_only)?;
    let start = table.line_start(line.checked_sub(1)?)?;
    let end = table.line_start(line).unwrap_or(source.parsed.text().len());
    // What begins on the line may name it some lines below.
    let names = TextRange::new(start, (end + Place::MOST_SEARCHED).min(source.parsed.text().len()));
    let places = place(index, source, d, start).others(row, names);
    let mut places = places.into_iter().filter(|at| (start..end).contains(at));
    let first = places.next()?;
    Some(Found::Near(first, if places.next().is_none() { Trust::Sure } else { Trust::Doubtful }))
}

/// Looks for those that are lost.
fn search(
    index: &Index,
    source: &Source,
    table: &LineTable,
    reported: &[Reported],
    rows: &[Option<&'static [Stands]>],
    found: &mut [Found],
    cancel: &CancelToken,
) {
    let text: &str = source.parsed.text();
    let position = |offset: usize| {
        let p = table.position(text, offset, PositionEncoding::Utf16);
        (i64::from(p.line) + 1, i64::from(p.column) + 1)
    };
    let logged = |i: usize| reported[i].at.map(|(line, column)| (i64::from(line), i64::from(column)));
    // What others claim: one place is not reported twice with one message.
    let claimed: BTreeSet<(usize, &str, &[String])> = (reported.iter().zip(&*found))
        .filter(|(_, f)| matches!(f, Found::There(_)))
        .filter_map(|(d, _)| Some((d.range?.start, d.code.as_str(), &*d.arguments)))
        .collect();
    // Where each lost one may be.
    let mut candidates: BTreeMap<usize, Vec<(usize, Shift)>> = BTreeMap::new();
    // Those with one message are searched for once.
    let mut known: HashMap<(*const Stands, &[String]), Vec<usize>> = HashMap::new();
    for i in (0..found.len()).filter(|&i| matches!(found[i], Found::Lost(_) | Found::OutOfText)).take(MOST_SEARCHED) {
        let (d, Some(row), Some((line, column))) = (&reported[i], rows[i], logged(i)) else { continue };
        if cancel.is_cancelled() {
            return;
        }
        let others = known
            .entry((row.as_ptr(), &*d.arguments))
            .or_insert_with(|| place(index, source, d, 0).others(row, TextRange::new(0, text.len())));
        let free =
            others.iter().copied().filter(|&offset| !claimed.contains(&(offset, d.code.as_str(), &*d.arguments)));
        let places = free.map(|offset| {
            let (l, c) = position(offset);
            (offset, (l - line, c - column))
        });
        candidates.insert(i, places.collect());
    }
    // How many agree on a shift: each place of the log counts once.
    let mut votes: HashMap<Shift, BTreeSet<(i64, i64)>> = HashMap::new();
    for (i, places) in &candidates {
        for (_, shift) in places {
            votes.entry(*shift).or_default().extend(logged(*i));
        }
    }
    let agree = |shift: &Shift| votes.get(shift).map_or(0, BTreeSet::len);
    let distance = |(lines, columns): Shift| (lines.abs(), columns.abs());
    let mut shifted: BTreeMap<(i64, i64), Shift> = BTreeMap::new();
    for (i, places) in &candidates {
        let best = places.iter().max_by_key(|(_, s)| (agree(s), std::cmp::Reverse(distance(*s))));
        let Some((offset, shift)) = best else { continue };
        if agree(shift) > 1 {
            let trust = if agree(shift) > BELIEVED { Trust::Sure } else { Trust::Doubtful };
            found[*i] = Found::Elsewhere(*offset, trust);
            shifted.extend(logged(*i).map(|at| (at, *shift)));
        } else if let Some(offset) = nearest(text, places, logged(*i), &position) {
            found[*i] = Found::Elsewhere(offset, Trust::Guessed);
        }
    }
    shift_nameless(index, source, table, reported, rows, &shifted, found);
}

/// The nearest of `places` in the column of the log. If there is none, the only one, when its line is not indented beyond the column.
fn nearest(
    text: &str,
    places: &[(usize, Shift)],
    logged: Option<(i64, i64)>,
    position: &impl Fn(usize) -> (i64, i64),
) -> Option<usize> {
    let same_column = places.iter().filter(|(_, (_, columns))| *columns == 0);
    let closest = same_column.clone().map(|(_, (lines, _))| lines.abs()).min();
    if let Some(closest) = closest {
        let mut at = same_column.filter(|(_, (lines, _))| lines.abs() == closest);
        let first = at.next()?;
        return at.next().is_none().then_some(first.0);
    }
    let [(offset, _)] = places else { return None };
    let indent = syntax::line_indent(text, *offset).chars().count() as i64;
    let (_, column) = logged?;
    let starts_line = position(*offset).1 == indent + 1;
    (!starts_line && indent < column).then_some(*offset)
}

/// Diagnostics that name nothing move with those before them in the log, if there are any, else with those after them.
fn shift_nameless(
    index: &Index,
    source: &Source,
    table: &LineTable,
    reported: &[Reported],
    rows: &[Option<&'static [Stands]>],
    shifted: &BTreeMap<(i64, i64), Shift>,
    found: &mut [Found],
) {
    let text: &str = source.parsed.text();
    // The shift of every place of the log that is known: none where something is named and stands there.
    let mut known = shifted.clone();
    for ((d, row), f) in reported.iter().zip(rows).zip(&*found) {
        if let (Found::There(_), Some(row), Some((line, column))) = (f, row, d.at)
            && row.iter().any(Stands::names)
        {
            known.entry((i64::from(line), i64::from(column))).or_insert((0, 0));
        }
    }
    for i in 0..found.len() {
        let nameless = rows[i].is_none_or(|row| !row.iter().any(Stands::names));
        let Some((line, column)) = reported[i].at.map(|(l, c)| (i64::from(l), i64::from(c))) else { continue };
        if !nameless || matches!(found[i], Found::Elsewhere(..)) {
            continue;
        }
        let before = known.range(..(line, column)).next_back();
        let Some((_, &(lines, columns))) = before.or_else(|| known.range((line, column)..).next()) else { continue };
        if (lines, columns) == (0, 0) {
            continue;
        }
        let moved = |by: i64, from: i64| u32::try_from(from + by - 1).ok();
        let offset = moved(lines, line).zip(moved(columns, column)).and_then(|(line, column)| {
            table.line_start(line)?;
            table.offset(text, Position { line, column }, PositionEncoding::Utf16)
        });
        let fits =
            |offset: &usize| rows[i].is_none_or(|row| place(index, source, &reported[i], *offset).lacks(row).is_none());
        found[i] = match offset.filter(fits) {
            Some(offset) => Found::Elsewhere(offset, Trust::Doubtful),
            None => Found::Lost(String::new()),
        };
    }
}
