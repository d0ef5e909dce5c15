//! # Missing `await`
//!
//! A task is used where its result is expected (`Cannot implicitly convert type 'Task<int>' to 'int'` and similar errors), or is not
//! awaited at all.
//!
//! ```csharp before
//! //@ error CS0029: Cannot implicitly convert type 'System.Threading.Tasks.Task<int>' to 'int'
//! using System.Threading.Tasks;
//! class C
//! {
//!     Task<int> CountAsync() => Task.FromResult(1);
//!     async Task<int> M()
//!     {
//!         int n = $0CountAsync()$0;
//!         await Task.Yield();
//!         return n;
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Threading.Tasks;
//! class C
//! {
//!     Task<int> CountAsync() => Task.FromResult(1);
//!     async Task<int> M()
//!     {
//!         int n = await CountAsync();
//!         await Task.Yield();
//!         return n;
//!     }
//! }
//! ```
//! ```csharp before
//! //@ warning CS4014: Because this call is not awaited, execution of the current method continues before the call is completed. Consider applying the 'await' operator to the result of the call.
//! using System.Threading.Tasks;
//! class C
//! {
//!     async Task M()
//!     {
//!         $0Task.Delay(3)$0;
//!         await Task.Yield();
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Threading.Tasks;
//! class C
//! {
//!     async Task M()
//!     {
//!         await Task.Delay(3);
//!         await Task.Yield();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the compiler expects the result of the task. Also for a call that is not awaited when the build reports that the function has no
//! `await` (CS1998) and it is the only such call, and for a call that ends in `ConfigureAwait`. Other such calls are `Unsafe`: they may be
//! intended to run concurrently.

use super::support::values::is_value;
use codegen::csharp::asynchrony::{await_edits, in_async_function, task_source};
use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::printed::{generic_name, simple_name, type_arguments};
use syntax::csharp::{function_of, outermost_at};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] =
    &["CS4014", "CS4016", "CS0029", "CS0266", "CS1503", "CS1061", "CS0019", "CS0023", "CS1579", "CS0021"];

/// The result of an awaitable type: of a task, or of the type that `ConfigureAwait` returns.
fn task_result(ty: &str) -> Option<&str> {
    match simple_name(ty) {
        "ConfiguredTaskAwaitable" | "ConfiguredValueTaskAwaitable" => {
            Some(type_arguments(ty).first().copied().unwrap_or_default())
        }
        _ => codegen::csharp::asynchrony::task_result(ty),
    }
}

/// Whether the call is `….ConfigureAwait(…)`, which is only useful when awaited.
fn is_configured(call: Node<'_>, text: &str) -> bool {
    let name = call.field("function").and_then(|f| f.field("name"));
    call.kind() == "invocation_expression" && name.is_some_and(|n| n.text_in(text) == "ConfigureAwait")
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    if !in_async_function(token, text) {
        return None;
    }
    let expression = match ctx.code().as_str() {
        "CS4014" => {
            let call = outermost_at(token, is_value)?;
            // A log is read again after its repairs.
            if syntax::ancestors(call).take(2).any(|n| n.kind() == "await_expression") {
                return None;
            }
            let function = function_of(call)?;
            let inside = |code: &str| {
                let range = function.range();
                ctx.diagnostics
                    .in_file(ctx.path())
                    .iter()
                    .filter(|d| d.code == code && range.contains_range(d.range))
                    .count()
            };
            let safe = inside("CS1998") == 1 && inside("CS4014") == 1 || is_configured(call, text);
            let mut fix =
                ctx.fix("Add 'await'", if safe { Applicability::Safe } else { Applicability::Unsafe }).preferred();
            for edit in await_edits(call) {
                fix = fix.edit(edit);
            }
            let discard = ctx.fix("Use discard '_'", Applicability::Unsafe).insert(call.start_byte(), "_ = ");
            return Some(vec![fix.build(), discard.build()]);
        }
        "CS1061" => {
            task_result(ctx.argument(0)?).filter(|r| !r.is_empty())?;
            let name = ctx.argument(1)?;
            let access = token.enclosing(&["member_access_expression"])?;
            if generic_name(access.field("name")?.text_in(text)) != name {
                return None;
            }
            task_source(access.field("expression")?, text)
        }
        "CS0019" => {
            let binary = outermost_at(token, |n| n.kind() == "binary_expression")?;
            let (left, right) = (ctx.argument(1)?, ctx.argument(2)?);
            let operand = match (task_result(left), task_result(right)) {
                (Some(r), None) if !r.is_empty() => binary.field("left")?,
                (None, Some(r)) if !r.is_empty() => binary.field("right")?,
                _ => return None,
            };
            task_source(operand, text)
        }
        "CS0023" => {
            task_result(ctx.argument(1)?).filter(|r| !r.is_empty())?;
            let unary = token.enclosing(&["prefix_unary_expression"])?;
            task_source(unary.named().into_iter().next()?, text)
        }
        "CS1579" => {
            task_result(ctx.argument(0)?).filter(|r| !r.is_empty())?;
            let looped = token.enclosing(&["foreach_statement"])?;
            task_source(looped.field("right")?, text)
        }
        "CS0021" => {
            task_result(ctx.argument(0)?).filter(|r| !r.is_empty())?;
            let access = outermost_at(token, |n| n.kind() == "element_access_expression")?;
            task_source(access.field("expression")?, text)
        }
        "CS4016" => task_source(outermost_at(token, is_value)?, text),
        _ => {
            let quoted = &ctx.diagnostic.arguments;
            let at = quoted.iter().position(|a| task_result(a).is_some_and(|r| !r.is_empty()))?;
            let wanted = quoted.get(at + 1)?;
            if task_result(wanted).is_some() {
                return None;
            }
            task_source(outermost_at(token, is_value)?, text)
        }
    };
    if expression.kind() == "await_expression" || !in_async_function(expression, text) {
        return None;
    }
    let mut fix = ctx.fix("Add 'await'", Applicability::Safe).preferred();
    for edit in await_edits(expression) {
        fix = fix.edit(edit);
    }
    Some(vec![fix.build()])
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const CONVERT: &str = "Cannot implicitly convert type 'System.Threading.Tasks.Task<int>' to 'int'";

    #[test]
    fn a_member_of_the_result() {
        check_fix(
            rule_of(module_path!()),
            "CS1061",
            "'Task<string>' does not contain a definition for 'Length' and no accessible extension method 'Length' accepting a first argument of type 'Task<string>' could be found (are you missing a using directive or an assembly reference?)",
            "class C { async Task M() { var n = F().$0Length; } }",
            "class C { async Task M() { var n = (await F()).Length; } }",
        );
        check_fix(
            rule_of(module_path!()),
            "CS1061",
            "'Task<string>' does not contain a definition for 'Length' and no accessible extension method 'Length' accepting a first argument of type 'Task<string>' could be found (are you missing a using directive or an assembly reference?)",
            "class C { async Task M() { var s = F(); var n = s.$0Length; } }",
            "class C { async Task M() { var s = await F(); var n = s.Length; } }",
        );
    }

    #[test]
    fn configured_tasks_are_awaited() {
        check_fix(
            rule_of(module_path!()),
            "CS0029",
            "Cannot implicitly convert type 'System.Runtime.CompilerServices.ConfiguredTaskAwaitable<int>' to 'int'",
            "class C { async Task<int> M() { return $0F().ConfigureAwait(false); } }",
            "class C { async Task<int> M() { return await F().ConfigureAwait(false); } }",
        );
    }

    #[test]
    fn parentheses_where_precedence_requires_them() {
        check_fix(
            rule_of(module_path!()),
            "CS0029",
            CONVERT,
            "class C { async Task M() { int n = $0a ? F() : G(); } }",
            "class C { async Task M() { int n = await (a ? F() : G()); } }",
        );
    }

    #[test]
    fn nothing_where_await_is_not_allowed() {
        let awaited = "class C { async Task M() { $0await F(); await F(); } async Task F() { } }";
        check_no_fix(
            rule_of(module_path!()),
            "CS4014",
            "Because this call is not awaited, execution of the current method continues before the call is completed. Consider applying the 'await' operator to the result of the call.",
            awaited,
        );
        check_no_fix(rule_of(module_path!()), "CS0029", CONVERT, "class C { void M() { int n = $0F(); } }");
    }
}
