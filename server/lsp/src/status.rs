//! The counts of the status bar.

use crate::known::SLICE;
use crate::state::{Outgoing, State};
use diagnostics::Severity;
use fix::{Applicability, Bulk, Fix, RuleContext};
use semantics::Semantics;
use std::time::Instant;
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

impl State {
    /// Says that work is going on.
    pub fn busy(&self) {
        self.send(Outgoing::Status(Status { busy: true, ..Status::default() }));
    }

    /// Counts what the last build reported and what of it can be fixed, and says so. Counting goes on in the queue's idle time.
    pub fn send_status(&mut self) {
        self.status_round += 1;
        self.count(self.status_round, 0, 0);
    }

    /// The same, once the diagnostics have stopped changing for a moment.
    pub fn send_status_later(&mut self) {
        self.status_round += 1;
        let round = self.status_round;
        self.later(move |state| {
            if state.status_round == round {
                state.send_status();
            }
        });
    }

    fn count(&mut self, round: u64, from: usize, mut fixable: usize) {
        if self.status_round != round {
            return;
        }
        if self.is_asked() {
            return self.later(move |state| state.count(round, from, fixable));
        }
        self.sync();
        let set = self.diagnostic_set([]);
        let end = Instant::now() + SLICE;
        for (i, d) in set.iter().enumerate().skip(from) {
            if let Some(source) = self.session.index().source(&d.path) {
                let ctx = RuleContext::new(d, Semantics::new(self.session.index(), &source), &set);
                // What fix-all would take.
                let can = |f: &Fix| f.applicability == Applicability::Safe && !f.suppression && f.bulk != Bulk::ByHand;
                let mended = self.fixes(&source, &set, d).iter().any(|f| can(f) && rules::change_of(f, &ctx).is_some());
                fixable += usize::from(mended);
            }
            if Instant::now() >= end {
                self.queue.tell(move |state| state.count(round, i + 1, fixable));
                return;
            }
        }
        let errors = set.iter().filter(|d| d.severity == Severity::Error).count();
        self.send(Outgoing::Status(Status { errors, warnings: set.len() - errors, fixable, busy: false }));
    }
}
