//! Writes C# in the style of the file.

pub mod asynchrony;
pub mod default_values;
pub mod deletion;
pub mod insertion;
pub mod members;
pub mod modifiers;
pub mod new_type;
pub mod rename;
pub mod stubs;
pub mod style;
