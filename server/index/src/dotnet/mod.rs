//! .NET libraries: what referenced assemblies declare, as declarations of the index's model.
//!
//! The crate `dotnet-metadata` reads the assemblies. Their types are packed into a [`Table`] (cached on disk by content hash), and
//! tables are merged into a [`Library`]. Where no SDK is found, built-in tables are used; see [`base`].

mod assets;
pub mod base;
mod discover;
mod library;
mod remembered;
mod rows;
mod table;
#[cfg(test)]
mod tests;

pub use discover::{Frameworks, References, Tables, assemblies_of, package_folders_of, references_of};
pub(crate) use discover::{installed_package, restored_packages};
pub use library::Library;
pub(crate) use remembered::Remembered;
pub use table::{Table, TypeEntry, pack_assemblies};
