//! What is wrong outside of the sources: each cause once, with what follows from it.

use super::Report;
use engine::{FixInfo, Outcome};
use fix::Applicability;
use fix::causes::Cause;

/// A cause, and what the report has of it.
pub struct Summary {
    /// The cause; the same cause of several projects is one.
    pub cause: Cause,
    /// How many diagnostics are about it or follow from it.
    pub diagnostics: usize,
    /// The edit that mends it, and whether it is done.
    pub fix: Option<(FixInfo, bool)>,
}

/// The causes of a report: those of projects that cannot be built first, then those from which most follows.
pub fn summaries(report: &Report<'_>) -> Vec<Summary> {
    let mut found: Vec<Summary> = Vec::new();
    for entry in &report.plan.entries {
        let Some(cause) = entry.cause.as_ref().filter(|_| entry.outcome != Outcome::Stale) else { continue };
        let mends = entry.fix.clone().filter(|f| f.mends_cause);
        let fix = mends.map(|f| (f, entry.outcome == Outcome::Fixed));
        match found.iter_mut().find_map(|known| known.cause.join(cause).then_some(known)) {
            Some(known) => {
                known.diagnostics += 1;
                let better = fix.as_ref().is_some_and(|f| known.fix.as_ref().is_none_or(|k| f.1 && !k.1));
                if better {
                    known.fix = fix;
                }
            }
            None => found.push(Summary { cause: cause.clone(), diagnostics: 1, fix }),
        }
    }
    found.sort_by_key(|s| (!matches!(s.cause, Cause::Project(_)), std::cmp::Reverse(s.diagnostics)));
    found
}

impl Summary {
    /// `212 of 240 diagnostics follow from this: …`
    pub fn sentence(&self, all: usize) -> String {
        let n = self.diagnostics;
        let (s, follow) = if all == 1 { ("", "follows") } else { ("s", "follow") };
        format!("{n} of {all} diagnostic{s} {follow} from this: {}", self.cause)
    }

    /// What mends it, when an edit does.
    pub fn remedy(&self, written: bool) -> Option<String> {
        let (fix, done) = self.fix.as_ref()?;
        Some(match (done, fix.applicability) {
            (true, _) if written => format!("mended by: {}", fix.title),
            (true, _) => format!("this edit mends it: {}", fix.title),
            (false, Applicability::Unsafe) => format!("--unsafe mends it: {}", fix.title),
            (false, _) => format!("an edit that mends it: {}", fix.title),
        })
    }
}
