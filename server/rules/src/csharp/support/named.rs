//! The name that a diagnostic is about.

use fix::RuleContext;
use syntax::{Node, leaf_at};

/// The identifier at the diagnostic. For `a?.B` the compiler points to the dot.
pub(crate) fn name_token<'a>(ctx: &RuleContext<'a>) -> Option<Node<'a>> {
    let token = ctx.token()?;
    match token.kind() {
        "identifier" => Some(token),
        "." | "?" | "?." => leaf_at(ctx.root(), token.end_byte()).filter(|t| t.kind() == "identifier").or_else(|| {
            let dot = leaf_at(ctx.root(), token.end_byte()).filter(|t| t.kind() == ".")?;
            leaf_at(ctx.root(), dot.end_byte()).filter(|t| t.kind() == "identifier")
        }),
        _ => None,
    }
}
