//! # A target that is gone
//!
//! TypeScript 7 does not emit ES3 and ES5. ES2015 is the lowest target left; a tool behind the compiler may lower it further. A value that is misspelt is
//! corrected.
//!
//! ```typescript before
//! //@ error TS5108: Option 'target=ES5' has been removed. Please remove it from your configuration.
//! //@ compiler: 7
//! export const area = 1;
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "target": $0"es5"$0,
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "target": "es2015",
//!     "noEmit": true
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: newer code is emitted.

use super::support::config::{OptionIssue, spelt_like};
use codegen::json::quoted;
use fix::{Applicability, Fix, RuleContext};
use semantics::typo::is_slip;

pub(crate) const CODES: &[&str] = &["TS5108", "TS5107", "TS6046"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let argument = ctx.argument(0).and_then(|a| a.strip_prefix("--"));
    let issue = match ctx.code().as_str() {
        "TS6046" => argument.and_then(|name| OptionIssue::named(ctx, name, None)),
        _ => OptionIssue::of(ctx).filter(|i| i.name == "target"),
    };
    let Some(issue) = issue else { return Vec::new() };
    let written = issue.written();
    let Some(value) = written.as_ref().and_then(|w| w.as_str()).map(str::to_ascii_lowercase) else { return Vec::new() };
    if issue.name == "target" && matches!(value.as_str(), "es3" | "es5") {
        let value = spelt_like(written.as_ref(), "es2015");
        return issue
            .set(&value, "Set 'target' to 'es2015'", Applicability::Unsafe)
            .map(Fix::preferred)
            .into_iter()
            .collect();
    }
    // Of the values that the message lists, the one that is meant.
    let listed = ctx
        .diagnostic
        .message
        .split('\'')
        .skip(3)
        .step_by(2)
        .filter(|v| v.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c)));
    let meant: Vec<&str> = listed.filter(|v| !v.is_empty() && is_slip(&value, v)).collect();
    match (ctx.code().as_str(), meant.as_slice()) {
        ("TS6046", [only]) => {
            let title = format!("Change the value to '{only}'");
            issue.set(&quoted(only), title, Applicability::Unsafe).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn targets_of_old_and_slips() {
        let config =
            |value: &str| format!("//- /tsconfig.json\n{{ \"compilerOptions\": {{ \"target\": {value} }} }}\n");
        let message = "Argument for '--target' option must be: 'es6', 'es2015', 'es2016', 'es2022', 'esnext'.";
        check_fix(rule_of(module_path!()), "TS6046", message, &config("$0\"ES3\""), &config("\"ES2015\""));
        check_fix(rule_of(module_path!()), "TS6046", message, &config("$0\"esnxt\""), &config("\"esnext\""));
    }
}
