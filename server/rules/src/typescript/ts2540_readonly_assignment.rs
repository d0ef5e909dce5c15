//! # Assignment to a read-only property of the same class
//!
//! ```typescript before
//! //@ error TS2540: Cannot assign to 'count' because it is a read-only property.
//! export class Counter {
//!     readonly count = 0;
//!     add() { this.$0count$0++; }
//! }
//! ```
//! ```typescript after
//! export class Counter {
//!     count = 0;
//!     add() { this.count++; }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the assignment may be what is wrong.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS2540"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let Some(access) = token.enclosing(&["member_expression"]) else { return Vec::new() };
    let property = access.field("property");
    let (Some(property), true) = (property, access.field("object").is_some_and(|o| o.kind() == "this")) else {
        return Vec::new();
    };
    let Some(class) = access.enclosing(&["class_body"]) else { return Vec::new() };
    let field = class.named().into_iter().find(|m| {
        m.kind() == "public_field_definition"
            && m.field("name").is_some_and(|n| n.text_in(text) == property.text_in(text))
    });
    let Some(keyword) = field.and_then(|f| child_of_kind(f, "readonly")) else { return Vec::new() };
    let Some(next) = keyword.next_sibling() else { return Vec::new() };
    let title = format!("Remove 'readonly' from '{}'", property.text_in(text));
    vec![ctx.fix(title, Applicability::Unsafe).delete(keyword.start_byte()..next.start_byte()).build()]
}
