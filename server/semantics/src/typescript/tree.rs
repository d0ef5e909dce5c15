//! Files with their trees, nodes with their files, and the texts of nodes.

use super::types::Decl;
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;
use syntax::{Node, NodeExt, Parsed};

/// One file.
pub(crate) struct File {
    pub(crate) id: u32,
    pub(crate) path: Arc<Path>,
    pub(crate) parsed: Parsed,
    /// Start and end of the name of each declaration of the outline.
    pub(crate) names: Vec<(u32, u32)>,
    /// Part of the built-in table of libraries.
    pub(crate) library: bool,
    pub(crate) javascript: bool,
}

/// A node with its file.
#[derive(Clone, Copy)]
pub(crate) struct At<'f> {
    pub(crate) file: &'f Arc<File>,
    pub(crate) node: Node<'f>,
}

impl<'f> At<'f> {
    pub(crate) fn kind(self) -> &'f str {
        self.node.kind()
    }
    pub(crate) fn text(self) -> &'f str {
        self.file.parsed.text().get(self.node.byte_range()).unwrap_or_default()
    }
    pub(crate) fn on(self, node: Node<'f>) -> Self {
        Self { file: self.file, node }
    }
    pub(crate) fn field(self, name: &str) -> Option<Self> {
        self.node.child_by_field_name(name).map(|n| self.on(n))
    }
    pub(crate) fn parent(self) -> Option<Self> {
        self.node.parent().map(|n| self.on(n))
    }
    pub(crate) fn named(self) -> Vec<Self> {
        self.node.named().into_iter().map(|n| self.on(n)).collect()
    }
    pub(crate) fn first_named(self) -> Option<Self> {
        self.named().first().copied()
    }
    pub(crate) fn children(self) -> Vec<Self> {
        self.node.all_children().into_iter().map(|n| self.on(n)).collect()
    }
    pub(crate) fn child(self, kind: &str) -> Option<Self> {
        self.children().into_iter().find(|c| c.kind() == kind)
    }
    /// Whether a direct child is the token.
    pub(crate) fn has(self, token: &str) -> bool {
        self.child(token).is_some()
    }
    /// Whether a direct child was not understood.
    pub(crate) fn is_broken(self) -> bool {
        self.node.has_error() && self.children().iter().any(|c| c.node.is_error() || c.node.is_missing())
    }
    pub(crate) fn is(self, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind())
    }
    pub(crate) fn decl(self) -> Decl {
        Decl {
            file: self.file.id,
            start: self.node.start_byte() as u32,
            end: self.node.end_byte() as u32,
            kind: self.node.kind_id(),
        }
    }
    pub(crate) fn ancestors(self) -> impl Iterator<Item = Self> {
        syntax::ancestors(self.node).map(move |n| self.on(n))
    }
    pub(crate) fn enclosing(self, kinds: &[&str]) -> Option<Self> {
        self.ancestors().find(|a| a.is(kinds))
    }
    pub(crate) fn same(self, other: Self) -> bool {
        self.file.id == other.file.id && self.node == other.node
    }
    pub(crate) fn holds(self, inner: Decl) -> bool {
        self.file.id == inner.file
            && self.node.start_byte() <= inner.start as usize
            && inner.end as usize <= self.node.end_byte()
    }
}

impl File {
    pub(crate) fn root(self: &Arc<Self>) -> At<'_> {
        At { file: self, node: self.parsed.root() }
    }
    /// The node that a declaration's identity means.
    pub(crate) fn node(self: &Arc<Self>, decl: Decl) -> Option<At<'_>> {
        let node = self.parsed.root().descendant_for_byte_range(decl.start as usize, decl.end as usize)?;
        let same = |n: &Node<'_>| n.start_byte() == decl.start as usize && n.end_byte() == decl.end as usize;
        let found = syntax::ancestors(node).take_while(same).find(|n| n.kind_id() == decl.kind)?;
        Some(At { file: self, node: found })
    }
    /// The declaration (or the name, for variables: their pattern's identifier) of an entry of the outline.
    pub(crate) fn declared(self: &Arc<Self>, index: u32) -> Option<At<'_>> {
        let (start, end) = *self.names.get(index as usize)?;
        let node = self.parsed.root().descendant_for_byte_range(start as usize, end as usize)?;
        Some(At { file: self, node })
    }
}

/// Alternatives of a union (or parts of an intersection), which the grammar nests to the left.
pub(crate) fn flat<'f>(at: At<'f>, kind: &str) -> Vec<At<'f>> {
    let mut out = Vec::new();
    let mut stack = vec![at];
    while let Some(node) = stack.pop() {
        if node.kind() == kind && out.len() < 500 {
            stack.extend(node.named().into_iter().rev());
        } else {
            out.push(node);
        }
    }
    out
}

/// Whether `text` holds `name` as a whole word.
pub(crate) fn has_word(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.match_indices(name).any(|(i, _)| {
        !text[..i].chars().next_back().is_some_and(part) && !text[i + name.len()..].chars().next().is_some_and(part)
    })
}

/// The value of a string literal; `None` when an escape is beyond the usual ones.
pub(crate) fn unquoted(text: &str) -> Option<SmolStr> {
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    if !inner.contains('\\') {
        return Some(inner.into());
    }
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next()? {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            c @ ('\\' | '\'' | '"' | '`' | '/' | '$' | '.' | '-' | '{' | '}') => out.push(c),
            _ => return None,
        }
    }
    Some(out.into())
}

/// A number as JavaScript prints it; `None` for the rarer forms.
pub(crate) fn number_text(text: &str) -> Option<SmolStr> {
    let text = text.replace('_', "");
    let lower = text.to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] {
        if let Some(digits) = lower.strip_prefix(prefix) {
            let value = u64::from_str_radix(digits, radix).ok().filter(|v| *v < 1 << 53)?;
            return Some(value.to_string().into());
        }
    }
    let value: f64 = lower.parse().ok()?;
    if !value.is_finite() || value.abs() >= 1e21 || (value != 0.0 && value.abs() < 1e-6) {
        return None;
    }
    Some(format!("{value}").into())
}
