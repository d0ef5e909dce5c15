//! What several TypeScript rules need.

pub(crate) mod spelling;
pub(crate) mod unused;
