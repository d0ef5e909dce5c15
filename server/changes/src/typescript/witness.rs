//! What the old declaration says of the new one: the text of a body then, beside the one now.

use super::spot::is_literal;
use crate::carry::Site;
use crate::likeness::tokens;
use index::{DeclarationId, Index, Source};
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use std::sync::Arc;
use std::time::{Duration, Instant};
use syntax::{Node, NodeExt, ancestors};
use text::TextRange;

/// How long two bodies are compared.
const PATIENCE: Duration = Duration::from_millis(50);

/// A declaration's node, in the tree that is kept by `source`.
pub(super) struct Declared {
    pub source: Arc<Source>,
    name: TextRange,
}

impl Declared {
    pub(super) fn of(index: &Index, id: &DeclarationId) -> Option<Self> {
        let ranges = index.ranges(id)?;
        Some(Self { source: index.source(&id.path)?, name: ranges.name })
    }

    pub(super) fn text(&self) -> &str {
        self.source.parsed.text()
    }

    /// The declaration: the node that has the name.
    pub(super) fn node(&self) -> Option<Node<'_>> {
        let leaf = syntax::leaf_at(self.source.parsed.root(), self.name.start)?;
        leaf.parent()
    }

    /// The function that it is or holds.
    pub(super) fn function(&self) -> Option<Node<'_>> {
        const WITH_BODY: &[&str] = &["function_declaration", "method_definition", "generator_function_declaration"];
        let leaf = syntax::leaf_at(self.source.parsed.root(), self.name.start)?;
        // A constructor's or a default function's range of the name may be a word before it.
        let node = ancestors(leaf).find(|n| n.is(WITH_BODY) || n.is(VALUES))?;
        if node.is(VALUES) {
            let value = node.field("value")?;
            return value.is(&["arrow_function", "function_expression"]).then_some(value);
        }
        Some(node)
    }
}

const VALUES: &[&str] = &["variable_declarator", "public_field_definition"];

/// The literal that the body had wherever it uses the parameter `number` now.
pub(super) fn used_before(site: &Site<'_>, number: usize) -> Option<String> {
    let name = &site.change.now.as_ref()?.parameters.get(number)?.name;
    let then = Declared::of(&site.past.index, &site.change.old)?;
    let now = Declared::of(site.now.index, site.change.new.as_ref()?)?;
    let body = |d: &Declared| {
        let body = d.function()?.field("body")?;
        Some(body.text_in(d.text()).to_owned())
    };
    let (then, now) = (body(&then)?, body(&now)?);
    let (a, b): (Vec<&str>, Vec<&str>) = (strings_whole(&then), strings_whole(&now));
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &a, &b, Some(Instant::now() + PATIENCE));
    let mut found: Vec<&str> = Vec::new();
    let mut explained = 0;
    for op in ops {
        let DiffOp::Replace { old_index, old_len, new_index, new_len } = op else { continue };
        if new_len == 1 && b[new_index] == name && old_len == 1 {
            found.push(a[old_index]);
            explained += 1;
        }
    }
    let uses = b.iter().filter(|t| *t == name).count();
    let first = *found.first()?;
    (explained == uses && found.iter().all(|f| *f == first) && is_literal(first)).then(|| first.to_owned())
}

/// Tokens, with strings and numbers with a point in one piece.
fn strings_whole(text: &str) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.trim_start().chars().next() {
        rest = rest.trim_start();
        let length = match first {
            '\'' | '"' | '`' => rest[1..].find(first).map_or(rest.len(), |p| p + 2),
            '0'..='9' => rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_').unwrap_or(rest.len()),
            _ => tokens(rest).next().map_or(first.len_utf8(), str::len),
        };
        let (token, after) = rest.split_at(length);
        out.push(token);
        rest = after;
    }
    out
}
