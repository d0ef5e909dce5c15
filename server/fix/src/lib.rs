//! Fix: what a repair is, and what a rule sees.
//!
//! **Knows** changes to files, how safe they are, how they combine, and the [`Rule`] interface with its test support.
//! **Must not know** any particular rule, how changes reach the disk, or LSP. No IO.

mod change;
mod context;
mod docs;
mod model;
mod rule;
pub mod testing;

pub use change::{Change, ChangeConflict, FileChange};
pub use codegen::{ImportRequest, imports};
pub use context::{DiagnosticSet, FixBuilder, RuleContext};
pub use docs::{Example, RuleDocs};
pub use model::{Applicability, Bulk, Fix};
pub use rule::{Rule, RuleLanguage};
