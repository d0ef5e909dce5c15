//! # Unused type parameter
//!
//! ```typescript before
//! //@ error TS6133: 'T' is declared but its value is never read.
//! //@ options: --noUnusedParameters
//! export function size$0<T>$0(items: string[]) { return items.length; }
//! ```
//! ```typescript after
//! export function size(items: string[]) { return items.length; }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: users of the function or type may pass type arguments. Replacing an unused `infer T` by `unknown` is `Safe`, because it
//! matches the same types.

use super::support::unused::trust;
use codegen::typescript::edit::list_item_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS6133", "TS6196", "TS6205"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    if let Some(infer) = token.enclosing(&["infer_type"]).filter(|i| i.start_byte() == token.start_byte()) {
        let Some(trust) = trust(ctx, ctx.argument(0).unwrap_or_default()) else { return Vec::new() };
        let constrained = infer.named().len() > 1;
        let name = infer.named().first().map_or("", |n| n.text_in(text));
        let title = format!("Replace 'infer {name}' with 'unknown'");
        let applicability = if constrained { Applicability::Unsafe } else { trust };
        return vec![ctx.fix(title, applicability).replace(infer.range(), "unknown").preferred().build()];
    }
    let Some(list) = token.enclosing(&["type_parameters"]) else { return Vec::new() };
    let Some(trust) = trust(ctx, ctx.argument(0).unwrap_or_default()) else { return Vec::new() };
    if token.kind() == "<" || list.named().len() == 1 {
        let title = "Remove type parameters";
        return vec![ctx.fix(title, Applicability::Unsafe.min(trust)).delete(list.range()).preferred().build()];
    }
    let Some(parameter) = token.enclosing(&["type_parameter"]) else { return Vec::new() };
    let Some(name) = parameter.field("name").map(|n| n.text_in(text)) else { return Vec::new() };
    let remove = ctx
        .fix(format!("Remove unused declaration for: '{name}'"), Applicability::Unsafe.min(trust))
        .delete(list_item_deletion(text, parameter))
        .isolated(format!("unused:{}:{}", ctx.path().display(), list.start_byte()));
    let prefix = ctx
        .fix(format!("Prefix '{name}' with an underscore"), Applicability::Unsafe.min(trust))
        .insert(parameter.start_byte(), "_");
    vec![remove.preferred().build(), prefix.build()]
}
