//! # Constant out of range
//!
//! A constant does not fit the type that it is cast to. `unchecked` takes its lower bits.
//!
//! ```csharp before
//! //@ error CS0221: Constant value '4294967295' cannot be converted to a 'int' (use 'unchecked' syntax to override)
//! class C
//! {
//!     const int All = $0(int)0xFFFFFFFF$0;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     const int All = unchecked((int)0xFFFFFFFF);
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for a hexadecimal or binary number, whose bits are meant. Otherwise `Unsafe`: the value is another than the one that is written.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{descendants, outermost_at};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0221"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let start = ctx.diagnostic.range.start;
        let token = ctx.token()?;
        let cast = ancestors(token).take_while(|n| n.start_byte() == start).find(|n| n.kind() == "cast_expression");
        let value = cast.or_else(|| outermost_at(token, |n| n.kind() == "binary_expression"))?;
        let bits = descendants(value).filter(|n| n.kind() == "integer_literal").all(|n| {
            let digits = n.text_in(text).to_ascii_lowercase();
            digits.starts_with("0x") || digits.starts_with("0b")
        });
        let literal = descendants(value).any(|n| n.kind() == "integer_literal");
        let safe = if bits && literal { Applicability::Safe } else { Applicability::Unsafe };
        let fix =
            ctx.fix("Use 'unchecked'", safe).insert(value.start_byte(), "unchecked(").insert(value.end_byte(), ")");
        Some(fix.preferred().build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all};

    #[test]
    fn bits_are_certain() {
        let rule = rule_of(module_path!());
        let before = "class C { byte b = $0(byte)300 + 1; }";
        check_fix(rule, "CS0221", "", before, "class C { byte b = unchecked((byte)300) + 1; }");
        check_fix_all(rule, "CS0221", "", &[], before, None);
        let before = "class C { int b = $0(int)0x8000_0000; }";
        check_fix_all(rule, "CS0221", "", &[], before, Some("class C { int b = unchecked((int)0x8000_0000); }"));
    }
}
