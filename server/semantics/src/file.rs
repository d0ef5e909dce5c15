use index::{Index, Source};
use std::path::Path;
use syntax::Node;

/// One file of the workspace, for questions about it. Answers are cached for the revision and shared ([`Index::revision_data`]); copies are cheap.
#[derive(Clone, Copy)]
pub struct Semantics<'a> {
    /// The workspace.
    pub index: &'a Index,
    /// The file.
    pub source: &'a Source,
}

impl<'a> Semantics<'a> {
    /// For questions about `source`, a file of `index`.
    pub fn new(index: &'a Index, source: &'a Source) -> Self {
        Self { index, source }
    }
    /// The file's text.
    pub fn text(&self) -> &'a str {
        self.source.parsed.text()
    }
    /// The file's path.
    pub fn path(&self) -> &'a Path {
        &self.source.path
    }
    /// The root node of the syntax tree.
    pub fn root(&self) -> Node<'a> {
        self.source.parsed.root()
    }
}
