//! # Unused label
//!
//! ```csharp before
//! //@ warning CS0164: This label has not been referenced
//! class C
//! {
//!     void M()
//!     {
//!     $0again$0:
//!         System.Console.WriteLine();
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M()
//!     {
//!         System.Console.WriteLine();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: a label has no effect. Nothing is offered while the build reports a jump in the same function to a label that does not exist.

use codegen::csharp::deletion::whole_lines;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::function_of;
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0164"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let statement = ctx.token()?.enclosing(&["labeled_statement"])?;
    let colon = statement.all_children().into_iter().find(|c| c.kind() == ":")?;
    let function = function_of(statement).map(|f| f.byte_range());
    let has_missing_label = ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .any(|d| d.code == "CS0159" && function.as_ref().is_none_or(|f| f.contains(&d.range.start)));
    if has_missing_label {
        return None;
    }
    let label = TextRange::new(statement.start_byte(), colon.end_byte());
    Some(ctx.fix("Remove unused label", Applicability::Safe).delete(whole_lines(text, label)).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn on_the_line_of_its_statement() {
        check_fix(
            rule_of(module_path!()),
            "CS0164",
            "This label has not been referenced",
            "class C { void M() { $0L: M(); } }",
            "class C { void M() { M(); } }",
        );
    }
}
