//! Generates TypeScript in the style of the file.

pub mod bodies;
pub mod candidates;
pub mod defaults;
pub mod edit;
pub mod infer;
pub mod package_json;
pub mod stubs;
pub mod type_text;
pub mod usage;
