//! # Name of a finalizer
//!
//! A finalizer has the name of its type.
//!
//! ```csharp before
//! //@ error CS0574: Name of destructor must match name of type
//! class Cache
//! {
//!     ~$0Store$0() { }
//! }
//! ```
//! ```csharp after
//! class Cache
//! {
//!     ~Cache() { }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: it can have no other name.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::type_of;

pub(crate) const CODES: &[&str] = &["CS0574"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let destructor = ctx.token()?.enclosing(&["destructor_declaration"])?;
        let (old, name) = (destructor.field("name")?, type_of(destructor)?.field("name")?.text_in(ctx.text()));
        let fix = ctx.fix("Rename destructor to match class name", Applicability::Safe).replace(old.range(), name);
        (old.text_in(ctx.text()) != name).then(|| fix.preferred().build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "Name of destructor must match name of type";

    #[test]
    fn the_innermost_type() {
        let rule = rule_of(module_path!());
        let before = "class O { class C<T> { [A] extern ~$0D(); } }";
        check_fix(rule, "CS0574", MESSAGE, before, "class O { class C<T> { [A] extern ~C(); } }");
        check_no_fix(rule, "CS0574", MESSAGE, "class C { ~$0C() { } }");
    }
}
