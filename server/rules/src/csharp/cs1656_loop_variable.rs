//! # Change of an iteration variable
//!
//! The variable of a `foreach` loop cannot be assigned (CS1656) or passed by reference (CS1657). A variable in the loop can.
//!
//! ```csharp before
//! //@ error CS1656: Cannot assign to 'line' because it is a 'foreach iteration variable'
//! class C
//! {
//!     void M(string[] lines)
//!     {
//!         foreach (var line in lines)
//!         {
//!             $0line$0 = line.Trim();
//!         }
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M(string[] lines)
//!     {
//!         foreach (var item in lines)
//!         {
//!             var line = item;
//!             line = line.Trim();
//!         }
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the elements of the collection stay what they are, and the loop may be meant to change them.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{descendants, function_of};
use syntax::{Node, NodeExt, ancestors, child_of_kind};

pub(crate) const CODES: &[&str] = &["CS1656", "CS1657"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let name = token.text_in(text);
    let is_loop = |n: &Node<'_>| {
        n.kind() == "foreach_statement"
            && n.field("left").is_some_and(|l| l.kind() == "identifier" && l.text_in(text) == name)
    };
    let statement = ancestors(token).find(is_loop)?;
    let body = statement.field("body").filter(|b| b.kind() == "block")?;
    let function = function_of(statement).or_else(|| statement.enclosing(&["compilation_unit"]))?;
    let taken = |name: &str| descendants(function).any(|n| n.kind() == "identifier" && n.text_in(text) == name);
    let new = ["item", "element", "current"].into_iter().find(|n| !taken(n))?;
    let (open, first) = (child_of_kind(body, "{")?, body.named().into_iter().next()?);
    let written = statement.field("type")?.text_in(text);
    let gap = &text[open.end_byte()..first.start_byte()];
    let gap = if gap.trim().is_empty() {
        gap.to_owned()
    } else {
        format!("{}{}", ctx.eol(), ctx.indent_at(first.start_byte()))
    };
    let fix = ctx
        .fix("Use a variable in the loop", Applicability::Unsafe)
        .replace(statement.field("left")?.byte_range(), new);
    Some(fix.insert(open.end_byte(), format!("{gap}{written} {name} = {new};")).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "Cannot assign to 'x' because it is a 'foreach iteration variable'";

    #[test]
    fn loops() {
        let file = |body: &str| format!("class C {{ void M(int[] a) {{ {body} }} }}");
        let before = file("foreach (int x in a) { N(ref $0x); }");
        let after = file("foreach (int item in a) { int x = item; N(ref x); }");
        check_fix(rule_of(module_path!()), "CS1657", MESSAGE, &before, &after);
        check_no_fix(rule_of(module_path!()), "CS1656", MESSAGE, &file("using (var x = N()) { $0x = null; }"));
        check_no_fix(rule_of(module_path!()), "CS1656", MESSAGE, &file("foreach (int x in a) $0x++;"));
    }
}
