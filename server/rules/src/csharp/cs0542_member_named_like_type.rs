//! # Member with the name of its type
//!
//! Only a constructor has the name of its type, and a constructor has no result.
//!
//! ```csharp before
//! //@ error CS0542: 'Order': member names cannot be the same as their enclosing type
//! class Order
//! {
//!     public void $0Order$0(int number) { }
//! }
//! ```
//! ```csharp after
//! class Order
//! {
//!     public Order(int number) { }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: it may be a method with the wrong name. Nothing is offered for methods with a result, and for other members.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::{has_modifier, type_of};

pub(crate) const CODES: &[&str] = &["CS0542"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let method = ctx.token()?.enclosing(&["method_declaration"])?;
        let (ty, name) = (method.field("returns")?, method.field("name")?);
        let bound = ["override", "virtual", "abstract", "async", "new", "sealed", "partial", "static"];
        let plain = ty.text_in(text) == "void"
            && method.field("type_parameters").is_none()
            && method.field("body").is_some()
            && !bound.iter().any(|m| has_modifier(method, text, m))
            && type_of(method).is_some_and(|t| !has_modifier(t, text, "static") && t.kind() != "interface_declaration");
        let fix = ctx.fix("Make constructor", Applicability::Unsafe).delete(ty.start_byte()..name.start_byte());
        plain.then(|| fix.preferred().build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "'C': member names cannot be the same as their enclosing type";

    #[test]
    fn methods_without_a_result() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "CS0542",
            MESSAGE,
            "struct C { [A] void $0C(int a) => N(a); }",
            "struct C { [A] C(int a) => N(a); }",
        );
        for nothing in ["class C { int $0C() => 1; }", "class C { static void $0C() { } }", "class C { int $0C; }"] {
            check_no_fix(rule, "CS0542", MESSAGE, nothing);
        }
    }
}
