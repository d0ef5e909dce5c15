//! The process between buildfix and the build: it outlives a buildfix that is killed, for as long as it takes to end the build.
//!
//! On Linux it is the reaper of all its descendants (`PR_SET_CHILD_SUBREAPER`): a process whose parent ended becomes its child, whatever
//! group or session it put itself into. So it has to end only children of its own, round after round, until there are none. The number of a
//! child is not given to another process before its parent has waited for it: no stranger can be hit.

use super::{GRACE, PATIENCE};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, kill_process, kill_process_group, wait};
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The first argument of a guard; the second is the command for the shell.
const ARGUMENT: &str = "__guard";
/// What a guard is called in lists of processes. Ending `buildfix` by its name must not hit it.
const NAME: &str = "build-guard";
/// How often to look for children that ended.
const TICK: Duration = Duration::from_millis(5);
/// How often where a build has ended and something of it is held.
const SLOW_TICK: Duration = Duration::from_millis(200);
/// How long a build may take to end after its owner is gone without a word.
const LAST_GRACE: Duration = Duration::from_millis(300);

/// What the owner says: end everything.
pub(super) const STOP: u8 = b'S';
/// What the owner says: leave what is still running.
pub(super) const LEAVE: u8 = b'L';
/// What the owner says: end what is still running when the line closes, without hurry.
pub(super) const HOLD: u8 = b'H';

static GUARDED: AtomicBool = AtomicBool::new(false);

/// What the guard says, one line each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Report {
    /// The build runs in this process group.
    Group(i32),
    /// The shell could not be started: the system's error.
    Failed(i32),
    /// The build ended, with this exit code; `None`: by a signal.
    Ended(Option<i32>),
}

impl Report {
    fn line(self) -> String {
        match self {
            Self::Group(id) => format!("group {id}\n"),
            Self::Failed(error) => format!("failed {error}\n"),
            Self::Ended(Some(code)) => format!("ended {code}\n"),
            Self::Ended(None) => "ended\n".to_owned(),
        }
    }
    pub(super) fn read(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (kind, number) = (words.next()?, words.next().map(str::parse));
        match (kind, number) {
            ("group", Some(Ok(id))) => Some(Self::Group(id)),
            ("failed", Some(Ok(error))) => Some(Self::Failed(error)),
            ("ended", Some(Ok(code))) => Some(Self::Ended(Some(code))),
            ("ended", None) => Some(Self::Ended(None)),
            _ => None,
        }
    }
}

pub(super) fn guard_builds() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|a| a == ARGUMENT) {
        let command = arguments.next().unwrap_or_default();
        std::process::exit(i32::from(watch(&command).is_err()));
    }
    GUARDED.store(true, Ordering::Relaxed);
}

/// Whether this program watches over its builds.
pub(super) fn is_there() -> bool {
    GUARDED.load(Ordering::Relaxed)
}

/// The command that starts a guard for `command`; `None` in a program that does not call [`super::guard_builds`].
pub(super) fn command(command: &str) -> Option<Command> {
    if !is_there() {
        return None;
    }
    // On Linux this is the running program even if its file was replaced meanwhile.
    let program = if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() };
    let mut guard = Command::new(program.ok()?);
    guard.arg0(NAME).args([OsString::from(ARGUMENT), OsString::from(command)]);
    Some(guard)
}

/// The guard's life.
fn watch(command: &OsStr) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
        // Only for lists of processes.
        let _ = std::fs::write("/proc/self/comm", NAME);
    }
    // SIGTERM of someone else (a system that shuts down) ends the build too. A handler, unlike ignoring, is not inherited by the build.
    let terminated = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGTERM, terminated.clone())?;
    // The caller holds the other end, and nobody else does: neither end is inherited by the build.
    let mut line = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    line.set_read_timeout(Some(TICK))?;
    let shell = Command::new("sh").arg("-c").arg(command).stdin(Stdio::null()).process_group(0).spawn();
    let shell = match shell {
        Ok(shell) => Pid::from_child(&shell),
        Err(e) => {
            line.write_all(Report::Failed(e.raw_os_error().unwrap_or_default()).line().as_bytes())?;
            return Ok(());
        }
    };
    // The output ends when the build's own processes have closed it.
    let null = std::fs::File::options().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(&null)?;
    rustix::stdio::dup2_stderr(&null)?;
    let mut tree = Tree { shell, shell_lives: true };
    tell(&mut line, Report::Group(shell.as_raw_nonzero().get()));
    let mut held = false;
    loop {
        let (ended, left) = tree.reap();
        if let Some(ended) = ended {
            tell(&mut line, ended);
        }
        if held && !left {
            return Ok(());
        }
        let mut word = [0];
        let grace = match line.read(&mut word) {
            Ok(0) => Some(LAST_GRACE),
            Ok(_) if word[0] == LEAVE => return Ok(()),
            Ok(_) if word[0] == HOLD => {
                held = true;
                line.set_read_timeout(Some(SLOW_TICK))?;
                None
            }
            Ok(_) => Some(GRACE),
            Err(_) if terminated.load(Ordering::Relaxed) => Some(GRACE),
            Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => None,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => None,
            Err(_) => Some(LAST_GRACE),
        };
        if let Some(grace) = grace {
            line.set_nonblocking(true)?;
            // An owner that leaves while it waits does not want to wait: the second Ctrl-C.
            let left = grace == LAST_GRACE;
            tree.end(grace, || !left && matches!(line.read(&mut word), Ok(0)));
            return Ok(());
        }
    }
}

/// Whether the owner still listens shows when it is read from.
fn tell(line: &mut UnixStream, report: Report) {
    let _ = line.write_all(report.line().as_bytes());
}

/// All processes that the build has started.
struct Tree {
    /// The shell, which leads a process group.
    shell: Pid,
    /// Whether the shell was not waited for yet; its group is certainly its own as long.
    shell_lives: bool,
}

impl Tree {
    /// Waits for all children that have ended. Returns how the shell ended, if it is one of them, and whether there are other children.
    fn reap(&mut self) -> (Option<Report>, bool) {
        let mut report = None;
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some((child, status))) if child == self.shell && self.shell_lives => {
                    self.shell_lives = false;
                    report = Some(Report::Ended(status.exit_status()));
                }
                Ok(Some(_)) | Err(Errno::INTR) => {}
                Ok(None) => return (report, true),
                Err(_) => return (report, false),
            }
        }
    }

    /// Ends everything: with SIGTERM, and after `grace`, or when it is to be `at_once`, with SIGKILL.
    fn end(&mut self, grace: Duration, mut at_once: impl FnMut() -> bool) {
        let start = Instant::now();
        let (mut asked, mut kill) = (HashSet::new(), false);
        loop {
            kill |= start.elapsed() >= grace || at_once();
            let signal = if kill { Signal::KILL } else { Signal::TERM };
            if self.shell_lives && (kill || asked.is_empty()) {
                let _ = kill_process_group(self.shell, signal);
                asked.insert(self.shell);
            }
            for child in children() {
                if kill || asked.insert(child) {
                    let _ = kill_process(child, signal);
                }
            }
            if !self.reap().1 || start.elapsed() > grace + PATIENCE {
                return;
            }
            std::thread::sleep(Duration::from_millis(if kill { 2 } else { 10 }));
        }
    }
}

/// The children of this process, those that it inherited included. On systems without `/proc` none are known: there the build's process
/// group has to do.
fn children() -> Vec<Pid> {
    let me = rustix::process::getpid().as_raw_nonzero().get();
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    let numbers = processes.flatten().filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok());
    let parent = |process: i32| {
        // The name in brackets may hold anything; the parent is the second field behind it (proc(5)).
        let stat = std::fs::read(format!("/proc/{process}/stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat).into_owned();
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse::<i32>().ok()
    };
    numbers.filter(|&n| parent(n) == Some(me)).filter_map(Pid::from_raw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_as_it_was_written() {
        for report in [Report::Group(7), Report::Failed(2), Report::Ended(Some(130)), Report::Ended(None)] {
            assert_eq!(Report::read(&report.line()), Some(report));
        }
        assert_eq!(Report::read("ended soon"), None);
        assert_eq!(Report::read(""), None);
    }
}
