//! # Top-level `await` in a script
//!
//! Top-level `await` is only allowed in modules. A file without imports and exports is a script.
//!
//! ```typescript before
//! //@ error TS1375: 'await' expressions are only allowed at the top level of a file when that file is a module, but this file has no imports or exports. Consider adding an empty 'export {}' to make this file a module.
//! declare const ready: Promise<number>;
//! $0await$0 ready;
//! ```
//! ```typescript after
//! declare const ready: Promise<number>;
//! await ready;
//!
//! export { };
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the names that the file declares are no longer global.

use super::ts2304_missing_function::at_end;
use codegen::typescript::bodies::Layout;
use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS1375", "TS1431", "TS2853"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = ctx.fix("Add 'export {}' to make this file into a module", Applicability::Unsafe);
    vec![fix.edit(at_end(&Layout::of(ctx), "export { };")).preferred().build()]
}
