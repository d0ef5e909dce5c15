//! # `=` in an object literal
//!
//! ```typescript before
//! //@ error TS1312: Did you mean to use a ':'? An '=' can only follow a property name when the containing object literal is part of a destructuring pattern.
//! export const point = {
//!     x $0=$0 1,
//! };
//! ```
//! ```typescript after
//! export const point = {
//!     x: 1,
//! };
//! ```
//!
//! ## Fix safety
//! `Safe`: in an object literal that is not a destructuring pattern, only `:` is valid here.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS1312"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    if !text.get(at..).is_some_and(|t| t.starts_with('=')) {
        return Vec::new();
    }
    let name_end = text[..at].trim_end().len();
    let rest = &text[at + 1..];
    let blank = if rest.starts_with([' ', '\t', '\n', '\r']) { ":" } else { ": " };
    let fix = ctx.fix("Change '=' to ':'", Applicability::Safe).replace(name_end..at + 1, blank);
    vec![fix.preferred().build()]
}
