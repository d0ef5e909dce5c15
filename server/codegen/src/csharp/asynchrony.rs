//! Asynchronous functions: their return types, and where `async` and `await` go.

use semantics::Semantics;
use semantics::csharp::printed::{simple_name, type_arguments};
use syntax::csharp::{descendants, function_of, has_modifier, initializer, own_descendants};
use syntax::{Node, NodeExt};
use text::TextEdit;

/// Whether the function around `node` is asynchronous.
pub fn in_async_function(node: Node<'_>, text: &str) -> bool {
    function_of(node).is_some_and(|f| has_modifier(f, text, "async"))
}

/// `T` for `Task<T>` and `ValueTask<T>` (qualified or not), `""` for `Task` and `ValueTask`.
pub fn task_result(ty: &str) -> Option<&str> {
    let ty = ty.trim().trim_end_matches('?');
    let argument = match type_arguments(ty).as_slice() {
        [] => "",
        [argument] => argument,
        _ => return None,
    };
    matches!(simple_name(ty), "Task" | "ValueTask").then_some(argument)
}

/// Whether an `async` function can return this type unchanged.
pub fn is_task_like(ty: &str) -> bool {
    task_result(ty).is_some() || matches!(simple_name(ty), "IAsyncEnumerable" | "IAsyncEnumerator")
}

/// `Task` as it is written at `offset`: qualified when its namespace is not in scope.
pub fn task_name(ctx: &Semantics<'_>, offset: usize) -> &'static str {
    let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), offset);
    if scope.iter().any(|n| n == "System.Threading.Tasks") { "Task" } else { "System.Threading.Tasks.Task" }
}

/// Whether the function's own body contains a `yield` statement.
pub fn yields(function: Node<'_>) -> bool {
    own_descendants(function).any(|n| n.kind() == "yield_statement")
}

/// The edits that await `expression`, with parentheses where precedence requires them.
pub fn await_edits(expression: Node<'_>) -> Vec<TextEdit> {
    let low_precedence = expression.is(&[
        "binary_expression",
        "conditional_expression",
        "as_expression",
        "is_expression",
        "is_pattern_expression",
        "assignment_expression",
        "switch_expression",
        "range_expression",
    ]);
    let receiver = expression.parent().is_some_and(|p| {
        let first = p.field("expression") == Some(expression)
            || p.field("function") == Some(expression)
            || p.field("condition") == Some(expression) && p.kind() == "conditional_access_expression";
        let forgiven = p.kind() == "postfix_unary_expression";
        forgiven
            || first
                && p.is(&[
                    "member_access_expression",
                    "element_access_expression",
                    "invocation_expression",
                    "conditional_access_expression",
                ])
    });
    let (open, close) = match (low_precedence, receiver) {
        (false, false) => ("await ", ""),
        (false, true) => ("(await ", ")"),
        (true, false) => ("await (", ")"),
        (true, true) => ("(await (", "))"),
    };
    let mut edits = vec![TextEdit::insert(expression.start_byte(), open)];
    if !close.is_empty() {
        // A comment after the last operand stays next to it.
        let mut end = expression;
        while let Some(next) = end.next_sibling().filter(|n| {
            low_precedence
                && n.kind() == "comment"
                && n.end_position().row == expression.end_position().row
                && n.next_sibling().is_some_and(|after| after.start_position().row == n.end_position().row)
        }) {
            end = next;
        }
        edits.push(TextEdit::insert(end.end_byte(), close));
    }
    edits
}

/// The expression that produces a task: the initializer when `expression` is a `var` local of the same function, else `expression` itself.
pub fn task_source<'t>(expression: Node<'t>, text: &str) -> Node<'t> {
    let inner = move || {
        if expression.kind() != "identifier" {
            return None;
        }
        let name = expression.text_in(text);
        let function = function_of(expression)?;
        let mut declarators = descendants(function)
            .filter(|n| n.kind() == "variable_declarator" && n.field("name").is_some_and(|f| f.text_in(text) == name));
        let declarator = declarators.next()?;
        let declaration = declarator.parent()?;
        let inferred = declaration.field("type")?.kind() == "implicit_type";
        let local = declaration.parent()?.kind() == "local_declaration_statement";
        let value = initializer(declarator)?;
        let same = function_of(value) == Some(function);
        (inferred && local && same && declarators.next().is_none()).then_some(value)
    };
    inner().unwrap_or(expression)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_types_of_tasks() {
        assert_eq!(task_result("System.Threading.Tasks.Task<List<int>>"), Some("List<int>"));
        assert_eq!(task_result("ValueTask"), Some(""));
        assert_eq!(task_result("TaskFactory<int>"), None);
        assert!(is_task_like("IAsyncEnumerable<int>") && !is_task_like("int"));
    }
}
