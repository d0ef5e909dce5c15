//! # Property of a type accessed with a dot
//!
//! ```typescript before
//! //@ error TS2713: Cannot access 'Shape.sides' because 'Shape' is a type, but not a namespace. Did you mean to retrieve the type of the property 'sides' in 'Shape' with 'Shape["sides"]'?
//! interface Shape { sides: number }
//! export const n: $0Shape.sides$0 = 4;
//! ```
//! ```typescript after
//! interface Shape { sides: number }
//! export const n: Shape["sides"] = 4;
//! ```
//!
//! ## Fix safety
//! `Safe`: the compiler has found the property, and types are erased from the emitted code.

use codegen::typescript::edit::quote_of;
use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS2713"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let Some(rest) = text.get(at..) else { return Vec::new() };
    // Depending on the compiler version, the diagnostic is at the whole name or at the property.
    let dotted = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.'))).unwrap_or(rest.len());
    let head = text[..at].trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'));
    let (start, end) = (head.len(), at + dotted);
    let name = &text[start..end];
    let Some((owner, property)) = name.rsplit_once('.') else { return Vec::new() };
    let names = |a: &String| a.rsplit(['.', '[']).next().is_some_and(|n| n.trim_matches(['"', '\'', ']']) == property);
    if !ctx.diagnostic.arguments.is_empty() && !ctx.diagnostic.arguments.iter().any(names) {
        return Vec::new();
    }
    let mark = quote_of(ctx);
    let right = format!("{owner}[{mark}{property}{mark}]");
    let fix = ctx.fix(format!("Rewrite as the indexed access type '{right}'"), Applicability::Safe);
    vec![fix.replace(start..end, right).preferred().build()]
}
