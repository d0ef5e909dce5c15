//! # Default value that is not allowed
//!
//! A `ref` or `out` parameter cannot have a default value, and `null` is not a value of a value type.
//!
//! ```csharp before
//! //@ error CS1741: A ref or out parameter cannot have a default value
//! class C
//! {
//!     void M($0out$0 string p = null)
//!     {
//!         p = "";
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M(out string p)
//!     {
//!         p = "";
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS1750: A value of type '<null>' cannot be used as a default parameter because there are no standard conversions to type 'int'
//! class C
//! {
//!     public int M(int $0p$0 = null) => p;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public int M(int p = default) => p;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for `ref` and `out`: the default value was never used. `Unsafe` for `null`, which may be intended as "no value": then the type must be
//! nullable, which is offered too.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::{has_modifier, initializer, written_type};

pub(crate) const CODES: &[&str] = &["CS1741", "CS1750"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let parameter = ctx.token()?.enclosing(&["parameter"])?;
    let name = parameter.field("name")?;
    let value = initializer(parameter)?;
    if ctx.code() == "CS1741" {
        if !["ref", "out"].iter().any(|m| has_modifier(parameter, text, m)) {
            return None;
        }
        let fix = ctx.fix("Remove default value", Applicability::Safe).delete(name.end_byte()..value.end_byte());
        return Some(vec![fix.preferred().build()]);
    }
    if value.kind() != "null_literal" {
        return None;
    }
    let ty = written_type(parameter)?;
    let default = ctx.fix("Use 'default'", Applicability::Unsafe).replace(value.byte_range(), "default");
    let nullable = ctx.fix("Declare as nullable", Applicability::Unsafe).insert(ty.end_byte(), "?");
    Some(vec![default.preferred().build(), nullable.build()])
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_titled, check_no_fix};
    const MESSAGE: &str = "A value of type '<null>' cannot be used as a default parameter because there are no standard conversions to type 'int'";

    #[test]
    fn a_nullable_type_may_be_intended() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS1750",
            MESSAGE,
            "Declare as nullable",
            "class C { void M(int $0p = null) { } }",
            "class C { void M(int? p = null) { } }",
        );
    }

    #[test]
    fn other_values_are_left_alone() {
        check_no_fix(rule_of(module_path!()), "CS1750", MESSAGE, "class C { void M(int $0p = \"\") { } }");
    }
}
