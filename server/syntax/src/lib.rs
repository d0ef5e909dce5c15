//! Syntax: languages, tree-sitter parsing, re-parsing and node helpers.
//!
//! **Knows** the table of languages, grammars, trees, error regions. **Must not know** salsa, LSP, diagnostics, files on disk.
//! It performs no IO and never fails: any text gives a tree, perhaps with ERROR nodes.

pub mod csharp;
mod language;
mod node;
mod parse;
pub mod queries;
pub mod typescript;

pub use language::{Language, LanguageDefinition, LanguageFamily, Preprocessor, Queries, register};
pub use node::{
    NodeExt, ancestors, child_of_kind, children_of_kind, has_child_token, leaf_at, leaves, leaves_named, line_indent,
    node_covering,
};
pub use parse::{Parsed, SyntaxError, bytes_read, new_syntax_errors, parsed_bytes};
pub use tree_sitter::{Node, Tree, TreeCursor};
