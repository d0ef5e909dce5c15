/// The characters that end a line. Three sets are in use; they differ beyond ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineBreaks {
    /// LSP 3.17, `Position`: LF, CRLF, CR.
    Lsp,
    /// C# specification §6.3.3: as LSP, and U+0085, U+2028, U+2029.
    Roslyn,
    /// ECMAScript `LineTerminator`: as LSP, and U+2028, U+2029.
    TypeScript,
}

/// The unit in which a column counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PositionEncoding {
    /// Bytes of UTF-8.
    Utf8,
    /// UTF-16 code units: both compilers, and LSP's default.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A zero-based line and column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// Zero-based line.
    pub line: u32,
    /// Zero-based column, in the unit of a [`PositionEncoding`].
    pub column: u32,
}

/// Byte offsets at which lines start, for one text and one set of line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineTable {
    starts: Vec<u32>,
    breaks: LineBreaks,
}

impl LineTable {
    /// Scans `text` once. Texts above 4 GiB are not supported (file sizes are limited elsewhere).
    pub fn new(text: &str, breaks: LineBreaks) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0u32];
        let mut i = 0;
        while i < bytes.len() {
            let next = match bytes[i] {
                b'\n' => i + 1,
                b'\r' if bytes.get(i + 1) == Some(&b'\n') => i + 2,
                b'\r' => i + 1,
                0xC2 if breaks == LineBreaks::Roslyn && bytes.get(i + 1) == Some(&0x85) => i + 2,
                0xE2 if breaks != LineBreaks::Lsp
                    && bytes.get(i + 1) == Some(&0x80)
                    && matches!(bytes.get(i + 2), Some(0xA8 | 0xA9)) =>
                {
                    i + 3
                }
                _ => {
                    i += 1;
                    continue;
                }
            };
            starts.push(next as u32);
            i = next;
        }
        Self { starts, breaks }
    }

    /// The set of line breaks of this table.
    pub fn breaks(&self) -> LineBreaks {
        self.breaks
    }

    /// Number of lines; at least one.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Byte offset at which `line` (zero-based) starts, if there is such a line.
    pub fn line_start(&self, line: u32) -> Option<usize> {
        self.starts.get(line as usize).map(|&o| o as usize)
    }

    /// Zero-based line that contains byte `offset`.
    pub fn line_of(&self, offset: usize) -> u32 {
        (self.starts.partition_point(|&s| s as usize <= offset) - 1) as u32
    }

    /// Byte offset of `position` in `text`; `None` when the line does not exist or the column lies more than one past
    /// the end of the line's text. A column inside a character moves back to its start.
    pub fn offset(&self, text: &str, position: Position, encoding: PositionEncoding) -> Option<usize> {
        let start = self.line_start(position.line)?;
        let end = self.line_start(position.line + 1).unwrap_or(text.len());
        let line = &text[start..end];
        let mut units = 0u32;
        for (i, c) in line.char_indices() {
            let width = match encoding {
                PositionEncoding::Utf8 => c.len_utf8(),
                PositionEncoding::Utf16 => c.len_utf16(),
                PositionEncoding::Utf32 => 1,
            } as u32;
            if units + width > position.column {
                return Some(start + i);
            }
            units += width;
        }
        (position.column <= units + 1).then_some(end)
    }

    /// Position of byte `offset` in `text`. Panics when `offset` is not on a character boundary of `text`.
    pub fn position(&self, text: &str, offset: usize, encoding: PositionEncoding) -> Position {
        let line = self.line_of(offset);
        let before = &text[self.starts[line as usize] as usize..offset];
        let column = match encoding {
            PositionEncoding::Utf8 => before.len(),
            PositionEncoding::Utf16 => before.encode_utf16().count(),
            PositionEncoding::Utf32 => before.chars().count(),
        } as u32;
        Position { line, column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_sets_of_line_breaks_disagree_beyond_ascii() {
        let text = "a\r\nb\rc\nd\u{85}e\u{2028}f";
        assert_eq!(LineTable::new(text, LineBreaks::Lsp).line_count(), 4);
        assert_eq!(LineTable::new(text, LineBreaks::TypeScript).line_count(), 5);
        assert_eq!(LineTable::new(text, LineBreaks::Roslyn).line_count(), 6);
    }

    #[test]
    fn positions_round_trip_in_every_encoding() {
        let text = "x😀é\r\nzß";
        let table = LineTable::new(text, LineBreaks::Lsp);
        for encoding in [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32] {
            for (offset, _) in text.char_indices() {
                if text.as_bytes()[offset] == b'\n' {
                    continue;
                }
                let p = table.position(text, offset, encoding);
                assert_eq!(table.offset(text, p, encoding), Some(offset), "{offset} {encoding:?}");
            }
        }
        let past = Position { line: 1, column: 9 };
        assert_eq!(table.offset(text, past, PositionEncoding::Utf16), None);
        assert_eq!(table.offset(text, Position { line: 7, column: 0 }, PositionEncoding::Utf16), None);
    }
}
