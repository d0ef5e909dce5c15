//! The model of TypeScript and JavaScript: types as values, names, members, inference, narrowing, assignability.
//!
//! Source of the rules: TypeScript's checker and handbook. What the model does not know it does not answer.

mod assignments;
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
mod mapped;
mod members;
mod model;
pub mod named;
mod narrow;
mod operators;
mod parse;
mod patterns;
mod queries;
mod relate;
pub mod returns;
mod scope;
mod store;
mod switches;
mod ternary;
#[cfg(test)]
mod tests;
mod tree;
mod types;
pub(crate) mod uses;
mod written;

pub use model::SemanticModel;
pub use queries::{ParameterInfo, PropertyInfo, Shape, SignatureInfo};
pub use scope::VisibleName;
pub use ternary::Ternary;
pub use types::{Decl, Named, Symbol, Type};

pub(crate) use model::SemanticModel as Model;
