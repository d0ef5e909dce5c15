//! How far a pattern may be believed.

use serde::{Deserialize, Serialize};

/// Days after which a use counts half.
const HALF_LIFE: f64 = 90.0;

/// What became of a pattern's uses. Counts only grow, so that those of several machines can be added.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Stats {
    /// Repairs by hand that it was learned from.
    pub examples: u32,
    /// Files that they were in.
    pub files: u32,
    /// Times that it was applied.
    pub applied: u32,
    /// Times that a rebuild proved it: the diagnostic gone, nothing new.
    pub proved: u32,
    /// Times that it was taken back.
    pub undone: u32,
    /// Times that a rebuild found new errors.
    pub failed: u32,
    /// Times that a person said that it is not useful.
    pub rejected: u32,
    /// When it was last seen or used, in seconds since 1970.
    pub last: u64,
}

/// From which score on a pattern is offered.
pub const OFFERED: f64 = 0.5;
/// From which score on, and how many successes, it is preferred.
pub const PREFERRED: f64 = 0.9;
/// Below this after five uses it is not asked any more.
const QUARANTINE: f64 = 0.3;

impl Stats {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            examples: self.examples + other.examples,
            files: self.files + other.files,
            applied: self.applied + other.applied,
            proved: self.proved + other.proved,
            undone: self.undone + other.undone,
            failed: self.failed + other.failed,
            rejected: self.rejected + other.rejected,
            last: self.last.max(other.last),
        }
    }

    /// Successes and failures. Undone counts as two failures, rejected too.
    fn counts(&self) -> (f64, f64) {
        let successes = f64::from(self.examples) + f64::from(self.proved);
        let failures = 2.0 * f64::from(self.undone) + f64::from(self.failed) + 2.0 * f64::from(self.rejected);
        (successes, failures)
    }

    /// How far it may be believed: the 10th percentile of what the counts leave likely, from 0 to 1. `named`: it says by itself what it is about, which one
    /// example is enough for. `now` in seconds since 1970.
    pub fn score(&self, named: bool, now: u64) -> f64 {
        let (successes, failures) = self.counts();
        let days = now.saturating_sub(self.last) as f64 / 86_400.0;
        let decay = if self.last == 0 { 1.0 } else { 0.5f64.powf(days / HALF_LIFE).max(0.25) };
        let (a, b) = if named { (4.0, 0.5) } else { (1.0, 1.0) };
        percentile(a + successes * decay, b + failures)
    }

    /// Whether it failed too often to be asked.
    pub fn is_quarantined(&self, named: bool, now: u64) -> bool {
        let (_, failures) = self.counts();
        failures > 0.0 && self.applied + self.examples >= 5 && self.score(named, now) < QUARANTINE
    }
}

/// The 10th percentile of a Beta distribution, by halving.
fn percentile(a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..30 {
        let middle = (low + high) / 2.0;
        if share_below(middle, a, b) < 0.1 {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The share of a Beta distribution below `x`: the regularised incomplete beta function, by its continued fraction (Numerical Recipes, 6.4).
fn share_below(x: f64, a: f64, b: f64) -> f64 {
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    // It converges fast on one side of the mean only.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

/// By Lentz's method.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-30;
    let bounded = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / bounded(1.0 - (a + b) * x / (a + 1.0));
    let mut out = d;
    for m in 1..=300 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for step in [even, odd] {
            d = 1.0 / bounded(1.0 + step * d);
            c = bounded(1.0 + step / c);
            out *= d * c;
        }
        if (d * c - 1.0).abs() < 1e-9 {
            break;
        }
    }
    out
}

/// The logarithm of the gamma function, by Lanczos' approximation.
fn ln_gamma(x: f64) -> f64 {
    const FACTORS: [f64; 6] = [
        76.180_091_729_471_46,
        -86.505_320_329_416_77,
        24.014_098_240_830_91,
        -1.231_739_572_450_155,
        0.120_865_097_386_617_9e-2,
        -0.539_523_938_495_3e-5,
    ];
    let near = x + 5.5;
    let near = near - (x + 0.5) * near.ln();
    let sum: f64 = 1.000_000_000_190_015 + FACTORS.iter().zip(1..).map(|(f, n)| f / (x + f64::from(n))).sum::<f64>();
    -near + (2.506_628_274_631_000_5 * sum / x).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 0.001
    }

    #[test]
    fn percentiles_are_those_of_the_distribution() {
        // Of Beta(n, 1) the share below x is xⁿ.
        assert!(near(percentile(1.0, 1.0), 0.1), "{}", percentile(1.0, 1.0));
        assert!(near(percentile(4.0, 1.0), 0.1f64.powf(0.25)));
        // Of Beta(1, n) it is 1 − (1 − x)ⁿ.
        assert!(near(percentile(1.0, 3.0), 1.0 - 0.9f64.powf(1.0 / 3.0)));
        // By numeric integration.
        for (a, b, expected) in [(4.0, 0.5, 0.6982), (7.0, 0.5, 0.8186), (6.0, 9.0, 0.2432), (900.0, 100.5, 0.8871)] {
            assert!(near(percentile(a, b), expected), "{a} {b}: {}", percentile(a, b));
        }
    }

    #[test]
    fn what_is_named_is_offered_after_one_example_and_the_rest_after_some() {
        let seen = |examples, undone| Stats { examples, undone, ..Stats::default() };
        assert!(seen(1, 0).score(true, 0) >= OFFERED);
        assert!(seen(1, 0).score(false, 0) < OFFERED);
        assert!(seen(3, 0).score(false, 0) >= OFFERED);
        assert!(seen(1, 1).score(true, 0) < OFFERED);
        assert!(seen(5, 4).is_quarantined(false, 0));
        assert!(!seen(5, 0).is_quarantined(false, 0));
    }

    #[test]
    fn what_is_old_counts_less() {
        let old = Stats { examples: 4, last: 1, ..Stats::default() };
        let year = 365 * 86_400;
        assert!(old.score(false, year) < old.score(false, 2));
    }
}
