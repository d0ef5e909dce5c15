//! # Empty statement
//!
//! A `;` directly behind `if (…)`, `while (…)` or the like is the whole of its body: what follows is not part of it.
//!
//! ```csharp before
//! //@ warning CS0642: Possible mistaken empty statement
//! class C
//! {
//!     int M(bool b)
//!     {
//!         if (b)$0;$0
//!         {
//!             return 1;
//!         }
//!         return 2;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(bool b)
//!     {
//!         if (b)
//!         {
//!             return 1;
//!         }
//!         return 2;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the block ran in any case until now. `{ }` says that nothing is to be done, and is offered where no block follows.

use fix::{Applicability, Bulk, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["CS0642"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let empty = ctx.token()?.enclosing(&["empty_statement"])?;
        let next = empty.parent()?.next_named_sibling().filter(|n| n.kind() == "block");
        if next.is_some() && empty.parent()?.end_byte() == empty.end_byte() {
            let start = text[..empty.start_byte()].trim_end_matches([' ', '\t']).len();
            let fix = ctx.fix("Remove ';'", Applicability::Unsafe).delete(start..empty.end_byte());
            return Some(fix.preferred().build());
        }
        let space = if text[..empty.start_byte()].ends_with([' ', '\t', '\n']) { "" } else { " " };
        let fix = ctx
            .fix("Replace ';' with '{ }'", Applicability::Unsafe)
            .replace(empty.byte_range(), format!("{space}{{ }}"));
        Some(fix.in_bulk(Bulk::Manual).build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn a_block_that_follows_is_meant() {
        let file = |body: &str| format!("class C {{ void M(bool a) {{ {body} }} }}");
        for (before, after) in [
            ("while (a) $0; { a = false; }", "while (a) { a = false; }"),
            ("for (;;)$0;", "for (;;) { }"),
            ("if (a) $0; else M(a);", "if (a) { } else M(a);"),
        ] {
            check_fix(rule_of(module_path!()), "CS0642", "", &file(before), &file(after));
        }
    }
}
