//! # A module used as a type
//!
//! ```typescript before
//! //@ error TS1340: Module './shape' does not refer to a type, but is used as a type here. Did you mean 'typeof import('./shape')'?
//! export let shapes: $0import('./shape')$0;
//! //- /shape.ts
//! export const area = 1;
//! ```
//! ```typescript after
//! export let shapes: typeof import('./shape');
//! //- /shape.ts
//! export const area = 1;
//! ```
//!
//! ## Fix safety
//! `Safe`: a module is a value, so its type needs `typeof`, and types are erased from the emitted code.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS1340"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let at = ctx.diagnostic.range.start;
    if !ctx.text().get(at..).is_some_and(|t| t.starts_with("import")) {
        return Vec::new();
    }
    vec![ctx.fix("Add missing 'typeof'", Applicability::Safe).insert(at, "typeof ").preferred().build()]
}
