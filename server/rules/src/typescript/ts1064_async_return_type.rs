//! # Return type of an async function
//!
//! An async function returns a `Promise`, and its declared type has to say so.
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
//! `Safe`: the function already returns a promise; only its declaration was wrong.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS1064"];

/// Whether the type `name` is one that can be awaited without being a promise.
fn is_thenable(ctx: &RuleContext<'_>, name: &str) -> bool {
    let members = ctx.index.typescript().members_of_type(name, ctx.path());
    members.iter().any(|m| m.declaration.name == "then")
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(annotation) = ctx.token().and_then(|t| t.enclosing(&["type_annotation"])) else { return Vec::new() };
    let Some(declared) = annotation.named().into_iter().next() else { return Vec::new() };
    // The message has the promise's type written out, alias names kept.
    let wanted = ctx.diagnostic.arguments.iter().rev().find(|a| a.starts_with("Promise<") && a.ends_with('>'));
    let written = declared.text_in(ctx.text());
    let wanted = match wanted {
        // The compiler cuts long types. What it awaits is the written type unless that is a promise, or has a `then`.
        Some(w) if !w.contains("...") && (written.contains("Promise") || is_thenable(ctx, written)) => w.clone(),
        _ => format!("Promise<{written}>"),
    };
    let title = format!("Replace '{written}' with '{wanted}'");
    vec![ctx.fix(title, Applicability::Safe).replace(declared.range(), wanted).preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn what_a_thenable_gives() {
        check_fix(
            rule_of(module_path!()),
            "TS1064",
            "The return type of an async function or method must be the global Promise<T> type. Did you mean to write 'Promise<number>'?",
            "interface Later { then(done: (n: number) => void): void; }\nasync function f(): $0Later { return 1; }\n",
            "interface Later { then(done: (n: number) => void): void; }\nasync function f(): Promise<number> { return 1; }\n",
        );
    }
}
