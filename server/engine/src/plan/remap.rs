//! How positions move through edits.

use text::{TextEdits, TextRange};

/// Why a place is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lost {
    /// Its text was deleted.
    Removed,
    /// Its text was replaced by something else.
    Changed,
}

/// Where a diagnostic that stood at `range` stands after `edits`, which led to `after`.
pub(super) fn diagnostic(range: TextRange, edits: &TextEdits, after: &str) -> Result<TextRange, Lost> {
    // A log without end positions gives an empty range; it is taken as the character there, so that deleting the character loses it.
    let probe = if range.is_empty() { TextRange::new(range.start, range.start + 1) } else { range };
    let mut delta = 0isize;
    for edit in edits {
        let (e, grown) = (edit.range, edit.new_text.len() as isize - edit.range.len() as isize);
        if e.end <= probe.start {
            delta += grown;
        } else if e.start >= probe.end {
            break;
        } else if e.is_empty() {
            return Err(Lost::Changed);
        } else if edit.new_text.is_empty() && e.contains_range(probe) {
            return Err(Lost::Removed);
        } else {
            return Err(Lost::Changed);
        }
    }
    let at = |offset: usize| usize::try_from(offset as isize + delta).ok().filter(|&o| after.is_char_boundary(o));
    match (at(range.start), at(range.end)) {
        (Some(start), Some(end)) => Ok(TextRange::new(start, end)),
        _ => Err(Lost::Changed),
    }
}

/// Where `range` roughly lies after `edits`: what was replaced becomes what came instead.
pub(super) fn shift(edits: &TextEdits, range: TextRange) -> TextRange {
    let at = |offset: usize, is_end: bool| {
        let mut delta = 0isize;
        for edit in edits {
            let e = edit.range;
            if e.end < offset || (e.end == offset && !is_end) || (e.end == offset && !e.is_empty()) {
                delta += edit.new_text.len() as isize - e.len() as isize;
            } else if e.start < offset {
                return if is_end {
                    (e.start as isize + delta) as usize + edit.new_text.len()
                } else {
                    (e.start as isize + delta) as usize
                };
            } else {
                break;
            }
        }
        (offset as isize + delta) as usize
    };
    let (start, end) = (at(range.start, false), at(range.end, true));
    TextRange { start: start.min(end), end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::TextEdit;

    #[test]
    fn a_diagnostic_moves_with_its_token_or_is_lost() {
        let text = "let a = foo(x);\n";
        let try_it = |edit: TextEdit, range: TextRange| {
            let edits = TextEdits::new(vec![edit]).unwrap();
            diagnostic(range, &edits, &edits.apply(text).unwrap())
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
        assert_eq!(shift(&edits, TextRange::new(3, 4)), TextRange::new(5, 6));
        assert_eq!(shift(&edits, TextRange::new(6, 9)), TextRange::new(7, 13));
        assert_eq!(shift(&edits, TextRange::new(3, 6)), TextRange::new(5, 11));
    }
}
