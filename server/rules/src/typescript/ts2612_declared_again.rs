//! # Property overwrites the base property
//!
//! With `useDefineForClassFields` a property that is declared again without initializer is set to `undefined` when the object is created.
//!
//! ```typescript before
//! //@ error TS2612: Property 'size' will overwrite the base property in 'Base'. If this is intentional, add an initializer. Otherwise, add a 'declare' modifier or remove the redundant declaration.
//! //@ options: --strict false --useDefineForClassFields
//! class Base { size: number | string; }
//! export class Derived extends Base {
//!     $0size$0: number;
//! }
//! ```
//! ```typescript after
//! class Base { size: number | string; }
//! export class Derived extends Base {
//!     declare size: number;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a new property with its own value may be intended.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS2612"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let property = ctx.token().and_then(|t| t.enclosing(&["public_field_definition"]));
    let first = property.and_then(|p| p.all_children().into_iter().find(|c| !c.is(&["decorator", "comment"])));
    let Some(first) = first.filter(|f| f.kind() != "declare") else { return Vec::new() };
    vec![
        ctx.fix("Prefix with 'declare'", Applicability::Unsafe)
            .insert(first.start_byte(), "declare ")
            .preferred()
            .build(),
    ]
}
