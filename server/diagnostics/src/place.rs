use crate::{BuildDiagnostic, LineColumn, Location, Producer};
use std::cell::OnceCell;
use text::{LineBreaks, LineTable, Position, PositionEncoding, TextRange};

/// The bytes of `text` that `diagnostic` points to; empty at the start when it has no end. `None`: it has no location,
/// or one that `text` does not have, because the file changed since.
///
/// Lines and columns are counted as the compiler that reported it does. `text` is without byte order mark.
pub fn place(diagnostic: &BuildDiagnostic, text: &str) -> Option<TextRange> {
    Placer::new(text).place(diagnostic)
}

/// [`place`] for many diagnostics of one text, which is scanned once.
#[derive(Debug)]
pub struct Placer<'a> {
    text: &'a str,
    roslyn: OnceCell<LineTable>,
    typescript: OnceCell<LineTable>,
}

impl<'a> Placer<'a> {
    /// For `text`, without byte order mark.
    pub fn new(text: &'a str) -> Self {
        Self { text, roslyn: OnceCell::new(), typescript: OnceCell::new() }
    }

    /// As [`place`].
    pub fn place(&self, diagnostic: &BuildDiagnostic) -> Option<TextRange> {
        match diagnostic.location? {
            Location::Utf8 { start, end } => {
                let (start, end) = (start as usize, end as usize);
                (start <= end && self.text.is_char_boundary(start) && self.text.is_char_boundary(end))
                    .then(|| TextRange::new(start, end))
            }
            Location::Utf16 { start, end } => self.utf16(start, end),
            Location::LineColumn { start, end } => {
                let table = self.table(diagnostic);
                let from = self.point(table, start)?;
                // An end outside the text is as stale as a start.
                let to = match end {
                    Some(LineColumn { column: Some(_), .. }) => self.point(table, end?)?,
                    _ => from,
                };
                (from <= to).then(|| TextRange::new(from, to))
            }
        }
    }

    fn table(&self, diagnostic: &BuildDiagnostic) -> &LineTable {
        let typescript = match diagnostic.producer {
            Producer::TypeScript => true,
            Producer::CSharp => false,
            Producer::Other => diagnostic.file.as_deref().is_some_and(|file| {
                let extension = file.rsplit('.').next().unwrap_or_default();
                ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"].iter().any(|e| e.eq_ignore_ascii_case(extension))
            }),
        };
        if typescript {
            self.typescript.get_or_init(|| LineTable::new(self.text, LineBreaks::TypeScript))
        } else {
            self.roslyn.get_or_init(|| LineTable::new(self.text, LineBreaks::Roslyn))
        }
    }

    fn point(&self, table: &LineTable, at: LineColumn) -> Option<usize> {
        let line = at.line.checked_sub(1)?;
        let start = table.line_start(line)?;
        let end = table.line_start(line.checked_add(1)?).unwrap_or(self.text.len());
        let whole = self.text.get(start..end)?;
        let breaks = match table.breaks() {
            LineBreaks::Roslyn => &['\r', '\n', '\u{85}', '\u{2028}', '\u{2029}'][..],
            _ => &['\r', '\n', '\u{2028}', '\u{2029}'][..],
        };
        let content = whole.trim_end_matches(breaks);
        let Some(column) = at.column else {
            // Only a line: its first character that is not white space.
            return Some(start + (content.len() - content.trim_start().len()));
        };
        let column = column.checked_sub(1)?;
        let offset = table.offset(self.text, Position { line, column }, PositionEncoding::Utf16)?;
        // Inside the line break, or at it: the end of the line's text. Past it: another text.
        (offset <= end && (offset < end || whole.len() == content.len() || column as usize <= utf16_len(whole)))
            .then(|| offset.min(start + content.len()))
    }

    fn utf16(&self, start: u32, end: u32) -> Option<TextRange> {
        let mut units = 0u32;
        let mut from = None;
        for (i, c) in self.text.char_indices().chain([(self.text.len(), '\0')]) {
            if units >= start && from.is_none() {
                from = (units == start).then_some(i);
                from?;
            }
            if units >= end {
                return from.filter(|_| units == end && start <= end).map(|from| TextRange::new(from, i));
            }
            units += c.len_utf16() as u32;
        }
        None
    }
}

fn utf16_len(s: &str) -> usize {
    s.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Severity};

    fn diagnostic(producer: Producer, location: Location) -> BuildDiagnostic {
        BuildDiagnostic {
            file: Some("a".into()),
            location: Some(location),
            code: Code::new("X1"),
            severity: Severity::Error,
            message: "".into(),
            arguments: Vec::new(),
            projects: Vec::new(),
            related: Vec::new(),
            producer,
        }
    }
    fn at(line: u32, column: u32, end: Option<(u32, u32)>) -> Location {
        Location::LineColumn {
            start: LineColumn { line, column: Some(column) },
            end: end.map(|(line, column)| LineColumn { line, column: Some(column) }),
        }
    }

    #[test]
    fn lines_are_counted_as_the_compiler_counts_them() {
        let text = "a\u{85}b\u{2028}c\r\nd";
        let roslyn = place(&diagnostic(Producer::CSharp, at(3, 1, Some((3, 2)))), text).unwrap();
        assert_eq!(roslyn.of(text), "c");
        let typescript = place(&diagnostic(Producer::TypeScript, at(2, 1, Some((2, 2)))), text).unwrap();
        assert_eq!(typescript.of(text), "c");
    }

    #[test]
    fn columns_are_utf16_and_ends_of_lines_are_places() {
        let text = "😀x\r\ny";
        let range = |l, c| place(&diagnostic(Producer::TypeScript, at(l, c, None)), text).map(|r| r.start);
        assert_eq!(range(1, 3), Some(4));
        assert_eq!(range(1, 4), Some(5));
        assert_eq!(range(2, 1), Some(7));
        assert_eq!(range(1, 9), None);
        assert_eq!(range(2, 4), None);
        assert_eq!(range(3, 1), None);
        assert_eq!(range(0, 1), None);
    }

    #[test]
    fn offsets_are_bytes_or_units_and_stale_ones_are_refused() {
        let text = "é😀x";
        let utf8 = |start, end| place(&diagnostic(Producer::TypeScript, Location::Utf8 { start, end }), text);
        let utf16 = |start, end| place(&diagnostic(Producer::TypeScript, Location::Utf16 { start, end }), text);
        assert_eq!(utf8(6, 7), Some(TextRange::new(6, 7)));
        assert_eq!((utf8(1, 7), utf8(6, 8), utf8(7, 6)), (None, None, None));
        assert_eq!(utf16(3, 4), Some(TextRange::new(6, 7)));
        assert_eq!(utf16(4, 4), Some(TextRange::new(7, 7)));
        assert_eq!((utf16(2, 4), utf16(3, 5), utf16(4, 3)), (None, None, None));
    }

    #[test]
    fn a_line_alone_means_its_first_word() {
        let location = Location::LineColumn { start: LineColumn { line: 1, column: None }, end: None };
        assert_eq!(place(&diagnostic(Producer::CSharp, location), "  x"), Some(TextRange::empty(2)));
    }
}
