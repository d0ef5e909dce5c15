//! Locals and their uses: what is left without a declaration when an edit takes it away.

use crate::tree::{NodeId, Tree};
use smol_str::SmolStr;
use text::TextEdit;

/// Uses of one local that are looked at, at most.
const MOST_USES: usize = 60;

/// A local that is taken away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lost {
    /// Its name.
    pub(crate) name: SmolStr,
    /// Where it could be used.
    pub(crate) scope: NodeId,
}

impl Lost {
    /// The local that a leaf declares; `None` when it declares none.
    pub(crate) fn declared(tree: &Tree, leaf: NodeId) -> Option<Self> {
        let grammar = tree.grammar();
        if !grammar.is_name(tree.kind(leaf)) || !grammar.is_declared_name(tree, leaf) {
            return None;
        }
        let parent = tree.parent(leaf)?;
        let is_function = |k: &str| {
            matches!(
                k,
                "arrow_function"
                    | "lambda_expression"
                    | "anonymous_method_expression"
                    | "function_expression"
                    | "function_declaration"
                    | "generator_function"
                    | "method_definition"
                    | "method_declaration"
                    | "constructor_declaration"
                    | "local_function_statement"
            )
        };
        // The name of a function is no local of it.
        if grammar.is_member(tree.kind(parent)) {
            return None;
        }
        for outer in tree.ancestors(leaf).skip(1) {
            let kind = tree.kind(outer);
            if grammar.is_block(kind) || is_function(kind) {
                return Some(Self { name: tree.text_of(leaf).into(), scope: outer });
            }
            if grammar.is_member(kind) || grammar.is_type_body(kind) || kind == "function_type" {
                return None;
            }
        }
        None
    }

    /// Its uses.
    pub(crate) fn uses<'t>(&self, tree: &'t Tree) -> impl Iterator<Item = NodeId> + use<'t> {
        let (name, scope) = (self.name.clone(), self.scope);
        tree.leaves(scope).filter(move |l| is_use(tree, *l, &name)).take(MOST_USES)
    }

    /// Whether one of its uses is at or below a node.
    pub(crate) fn is_used_in(&self, tree: &Tree, node: NodeId) -> bool {
        tree.contains(self.scope, node) && tree.leaves(node).any(|l| is_use(tree, l, &self.name))
    }
}

fn is_use(tree: &Tree, leaf: NodeId, name: &str) -> bool {
    let grammar = tree.grammar();
    let is_member = tree.kind(leaf) == "property_identifier"
        || tree.parent(leaf).is_some_and(|p| {
            tree.kind(p) == "member_access_expression" && tree.child(p, 0) != Some(leaf) || tree.kind(p) == "name_colon"
        });
    tree.text_of(leaf) == name
        && grammar.is_name(tree.kind(leaf))
        && !is_member
        && !grammar.is_declared_name(tree, leaf)
}

/// The locals that edits of a file take away.
pub(crate) fn lost(tree: &Tree, edits: &[TextEdit]) -> Vec<Lost> {
    let mut out: Vec<Lost> = Vec::new();
    for edit in edits.iter().filter(|e| !e.range.is_empty()) {
        let inside = tree.leaves(tree.covering(edit.range)).filter(|l| edit.range.contains_range(tree.range(*l)));
        out.extend(inside.filter_map(|l| Lost::declared(tree, l)));
    }
    out.retain(|l| !edits.iter().any(|e| names(&e.new_text).any(|n| n == l.name)));
    out
}

/// The names in a text that are no members of something.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text[at..].find(is_part)?;
            let end = start + text[start..].find(|c| !is_part(c)).unwrap_or(text.len() - start);
            at = end;
            if !text[..start].trim_end().ends_with('.') && text[start..].starts_with(|c: char| !c.is_numeric()) {
                return Some(&text[start..end]);
            }
        }
    })
}
