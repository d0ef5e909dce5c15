use crate::BuildCommand;
use crate::binary_logs::BinaryLogs;
use crate::call::Call;
use crate::process::{Held, Running, Start, TICK};
use diagnostics::{BuildLog, LogReader};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Build servers that outlive the build may keep its output open: once the build itself has ended, its output ends after a silence of this
/// length.
const SILENCE: Duration = Duration::from_millis(500);
/// And after so long in any case: what still prints then is not the build.
const AFTERMATH: Duration = Duration::from_secs(5);
/// How often to ask whether a build has ended that prints nothing any more: it is about to.
const SOON: Duration = Duration::from_millis(2);
/// Bytes of output that are read at once.
const CHUNK: usize = 64 << 10;

/// Called with a build's output as it comes.
pub type OutputListener<'a> = &'a mut dyn FnMut(&[u8]);
/// Whether a build is to be stopped.
pub type CancelCheck<'a> = &'a (dyn Fn() -> bool + Sync);

/// How to run.
#[derive(Default)]
pub struct RunOptions<'a> {
    /// The build is stopped after this long.
    pub timeout: Option<Duration>,
    /// Called often; `true` stops the build.
    pub cancelled: Option<CancelCheck<'a>>,
    /// Called with the output as it comes.
    pub on_output: Option<OutputListener<'a>>,
    /// A folder of ours. MSBuild is asked for a binary log there, which says more than the console, in no language; it is removed afterwards.
    pub state: Option<&'a Path>,
}

/// A build that ended by itself.
#[derive(Debug)]
pub struct Finished {
    /// What it reported.
    pub log: BuildLog,
    /// Whether that was read from MSBuild's binary log.
    pub has_binary_log: bool,
    /// Exit code; `None` when a signal ended it.
    pub exit_code: Option<i32>,
    /// How long it took.
    pub duration: Duration,
    /// The end of its output, for messages when it failed without reporting anything.
    pub tail: String,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The shell could not be started.
    #[error("the build command could not be started in {folder}: {error}")]
    Start {
        /// The folder.
        folder: String,
        /// The system's error.
        error: io::Error,
    },
    /// It was started and then lost.
    #[error("{0}")]
    Lost(io::Error),
    /// Its output could not be read.
    #[error("the build's output could not be read: {0}")]
    Output(io::Error),
    /// It took too long and was stopped.
    #[error("the build took longer than {} and was stopped; {}", humantime::format_duration(*limit), last_words(*silent, tail))]
    TimedOut {
        /// How long it might take.
        limit: Duration,
        /// How long it had printed nothing.
        silent: Duration,
        /// The end of its output.
        tail: String,
    },
    /// It was cancelled.
    #[error("the build was cancelled")]
    Cancelled,
}

/// What is known of a build that hangs.
fn last_words(silent: Duration, tail: &str) -> String {
    const LINES: usize = 10;
    let lines: Vec<&str> = tail.lines().filter(|l| !l.trim().is_empty()).collect();
    if lines.is_empty() {
        return "it had printed nothing".to_owned();
    }
    let last = lines[lines.len().saturating_sub(LINES)..].join("\n  ");
    format!(
        "it had printed nothing for {}, and before that:\n  {last}",
        humantime::format_duration(whole_seconds(silent))
    )
}

fn whole_seconds(time: Duration) -> Duration {
    Duration::from_secs(time.as_millis().saturating_add(500) as u64 / 1000)
}

/// Runs builds, one at a time: concurrent builds of one workspace would disturb each other.
///
/// The servers that .NET's build leaves for the next one are there as long as the runner is, and end with it.
#[derive(Default)]
pub struct Runner {
    /// Locked while a build runs.
    held: Mutex<Vec<Held>>,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").finish_non_exhaustive()
    }
}

impl Runner {
    /// A runner.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs `command` in the shell and reads what it reports, after a running build has ended. Cancelling ends the build and every process that
    /// it started.
    ///
    /// # Errors
    /// [`RunError`]. A build that fails is no error.
    pub fn run(&self, command: &BuildCommand, mut options: RunOptions<'_>) -> Result<Finished, RunError> {
        let cancelled = |options: &RunOptions<'_>| options.cancelled.is_some_and(|c| c());
        let mut held = loop {
            match self.held.try_lock() {
                Ok(guard) => break guard,
                Err(std::sync::TryLockError::Poisoned(p)) => break p.into_inner(),
                Err(std::sync::TryLockError::WouldBlock) if cancelled(&options) => return Err(RunError::Cancelled),
                Err(std::sync::TryLockError::WouldBlock) => std::thread::sleep(TICK),
            }
        };
        let start = Instant::now();
        let failed = |error| RunError::Start { folder: command.folder.display().to_string(), error };
        tracing::debug!(command = command.command, folder = %command.folder.display(), "building");
        // Every way out but the last one stops it.
        held.retain_mut(|h| !h.is_over());
        let logs = options.state.and_then(|state| BinaryLogs::begin(state, command));
        let started = match &logs {
            Some(logs) => (logs.command(command), logs.variable(command)),
            None => (command.command.clone(), None),
        };
        let is_held = Call::of(command).is_some_and(|call| call.is_msbuild()) && Running::can_hold();
        let begin = Start { command: &started.0, folder: &command.folder, variable: started.1, held: is_held };
        let (mut build, mut output) = Running::start(&begin).map_err(failed)?;
        let (sender, receiver) = mpsc::sync_channel::<io::Result<Vec<u8>>>(16);
        std::thread::spawn(move || {
            let mut buffer = vec![0; CHUNK];
            loop {
                let message = match output.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(n) => Ok(buffer[..n].to_vec()),
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                    Err(e) => Err(e),
                };
                let failed = message.is_err();
                if sender.send(message).is_err() || failed {
                    return;
                }
            }
        });
        let mut reader = LogReader::new(Default::default());
        let mut tail: Vec<u8> = Vec::new();
        let mut ended = None;
        let (mut quiet_since, mut ended_at) = (Instant::now(), Instant::now());
        loop {
            match receiver.recv_timeout(TICK) {
                Ok(Ok(bytes)) => {
                    reader.push(&bytes);
                    keep_tail(&mut tail, &bytes);
                    if let Some(on_output) = options.on_output.as_mut() {
                        on_output(&bytes);
                    }
                    quiet_since = Instant::now();
                }
                Ok(Err(e)) => return Err(RunError::Output(e)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    if ended.is_some() {
                        break;
                    }
                    std::thread::sleep(SOON);
                }
            }
            if ended.is_none() {
                ended = build.ended().map_err(RunError::Lost)?;
                if ended.is_some() {
                    (quiet_since, ended_at) = (Instant::now(), Instant::now());
                }
            } else if quiet_since.elapsed() > SILENCE || ended_at.elapsed() > AFTERMATH {
                break;
            }
            if cancelled(&options) {
                return Err(RunError::Cancelled);
            }
            if let Some(limit) = options.timeout.filter(|t| start.elapsed() > *t) {
                let tail = String::from_utf8_lossy(&tail).into_owned();
                return Err(RunError::TimedOut { limit, silent: quiet_since.elapsed(), tail });
            }
        }
        let duration = start.elapsed();
        match is_held {
            true => held.extend(build.hold()),
            false => build.leave(),
        }
        let exit_code = ended.flatten();
        let console = reader.finish();
        let (log, has_binary_log) = match logs {
            Some(logs) => logs.read(console, exit_code != Some(0)),
            None => (console, false),
        };
        Ok(Finished { log, has_binary_log, exit_code, duration, tail: String::from_utf8_lossy(&tail).into_owned() })
    }
}

fn keep_tail(tail: &mut Vec<u8>, bytes: &[u8]) {
    const KEEP: usize = 4 << 10;
    tail.extend_from_slice(&bytes[bytes.len().saturating_sub(KEEP)..]);
    if tail.len() > KEEP {
        tail.drain(..tail.len() - KEEP);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::path::Path;

    fn run(command: &str, options: RunOptions<'_>) -> Result<Finished, RunError> {
        Runner::new().run(&BuildCommand::given(command, Path::new("/")), options)
    }

    #[test]
    fn output_of_both_streams_is_read_and_the_exit_code_kept() {
        let script = "echo 'a.cs(1,2): error CS1002: ; expected'; echo 'b.ts(3,4): error TS1005: x' >&2; exit 3";
        let finished = run(script, RunOptions::default()).unwrap();
        let codes: Vec<_> = finished.log.diagnostics.iter().map(|d| d.code.as_str()).collect();
        assert_eq!((codes, finished.exit_code), (vec!["CS1002", "TS1005"], Some(3)));
        assert!(finished.tail.contains("TS1005"));
    }

    #[test]
    fn cancelling_ends_all_that_was_started() {
        let dir = tempfile::tempdir().unwrap();
        let mark = dir.path().join("mark");
        let script = format!("(sleep 1; touch {}) & sleep 30", mark.display());
        let start = Instant::now();
        let cancelled = move || start.elapsed() > Duration::from_millis(200);
        let result = run(&script, RunOptions { cancelled: Some(&cancelled), ..RunOptions::default() });
        assert!(matches!(result, Err(RunError::Cancelled)), "{result:?}");
        std::thread::sleep(Duration::from_millis(1200));
        assert!(!mark.exists(), "a grandchild survived");
    }

    #[test]
    fn a_build_that_takes_too_long_is_stopped() {
        let timeout = Some(Duration::from_millis(100));
        let result = run("sleep 30", RunOptions { timeout, ..RunOptions::default() });
        assert!(matches!(result, Err(RunError::TimedOut { .. })), "{result:?}");
    }

    #[test]
    fn a_server_that_stays_behind_does_not_hold_the_build_up() {
        let start = Instant::now();
        let finished = run("sleep 5 & echo done", RunOptions::default()).unwrap();
        assert_eq!(finished.exit_code, Some(0));
        assert!(start.elapsed() < Duration::from_secs(4));
    }
}
