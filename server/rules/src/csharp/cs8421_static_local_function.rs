//! # Static function that uses what is around it
//!
//! A `static` local function (CS8421, CS8422) or lambda expression (CS8820, CS8821) uses no variable of the function around it, and not `this`.
//!
//! ```csharp before
//! //@ error CS8421: A static local function cannot contain a reference to 'start'.
//! class C
//! {
//!     int M(int start)
//!     {
//!         return Next(1);
//!         static int Next(int n) => $0start$0 + n;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(int start)
//!     {
//!         return Next(1);
//!         int Next(int n) => start + n;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: it was to capture nothing, and the value may be meant as a parameter.

use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::modifier;
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS8421", "CS8422", "CS8820", "CS8821"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let kinds: &[&str] = match ctx.code().as_str() {
            "CS8421" | "CS8422" => &["local_function_statement"],
            _ => &["lambda_expression", "anonymous_method_expression"],
        };
        let function = ancestors(ctx.token()?).find(|n| n.is(kinds) && modifier(*n, text, "static").is_some())?;
        let old = modifier(function, text, "static")?;
        let fix = ctx.fix("Remove 'static' modifier", Applicability::Unsafe).delete(with_space_after(text, old));
        Some(fix.preferred().build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn functions_and_lambdas() {
        let rule = rule_of(module_path!());
        let file = |body: &str| format!("class C {{ int f; void M(int a) {{ {body} }} }}");
        for (code, before, after) in [
            ("CS8422", "static async void L() { $0f = 1; }", "async void L() { f = 1; }"),
            ("CS8820", "N(static () => $0a);", "N(() => a);"),
        ] {
            check_fix(rule, code, "", &file(before), &file(after));
        }
        check_no_fix(rule, "CS8421", "", &file("void L() { $0f = 1; }"));
    }
}
