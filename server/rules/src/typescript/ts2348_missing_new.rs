//! # Missing `new`
//!
//! A class is called without `new`.
//!
//! ```typescript before
//! //@ error TS2348: Value of type 'typeof Box' is not callable. Did you mean to include 'new'?
//! class Box { constructor(public size?: number) {} }
//! const box = $0Box(3)$0;
//! export { box };
//! ```
//! ```typescript after
//! class Box { constructor(public size?: number) {} }
//! const box = new Box(3);
//! export { box };
//! ```
//!
//! ## Fix safety
//! `Safe` when the callee is an identifier or a property access: a class cannot be called without `new`. `Unsafe` for other expressions.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2348"];

/// The reported call that begins with the token. Several calls may begin at this position: the end of the range selects one, and without
/// an end it is the innermost.
fn call<'t>(ctx: &RuleContext<'t>) -> Option<Node<'t>> {
    let token = ctx.token()?;
    let start = ctx.diagnostic.range.start;
    let calls: Vec<Node<'t>> =
        ancestors(token).take_while(|n| n.start_byte() == start).filter(|n| n.kind() == "call_expression").collect();
    calls.first().copied()
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(call) = call(ctx) else { return Vec::new() };
    let Some(function) = call.field("function") else { return Vec::new() };
    let simple = function.is(&["identifier"])
        || (function.kind() == "member_expression"
            && function.field("object").is_some_and(|o| o.is(&["identifier", "this", "member_expression"])));
    // `new f()()` would construct `f` instead of the class that `f` returns.
    let fix = if simple || function.is(&["subscript_expression", "parenthesized_expression"]) {
        let callee = function.field("property").unwrap_or(function).text_in(ctx.text());
        let named = ctx.argument(0).and_then(|a| a.strip_prefix("typeof ")).map(|a| a.rsplit('.').next().unwrap_or(a));
        // A name for the class, or another call than the one that was reported.
        let certain = simple && named.is_none_or(|n| n == callee);
        let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
        ctx.fix("Add missing 'new' operator to call", applicability).insert(call.start_byte(), "new ")
    } else {
        ctx.fix("Add missing 'new' operator to call", Applicability::Unsafe)
            .insert(function.start_byte(), "new (")
            .insert(function.end_byte(), ")")
    };
    vec![fix.preferred().build()]
}
