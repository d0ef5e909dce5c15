//! # Unreachable code
//!
//! Statements after a `return`, `throw` or endless loop, or under a constant condition, never run.
//!
//! ```csharp before
//! //@ warning CS0162: Unreachable code detected
//! class C
//! {
//!     int M()
//!     {
//!         return 1;
//!         $0System$0.Console.WriteLine();
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M()
//!     {
//!         return 1;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where only jumps are removed: the `break` after a `return`. Other code is `Unsafe`: the statement before it, such as a temporary
//! `return`, may be what is wrong; and where it contains the only `await` or the only uses of a local variable, new warnings would follow.
//! Nothing is offered when it contains labels or `yield`: they change the kind of the function. Nor while a name in the function is not
//! found: the condition may be what is wrong.

use super::support::unproven::{deletion, is_unbound};
use codegen::csharp::deletion::removal_of;
use fix::{Applicability, Fix, RuleContext};
use std::collections::BTreeSet;
use syntax::csharp::{descendants, function_of, is_statement, outermost_at, own_descendants};
use syntax::{Node, NodeExt};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0162"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let mut token = ctx.token()?;
    if let Some(label) = token.enclosing(&["labeled_statement"]).filter(|l| l.start_byte() <= token.start_byte()) {
        // The compiler reports the place after an unreachable label.
        let head = text.get(label.start_byte()..token.start_byte())?;
        if head.trim_end().ends_with(':') && is_first_of(label, token) {
            token = syntax::leaf_at(ctx.root(), label.start_byte())?;
        }
    }
    // Statements inside `#if` are removed without the directives.
    let lists = ["block", "switch_section", "preproc_if", "preproc_elif", "preproc_else"];
    let first = outermost_at(token, |n| is_statement(n) && n.parent().is_some_and(|p| p.is(&lists)))?;
    let list = first.parent()?;
    let mut unreachable: Vec<Node<'_>> = Vec::new();
    for statement in list.named().into_iter().filter(|n| n.start_byte() >= first.start_byte()) {
        if statement.kind() == "labeled_statement" && statement != first {
            break;
        }
        if statement.kind() != "local_function_statement" && is_statement(statement) {
            unreachable.push(statement);
        }
    }
    if unreachable.iter().any(|s| s.has_error() || own_descendants(*s).any(|n| n.kind() == "yield_statement")) {
        return None;
    }
    let in_unreachable = |n: Node<'_>| unreachable.iter().any(|s| s.byte_range().contains(&n.start_byte()));
    let function = function_of(first)?;
    // What ends the function may not be what was meant.
    if is_unbound(ctx, function) {
        return None;
    }
    let label = unreachable.iter().any(|s| s.kind() == "labeled_statement");
    if label && descendants(function).any(|n| n.kind() == "goto_statement" && !in_unreachable(n)) {
        return None;
    }
    let mut inside = BTreeSet::new();
    let mut outside = BTreeSet::new();
    let mut declared_outside = BTreeSet::new();
    let mut declared_inside = BTreeSet::new();
    let (mut awaits_inside, mut awaits_outside) = (false, false);
    for node in descendants(function) {
        let unreachable = in_unreachable(node);
        match node.kind() {
            "await_expression" if unreachable => awaits_inside = true,
            "await_expression" => awaits_outside = true,
            "identifier" => {
                let name = node.text_in(text);
                let declares = node.parent().is_some_and(|p| {
                    p.is(&["variable_declarator", "declaration_expression"]) && p.field("name") == Some(node)
                });
                match (declares, unreachable) {
                    (true, true) => declared_inside.insert(name),
                    (true, false) => declared_outside.insert(name),
                    (false, true) => inside.insert(name),
                    (false, false) => outside.insert(name),
                };
            }
            _ => {}
        }
    }
    if declared_inside.iter().any(|name| outside.contains(name) && !declared_outside.contains(name)) {
        return None;
    }
    let orphaned = declared_outside.iter().any(|name| inside.contains(name) && !outside.contains(name));
    let jump = |s: &Node<'_>| match s.kind() {
        "return_statement" => s.named().is_empty(),
        kind => matches!(kind, "break_statement" | "continue_statement" | "goto_statement" | "empty_statement"),
    };
    let safe = !orphaned && (!awaits_inside || awaits_outside) && unreachable.iter().all(jump);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    // Merge adjacent statements.
    let mut groups: Vec<TextRange> = Vec::new();
    let mut last: Option<Node<'_>> = None;
    for statement in &unreachable {
        let adjacent =
            last.is_some_and(|l| text.get(l.end_byte()..statement.start_byte()).is_some_and(|t| t.trim().is_empty()));
        match groups.last_mut() {
            Some(group) if adjacent => group.end = statement.end_byte(),
            _ => groups.push(TextRange::new(statement.start_byte(), statement.end_byte())),
        }
        last = Some(*statement);
    }
    let ranges = groups.into_iter().map(|group| removal_of(text, group)).collect();
    Some(deletion(ctx, "Remove unreachable code", applicability, ranges).build())
}

fn is_first_of(label: Node<'_>, token: Node<'_>) -> bool {
    label.named().into_iter().find(|n| is_statement(*n)).is_some_and(|s| s.start_byte() == token.start_byte())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str = "Unreachable code detected";

    #[test]
    fn local_functions_stay() {
        check_fix(
            rule_of(module_path!()),
            "CS0162",
            MESSAGE,
            "class C\n{\n    void M()\n    {\n        throw null;\n        $0var v = 0;\n\n        void F() { }\n\n        v = 1;\n    }\n}\n",
            "class C\n{\n    void M()\n    {\n        throw null;\n\n        void F() { }\n    }\n}\n",
        );
    }

    #[test]
    fn directives_stay() {
        check_fix(
            rule_of(module_path!()),
            "CS0162",
            MESSAGE,
            "class C\n{\n    void M()\n    {\n        throw null;\n#if true\n        $0var v = 0;\n#endif\n    }\n}\n",
            "class C\n{\n    void M()\n    {\n        throw null;\n#if true\n#endif\n    }\n}\n",
        );
    }

    #[test]
    fn an_iterator_stays_an_iterator() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0162",
            MESSAGE,
            "class C { System.Collections.IEnumerable M() { throw null; $0yield return 1; } }",
        );
    }

    #[test]
    fn the_statement_before_it_may_be_wrong() {
        let rule = rule_of(module_path!());
        let before = "class C { void M() { return; $0System.Console.Clear(); } }";
        check_fix_all(rule, "CS0162", MESSAGE, &[], before, None);
        let before = "class C { int M(int i) { switch (i) { case 1: return 1; $0break; } return 2; } }";
        let after = before.replace("$0break; ", "");
        check_fix_all(rule, "CS0162", MESSAGE, &[], before, Some(&after));
    }
}
