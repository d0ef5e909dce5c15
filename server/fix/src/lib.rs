//! Fix: what a repair is, and what a rule sees.
//!
//! **Knows** changes to files, how safe they are, how they combine; who finds them ([`FixProvider`]); what a language's compiler is like
//! ([`LanguageSupport`]); why a fix that builds may be no repair ([`Doubt`]); and the [`Rule`] interface with its
//! test support. **Must not know** any particular rule, how changes reach the disk, or LSP. No IO.

mod builder;
pub mod causes;
mod caution;
mod change;
mod context;
mod diagnostic_set;
mod docs;
mod excerpt;
mod judge;
pub mod language;
mod meanings;
mod model;
mod printed_names;
mod provider;
mod rule;
pub mod testing;

pub use builder::FixBuilder;
pub use change::{Change, ChangeConflict, FileChange};
pub use codegen::{ImportRequest, imports};
pub use context::{ProjectContext, RuleContext};
pub use diagnostic_set::{DiagnosticSet, diagnostics_looked_at};
pub use docs::{Example, RuleDocs};
pub use judge::{Doubt, DoubtKind, Written};
pub use language::LanguageSupport;
pub use meanings::{Meaning, known_codes, meaning};
pub use model::{Applicability, Bulk, Fix, Origin, of_family};
pub use provider::{Cost, FixProvider, Providers, skip_panic};
pub use rule::{ProjectRule, Rule};
