//! The semantic model of C#: [`SemanticModel`] for one file, [`Type`] as a value, and queries that use both.

pub mod arguments;
mod cache;
pub mod call_site;
mod calls;
pub mod completion_names;
pub mod constructor_targets;
mod convert;
mod converted;
pub mod established_members;
mod expected;
mod expressions;
mod member;
mod members;
mod model;
mod names;
pub mod namespaces;
pub mod nulls;
mod operators;
pub mod printed;
pub mod results;
mod scope;
pub mod similar_names;
pub mod site;
pub mod source_details;
mod symbols;
pub mod target;
#[cfg(test)]
mod tests;
pub mod type_use;
mod types;
pub(crate) mod uses;
pub mod values;
mod visible_names;

pub use member::{Member, Place};
pub use model::SemanticModel;
pub use symbols::Symbol;
pub use types::Type;
