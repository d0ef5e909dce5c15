//! # `@override` in JavaScript
//!
//! In a checked JavaScript file the `override` modifier is written as a JSDoc tag.
//!
//! ```typescript before
//! //@ error TS4119: This member must have a JSDoc comment with an '@override' tag because it overrides a member in the base class 'Base'.
//! //@ options: --allowJs --checkJs --noImplicitOverride --outDir /out
//! //- /main.js
//! class Base { run() {} }
//! class Derived extends Base {
//!     $0run$0() {}
//! }
//! ```
//! ```typescript after
//! //- /main.js
//! class Base { run() {} }
//! class Derived extends Base {
//!     /** @override */
//!     run() {}
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` to add: a comment has no effect at run time. `Unsafe` to remove: the member of the base class may have been renamed.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS4119", "TS4121", "TS4122"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(member) = ctx.token().and_then(|t| t.enclosing(&["method_definition", "public_field_definition"])) else {
        return Vec::new();
    };
    let text = ctx.text();
    let (eol, indent) = (ctx.eol(), ctx.indent_at(member.start_byte()));
    let comment = member.prev_sibling().filter(|c| c.kind() == "comment" && c.text_in(text).starts_with("/**"));
    if matches!(ctx.code().as_str(), "TS4121" | "TS4122") {
        let Some(comment) = comment else { return Vec::new() };
        let body = comment.text_in(text);
        let Some(at) = body.find("@override") else { return Vec::new() };
        let start = comment.start_byte();
        let line_start = body[..at].rfind('\n').map(|i| i + 1);
        let end = at + "@override".len();
        let rest = body[end..].find('\n').map(|i| end + i + 1);
        let fix = ctx.fix("Remove 'override' modifier", Applicability::Unsafe);
        let fix = match (line_start, rest) {
            (Some(from), Some(to)) if body[end..to].trim().is_empty() => fix.delete(start + from..start + to),
            _ if body == "/** @override */" => fix.delete(start..member.start_byte()),
            _ => fix.delete(start + at..start + end),
        };
        return vec![fix.preferred().build()];
    }
    let fix = ctx.fix("Add 'override' modifier", Applicability::Safe);
    let fix = match comment {
        None => fix.insert(member.start_byte(), format!("/** @override */{eol}{indent}")),
        Some(comment) => {
            let body = comment.text_in(text);
            let Some(inner) = body.strip_prefix("/**").and_then(|b| b.strip_suffix("*/")) else { return Vec::new() };
            if inner.contains('\n') {
                let offset = comment.start_byte() + 3 + inner.trim_end().len();
                fix.insert(offset, format!("{eol}{indent} * @override"))
            } else {
                let lines = format!("/**{eol}{indent} * {}{eol}{indent} * @override{eol}{indent} */", inner.trim());
                fix.replace(comment.range(), lines)
            }
        }
    };
    vec![fix.preferred().build()]
}
