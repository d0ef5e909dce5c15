//! # Missing `override`
//!
//! With `noImplicitOverride`, a member that overrides a member of the base class must have the `override` modifier.
//!
//! ```typescript before
//! //@ error TS4114: This member must have an 'override' modifier because it overrides a member in the base class 'Base'.
//! //@ options: --noImplicitOverride
//! class Base { run() {} }
//! class Derived extends Base {
//!     public async $0run$0() {}
//! }
//! ```
//! ```typescript after
//! class Base { run() {} }
//! class Derived extends Base {
//!     public override async run() {}
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the compiler checks the modifier, and it has no effect on the emitted code.

use codegen::typescript::bodies::OVERRIDABLE;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS4114", "TS4115", "TS4116"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(member) = ctx.token().and_then(|t| t.enclosing(OVERRIDABLE)) else { return Vec::new() };
    // The order that TypeScript requires: accessibility, `static`, `override`, `readonly`/`async`/`get`/`set`, name.
    let before = ["accessibility_modifier", "static", "abstract", "declare", "decorator"];
    let Some(next) = member.all_children().into_iter().find(|c| !c.is(&before) && c.kind() != "comment") else {
        return Vec::new();
    };
    if next.kind() == "override_modifier" {
        return Vec::new();
    }
    vec![
        ctx.fix("Add 'override' modifier", Applicability::Safe)
            .insert(next.start_byte(), "override ")
            .preferred()
            .build(),
    ]
}
