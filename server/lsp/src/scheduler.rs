//! Schedules idle work: work that no request waits for.

use crate::queue::Queue;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// How long one slice of idle work may take: requests come in between.
pub(crate) const SLICE: Duration = Duration::from_millis(4);
/// How long no request and no change may have come before idle work is done.
pub(crate) const DEBOUNCE: Duration = Duration::from_millis(150);

/// A kind of idle work. Starting it anew cancels what is left of an earlier start.
#[derive(Clone, Copy)]
pub(crate) enum IdleWork {
    /// Counting what can be fixed, for the status bar.
    Count,
    /// Finding the fixes of open documents.
    Prepare,
}

/// The engine thread's queue, the asynchronous runtime, and what is known of the client's activity.
pub(crate) struct Scheduler<S> {
    pub queue: Queue<S>,
    pub runtime: Handle,
    /// Number of the last start of each kind of idle work.
    rounds: [u64; 2],
    /// When the client last waited for an answer about a file.
    last_request: Option<Instant>,
}

impl<S: 'static> Scheduler<S> {
    pub fn new(queue: Queue<S>, runtime: Handle) -> Self {
        Self { queue, runtime, rounds: [0; 2], last_request: None }
    }

    /// Starts a kind of idle work anew. Returns the number of this start.
    pub fn start(&mut self, work: IdleWork) -> u64 {
        self.rounds[work as usize] += 1;
        self.rounds[work as usize]
    }

    /// Whether the work was not started anew since.
    pub fn is_current(&self, work: IdleWork, round: u64) -> bool {
        self.rounds[work as usize] == round
    }

    /// Notes that the client waits for an answer.
    pub fn note_request(&mut self) {
        self.last_request = Some(Instant::now());
    }

    /// Whether the client waited for an answer a moment ago: it may soon ask again.
    pub fn is_client_active(&self) -> bool {
        self.last_request.is_some_and(|at| at.elapsed() < DEBOUNCE)
    }

    /// Runs `job` after a pause.
    pub fn later(&self, job: impl FnOnce(&mut S) + Send + 'static) {
        self.after(DEBOUNCE, job);
    }

    /// Runs `job` once so much time has passed.
    pub fn after(&self, time: Duration, job: impl FnOnce(&mut S) + Send + 'static) {
        let queue = self.queue.clone();
        self.runtime.spawn(async move {
            tokio::time::sleep(time).await;
            queue.tell(job);
        });
    }
}
