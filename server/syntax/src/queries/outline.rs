use super::{QueryKind, for_each_match};
use crate::Parsed;
use std::cmp::Reverse;
use tree_sitter::Node;

/// A declaration of a file.
#[derive(Clone, Copy, Debug)]
pub struct OutlineItem<'t> {
    /// Kind in kebab case, such as `enum-member`.
    pub kind: &'static str,
    /// The declaration.
    pub node: Node<'t>,
    /// Its name.
    pub name: Node<'t>,
}

/// The declarations of a file that are not local to a body or a value, in order of position. Nothing is found in what did not parse; the
/// outlines of the index are read by code that recovers there.
pub fn outline(parsed: &Parsed) -> Vec<OutlineItem<'_>> {
    let mut items: Vec<(usize, OutlineItem<'_>)> = Vec::new();
    let mut local = Vec::new();
    for_each_match(parsed, QueryKind::Outline, |_, captures| {
        let name = captures.iter().find(|c| c.name == "name");
        for capture in captures {
            if let (Some(kind), Some(name)) = (capture.name.strip_prefix("declaration."), name) {
                items.push((capture.pattern, OutlineItem { kind, node: capture.node, name: name.node }));
            } else if capture.name == "local" {
                local.push(capture.node.byte_range());
            }
        }
    });
    // Of several patterns for one name, the last one counts.
    items.sort_by_key(|(pattern, i)| {
        (i.node.start_byte(), Reverse(i.node.end_byte()), i.name.start_byte(), Reverse(*pattern))
    });
    items.dedup_by_key(|(_, item)| (item.node.id(), item.name.id()));
    local.sort_by_key(|r| r.start);
    // The end of all local ranges that start before the item: ranges of nodes nest or are disjoint.
    let (mut next, mut end) = (0, 0);
    items.retain(|(_, item)| {
        while let Some(range) = local.get(next).filter(|r| r.start <= item.node.start_byte()) {
            end = end.max(range.end);
            next += 1;
        }
        item.node.start_byte() >= end
    });
    items.into_iter().map(|(_, item)| item).collect()
}
