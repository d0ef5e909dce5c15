//! Running builds as trees of processes that can be ended as a whole, and that end with this process however it ends.
//!
//! A build that is stopped takes everything with it that it started. A build that ends by itself may leave something behind (a compiler
//! server, say, makes the next build quicker): that stays, as it does when the user builds in a terminal. What a build tool is known to leave for
//! its own next build can be held instead: it is there for the builds of this process, and ends with it.

#[cfg(unix)]
mod guard;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{Held, Running};
#[cfg(windows)]
pub(crate) use windows::{Held, Running};

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How often to check whether the build ended, was cancelled or takes too long.
pub(crate) const TICK: Duration = Duration::from_millis(25);
/// How long the processes of a build may take to end after SIGTERM.
#[cfg(unix)]
const GRACE: Duration = Duration::from_secs(2);
/// How long processes that were killed may take to be gone. What hangs in the kernel for longer cannot be helped.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(5);

/// The first thing that `main` of a program does that runs builds. Where this process was started to watch over a build, it does that and
/// does not return.
///
/// The guard is this program once more, between the caller and the shell: it holds one end of a line, and when the other end closes, because
/// the caller ended in whatever way, it ends all that the build has started. A program that does not call this runs its builds without a
/// guard: they end when they are stopped, but not when the program is killed.
pub fn guard_builds() {
    #[cfg(unix)]
    guard::guard_builds();
}

/// What is started.
pub(crate) struct Start<'a> {
    /// For the shell.
    pub command: &'a str,
    /// The folder that it runs in.
    pub folder: &'a Path,
    /// What it finds in its environment beside what all builds do.
    pub variable: Option<(&'static str, OsString)>,
    /// Whether what it leaves running is held, and may so be left.
    pub held: bool,
}

/// What all builds find in their environment.
fn environment(start: &Start<'_>, process: &mut Command) {
    process
        .current_dir(start.folder)
        .envs(start.variable.clone())
        .env("MSBUILDTERMINALLOGGER", "off")
        .env("DOTNET_CLI_TELEMETRY_OPTOUT", "1")
        .env("DOTNET_NOLOGO", "1");
    // Nodes of MSBuild that wait for the next build halve its time. They are held for the next of ours, and only for these: another build would lose them
    // when we end. On Windows they keep files of this build open.
    if start.held && cfg!(unix) {
        process.env("MSBUILDNODEHANDSHAKESALT", format!("buildfix-{}", std::process::id()));
    } else {
        process.env("MSBUILDDISABLENODEREUSE", "1");
    }
    // Processes as short as those of a build never see the profit of profiling themselves: without it a build takes a tenth less.
    if std::env::var_os("DOTNET_TieredPGO").is_none() {
        process.env("DOTNET_TieredPGO", "0");
    }
}
