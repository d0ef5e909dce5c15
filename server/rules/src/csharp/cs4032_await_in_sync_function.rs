//! # `await` in a function that is not `async`
//!
//! `async` is added to the function. Where it does not return a task yet, its return type becomes a task.
//!
//! ```csharp before
//! //@ error CS4032: The 'await' operator can only be used within an async method. Consider marking this method with the 'async' modifier and changing its return type to 'Task<Task>'.
//! using System.Threading.Tasks;
//! class C
//! {
//!     public Task RunAsync()
//!     {
//!         $0await Task.Delay(1)$0;
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Threading.Tasks;
//! class C
//! {
//!     public async Task RunAsync()
//!     {
//!         await Task.Delay(1);
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the function already returns a task and every returned value is awaited or reported as not being a task: only the modifier is
//! missing. Changing a return type is `Unsafe`: callers are affected. So are lambdas, whose delegate type may not return a task, and
//! `async void`. The type and name of a method that overrides or implements a member are not changed in bulk.

use super::support::declarations::is_bound;
use codegen::csharp::asynchrony::{is_task_like, task_name, task_result, yields};
use fix::{Applicability, Bulk, Fix, RuleContext};
use semantics::csharp::printed::simple_name;
use syntax::csharp::{descendants, has_modifier, inner_expression, modifier_place, own_descendants, written_type};
use syntax::{Node, NodeExt};
use text::{TextEdit, merge_edits};

pub(crate) const CODES: &[&str] = &["CS4032", "CS4033", "CS4034"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let function = syntax::csharp::function_of(token)?;
    if has_modifier(function, text, "async") {
        return None;
    }
    let place = TextEdit::insert(modifier_place(function, text, "async"), "async ");
    if function.is(&["lambda_expression", "anonymous_method_expression"]) {
        let fix = ctx.fix("Make method async", Applicability::Unsafe).edit(place);
        return Some(vec![fix.preferred().build()]);
    }
    if !function.is(&["method_declaration", "local_function_statement"]) {
        return None;
    }
    // `async` functions cannot have parameters by reference.
    let by_reference = syntax::csharp::parameters(function)
        .iter()
        .any(|p| ["ref", "out", "in"].iter().any(|m| has_modifier(*p, text, m)));
    if by_reference {
        return None;
    }
    let ty = written_type(function)?;
    let written = ty.text_in(text);
    let mut out = Vec::new();
    let renaming = rename(ctx, function);
    let bound = is_bound(ctx, function);
    let offer = |out: &mut Vec<Fix>, title: &str, applicability: Applicability, change: Option<TextEdit>| {
        let build = |title: String, applicability: Applicability, renames: &[TextEdit]| {
            let all = std::iter::once(&place).chain(&change).chain(renames).cloned().collect();
            let bulk = if bound && (change.is_some() || !renames.is_empty()) { Bulk::Manual } else { Bulk::Repair };
            merge_edits(all).into_iter().fold(ctx.fix(title, applicability).in_bulk(bulk), |fix, edit| fix.edit(edit))
        };
        let plain = build(title.to_owned(), applicability, &[]).build();
        let renamed = renaming.as_ref().map(|(name, edits)| {
            build(format!("{title} and rename to '{name}'"), Applicability::Unsafe, edits).build()
        });
        // Where callers are affected anyway, renaming is offered first.
        match change.is_none() && title == "Make method async" {
            true => out.extend([Some(plain), renamed].into_iter().flatten()),
            _ => out.extend([renamed, Some(plain)].into_iter().flatten()),
        }
    };
    if yields(function) {
        let rest = written.split_once('<')?.1;
        let asynchronous = match simple_name(written) {
            "IEnumerable" => format!("IAsyncEnumerable<{rest}"),
            "IEnumerator" => format!("IAsyncEnumerator<{rest}"),
            "IAsyncEnumerable" | "IAsyncEnumerator" => written.to_owned(),
            _ => return None,
        };
        let change = (asynchronous != written).then(|| TextEdit::replace(ty.range(), asynchronous));
        let applicability = if change.is_some() { Applicability::Unsafe } else { Applicability::Safe };
        offer(&mut out, "Make method async", applicability, change);
    } else if is_task_like(written) {
        let safe = returns_fit(ctx, function, task_result(written)?);
        let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
        offer(&mut out, "Make method async", applicability, None);
    } else if written == "void" {
        let task = task_name(ctx, ty.start_byte());
        offer(&mut out, "Make method async", Applicability::Unsafe, Some(TextEdit::replace(ty.range(), task)));
        offer(&mut out, "Make method async (stay void)", Applicability::Unsafe, None);
    } else {
        let task = format!("{}<{written}>", task_name(ctx, ty.start_byte()));
        offer(&mut out, "Make method async", Applicability::Unsafe, Some(TextEdit::replace(ty.range(), task)));
    }
    Some(out)
}

/// Whether the returned values fit an `async` function with this result type (`""` for none).
fn returns_fit(ctx: &RuleContext<'_>, function: Node<'_>, result: &str) -> bool {
    let refused = |value: Node<'_>| {
        ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
            d.range.start == value.start_byte()
                && matches!(
                    d.code.as_str(),
                    "CS0029" | "CS0266" | "CS0037" | "CS0030" | "CS4032" | "CS4033" | "CS4034" | "CS8031"
                )
        })
    };
    let plain = |value: Node<'_>| {
        value.kind().ends_with("_literal") || descendants(value).any(|n| n.kind() == "await_expression")
    };
    let mut values = own_descendants(function).filter(|n| n.kind() == "return_statement").filter_map(inner_expression);
    if result.is_empty() {
        return values.next().is_none();
    }
    values.all(|v| refused(v) || plain(v))
}

/// The name with the suffix `Async`, and the edits that rename it; `None` where it has the suffix already, cannot be changed, or is mentioned in
/// other files.
fn rename(ctx: &RuleContext<'_>, function: Node<'_>) -> Option<(String, Vec<TextEdit>)> {
    let text = ctx.text();
    let name = function.field("name")?;
    let old = name.text_in(text);
    let fixed = ["override", "extern", "partial"].iter().any(|m| has_modifier(function, text, m));
    if old.ends_with("Async") || (old == "Main" && has_modifier(function, text, "static")) || fixed {
        return None;
    }
    codegen::csharp::rename::in_this_file(ctx, old, &format!("{old}Async")).map(|edits| (format!("{old}Async"), edits))
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled};
    const MESSAGE: &str = "The 'await' operator can only be used within an async method. Consider marking this method with the 'async' modifier and changing its return type to 'Task<int>'.";

    #[test]
    fn values_become_tasks() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS4032",
            MESSAGE,
            "Make method async",
            "using System.Threading.Tasks; class C { static int M() { $0await Task.Delay(1); return 1; } }",
            "using System.Threading.Tasks; class C { static async Task<int> M() { await Task.Delay(1); return 1; } }",
        );
    }

    #[test]
    fn renaming_first_where_callers_are_affected() {
        check_fix(
            rule_of(module_path!()),
            "CS4033",
            MESSAGE,
            "class C { void M() { $0await X(); } void N() { M(); } }",
            "class C { async System.Threading.Tasks.Task MAsync() { await X(); } void N() { MAsync(); } }",
        );
    }
}
