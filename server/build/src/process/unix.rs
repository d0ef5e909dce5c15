use super::guard::{self, HOLD, LEAVE, Report, STOP};
use super::{GRACE, PATIENCE, Start, environment};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A build that was started. Dropping it stops it.
pub(crate) struct Running {
    /// The guard, or the shell where there is none.
    child: Child,
    line: Option<Line>,
    /// Whether nothing is to be stopped any more.
    over: bool,
}

/// What a build has left running, with the guard that ends it when this is dropped.
pub(crate) struct Held {
    /// The guard listens to its end.
    _line: UnixStream,
    running: Running,
}

impl Held {
    /// Whether there is nothing any more: the guard has ended.
    pub fn is_over(&mut self) -> bool {
        !matches!(self.running.child.try_wait(), Ok(None))
    }
}

/// The line to the guard.
struct Line {
    stream: UnixStream,
    /// What was read and is not a whole line yet.
    read: String,
    /// The build's process group.
    group: Option<Pid>,
}

impl Running {
    /// Starts the command in the shell, in a process group of its own, standard output and error in one pipe, so that lines keep their order.
    pub fn start(start: &Start<'_>) -> io::Result<(Self, io::PipeReader)> {
        let (reader, writer) = io::pipe()?;
        let (mut process, line) = match guard::command(start.command) {
            Some(mut guard) => {
                let (ours, theirs) = UnixStream::pair()?;
                ours.set_nonblocking(true)?;
                guard.stdin(std::os::fd::OwnedFd::from(theirs));
                (guard, Some(Line { stream: ours, read: String::new(), group: None }))
            }
            None => {
                let mut shell = Command::new("sh");
                shell.arg("-c").arg(start.command).stdin(Stdio::null());
                (shell, None)
            }
        };
        environment(start, &mut process);
        // A Ctrl-C in the terminal is for buildfix alone, which then ends the build in order.
        process.stdout(writer.try_clone()?).stderr(writer).process_group(0);
        Ok((Self { child: process.spawn()?, line, over: false }, reader))
    }

    /// Whether the build has ended: with its exit code, or by a signal.
    ///
    /// # Errors
    /// When the build could not be started, or the guard is gone.
    pub fn ended(&mut self) -> io::Result<Option<Option<i32>>> {
        let Some(line) = &mut self.line else {
            return Ok(self.child.try_wait()?.map(|status| status.code()));
        };
        let mut bytes = [0; 256];
        loop {
            match line.stream.read(&mut bytes) {
                Ok(0) => {
                    return Err(io::Error::other(
                        "the process that watches over the build was ended by someone; run buildfix again",
                    ));
                }
                Ok(n) => line.read.push_str(&String::from_utf8_lossy(&bytes[..n])),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(e) => return Err(e),
            }
            while let Some((report, rest)) = line.read.split_once('\n') {
                match Report::read(report) {
                    Some(Report::Group(id)) => line.group = Pid::from_raw(id),
                    Some(Report::Failed(error)) => {
                        let error = io::Error::from_raw_os_error(error);
                        return Err(io::Error::other(format!("the shell `sh` cannot be started: {error}")));
                    }
                    Some(Report::Ended(code)) => return Ok(Some(code)),
                    None => {
                        return Err(io::Error::other(format!(
                            "the process that watches over the build said {report:?}"
                        )));
                    }
                }
                line.read = rest.to_owned();
            }
        }
    }

    /// Forgets a build that has ended: what it left running stays.
    pub fn leave(mut self) {
        self.over = true;
        let Some(line) = &mut self.line else { return };
        let _ = line.stream.write_all(&[LEAVE]);
        let _ = self.child.wait();
    }

    /// Whether [`Self::hold`] can: there is a guard.
    pub fn can_hold() -> bool {
        guard::is_there()
    }

    /// Keeps what a build has left running until the result is dropped, or this process ends; `None` where nobody can.
    pub fn hold(mut self) -> Option<Held> {
        self.over = true;
        let mut line = self.line.take()?;
        line.stream.write_all(&[HOLD]).ok()?;
        Some(Held { _line: line.stream, running: self })
    }

    /// Ends the whole tree: with SIGTERM first, then with SIGKILL.
    fn stop(&mut self) {
        self.over = true;
        let (group, patience) = match &mut self.line {
            Some(line) => {
                let _ = line.stream.write_all(&[STOP]);
                (line.group, GRACE + PATIENCE + Duration::from_secs(1))
            }
            None => {
                let group = Pid::from_child(&self.child);
                let _ = kill_process_group(group, Signal::TERM);
                (Some(group), GRACE)
            }
        };
        let start = Instant::now();
        let mut status = None;
        while status.is_none() && start.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(5));
            status = self.child.try_wait().unwrap_or_default();
        }
        // A guard that ended in order has left nothing; one that was ended by someone has.
        if self.line.is_some() && status.is_some_and(|s| s.success()) {
            return;
        }
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.over {
            self.stop();
        }
    }
}
