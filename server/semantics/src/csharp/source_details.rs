//! Details of a member's declaration in source that its outline does not contain: attributes of parameters, accessibility of accessors.

use crate::csharp::{Member, Place};
use index::{DeclarationId, Index};
use syntax::csharp::{descendants, modifiers, parameters};
use syntax::{Node, NodeExt, children_of_kind, leaf_at};

/// An attribute of a parameter, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenAttribute {
    /// Its name.
    pub name: String,
    /// Its arguments with parentheses; empty when there are none.
    pub arguments: String,
}

/// The location of a member that is declared in source.
pub fn source_id(member: &Member) -> Option<&DeclarationId> {
    match &member.place {
        Place::Declaration(id) => Some(id),
        _ => None,
    }
}

/// Calls `read` with the node that declares the member, and the text of its file.
fn with_node<R>(index: &Index, member: &Member, read: impl FnOnce(Node<'_>, &str) -> Option<R>) -> Option<R> {
    const KINDS: &[&str] = &["method_declaration", "indexer_declaration", "property_declaration"];
    let id = source_id(member)?;
    let source = index.source(&id.path)?;
    let name = leaf_at(source.parsed.root(), index.ranges(id)?.name.start)?;
    read(name.enclosing(KINDS)?, source.parsed.text())
}

/// The attributes of each parameter, if their arguments have the same meaning everywhere.
pub fn parameter_attributes(index: &Index, member: &Member) -> Vec<Vec<WrittenAttribute>> {
    let read = |node: Node<'_>, text: &str| {
        let of_parameter = |parameter: Node<'_>| {
            let lists = children_of_kind(parameter, "attribute_list");
            let attributes = lists.into_iter().flat_map(|list| children_of_kind(list, "attribute"));
            let written = attributes.filter_map(|attribute| {
                let arguments = syntax::child_of_kind(attribute, "attribute_argument_list");
                let portable = |n: Node<'_>| !n.is(&["identifier", "type_argument_list"]);
                arguments.is_none_or(|a| descendants(a).all(portable)).then_some(())?;
                Some(WrittenAttribute {
                    name: attribute.field("name")?.text_in(text).to_owned(),
                    arguments: arguments.map_or(String::new(), |a| a.text_in(text).to_owned()),
                })
            });
            written.collect::<Vec<_>>()
        };
        Some(parameters(node).into_iter().map(of_parameter).collect())
    };
    with_node(index, member, read).unwrap_or_default()
}

/// The accessibility modifier of an accessor, like `internal`; empty when it has the accessibility of the property.
pub fn accessor_accessibility(index: &Index, member: &Member, accessor: &str) -> String {
    let read = |node: Node<'_>, text: &str| {
        let list = node.field("accessors")?;
        let accessors = children_of_kind(list, "accessor_declaration");
        let found = accessors.into_iter().find(|a| a.field("name").is_some_and(|n| n.text_in(text) == accessor))?;
        let words: Vec<&str> = modifiers(found)
            .into_iter()
            .map(|m| m.text_in(text))
            .filter(|m| matches!(*m, "private" | "protected" | "internal" | "public"))
            .collect();
        Some(words.join(" "))
    };
    with_node(index, member, read).unwrap_or_default()
}
