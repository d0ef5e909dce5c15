//! # Accessibility of a type in a namespace
//!
//! A type that stands in a namespace is `public` or `internal`: `private` and `protected` are for what stands in a type.
//!
//! ```csharp before
//! //@ error CS1527: Elements defined in a namespace cannot be explicitly declared as private, protected, protected internal, or private protected
//! private class $0Settings$0
//! {
//! }
//! ```
//! ```csharp after
//! internal class Settings
//! {
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a brace may be at the wrong place, and the type be meant for the type above it.

use codegen::csharp::modifiers::accessibility_edit;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::{TYPE_DECLARATIONS, modifier_rank, modifiers};

pub(crate) const CODES: &[&str] = &["CS1527"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let kinds = [TYPE_DECLARATIONS, &["delegate_declaration"]].concat();
    let Some(ty) = ctx.token().and_then(|t| t.enclosing(&kinds)) else { return Vec::new() };
    if !modifiers(ty).into_iter().any(|m| modifier_rank(m.text_in(text)) == 0) {
        return Vec::new();
    }
    let offer = |wanted: &str| {
        let (range, new) = accessibility_edit(ty, text, wanted);
        ctx.fix(format!("Change accessibility to '{wanted}'"), Applicability::Unsafe).replace(range, new)
    };
    vec![offer("internal").preferred().build(), offer("public").build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled};
    const MESSAGE: &str = "Elements defined in a namespace cannot be explicitly declared as private, protected, protected internal, or private protected";

    #[test]
    fn types_and_delegates() {
        let rule = rule_of(module_path!());
        check_fix(rule, "CS1527", MESSAGE, "private delegate void $0D();", "internal delegate void D();");
        check_fix(
            rule,
            "CS1527",
            MESSAGE,
            "namespace N;\nprotected internal enum $0E { A }",
            "namespace N;\ninternal enum E { A }",
        );
        let title = "Change accessibility to 'public'";
        check_fix_titled(
            rule,
            "CS1527",
            MESSAGE,
            title,
            "[A] private protected sealed record $0R(int X);",
            "[A] public sealed record R(int X);",
        );
    }
}
