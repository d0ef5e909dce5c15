//! Patterns: repairs that are learned from repairs.
//!
//! **Knows** what differs between two versions of a file ([`Diff`]), which of it repaired which diagnostic ([`capture`]), what that has in common with other
//! repairs ([`Pattern`], [`Library`]), and how to do the same elsewhere. **Must not know** other kinds of fixes, how they are put together and written, or LSP.

pub mod capture;
mod diff;
pub mod file;
pub mod generalise;
pub mod grammar;
mod imports;
mod library;
mod locals;
pub mod matching;
pub mod mine;
pub mod next;
pub mod packs;
mod provider;
pub mod rank;
pub mod rewrite;
mod scope;
pub mod share;
mod store;
pub mod template;
#[cfg(test)]
mod testing;
mod tree;
mod trial;
mod unit;

pub use capture::{Edited, Example, Seen};
pub use diff::{Diff, Edit};
pub use library::{Considered, Known, Library, Origin, Question, Refused, Suggestion, Vetoes};
pub use provider::{PatternProvider, RULE, explanation, now, path_below, tree_of};
pub use rank::Stats;
pub use store::{Counts, Event, Kept, Lesson, Merged, Source, Store, StoreError, What};
pub use template::{Anchor, Context, Fill, Hole, HoleId, ImportChange, ImportMove, Pattern, Template, Transform};
pub use tree::{NodeId, Token, Tree};
pub use unit::{Abstraction, Unit};
