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
//! `Safe`: a comment does nothing when the program runs, and the error that it excused is gone. `Unsafe` when the file still has
//! syntax errors, which hide others.

use super::support::edit::line_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS2578"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(comment) = ctx.token().filter(|t| t.kind() == "comment") else { return Vec::new() };
    if !comment.text_in(text).contains("@ts-expect-error") {
        return Vec::new();
    }
    let syntax_errors = ctx.diagnostics.in_file(ctx.path()).iter().any(|d| d.code.as_str().len() == 6 && d.code.as_str().starts_with("TS1"));
    let applicability = if syntax_errors { Applicability::Unsafe } else { Applicability::Safe };
    let in_jsx = comment.parent().filter(|p| p.kind() == "jsx_expression");
    let range = in_jsx.map_or(comment.range(), |p| p.range());
    let fix = ctx.fix("Remove unused '@ts-expect-error' directive", applicability);
    vec![fix.delete(line_deletion(text, range)).preferred().build()]
}
