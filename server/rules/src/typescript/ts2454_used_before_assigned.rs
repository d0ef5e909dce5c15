//! # Variable used before it is assigned
//!
//! ```typescript before
//! //@ error TS2454: Variable 'count' is used before being assigned.
//! //@ options: --strict
//! export function f() {
//!     let count: number;
//!     $0count$0++;
//! }
//! ```
//! ```typescript after
//! export function f() {
//!     let count: number = 0;
//!     count++;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the intended initial value is not known.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::{is_declaration_name, occurrences};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2454"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let name = token.text_in(text);
    if ctx.argument(0).is_some_and(|named| named != name) {
        return Vec::new();
    }
    let declarator = ancestors(token).skip(1).find_map(|scope| {
        let mut found = occurrences(scope, text, name).into_iter().filter(|n| is_declaration_name(*n));
        found.next().and_then(|n| n.parent()).filter(|p| p.kind() == "variable_declarator")
    });
    let Some(declarator) = declarator.filter(|d| d.field("value").is_none()) else { return Vec::new() };
    let declared = declarator.field("type").and_then(|t| t.named().into_iter().next());
    let Some(value) = declared.and_then(|t| super::ts2564_uninitialized_property::empty_value(ctx, t, 0)) else {
        return Vec::new();
    };
    let fix = ctx.fix(format!("Add initializer to variable '{name}'"), Applicability::Unsafe);
    vec![fix.insert(declarator.end_byte(), format!(" = {value}")).build()]
}
