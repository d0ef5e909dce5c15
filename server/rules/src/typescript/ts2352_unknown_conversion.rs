//! # Assertion between types that do not overlap
//!
//! ```typescript before
//! //@ error TS2352: Conversion of type 'number' to type 'string' may be a mistake because neither type sufficiently overlaps with the other. If this was intentional, convert the expression to 'unknown' first.
//! export const s = $00 as string$0;
//! ```
//! ```typescript after
//! export const s = 0 as unknown as string;
//! ```
//!
//! ## Fix safety
//! A suppression: the assertion stays the same, only the compiler no longer reports it.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2352"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    let start = token.start_byte();
    let title = "Add 'unknown' conversion for non-overlapping types";
    let assertion =
        ancestors(token).take_while(|n| n.start_byte() == start).find(|n| n.is(&["as_expression", "type_assertion"]));
    let Some(assertion) = assertion else { return Vec::new() };
    let fix = ctx.fix(title, Applicability::Unsafe);
    let fix = if assertion.kind() == "as_expression" {
        let Some(value) = assertion.named().into_iter().next() else { return Vec::new() };
        fix.insert(value.end_byte(), " as unknown")
    } else {
        let Some(value) = assertion.named().into_iter().last() else { return Vec::new() };
        fix.insert(value.start_byte(), "<unknown>")
    };
    vec![fix.suppression().build()]
}
