//! # Unused label
//!
//! ```typescript before
//! //@ error TS7028: Unused label.
//! //@ options: --allowUnusedLabels false
//! export function run() {
//!     $0outer$0: while (true) { }
//! }
//! ```
//! ```typescript after
//! export function run() {
//!     while (true) { }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` before loops and blocks: a label without a jump to it has no effect. `Unsafe` before other statements, where an object literal
//! may be intended (`{ key: value }`).

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS7028"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    // The compiler parses the statement `{ a: 1 }` as a block with a label, the grammar parses it as an object.
    let Some(labeled) = token.enclosing(&["labeled_statement", "pair"]) else { return Vec::new() };
    let Some(colon) = labeled.all_children().into_iter().find(|c| c.kind() == ":") else { return Vec::new() };
    let body = std::iter::successors(colon.next_sibling(), Node::next_sibling).find(|n| n.kind() != "comment");
    let Some(body) = body.filter(|_| labeled.start_byte() == token.start_byte()) else { return Vec::new() };
    let loops = ["for_statement", "for_in_statement", "while_statement", "do_statement", "switch_statement"];
    let applicability = if body.is(&loops) { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix("Remove unused label", applicability).delete(labeled.start_byte()..body.start_byte());
    vec![fix.preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn block_that_the_grammar_parses_as_an_object() {
        check_fix(
            rule_of(module_path!()),
            "TS7028",
            "Unused label.",
            "function f() {\n    { $0size: 'm' }\n}\n",
            "function f() {\n    { 'm' }\n}\n",
        );
    }
}
