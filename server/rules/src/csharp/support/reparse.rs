//! Evaluates an edit by parsing the resulting text.

use crate::repair::active_text;
use fix::RuleContext;
use syntax::{Language, Parsed};
use text::{TextEdit, TextEdits, TextRange};

/// The number of syntax errors of a text, and the bytes they span.
///
/// Preprocessor lines and what the project does not compile are blanked out first, because the grammar cannot parse constructs that they
/// split.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct ErrorCount {
    /// The number of errors.
    pub(crate) errors: usize,
    /// Bytes that they span.
    pub(crate) bytes: usize,
    ranges: Vec<TextRange>,
}

impl ErrorCount {
    /// The syntax errors of `text`, a version of the diagnostic's file, in the branches of `#if` that are compiled together with byte `at`.
    pub(crate) fn of(ctx: &RuleContext<'_>, text: &str, at: usize) -> Self {
        Self::in_text(&active_text(ctx, text, &[at]))
    }
    fn in_text(text: &str) -> Self {
        Self::in_tree(&Parsed::new(Language::CSHARP, text))
    }
    fn in_tree(parsed: &Parsed) -> Self {
        let ranges: Vec<TextRange> = parsed.syntax_errors().into_iter().map(|e| e.range).collect();
        Self { errors: ranges.len(), bytes: ranges.iter().map(|r| r.len()).sum(), ranges }
    }
    /// No syntax error at all.
    pub(crate) fn is_none(&self) -> bool {
        self.errors == 0
    }
    /// No syntax error within `lines` lines of `range`. Errors elsewhere are ignored because the grammar does not know the newest syntax.
    pub(crate) fn is_none_near(&self, text: &str, range: TextRange, lines: usize) -> bool {
        let start =
            text.get(..range.start).map_or(0, |head| head.rmatch_indices('\n').nth(lines).map_or(0, |(i, _)| i));
        let end = text
            .get(range.end..)
            .map_or(text.len(), |tail| tail.match_indices('\n').nth(lines).map_or(text.len(), |(i, _)| range.end + i));
        !self.ranges.iter().any(|r| r.start <= end && r.end >= start)
    }
}

/// The syntax errors of the diagnostic's file as it is.
pub(crate) fn error_count(ctx: &RuleContext<'_>) -> ErrorCount {
    if has_tree_to_reuse(ctx) {
        return ErrorCount::in_tree(&ctx.source.parsed);
    }
    ErrorCount::of(ctx, ctx.text(), ctx.diagnostic.range.start)
}

/// Whether the file is too large to be parsed as a whole for every edit, and has nothing that would have to be blanked out.
fn has_tree_to_reuse(ctx: &RuleContext<'_>) -> bool {
    ctx.source.parsed.is_large() && !ctx.text().contains('#')
}

/// The result of an edit.
pub(crate) struct Reparse {
    /// The syntax errors afterwards.
    pub(crate) errors_left: ErrorCount,
    /// Whether there is no syntax error near the edit and near the diagnostic afterwards.
    pub(crate) clear: bool,
}

/// Parses the text after one edit; `None` when the edit is out of bounds.
pub(crate) fn reparse(ctx: &RuleContext<'_>, edit: &TextEdit) -> Option<Reparse> {
    let edits = TextEdits::new(vec![edit.clone()]).ok()?;
    let after = edits.apply(ctx.text()).ok()?;
    let here = TextRange::new(edit.range.start, edit.range.start + edit.new_text.len());
    let at = ctx.diagnostic.range.start;
    let shifted = if at > edit.range.start { (at + edit.new_text.len()).saturating_sub(edit.range.len()) } else { at };
    let errors_left = if has_tree_to_reuse(ctx) {
        ErrorCount::in_tree(&ctx.source.parsed.edited(&edits).ok()?)
    } else {
        ErrorCount::of(ctx, &after, shifted)
    };
    let clear = errors_left.is_none()
        || (errors_left.is_none_near(&after, here, 6)
            && errors_left.is_none_near(&after, TextRange::empty(shifted.min(after.len())), 6));
    Some(Reparse { errors_left, clear })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_errors_do_not_count() {
        let text = format!("class C {{ int x = ; }}\n{}class D {{ }}\n", "\n".repeat(20));
        let errors_left = ErrorCount::in_text(&text);
        assert!(!errors_left.is_none());
        assert!(errors_left.is_none_near(&text, TextRange::empty(text.len()), 6));
        assert!(!errors_left.is_none_near(&text, TextRange::empty(0), 6));
    }
}
