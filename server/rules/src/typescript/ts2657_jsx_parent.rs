//! # JSX elements without a parent element
//!
//! ```tsx before
//! //@ error TS2657: JSX expressions must have one parent element.
//! declare namespace JSX { interface IntrinsicElements { a: {} } }
//! export const pair = $0<a /><a />$0;
//! ```
//! ```tsx after
//! declare namespace JSX { interface IntrinsicElements { a: {} } }
//! export const pair = <><a /><a /></>;
//! ```
//!
//! ## Fix safety
//! `Safe`: a fragment groups elements without adding an element to the output.

use fix::{Applicability, Fix, RuleContext};
use text::{TextEdit, TextEdits};

pub(crate) const CODES: &[&str] = &["TS2657"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let start = ctx.diagnostic.range.start;
    let parsed = &ctx.source.parsed;
    let Some(rest) = ctx.text().get(start..).filter(|r| r.starts_with('<')) else { return Vec::new() };
    // The grammar parses the second element as a comparison, so the end is found by trial: the first `>` for which wrapping in a fragment
    // leaves the fewest syntax errors.
    let ends = rest.char_indices().filter(|(_, c)| *c == '>').map(|(i, _)| start + i + 1).take(60);
    let before = parsed.syntax_errors().len();
    let mut best: Option<(usize, usize)> = None;
    for end in ends {
        let edits = TextEdits::new(vec![TextEdit::insert(start, "<>"), TextEdit::insert(end, "</>")]);
        let Some(after) = edits.ok().and_then(|e| parsed.edited(&e).ok()) else { continue };
        let errors = after.syntax_errors().len();
        // The fragment itself has to be whole: other errors of the file say nothing about it.
        let fragment = after.root().descendant_for_byte_range(start, end + "<></>".len());
        if fragment.is_none_or(|f| f.has_error() || f.byte_range() != (start..end + "<></>".len())) {
            continue;
        }
        if errors < before && best.is_none_or(|(least, _)| errors < least) {
            best = Some((errors, end));
        }
    }
    let Some((_, end)) = best else { return Vec::new() };
    let fix = ctx.fix("Wrap in JSX fragment", Applicability::Safe).insert(start, "<>").insert(end, "</>");
    vec![fix.preferred().build()]
}
