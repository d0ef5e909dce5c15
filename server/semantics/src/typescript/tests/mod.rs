//! Snippets with `$0` before the expression that is asked about; the expected types are what TypeScript's checker says.

mod names;
mod programs;
mod rows;

use super::SemanticModel;
use crate::Semantics;
use index::{Index, Source};
use std::path::Path;
use std::sync::Arc;
use syntax::{Node, leaf_at};

const MARK: &str = "$0";

/// The widest expression that starts at a byte.
fn expression_at(root: Node<'_>, start: usize) -> Node<'_> {
    let mut node = leaf_at(root, start).unwrap();
    while let Some(parent) = node.parent() {
        let more = parent.start_byte() == node.start_byte()
            && !parent.kind().ends_with("_statement")
            && !parent.kind().ends_with("declaration")
            && !parent.kind().ends_with("declarator")
            && !matches!(parent.kind(), "pair" | "program" | "arguments" | "required_parameter" | "formal_parameters");
        if !more {
            break;
        }
        node = parent;
    }
    node
}

/// A workspace whose first file has the mark.
struct Workspace {
    index: Index,
    source: Arc<Source>,
    start: usize,
}

impl Workspace {
    fn new(files: &[(&str, &str)]) -> Self {
        let (path, text) = files[0];
        let start = text.find(MARK).unwrap();
        let text = text.replacen(MARK, "", 1);
        let rest = files[1..].iter().map(|(p, t)| (*p, *t));
        let index = Index::in_memory(std::iter::once((path, text.as_str())).chain(rest));
        let source = index.source(Path::new(path)).unwrap();
        Self { index, source, start }
    }
    fn model(&self) -> SemanticModel<'_> {
        SemanticModel::new(Semantics::new(&self.index, &self.source))
    }
    fn node(&self) -> Node<'_> {
        expression_at(self.source.parsed.root(), self.start)
    }
}

fn type_in(files: &[(&str, &str)]) -> String {
    let workspace = Workspace::new(files);
    let model = workspace.model();
    let found = model.type_of(workspace.node()).and_then(|t| model.display(&t));
    found.unwrap_or_else(|| "?".to_owned())
}

/// Each row is a source with the mark, and the type expected there; `?` where nothing is to be said.
fn check_types(rows: &[(&str, &str)]) {
    let found = rows.iter().map(|(text, expected)| (text, expected, type_in(&[("/a.ts", text)])));
    let wrong: Vec<String> = found
        .filter(|(_, expected, found)| *found != **expected)
        .map(|(text, expected, found)| format!("{text}\n  expected {expected}\n     found {found}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
