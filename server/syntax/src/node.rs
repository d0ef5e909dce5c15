use text::TextRange;
use tree_sitter::{Node, TreeCursor};

/// Shorthands for nodes.
pub trait NodeExt<'t>: Sized {
    /// The node's bytes.
    fn range(self) -> TextRange;
    /// The node's text.
    fn text_in(self, text: &str) -> &str;
    /// The child in `field`.
    fn field(self, field: &str) -> Option<Node<'t>>;
    /// All children, named or not.
    fn all_children(self) -> Vec<Node<'t>>;
    /// Named children without comments.
    fn named(self) -> Vec<Node<'t>>;
    /// The closest ancestor (or the node itself) whose kind is one of `kinds`.
    fn enclosing(self, kinds: &[&str]) -> Option<Node<'t>>;
    /// Whether the kind is one of `kinds`.
    fn is(self, kinds: &[&str]) -> bool;
}

impl<'t> NodeExt<'t> for Node<'t> {
    fn range(self) -> TextRange {
        self.byte_range().into()
    }
    fn text_in(self, text: &str) -> &str {
        &text[self.byte_range()]
    }
    fn field(self, field: &str) -> Option<Node<'t>> {
        self.child_by_field_name(field)
    }
    fn all_children(self) -> Vec<Node<'t>> {
        let mut cursor = self.walk();
        self.children(&mut cursor).collect()
    }
    fn named(self) -> Vec<Node<'t>> {
        let mut cursor = self.walk();
        self.named_children(&mut cursor).filter(|n| n.kind() != "comment").collect()
    }
    fn enclosing(self, kinds: &[&str]) -> Option<Node<'t>> {
        ancestors(self).find(|n| kinds.contains(&n.kind()))
    }
    fn is(self, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind())
    }
}

/// `node` and its ancestors, innermost first.
pub fn ancestors(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(Some(node), |n| n.parent())
}

/// The leaf (token) at byte `offset`: the one that starts there or contains it; in white space, the next leaf.
pub fn leaf_at(root: Node<'_>, offset: usize) -> Option<Node<'_>> {
    let mut cursor = root.walk();
    // The fast search skips all nodes before the offset, but may stop at an inner node without visible children.
    while cursor.goto_first_child_for_byte(offset).is_some() || goto_child_after(&mut cursor, offset) {}
    let node = cursor.node();
    (node.end_byte() > offset).then_some(node)
}

/// The leaves (tokens) below `root`, in order.
pub fn leaves(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut cursor = root.walk();
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        while cursor.goto_first_child() {}
        let leaf = cursor.node();
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                done = true;
                break;
            }
        }
        Some(leaf)
    })
}

/// The leaves below `root` whose text is the word `name`, in order.
pub fn leaves_named<'t>(root: Node<'t>, text: &str, name: &str) -> Vec<Node<'t>> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let range = root.byte_range();
    let (Some(searched), false) = (text.get(range.clone()), name.is_empty()) else { return Vec::new() };
    // Going through the text is a hundred times faster than going through the tree.
    let found = memchr::memmem::find_iter(searched.as_bytes(), name).map(|at| at + range.start);
    let whole = found.filter(|&at| !text[..at].ends_with(part) && !text[at + name.len()..].starts_with(part));
    let leaves = whole.filter_map(|at| leaf_at(root, at).filter(|leaf| leaf.start_byte() == at));
    leaves.filter(|leaf| leaf.text_in(text) == name).collect()
}

/// Goes to the first child that ends after `offset`, by trying each.
fn goto_child_after(cursor: &mut TreeCursor<'_>, offset: usize) -> bool {
    if !cursor.goto_first_child() {
        return false;
    }
    while cursor.node().end_byte() <= offset {
        if !cursor.goto_next_sibling() {
            cursor.goto_parent();
            return false;
        }
    }
    true
}

/// The smallest named node that covers `range`; for an empty range, the leaf there.
pub fn node_covering(root: Node<'_>, range: TextRange) -> Option<Node<'_>> {
    if range.is_empty() {
        return leaf_at(root, range.start);
    }
    root.descendant_for_byte_range(range.start, range.end)
}

/// First child of a kind.
pub fn child_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).find(|c| c.kind() == kind)
}
/// All children of a kind.
pub fn children_of_kind<'t>(node: Node<'t>, kind: &str) -> Vec<Node<'t>> {
    node.all_children().into_iter().filter(|c| c.kind() == kind).collect()
}
/// Whether `node` has a direct child that is the token or modifier `token`.
pub fn has_child_token(node: Node<'_>, text: &str, token: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|c| c.kind() == token || (c.kind() == "modifier" && c.text_in(text) == token))
}
/// The indentation of the line of byte `offset`.
pub fn line_indent(text: &str, offset: usize) -> &str {
    let start = text[..offset].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let rest = &text[start..];
    &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
}
