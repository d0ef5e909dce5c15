//! The model of TypeScript and JavaScript: types as values, names, members, inference, narrowing, assignability.
//!
//! Source of the rules: TypeScript's checker and handbook. What the model does not know it does not answer.

mod calls;
mod conditions;
mod contextual;
mod declared;
mod expressions;
mod files;
mod functions;
mod infer;
mod members;
mod model;
pub mod named;
mod narrow;
mod operators;
mod patterns;
mod queries;
pub mod returns;
mod scope;
#[cfg(test)]
mod tests;
mod types;

pub use model::{SemanticModel, Ternary};
pub use queries::{ParameterInfo, PropertyInfo, Shape, SignatureInfo};
pub use scope::VisibleName;
pub use types::display::Named;
pub use types::{Decl, Symbol, Type};

pub(crate) use model::SemanticModel as Model;
