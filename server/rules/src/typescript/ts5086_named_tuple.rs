//! # Modifier of a labeled tuple element
//!
//! `?` and `...` belong to the label, not to the type.
//!
//! ```typescript before
//! //@ error TS5086: A labeled tuple element is declared as optional with a question mark after the name and before the colon, rather than after the type.
//! export type Pair = [first: string, second: $0number?$0];
//! ```
//! ```typescript after
//! export type Pair = [first: string, second?: number];
//! ```
//!
//! ## Fix safety
//! `Safe`: types are erased from the emitted code.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS5086", "TS5087"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let Some(head) = text.get(..at).map(str::trim_end) else { return Vec::new() };
    let Some(before_colon) = head.strip_suffix(':').map(str::trim_end) else { return Vec::new() };
    let name = before_colon.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '$').len();
    if name == before_colon.len() {
        return Vec::new();
    }
    let fix = ctx.fix("Move labeled tuple element modifiers to labels", Applicability::Safe);
    if *ctx.code() == "TS5087" {
        if !text[at..].starts_with("...") {
            return Vec::new();
        }
        return vec![fix.insert(name, "...").delete(at..at + 3).preferred().build()];
    }
    // The `?` is the last token of the element: before the `,` or `]` that ends it.
    let mut depth = 0usize;
    for (i, c) in text[at..].char_indices() {
        match c {
            '[' | '(' | '{' | '<' => depth += 1,
            ']' | ',' if depth == 0 => {
                let body = text[at..at + i].trim_end();
                if !body.ends_with('?') {
                    return Vec::new();
                }
                let mark = at + body.len() - 1;
                return vec![fix.insert(before_colon.len(), "?").delete(mark..mark + 1).preferred().build()];
            }
            ']' | ')' | '}' | '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Vec::new()
}
