//! # `foreach` and `using` that need `await`, or have it in vain
//!
//! A stream is read by `await foreach` (CS8414), and what is disposed of asynchronously by `await using` (CS8418); what is neither takes no
//! `await` (CS8415, CS8417).
//!
//! ```csharp before
//! //@ error CS8414: foreach statement cannot operate on variables of type 'IAsyncEnumerable<int>' because 'IAsyncEnumerable<int>' does not contain a public instance or extension definition for 'GetEnumerator'. Did you mean 'await foreach' rather than 'foreach'?
//! using System.Collections.Generic;
//! using System.Threading.Tasks;
//! class C
//! {
//!     async Task M(IAsyncEnumerable<int> numbers)
//!     {
//!         await Task.Yield();
//!         foreach (var n in $0numbers$0) { }
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//! using System.Threading.Tasks;
//! class C
//! {
//!     async Task M(IAsyncEnumerable<int> numbers)
//!     {
//!         await Task.Yield();
//!         await foreach (var n in numbers) { }
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` in an asynchronous function. `Unsafe` elsewhere: the function, and those that call it, become asynchronous.

use codegen::csharp::asynchrony::in_async_function;
use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::function_of;
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["CS8414", "CS8418", "CS8415", "CS8417"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let kinds: &[&str] = match ctx.code().as_str() {
        "CS8414" | "CS8415" => &["foreach_statement"],
        _ => &["using_statement", "local_declaration_statement"],
    };
    let statement = ctx.token()?.enclosing(kinds)?;
    let wait = child_of_kind(statement, "await");
    if matches!(ctx.code().as_str(), "CS8415" | "CS8417") {
        let fix = ctx.fix("Remove 'await'", Applicability::Safe);
        return Some(fix.delete(with_space_after(ctx.text(), wait?)).preferred().build());
    }
    let keyword = ["foreach", "using"].into_iter().find_map(|k| child_of_kind(statement, k))?;
    // The statements of a program are asynchronous where one of them waits.
    let program = function_of(statement).is_none() && statement.enclosing(&["global_statement"]).is_some();
    let safe = program || in_async_function(statement, ctx.text());
    let fix = ctx.fix("Add 'await'", if safe { Applicability::Safe } else { Applicability::Unsafe });
    wait.is_none().then(|| fix.insert(keyword.start_byte(), "await ").preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn added_and_removed() {
        let rule = rule_of(module_path!());
        let file = |head: &str, body: &str| format!("class C {{ {head} M() {{ {body} }} }}");
        for (code, before, after) in [
            ("CS8418", "$0using var d = N();", "await using var d = N();"),
            ("CS8418", "using ($0var d = N()) { }", "await using (var d = N()) { }"),
            ("CS8414", "foreach (var (a, b) in $0N()) { }", "await foreach (var (a, b) in N()) { }"),
        ] {
            let asynchronous = "async Task";
            check_fix_all(rule, code, "", &[], &file(asynchronous, before), Some(&file(asynchronous, after)));
            check_fix(rule, code, "", &file("void", before), &file("void", after));
            check_fix_all(rule, code, "", &[], &file("void", before), None);
        }
        let program = "foreach (var x in $0N()) { }\n";
        check_fix_all(rule, "CS8414", "", &[], program, Some("await foreach (var x in N()) { }\n"));
        for (code, before, after) in [
            ("CS8415", "await foreach (int x in $0N()) { }", "foreach (int x in N()) { }"),
            ("CS8417", "await using ($0d) { }", "using (d) { }"),
            ("CS8417", "$0await using var d = N();", "using var d = N();"),
        ] {
            check_fix_all(rule, code, "", &[], &file("async Task", before), Some(&file("async Task", after)));
        }
        check_no_fix(rule, "CS8414", "", &file("void", "await foreach (var x in $0N()) { }"));
    }
}
