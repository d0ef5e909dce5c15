//! The union of two stores.

use super::{Store, StoreError, lessons};
use crate::library::Known;
use rusqlite::params;
use std::path::Path;

/// What another store had that this one had not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Merged {
    /// Examples.
    pub examples: usize,
    /// Uses.
    pub events: usize,
}

impl Store {
    /// Takes over what the store in another file has. Which is read into which makes no difference.
    ///
    /// # Errors
    /// When the other file is no store, or this one cannot be written.
    pub fn merge(&mut self, other: &Path) -> Result<Merged, StoreError> {
        if !other.is_file() {
            return Err(StoreError::NoFile(other.to_path_buf()));
        }
        if other.canonicalize().ok().is_some_and(|o| self.path.canonicalize().is_ok_and(|own| own == o)) {
            return Ok(Merged::default());
        }
        // Brought up to date, if it has to be.
        drop(Self::open(other)?);
        let failed = |e| StoreError::of(e, &self.path);
        self.sql
            .execute("ATTACH DATABASE ?1 AS other", params![other.to_string_lossy()])
            .map_err(|e| StoreError::of(e, other))?;
        let merged = self.write(|sql| {
            let merge = || {
                let count = |sql: &rusqlite::Connection| sql.query_row("SELECT count(*) FROM main.example", [], |row| row.get::<_, i64>(0));
                let before = count(sql)?;
                sql.execute_batch("INSERT OR IGNORE INTO main.edit SELECT * FROM other.edit")?;
                sql.execute(
                    "INSERT INTO main.example SELECT * FROM other.example WHERE true
                     ON CONFLICT (key) DO UPDATE SET seen = max(seen, excluded.seen), source = min(source, excluded.source), edit = coalesce(edit, excluded.edit)
                     WHERE seen < excluded.seen OR source > excluded.source OR edit IS NULL AND excluded.edit IS NOT NULL",
                    [],
                )?;
                let new = count(sql)? - before;
                let events = sql.execute("INSERT OR IGNORE INTO main.event SELECT * FROM other.event", [])?;
                sql.execute(
                    "INSERT INTO main.forgotten SELECT * FROM other.forgotten WHERE true
                     ON CONFLICT (pattern) DO UPDATE SET at = max(at, excluded.at) WHERE at < excluded.at",
                    [],
                )?;
                sql.execute("INSERT OR IGNORE INTO main.given SELECT * FROM other.given", [])?;
                lessons::sweep(sql)?;
                Ok(Merged { examples: usize::try_from(new).unwrap_or_default(), events })
            };
            merge().map_err(failed)
        });
        self.sql.execute_batch("DETACH DATABASE other").map_err(failed)?;
        merged
    }

    /// Takes over patterns that were exported. Returns how many were new.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn give(&mut self, patterns: &[Known]) -> Result<usize, StoreError> {
        self.write(|sql| {
            let give = || {
                let mut new = 0;
                for known in patterns {
                    let mut put = sql.prepare_cached("INSERT OR IGNORE INTO given VALUES (?1, ?2)")?;
                    new += put.execute(params![known.pattern.id() as i64, lessons::packed(known)?])?;
                }
                Ok(new)
            };
            give().map_err(|e| StoreError::of(e, &self.path))
        })
    }
}
