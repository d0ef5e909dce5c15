//! Project files of MSBuild: read with the places of their parts, and edited as text.

mod document;
mod edit;
mod repair;

pub use document::{Attribute, Document, Element, escaped};
pub use edit::{add_item, include_of, remove_attribute, remove_element, set_attribute, set_property};
pub use repair::{Repair, nearest, repair};
