//! # Accessor called as a method
//!
//! ```typescript before
//! //@ error TS6234: This expression is not callable because it is a 'get' accessor. Did you mean to use it without '()'?
//! class Box { get size(): number { return 1; } }
//! export const n = new Box().$0size$0();
//! ```
//! ```typescript after
//! class Box { get size(): number { return 1; } }
//! export const n = new Box().size;
//! ```
//!
//! ## Fix safety
//! `Safe` when the call has no arguments: the value of the accessor is not callable.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS6234"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    let call = ancestors(token).find(|n| {
        n.kind() == "call_expression" && n.field("function").is_some_and(|f| f.end_byte() == token.end_byte())
    });
    let Some(call) = call else { return Vec::new() };
    let (Some(function), Some(arguments)) = (call.field("function"), call.field("arguments")) else {
        return Vec::new();
    };
    if !arguments.named().is_empty() {
        return Vec::new();
    }
    let fix = ctx.fix("Remove parentheses", Applicability::Safe).delete(function.end_byte()..call.end_byte());
    vec![fix.preferred().build()]
}
