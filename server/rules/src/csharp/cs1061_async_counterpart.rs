//! # Method that became asynchronous
//!
//! A method does not exist, but one of the same name with `Async` does, which returns a task: the call is awaited. Also the other way: an
//! awaited method that is no longer asynchronous.
//!
//! ```csharp before
//! //@ error CS1061: 'Store' does not contain a definition for 'Load' and no accessible extension method 'Load' accepting a first argument of type 'Store' could be found (are you missing a using directive or an assembly reference?)
//! using System.Threading;
//! using System.Threading.Tasks;
//! class Store
//! {
//!     public Task<int> LoadAsync(int id, CancellationToken token = default) => Task.FromResult(id);
//! }
//! class C
//! {
//!     async Task<int> M(Store store, CancellationToken cancel)
//!     {
//!         await Task.Yield();
//!         return store.$0Load$0(1);
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Threading;
//! using System.Threading.Tasks;
//! class Store
//! {
//!     public Task<int> LoadAsync(int id, CancellationToken token = default) => Task.FromResult(id);
//! }
//! class C
//! {
//!     async Task<int> M(Store store, CancellationToken cancel)
//!     {
//!         await Task.Yield();
//!         return await store.LoadAsync(1, cancel);
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! Awaiting is `Safe` where the function around the call is `async`, a single method of a type in source fits, its result has the type that is
//! wanted, and no other member has a similar name. Only the name is changed, `Unsafe`, where a task is wanted or `await` is not allowed. The
//! way back to a synchronous method is `Unsafe`.

use super::support::arguments_fit::{arguments_of, may_take};
use super::support::named::name_token;
use super::support::receiver::receiver_type;
use super::support::unknown_base::has_unknown_base;
use codegen::csharp::asynchrony::{await_edits, in_async_function};
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::DeclarationKind;
use index::csharp::{CsType, TypeOrigin};
use semantics::csharp::completion_names::members;
use semantics::csharp::similar_names::typo_distance;
use semantics::csharp::target::is_conditional;
use semantics::csharp::{Member, SemanticModel, Type};
use syntax::csharp::{FUNCTIONS, TYPE_DECLARATIONS, function_of, parameters};
use syntax::{Node, NodeExt, ancestors};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1061", "CS0117", "CS0103"];

const TOKEN: &str = "System.Threading.CancellationToken";

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

/// A call of a method that does not exist.
struct Call<'a> {
    /// Its name.
    token: Node<'a>,
    node: Node<'a>,
    arguments: Vec<Node<'a>>,
    /// The type that should have the method.
    owner: CsType,
    /// The same with its type arguments.
    plain: Type,
    is_static: Option<bool>,
}

impl<'a> Call<'a> {
    fn at(ctx: &RuleContext<'a>, model: &SemanticModel<'a>) -> Option<Self> {
        let token = name_token(ctx)?;
        let parent = token.parent()?;
        let (function, receiver) = match parent.kind() {
            "member_access_expression" if parent.field("name") == Some(token) => (parent, parent.field("expression")),
            "invocation_expression" => (token, None),
            _ => return None,
        };
        let node = function.parent().filter(|p| p.kind() == "invocation_expression")?;
        if node.field("function") != Some(function) || is_conditional(node) {
            return None;
        }
        let (owner, is_static) = match receiver {
            Some(receiver) => receiver_type(ctx, model, receiver).map(|(ty, is_static)| (ty, Some(is_static)))?,
            None => {
                let declared = token.enclosing(TYPE_DECLARATIONS)?.field("name")?;
                (ctx.index.csharp().enclosing_type(ctx.path(), declared.start_byte())?, None)
            }
        };
        let plain = receiver.and_then(|r| model.type_of(r)).map(|t| t.strip().clone());
        let plain = plain.unwrap_or_else(|| {
            let arguments: Vec<Type> = owner.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect();
            model.type_from(&owner, arguments)
        });
        Some(Self { token, node, arguments: arguments_of(node.field("arguments")), owner, plain, is_static })
    }

    /// Methods with this name that take `count` of the arguments.
    fn methods(&self, ctx: &RuleContext<'a>, model: &SemanticModel<'a>, name: &str, count: usize) -> Vec<Member> {
        let mut found = model.members_named(&self.plain, name);
        found.retain(|m| {
            let d = &m.declaration;
            d.kind == DeclarationKind::Method
                && self.arguments.get(..count).is_some_and(|a| may_take(model, m, &d.parameters, a, ctx.text()))
        });
        found
    }
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let model = ctx.csharp();
    let call = Call::at(ctx, &model)?;
    let wrong = call.token.text_in(ctx.text());
    if ctx.argument(usize::from(ctx.code() != "CS0103")) != Some(wrong) || has_unknown_base(ctx, &call.owner) {
        return None;
    }
    match wrong.strip_suffix("Async").filter(|n| !n.is_empty()) {
        Some(name) => synchronous(ctx, &model, &call, wrong, name),
        None => asynchronous(ctx, &model, &call, wrong),
    }
}

fn asynchronous<'a>(ctx: &RuleContext<'a>, model: &SemanticModel<'a>, call: &Call<'a>, wrong: &str) -> Option<Fix> {
    let text = ctx.text();
    let name = format!("{wrong}Async");
    let found = call.methods(ctx, model, &name, call.arguments.len());
    let [method] = &found[..] else { return None };
    let ty = model.member_type(method)?;
    let result = model.awaited(&ty)?;
    let awaited = call.node.parent().is_some_and(|p| p.kind() == "await_expression");
    let wanted = model.expected_type(call.node).filter(|t| !t.is("void") && !awaited);
    let task_wanted = wanted.as_ref().is_some_and(|w| !w.is("object") && model.converts(&ty, w));
    let rename = TextEdit::replace(call.token.range(), name.as_str());
    let token_argument = cancellation(ctx, model, call, method);
    if awaited || task_wanted || !allows_await(call.node, text) {
        let bulk = if awaited || task_wanted { Bulk::Repair } else { Bulk::Manual };
        let fix = ctx.fix(format!("Change '{wrong}' to '{name}'"), Applicability::Unsafe).in_bulk(bulk);
        return Some(token_argument.into_iter().fold(fix.edit(rename), |fix, edit| fix.edit(edit)).build());
    }
    let fits = wanted.as_ref().is_none_or(|w| !result.is("void") && model.converts(&result, w));
    let value = call.node.parent().is_some_and(|p| p.kind() != "expression_statement");
    let similar = members(ctx, call.token, &call.owner, call.is_static.map(|s| !s));
    let similar = similar.iter().any(|n| n.name != name.as_str() && typo_distance(wrong, &n.name).is_some());
    let certain =
        fits && !similar && !(value && result.is("void")) && matches!(call.owner.origin, TypeOrigin::Source(_));
    let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
    let mut fix = ctx.fix(format!("Change '{wrong}' to '{name}' and await it"), applicability).preferred();
    if !fits {
        fix = fix.in_bulk(Bulk::Manual);
    }
    let mut rename = Some(rename);
    for mut edit in await_edits(call.node) {
        // The name may be the first token of the call.
        if edit.range.start == call.token.start_byte()
            && let Some(rename) = rename.take()
        {
            edit = TextEdit::replace(rename.range, format!("{}{name}", edit.new_text));
        }
        fix = fix.edit(edit);
    }
    fix = rename.into_iter().chain(token_argument).fold(fix, |fix, edit| fix.edit(edit));
    Some(fix.build())
}

/// The edit that passes the cancellation token in scope, if the method takes one that is not passed.
fn cancellation<'a>(
    ctx: &RuleContext<'a>,
    model: &SemanticModel<'a>,
    call: &Call<'a>,
    method: &Member,
) -> Option<TextEdit> {
    let text = ctx.text();
    let is_token = |p: &index::Parameter| model.member_text(method, &p.type_text).is_some_and(|t| t.is(TOKEN));
    let all = &method.declaration.parameters;
    let at = all.iter().position(is_token).filter(|at| *at >= call.arguments.len())?;
    let names: Vec<&str> = call.arguments.iter().filter_map(|a| a.field("name")).map(|n| n.text_in(text)).collect();
    let parameter = all.get(at).filter(|p| !names.contains(&p.name.as_str()))?;
    // The nearest function that has one.
    let tokens = ancestors(call.node).filter(|n| n.is(FUNCTIONS)).map(|function| {
        let own = parameters(function).into_iter().filter(|p| {
            let ty = p.field("type").and_then(|t| model.written_type(t));
            ty.is_some_and(|t| t.is(TOKEN))
        });
        own.filter_map(|p| Some(p.field("name")?.text_in(text))).collect::<Vec<_>>()
    });
    let tokens = tokens.into_iter().find(|found| !found.is_empty())?;
    let [token] = tokens[..] else { return None };
    let list = call.node.field("arguments")?;
    let positional = at == call.arguments.len() && names.is_empty();
    let value = if positional { token.to_owned() } else { format!("{}: {token}", parameter.name) };
    Some(match call.arguments.last() {
        Some(last) => TextEdit::insert(last.end_byte(), format!(", {value}")),
        None => TextEdit::insert(list.start_byte() + 1, value),
    })
}

/// Whether `await` is allowed at the call.
fn allows_await(call: Node<'_>, text: &str) -> bool {
    let forbidden = ["lock_statement", "query_expression", "catch_filter_clause", "attribute", "unsafe_statement"];
    let nearest = ancestors(call).find(|n| n.is(FUNCTIONS) || n.is(&forbidden));
    if nearest.is_some_and(|n| n.is(&forbidden)) {
        return false;
    }
    in_async_function(call, text) || function_of(call).is_none() && call.enclosing(&["global_statement"]).is_some()
}

/// `await x.SaveAsync()` where only `Save` exists.
fn synchronous<'a>(
    ctx: &RuleContext<'a>,
    model: &SemanticModel<'a>,
    call: &Call<'a>,
    wrong: &str,
    name: &str,
) -> Option<Fix> {
    let awaited = call.node.parent().filter(|p| p.kind() == "await_expression")?;
    let count = call.arguments.len();
    let last = call.arguments.last().and_then(|a| a.named().pop()).and_then(|v| model.type_of(v));
    let counts = [Some(count), last.filter(|t| t.is(TOKEN)).map(|_| count - 1)];
    let (taken, found) = counts.into_iter().flatten().find_map(|taken| {
        let found = call.methods(ctx, model, name, taken);
        (found.len() == 1).then_some((taken, found))
    })?;
    if model.awaited(&model.member_type(&found[0])?).is_some() {
        return None;
    }
    let title = format!("Change '{wrong}' to '{name}' and remove 'await'");
    let mut fix = ctx.fix(title, Applicability::Unsafe).delete(awaited.start_byte()..call.node.start_byte());
    fix = fix.replace(call.token.range(), name);
    if taken < count {
        let from = taken.checked_sub(1).and_then(|i| call.arguments.get(i)).map(|a| a.end_byte());
        let list = call.node.field("arguments")?;
        fix = fix.delete(from.unwrap_or(list.start_byte() + 1)..call.arguments.last()?.end_byte());
    }
    Some(fix.preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const MESSAGE: &str = "'S' does not contain a definition for 'Load' and no accessible extension method 'Load' accepting a first argument of type 'S' could be found (are you missing a using directive or an assembly reference?)";
    const HEAD: &str = "using System.Threading;\nusing System.Threading.Tasks;\n";

    fn file(members: &str, body: &str) -> String {
        format!("{HEAD}class S {{ {members} }}\nclass C {{ S s; {body} }}\n")
    }
    const LOAD: &str = "public async Task<int> LoadAsync(int a) => a;";

    fn safe(members: &str, before: &str, after: Option<&str>) {
        let after = after.map(|a| file(members, a));
        check_fix_all(rule_of(module_path!()), "CS1061", MESSAGE, &[], &file(members, before), after.as_deref());
    }

    #[test]
    fn awaited_where_the_function_is_async() {
        safe(LOAD, "async Task M() { var n = s.$0Load(1); }", Some("async Task M() { var n = await s.LoadAsync(1); }"));
        safe(
            LOAD,
            "async Task M() { s.$0Load(1).ToString(); }",
            Some("async Task M() { (await s.LoadAsync(1)).ToString(); }"),
        );
        safe(
            &LOAD.replace("int>", "string>").replace("=> a", "=> \"\""),
            "async Task<int> M() => s.$0Load(1)!.Length;",
            Some("async Task<int> M() => (await s.LoadAsync(1))!.Length;"),
        );
        // Neither where it is not, nor where the result would not fit, nor for a task without a result.
        safe(LOAD, "void M() { var n = s.$0Load(1); }", None);
        safe(LOAD, "async Task M() { lock (s) { s.$0Load(1); } }", None);
        safe(LOAD, "async Task M() { string n = s.$0Load(1); }", None);
        safe("public Task LoadAsync(int a) => null;", "async Task M() { var n = s.$0Load(1); }", None);
        // Another name is as near.
        safe(&format!("{LOAD} public int Loads(int a) => a;"), "async Task M() { s.$0Load(1); }", None);
    }

    #[test]
    fn only_the_name_where_a_task_is_wanted() {
        check_fix(
            rule_of(module_path!()),
            "CS1061",
            MESSAGE,
            &file(LOAD, "Task<int> M() => s.$0Load(1);"),
            &file(LOAD, "Task<int> M() => s.LoadAsync(1);"),
        );
    }

    #[test]
    fn the_token_in_scope_is_passed_by_name_after_other_options() {
        let load = "public async Task<int> LoadAsync(int a, int b = 0, CancellationToken token = default) => a;";
        safe(
            load,
            "async Task M(CancellationToken t) { s.$0Load(1); }",
            Some("async Task M(CancellationToken t) { await s.LoadAsync(1, token: t); }"),
        );
    }

    #[test]
    fn a_method_of_the_type_itself() {
        check_fix_all(
            rule_of(module_path!()),
            "CS0103",
            "The name 'Load' does not exist in the current context",
            &[],
            &file("", &format!("{LOAD} async Task M() {{ $0Load(1); }}")),
            Some(&file("", &format!("{LOAD} async Task M() {{ await LoadAsync(1); }}"))),
        );
    }

    #[test]
    fn the_way_back() {
        let message = MESSAGE.replace("'Load'", "'LoadAsync'");
        let load = "public int Load(int a) => a;";
        check_fix(
            rule_of(module_path!()),
            "CS1061",
            &message,
            &file(load, "async Task M(CancellationToken t) { await s.$0LoadAsync(1, t); }"),
            &file(load, "async Task M(CancellationToken t) { s.Load(1); }"),
        );
        check_no_fix(rule_of(module_path!()), "CS1061", &message, &file(load, "void M() { s.$0LoadAsync(1); }"));
    }
}
