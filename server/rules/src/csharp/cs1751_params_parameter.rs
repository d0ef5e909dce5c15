//! # `params` parameter
//!
//! A `params` parameter has no default value (CS1751): without arguments it is empty. Its type is an array or another collection (CS0225).
//!
//! ```csharp before
//! //@ error CS1751: Cannot specify a default value for a parameter array
//! class C
//! {
//!     void M($0params$0 int[] numbers = null) { }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M(params int[] numbers) { }
//! }
//! ```
//! ```csharp before
//! //@ error CS0225: The params parameter must be a single dimensional array
//! class C
//! {
//!     void M($0params$0 int numbers) { }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M(params int[] numbers) { }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where only the default value is too much. `Unsafe` where the type changes: `params` may be what is wrong.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, leaf_at};

pub(crate) const CODES: &[&str] = &["CS1751", "CS0225"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let token = ctx.token().filter(|t| t.kind() == "params" || t.text_in(text) == "params")?;
        if ctx.code() == "CS0225" {
            let ty = leaf_at(ctx.root(), token.end_byte())?;
            let list = ty.enclosing(&["parameter_list", "bracketed_parameter_list"])?;
            let ty = list.all_children().into_iter().find(|c| c.start_byte() == ty.start_byte() && c.is_named())?;
            let title = format!("Change parameter type to '{}[]'", ty.text_in(text));
            return Some(ctx.fix(title, Applicability::Unsafe).insert(ty.end_byte(), "[]").preferred().build());
        }
        // The grammar has no default value here: it is what stands between the name and the end of the list.
        let rest = &text[token.start_byte()..];
        let equals = rest.find('=')?;
        let mut depth = 0usize;
        let end = rest[equals..].char_indices().find(|(_, c)| {
            match c {
                '(' | '[' | '{' | '<' => depth += 1,
                ')' | ']' if depth == 0 => return true,
                ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
                _ => {}
            }
            false
        })?;
        let value = rest[equals..equals + end.0].trim_end();
        let start = rest[..equals].trim_end().len();
        let plain = !rest[..start].contains(['\n', ')', '(', ';']) && !value.contains(['\n', ';']);
        let range = token.start_byte() + start..token.start_byte() + equals + value.len();
        let fix = ctx.fix("Remove default value from parameter", Applicability::Safe).delete(range);
        plain.then(|| fix.preferred().build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn values_and_types() {
        let rule = rule_of(module_path!());
        let before = "class C { void M(int a = 1, $0params string[] s = default(string[])) { } }";
        check_fix(rule, "CS1751", "", before, "class C { void M(int a = 1, params string[] s) { } }");
        let before = "class C { C(int a, $0params List<int>? s) { } }";
        check_fix(rule, "CS0225", "", before, "class C { C(int a, params List<int>?[] s) { } }");
    }
}
