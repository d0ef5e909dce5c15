//! Operations that the client may cancel, and that end with the server.

use engine::CancelToken;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tower_lsp::gen_lsp_types as lsp;

/// How long the end of the server waits for what it cancelled: a build is asked to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a wait looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Running {
    next: u64,
    works: HashMap<u64, (Option<lsp::ProgressToken>, CancelToken)>,
}

/// Work in progress.
#[derive(Default)]
pub(crate) struct Cancels {
    running: Mutex<Running>,
    ended: Notify,
}

/// Work that runs as long as this exists.
pub(crate) struct Registration {
    cancels: Arc<Cancels>,
    number: u64,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.cancels.running().works.remove(&self.number);
        self.cancels.ended.notify_waiters();
    }
}

impl Cancels {
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Registers work, with the token by which the client may cancel it.
    pub fn register(self: &Arc<Self>, token: Option<lsp::ProgressToken>, cancel: CancelToken) -> Registration {
        let mut running = self.running();
        running.next += 1;
        let number = running.next;
        running.works.insert(number, (token, cancel));
        Registration { cancels: self.clone(), number }
    }
    /// Cancels the work with this token.
    pub fn one(&self, token: &lsp::ProgressToken) {
        self.running().works.values().filter(|(of, _)| of.as_ref() == Some(token)).for_each(|(_, c)| c.cancel());
    }
    /// Cancels everything.
    pub fn all(&self) {
        self.running().works.values().for_each(|(_, cancel)| cancel.cancel());
    }
    /// Cancels everything and waits until it has ended, for some seconds at most.
    pub async fn end(&self) {
        let ended = async {
            loop {
                let ended = self.ended.notified();
                self.all();
                if self.running().works.is_empty() {
                    return;
                }
                let _ = tokio::time::timeout(LOOK, ended).await;
            }
        };
        if tokio::time::timeout(PATIENCE, ended).await.is_err() {
            tracing::warn!("work that was cancelled has not ended; the server ends without it");
        }
    }
}

/// Waits until `cancel` is cancelled.
pub(crate) async fn cancelled(cancel: &CancelToken) {
    while !cancel.is_cancelled() {
        tokio::time::sleep(LOOK).await;
    }
}
