//! How long builds took, to tell one that hangs from one that is slow.

use crate::BuildCommand;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// No build is said to hang before.
const AT_LEAST: Duration = Duration::from_secs(10 * 60);
/// For a build that never ended by itself.
const UNKNOWN: Duration = Duration::from_secs(60 * 60);
/// A build hangs after this many times as long as it usually takes.
const TIMES: u32 = 5;
/// Builds that are remembered.
const KEEP: usize = 100;
/// The median is that of so many last builds with the same command.
const RECENT: usize = 20;
/// No more of the file is read: it is ours, and small.
const MAX_BYTES: u64 = 64 << 10;

/// The durations of a workspace's builds, in a file of the workspace's state folder: a line each, with a number for the command and
/// milliseconds. Commands may hold secrets and are not kept.
#[derive(Clone, Debug)]
pub struct History {
    path: PathBuf,
}

impl History {
    /// The history in the state folder of a workspace; the folder need not exist.
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("builds") }
    }

    /// How long this build may take before it is said to hang: five times as long as it usually takes and at least ten minutes; an hour
    /// where it never ended.
    pub fn limit(&self, command: &BuildCommand) -> Duration {
        let wanted = number(command);
        let mut times: Vec<u64> =
            self.read().into_iter().rev().filter(|(c, _)| *c == wanted).map(|(_, ms)| ms).take(RECENT).collect();
        times.sort_unstable();
        match times.get(times.len() / 2) {
            Some(&median) => Duration::from_millis(median).saturating_mul(TIMES).max(AT_LEAST),
            None => UNKNOWN,
        }
    }

    /// Remembers a build that ended by itself. Where that is not possible, nothing is lost but the better limit.
    pub fn add(&self, command: &BuildCommand, took: Duration) {
        let mut builds = self.read();
        builds.push((number(command), u64::try_from(took.as_millis()).unwrap_or(u64::MAX)));
        let surplus = builds.len().saturating_sub(KEEP);
        if let Err(error) = self.write(&builds[surplus..]) {
            tracing::debug!(%error, path = %self.path.display(), "how long the build took cannot be remembered");
        }
    }

    fn read(&self) -> Vec<(u64, u64)> {
        let Ok(bytes) = disk::head(&self.path, MAX_BYTES) else { return Vec::new() };
        let text = String::from_utf8_lossy(&bytes);
        let build = |line: &str| {
            let (command, ms) = line.split_once(' ')?;
            Some((u64::from_str_radix(command, 16).ok()?, ms.parse().ok()?))
        };
        text.lines().filter_map(build).collect()
    }

    fn write(&self, builds: &[(u64, u64)]) -> io::Result<()> {
        let lines: String = builds.iter().map(|(command, ms)| format!("{command:016x} {ms}\n")).collect();
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // By a file of its own, so that another process never reads half of it.
        let temporary = self.path.with_extension(format!("{}.tmp", std::process::id()));
        File::create(&temporary)?.write_all(lines.as_bytes())?;
        std::fs::rename(&temporary, &self.path)
    }
}

fn number(command: &BuildCommand) -> u64 {
    let mut hasher = DefaultHasher::new();
    command.command.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_build_may_take_five_times_as_long_as_usual() {
        let dir = tempfile::tempdir().unwrap();
        let history = History::in_folder(&dir.path().join("state"));
        let (slow, quick) = (BuildCommand::given("slow", dir.path()), BuildCommand::given("quick", dir.path()));
        assert_eq!(history.limit(&slow), UNKNOWN);
        for minutes in [3, 9, 4] {
            history.add(&slow, MINUTE * minutes);
            history.add(&quick, Duration::from_secs(1));
        }
        assert_eq!((history.limit(&slow), history.limit(&quick)), (MINUTE * 20, AT_LEAST));
    }

    #[test]
    fn only_the_last_builds_are_remembered() {
        let dir = tempfile::tempdir().unwrap();
        let (history, command) = (History::in_folder(dir.path()), BuildCommand::given("make", dir.path()));
        for _ in 0..KEEP + RECENT {
            history.add(&command, MINUTE * 100);
        }
        assert_eq!(history.read().len(), KEEP);
        for _ in 0..RECENT {
            history.add(&command, MINUTE * 4);
        }
        assert_eq!(history.limit(&command), MINUTE * 20, "the last builds count");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn a_file_that_is_not_ours_is_no_history() {
        let dir = tempfile::tempdir().unwrap();
        let (history, command) = (History::in_folder(dir.path()), BuildCommand::given("make", dir.path()));
        let junk = format!("x\n{:016x} {}\n\u{fffd} 1\n", number(&command), u64::MAX);
        std::fs::write(dir.path().join("builds"), junk).unwrap();
        assert!(history.limit(&command) > AT_LEAST, "no overflow");
        std::fs::write(dir.path().join("builds"), [0xff; 100]).unwrap();
        assert_eq!(history.limit(&command), UNKNOWN);
    }
}
