use super::{QueryKind, for_each_match};
use crate::{NodeExt, Parsed};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::Range;
use tree_sitter::Node;

/// Scopes around a place that are looked at.
const MAX_DEPTH: usize = 512;

/// What a name is defined as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DefinitionKind {
    /// A variable or constant.
    Variable,
    /// A parameter.
    Parameter,
    /// A function.
    Function,
    /// A type or type parameter.
    Type,
    /// A namespace.
    Namespace,
    /// An imported name.
    Import,
}

impl DefinitionKind {
    fn of(capture: &str) -> Option<Self> {
        Some(match capture.strip_prefix("local.definition.")? {
            "variable" => Self::Variable,
            "parameter" => Self::Parameter,
            "function" => Self::Function,
            "type" => Self::Type,
            "namespace" => Self::Namespace,
            "import" => Self::Import,
            _ => return None,
        })
    }
}

/// A name that is defined in a scope of the file.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'t> {
    /// The name.
    pub name: Node<'t>,
    /// What it is.
    pub kind: DefinitionKind,
    scope: usize,
}

#[derive(Debug)]
struct Scope {
    range: Range<usize>,
    parent: Option<usize>,
    is_function: bool,
    /// Definitions in order of position.
    definitions: Vec<usize>,
}

/// The scopes of a file with the names that are defined in them. Members of types are not names of a scope.
#[derive(Debug)]
pub struct Scopes<'t> {
    text: &'t str,
    /// Outer ones before those that they contain.
    scopes: Vec<Scope>,
    definitions: Vec<Definition<'t>>,
    /// Names that may be references, in order of position.
    references: Vec<Node<'t>>,
}

impl<'t> Scopes<'t> {
    /// Reads the scopes of a file.
    pub fn of(parsed: &'t Parsed) -> Self {
        let mut scopes: Vec<(Range<usize>, bool)> = Vec::new();
        let mut definitions: Vec<(Node<'t>, DefinitionKind, bool)> = Vec::new();
        let mut references = Vec::new();
        // Nodes that are no references.
        let mut excluded: HashSet<usize> = HashSet::new();
        let (mut assigned, mut hoisted) = (Vec::new(), Vec::new());
        for_each_match(parsed, QueryKind::Scopes, |query, captures| {
            for capture in captures {
                let (node, range) = (capture.node, capture.node.byte_range());
                match capture.name {
                    "local.scope" => scopes.push((range, false)),
                    "local.scope.function" => scopes.push((range, true)),
                    "local.reference" => references.push(node),
                    "local.member" => {
                        excluded.insert(node.id());
                    }
                    "local.assigned" => assigned.push(range),
                    "local.hoisted" => hoisted.push(range),
                    name => {
                        let Some(kind) = DefinitionKind::of(name) else { continue };
                        let settings = query.property_settings(capture.pattern);
                        let outside =
                            settings.iter().any(|s| &*s.key == "scope" && s.value.as_deref() == Some("parent"));
                        definitions.push((node, kind, outside));
                    }
                }
            }
        });
        scopes.sort_by_key(|(range, function)| (range.start, Reverse(range.end), Reverse(*function)));
        scopes.dedup_by(|a, b| a.0 == b.0);
        let mut out = Self { text: parsed.text(), scopes: Vec::new(), definitions: Vec::new(), references: Vec::new() };
        for (range, is_function) in scopes {
            let mut parent = out.scopes.len().checked_sub(1);
            while let Some(around) = parent.filter(|p| out.scopes[*p].range.end < range.end) {
                parent = out.scopes[around].parent;
            }
            out.scopes.push(Scope { range, parent, is_function, definitions: Vec::new() });
        }
        definitions.sort_by_key(|(name, ..)| name.start_byte());
        definitions.dedup_by_key(|(name, ..)| name.id());
        for ranges in [&mut assigned, &mut hoisted] {
            ranges.sort_by_key(|r| r.start);
        }
        for (name, kind, outside) in definitions {
            if innermost(&assigned, name.start_byte()).is_some() {
                continue;
            }
            let Some(mut scope) = out.scope_at(name.start_byte()) else { continue };
            // `var` in a block is known in the whole function. A function inside its value has names of its own.
            let hoisted = innermost(&hoisted, name.start_byte()).is_some_and(|h| out.scope_at(h.start) == Some(scope));
            while hoisted && !out.scopes[scope].is_function {
                let Some(parent) = out.scopes[scope].parent else { break };
                scope = parent;
            }
            if outside && let Some(parent) = out.scopes[scope].parent {
                scope = parent;
            }
            excluded.insert(name.id());
            out.scopes[scope].definitions.push(out.definitions.len());
            out.definitions.push(Definition { name, kind, scope });
        }
        references.retain(|n| !excluded.contains(&n.id()));
        references.sort_by_key(|n| n.start_byte());
        references.dedup_by_key(|n| n.id());
        out.references = references;
        out
    }

    /// The innermost scope at byte `offset`.
    fn scope_at(&self, offset: usize) -> Option<usize> {
        let mut scope = self.scopes.partition_point(|s| s.range.start <= offset).checked_sub(1);
        while let Some(inner) = scope.filter(|s| self.scopes[*s].range.end <= offset) {
            scope = self.scopes[inner].parent;
        }
        scope
    }

    /// All definitions, in order of position.
    pub fn definitions(&self) -> &[Definition<'t>] {
        &self.definitions
    }

    /// The definitions that are known at byte `offset`, those of the innermost scope first. A name may come twice: the first one counts.
    /// Whether a variable is used before its declaration is for the caller to see.
    pub fn visible_at(&self, offset: usize) -> impl Iterator<Item = &Definition<'t>> {
        let around = std::iter::successors(self.scope_at(offset), |s| self.scopes[*s].parent).take(MAX_DEPTH);
        around.flat_map(|s| self.scopes[s].definitions.iter().map(|d| &self.definitions[*d]))
    }

    /// The definition that `name`, a name at its place, refers to.
    pub fn definition_of(&self, name: Node<'t>) -> Option<&Definition<'t>> {
        let text = plain(name.text_in(self.text));
        self.visible_at(name.start_byte()).find(|d| plain(d.name.text_in(self.text)) == text)
    }

    /// The references to a definition, in order of position.
    pub fn references(&self, definition: &Definition<'t>) -> Vec<Node<'t>> {
        let text = plain(definition.name.text_in(self.text));
        let range = &self.scopes[definition.scope].range;
        let start = self.references.partition_point(|n| n.start_byte() < range.start);
        let within = self.references[start..].iter().take_while(|n| n.end_byte() <= range.end);
        let named = within.filter(|n| plain(n.text_in(self.text)) == text);
        named.filter(|n| self.definition_of(**n).is_some_and(|d| d.name == definition.name)).copied().collect()
    }
}

/// A name without the `@` that lets C# use keywords as names.
fn plain(name: &str) -> &str {
    name.strip_prefix('@').unwrap_or(name)
}

/// The last of `ranges`, sorted by start, that starts at or before `offset` and contains it.
fn innermost(ranges: &[Range<usize>], offset: usize) -> Option<&Range<usize>> {
    let before = ranges.partition_point(|r| r.start <= offset);
    ranges[..before].iter().rev().take(MAX_DEPTH).find(|r| offset < r.end)
}
