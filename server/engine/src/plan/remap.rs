//! How positions move through edits.

use text::{EditMap, TextRange};

/// Why a place is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lost {
    /// Its text was deleted.
    Removed,
    /// Its text was replaced by something else.
    Changed,
}

/// Where a diagnostic that stood at `range` stands after `edits`, which led to `after`.
pub(super) fn diagnostic(range: TextRange, edits: &EditMap<'_>, after: &str) -> Result<TextRange, Lost> {
    // A log without end positions gives an empty range; it is taken as the character there, so that deleting the character loses it.
    let probe = if range.is_empty() { TextRange::new(range.start, range.start + 1) } else { range };
    let (_, rest, delta) = edits.split(probe.start);
    if let Some(edit) = rest.first().filter(|edit| edit.range.start < probe.end) {
        let removed = !edit.range.is_empty() && edit.new_text.is_empty() && edit.range.contains_range(probe);
        return Err(if removed { Lost::Removed } else { Lost::Changed });
    }
    let at = |offset: usize| usize::try_from(offset as isize + delta).ok().filter(|&o| after.is_char_boundary(o));
    match (at(range.start), at(range.end)) {
        (Some(start), Some(end)) => Ok(TextRange::new(start, end)),
        _ => Err(Lost::Changed),
    }
}

/// Where `range` roughly lies after `edits`: what was replaced becomes what came instead.
pub(super) fn shift(edits: &EditMap<'_>, range: TextRange) -> TextRange {
    let at = |offset: usize, is_end: bool| {
        let (before, rest, delta) = edits.split(offset);
        // What is inserted at the very end of the range does not belong to it.
        if let Some(last) = before.last().filter(|last| is_end && last.range == TextRange::empty(offset)) {
            return (offset as isize + delta) as usize - last.new_text.len();
        }
        match rest.first().filter(|edit| edit.range.start < offset) {
            Some(edit) => {
                let start = (edit.range.start as isize + delta) as usize;
                if is_end { start + edit.new_text.len() } else { start }
            }
            None => (offset as isize + delta) as usize,
        }
    };
    let (start, end) = (at(range.start, false), at(range.end, true));
    TextRange { start: start.min(end), end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::{TextEdit, TextEdits};

    #[test]
    fn a_diagnostic_moves_with_its_token_or_is_lost() {
        let text = "let a = foo(x);\n";
        let try_it = |edit: TextEdit, range: TextRange| {
            let edits = TextEdits::new(vec![edit]).unwrap();
            diagnostic(range, &edits.map(), &edits.apply(text).unwrap())
        };
        let (token, start) = (TextRange::new(8, 11), TextRange::empty(8));
        for range in [token, start] {
            let len = range.len();
            assert_eq!(try_it(TextEdit::insert(8, "await "), range), Ok(TextRange::new(14, 14 + len)));
            assert_eq!(try_it(TextEdit::insert(11, "Bar"), range), Ok(range));
            assert_eq!(try_it(TextEdit::delete(0..15), range), Err(Lost::Removed));
            assert_eq!(try_it(TextEdit::replace(8..11, "bar"), range), Err(Lost::Changed));
        }
        assert_eq!(try_it(TextEdit::insert(9, "x"), token), Err(Lost::Changed));
    }

    #[test]
    fn written_ranges_grow_with_what_is_written_into_them() {
        let edits = TextEdits::new(vec![TextEdit::insert(0, "12"), TextEdit::replace(5..7, "abcd")]).unwrap();
        assert_eq!(shift(&edits.map(), TextRange::new(3, 4)), TextRange::new(5, 6));
        assert_eq!(shift(&edits.map(), TextRange::new(6, 9)), TextRange::new(7, 13));
        assert_eq!(shift(&edits.map(), TextRange::new(3, 6)), TextRange::new(5, 11));
    }
}
