//! Parts of declarations and statements: modifiers, names, parameters, types.

use crate::{Node, NodeExt, ancestors, leaves_named};

/// Kinds of member declarations, including types.
pub const MEMBERS: &[&str] = &[
    "method_declaration",
    "constructor_declaration",
    "destructor_declaration",
    "property_declaration",
    "indexer_declaration",
    "event_declaration",
    "event_field_declaration",
    "field_declaration",
    "operator_declaration",
    "conversion_operator_declaration",
    "class_declaration",
    "struct_declaration",
    "interface_declaration",
    "record_declaration",
    "enum_declaration",
    "delegate_declaration",
];

/// Kinds of type declarations that have members.
pub const TYPES: &[&str] = &["class_declaration", "struct_declaration", "interface_declaration", "record_declaration"];

/// Type declarations, including enums.
pub const TYPE_DECLARATIONS: &[&str] =
    &["class_declaration", "struct_declaration", "interface_declaration", "record_declaration", "enum_declaration"];

/// Kinds of nodes with their own function body, to which a `return` or `await` inside belongs.
pub const FUNCTIONS: &[&str] = &[
    "method_declaration",
    "constructor_declaration",
    "destructor_declaration",
    "operator_declaration",
    "conversion_operator_declaration",
    "accessor_declaration",
    "local_function_statement",
    "lambda_expression",
    "anonymous_method_expression",
];

/// Kinds of expressions that are valid as an expression statement (C# specification §13.7).
pub const STATEMENT_EXPRESSIONS: &[&str] = &[
    "invocation_expression",
    "assignment_expression",
    "await_expression",
    "object_creation_expression",
    "postfix_unary_expression",
    "prefix_unary_expression",
];

/// Sort key of modifiers in the conventional order; unknown modifiers are last.
pub fn modifier_rank(modifier: &str) -> u8 {
    match modifier {
        "public" | "private" | "protected" | "internal" => 0,
        "file" => 1,
        "new" => 2,
        "static" | "const" => 3,
        "extern" => 4,
        "virtual" | "abstract" | "sealed" | "override" => 5,
        "readonly" => 6,
        "unsafe" => 7,
        "required" => 8,
        "volatile" => 9,
        "async" => 10,
        "ref" => 11,
        _ => 12,
    }
}

/// The modifiers of a declaration, lambda or local function, in order.
pub fn modifiers(node: Node<'_>) -> Vec<Node<'_>> {
    crate::children_of_kind(node, "modifier")
}

/// The modifier with this text.
pub fn modifier<'t>(node: Node<'t>, text: &str, name: &str) -> Option<Node<'t>> {
    modifiers(node).into_iter().find(|m| m.text_in(text) == name)
}

/// Whether `node` has the modifier `name`.
pub fn has_modifier(node: Node<'_>, text: &str, name: &str) -> bool {
    modifier(node, text, name).is_some()
}

/// Offset at which to insert the modifier `name`, followed by a space, among the modifiers of `node`.
pub fn modifier_place(node: Node<'_>, text: &str, name: &str) -> usize {
    let later = modifiers(node).into_iter().find(|m| modifier_rank(m.text_in(text)) > modifier_rank(name));
    let first = |n: &Node<'_>| !n.is(&["attribute_list", "modifier", "comment"]) && !n.kind().starts_with("preproc");
    later.or_else(|| node.all_children().into_iter().find(first)).map_or(node.start_byte(), |n| n.start_byte())
}

/// The name token of a declaration; for fields the first declarator's.
pub fn name_of(node: Node<'_>) -> Option<Node<'_>> {
    node.field("name").or_else(|| descendants(node).find(|n| n.kind() == "variable_declarator")?.field("name"))
}

/// `node` and all its descendants, parents first. Iterative, because input may be deeply nested.
pub fn descendants(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    walk(node, |_| true)
}

/// `node` and what is below it, parents first; only below those that `enters` accepts.
fn walk<'t>(node: Node<'t>, enters: impl Fn(Node<'t>) -> bool) -> impl Iterator<Item = Node<'t>> {
    let mut cursor = node.walk();
    let mut at_end = false;
    std::iter::from_fn(move || {
        if at_end {
            return None;
        }
        let next = cursor.node();
        if !enters(next) || !cursor.goto_first_child() {
            // The cursor does not leave `node`.
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    at_end = true;
                    break;
                }
            }
        }
        Some(next)
    })
}

/// The identifiers `name` in `node`, in order.
pub fn identifiers_named<'t>(node: Node<'t>, text: &str, name: &str) -> impl Iterator<Item = Node<'t>> {
    leaves_named(node, text, name).into_iter().filter(|leaf| leaf.kind() == "identifier")
}

/// Like [`descendants`], but skips functions nested in `node`.
pub fn own_descendants(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    walk(node, move |next| next == node || !(next.is(FUNCTIONS) || next.is(TYPES)))
}

/// The function whose body contains `node`; `None` in field initializers and similar places.
pub fn function_of(node: Node<'_>) -> Option<Node<'_>> {
    let stop = |n: &Node<'_>| n.is(FUNCTIONS) || n.is(TYPES) || n.is(&["property_declaration", "indexer_declaration"]);
    ancestors(node).find(stop).filter(|n| !n.is(TYPES))
}

/// The type declaration that contains `node`, or `node` itself.
pub fn type_of(node: Node<'_>) -> Option<Node<'_>> {
    node.enclosing(TYPES)
}

/// Whether a node is a statement, including blocks.
pub fn is_statement(node: Node<'_>) -> bool {
    node.kind().ends_with("_statement") || node.kind() == "block"
}

/// The outermost statement, expression or other node that starts where `token` starts and satisfies `wanted`.
pub fn outermost_at<'t>(token: Node<'t>, wanted: impl Fn(Node<'t>) -> bool) -> Option<Node<'t>> {
    let start = token.start_byte();
    ancestors(token).take_while(|n| n.start_byte() == start).filter(|n| wanted(*n)).last()
}

/// Whether evaluating an expression has no side effects: no calls, no assignments, nothing that may throw or run code.
pub fn is_pure(expression: Node<'_>) -> bool {
    const PURE: &[&str] = &[
        "identifier",
        "predefined_type",
        "this",
        "parenthesized_expression",
        "default_expression",
        "typeof_expression",
        "sizeof_expression",
        "conditional_expression",
        "lambda_expression",
        "anonymous_method_expression",
        "string_content",
        "type_argument_list",
        "generic_name",
        "nullable_type",
        "qualified_name",
    ];
    let mut stack = vec![expression];
    while let Some(node) = stack.pop() {
        let kind = node.kind();
        if kind.ends_with("_literal") || node.is(&["lambda_expression", "anonymous_method_expression"]) {
            continue;
        }
        let operator = || node.all_children().into_iter().any(|c| c.is(&["++", "--", "/", "%", "*", "^"]));
        let fine = match kind {
            "binary_expression" | "prefix_unary_expression" => !operator(),
            _ => !node.is_named() || PURE.contains(&kind),
        };
        if !fine {
            return false;
        }
        stack.extend(node.all_children());
    }
    true
}

/// The single expression of a node such as `return x;`, `(x)`, an argument or an arrow expression clause.
pub fn inner_expression(node: Node<'_>) -> Option<Node<'_>> {
    node.named().into_iter().next_back()
}

/// The initializer of a declarator: `x` of `a = x`.
pub fn initializer(declarator: Node<'_>) -> Option<Node<'_>> {
    let children = declarator.all_children();
    let equals = children.iter().position(|c| c.kind() == "=")?;
    children.get(equals + 1..)?.iter().find(|c| c.is_named() && c.kind() != "comment").copied()
}

/// The type written in a declaration, parameter or variable declaration.
pub fn written_type(node: Node<'_>) -> Option<Node<'_>> {
    node.field("returns").or_else(|| node.field("type")).or_else(|| {
        let declaration = crate::child_of_kind(node, "variable_declaration")?;
        declaration.field("type")
    })
}

/// Names of the type parameters that a type declares.
pub fn type_parameters(ty: Node<'_>, text: &str) -> Vec<String> {
    let list = crate::child_of_kind(ty, "type_parameter_list");
    let parameters = list.map_or_else(Vec::new, |l| crate::children_of_kind(l, "type_parameter"));
    parameters.iter().filter_map(|p| Some(p.field("name")?.text_in(text).to_owned())).collect()
}

/// Parameters of a method, constructor, local function, lambda or delegate.
pub fn parameters(node: Node<'_>) -> Vec<Node<'_>> {
    let list = node.field("parameters").or_else(|| crate::child_of_kind(node, "parameter_list"));
    list.map_or_else(Vec::new, |l| crate::children_of_kind(l, "parameter"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, Parsed};

    fn first<'a>(parsed: &'a Parsed, kind: &str) -> Node<'a> {
        descendants(parsed.root()).find(|n| n.kind() == kind).unwrap()
    }

    #[test]
    fn modifier_positions() {
        let text = "class C { [A] public static async Task M() { } int F; }";
        let parsed = Parsed::new(Language::CSHARP, text);
        let method = first(&parsed, "method_declaration");
        assert!(text[modifier_place(method, text, "new")..].starts_with("static"));
        assert!(text[modifier_place(method, text, "unsafe")..].starts_with("async"));
        assert!(text[modifier_place(first(&parsed, "field_declaration"), text, "readonly")..].starts_with("int F"));
    }

    #[test]
    fn calls_are_not_pure() {
        let parsed = Parsed::new(Language::CSHARP, "class C { int a = F(); int b = 1 + x; int c = y / z; }");
        let pure: Vec<bool> = descendants(parsed.root())
            .filter(|n| n.kind() == "variable_declarator")
            .map(|n| is_pure(initializer(n).unwrap()))
            .collect();
        assert_eq!(pure, [false, true, false]);
    }
}
