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
//! `Date` may be called without `new`, but takes no arguments then and gives a text.
//!
//! ## Fix safety
//! `Safe` for a call of `Date` with arguments, and when the callee is an identifier or a property access: a class cannot be called without `new`. `Unsafe` for other expressions.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2348", "TS2554"];

/// The reported call that begins with the token. Several calls may begin at this position: the end of the range selects one, and without
/// an end it is the innermost.
fn call<'t>(ctx: &RuleContext<'t>) -> Option<Node<'t>> {
    let token = ctx.token()?;
    let start = ctx.diagnostic.range.start;
    if *ctx.code() == "TS2554" {
        // Reported at the first argument that is too many.
        let argument = ancestors(token).find(|n| n.parent().is_some_and(|p| p.kind() == "arguments"))?;
        return argument.parent()?.parent().filter(|c| c.kind() == "call_expression");
    }
    let calls: Vec<Node<'t>> =
        ancestors(token).take_while(|n| n.start_byte() == start).filter(|n| n.kind() == "call_expression").collect();
    calls.first().copied()
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(call) = call(ctx) else { return Vec::new() };
    let Some(function) = call.field("function") else { return Vec::new() };
    if *ctx.code() == "TS2554" && !(function.text_in(ctx.text()) == "Date" && ctx.argument(0) == Some("0")) {
        return Vec::new();
    }
    // A declaration of that name may be a function.
    if *ctx.code() == "TS2554" && ctx.typescript().binding_of(function, "Date").is_some() {
        return Vec::new();
    }
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

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};

    #[test]
    fn a_date_of_arguments_is_constructed() {
        let rule = rule_of(module_path!());
        let message = "Expected 0 arguments, but got 1.";
        let after = "export function f(): Date { return new Date(NaN); }\n";
        check_fix_all(rule, "TS2554", message, &[], "export function f(): Date { return Date($0NaN); }\n", Some(after));
        check_no_fix(rule, "TS2554", message, "function Date() {}\nDate($0NaN);\n");
        check_no_fix(rule, "TS2554", message, "function g() {}\ng($0NaN);\n");
    }
}
