//! Names in the tree: where they occur, and what they mean by position.

use crate::{Node, NodeExt, ancestors, leaves_named};

/// Kinds of leaf nodes that are names.
pub const IDENTIFIERS: &[&str] = &[
    "identifier",
    "type_identifier",
    "property_identifier",
    "private_property_identifier",
    "shorthand_property_identifier",
    "shorthand_property_identifier_pattern",
    "statement_identifier",
];

/// Kinds of nodes with a function scope.
pub const FUNCTIONS: &[&str] = &[
    "function_declaration",
    "function_expression",
    "generator_function_declaration",
    "generator_function",
    "arrow_function",
    "method_definition",
];

/// Calls `visit` for each leaf below `root` whose kind is one of `kinds`, in order of position. Iterative, because input may be deeply nested.
pub fn for_each_leaf<'t>(root: Node<'t>, kinds: &[&str], mut visit: impl FnMut(Node<'t>)) {
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if kinds.contains(&node.kind()) {
            visit(node);
        }
        if cursor.goto_first_child() {
            continue;
        }
        loop {
            if cursor.node().id() == root.id() {
                return;
            }
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// All nodes below `root` of one of `kinds`, in order of position.
pub fn descendants<'t>(root: Node<'t>, kinds: &[&str]) -> Vec<Node<'t>> {
    let mut out = Vec::new();
    for_each_leaf(root, kinds, |n| out.push(n));
    out
}

/// Every leaf with the text `name`, including property names.
pub fn occurrences<'t>(root: Node<'t>, text: &str, name: &str) -> Vec<Node<'t>> {
    leaves_named(root, text, name).into_iter().filter(|leaf| leaf.is(IDENTIFIERS)).collect()
}

/// Whether `node` is at a position where only a type is allowed: annotations, type arguments, `implements`, aliases.
pub fn is_type_position(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    if node.kind() == "type_identifier" {
        // `class C extends Base` contains an identifier; `implements I` and annotations contain a type identifier.
        return true;
    }
    match parent.kind() {
        "nested_type_identifier" | "nested_identifier" => {
            ancestors(parent).find(|n| !n.is(&["nested_identifier"])).is_some_and(|n| {
                n.is(&["nested_type_identifier"])
                    || n.is(&["generic_type", "type_annotation", "implements_clause", "extends_type_clause"])
            })
        }
        "type_query" => false,
        kind => kind.ends_with("_type") || kind == "type_annotation" || kind == "implements_clause",
    }
}

/// Whether `node` is the name of a declaration rather than a use.
pub fn is_declaration_name(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let is = |field: &str| parent.field(field).is_some_and(|n| n.id() == node.id());
    match parent.kind() {
        "variable_declarator"
        | "function_declaration"
        | "function_expression"
        | "generator_function_declaration"
        | "class_declaration"
        | "abstract_class_declaration"
        | "class"
        | "interface_declaration"
        | "type_alias_declaration"
        | "enum_declaration"
        | "module"
        | "internal_module"
        | "type_parameter" => is("name"),
        "required_parameter" | "optional_parameter" => is("pattern"),
        "arrow_function" | "catch_clause" => is("parameter"),
        "for_in_statement" => is("left") && parent.field("kind").is_some(),
        "import_clause" | "namespace_import" => true,
        "import_specifier" => is("alias") || (is("name") && parent.field("alias").is_none()),
        "rest_pattern" | "array_pattern" => is_declared_pattern(parent),
        "pair_pattern" => is("value") && is_declared_pattern(parent),
        "object_assignment_pattern" | "assignment_pattern" => is("left") && is_declared_pattern(parent),
        _ => node.kind() == "shorthand_property_identifier_pattern" && is_declared_pattern(parent),
    }
}

/// Whether a pattern declares its names; `[a] = b` only assigns to them.
fn is_declared_pattern(pattern: Node<'_>) -> bool {
    let owner = ancestors(pattern).find(|n| !n.kind().ends_with("_pattern"));
    owner.is_some_and(|n| {
        n.is(&["variable_declarator", "required_parameter", "optional_parameter", "catch_clause"])
            || (n.kind() == "for_in_statement" && n.field("kind").is_some())
    })
}

/// Whether `node` is the name of a property or member (`o.name`, `{ name: … }`, a member declaration), which is not looked up in scopes.
pub fn is_member_name(node: Node<'_>) -> bool {
    node.is(&["property_identifier", "private_property_identifier"])
}

/// The text of a string node without its quotes.
pub fn unquoted(literal: &str) -> &str {
    let inner = literal.strip_prefix(['"', '\'', '`']).unwrap_or(literal);
    inner.strip_suffix(['"', '\'', '`']).unwrap_or(inner)
}

/// Words that cannot name a variable of a module.
const RESERVED: &[&str] = &[
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Whether `name` is a word that cannot name a variable of a module.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Whether `name` has the form of an identifier.
pub fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_' || c == '$')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}
