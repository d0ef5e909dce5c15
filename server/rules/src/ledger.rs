//! What became of each rule's fixes on code into which faults were injected: how often `Safe` was right.

use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::fmt;
use std::sync::LazyLock;

/// Made by `tests/safety`.
const DATA: &str = include_str!("../data/ledger.json");

/// The record of this program.
pub(crate) static LEDGER: LazyLock<Ledger> = LazyLock::new(|| Ledger::parse(DATA).unwrap_or_default());

/// Fewer applications tell nothing about how many are right.
const ENOUGH: u32 = 20;
/// Of this many per hundred, the code must mean what it meant before the fault.
const SAME_PER_HUNDRED: u64 = 99;

/// The record of all rules.
#[derive(Deserialize, Default, Debug)]
pub(crate) struct Ledger {
    /// Faults that were injected.
    #[serde(default)]
    pub faults: u32,
    #[serde(default)]
    rules: FxHashMap<String, Record>,
}

/// The record of one rule: what became of its `Safe` fixes.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default, Debug)]
#[serde(default)]
pub(crate) struct Record {
    /// How often it was applied.
    pub applied: u32,
    /// How often the error was gone.
    pub repaired: u32,
    /// How often the code means what it meant before the fault.
    pub same: u32,
    /// Errors that it added.
    pub new: u32,
}

impl Ledger {
    pub(crate) fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
    /// What is known of a rule.
    pub(crate) fn of(&self, rule: &str) -> Option<&Record> {
        self.rules.get(rule).filter(|record| record.applied > 0)
    }
    /// Whether a rule may call its fixes safe.
    pub(crate) fn trusts(&self, rule: &str) -> bool {
        self.of(rule).is_none_or(Record::is_good)
    }
}

impl Record {
    /// Whether it added no error and, as far as that can be told, changed no meaning.
    fn is_good(&self) -> bool {
        let enough = self.applied >= ENOUGH;
        self.new == 0 && !(enough && u64::from(self.same) * 100 < u64::from(self.applied) * SAME_PER_HUNDRED)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = if self.applied == 1 { "time" } else { "times" };
        let wrong = self.applied.saturating_sub(self.same);
        write!(f, "applied safely {} {times} in tests, {wrong} wrong", self.applied)?;
        if self.new > 0 {
            write!(f, ", {} new error{}", self.new, if self.new == 1 { "" } else { "s" })?;
        }
        if !self.is_good() {
            f.write_str("; not offered as safe until that is mended")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE_UP: &str = r#"{"seeds": [1, 2], "faults": 5000, "rules": {
        "good": {"applied": 412, "repaired": 412, "same": 412, "new": 0},
        "harmful": {"applied": 100, "repaired": 99, "same": 100, "new": 1},
        "unlike": {"applied": 100, "repaired": 100, "same": 98, "new": 0},
        "nearly": {"applied": 100, "repaired": 100, "same": 99, "new": 0},
        "rare": {"applied": 3, "repaired": 3, "same": 1, "new": 0},
        "unused": {"applied": 0, "repaired": 0, "same": 0, "new": 0}}}"#;

    #[test]
    fn a_rule_that_was_wrong_is_not_safe() {
        let ledger = Ledger::parse(MADE_UP).expect("it is JSON");
        let trusted: Vec<bool> =
            ["good", "harmful", "unlike", "nearly", "rare", "unused", "unknown"].map(|rule| ledger.trusts(rule)).into();
        assert_eq!(trusted, [true, false, false, true, true, true, true]);
        let line = |rule| ledger.of(rule).map(ToString::to_string);
        assert_eq!(line("good").as_deref(), Some("applied safely 412 times in tests, 0 wrong"));
        let harmful =
            "applied safely 100 times in tests, 0 wrong, 1 new error; not offered as safe until that is mended";
        assert_eq!(line("harmful").as_deref(), Some(harmful));
        assert_eq!(line("unused"), None);
    }

    #[test]
    fn the_file_can_be_read_and_names_rules() {
        let ledger = Ledger::parse(DATA).expect("the ledger is JSON");
        for rule in ledger.rules.keys() {
            assert!(crate::by_name(rule).is_some(), "there is no rule {rule}");
        }
    }
}
