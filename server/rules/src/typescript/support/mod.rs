//! What several TypeScript rules need.

pub(crate) mod candidates;
pub(crate) mod edit;
pub(crate) mod names;
pub(crate) mod unused;
