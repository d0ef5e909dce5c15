//! That a log is older than the files: how much of it is out of date, by how long, and what to do.

use super::{Report, count};
use anyhow::Result;
use engine::{Outcome, Reason};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Says it, when something is not where the log says.
pub fn write(out: &mut impl Write, report: &Report<'_>, logs: &[PathBuf]) -> Result<()> {
    let missing = |reason: &Reason| matches!(reason, Reason::NotThere(_) | Reason::PositionMissing);
    let (mut moved, mut lost) = (0usize, 0usize);
    let mut files: BTreeSet<&Path> = BTreeSet::new();
    for entry in &report.plan.entries {
        let is_lost = entry.outcome == Outcome::Stale && entry.reason.as_ref().is_some_and(missing);
        moved += usize::from(entry.moved);
        lost += usize::from(is_lost);
        if is_lost || entry.moved {
            files.extend(entry.path.as_deref());
        }
    }
    if moved + lost == 0 {
        return Ok(());
    }
    let found = if moved > 0 { format!(", {moved} of them elsewhere in it") } else { String::new() };
    let age = age(&files, logs).map_or_else(String::new, |age| format!(" by {}", spoken(age)));
    writeln!(
        out,
        "{} in {} not where the log says{found}: the log is older than the files{age}; build again",
        count(moved + lost, "diagnostic"),
        count(files.len(), "file"),
    )?;
    Ok(())
}

/// How much later than the last log the last of `files` was changed; `None` when that is not known, or not so.
fn age(files: &BTreeSet<&Path>, logs: &[PathBuf]) -> Option<Duration> {
    let changed = |path: &Path| Some(SystemTime::UNIX_EPOCH + Duration::from_nanos(disk::stamp(path)?.1));
    let log = logs.iter().filter_map(|p| changed(p)).max()?;
    files.iter().filter_map(|p| changed(p)).max()?.duration_since(log).ok().filter(|d| d.as_secs() > 0)
}

/// A duration in its largest unit.
fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (n, unit) = match seconds {
        86_400.. => (seconds / 86_400, "day"),
        3_600.. => (seconds / 3_600, "hour"),
        60.. => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    count(usize::try_from(n).unwrap_or(usize::MAX), unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_one_unit() {
        for (seconds, text) in [(1, "1 second"), (150, "2 minutes"), (3_600, "1 hour"), (300_000, "3 days")] {
            assert_eq!(spoken(Duration::from_secs(seconds)), text);
        }
    }
}
