//! The context of code: with or without `this`, and the type parameters in scope.

use syntax::csharp::TYPE_DECLARATIONS;
use syntax::{Node, NodeExt, ancestors};

/// The context of code that refers to a missing declaration.
pub struct Site {
    /// There is no `this`: a static member, a static class, or a field or property initializer.
    pub is_static: bool,
    /// Names and constraints of the type parameters of the enclosing methods.
    pub method_parameters: Vec<(String, String)>,
}

impl Site {
    /// The context of `node`.
    pub fn at(node: Node<'_>, text: &str) -> Self {
        let mut is_static = false;
        let mut method_parameters = Vec::new();
        let mut in_type = true;
        for n in ancestors(node) {
            if n.is(TYPE_DECLARATIONS) {
                if in_type {
                    is_static |= has_modifier(&n, text, "static");
                }
                in_type = false;
                continue;
            }
            if !in_type {
                continue;
            }
            let member = n.parent().is_some_and(|p| p.kind() == "declaration_list");
            if member || n.kind() == "local_function_statement" {
                is_static |= has_modifier(&n, text, "static") || has_modifier(&n, text, "const");
                // Initializers of fields and properties cannot use `this`; operators are always static.
                is_static |= is_field(&n) && n.kind() == "field_declaration";
                if n.kind() == "property_declaration" {
                    is_static |= n.field("value").is_some_and(|v| {
                        v.kind() != "arrow_expression_clause" && v.byte_range().contains(&node.start_byte())
                    });
                }
            }
            if n.kind() == "constructor_initializer" {
                is_static = true;
            }
            // Bodies can have very many children, and never type parameters.
            if n.is(&["declaration_list", "block", "compilation_unit"]) {
                continue;
            }
            if let Some(list) = syntax::child_of_kind(n, "type_parameter_list") {
                for parameter in list.named() {
                    let Some(name) = parameter.field("name").map(|p| p.text_in(text).to_owned()) else { continue };
                    let clause = n
                        .named()
                        .into_iter()
                        .filter(|c| c.kind() == "type_parameter_constraints_clause")
                        .find(|c| c.named().first().is_some_and(|t| t.text_in(text) == name));
                    let constraint =
                        clause.map(|c| c.text_in(text).split_once(':').map_or("", |(_, r)| r).trim().to_owned());
                    method_parameters.push((name, constraint.unwrap_or_default()));
                }
            }
        }
        Self { is_static, method_parameters }
    }
}

fn is_field(n: &Node<'_>) -> bool {
    matches!(n.kind(), "field_declaration" | "event_field_declaration")
}

fn has_modifier(n: &Node<'_>, text: &str, modifier: &str) -> bool {
    n.all_children().iter().any(|c| c.kind() == "modifier" && c.text_in(text) == modifier)
}
