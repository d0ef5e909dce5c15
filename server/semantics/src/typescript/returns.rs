//! Return statements of function bodies.

use super::declarations::FUNCTIONS;
use syntax::{Node, NodeExt};

/// Return statements that are looked at.
const MAX_RETURNS: usize = 50;

/// Values of the return statements of a function's body; `None` for a bare `return`. Nested functions are not looked into.
pub fn returns_of(body: Node<'_>) -> Vec<Option<Node<'_>>> {
    let mut out = Vec::new();
    let mut stack = vec![body];
    while let Some(node) = stack.pop() {
        if out.len() >= MAX_RETURNS {
            break;
        }
        if node.kind() == "return_statement" {
            out.push(node.named().first().copied());
        } else if node == body || !(node.is(FUNCTIONS) || node.is(&["class_declaration", "class", "class_body"])) {
            stack.extend(node.named().into_iter().rev());
        }
    }
    out
}

/// Whether a body ends with `throw`: its function was to give something.
pub fn always_throws(body: Node<'_>) -> bool {
    body.named().last().is_some_and(|s| s.kind() == "throw_statement")
}
