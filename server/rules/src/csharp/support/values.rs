//! Expressions that have a value.

use syntax::{Node, NodeExt};

/// Whether `node` can be an expression with a value: neither a statement nor syntax that only contains expressions.
pub(crate) fn is_value(node: Node<'_>) -> bool {
    node.is_named()
        && !node.kind().ends_with("_statement")
        && !node.is(&[
            "argument",
            "argument_list",
            "arrow_expression_clause",
            "block",
            "compilation_unit",
            "expression_element",
            "global_statement",
            "interpolation",
            "spread_element",
            "switch_expression_arm",
        ])
}
