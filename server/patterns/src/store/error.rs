use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};

/// Why what was learned cannot be read or kept. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It was written by a newer version.
    #[error("the store of patterns {path} was written by a newer buildfix (format {found}; this one reads up to {known}): update buildfix, or name another file with --store", path = path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version that is known here.
        known: i64,
    },
    /// It is no store at all.
    #[error("{} is not a store of patterns: name another file with --store", .0.display())]
    Foreign(PathBuf),
    /// It is no file.
    #[error("{} is not a file that patterns can be kept in: name another one with --store", .0.display())]
    NoFile(PathBuf),
    /// It is damaged.
    #[error("the store of patterns {path} is damaged ({what}). It was left as it is: move it away to begin anew, or put a copy in its place", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says, or what cannot be read.
        what: String,
    },
    /// It cannot be written.
    #[error("the store of patterns {} cannot be written: look at the rights of the file and its folder, or name another file with --store", .0.display())]
    ReadOnly(PathBuf),
    /// Another process writes and does not end.
    #[error("the store of patterns {} is in use by another process, which does not let go of it: try again", .0.display())]
    Busy(PathBuf),
    /// Something else.
    #[error("the store of patterns {path} cannot be used: {what}", path = path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        what: String,
    },
}

impl StoreError {
    /// What an error of SQLite means for the store in a file.
    pub(super) fn of(error: rusqlite::Error, path: &Path) -> Self {
        let path = path.to_path_buf();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Foreign(path),
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, what: error.to_string() },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::ReadOnly(path),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(path),
            _ => match error {
                // A row is not what it is to be.
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Damaged { path, what: error.to_string() },
                other => Self::Other { path, what: other.to_string() },
            },
        }
    }
}
