//! Types returned by the body of a function or property.

use crate::csharp::{SemanticModel, Type};
use syntax::csharp::{has_modifier, own_descendants};
use syntax::{Node, NodeExt, children_of_kind};

/// Whether all values that a method, local function or property returns convert to `ty`; `None` when it returns nothing of a known type.
pub fn all_convertible<'a>(model: &SemanticModel<'a>, member: Node<'a>, text: &str, ty: &Type) -> Option<bool> {
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
        let Some(given) = value.and_then(|v| model.type_of(v)) else { continue };
        all = Some(all.unwrap_or(true) && model.converts(&given, ty));
    }
    all
}
