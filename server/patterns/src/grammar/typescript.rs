use super::{Grammar, assertions, is_added};
use crate::tree::{NodeId, Tree};
use syntax::Node;

/// TypeScript, with and without JSX.
pub(super) struct TypeScript;

impl Grammar for TypeScript {
    fn name(&self) -> &'static str {
        "typescript"
    }
    fn is_list(&self, kind: &str) -> bool {
        matches!(
            kind,
            "arguments"
                | "type_arguments"
                | "type_parameters"
                | "formal_parameters"
                | "array"
                | "array_pattern"
                | "object"
                | "object_pattern"
                | "named_imports"
                | "export_clause"
                | "object_type"
                | "interface_body"
                | "tuple_type"
                | "extends_type_clause"
                | "implements_clause"
                | "enum_body"
        )
    }
    fn is_separator(&self, kind: &str) -> bool {
        matches!(kind, "," | ";")
    }
    fn is_literal(&self, node: Node<'_>) -> bool {
        match node.kind() {
            "template_string" => {
                let mut cursor = node.walk();
                !node.children(&mut cursor).any(|c| c.kind() == "template_substitution")
            }
            kind => self.is_literal_kind(kind),
        }
    }
    fn is_literal_kind(&self, kind: &str) -> bool {
        matches!(
            kind,
            "string" | "number" | "regex" | "true" | "false" | "null" | "undefined" | "template_string" | "jsx_text"
        )
    }
    fn is_name(&self, kind: &str) -> bool {
        matches!(
            kind,
            "identifier"
                | "property_identifier"
                | "type_identifier"
                | "private_property_identifier"
                | "shorthand_property_identifier"
                | "shorthand_property_identifier_pattern"
                | "statement_identifier"
        )
    }
    fn shorthand(&self, kind: &str) -> Option<(&'static str, &'static str, &'static str)> {
        match kind {
            "shorthand_property_identifier" => Some(("pair", "property_identifier", "identifier")),
            "shorthand_property_identifier_pattern" => Some(("pair_pattern", "property_identifier", "identifier")),
            _ => None,
        }
    }
    fn head(&self, tree: &Tree, node: NodeId) -> Option<NodeId> {
        let mut node = node;
        loop {
            node = match tree.kind(node) {
                kind if self.is_name(kind) => return Some(node),
                "member_expression" | "nested_type_identifier" | "nested_identifier" => tree.children(node).last()?,
                "call_expression"
                | "subscript_expression"
                | "non_null_expression"
                | "generic_type"
                | "as_expression"
                | "satisfies_expression" => tree.child(node, 0)?,
                "new_expression" => tree.child(node, 1)?,
                "await_expression" | "unary_expression" | "spread_element" => tree.children(node).last()?,
                "parenthesized_expression" => tree.child(node, 1)?,
                "jsx_self_closing_element" | "jsx_opening_element" => tree.child(node, 1)?,
                "jsx_element" => tree.child(node, 0)?,
                "type_annotation" => tree.children(node).last()?,
                _ => return None,
            };
        }
    }
    fn owner(&self, tree: &Tree, node: NodeId) -> Option<NodeId> {
        let is_super =
            tree.kind(node) == "call_expression" && tree.child(node, 0).is_some_and(|c| tree.text_of(c) == "super");
        let class = is_super
            .then(|| {
                tree.enclosing(node, |k| matches!(k, "class_declaration" | "class" | "abstract_class_declaration"))
            })
            .flatten()?;
        let heritage = tree.child_of_kind(class, &["class_heritage"])?;
        let extends = tree.child_of_kind(heritage, &["extends_clause"])?;
        tree.children(extends).nth(1).and_then(|b| self.head(tree, b))
    }
    fn is_call(&self, kind: &str) -> bool {
        matches!(
            kind,
            "call_expression"
                | "new_expression"
                | "member_expression"
                | "generic_type"
                | "nested_type_identifier"
                | "subscript_expression"
                | "jsx_self_closing_element"
                | "jsx_opening_element"
                | "jsx_element"
                | "import_specifier"
        )
    }
    fn is_statement(&self, kind: &str) -> bool {
        kind.ends_with("_statement")
            || self.is_member(kind)
            || self.is_import(kind)
            || matches!(
                kind,
                "statement_block"
                    | "class_body"
                    | "variable_declarator"
                    | "required_parameter"
                    | "optional_parameter"
                    | "property_signature"
                    | "switch_case"
            )
    }
    fn is_block(&self, kind: &str) -> bool {
        kind == "statement_block"
    }
    fn is_type_body(&self, kind: &str) -> bool {
        kind == "class_body"
    }
    fn has_type_first(&self) -> bool {
        false
    }
    fn imports_names(&self) -> bool {
        true
    }
    fn code_prefix(&self) -> &'static str {
        "TS"
    }
    fn is_member(&self, kind: &str) -> bool {
        kind.ends_with("_declaration") && kind != "lexical_declaration" && kind != "variable_declaration"
            || matches!(
                kind,
                "method_definition"
                    | "public_field_definition"
                    | "function_expression"
                    | "program"
                    | "method_signature"
                    | "abstract_method_signature"
                    | "generator_function"
            )
    }
    fn names_api(&self, tree: &Tree, leaf: NodeId) -> bool {
        let Some(parent) = tree.parent(leaf) else { return false };
        let first = tree.child(parent, 0) == Some(leaf);
        match tree.kind(leaf) {
            "property_identifier" | "private_property_identifier" => {
                matches!(tree.kind(parent), "member_expression" | "pair" | "pair_pattern" | "jsx_attribute")
            }
            "type_identifier" => !self.is_declared_name(tree, leaf),
            "identifier" => match tree.kind(parent) {
                "call_expression" | "jsx_self_closing_element" | "jsx_opening_element" | "jsx_closing_element" => true,
                "new_expression" => !first,
                "import_specifier" | "import_clause" | "namespace_import" | "decorator" | "nested_identifier" => true,
                _ => false,
            },
            _ => false,
        }
    }
    fn is_declared_name(&self, tree: &Tree, leaf: NodeId) -> bool {
        let Some(parent) = tree.parent(leaf) else { return false };
        let first = tree.child(parent, 0) == Some(leaf);
        match tree.kind(parent) {
            "variable_declarator"
            | "required_parameter"
            | "optional_parameter"
            | "rest_pattern"
            | "assignment_pattern"
            | "object_assignment_pattern" => {
                tree.children(parent).find(|c| self.is_name(tree.kind(*c))) == Some(leaf)
                    && !self.is_value(tree, parent, leaf)
            }
            "pair_pattern" => tree.children(parent).last() == Some(leaf),
            "array_pattern" | "type_parameter" => true,
            "arrow_function" => {
                first
                    || tree.child(parent, 1) == Some(leaf)
                        && tree.kind(leaf) == "identifier"
                        && tree.child(parent, 2).is_some_and(|a| tree.text_of(a) == "=>")
            }
            "catch_clause" => true,
            "for_in_statement" => tree.children(parent).find(|c| self.is_name(tree.kind(*c))) == Some(leaf),
            "function_declaration"
            | "class_declaration"
            | "interface_declaration"
            | "type_alias_declaration"
            | "enum_declaration"
            | "method_definition"
            | "public_field_definition"
            | "property_signature"
            | "method_signature"
            | "function_expression"
            | "abstract_class_declaration" => tree.children(parent).find(|c| self.is_name(tree.kind(*c))) == Some(leaf),
            _ => false,
        }
    }
    fn declares_typed(&self, kind: &str) -> bool {
        matches!(
            kind,
            "required_parameter"
                | "optional_parameter"
                | "property_signature"
                | "public_field_definition"
                | "variable_declarator"
                | "method_definition"
                | "method_signature"
                | "function_declaration"
                | "arrow_function"
                | "type_alias_declaration"
        )
    }
    fn modifier_rank(&self, text: &str) -> Option<u8> {
        // The order that TypeScript asks for (TS1029).
        Some(match text {
            "export" | "default" => 0,
            "declare" => 1,
            "public" | "private" | "protected" => 2,
            "static" | "abstract" => 3,
            "override" => 4,
            "readonly" | "accessor" => 5,
            "async" => 6,
            "get" | "set" | "*" => 7,
            _ => return None,
        })
    }
    fn is_import(&self, kind: &str) -> bool {
        kind == "import_statement"
    }
    fn is_async(&self, tree: &Tree, node: NodeId) -> bool {
        let function = tree.ancestors(node).skip(1).find(|n| {
            matches!(
                tree.kind(*n),
                "function_declaration"
                    | "function_expression"
                    | "arrow_function"
                    | "method_definition"
                    | "generator_function_declaration"
            )
        });
        let Some(function) = function else { return true };
        tree.children(function)
            .take_while(|c| !matches!(tree.kind(*c), "formal_parameters" | "statement_block" | "=>"))
            .any(|c| tree.text_of(c) == "async")
    }
    fn precedence(&self, kind: &str) -> Option<u8> {
        Some(match kind {
            "sequence_expression" => 0,
            "assignment_expression" | "augmented_assignment_expression" | "arrow_function" | "yield_expression" => 1,
            "ternary_expression" => 2,
            "binary_expression" | "as_expression" | "satisfies_expression" => 5,
            "unary_expression" | "await_expression" | "update_expression" => 8,
            "object" | "function_expression" => 9,
            "this" | "super" | "array" | "identifier" => 10,
            k if k.ends_with("_expression") || self.is_literal_kind(k) => 10,
            _ => return None,
        })
    }
    fn needed_precedence(&self, parent: &str, is_first: bool) -> u8 {
        match parent {
            "member_expression" | "call_expression" | "subscript_expression" | "non_null_expression" if is_first => 9,
            "unary_expression" | "await_expression" => 8,
            "binary_expression" => 6,
            "as_expression" | "satisfies_expression" if is_first => 5,
            _ => 0,
        }
    }
    fn is_suppression(&self, before: &str, after: &str) -> bool {
        let bang = |text: &str| assertions(text, b")]_$>");
        bang(after) > bang(before)
            || ["as any", ": any", "@ts-ignore", "@ts-expect-error", "@ts-nocheck", "as unknown as"]
                .iter()
                .any(|s| is_added(before, after, s))
    }
}

impl TypeScript {
    /// Whether the leaf stands behind the `=` of its parent.
    fn is_value(&self, tree: &Tree, parent: NodeId, leaf: NodeId) -> bool {
        tree.children(parent).take_while(|c| *c != leaf).any(|c| tree.text_of(c) == "=")
    }
}
