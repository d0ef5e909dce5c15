//! What was learned, kept in a file.
//!
//! The file is a SQLite database in WAL mode: the editor's server and the command line may have it open at once. Rows are only ever added, by keys that follow
//! from what they say or are unique: the union of two stores is the same, whichever is read into the other. Examples are for this machine; what may
//! leave it, [`crate::share`] says.

mod derived;
mod error;
mod events;
mod lessons;
mod merge;
mod schema;
#[cfg(test)]
mod tests;

pub use error::StoreError;
pub use events::{Event, What};
pub use lessons::{Kept, Lesson, Source};
pub use merge::Merged;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long another process may write before it is given up.
const PATIENCE: Duration = Duration::from_secs(15);

/// The store: a SQLite file.
pub struct Store {
    sql: Connection,
    path: PathBuf,
}

/// What a store holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Examples.
    pub examples: u64,
    /// Files that they are from.
    pub files: u64,
    /// Uses that were noted.
    pub events: u64,
    /// Patterns that are silenced in a file.
    pub vetoes: u64,
    /// Patterns that were forgotten.
    pub forgotten: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

impl Store {
    /// Opens the store in a file, which is made when it does not exist. A store of an earlier version is brought up to date; a file that cannot be
    /// written is read.
    ///
    /// # Errors
    /// When the file is no store, is damaged or of a newer version. It is left as it is.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if path.exists() && !path.is_file() {
            // A pipe would wait for ever.
            return Err(StoreError::NoFile(path.to_path_buf()));
        }
        let opened = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
            .and_then(|sql| schema::prepare(&sql, path).map(|()| sql));
        let sql = match opened {
            Err(StoreError::ReadOnly(_)) if path.is_file() => {
                let read =
                    |path: &Path, flags| connect(path, flags).and_then(|sql| schema::check(&sql, path).map(|()| sql));
                // Where not even the files beside it can be made, nobody writes.
                read(path, OpenFlags::SQLITE_OPEN_READ_ONLY).or_else(|e| match unchanging(path) {
                    Some(name) => read(&name, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI),
                    None => Err(e),
                })?
            }
            other => other?,
        };
        Ok(Self { sql, path: path.to_path_buf() })
    }

    /// A store that is gone when it is dropped.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn in_memory() -> Result<Self, StoreError> {
        let path = PathBuf::from(":memory:");
        let sql = Connection::open_in_memory().map_err(|e| StoreError::of(e, &path))?;
        schema::prepare(&sql, &path)?;
        Ok(Self { sql, path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        self.run(|sql| {
            let count = |query: &str| sql.query_row(query, [], |row| row.get::<_, i64>(0)).map(|n| n.unsigned_abs());
            Ok(Counts {
                examples: count("SELECT count(*) FROM example")?,
                files: count("SELECT count(DISTINCT path) FROM example")?,
                events: count("SELECT count(*) FROM event")?,
                vetoes: count("SELECT count(*) FROM veto")?,
                forgotten: count("SELECT count(*) FROM forgotten")?,
                bytes: count("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
            })
        })
    }

    fn run<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        work(&self.sql).map_err(|e| StoreError::of(e, &self.path))
    }

    /// Runs `work` with the file locked against others that write, wholly or not at all.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let failed = |e| StoreError::of(e, &self.path);
        let transaction = Transaction::new_unchecked(&self.sql, TransactionBehavior::Immediate).map_err(failed)?;
        let done = work(&transaction)?;
        transaction.commit().map_err(failed)?;
        Ok(done)
    }
}

/// The name (<https://www.sqlite.org/uri.html>) of a file that does not change; `None` when what was written last is beside it.
fn unchanging(path: &Path) -> Option<PathBuf> {
    let beside = PathBuf::from(format!("{}-wal", path.display()));
    let escaped = path.to_str()?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    (!beside.metadata().is_ok_and(|m| m.len() > 0)).then(|| format!("file:{escaped}?immutable=1").into())
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let sql = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|e| StoreError::of(e, path))?;
    let set = || {
        sql.busy_timeout(PATIENCE)?;
        // A file may come from somebody else: what it defines calls nothing.
        sql.pragma_update(None, "trusted_schema", false)?;
        sql.pragma_update(None, "synchronous", "NORMAL")
    };
    set().map_err(|e| StoreError::of(e, path))?;
    Ok(sql)
}
