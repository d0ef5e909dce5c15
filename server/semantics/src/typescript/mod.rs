//! The model of TypeScript and JavaScript: types as values, names, members, inference, narrowing, assignability.
//!
//! Source of the rules: TypeScript's checker and handbook. What the model does not know it does not answer.

mod calls;
mod conditions;
mod contextual;
mod declarations;
mod declared;
mod display;
mod evaluate;
mod expressions;
mod files;
mod functions;
mod infer;
mod members;
mod model;
pub mod named;
mod narrow;
mod operators;
mod parse;
mod patterns;
mod relate;
mod scope;
mod store;
mod ternary;
#[cfg(test)]
mod tests;
mod tree;
mod types;
pub mod typing;
mod typing_bindings;
pub mod typing_calls;
mod typing_flow;
#[cfg(test)]
mod typing_tests;
mod typing_text;

pub use model::SemanticModel;
pub use scope::VisibleName;
pub use ternary::Ternary;
pub use types::{Decl, Symbol, Type};

pub(crate) use model::SemanticModel as Model;
