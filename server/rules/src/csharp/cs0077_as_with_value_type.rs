//! # `as` with a value type
//!
//! `as` gives `null` where the value is of another type, so its type must have `null`.
//!
//! ```csharp before
//! //@ error CS0077: The as operator must be used with a reference type or nullable type ('int' is a non-nullable value type)
//! class C
//! {
//!     int M(object o) => $0o as int$0;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(object o) => (int)o;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a cast throws where the value is of another type. `int?` comes first where the result may be `null`.

use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::Type;
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0077"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let start = ctx.diagnostic.range.start;
        let expression =
            ancestors(ctx.token()?).take_while(|n| n.start_byte() == start).find(|n| n.kind() == "as_expression")?;
        let (value, ty) = (expression.field("left")?, expression.field("right")?);
        let simple = value.is(&[
            "identifier",
            "member_access_expression",
            "invocation_expression",
            "element_access_expression",
            "parenthesized_expression",
        ]);
        let (written, cast) = (ty.text_in(text), value.text_in(text));
        let new = if simple { format!("({written}){cast}") } else { format!("({written})({cast})") };
        let receiver = expression.parent().is_some_and(|p| p.kind() == "parenthesized_expression");
        let fix =
            ctx.fix("Replace 'as' with explicit cast", Applicability::Unsafe).replace(expression.byte_range(), new);
        let nullable = ctx.fix(format!("Use '{written}?'"), Applicability::Unsafe).insert(ty.end_byte(), "?");
        let model = ctx.csharp();
        let wanted = model.expected_type(expression);
        let takes_null = wanted.is_some_and(|t| matches!(t, Type::Nullable(_)) || t.is("object"));
        let compared = expression.parent().is_some_and(|p| p.kind() == "binary_expression")
            || receiver && text[expression.end_byte()..].trim_start_matches([')', ' ']).starts_with(['=', '!', '?']);
        Some(match takes_null || compared {
            true => vec![nullable.preferred().build(), fix.build()],
            false => vec![fix.preferred().build(), nullable.build()],
        })
    };
    find().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn what_the_result_may_be() {
        let rule = rule_of(module_path!());
        let before = "struct S { } class C { S? M(object o) => $0o as S; }";
        check_fix(rule, "CS0077", "", before, &before.replace("$0", "").replace("as S;", "as S?;"));
        let before = "class C { void M(object a) { int x = $0a as int; } }";
        check_fix(rule, "CS0077", "", before, "class C { void M(object a) { int x = (int)a; } }");
    }
}
