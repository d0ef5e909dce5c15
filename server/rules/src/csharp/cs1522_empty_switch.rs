//! # Empty `switch`
//!
//! A `switch` statement without a case does nothing.
//!
//! ```csharp before
//! //@ warning CS1522: Empty switch block
//! class C
//! {
//!     int M(int n)
//!     {
//!         switch (n)
//!         $0{$0
//!         }
//!         return n;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(int n)
//!     {
//!         return n;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the cases may be still to be written. Nothing is offered where its value has to be computed.

use codegen::csharp::deletion::removal;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::is_pure;

pub(crate) const CODES: &[&str] = &["CS1522"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let statement = ctx.token()?.enclosing(&["switch_statement"])?;
        let body = statement.field("body")?;
        let empty = body.all_children().iter().all(|c| matches!(c.kind(), "{" | "}"));
        let in_block = statement.parent().is_some_and(|p| p.kind() == "block");
        let fix = ctx.fix("Remove switch statement", Applicability::Unsafe).delete(removal(text, statement));
        (empty && in_block && is_pure(statement.field("value")?)).then(|| fix.preferred().build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn values_that_are_only_read() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "CS1522",
            "",
            "class C { void M(int a) { switch (a) $0{ } N(); } }",
            "class C { void M(int a) { N(); } }",
        );
        for nothing in ["switch (N()) $0{ }", "switch (a) $0{ /* later */ }"] {
            check_no_fix(rule, "CS1522", "", &format!("class C {{ void M(int a) {{ {nothing} }} }}"));
        }
    }
}
