//! # Generic type without its type arguments
//!
//! ```typescript before
//! //@ error TS2314: Generic type 'Promise<T>' requires 1 type argument(s).
//! export async function wait(ms: number): $0Promise$0 {
//!     await new Promise((done) => setTimeout(done, ms));
//! }
//! ```
//! ```typescript after
//! export async function wait(ms: number): Promise<void> {
//!     await new Promise((done) => setTimeout(done, ms));
//! }
//! ```
//!
//! In a generic declaration, type parameters with the same names are passed as type arguments.
//!
//! ## Fix safety
//! `Safe` for the promise of an async function that returns nothing: it can only be a `Promise<void>`. `Unsafe` otherwise: type parameters of the
//! same names are likely to be meant, but this is not certain.

use fix::{Applicability, Fix, RuleContext};
use semantics::typescript::returns::{always_throws, returns_of};
use syntax::typescript::FUNCTIONS;
use syntax::{Node, NodeExt, ancestors, has_child_token};

pub(crate) const CODES: &[&str] = &["TS2314", "TS2707"];

/// Whether `annotation` is the return type of an async function that returns no value.
fn gives_nothing(token: Node<'_>, text: &str) -> bool {
    let Some(function) = ancestors(token).find(|n| n.is(FUNCTIONS)) else { return false };
    let returns = function.field("return_type").and_then(|t| t.named().into_iter().next());
    let body = function.field("body").filter(|b| b.kind() == "statement_block");
    returns.is_some_and(|r| r.byte_range() == token.byte_range())
        && has_child_token(function, text, "async")
        && body.is_some_and(|b| returns_of(b).iter().all(Option::is_none) && !always_throws(b))
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token().filter(|t| t.kind() == "type_identifier")?;
    let (name, wanted) = ctx.argument(0)?.strip_suffix('>')?.split_once('<')?;
    let wanted: Vec<&str> = wanted.split(',').map(str::trim).collect();
    if name != token.text_in(text) || token.next_sibling().is_some_and(|n| n.kind() == "type_arguments") {
        return None;
    }
    if name == "Promise" && gives_nothing(token, text) {
        let fix = ctx.fix("Add type argument 'void'", Applicability::Safe);
        return Some(fix.insert(token.end_byte(), "<void>").preferred().build());
    }
    let in_scope: Vec<&str> = ancestors(token)
        .filter_map(|n| n.field("type_parameters"))
        .flat_map(|l| l.named())
        .filter_map(|p| Some(p.field("name")?.text_in(text)))
        .collect();
    if !wanted.iter().all(|w| in_scope.contains(w)) {
        return None;
    }
    let all = wanted.join(", ");
    let fix = ctx.fix(format!("Add type arguments '{all}'"), Applicability::Unsafe);
    Some(fix.insert(token.end_byte(), format!("<{all}>")).preferred().build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn type_parameters_of_the_same_names() {
        let rule = rule_of(module_path!());
        let message = "Generic type 'Pair<K, V>' requires 2 type argument(s).";
        check_fix(
            rule,
            "TS2314",
            message,
            "class C<K, V> { of<T>(k: K, v: V): $0Pair { return f(k, v); } }\n",
            "class C<K, V> { of<T>(k: K, v: V): Pair<K, V> { return f(k, v); } }\n",
        );
        check_no_fix(rule, "TS2314", message, "class C<K> { of(): $0Pair { return f(); } }\n");
    }

    #[test]
    fn a_promise_of_something_is_not_known() {
        let message = "Generic type 'Promise<T>' requires 1 type argument(s).";
        for body in ["return 1;", "throw new Error();"] {
            let before = format!("async function f(): $0Promise {{ {body} }}\n");
            check_fix_all(rule_of(module_path!()), "TS2314", message, &[], &before, None);
        }
    }
}
