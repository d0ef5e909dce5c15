//! TypeScript syntax: names and their positions, and JSDoc comments.

pub mod jsdoc;
mod nodes;

pub use nodes::*;
