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
//! `Safe` when nothing else is open: a comment has no effect at run time, and the error that it suppressed no longer occurs. `Unsafe` when
//! the build has errors in other files, display only when the file has or had errors itself: what is not resolved there may hide the
//! suppressed error.

use super::support::unused::{UNUSED, has_other_errors};
use codegen::typescript::edit::line_deletion;
use diagnostics::Severity;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS2578"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(comment) = ctx.token().filter(|t| t.kind() == "comment") else { return Vec::new() };
    if !comment.text_in(text).contains("@ts-expect-error") {
        return Vec::new();
    }
    let elsewhere = ctx.diagnostics.iter().any(|d| {
        d.severity >= Severity::Warning && d.code.as_str().starts_with("TS") && !UNUSED.contains(&d.code.as_str())
    });
    let applicability = match has_other_errors(ctx) || ctx.diagnostics.is_unparsed(ctx.path()) {
        true => Applicability::DisplayOnly,
        false if elsewhere => Applicability::Unsafe,
        false => Applicability::Safe,
    };
    let in_jsx = comment.parent().filter(|p| p.kind() == "jsx_expression");
    let range = in_jsx.map_or(comment.range(), |p| p.range());
    let fix = ctx.fix("Remove unused '@ts-expect-error' directive", applicability);
    vec![fix.delete(line_deletion(text, range)).preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix_all;

    #[test]
    fn it_stays_while_another_error_may_hide_what_it_suppresses() {
        let check = |others: &[(&str, &str)], after| {
            let before = "$0// @ts-expect-error\nf(1);\n";
            check_fix_all(
                rule_of(module_path!()),
                "TS2578",
                "Unused '@ts-expect-error' directive.",
                others,
                before,
                after,
            );
        };
        check(&[], Some("f(1);\n"));
        check(&[("TS6133", "'a' is declared but its value is never read.")], Some("f(1);\n"));
        check(&[("TS2322", "Type 'string' is not assignable to type 'number'.")], None);
    }
}
