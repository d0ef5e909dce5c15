//! Deleting whole lines.

use text::TextRange;

/// `range` together with its line when nothing but white space and a trailing comment shares it.
pub(crate) fn line_deletion(text: &str, range: TextRange) -> TextRange {
    let start = text[..range.start].rfind('\n').map_or(0, |n| n + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |n| range.end + n + 1);
    let before = text[start..range.start].trim();
    let after = text[range.end..end].trim();
    if !before.is_empty() || !(after.is_empty() || after.starts_with("//")) {
        return range;
    }
    TextRange::new(start, end)
}

/// As [`line_deletion`] for a declaration: also the comments and attributes lines above it that belong to it start at `lead`; of the empty
/// lines around it, only those on one side go.
pub(crate) fn declaration_deletion(text: &str, lead: usize, end: usize) -> TextRange {
    let mut range = line_deletion(text, TextRange::new(lead, end));
    // An empty line before: it goes with the declaration, unless it is all that parts its neighbours.
    let blank_before = text[..range.start].trim_end_matches([' ', '\t', '\r', '\n']).len();
    let gap = &text[blank_before..range.start];
    let follows =
        text[range.end..].lines().next().is_none_or(|l| l.trim().is_empty() || l.trim_start().starts_with('}'));
    if gap.matches('\n').count() > 1 && follows {
        let first_line = gap.find('\n').map_or(0, |n| n + 1);
        range = TextRange::new(blank_before + first_line, range.end);
    }
    range
}
