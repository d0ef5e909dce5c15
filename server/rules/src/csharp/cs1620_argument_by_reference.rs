//! # Missing or surplus `ref`, `out` or `in`
//!
//! An argument does not have the `ref`, `out` or `in` keyword of its parameter.
//!
//! ```csharp before
//! //@ error CS1620: Argument 1 must be passed with the 'out' keyword
//! class C
//! {
//!     void N(out int x) { x = 1; }
//!     int M()
//!     {
//!         int n;
//!         N($0n$0);
//!         return n;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void N(out int x) { x = 1; }
//!     int M()
//!     {
//!         int n;
//!         N(out n);
//!         return n;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for a variable that is the only argument of its call with an error. `Unsafe` where other arguments have errors too, or where the value
//! may be a property.

use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Bulk, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["CS1620", "CS1615"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let argument = ctx.token()?.enclosing(&["argument"])?;
    let keyword = ["ref", "out", "in"].into_iter().find(|k| ctx.diagnostic.arguments.iter().any(|a| a == k))?;
    let present = argument.all_children().into_iter().find(|c| ["ref", "out", "in"].contains(&c.text_in(text)));
    let value = argument.named().into_iter().next_back()?;
    if ctx.code() == "CS1615" {
        let present = present.filter(|p| p.text_in(text) == keyword && value.kind() != "declaration_expression")?;
        let title = format!("Remove '{keyword}' keyword");
        return Some(ctx.fix(title, Applicability::Safe).delete(with_space_after(text, present)).preferred().build());
    }
    let lvalue = ["identifier", "member_access_expression", "element_access_expression", "declaration_expression"];
    let discard = keyword == "out" && value.text_in(text) == "_";
    if keyword != "in" && !discard && !value.is(&lvalue) {
        return None;
    }
    // A second error in the same call indicates wrong arguments or a wrong order; a property cannot be passed by reference.
    let list = argument.parent()?.byte_range();
    let diagnostics = ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .filter(|d| list.contains(&d.range.start) && matches!(d.code.as_str(), "CS1503" | "CS1620" | "CS1615"));
    let certain =
        diagnostics.count() <= 1 && (value.kind() == "identifier" || value.kind() == "declaration_expression");
    let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
    let title = format!("Add '{keyword}' keyword");
    let fix = match present {
        Some(other) => ctx.fix(title, applicability).replace(other.byte_range(), keyword),
        None => ctx.fix(title, applicability).insert(value.start_byte(), format!("{keyword} ")),
    };
    Some(fix.in_bulk(if certain { Bulk::Repair } else { Bulk::Manual }).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn surplus_keyword() {
        check_fix(
            rule_of(module_path!()),
            "CS1615",
            "Argument 1 may not be passed with the 'ref' keyword",
            "class C { void N(int x) { N(ref $0x); } }",
            "class C { void N(int x) { N(x); } }",
        );
    }

    #[test]
    fn nothing_for_a_value() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1620",
            "Argument 1 must be passed with the 'ref' keyword",
            "class C { void N(ref int x) { N($01); } }",
        );
    }
}
