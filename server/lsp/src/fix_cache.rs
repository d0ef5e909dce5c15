//! The fixes of the diagnostics that were asked about, kept until a text or the set of diagnostics changes.
//!
//! The lightbulb, the choice of one of its fixes and the count for the status bar need the same fixes. Those of open documents are found in
//! idle time, before they are asked for.

use crate::scheduler::{IdleWork, SLICE};
use crate::state::State;
use diagnostics::SourceDiagnostic;
use fix::{Cost, DiagnosticSet, Fix, RuleContext};
use index::Source;
use semantics::Semantics;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// The fixes of one revision of the sources and one set of diagnostics.
#[derive(Default)]
pub(crate) struct FixCache {
    revision: u64,
    set: Arc<DiagnosticSet>,
    /// By file and start; with the cost up to which providers were asked.
    of: HashMap<(Arc<Path>, usize), Vec<(SourceDiagnostic, Cost, Arc<[Fix]>)>>,
    kept: usize,
    /// How often providers were asked.
    #[cfg(test)]
    pub asked: usize,
}

impl FixCache {
    /// More are not kept: a build may report any number of diagnostics.
    const MOST: usize = 2000;

    fn at(&mut self, revision: u64, set: &Arc<DiagnosticSet>) {
        if self.revision != revision || !Arc::ptr_eq(&self.set, set) {
            (self.revision, self.set) = (revision, set.clone());
            self.of.clear();
            self.kept = 0;
        }
    }
    /// The fixes of all providers up to `cost`, or more.
    fn get(&self, d: &SourceDiagnostic, cost: Cost) -> Option<Arc<[Fix]>> {
        let same = |o: &SourceDiagnostic| {
            (o.range, &o.code, &o.message, &o.arguments) == (d.range, &d.code, &d.message, &d.arguments)
        };
        let here = self.of.get(&(d.path.clone(), d.range.start))?;
        let known = here.iter().filter(|(o, asked, _)| *asked >= cost && same(o));
        known.max_by_key(|(_, asked, _)| *asked).map(|(.., fixes)| fixes.clone())
    }
    fn put(&mut self, d: &SourceDiagnostic, cost: Cost, fixes: &Arc<[Fix]>) {
        if self.kept < Self::MOST {
            self.kept += 1;
            self.of.entry((d.path.clone(), d.range.start)).or_default().push((d.clone(), cost, fixes.clone()));
        }
    }
}

impl State {
    /// The fixes for `diagnostic`, which is one of `set`, in `source`, while a client waits. Fixes of expensive providers are among them once
    /// idle work has found them.
    pub fn fixes(&self, source: &Source, set: &Arc<DiagnosticSet>, diagnostic: &SourceDiagnostic) -> Arc<[Fix]> {
        self.fixes_up_to(Cost::Interactive, source, set, diagnostic)
    }

    /// The same of all providers, for work that nobody waits for and for the choice of a fix that was listed.
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
        // Where all providers were asked, nothing is left for idle work.
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
    }

    /// Parses the files that will be asked about next, in the background: `first`, and then the files of the build.
    pub fn parse_ahead(&self, first: Vec<PathBuf>) {
        let rest = self.build.keys().filter(|p| !first.contains(p)).cloned().collect::<Vec<_>>();
        self.scheduler.runtime.spawn_blocking(self.workspace.index().parse_ahead(first.into_iter().chain(rest)));
    }
}
