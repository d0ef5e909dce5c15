//! # Misspelled keyword
//!
//! ```typescript before
//! //@ error TS1435: Unknown keyword or identifier. Did you mean 'function'?
//! $0functoin$0 run() {
//!     return 1;
//! }
//! ```
//! ```typescript after
//! function run() {
//!     return 1;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the word is a typo of exactly one keyword and the file parses without errors with that keyword; `Unsafe` when errors remain.

use fix::{Applicability, Fix, RuleContext};
use semantics::typo::{distance, is_slip};
use syntax::{Node, NodeExt, leaf_at};
use text::{TextEdit, TextEdits};

pub(crate) const CODES: &[&str] =
    &["TS1434", "TS1435", "TS1005", "TS1128", "TS1109", "TS1068", "TS1440", "TS1131", "TS1146", "TS1441"];

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
    "declare",
    "default",
    "delete",
    "else",
    "enum",
    "export",
    "extends",
    "finally",
    "for",
    "from",
    "function",
    "if",
    "implements",
    "import",
    "instanceof",
    "interface",
    "let",
    "namespace",
    "new",
    "override",
    "private",
    "protected",
    "public",
    "readonly",
    "return",
    "satisfies",
    "static",
    "super",
    "switch",
    "throw",
    "try",
    "type",
    "typeof",
    "var",
    "void",
    "while",
    "yield",
];

/// Whether `word` is no keyword and may be a misspelling of one.
pub(super) fn is_almost_keyword(word: &str) -> bool {
    !KEYWORDS.contains(&word) && KEYWORDS.iter().any(|k| k.len() > 2 && is_slip(word, k))
}

/// Words near the error that could be a misspelled keyword: the one at the position and those before it on the same line.
fn words<'t>(ctx: &RuleContext<'t>) -> Vec<Node<'t>> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let mut out: Vec<Node<'t>> = Vec::new();
    let mut offset = at;
    for step in 0..4 {
        if let Some(leaf) = leaf_at(ctx.root(), offset).filter(|l| l.start_byte() <= offset) {
            let word = leaf.text_in(text);
            if !word.is_empty() && word.chars().all(char::is_alphabetic) && !out.iter().any(|n| n.id() == leaf.id()) {
                out.push(leaf);
            }
            offset = leaf.start_byte().min(offset);
        } else if step > 0 {
            break;
        }
        let Some(before) = text.get(..offset).map(str::trim_end) else { break };
        let gap = &text[before.len()..offset];
        if before.is_empty() || (gap.contains('\n') && step > 0) {
            break;
        }
        let Some(last) = before.char_indices().next_back() else { break };
        offset = last.0;
    }
    out
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let parsed = &ctx.source.parsed;
    let before = parsed.syntax_errors().len();
    if before == 0 {
        return Vec::new();
    }
    let suggested = if *ctx.code() == "TS1435" { ctx.argument(0) } else { None };
    let mut best: Option<(usize, usize, Node<'_>, &str)> = None;
    let mut ties = 0usize;
    for node in words(ctx).into_iter().take(3) {
        let word = node.text_in(text);
        let near = KEYWORDS.iter().copied().filter(|k| is_slip(word, k) && *k != word && k.len() > 2);
        for keyword in near.chain(suggested.filter(|s| !KEYWORDS.contains(s) && distance(word, s) <= 2)) {
            let edit = TextEdit::replace(node.byte_range(), keyword);
            let Ok(edits) = TextEdits::new(vec![edit]) else { continue };
            let Ok(after) = parsed.edited(&edits) else { continue };
            let errors = after.syntax_errors().len();
            if errors >= before {
                continue;
            }
            let rank = (errors, distance(word, keyword));
            match &best {
                Some((e, d, ..)) if (*e, *d) < rank => {}
                Some((e, d, ..)) if (*e, *d) == rank => ties += 1,
                _ => {
                    ties = 0;
                    best = Some((rank.0, rank.1, node, keyword));
                }
            }
        }
    }
    let Some((errors, _, node, keyword)) = best else { return Vec::new() };
    let applicability = if errors == 0 && ties == 0 { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix(format!("Change spelling to '{keyword}'"), applicability);
    vec![fix.replace(node.byte_range(), keyword).preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn misspelled_word_before_the_error_position() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS1434",
            "Unexpected keyword or identifier.",
            "$0exprot const a = 1;\n",
            "export const a = 1;\n",
        );
        check_fix(rule, "TS1005", "';' expected.", "cosnt $0a = 1;\n", "const a = 1;\n");
        check_fix(
            rule,
            "TS1005",
            "';' expected.",
            "function f() {\n  retrun $01 + 1;\n}\n",
            "function f() {\n  return 1 + 1;\n}\n",
        );
    }
}
