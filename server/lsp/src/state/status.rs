//! The counts of the status bar.

use super::State;
use crate::outbox::{Outgoing, Status};
use crate::scheduler::{IdleWork, SLICE};
use diagnostics::{Severity, SourceDiagnostic};
use fix::{Applicability, Bulk, Fix, RuleContext};
use semantics::Semantics;
use std::time::Instant;

/// Diagnostics without a fix that are compared with each other.
const MOST_OPEN: usize = 1000;

/// What was counted so far.
#[derive(Default)]
struct Counted {
    fixable: usize,
    /// For which nothing is offered.
    open: Vec<SourceDiagnostic>,
}

impl State {
    /// Tells the client that work is going on.
    pub fn busy(&self) {
        self.connection.send(Outgoing::Status(Status { busy: true, ..Status::default() }));
    }

    /// Counts what the last build reported and what of it can be fixed, and tells the client. Counting is idle work.
    pub fn send_status(&mut self) {
        let round = self.scheduler.start(IdleWork::Count);
        self.count(round, 0, Counted::default());
    }

    /// The same, once the diagnostics have stopped changing for a moment.
    pub fn send_status_later(&mut self) {
        let round = self.scheduler.start(IdleWork::Count);
        self.scheduler.later(move |state| {
            if state.scheduler.is_current(IdleWork::Count, round) {
                state.send_status();
            }
        });
    }

    fn count(&mut self, round: u64, from: usize, mut counted: Counted) {
        if !self.scheduler.is_current(IdleWork::Count, round) {
            return;
        }
        if self.scheduler.is_client_active() {
            return self.scheduler.later(move |state| state.count(round, from, counted));
        }
        self.sync();
        let set = self.build.set();
        let end = Instant::now() + SLICE;
        for (i, d) in set.iter().enumerate().skip(from) {
            if let Some(source) = self.workspace.index().source(&d.path) {
                let ctx = RuleContext::new(d, Semantics::new(self.workspace.index(), &source), &set);
                // What fix-all would apply.
                let can = |f: &Fix| f.applicability == Applicability::Safe && !f.suppression && f.bulk != Bulk::Manual;
                let providers = self.workspace.providers();
                let fixes = self.all_fixes(&source, &set, d);
                let is_fixable = fixes.iter().any(|f| can(f) && providers.change_of(f, &ctx).is_some());
                counted.fixable += usize::from(is_fixable);
                let offered = |f: &Fix| f.applicability > Applicability::DisplayOnly && !f.suppression;
                if counted.open.len() < MOST_OPEN && !fixes.iter().any(offered) {
                    counted.open.push(d.clone());
                }
            }
            if Instant::now() >= end {
                self.scheduler.queue.tell(move |state| state.count(round, i + 1, counted));
                return;
            }
        }
        let errors = set.iter().filter(|d| d.severity == Severity::Error).count();
        let Counted { fixable, open } = counted;
        let alike = self.hints().next().map_or(0, |(_, others)| others);
        let warnings = set.len() - errors;
        self.connection.send(Outgoing::Status(Status { errors, warnings, fixable, alike, busy: false }));
        self.look_for_hints(open);
    }
}
