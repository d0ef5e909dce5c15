//! # Unterminated string or character
//!
//! A quote of a literal is missing, or one is too many, so that the literal includes the rest of its line.
//!
//! ```csharp before
//! //@ error CS1010: Newline in constant
//! class C
//! {
//!     string M(string s)
//!     {
//!         return M($0"a (b));
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     string M(string s)
//!     {
//!         return M("a (b)");
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when one repair alone fits: with a quote more, less or other, the line reads as code around whole literals, parses, is spaced as code
//! is, and explains what else was reported in it; or a line of the same shape stands near. Where several ends fit, or code that uses names of
//! the file would become text, a guess is `Unsafe`.

use super::support::reparse::{Reparse, error_count, reparse};
use crate::repair::literals::{repairs, title};
use crate::repair::{Trial, active_text, limit_in_line};
use fix::{Applicability, Fix, RuleContext};
use std::collections::HashSet;
use syntax::Language;
use syntax::csharp::lexical::{self, TokenKind, tokens};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1010", "CS1012", "CS1039", "CS1003", "CS1026", "CS1525", "CS1002"];

/// The maximum number of places in a line that are tried.
const MAX_PLACES: usize = 48;

/// Keywords that occur in expressions.
const WORDS: &[&str] =
    &["typeof", "nameof", "new", "this", "base", "null", "true", "false", "default", "is", "as", "out", "ref"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let line_end = text[at..].find(['\r', '\n']).map_or(text.len(), |n| at + n);
    let tokens = tokens(&active_text(ctx, text, &[ctx.diagnostic.range.start]));
    let Some(cut) = tokens
        .iter()
        .find(|t| t.kind == TokenKind::Unterminated && t.range.start >= line_start && t.range.start < line_end)
    else {
        return Vec::new();
    };
    let opener = cut.text(text);
    let Some(mark) = opener.find(['"', '\'']) else { return Vec::new() };
    let quote = if opener[mark..].starts_with('"') { '"' } else { '\'' };
    if opener.contains("\"\"\"") || opener.contains('@') && opener.starts_with(['@', '$']) {
        return Vec::new();
    }
    let trial = Trial::of(ctx);
    let found = repairs(&trial, Language::CSHARP, cut.range.start + mark, quote, limit_in_line(ctx, at));
    let fix = |edit: &TextEdit, applicability| {
        vec![ctx.fix(title(text, edit), applicability).edit(edit.clone()).preferred().build()]
    };
    if let Some(only) = &found.only {
        let clear = reparse(ctx, only).is_some_and(|after| after.clear);
        return fix(only, if clear { Applicability::Safe } else { Applicability::Unsafe });
    }
    let before = error_count(ctx);
    // The quote is missing in this literal, or in an earlier one of the line that was closed by this one's opening quote.
    let first = tokens
        .iter()
        .find(|t| t.range.start >= line_start && matches!(t.kind, TokenKind::Literal | TokenKind::Unterminated));
    let from = first.map_or(cut.range.start, |t| t.range.start) + 1;
    let body = &text[from..line_end];
    let mut places: Vec<usize> = body
        .char_indices()
        .filter(|(i, c)| {
            matches!(c, ')' | ',' | ';' | ']' | '}' | '+' | ' ' | ':' | '.') && !body[..*i].ends_with('\\')
        })
        .map(|(i, _)| from + i)
        .collect();
    places.push(line_end);
    places.reverse();
    places.truncate(MAX_PLACES);
    let fits = |place: &usize| found.edits.iter().any(|e| e.range.is_empty() && e.range.start == *place);
    if places.iter().any(fits) {
        places.retain(fits);
    } else if let Some(first) = found.edits.first() {
        return fix(first, Applicability::Unsafe);
    }
    let mut good: Vec<(Reparse, usize)> = Vec::new();
    for place in places {
        let Some(after) = reparse(ctx, &TextEdit::insert(place, quote.to_string())) else { continue };
        if after.errors_left < before || before.is_none() && after.errors_left.is_none() {
            good.push((after, place));
        }
    }
    let Some(least) = good.iter().map(|(t, _)| (t.errors_left.errors, t.errors_left.bytes)).min() else {
        return Vec::new();
    };
    good.retain(|(t, _)| (t.errors_left.errors, t.errors_left.bytes) == least);
    // Last place first: the longest literal.
    let best: Vec<usize> = good.iter().map(|(_, p)| *p).collect();
    // After the literal comes code: names that occur in the file, and something after each comma. Prefer the earliest such place, so that the
    // literal does not include an argument; else the longest literal.
    let known: HashSet<&str> = tokens
        .iter()
        .filter(|t| t.kind == TokenKind::Word && !(line_start..line_end).contains(&t.range.start))
        .map(|t| t.text(text))
        .collect();
    let code = |p: usize| {
        let rest = &text[p..line_end];
        let inner = lexical::tokens(rest);
        let at = |i: usize| inner.get(i).map_or("", |t| t.text(rest));
        let names =
            inner.iter().enumerate().filter(|&(i, t)| t.kind == TokenKind::Word && (i == 0 || at(i - 1) != "."));
        let mut names = names.peekable();
        let member = |i: usize| {
            at(i).starts_with(char::is_uppercase) && at(i + 1) == "." && at(i + 2).starts_with(char::is_uppercase)
        };
        names.peek().is_some()
            && names.all(|(i, t)| WORDS.contains(&t.text(rest)) || known.contains(t.text(rest)) || member(i))
            && inner.windows(2).all(|w| match (w[0].text(rest), w[1].text(rest)) {
                (",", _) => w[1].kind != TokenKind::Close,
                ("=", "{") => false,
                (text, _) => text != "\\",
            })
    };
    let argument = best.iter().rev().copied().find(|&p| text[p..].starts_with([',', ' ', '+', ')']) && code(p));
    let meant: Vec<usize> =
        best.iter().copied().filter(|&p| !text[p..].starts_with([' ', ':', '.', '+', ','])).collect();
    let place = *argument.as_ref().or(meant.first()).or(best.first()).unwrap_or(&line_end);
    fix(&TextEdit::insert(place, quote.to_string()), Applicability::Unsafe)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn the_first_of_two() {
        check_fix(
            rule_of(module_path!()),
            "CS1010",
            "Newline in constant",
            "class C { void M(string a, string b) {\n M(\"one, \"two$0\");\n } }",
            "class C { void M(string a, string b) {\n M(\"one\", \"two\");\n } }",
        );
    }

    #[test]
    fn certain_where_one_end_alone_fits() {
        let rule = rule_of(module_path!());
        let message = "Newline in constant";
        let certain = |before: &str, after: Option<&str>| check_fix_all(rule, "CS1010", message, &[], before, after);
        certain("[Show($0\"{A}, {B})]\nclass C { }", Some("[Show(\"{A}, {B}\")]\nclass C { }"));
        certain("[Show(\"a b\"$0\")]\nclass C { }", Some("[Show(\"a b\")]\nclass C { }"));
        // An argument, or a part of the text.
        certain("class C { void M(string a, int b) {\n M($0\"one, b);\n } }", None);
        certain(
            "class C { void M(string a) {\n M($0\"one');\n } }",
            Some("class C { void M(string a) {\n M(\"one\");\n } }"),
        );
        certain(
            "class C { void M(string a, int b) {\n M(\"one\", b);\n M($0\"two, b);\n } }",
            Some("class C { void M(string a, int b) {\n M(\"one\", b);\n M(\"two\", b);\n } }"),
        );
        certain(
            "class C { string M(string a) {\n return $0\"one \".F(a + 'x');\n } }".replace("one \"", "one ").as_str(),
            None,
        );
    }

    #[test]
    fn nothing_without_an_open_literal() {
        check_no_fix(rule_of(module_path!()), "CS1010", "Newline in constant", "class C { string s = $0\"a\"; }");
    }
}
