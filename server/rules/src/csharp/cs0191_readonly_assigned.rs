//! # `readonly` field assigned
//!
//! A `readonly` field is assigned, or passed by `ref` or `out`, outside a constructor.
//!
//! ```csharp before
//! //@ error CS0191: A readonly field cannot be assigned to (except in a constructor or init-only setter of the type in which the field is defined or a variable initializer)
//! class C
//! {
//!     private readonly int count = 5;
//!     public int Count => count;
//!     public int M() => $0count$0 = 1;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     private int count = 5;
//!     public int Count => count;
//!     public int M() => count = 1;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for private fields: only this type can assign them. `Unsafe` for fields that other types can access: they lose a guarantee.

use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::{descendants, has_modifier, modifier, type_of};

pub(crate) const CODES: &[&str] = &["CS0191", "CS0192", "CS0198", "CS0199", "CS1648", "CS1649", "CS1650", "CS1651"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let target = match token.kind() {
        "this" => token.parent()?.field("name")?,
        "identifier" => {
            // `C.field = 1`, or `field.x = 1` for a struct.
            let access = token
                .parent()
                .filter(|p| p.kind() == "member_access_expression" && p.field("expression") == Some(token));
            let own = type_of(token).and_then(|t| t.field("name")).map(|n| n.text_in(text));
            match access {
                Some(access) if own == Some(token.text_in(text)) => access.field("name")?,
                _ => token,
            }
        }
        _ => return None,
    };
    let name = target.text_in(text);
    let ty = type_of(token)?;
    let fields: Vec<_> = descendants(ty)
        .filter(|n| n.kind() == "field_declaration" && type_of(*n) == Some(ty))
        .filter(|n| {
            descendants(*n)
                .any(|d| d.kind() == "variable_declarator" && d.field("name").is_some_and(|f| f.text_in(text) == name))
        })
        .collect();
    let [field] = fields.as_slice() else { return None };
    let readonly = modifier(*field, text, "readonly")?;
    let is_accessible = ["public", "internal", "protected"].iter().any(|m| has_modifier(*field, text, m));
    if has_modifier(ty, text, "readonly") {
        return None;
    }
    let applicability = if is_accessible { Applicability::Unsafe } else { Applicability::Safe };
    let fix = ctx.fix("Remove 'readonly' modifier", applicability).delete(with_space_after(text, readonly));
    Some(fix.preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str =
        "A static readonly field cannot be assigned to (except in a static constructor or a variable initializer)";

    #[test]
    fn through_the_type() {
        check_fix(
            rule_of(module_path!()),
            "CS0198",
            MESSAGE,
            "class C { static readonly int n; void M() { $0C.n = 1; } }",
            "class C { static int n; void M() { C.n = 1; } }",
        );
    }

    #[test]
    fn nothing_for_a_field_of_another_type() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0198",
            MESSAGE,
            "class D { public readonly int n; } class C { void M() { $0n = 1; } }",
        );
    }
}
