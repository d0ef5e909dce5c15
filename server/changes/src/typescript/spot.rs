//! A use of a declaration that changed, with what stands around it.

use crate::carry::Site;
use semantics::typescript::SemanticModel;
use syntax::typescript::{FUNCTIONS, descendants};
use syntax::{Node, NodeExt, ancestors};

/// A name with the expression that it ends, and the call of that.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub leaf: Node<'a>,
    /// `f`, `a.f`, `a?.f`, `N.T`.
    pub access: Node<'a>,
    /// The call, the construction, or the call of `super` whose function it is.
    pub call: Option<Node<'a>>,
}

impl<'a> Around<'a> {
    pub(super) fn of(leaf: Node<'a>) -> Self {
        let parent = leaf.parent();
        let owner = parent.filter(|p| match p.kind() {
            "member_expression" => p.field("property").is_some_and(|n| n.id() == leaf.id()),
            "nested_type_identifier" => p.field("name").is_some_and(|n| n.id() == leaf.id()),
            _ => false,
        });
        let access = owner.unwrap_or(leaf);
        let mut top = access;
        while let Some(parent) = top
            .parent()
            .filter(|p| p.is(&["parenthesized_expression", "non_null_expression"]) && !is_statement_head(*p))
        {
            top = parent;
        }
        let calls = |p: &Node<'a>| {
            let field = if p.kind() == "new_expression" { "constructor" } else { "function" };
            p.is(&["call_expression", "new_expression"]) && p.field(field).is_some_and(|f| f.id() == top.id())
        };
        Self { leaf, access, call: top.parent().filter(calls) }
    }

    /// The arguments of the call; `None` when it has none to look at (a tagged template) or passes a list with `...`.
    pub(super) fn arguments(&self) -> Option<Vec<Node<'a>>> {
        let call = self.call?;
        let Some(list) = call.field("arguments") else {
            return (call.kind() == "new_expression").then(Vec::new);
        };
        let all = (list.kind() == "arguments").then(|| list.named())?;
        (!all.iter().any(|a| a.kind() == "spread_element")).then_some(all)
    }

    /// What the use stands for: what is called gives its result.
    pub(super) fn value(&self) -> Node<'a> {
        self.call.unwrap_or(self.access)
    }

    /// Whether the name stands where only types do.
    pub(super) fn is_type(&self) -> bool {
        self.leaf.kind() == "type_identifier" && !self.access.parent().is_some_and(|p| p.is(CLASS_NAMES))
            || self.access.kind() == "nested_type_identifier"
            || self.access.parent().is_some_and(|p| p.kind() == "extends_clause")
    }
}

/// Nodes whose name is a type identifier and a declaration.
const CLASS_NAMES: &[&str] = &["class_declaration", "abstract_class_declaration", "interface_declaration"];

/// `(…)` of an `if` or a `while` is no expression.
fn is_statement_head(node: Node<'_>) -> bool {
    node.parent()
        .is_some_and(|p| p.field("condition").is_some_and(|c| c.id() == node.id()) && p.kind() != "ternary_expression")
}

/// A use, now and then.
pub(super) struct Spot<'a> {
    pub site: Site<'a>,
    /// The file's text now.
    pub text: &'a str,
    pub now: Around<'a>,
    pub then: Around<'a>,
}

impl<'a> Spot<'a> {
    pub(super) fn of(site: Site<'a>) -> Option<Self> {
        let (now, then) = (Around::of(site.leaf()?), Around::of(site.leaf_then()?));
        Some(Self { site, text: site.now.text(), now, then })
    }

    /// The model of the file now.
    pub(super) fn model(&self) -> SemanticModel<'a> {
        self.site.now.typescript()
    }

    /// The model of the file as it was.
    pub(super) fn model_then(&self) -> SemanticModel<'a> {
        self.site.then.typescript()
    }

    /// Whether it named this declaration, not another one that changed with it (what it overrides, what is merged with it).
    pub(super) fn is_own(&self) -> bool {
        let leaf = self.then.leaf;
        let parent = leaf.parent();
        let named =
            leaf.is(&["identifier", "type_identifier"]) || parent.is_some_and(|p| p.kind() == "member_expression");
        if !named {
            return true;
        }
        let model = self.model_then();
        let Some(symbol) = model.resolve(leaf) else { return true };
        let all = model.declarations(&symbol);
        all.is_empty()
            || all.contains(&self.site.change.old)
            || !self.site.changes.list.iter().any(|c| all.contains(&c.old))
    }

    /// How many declarations share the name: overloads.
    pub(super) fn overloads(&self) -> usize {
        let Some(outline) = self.site.past.index.outline(&self.site.change.old.path) else { return 1 };
        let Some(own) = outline.declarations.get(self.site.change.old.index as usize) else { return 1 };
        let same = |d: &&index::Declaration| d.name == own.name && d.parent == own.parent && d.kind == own.kind;
        outline.declarations.iter().filter(same).count()
    }

    /// The text of a node now.
    pub(super) fn of_text(&self, node: Node<'_>) -> &'a str {
        &self.text[node.byte_range()]
    }
}

/// Whether evaluating an expression may do something that can be noticed.
pub(super) fn has_effects(node: Node<'_>) -> bool {
    const EFFECTS: &[&str] = &[
        "call_expression",
        "new_expression",
        "await_expression",
        "yield_expression",
        "assignment_expression",
        "augmented_assignment_expression",
        "update_expression",
    ];
    // What a function does is not done where it is written.
    descendants(node, EFFECTS).into_iter().any(|e| {
        !ancestors(e).take_while(|a| a.id() != node.id()).any(|a| a.is(FUNCTIONS)) && !node.is(FUNCTIONS)
            || node.is(EFFECTS)
    }) || node.kind() == "unary_expression" && node.child(0).is_some_and(|o| o.kind() == "delete")
}

/// Whether an expression keeps its meaning when something is written behind it (`.value`), without parentheses.
pub(super) fn is_primary(node: Node<'_>) -> bool {
    !node.is(&[
        "binary_expression",
        "ternary_expression",
        "unary_expression",
        "update_expression",
        "await_expression",
        "yield_expression",
        "assignment_expression",
        "augmented_assignment_expression",
        "arrow_function",
        "function_expression",
        "as_expression",
        "satisfies_expression",
        "sequence_expression",
        "object",
        "class",
        "number",
    ]) && !(node.kind() == "new_expression" && node.field("arguments").is_none())
}

/// Whether an expression can stand as an operand or an argument without parentheses.
pub(super) fn is_unary(node: Node<'_>) -> bool {
    is_primary(node) || node.is(&["unary_expression", "update_expression", "await_expression", "number", "object"])
}

/// Whether a text is a literal that means the same anywhere.
pub(super) fn is_literal(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "true" | "false" | "null")
        || text.parse::<f64>().is_ok()
        || text.len() >= 2
            && ['\'', '"'].iter().any(|q| text.starts_with(*q) && text.ends_with(*q) && text.matches(*q).count() == 2)
        || text == "[]"
        || text == "{}"
}
