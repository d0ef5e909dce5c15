//! What several C# rules need.

pub(crate) mod lexical;
pub(crate) mod lines;
pub(crate) mod trial;
