//! # `async` without `await`
//!
//! An `async` function without `await` runs synchronously. Either the function is made synchronous, or it keeps its signature and returns
//! completed tasks.
//!
//! ```csharp before
//! //@ warning CS1998: This async method lacks 'await' operators and will run synchronously. Consider using the 'await' operator to await non-blocking API calls, or 'await Task.Run(...)' to do CPU-bound work on a background thread.
//! using System.Threading.Tasks;
//! class C
//! {
//!     public async Task<int> $0Count$0()
//!     {
//!         return 1;
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Threading.Tasks;
//! class C
//! {
//!     public int Count()
//!     {
//!         return 1;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: callers get another type, and exceptions are thrown directly instead of being stored in the task. Nothing is offered while the
//! build also reports a missing `await` in the function.

use codegen::csharp::asynchrony::{task_name, task_result, yields};
use codegen::csharp::deletion::{merge_edits, with_space_after};
use codegen::csharp::rename::is_mentioned_elsewhere;
use fix::{Applicability, Bulk, Fix, RuleContext};
use semantics::csharp::printed::simple_name;
use syntax::csharp::{
    descendants, function_of, has_modifier, inner_expression, modifier, own_descendants, written_type,
};
use syntax::{Node, NodeExt, ancestors};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1998"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let function = function_of(ctx.token()?)?;
    let keyword = modifier(function, text, "async")?;
    let misses_await = ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
        let task = d.code == "CS4014"
            || d.code == "CS4016"
            || d.arguments.iter().any(|a| task_result(a).is_some_and(|r| !r.is_empty()));
        task && d.code != *ctx.code() && function.byte_range().contains(&d.range.start)
    });
    // Another repair has added one.
    if own_descendants(function).any(|n| n.kind() == "await_expression") {
        return None;
    }
    let lambda = function.is(&["lambda_expression", "anonymous_method_expression"]);
    let remove = TextEdit::delete(with_space_after(text, keyword));
    let build = |title: &str, edits: Vec<TextEdit>| {
        merge_edits(edits).into_iter().fold(ctx.fix(title, Applicability::Unsafe), |fix, edit| fix.edit(edit))
    };
    if lambda {
        return (!misses_await).then(|| vec![build("Remove 'async' modifier", vec![remove]).preferred().build()]);
    }
    if !function.is(&["method_declaration", "local_function_statement"]) || misses_await {
        return None;
    }
    let ty = written_type(function)?;
    let written = ty.text_in(text);
    if yields(function) {
        // `IAsyncEnumerable<T>` becomes `IEnumerable<T>`; the code that enumerates it must change too.
        let at = written.find("IAsyncEnum")? + ty.start_byte();
        let name = function.field("name")?.text_in(text);
        let used = is_mentioned_elsewhere(ctx, name)
            || descendants(ctx.root()).filter(|n| n.kind() == "identifier" && n.text_in(text) == name).count() > 1;
        let edits = vec![remove, TextEdit::delete(at + 1..at + "IAsync".len())];
        let fix = || build("Make method synchronous", with_callers(ctx, function, edits)).in_bulk(Bulk::Manual);
        return (!used).then(|| vec![fix().build()]);
    }
    if written == "void" {
        return Some(vec![
            build("Make method synchronous", with_callers(ctx, function, vec![remove])).preferred().build(),
        ]);
    }
    let result = task_result(written)?;
    let bound = ["override", "virtual", "abstract", "partial"].iter().any(|m| has_modifier(function, text, m))
        || syntax::child_of_kind(function, "explicit_interface_specifier").is_some();
    let mut out = Vec::new();
    let plain = if result.is_empty() { "void" } else { result };
    let plain = TextEdit::replace(ty.byte_range(), plain);
    let synchronous = build("Make method synchronous", with_callers(ctx, function, vec![remove.clone(), plain]));
    // Callers in other files need the task.
    let called = function.field("name").is_some_and(|n| is_mentioned_elsewhere(ctx, n.text_in(text)));
    let synchronous = synchronous.in_bulk(if called { Bulk::Manual } else { Bulk::Repair });
    if !bound {
        out.push(synchronous.build());
    }
    if let Some(mut edits) = return_completed_tasks(ctx, function, written, result) {
        edits.push(remove);
        out.push(build("Remove 'async' modifier", edits).build());
    }
    Some(out)
}

/// Also removes `Async` from the name and `await` from the callers, if all callers are in this file.
fn with_callers(ctx: &RuleContext<'_>, function: Node<'_>, mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    let text = ctx.text();
    let Some(name) = function.field("name").map(|n| n.text_in(text)) else { return edits };
    let new = name.strip_suffix("Async").filter(|n| !n.is_empty()).unwrap_or(name);
    let Some(renames) = codegen::csharp::rename::in_this_file(ctx, name, if new == name { "" } else { new }) else {
        return edits;
    };
    if new != name {
        edits.extend(renames);
    }
    for mention in descendants(ctx.root()).filter(|n| n.kind() == "identifier" && n.text_in(text) == name) {
        let Some(call) = ancestors(mention).find(|n| n.kind() == "invocation_expression") else { continue };
        let called = call.field("function").is_some_and(|f| f == mention || f.field("name") == Some(mention));
        if !called {
            continue;
        }
        let mut whole = call;
        let configured = call.parent().filter(|p| p.field("name").is_some_and(|n| n.text_in(text) == "ConfigureAwait"));
        if let Some(outer) = configured.and_then(|c| c.parent()).filter(|p| p.kind() == "invocation_expression") {
            edits.push(TextEdit::delete(call.end_byte()..outer.end_byte()));
            whole = outer;
        }
        if let Some(awaited) = whole.parent().filter(|p| p.kind() == "await_expression") {
            edits.push(TextEdit::delete(awaited.start_byte()..whole.start_byte()));
        }
    }
    edits
}

/// `return Task.CompletedTask;` and `Task.FromResult(x)` for every exit.
fn return_completed_tasks(
    ctx: &RuleContext<'_>,
    function: Node<'_>,
    written: &str,
    result: &str,
) -> Option<Vec<TextEdit>> {
    let text = ctx.text();
    let value_task = simple_name(written) == "ValueTask";
    let task = task_name(ctx, function.start_byte());
    let body = function.field("body")?;
    let wrap = |value: Node<'_>| {
        let inner = value.text_in(text);
        TextEdit::replace(
            value.byte_range(),
            match value_task {
                true => format!("new {written}({inner})"),
                false => format!("{task}.FromResult<{result}>({inner})"),
            },
        )
    };
    if body.kind() == "arrow_expression_clause" {
        return (!result.is_empty()).then(|| inner_expression(body).map(|v| vec![wrap(v)]))?;
    }
    let mut edits = Vec::new();
    let done = if value_task { "default".to_owned() } else { format!("{task}.CompletedTask") };
    for way in own_descendants(body).filter(|n| n.kind() == "return_statement") {
        match inner_expression(way) {
            Some(value) if !result.is_empty() => edits.push(wrap(value)),
            None if result.is_empty() => {
                edits.push(TextEdit::insert(way.start_byte() + "return".len(), format!(" {done}")))
            }
            _ => return None,
        }
    }
    if result.is_empty() {
        let last = body.named().into_iter().next_back();
        let ends = last.is_some_and(|l| l.is(&["return_statement", "throw_statement"]));
        if !ends {
            let close = body.end_byte().checked_sub(1)?;
            let start = text[..close].trim_end().len();
            let (eol, outer) = (ctx.eol(), ctx.indent_at(close));
            let inner = format!("{}{}", ctx.indent_at(function.start_byte()), ctx.indent_unit());
            edits.push(TextEdit::replace(start..close, format!("{eol}{inner}return {done};{eol}{outer}")));
        }
    }
    Some(edits)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};
    const MESSAGE: &str = "This async method lacks 'await' operators and will run synchronously. Consider using the 'await' operator to await non-blocking API calls, or 'await Task.Run(...)' to do CPU-bound work on a background thread.";

    #[test]
    fn callers_no_longer_await() {
        check_fix(
            rule_of(module_path!()),
            "CS1998",
            MESSAGE,
            "class C { async Task<int> $0AAsync(int i) { } async void M() { await this.AAsync(await AAsync(0).ConfigureAwait(false)); } }",
            "class C { int A(int i) { } async void M() { this.A(A(0)); } }",
        );
    }

    #[test]
    fn the_signature_is_kept() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS1998",
            MESSAGE,
            "Remove 'async' modifier",
            "using System.Threading.Tasks; class C { public override async Task<int> $0M() { return 1; } }",
            "using System.Threading.Tasks; class C { public override Task<int> M() { return Task.FromResult<int>(1); } }",
        );
    }

    #[test]
    fn an_unused_iterator() {
        check_fix(
            rule_of(module_path!()),
            "CS1998",
            MESSAGE,
            "class C { async IAsyncEnumerable<int> $0NAsync() { yield return 1; } }",
            "class C { IEnumerable<int> N() { yield return 1; } }",
        );
        check_no_fix(
            rule_of(module_path!()),
            "CS1998",
            MESSAGE,
            "class C { async IAsyncEnumerable<int> $0M() { yield return 1; } async Task N() { await foreach (var i in M()) { } } }",
        );
    }
}
