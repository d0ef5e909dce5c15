//! # Property called like a method
//!
//! ```csharp before
//! //@ error CS1955: Non-invocable member 'C.Count' cannot be used like a method.
//! class C
//! {
//!     int Count { get; set; }
//!     int M() => $0Count$0();
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int Count { get; set; }
//!     int M() => Count;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the parentheses are empty and no method of that name could have been meant. Nothing is offered where there are arguments.

use super::support::named::name_token;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["CS1955"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let name = name_token(ctx)?;
    let function = match name.parent()? {
        access if access.kind() == "member_access_expression" && access.field("name") == Some(name) => access,
        _ => name,
    };
    let call = function.parent().filter(|p| p.kind() == "invocation_expression" && p.field("function") == Some(function))?;
    let arguments = call.field("arguments")?;
    // A statement needs the call.
    let statement = call.parent().is_some_and(|p| p.kind() == "expression_statement");
    if !arguments.named().is_empty() || statement {
        return None;
    }
    let meant = !ctx.index.csharp().extension_methods_named(name.text_in(text)).is_empty();
    let applicability = if meant { Applicability::Unsafe } else { Applicability::Safe };
    Some(ctx.fix("Remove parentheses", applicability).delete(arguments.byte_range()).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn arguments_may_matter() {
        let message = "Non-invocable member 'C.P' cannot be used like a method.";
        check_no_fix(rule_of(module_path!()), "CS1955", message, "class C { int P => 1; int M() => $0P(1); }");
        check_no_fix(rule_of(module_path!()), "CS1955", message, "class C { int P => 1; void M() { $0P(); } }");
    }
}
