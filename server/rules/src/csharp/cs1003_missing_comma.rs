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
//! `Safe` where the list parses with the commas and not without, and nothing else reads as missing: a single blank or a line end is between
//! the items, neither is nearly a keyword, strings stand among strings, and the right one does not use the left one as a lambda does its
//! parameter. `Unsafe` where more than commas may be missing.

use super::cs1519_misspelt_keyword::is_almost_keyword;
use super::support::reparse::{ErrorCount, error_count};
use crate::repair::active_text;
use crate::repair::commas::only_a_comma;
use fix::{Applicability, Fix, RuleContext, language};
use syntax::{Language, Parsed};
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
    let errors_left = ErrorCount::of(ctx, &after, at + places.len());
    if errors_left >= before {
        return None;
    }
    let only = !ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .any(|d| !comma(&d) && line(d.range.start) == line(at) && language::is_syntax_code(d.code.as_str()));
    let parsed = Parsed::new(Language::CSHARP, active_text(ctx, &after, &[at + places.len()]));
    let starts_at = |place: usize| place + (text[place..].len() - text[place..].trim_start().len());
    let certain = |(i, place): (usize, &usize)| {
        only_a_comma(text, (*place, starts_at(*place)), &parsed, place + i, is_almost_keyword)
    };
    let safe = errors_left.is_none() && only && places.iter().enumerate().all(certain);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    let title = if places.len() == 1 { "Add missing comma" } else { "Add missing commas" };
    let fix = ctx.fix(title, applicability).preferred();
    Some(edits.into_iter().fold(fix, |fix, edit| fix.edit(edit)).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};

    #[test]
    fn certain_only_where_nothing_else_is_missing() {
        let rule = rule_of(module_path!());
        let message = "Syntax error, ',' expected";
        let in_method = |line: &str| format!("class C {{ void M(int a, int b) {{ {line} }} }}");
        for (line, safe) in [
            ("M(1 $0b);", true),
            ("M(1  $0b);", false),
            ("F(x $0x.Key);", false),
            ("F(_ $0M(a, b));", false),
            ("F(a.M $0M(1));", false),
            ("F(a is { M $0not null });", false),
            ("F(\"a\" $0b);", false),
            ("F(\"a\", \"b\" $0\"c\");", true),
            ("M(asycn $0b);", false),
        ] {
            let (before, after) = (in_method(line), in_method(&line.replace(" $0", ", ")));
            check_fix_all(rule, "CS1003", message, &[], &before, safe.then_some(after.as_str()));
        }
        check_fix_all(rule, "CS1003", message, &[], "class C { void M(string s $0null) { } }", None);
    }

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
