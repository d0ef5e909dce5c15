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
//! `Unsafe`: callers get another type, and exceptions are thrown directly instead of being stored in the task. The signature is kept where
//! something needs the task: the function implements or overrides a member, is decorated, is used without being called (as a delegate), or
//! its task is stored, passed on or discarded; in bulk also where it is part of a public type. A lambda keeps returning tasks where its
//! delegate type does. Nothing is offered while the build also reports a missing `await` in the function.

use super::support::declarations::is_bound;
use codegen::csharp::asynchrony::{CompletedTask, complete_tasks, task_result, yields};
use codegen::csharp::deletion::with_space_after;
use codegen::csharp::rename::is_mentioned_elsewhere;
use fix::{Applicability, Bulk, Fix, FixBuilder, RuleContext};
use semantics::csharp::SemanticModel;
use syntax::csharp::{
    descendants, function_of, has_modifier, identifiers_named, modifier, own_descendants, type_of, written_type,
};
use syntax::{Node, NodeExt, ancestors, child_of_kind};
use text::{TextEdit, merge_edits};

pub(crate) const CODES: &[&str] = &["CS1998"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn build<'a>(ctx: &RuleContext<'a>, title: &str, edits: Vec<TextEdit>) -> FixBuilder<'a> {
    merge_edits(edits).into_iter().fold(ctx.fix(title, Applicability::Unsafe), |fix, edit| fix.edit(edit))
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
    // Another repair has added one, or another branch of `#if` has one.
    if misses_await || own_descendants(function).any(|n| n.kind() == "await_expression") {
        return None;
    }
    let remove = TextEdit::delete(with_space_after(text, keyword));
    if function.is(&["lambda_expression", "anonymous_method_expression"]) {
        return Some(vec![of_lambda(ctx, function, remove)?]);
    }
    if !function.is(&["method_declaration", "local_function_statement"]) {
        return None;
    }
    let ty = written_type(function)?;
    let written = ty.text_in(text);
    let model = ctx.csharp();
    let uses = Uses::of(ctx, &model, function)?;
    if yields(function) {
        // `IAsyncEnumerable<T>` becomes `IEnumerable<T>`; the code that enumerates it must change too.
        let at = written.find("IAsyncEnum")? + ty.start_byte();
        let name = function.field("name")?.text_in(text);
        let used = is_mentioned_elsewhere(ctx, name) || identifiers_named(ctx.root(), text, name).count() > 1;
        let edits = vec![remove, TextEdit::delete(at + 1..at + "IAsync".len())];
        let fix =
            || build(ctx, "Make method synchronous", with_callers(ctx, function, edits, &uses)).in_bulk(Bulk::Manual);
        return (!used).then(|| vec![fix().build()]);
    }
    if written == "void" {
        let edits = with_callers(ctx, function, vec![remove], &uses);
        return Some(vec![build(ctx, "Make method synchronous", edits).preferred().build()]);
    }
    let result = task_result(written)?;
    let mut out = Vec::new();
    let plain = if result.is_empty() { "void" } else { result };
    let plain = TextEdit::replace(ty.byte_range(), plain);
    // What attributes are for may need the task, too.
    let decorated = child_of_kind(function, "attribute_list").is_some();
    if !uses.as_value && !decorated && !is_bound(ctx, function) {
        let edits = with_callers(ctx, function, vec![remove.clone(), plain], &uses);
        // Callers in other files, and of other assemblies, need the task.
        let called = function.field("name").is_some_and(|n| is_mentioned_elsewhere(ctx, n.text_in(text)));
        let bulk = if called || is_public(function, text) { Bulk::Manual } else { Bulk::Repair };
        out.push(build(ctx, "Make method synchronous", edits).in_bulk(bulk).build());
    }
    let task = CompletedTask { written, result, inferred: &|_| false };
    if let Some(mut edits) = complete_tasks(ctx, function, &task) {
        edits.push(remove);
        out.push(build(ctx, "Remove 'async' modifier", edits).build());
    }
    Some(out)
}

/// Whether code outside of the assembly may call the method.
fn is_public(function: Node<'_>, text: &str) -> bool {
    let open = |n: Node<'_>| has_modifier(n, text, "public") || has_modifier(n, text, "protected");
    function.kind() == "method_declaration"
        && open(function)
        && ancestors(function).skip(1).filter(|n| n.is(syntax::csharp::TYPES)).all(open)
}

/// A lambda: where its delegate type returns a task, it goes on to do so.
fn of_lambda<'a>(ctx: &RuleContext<'a>, lambda: Node<'a>, remove: TextEdit) -> Option<Fix> {
    let model = ctx.csharp();
    let result = model.expected_delegate(lambda).and_then(|ty| model.delegate(&ty)).map(|(_, result)| result);
    let plain = || build(ctx, "Remove 'async' modifier", vec![remove.clone()]);
    let Some(result) = result else {
        // Its type may be that of the lambda itself.
        return Some(plain().in_bulk(Bulk::Manual).build());
    };
    if result.is("void") {
        return Some(plain().preferred().build());
    }
    let written = model.minimal(&result, lambda.start_byte());
    let task = CompletedTask { written: &written, result: task_result(&written)?, inferred: &|_| false };
    let mut edits = complete_tasks(ctx, lambda, &task)?;
    edits.push(remove);
    Some(build(ctx, "Remove 'async' modifier", edits).preferred().build())
}

/// How the file uses a method.
struct Uses<'t> {
    /// Calls that await its task or ignore it, and other mentions of the method that do not need a task.
    calls: Vec<Node<'t>>,
    /// The task or the method itself is used as a value.
    as_value: bool,
    /// The file mentions a member of another type by that name.
    foreign: bool,
}

impl<'t> Uses<'t> {
    fn of(ctx: &RuleContext<'t>, model: &SemanticModel<'t>, function: Node<'_>) -> Option<Self> {
        let text = ctx.text();
        let declared = function.field("name")?;
        let name = declared.text_in(text);
        let csharp = ctx.index.csharp();
        let own = csharp.enclosing_type(ctx.path(), declared.start_byte());
        let mut uses = Self { calls: Vec::new(), as_value: false, foreign: false };
        for mention in descendants(ctx.root()) {
            if mention.kind() != "identifier" || mention.text_in(text) != name || mention.range() == declared.range() {
                continue;
            }
            let parent = mention.parent()?;
            if parent.field("name") == Some(mention) && parent.is(syntax::csharp::MEMBERS) {
                // An overload, or another type's member.
                uses.foreign |= type_of(parent).map(|t| t.start_byte()) != type_of(function).map(|t| t.start_byte());
                continue;
            }
            let simple = if parent.kind() == "generic_name" { parent } else { mention };
            let access =
                simple.parent().filter(|p| p.kind() == "member_access_expression" && p.field("name") == Some(simple));
            if let Some(receiver) = access.and_then(|a| a.field("expression")).filter(|r| !r.is(&["this", "base"])) {
                let of_type = model.type_of(receiver).and_then(|t| model.resolve(&t.not_null()));
                let through_type = || csharp.resolve(receiver.text_in(text), ctx.path(), receiver.start_byte());
                match (of_type.or_else(through_type), &own) {
                    (Some(ty), Some(own)) if ty.origin == own.origin => {}
                    (Some(_), Some(_)) => {
                        uses.foreign = true;
                        continue;
                    }
                    _ => uses.as_value = true,
                }
            }
            let function = access.unwrap_or(simple);
            let call = function
                .parent()
                .filter(|p| p.kind() == "invocation_expression" && p.field("function") == Some(function));
            match call {
                Some(call) if needs_no_task(call, text) => uses.calls.push(call),
                // `nameof(M)`
                None if is_name_of(function, text) => {}
                _ => uses.as_value = true,
            }
        }
        Some(uses)
    }
}

fn is_name_of(function: Node<'_>, text: &str) -> bool {
    let call = ancestors(function).skip(1).find(|n| n.kind() == "invocation_expression");
    call.and_then(|c| c.field("function")).is_some_and(|f| f.text_in(text) == "nameof")
}

/// `M().ConfigureAwait(false)` around the call `M()`, or the call.
fn configured<'t>(call: Node<'t>, text: &str) -> Node<'t> {
    let access = call.parent().filter(|p| p.field("name").is_some_and(|n| n.text_in(text) == "ConfigureAwait"));
    access.and_then(|a| a.parent()).filter(|p| p.kind() == "invocation_expression").unwrap_or(call)
}

/// Whether the task of the call is awaited at once, or the call is a statement.
fn needs_no_task(call: Node<'_>, text: &str) -> bool {
    configured(call, text).parent().is_some_and(|p| p.is(&["await_expression", "expression_statement"]))
}

/// Also removes `Async` from the name and `await` from the callers, if all callers are in this file.
fn with_callers(ctx: &RuleContext<'_>, function: Node<'_>, mut edits: Vec<TextEdit>, uses: &Uses<'_>) -> Vec<TextEdit> {
    let text = ctx.text();
    let Some(name) = function.field("name").map(|n| n.text_in(text)) else { return edits };
    if is_mentioned_elsewhere(ctx, name) {
        return edits;
    }
    let new = name.strip_suffix("Async").filter(|n| !n.is_empty() && !uses.foreign && *n != name);
    if let Some(new) = new {
        // A name that is in use cannot be taken.
        let Some(renames) = codegen::csharp::rename::in_this_file(ctx, name, new) else { return edits };
        edits.extend(renames);
    }
    for call in &uses.calls {
        let whole = configured(*call, text);
        if whole != *call {
            edits.push(TextEdit::delete(call.end_byte()..whole.end_byte()));
        }
        if let Some(awaited) = whole.parent().filter(|p| p.kind() == "await_expression") {
            edits.push(TextEdit::delete(awaited.start_byte()..whole.start_byte()));
        }
    }
    edits
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

    fn kept(before: &str, after: &str) {
        let rule = rule_of(module_path!());
        check_fix(rule, "CS1998", MESSAGE, before, after);
    }

    #[test]
    fn what_is_used_as_a_value_keeps_its_task() {
        let head = "using System; using System.Threading.Tasks; class C { ";
        for (rest, done) in [
            ("Func<Task<int>> f; C() { f = M; }", "return Task.FromResult<int>(1);"),
            ("void N() { var _ = M(); }", "return Task.FromResult<int>(1);"),
            ("void N() { _ = M(); }", "return Task.FromResult<int>(1);"),
            ("Task<int> N() => M();", "return Task.FromResult<int>(1);"),
            ("async Task N() => await Task.WhenAll(M(), M());", "return Task.FromResult<int>(1);"),
        ] {
            let before = format!("{head}async Task<int> $0M() {{ return 1; }} {rest} }}");
            let after = format!("{head}Task<int> M() {{ {done} }} {rest} }}");
            kept(&before, &after);
        }
        // A member of an interface, and a one-line body.
        let before = "using System.Threading.Tasks; interface I { Task SaveAsync(); } class C : I { public async Task $0SaveAsync() { } }";
        kept(
            before,
            &before.replace("async Task $0SaveAsync() { }", "Task SaveAsync() { return Task.CompletedTask; }"),
        );
    }

    #[test]
    fn lambdas_go_on_to_return_tasks() {
        let head = "using System; using System.Threading.Tasks; class C { static void Run(Func<Task> f) { } static void Get(Func<int, Task<string>> f) { } static void Do(Action f) { } ";
        for (lambda, done) in [
            ("Run(async $0() => { F(); })", "Run(() => { F(); return Task.CompletedTask; })"),
            ("Run(async $0() => F())", "Run(() => { F(); return Task.CompletedTask; })"),
            ("Get(async $0_ => \"a\")", "Get(_ => Task.FromResult<string>(\"a\"))"),
            ("Do(async $0() => { F(); })", "Do(() => { F(); })"),
        ] {
            kept(&format!("{head}void F() {{ {lambda}; }} }}"), &format!("{head}void F() {{ {done}; }} }}"));
        }
        let coalesced = "void M(Func<int, Task<string>> f) { var g = f ?? (async $0_ => \"a\"); } }";
        let after = "void M(Func<int, Task<string>> f) { var g = f ?? (_ => Task.FromResult<string>(\"a\")); } }";
        kept(&format!("{head}{coalesced}"), &format!("{head}{after}"));
    }

    #[test]
    fn members_of_other_types_keep_their_names() {
        kept(
            "using System.Threading.Tasks; class S { S inner; async Task $0FlushAsync() { new System.IO.MemoryStream().FlushAsync(); } async Task N() { await FlushAsync(); } }",
            "using System.Threading.Tasks; class S { S inner; void FlushAsync() { new System.IO.MemoryStream().FlushAsync(); } async Task N() { FlushAsync(); } }",
        );
    }
}
