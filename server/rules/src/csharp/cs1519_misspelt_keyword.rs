//! # Misspelt keyword
//!
//! `pubic`, `retrun`, `Class`: the compiler parses the word as a name and reports an error at what follows.
//!
//! ```csharp before
//! //@ error CS1519: Invalid token 'int' in class, record, struct, or interface member declaration
//! class C
//! {
//!     pubic $0int M() => 1;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public int M() => 1;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when a single word next to the reported place is one typo away from a keyword, no type or variable has that name, and the text
//! parses without errors with the keyword but not without. `Unsafe` when other errors remain.

use super::support::reparse::{ErrorCount, Reparse, error_count, reparse};
use crate::repair::active_text;
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::lexical::{Token, TokenKind, tokens};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &[
    "CS1519", "CS1002", "CS0246", "CS1585", "CS0116", "CS1003", "CS1513", "CS0103", "CS1022", "CS8803", "CS1001",
    "CS1525", "CS8112", "CS1026", "CS1514", "CS8124", "CS0106", "CS1520",
];

const KEYWORDS: &[&str] = &[
    "abstract",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "default",
    "delegate",
    "else",
    "enum",
    "event",
    "extern",
    "finally",
    "fixed",
    "foreach",
    "goto",
    "implicit",
    "explicit",
    "interface",
    "internal",
    "lock",
    "namespace",
    "operator",
    "override",
    "params",
    "partial",
    "private",
    "protected",
    "public",
    "readonly",
    "record",
    "return",
    "sealed",
    "static",
    "struct",
    "switch",
    "throw",
    "unsafe",
    "using",
    "virtual",
    "volatile",
    "while",
    "yield",
    "void",
    "where",
];
/// Keywords that begin a statement. A misspelt one may parse without errors: `retrun f(x);` parses as a declaration.
const STATEMENTS: &[&str] =
    &["return", "throw", "yield", "await", "goto", "using", "lock", "foreach", "while", "switch"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let named = matches!(ctx.code().as_str(), "CS0246" | "CS0103");
    if named && ctx.token().is_some_and(|t| similar_keywords(&text[t.byte_range()]).is_empty()) {
        return Vec::new();
    }
    let tokens = tokens(&active_text(ctx, text, &[ctx.diagnostic.range.start]));
    let here = tokens.iter().position(|t| t.range.end > at).unwrap_or(tokens.len());
    // The word itself, or one of those directly before it.
    // Most words are similar to no keyword; then nothing is parsed.
    let mut before: Option<ErrorCount> = None;
    let from = if named { here } else { here.saturating_sub(4) };
    let mut best: Option<(Reparse, Token, &'static str)> = None;
    for token in tokens[from..].iter().take(if named { 1 } else { here - from + 2 }) {
        if token.kind != TokenKind::Word {
            continue;
        }
        let word = token.text(text);
        for keyword in similar_keywords(word) {
            let Some(after) = reparse(ctx, &TextEdit::replace(token.range, keyword)) else { continue };
            let follows = |n: usize| tokens.get(here + n);
            let returns = keyword == "void"
                && follows(1).is_some_and(|t| t.kind == TokenKind::Word)
                && follows(2).is_some_and(|t| t.kind == TokenKind::Open && t.text(text) == "(");
            // `publc C()` in `C` parses as a method that returns a `publc`.
            let constructs = matches!(keyword, "public" | "internal" | "private" | "protected" | "static")
                && follows(2).is_some_and(|t| t.kind == TokenKind::Open && t.text(text) == "(")
                && ctx
                    .index
                    .csharp()
                    .enclosing_type(ctx.path(), at)
                    .is_some_and(|ty| follows(1).is_some_and(|t| t.text(text) == ty.declaration.name.as_str()));
            let starts = (token.leads && STATEMENTS.contains(&keyword)) || returns || constructs;
            let before = before.get_or_insert_with(|| error_count(ctx));
            let better = after.errors_left < *before || (starts && named && after.errors_left.errors == before.errors);
            if better && best.as_ref().is_none_or(|(t, ..)| after.errors_left < t.errors_left) {
                best = Some((after, *token, keyword));
            }
        }
    }
    let Some((after, token, keyword)) = best else { return Vec::new() };
    let word = token.text(text);
    let declares = |w: &[Token]| {
        w[1].text(text) == word
            && matches!(w[0].text(text), "class" | "struct" | "interface" | "enum" | "record" | "delegate")
    };
    if tokens.windows(2).any(declares) || !ctx.index.csharp().types_named(word).is_empty() {
        return Vec::new();
    }
    let elsewhere = tokens.iter().filter(|t| t.text(text) == word).count();
    let safe = after.clear && elsewhere == 1;
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    vec![
        ctx.fix(format!("Change '{word}' to '{keyword}'"), applicability)
            .replace(token.range, keyword)
            .preferred()
            .build(),
    ]
}

/// Whether `word` is no keyword and may be a misspelling of one.
pub(super) fn is_almost_keyword(word: &str) -> bool {
    !similar_keywords(word).is_empty()
}

/// The keywords that `word` may be a misspelling of.
fn similar_keywords(word: &str) -> Vec<&'static str> {
    if word.len() < 4 || KEYWORDS.contains(&word) {
        return Vec::new();
    }
    let folded = word.to_lowercase();
    KEYWORDS
        .iter()
        .copied()
        .filter(|k| k.len().abs_diff(folded.len()) <= 1 && strsim::osa_distance(&folded, k) <= 1)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn a_statement_that_parses_as_a_declaration() {
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            "The type or namespace name 'retrun' could not be found (are you missing a using directive or an assembly reference?)",
            "class C { int M(int a) {\n $0retrun M(a);\n } }",
            "class C { int M(int a) {\n return M(a);\n } }",
        );
    }

    #[test]
    fn nothing_for_a_declared_name() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1519",
            "Invalid token ')' in class, record, struct, or interface member declaration",
            "class Publics { Publics $0) x; }",
        );
    }
}
