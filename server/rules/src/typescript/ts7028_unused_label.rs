//! # Unused label
//!
//! ```typescript before
//! //@ error TS7028: Unused label.
//! //@ options: --allowUnusedLabels false
//! export function run() {
//!     $0outer$0: while (true) { }
//! }
//! ```
//! ```typescript after
//! export function run() {
//!     while (true) { }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` before loops and blocks: a label that nothing jumps to has no effect. `Unsafe` before other statements, where an object
//! literal may have been meant (`{ key: value }`).

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS7028"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(labeled) = ctx.token().and_then(|t| t.enclosing(&["labeled_statement"])) else { return Vec::new() };
    let Some(body) = labeled.field("body") else { return Vec::new() };
    let loops = ["for_statement", "for_in_statement", "while_statement", "do_statement", "switch_statement"];
    let applicability = if body.is(&loops) { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix("Remove unused label", applicability).delete(labeled.start_byte()..body.start_byte());
    vec![fix.preferred().build()]
}
