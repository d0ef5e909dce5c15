//! The queries of `grammars/` run over trees: declarations, local scopes, functions.
//!
//! A query finds nothing in the parts of a tree that did not parse.

mod functions;
mod outline;
mod scopes;
#[cfg(test)]
mod tests;

pub use functions::{Function, functions};
pub use outline::{OutlineItem, outline};
pub use scopes::{Definition, DefinitionKind, Scopes};

use crate::{Language, Parsed};
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use tree_sitter::{Node, Query, QueryCursor, StreamingIterator};

/// Unfinished matches that are followed at once. Hostile input is cut off here.
const MAX_MATCHES: u32 = 1 << 16;

/// Children of an ERROR node. Matching looks through all tokens that follow one another there, for each of them.
const MAX_TOKENS: usize = 10_000;

/// The queries of a language.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum QueryKind {
    Outline,
    Scopes,
    Functions,
}

/// Compiled queries; `None` where the text is no query of the language's grammar.
static COMPILED: RwLock<Option<HashMap<(Language, QueryKind), Option<&'static Query>>>> = RwLock::new(None);

fn query(language: Language, kind: QueryKind) -> Option<&'static Query> {
    let key = (language, kind);
    if let Some(known) = COMPILED.read().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|c| c.get(&key)) {
        return *known;
    }
    let texts = language.definition().queries;
    let text = match kind {
        QueryKind::Outline => texts.outline,
        QueryKind::Scopes => texts.scopes,
        QueryKind::Functions => texts.functions,
    };
    // Languages stay registered until the process ends, and so do their queries.
    let compiled = Query::new(&language.grammar(), text).ok().map(|query| &*Box::leak(Box::new(query)));
    let mut all = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
    *all.get_or_insert_default().entry(key).or_insert(compiled)
}

/// One capture of a match.
#[derive(Clone, Copy, Debug)]
struct Capture<'t> {
    name: &'static str,
    node: Node<'t>,
    /// The pattern of the query.
    pattern: usize,
}

/// Calls `visit` with the captures of each match, in order of position.
fn for_each_match<'t>(parsed: &'t Parsed, kind: QueryKind, mut visit: impl FnMut(&'static Query, &[Capture<'t>])) {
    let Some(query) = query(parsed.language(), kind) else { return };
    if has_wide_error(parsed.root()) {
        return;
    }
    let names = query.capture_names();
    let mut cursor = QueryCursor::new();
    cursor.set_match_limit(MAX_MATCHES);
    let mut matches = cursor.matches(query, parsed.root(), parsed.text().as_bytes());
    let mut captures = Vec::new();
    while let Some(found) = matches.next() {
        captures.clear();
        captures.extend(found.captures().iter().filter_map(|c| {
            let name = names.get(c.index as usize)?;
            Some(Capture { name, node: c.node, pattern: found.pattern_index })
        }));
        visit(query, &captures);
    }
}

/// Whether an ERROR node has too many children to be searched.
fn has_wide_error(root: Node<'_>) -> bool {
    // Iterative: hostile input nests 100,000 deep.
    let mut stack = vec![root];
    while let Some(node) = stack.pop().filter(|n| n.has_error()) {
        if node.is_error() && node.child_count() as usize > MAX_TOKENS {
            return true;
        }
        let mut cursor = node.walk();
        stack.extend(node.children(&mut cursor).filter(|n| n.has_error()));
    }
    false
}
