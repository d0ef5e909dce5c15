//! C# syntax: kinds of nodes, modifiers, names, and tokens without a tree.

pub mod lexical;
pub mod naming;
mod nodes;

pub use nodes::*;
