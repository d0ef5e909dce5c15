//! Examples, and the files that they were found in.

use super::{Event, Store, StoreError, What};
use crate::capture::{self, Edited, Example, Seen};
use crate::library;
use crate::provider::tree_of;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, params};
use smol_str::SmolStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::ContentHash;

/// Where a repair was seen. The numbers are those of the store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A person made it in the editor.
    Editor = 0,
    /// `buildfix fix` made it, and a rebuild proved it.
    FixRun = 1,
    /// Two trees with their logs.
    Trees = 2,
    /// Two commits with their logs.
    Git = 3,
    /// The history of a repository.
    Mined = 4,
}

impl Source {
    const ALL: [Self; 5] = [Self::Editor, Self::FixRun, Self::Trees, Self::Git, Self::Mined];

    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Editor => "the editor",
            Self::FixRun => "a proved fix",
            Self::Trees => "two trees",
            Self::Git => "two commits",
            Self::Mined => "the history",
        }
    }
}

impl ToSql for Source {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok((*self as i64).into())
    }
}

impl FromSql for Source {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        Self::ALL.into_iter().find(|s| *s as i64 == number).ok_or(FromSqlError::OutOfRange(number))
    }
}

/// A file that was repaired, and what is learned from it.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Where it was seen.
    pub source: Source,
    /// The file, below the root.
    pub path: PathBuf,
    /// Its text before.
    pub before: Arc<str>,
    /// Its text after.
    pub after: Arc<str>,
    /// The diagnostics before and after.
    pub diagnostics: (Vec<Seen>, Vec<Seen>),
    /// The repairs.
    pub examples: Vec<Example>,
}

impl Lesson {
    /// What is learned from a file; `None` when nothing is.
    pub fn of(source: Source, edited: &Edited<'_>) -> Option<Self> {
        let examples = capture::examples(edited);
        (!examples.is_empty()).then(|| Self {
            source,
            path: edited.path.to_path_buf(),
            before: edited.before.text().clone(),
            after: edited.after.text().clone(),
            diagnostics: (edited.diagnostics_before.to_vec(), edited.diagnostics_after.to_vec()),
            examples,
        })
    }
}

/// An example as the store has it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The repair.
    pub example: Example,
    /// Where it was seen.
    pub source: Source,
    /// When, in seconds since 1970.
    pub seen: u64,
}

/// Bytes of both texts up to which they are kept.
const LONGEST: usize = 1 << 20;
/// Version of [`capture::examples`]: examples of another one are derived again.
const CAPTURE: u32 = 3;

impl Store {
    /// Keeps what was learned; what is known is not kept twice. Returns how many examples were new.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn learn(&mut self, lessons: &[Lesson], now: u64) -> Result<usize, StoreError> {
        let mut fresh: Vec<&Lesson> = Vec::new();
        let new = self.write(|sql| {
            fresh.clear();
            let mut new = 0;
            for lesson in lessons {
                let kept = keep(sql, lesson, now as i64).map_err(|e| StoreError::of(e, &self.path))?;
                if kept > 0 {
                    fresh.push(lesson);
                }
                new += kept;
            }
            Ok(new)
        })?;
        self.try_patterns(&fresh, now)?;
        Ok(new)
    }

    /// Tries what is known on new repairs: a pattern that would have done something else failed.
    fn try_patterns(&mut self, lessons: &[&Lesson], now: u64) -> Result<(), StoreError> {
        if lessons.is_empty() {
            return Ok(());
        }
        let library = self.library()?;
        let mut events = Vec::new();
        for lesson in lessons {
            let tree = |text: &Arc<str>| tree_of(&lesson.path, text);
            let (Some(before), Some(after)) = (tree(&lesson.before), tree(&lesson.after)) else { continue };
            let file = Edited {
                path: &lesson.path,
                before: &before,
                after: &after,
                diagnostics_before: &lesson.diagnostics.0,
                diagnostics_after: &lesson.diagnostics.1,
            };
            for (pattern, times) in crate::trial::failures(&library, &file, now) {
                let path = lesson.path.to_string_lossy().replace('\\', "/");
                let event = Event { pattern, what: What::Failed, path, run: String::new() };
                events.extend(std::iter::repeat_n(event, times as usize));
            }
        }
        self.note(&events, now)
    }

    /// Keeps examples without the files that they are from: they stay as they are when a grammar changes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&mut self, examples: &[Example], now: u64) -> Result<usize, StoreError> {
        self.write(|sql| {
            let keep = || {
                let mut new = 0;
                for example in examples {
                    new += insert(sql, example, None, Source::Trees, now as i64)?;
                }
                Ok(new)
            };
            keep().map_err(|e| StoreError::of(e, &self.path))
        })
    }

    /// Keeps edits of a history, with their times: nothing is known of the diagnostics that they repaired.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_mined(&mut self, examples: &[(Example, u64)]) -> Result<usize, StoreError> {
        self.write(|sql| {
            let keep = |(example, seen): &(Example, u64)| insert(sql, example, None, Source::Mined, *seen as i64);
            examples.iter().map(keep).sum::<rusqlite::Result<usize>>().map_err(|e| StoreError::of(e, &self.path))
        })
    }

    /// The examples, in order of time and place: all, or those of one pattern.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn examples(&self, pattern: Option<u64>) -> Result<Vec<Kept>, StoreError> {
        self.run(|sql| examples(sql, pattern))
    }

    /// Forgets a pattern: its examples are removed, and it does not come back unless it is learned again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&mut self, pattern: u64, now: u64) -> Result<usize, StoreError> {
        let (pattern, now) = (pattern as i64, now as i64);
        self.write(|sql| {
            let forget = || {
                sql.execute("INSERT INTO forgotten VALUES (?1, ?2) ON CONFLICT (pattern) DO UPDATE SET at = max(at, excluded.at)", params![pattern, now])?;
                let gone = sweep(sql)?;
                sql.execute("DELETE FROM given WHERE pattern = ?1", params![pattern])?;
                Ok(gone)
            };
            forget().map_err(|e| StoreError::of(e, &self.path))
        })
    }
}

/// Removes the examples of patterns that were forgotten after they were seen, and texts that no example is from.
pub(super) fn sweep(sql: &Connection) -> rusqlite::Result<usize> {
    let gone = sql.execute(
        "DELETE FROM example WHERE seen <= (SELECT at FROM forgotten WHERE forgotten.pattern = example.pattern)",
        [],
    )?;
    if gone > 0 {
        sql.execute("DELETE FROM edit WHERE key NOT IN (SELECT edit FROM example WHERE edit IS NOT NULL)", [])?;
    }
    Ok(gone)
}

pub(super) fn examples(sql: &Connection, pattern: Option<u64>) -> rusqlite::Result<Vec<Kept>> {
    match pattern {
        Some(pattern) => examples_where(sql, "pattern = ?1", pattern as i64),
        None => examples_where(sql, "?1 = 0", 0),
    }
}

fn examples_where(sql: &Connection, which: &str, value: i64) -> rusqlite::Result<Vec<Kept>> {
    // The order says nothing about when rows were put in: stores that hold the same teach the same.
    let mut query = sql.prepare_cached(&format!(
        "SELECT body, source, seen FROM example WHERE {which} ORDER BY seen, path, line, key"
    ))?;
    let rows = query.query_map(params![value], |row| {
        let body = row.get_ref(0)?.as_bytes()?;
        Ok(Kept { example: unpacked(body)?, source: row.get(1)?, seen: row.get::<_, i64>(2)?.unsigned_abs() })
    })?;
    rows.collect()
}

/// Keeps an example; returns how many were new.
pub(super) fn insert(
    sql: &Connection,
    example: &Example,
    edit: Option<&[u8]>,
    source: Source,
    seen: i64,
) -> rusqlite::Result<usize> {
    let key = key_of(example);
    let path = example.path.to_string_lossy().replace('\\', "/");
    let mut known = sql.prepare_cached("SELECT 1 FROM example WHERE key = ?1")?;
    let is_known = known.exists(params![key])?;
    // The oldest source and the last time, whichever came first.
    let mut put = sql.prepare_cached(
        "INSERT INTO example VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (key) DO UPDATE SET seen = max(seen, excluded.seen), source = min(source, excluded.source), edit = coalesce(edit, excluded.edit)
         WHERE seen < excluded.seen OR source > excluded.source OR edit IS NULL AND excluded.edit IS NOT NULL",
    )?;
    let (pattern, form) = (example.pattern.id() as i64, library::form_of(&example.pattern) as i64);
    let grammar = grammar_of(&example.pattern.language);
    put.execute(params![key, edit, source, path, example.line, pattern, form, grammar, seen, packed(example)?])?;
    Ok(usize::from(!is_known))
}

/// What an example says, whatever pattern is made of it.
fn key_of(example: &Example) -> Vec<u8> {
    let path = example.path.to_string_lossy().replace('\\', "/");
    let parts = (path, example.line, &example.before, &example.after, &example.pattern.codes);
    ContentHash::of(&serde_json::to_vec(&parts).unwrap_or_default()).0[..16].to_vec()
}

fn keep(sql: &Connection, lesson: &Lesson, now: i64) -> rusqlite::Result<usize> {
    let key = put_edit(sql, lesson)?;
    let mut new = 0;
    for example in &lesson.examples {
        new += insert(sql, example, key.as_deref(), lesson.source, now)?;
    }
    Ok(new)
}

/// Diagnostics as they are kept: code, place, arguments.
type Written = Vec<(SmolStr, usize, Vec<SmolStr>)>;

/// Keeps the texts of a file, and returns their key; `None` when they are too long.
fn put_edit(sql: &Connection, lesson: &Lesson) -> rusqlite::Result<Option<Vec<u8>>> {
    if lesson.before.len() + lesson.after.len() > LONGEST {
        return Ok(None);
    }
    let path = lesson.path.to_string_lossy().replace('\\', "/");
    let written =
        |list: &[Seen]| list.iter().map(|s| (s.code.clone(), s.start, s.arguments.clone())).collect::<Written>();
    let diagnostics =
        serde_json::to_string(&(written(&lesson.diagnostics.0), written(&lesson.diagnostics.1))).map_err(failed)?;
    let whole = serde_json::to_vec(&(&path, &lesson.before, &lesson.after, &diagnostics)).map_err(failed)?;
    let key = ContentHash::of(&whole).0[..16].to_vec();
    // Behind each other: the second is little more than a reference to the first.
    let texts =
        [&(lesson.before.len() as u64).to_le_bytes()[..], lesson.before.as_bytes(), lesson.after.as_bytes()].concat();
    sql.prepare_cached("INSERT OR IGNORE INTO edit VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        key,
        path,
        deflated(&texts).map_err(failed)?,
        diagnostics
    ])?;
    Ok(Some(key))
}

fn failed(e: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, Box::new(e))
}

fn deflated(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// A file of strangers could unpack to any size.
fn inflated(bytes: &[u8], limit: u64) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    DeflateDecoder::new(bytes).take(limit).read_to_end(&mut out)?;
    Ok(out)
}

pub(super) fn packed<T: serde::Serialize>(value: &T) -> rusqlite::Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(failed)
}

pub(super) fn unpacked<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> rusqlite::Result<T> {
    serde_json::from_slice(bytes).map_err(failed)
}

/// The grammars of a family, and how examples are found: what patterns of it depend on.
pub(super) fn grammar_of(family: &str) -> String {
    let mut versions: Vec<&str> = syntax::Language::all()
        .into_iter()
        .filter(|l| l.family().name() == family)
        .map(|l| l.definition().grammar_version)
        .collect();
    versions.sort_unstable();
    versions.dedup();
    format!("{family} {} {CAPTURE}", versions.join(" "))
}

/// Numbers the patterns of all examples as this version does.
pub(super) fn renumber(sql: &Connection) -> rusqlite::Result<()> {
    let mut query = sql.prepare("SELECT key, pattern, form, body FROM example")?;
    let mut put = sql.prepare("UPDATE example SET pattern = ?2, form = ?3 WHERE key = ?1")?;
    let mut changed: Vec<(Vec<u8>, i64, i64)> = Vec::new();
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let example: Example = unpacked(row.get_ref(3)?.as_bytes()?)?;
        let (pattern, form) = (example.pattern.id() as i64, library::form_of(&example.pattern) as i64);
        if (row.get::<_, i64>(1)?, row.get::<_, i64>(2)?) != (pattern, form) {
            changed.push((row.get(0)?, pattern, form));
        }
    }
    for (key, pattern, form) in changed {
        put.execute(params![key, pattern, form])?;
    }
    Ok(())
}

/// Whether there are examples of other grammars.
pub(super) fn is_outdated(sql: &Connection) -> rusqlite::Result<bool> {
    let [csharp, typescript] = ["csharp", "typescript"].map(grammar_of);
    sql.prepare("SELECT 1 FROM example WHERE grammar NOT IN (?1, ?2) LIMIT 1")?.exists(params![csharp, typescript])
}

/// Finds the examples of other grammars again in their files; returns how many there were.
pub(super) fn derive_again(sql: &Connection) -> rusqlite::Result<usize> {
    let today: Vec<String> = ["csharp", "typescript"].map(grammar_of).to_vec();
    let mut query = sql.prepare("SELECT DISTINCT edit FROM example WHERE grammar NOT IN (?1, ?2)")?;
    let edits: Vec<Option<Vec<u8>>> =
        query.query_map(params![today[0], today[1]], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut found = 0;
    for edit in edits {
        let which = "edit IS ?1 AND grammar NOT IN (?2, ?3)";
        let mut query = sql.prepare(&format!("SELECT body, source, seen, pattern FROM example WHERE {which}"))?;
        let rows = query.query_map(params![edit, today[0], today[1]], |row| {
            let body = row.get_ref(0)?.as_bytes()?;
            Ok((unpacked::<Example>(body).ok(), row.get::<_, Source>(1)?, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
        })?;
        let old: Vec<_> = rows.collect::<Result<_, _>>()?;
        drop(query);
        found += old.len();
        let again = edit.as_deref().map(|key| again(sql, key)).transpose()?.flatten();
        sql.execute(&format!("DELETE FROM example WHERE {which}"), params![edit, today[0], today[1]])?;
        let Some(first) = old.first() else { continue };
        match &again {
            Some(examples) => {
                for example in examples {
                    let same = old.iter().find(|(o, ..)| o.as_ref().is_some_and(|o| key_of(o) == key_of(example)));
                    let (_, source, seen, pattern) = same.unwrap_or(first);
                    insert(sql, example, edit.as_deref(), *source, *seen)?;
                    if same.is_some() {
                        // What became of its uses stays known.
                        sql.execute(
                            "UPDATE event SET pattern = ?2 WHERE pattern = ?1",
                            params![pattern, example.pattern.id() as i64],
                        )?;
                    }
                }
            }
            // Without its file it stays what it was.
            None => {
                for (example, source, seen, _) in &old {
                    if let Some(example) = example {
                        insert(sql, example, edit.as_deref(), *source, *seen)?;
                    }
                }
            }
        }
    }
    Ok(found)
}

/// The examples of a file that is kept.
fn again(sql: &Connection, key: &[u8]) -> rusqlite::Result<Option<Vec<Example>>> {
    let row = sql.query_row("SELECT path, texts, diagnostics FROM edit WHERE key = ?1", params![key], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, String>(2)?))
    });
    let Some((path, texts, diagnostics)) = row.optional()? else { return Ok(None) };
    let texts = inflated(&texts, 2 * LONGEST as u64).map_err(failed)?;
    let parts = || {
        let (length, texts) = texts.split_first_chunk::<8>()?;
        let (before, after) = texts.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        Some((str::from_utf8(before).ok()?, str::from_utf8(after).ok()?))
    };
    let Some((before, after)) = parts() else { return Ok(None) };
    let (then, now): (Written, Written) = serde_json::from_str(&diagnostics).map_err(failed)?;
    let seen = |list: Written| {
        list.into_iter().map(|(code, start, arguments)| Seen { code, start, arguments }).collect::<Vec<_>>()
    };
    let path = Path::new(&path);
    let (Some(before), Some(after)) = (tree_of(path, before), tree_of(path, after)) else { return Ok(None) };
    let (then, now) = (seen(then), seen(now));
    Ok(Some(capture::examples(&Edited {
        path,
        before: &before,
        after: &after,
        diagnostics_before: &then,
        diagnostics_after: &now,
    })))
}
