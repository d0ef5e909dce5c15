//! # Condition tests a function that is never called
//!
//! ```typescript before
//! //@ error TS2774: This condition will always return true since this function is always defined. Did you mean to call it instead?
//! //@ options: --strictNullChecks
//! export function check(isReady: () => boolean) {
//!     return $0isReady$0 ? 1 : 2;
//! }
//! ```
//! ```typescript after
//! export function check(isReady: () => boolean) {
//!     return isReady() ? 1 : 2;
//! }
//! ```
//!
//! A property of a type that is not declared in the workspace is asked for because not every host has it (`navigator.share`): there the test is
//! written out.
//!
//! ## Fix safety
//! `Unsafe` for a function of the workspace: the condition was always true and now depends on the result of the call. `DisplayOnly` when the
//! function is not one of the workspace, or returns nothing or a promise: calling it would do something, and say nothing.

use codegen::typescript::edit::quote_of;
use fix::{Applicability, Fix, RuleContext};
use semantics::typescript::Shape;
use syntax::{Node, NodeExt, ancestors, leaf_at};

pub(crate) const CODES: &[&str] = &["TS2774"];

/// Whether the value of `tested` decides something.
fn is_condition(tested: Node<'_>, text: &str) -> bool {
    let Some(parent) = tested.parent() else { return false };
    match parent.kind() {
        "parenthesized_expression" => {
            parent.parent().is_some_and(|p| p.is(&["if_statement", "while_statement", "do_statement"]))
                || is_condition(parent, text)
        }
        "ternary_expression" => parent.field("condition") == Some(tested),
        "for_statement" => parent.field("condition").is_some_and(|c| c.byte_range().contains(&tested.start_byte())),
        "binary_expression" => {
            let operator = parent.field("operator").map_or("", |o| o.text_in(text));
            let left = parent.field("left") == Some(tested);
            matches!(operator, "&&" | "||") && (left || is_condition(parent, text))
        }
        "unary_expression" => is_condition(parent, text),
        _ => false,
    }
}

/// Whether the function is declared in the workspace's own sources.
fn is_own(ctx: &RuleContext<'_>, tested: Node<'_>) -> bool {
    let model = ctx.typescript();
    let name = tested.field("property").unwrap_or(tested);
    let places = model.resolve(name).map(|s| model.places(&s)).unwrap_or_default();
    places.iter().any(|(path, range)| {
        let file = path.to_string_lossy();
        if file.contains("node_modules") || file.ends_with(".d.ts") {
            return false;
        }
        // `declare global` says what the host has.
        let source = ctx.index.source(path);
        let global = source.is_some_and(|source| {
            let node = leaf_at(source.parsed.root(), range.start);
            let outer = node.and_then(|n| ancestors(n).filter(|a| a.kind() == "ambient_declaration").last());
            outer.is_some_and(|o| o.text_in(source.parsed.text()).starts_with("declare global"))
        });
        !global
    })
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let start = token.start_byte();
    // The tested expression is the longest property access chain that begins at the diagnostic.
    let tested = ancestors(token)
        .take_while(|n| n.start_byte() == start)
        .filter(|n| n.is(&["identifier", "this", "member_expression", "subscript_expression", "non_null_expression"]))
        .last();
    let Some(tested) = tested.filter(|t| t.kind() != "this" && is_condition(*t, text)) else { return Vec::new() };
    let model = ctx.typescript();
    let ty = model.type_of(tested);
    let signatures = ty.as_ref().map(|t| model.signatures_of(t)).unwrap_or_default();
    if ty.is_some_and(|t| !t.is_any() && !t.is_unknown()) && signatures.is_empty() {
        return Vec::new();
    }
    let says_nothing = |ty: &semantics::typescript::Type| {
        let promise = match model.shape(ty) {
            Shape::Instance(symbol, _) => symbol.name().starts_with("Promise"),
            _ => false,
        };
        promise || matches!(model.shape(ty), Shape::Void | Shape::Undefined | Shape::Never)
    };
    let answers = signatures.iter().all(|s| s.returns.as_ref().is_none_or(|r| !says_nothing(r)));
    let own = is_own(ctx, tested);
    let mut out = Vec::new();
    if !own {
        let name = tested.field("property").filter(|p| p.kind() == "property_identifier");
        if let (Some(object), Some(name)) = (tested.field("object"), name) {
            let mark = quote_of(ctx);
            let name = name.text_in(text);
            let test = format!("{mark}{name}{mark} in {}", object.text_in(text));
            let alone = tested.parent().is_some_and(|p| p.is(&["parenthesized_expression", "ternary_expression"]));
            let test = if alone { test } else { format!("({test})") };
            let fix =
                ctx.fix(format!("Ask whether '{name}' is in '{}'", object.text_in(text)), Applicability::DisplayOnly);
            out.push(fix.replace(tested.range(), test).build());
        }
    }
    let safety = if own && answers { Applicability::Unsafe } else { Applicability::DisplayOnly };
    let fix = ctx.fix("Add missing call parentheses", safety).insert(tested.end_byte(), "()");
    out.push(if own && answers { fix.preferred() } else { fix }.build());
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};

    const MESSAGE: &str = "This condition will always return true since this function is always defined. Did you mean to call it instead?";

    #[test]
    fn a_test_for_what_the_host_has_is_no_call() {
        check_fix(
            rule_of(module_path!()),
            "TS2774",
            MESSAGE,
            "if ($0window.matchMedia) { g(); }\n",
            "if (\"matchMedia\" in window) { g(); }\n",
        );
        check_fix(
            rule_of(module_path!()),
            "TS2774",
            MESSAGE,
            "const a = $0navigator.share && g();\n",
            "const a = (\"share\" in navigator) && g();\n",
        );
    }

    #[test]
    fn what_the_sources_say_of_the_host_is_not_theirs() {
        let code = "export {};\ndeclare global { interface Navigator { share(): boolean } }\nif ($0navigator.share) { g(); }\n";
        check_fix(
            rule_of(module_path!()),
            "TS2774",
            MESSAGE,
            code,
            &code.replace("$0navigator.share", "\"share\" in navigator"),
        );
    }

    #[test]
    fn an_own_function_may_have_been_meant_to_be_called() {
        let title = "Add missing call parentheses";
        let before = "function f(s: { ready(): boolean }) { if ($0s.ready) { return 1; } }\n";
        let after = "function f(s: { ready(): boolean }) { if (s.ready()) { return 1; } }\n";
        check_fix_titled(rule_of(module_path!()), "TS2774", MESSAGE, title, before, after);
    }

    #[test]
    fn what_is_no_function_or_no_condition_stays() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "TS2774", MESSAGE, "const value = $0box + other;\n");
        check_no_fix(rule, "TS2774", MESSAGE, "function f(n: number) { if ($0n) { return 1; } }\n");
    }
}
