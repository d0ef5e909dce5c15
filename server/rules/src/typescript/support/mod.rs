//! What several TypeScript rules need.

pub(crate) mod spelling;
pub(crate) mod unused;

use fix::{DiagnosticSet, RuleContext};
use index::Source;

/// Whether a diagnostic about names and types stands in a TypeScript file that the compiler could not parse. What it says is an
/// echo of the syntax error: names that are missing because their declaration was misread. The next build tells what is left.
pub(crate) fn is_echo_of_syntax_error(ctx: &RuleContext<'_>) -> bool {
    let code = ctx.code();
    code.is_typescript()
        && !is_syntax_code(code.as_str())
        && (ctx.diagnostics.is_unparsed(ctx.path()) || cannot_be_read(ctx.source, ctx.diagnostics))
}

/// Whether the compiler's parser complained about `source`, and ours does too.
pub(crate) fn cannot_be_read(source: &Source, diagnostics: &DiagnosticSet) -> bool {
    diagnostics.in_file(&source.path).iter().any(|d| is_syntax_code(d.code.as_str()))
        && !source.parsed.syntax_errors().is_empty()
}

/// Codes of TypeScript's parser (1002–1199, 1381–1382, 1434–1442); other codes in the thousand are the checker's.
pub(crate) fn is_syntax_code(code: &str) -> bool {
    let number = code.strip_prefix("TS").and_then(|n| n.parse::<u32>().ok());
    number.is_some_and(|n| {
        let checked = [1055, 1058, 1062, 1064, 1090, 1091, 1103, 1108, 1117, 1192];
        matches!(n, 1002..=1199 | 1381..=1382 | 1434..=1442 | 17002 | 17008 | 17014) && !checked.contains(&n)
    })
}
