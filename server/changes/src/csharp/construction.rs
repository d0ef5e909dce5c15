//! Constructors: where they are called, and what takes their place.

use super::shape::Shape;
use super::{Draft, Use, arguments, member};
use crate::carry::owner;
use crate::{ChangeKind, DeclarationChange, Past};
use index::{Declaration, DeclarationId, DeclarationKind, Modifiers};
use semantics::csharp::source_details::source_id;
use semantics::csharp::{SemanticModel, Symbol};
use semantics::{Semantics, Use as Found, UseKind, Uses};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use syntax::csharp::descendants;
use syntax::{Node, NodeExt, leaf_at};
use text::TextRange;

/// Where a constructor is called: by `new` with its type or without, by `base` and `this`, as an attribute.
pub(super) fn uses(past: &Past, change: &DeclarationChange) -> Option<Uses> {
    let ty = owner(&past.index, &change.old)?;
    let of_type = semantics::uses(&past.index, &ty)?;
    let members = past.index.outline(&ty.path)?;
    let constructors = members.members(ty.index).filter(|(_, d)| d.kind == DeclarationKind::Constructor).count();
    let partial = members.declarations.get(ty.index as usize)?.modifiers.contains(Modifiers::PARTIAL);
    let only = constructors == 1 && !partial;
    let mut out = Uses { possible: of_type.possible, ..Uses::default() };
    let mut files: BTreeMap<Arc<Path>, Arc<index::Source>> = BTreeMap::new();
    for used in of_type.certain {
        files.entry(used.source.path.clone()).or_insert_with(|| used.source.clone());
        if used.kind != UseKind::Reference {
            continue;
        }
        let sema = Semantics::new(&past.index, &used.source);
        let called = leaf_at(sema.root(), used.range.start)
            .and_then(Shape::of_creation)
            .and_then(|s| calls(&sema.csharp(), s.call?, &change.old, only));
        match called {
            Some(true) => out.certain.push(used.clone()),
            Some(false) => {}
            None => {}
        }
    }
    for source in files.values() {
        let sema = Semantics::new(&past.index, source);
        let model = sema.csharp();
        let nodes = descendants(sema.root())
            .filter(|n| n.is(&["implicit_object_creation_expression", "constructor_initializer"]));
        for node in nodes {
            if calls(&model, node, &change.old, false) == Some(true)
                && let Some(word) = node.all_children().into_iter().find(|c| c.is(&["new", "base", "this"]))
            {
                let range = TextRange::from(word.byte_range());
                out.certain.push(Found { source: source.clone(), range, kind: UseKind::Reference });
            }
        }
    }
    out.certain.sort_by(|a, b| (&a.source.path, a.range.start).cmp(&(&b.source.path, b.range.start)));
    Some(out)
}

/// Whether a node calls this constructor; `None` when it calls none.
fn calls<'a>(model: &SemanticModel<'a>, node: Node<'a>, of: &DeclarationId, only: bool) -> Option<bool> {
    if node.is(&["base_list", "primary_constructor_base_type"]) {
        return Some(only);
    }
    match model.symbol_of(node) {
        Some(Symbol::Member(m)) => Some(source_id(&m) == Some(of)),
        // It does not say which one, and there is no other.
        _ => Some(only),
    }
}

/// A call of a constructor that changed.
pub(super) fn carry(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    let change = used.site.change;
    let closed = change.has(|k| match k {
        ChangeKind::Modifiers { lost, gained } => {
            lost.intersects(Modifiers::PUBLIC | Modifiers::INTERNAL)
                && (gained.intersects(Modifiers::PRIVATE | Modifiers::PROTECTED) || gained.is_empty())
        }
        _ => false,
    });
    if closed && !is_inside(used) {
        return to_factory(used, now, draft);
    }
    arguments::carry(used, now, draft)
}

/// Whether the constructor is still reached: from its type, or by `base` and `this`.
fn is_inside(used: &Use<'_, '_>) -> bool {
    if used.now.leaf.is(&["base", "this"]) {
        return true;
    }
    let csharp = used.site.now.index.csharp();
    let index = used.site.now.index;
    let ty = used.site.change.new.as_ref().and_then(|new| {
        let ranges = index.ranges(new)?;
        csharp.enclosing_type(&new.path, ranges.name.start)
    });
    let here = csharp.enclosing_type(used.site.now.path(), used.site.name.start);
    let mut outward = std::iter::successors(here, |t| csharp.container(t)).take(16);
    ty.is_none_or(|ty| outward.any(|t| t.origin == ty.origin))
}

/// `new T(a)` → `T.Create(a)`: the one new static method of the type that takes the same and gives the type.
fn to_factory(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    let site = used.site;
    let index = site.now.index;
    let call = used.now.call?;
    if !call.is(&["object_creation_expression", "implicit_object_creation_expression"]) {
        return None;
    }
    if syntax::child_of_kind(call, "initializer_expression").is_some() || used.now.list.is_none() {
        return None;
    }
    let model = site.now.csharp();
    let new = site.change.new.as_ref()?;
    let ty = index.csharp().enclosing_type(&new.path, index.ranges(new)?.name.start)?;
    let parameters = ty.declaration.type_parameters.iter().map(|p| semantics::csharp::Type::named(&p.name));
    let own = model.type_from(&ty, parameters.collect::<Vec<_>>());
    let is_factory = |id: &DeclarationId| {
        let outline = index.outline(&id.path)?;
        let declaration = outline.declarations.get(id.index as usize)?;
        let inside = index.csharp().enclosing_type(&id.path, index.ranges(id)?.name.start)?;
        let fits =
            declaration.kind == DeclarationKind::Method
                && inside.origin == ty.origin
                && declaration.modifiers.contains(Modifiers::STATIC)
                && declaration.modifiers.intersects(Modifiers::PUBLIC | Modifiers::INTERNAL)
                && declaration.type_parameters.is_empty()
                && declaration.parameters.len() == now.parameters.len()
                && declaration.parameters.iter().zip(&now.parameters).all(|(a, b)| {
                    a.type_text == b.type_text && a.modifiers == b.modifiers && (!b.optional || a.optional)
                });
        let gives = || model.member_text(&member(id, declaration), &declaration.type_text);
        (fits && gives()? == own).then(|| declaration.name.clone())
    };
    let mut factories = site.changes.added.iter().filter_map(is_factory);
    let name = factories.next().filter(|_| factories.next().is_none())?;
    if call.kind() == "object_creation_expression" {
        let written = call.field("type")?;
        draft.delete(call.start_byte()..written.start_byte());
        draft.insert(written.end_byte(), format!(".{name}"));
    } else {
        let created = site.then.csharp().expected_type(used.then.call?)?;
        let spelled = draft.spell(&model, &created.not_null(), call.start_byte());
        draft.replace(used.now.leaf.range(), format!("{spelled}.{name}"));
    }
    arguments::carry(used, now, draft)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe};

    fn shop(member: &str) -> String {
        format!("//- /Shop.cs\npublic class Shop {{ {member} public int Rest; }}\n")
    }
    #[track_caller]
    fn safe(then: &str, now: &str, before: &str, after: &str) {
        check_safe(
            &shop(then),
            &format!("{}//- /Use.cs\n{before}", shop(now)),
            "CS1729",
            "'Shop' does not contain a constructor that takes 2 arguments",
            after,
        );
    }

    #[test]
    fn every_call_of_a_constructor_follows_its_parameters() {
        let (then, now) = ("public Shop(int a, string b) { }", "public Shop(string b) { }");
        safe(
            then,
            now,
            "class Use { object M() => new $0Shop(1, null); }\n",
            "class Use { object M() => new Shop(null); }\n",
        );
        safe(then, now, "class Use { Shop s = $0new(1, null); }\n", "class Use { Shop s = new(null); }\n");
        safe(
            then,
            now,
            "class Use : Shop { Use() : $0base(1, \"\") { } }\n",
            "class Use : Shop { Use() : base(\"\") { } }\n",
        );
    }

    #[test]
    fn the_arguments_of_an_attribute_follow() {
        let attribute = |list: &str| {
            format!(
                "//- /Mark.cs\npublic class MarkAttribute : System.Attribute {{ public MarkAttribute({list}) {{ }} public int P; }}\n"
            )
        };
        check_safe(
            &attribute("int a, string b"),
            &format!("{}//- /Use.cs\n[$0Mark(1, \"x\", P = 2)] class Use {{ }}\n", attribute("string b, int a")),
            "CS1503",
            "Argument 1: cannot convert from 'int' to 'string'",
            "[Mark(\"x\", 1, P = 2)] class Use { }\n",
        );
        check_nothing(
            &attribute("int a"),
            &format!("{}//- /Use.cs\n[$0Mark(1)] class Use {{ }}\n", attribute("int a, bool strict")),
            "CS7036",
            "There is no argument given that corresponds to the required parameter 'strict'",
        );
    }

    #[test]
    fn a_constructor_that_closed_is_a_factory_now() {
        let (then, now) =
            ("public Shop(int a) { }", "private Shop(int a) { } public static Shop Create(int a) => new Shop(a);");
        safe(
            then,
            now,
            "class Use { object M() => new $0Shop(1); }\n",
            "class Use { object M() => Shop.Create(1); }\n",
        );
        safe(then, now, "class Use { Shop s = $0new(1); }\n", "class Use { Shop s = Shop.Create(1); }\n");
        let nothing = |now: &str, use_: &str| {
            check_nothing(
                &shop(then),
                &format!("{}//- /Use.cs\n{use_}", shop(now)),
                "CS0122",
                "'Shop.Shop(int)' is inaccessible due to its protection level",
            );
        };
        nothing(now, "class Use { object M() => new $0Shop(1) { Rest = 2 }; }\n");
        nothing("private Shop(int a) { }", "class Use { object M() => new $0Shop(1); }\n");
        nothing(
            "private Shop(int a) { } public static Shop A(int a) => null; public static Shop B(int a) => null;",
            "class Use { object M() => new $0Shop(1); }\n",
        );
    }

    #[test]
    fn the_parameters_of_a_record_are_those_of_its_constructor() {
        check_safe(
            "//- /Shop.cs\npublic record Shop(int A, string B);\n",
            "//- /Shop.cs\npublic record Shop(string B, int A);\n//- /Use.cs\nclass Use { object M() => new $0Shop(1, null); }\n",
            "CS1503",
            "Argument 1: cannot convert from 'int' to 'string'",
            "class Use { object M() => new Shop(null, 1); }\n",
        );
    }
}
