use super::{Start, environment};
use std::io;
use std::os::windows::io::AsRawHandle;
use std::process::{Child, Command, Stdio};
use win32job::{ExtendedLimitInfo, Job, JobError};

/// A build that was started. Dropping it stops it.
///
/// It runs in a job whose processes end when its last handle is closed. This process holds the only one: the system closes it when this
/// process ends, however that is.
pub(crate) struct Running {
    child: Child,
    job: Job,
}

fn failed(error: JobError) -> io::Error {
    io::Error::other(error.to_string())
}

impl Running {
    /// Starts the command in the shell, standard output and error in one pipe, so that lines keep their order.
    pub fn start(start: &Start<'_>) -> io::Result<(Self, io::PipeReader)> {
        let (reader, writer) = io::pipe()?;
        let mut ends_with_us = ExtendedLimitInfo::new();
        ends_with_us.limit_kill_on_job_close();
        let job = Job::create_with_limit_info(&ends_with_us).map_err(failed)?;
        let mut shell = Command::new("cmd");
        environment(start, &mut shell);
        shell.arg("/C").arg(start.command).stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let mut child = shell.spawn()?;
        // The shell needs longer to start its first process than this takes.
        if let Err(e) = job.assign_process(child.as_raw_handle() as isize) {
            let _ = child.kill();
            let _ = child.wait();
            return Err(failed(e));
        }
        Ok((Self { child, job }, reader))
    }

    /// Whether the build has ended, with its exit code.
    ///
    /// # Errors
    /// When the system cannot say.
    pub fn ended(&mut self) -> io::Result<Option<Option<i32>>> {
        Ok(self.child.try_wait()?.map(|status| status.code()))
    }

    /// Forgets a build that has ended: what it left running stays.
    pub fn leave(self) {
        if let Err(error) = self.job.set_extended_limit_info(&ExtendedLimitInfo::new()) {
            tracing::warn!(%error, "what the build left running ends with it");
        }
    }
    /// Whether [`Self::hold`] can.
    pub fn can_hold() -> bool {
        true
    }

    /// Keeps what a build has left running until the result is dropped, or this process ends.
    pub fn hold(self) -> Option<Held> {
        Some(Held { _job: self.job })
    }
}

/// What a build has left running: it ends with the job.
pub(crate) struct Held {
    _job: Job,
}

impl Held {
    /// Whether there is nothing any more. Nobody looks here: a job costs nothing.
    pub fn is_over(&mut self) -> bool {
        false
    }
}
