//! Static, instance and extension members; properties, methods and fields.

use super::names::{is_static, receiver_is_type};
use super::shape::{has_effects, value_of};
use super::{Draft, Use, is_same_type};
use crate::ChangeKind;
use index::csharp::CsType;
use index::{Declaration, DeclarationKind, Modifiers};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::{MEMBERS, has_modifier};
use syntax::{Node, NodeExt, ancestors, child_of_kind};

/// Whether it is called with arguments.
pub(super) fn called(declaration: &Declaration) -> bool {
    matches!(declaration.kind, DeclarationKind::Method | DeclarationKind::Constructor)
}

/// Rewrites how a member is reached.
pub(super) fn carry(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    for kind in &used.site.change.kinds {
        match kind {
            ChangeKind::Kind { from, to } => carry_kind(used, *from, *to, now, draft)?,
            ChangeKind::Modifiers { lost, gained } => carry_modifiers(used, *lost, *gained)?,
            _ => {}
        }
    }
    carry_receiver(used, now, draft)
}

fn carry_kind(
    used: &Use<'_, '_>,
    from: DeclarationKind,
    to: DeclarationKind,
    now: &Declaration,
    draft: &mut Draft,
) -> Option<()> {
    use DeclarationKind::*;
    match (from, to) {
        (Property | Field, Method) => {
            if used.now.call.is_some() && used.then.call.is_none() {
                return Some(());
            }
            let needs = now.parameters.iter().any(|p| !p.optional && !p.rest && !p.modifiers.contains("this"));
            if used.now.is_written() || used.now.is_in_initializer() || needs || !now.type_parameters.is_empty() {
                return None;
            }
            // In a pattern, an attribute or another constant nothing is called.
            if ancestors(used.now.access).take(6).any(|n| n.is(&["attribute", "constant_pattern", "case_switch_label"]))
            {
                return None;
            }
            draft.insert(used.now.access.end_byte(), "()");
            Some(())
        }
        (Method, Property | Field) => {
            let Some(list) = used.now.list else {
                return used.then.call.is_some().then_some(());
            };
            let one_access = used.now.name.kind() == "identifier";
            if !one_access || used.now.is_statement() || !list.named().is_empty() {
                return None;
            }
            draft.delete(list.range());
            Some(())
        }
        (Field, Property) => {
            let parent = used.now.access.parent()?;
            let by_reference = matches!(parent.kind(), "argument") && super::shape::passing_of(parent).is_some()
                || parent.is(&["ref_expression"]);
            (!by_reference).then_some(())
        }
        (Property, Field) | (Event, Event) => Some(()),
        _ => None,
    }
}

fn carry_modifiers(used: &Use<'_, '_>, lost: Modifiers, gained: Modifiers) -> Option<()> {
    let constant = Modifiers::CONST;
    if lost.contains(constant) {
        let needs = ["attribute", "constant_pattern", "case_switch_label", "enum_member_declaration", "parameter"];
        let inside = ancestors(used.now.access).take_while(|n| !n.is(&["block", "declaration_list"]));
        let in_constant = |n: &Node<'_>| {
            n.is(&["field_declaration", "local_declaration_statement"]) && has_modifier(*n, used.text(), "const")
        };
        if inside.into_iter().any(|n| n.is(&needs) || in_constant(&n)) {
            return None;
        }
    }
    let writes = used.now.is_written() || used.now.is_in_initializer();
    let closed = lost.intersects(Modifiers::SET) || gained.intersects(Modifiers::READONLY | Modifiers::CONST);
    (!(writes && closed && !gained.contains(Modifiers::INIT))).then_some(())
}

/// The type that declares the member, as it is.
fn owner_now(used: &Use<'_, '_>) -> Option<CsType> {
    let new = used.site.change.new.as_ref()?;
    let index = used.site.now.index;
    index.csharp().enclosing_type(&new.path, index.ranges(new)?.name.start)
}

fn owner_then(used: &Use<'_, '_>) -> Option<CsType> {
    let old = &used.site.change.old;
    let index = &used.site.past.index;
    index.csharp().enclosing_type(&old.path, index.ranges(old)?.name.start)
}

fn open_type(model: &SemanticModel<'_>, ty: &CsType) -> Type {
    let parameters = ty.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect::<Vec<_>>();
    model.type_from(ty, parameters)
}

/// Whether the first parameter now is new, and takes what was the receiver.
pub(super) fn takes_owner(used: &Use<'_, '_>, now: &Declaration) -> bool {
    let first = || {
        let parameter = now.parameters.first()?;
        let model = used.site.now.csharp();
        let ty = model.member_text(&used.member_now()?, &parameter.type_text)?;
        let then = used.site.then.csharp();
        let owner = open_type(&then, &owner_then(used)?);
        Some(used.site.change.parameters.first() == Some(&None) && is_same_type(used.site, &owner, &ty))
    };
    first().unwrap_or(false)
}

/// Static, instance and extension.
fn carry_receiver(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    let then = &used.site.change.then;
    let extension = |d: &Declaration| d.modifiers.contains(Modifiers::EXTENSION);
    let (was, is) = (is_static(then), is_static(now));
    if was == is && extension(then) == extension(now) {
        return Some(());
    }
    if used.now.is_in_initializer() {
        return None;
    }
    let by_type = used.then.receiver.is_some() && receiver_is_type(used)?;
    match (extension(then), extension(now)) {
        // `x.M(a)` → `T.M(x, a)`
        (true, false) if is => {
            if used.then.receiver.is_none() || by_type {
                return Some(());
            }
            receiver_to_argument(used, draft)
        }
        // `T.M(x, a)` → `x.M(a)`; `x.M(a)` stays.
        (true, false) => {
            if used.then.receiver.is_some() && !by_type {
                return Some(());
            }
            let first = used.now.arguments().first().copied().filter(|a| a.field("name").is_none())?;
            let value = value_of(first)?;
            let text = value.text_in(used.text());
            let simple = super::witness::is_simple(value);
            let receiver = if simple { text.to_owned() } else { format!("({text})") };
            match used.now.receiver {
                Some(old) => draft.replace(old.range(), receiver),
                None => draft.insert(used.now.access.start_byte(), format!("{receiver}.")),
            }
            // It leaves the list with its parameter.
            Some(())
        }
        (false, true) if was => Some(()),
        (false, true) => {
            let owner = owner_now(used)?;
            let scope = used.site.now.index.csharp().namespaces_in_scope(used.site.now.path(), used.site.name.start);
            let namespace = owner.declaration.namespace.clone();
            if !namespace.is_empty() && !scope.contains(&namespace) {
                draft.import([namespace.as_str()]);
            }
            if used.now.receiver.is_none() && !used.now.conditional {
                draft.insert(used.now.access.start_byte(), "this.");
            }
            Some(())
        }
        _ if was => static_to_instance(used, by_type, draft),
        _ => instance_to_static(used, now, draft),
    }
}

fn receiver_to_argument(used: &Use<'_, '_>, draft: &mut Draft) -> Option<()> {
    let receiver = used.now.receiver.filter(|_| !used.now.conditional)?;
    let list = used.now.list?;
    if receiver.kind() == "base" {
        return None;
    }
    let model = used.site.now.csharp();
    let owner = owner_now(used).filter(|o| o.arity() == 0)?;
    let start = receiver.start_byte();
    let name = draft.spell(&model, &open_type(&model, &owner), start);
    // Another edit writes a new name.
    let member = match used.site.change.renamed() {
        Some((_, to)) => used.now.name.text_in(used.text()).replacen(used.site.name.of(used.text()), to, 1),
        None => used.now.name.text_in(used.text()).to_owned(),
    };
    draft.edits.retain(|e| !used.now.name.range().contains_range(e.range));
    draft.insert(start, format!("{name}.{member}("));
    let open = child_of_kind(list, "(")?;
    let arguments = used.now.arguments();
    let between = if arguments.is_empty() { "" } else { ", " };
    let after = arguments.first().map_or(open.end_byte(), |a| a.start_byte());
    draft.replace(receiver.end_byte()..after, between);
    Some(())
}

/// `T.M()` → `T.Shared.M()`, where `T` has one instance to be had.
fn static_to_instance(used: &Use<'_, '_>, by_type: bool, draft: &mut Draft) -> Option<()> {
    let owner = owner_now(used)?;
    let model = used.site.now.csharp();
    let csharp = used.site.now.index.csharp();
    let ty = open_type(&model, &owner);
    let at = used.now.access.start_byte();
    let here = csharp.enclosing_type(used.site.now.path(), at);
    let own = here.as_ref().is_some_and(|h| h.origin == owner.origin || csharp.is_derived_from(h, &owner));
    if used.now.receiver.is_none() && own && !is_in_static(used.now.access, used.text()) {
        return Some(());
    }
    let inside = std::iter::successors(here, |t| csharp.container(t)).take(16).any(|t| t.origin == owner.origin);
    let shared: Vec<_> = model
        .own_members(&ty)
        .into_iter()
        .filter(|m| {
            let d = &m.declaration;
            let open = d.modifiers.intersects(Modifiers::PUBLIC | Modifiers::INTERNAL) || inside;
            matches!(d.kind, DeclarationKind::Field | DeclarationKind::Property)
                && d.modifiers.contains(Modifiers::STATIC)
                && open
                && model.member_type(m).is_some_and(|t| t.without_annotations() == ty.without_annotations())
        })
        .collect();
    if let [shared] = shared.as_slice() {
        let name = &shared.declaration.name;
        match used.now.receiver {
            Some(receiver) if by_type => draft.insert(receiver.end_byte(), format!(".{name}")),
            // `T.Shared` stands there already.
            Some(_) => {}
            None if inside => draft.insert(at, format!("{name}.")),
            None => {
                let spelled = draft.spell(&model, &ty, at);
                draft.insert(at, format!("{spelled}.{name}."));
            }
        }
        return Some(());
    }
    if !shared.is_empty() {
        return None;
    }
    let value = super::values::instance(used, &ty, draft)?;
    match used.now.receiver {
        Some(receiver) if by_type => draft.replace(receiver.range(), value),
        Some(_) => {}
        None => draft.insert(at, format!("{value}.")),
    }
    Some(())
}

/// Whether a node stands where there is no instance.
fn is_in_static(node: Node<'_>, text: &str) -> bool {
    let member = ancestors(node).find(|n| n.is(MEMBERS));
    let early = ancestors(node).any(|n| n.is(&["constructor_initializer", "field_declaration", "attribute_list"]));
    early || member.is_none_or(|m| has_modifier(m, text, "static"))
}

/// `o.M()` → `T.M()`, or `T.M(o)` where the first parameter takes it.
fn instance_to_static(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    let takes = takes_owner(used, now);
    let model = used.site.now.csharp();
    if takes && used.now.receiver.is_some() {
        return receiver_to_argument(used, draft);
    }
    if takes {
        let list = used.now.list?;
        let open = child_of_kind(list, "(")?.end_byte();
        let more = if used.now.arguments().is_empty() { "this" } else { "this, " };
        draft.insert(open, more);
        return Some(());
    }
    let Some(receiver) = used.now.receiver else { return (!used.now.conditional).then_some(()) };
    if used.now.conditional || has_effects(receiver, used.text()) {
        return None;
    }
    if receiver_is_type(used)? {
        return Some(());
    }
    let owner = owner_now(used).filter(|o| o.arity() == 0)?;
    let name = draft.spell(&model, &open_type(&model, &owner), receiver.start_byte());
    draft.replace(receiver.range(), name);
    Some(())
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe};

    fn shop(member: &str) -> String {
        format!("//- /Shop.cs\npublic class Shop {{ {member} public int Rest; }}\n")
    }
    fn use_(body: &str) -> String {
        format!("class Use {{ {body} }}\n")
    }
    #[track_caller]
    fn safe(then: &str, now: &str, before: &str, after: &str) {
        let now = format!("{}//- /Use.cs\n{}", shop(now), use_(before));
        check_safe(&shop(then), &now, "CS1955", "Non-invocable member", &use_(after));
    }
    #[track_caller]
    fn nothing(then: &str, now: &str, before: &str) {
        let now = format!("{}//- /Use.cs\n{}", shop(now), use_(before));
        check_nothing(&shop(then), &now, "CS1955", "Non-invocable member");
    }

    #[test]
    fn a_method_becomes_a_property_and_back() {
        let (method, property) = ("public int Count() => 1;", "public int Count => 1;");
        safe(method, property, "int M(Shop s) => $0s.Count();", "int M(Shop s) => s.Count;");
        safe(property, method, "int M(Shop s) => $0s.Count;", "int M(Shop s) => s.Count();");
        safe(property, method, "int? M(Shop s) => $0s?.Count;", "int? M(Shop s) => s?.Count();");
        nothing(property, method, "bool M(object s) => s is Shop { $0Count: 1 };");
        nothing(property, method, "string M() => nameof($0Shop.Count);");
        nothing(method, property, "System.Func<int> M(Shop s) => $0s.Count;");
        nothing(method, property, "void M(Shop s) { $0s.Count(); }");
        nothing("public int Count { get; set; }", method, "void M(Shop s) { $0s.Count = 1; }");
    }

    #[test]
    fn a_field_becomes_a_property() {
        nothing(
            "public int Count;",
            "public int Count { get; set; }",
            "void M(Shop s) { N(ref $0s.Count); } void N(ref int i) { }",
        );
    }

    #[test]
    fn a_static_member_is_reached_through_the_one_instance() {
        let (then, now) = (
            "public static int Count() => 1;",
            "public int Count() => 1; public static readonly Shop Shared = new Shop();",
        );
        safe(then, now, "int M() => $0Shop.Count();", "int M() => Shop.Shared.Count();");
        // Two are to be had.
        nothing(
            then,
            "public int Count() => 1; public static Shop A; public static Shop B;",
            "int M() => $0Shop.Count();",
        );
        nothing(then, "public int Count() => 1;", "int M() => $0Shop.Count();");
    }

    #[test]
    fn an_instance_member_is_reached_through_the_type() {
        let (then, now) = ("public int Count(int n) => 1;", "public static int Count(int n) => 1;");
        safe(then, now, "int M(Shop s) => $0s.Count(2);", "int M(Shop s) => Shop.Count(2);");
        nothing(then, now, "int M() => $0Make().Count(2); Shop Make() => null;");
        safe(
            then,
            "public static int Count(Shop shop, int n) => 1;",
            "int M() => $0Make().Count(2); Shop Make() => null;",
            "int M() => Shop.Count(Make(), 2); Shop Make() => null;",
        );
    }

    #[test]
    fn an_extension_becomes_a_static_method_and_back() {
        let text = |this: &str| {
            format!(
                "//- /Text.cs\npublic static class Text {{ public static int Size({this}string s, int n) => n; public static int Other() => 1; }}\n"
            )
        };
        let check = |then: &str, now: &str, before: &str, after: &str| {
            check_safe(
                &text(then),
                &format!("{}//- /Use.cs\n{}", text(now), use_(before)),
                "CS1061",
                "x",
                &use_(after),
            );
        };
        check("this ", "", "int M(string t) => $0t.Trim().Size(1);", "int M(string t) => Text.Size(t.Trim(), 1);");
        check_nothing(
            &text("this "),
            &format!("{}//- /Use.cs\n{}", text(""), use_("int M(string t) => $0Text.Size(t, 1);")),
            "CS1061",
            "x",
        );
        check_nothing(
            &text(""),
            &format!("{}//- /Use.cs\n{}", text("this "), use_("int M(string t) => $0Text.Size(t, 1);")),
            "CS1061",
            "x",
        );
        check_nothing(
            &text("this "),
            &format!("{}//- /Use.cs\n{}", text(""), use_("int? M(string t) => $0t?.Size(1);")),
            "CS1061",
            "x",
        );
    }
}
