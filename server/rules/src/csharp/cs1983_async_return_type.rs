//! # Invalid return type of an `async` function
//!
//! An `async` function must return a task. A function that returns `void` cannot be awaited.
//!
//! ```csharp before
//! //@ error CS1983: The return type of an async method must be void, Task, Task<T>, a task-like type, IAsyncEnumerable<T>, or IAsyncEnumerator<T>
//! using System.Threading.Tasks;
//! class C
//! {
//!     public async int $0M$0()
//!     {
//!         await Task.Delay(1);
//!         return 1;
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Threading.Tasks;
//! class C
//! {
//!     public async Task<int> M()
//!     {
//!         await Task.Delay(1);
//!         return 1;
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS4008: Cannot await 'void'
//! using System.Threading.Tasks;
//! class C
//! {
//!     async Task M()
//!     {
//!         $0await Save()$0;
//!     }
//!     async void Save() => await Task.Delay(1);
//! }
//! ```
//! ```csharp after
//! using System.Threading.Tasks;
//! class C
//! {
//!     async Task M()
//!     {
//!         await Save();
//!     }
//!     async Task Save() => await Task.Delay(1);
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: callers get another type, and exceptions of an `async void` function are stored in the task. Where the method overrides or
//! implements a member, its type is not changed in bulk.

use super::support::declarations::is_bound;
use codegen::csharp::asynchrony::{task_name, yields};
use fix::{Applicability, Bulk, Fix, RuleContext};
use semantics::csharp::call_site::Call;
use syntax::csharp::{has_modifier, inner_expression, own_descendants, written_type};
use syntax::{NodeExt, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1983", "CS4008"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    match ctx.code().as_str() {
        "CS1983" => return_task(ctx),
        _ => remove_await_or_return_task(ctx),
    }
    .unwrap_or_default()
}

fn return_task(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let function = ctx.token()?.enclosing(&["method_declaration", "local_function_statement"])?;
    let declared = written_type(function)?;
    if !has_modifier(function, text, "async") || yields(function) {
        return None;
    }
    let bulk = if is_bound(ctx, function) { Bulk::Manual } else { Bulk::Repair };
    let expression_body = function.field("body").filter(|b| b.kind() == "arrow_expression_clause");
    let returns = expression_body.is_some()
        || own_descendants(function).any(|n| n.kind() == "return_statement" && inner_expression(n).is_some());
    let task = task_name(ctx, declared.start_byte());
    let result = format!("{task}<{}>", declared.text_in(text));
    let order = if returns { [result.as_str(), task] } else { [task, result.as_str()] };
    let offers = order.iter().enumerate().map(|(i, ty)| {
        let fix =
            ctx.fix(format!("Change return type to '{ty}'"), Applicability::Unsafe).replace(declared.byte_range(), *ty);
        let fix = fix.in_bulk(bulk);
        if i == 0 { fix.preferred().build() } else { fix.build() }
    });
    Some(offers.collect())
}

fn remove_await_or_return_task(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let awaited = ctx.token()?.enclosing(&["await_expression"])?;
    let call_node = awaited.named().into_iter().next_back().filter(|n| n.kind() == "invocation_expression")?;
    let mut out = Vec::new();
    let make = || {
        let model = ctx.csharp();
        let function = call_node.field("function")?;
        let name = function.field("name").unwrap_or(function);
        let call = Call::at(leaf_at(ctx.root(), name.start_byte())?)?;
        let [(path, at)] = &call.declarations(ctx, &model)[..] else { return None };
        let source = ctx.index.source(path)?;
        let callee =
            leaf_at(source.parsed.root(), *at)?.enclosing(&["method_declaration", "local_function_statement"])?;
        let text = source.parsed.text();
        let ty = written_type(callee).filter(|t| t.text_in(text) == "void" && has_modifier(callee, text, "async"))?;
        if has_modifier(callee, text, "override") {
            return None;
        }
        let scope = ctx.index.csharp().namespaces_in_scope(path, ty.start_byte());
        let task =
            if scope.iter().any(|n| n == "System.Threading.Tasks") { "Task" } else { "System.Threading.Tasks.Task" };
        let title = format!("Make '{}' return Task instead of void", name.text_in(ctx.text()));
        Some(
            ctx.fix(title, Applicability::Unsafe)
                .edit_in(&source, TextEdit::replace(ty.byte_range(), task))
                .preferred()
                .build(),
        )
    };
    out.extend(make());
    let statement = awaited.parent().is_some_and(|p| p.kind() == "expression_statement");
    if statement {
        let fix = ctx.fix("Remove 'await'", Applicability::Unsafe).delete(awaited.start_byte()..call_node.start_byte());
        out.push(if out.is_empty() { fix.preferred() } else { fix }.build());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "The return type of an async method must be void, Task, Task<T>, a task-like type, IAsyncEnumerable<T>, or IAsyncEnumerator<T>";

    #[test]
    fn without_a_return_value() {
        check_fix(
            rule_of(module_path!()),
            "CS1983",
            MESSAGE,
            "class C { async object $0M() { await N(); } }",
            "class C { async System.Threading.Tasks.Task M() { await N(); } }",
        );
    }

    #[test]
    fn await_is_removed_from_synchronous_calls() {
        check_fix(
            rule_of(module_path!()),
            "CS4008",
            "Cannot await 'void'",
            "class C { async void M() { $0await N(); } void N() { } }",
            "class C { async void M() { N(); } void N() { } }",
        );
    }

    #[test]
    fn nothing_for_iterators() {
        check_no_fix(rule_of(module_path!()), "CS1983", MESSAGE, "class C { async object $0M() { yield return 1; } }");
    }
}
