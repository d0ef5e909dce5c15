//! # Operator that is not `public static`
//!
//! A user-defined operator is `public` and `static`.
//!
//! ```csharp before
//! //@ error CS0558: User-defined operator 'Money.operator +(Money, Money)' must be declared static and public
//! class Money
//! {
//!     private static Money operator $0+$0(Money a, Money b) => a;
//! }
//! ```
//! ```csharp after
//! class Money
//! {
//!     public static Money operator +(Money a, Money b) => a;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: an operator can be declared in no other way.

use codegen::csharp::modifiers::accessibility_edit;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::{has_modifier, modifier_rank, modifiers};

pub(crate) const CODES: &[&str] = &["CS0558"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let operator = ctx.token()?.enclosing(&["operator_declaration", "conversion_operator_declaration"])?;
    let fix = ctx.fix("Add modifiers 'public static'", Applicability::Safe).preferred();
    let static_too = !has_modifier(operator, text, "static");
    let access: Vec<_> = modifiers(operator).into_iter().filter(|m| modifier_rank(m.text_in(text)) == 0).collect();
    let public = matches!(access.as_slice(), [only] if only.text_in(text) == "public");
    Some(match (public, static_too) {
        (true, false) => return None,
        (true, true) => fix.insert(access.first()?.end_byte(), " static").build(),
        (false, is_not) => {
            let (range, new) = accessibility_edit(operator, text, "public");
            let new = match is_not {
                true if new.ends_with(' ') => format!("{new}static "),
                true => format!("{new} static"),
                false => new,
            };
            fix.replace(range, new).build()
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "User-defined operator 'C.operator -(C)' must be declared static and public";

    #[test]
    fn what_is_missing_is_added() {
        let fixed = |before: &str| {
            let file = |head: &str| format!("class C {{ {head} }}");
            let after = "public static C operator -(C a) => a;";
            check_fix(rule_of(module_path!()), "CS0558", MESSAGE, &file(before), &file(after));
        };
        fixed("C operator $0-(C a) => a;");
        fixed("public C operator $0-(C a) => a;");
        fixed("static C operator $0-(C a) => a;");
        fixed("protected internal C operator $0-(C a) => a;");
        check_fix(
            rule_of(module_path!()),
            "CS0558",
            MESSAGE,
            "struct S<T> { [A] implicit operator $0T(S<T> s) { return s.V; } }",
            "struct S<T> { [A] public static implicit operator T(S<T> s) { return s.V; } }",
        );
        check_no_fix(rule_of(module_path!()), "CS0558", MESSAGE, "class C { public static C operator $0-(C a) => a; }");
    }
}
