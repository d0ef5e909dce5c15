//! What the body of a function or property gives back.

use super::nodes::{has_modifier, own_descendants};
use super::typing::{Type, Typing};
use fix::RuleContext;
use syntax::{Node, NodeExt, ancestors, children_of_kind, leaf_at};

/// Whether the values that a method, local function or property gives back can all stand where `ty` is declared; `None` when it gives back
/// nothing whose type is known.
pub(crate) fn agree<'a>(typing: &Typing<'a>, member: Node<'a>, text: &str, ty: &Type) -> Option<bool> {
    if has_modifier(member, text, "async") {
        return None;
    }
    let getter = member.field("accessors").map_or_else(Vec::new, |a| children_of_kind(a, "accessor_declaration"));
    let bodies =
        getter.into_iter().filter(|a| a.field("name").is_some_and(|n| n.text_in(text) == "get")).chain([member]);
    let mut all = None;
    for node in bodies.flat_map(own_descendants) {
        let value = match node.kind() {
            "return_statement" => node.named().into_iter().next(),
            "arrow_expression_clause"
                if node.parent().is_some_and(|p| p == member || p.kind() == "accessor_declaration") =>
            {
                node.named().into_iter().next()
            }
            _ => None,
        };
        let Some(given) = value.and_then(|v| typing.type_of(v)) else { continue };
        all = Some(all.unwrap_or(true) && typing.converts(&given, ty));
    }
    all
}

/// The name of the function or member whose value `value` is.
fn source_of<'t>(value: Node<'_>, text: &'t str) -> Option<&'t str> {
    match value.kind() {
        "identifier" => text.get(value.byte_range()),
        "invocation_expression" => source_of(value.field("function")?, text),
        "member_access_expression" => source_of(value.field("name")?, text),
        "generic_name" | "parenthesized_expression" => source_of(value.named().into_iter().next()?, text),
        _ => None,
    }
}

/// Whether the build says of the function or property that gives `value` (a `from` where a `to` is wanted) that its own body gives back a
/// `to` and no `from`: then its declaration is what is wrong, not this use of it.
pub(crate) fn is_disputed(ctx: &RuleContext<'_>, value: Node<'_>, from: &str, to: &str) -> bool {
    let Some(name) = source_of(value, ctx.text()) else { return false };
    ctx.diagnostics.iter().any(|d| {
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
