//! # Value that may be `undefined` or `null`
//!
//! ```typescript before
//! //@ error TS18048: 'user' is possibly 'undefined'.
//! //@ options: --strict
//! export function greet(user: { name: string } | undefined) {
//!     if ($0user$0.name === 'x') { return 1; }
//!     return 2;
//! }
//! ```
//! ```typescript after
//! export function greet(user: { name: string } | undefined) {
//!     if (user?.name === 'x') { return 1; }
//!     return 2;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: where the code threw an exception, the expression is now `undefined`. Display only when the result is used where `undefined`
//! may not be allowed. The non-null assertion `!` only silences the compiler and is marked as a suppression.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors, child_of_kind};

pub(crate) const CODES: &[&str] =
    &["TS18048", "TS18047", "TS18049", "TS2531", "TS2532", "TS2533", "TS2721", "TS2722", "TS2723"];

/// The expression that may be nullish: the one named in the message, or the object of the access that begins at the position.
fn nullish<'t>(ctx: &RuleContext<'t>) -> Option<Node<'t>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let start = token.start_byte();
    let named = matches!(ctx.code().as_str(), "TS18048" | "TS18047" | "TS18049");
    let begins: Vec<Node<'t>> = ancestors(token).take_while(|n| n.start_byte() == start).collect();
    if named && let Some(name) = ctx.argument(0) {
        return begins.into_iter().find(|n| n.text_in(text) == name);
    }
    let end = ctx.diagnostic.range.end;
    if end > start
        && let Some(exact) = begins.iter().find(|n| n.end_byte() == end)
    {
        return Some(*exact);
    }
    let used = |n: &&Node<'t>| {
        n.parent().is_some_and(|p| {
            (p.is(&["member_expression", "subscript_expression"])
                && p.field("object").is_some_and(|o| o.id() == n.id()))
                || (p.kind() == "call_expression" && p.field("function").is_some_and(|f| f.id() == n.id()))
        })
    };
    // Without the end of the range, the parts of a chain cannot be distinguished unless there is only one candidate.
    let mut candidates = begins.iter().filter(used).filter(|n| !n.is(&["this", "super"]));
    match (candidates.next(), candidates.next()) {
        (Some(only), None) => Some(*only),
        _ => None,
    }
}

/// Whether the value of `access` is used where `undefined` is allowed: as a statement, a condition or in a comparison.
fn takes_undefined(access: Node<'_>, text: &str) -> bool {
    let Some(parent) = access.parent() else { return false };
    match parent.kind() {
        "expression_statement" => true,
        "parenthesized_expression" => {
            parent.parent().is_some_and(|p| p.is(&["if_statement", "while_statement"])) || takes_undefined(parent, text)
        }
        "unary_expression" => parent.field("operator").is_some_and(|o| o.text_in(text) == "!"),
        "ternary_expression" => parent.field("condition").is_some_and(|c| c.id() == access.id()),
        "binary_expression" => {
            let operator = parent.field("operator").map_or("", |o| o.text_in(text));
            let left = parent.field("left").is_some_and(|l| l.id() == access.id());
            matches!(operator, "===" | "!==" | "==" | "!=")
                || (left && matches!(operator, "??"))
                || (matches!(operator, "&&" | "||") && takes_undefined(parent, text))
        }
        // The chain continues; the use of the whole chain decides.
        "member_expression" | "subscript_expression" => {
            parent.field("object").is_some_and(|o| o.id() == access.id()) && takes_undefined(parent, text)
        }
        "call_expression" => {
            parent.field("function").is_some_and(|f| f.id() == access.id()) && takes_undefined(parent, text)
        }
        _ => false,
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(object) = nullish(ctx) else { return Vec::new() };
    let Some(parent) = object.parent() else { return Vec::new() };
    let mut out = Vec::new();
    let assigned = ancestors(parent).take(6).any(|n| {
        n.is(&["assignment_expression", "augmented_assignment_expression"])
            && n.field("left")
                .is_some_and(|l| l.start_byte() <= object.start_byte() && object.end_byte() <= l.end_byte())
    });
    let shown = if takes_undefined(parent, text) { Applicability::Unsafe } else { Applicability::DisplayOnly };
    let is = |field: &str| parent.field(field).is_some_and(|n| n.id() == object.id());
    let chain = match parent.kind() {
        "member_expression" if is("object") && child_of_kind(parent, "optional_chain").is_none() => {
            child_of_kind(parent, ".").map(|dot| (text::TextRange::from(dot.byte_range()), "?."))
        }
        "subscript_expression" if is("object") && child_of_kind(parent, "optional_chain").is_none() => {
            child_of_kind(parent, "[").map(|b| (text::TextRange::empty(b.start_byte()), "?."))
        }
        "call_expression" if is("function") => {
            parent.field("arguments").map(|a| (text::TextRange::empty(a.start_byte()), "?."))
        }
        _ => None,
    };
    if let Some((range, new)) = chain.filter(|_| !assigned) {
        out.push(ctx.fix("Use optional chaining", shown).replace(range, new).build());
    }
    let assertion = ctx.fix("Add non-null assertion", Applicability::Unsafe).insert(object.end_byte(), "!");
    out.push(assertion.suppression().build());
    out
}
