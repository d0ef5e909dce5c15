//! # Modifiers in the wrong order
//!
//! ```typescript before
//! //@ error TS1029: 'public' modifier must precede 'static' modifier.
//! export class Counter {
//!     static $0public$0 count = 0;
//! }
//! ```
//! ```typescript after
//! export class Counter {
//!     public static count = 0;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the modifiers stay the same. When the compiler also reports that the `override` overrides nothing, the modifier is removed
//! instead, which is `Safe` too.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS1029"];

const MODIFIERS: &[&str] = &[
    "public",
    "private",
    "protected",
    "static",
    "override",
    "readonly",
    "abstract",
    "async",
    "declare",
    "export",
    "accessor",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let (Some(first), Some(second)) = (ctx.argument(0), ctx.argument(1)) else { return Vec::new() };
    let at = ctx.diagnostic.range.start;
    if !MODIFIERS.contains(&first) || !text.get(at..).is_some_and(|t| t.starts_with(first)) {
        return Vec::new();
    }
    let rest = &text[at + first.len()..];
    let next = at + first.len() + (rest.len() - rest.trim_start().len());
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let line_end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    let needless = first == "override"
        && ctx
            .diagnostics
            .in_file(ctx.path())
            .iter()
            .any(|d| matches!(d.code.as_str(), "TS4112" | "TS4113") && (line..line_end).contains(&d.range.start));
    if needless {
        let fix = ctx.fix("Remove 'override' modifier", Applicability::Safe).delete(at..next);
        return vec![fix.preferred().build()];
    }
    // Only modifiers may be between the two.
    let Some(head) = text.get(line..at) else { return Vec::new() };
    let mut offset = line;
    let mut before = None;
    for word in head.split_inclusive(char::is_whitespace) {
        if word.trim() == second {
            before = Some(offset);
        } else if before.is_some() && !word.trim().is_empty() && !MODIFIERS.contains(&word.trim()) {
            return Vec::new();
        }
        offset += word.len();
    }
    let Some(before) = before else { return Vec::new() };
    let title = format!("Move '{first}' modifier before '{second}' modifier");
    let fix = ctx.fix(title, Applicability::Safe).insert(before, format!("{first} ")).delete(at..next);
    vec![fix.preferred().build()]
}
