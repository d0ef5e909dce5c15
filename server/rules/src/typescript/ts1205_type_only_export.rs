//! # Re-export of a type
//!
//! Under `isolatedModules` each file is compiled alone, so a re-exported type has to be marked.
//!
//! ```typescript before
//! //@ error TS1205: Re-exporting a type when 'isolatedModules' is enabled requires using 'export type'.
//! //@ options: --isolatedModules
//! export { $0Shape$0, area } from './shape';
//! //- /shape.ts
//! export interface Shape { sides: number }
//! export const area = 1;
//! ```
//! ```typescript after
//! export { type Shape, area } from './shape';
//! //- /shape.ts
//! export interface Shape { sides: number }
//! export const area = 1;
//! ```
//!
//! ## Fix safety
//! `Safe`: a type has no value that could be exported.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS1205", "TS1448"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(specifier) = ctx.token().and_then(|t| t.enclosing(&["export_specifier"])) else { return Vec::new() };
    let Some(statement) = specifier.enclosing(&["export_statement"]) else { return Vec::new() };
    let Some(keyword) = child_of_kind(statement, "export") else { return Vec::new() };
    if child_of_kind(statement, "type").is_some() || child_of_kind(specifier, "type").is_some() {
        return Vec::new();
    }
    let names = super::support::names::descendants(statement, &["export_specifier"]);
    let title = "Convert to type-only export";
    let reported = |at: usize| {
        let mut all = ctx.diagnostics.in_file(ctx.path()).iter();
        all.any(|d| CODES.contains(&d.code.as_str()) && d.range.start == at)
    };
    if names.iter().all(|n| n.id() == specifier.id() || reported(n.start_byte())) {
        return vec![ctx.fix(title, Applicability::Safe).insert(keyword.end_byte(), " type").preferred().build()];
    }
    vec![ctx.fix(title, Applicability::Safe).insert(specifier.start_byte(), "type ").preferred().build()]
}
