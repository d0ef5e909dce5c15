//! # `@ts-expect-error` without an error
//!
//! ```typescript before
//! //@ error TS2578: Unused '@ts-expect-error' directive.
//! $0// @ts-expect-error$0
//! export const n = 1;
//! ```
//! ```typescript after
//! export const n = 1;
//! ```
//!
//! ## Fix safety
//! `Safe` when the file has no other error: a comment has no effect at run time, and the error that it suppressed no longer occurs.
//! Display only when the file has or had other errors, because they may have hidden the suppressed error.

use super::support::unused::{UNUSED, trust};
use codegen::typescript::edit::line_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS2578"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(comment) = ctx.token().filter(|t| t.kind() == "comment") else { return Vec::new() };
    if !comment.text_in(text).contains("@ts-expect-error") {
        return Vec::new();
    }
    let Some(applicability) = trust(ctx, "") else { return Vec::new() };
    // Errors that were in the file at build time may have hidden the error that the comment suppresses.
    let had_errors = ctx.diagnostics.resolved_in(ctx.path()).iter().any(|c| !UNUSED.contains(&c.as_str()));
    let applicability = if had_errors { Applicability::DisplayOnly } else { applicability };
    let in_jsx = comment.parent().filter(|p| p.kind() == "jsx_expression");
    let range = in_jsx.map_or(comment.range(), |p| p.range());
    let fix = ctx.fix("Remove unused '@ts-expect-error' directive", applicability);
    vec![fix.delete(line_deletion(text, range)).preferred().build()]
}
