//! Another name, another place, another number of type parameters.

use super::{Draft, Use, shape::Shape};
use crate::ChangeKind;
use index::csharp::CsType;
use index::{Declaration, DeclarationKind, Modifiers};
use semantics::csharp::Symbol;
use syntax::csharp::naming::escape_keyword;
use syntax::{Node, NodeExt, ancestors, child_of_kind};

/// The name that takes the place of `written`: the short one of an attribute where the short one was written.
fn spelled(written: &str, then: &str, now: &str) -> String {
    let written = written.trim_start_matches('@');
    let short = then.strip_suffix("Attribute") == Some(written) && written != then;
    match now.strip_suffix("Attribute").filter(|s| short && !s.is_empty()) {
        Some(short) => short.to_owned(),
        None => escape_keyword(now),
    }
}

/// A name of a type: renamed, moved, with other type parameters.
pub(super) fn carry_type(used: &Use<'_, '_>, draft: &mut Draft) -> Option<()> {
    let site = used.site;
    let change = site.change;
    let now = change.now.as_ref()?;
    let text = used.text();
    let name = spelled(site.name.of(text), &change.then.name, &now.name);
    if change.renamed().is_some() {
        draft.replace(site.name, name.clone());
    }
    carry_arity(used, now, draft)?;
    if !change.has(|k| matches!(k, ChangeKind::Moved { .. })) {
        return Some(());
    }
    let csharp = site.now.index.csharp();
    let ty = csharp.type_of(change.new.as_ref()?)?;
    let full = ty.full_name();
    let qualifier = full.rsplit_once('.').map_or("", |(q, _)| q);
    let start = used.now.name.start_byte();
    if let Some(receiver) = used.now.receiver {
        // `A.Old`, `global::A.Old`, `Alias.Old`: the place is written out.
        let global = receiver.text_in(text).starts_with("global::");
        if qualifier.is_empty() {
            draft.delete(receiver.start_byte()..start);
        } else {
            draft.replace(receiver.range(), if global { format!("global::{qualifier}") } else { qualifier.into() });
        }
        return Some(());
    }
    let in_using = ancestors(used.now.name).take(4).any(|n| n.kind() == "using_directive");
    let arity = now.type_parameters.len();
    let written = if arity == 0 { name.clone() } else { format!("{name}<{}>", vec!["int"; arity].join(", ")) };
    let resolved = match used.now.name.parent().is_some_and(|p| p.kind() == "attribute") {
        true => csharp.resolve_attribute(&name, site.now.path(), start),
        false => csharp.resolve(&written, site.now.path(), start),
    };
    match resolved {
        Some(found) if found.full_name() == full && !in_using => {}
        None if !in_using && ty.containing.is_empty() => {
            let namespace = ty.declaration.namespace.as_str();
            match left_behind(used) {
                // Nothing else is there: the directive goes with its namespace.
                Some(name) if !namespace.is_empty() => draft.replace(name.range(), namespace),
                _ => draft.import((!namespace.is_empty()).then_some(namespace)),
            }
        }
        // Another type of that name is nearer.
        _ if qualifier.is_empty() => return None,
        _ => draft.insert(start, format!("{qualifier}.")),
    }
    Some(())
}

/// The name in the using directive of the namespace that the type was in, where that namespace is gone.
fn left_behind<'a>(used: &Use<'a, '_>) -> Option<Node<'a>> {
    let site = used.site;
    let namespace = site.past.index.csharp().type_of(&site.change.old)?.declaration.namespace.clone();
    if namespace.is_empty() || site.now.index.csharp().is_namespace(&namespace) {
        return None;
    }
    let text = used.text();
    let outward =
        ancestors(used.now.leaf).filter(|n| n.is(&["compilation_unit", "namespace_declaration", "declaration_list"]));
    outward.flat_map(|n| syntax::children_of_kind(n, "using_directive")).find_map(|directive| {
        let plain = directive.all_children().iter().all(|c| !c.is(&["=", "static"]));
        let name = directive.named().pop().filter(|n| n.is(&["identifier", "qualified_name"]))?;
        (plain && name.text_in(text) == namespace).then_some(name)
    })
}

/// A name of a member: renamed, in another type.
pub(super) fn carry_member(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    let change = used.site.change;
    if change.renamed().is_some() {
        draft.replace(used.site.name, escape_keyword(&now.name));
    }
    if matches!(now.kind, DeclarationKind::Method) && change.has(|k| matches!(k, ChangeKind::TypeParameters { .. })) {
        carry_arity(used, now, draft)?;
    }
    if change.has(|k| matches!(k, ChangeKind::Moved { .. })) {
        carry_container(used, now, draft)?;
    }
    Some(())
}

/// Whether a member is called through its type.
pub(super) fn is_static(declaration: &Declaration) -> bool {
    declaration.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST)
        || declaration.kind == DeclarationKind::EnumMember
}

fn container(used: &Use<'_, '_>) -> Option<CsType> {
    let new = used.site.change.new.as_ref()?;
    let index = used.site.now.index;
    index.csharp().enclosing_type(&new.path, index.ranges(new)?.name.start)
}

/// Whether the receiver, as it was, names a type.
pub(super) fn receiver_is_type(used: &Use<'_, '_>) -> Option<bool> {
    let model = used.site.then.csharp();
    Some(matches!(model.symbol_of(used.then.receiver?), Some(Symbol::Type(_))))
}

/// The member stands in another type.
fn carry_container(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    let site = used.site;
    let csharp = site.now.index.csharp();
    let model = site.now.csharp();
    let ty = container(used)?;
    let then = &site.change.then;
    let start = used.now.access.start_byte();
    let here = csharp.enclosing_type(site.now.path(), start);
    let inside = |of: &CsType| {
        let outward = std::iter::successors(here.clone(), |t| csharp.container(t)).take(16);
        outward.into_iter().any(|t| t.origin == of.origin || csharp.is_derived_from(&t, of))
    };
    if ty.arity() > 0 && !inside(&ty) {
        return None;
    }
    let extension = |d: &Declaration| d.modifiers.contains(Modifiers::EXTENSION);
    if extension(then) && extension(now) && used.then.receiver.is_some() && receiver_is_type(used) == Some(false) {
        let scope = csharp.namespaces_in_scope(site.now.path(), start);
        if !scope.contains(&ty.declaration.namespace) {
            draft.import([ty.declaration.namespace.as_str()]);
        }
        return Some(());
    }
    if is_static(then) && is_static(now) {
        let of = model.type_from(&ty, Vec::new());
        match used.now.receiver {
            Some(receiver) if receiver_is_type(used)? && !used.now.conditional => {
                let spelled = draft.spell(&model, &of, start);
                if receiver.text_in(used.text()) != spelled {
                    draft.replace(receiver.range(), spelled);
                }
            }
            Some(_) => return None,
            None if inside(&ty) => {}
            None if used.now.is_in_initializer() => return None,
            None => {
                let spelled = draft.spell(&model, &of, start);
                draft.insert(start, format!("{spelled}."));
            }
        }
        return Some(());
    }
    if is_static(then) || is_static(now) {
        return None;
    }
    // It went up or down: it is still reached where the receiver has it.
    let receiver = match used.then.receiver {
        Some(receiver) => site.then.csharp().type_of(receiver).and_then(|t| model.resolve(t.strip())),
        None => here.clone(),
    };
    let reached = receiver.is_some_and(|r| r.origin == ty.origin || csharp.is_derived_from(&r, &ty));
    reached.then_some(())
}

/// The type arguments of a use when there are more or fewer parameters.
fn carry_arity(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    let then = &used.site.change.then;
    let (from, to) = (&then.type_parameters, &now.type_parameters);
    if from.len() == to.len() {
        return Some(());
    }
    let shape: &Shape<'_> = &used.now;
    let list = child_of_kind(shape.name, "type_argument_list");
    if to.is_empty() {
        if let Some(list) = list {
            draft.delete(list.range());
        }
        return Some(());
    }
    if used.now.is_only_named(used.text()) && list.is_none() && !then.kind.is_type() {
        return Some(());
    }
    let kept = |p: &index::TypeParameter| from.iter().position(|q| q.name == p.name);
    let places: Option<Vec<usize>> = to.iter().map(kept).collect();
    match (list, places) {
        (Some(list), Some(places)) => {
            let arguments = list.named();
            if arguments.len() == to.len() {
                return Some(());
            }
            (arguments.len() == from.len()).then_some(())?;
            let texts: Vec<&str> = places.iter().map(|i| arguments[*i].text_in(used.text())).collect();
            draft.replace(list.range(), format!("<{}>", texts.join(", ")));
            Some(())
        }
        // The arguments tell what the new ones stand for.
        (None, _) if !then.kind.is_type() => {
            let told = |p: &index::TypeParameter| {
                let words =
                    |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == p.name.as_str());
                now.parameters.iter().any(|q| !q.optional && words(&q.type_text))
            };
            to.iter().filter(|p| kept(p).is_none()).all(told).then_some(())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe};

    const THEN: &str = "//- /Order.cs\npublic class Order\n{\n    public void Submit(int n) { Log(n); Save(n); Tell(n); }\n    public void Cancel() { }\n}\n";
    const NOW: &str = "//- /Order.cs\npublic class Order\n{\n    public void Place(int n) { Log(n); Save(n); Tell(n); }\n    public void Cancel() { }\n}\n";

    #[track_caller]
    fn renamed(before: &str, after: &str) {
        check_safe(
            THEN,
            &format!("{NOW}//- /Use.cs\n{before}"),
            "CS1061",
            "'Order' does not contain a definition for 'Submit'",
            after,
        );
    }

    #[test]
    fn a_use_gets_the_new_name() {
        renamed(
            "class Use { void M(Order o) { o.$0Submit(1); } }\n",
            "class Use { void M(Order o) { o.Place(1); } }\n",
        );
        renamed(
            "class Use { void M(Order o) { o?.$0Submit(1); } }\n",
            "class Use { void M(Order o) { o?.Place(1); } }\n",
        );
        renamed(
            "class Use { string M() { return nameof(Order.$0Submit); } }\n",
            "class Use { string M() { return nameof(Order.Place); } }\n",
        );
        renamed(
            "class Use { System.Action<int> M(Order o) => o.$0Submit; }\n",
            "class Use { System.Action<int> M(Order o) => o.Place; }\n",
        );
    }

    #[test]
    fn a_member_is_renamed_in_patterns_initializers_and_attributes() {
        let mark = |name: &str| {
            format!(
                "//- /Mark.cs\npublic class MarkAttribute : System.Attribute {{ public int A; public int {name} {{ get; set; }} public int B; }}\n"
            )
        };
        let check = |before: &str, after: &str| {
            check_safe(
                &mark("Count"),
                &format!("{}//- /Use.cs\n{before}", mark("CountOf")),
                "CS0117",
                "'MarkAttribute' does not contain a definition for 'Count'",
                after,
            );
        };
        check(
            "class Use { bool M(object o) => o is MarkAttribute { $0Count: 1 }; }\n",
            "class Use { bool M(object o) => o is MarkAttribute { CountOf: 1 }; }\n",
        );
        check(
            "class Use { object M() => new MarkAttribute { $0Count = 1 }; }\n",
            "class Use { object M() => new MarkAttribute { CountOf = 1 }; }\n",
        );
        check("[Mark($0Count = 1)] class Use { }\n", "[Mark(CountOf = 1)] class Use { }\n");
    }

    #[test]
    fn a_namesake_is_left_alone() {
        let other = |use_: &str| {
            check_nothing(
                THEN,
                &format!("{NOW}//- /Use.cs\n{use_}"),
                "CS1061",
                "'Other' does not contain a definition for 'Submit'",
            );
        };
        other("class Other { }\nclass Use { void M(Other o) { o.$0Submit(1); } }\n");
        other("class Use { void M(dynamic o) { o.$0Submit(1); } }\n");
    }

    #[test]
    fn a_type_is_renamed_and_moved() {
        let then = "//- /A.cs\nnamespace A;\npublic class Info { public int X; public int Y() => 1; public void Z(int a) { } }\npublic class Stay { }\n";
        let now = "//- /A.cs\nnamespace A;\npublic class Stay { }\n//- /B.cs\nnamespace B;\npublic class Facts { public int X; public int Y() => 1; public void Z(int a) { } }\n";
        let moved = |before: &str, after: &str| {
            check_safe(
                then,
                &format!("{now}//- /Use.cs\n{before}"),
                "CS0246",
                "The type or namespace name 'Info' could not be found",
                after,
            );
        };
        moved(
            "using A;\n\nclass Use { $0Info F; Stay G; }\n",
            "using A;\nusing B;\n\nclass Use { Facts F; Stay G; }\n",
        );
        moved("class Use { A.$0Info F; }\n", "class Use { B.Facts F; }\n");
        moved("class Use { global::A.$0Info F; }\n", "class Use { global::B.Facts F; }\n");
        moved("using I = A.$0Info;\nclass Use { I F; }\n", "using I = B.Facts;\nclass Use { I F; }\n");
        // The name means something else here.
        moved(
            "using A;\nclass Facts { }\nclass Use { $0Info F; }\n",
            "using A;\nclass Facts { }\nclass Use { B.Facts F; }\n",
        );
    }

    #[test]
    fn a_using_directive_goes_with_its_namespace() {
        let shop = |namespace: &str| {
            format!(
                "//- /A.cs\nnamespace {namespace};\npublic class Info {{ public int X; public int Y() => 1; }}\npublic class More {{ public int Z; public int Q() => 1; }}\n"
            )
        };
        check_safe(
            &shop("Old.Parts"),
            &format!(
                "{}//- /Use.cs\nusing System;\nusing Old.Parts;\n\nclass Use {{ $0Info F; More G; }}\n",
                shop("New.Parts")
            ),
            "CS0246",
            "The type or namespace name 'Info' could not be found",
            "using System;\nusing New.Parts;\n\nclass Use { Info F; More G; }\n",
        );
    }

    #[test]
    fn an_attribute_keeps_its_short_name() {
        check_safe(
            "//- /A.cs\npublic class MarkAttribute : System.Attribute { public int X; public int Y; public void Z(int a) { } }\n",
            "//- /A.cs\npublic class NoteAttribute : System.Attribute { public int X; public int Y; public void Z(int a) { } }\n//- /Use.cs\n[$0Mark] class Use { }\n",
            "CS0246",
            "The type or namespace name 'MarkAttribute' could not be found",
            "[Note] class Use { }\n",
        );
    }

    #[test]
    fn a_static_member_moves_to_another_type() {
        let then = "//- /A.cs\nnamespace A;\npublic static class Text { public static int Size(string s, int more) { return s.Length + more * 2; } public static int Other() => 1; }\npublic static class Words { public static int More() => 2; }\n";
        let now = "//- /A.cs\nnamespace A;\npublic static class Text { public static int Other() => 1; }\npublic static class Words { public static int More() => 2; public static int Size(string s, int more) { return s.Length + more * 2; } }\n";
        let moved = |before: &str, after: &str| {
            check_safe(
                then,
                &format!("{now}//- /Use.cs\n{before}"),
                "CS0117",
                "'Text' does not contain a definition for 'Size'",
                after,
            );
        };
        moved(
            "using A;\nclass Use { int F = Text.$0Size(\"\", 1); }\n",
            "using A;\nclass Use { int F = Words.Size(\"\", 1); }\n",
        );
        moved(
            "using static A.Text;\nclass Use { int F = $0Size(\"\", Other()); }\n",
            "using A;\nusing static A.Text;\nclass Use { int F = Words.Size(\"\", Other()); }\n",
        );
    }

    #[test]
    fn type_parameters_are_dropped_and_never_guessed() {
        let then = "//- /A.cs\npublic class Box<T> { public int X; public int Y() => 1; }\npublic class Bag { public int X; public int Y() => 1; public int Z; }\n";
        let now = "//- /A.cs\npublic class Box { public int X; public int Y() => 1; }\npublic class Bag<T> { public int X; public int Y() => 1; public int Z; }\n";
        check_safe(
            then,
            &format!("{now}//- /Use.cs\nclass Use {{ $0Box<int> F; }}\n"),
            "CS0308",
            "The non-generic type 'Box' cannot be used with type arguments",
            "class Use { Box F; }\n",
        );
        check_nothing(
            then,
            &format!("{now}//- /Use.cs\nclass Use {{ $0Bag F; }}\n"),
            "CS0305",
            "Using the generic type 'Bag<T>' requires 1 type arguments",
        );
    }
}
