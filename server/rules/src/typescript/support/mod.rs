//! Shared by several TypeScript rules.

pub(crate) mod config;
pub(crate) mod globals;
pub(crate) mod spelling;
pub(crate) mod unused;
