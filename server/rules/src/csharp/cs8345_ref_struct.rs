//! # Struct that holds a `ref struct`
//!
//! `Span<T>` and its like live on the stack: only a `ref struct` has a field of such a type.
//!
//! ```csharp before
//! //@ error CS8345: Field or auto-implemented property cannot be of type 'Span<int>' unless it is an instance member of a ref struct.
//! using System;
//! struct Window
//! {
//!     public $0Span<int>$0 Values;
//! }
//! ```
//! ```csharp after
//! using System;
//! ref struct Window
//! {
//!     public Span<int> Values;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a `ref struct` is no field of a class, no type argument, and not boxed.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{has_modifier, type_of};
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["CS8345"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let token = ctx.token()?;
        let is_static = token.enclosing(syntax::csharp::MEMBERS).is_some_and(|m| has_modifier(m, ctx.text(), "static"));
        let ty = type_of(token).filter(|t| t.kind() == "struct_declaration" && child_of_kind(*t, "ref").is_none())?;
        let keyword = child_of_kind(ty, "struct")?;
        // The grammar does not know `ref partial struct`.
        let partial = has_modifier(ty, ctx.text(), "partial");
        let fix = ctx.fix("Make 'ref struct'", Applicability::Unsafe).insert(keyword.start_byte(), "ref ");
        (!is_static && !partial).then(|| fix.preferred().build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn structs_only() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "CS8345",
            "",
            "public readonly struct S<T> { $0Span<T> P { get; } }",
            "public readonly ref struct S<T> { Span<T> P { get; } }",
        );
        for nothing in
            ["class C { $0Span<int> a; }", "struct S { static $0Span<int> a; }", "record struct R($0Span<int> X);"]
        {
            check_no_fix(rule, "CS8345", "", nothing);
        }
    }
}
