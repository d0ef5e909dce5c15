//! Constructors: their parameters, and the function that makes the object now.

use super::spot::Spot;
use super::{arguments, members};
use crate::carry::{Carried, owner};
use crate::{ChangeKind, DeclarationChange};
use index::{Declaration, DeclarationId, DeclarationKind, Modifiers};
use syntax::{Node, NodeExt, ancestors};
use text::{TextEdit, TextRange};

/// What becomes of a use of a class whose constructor changed; nothing where it constructs nothing.
pub(super) fn carry(spot: &Spot<'_>) -> Option<Carried> {
    let change = spot.site.change;
    let is_super = spot.now.leaf.kind() == "super";
    let constructs = spot.now.call.is_some_and(|c| c.kind() == "new_expression") || is_super && spot.now.call.is_some();
    if !constructs {
        return Some(Carried::default());
    }
    let hidden = change.kinds.iter().any(|k| match k {
        ChangeKind::Modifiers { gained, .. } => gained.intersects(Modifiers::PRIVATE | Modifiers::PROTECTED),
        _ => false,
    });
    let private = change.now.as_ref().is_some_and(|n| n.modifiers.contains(Modifiers::PRIVATE));
    if hidden && !is_super && !is_inside(spot) {
        return by_factory(spot, change);
    }
    if hidden && is_super && private {
        return None;
    }
    // Without one of its own, the class has the constructor of its base.
    change.now.as_ref()?;
    let about_parameters = |k: &ChangeKind| {
        matches!(
            k,
            ChangeKind::ParameterAdded { .. }
                | ChangeKind::ParameterRemoved { .. }
                | ChangeKind::ParametersReordered { .. }
                | ChangeKind::ParameterRetyped { .. }
                | ChangeKind::ParameterRenamed { .. }
        )
    };
    if change.has(about_parameters) { arguments::carry(spot) } else { Some(Carried::default()) }
}

/// Whether the use stands in the class itself, where its constructor can be called whatever its accessibility.
fn is_inside(spot: &Spot<'_>) -> bool {
    let class = ancestors(spot.now.leaf).find(|a| a.is(&["class_declaration", "abstract_class_declaration"]));
    *spot.site.now.path() == *spot.site.change.old.path
        && class.and_then(|c| c.field("name")).is_some_and(|n| spot.of_text(n) == spot.of_text(spot.now.leaf))
}

/// The static method that makes the object now, with what the constructor took.
fn by_factory(spot: &Spot<'_>, change: &DeclarationChange) -> Option<Carried> {
    let call = spot.now.call?;
    let class = owner(spot.site.now.index, change.new.as_ref()?)?;
    let outline = spot.site.now.index.outline(&class.path)?;
    let own = outline.declarations.get(class.index as usize)?;
    let makes = |d: &Declaration| {
        let returns = d.type_text.split('<').next().unwrap_or_default().trim();
        (returns == own.name || d.type_text.is_empty() || returns == "this") && same_parameters(&change.then, d)
    };
    let is_new = |i: u32| spot.site.changes.added.contains(&DeclarationId { path: class.path.clone(), index: i });
    let mut methods: Vec<String> = outline
        .members(class.index)
        .filter(|(i, m)| {
            m.kind == DeclarationKind::Method
                && m.modifiers.contains(Modifiers::STATIC)
                && !m.modifiers.intersects(Modifiers::PRIVATE | Modifiers::PROTECTED | Modifiers::ASYNC)
                && makes(m)
                && is_new(*i)
        })
        .map(|(_, m)| format!(".{}", m.name))
        .collect();
    let mut imports = Vec::new();
    let mut replaced = false;
    if methods.is_empty() {
        // A function beside the class.
        for (i, d) in outline.declarations.iter().enumerate() {
            let id = DeclarationId { path: class.path.clone(), index: i as u32 };
            if d.parent.is_none()
                && d.kind == DeclarationKind::Function
                && !d.modifiers.contains(Modifiers::ASYNC)
                && !d.type_text.is_empty()
                && makes(d)
                && is_new(i as u32)
            {
                imports.extend(members::reachable(spot, &id, &d.name)?);
                methods.push(d.name.to_string());
                replaced = true;
            }
        }
    }
    let [one] = methods.as_slice() else { return None };
    let constructor = call.field("constructor")?;
    let mut out = Carried { imports, ..Carried::default() };
    out.edits.push(TextEdit::delete(TextRange::new(call.start_byte(), constructor.start_byte())));
    if replaced {
        out.edits.push(TextEdit::replace(constructor.range(), one.as_str()));
    } else {
        out.edits.push(TextEdit::insert(constructor.end_byte(), one.as_str()));
    }
    if call.field("arguments").is_none() {
        out.edits.push(TextEdit::insert(call.end_byte(), "()"));
    }
    Some(out)
}

/// Whether what was passed to the one can be passed to the other.
fn same_parameters(constructor: &Declaration, method: &Declaration) -> bool {
    let (a, b) = (&constructor.parameters, &method.parameters);
    let fits = |i: usize| a[i].type_text == b[i].type_text && a[i].rest == b[i].rest;
    a.len() <= b.len() && (0..a.len()).all(fits) && b[a.len()..].iter().all(|p| p.optional || !p.default.is_empty())
}

/// The calls of `super` in classes that extend a class with this name, in the file of `root`.
pub(super) fn super_calls<'t>(root: Node<'t>, text: &str) -> Vec<Node<'t>> {
    syntax::leaves_named(root, text, "super")
        .into_iter()
        .filter(|leaf| leaf.kind() == "super" && leaf.parent().is_some_and(|p| p.kind() == "call_expression"))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe};

    #[test]
    fn a_factory_makes_the_object() {
        let then = "//- /a.ts\nexport class Node<T> {\n  constructor(readonly value: T) {}\n}\n";
        let now = "//- /a.ts\nexport class Node<T> {\n  private constructor(readonly value: T) {}\n  static of<T>(value: T): Node<T> { return new Node(value); }\n}\n//- /use.ts\nimport { Node } from './a';\nexport const n: Node<number> = $0new Node<number>(1);\n";
        check_safe(
            then,
            now,
            "TS2673",
            "Constructor of class 'Node<T>' is private and only accessible within the class declaration.",
            "import { Node } from './a';\nexport const n: Node<number> = Node.of<number>(1);\n",
        );
        let two =
            now.replace("  static of", "  static make<T>(value: T): Node<T> { return new Node(value); }\n  static of");
        check_nothing(
            then,
            &two,
            "TS2673",
            "Constructor of class 'Node<T>' is private and only accessible within the class declaration.",
        );
    }

    #[test]
    fn parameters_of_a_constructor_change_for_super_too() {
        let then = "//- /a.ts\nexport class Base {\n  constructor(name: string, size: number) {}\n}\n";
        let now = "//- /a.ts\nexport class Base {\n  constructor(size: number, name: string) {}\n}\n//- /use.ts\nimport { Base } from './a';\nexport class D extends Base {\n  constructor() { super($0'd', 1); }\n}\nnew Base('b', 2);\n";
        check_safe(
            then,
            now,
            "TS2345",
            "Argument of type 'string' is not assignable to parameter of type 'number'.",
            "import { Base } from './a';\nexport class D extends Base {\n  constructor() { super(1, 'd'); }\n}\nnew Base('b', 2);\n",
        );
    }
}
