//! # `await` in a function that is not `async`
//!
//! ```typescript before
//! //@ error TS1308: 'await' expressions are only allowed within async functions and at the top levels of modules.
//! function load(): number {
//!     const n = $0await$0 Promise.resolve(1);
//!     return n;
//! }
//! export { load };
//! ```
//! ```typescript after
//! async function load(): Promise<number> {
//!     const n = await Promise.resolve(1);
//!     return n;
//! }
//! export { load };
//! ```
//!
//! A function that is declared to return a `Promise`, awaits and returns nothing gets a second error for the same cause:
//!
//! ```typescript before
//! //@ error TS2355: A function whose declared type is neither 'undefined', 'void', nor 'any' must return a value.
//! //@ fix: Add async modifier to containing function
//! function load(): $0Promise<void>$0 {
//!     await Promise.resolve(1);
//! }
//! export { load };
//! ```
//! ```typescript after
//! async function load(): Promise<void> {
//!     await Promise.resolve(1);
//! }
//! export { load };
//! ```
//!
//! ## Fix safety
//! `Safe` when the function is already declared to return a `Promise`, when the compiler reports that a function returning a promise is expected, or
//! when callers await the result or ignore it: nothing changes for them. Examples are callbacks of `Promise.all(list.map(…))`, event handlers in JSX,
//! functions that a test runner calls, and functions of this file whose calls are all awaited. `Unsafe` otherwise: the function now returns a
//! promise, and callers have to await it.

use fix::{Applicability, Fix, FixBuilder, RuleContext};
use semantics::typescript::returns::returns_of;
use syntax::typescript::{FUNCTIONS, descendants, is_member_name, occurrences};
use syntax::{Node, NodeExt, child_of_kind, has_child_token};

pub(crate) const CODES: &[&str] = &["TS1308", "TS1103", "TS2311", "TS2852", "TS2355"];

/// Whether `function` itself, not a function nested in it, awaits something.
fn waits(function: Node<'_>) -> bool {
    descendants(function, &["await_expression"]).into_iter().any(|wait| wait.enclosing(FUNCTIONS) == Some(function))
}

/// The function type that annotates the variable initialized by `function`.
fn declared_type<'t>(function: Node<'t>) -> Option<Node<'t>> {
    let declarator = function.parent().filter(|p| p.kind() == "variable_declarator")?;
    declarator.field("type")?.named().into_iter().find(|n| n.kind() == "function_type")?.field("return_type")
}

fn promised<'a>(fix: FixBuilder<'a>, node: Node<'_>, text: &str) -> (FixBuilder<'a>, bool) {
    let written = node.text_in(text);
    if ["Promise<", "PromiseLike<"].iter().any(|p| written.starts_with(p)) {
        return (fix, true);
    }
    (fix.insert(node.start_byte(), "Promise<").insert(node.end_byte(), ">"), false)
}

/// Whether the compiler rejects `function` where a function that returns a promise is expected.
fn is_wanted_async(ctx: &RuleContext<'_>, function: Node<'_>) -> bool {
    let name = function.field("name").map(|n| n.start_byte());
    let gives = |text: Option<&str>| text.is_some_and(|t| t.starts_with('(') && t.contains(") => Promise<"));
    ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
        matches!(d.code.as_str(), "TS2322" | "TS2345")
            && (d.range.start == function.start_byte() || Some(d.range.start) == name)
            && d.argument(0).is_some_and(|t| t.starts_with('('))
            && !gives(d.argument(0))
            && gives(d.argument(1))
    })
}

/// Whether callers of `function` await its result or ignore it.
fn is_waited_for(ctx: &RuleContext<'_>, function: Node<'_>) -> bool {
    let text = ctx.text();
    let Some(parent) = function.parent() else { return false };
    let nothing_given = || {
        let body = function.field("body").filter(|b| b.kind() == "statement_block");
        body.is_some_and(|b| returns_of(b).iter().all(Option::is_none))
    };
    match parent.kind() {
        "arguments" => {
            let callee = parent.parent().and_then(|c| c.field("function"));
            let Some(callee) = callee else { return false };
            let mapped = callee.field("property").is_some_and(|p| p.text_in(text) == "map");
            if mapped {
                let outer = parent.parent().and_then(|c| c.parent()).filter(|a| a.kind() == "arguments");
                let outer = outer.and_then(|a| a.parent()?.field("function")).map_or("", |f| f.text_in(text));
                return ["Promise.all", "Promise.allSettled", "Promise.race", "Promise.any"].contains(&outer);
            }
            // `it.only(…)`, but not with a callback of its own to say when it is done.
            let first = callee.field("object").unwrap_or(callee).text_in(text);
            let runs = ["it", "test", "beforeEach", "afterEach", "beforeAll", "afterAll", "before", "after"];
            runs.contains(&first) && function.field("parameters").is_some_and(|p| p.named().is_empty())
        }
        "jsx_expression" => {
            let name = parent.parent().filter(|a| a.kind() == "jsx_attribute");
            let name = name.and_then(|a| a.named().first().copied()).map_or("", |n| n.text_in(text));
            name.strip_prefix("on").is_some_and(|n| n.starts_with(char::is_uppercase)) && nothing_given()
        }
        _ => {
            let holder = if parent.kind() == "variable_declarator" { parent } else { function };
            let exported = syntax::ancestors(holder).take(3).any(|n| n.kind() == "export_statement");
            let Some(name) = holder.field("name").filter(|n| n.kind() == "identifier" && !exported) else {
                return false;
            };
            let uses = occurrences(ctx.root(), text, name.text_in(text));
            let mut uses = uses.into_iter().filter(|u| *u != name && !is_member_name(*u)).peekable();
            uses.peek().is_some()
                && uses.all(|u| {
                    let call = u.parent().filter(|c| c.kind() == "call_expression" && c.field("function") == Some(u));
                    call.and_then(|c| c.parent()).is_some_and(|p| p.kind() == "await_expression")
                })
        }
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    if *ctx.code() == "TS2311" && token.text_in(text) != "await" {
        return Vec::new();
    }
    let Some(function) = token.enclosing(FUNCTIONS) else { return Vec::new() };
    let is_accessor = ["get", "set"].iter().any(|k| child_of_kind(function, k).is_some());
    let is_constructor = function.field("name").is_some_and(|n| n.text_in(text) == "constructor");
    if has_child_token(function, text, "async") || is_accessor || is_constructor {
        return Vec::new();
    }
    if *ctx.code() == "TS2355" && !waits(function) {
        return Vec::new();
    }
    // `async` stands before the name of a method (and before `*`), and before everything else of a function.
    let at = match function.kind() {
        "method_definition" => {
            let star = child_of_kind(function, "*").or(function.field("name"));
            let Some(star) = star else { return Vec::new() };
            star.start_byte()
        }
        _ => function.start_byte(),
    };
    let returns = function.field("return_type").and_then(|t| t.named().into_iter().next());
    let generator = child_of_kind(function, "*").is_some() || function.kind().starts_with("generator");
    let returns = returns.or_else(|| declared_type(function));
    let generated = |t: Node<'_>| t.text_in(text).starts_with("Async");
    let applicability = match returns {
        Some(t) if generator && generated(t) => Applicability::Safe,
        Some(t) if !generator && t.text_in(text).starts_with("Promise<") => Applicability::Safe,
        None if !generator && (is_wanted_async(ctx, function) || is_waited_for(ctx, function)) => Applicability::Safe,
        _ => Applicability::Unsafe,
    };
    let mut fix = ctx.fix("Add async modifier to containing function", applicability).insert(at, "async ");
    if let Some(returns) = returns.filter(|r| !generator && !r.is(&["type_predicate", "asserts"])) {
        (fix, _) = promised(fix, returns, text);
    }
    vec![fix.preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const MESSAGE: &str =
        "'await' expressions are only allowed within async functions and at the top levels of modules.";

    #[test]
    fn arrows_methods_and_annotated_variables() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("const f = () => { $0await p; };\n", "const f = async () => { await p; };\n"),
            (
                "class C { public static m(): Promise<void> { $0await p; } }\n",
                "class C { public static async m(): Promise<void> { await p; } }\n",
            ),
            (
                "const f: () => number = () => { $0await p; return 1; };\n",
                "const f: () => Promise<number> = async () => { await p; return 1; };\n",
            ),
        ] {
            check_fix(rule, "TS1308", MESSAGE, before, after);
        }
    }

    #[test]
    fn functions_that_are_waited_for() {
        let rule = rule_of(module_path!());
        for (before, safe) in [
            ("await Promise.all(all.map((a) => { $0await a; }));\n", true),
            ("all.map((a) => { $0await a; });\n", false),
            ("it('waits', () => { $0await a; });\n", true),
            ("it.only('waits', () => { $0await a; });\n", true),
            ("it('waits', (done) => { $0await a; done(); });\n", false),
            ("const load = () => { $0await a; };\nasync function f() { await load(); }\n", true),
            ("const load = () => { $0await a; };\nasync function f() { load(); }\n", false),
            ("export const load = () => { $0await a; };\nasync function f() { await load(); }\n", false),
            ("const load = () => { $0await a; };\n", false),
        ] {
            let (head, tail) = before.split_once("$0").unwrap_or_default();
            let at = head.rfind('(').filter(|_| head.ends_with("{ ")).unwrap_or_default();
            let after = format!("{}async {}{tail}", &head[..at], &head[at..]);
            check_fix_all(rule, "TS1308", MESSAGE, &[], before, safe.then_some(after.as_str()));
        }
        let jsx = |name: &str| format!("//- /main.tsx\nconst b = <Button {name}={{() => {{ $0await a; }}}} />;\n");
        let mended = jsx("onClick").replace("$0", "").replace("() =>", "async () =>").replace("//- /main.tsx\n", "");
        check_fix_all(rule, "TS1308", MESSAGE, &[], &jsx("onClick"), Some(&mended));
        check_fix_all(rule, "TS1308", MESSAGE, &[], &jsx("render"), None);
    }

    #[test]
    fn callbacks_from_which_a_promise_is_wanted() {
        let wanted = "Argument of type '() => void' is not assignable to parameter of type '() => Promise<void>'.";
        // The other diagnostic stands at the start of the file: there the function begins in this one.
        let before = "() => { $0await p; };\n";
        let after = before.replace("$0", "").replace("() =>", "async () =>");
        check_fix_all(rule_of(module_path!()), "TS1308", MESSAGE, &[("TS2345", wanted)], before, Some(&after));
        check_fix_all(rule_of(module_path!()), "TS1308", MESSAGE, &[], before, None);
    }

    #[test]
    fn what_returns_nothing_because_it_should_wait() {
        let rule = rule_of(module_path!());
        let message = "A function whose declared type is neither 'undefined', 'void', nor 'any' must return a value.";
        let before = "function f(): $0Promise<void> { await p; }\n";
        check_fix(rule, "TS2355", message, before, "async function f(): Promise<void> { await p; }\n");
        check_no_fix(rule, "TS2355", message, "function f(): $0Promise<void> { go(async () => { await p; }); }\n");
    }

    #[test]
    fn accessors_and_constructors_cannot_wait() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "TS1308", MESSAGE, "class C { constructor() { $0await p; } }\n");
        check_no_fix(rule, "TS1308", MESSAGE, "class C { get x() { return $0await p; } }\n");
    }
}
