//! # Unterminated string
//!
//! A quote is missing, or one is too many.
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
//! `Safe` when one repair alone fits: with a quote more, less or other, the line reads as code around whole strings, parses, and is spaced as
//! code is; or a line of the same shape stands near. `Unsafe` when several positions are possible.

use crate::repair::literals::{repairs, title};
use crate::repair::{Trial, limit_in_line};
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
    let found = repairs(&Trial::of(ctx), ctx.source.parsed.language(), start + open, quote, limit_in_line(ctx, start));
    let titled = |edit: &TextEdit| {
        if edit.range.is_empty() { format!("Add missing closing quote {quote}") } else { title(text, edit) }
    };
    if let Some(only) = &found.only {
        let fix = ctx.fix(titled(only), Applicability::Safe).edit(only.clone());
        return vec![fix.preferred().build()];
    }
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
    let fits = |p: &usize| found.edits.iter().any(|e| e.range.is_empty() && e.range.start == start + *p);
    if places.iter().any(fits) {
        places.retain(fits);
    } else if let Some(first) = found.edits.first() {
        return vec![ctx.fix(titled(first), Applicability::Unsafe).edit(first.clone()).preferred().build()];
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
    let fix = ctx.fix(format!("Add missing closing quote {quote}"), Applicability::Unsafe).insert(start + place, quote);
    vec![fix.preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix_all;

    #[test]
    fn certain_where_one_end_alone_fits() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("const a = f('x);$0\n", Some("const a = f('x');\n")),
            ("const a = f('x'');$0\n", Some("const a = f('x');\n")),
            ("import { a } from './a;$0\n", Some("import { a } from './a';\n")),
            ("import { a } from './a\";$0\n", Some("import { a } from './a';\n")),
            ("f('a, b);$0\n", None),
            ("let a, b;\nf(a + 'b+a);$0\n", None),
            ("let b;\nf('x', b);\nf('a, b);$0\n", Some("let b;\nf('x', b);\nf('a', b);\n")),
        ] {
            check_fix_all(rule, "TS1002", "Unterminated string literal.", &[], before, after);
        }
    }
}
