//! # `this` before `super()`
//!
//! ```typescript before
//! //@ error TS17009: 'super' must be called before accessing 'this' in the constructor of a derived class.
//! class Base { }
//! export class Derived extends Base {
//!     size: number;
//!     constructor() {
//!         $0this$0.size = 1;
//!         super();
//!     }
//! }
//! ```
//! ```typescript after
//! class Base { }
//! export class Derived extends Base {
//!     size: number;
//!     constructor() {
//!         super();
//!         this.size = 1;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the arguments of `super(…)` are literals: the constructor always threw before. `Unsafe` otherwise, because the statements
//! before the call may change the arguments. No fix when the arguments use `this`.

use codegen::typescript::edit::line_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::typescript::descendants;

pub(crate) const CODES: &[&str] = &["TS17009"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(constructor) = ctx.token().and_then(|t| t.enclosing(&["method_definition"])) else { return Vec::new() };
    let Some(body) = constructor.field("body") else { return Vec::new() };
    let call = body.named().into_iter().find(|s| {
        s.kind() == "expression_statement"
            && s.named().first().is_some_and(|c| {
                c.kind() == "call_expression" && c.field("function").is_some_and(|f| f.kind() == "super")
            })
    });
    let (Some(call), Some(first)) = (call, body.named().into_iter().next()) else { return Vec::new() };
    if call.id() == first.id() || !descendants(call, &["this"]).is_empty() {
        return Vec::new();
    }
    let simple =
        call.named().first().and_then(|c| c.field("arguments")).is_some_and(|a| {
            a.named().iter().all(|n| n.is(&["string", "number", "true", "false", "null", "undefined"]))
        });
    let applicability = if simple { Applicability::Safe } else { Applicability::Unsafe };
    let line = format!("{}{}{}", call.text_in(text), ctx.eol(), ctx.indent_at(first.start_byte()));
    let fix = ctx
        .fix("Make 'super()' call the first statement in the constructor", applicability)
        .insert(first.start_byte(), line)
        .delete(line_deletion(text, call.range()));
    vec![fix.preferred().build()]
}
