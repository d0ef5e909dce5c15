//! # Assignment to a constant
//!
//! ```typescript before
//! //@ error TS2588: Cannot assign to 'count' because it is a constant.
//! const count = 0;
//! $0count$0 = 1;
//! export { count };
//! ```
//! ```typescript after
//! let count = 0;
//! count = 1;
//! export { count };
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the assignment may be the mistake, to a variable that was meant to stay as it is. Only the counter of a `for` loop that the loop's own
//! head changes is `Safe`: as a constant it throws at the first step. No fix for imported names.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2588"];

/// The `const` keyword of the innermost declaration of `name` in scope, and whether it declares a counter that its loop's head changes.
fn declaration<'t>(from: Node<'t>, text: &str, name: &str) -> Option<(Node<'t>, bool)> {
    for scope in ancestors(from) {
        if scope.kind() == "for_in_statement" {
            let left = scope.field("left")?;
            if left.text_in(text) == name && scope.field("kind").is_some_and(|k| k.kind() == "const") {
                return Some((scope.field("kind")?, false));
            }
        }
        let mut candidates = scope.named();
        if let Some(initializer) = scope.field("initializer") {
            candidates.push(initializer);
        }
        for child in candidates {
            let list = match child.kind() {
                "export_statement" => child.field("declaration"),
                "lexical_declaration" => Some(child),
                _ => None,
            };
            let Some(list) = list.filter(|l| l.kind() == "lexical_declaration") else { continue };
            let declares = |d: &Node<'_>| {
                d.field("name").is_some_and(|n| {
                    syntax::typescript::occurrences(n, text, name).iter().any(|o| o.kind() != "property_identifier")
                })
            };
            if list.named().iter().any(declares) {
                let keyword = list.field("kind").filter(|k| k.kind() == "const")?;
                let step = scope.field("increment").filter(|_| scope.field("initializer") == Some(list));
                let counts = step.is_some_and(|i| i.byte_range().contains(&from.start_byte()));
                return Some((keyword, counts));
            }
        }
    }
    None
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let name = token.text_in(text);
    if ctx.argument(0).is_some_and(|named| named != name) {
        return Vec::new();
    }
    let Some((keyword, counts)) = declaration(token, text, name) else { return Vec::new() };
    let applicability = if counts { Applicability::Safe } else { Applicability::Unsafe };
    vec![ctx.fix("Convert 'const' to 'let'", applicability).replace(keyword.range(), "let").preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn loop_heads_and_inner_scopes() {
        let rule = rule_of(module_path!());
        let message = "Cannot assign to 'i' because it is a constant.";
        check_fix(rule, "TS2588", message, "for (const i = 0; i < 9; $0i++) {}\n", "for (let i = 0; i < 9; i++) {}\n");
        let counters = "for (const i = 0, n = a.length; i < n; $0i++) {}\n";
        let fixed = "for (let i = 0, n = a.length; i < n; i++) {}\n";
        check_fix_all(rule, "TS2588", message, &[], counters, Some(fixed));
        check_fix_all(rule, "TS2588", message, &[], "const i = 0;\n$0i++;\n", None);
        check_fix_all(rule, "TS2588", message, &[], "for (const i = 0; i < 9;) { $0i++; }\n", None);
        check_fix(
            rule,
            "TS2588",
            message,
            "const i = 1;\nfunction f() { const i = 2; if (i) { $0i = 3; } }\n",
            "const i = 1;\nfunction f() { let i = 2; if (i) { i = 3; } }\n",
        );
    }

    #[test]
    fn no_fix_for_imported_names() {
        let message = "Cannot assign to 'i' because it is a constant.";
        check_no_fix(rule_of(module_path!()), "TS2588", message, "import { i } from './i';\n$0i = 3;\n");
        check_no_fix(rule_of(module_path!()), "TS2588", message, "const j = 1;\n$0j = 3;\n");
    }
}
