//! What became of uses of patterns.

use super::{Store, StoreError};
use crate::library::Vetoes;
use crate::rank::Stats;
use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;

/// What became of a use of a pattern. The numbers are those of the store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It was applied.
    Applied = 0,
    /// A rebuild proved it.
    Proved = 1,
    /// A person took it back.
    Undone = 2,
    /// A rebuild found that it does not help, or does harm.
    Failed = 3,
    /// A person said that it is not useful.
    Rejected = 4,
}

/// A use of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// The pattern.
    pub pattern: u64,
    /// What became of it.
    pub what: What,
    /// The file, below the root, with slashes.
    pub path: String,
    /// The run that it was applied by; empty when a person did it.
    pub run: String,
}

impl Store {
    /// Notes what became of uses of patterns.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note(&mut self, events: &[Event], now: u64) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        self.write(|sql| {
            events
                .iter()
                .try_for_each(|event| insert(sql, event, now as i64))
                .map_err(|e| StoreError::of(e, &self.path))
        })
    }

    /// Notes that a run was taken back in these files (below the root, with slashes). Returns how many uses of patterns that were.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note_undone(&mut self, run: &str, paths: &[String], now: u64) -> Result<usize, StoreError> {
        self.write(|sql| {
            let note = || {
                let mut query = sql.prepare("SELECT pattern, path FROM event WHERE run = ?1 AND what = ?2")?;
                let uses = query.query_map(params![run, What::Applied as i64], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                })?;
                let uses: Vec<_> = uses.collect::<rusqlite::Result<_>>()?;
                let mut noted = 0;
                for (pattern, path) in uses.into_iter().filter(|(_, path)| paths.contains(path)) {
                    insert(
                        sql,
                        &Event { pattern: pattern as u64, what: What::Undone, path, run: run.to_owned() },
                        now as i64,
                    )?;
                    noted += 1;
                }
                Ok(noted)
            };
            note().map_err(|e| StoreError::of(e, &self.path))
        })
    }
}

fn insert(sql: &Connection, event: &Event, at: i64) -> rusqlite::Result<()> {
    let mut put = sql.prepare_cached("INSERT INTO event VALUES (randomblob(12), ?1, ?2, ?3, ?4, ?5)")?;
    put.execute(params![event.pattern as i64, event.what as i64, event.path, event.run, at])?;
    Ok(())
}

/// What became of the uses of each pattern. Who takes back a run decides once, however many places it had.
pub(super) fn uses(sql: &Connection) -> rusqlite::Result<FxHashMap<u64, Stats>> {
    let mut query = sql.prepare(
        "SELECT pattern, what, CASE what WHEN 2 THEN count(DISTINCT CASE run WHEN '' THEN hex(key) ELSE run END) ELSE count(*) END, max(at)
         FROM event GROUP BY pattern, what",
    )?;
    let mut rows = query.query([])?;
    let mut out: FxHashMap<u64, Stats> = FxHashMap::default();
    while let Some(row) = rows.next()? {
        let stats = out.entry(row.get::<_, i64>(0)? as u64).or_default();
        let count: u32 = row.get(2)?;
        match row.get::<_, i64>(1)? {
            0 => stats.applied += count,
            1 => stats.proved += count,
            2 => stats.undone += count,
            3 => stats.failed += count,
            4 => stats.rejected += count,
            // Of a newer version that keeps the tables as they are.
            _ => {}
        }
        stats.last = stats.last.max(row.get::<_, i64>(3)?.unsigned_abs());
    }
    Ok(out)
}

/// What a person rejected or took back in a file twice.
pub(super) fn vetoes(sql: &Connection) -> rusqlite::Result<Vetoes> {
    let mut query = sql.prepare("SELECT pattern, path FROM veto")?;
    let mut rows = query.query([])?;
    let mut out = Vetoes::default();
    while let Some(row) = rows.next()? {
        out.entry(row.get(1)?).or_default().insert(row.get::<_, i64>(0)? as u64);
    }
    Ok(out)
}
