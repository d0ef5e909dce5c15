//! Adds and replaces modifiers.

use super::deletion::with_space_after;
use syntax::csharp::{modifier_place, modifier_rank, modifiers};
use syntax::{Node, NodeExt};
use text::TextRange;

/// The range and the new text of the edit that changes the accessibility of `node` to `wanted` (empty: none).
pub fn accessibility_edit(node: Node<'_>, text: &str, wanted: &str) -> (TextRange, String) {
    let old: Vec<Node<'_>> = modifiers(node).into_iter().filter(|m| modifier_rank(m.text_in(text)) == 0).collect();
    match (old.first(), old.last()) {
        (Some(a), Some(b)) if wanted.is_empty() => {
            (TextRange::new(a.start_byte(), with_space_after(text, *b).end), String::new())
        }
        (Some(a), Some(b)) => (TextRange::new(a.start_byte(), b.end_byte()), wanted.to_owned()),
        _ => (TextRange::empty(modifier_place(node, text, "public")), format!("{wanted} ")),
    }
}
