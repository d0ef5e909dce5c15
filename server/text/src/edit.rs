use crate::TextRange;
use std::fmt;

/// Replaces the bytes of `range` by `new_text`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct TextEdit {
    /// What is replaced, in bytes of the text that the edit was computed on.
    pub range: TextRange,
    /// The text that replaces it.
    pub new_text: String,
}

impl TextEdit {
    /// Inserts `text` at `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self { range: TextRange::empty(offset), new_text: text.into() }
    }
    /// Deletes `range`.
    pub fn delete(range: impl Into<TextRange>) -> Self {
        Self { range: range.into(), new_text: String::new() }
    }
    /// Replaces `range` by `text`.
    pub fn replace(range: impl Into<TextRange>, text: impl Into<String>) -> Self {
        Self { range: range.into(), new_text: text.into() }
    }
}

/// Sorts edits and merges those that touch. An insertion comes before a replacement at the same place.
pub fn merge_edits(mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    edits.sort_by_key(|e| (e.range.start, e.range.end));
    let mut out: Vec<TextEdit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match out.last_mut() {
            Some(last) if last.range.end == edit.range.start => {
                last.range.end = edit.range.end;
                last.new_text.push_str(&edit.new_text);
            }
            _ => out.push(edit),
        }
    }
    out
}

/// Why edits could not be combined or applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EditError {
    /// Two different edits overlap or touch.
    Overlap(TextRange, TextRange),
    /// The range ends beyond the text or cuts a character.
    OutOfBounds(TextRange),
}
impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap(a, b) => {
                write!(f, "edits of bytes {}..{} and {}..{} overlap", a.start, a.end, b.start, b.end)
            }
            Self::OutOfBounds(r) => write!(f, "edit of bytes {}..{} does not fit the text", r.start, r.end),
        }
    }
}
impl std::error::Error for EditError {}

/// Sorted, disjoint edits of one text. Equal edits are kept once, so that several fixes may want the same insertion.
#[derive(Clone, PartialEq, Eq, Debug, Default, Hash, serde::Serialize, serde::Deserialize)]
pub struct TextEdits(Vec<TextEdit>);

impl TextEdits {
    /// Sorts `edits` and drops repeated ones.
    ///
    /// # Errors
    /// [`EditError::Overlap`] when two different edits overlap or touch ([`TextRange::touches`]).
    pub fn new(mut edits: Vec<TextEdit>) -> Result<Self, EditError> {
        edits.sort();
        edits.dedup();
        for pair in edits.windows(2) {
            if pair[0].range.touches(pair[1].range) {
                return Err(EditError::Overlap(pair[0].range, pair[1].range));
            }
        }
        Ok(Self(edits))
    }

    /// The edits in order of position.
    pub fn iter(&self) -> std::slice::Iter<'_, TextEdit> {
        self.0.iter()
    }
    /// Number of edits.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there are no edits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Both sets combined.
    ///
    /// # Errors
    /// As [`TextEdits::new`].
    pub fn union(&self, other: &TextEdits) -> Result<TextEdits, EditError> {
        Self::new(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// The text after the edits.
    ///
    /// # Errors
    /// [`EditError::OutOfBounds`] when an edit does not fit `text`.
    pub fn apply(&self, text: &str) -> Result<String, EditError> {
        let grown: usize = self.0.iter().map(|e| e.new_text.len()).sum();
        let mut out = String::with_capacity(text.len() + grown);
        let mut at = 0;
        for edit in &self.0 {
            let kept = text.get(at..edit.range.start).ok_or(EditError::OutOfBounds(edit.range))?;
            if text.get(edit.range.start..edit.range.end).is_none() {
                return Err(EditError::OutOfBounds(edit.range));
            }
            out.push_str(kept);
            out.push_str(&edit.new_text);
            at = edit.range.end;
        }
        out.push_str(&text[at..]);
        Ok(out)
    }

    /// Where `range` of the old text lies in the new one; `None` when an edit changed something inside it.
    /// An insertion at the very start moves the range; one at the very end leaves it. For many ranges, ask a [`TextEdits::map`].
    pub fn map_range(&self, range: TextRange) -> Option<TextRange> {
        self.map().range(range)
    }

    /// How places move through the edits.
    pub fn map(&self) -> EditMap<'_> {
        let mut grown = vec![0isize];
        let mut sum = 0;
        grown.extend(self.0.iter().map(|edit| {
            sum += edit.new_text.len() as isize - edit.range.len() as isize;
            sum
        }));
        EditMap { edits: &self.0, grown }
    }
}

/// How places move through edits. A question takes as many steps as the logarithm of their number.
#[derive(Clone, Debug)]
pub struct EditMap<'e> {
    edits: &'e [TextEdit],
    /// By how much the text has grown before each edit, and after the last.
    grown: Vec<isize>,
}

impl<'e> EditMap<'e> {
    /// The edits that end at `offset` or before, those that follow, and by how much the first ones let the text grow.
    pub fn split(&self, offset: usize) -> (&'e [TextEdit], &'e [TextEdit], isize) {
        let before = self.edits.partition_point(|edit| edit.range.end <= offset);
        let (first, rest) = self.edits.split_at(before);
        (first, rest, self.grown[before])
    }

    /// See [`TextEdits::map_range`].
    pub fn range(&self, range: TextRange) -> Option<TextRange> {
        let (_, rest, delta) = self.split(range.start);
        if rest.first().is_some_and(|next| next.range.start < range.end) {
            return None;
        }
        Some(TextRange::new((range.start as isize + delta) as usize, (range.end as isize + delta) as usize))
    }

    /// Each edit with the range of its text after all of them.
    pub fn written(&self) -> impl Iterator<Item = (&'e TextEdit, TextRange)> + '_ {
        self.edits.iter().zip(&self.grown).map(|(edit, delta)| {
            let start = (edit.range.start as isize + delta) as usize;
            (edit, TextRange::new(start, start + edit.new_text.len()))
        })
    }
}

impl<'a> IntoIterator for &'a TextEdits {
    type Item = &'a TextEdit;
    type IntoIter = std::slice::Iter<'a, TextEdit>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_edits_merge_and_touching_ones_are_refused() {
        let same = vec![TextEdit::insert(3, "x"), TextEdit::insert(3, "x")];
        assert_eq!(TextEdits::new(same).unwrap().len(), 1);
        let touching = vec![TextEdit::insert(3, "x"), TextEdit::insert(3, "y")];
        assert!(matches!(TextEdits::new(touching), Err(EditError::Overlap(..))));
    }

    #[test]
    fn apply_leaves_other_bytes_alone_and_refuses_half_characters() {
        let edits = TextEdits::new(vec![TextEdit::replace(1..2, "BB"), TextEdit::delete(4..5)]).unwrap();
        assert_eq!(edits.apply("abcdef").unwrap(), "aBBcdf");
        let cut = TextEdits::new(vec![TextEdit::delete(0..1)]).unwrap();
        assert!(matches!(cut.apply("é"), Err(EditError::OutOfBounds(_))));
    }

    #[test]
    fn ranges_map_through_edits_or_are_lost() {
        let edits = TextEdits::new(vec![TextEdit::insert(0, "__"), TextEdit::replace(5..8, "")]).unwrap();
        assert_eq!(edits.map_range(TextRange::new(1, 4)), Some(TextRange::new(3, 6)));
        assert_eq!(edits.map_range(TextRange::new(9, 10)), Some(TextRange::new(8, 9)));
        assert_eq!(edits.map_range(TextRange::new(6, 10)), None);
        assert_eq!(edits.map_range(TextRange::empty(0)), Some(TextRange::empty(2)));
    }
}
