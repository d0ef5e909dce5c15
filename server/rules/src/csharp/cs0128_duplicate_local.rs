//! # Local variable declared twice
//!
//! A local variable has the name of another one, or of a parameter, in the same scope.
//!
//! ```csharp before
//! //@ error CS0128: A local variable or function named 'a' is already defined in this scope
//! //@ fix: Replace variable declaration with assignment
//! class C
//! {
//!     int M(int b)
//!     {
//!         int a = b;
//!         int $0a = 2 * b;
//!         return a;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(int b)
//!     {
//!         int a = b;
//!         a = 2 * b;
//!         return a;
//!     }
//! }
//! ```
//!
//! ```csharp before
//! //@ error CS0128: A local variable or function named 'a' is already defined in this scope
//! class C
//! {
//!     int M(int b)
//!     {
//!         int a = b;
//!         int $0a = b;
//!         return a;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(int b)
//!     {
//!         int a = b;
//!         return a;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` only when the previous declaration has the same text and its value has no side effects. Turning it into an assignment is `Unsafe`:
//! two variables may be intended.

use codegen::csharp::deletion::line_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0128", "CS0136"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token().filter(|t| t.kind() == "identifier") else { return Vec::new() };
    let Some(declarator) = token.parent().filter(|p| p.kind() == "variable_declarator") else { return Vec::new() };
    let Some(declaration) = declarator.parent().filter(|p| p.kind() == "variable_declaration") else {
        return Vec::new();
    };
    let Some(statement) = declaration.parent().filter(|p| p.kind() == "local_declaration_statement") else {
        return Vec::new();
    };
    let alone = declaration.named().iter().filter(|n| n.kind() == "variable_declarator").count() == 1;
    let plain = statement.child(0).is_some_and(|c| c.id() == declaration.id());
    if !alone || !plain {
        return Vec::new();
    }
    let mut out = Vec::new();
    let normalized = |n: Node<'_>| n.text_in(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let previous = statement.prev_named_sibling().filter(|p| p.kind() == "local_declaration_statement");
    if previous.is_some_and(|p| normalized(p) == normalized(statement)) && is_free_of_side_effects(declarator) {
        let fix = ctx.fix("Remove duplicate declaration", Applicability::Safe);
        out.push(fix.delete(line_deletion(text, statement.range())).preferred().build());
    }
    let has_value = declarator.all_children().iter().any(|c| c.kind() == "=");
    if has_value {
        let fix = ctx.fix("Replace variable declaration with assignment", Applicability::Unsafe);
        out.push(fix.delete(declaration.start_byte()..token.start_byte()).build());
    } else {
        let fix = ctx.fix("Remove declaration", Applicability::Unsafe);
        out.push(fix.delete(line_deletion(text, statement.range())).build());
    }
    out
}

/// Whether the value has no side effects: names and literals only.
fn is_free_of_side_effects(declarator: Node<'_>) -> bool {
    let mut stack = vec![declarator];
    while let Some(n) = stack.pop() {
        if matches!(
            n.kind(),
            "invocation_expression"
                | "object_creation_expression"
                | "implicit_object_creation_expression"
                | "assignment_expression"
                | "postfix_unary_expression"
                | "prefix_unary_expression"
                | "await_expression"
                | "element_access_expression"
        ) {
            return false;
        }
        stack.extend(n.named());
    }
    true
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn nothing_for_a_pattern_or_several_at_once() {
        let message = "A local variable or function named 'a' is already defined in this scope";
        check_no_fix(
            rule_of(module_path!()),
            "CS0128",
            message,
            "class C { void M() { int a = 1; int $0a = 1, b = 2; } }",
        );
        check_no_fix(
            rule_of(module_path!()),
            "CS0128",
            message,
            "class C { void M(object o) { int a = 1; if (o is int $0a) { } } }",
        );
    }
}
