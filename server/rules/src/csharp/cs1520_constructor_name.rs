//! # Method without a return type
//!
//! A member without a return type is a constructor, but this one does not have the name of its type. The name is misspelt, or `void` is missing.
//!
//! ```csharp before
//! //@ error CS1520: Method must have a return type
//! class Reader
//! {
//!     public $0Raeder$0() { }
//! }
//! ```
//! ```csharp after
//! class Reader
//! {
//!     public Reader() { }
//! }
//! ```
//! ```csharp before
//! //@ error CS1520: Method must have a return type
//! class Reader
//! {
//!     public $0Close$0() { }
//! }
//! ```
//! ```csharp after
//! class Reader
//! {
//!     public void Close() { }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: either may be intended.

use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::similar_names::slip;
use syntax::NodeExt;
use syntax::csharp::{TYPES, inner_expression, own_descendants};

pub(crate) const CODES: &[&str] = &["CS1520"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let constructor = token.parent().filter(|p| p.kind() == "constructor_declaration")?;
    let name = token.text_in(text);
    let own = constructor.enclosing(TYPES)?.field("name")?.text_in(text);
    let fix = |title: String| ctx.fix(title, Applicability::Unsafe).preferred();
    if name != own && slip(name, own).is_some() {
        return Some(fix(format!("Change '{name}' to '{own}'")).replace(token.byte_range(), own).build());
    }
    let body = constructor.field("body")?;
    let chained = syntax::child_of_kind(constructor, "constructor_initializer").is_some();
    let value = body.kind() != "block"
        || own_descendants(body).any(|n| n.kind() == "return_statement" && inner_expression(n).is_some());
    (!chained && !value && name != own)
        .then(|| fix("Add 'void'".to_owned()).insert(token.start_byte(), "void ").build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn no_void_where_a_value_is_returned_or_another_constructor_is_called() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "CS1520", "Method must have a return type", "class C { $0Close() { return 1; } }");
        check_no_fix(rule, "CS1520", "Method must have a return type", "class C { $0Close() : this(1) { } }");
    }
}
