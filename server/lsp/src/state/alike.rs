//! Counts what is alike.

use super::State;
use crate::alike::{Alike, Rest};
use fix::{DiagnosticSet, of_family};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// From so many repairs by hand on, and so many places left, the rest is offered.
const REPAIRS: u32 = 2;
const PLACES: usize = 3;
/// How long a person may wait for the count.
const PATIENCE: Duration = Duration::from_millis(20);

impl State {
    /// The rest of a family, when it is worth to be offered.
    pub fn rest_of(&self, set: &Arc<DiagnosticSet>, family: u64) -> Option<Rest> {
        self.learning.offers.set(true);
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
            let of = (self.learning.rounds, set.len());
            if alike.of != of {
                *alike = Alike { of, ..Alike::default() };
            }
            alike.looked_at
        };
        for (counted, d) in set.iter().skip(from).enumerate() {
            // One at least, so that it comes to an end.
            if counted > 0 && Instant::now() >= end {
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
