//! What several TypeScript rules need.

pub(crate) mod bodies;
pub(crate) mod candidates;
pub(crate) mod defaults;
pub(crate) mod edit;
pub(crate) mod infer;
pub(crate) mod jsdoc;
pub(crate) mod jsonc;
pub(crate) mod named;
pub(crate) mod names;
pub(crate) mod shown;
pub(crate) mod spelling;
pub(crate) mod stubs;
pub(crate) mod typing;
mod typing_bindings;
pub(crate) mod typing_calls;
mod typing_flow;
#[cfg(test)]
mod typing_tests;
mod typing_text;
pub(crate) mod unused;
pub(crate) mod usage;
