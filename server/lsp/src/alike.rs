//! How many of the diagnostics that are left have the same repair as those that a person made.

use crate::state::State;
use fix::{DiagnosticSet, Origin, of_family};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// From so many repairs by hand on, and so many places left, the rest is offered.
const REPAIRS: u32 = 2;
const PLACES: usize = 3;
/// How long a person may wait for the count.
const PATIENCE: Duration = Duration::from_millis(40);

/// Places of a family in one set of diagnostics, counted as far as there was time.
#[derive(Default)]
pub(crate) struct Alike {
    revision: u64,
    set: Arc<DiagnosticSet>,
    looked_at: usize,
    families: HashMap<u64, (usize, Arc<Origin>)>,
}

/// The rest that is like what a person repaired.
#[derive(Clone)]
pub(crate) struct Rest {
    pub places: usize,
    /// Whether there may be more.
    pub at_least: bool,
    pub origin: Arc<Origin>,
}

impl Rest {
    /// "Fix the other 41 like this"
    pub fn title(&self) -> String {
        let more = if self.at_least { " or more" } else { "" };
        let why = &self.origin.explanation;
        let why: String = why.chars().take(1).flat_map(char::to_lowercase).chain(why.chars().skip(1)).collect();
        format!("Fix the other {}{more} like this ({why})", self.places)
    }
}

impl State {
    /// The rest of a family, when it is worth to be offered.
    pub fn rest_of(&self, set: &Arc<DiagnosticSet>, family: u64) -> Option<Rest> {
        let whole = self.count_alike(set, Instant::now() + PATIENCE);
        let alike = self.learning.alike.borrow();
        let (places, origin) = alike.families.get(&family)?;
        let enough = *places >= PLACES && origin.repairs >= REPAIRS;
        enough.then(|| Rest { places: *places, at_least: !whole, origin: origin.clone() })
    }

    /// Counts on until `end`. Returns whether all were counted.
    pub fn count_alike(&self, set: &Arc<DiagnosticSet>, end: Instant) -> bool {
        let index = self.workspace.index();
        let mut from = {
            let mut alike = self.learning.alike.borrow_mut();
            if alike.revision != index.revision() || !Arc::ptr_eq(&alike.set, set) {
                *alike = Alike { revision: index.revision(), set: set.clone(), ..Alike::default() };
            }
            alike.looked_at
        };
        for d in set.iter().skip(from) {
            if Instant::now() >= end {
                self.learning.alike.borrow_mut().looked_at = from;
                return false;
            }
            from += 1;
            let Some(source) = index.source(&d.path) else { continue };
            let fixes = self.fixes(&source, set, d);
            let Some(origin) = fixes.iter().find_map(|f| f.origin.clone()) else { continue };
            if of_family(&fixes, origin.family).is_some() {
                let mut alike = self.learning.alike.borrow_mut();
                let known = alike.families.entry(origin.family).or_insert_with(|| (0, origin.clone()));
                known.0 += 1;
                // The pattern that was seen most speaks for its family.
                if origin.repairs > known.1.repairs {
                    known.1 = origin;
                }
            }
        }
        self.learning.alike.borrow_mut().looked_at = from;
        true
    }
}
