use super::disk::{self, MAX_FILE};
use super::fsync::{sync, sync_folder};
use super::repaired::Repaired;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Version of the journal's format. The first had no `Placing` and `Trial`, and replaced files without keeping what it replaced.
pub(super) const VERSION: u32 = 2;
/// The bytes before, one file after the other.
pub(super) const PACK: &str = "before.pack";
pub(super) const JOURNAL: &str = "journal.json";
/// A journal is read into memory; this one tells of more than 100,000 files.
const MAX_JOURNAL: u64 = 64 << 20;

/// The state of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// Being prepared, or interrupted while it was: no file is replaced yet.
    Prepared,
    /// Files are being replaced, or it was interrupted while they were.
    Placing,
    /// Every file is written, and a build has yet to show that this was right.
    Trial,
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
            Self::Prepared | Self::Placing => "interrupted",
            Self::Trial => "not verified",
            Self::Done => "applied",
            Self::RolledBack => "rolled back",
            Self::Undone => "undone",
        }
    }

    /// Whether nobody may leave it so: it is to be rolled back when its process is gone.
    pub(super) fn is_pending(self) -> bool {
        matches!(self, Self::Prepared | Self::Placing | Self::Trial)
    }
}

/// One file of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunFile {
    /// Absolute path, without links.
    pub path: PathBuf,
    /// SHA-256 of the bytes before, hexadecimal; `None` when there was no file.
    pub before: Option<String>,
    /// SHA-256 of the bytes after; `None` when the file is deleted.
    pub after: Option<String>,
    /// Places that changed.
    pub edits: usize,
    /// Whether it was taken back, in a run of which not all can be.
    #[serde(default)]
    pub undone: bool,
    /// The other path of a rename: the two go together.
    #[serde(default)]
    pub(super) pair: Option<PathBuf>,
    /// Where its earlier bytes are in the pack of earlier bytes: offset and length.
    pub(super) stored: Option<(u64, u64)>,
    /// Unix file mode before.
    pub(super) mode: Option<u32>,
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
    /// Whether it is yet to be shown that it was right, from the beginning on.
    #[serde(default)]
    pub(super) trial: bool,
    /// Runs that it is the sum of. They are removed when it is written.
    #[serde(default)]
    pub(super) replaces: Vec<String>,
    /// What it repaired of what logs reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) repaired: Option<Repaired>,
    /// The folder of the sources.
    #[serde(skip)]
    pub root: PathBuf,
    /// Where journal and earlier bytes are.
    #[serde(skip)]
    pub(super) folder: PathBuf,
}

impl Run {
    /// Names beside the `i`th file: in the same folder, so that no rename crosses file systems; hidden, and with an extension that no
    /// compiler reads. They follow from the run and the file: what a journal says of temporary files is not asked.
    pub(super) fn names(&self, i: usize) -> Names {
        let beside = |end: &str| self.files[i].path.with_file_name(format!(".buildfix-{}-{i}{end}.tmp", self.id));
        Names { path: self.files[i].path.clone(), other: beside(""), fresh: beside("-new"), aside: beside("-old") }
    }
}

/// The names that a file has while it is replaced.
pub(super) struct Names {
    /// Its own.
    pub path: PathBuf,
    /// Of what is to take its place, then of what it replaced.
    pub other: PathBuf,
    /// Of earlier bytes while they are written.
    pub fresh: PathBuf,
    /// Of what is replaced, where files cannot be exchanged.
    pub aside: PathBuf,
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

/// The run in `folder`; `None` when it was never journalled.
///
/// # Errors
/// When there is a journal, and it is not one that this version can have written for `root`.
pub(super) fn read_run(folder: &Path, root: &Path) -> Result<Option<Run>, DamagedRun> {
    let journal = folder.join(JOURNAL);
    let read = || -> Result<Option<Run>, String> {
        let bytes = match disk::read(&journal, MAX_JOURNAL) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e.to_string()),
        };
        let mut run: Run = serde_json::from_slice(&bytes).map_err(|e| e.to_string())?;
        (run.root, run.folder) = (root.to_path_buf(), folder.to_path_buf());
        check(&run)?;
        // It is printed to a terminal.
        run.title = run.title.replace(|c: char| c.is_control(), " ");
        Ok(Some(run))
    };
    read().map_err(|why| DamagedRun { journal, why })
}

/// A journal is data from a stranger: nothing in it is believed that a run would not have written.
fn check(run: &Run) -> Result<(), String> {
    if !(1..=VERSION).contains(&run.version) {
        return Err(format!("its format {} is not known to this version of buildfix", run.version));
    }
    // The folder's name is the id: a journal that says otherwise is not ours.
    if run.folder.file_name().is_none_or(|n| n != run.id.as_str()) {
        return Err("it is of another run".to_owned());
    }
    if let Some(id) = run.undoes.iter().chain(&run.replaces).chain([&run.id]).find(|id| !is_id(id)) {
        return Err(format!("{id:?} is not the name of a run"));
    }
    let mut seen = BTreeSet::new();
    for file in &run.files {
        let wrong = |what: &str| Err(format!("{what}: {}", file.path.display()));
        if !is_inside(&file.path, &run.root) || file.pair.as_ref().is_some_and(|p| !is_inside(p, &run.root)) {
            return wrong("it names a file outside the workspace");
        }
        if !seen.insert(&file.path) {
            return wrong("it names a file twice");
        }
        let hashes: Vec<&String> = file.before.iter().chain(&file.after).collect();
        if hashes.is_empty() || hashes.iter().any(|h| h.len() != 64 || !h.bytes().all(|b| b.is_ascii_hexdigit())) {
            return wrong("it has no hash of a file");
        }
        // Whether the pack holds them is seen when they are read.
        let fits = |(at, length): (u64, u64)| length <= MAX_FILE && at.checked_add(length).is_some();
        if file.stored.is_some() != file.before.is_some() || !file.stored.is_none_or(fits) {
            return wrong("it does not say where the earlier bytes are");
        }
    }
    match run.created_folders.iter().find(|f| !is_inside(f, &run.root)) {
        Some(folder) => Err(format!("it names a folder outside the workspace: {}", folder.display())),
        None => Ok(()),
    }
}

/// Whether it can be the name of a run: letters, digits and hyphens.
pub(super) fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Whether `path` is spelled as a path below `root`.
fn is_inside(path: &Path, root: &Path) -> bool {
    let below = path.strip_prefix(root).ok().filter(|b| b.components().all(|c| matches!(c, Component::Normal(_))));
    path.is_absolute() && below.is_some_and(|b| !b.as_os_str().is_empty())
}

/// Writes the journal atomically.
pub(super) fn save_run(run: &Run) -> io::Result<()> {
    let bytes = serde_json::to_vec(run)?;
    if bytes.len() as u64 > MAX_JOURNAL {
        return Err(io::Error::other("it would name too many files"));
    }
    let temporary = run.folder.join("journal.new");
    let mut file = File::create(&temporary)?;
    file.write_all(&bytes)?;
    sync(&file)?;
    super::crash::point();
    fs::rename(&temporary, run.folder.join(JOURNAL))?;
    sync_folder(&run.folder)?;
    super::crash::point();
    Ok(())
}

/// A journal that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DamagedRun {
    /// The journal.
    pub journal: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for DamagedRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.journal.parent().unwrap_or(&self.journal);
        write!(
            f,
            "the journal {} cannot be read ({}), so that its run is neither rolled back nor undone: \
             check the sources, and move {} away",
            self.journal.display(),
            self.why,
            folder.display()
        )
    }
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
