//! Semantics: what names, expressions and types mean, as far as the syntax tree and the index can tell.
//!
//! **Knows** names in scope, types, members, inference, conversions and uses; one model for each language ([`csharp`], [`typescript`]).
//! **Must not know** diagnostics, fixes, how code is written, LSP. No IO. Answers are certain or missing, and bounded in depth and steps.

pub mod csharp;
mod file;
mod memo;
mod references;
pub mod typescript;
pub mod typo;
mod uses;

pub use file::Semantics;
pub use references::{uses, uses_at};
pub use uses::{Use, UseKind, Uses};
