//! .NET libraries: what referenced assemblies declare, as declarations of the index's model.
//!
//! A reader of its own for ECMA-335 metadata, rather than `windows-metadata`: that crate panics on corrupt files, and C# needs
//! nullable annotations, tuple names, default values and attributes of parameters besides. What was read is packed
//! into a [`Table`] (cached on disk by content hash), and tables are merged into a [`Library`]. Where no SDK is found, the
//! built-in tables stand in; see [`base`].

mod attributes;
pub mod base;
mod constants;
mod discover;
mod image;
mod library;
mod names;
mod reader;
mod rows;
mod signature;
mod table;
#[cfg(test)]
mod tests;

pub use discover::{Frameworks, References, Tables, references_of};
pub use image::ImageError;
pub use library::Library;
pub use names::{is_keyword, map_names};
pub use table::{Table, TypeEntry, pack_assemblies};
