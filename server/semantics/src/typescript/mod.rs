//! The model of TypeScript and JavaScript.

pub mod named;
pub mod typing;
mod typing_bindings;
pub mod typing_calls;
mod typing_flow;
#[cfg(test)]
mod typing_tests;
mod typing_text;
