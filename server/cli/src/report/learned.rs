//! What the learned fixes of a report were learned from.

use super::Report;
use engine::Outcome;
use fix::Origin;
use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;

/// Where the fixes of one pattern are.
#[derive(Default)]
pub struct Places {
    /// Diagnostics that it fixes.
    pub fixed: usize,
    /// Diagnostics for which it is offered.
    pub offered: usize,
}

/// The patterns of a report (or those by which a file is repaired), most used first.
pub fn origins(report: &Report<'_>, file: Option<&Path>) -> Vec<(Arc<Origin>, Places)> {
    let mut found: Vec<(Arc<Origin>, Places)> = Vec::new();
    for entry in &report.plan.entries {
        let Some(origin) = entry.fix.as_ref().and_then(|f| f.origin.as_ref()) else { continue };
        let is_there = file.is_none_or(|f| entry.path.as_deref() == Some(f) && entry.outcome == Outcome::Fixed);
        if !is_there || !matches!(entry.outcome, Outcome::Fixed | Outcome::Offered) {
            continue;
        }
        let at = found.iter().position(|(o, _)| o.id == origin.id).unwrap_or_else(|| {
            found.push((origin.clone(), Places::default()));
            found.len() - 1
        });
        match entry.outcome {
            Outcome::Fixed => found[at].1.fixed += 1,
            _ => found[at].1.offered += 1,
        }
    }
    found.sort_by_key(|(_, places)| Reverse((places.fixed, places.offered)));
    found
}

/// A pattern's number as people type it.
pub fn short(id: u64) -> String {
    format!("{:08x}", id >> 32)
}
