//! Where a declaration is named, over all files of the workspace.

use crate::Semantics;
use index::Source;
use std::sync::Arc;
use syntax::Node;
use text::TextRange;

/// Files that are searched at most: a name that stands in more is not looked up.
const MOST_FILES: usize = 400;

/// What a name is where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UseKind {
    /// The declaration itself: for a type also its other parts, constructors and destructors; for a function its overloads in TypeScript.
    Declaration,
    /// A declaration that must have the same name: what it overrides or implements, and what overrides or implements it.
    Related,
    /// A use of one of these.
    Reference,
    /// `{ name }` in TypeScript: the property or the variable of that name, and the other one has the name, too. A renaming writes both.
    Shorthand,
}

/// One place where a declaration is named.
#[derive(Clone, Debug)]
pub struct Use {
    /// The file.
    pub source: Arc<Source>,
    /// The name, in bytes of the file's text.
    pub range: TextRange,
    /// What it is there.
    pub kind: UseKind,
}

/// The places where a declaration is named, in order of path and position. Comments and strings are not looked at.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// What certainly names it.
    pub certain: Vec<Use>,
    /// What has the same name, and may name it or something else.
    pub possible: Vec<(Arc<Source>, TextRange)>,
}

/// What the model of a language says of one occurrence of a name.
pub(crate) enum Verdict {
    Named(UseKind),
    Other,
    Unknown,
}

impl Uses {
    /// Whether every occurrence of the name is known to be a use or something else.
    pub fn is_complete(&self) -> bool {
        self.possible.is_empty()
    }

    /// The references, without declarations.
    pub fn references(&self) -> impl Iterator<Item = &Use> {
        self.certain.iter().filter(|u| matches!(u.kind, UseKind::Reference | UseKind::Shorthand))
    }
}

/// Asks `judge` of each leaf with one of these names, in the files that may contain it.
pub(crate) fn search(
    sema: Semantics<'_>,
    names: &[&str],
    mut judge: impl for<'s> FnMut(Semantics<'s>, &[Node<'s>]) -> Vec<Verdict>,
) -> Option<Uses> {
    let mut paths = Vec::new();
    for name in names {
        paths.extend(sema.index.files_with_word(name, sema.source.parsed.language()).iter().cloned());
    }
    paths.sort();
    paths.dedup();
    if paths.len() > MOST_FILES {
        return None;
    }
    let mut out = Uses::default();
    for path in paths {
        let Some(source) = sema.index.source(&path) else { continue };
        let here = Semantics::new(sema.index, &source);
        let leaves = leaves_named(here, names);
        for (leaf, verdict) in leaves.iter().zip(judge(here, &leaves)) {
            let range = TextRange::from(leaf.byte_range());
            match verdict {
                Verdict::Named(kind) => out.certain.push(Use { source: source.clone(), range, kind }),
                Verdict::Unknown => out.possible.push((source.clone(), range)),
                Verdict::Other => {}
            }
        }
    }
    Some(out)
}

/// The leaves of a tree whose text is one of the names, in order.
fn leaves_named<'s>(sema: Semantics<'s>, names: &[&str]) -> Vec<Node<'s>> {
    let text = sema.text();
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$');
    let mut out: Vec<Node<'s>> = Vec::new();
    for name in names {
        for (at, _) in text.match_indices(name) {
            let end = at + name.len();
            if is_part(text[..at].chars().next_back()) || is_part(text[end..].chars().next()) {
                continue;
            }
            let Some(leaf) = syntax::leaf_at(sema.root(), at) else { continue };
            // `@name` in C#, `#name` in JavaScript.
            let own = leaf.end_byte() == end && at - leaf.start_byte() <= 1;
            let kind = leaf.kind();
            if own && kind.ends_with("identifier") || kind == "shorthand_property_identifier_pattern" && own {
                out.push(leaf);
            }
        }
    }
    out.sort_by_key(Node::start_byte);
    out.dedup();
    out
}
