//! Asynchronous functions: their return types, and where `async` and `await` go.

use crate::FileLayout;
use crate::csharp::style::braces_on_own_line;
use semantics::Semantics;
use semantics::csharp::printed::{simple_name, type_arguments};
use syntax::csharp::{descendants, function_of, has_modifier, initializer, inner_expression, own_descendants};
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

/// What a synchronous body is rewritten to return.
pub struct CompletedTask<'a, 't> {
    /// The task type as it is written at the function: `Task`, `ValueTask<int>`.
    pub written: &'a str,
    /// `T` as it is written there; empty for tasks without result.
    pub result: &'a str,
    /// Whether `Task.FromResult(value)` has the right type without a type argument.
    pub inferred: &'a dyn Fn(Node<'t>) -> bool,
}

/// The edits that make a function without `await` return completed tasks at every exit; `None` where its returns do not fit.
pub fn complete_tasks<'t>(
    ctx: &Semantics<'_>,
    function: Node<'t>,
    task: &CompletedTask<'_, 't>,
) -> Option<Vec<TextEdit>> {
    let text = ctx.text();
    let CompletedTask { written, result, inferred } = task;
    let value_task = simple_name(written) == "ValueTask";
    let name = task_name(ctx, function.start_byte());
    let body = function.field("body")?;
    if yields(function) {
        return None;
    }
    let wrap = |value: Node<'t>| {
        let inner = value.text_in(text);
        let new = match value_task {
            true => format!("new {written}({inner})"),
            false if inferred(value) => format!("{name}.FromResult({inner})"),
            false => format!("{name}.FromResult<{result}>({inner})"),
        };
        (value.kind() != "throw_expression").then(|| TextEdit::replace(value.byte_range(), new))
    };
    let done = if value_task { "default".to_owned() } else { format!("{name}.CompletedTask") };
    let (eol, outer) = (ctx.eol(), ctx.indent_at(function.start_byte()));
    let inner = format!("{outer}{}", ctx.indent_unit());
    if body.kind() != "block" {
        // A lambda's body may be the expression itself.
        let value = if body.kind() == "arrow_expression_clause" { inner_expression(body)? } else { body };
        if !result.is_empty() {
            return Some(wrap(value).into_iter().collect());
        }
        if value.kind() == "throw_expression" {
            return Some(Vec::new());
        }
        let call = value.text_in(text);
        if value == body {
            return Some(vec![TextEdit::replace(body.range(), format!("{{ {call}; return {done}; }}"))]);
        }
        let (start, end) = (text[..body.start_byte()].trim_end().len(), function.end_byte());
        let brace = if braces_on_own_line(ctx) { format!("{eol}{outer}{{") } else { " {".to_owned() };
        let block = format!("{brace}{eol}{inner}{call};{eol}{inner}return {done};{eol}{outer}}}");
        return Some(vec![TextEdit::replace(start..end, block)]);
    }
    let mut edits = Vec::new();
    for way in own_descendants(body).filter(|n| n.kind() == "return_statement") {
        match inner_expression(way) {
            Some(value) if !result.is_empty() => edits.extend(wrap(value)),
            None if result.is_empty() => {
                edits.push(TextEdit::insert(way.start_byte() + "return".len(), format!(" {done}")));
            }
            _ => return None,
        }
    }
    if result.is_empty() {
        let last = body.named().into_iter().next_back();
        let ends = last.is_some_and(|l| l.is(&["return_statement", "throw_statement"]));
        let close = body.end_byte().checked_sub(1)?;
        let start = text[..close].trim_end().len();
        if !ends && !text[body.byte_range()].contains('\n') {
            // What is one line stays one.
            edits.push(TextEdit::replace(start..close, format!(" return {done}; ")));
        } else if !ends {
            let outer = ctx.indent_at(close);
            let inner = format!("{outer}{}", ctx.indent_unit());
            edits.push(TextEdit::replace(start..close, format!("{eol}{inner}return {done};{eol}{outer}")));
        }
    }
    Some(edits)
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
