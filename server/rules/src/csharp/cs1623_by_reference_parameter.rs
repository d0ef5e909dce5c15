//! # Parameter by reference where none can be
//!
//! Iterators (CS1623) and asynchronous functions (CS1988) run on after they returned: they have no parameters by `ref`, `in` or `out`.
//!
//! ```csharp before
//! //@ error CS1988: Async methods cannot have ref, in or out parameters
//! using System.Threading.Tasks;
//! class C
//! {
//!     async Task M(in int $0count$0)
//!     {
//!         await Task.Delay(count);
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Threading.Tasks;
//! class C
//! {
//!     async Task M(int count)
//!     {
//!         await Task.Delay(count);
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: callers pass it otherwise then. Nothing is offered for what the function assigns, whose value the caller would miss.

use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{FUNCTIONS, descendants, modifiers};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS1623", "CS1988"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let parameter = ctx.token()?.enclosing(&["parameter"])?;
    let by = modifiers(parameter).into_iter().find(|m| matches!(m.text_in(text), "ref" | "in" | "out"))?;
    let function = parameter.enclosing(FUNCTIONS)?;
    let name = parameter.field("name")?.text_in(text);
    let assigned = |n: Node<'_>| {
        n.parent().is_some_and(|p| {
            p.kind() == "assignment_expression" && p.field("left") == Some(n)
                || p.kind() == "postfix_unary_expression"
                || p.kind() == "prefix_unary_expression"
                    && p.all_children().iter().any(|c| matches!(c.kind(), "++" | "--"))
                || p.kind() == "argument" && p.all_children().iter().any(|c| matches!(c.kind(), "ref" | "out"))
        })
    };
    let changes = descendants(function).any(|n| n.kind() == "identifier" && n.text_in(text) == name && assigned(n));
    let title = format!("Remove '{}' modifier", by.text_in(text));
    let fix = ctx.fix(title, Applicability::Unsafe).delete(with_space_after(text, by));
    (!changes && by.text_in(text) != "out").then(|| fix.preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn what_is_only_read() {
        let rule = rule_of(module_path!());
        let before = "class C { IEnumerable<int> M([A] ref int $0a, int b) { yield return a; } }";
        check_fix(rule, "CS1623", "", before, "class C { IEnumerable<int> M([A] int a, int b) { yield return a; } }");
        check_no_fix(rule, "CS1623", "", "class C { IEnumerable<int> M(ref int $0a) { a++; yield return a; } }");
        check_no_fix(rule, "CS1988", "", "class C { async Task M(out int $0a) { a = 1; } }");
    }
}
