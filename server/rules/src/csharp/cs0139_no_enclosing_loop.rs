//! # `break` or `continue` without a loop
//!
//! There is no loop or `switch` around it that could be left.
//!
//! ```csharp before
//! //@ error CS0139: No enclosing loop out of which to break or continue
//! class C
//! {
//!     void M(bool b)
//!     {
//!         if (b)
//!         {
//!             $0break;$0
//!         }
//!         System.Console.Write(b);
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M(bool b)
//!     {
//!         if (b)
//!         {
//!             return;
//!         }
//!         System.Console.Write(b);
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: leaving the function, or going on, are both likely.

use codegen::csharp::asynchrony::in_async_function;
use codegen::csharp::deletion::removal;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::{function_of, written_type};

pub(crate) const CODES: &[&str] = &["CS0139"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let statement = ctx.token()?.enclosing(&["break_statement", "continue_statement"])?;
        let keyword = statement.all_children().into_iter().next()?;
        let function = function_of(statement)?;
        let written = written_type(function).map(|t| t.text_in(text));
        let task = matches!(written, Some("Task" | "ValueTask" | "System.Threading.Tasks.Task"));
        let nothing = function.is(&["constructor_declaration", "destructor_declaration"])
            || written == Some("void")
            || task && in_async_function(statement, text);
        let mut out = Vec::new();
        if nothing {
            let fix = ctx.fix(format!("Replace '{}' with 'return'", keyword.kind()), Applicability::Unsafe);
            out.push(fix.replace(keyword.byte_range(), "return").preferred().build());
        }
        if statement.parent().is_some_and(|p| p.kind() == "block") {
            let fix = ctx.fix(format!("Remove '{}' statement", keyword.kind()), Applicability::Unsafe);
            out.push(fix.delete(removal(text, statement)).build());
        }
        Some(out)
    };
    find().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn functions_with_and_without_a_result() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "CS0139",
            "",
            "class C { C(bool b) { if (b) $0continue; } }",
            "class C { C(bool b) { if (b) return; } }",
        );
        check_fix(
            rule,
            "CS0139",
            "",
            "class C { int M() { $0break; return 1; } }",
            "class C { int M() { return 1; } }",
        );
        check_no_fix(rule, "CS0139", "", "class C { int M(bool b) { if (b) $0break; return 1; } }");
    }
}
