use crate::state::State;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

type Job = Box<dyn FnOnce(&mut State) + Send>;

/// The ordered queue of the thread that owns the state.
#[derive(Clone)]
pub(crate) struct Queue(Sender<Job>);

impl Queue {
    /// Starts the thread; it ends when the last sender is gone.
    pub fn start(make: impl FnOnce(Queue) -> State + Send + 'static) -> Queue {
        let (sender, jobs): (Sender<Job>, Receiver<Job>) = channel();
        let queue = Queue(sender);
        let weak = queue.clone();
        let builder = std::thread::Builder::new().name("engine".to_owned());
        let thread = builder.spawn(move || {
            let mut state = make(weak);
            for job in jobs {
                if catch_unwind(AssertUnwindSafe(|| job(&mut state))).is_err() {
                    tracing::error!("a notification could not be processed; the server goes on");
                }
            }
        });
        thread.expect("a thread can be started");
        queue
    }

    /// Runs `job` after all earlier jobs.
    pub fn tell(&self, job: impl FnOnce(&mut State) + Send + 'static) {
        // The thread ends only with the process.
        let _ = self.0.send(Box::new(job));
    }

    /// Runs `job` after all earlier jobs and returns its answer. When the caller stops waiting (the request was
    /// cancelled), the job is not run.
    pub async fn ask<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut State) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let (sender, receiver) = oneshot::channel();
        self.tell(move |state| {
            if sender.is_closed() {
                return;
            }
            let answer = catch_unwind(AssertUnwindSafe(|| job(state))).unwrap_or_else(|panic| {
                let why = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
                let why = why.unwrap_or("no message");
                tracing::error!(why, "a request panicked; the server goes on");
                Err(internal(format!("internal error: {why}")))
            });
            let _ = sender.send(answer);
        });
        receiver.await.unwrap_or_else(|_| Err(internal("the engine has stopped; restart the server")))
    }
}

/// An `InternalError` answer.
pub(crate) fn internal(message: impl Into<String>) -> Error {
    Error { code: ErrorCode::InternalError, message: message.into().into(), data: None }
}
/// A `ContentModified` answer: the text changed since the request.
pub(crate) fn content_modified() -> Error {
    Error { code: ErrorCode::ContentModified, message: "the document changed meanwhile".into(), data: None }
}
/// A `RequestFailed` answer; `message` says why and what to do.
pub(crate) fn failed(message: impl Into<String>) -> Error {
    Error { code: ErrorCode::ServerError(-32803), message: message.into().into(), data: None }
}
