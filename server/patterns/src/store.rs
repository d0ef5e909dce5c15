//! What was learned, kept in a file.

use crate::capture::Example;
use crate::library::Library;
use crate::rank::Stats;
use rusqlite::{Connection, params};
use std::path::Path;

/// Why what was learned cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened, read or written.
    #[error("the store of patterns cannot be used: {0}")]
    Sql(#[from] rusqlite::Error),
    /// A row is not what this version writes.
    #[error("the store of patterns has an entry that cannot be read: {0}")]
    Entry(#[from] serde_json::Error),
}

/// The store: a SQLite file.
pub struct Store {
    sql: Connection,
}

impl Store {
    /// Opens the store in a file, which is made when it does not exist.
    ///
    /// # Errors
    /// When the file is no store, or cannot be written.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::with(Connection::open(path)?)
    }

    fn with(sql: Connection) -> Result<Self, StoreError> {
        sql.pragma_update(None, "journal_mode", "WAL")?;
        sql.execute_batch("CREATE TABLE IF NOT EXISTS example (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE, seen INTEGER NOT NULL)")?;
        Ok(Self { sql })
    }

    /// Keeps examples; those that are known are not kept twice. Returns how many were new.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&mut self, examples: &[Example], now: u64) -> Result<usize, StoreError> {
        let sql = self.sql.transaction()?;
        let mut new = 0;
        for example in examples {
            new += sql.execute(
                "INSERT OR IGNORE INTO example (body, seen) VALUES (?1, ?2)",
                params![serde_json::to_string(example)?, now as i64],
            )?;
        }
        sql.commit()?;
        Ok(new)
    }

    /// All that is known, as patterns.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn library(&self) -> Result<Library, StoreError> {
        let mut query = self.sql.prepare("SELECT body, seen FROM example ORDER BY id")?;
        let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
        let mut examples = Vec::new();
        for row in rows {
            let (body, seen) = row?;
            let example: Example = serde_json::from_str(&body)?;
            examples.push((example, Stats { examples: 1, files: 1, last: seen as u64, ..Stats::default() }));
        }
        Ok(Library::new(&examples, []))
    }
}
