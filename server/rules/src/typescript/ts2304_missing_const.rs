//! # Assignment to an undeclared name
//!
//! ```typescript before
//! //@ error TS2304: Cannot find name 'total'.
//! $0total$0 = 1;
//! export { total };
//! ```
//! ```typescript after
//! const total = 1;
//! export { total };
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the name may be misspelled, or its declaration or import may be missing.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::occurrences;
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2304", "TS18004"];

/// Where to insert `const ` so that the assignment or loop around `token` declares the name.
fn place(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<usize> {
    let text = ctx.text();
    let outer = ancestors(token).find(|n| {
        !n.is(&[
            "identifier",
            "array_pattern",
            "array",
            "object_pattern",
            "object",
            "shorthand_property_identifier_pattern",
            "shorthand_property_identifier",
            "pair_pattern",
            "pair",
            "object_assignment_pattern",
            "assignment_pattern",
        ])
    })?;
    match outer.kind() {
        "for_in_statement" => {
            let left = outer.field("left")?;
            let inside = left.start_byte() <= token.start_byte() && token.end_byte() <= left.end_byte();
            (inside && outer.field("kind").is_none()).then_some(left.start_byte())
        }
        "assignment_expression" => {
            let left = outer.field("left")?;
            if !(left.start_byte() <= token.start_byte() && token.end_byte() <= left.end_byte()) {
                return None;
            }
            let statement = outer.parent()?;
            let holder = match statement.kind() {
                "expression_statement" => statement,
                "for_statement" => return Some(outer.start_byte()),
                "sequence_expression" => return all_declared(ctx, statement),
                _ => return None,
            };
            // A pattern with a name that is already declared cannot become a declaration.
            let names = syntax::typescript::descendants(left, &["identifier", "shorthand_property_identifier_pattern"]);
            let declared = |n: &Node<'_>| {
                occurrences(ctx.root(), text, n.text_in(text)).into_iter().any(syntax::typescript::is_declaration_name)
            };
            if names.iter().any(declared) {
                return None;
            }
            // Only the first occurrence can become the declaration.
            let first = occurrences(ctx.root(), text, token.text_in(text)).first()?.start_byte() == token.start_byte();
            first.then_some(holder.start_byte())
        }
        _ => None,
    }
}

/// The start of `a = 1, b = 2;` when every part assigns to a name that is not declared, so that all can be declared at once.
fn all_declared(ctx: &RuleContext<'_>, sequence: Node<'_>) -> Option<usize> {
    let text = ctx.text();
    let outer = ancestors(sequence).take_while(|n| n.kind() == "sequence_expression").last()?;
    let statement = outer.parent().filter(|p| p.kind() == "expression_statement")?;
    let mut parts = outer.named();
    while let Some(nested) = parts.iter().position(|p| p.kind() == "sequence_expression") {
        let inner = parts.remove(nested).named();
        parts.splice(nested..nested, inner);
    }
    let free = |part: &Node<'_>| {
        part.field("left").filter(|l| l.kind() == "identifier").is_some_and(|name| {
            let uses = occurrences(ctx.root(), text, name.text_in(text));
            uses.first().is_some_and(|first| first.start_byte() == name.start_byte())
                && !uses.into_iter().any(syntax::typescript::is_declaration_name)
        })
    };
    parts.iter().all(|p| p.kind() == "assignment_expression" && free(p)).then_some(statement.start_byte())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    let Some(at) = place(ctx, token) else { return Vec::new() };
    vec![ctx.fix("Add 'const' to unresolved variable", Applicability::Unsafe).insert(at, "const ").build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn comma_separated_assignments() {
        let rule = rule_of(module_path!());
        let message = "Cannot find name 'b'.";
        check_fix(rule, "TS2304", message, "a = 1,\n$0b = 2;\n", "const a = 1,\nb = 2;\n");
        check_no_fix(rule, "TS2304", message, "let a;\na = 1,\n$0b = 2;\n");
    }
}
