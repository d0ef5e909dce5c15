//! # Integer too large for a number
//!
//! Numbers cannot represent all integers beyond 2^53; a `bigint` can. Only editors report this; a build does not.
//!
//! ```typescript before
//! //@ suggestion TS80008: Numeric literals with absolute values equal to 2^53 or greater are too large to be represented accurately as integers.
//! export const large = $09007199254740993$0;
//! ```
//! ```typescript after
//! export const large = 9007199254740993n;
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the type of the value changes.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS80008"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token().filter(|t| t.kind() == "number") else { return Vec::new() };
    let written = token.text_in(ctx.text());
    let integer = written.starts_with("0x") || written.chars().all(|c| c.is_alphanumeric() && c != 'e' || c == '_');
    if !integer {
        return Vec::new();
    }
    let fix = ctx.fix("Convert to a bigint numeric literal", Applicability::Unsafe);
    vec![fix.insert(token.end_byte(), "n").preferred().build()]
}
