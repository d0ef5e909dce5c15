//! The counts of the status bar.

use crate::state::{Outgoing, State};
use diagnostics::Severity;
use fix::{Applicability, Bulk, DiagnosticSet, Fix, RuleContext};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_lsp::gen_lsp_types as lsp;

/// The notification `buildfix/status`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Status {
    pub errors: usize,
    pub warnings: usize,
    pub fixable: usize,
    pub busy: bool,
}
impl lsp::Notification for Status {
    type Params = Status;
    const METHOD: lsp::LspNotificationMethod<'static> = lsp::LspNotificationMethod::Custom("buildfix/status");
    const MESSAGE_DIRECTION: lsp::MessageDirection = lsp::MessageDirection::ServerToClient;
}

/// How long one slice of counting may take: requests come in between.
const SLICE: Duration = Duration::from_millis(4);
/// How long the typist, and whoever asks for fixes, must rest before it is counted on.
const REST: Duration = Duration::from_millis(150);

impl State {
    /// Says that work is going on.
    pub fn busy(&self) {
        self.send(Outgoing::Status(Status { busy: true, ..Status::default() }));
    }

    /// Counts what the last build reported and what of it can be fixed, and says so. Counting goes on in the queue's idle time.
    pub fn send_status(&mut self) {
        self.status_round += 1;
        let set = Arc::new(self.diagnostic_set([]));
        self.count(self.status_round, &set, 0, 0);
    }

    /// The same, once the diagnostics have stopped changing for a moment.
    pub fn send_status_later(&mut self) {
        self.status_round += 1;
        let (round, queue) = (self.status_round, self.queue.clone());
        self.runtime.spawn(async move {
            tokio::time::sleep(REST).await;
            queue.tell(move |state| {
                if state.status_round == round {
                    state.send_status();
                }
            });
        });
    }

    fn count(&mut self, round: u64, set: &Arc<DiagnosticSet>, from: usize, mut fixable: usize) {
        if self.status_round != round {
            return;
        }
        if self.asked.is_some_and(|at| at.elapsed() < REST) {
            // Whoever asks one thing soon asks the next.
            let (set, queue) = (set.clone(), self.queue.clone());
            self.runtime.spawn(async move {
                tokio::time::sleep(REST).await;
                queue.tell(move |state| state.count(round, &set, from, fixable));
            });
            return;
        }
        self.sync();
        let end = Instant::now() + SLICE;
        for (i, d) in set.iter().enumerate().skip(from) {
            if let Some(source) = self.session.index().source(&d.path) {
                let ctx = RuleContext { diagnostic: d, source: &source, index: self.session.index(), diagnostics: set };
                // What fix-all would take.
                let can = |f: &Fix| f.applicability == Applicability::Safe && !f.suppression && f.bulk != Bulk::ByHand;
                let mended = rules::fixes(&ctx).iter().any(|f| can(f) && rules::change_of(f, &ctx).is_some());
                fixable += usize::from(mended);
            }
            if Instant::now() >= end {
                let set = set.clone();
                self.queue.tell(move |state| state.count(round, &set, i + 1, fixable));
                return;
            }
        }
        let errors = set.iter().filter(|d| d.severity == Severity::Error).count();
        self.send(Outgoing::Status(Status { errors, warnings: set.len() - errors, fixable, busy: false }));
    }
}
