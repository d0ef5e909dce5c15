//! # `Length` instead of `Count`
//!
//! Arrays and strings have `Length`, collections have `Count`, sequences have the method `Count()`. Also removes `await` from values that
//! cannot be awaited.
//!
//! ```csharp before
//! //@ error CS1061: 'List<int>' does not contain a definition for 'Length' and no accessible extension method 'Length' accepting a first argument of type 'List<int>' could be found (are you missing a using directive or an assembly reference?)
//! using System.Collections.Generic;
//! class C
//! {
//!     int M(List<int> list) => list.$0Length$0;
//! }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//! class C
//! {
//!     int M(List<int> list) => list.Count;
//! }
//! ```
//! ```csharp before
//! //@ error CS1061: 'int' does not contain a definition for 'GetAwaiter' and no accessible extension method 'GetAwaiter' accepting a first argument of type 'int' could be found (are you missing a using directive or an assembly reference?)
//! using System.Threading.Tasks;
//! class C
//! {
//!     int N() => 1;
//!     async Task<int> M()
//!     {
//!         await Task.Delay(1);
//!         return $0await N()$0;
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Threading.Tasks;
//! class C
//! {
//!     int N() => 1;
//!     async Task<int> M()
//!     {
//!         await Task.Delay(1);
//!         return N();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for `Length` and `Count` where the type has only the other one: both are the number of elements. Removing `await` is `Unsafe`: the
//! called function may be intended as asynchronous.

use super::support::named::name_token;
use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["CS1061"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    if ctx.argument(1) == Some("GetAwaiter") {
        let awaited = ctx.token()?.enclosing(&["await_expression"])?;
        let value = awaited.named().into_iter().next_back()?;
        let statement = awaited.parent()?.kind() == "expression_statement";
        if statement && !value.is(&["invocation_expression", "assignment_expression", "object_creation_expression"]) {
            return None;
        }
        let fix = ctx.fix("Remove 'await'", Applicability::Unsafe).delete(awaited.start_byte()..value.start_byte());
        return Some(fix.build());
    }
    let name = name_token(ctx)?;
    let other = match name.text_in(text) {
        "Length" => "Count",
        "Count" => "Length",
        _ => return None,
    };
    let access = name.parent().filter(|p| p.kind() == "member_access_expression" && p.field("name") == Some(name))?;
    if access.parent().is_some_and(|p| p.kind() == "invocation_expression" && p.field("function") == Some(access)) {
        return None;
    }
    let model = ctx.csharp();
    let ty = model.type_of(access.field("expression")?)?.not_null();
    if !model.members_named(&ty, name.text_in(text)).is_empty() {
        return None;
    }
    let array = matches!(ty, semantics::csharp::Type::Array(..)) && other == "Length";
    let has = array
        || model.members_named(&ty, other).iter().any(|m| {
            m.declaration.kind == DeclarationKind::Property && model.member_type(m).is_some_and(|t| t.is("int"))
        });
    has.then(|| {
        ctx.fix(format!("Use '{other}'"), Applicability::Safe).replace(name.byte_range(), other).preferred().build()
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "'string' does not contain a definition for 'Count' and no accessible extension method 'Count' accepting a first argument of type 'string' could be found (are you missing a using directive or an assembly reference?)";

    #[test]
    fn strings_have_a_length() {
        check_fix(
            rule_of(module_path!()),
            "CS1061",
            MESSAGE,
            "class C { int M(string s) => s.$0Count; }",
            "class C { int M(string s) => s.Length; }",
        );
    }

    #[test]
    fn nothing_for_calls_of_linq_methods() {
        check_no_fix(rule_of(module_path!()), "CS1061", MESSAGE, "class C { int M(string s) => s.$0Count(); }");
    }
}
