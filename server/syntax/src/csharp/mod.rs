//! What C# trees look like: kinds of nodes, modifiers, names, and what a text reads as without a tree.

pub mod lexical;
pub mod naming;
mod nodes;

pub use nodes::*;
