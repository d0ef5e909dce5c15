//! # Unreachable code
//!
//! ```typescript before
//! //@ error TS7027: Unreachable code detected.
//! //@ options: --allowUnreachableCode false
//! export function f() {
//!     return 1;
//!     $0console$0.log(2);
//! }
//! declare const console: { log(n: number): void };
//! ```
//! ```typescript after
//! export function f() {
//!     return 1;
//! }
//! declare const console: { log(n: number): void };
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the code never runs, but that it cannot may be the mistake.

use super::support::edit::line_deletion;
use super::support::names::descendants;
use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["TS7027"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let start = token.start_byte();
    let blocks = ["statement_block", "program", "switch_case", "switch_default"];
    let statement = ancestors(token).find(|n| n.start_byte() == start && n.parent().is_some_and(|p| p.is(&blocks)));
    let Some(statement) = statement else { return Vec::new() };
    // Everything up to the end of the block is as unreachable; declarations that are hoisted stay.
    let hoisted = |n: &Node<'_>| {
        n.is(&["function_declaration", "interface_declaration", "type_alias_declaration", "class_declaration"])
            || !descendants(*n, &["variable_declaration"]).is_empty()
    };
    let last = std::iter::successors(Some(statement), Node::next_named_sibling)
        .take_while(|n| !hoisted(n) && !n.is(&["comment"]))
        .last();
    let Some(last) = last else { return Vec::new() };
    let range = line_deletion(text, TextRange::new(start, last.end_byte()));
    vec![ctx.fix("Remove unreachable code", Applicability::Unsafe).delete(range).preferred().build()]
}
