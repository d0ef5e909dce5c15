//! What several TypeScript rules need.

pub(crate) mod candidates;
pub(crate) mod edit;
pub(crate) mod names;
#[allow(dead_code, reason = "questions that no rule asks yet")]
pub(crate) mod typing;
#[allow(dead_code, reason = "questions that no rule asks yet")]
mod typing_bindings;
#[allow(dead_code, reason = "questions that no rule asks yet")]
pub(crate) mod typing_calls;
#[cfg(test)]
mod typing_tests;
#[allow(dead_code, reason = "questions that no rule asks yet")]
mod typing_text;
pub(crate) mod unused;
