//! The tables, and how those of earlier versions become those of today.

use super::StoreError;
use super::lessons;
use crate::capture::Example;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::Path;

/// Version of the tables (`user_version`). 1 was one table of examples, and did not say its version.
pub(super) const VERSION: i64 = 2;
/// What the file is (`application_id`): `bfix`.
const APPLICATION: i64 = 0x6266_6978;

const TABLES: &str = "
    -- Single values: by which versions the patterns were derived.
    CREATE TABLE fact (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
    -- A file before and after: what examples are derived from again when a grammar changes.
    CREATE TABLE edit (key BLOB PRIMARY KEY, path TEXT NOT NULL, texts BLOB NOT NULL, diagnostics TEXT NOT NULL);
    -- One repair. The key follows from what it says: the same one is kept once.
    CREATE TABLE example (
        key BLOB PRIMARY KEY, edit BLOB, source INTEGER NOT NULL, path TEXT NOT NULL, line INTEGER NOT NULL,
        pattern INTEGER NOT NULL, form INTEGER NOT NULL, grammar TEXT NOT NULL, seen INTEGER NOT NULL, body BLOB NOT NULL
    );
    CREATE INDEX example_form ON example (form, pattern, seen);
    CREATE INDEX example_grammar ON example (grammar);
    CREATE INDEX example_pattern ON example (pattern);
    CREATE INDEX example_edit ON example (edit);
    -- What became of a use of a pattern. The key is random.
    CREATE TABLE event (key BLOB PRIMARY KEY, pattern INTEGER NOT NULL, what INTEGER NOT NULL, path TEXT NOT NULL, run TEXT NOT NULL, at INTEGER NOT NULL);
    CREATE INDEX event_run ON event (run);
    -- Patterns that are not to come back, unless they are learned later than this.
    CREATE TABLE forgotten (pattern INTEGER PRIMARY KEY, at INTEGER NOT NULL);
    -- Patterns that others exported.
    CREATE TABLE given (pattern INTEGER PRIMARY KEY, body BLOB NOT NULL);
    -- What the examples teach, for the next start: each pattern, and what those of one form have in common. Gone when their examples change.
    CREATE TABLE derived (pattern INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE TABLE general (form INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE TRIGGER example_new AFTER INSERT ON example BEGIN
        DELETE FROM derived WHERE pattern = new.pattern; DELETE FROM general WHERE form = new.form;
    END;
    CREATE TRIGGER example_again AFTER UPDATE ON example BEGIN
        DELETE FROM derived WHERE pattern IN (old.pattern, new.pattern); DELETE FROM general WHERE form IN (old.form, new.form);
    END;
    CREATE TRIGGER example_gone AFTER DELETE ON example BEGIN
        DELETE FROM derived WHERE pattern = old.pattern; DELETE FROM general WHERE form = old.form;
    END;
    -- Undone (2) or rejected (4) twice in a file: by two runs, or two times by hand.
    CREATE VIEW veto AS SELECT pattern, path FROM event WHERE what IN (2, 4) GROUP BY pattern, path
        HAVING count(DISTINCT CASE run WHEN '' THEN hex(key) ELSE run END) >= 2;
";

/// Makes the tables, or brings them up to date.
pub(super) fn prepare(sql: &Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |e| StoreError::of(e, path);
    if is_current(sql, path)? {
        return Ok(());
    }
    // Before anything is written, WAL too, it is known to be a store.
    let mode: String = sql.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(failed)?;
    if mode != "wal" {
        sql.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).map_err(failed)?;
    }
    let transaction = Transaction::new_unchecked(sql, TransactionBehavior::Immediate).map_err(failed)?;
    // Another process may have been faster.
    if !is_current(&transaction, path)? {
        migrate(&transaction, path)?;
    }
    transaction.commit().map_err(failed)
}

/// Whether it is a store of today's version; nothing is written.
pub(super) fn check(sql: &Connection, path: &Path) -> Result<(), StoreError> {
    match is_current(sql, path)? {
        true => Ok(()),
        // It has to be brought up to date first.
        false => Err(StoreError::ReadOnly(path.to_path_buf())),
    }
}

/// Whether the tables are those of today; an error when they never can be.
fn is_current(sql: &Connection, path: &Path) -> Result<bool, StoreError> {
    let failed = |e| StoreError::of(e, path);
    let number = |name: &str| sql.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(failed);
    let (version, application) = (number("user_version")?, number("application_id")?);
    if application == APPLICATION {
        if version > VERSION {
            return Err(StoreError::Newer { path: path.to_path_buf(), found: version, known: VERSION });
        }
        return Ok(version == VERSION);
    }
    // Empty, or the first version, which was one table.
    let mut query = sql.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").map_err(failed)?;
    let tables: Vec<String> = query.query_map([], |row| row.get(0)).and_then(Iterator::collect).map_err(failed)?;
    let is_ours = application == 0 && version == 0 && tables.iter().all(|t| t == "example");
    if !is_ours {
        return Err(StoreError::Foreign(path.to_path_buf()));
    }
    Ok(false)
}

fn migrate(sql: &Transaction<'_>, path: &Path) -> Result<(), StoreError> {
    let failed = |e| StoreError::of(e, path);
    let first = sql
        .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'example'", [], |row| row.get::<_, i64>(0))
        .map_err(failed)?
        > 0;
    let mut old: Vec<(Example, i64)> = Vec::new();
    if first {
        let mut query = sql.prepare("SELECT body, seen FROM example ORDER BY id").map_err(failed)?;
        let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).map_err(failed)?;
        for row in rows {
            let (body, seen) = row.map_err(failed)?;
            let example = serde_json::from_str(&body)
                .map_err(|e| StoreError::Damaged { path: path.to_path_buf(), what: e.to_string() })?;
            old.push((example, seen));
        }
        drop(query);
        sql.execute_batch("DROP TABLE example").map_err(failed)?;
    }
    sql.execute_batch(TABLES).map_err(failed)?;
    for (example, seen) in &old {
        lessons::insert(sql, example, None, super::Source::Trees, *seen).map_err(failed)?;
    }
    sql.pragma_update(None, "application_id", APPLICATION).map_err(failed)?;
    sql.pragma_update(None, "user_version", VERSION).map_err(failed)
}
