use super::{QueryKind, for_each_match};
use crate::Parsed;
use std::cmp::Reverse;
use tree_sitter::Node;

/// A function, method, accessor or lambda.
#[derive(Clone, Copy, Debug)]
pub struct Function<'t> {
    /// The function.
    pub node: Node<'t>,
    /// Its name, where it has one.
    pub name: Option<Node<'t>>,
    /// Points where its control flow divides, those of functions inside it left out.
    pub decisions: usize,
}

impl Function<'_> {
    /// Cyclomatic complexity (McCabe): decision points and one.
    pub fn complexity(&self) -> usize {
        self.decisions + 1
    }
}

/// The functions of a file, in order of position, outer ones first.
pub fn functions(parsed: &Parsed) -> Vec<Function<'_>> {
    let mut functions: Vec<Function<'_>> = Vec::new();
    let mut decisions = Vec::new();
    for_each_match(parsed, QueryKind::Functions, |_, captures| {
        let named = |name: &str| captures.iter().find(|c| c.name == name).map(|c| c.node);
        if let Some(node) = named("function") {
            functions.push(Function { node, name: named("name"), decisions: 0 });
        }
        decisions.extend(named("decision").map(|d| d.start_byte()));
    });
    functions.sort_by_key(|f| (f.node.start_byte(), Reverse(f.node.end_byte())));
    decisions.sort_unstable();
    // Functions around the decision at hand, innermost last.
    let mut around: Vec<usize> = Vec::new();
    let mut next = 0;
    for decision in decisions {
        while let Some(function) = functions.get(next).filter(|f| f.node.start_byte() <= decision) {
            close(&mut around, &functions, function.node.start_byte());
            around.push(next);
            next += 1;
        }
        close(&mut around, &functions, decision);
        if let Some(function) = around.last().and_then(|i| functions.get_mut(*i)) {
            function.decisions += 1;
        }
    }
    functions
}

/// Drops the functions that end before `offset`.
fn close(around: &mut Vec<usize>, functions: &[Function<'_>], offset: usize) {
    while around.last().is_some_and(|i| functions[*i].node.end_byte() <= offset) {
        around.pop();
    }
}
