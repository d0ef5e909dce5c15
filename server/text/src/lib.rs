//! Text: offsets, ranges, line tables, encodings and edits.
//!
//! **Knows** bytes, characters, line breaks, and edits that leave the rest of a text unchanged.
//! **Must not know** languages, diagnostics, files on disk, or LSP. It performs no IO.
//!
//! Offsets are UTF-8 bytes into a `str` unless a name says otherwise.

mod document;
mod edit;
mod encoding;
mod hash;
mod line_table;
mod range;

pub use document::{Document, DocumentError};
pub use edit::{EditError, EditMap, TextEdit, TextEdits, merge_edits};
pub use encoding::{Encoding, LineEnding, SourceText};
pub use hash::ContentHash;
pub use line_table::{LineBreaks, LineTable, Position, PositionEncoding};
pub use range::TextRange;
