//! The model of C#: [`SemanticModel`] for one file, [`Type`] as a value, and questions that build on both.

pub mod arguments;
pub mod call_site;
mod calls;
pub mod completion_names;
pub mod constructor_targets;
mod convert;
pub mod established_members;
mod expected;
mod expressions;
mod members;
mod model;
mod names;
pub mod nulls;
mod operators;
pub mod printed;
pub mod results;
mod scope;
pub mod similar_names;
pub mod site;
pub mod source_details;
pub mod target;
#[cfg(test)]
mod tests;
pub mod type_use;
mod types;
pub mod values;

pub use members::Member;
pub use model::{Place, SemanticModel};
pub use types::Type;
