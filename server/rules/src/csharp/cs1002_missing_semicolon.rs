//! # Missing semicolon
//!
//! A statement, field or using directive ends without `;`. The compiler reports the place after its last token.
//!
//! ```csharp before
//! //@ error CS1002: ; expected
//! class C
//! {
//!     int M()
//!     {
//!         return 1$0
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M()
//!     {
//!         return 1;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the next token is on a later line or closes a block, and the text has fewer syntax errors with the `;`. `Unsafe` within a
//! line, where another token may be missing. Nothing is offered where a body may be intended, or where the braces of the file do not
//! balance: there a brace is missing.

use super::support::reparse::{error_count, reparse};
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::lexical::{TokenKind, active, tokens};
use syntax::leaf_at;
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1002"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(head) = text.get(..ctx.diagnostic.range.start) else { return Vec::new() };
    let offset = head.trim_end().len();
    if offset == 0 || text[..offset].ends_with([';', '{', '}']) {
        return Vec::new();
    }
    // The `;` belongs before a comment between the last token and the reported place.
    if leaf_at(ctx.root(), offset - 1).is_some_and(|n| n.kind() == "comment") {
        return Vec::new();
    }
    let tokens = tokens(&active(text, ctx.diagnostic.range.start));
    let balance: isize = tokens
        .iter()
        .map(|t| match (t.kind, t.text(text)) {
            (TokenKind::Open, "{") => 1,
            (TokenKind::Close, "}") => -1,
            _ => 0,
        })
        .sum();
    if balance != 0 || tokens.iter().any(|t| t.kind == TokenKind::Unterminated && t.range.start < offset + 1) {
        return Vec::new();
    }
    let before = error_count(ctx);
    let Some(after) = reparse(ctx, &TextEdit::insert(offset, ";")) else { return Vec::new() };
    if after.errors_left > before {
        return Vec::new();
    }
    let rest = text[offset..].trim_start_matches([' ', '\t']);
    let ends_line = rest.is_empty() || rest.starts_with(['\r', '\n', '}', '/']);
    // In the header of a `for`, only `;` is possible.
    let mut open: Vec<usize> = Vec::new();
    for token in tokens.iter().filter(|t| t.range.end <= offset) {
        match token.kind {
            TokenKind::Open => open.push(token.range.start),
            TokenKind::Close => {
                open.pop();
            }
            _ => {}
        }
    }
    let in_for = open.last().is_some_and(|&at| {
        let before = text[..at].trim_end().strip_suffix("for");
        text[at..].starts_with('(') && before.is_some_and(|b| !b.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    let safe = (ends_line || in_for) && after.clear;
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    vec![ctx.fix("Add ';'", applicability).insert(offset, ";").preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const MESSAGE: &str = "; expected";

    #[test]
    fn at_the_end_of_a_line() {
        check_fix(
            rule_of(module_path!()),
            "CS1002",
            MESSAGE,
            "class C { void M() { int x = 1$0\n int y = 2; } }",
            "class C { void M() { int x = 1;\n int y = 2; } }",
        );
    }

    #[test]
    fn nothing_where_an_opening_brace_is_missing() {
        check_no_fix(rule_of(module_path!()), "CS1002", MESSAGE, "class C { void M()$0\n int y = 2; } }");
    }

    #[test]
    fn nothing_where_a_statement_already_ended() {
        check_no_fix(rule_of(module_path!()), "CS1002", MESSAGE, "class C { void M() { ;$0 } }");
    }

    #[test]
    fn in_the_header_of_a_for_loop() {
        let before = "class C { void M(int n) { for (var i = 0$0 i < n; i++) { } } }";
        let after = before.replace("$0", ";");
        check_fix_all(rule_of(module_path!()), "CS1002", "; expected", &[], before, Some(&after));
    }
}
