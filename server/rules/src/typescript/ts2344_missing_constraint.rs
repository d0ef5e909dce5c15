//! # Type parameter without the constraint that its use demands
//!
//! ```typescript before
//! //@ error TS2344: Type 'T' does not satisfy the constraint 'string'.
//! type Named<N extends string> = { name: N };
//! export function name<T>(named: Named<$0T$0>) { return named; }
//! ```
//! ```typescript after
//! type Named<N extends string> = { name: N };
//! export function name<T extends string>(named: Named<T>) { return named; }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: callers that use other types no longer compile.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2344", "TS2322", "TS2345"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let (Some(name), Some(wanted)) = (ctx.argument(0), ctx.argument(1)) else { return Vec::new() };
    let plain = |t: &str| !t.is_empty() && !t.contains("...") && !t.contains('\n');
    if !name.chars().all(|c| c.is_alphanumeric() || c == '_') || !plain(wanted) {
        return Vec::new();
    }
    let Some(token) = ctx.token() else { return Vec::new() };
    let parameter = ancestors(token).find_map(|n| {
        let list = n.field("type_parameters")?;
        list.named().into_iter().find(|p| p.field("name").is_some_and(|x| x.text_in(text) == name))
    });
    let Some(parameter) = parameter.filter(|p| p.field("constraint").is_none()) else { return Vec::new() };
    let Some(declared) = parameter.field("name") else { return Vec::new() };
    // A type that the file does not know would be one error for another.
    let known = wanted.starts_with(['"', '`', '{', '('])
        || wanted.chars().next().is_some_and(char::is_lowercase)
        || !ctx
            .index
            .typescript()
            .resolve(wanted.split(['<', '[', ' ']).next().unwrap_or(wanted), ctx.path(), token.start_byte())
            .is_empty();
    if !known {
        return Vec::new();
    }
    let fix = ctx.fix("Add `extends` constraint.", Applicability::Unsafe);
    vec![fix.insert(declared.end_byte(), format!(" extends {wanted}")).build()]
}
