//! What several C# rules need.

pub(crate) mod arguments;
pub(crate) mod asynchrony;
pub(crate) mod call;
pub(crate) mod default_values;
pub(crate) mod display;
pub(crate) mod generate;
pub(crate) mod in_scope;
pub(crate) mod insertion;
pub(crate) mod invention;
pub(crate) mod lexical;
pub(crate) mod lines;
pub(crate) mod named;
pub(crate) mod nodes;
pub(crate) mod nulls;
pub(crate) mod rename;
pub(crate) mod similar;
pub(crate) mod source_details;
pub(crate) mod stubs;
pub(crate) mod style;
pub(crate) mod trial;
pub(crate) mod type_names;
pub(crate) mod typing;
pub(crate) mod unimplemented;
pub(crate) mod usings;
pub(crate) mod values;
