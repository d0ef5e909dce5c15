//! # `useRef` without a first value
//!
//! Since version 19 of React's types a ref has to be given its first value.
//!
//! ```tsx before
//! //@ error TS2554: Expected 1 arguments, but got 0.
//! declare function useRef<T>(first: T | null): { current: T | null };
//! declare namespace JSX { interface IntrinsicElements { p: { ref?: { current: object | null } } } }
//! export function View() {
//!     const box = $0useRef$0<object>();
//!     return <p ref={box} />;
//! }
//! ```
//! ```tsx after
//! declare function useRef<T>(first: T | null): { current: T | null };
//! declare namespace JSX { interface IntrinsicElements { p: { ref?: { current: object | null } } } }
//! export function View() {
//!     const box = useRef<object>(null);
//!     return <p ref={box} />;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: `null` for the ref of an element, which React sets to `null` itself; `undefined` for other values, which is what they were.
//! `DisplayOnly` for the other one of the two.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::occurrences;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS2554"];

/// Whether the variable is the ref of an element: `ref={box}`.
fn is_element_ref(ctx: &RuleContext<'_>, variable: Node<'_>) -> bool {
    let text = ctx.text();
    occurrences(ctx.root(), text, variable.text_in(text)).into_iter().any(|n| {
        let attribute = n.parent().filter(|p| p.kind() == "jsx_expression").and_then(|p| p.parent());
        attribute
            .is_some_and(|a| a.kind() == "jsx_attribute" && a.named().first().is_some_and(|k| k.text_in(text) == "ref"))
    })
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let call = ctx.token()?.enclosing(&["call_expression"])?;
    let callee = call.field("function")?;
    let arguments = call.field("arguments").filter(|a| a.kind() == "arguments" && a.named().is_empty())?;
    let name = callee.field("property").unwrap_or(callee);
    if name.text_in(text) != "useRef" || !callee.byte_range().contains(&ctx.diagnostic.range.start) {
        return None;
    }
    let variable = call.parent().filter(|p| p.kind() == "variable_declarator").and_then(|p| p.field("name"));
    let ty = call.field("type_arguments").and_then(|t| t.named().first().map(|t| t.text_in(text)));
    let element = variable.is_some_and(|v| is_element_ref(ctx, v))
        || ty.is_some_and(|t| (t.starts_with("HTML") || t.starts_with("SVG")) && t.ends_with("Element"));
    let pass = |value: &str, applicability| {
        ctx.fix(format!("Pass '{value}'"), applicability).insert(arguments.start_byte() + 1, value)
    };
    let (first, second) = if element { ("null", "undefined") } else { ("undefined", "null") };
    Some(vec![pass(first, Applicability::Unsafe).preferred().build(), pass(second, Applicability::DisplayOnly).build()])
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn what_is_no_element_was_undefined() {
        let rule = rule_of(module_path!());
        let message = "Expected 1 arguments, but got 0.";
        check_fix(
            rule,
            "TS2554",
            message,
            "const t = React.$0useRef<number>();\n",
            "const t = React.useRef<number>(undefined);\n",
        );
        check_fix(
            rule,
            "TS2554",
            message,
            "const t = $0useRef<HTMLElement>();\n",
            "const t = useRef<HTMLElement>(null);\n",
        );
        check_no_fix(rule, "TS2554", message, "const t = $0useThing<number>();\n");
    }
}
