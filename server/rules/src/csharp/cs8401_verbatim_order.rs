//! # `@$"…"` before C# 8
//!
//! Before C# 8, an interpolated verbatim string must be written `$@"…"`.
//!
//! ```csharp before
//! //@ error CS8401: To use '@$' instead of '$@' for an interpolated verbatim string, please use language version '8.0' or greater.
//! //@ options: -langversion:7.3
//! class C
//! {
//!     string M(int n) => $0@$"n\{n}"$0;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     string M(int n) => $@"n\{n}";
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: both forms have the same meaning.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["CS8401"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let start = ctx.diagnostic.range.start;
    if !ctx.text().get(start..).is_some_and(|rest| rest.starts_with("@$\"")) {
        return Vec::new();
    }
    vec![
        ctx.fix("Use interpolated verbatim string", Applicability::Safe)
            .replace(start..start + 2, "$@")
            .preferred()
            .build(),
    ]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn only_at_the_literal() {
        let message = "To use '@$' instead of '$@' for an interpolated verbatim string, please use language version '8.0' or greater.";
        check_no_fix(rule_of(module_path!()), "CS8401", message, "class C { string s = $0$@\"a\"; }");
    }
}
