use std::ops::Range;

/// A half-open range of UTF-8 byte offsets.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct TextRange {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl TextRange {
    /// The range `start..end`. Panics in debug builds when `start > end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "{start}..{end}");
        Self { start, end }
    }
    /// The empty range at `offset`.
    pub fn empty(offset: usize) -> Self {
        Self { start: offset, end: offset }
    }
    /// Number of bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }
    /// Whether the range is empty.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
    /// Whether `offset` lies in the range; the end is outside.
    pub fn contains(self, offset: usize) -> bool {
        self.start <= offset && offset < self.end
    }
    /// Whether `other` lies within this range.
    pub fn contains_range(self, other: TextRange) -> bool {
        self.start <= other.start && other.end <= self.end
    }
    /// Whether the two share a byte, or touch: two insertions at one place, or an insertion at the edge of a
    /// replacement, have no defined order, so adjacency counts as conflict.
    pub fn touches(self, other: TextRange) -> bool {
        self.start <= other.end && other.start <= self.end
    }
    /// The text of the range. Panics when the range is not on character boundaries of `text`.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

impl From<Range<usize>> for TextRange {
    fn from(r: Range<usize>) -> Self {
        Self::new(r.start, r.end)
    }
}
impl From<TextRange> for Range<usize> {
    fn from(r: TextRange) -> Self {
        r.start..r.end
    }
}
