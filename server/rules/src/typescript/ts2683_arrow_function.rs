//! # `this` in a function inside a method
//!
//! A function has its own `this`, whose type is unknown here. An arrow function uses the `this` of the enclosing method.
//!
//! ```typescript before
//! //@ error TS2683: 'this' implicitly has type 'any' because it does not have a type annotation.
//! //@ options: --noImplicitThis
//! export class Counter {
//!     n = 0;
//!     run() {
//!         const step = function () {
//!             $0this$0.n++;
//!         };
//!         step();
//!     }
//! }
//! ```
//! ```typescript after
//! export class Counter {
//!     n = 0;
//!     run() {
//!         const step = () => {
//!             this.n++;
//!         };
//!         step();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a caller may bind another `this`, and a function declaration is hoisted while a constant is not.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::{FUNCTIONS, descendants, occurrences};
use syntax::{Node, NodeExt, ancestors, has_child_token};

pub(crate) const CODES: &[&str] = &["TS2683"];

/// The enclosing function, method or class that binds `this`.
fn container(node: Node<'_>) -> Option<Node<'_>> {
    ancestors(node).skip(1).find(|n| {
        (n.is(FUNCTIONS) && n.kind() != "arrow_function") || n.is(&["public_field_definition", "class_static_block"])
    })
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token().filter(|t| t.kind() == "this") else { return Vec::new() };
    let Some(function) = container(token) else { return Vec::new() };
    let (declared, expression) = (function.kind() == "function_declaration", function.kind() == "function_expression");
    if !(declared || expression) || container(function).is_none() {
        return Vec::new();
    }
    let (Some(list), Some(body)) = (function.field("parameters"), function.field("body")) else { return Vec::new() };
    let name = function.field("name");
    let overloaded = function.prev_named_sibling().is_some_and(|p| p.kind() == "function_signature");
    let own = |n: &Node<'_>| n.text_in(text) == "arguments" || n.text_in(text) == "new.target";
    let odd = descendants(body, &["identifier", "meta_property"]).iter().any(own);
    let Some(keyword) = function.all_children().into_iter().find(|c| c.kind() == "function") else { return Vec::new() };
    if odd || overloaded || has_child_token(function, text, "*") {
        return Vec::new();
    }
    let head = if has_child_token(function, text, "async") { "async " } else { "" };
    let generics = function.field("type_parameters").unwrap_or(list);
    let label = name.map_or("anonymous function", |n| n.text_in(text));
    let arrow = function.field("return_type").unwrap_or(list).end_byte();
    let what = if declared { "declaration" } else { "expression" };
    let fix = ctx.fix(format!("Convert function {what} '{label}' to arrow function"), Applicability::Unsafe);
    let fix = match name {
        Some(name) if declared => fix
            .replace(function.start_byte()..name.start_byte(), "const ")
            .insert(name.end_byte(), format!(" = {head}")),
        // A function that refers to itself needs its name.
        Some(name) if occurrences(body, text, name.text_in(text)).is_empty() => {
            fix.delete(keyword.start_byte()..generics.start_byte())
        }
        Some(_) => return Vec::new(),
        None => fix.delete(keyword.start_byte()..generics.start_byte()),
    };
    vec![fix.insert(arrow, " =>").preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "'this' implicitly has type 'any' because it does not have a type annotation.";

    #[test]
    fn function_declarations_become_constants() {
        check_fix(
            rule_of(module_path!()),
            "TS2683",
            MESSAGE,
            "class C {\n    m() {\n        async function f<T>(a: T): Promise<T> { $0this; return a; }\n    }\n}\n",
            "class C {\n    m() {\n        const f = async <T>(a: T): Promise<T> => { this; return a; }\n    }\n}\n",
        );
    }

    #[test]
    fn no_fix_where_an_arrow_function_is_not_equivalent() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "TS2683", MESSAGE, "function f() { $0this; }\n");
        check_no_fix(rule, "TS2683", MESSAGE, "class C { m() { function f() { $0this; arguments; } } }\n");
        check_no_fix(rule, "TS2683", MESSAGE, "class C { m() { return function f() { $0this; f(); }; } }\n");
    }
}
