//! The fixes of the diagnostics that were asked about, kept until a text or the set of diagnostics changes.
//!
//! The lightbulb, the choice of one of its fixes and the count for the status bar need the same fixes. Those of open documents are found in
//! idle time, before they are asked for.

use diagnostics::SourceDiagnostic;
use fix::{Cost, DiagnosticSet, Fix};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// The fixes of one revision of the sources and one set of diagnostics.
#[derive(Default)]
pub(crate) struct FixCache {
    revision: u64,
    set: Arc<DiagnosticSet>,
    /// By file and start; with the cost up to which providers were asked.
    of: HashMap<(Arc<Path>, usize), Vec<(SourceDiagnostic, Cost, Arc<[Fix]>)>>,
    pub kept: usize,
    /// How often providers were asked.
    #[cfg(test)]
    pub asked: usize,
}

impl FixCache {
    /// More are not kept: a build may report any number of diagnostics.
    pub const MOST: usize = 2000;

    pub fn at(&mut self, revision: u64, set: &Arc<DiagnosticSet>) {
        if self.revision != revision || !Arc::ptr_eq(&self.set, set) {
            (self.revision, self.set) = (revision, set.clone());
            self.of.clear();
            self.kept = 0;
        }
    }
    /// The fixes of all providers up to `cost`, or more.
    pub fn get(&self, d: &SourceDiagnostic, cost: Cost) -> Option<Arc<[Fix]>> {
        let same = |o: &SourceDiagnostic| {
            (o.range, &o.code, &o.message, &o.arguments) == (d.range, &d.code, &d.message, &d.arguments)
        };
        let here = self.of.get(&(d.path.clone(), d.range.start))?;
        let known = here.iter().filter(|(o, asked, _)| *asked >= cost && same(o));
        known.max_by_key(|(_, asked, _)| *asked).map(|(.., fixes)| fixes.clone())
    }
    pub fn put(&mut self, d: &SourceDiagnostic, cost: Cost, fixes: &Arc<[Fix]>) {
        if self.kept < Self::MOST {
            self.kept += 1;
            self.of.entry((d.path.clone(), d.range.start)).or_default().push((d.clone(), cost, fixes.clone()));
        }
    }
}
