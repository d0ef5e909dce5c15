//! What a run repaired of a log, as its journal has it.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What a run repaired.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Repaired {
    /// The logs that it read.
    pub logs: Vec<LogFile>,
    /// The diagnostics, by a hash of what the log has of them.
    pub diagnostics: Vec<u64>,
}

/// A log as it was when it was read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct LogFile {
    path: PathBuf,
    /// Bytes.
    size: u64,
    /// Nanoseconds since 1970.
    modified: u64,
}

impl LogFile {
    /// `None` for what is no file, or cannot be told from what will be written there next.
    pub fn of(path: &Path) -> Option<Self> {
        let (size, modified) = ::disk::stamp(path)?;
        Some(Self { path: ::disk::real_path(path).ok()?, size, modified })
    }
}
