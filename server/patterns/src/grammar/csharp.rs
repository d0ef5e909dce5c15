use super::{Grammar, IMPLICIT_TYPE, assertions, is_added};
use crate::tree::{NodeId, Tree};
use syntax::Node;

/// C#.
pub(super) struct CSharp;

impl Grammar for CSharp {
    fn name(&self) -> &'static str {
        "csharp"
    }
    fn is_list(&self, kind: &str) -> bool {
        matches!(
            kind,
            "argument_list"
                | "bracketed_argument_list"
                | "attribute_argument_list"
                | "type_argument_list"
                | "type_parameter_list"
                | "parameter_list"
                | "bracketed_parameter_list"
                | "initializer_expression"
                | "collection_expression"
                | "attribute_list"
                | "base_list"
                | "enum_member_declaration_list"
                | "tuple_expression"
                | "tuple_type"
                | "anonymous_object_creation_expression"
                | "switch_expression"
        )
    }
    fn is_literal(&self, node: Node<'_>) -> bool {
        self.is_literal_kind(node.kind())
    }
    fn is_literal_kind(&self, kind: &str) -> bool {
        matches!(
            kind,
            "string_literal"
                | "verbatim_string_literal"
                | "raw_string_literal"
                | "character_literal"
                | "integer_literal"
                | "real_literal"
                | "boolean_literal"
                | "null_literal"
        )
    }
    fn is_name(&self, kind: &str) -> bool {
        kind == "identifier"
    }
    fn left_out(&self, kind: &str) -> Option<(&'static str, &'static str)> {
        (kind == "implicit_object_creation_expression").then_some(("object_creation_expression", IMPLICIT_TYPE))
    }
    fn head(&self, tree: &Tree, node: NodeId) -> Option<NodeId> {
        let mut node = node;
        loop {
            let last = |kinds: &[&str]| tree.children(node).filter(|c| kinds.contains(&tree.kind(*c))).last();
            node = match tree.kind(node) {
                "identifier" => return Some(node),
                "generic_name" => tree.child(node, 0)?,
                "member_access_expression"
                | "qualified_name"
                | "member_binding_expression"
                | "alias_qualified_name" => last(&["identifier", "generic_name"])?,
                "invocation_expression" | "element_access_expression" | "postfix_unary_expression" | "attribute" => {
                    tree.child(node, 0)?
                }
                "conditional_access_expression" => tree.children(node).last()?,
                "object_creation_expression" => tree.child(node, 1)?,
                "await_expression" | "prefix_unary_expression" | "argument" => tree.children(node).last()?,
                "parenthesized_expression" => tree.child(node, 1)?,
                "nullable_type" | "array_type" => tree.child(node, 0)?,
                "ref_type" => tree.children(node).last()?,
                _ => return None,
            };
        }
    }
    fn owner(&self, tree: &Tree, node: NodeId) -> Option<NodeId> {
        if tree.kind(node) != "constructor_initializer" {
            return None;
        }
        let declaration =
            tree.enclosing(node, |k| matches!(k, "class_declaration" | "record_declaration" | "struct_declaration"))?;
        if tree.children(node).any(|c| tree.kind(c) == "this" || tree.text_of(c) == "this") {
            return tree.child_of_kind(declaration, &["identifier"]);
        }
        let bases = tree.child_of_kind(declaration, &["base_list"])?;
        tree.children(bases).find(|c| tree.text_of(*c) != ":").and_then(|b| self.head(tree, b))
    }
    fn is_call(&self, kind: &str) -> bool {
        matches!(
            kind,
            "invocation_expression"
                | "object_creation_expression"
                | "member_access_expression"
                | "attribute"
                | "generic_name"
                | "constructor_initializer"
                | "primary_constructor_base_type"
                | "element_access_expression"
                | "qualified_name"
        )
    }
    fn is_statement(&self, kind: &str) -> bool {
        kind.ends_with("_statement") && kind != "empty_statement"
            || self.is_member(kind)
            || kind == "block"
            || self.is_import(kind)
            || kind == "arrow_expression_clause"
            || matches!(
                kind,
                "attribute_list" | "variable_declaration" | "parameter" | "switch_section" | "declaration_list"
            )
    }
    fn is_block(&self, kind: &str) -> bool {
        kind == "block"
    }
    fn is_type_body(&self, kind: &str) -> bool {
        kind == "declaration_list"
    }
    fn has_type_first(&self) -> bool {
        true
    }
    fn imports_names(&self) -> bool {
        false
    }
    fn code_prefix(&self) -> &'static str {
        "CS"
    }
    fn is_member(&self, kind: &str) -> bool {
        kind.ends_with("_declaration") && kind != "variable_declaration"
            || kind == "local_function_statement"
            || kind == "compilation_unit"
    }
    fn names_api(&self, tree: &Tree, leaf: NodeId) -> bool {
        if tree.kind(leaf) != "identifier" {
            return false;
        }
        let Some(parent) = tree.parent(leaf) else { return false };
        let first = tree.child(parent, 0) == Some(leaf);
        match tree.kind(parent) {
            "member_access_expression" | "qualified_name" => !first,
            "member_binding_expression"
            | "generic_name"
            | "attribute"
            | "object_creation_expression"
            | "nullable_type"
            | "array_type"
            | "base_list"
            | "type_argument_list"
            | "name_colon"
            | "cast_expression"
            | "as_expression"
            | "type_of_expression" => true,
            "is_expression" => !first,
            "parameter"
            | "variable_declaration"
            | "property_declaration"
            | "method_declaration"
            | "declaration_pattern"
            | "foreach_statement" => {
                // The type stands before the name.
                tree.children(parent).filter(|c| matches!(tree.kind(*c), "identifier")).count() > 1
                    && !self.is_declared_name(tree, leaf)
            }
            "invocation_expression" => first,
            "assignment_expression" => {
                first && tree.parent(parent).is_some_and(|p| tree.kind(p) == "initializer_expression")
            }
            _ => false,
        }
    }
    fn is_declared_name(&self, tree: &Tree, leaf: NodeId) -> bool {
        let Some(parent) = tree.parent(leaf) else { return false };
        let kind = tree.kind(parent);
        let names = || tree.children(parent).filter(|c| tree.kind(*c) == "identifier");
        match kind {
            "variable_declarator"
            | "implicit_parameter_list"
            | "type_parameter"
            | "catch_declaration"
            | "enum_member_declaration"
            | "from_clause"
            | "let_clause"
            | "join_clause"
            | "class_declaration"
            | "struct_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration"
            | "constructor_declaration"
            | "delegate_declaration" => {
                names().last() == Some(leaf) || names().next() == Some(leaf) && kind.ends_with("declarator")
            }
            "parameter"
            | "property_declaration"
            | "method_declaration"
            | "local_function_statement"
            | "event_declaration" => {
                // A default value or a returned value may be a name, too.
                let before = |n: NodeId| tree.children(parent).take_while(|c| *c != n).any(|c| tree.kind(c) == "=");
                names().filter(|n| !before(*n)).last() == Some(leaf)
            }
            "declaration_expression"
            | "declaration_pattern"
            | "parenthesized_variable_designation"
            | "recursive_pattern" => names().last() == Some(leaf),
            "foreach_statement" => {
                let mut before = tree.children(parent).take_while(|c| tree.kind(*c) != "in").collect::<Vec<_>>();
                before.pop() == Some(leaf)
            }
            "lambda_expression" => {
                tree.child(parent, 0) == Some(leaf)
                    || tree.child(parent, 1) == Some(leaf)
                        && tree.kind(leaf) == "identifier"
                        && tree.children(parent).nth(2).is_some_and(|a| tree.text_of(a) == "=>")
            }
            _ => false,
        }
    }
    fn declares_typed(&self, kind: &str) -> bool {
        matches!(
            kind,
            "parameter"
                | "property_declaration"
                | "variable_declaration"
                | "method_declaration"
                | "event_declaration"
                | "foreach_statement"
                | "local_function_statement"
                | "delegate_declaration"
                | "indexer_declaration"
                | "declaration_expression"
                | "catch_declaration"
        )
    }
    fn modifier_rank(&self, text: &str) -> Option<u8> {
        // The order of .NET's own style (IDE0036).
        const ORDER: [&str; 19] = [
            "public",
            "private",
            "protected",
            "internal",
            "file",
            "static",
            "extern",
            "new",
            "virtual",
            "abstract",
            "sealed",
            "override",
            "readonly",
            "unsafe",
            "required",
            "volatile",
            "async",
            "const",
            "partial",
        ];
        ORDER.iter().position(|m| *m == text).map(|i| i as u8)
    }
    fn is_import(&self, kind: &str) -> bool {
        kind == "using_directive"
    }
    fn is_async(&self, tree: &Tree, node: NodeId) -> bool {
        let function = tree.ancestors(node).skip(1).find(|n| {
            matches!(
                tree.kind(*n),
                "method_declaration"
                    | "local_function_statement"
                    | "lambda_expression"
                    | "anonymous_method_expression"
                    | "accessor_declaration"
                    | "constructor_declaration"
                    | "property_declaration"
                    | "operator_declaration"
            )
        });
        let Some(function) = function else { return false };
        tree.children(function)
            .take_while(|c| !matches!(tree.kind(*c), "block" | "parameter_list" | "=>"))
            .any(|c| tree.text_of(c) == "async")
    }
    fn precedence(&self, kind: &str) -> Option<u8> {
        Some(match kind {
            "assignment_expression" | "lambda_expression" => 1,
            "conditional_expression" => 2,
            "binary_expression"
            | "is_expression"
            | "as_expression"
            | "is_pattern_expression"
            | "switch_expression"
            | "range_expression" => 5,
            "prefix_unary_expression" | "await_expression" | "cast_expression" => 8,
            "identifier" | "generic_name" | "this" | "base" | "typeof_expression" | "default_expression" => 10,
            k if k.ends_with("_expression") || self.is_literal_kind(k) => 10,
            _ => return None,
        })
    }
    fn needed_precedence(&self, parent: &str, is_first: bool) -> u8 {
        match parent {
            "member_access_expression"
            | "invocation_expression"
            | "element_access_expression"
            | "conditional_access_expression"
            | "postfix_unary_expression"
                if is_first =>
            {
                10
            }
            "prefix_unary_expression" | "await_expression" | "cast_expression" => 8,
            "binary_expression" | "is_expression" | "as_expression" => 6,
            _ => 0,
        }
    }
    fn moves_along(&self, code: &str) -> bool {
        // The nullable warnings.
        code.strip_prefix("CS").and_then(|n| n.parse().ok()).is_some_and(|n: u32| (8597..=8777).contains(&n))
    }
    fn is_suppression(&self, before: &str, after: &str) -> bool {
        let bang = |text: &str| assertions(text, b")]_>\"");
        bang(after) > bang(before)
            || is_added(before, after, "#pragma")
            || is_added(before, after, "#nullable")
            || is_added(before, after, "SuppressMessage")
    }
}
