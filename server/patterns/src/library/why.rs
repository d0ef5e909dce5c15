//! Why patterns are offered for a diagnostic, or not.

use super::{Known, Library, Question, Refused};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A pattern that was asked about a diagnostic.
#[derive(Clone, Debug)]
pub struct Considered {
    /// The pattern.
    pub known: Arc<Known>,
    /// How far it is believed there, or why it is not offered.
    pub outcome: Result<f64, Refused>,
}

impl Refused {
    /// How far it came: what came further says more.
    fn rank(self) -> u8 {
        match self {
            Self::OtherCode => 0,
            Self::OtherPlace => 1,
            Self::OtherShape => 2,
            Self::Quarantined => 3,
            Self::Unfilled | Self::NoChange => 4,
            Self::Doubtful(_) => 5,
            Self::Farther => 6,
            Self::Vetoed => 7,
        }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OtherCode => "it was learned from other diagnostics",
            Self::OtherPlace => "what it repaired stood elsewhere, seen from the diagnostic",
            Self::OtherShape => "what stands there is not what it is about",
            Self::Unfilled => {
                "there is nothing that one of its holes could be filled with, or the function around it cannot wait"
            }
            Self::NoChange => "it changes nothing there",
            Self::Doubtful(score) => return write!(f, "it is believed too little: {score:.2}"),
            Self::Quarantined => "it failed too often",
            Self::Farther => "another pattern fits nearer to the diagnostic",
            Self::Vetoed => "it was taken back or rejected in this file twice",
        })
    }
}

impl Library {
    /// The patterns that were learned for the code of a diagnostic, and those that fit its place otherwise, best first, with the reason why they are offered or
    /// not. The same is not offered twice: of those with one result the best is.
    pub fn considered(&self, question: &Question<'_>) -> Vec<Considered> {
        let mut found: FxHashMap<u64, Considered> = FxHashMap::default();
        let of_code = self.patterns.iter().filter(|k| k.pattern.codes.iter().any(|c| c == question.code));
        found.extend(
            of_code.map(|k| (k.pattern.id(), Considered { known: k.clone(), outcome: Err(Refused::OtherShape) })),
        );
        let vetoed = self.vetoed(question);
        let is_better = |new: &Result<f64, Refused>, old: &Result<f64, Refused>| match (new, old) {
            (Ok(a), Ok(b)) => a > b,
            (Ok(_), Err(_)) => true,
            (Err(_), Ok(_)) => false,
            (Err(Refused::Doubtful(a)), Err(Refused::Doubtful(b))) => a > b,
            (Err(a), Err(b)) => a.rank() > b.rank(),
        };
        let mut is_decided = false;
        self.each_place(question, |places| {
            let mut decides = false;
            for (known, node, anchor) in places {
                let id = known.pattern.id();
                let is_vetoed = vetoed.is_some_and(|v| v.contains(&id));
                let outcome = match self.suggestion(question, known, *node, *anchor, is_vetoed) {
                    Ok(_) if is_vetoed => Err(Refused::Vetoed),
                    Ok(_) if is_decided => Err(Refused::Farther),
                    Ok(suggestion) => Ok(suggestion.score),
                    Err(why) => Err(why),
                };
                decides |= matches!(outcome, Ok(_) | Err(Refused::Vetoed));
                match found.get_mut(&id) {
                    Some(old) if is_better(&outcome, &old.outcome) => old.outcome = outcome,
                    Some(_) => {}
                    None if outcome.as_ref().map_or_else(|e| e.rank() > Refused::OtherShape.rank(), |_| true) => {
                        found.insert(id, Considered { known: (*known).clone(), outcome });
                    }
                    None => {}
                }
            }
            is_decided |= decides;
            true
        });
        let mut found: Vec<Considered> = found.into_values().collect();
        let score = |c: &Considered| match c.outcome {
            Ok(score) => 10.0 + score,
            Err(Refused::Doubtful(score)) => f64::from(Refused::Doubtful(score).rank()) + score.min(0.99),
            Err(why) => f64::from(why.rank()),
        };
        found.sort_by(|a, b| {
            score(b).total_cmp(&score(a)).then_with(|| a.known.pattern.id().cmp(&b.known.pattern.id()))
        });
        found
    }
}
