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
//! `Safe`: a label has no effect. Nothing is offered while the build reports a jump in the same function to a label that does not exist, or
//! where a branch of `#if` mentions the label.

use super::support::unproven::is_legible;
use codegen::csharp::deletion::{removal_of, whole_lines};
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
    // A jump in a branch of `#if` counts.
    let name = statement.named().into_iter().next()?.text_in(text);
    let scope = function_of(statement).unwrap_or(ctx.root());
    if !is_legible(scope, text, name) {
        return None;
    }
    // The empty statement that only carries the label goes with it, where a statement is not required.
    let carried = statement.named().into_iter().next_back().filter(|s| s.kind() == "empty_statement");
    let whole = carried.filter(|_| statement.parent().is_some_and(|p| p.kind() == "block"));
    let label = match whole {
        Some(empty) => removal_of(text, TextRange::new(statement.start_byte(), empty.end_byte())),
        None => whole_lines(text, TextRange::new(statement.start_byte(), colon.end_byte())),
    };
    Some(ctx.fix("Remove unused label", Applicability::Safe).delete(label).preferred().build())
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

    #[test]
    fn an_empty_statement_goes_with_it() {
        check_fix(
            rule_of(module_path!()),
            "CS0164",
            "This label has not been referenced",
            "class C\n{\n    void M()\n    {\n        M();\n        $0done: ;\n    }\n}\n",
            "class C\n{\n    void M()\n    {\n        M();\n    }\n}\n",
        );
        check_fix(
            rule_of(module_path!()),
            "CS0164",
            "This label has not been referenced",
            "class C { void M(int i) { switch (i) { case 1: $0L: ; } } }",
            "class C { void M(int i) { switch (i) { case 1: ; } } }",
        );
    }
}
