//! # `>` or `}` in JSX text
//!
//! Both characters are part of the JSX syntax and must be escaped in text.
//!
//! ```tsx before
//! //@ error TS1382: Unexpected token. Did you mean `{'>'}` or `&gt;`?
//! declare namespace JSX { interface IntrinsicElements { div: {} } }
//! export const arrow = <div>a -$0>$0 b</div>;
//! ```
//! ```tsx after
//! declare namespace JSX { interface IntrinsicElements { div: {} } }
//! export const arrow = <div>a -{">"} b</div>;
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the character may be the rest of a tag or expression that was intended.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS1381", "TS1382"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let at = ctx.diagnostic.range.start;
    let entity = match ctx.text().get(at..).and_then(|t| t.chars().next()) {
        Some('>') => (">", "&gt;"),
        Some('}') => ("}", "&rbrace;"),
        _ => return Vec::new(),
    };
    let quote = codegen::typescript::edit::quote_of(ctx);
    let wrapped = format!("{{{quote}{}{quote}}}", entity.0);
    let wrap = ctx.fix("Wrap invalid character in an expression container", Applicability::Unsafe);
    let escape = ctx.fix("Convert invalid character to its html entity code", Applicability::Unsafe);
    vec![wrap.replace(at..at + 1, wrapped).preferred().build(), escape.replace(at..at + 1, entity.1).build()]
}
