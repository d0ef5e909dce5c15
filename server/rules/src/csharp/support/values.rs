//! Expressions that have a value.

use semantics::csharp::{SemanticModel, Type};
use syntax::{Node, NodeExt};

/// The type that `x is T` and `x as T` suggest for `x`, which may be any.
pub(crate) fn tested_type<'a>(model: &SemanticModel<'a>, value: Node<'a>) -> Option<Type> {
    let test = value.parent()?;
    let right = match test.kind() {
        "as_expression" | "is_expression" if test.field("left") == Some(value) => test.field("right")?,
        "is_pattern_expression" if test.field("expression") == Some(value) => {
            test.field("pattern").filter(|p| p.is(&["type_pattern", "declaration_pattern"]))?.field("type")?
        }
        _ => return None,
    };
    model.written_type(right).map(|ty| ty.not_null())
}

/// The type of an operand of arithmetic whose other operand has no known type.
pub(crate) fn operand_type<'a>(model: &SemanticModel<'a>, value: Node<'a>, text: &str) -> Option<Type> {
    let (left, right) = (value.field("left")?, value.field("right")?);
    let arithmetic = value.field("operator").is_some_and(|o| matches!(o.text_in(text), "+" | "-" | "*" | "/" | "%"));
    let known = || [left, right].into_iter().filter_map(|side| model.type_of(side)).collect::<Vec<_>>();
    (value.kind() == "binary_expression" && arithmetic).then(known)?.into_iter().next()
}

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
