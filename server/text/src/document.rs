use crate::{Position, PositionEncoding, TextRange};
use ropey::Rope;
use std::fmt;

/// An open document: a rope, its client version, and position conversion in the client's encoding.
#[derive(Clone, Debug)]
pub struct Document {
    rope: Rope,
    version: i32,
}

/// Why a change could not be applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DocumentError {
    /// The change refers to a line or column that the document does not have.
    OutOfBounds(Position),
    /// The range ends before it starts.
    Reversed,
}
impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfBounds(p) => write!(f, "line {} column {} is outside the document", p.line + 1, p.column + 1),
            Self::Reversed => f.write_str("the range ends before it starts"),
        }
    }
}
impl std::error::Error for DocumentError {}

impl Document {
    /// A document with `text` at `version`.
    pub fn new(text: &str, version: i32) -> Self {
        Self { rope: Rope::from_str(text), version }
    }
    /// The client's version number.
    pub fn version(&self) -> i32 {
        self.version
    }
    /// Sets the version after a batch of changes.
    pub fn set_version(&mut self, version: i32) {
        self.version = version;
    }
    /// The rope.
    pub fn rope(&self) -> &Rope {
        &self.rope
    }
    /// The whole text.
    pub fn text(&self) -> String {
        self.rope.to_string()
    }

    /// Byte offset of an LSP position. Columns past the end of a line mean its end (LSP 3.17, `Position.character`).
    ///
    /// # Errors
    /// [`DocumentError::OutOfBounds`] when the line does not exist.
    pub fn offset(&self, position: Position, encoding: PositionEncoding) -> Result<usize, DocumentError> {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return Err(DocumentError::OutOfBounds(position));
        }
        let slice = self.rope.line(line);
        let column = position.column as usize;
        let mut length = slice.len_chars();
        while length > 0 && matches!(slice.char(length - 1), '\n' | '\r') {
            length -= 1;
        }
        let in_line = match encoding {
            PositionEncoding::Utf8 => slice.byte_to_char(column.min(slice.len_bytes())),
            PositionEncoding::Utf16 => slice.utf16_cu_to_char(column.min(slice.len_utf16_cu())),
            PositionEncoding::Utf32 => column,
        }
        .min(length);
        Ok(self.rope.char_to_byte(self.rope.line_to_char(line) + in_line))
    }

    /// LSP position of a byte offset; offsets past the end mean the end.
    pub fn position(&self, offset: usize, encoding: PositionEncoding) -> Position {
        let offset = offset.min(self.rope.len_bytes());
        let line = self.rope.byte_to_line(offset);
        let start = self.rope.line_to_byte(line);
        let slice = self.rope.line(line);
        let column = match encoding {
            PositionEncoding::Utf8 => offset - start,
            PositionEncoding::Utf16 => slice.char_to_utf16_cu(slice.byte_to_char(offset - start)),
            PositionEncoding::Utf32 => slice.byte_to_char(offset - start),
        };
        Position { line: line as u32, column: column as u32 }
    }

    /// Applies one `contentChanges` entry; a missing range replaces everything. Returns the replaced byte range.
    ///
    /// # Errors
    /// [`DocumentError`]; the document is unchanged then.
    pub fn apply_change(
        &mut self,
        range: Option<(Position, Position)>,
        new_text: &str,
        encoding: PositionEncoding,
    ) -> Result<TextRange, DocumentError> {
        let Some((start, end)) = range else {
            let old = TextRange::new(0, self.rope.len_bytes());
            self.rope = Rope::from_str(new_text);
            return Ok(old);
        };
        let (start, end) = (self.offset(start, encoding)?, self.offset(end, encoding)?);
        if end < start {
            return Err(DocumentError::Reversed);
        }
        let chars = self.rope.byte_to_char(start)..self.rope.byte_to_char(end);
        let at = chars.start;
        self.rope.remove(chars);
        self.rope.insert(at, new_text);
        Ok(TextRange::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_apply_in_the_clients_encoding() {
        let mut d = Document::new("a😀b\r\nc", 1);
        let p = |line, column| Position { line, column };
        d.apply_change(Some((p(0, 3), p(0, 4))), "X", PositionEncoding::Utf16).unwrap();
        assert_eq!(d.text(), "a😀X\r\nc");
        d.apply_change(Some((p(0, 99), p(1, 0))), " ", PositionEncoding::Utf16).unwrap();
        assert_eq!(d.text(), "a😀X c");
        assert!(d.apply_change(Some((p(7, 0), p(7, 0))), "", PositionEncoding::Utf16).is_err());
        assert_eq!(d.position(5, PositionEncoding::Utf16), p(0, 3));
    }
}
