//! # `await` of a value that is not a promise
//!
//! Only editors report this; a build does not.
//!
//! ```typescript before
//! //@ suggestion TS80007: 'await' has no effect on the type of this expression.
//! declare function name(): string;
//! export async function f() {
//!     return ($0await$0 name()).length;
//! }
//! ```
//! ```typescript after
//! declare function name(): string;
//! export async function f() {
//!     return name().length;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the code after an `await` runs later, and other code may depend on that.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS80007"];

/// Whether the expression begins with a name and needs no parentheses.
fn stands_alone(expression: Node<'_>) -> bool {
    let leftmost = std::iter::successors(Some(expression), |n| {
        n.is(&["call_expression", "member_expression", "subscript_expression"]).then(|| n.named().into_iter().next())?
    });
    expression.is(&["identifier", "call_expression"]) && leftmost.last().is_some_and(|n| n.kind() == "identifier")
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(await_) = ctx.token().and_then(|t| t.enclosing(&["await_expression"])) else { return Vec::new() };
    let Some(expression) = await_.named().into_iter().next() else { return Vec::new() };
    let around = await_.parent().filter(|p| p.kind() == "parenthesized_expression" && stands_alone(expression));
    // Without the parentheses, `new (await f()).C()` would construct `f`.
    let around = around.filter(|p| p.prev_sibling().is_none_or(|n| n.kind() != "new") && !below_new(*p));
    let outer = around.unwrap_or(await_);
    let fix = ctx.fix("Remove unnecessary 'await'", Applicability::Unsafe);
    let fix = fix.delete(outer.start_byte()..expression.start_byte());
    let fix = if around.is_some() { fix.delete(expression.end_byte()..outer.end_byte()) } else { fix };
    vec![fix.preferred().build()]
}

/// Whether the expression is at the start of the constructor of a `new` expression.
fn below_new(node: Node<'_>) -> bool {
    syntax::ancestors(node).skip(1).take_while(|n| !n.kind().ends_with("statement")).any(|n| {
        n.kind() == "new_expression" && n.field("constructor").is_some_and(|c| c.start_byte() == node.start_byte())
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn needed_parentheses_are_kept() {
        let check = |before: &str, after: &str| {
            let message = "'await' has no effect on the type of this expression.";
            check_fix(rule_of(module_path!()), "TS80007", message, before, after);
        };
        check("$0await 0;\n", "0;\n");
        check("($0await new C).f();\n", "(new C).f();\n");
        check("new ($0await f()).C();\n", "new (f()).C();\n");
        check("($0await f()).g();\n", "f().g();\n");
    }
}
