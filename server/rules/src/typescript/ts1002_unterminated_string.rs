//! # Unterminated string
//!
//! The closing quote is missing.
//!
//! ```typescript before
//! //@ error TS1002: Unterminated string literal.
//! export const name = 'value;$0
//! export const size = 1;
//! ```
//! ```typescript after
//! export const name = 'value';
//! export const size = 1;
//! ```
//!
//! ## Fix safety
//! `Safe` when the file parses without errors with the quote at one position only, or with the quote before the punctuation at the end of
//! the line. `Unsafe` when several positions are possible.

use fix::{Applicability, Fix, RuleContext};
use syntax::Parsed;
use text::{TextEdit, TextEdits};

pub(crate) const CODES: &[&str] = &["TS1002"];

/// The opening quote of the string that is not closed in the line, and its offset.
fn open_quote(line: &str) -> Option<(usize, char)> {
    let mut open: Option<(usize, char)> = None;
    let mut escaped = false;
    for (i, c) in line.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (open, c) {
            (Some(_), '\\') => escaped = true,
            (Some((_, quote)), c) if c == quote => open = None,
            (None, '\'' | '"') => open = Some((i, c)),
            _ => {}
        }
    }
    open
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start.min(text.len());
    let Some(head) = text.get(..at) else { return Vec::new() };
    let start = head.rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let Some(rest) = text.get(start..) else { return Vec::new() };
    let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    let Some((open, quote)) = open_quote(line) else { return Vec::new() };
    let body = line.trim_end();
    let parsed: &Parsed = &ctx.source.parsed;
    let before = parsed.syntax_errors().len();
    // Candidate positions from the end of the line backwards, as long as only punctuation or spaces follow.
    let mut places = vec![body.len()];
    let mut end = body.len();
    while let Some(c) = body[..end].chars().next_back() {
        if !matches!(c, ';' | ',' | ')' | ']' | '}' | ' ' | '{' | ':' | '.' | '>' | '|') || end - c.len_utf8() <= open {
            break;
        }
        end -= c.len_utf8();
        places.push(end);
    }
    // Positions inside the line: before a space or separator.
    let inner = &body[open + 1..];
    for (i, c) in inner.char_indices() {
        let here = open + 1 + i;
        if matches!(c, ',' | ')' | ']' | ';' | ':' | '}' | ' ') && !places.contains(&here) {
            places.push(here);
        }
    }
    places.sort_unstable_by(|a, b| b.cmp(a));
    let good: Vec<(usize, usize)> = places
        .into_iter()
        .take(64)
        .filter_map(|p| {
            let edits = TextEdits::new(vec![TextEdit::insert(start + p, quote)]).ok()?;
            let errors = parsed.edited(&edits).ok()?.syntax_errors().len();
            (errors < before).then_some((p, errors))
        })
        .collect();
    let Some(least) = good.iter().map(|(_, e)| *e).min() else { return Vec::new() };
    let best: Vec<usize> = good.iter().filter(|(_, e)| *e == least).map(|(p, _)| *p).collect();
    // When several positions parse equally well, take the first one after which only punctuation follows.
    let only_punctuation =
        |p: &usize| body[*p..].chars().all(|c| matches!(c, ';' | ',' | ')' | ']' | '}' | ' ' | '{' | '>'));
    let Some(place) = best.iter().filter(|p| only_punctuation(p)).min().or(best.first()) else { return Vec::new() };
    let in_tail = only_punctuation(place) && !body[open + 1..*place].contains([',', ')', ';', '(', '{', '=']);
    let applicability =
        if least == 0 && (best.len() == 1 || in_tail) { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix(format!("Add missing closing quote {quote}"), applicability).insert(start + place, quote);
    vec![fix.preferred().build()]
}
