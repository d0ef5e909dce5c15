//! Changes: what was renamed, moved or got another signature, and what its uses are to become.
//!
//! **Knows** where the workspace as it was is to be found ([`Before`], [`sources`]); how the declarations of then and now pair ([`Changes`]); and what
//! becomes of a use of a declaration that changed (`csharp`, `typescript`). **Must not know** other kinds of fixes, how fixes are put together
//! and written, or LSP. Only [`sources`] look at anything outside of the index.

mod before;
mod callable;
mod carry;
mod compare;
mod csharp;
mod likeness;
mod pairing;
mod places;
mod provider;
pub mod sources;
mod typescript;

#[cfg(test)]
mod testing;

pub use before::{Before, LibraryVersions, Past, PastTexts};
pub use compare::{Certainty, ChangeKind, DeclarationChange};
pub use pairing::Changes;
pub use provider::{ChangeProvider, Report, ReportedChange};
