//! # Decorator that must be called or parenthesized
//!
//! ```typescript before
//! //@ error TS1329: 'logged' accepts too few arguments to be used as a decorator here. Did you mean to call it first and write '@logged()'?
//! //@ options: --experimentalDecorators
//! declare function logged(): (...args: any[]) => void;
//! export class Service {
//!     $0@logged$0
//!     run() {}
//! }
//! ```
//! ```typescript after
//! declare function logged(): (...args: any[]) => void;
//! export class Service {
//!     @logged()
//!     run() {}
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the compiler has checked that the expression can be called without arguments and returns a decorator. Parentheses around an
//! expression change nothing.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, leaf_at};

pub(crate) const CODES: &[&str] = &["TS1329", "TS1497"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    if *ctx.code() == "TS1329" {
        let decorator = leaf_at(ctx.root(), at).and_then(|t| t.enclosing(&["decorator"]));
        let Some(decorator) = decorator else { return Vec::new() };
        let fix = ctx.fix("Call decorator expression", Applicability::Safe).insert(decorator.end_byte(), "()");
        return vec![fix.preferred().build()];
    }
    // The grammar may not parse the expression, so it is taken to be the rest of the line.
    let Some(rest) = text.get(at..) else { return Vec::new() };
    let line = rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())].trim_end();
    let opened = |open: char, close: char| line.matches(open).count() == line.matches(close).count();
    if line.is_empty()
        || line.contains(char::is_whitespace)
        || !opened('(', ')')
        || !opened('[', ']')
        || line.contains(['{', ';', '/'])
    {
        return Vec::new();
    }
    let fix = ctx.fix("Wrap in parentheses", Applicability::Safe).insert(at, "(").insert(at + line.len(), ")");
    vec![fix.preferred().build()]
}
