//! How many of the diagnostics that are left have the same repair as those that a person made.

use fix::Origin;
use std::collections::HashMap;
use std::sync::Arc;

/// Places of a family in one set of diagnostics, counted as far as there was time.
#[derive(Default)]
pub(crate) struct Alike {
    /// Of which build, and of how many diagnostics: what is typed elsewhere changes no more than a place or two, which the plan finds.
    pub of: (u64, usize),
    pub looked_at: usize,
    pub families: HashMap<u64, (usize, Arc<Origin>)>,
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
