//! Logs of builds as files.

use diagnostics::{BuildLog, ReadOptions, read_from};
use std::path::PathBuf;

/// Reads logs into one. Settings of a workspace may name anything: only files are read, and not the largest.
pub(crate) fn read_logs(paths: &[PathBuf]) -> std::result::Result<BuildLog, String> {
    let mut logs = Vec::new();
    for path in paths {
        let options = ReadOptions { origin: Some(path.clone()), ..ReadOptions::default() };
        let log = disk::open(path, disk::Kind::Log).and_then(|file| read_from(file, options));
        logs.push(log.map_err(|e| format!("{} cannot be read: {e}", path.display()))?);
    }
    Ok(BuildLog::merge(logs))
}
