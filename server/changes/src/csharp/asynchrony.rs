//! What is waited for, or no longer.

use super::{Draft, Use};
use codegen::csharp::asynchrony::{await_edits, in_async_function};
use syntax::csharp::FUNCTIONS;
use syntax::{Node, NodeExt, ancestors};

/// The result is a task now.
pub(super) fn make_waiting(used: &Use<'_, '_>, draft: &mut Draft) -> Option<()> {
    let whole = used.now.whole();
    let text = used.text();
    if super::members::called(&used.site.change.then) != used.then.call.is_some() || used.now.is_written() {
        return None;
    }
    let parent = whole.parent()?;
    if parent.kind() == "await_expression" {
        return Some(());
    }
    let follows = parent.kind() == "member_access_expression" && parent.field("expression") == Some(whole);
    let name = if follows { parent.field("name").map_or("", |n| n.text_in(text)) } else { "" };
    let name_then =
        used.then.whole().parent().and_then(|p| p.field("name")).map_or("", |n| n.text_in(used.text_then()));
    if matches!(name, "GetAwaiter" | "ConfigureAwait" | "Result" | "Wait") && name != name_then {
        return Some(());
    }
    if used.now.conditional || has_conditional_receiver(whole) {
        // `await` of nothing fails.
        return None;
    }
    if in_async_function(whole, text) && may_wait(whole) {
        draft.edits.extend(await_edits(whole));
        return Some(());
    }
    if ancestors(whole).any(|n| n.kind() == "attribute_list" || n.kind() == "parameter") {
        return None;
    }
    draft.insert(whole.end_byte(), ".GetAwaiter().GetResult()");
    draft.doubt("it blocks until the task is done");
    Some(())
}

/// Whether `a?.b.c()` stands before the call.
fn has_conditional_receiver(node: Node<'_>) -> bool {
    let mut at = Some(node);
    while let Some(n) = at {
        if n.kind() == "conditional_access_expression" {
            return true;
        }
        at = n.field("function").or_else(|| n.field("expression"));
    }
    false
}

/// Whether `await` is allowed where the function around it is asynchronous.
fn may_wait(node: Node<'_>) -> bool {
    let within = ancestors(node).take_while(|n| !n.is(FUNCTIONS));
    let mut inner = node;
    for n in within {
        let forbidden = match n.kind() {
            "lock_statement" | "unsafe_statement" | "fixed_statement" | "catch_filter_clause" => true,
            "query_expression" => {
                // Only the first source is evaluated at once.
                !n.named().first().is_some_and(|first| *first == inner)
            }
            _ => false,
        };
        if forbidden {
            return false;
        }
        inner = n;
    }
    true
}

/// The result is no task any more.
pub(super) fn make_direct(used: &Use<'_, '_>, draft: &mut Draft) -> Option<()> {
    let text = used.text();
    let mut whole = used.now.whole();
    if super::members::called(&used.site.change.then) != used.then.call.is_some() {
        return None;
    }
    // `.ConfigureAwait(false)`, `.Result`, `.GetAwaiter().GetResult()`, `.Wait()`
    let start = whole.end_byte();
    let mut end = start;
    let mut settled = false;
    while let Some(access) =
        whole.parent().filter(|p| p.kind() == "member_access_expression" && p.field("expression") == Some(whole))
    {
        let name = access.field("name")?.text_in(text);
        let call =
            access.parent().filter(|c| c.kind() == "invocation_expression" && c.field("function") == Some(access));
        match (name, call) {
            ("ConfigureAwait" | "GetAwaiter", Some(call)) => whole = call,
            ("GetResult" | "Wait", Some(call)) => {
                whole = call;
                settled = true;
            }
            ("Result", None) => {
                whole = access;
                settled = true;
            }
            _ => break,
        }
        end = whole.end_byte();
        if settled {
            break;
        }
    }
    let waits = whole.parent().filter(|p| p.kind() == "await_expression");
    match waits {
        Some(_) if settled => return None,
        Some(waits) => {
            draft.delete(waits.start_byte()..whole.start_byte());
            if end > start {
                draft.delete(start..end);
            }
            // `(await a).b` keeps its parentheses: they do no harm.
        }
        None if settled => draft.delete(start..end),
        None if used.now.is_statement() => {}
        // The task was kept, returned or passed on.
        None => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe, check_unsafe};

    fn shop(member: &str) -> String {
        format!("//- /Shop.cs\nusing System.Threading.Tasks;\npublic class Shop {{ {member} }}\n")
    }
    fn use_(body: &str) -> String {
        format!("using System.Threading.Tasks;\nclass Use {{ {body} }}\n")
    }
    const SYNC: &str = "public int Count() => 1;";
    const ASYNC: &str = "public Task<int> Count() => null;";

    #[track_caller]
    fn safe(then: &str, now: &str, before: &str, after: &str) {
        let now = format!("{}//- /Use.cs\n{}", shop(now), use_(before));
        check_safe(&shop(then), &now, "CS0029", "Cannot implicitly convert type", &use_(after));
    }
    #[track_caller]
    fn nothing(then: &str, now: &str, before: &str) {
        let now = format!("{}//- /Use.cs\n{}", shop(now), use_(before));
        check_nothing(&shop(then), &now, "CS0029", "Cannot implicitly convert type");
    }

    #[test]
    fn what_is_a_task_now_is_awaited() {
        safe(
            SYNC,
            ASYNC,
            "async Task M(Shop s) { int i = $0s.Count(); }",
            "async Task M(Shop s) { int i = await s.Count(); }",
        );
        safe(
            SYNC,
            ASYNC,
            "async Task M(Shop s) { $0s.Count().ToString(); }",
            "async Task M(Shop s) { (await s.Count()).ToString(); }",
        );
        safe(
            "public void Go() { }",
            "public async Task Go() { }",
            "async Task M(Shop s) { $0s.Go(); }",
            "async Task M(Shop s) { await s.Go(); }",
        );
        // With another name, and a parameter that may be left out.
        safe(
            SYNC,
            "public Task<int> CountAsync(System.Threading.CancellationToken t = default) => null;",
            "async Task M(Shop s) { int i = s.$0Count(); }",
            "async Task M(Shop s) { int i = await s.CountAsync(); }",
        );
    }

    #[test]
    fn where_nothing_can_be_awaited_it_blocks_with_a_doubt() {
        let now = format!("{}//- /Use.cs\n{}", shop(ASYNC), use_("int M(Shop s) { return $0s.Count(); }"));
        check_unsafe(
            &shop(SYNC),
            &now,
            "CS0029",
            "x",
            &use_("int M(Shop s) { return s.Count().GetAwaiter().GetResult(); }"),
        );
        nothing(SYNC, ASYNC, "async Task M(Shop s) { int? i = $0s?.Count(); }");
        nothing(SYNC, ASYNC, "async Task M(Shop s) { System.Func<int> f = $0s.Count; }");
    }

    #[test]
    fn what_is_awaited_already_stays() {
        nothing(SYNC, ASYNC, "async Task M(Shop s) { int i = await $0s.Count(); }");
    }

    #[test]
    fn what_is_no_task_any_more_is_not_awaited() {
        safe(
            ASYNC,
            SYNC,
            "async Task M(Shop s) { int i = await $0s.Count(); }",
            "async Task M(Shop s) { int i = s.Count(); }",
        );
        safe(
            ASYNC,
            SYNC,
            "async Task M(Shop s) { int i = await $0s.Count().ConfigureAwait(false); }",
            "async Task M(Shop s) { int i = s.Count(); }",
        );
        safe(ASYNC, SYNC, "int M(Shop s) => $0s.Count().Result;", "int M(Shop s) => s.Count();");
        nothing(ASYNC, SYNC, "Task<int> M(Shop s) => $0s.Count();");
    }
}
