//! # Assignment to a name that was never declared
//!
//! ```typescript before
//! //@ error TS2304: Cannot find name 'total'.
//! $0total$0 = 1;
//! export { total };
//! ```
//! ```typescript after
//! const total = 1;
//! export { total };
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the name may be misspelt, or belong to something that is missing.

use super::support::names::occurrences;
use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2304", "TS18004"];

/// Where `const ` goes so that the assignment or loop around `token` declares it.
fn place(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<usize> {
    let text = ctx.text();
    let outer = ancestors(token).find(|n| {
        !n.is(&[
            "identifier",
            "array_pattern",
            "array",
            "object_pattern",
            "object",
            "shorthand_property_identifier_pattern",
            "shorthand_property_identifier",
            "pair_pattern",
            "pair",
            "object_assignment_pattern",
            "assignment_pattern",
        ])
    })?;
    match outer.kind() {
        "for_in_statement" => {
            let left = outer.field("left")?;
            let inside = left.start_byte() <= token.start_byte() && token.end_byte() <= left.end_byte();
            (inside && outer.field("kind").is_none()).then_some(left.start_byte())
        }
        "assignment_expression" => {
            let left = outer.field("left")?;
            if !(left.start_byte() <= token.start_byte() && token.end_byte() <= left.end_byte()) {
                return None;
            }
            let statement = outer.parent()?;
            let holder = match statement.kind() {
                "expression_statement" => statement,
                "for_statement" => return Some(outer.start_byte()),
                _ => return None,
            };
            // What is declared already cannot be declared again with the rest of the pattern.
            let names =
                super::support::names::descendants(left, &["identifier", "shorthand_property_identifier_pattern"]);
            let declared = |n: &Node<'_>| {
                occurrences(ctx.root(), text, n.text_in(text))
                    .into_iter()
                    .any(super::support::names::is_declaration_name)
            };
            if names.iter().any(declared) {
                return None;
            }
            // The first mention: later assignments need what was declared before.
            let first = occurrences(ctx.root(), text, token.text_in(text)).first()?.start_byte() == token.start_byte();
            first.then_some(holder.start_byte())
        }
        _ => None,
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    let Some(at) = place(ctx, token) else { return Vec::new() };
    vec![ctx.fix("Add 'const' to unresolved variable", Applicability::Unsafe).insert(at, "const ").build()]
}
