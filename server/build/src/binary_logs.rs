//! The binary logs of a build: MSBuild is asked for them, and they are read and removed when it has ended.

use crate::call::Call;
use crate::command::{BuildCommand, quote};
use diagnostics::{BuildLog, Format, ReadOptions};
use disk::Kind;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What the folders of logs are called.
const PREFIX: &str = "build-";
/// What a process left that was killed goes after this long.
const OLD: Duration = Duration::from_secs(24 * 3600);
/// MSBuild 18 takes more loggers from there, whoever calls it; older ones look past it. `{}` becomes a name of its own for each build.
const VARIABLE: &str = "MSBUILD_LOGGING_ARGS";

/// Where a build writes its binary logs; removed with them in the end.
pub(crate) struct BinaryLogs {
    folder: tempfile::TempDir,
    /// The command is MSBuild's alone: all that it reports is in the log.
    whole: bool,
}

impl BinaryLogs {
    /// Prepares for logs in `state`; `None` where that is not possible.
    pub(crate) fn begin(state: &Path, command: &BuildCommand) -> Option<Self> {
        disk::create_private(state).ok()?;
        remove_old(state);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(state).ok()?;
        let call = Call::of(command);
        if call.as_ref().is_some_and(|call| !call.is_msbuild()) {
            return None;
        }
        // MSBuild parts the parameters of a logger there.
        let plain = folder.path().to_str().is_some_and(|p| !p.contains([';', '"', ',', '%', '{', '}']));
        plain.then_some(Self { folder, whole: call.is_some() })
    }

    /// The command that writes the log.
    pub(crate) fn command(&self, command: &BuildCommand) -> String {
        match Call::of(command).filter(|call| !call.has(&["bl", "binarylogger"])) {
            // What the projects import is not needed.
            Some(call) => call.with(&quote(&format!("-bl:{};ProjectImports=None", self.file("build").display()))),
            None => command.command.clone(),
        }
    }

    /// What the build's environment says, for builds that call MSBuild themselves.
    pub(crate) fn variable(&self, command: &BuildCommand) -> Option<(&'static str, OsString)> {
        let added = Call::of(command).is_some_and(|call| !call.has(&["bl", "binarylogger"]));
        let path = self.file("{}").display().to_string();
        if added || path.contains(char::is_whitespace) || std::env::var_os(VARIABLE).is_some() {
            return None;
        }
        Some((VARIABLE, format!("-bl:{path};ProjectImports=None").into()))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.binlog"))
    }

    /// What the build reported, in whatever language its console spoke: by its binary logs if there are any, with what other tools printed.
    /// Also whether it was read from there.
    pub(crate) fn read(self, console: BuildLog, failed: bool) -> (BuildLog, bool) {
        let mut files: Vec<PathBuf> = disk::list(self.folder.path()).map(|(path, _)| path).collect();
        files.sort();
        let read = |path: &PathBuf| {
            let log = diagnostics::read_from(disk::open(path, Kind::Log).ok()?, ReadOptions::default()).ok()?;
            // One that ends in the middle, or that is too new, tells half of it.
            let readable = log.formats == [Format::BinaryLog] && log.stats.unread == 0;
            readable.then_some(log)
        };
        let logs: Option<Vec<BuildLog>> = files.iter().map(read).collect();
        let Some(logs) = logs.filter(|logs| !logs.is_empty()) else {
            tracing::debug!(files = files.len(), "no binary log that can be read");
            return (console, false);
        };
        let log = BuildLog::merge(logs);
        let others = console.formats.iter().any(|f| !matches!(f, Format::MsBuild | Format::TerminalLogger));
        let errors = log.diagnostics.iter().any(|d| d.severity == diagnostics::Severity::Error);
        match others || !self.whole || failed && !errors {
            true => (BuildLog::merge([log, console]), true),
            false => (log, true),
        }
    }
}

/// Removes what processes left that were killed.
fn remove_old(state: &Path) {
    for (path, kind) in disk::list(state).filter(|(_, kind)| kind.is_dir()) {
        let ours = path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with(PREFIX));
        let old = || SystemTime::now().duration_since(path.metadata().ok()?.modified().ok()?).ok();
        if ours && kind.is_dir() && old().is_some_and(|age| age > OLD) {
            let _ = std::fs::remove_dir_all(&path);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn given(command: &str) -> BuildCommand {
        BuildCommand::given(command, Path::new("/w"))
    }

    #[test]
    fn msbuild_is_asked_for_a_log() {
        let state = tempfile::tempdir().unwrap();
        let asked = |command: &str| {
            let command = given(command);
            let logs = BinaryLogs::begin(state.path(), &command)?;
            Some((logs.command(&command), logs.variable(&command).is_some()))
        };
        let (command, variable) = asked("dotnet build A.sln").unwrap();
        assert!(
            command.starts_with("dotnet build A.sln '-bl:") && command.ends_with("ProjectImports=None'"),
            "{command}"
        );
        assert!(!variable);
        assert_eq!(asked("make"), Some(("make".to_owned(), true)));
        assert_eq!(asked("dotnet build -bl"), Some(("dotnet build -bl".to_owned(), true)));
        assert_eq!(asked("tsc -b"), None);
        assert_eq!(disk::list(state.path()).count(), 0, "nothing stays");
    }

    #[test]
    fn what_cannot_be_read_leaves_the_console() {
        let state = tempfile::tempdir().unwrap();
        let console = || diagnostics::read(b"A.cs(1,2): error CS1002: ; expected [/w/A.csproj]\n");
        let logs = BinaryLogs::begin(state.path(), &given("make")).unwrap();
        assert_eq!(logs.read(console(), true), (console(), false));
        let logs = BinaryLogs::begin(state.path(), &given("make")).unwrap();
        std::fs::write(logs.file("build"), b"\x1f\x8b\x08 no log").unwrap();
        assert_eq!(logs.read(console(), true), (console(), false));
    }
}
