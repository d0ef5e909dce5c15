//! Whether a type mismatch is reported on both sides of a call.

use fix::RuleContext;
use syntax::{Node, NodeExt, ancestors, leaf_at};

/// The name of the function or member that returns `value`.
fn source_of<'t>(value: Node<'_>, text: &'t str) -> Option<&'t str> {
    match value.kind() {
        "identifier" => text.get(value.byte_range()),
        "invocation_expression" => source_of(value.field("function")?, text),
        "member_access_expression" => source_of(value.field("name")?, text),
        "generic_name" | "parenthesized_expression" => source_of(value.named().into_iter().next()?, text),
        _ => None,
    }
}

/// Whether the build also reports the reverse mismatch in the function or property that returns `value` (a `from` where `to` is expected):
/// its body returns `to`, not `from`. Then its declaration is wrong, not this use.
pub(crate) fn is_disputed(ctx: &RuleContext<'_>, value: Node<'_>, from: &str, to: &str) -> bool {
    let Some(name) = source_of(value, ctx.text()) else { return false };
    ctx.diagnostics.naming(to).any(|d| {
        let reversed = matches!(d.code.as_str(), "CS0029" | "CS0266")
            && d.arguments.first().is_some_and(|a| a == to)
            && d.arguments.get(1).is_some_and(|a| a == from);
        reversed
            && ctx.index.source(&d.path).is_some_and(|source| {
                let text: &str = source.parsed.text();
                let kinds = ["method_declaration", "local_function_statement", "property_declaration"];
                let Some(leaf) = leaf_at(source.parsed.root(), d.range.start) else { return false };
                let member = ancestors(leaf).find(|n| n.is(&kinds));
                member.and_then(|m| m.field("name")).is_some_and(|n| n.text_in(text) == name)
            })
    })
}
