//! Names in the tree: how alike they are, where they occur, what they mean by position.

use syntax::{Node, NodeExt, ancestors};

/// Kinds of leaves that hold a name.
pub(crate) const IDENTIFIERS: &[&str] = &[
    "identifier",
    "type_identifier",
    "property_identifier",
    "private_property_identifier",
    "shorthand_property_identifier",
    "shorthand_property_identifier_pattern",
    "statement_identifier",
];

/// Kinds of nodes that open a function's scope.
pub(crate) const FUNCTIONS: &[&str] = &[
    "function_declaration",
    "function_expression",
    "generator_function_declaration",
    "generator_function",
    "arrow_function",
    "method_definition",
];

/// Calls `visit` for each leaf below `root` whose kind is one of `kinds`, in order of position. Iterative: input nests deep.
pub(crate) fn for_each_leaf<'t>(root: Node<'t>, kinds: &[&str], mut visit: impl FnMut(Node<'t>)) {
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
pub(crate) fn descendants<'t>(root: Node<'t>, kinds: &[&str]) -> Vec<Node<'t>> {
    let mut out = Vec::new();
    for_each_leaf(root, kinds, |n| out.push(n));
    out
}

/// Every leaf that reads `name`, properties included.
pub(crate) fn occurrences<'t>(root: Node<'t>, text: &str, name: &str) -> Vec<Node<'t>> {
    let mut out = Vec::new();
    for_each_leaf(root, IDENTIFIERS, |n| {
        if n.text_in(text) == name {
            out.push(n);
        }
    });
    out
}

/// Whether `node` stands where only a type can: annotations, type arguments, `implements`, aliases.
pub(crate) fn is_type_position(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    if node.kind() == "type_identifier" {
        // `class C extends Base` holds an identifier; `implements I` and annotations a type identifier.
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

/// Whether `node` declares the name it holds, rather than uses it.
pub(crate) fn is_declaration_name(node: Node<'_>) -> bool {
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

/// Whether a pattern declares its names; `[a] = b` only assigns them.
fn is_declared_pattern(pattern: Node<'_>) -> bool {
    let owner = ancestors(pattern).find(|n| !n.kind().ends_with("_pattern"));
    owner.is_some_and(|n| {
        n.is(&["variable_declarator", "required_parameter", "optional_parameter", "catch_clause"])
            || (n.kind() == "for_in_statement" && n.field("kind").is_some())
    })
}

/// Whether `node` is a property's or member's name (`o.name`, `{ name: … }`, a member declaration), which no scope can answer.
pub(crate) fn is_member_name(node: Node<'_>) -> bool {
    node.is(&["property_identifier", "private_property_identifier"])
}

/// Edits that lead from one word to the other, a swap of neighbours counting once.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    strsim::osa_distance(a, b)
}

fn digits(s: &str) -> Vec<char> {
    s.chars().filter(char::is_ascii_digit).collect()
}

/// Whether `wrong` reads like a slip of the finger for `right`: the same letters in another case, or one or two edits in a word that is
/// long enough for that to be no coincidence. Words that differ in a digit are siblings, not slips.
pub(crate) fn is_slip(wrong: &str, right: &str) -> bool {
    if wrong == right {
        return false;
    }
    if wrong.to_lowercase() == right.to_lowercase() {
        return true;
    }
    if digits(wrong) != digits(right) {
        return false;
    }
    let length = wrong.chars().count().min(right.chars().count());
    let edits = distance(wrong, right);
    (edits == 1 && length >= 3) || (edits == 2 && length >= 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_siblings() {
        for (wrong, right) in [("lenght", "length"), ("Foo", "foo"), ("nam", "name"), ("reciever", "receiver")] {
            assert!(is_slip(wrong, right), "{wrong}");
        }
        for (wrong, right) in [("x1", "x2"), ("ab", "cd"), ("value1", "value2"), ("start", "stop"), ("a", "b")] {
            assert!(!is_slip(wrong, right), "{wrong}");
        }
    }
}
