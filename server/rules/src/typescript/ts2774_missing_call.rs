//! # Condition tests a function that is never called
//!
//! ```typescript before
//! //@ error TS2774: This condition will always return true since this function is always defined. Did you mean to call it instead?
//! //@ options: --strictNullChecks
//! export function check(isReady: () => boolean) {
//!     return $0isReady$0 ? 1 : 2;
//! }
//! ```
//! ```typescript after
//! export function check(isReady: () => boolean) {
//!     return isReady() ? 1 : 2;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the condition was always true and now depends on the result of the call.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2774"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    let start = token.start_byte();
    // The tested expression is the longest property access chain that begins at the diagnostic.
    let tested = ancestors(token)
        .take_while(|n| n.start_byte() == start)
        .filter(|n| n.is(&["identifier", "this", "member_expression", "subscript_expression", "non_null_expression"]))
        .last();
    let Some(tested) = tested.filter(|t| t.kind() != "this") else { return Vec::new() };
    let fix = ctx.fix("Add missing call parentheses", Applicability::Unsafe);
    vec![fix.insert(tested.end_byte(), "()").preferred().build()]
}
