//! # Comparison with `NaN`
//!
//! No value is equal to `NaN`, not even `NaN` itself.
//!
//! ```typescript before
//! //@ error TS2845: This condition will always return 'false'.
//! declare const x: number;
//! if ($0x === NaN$0) {}
//! ```
//! ```typescript after
//! declare const x: number;
//! if (Number.isNaN(x)) {}
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the condition was constant and now depends on the value, so the behavior changes.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2845"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let is_nan = |t: &str| t == "NaN" || t == "Number.NaN";
    let found = ctx.token().into_iter().flat_map(ancestors).filter(|n| n.kind() == "binary_expression").find_map(|n| {
        let (left, right) = (n.field("left")?, n.field("right")?);
        let operator = n.field("operator")?.text_in(text);
        if !matches!(operator, "==" | "===" | "!=" | "!==") {
            return None;
        }
        let other = match (is_nan(left.text_in(text)), is_nan(right.text_in(text))) {
            (true, false) => right,
            (false, true) => left,
            _ => return None,
        };
        Some((n, other, operator.starts_with('!')))
    });
    let Some((comparison, other, negated)) = found else { return Vec::new() };
    let bang = if negated { "!" } else { "" };
    let is_entity_name = other.text_in(text).chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'));
    let shown = if is_entity_name { other.text_in(text) } else { "..." };
    let title = format!("Use `{bang}Number.isNaN({shown})`.");
    let call = format!("{bang}Number.isNaN({})", other.text_in(text));
    vec![ctx.fix(title, Applicability::Unsafe).replace(comparison.range(), call).preferred().build()]
}
