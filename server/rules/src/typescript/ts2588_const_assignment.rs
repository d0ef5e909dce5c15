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
//! `Safe` for the counter of a `for` loop that the loop's own head changes: as a constant it throws at the first step. `Safe`, too, for a variable of
//! a function that is written more than once, or computed from itself (`sum += n`), where no other variable or property could be the one to
//! write to. `Unsafe` otherwise: the assignment may be the mistake, to a variable that was meant to stay as it is. No fix for imported names.

use fix::{Applicability, Fix, RuleContext};
use semantics::typo::is_slip;
use syntax::typescript::{FUNCTIONS, descendants, occurrences};
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
                d.field("name")
                    .is_some_and(|n| occurrences(n, text, name).iter().any(|o| o.kind() != "property_identifier"))
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

/// The assignment or `++` that writes to the variable of which `name` is a use.
fn write_of<'t>(name: &Node<'t>) -> Option<Node<'t>> {
    let parent = name.parent()?;
    let target = match parent.kind() {
        "assignment_expression" | "augmented_assignment_expression" => parent.field("left"),
        "update_expression" => parent.field("argument"),
        _ => None,
    };
    target.filter(|t| t == name).map(|_| parent)
}

/// Whether the variable of a function is meant to change: it is written more than once or computed from itself, and there is nothing else that
/// the assignments could be meant for.
fn is_meant_to_change(token: Node<'_>, text: &str, name: &str, keyword: Node<'_>) -> bool {
    let Some(list) = keyword.parent().filter(|l| l.kind() == "lexical_declaration") else { return false };
    let Some(function) = list.enclosing(FUNCTIONS) else { return false };
    let [declarator] = list.named()[..] else { return false };
    let plain =
        declarator.field("name").is_some_and(|n| n.kind() == "identifier") && declarator.field("value").is_some();
    if !plain || !name.contains(char::is_lowercase) {
        return false;
    }
    let writes: Vec<Node<'_>> = occurrences(function, text, name).iter().filter_map(write_of).collect();
    let from_itself = |w: &Node<'_>| {
        w.kind() != "assignment_expression" || w.field("right").is_some_and(|r| !occurrences(r, text, name).is_empty())
    };
    if writes.len() < 2 && !writes.iter().any(from_itself) {
        return false;
    }
    // A property of the same name, or a variable that may change and does not.
    let class = token.enclosing(&["class_body"]);
    if class.is_some_and(|c| c.text_in(text).contains(&format!("this.{name}"))) {
        return false;
    }
    let root = ancestors(token).last().unwrap_or(function);
    let mut others = descendants(root, &["variable_declarator"]).into_iter().filter(|d| {
        d.parent().is_some_and(|l| {
            let constant = l.field("kind").is_some_and(|k| k.kind() == "const");
            !constant && l.parent().is_some_and(|scope| scope.byte_range().contains(&token.start_byte()))
        })
    });
    !others.any(|d| {
        let Some(other) = d.field("name").filter(|n| n.kind() == "identifier") else { return true };
        let other = other.text_in(text);
        is_slip(name, other) || !occurrences(root, text, other).iter().any(|n| write_of(n).is_some())
    })
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let name = token.text_in(text);
    if ctx.argument(0).is_some_and(|named| named != name) {
        return Vec::new();
    }
    let Some((keyword, counts)) = declaration(token, text, name) else { return Vec::new() };
    let sure = counts || is_meant_to_change(token, text, name, keyword);
    let applicability = if sure { Applicability::Safe } else { Applicability::Unsafe };
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
    fn a_sum_is_no_constant() {
        let rule = rule_of(module_path!());
        let message = "Cannot assign to 'sum' because it is a constant.";
        let check = |before: &str, safe: bool| {
            let after = before.replace("$0", "").replace("const sum", "let sum");
            check_fix_all(rule, "TS2588", message, &[], before, safe.then_some(after.as_str()));
        };
        check("function f(all: number[]) { const sum = 0; for (const n of all) $0sum += n; return sum; }\n", true);
        check("function f(a: A) { const sum = a; $0sum = g(sum); return sum; }\n", true);
        check("function f(a: A) { const sum = a; if (a) $0sum = b; else sum = c; return sum; }\n", true);
        check("function f(a: A) { const sum = a; $0sum = b; return sum; }\n", false);
        // The variable that was meant.
        check("function f(all: A) { const sum = all.length; let n = 0; while (n < 3) $0sum++; return n; }\n", false);
        check("class C { sum = 0; f() { const sum = this.sum; $0sum += 1; return sum; } }\n", false);
        check("const sum = 0;\nfunction f() { $0sum += 1; }\n", false);
    }

    #[test]
    fn no_fix_for_imported_names() {
        let message = "Cannot assign to 'i' because it is a constant.";
        check_no_fix(rule_of(module_path!()), "TS2588", message, "import { i } from './i';\n$0i = 3;\n");
        check_no_fix(rule_of(module_path!()), "TS2588", message, "const j = 1;\n$0j = 3;\n");
    }
}
