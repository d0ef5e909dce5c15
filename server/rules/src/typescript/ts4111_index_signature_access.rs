//! # Property access to an index signature
//!
//! With `noPropertyAccessFromIndexSignature`, a property that comes from an index signature must be accessed with brackets.
//!
//! ```typescript before
//! //@ error TS4111: Property 'mode' comes from an index signature, so it must be accessed with ['mode'].
//! //@ options: --noPropertyAccessFromIndexSignature
//! declare const options: { [key: string]: string };
//! export const mode = options.$0mode$0;
//! ```
//! ```typescript after
//! declare const options: { [key: string]: string };
//! export const mode = options["mode"];
//! ```
//!
//! ## Fix safety
//! `Safe`: both forms access the same property.

use codegen::typescript::edit::quote_of;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS4111"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(name) = ctx.token().filter(|t| t.kind() == "property_identifier") else { return Vec::new() };
    let Some(access) = name.parent().filter(|p| p.kind() == "member_expression") else { return Vec::new() };
    let Some(object) = access.field("object") else { return Vec::new() };
    let optional = text[object.end_byte()..name.start_byte()].contains("?.");
    let mark = quote_of(ctx);
    let key = name.text_in(text);
    if ctx.argument(0).is_some_and(|named| named != key) {
        return Vec::new();
    }
    let dot = if optional { "?." } else { "" };
    let fix = ctx.fix(format!("Use element access for '{key}'"), Applicability::Safe);
    vec![fix.replace(object.end_byte()..access.end_byte(), format!("{dot}[{mark}{key}{mark}]")).preferred().build()]
}
