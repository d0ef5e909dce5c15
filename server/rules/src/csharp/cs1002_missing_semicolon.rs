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
//! `Safe` when the next token closes a block or is on a later line that does not go on with this one (by its indentation and first token),
//! and the text has fewer syntax errors with the `;`. `Unsafe` within a line, where another token may be missing. Nothing is offered where a body may be intended, or where the braces of the file do not
//! balance: there a brace is missing.

use super::support::reparse::{error_count, reparse};
use crate::repair::{Trial, active_text, line_end};
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::lexical::{TokenKind, indent_width, tokens};
use syntax::csharp::{TYPE_DECLARATIONS, has_modifier};
use syntax::{NodeExt, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1002"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(head) = text.get(..ctx.diagnostic.range.start) else { return Vec::new() };
    let offset = head.trim_end().len();
    // A log is read again after its repairs: what was missing is there now.
    let there = text[offset..].trim_start().starts_with(';');
    if offset == 0 || there || text[..offset].ends_with([';', '{', '}']) {
        return Vec::new();
    }
    // The `;` belongs before a comment between the last token and the reported place.
    if leaf_at(ctx.root(), offset - 1).is_some_and(|n| n.kind() == "comment") {
        return Vec::new();
    }
    let tokens = tokens(&active_text(ctx, text, &[ctx.diagnostic.range.start]));
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
    let ends_value = !text[..offset].ends_with(['=', '+', '-', '*', '/', '%', '&', '|', '?', ':', ',', '.', '(', '['])
        || text[..offset].ends_with("++")
        || text[..offset].ends_with("--");
    let safe =
        (ends_line && !is_header(text, offset) && !lacks_body(ctx, offset) || in_for) && ends_value && after.clear;
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    vec![ctx.fix("Add ';'", applicability).insert(offset, ";").preferred().build()]
}

/// Whether a `;` at `offset` ends a method that must have a body, or stands in place of what a condition or loop governs.
fn lacks_body(ctx: &RuleContext<'_>, offset: usize) -> bool {
    let trial = Trial::of(ctx);
    let Some(after) = trial.after(&TextEdit::insert(offset, ";")) else { return true };
    let Some(leaf) = leaf_at(after.root(), offset) else { return true };
    if leaf.parent().is_some_and(|p| p.kind() == "empty_statement") {
        return true;
    }
    let function = leaf.parent().filter(|p| p.is(&["method_declaration", "constructor_declaration"]));
    function.is_some_and(|f| {
        let bodiless = ["abstract", "extern", "partial"].iter().any(|m| has_modifier(f, trial.text(), m));
        !bodiless && f.enclosing(TYPE_DECLARATIONS).is_none_or(|t| t.kind() != "interface_declaration")
    })
}

/// Whether the line that ends at `offset` begins something that goes on in the next line: a deeper indentation, a block, an operator.
fn is_header(text: &str, offset: usize) -> bool {
    let end = line_end(text, offset);
    if !text[offset..end].trim_start().is_empty() && !text[offset..end].trim_start().starts_with("//") {
        return false;
    }
    let below = text[end..].trim_start();
    if below.is_empty() || below.starts_with("//") || below.starts_with('#') {
        return false;
    }
    let next = text.len() - below.len();
    below.starts_with(['{', ':', '?', '.', '+', '-', '*', '&', '|', '=', ')', ']', ',', '<'])
        || indent_width(text, next) > indent_width(text, offset)
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
    fn a_line_that_goes_on_may_be_a_misspelt_header() {
        let rule = rule_of(module_path!());
        for before in [
            "class C { void M(bool a) {\n iff (a)$0\n  M(a);\n } }",
            "class C { void M(bool a) {\n iff (a)$0\n {\n }\n } }",
            "class C {\n void M(int a)$0\n void N() { }\n}",
            "class C { void M() {\n int x =$0\n } }",
            "class C { void M(bool a) {\n if (a)$0\n if (!a)\n  M(a);\n } }",
        ] {
            check_fix_all(rule, "CS1002", MESSAGE, &[], before, None);
        }
    }

    #[test]
    fn nothing_where_an_opening_brace_is_missing() {
        check_no_fix(rule_of(module_path!()), "CS1002", MESSAGE, "class C { void M()$0\n int y = 2; } }");
    }

    #[test]
    fn nothing_where_a_statement_already_ended() {
        check_no_fix(rule_of(module_path!()), "CS1002", MESSAGE, "class C { void M() { ;$0 } }");
        check_no_fix(rule_of(module_path!()), "CS1002", MESSAGE, "class C { void M() { int x = 1$0; } }");
    }

    #[test]
    fn in_the_header_of_a_for_loop() {
        let before = "class C { void M(int n) { for (var i = 0$0 i < n; i++) { } } }";
        let after = before.replace("$0", ";");
        check_fix_all(rule_of(module_path!()), "CS1002", "; expected", &[], before, Some(&after));
    }
}
