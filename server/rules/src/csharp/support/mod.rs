//! What several C# rules need.

pub(crate) mod candidates;
pub(crate) mod declarations;
pub(crate) mod disputed;
pub(crate) mod named;
pub(crate) mod receiver;
pub(crate) mod reparse;
pub(crate) mod unimplemented;
pub(crate) mod unknown_base;
pub(crate) mod usings;
