//! Managed executables: PE headers, metadata streams and tables (ECMA-335 6th edition, II.22–II.25).
//!
//! Every access is checked: a cell outside its table is 0, a string outside its heap is empty. A corrupt file gives fewer
//! declarations, never a panic.

use std::ops::Range;

/// Why bytes are not a managed assembly.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ImageError {
    /// Not a PE file.
    #[error("not a PE file")]
    NotPe,
    /// A PE file without CLI header: native code.
    #[error("no managed code")]
    NotManaged,
    /// Streams or tables do not fit in the file.
    #[error("corrupt metadata")]
    Corrupt,
}

/// Numbers of the metadata tables that are read.
pub mod table {
    #![allow(missing_docs, reason = "the names are ECMA-335's")]
    pub const MODULE: usize = 0x00;
    pub const TYPE_REF: usize = 0x01;
    pub const TYPE_DEF: usize = 0x02;
    pub const FIELD: usize = 0x04;
    pub const METHOD_DEF: usize = 0x06;
    pub const PARAM: usize = 0x08;
    pub const INTERFACE_IMPL: usize = 0x09;
    pub const MEMBER_REF: usize = 0x0A;
    pub const CONSTANT: usize = 0x0B;
    pub const CUSTOM_ATTRIBUTE: usize = 0x0C;
    pub const EVENT_MAP: usize = 0x12;
    pub const EVENT: usize = 0x14;
    pub const PROPERTY_MAP: usize = 0x15;
    pub const PROPERTY: usize = 0x17;
    pub const METHOD_SEMANTICS: usize = 0x18;
    pub const TYPE_SPEC: usize = 0x1B;
    pub const ASSEMBLY: usize = 0x20;
    pub const EXPORTED_TYPE: usize = 0x27;
    pub const NESTED_CLASS: usize = 0x29;
    pub const GENERIC_PARAM: usize = 0x2A;
    pub const GENERIC_PARAM_CONSTRAINT: usize = 0x2C;
}

#[derive(Clone, Copy)]
enum Column {
    U16,
    U32,
    Str,
    Guid,
    Blob,
    /// Row number of one table.
    Row(usize),
    /// Row number of one of several tables, tagged in the low bits.
    Coded(&'static [usize]),
}
use Column::{Blob, Coded, Guid, Row, Str, U16, U32};

/// No table has this number; it marks unused tags.
const NONE: usize = 0x3F;
/// `TypeDefOrRef`, II.24.2.6.
pub const TYPE_DEF_OR_REF: &[usize] = &[0x02, 0x01, 0x1B];
const HAS_CONSTANT: &[usize] = &[0x04, 0x08, 0x17];
/// `HasCustomAttribute`, II.24.2.6.
pub const HAS_CUSTOM_ATTRIBUTE: &[usize] = &[
    0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0A, 0x00, 0x0E, 0x17, 0x14, 0x11, 0x1A, 0x1B, 0x20, 0x23, 0x26, 0x27, 0x28,
    0x2A, 0x2C, 0x2B,
];
const HAS_FIELD_MARSHAL: &[usize] = &[0x04, 0x08];
const HAS_DECL_SECURITY: &[usize] = &[0x02, 0x06, 0x20];
/// `MemberRefParent`, II.24.2.6.
pub const MEMBER_REF_PARENT: &[usize] = &[0x02, 0x01, 0x1A, 0x06, 0x1B];
const HAS_SEMANTICS: &[usize] = &[0x14, 0x17];
const METHOD_DEF_OR_REF: &[usize] = &[0x06, 0x0A];
const MEMBER_FORWARDED: &[usize] = &[0x04, 0x06];
const IMPLEMENTATION: &[usize] = &[0x26, 0x23, 0x27];
/// `CustomAttributeType`, II.24.2.6.
pub const CUSTOM_ATTRIBUTE_TYPE: &[usize] = &[NONE, NONE, 0x06, 0x0A, NONE];
/// `ResolutionScope`, II.24.2.6.
pub const RESOLUTION_SCOPE: &[usize] = &[0x00, 0x1A, 0x23, 0x01];
const TYPE_OR_METHOD_DEF: &[usize] = &[0x02, 0x06];

/// Columns of every table, II.22; an empty list: the table does not exist.
const SCHEMA: [&[Column]; 0x2D] = [
    &[U16, Str, Guid, Guid, Guid],
    &[Coded(RESOLUTION_SCOPE), Str, Str],
    &[U32, Str, Str, Coded(TYPE_DEF_OR_REF), Row(0x04), Row(0x06)],
    &[Row(0x04)],
    &[U16, Str, Blob],
    &[Row(0x06)],
    &[U32, U16, U16, Str, Blob, Row(0x08)],
    &[Row(0x08)],
    &[U16, U16, Str],
    &[Row(0x02), Coded(TYPE_DEF_OR_REF)],
    &[Coded(MEMBER_REF_PARENT), Str, Blob],
    &[U16, Coded(HAS_CONSTANT), Blob],
    &[Coded(HAS_CUSTOM_ATTRIBUTE), Coded(CUSTOM_ATTRIBUTE_TYPE), Blob],
    &[Coded(HAS_FIELD_MARSHAL), Blob],
    &[U16, Coded(HAS_DECL_SECURITY), Blob],
    &[U16, U32, Row(0x02)],
    &[U32, Row(0x04)],
    &[Blob],
    &[Row(0x02), Row(0x14)],
    &[Row(0x14)],
    &[U16, Str, Coded(TYPE_DEF_OR_REF)],
    &[Row(0x02), Row(0x17)],
    &[Row(0x17)],
    &[U16, Str, Blob],
    &[U16, Row(0x06), Coded(HAS_SEMANTICS)],
    &[Row(0x02), Coded(METHOD_DEF_OR_REF), Coded(METHOD_DEF_OR_REF)],
    &[Str],
    &[Blob],
    &[U16, Coded(MEMBER_FORWARDED), Str, Row(0x1A)],
    &[U32, Row(0x04)],
    &[U32, U32],
    &[U32],
    &[U32, U16, U16, U16, U16, U32, Blob, Str, Str],
    &[U32],
    &[U32, U32, U32],
    &[U16, U16, U16, U16, U32, Blob, Str, Str, Blob],
    &[U32, Row(0x23)],
    &[U32, U32, U32, Row(0x23)],
    &[U32, Str, Blob],
    &[U32, U32, Str, Str, Coded(IMPLEMENTATION)],
    &[U32, U32, Str, Coded(IMPLEMENTATION)],
    &[Row(0x02), Row(0x02)],
    &[U16, U16, Coded(TYPE_OR_METHOD_DEF), Str],
    &[Coded(METHOD_DEF_OR_REF), Blob],
    &[Row(0x2A), Coded(TYPE_DEF_OR_REF)],
];

#[derive(Clone, Copy, Default)]
struct Layout {
    rows: u32,
    start: usize,
    row_size: usize,
    /// Offset and width (2 or 4) of each column.
    columns: [(u8, u8); 9],
}

/// The metadata of one assembly.
pub struct Image<'a> {
    bytes: &'a [u8],
    strings: Range<usize>,
    blobs: Range<usize>,
    tables: [Layout; 0x2D],
}

/// `count` bytes at `at`, when they exist.
fn slice(bytes: &[u8], at: usize, count: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(count)?)
}
fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    slice(bytes, at, 2).map(|b| usize::from(u16::from_le_bytes([b[0], b[1]])))
}
fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    slice(bytes, at, 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize)
}

/// Where the metadata root lies in the file.
fn metadata_offset(bytes: &[u8]) -> Result<usize, ImageError> {
    let pe = || {
        (bytes.get(..2)? == b"MZ").then_some(())?;
        let pe = u32_at(bytes, 0x3C)?;
        (slice(bytes, pe, 4)? == b"PE\0\0").then_some(())?;
        Some((pe + 24, u16_at(bytes, pe + 6)?, u16_at(bytes, pe + 20)?))
    };
    let (optional, sections, optional_size) = pe().ok_or(ImageError::NotPe)?;
    let to_offset = |rva: usize| {
        (0..sections).find_map(|i| {
            let header = optional.checked_add(optional_size)?.checked_add(i * 40)?;
            let size = u32_at(bytes, header + 8)?.max(u32_at(bytes, header + 16)?);
            let address = u32_at(bytes, header + 12)?;
            let inside = rva.checked_sub(address).filter(|d| *d < size)?;
            u32_at(bytes, header + 20)?.checked_add(inside)
        })
    };
    let root = || {
        let directories = match u16_at(bytes, optional)? {
            0x10B => optional + 96,
            0x20B => optional + 112,
            _ => return None,
        };
        let cli = u32_at(bytes, directories + 14 * 8).filter(|rva| *rva != 0)?;
        to_offset(u32_at(bytes, to_offset(cli)? + 8)?)
    };
    root().ok_or(ImageError::NotManaged)
}

impl<'a> Image<'a> {
    /// Finds the metadata in the bytes of an assembly.
    ///
    /// # Errors
    /// When they are not a managed assembly, or its tables are incomplete.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ImageError> {
        let root = metadata_offset(bytes)?;
        Self::parse_root(bytes, root).ok_or(ImageError::Corrupt)
    }

    fn parse_root(bytes: &'a [u8], root: usize) -> Option<Self> {
        (u32_at(bytes, root)? == 0x424A_5342).then_some(())?;
        let mut at = root.checked_add(16)?.checked_add(u32_at(bytes, root + 12)?)?;
        let streams = u16_at(bytes, at + 2)?;
        at += 4;
        let (mut strings, mut blobs, mut tables) = (0..0, 0..0, None);
        for _ in 0..streams.min(16) {
            let start = root.checked_add(u32_at(bytes, at)?)?;
            let end = start.checked_add(u32_at(bytes, at + 4)?)?.min(bytes.len());
            let name = bytes.get(at + 8..)?;
            let length = name.iter().take(32).position(|b| *b == 0)?;
            let range = start.min(end)..end;
            match name.get(..length)? {
                b"#Strings" => strings = range,
                b"#Blob" => blobs = range,
                b"#~" | b"#-" => tables = Some(range),
                _ => {}
            }
            at += 8 + (length + 4) / 4 * 4;
        }
        let tables = tables?;
        let mut image = Self { bytes, strings, blobs, tables: [Layout::default(); 0x2D] };
        image.lay_out(tables)?;
        Some(image)
    }

    fn lay_out(&mut self, stream: Range<usize>) -> Option<()> {
        let bytes = self.bytes.get(..stream.end)?;
        let heaps = *bytes.get(stream.start + 6)?;
        let valid = u32_at(bytes, stream.start + 8)? as u64 | (u32_at(bytes, stream.start + 12)? as u64) << 32;
        let mut at = stream.start + 24;
        let mut rows = [0u32; 64];
        for (table, count) in rows.iter_mut().enumerate() {
            if valid >> table & 1 == 1 {
                *count = u32_at(bytes, at)? as u32;
                at += 4;
            }
        }
        if heaps & 0x40 != 0 {
            at += 4;
        }
        for (number, schema) in SCHEMA.iter().enumerate() {
            let mut layout = Layout { rows: rows[number], start: at, ..Layout::default() };
            for (column, place) in schema.iter().zip(&mut layout.columns) {
                let wide = match column {
                    U16 => false,
                    U32 => true,
                    Str => heaps & 1 != 0,
                    Guid => heaps & 2 != 0,
                    Blob => heaps & 4 != 0,
                    Row(table) => rows[*table] > 0xFFFF,
                    Coded(tables) => {
                        let limit = 1u32 << (16 - tag_bits(tables));
                        tables.iter().any(|t| *t != NONE && rows[*t] >= limit)
                    }
                };
                let width = if wide { 4 } else { 2 };
                *place = (layout.row_size as u8, width);
                layout.row_size += usize::from(width);
            }
            at = at.checked_add(layout.row_size.checked_mul(layout.rows as usize)?)?;
            (at <= bytes.len()).then_some(())?;
            self.tables[number] = layout;
        }
        Some(())
    }

    /// Number of rows of a table.
    pub fn rows(&self, table: usize) -> u32 {
        self.tables[table].rows
    }

    /// A cell; rows count from 1. 0 when there is no such row.
    pub fn cell(&self, table: usize, row: u32, column: usize) -> u32 {
        let layout = &self.tables[table];
        if row == 0 || row > layout.rows {
            return 0;
        }
        let (offset, width) = layout.columns[column];
        let at = layout.start + (row as usize - 1) * layout.row_size + usize::from(offset);
        let value = if width == 4 { u32_at(self.bytes, at) } else { u16_at(self.bytes, at) };
        value.unwrap_or(0) as u32
    }

    /// A cell with a coded index: the table and the row; row 0 when it is null or invalid.
    pub fn coded(&self, table: usize, row: u32, column: usize, tables: &[usize]) -> (usize, u32) {
        decode(self.cell(table, row, column), tables)
    }

    /// A string cell.
    pub fn string(&self, table: usize, row: u32, column: usize) -> &'a str {
        let at = self.cell(table, row, column) as usize;
        let heap = self.bytes.get(self.strings.clone()).and_then(|heap| heap.get(at..)).unwrap_or_default();
        let length = heap.iter().position(|b| *b == 0).unwrap_or(0);
        std::str::from_utf8(&heap[..length]).unwrap_or_default()
    }

    /// A blob cell.
    pub fn blob(&self, table: usize, row: u32, column: usize) -> &'a [u8] {
        let at = self.cell(table, row, column) as usize;
        let heap = self.bytes.get(self.blobs.clone()).and_then(|heap| heap.get(at..)).unwrap_or_default();
        let mut cursor = Cursor::new(heap);
        let length = cursor.compressed().unwrap_or(0) as usize;
        cursor.take(length).unwrap_or_default()
    }

    /// Rows of `child` that belong to `row` of `table`, whose `column` contains the first of them; those of the next row follow.
    pub fn children(&self, table: usize, row: u32, column: usize, child: usize) -> Range<u32> {
        let last = self.rows(child).saturating_add(1);
        let start = self.cell(table, row, column).clamp(1, last);
        let end = if row < self.rows(table) { self.cell(table, row + 1, column).clamp(1, last) } else { last };
        start..end.max(start)
    }
}

fn tag_bits(tables: &[usize]) -> u32 {
    usize::BITS - (tables.len() - 1).leading_zeros()
}

/// Decodes a coded index.
pub fn decode(value: u32, tables: &[usize]) -> (usize, u32) {
    let bits = tag_bits(tables);
    match tables.get((value & ((1 << bits) - 1)) as usize) {
        Some(table) if *table != NONE => (*table, value >> bits),
        _ => (table::MODULE, 0),
    }
}

/// Encodes a coded index; `None` when `table` is not among `tables`.
pub fn encode(table: usize, row: u32, tables: &[usize]) -> Option<u32> {
    let tag = tables.iter().position(|t| *t == table)? as u32;
    row.checked_shl(tag_bits(tables)).map(|row| row | tag)
}

/// Reads a blob from front to back.
#[derive(Clone)]
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// At the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }
    /// The next byte, without consuming it.
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }
    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.rest.get(..count)?;
        self.rest = &self.rest[count..];
        Some(taken)
    }
    /// A little-endian number of `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
    /// An unsigned number of 1, 2 or 4 bytes (II.23.2).
    pub fn compressed(&mut self) -> Option<u32> {
        let first = u32::from(self.byte()?);
        Some(match first {
            0..0x80 => first,
            0x80..0xC0 => (first & 0x3F) << 8 | u32::from(self.byte()?),
            0xC0..0xE0 => {
                let [b, c, d] = self.bytes()?;
                (first & 0x1F) << 24 | u32::from(b) << 16 | u32::from(c) << 8 | u32::from(d)
            }
            _ => return None,
        })
    }
    /// A string of a custom attribute (II.23.3); `Some(None)` is null.
    pub fn string(&mut self) -> Option<Option<&'a str>> {
        if self.peek()? == 0xFF {
            self.byte();
            return Some(None);
        }
        let length = self.compressed()? as usize;
        Some(Some(std::str::from_utf8(self.take(length)?).ok()?))
    }
}
