//! # `new` without arguments
//!
//! Behind the type of a new object stand its arguments, its size, or its initializer.
//!
//! ```csharp before
//! //@ error CS1526: A new expression requires an argument list or (), [], or {} after type
//! class C
//! {
//!     object value = new object$0;$0
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     object value = new object();
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the object may need arguments, or be an array.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["CS1526"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let at = ctx.diagnostic.range.start;
        // The compiler points at what follows the type.
        let end = text.get(..at)?.trim_end().len();
        let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '<' | '>' | ',' | ':' | '?' | '@');
        let start = text[..end].trim_end_matches(name).len();
        let before = text[..start].trim_end();
        let next = text.get(at..)?.chars().next()?;
        let created = before.ends_with("new") && start < end && matches!(next, ';' | ',' | ')' | '}' | '.');
        let fix = ctx.fix("Add argument list", Applicability::Unsafe).insert(end, "()").preferred();
        created.then(|| fix.build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "A new expression requires an argument list or (), [], or {} after type";

    #[test]
    fn after_the_type() {
        let rule = rule_of(module_path!());
        let file = |body: &str| format!("class C {{ void M() {{ {body} }} }}");
        for (before, after) in [
            ("N(new A$0, 1);", "N(new A(), 1);"),
            ("throw new System.Exception$0;", "throw new System.Exception();"),
            ("var l = new List<int>$0;", "var l = new List<int>();"),
        ] {
            check_fix(rule, "CS1526", MESSAGE, &file(before), &file(after));
        }
        check_no_fix(rule, "CS1526", MESSAGE, &file("N(A$0, 1);"));
    }
}
