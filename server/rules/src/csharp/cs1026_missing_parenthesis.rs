//! # Missing closing parenthesis or bracket
//!
//! The compiler reports where it expected `)` or `]`: after the last token that can belong to the argument list, condition or index.
//!
//! ```csharp before
//! //@ error CS1026: ) expected
//! class C
//! {
//!     int M(int a)
//!     {
//!         return M(a$0;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(int a)
//!     {
//!         return M(a);
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when only one bracket is open there, the text parses with the missing one at no other place, and not without the opening one either.
//! `Unsafe` otherwise: in `(a + b * c;` it may belong after `b` or `c`, and in `F((a, b);` a bracket may be too many.

use super::support::reparse::{Reparse, error_count, reparse};
use crate::repair::brackets::has_rival;
use crate::repair::{Trial, UNTERMINATED, active_text, line_start};
use diagnostics::SourceDiagnostic;
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::lexical::{Token, TokenKind, tokens};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1026", "CS1003", "CS1001", "CS1002", "CS1525", "CS1513"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let tokens = tokens(&active_text(ctx, text, &[ctx.diagnostic.range.start]));
    let Some(statement) = Statement::around(text, &tokens, at) else { return Vec::new() };
    let Some((&innermost, close)) = statement.unclosed.last().zip(statement.closing_bracket(text, &tokens)) else {
        return Vec::new();
    };
    // What stands behind a literal that is not closed may be part of it.
    let first = tokens[innermost].range.start;
    let open = |d: &SourceDiagnostic| {
        UNTERMINATED.contains(&d.code.as_str()) && (first..line_start(text, at).max(first)).contains(&d.range.start)
    };
    if ctx.diagnostics.in_file(ctx.path()).iter().any(open) {
        return Vec::new();
    }
    let before = error_count(ctx);
    if before.is_none() {
        return Vec::new();
    }
    // First the reported place, then after each token up to the end of the statement.
    let mut places: Vec<usize> = vec![];
    let reported = text[..at].trim_end().len();
    let inside = |p: usize| p > tokens[innermost].range.start && p <= statement.end;
    if matches!(ctx.code().as_str(), "CS1026" | "CS1003") && inside(reported) {
        places.push(reported);
    }
    let tail = tokens[innermost + 1..statement.last + 1].iter().rev().take(8).map(|t| t.range.end);
    places.extend(tail.filter(|p| *p != reported));
    let mut best: Option<(Reparse, usize)> = None;
    for p in places {
        let Some(after) = reparse(ctx, &TextEdit::insert(p, close)) else { continue };
        if after.errors_left < before && best.as_ref().is_none_or(|(t, _)| after.errors_left < t.errors_left) {
            best = Some((after, p));
        }
    }
    let Some((after, place)) = best else { return Vec::new() };
    let alone = || !has_rival(&Trial::of(ctx), &TextEdit::insert(place, close));
    let safe = after.clear && statement.unclosed.len() == 1 && alone();
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    vec![ctx.fix(format!("Add '{close}'"), applicability).insert(place, close).preferred().build()]
}

/// The text around a place up to the next `;`, `{` or `}`.
struct Statement {
    /// Index of its last token.
    last: usize,
    /// The end of its last token.
    end: usize,
    /// Indices of `(` and `[` that are not closed in it.
    unclosed: Vec<usize>,
}

impl Statement {
    fn around(text: &str, tokens: &[Token], at: usize) -> Option<Self> {
        let ends = |t: &Token| matches!(t.text(text), ";" | "{" | "}");
        let here = tokens.iter().rposition(|t| t.range.start < at)?;
        let first = (0..here).rev().find(|&i| ends(&tokens[i])).map_or(0, |i| i + 1);
        let next = (here..tokens.len())
            .find(|&i| ends(&tokens[i]) && tokens[i].range.start >= at.min(tokens[i].range.start))?;
        let last = next.checked_sub(1)?;
        let mut unclosed = Vec::new();
        for (i, t) in tokens.iter().enumerate().take(last + 1).skip(first) {
            match t.kind {
                TokenKind::Open => unclosed.push(i),
                TokenKind::Close => {
                    unclosed.pop();
                }
                _ => {}
            }
        }
        Some(Self { last, end: tokens[last].range.end, unclosed })
    }
    fn closing_bracket(&self, text: &str, tokens: &[Token]) -> Option<&'static str> {
        match tokens[*self.unclosed.last()?].text(text) {
            "(" => Some(")"),
            "[" => Some("]"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn a_condition() {
        check_fix(
            rule_of(module_path!()),
            "CS1026",
            ") expected",
            "class C { void M(bool a) { if (a$0\n { } } }",
            "class C { void M(bool a) { if (a)\n { } } }",
        );
    }

    #[test]
    fn certain_where_one_place_alone_fits() {
        let rule = rule_of(module_path!());
        let in_method = |line: &str| format!("class C {{ int M(int a, int b, bool c) {{ {line} }} }}");
        for (line, safe) in [
            ("return M(a, b, c$0;", true),
            ("M(a, b, !c$0;", true),
            ("int x = M(a, b, c$0;", true),
            ("return (a + b * a$0;", false),
            ("return !(c || a == b && c$0;", false),
            ("return M((a, b, c)$0;", false),
            ("Go($0;", true),
            ("throw new E(nameof(a)$0;", true),
            ("M(M(a, b, c)$0;", false),
            ("if (c$0 { }", true),
            ("if (M(a, b, c == a$0 { }", false),
            ("return M(a, b, c) + M(a, b, c$0;", true),
            ("return M(a, b, c + a$0;", false),
        ] {
            let (before, after) = (in_method(line), in_method(&line.replace("$0", ")")));
            check_fix_all(rule, "CS1026", ") expected", &[], &before, safe.then_some(after.as_str()));
        }
    }

    #[test]
    fn nothing_when_all_are_closed() {
        check_no_fix(rule_of(module_path!()), "CS1026", ") expected", "class C { void M() { M()$0 int } }");
    }
}
