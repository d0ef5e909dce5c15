use super::write::sync_folder;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Version of the journal's format.
pub(super) const VERSION: u32 = 1;

/// The state of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// Being written, or interrupted while it was.
    Prepared,
    /// Every file is written.
    Done,
    /// Interrupted or failed, and rolled back.
    RolledBack,
    /// Undone.
    Undone,
}

impl RunState {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "interrupted",
            Self::Done => "applied",
            Self::RolledBack => "rolled back",
            Self::Undone => "undone",
        }
    }
}

/// One file of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunFile {
    /// Absolute path.
    pub path: PathBuf,
    /// SHA-256 of the bytes before, hexadecimal; `None` when there was no file.
    pub before: Option<String>,
    /// SHA-256 of the bytes after; `None` when the file is deleted.
    pub after: Option<String>,
    /// Places that changed.
    pub edits: usize,
    /// Where its earlier bytes are in the pack of earlier bytes: offset and length.
    pub(super) stored: Option<(u64, u64)>,
    /// Unix file mode before.
    pub(super) mode: Option<u32>,
    /// The temporary name under which the new bytes are written first.
    pub(super) temporary: Option<PathBuf>,
}

/// One writing of files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    pub(super) version: u32,
    /// Its name; sorts by time.
    pub id: String,
    /// How far it came.
    pub state: RunState,
    /// Seconds since 1970 at which it began.
    pub started: u64,
    /// What it was for.
    pub title: String,
    /// The run that it undoes.
    pub undoes: Option<String>,
    /// Its files, in order of path.
    pub files: Vec<RunFile>,
    /// Folders that it made, outermost first.
    pub created_folders: Vec<PathBuf>,
}

/// A new id: UTC time, then a part that tells two runs of the same second apart.
pub(super) fn new_id() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (y, m, d) = civil(now.as_secs() / 86_400);
    let s = now.as_secs() % 86_400;
    let unique = (std::process::id() << 4) ^ COUNT.fetch_add(1, Ordering::Relaxed);
    format!(
        "{y:04}{m:02}{d:02}-{:02}{:02}{:02}-{:03}{:04x}",
        s / 3600,
        s / 60 % 60,
        s % 60,
        now.subsec_millis(),
        unique & 0xFFFF
    )
}

/// Year, month and day of a day since 1970 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
fn civil(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + u64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// The run in `folder`; `None` when there is no journal, or one that this version cannot read.
pub(super) fn read_run(folder: &Path) -> Option<Run> {
    let bytes = fs::read(folder.join("journal.json")).ok()?;
    let run: Run = serde_json::from_slice(&bytes).ok()?;
    // The folder's name is the id: a journal that says otherwise is not ours.
    (run.version == VERSION && folder.file_name()? == run.id.as_str()).then_some(run)
}

/// Writes the journal atomically.
pub(super) fn save_run(folder: &Path, run: &Run) -> io::Result<()> {
    let bytes = serde_json::to_vec(run)?;
    let temporary = folder.join("journal.new");
    let mut file = File::create(&temporary)?;
    file.write_all(&bytes)?;
    super::write::sync(&file)?;
    super::crash::point();
    fs::rename(&temporary, folder.join("journal.json"))?;
    sync_folder(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_778), (2026, 11, 21));
    }
}
