//! # Missing comma
//!
//! The items of a list are not separated by commas. All commas that are missing in the list are added at once.
//!
//! ```csharp before
//! //@ error CS1003: Syntax error, ',' expected
//! class C
//! {
//!     int[] M(int a) => new int[] { a $0a$0, a };
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int[] M(int a) => new int[] { a, a, a };
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the list parses with the commas and not without. `Unsafe` where more than commas may be missing.

use super::support::reparse::{ErrorCount, error_count};
use fix::{Applicability, Fix, RuleContext};
use text::{TextEdit, TextEdits};

pub(crate) const CODES: &[&str] = &["CS1003"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

/// The end of the token before `at`, if only blanks are between them.
fn place(text: &str, at: usize) -> Option<usize> {
    let end = text.get(..at)?.trim_end_matches([' ', '\t', '\r', '\n']).len();
    (end < at && end > 0).then_some(end)
}

/// Whether one item can end and another begin here: between names, literals and closing brackets.
fn separates_items(text: &str, end: usize, at: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '"';
    let before = text[..end].chars().next_back().is_some_and(|c| word(c) || matches!(c, ')' | ']' | '}'));
    let after = text[at..].chars().next().is_some_and(|c| word(c) || matches!(c, '@' | '$' | '(' | '{'));
    before && after
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let comma = |d: &&diagnostics::SourceDiagnostic| d.code == "CS1003" && d.argument(0) == Some(",");
    if !comma(&ctx.diagnostic) {
        return None;
    }
    let at = ctx.diagnostic.range.start;
    let here = place(text, at).filter(|end| separates_items(text, *end, at))?;
    let line = |offset: usize| text[..offset].matches('\n').count();
    let mut places: Vec<usize> = ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .filter(comma)
        .filter(|d| line(d.range.start) == line(at))
        .filter_map(|d| place(text, d.range.start).filter(|end| separates_items(text, *end, d.range.start)))
        .chain([here])
        .collect();
    places.sort_unstable();
    places.dedup();
    let edits: Vec<TextEdit> = places.iter().map(|p| TextEdit::insert(*p, ",")).collect();
    let after = TextEdits::new(edits.clone()).ok()?.apply(text).ok()?;
    let before = error_count(ctx);
    let errors_left = ErrorCount::of(&after, at + places.len());
    if errors_left >= before {
        return None;
    }
    let only = !ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .any(|d| !comma(&d) && line(d.range.start) == line(at) && d.code.as_str().starts_with("CS1"));
    let applicability = if errors_left.is_none() && only { Applicability::Safe } else { Applicability::Unsafe };
    let title = if places.len() == 1 { "Add missing comma" } else { "Add missing commas" };
    let fix = ctx.fix(title, applicability).preferred();
    Some(edits.into_iter().fold(fix, |fix, edit| fix.edit(edit)).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn operators_are_not_items() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1003",
            "Syntax error, ',' expected",
            "class C { void M(int a) { M(a $0+); } }",
        );
        check_no_fix(
            rule_of(module_path!()),
            "CS1003",
            "Syntax error, '(' expected",
            "class C { void M(int a) { if $0a) { } } }",
        );
    }
}
