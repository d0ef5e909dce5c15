//! What TypeScript trees look like: names and their positions, and documentation comments.

pub mod jsdoc;
mod nodes;

pub use nodes::*;
