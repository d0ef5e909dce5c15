//! The patterns that the examples teach, kept so that they are not derived at each start.

use super::{Store, StoreError, events, lessons};
use crate::capture::Example;
use crate::library::{self, Known, Library};
use crate::rank::Stats;
use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::{FxHashMap, FxHashSet};

/// Version of how patterns are derived of examples: those of another one are derived again.
const DERIVATION: u32 = 1;

/// A pattern with the numbers of those that it was made of.
type Row = (Known, Vec<u64>);

impl Store {
    /// All that is known, as patterns, without what was rejected in a file twice.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn library(&self) -> Result<Library, StoreError> {
        let today = self.run(stamp)?;
        let kept = self.run(|sql| kept(sql, &today))?;
        let mut learned = match kept {
            Some(rows) => rows,
            None => self.derive()?,
        };
        let (uses, vetoes) = self.run(|sql| Ok((events::uses(sql)?, events::vetoes(sql)?)))?;
        let given = self.run(given)?;
        if !uses.is_empty() {
            add_uses(&mut learned, &uses);
        }
        let known: FxHashSet<u64> = match given.is_empty() {
            true => FxHashSet::default(),
            false => learned.iter().map(|(k, _)| k.pattern.id()).collect(),
        };
        let given = given.into_iter().filter(|k| !known.contains(&k.pattern.id())).map(|mut k| {
            if let Some(more) = uses.get(&k.pattern.id()) {
                k.stats = k.stats.and(*more);
            }
            k
        });
        Ok(Library::of_learned(learned, given.collect::<Vec<_>>()).without(vetoes))
    }

    /// The patterns that one of them says what they have in common; none for one that was seen itself.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn members(&self, pattern: u64) -> Result<Vec<u64>, StoreError> {
        let today = self.run(stamp)?;
        let rows = match self.run(|sql| kept(sql, &today))? {
            Some(rows) => rows,
            None => self.derive()?,
        };
        Ok(rows.into_iter().find(|(known, _)| known.pattern.id() == pattern).map(|(_, members)| members).unwrap_or_default())
    }

    /// Derives the patterns, and keeps them for the next start where that is possible.
    fn derive(&self) -> Result<Vec<Row>, StoreError> {
        let failed = |e| StoreError::of(e, &self.path);
        let written = self.write(|sql| {
            if lessons::derive_again(sql).map_err(failed)? > 0 {
                changed(sql, 1).map_err(failed)?;
            }
            let rows = derived(sql).map_err(failed)?;
            let stamp = stamp(sql).map_err(failed)?;
            let keep = || {
                sql.execute("DELETE FROM derived", [])?;
                let mut put = sql.prepare("INSERT INTO derived (body) VALUES (?1)")?;
                for chunk in rows.chunks(64) {
                    put.execute(params![lessons::packed(&chunk)?])?;
                }
                sql.execute("INSERT OR REPLACE INTO fact VALUES ('derived', ?1)", params![stamp])
            };
            keep().map_err(failed)?;
            Ok(rows)
        });
        match written {
            // What is known is worth more than the time that it takes next time.
            Err(StoreError::ReadOnly(_) | StoreError::Busy(_)) => self.run(derived),
            other => other,
        }
    }
}

/// Notes that examples changed.
pub(super) fn changed(sql: &Connection, by: usize) -> rusqlite::Result<()> {
    sql.execute("UPDATE fact SET value = value + ?1 WHERE name = 'changes'", params![by as i64])?;
    Ok(())
}

/// What the derived patterns depend on.
fn stamp(sql: &Connection) -> rusqlite::Result<String> {
    let changes: i64 = sql.query_row("SELECT value FROM fact WHERE name = 'changes'", [], |row| row.get(0))?;
    Ok(format!("{changes} {DERIVATION} {} {} {}", env!("CARGO_PKG_VERSION"), lessons::grammar_of("csharp"), lessons::grammar_of("typescript")))
}

/// The derived patterns, if they are those of `today`.
fn kept(sql: &Connection, today: &str) -> rusqlite::Result<Option<Vec<Row>>> {
    let stamp: Option<String> = sql.query_row("SELECT value FROM fact WHERE name = 'derived'", [], |row| row.get(0)).optional()?;
    if stamp.as_deref() != Some(today) {
        return Ok(None);
    }
    let mut query = sql.prepare("SELECT body FROM derived ORDER BY number")?;
    let mut rows = query.query([])?;
    let mut out: Vec<Row> = Vec::new();
    while let Some(row) = rows.next()? {
        let Ok(chunk) = lessons::unpacked::<Vec<Row>>(row.get_ref(0)?.as_bytes()?) else { return Ok(None) };
        out.extend(chunk);
    }
    Ok(Some(out))
}

fn derived(sql: &Connection) -> rusqlite::Result<Vec<Row>> {
    let examples: Vec<(Example, Stats)> = lessons::examples(sql, None)?
        .into_iter()
        .map(|k| (k.example, Stats { examples: 1, files: 1, last: k.seen, ..Stats::default() }))
        .collect();
    let mut rows = library::learned(&examples);
    let mut query = sql.prepare("SELECT pattern, at FROM forgotten")?;
    let forgotten: FxHashMap<u64, u64> =
        query.query_map([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)?.unsigned_abs())))?.collect::<rusqlite::Result<_>>()?;
    rows.retain(|(known, _)| forgotten.get(&known.pattern.id()).is_none_or(|at| known.stats.last > *at));
    Ok(rows)
}

fn given(sql: &Connection) -> rusqlite::Result<Vec<Known>> {
    let mut query = sql.prepare("SELECT body FROM given ORDER BY pattern")?;
    let rows = query.query_map([], |row| lessons::unpacked(row.get_ref(0)?.as_bytes()?))?;
    rows.collect()
}

/// Adds what became of uses: to the pattern, and to those that it is a part of.
fn add_uses(rows: &mut [Row], uses: &FxHashMap<u64, Stats>) {
    for (known, members) in rows {
        let own = known.pattern.id();
        for id in members.iter().copied().chain([own]) {
            if let Some(more) = uses.get(&id) {
                known.stats = known.stats.and(*more);
            }
        }
    }
}
