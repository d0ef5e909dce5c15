//! The patterns that the examples teach, kept so that they are not derived at each start.

use super::{Kept, Source, Store, StoreError, events, lessons};
use crate::capture::Example;
use crate::library::{self, Known, Library};
use crate::rank::Stats;
use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::{FxHashMap, FxHashSet};

/// Version of how patterns are derived of examples, with their numbers and forms: those of another one are derived again.
const DERIVATION: u32 = 5;

/// A pattern with its number, which takes its time to compute, and those of the ones that it was made of.
type Row = (u64, Known, Vec<u64>);

impl Store {
    /// All that is known, as patterns, without what was rejected in a file twice.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn library(&self) -> Result<Library, StoreError> {
        let mut learned = self.learned()?;
        let (uses, vetoes) = self.run(|sql| Ok((events::uses(sql)?, events::vetoes(sql)?)))?;
        let given = self.run(given)?;
        if !uses.is_empty() {
            add_uses(&mut learned, &uses);
        }
        let known: FxHashSet<u64> = match given.is_empty() {
            true => FxHashSet::default(),
            false => learned.iter().map(|(id, ..)| *id).collect(),
        };
        let given = given.into_iter().filter(|k| !known.contains(&k.pattern.id())).map(|mut k| {
            if let Some(more) = uses.get(&k.pattern.id()) {
                k.stats = k.stats.and(*more);
            }
            k
        });
        let learned = learned.into_iter().map(|(_, known, members)| (known, members)).collect();
        Ok(Library::of_learned(learned, given.collect::<Vec<_>>()).without(vetoes))
    }

    /// The patterns that one of them says what they have in common; none for one that was seen itself.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn members(&self, pattern: u64) -> Result<Vec<u64>, StoreError> {
        let found = self.learned()?.into_iter().find(|(id, ..)| *id == pattern);
        Ok(found.map(|(_, _, members)| members).unwrap_or_default())
    }

    /// What the examples teach. What is not known yet is derived, and kept for the next start where that is possible.
    fn learned(&self) -> Result<Vec<Row>, StoreError> {
        if !self.run(is_whole)? {
            let derived = self.write(|sql| derive(sql).map_err(|e| StoreError::of(e, &self.path)));
            match derived {
                // What is known is worth more than the time that it takes next time.
                Err(StoreError::ReadOnly(_) | StoreError::Busy(_)) => {
                    return self.run(|sql| {
                        let examples = lessons::examples(sql, None)?.into_iter().map(with_stats).collect::<Vec<_>>();
                        let learned = library::learned(&examples).into_iter();
                        without_forgotten(
                            sql,
                            learned.map(|(known, members)| (known.pattern.id(), known, members)).collect(),
                        )
                    });
                }
                other => other?,
            }
        }
        self.run(|sql| {
            let mut out: Vec<Row> = Vec::new();
            let mut query = sql.prepare("SELECT body, pattern FROM derived ORDER BY pattern")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                out.push((row.get::<_, i64>(1)? as u64, lessons::unpacked(row.get_ref(0)?.as_bytes()?)?, Vec::new()));
            }
            let mut query = sql.prepare("SELECT body FROM general ORDER BY form")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                out.extend(lessons::unpacked::<Vec<Row>>(row.get_ref(0)?.as_bytes()?)?);
            }
            without_forgotten(sql, out)
        })
    }
}

/// By what patterns are derived: what another version derived is derived again.
fn versions() -> String {
    format!("{DERIVATION} {}", env!("CARGO_PKG_VERSION"))
}

const MISSING: &str = "SELECT DISTINCT pattern FROM example WHERE pattern NOT IN (SELECT pattern FROM derived)";
const MISSING_GENERAL: &str = "SELECT DISTINCT form FROM example WHERE form NOT IN (SELECT form FROM general)";

/// Whether what the examples teach is all there.
fn is_whole(sql: &Connection) -> rusqlite::Result<bool> {
    Ok(is_of_today(sql)?
        && !lessons::is_outdated(sql)?
        && !sql.prepare(MISSING)?.exists([])?
        && !sql.prepare(MISSING_GENERAL)?.exists([])?)
}

fn is_of_today(sql: &Connection) -> rusqlite::Result<bool> {
    let by: Option<String> =
        sql.query_row("SELECT value FROM fact WHERE name = 'derived'", [], |row| row.get(0)).optional()?;
    Ok(by.is_some_and(|by| by == versions()))
}

fn with_stats(kept: Kept) -> (Example, Stats) {
    (kept.example, Stats { examples: 1, files: 1, last: kept.seen, ..Stats::default() })
}

fn derive(sql: &Connection) -> rusqlite::Result<()> {
    lessons::derive_again(sql)?;
    if !is_of_today(sql)? {
        sql.execute_batch("DELETE FROM derived; DELETE FROM general")?;
        lessons::renumber(sql)?;
        sql.execute("INSERT OR REPLACE INTO fact VALUES ('derived', ?1)", params![versions()])?;
    }
    let mut put = sql.prepare("INSERT OR REPLACE INTO derived VALUES (?1, ?2)")?;
    for pattern in numbers(sql, MISSING)? {
        let examples: Vec<_> = lessons::examples(sql, Some(pattern as u64))?.into_iter().map(with_stats).collect();
        if let Some((_, known)) = library::seen(&examples).first() {
            put.execute(params![pattern, lessons::packed(known)?])?;
        }
    }
    let mut put = sql.prepare("INSERT OR REPLACE INTO general VALUES (?1, ?2)")?;
    // The oldest first, in an order that does not depend on when rows were put in.
    let mut members = sql.prepare(
        "SELECT d.pattern, d.body FROM (SELECT pattern, min(seen) AS first FROM example WHERE form = ?1 AND source <> ?3 GROUP BY pattern ORDER BY first, pattern LIMIT ?2) e
         JOIN derived d ON d.pattern = e.pattern ORDER BY e.first, e.pattern",
    )?;
    for form in numbers(sql, MISSING_GENERAL)? {
        let rows = members.query_map(params![form, library::MOST_COMPARED as i64, Source::Mined], |row| {
            Ok((row.get::<_, i64>(0)? as u64, lessons::unpacked::<Known>(row.get_ref(1)?.as_bytes()?)?))
        })?;
        let some: Vec<(u64, Known)> = rows.collect::<rusqlite::Result<_>>()?;
        let general = library::general(&some).into_iter();
        let rows: Vec<Row> = general.map(|(known, members)| (known.pattern.id(), known, members)).collect();
        put.execute(params![form, lessons::packed(&rows)?])?;
    }
    Ok(())
}

fn numbers(sql: &Connection, query: &str) -> rusqlite::Result<Vec<i64>> {
    sql.prepare(query)?.query_map([], |row| row.get(0))?.collect()
}

fn without_forgotten(sql: &Connection, mut rows: Vec<Row>) -> rusqlite::Result<Vec<Row>> {
    let mut query = sql.prepare("SELECT pattern, at FROM forgotten")?;
    let forgotten: FxHashMap<u64, u64> = query
        .query_map([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)?.unsigned_abs())))?
        .collect::<rusqlite::Result<_>>()?;
    if !forgotten.is_empty() {
        rows.retain(|(id, known, _)| forgotten.get(id).is_none_or(|at| known.stats.last > *at));
    }
    Ok(rows)
}

fn given(sql: &Connection) -> rusqlite::Result<Vec<Known>> {
    let mut query = sql.prepare("SELECT body FROM given ORDER BY pattern")?;
    let rows = query.query_map([], |row| lessons::unpacked(row.get_ref(0)?.as_bytes()?))?;
    rows.collect()
}

/// Adds what became of uses: to the pattern, and to those that it is a part of.
fn add_uses(rows: &mut [Row], uses: &FxHashMap<u64, Stats>) {
    for (own, known, members) in rows {
        for id in members.iter().chain([&*own]) {
            if let Some(more) = uses.get(id) {
                known.stats = known.stats.and(*more);
            }
        }
    }
}
