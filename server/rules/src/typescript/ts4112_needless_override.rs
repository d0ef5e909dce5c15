//! # `override` overrides nothing
//!
//! The base class has no such member, or there is no base class.
//!
//! ```typescript before
//! //@ error TS4113: This member cannot have an 'override' modifier because it is not declared in the base class 'Base'.
//! class Base { run() {} }
//! class Derived extends Base {
//!     override $0walk$0() {}
//! }
//! ```
//! ```typescript after
//! class Base { run() {} }
//! class Derived extends Base {
//!     walk() {}
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the class extends nothing: the modifier cannot mean anything there. `Unsafe` otherwise, because the member of the base
//! class may have been renamed or lost.

use super::support::names::descendants;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS4112", "TS4113", "TS4117"];

const MEMBERS: &[&str] = &[
    "required_parameter",
    "optional_parameter",
    "method_definition",
    "public_field_definition",
    "method_signature",
    "abstract_method_signature",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(member) = ctx.token().and_then(|t| t.enclosing(MEMBERS)) else { return Vec::new() };
    let modifier = member.all_children().into_iter().find(|c| c.kind() == "override_modifier");
    let Some(modifier) = modifier else { return Vec::new() };
    let Some(next) = modifier.next_sibling() else { return Vec::new() };
    let class = member.enclosing(&["class_declaration", "abstract_class_declaration", "class"]);
    let bare = class.is_some_and(|c| descendants(c, &["extends_clause"]).is_empty());
    let applicability = if *ctx.code() == "TS4112" && bare { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix("Remove 'override' modifier", applicability).delete(modifier.start_byte()..next.start_byte());
    vec![if *ctx.code() == "TS4117" { fix } else { fix.preferred() }.build()]
}
