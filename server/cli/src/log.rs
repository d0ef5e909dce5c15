//! Reading logs.

use anyhow::{Context, Result};
use diagnostics::{BuildLog, ReadOptions, read_from};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The diagnostics of all logs; `-` is standard input.
pub fn read(paths: &[PathBuf]) -> Result<BuildLog> {
    let mut logs = Vec::with_capacity(paths.len());
    for path in paths {
        let log = read_one(path)?;
        if log.diagnostics.is_empty() && log.stats.unread > 0 {
            anyhow::bail!(
                "{}: {} of it look like reports of a compiler, and none could be read; a console may have wrapped or marked them. \
                 Write the build's output to a file without PowerShell's redirection: cmd /c \"BUILD > build.log 2>&1\", or in another \
                 shell: BUILD > build.log 2>&1",
                path.display(),
                crate::report::count(usize::try_from(log.stats.unread).unwrap_or(usize::MAX), "line")
            );
        }
        warn(path, &log)?;
        logs.push(log);
    }
    Ok(BuildLog::merge(logs))
}

fn read_one(path: &Path) -> Result<BuildLog> {
    if path.as_os_str() == "-" {
        let input = Watched { inner: std::io::stdin().lock(), since_line: 0 };
        return read_from(input, ReadOptions::default()).context("standard input cannot be read");
    }
    let unreadable =
        || format!("the log {} cannot be read; give the file that holds your build's output", path.display());
    if disk::is_folder(path) {
        anyhow::bail!("{} is a folder; give the file that holds your build's output", path.display());
    }
    let given = disk::open_given(path).with_context(unreadable)?;
    if !given.is_file() {
        writeln!(
            std::io::stderr(),
            "buildfix: {} is no file but a pipe or device; it is read until it ends",
            path.display()
        )?;
    }
    let file = Watched { inner: given.open().with_context(unreadable)?, since_line: 0 };
    let origin = Some(std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()));
    read_from(file, ReadOptions { origin, ..ReadOptions::default() }).with_context(unreadable)
}

/// A line of this length is none: a device such as `/dev/zero` never ends one, and a file with holes hardly.
const ENDLESS: u64 = 512 << 20;

/// Fails when no line ends.
struct Watched<R> {
    inner: R,
    since_line: u64,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.since_line = match buffer[..n].iter().rposition(|b| *b == b'\n') {
            Some(at) => (n - at) as u64,
            None => self.since_line + n as u64,
        };
        if self.since_line > ENDLESS {
            return Err(std::io::Error::other(format!("it has {} MB without the end of a line", ENDLESS >> 20)));
        }
        Ok(n)
    }
}

/// Reports what could not be used, to explain an empty result.
fn warn(path: &Path, log: &BuildLog) -> Result<()> {
    let mut err = std::io::stderr().lock();
    let stats = log.stats;
    let mut report = |what: String| writeln!(err, "buildfix: {}: {what}", path.display());
    if stats.over_long_lines > 0 {
        report(format!("{} lines were too long to be read", stats.over_long_lines))?;
    }
    if stats.over_long_documents > 0 {
        report("the document is too large to be read".to_owned())?;
    }
    if stats.dropped_diagnostics > 0 {
        report(format!("{} diagnostics beyond the limit were left out", stats.dropped_diagnostics))?;
    }
    if stats.bytes > 0 && log.diagnostics.is_empty() {
        report("no diagnostics of C#, TypeScript or MSBuild were found in it".to_owned())?;
    }
    Ok(())
}
