//! # Nullable value that may have none
//!
//! `.Value` of a nullable value, or a cast of it, throws where there is none.
//!
//! ```csharp before
//! //@ warning CS8629: Nullable value type may be null.
//! //@ options: -nullable:enable
//! class C
//! {
//!     bool M(int? n) => $0n$0.Value > 3;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     bool M(int? n) => n > 3;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: what was an exception becomes `false` or a default value. `GetValueOrDefault()` is offered where a value is needed.

use fix::{Applicability, Bulk, Fix, RuleContext};
use semantics::csharp::Type;
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS8629"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let start = ctx.diagnostic.range.start;
    let token = ctx.token()?;
    let is_value = |n: &Node<'_>| {
        n.kind() == "member_access_expression"
            && n.field("name").is_some_and(|m| m.text_in(text) == "Value")
            && n.field("expression").is_some_and(|e| e.start_byte() == start)
    };
    // The compiler points at the value: before `.Value`, or behind the type of a cast.
    let (whole, value) = match ancestors(token).find(is_value) {
        Some(access) => (access, access.field("expression")?),
        None => {
            let cast = ancestors(token).find(|n| {
                n.kind() == "cast_expression"
                    && (n.start_byte() == start || n.field("value").is_some_and(|v| v.start_byte() == start))
            })?;
            (cast, cast.field("value")?)
        }
    };
    let mut out = Vec::new();
    let parent = whole.parent()?;
    let written = value.text_in(text);
    let compares = parent.kind() == "binary_expression" && {
        let operator = parent.field("operator")?.text_in(text);
        let (left, right) = (parent.field("left")?, parent.field("right")?);
        let other = if left == whole { right } else { left };
        let literal = other.is(&["integer_literal", "real_literal", "boolean_literal", "character_literal"]);
        matches!(operator, "==" | "<" | ">" | "<=" | ">=") && literal
    };
    if compares && whole.kind() == "member_access_expression" {
        let fix = ctx.fix("Remove '.Value'", Applicability::Unsafe).delete(value.end_byte()..whole.end_byte());
        out.push(fix.preferred().build());
    }
    let model = ctx.csharp();
    let nullable = model.type_of(value).is_none_or(|t| matches!(t, Type::Nullable(_)));
    let simple = value.is(&[
        "identifier",
        "member_access_expression",
        "invocation_expression",
        "element_access_expression",
        "parenthesized_expression",
    ]);
    // What is asked of the value is not asked of a default.
    if simple && nullable && !compares {
        let fix = ctx.fix("Use 'GetValueOrDefault()'", Applicability::Unsafe);
        out.push(
            fix.replace(whole.byte_range(), format!("{written}.GetValueOrDefault()")).in_bulk(Bulk::Manual).build(),
        );
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "Nullable value type may be null.";

    #[test]
    fn comparisons_and_values() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("int M(int? n) => $0n.Value;", "int M(int? n) => n.GetValueOrDefault();"),
            ("int M(int? n) => (int)$0n;", "int M(int? n) => n.GetValueOrDefault();"),
            ("bool M(C c) => $0c.d.Value == 3;", "bool M(C c) => c.d == 3;"),
        ] {
            let file = |member: &str| format!("class C {{ int? d; {member} }}");
            check_fix(rule, "CS8629", MESSAGE, &file(before), &file(after));
        }
        check_no_fix(rule, "CS8629", MESSAGE, "class C { int M(int n) => $0n + 1; }");
    }
}
