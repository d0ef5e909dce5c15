//! # Type-only import of a default export and of named bindings
//!
//! An `import type` declaration can have a default import or named bindings, but not both.
//!
//! ```typescript before
//! //@ error TS1363: A type-only import can specify a default import or named bindings, but not both.
//! import $0type Shape, { Size }$0 from "./shape";
//! export type T = Shape | Size;
//! //- /shape.ts
//! export type Size = number;
//! export default interface Shape { size: Size }
//! ```
//! ```typescript after
//! import type Shape from "./shape";
//! import type { Size } from "./shape";
//! export type T = Shape | Size;
//! //- /shape.ts
//! export type Size = number;
//! export default interface Shape { size: Size }
//! ```
//!
//! ## Fix safety
//! `Safe`: types are erased from the emitted code.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS1363"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(statement) = ctx.token().and_then(|t| t.enclosing(&["import_statement"])) else { return Vec::new() };
    let parts = child_of_kind(statement, "import_clause").map(|c| c.named()).unwrap_or_default();
    let ([default, bindings], Some(source)) = (parts.as_slice(), statement.field("source")) else { return Vec::new() };
    let tail = &text[source.start_byte()..statement.end_byte()];
    let indent = ctx.indent_at(statement.start_byte());
    let new = format!("import type {} from {tail}", bindings.text_in(text));
    let fix = ctx
        .fix("Split into two separate import declarations", Applicability::Safe)
        .delete(default.end_byte()..bindings.end_byte())
        .insert(statement.end_byte(), format!("{}{indent}{new}", ctx.eol()));
    vec![fix.preferred().build()]
}
