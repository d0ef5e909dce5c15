//! The fixes of diagnostics, while a client waits and in idle time.

use super::State;
use crate::fix_cache::FixCache;
use crate::scheduler::{IdleWork, SLICE};
use diagnostics::SourceDiagnostic;
use fix::{Cost, DiagnosticSet, Fix, RuleContext};
use index::Source;
use semantics::Semantics;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

impl State {
    /// The fixes for `diagnostic`, which is one of `set`, in `source`, while a client waits. Fixes of expensive providers are among them once
    /// idle work has found them.
    pub fn fixes(&self, source: &Source, set: &Arc<DiagnosticSet>, diagnostic: &SourceDiagnostic) -> Arc<[Fix]> {
        self.fixes_up_to(Cost::Interactive, source, set, diagnostic)
    }

    /// The same from all providers, for idle work and for resolving a fix that was listed.
    pub fn all_fixes(&self, source: &Source, set: &Arc<DiagnosticSet>, diagnostic: &SourceDiagnostic) -> Arc<[Fix]> {
        self.fixes_up_to(Cost::Idle, source, set, diagnostic)
    }

    fn fixes_up_to(
        &self,
        cost: Cost,
        source: &Source,
        set: &Arc<DiagnosticSet>,
        diagnostic: &SourceDiagnostic,
    ) -> Arc<[Fix]> {
        let (index, providers) = (self.workspace.index(), self.workspace.providers());
        self.fix_cache.borrow_mut().at(index.revision(), set);
        if let Some(fixes) = self.fix_cache.borrow().get(diagnostic, cost) {
            return fixes;
        }
        let ctx = RuleContext::new(diagnostic, Semantics::new(index, source), set);
        let fixes: Arc<[Fix]> = providers.fixes(&ctx, cost).into();
        let mut cache = self.fix_cache.borrow_mut();
        #[cfg(test)]
        {
            cache.asked += 1;
        }
        // When all providers were asked, nothing is left for idle work.
        cache.put(diagnostic, if cost >= providers.cost() { Cost::Idle } else { cost }, &fixes);
        fixes
    }

    /// Finds the fixes of open documents, once the client has been quiet for a moment.
    pub fn prepare_later(&mut self) {
        let round = self.scheduler.start(IdleWork::Prepare);
        self.scheduler.later(move |state| state.prepare(round));
    }

    fn prepare(&mut self, round: u64) {
        if !self.scheduler.is_current(IdleWork::Prepare, round) {
            return;
        }
        if self.scheduler.is_client_active() {
            return self.scheduler.later(move |state| state.prepare(round));
        }
        self.sync();
        let ahead = self.workspace.providers().prepare(self.workspace.index());
        if !ahead.is_empty() && !self.build.set().is_empty() {
            let queue = self.scheduler.queue.clone();
            self.scheduler.runtime.spawn(async move {
                for job in ahead {
                    // A job that panics leaves the work to the first question.
                    let _ = tokio::task::spawn_blocking(job).await;
                }
                queue.tell(move |state| state.prepare(round));
            });
            return;
        }
        let end = Instant::now() + SLICE;
        let set = self.build.set();
        self.fix_cache.borrow_mut().at(self.workspace.index().revision(), &set);
        for path in self.documents.newest() {
            let Some(source) = self.workspace.index().source(&path) else { continue };
            for d in set.in_file(&path) {
                if self.fix_cache.borrow().get(d, Cost::Idle).is_some() {
                    continue;
                }
                if self.fix_cache.borrow().kept >= FixCache::MOST {
                    return;
                }
                self.all_fixes(&source, &set, d);
                if Instant::now() >= end {
                    return self.scheduler.queue.tell(move |state| state.prepare(round));
                }
            }
        }
        if self.learning.offers.get() && !self.count_alike(&self.set_for([]), end) {
            self.scheduler.queue.tell(move |state| state.prepare(round));
        }
    }

    /// Parses the files that will be asked about next, in the background: `first`, and then the files of the build.
    pub fn parse_ahead(&self, first: Vec<PathBuf>) {
        let rest = self.build.keys().filter(|p| !first.contains(p)).cloned().collect::<Vec<_>>();
        self.scheduler.runtime.spawn_blocking(self.workspace.index().parse_ahead(first.into_iter().chain(rest)));
    }
}
