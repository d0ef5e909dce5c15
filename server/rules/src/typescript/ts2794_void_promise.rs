//! # `resolve()` without a value
//!
//! When `resolve` is called without an argument, the type argument of `new Promise(…)` must include `void`.
//!
//! ```typescript before
//! //@ error TS2794: Expected 1 arguments, but got 0. Did you forget to include 'void' in your type argument to 'Promise'?
//! //@ options: --strict
//! export const done = new Promise<string>(resolve => $0resolve$0());
//! ```
//! ```typescript after
//! export const done = new Promise<string | void>(resolve => resolve());
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the argument of `resolve` may be missing instead.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors, child_of_kind};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["TS2794", "TS2810"];

/// The `new Promise(…)` whose executor's first parameter is called `name`.
fn promise<'t>(from: Node<'t>, text: &str, name: &str) -> Option<Node<'t>> {
    ancestors(from).filter(|n| n.kind() == "new_expression").find(|n| {
        let executor = n.field("arguments").and_then(|a| a.named().into_iter().next());
        let first = executor.and_then(|e| {
            e.field("parameter").or_else(|| e.field("parameters")?.named().into_iter().next()?.field("pattern"))
        });
        n.field("constructor").is_some_and(|c| c.text_in(text) == "Promise")
            && first.is_some_and(|p| p.text_in(text) == name)
    })
}

/// The type in the JSDoc cast of `(new Promise(…))`, with `void` added.
fn cast(new: Node<'_>, text: &str) -> Option<(TextRange, String)> {
    let parentheses = new.parent().filter(|p| p.kind() == "parenthesized_expression")?;
    let comment = parentheses.prev_sibling().filter(|c| c.kind() == "comment")?;
    let written = comment.text_in(text);
    let start = written.find("@type {Promise<")? + "@type {Promise<".len();
    let end = start + written[start..].find(">}")?;
    let ty = &written[start..end];
    let plain = !ty.contains(['&', '(']) && !ty.contains("=>");
    let widened = if plain { format!("{ty} | void") } else { format!("({ty}) | void") };
    Some((TextRange::new(comment.start_byte() + start, comment.start_byte() + end), widened))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let Some(new) = promise(token, text, token.text_in(text)) else { return Vec::new() };
    let title = "Add 'void' to Promise resolved without a value";
    let javascript = ctx.path().extension().is_some_and(|e| e.to_string_lossy().contains("js"));
    let arguments = child_of_kind(new, "type_arguments");
    let fix = ctx.fix(title, Applicability::Unsafe);
    let fix = match arguments.and_then(|a| a.named().into_iter().next()) {
        Some(argument) => {
            let simple = !argument.is(&["intersection_type", "function_type", "constructor_type", "conditional_type"]);
            if simple {
                fix.insert(argument.end_byte(), " | void")
            } else {
                fix.insert(argument.start_byte(), "(").insert(argument.end_byte(), ") | void")
            }
        }
        None if javascript => {
            if let Some((range, widened)) = cast(new, text) {
                return vec![fix.replace(range, widened).preferred().build()];
            }
            let before = new.prev_sibling().filter(|c| c.kind() == "comment");
            if before.is_some() {
                return Vec::new();
            }
            fix.insert(new.start_byte(), "/** @type {Promise<void>} */(").insert(new.end_byte(), ")")
        }
        None => {
            let Some(constructor) = new.field("constructor") else { return Vec::new() };
            fix.insert(constructor.end_byte(), "<void>")
        }
    };
    vec![fix.preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn void_is_added_to_a_jsdoc_cast() {
        check_fix(
            rule_of(module_path!()),
            "TS2810",
            "Expected 1 argument, but got 0. 'new Promise()' needs a JSDoc hint to produce a 'resolve' that can be called without arguments.",
            "//- /a.js\nconst p = /** @type {Promise<A & B>} */(new Promise(done => $0done()));\n",
            "//- /a.js\nconst p = /** @type {Promise<(A & B) | void>} */(new Promise(done => done()));\n",
        );
    }
}
