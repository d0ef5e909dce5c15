//! What patterns need to know of a language's syntax.

mod csharp;
mod typescript;

use crate::tree::{NodeId, Tree};
use syntax::{LanguageFamily, Node};

/// The knowledge of one language, by kinds of its grammar.
pub trait Grammar: Sync {
    /// The family's name.
    fn name(&self) -> &'static str;
    /// Whether the node's children are elements of one kind, with separators between them that carry no meaning.
    fn is_list(&self, kind: &str) -> bool;
    /// Whether a token of a list separates its elements.
    fn is_separator(&self, kind: &str) -> bool {
        kind == ","
    }
    /// Whether a literal (or another node) is one token for patterns.
    fn is_literal(&self, node: Node<'_>) -> bool;
    /// Whether a leaf is a literal.
    fn is_literal_kind(&self, kind: &str) -> bool;
    /// Whether a leaf of this kind is a name.
    fn is_name(&self, kind: &str) -> bool;
    /// Comments and directives are no part of trees, but for these.
    fn is_kept_extra(&self, kind: &str) -> bool {
        let _ = kind;
        false
    }
    /// For a kind that writes once what is both a name and a value: the kinds of the pair, its name and its value.
    fn shorthand(&self, kind: &str) -> Option<(&'static str, &'static str, &'static str)> {
        let _ = kind;
        None
    }
    /// For a kind that leaves out what its context tells: the kind that says it, and a kind for what is left out behind its first token.
    fn left_out(&self, kind: &str) -> Option<(&'static str, &'static str)> {
        let _ = kind;
        None
    }
    /// The name by which a reader would call an expression or type: `b` of `a.b(c)`; none for literals.
    fn head(&self, tree: &Tree, node: NodeId) -> Option<NodeId>;
    /// What a call without a name of its own calls: the base class of `: base(…)`.
    fn owner(&self, tree: &Tree, node: NodeId) -> Option<NodeId> {
        let _ = (tree, node);
        None
    }
    /// Whether a node of this kind says what the thing inside of it is for: a call, a creation, an attribute, a type with arguments.
    fn is_call(&self, kind: &str) -> bool;
    /// Whether an edit is never grown beyond a node of this kind.
    fn is_statement(&self, kind: &str) -> bool;
    /// Whether nodes of this kind are statements in a row, with what is around them.
    fn is_block(&self, kind: &str) -> bool;
    /// Whether nodes of this kind are the members of a type, with what is around them.
    fn is_type_body(&self, kind: &str) -> bool;
    /// Whether nodes of this kind are the inside of something: what is said of them is not said of it.
    fn is_body(&self, kind: &str) -> bool {
        self.is_block(kind) || self.is_type_body(kind)
    }
    /// Whether the type of a declaration stands before its name, and not in an annotation behind it.
    fn has_type_first(&self) -> bool;
    /// Whether imports bring in names, one by one, and not whole namespaces.
    fn imports_names(&self) -> bool;
    /// What the codes of its compiler begin with.
    fn code_prefix(&self) -> &'static str;
    /// Whether it declares a member, a function or a type.
    fn is_member(&self, kind: &str) -> bool;
    /// Whether a leaf stands where a member of something, a function or a type is named, and not a local.
    fn names_api(&self, tree: &Tree, leaf: NodeId) -> bool;
    /// Whether a name is declared by this leaf.
    fn is_declared_name(&self, tree: &Tree, leaf: NodeId) -> bool;
    /// Whether nodes of this kind declare something with a type beside its name.
    fn declares_typed(&self, kind: &str) -> bool;
    /// Where a modifier stands among others, in ascending order; `None` for what is no modifier.
    fn modifier_rank(&self, text: &str) -> Option<u8>;
    /// Whether a node of this kind stands before all modifiers: an attribute, a decorator.
    fn precedes_modifiers(&self, kind: &str) -> bool {
        matches!(kind, "attribute_list" | "decorator")
    }
    /// Whether nodes of this kind have modifiers.
    fn has_modifiers(&self, kind: &str) -> bool {
        self.is_member(kind) || matches!(kind, "parameter" | "required_parameter" | "optional_parameter")
    }
    /// Whether the node is an import.
    fn is_import(&self, kind: &str) -> bool;
    /// Whether the place is inside of a function that may wait.
    fn is_async(&self, tree: &Tree, node: NodeId) -> bool;
    /// The word that waits for a result, where only functions that may wait have it.
    fn waits(&self) -> &'static str {
        "await"
    }
    /// How tightly an expression of this kind holds together; higher is tighter; `None` for what is no expression.
    fn precedence(&self, kind: &str) -> Option<u8>;
    /// How tight an expression must be to stand as this child of a node of this kind; 0: anything may.
    fn needed_precedence(&self, parent: &str, is_first: bool) -> u8;
    /// The kind of an expression in parentheses.
    fn parenthesized(&self) -> &'static str {
        "parenthesized_expression"
    }
    /// Whether a repair of a diagnostic with this code often only moves what is said to another place.
    fn moves_along(&self, code: &str) -> bool {
        let _ = code;
        false
    }
    /// Whether the edit from the first to the second text silences the compiler instead of repairing.
    fn is_suppression(&self, before: &str, after: &str) -> bool;
}

/// The kind of a type that a creation leaves to its context.
pub(crate) const IMPLICIT_TYPE: &str = "implicit_type";

/// The knowledge of a language; `None` for one without patterns.
pub fn of(family: LanguageFamily) -> Option<&'static dyn Grammar> {
    named(family.name())
}

/// The knowledge of the language family with this name.
pub fn named(name: &str) -> Option<&'static dyn Grammar> {
    match name {
        "csharp" => Some(&csharp::CSharp),
        "typescript" => Some(&typescript::TypeScript),
        _ => None,
    }
}

/// Whether `text` occurs in the second text more often than in the first.
pub(crate) fn is_added(before: &str, after: &str, text: &str) -> bool {
    after.matches(text).count() > before.matches(text).count()
}

/// How often a `!` asserts that something is not null: it stands behind a name or one of these, and is no comparison.
pub(crate) fn assertions(text: &str, behind: &[u8]) -> usize {
    let bytes = text.as_bytes();
    let is_one = |(i, pair): (usize, &[u8])| {
        pair[1] == b'!'
            && bytes.get(i + 2) != Some(&b'=')
            && (pair[0].is_ascii_alphanumeric() || behind.contains(&pair[0]))
    };
    bytes.windows(2).enumerate().filter(|w| is_one(*w)).count()
}

/// Whether the member around a leaf declares what it names: then it is a local, a parameter or its own name.
pub(crate) fn is_local(tree: &Tree, leaf: NodeId) -> bool {
    let grammar = tree.grammar();
    if grammar.names_api(tree, leaf) {
        return false;
    }
    let name = tree.text_of(leaf);
    // Functions in functions share their names.
    let members = tree.ancestors(leaf).filter(|n| grammar.is_member(tree.kind(*n)));
    for member in members {
        let declared = |n: &NodeId| tree.text_of(*n) == name && grammar.is_declared_name(tree, *n);
        let mut inside = tree.leaves(member).filter(|n| *n != leaf && grammar.is_name(tree.kind(*n)));
        if let Some(found) = inside.find(declared) {
            let owner = tree.ancestors(found).skip(1).find(|n| grammar.is_member(tree.kind(*n)));
            // A member that is declared in the type around is no local.
            let own_name = tree.parent(found) == Some(member)
                || owner != Some(member) && owner.is_some_and(|o| tree.parent(found) == Some(o));
            if !own_name {
                return true;
            }
        }
        if grammar.is_statement(tree.kind(member)) {
            break;
        }
    }
    false
}
