//! Another name, another place, another number of type parameters.

use super::{Draft, Use, shape::Shape};
use crate::ChangeKind;
use index::csharp::CsType;
use index::{Declaration, DeclarationKind, Modifiers};
use semantics::csharp::Symbol;
use syntax::csharp::naming::escape_keyword;
use syntax::{NodeExt, ancestors, child_of_kind};

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
    if used.now.is_only_named(text) && used.now.receiver.is_none() {
        // The name of the name only.
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
            draft.import((!ty.declaration.namespace.is_empty()).then_some(ty.declaration.namespace.as_str()));
        }
        // Another type of that name is nearer.
        _ if qualifier.is_empty() => return None,
        _ => draft.insert(start, format!("{qualifier}.")),
    }
    Some(())
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
                let words = |text: &str| {
                    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == p.name.as_str())
                };
                now.parameters.iter().any(|q| !q.optional && words(&q.type_text))
            };
            to.iter().filter(|p| kept(p).is_none()).all(told).then_some(())
        }
        _ => None,
    }
}
