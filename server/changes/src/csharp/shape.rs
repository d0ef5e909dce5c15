//! The form of a use: what stands around the name.

use syntax::{Node, NodeExt};

/// What stands around a name.
#[derive(Clone, Copy)]
pub(super) struct Shape<'t> {
    /// The token of the name; `new`, `base` or `this` for a constructor that is called without a name.
    pub leaf: Node<'t>,
    /// The name with its type arguments.
    pub name: Node<'t>,
    /// What stands before the dot.
    pub receiver: Option<Node<'t>>,
    /// Whether the dot is `?.`.
    pub conditional: bool,
    /// The name with its receiver; for a constructor the type, where it is written.
    pub access: Node<'t>,
    /// The call, the creation, the attribute or the constructor initializer.
    pub call: Option<Node<'t>>,
    /// The list of its arguments, with parentheses.
    pub list: Option<Node<'t>>,
}

impl<'t> Shape<'t> {
    /// Of a member or a type.
    pub fn of(leaf: Node<'t>) -> Option<Self> {
        let parent = leaf.parent()?;
        let name = if parent.kind() == "generic_name" { parent } else { leaf };
        let parent = name.parent()?;
        let mut shape = Self { leaf, name, receiver: None, conditional: false, access: name, call: None, list: None };
        match parent.kind() {
            "member_access_expression" if parent.field("name") == Some(name) => {
                shape.receiver = parent.field("expression");
                shape.access = parent;
            }
            "qualified_name" | "alias_qualified_name" if parent.field("name") == Some(name) => {
                shape.receiver = parent.field("qualifier").or_else(|| parent.field("alias"));
                shape.access = parent;
            }
            "member_binding_expression" => {
                let access = parent.parent().filter(|a| a.kind() == "conditional_access_expression")?;
                if access.named().last() == Some(&parent) {
                    shape.receiver = access.field("condition");
                    shape.access = access;
                }
                shape.conditional = true;
            }
            _ => {}
        }
        let call = shape.access.parent().filter(|c| c.kind() == "invocation_expression");
        shape.call = call.filter(|c| c.field("function") == Some(shape.access));
        shape.list = shape.call.and_then(|c| c.field("arguments"));
        Some(shape)
    }

    /// Of a constructor: what creates, an attribute, a constructor initializer, or a base type with arguments.
    pub fn of_creation(leaf: Node<'t>) -> Option<Self> {
        let mut shape =
            Self { leaf, name: leaf, receiver: None, conditional: false, access: leaf, call: None, list: None };
        let parent = leaf.parent()?;
        if leaf.is(&["new", "base", "this"]) {
            let calls = parent.is(&["implicit_object_creation_expression", "constructor_initializer"]);
            shape.call = calls.then_some(parent);
            shape.list = syntax::child_of_kind(parent, "argument_list");
            return calls.then_some(shape);
        }
        let mut access = leaf;
        while let Some(outer) = access.parent().filter(|p| {
            p.kind() == "generic_name" && p.named().first() == Some(&access)
                || p.is(&["qualified_name", "alias_qualified_name"]) && p.field("name") == Some(access)
        }) {
            if outer.kind() == "generic_name" {
                shape.name = outer;
            }
            access = outer;
        }
        shape.access = access;
        let call = access.parent()?;
        match call.kind() {
            "object_creation_expression" if call.field("type") == Some(access) => {
                shape.list = call.field("arguments");
            }
            "attribute" => shape.list = syntax::child_of_kind(call, "attribute_argument_list"),
            "base_list" | "primary_constructor_base_type" => {
                shape.list = Some(access.next_sibling().filter(|l| l.kind() == "argument_list")?);
            }
            _ => return None,
        }
        shape.call = Some(call);
        Some(shape)
    }

    /// The use with its call.
    pub fn whole(&self) -> Node<'t> {
        self.call.unwrap_or(self.access)
    }

    /// The arguments, without the properties that an attribute sets.
    pub fn arguments(&self) -> Vec<Node<'t>> {
        let list = self.list.map_or_else(Vec::new, |l| l.named());
        let sets = |a: &Node<'t>| a.kind() == "attribute_argument" && syntax::child_of_kind(*a, "=").is_some();
        list.into_iter().filter(|a| a.is(&["argument", "attribute_argument"]) && !sets(a)).collect()
    }

    /// Whether the result is dropped: the use is a statement.
    pub fn is_statement(&self) -> bool {
        self.whole().parent().is_some_and(|p| p.kind() == "expression_statement")
    }

    /// Whether a value is written to it: the left side of an assignment, an argument by reference, an operand of `++`.
    pub fn is_written(&self) -> bool {
        let Some(parent) = self.access.parent() else { return false };
        match parent.kind() {
            "assignment_expression" => parent.field("left") == Some(self.access),
            "argument" => parent.all_children().iter().any(|c| c.is(&["ref", "out"])),
            "ref_expression" | "tuple_pattern" => true,
            "prefix_unary_expression" | "postfix_unary_expression" => {
                parent.all_children().iter().any(|c| c.is(&["++", "--", "&"]))
            }
            _ => false,
        }
    }

    /// Whether it is named by `nameof`, or as a member of an initializer or a pattern: only the name counts there.
    pub fn is_only_named(&self, text: &str) -> bool {
        let around = |n: Node<'t>| {
            let call = n.parent()?.parent().filter(|l| l.kind() == "argument_list")?.parent()?;
            let function = call.field("function")?;
            Some(function.kind() == "identifier" && function.text_in(text) == "nameof")
        };
        // `nameof(A.B.C)`: also what stands before the last dot.
        let outermost = std::iter::successors(Some(self.access), |n| {
            n.parent().filter(|p| p.kind() == "member_access_expression" && p.field("expression") == Some(*n))
        });
        outermost.last().is_some_and(|n| n.parent().is_some_and(|p| p.kind() == "argument") && around(n) == Some(true))
    }

    /// Whether the name is a member in an object initializer, `with`, a pattern or an attribute.
    pub fn is_in_initializer(&self) -> bool {
        let Some(parent) = self.name.parent() else { return false };
        match parent.kind() {
            "subpattern" | "with_initializer" => true,
            "attribute_argument" => parent.field("name") == Some(self.name),
            "assignment_expression" => {
                parent.field("left") == Some(self.name)
                    && parent.parent().is_some_and(|p| p.is(&["initializer_expression", "with_initializer"]))
            }
            _ => false,
        }
    }
}

/// The value of an argument.
pub(super) fn value_of(argument: Node<'_>) -> Option<Node<'_>> {
    let name = argument.field("name");
    let is_value = |c: &Node<'_>| {
        (c.is_named() && c.kind() != "comment" || c.is(&["this", "base"])) && name.is_none_or(|n| n.id() != c.id())
    };
    argument.all_children().into_iter().rfind(is_value)
}

/// `ref`, `out` or `in` before an argument.
pub(super) fn passing_of(argument: Node<'_>) -> Option<Node<'_>> {
    argument.all_children().into_iter().find(|c| c.is(&["ref", "out", "in"]))
}

/// Whether evaluating an expression may have an effect that is missed, or seen in another order: it calls, assigns, counts or waits.
pub(super) fn has_effects(expression: Node<'_>, text: &str) -> bool {
    let acts = |n: Node<'_>| match n.kind() {
        "invocation_expression" => {
            n.field("function").is_none_or(|f| f.kind() != "identifier" || f.text_in(text) != "nameof")
        }
        "assignment_expression" | "await_expression" | "throw_expression" => true,
        "prefix_unary_expression" | "postfix_unary_expression" => n.all_children().iter().any(|c| c.is(&["++", "--"])),
        _ => false,
    };
    let mut stack = vec![expression];
    while let Some(node) = stack.pop() {
        if node.is(&["lambda_expression", "anonymous_method_expression"]) {
            continue;
        }
        if acts(node) {
            return true;
        }
        stack.extend(node.all_children());
    }
    false
}
