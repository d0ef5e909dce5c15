//! # Return type of an async function
//!
//! An async function returns a `Promise`, and its declared return type must be a `Promise` type.
//!
//! ```typescript before
//! //@ error TS1064: The return type of an async function or method must be the global Promise<T> type. Did you mean to write 'Promise<string>'?
//! export async function name(): $0string$0 {
//!     return 'n';
//! }
//! ```
//! ```typescript after
//! export async function name(): Promise<string> {
//!     return 'n';
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the function already returns a promise; only the declared type is wrong.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS1064"];

/// Whether the type `name` has a `then` member, so that it can be awaited without being a `Promise`.
fn is_thenable(ctx: &RuleContext<'_>, name: &str) -> bool {
    let members = ctx.index.typescript().members_of_type(name, ctx.path());
    members.iter().any(|m| m.declaration.name == "then")
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(annotation) = ctx.token().and_then(|t| t.enclosing(&["type_annotation"])) else { return Vec::new() };
    let Some(declared) = annotation.named().into_iter().next() else { return Vec::new() };
    // The message contains the promise type, with type aliases not expanded.
    let expected = ctx.diagnostic.arguments.iter().rev().find(|a| a.starts_with("Promise<") && a.ends_with('>'));
    let written = declared.text_in(ctx.text());
    let expected = match expected {
        // The compiler truncates long types. The awaited type is the written type, unless that is a promise or has a `then` member.
        Some(w) if !w.contains("...") && (written.contains("Promise") || is_thenable(ctx, written)) => w.clone(),
        _ => format!("Promise<{written}>"),
    };
    let title = format!("Replace '{written}' with '{expected}'");
    vec![ctx.fix(title, Applicability::Safe).replace(declared.range(), expected).preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn awaited_type_of_a_thenable() {
        check_fix(
            rule_of(module_path!()),
            "TS1064",
            "The return type of an async function or method must be the global Promise<T> type. Did you mean to write 'Promise<number>'?",
            "interface Later { then(done: (n: number) => void): void; }\nasync function f(): $0Later { return 1; }\n",
            "interface Later { then(done: (n: number) => void): void; }\nasync function f(): Promise<number> { return 1; }\n",
        );
    }
}
