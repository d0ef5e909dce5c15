//! A method that became a property, or stands on the type instead of on the instance, and the other way round.

use super::spot::{Spot, has_effects};
use super::values;
use crate::carry::{Carried, owner};
use codegen::ImportRequest;
use index::{DeclarationKind, Modifiers};
use syntax::typescript::FUNCTIONS;
use syntax::{Node, NodeExt, ancestors};
use text::{TextEdit, TextRange};

const EFFECTS: &str = "what the object before the point does is not done any more";
const CHOSEN: &str = "the object was chosen by its type";

/// It is of another kind.
pub(super) fn kind(spot: &Spot<'_>, from: DeclarationKind, to: DeclarationKind) -> Option<Carried> {
    use DeclarationKind::*;
    let is_value = |k| matches!(k, Property | Field | Getter | Setter | Variable);
    let is_called = |k| matches!(k, Method | Function);
    let change = spot.site.change;
    let callable = |d: &index::Declaration| crate::callable::Callable::of(d).is_some();
    let (was, is) = (callable(&change.then), change.now.as_ref().is_some_and(callable));
    match (was, is) {
        // A method and a property that holds a function are called alike.
        (true, true) | (false, false) => {
            let types = from.is_type() && to.is_type();
            (types || is_value(from) || is_called(from) || is_value(to)).then(Carried::default)
        }
        (true, false) if is_value(to) => no_call(spot),
        (false, true) if is_value(from) => call(spot),
        _ => None,
    }
}

/// `f()` is `f` now.
fn no_call(spot: &Spot<'_>) -> Option<Carried> {
    let Some(call) = spot.now.call else {
        // Someone was here before; what passed the method on does not know its value.
        return spot.then.call.map(|_| Carried::default());
    };
    let list = call.field("arguments").filter(|l| call.kind() == "call_expression" && l.kind() == "arguments")?;
    if !list.named().is_empty() || call.field("type_arguments").is_some() {
        return None;
    }
    let function = call.field("function")?;
    // `f?.()` asks whether there is one.
    let behind = &spot.text[function.end_byte()..list.start_byte()];
    if behind.contains("?.") {
        return None;
    }
    // `f()()` and `new (f())()` and what is only done.
    if call.parent().is_some_and(|p| p.kind() == "expression_statement") {
        return None;
    }
    Some(Carried::edits(vec![TextEdit::delete(TextRange::new(function.end_byte(), list.end_byte()))]))
}

/// `f` is `f()` now.
fn call(spot: &Spot<'_>) -> Option<Carried> {
    let access = spot.now.access;
    if spot.then.call.is_none() && spot.now.call.is_some() {
        return Some(Carried::default());
    }
    if spot.now.is_type() {
        return None;
    }
    let parent = access.parent()?;
    let written = parent.is(&["assignment_expression", "augmented_assignment_expression"])
        && parent.field("left").is_some_and(|l| l.id() == access.id())
        || parent.kind() == "update_expression"
        || parent.kind() == "unary_expression" && parent.child(0).is_some_and(|o| o.kind() == "delete");
    if written || !access.is(&["member_expression", "identifier"]) || is_bound(access) {
        return None;
    }
    if required_parameters(spot) > 0 {
        return None;
    }
    Some(Carried::edits(vec![TextEdit::insert(access.end_byte(), "()")]))
}

/// Whether a name stands in a pattern or a specifier, where nothing can be called.
fn is_bound(access: Node<'_>) -> bool {
    access
        .parent()
        .is_some_and(|p| p.kind().ends_with("_pattern") || p.kind().ends_with("_specifier") || p.kind() == "type_query")
}

fn required_parameters(spot: &Spot<'_>) -> usize {
    let now = spot.site.change.now.as_ref().and_then(crate::callable::Callable::of);
    now.map_or(0, |c| c.parameters.iter().filter(|p| !p.optional && !p.rest && p.default.is_empty()).count())
}

/// It stands on the type, or on the instance, now.
pub(super) fn placed(spot: &Spot<'_>, lost: Modifiers, gained: Modifiers) -> Option<Carried> {
    if lost.contains(Modifiers::STATIC) {
        return on_instance(spot);
    }
    if gained.contains(Modifiers::STATIC) {
        return on_type(spot);
    }
    Some(Carried::default())
}

/// `C.f()` is called on an instance now.
fn on_instance(spot: &Spot<'_>) -> Option<Carried> {
    let access = spot.now.access;
    let object = access.field("object").filter(|_| access.kind() == "member_expression")?;
    let object_then = spot.then.access.field("object")?;
    // Someone was here before.
    if spot.of_text(object) != object_then.text_in(spot.site.then.text()) {
        return Some(Carried::default());
    }
    let new = spot.site.change.new.as_ref()?;
    let class = owner(spot.site.now.index, new)?;
    let outline = spot.site.now.index.outline(&class.path)?;
    let own = outline.declarations.get(class.index as usize)?;
    let is_own = |text: &str| text == own.name || text.starts_with(&format!("{}<", own.name));
    // The one instance that the type holds of itself.
    let holders: Vec<String> = outline
        .members(class.index)
        .filter(|(_, m)| m.modifiers.contains(Modifiers::STATIC) && !m.modifiers.contains(Modifiers::PRIVATE))
        .filter(|(i, m)| {
            is_own(&m.type_text) || {
                let range = spot.site.now.index.ranges(&index::DeclarationId { path: class.path.clone(), index: *i });
                let source = spot.site.now.index.source(&class.path);
                let text = range.zip(source).map(|(r, s)| r.full.of(s.parsed.text()).to_owned()).unwrap_or_default();
                let value = text.split_once('=').map(|(_, v)| v.trim().to_owned()).unwrap_or_default();
                m.type_text.is_empty()
                    && value.strip_prefix("new ").is_some_and(|v| v.trim_start().starts_with(own.name.as_str()))
            }
        })
        .filter_map(|(_, m)| match m.kind {
            DeclarationKind::Method if m.parameters.is_empty() => Some(format!(".{}()", m.name)),
            DeclarationKind::Field | DeclarationKind::Getter | DeclarationKind::Property => {
                Some(format!(".{}", m.name))
            }
            _ => None,
        })
        .collect();
    if let [one] = holders.as_slice() {
        let named = object.is(&["identifier", "member_expression"]);
        // In the type's own static members `this` is the type, too.
        let is_this = object.kind() == "this" && is_in_static(object);
        return (named || is_this).then(|| Carried::edits(vec![TextEdit::insert(object.end_byte(), one.clone())]));
    }
    let inside = ancestors(access).find(|a| a.is(CLASSES)).and_then(|c| c.field("name"));
    if inside.is_some_and(|n| spot.of_text(n) == own.name) && has_this(access) {
        return Some(Carried::edits(vec![TextEdit::replace(object.range(), "this")]));
    }
    let model = spot.model();
    let ty = model.type_of_declaration(&class).and_then(|t| model.constructors_of(&t).into_iter().next()?.returns)?;
    let found = values::in_scope(spot, access, &ty, &own.name)?;
    Some(Carried::edits(vec![TextEdit::replace(object.range(), found)]).doubted(CHOSEN))
}

const CLASSES: &[&str] = &["class_declaration", "abstract_class_declaration", "class"];

fn method_around(node: Node<'_>) -> Option<Node<'_>> {
    ancestors(node).find(|a| a.is(FUNCTIONS) && a.kind() != "arrow_function" || a.kind() == "public_field_definition")
}

fn is_in_static(node: Node<'_>) -> bool {
    method_around(node).is_some_and(|m| syntax::child_of_kind(m, "static").is_some())
}

/// Whether `this` is an instance there.
fn has_this(node: Node<'_>) -> bool {
    method_around(node).is_some_and(|m| {
        m.is(&["method_definition", "public_field_definition"]) && syntax::child_of_kind(m, "static").is_none()
    })
}

/// `x.f()` is called on the type now.
fn on_type(spot: &Spot<'_>) -> Option<Carried> {
    let access = spot.now.access;
    let object = access.field("object").filter(|_| access.kind() == "member_expression")?;
    let object_then = spot.then.access.field("object")?;
    if spot.of_text(object) != object_then.text_in(spot.site.then.text()) {
        return Some(Carried::default());
    }
    let class = owner(spot.site.now.index, spot.site.change.new.as_ref()?)?;
    let outline = spot.site.now.index.outline(&class.path)?;
    let name = outline.declarations.get(class.index as usize)?.name.clone();
    if object.kind() == "super" || syntax::child_of_kind(access, "optional_chain").is_some() {
        return None;
    }
    let mut out = Carried::edits(vec![TextEdit::replace(object.range(), name.as_str())]);
    out.imports.extend(reachable(spot, &class, &name)?);
    Some(if has_effects(object) { out.doubted(EFFECTS) } else { out })
}

/// The import that a name needs in the file of the use; `None` when it means something else there or cannot be imported.
pub(super) fn reachable(spot: &Spot<'_>, id: &index::DeclarationId, name: &str) -> Option<Option<ImportRequest>> {
    let sema = spot.site.now;
    let types = sema.index.typescript();
    if *id.path == *sema.path() {
        return Some(None);
    }
    let here = types.resolve(name, sema.path(), spot.now.leaf.start_byte());
    if here.contains(id) {
        return Some(None);
    }
    // A global of that name is hidden by an import, which is fine where nobody uses it.
    let is_global = here.iter().all(|h| index::typescript::is_library(&h.path));
    if !here.is_empty() && !(is_global && syntax::typescript::occurrences(sema.root(), spot.text, name).is_empty()) {
        return None;
    }
    let export = types
        .exports_named(name)
        .into_iter()
        .find(|e| e.declarations.contains(id) || e.declaration.as_ref() == Some(id))?;
    let module = types.specifiers_of(sema.path(), &export).into_iter().next()?;
    Some(Some(ImportRequest::Named { module, name: export.name.to_string(), local: name.to_owned(), type_only: false }))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_use;

    #[track_caller]
    fn check(then: &str, now: &str, user: &str, code: &str, after: Option<&str>) {
        let (then, now) = (format!("//- /a.ts\n{then}"), format!("//- /a.ts\n{now}"));
        check_use(&then, &now, ("/use.ts", user), code, after.map(|after| (after, true)));
    }

    #[test]
    fn a_method_becomes_a_property_and_back() {
        let method = "export class Box { size(): number { return 1; } other = 1; }\n";
        let getter = "export class Box { get size(): number { return 1; } other = 1; }\n";
        let with = "import { Box } from './a';\nexport const f = (b: Box) => b.$0size() + 1;\n";
        let without = "import { Box } from './a';\nexport const f = (b: Box) => b.size + 1;\n";
        check(method, getter, with, "TS6234", Some(without));
        check(getter, method, &without.replace("b.size", "b.$0size"), "TS2365", Some(&with.replace("$0", "")));
        check(
            method,
            getter,
            "import { Box } from './a';\nexport const f = (b: Box) => call(b.$0size);\n",
            "TS2345",
            None,
        );
        check(
            getter,
            method,
            "import { Box } from './a';\nexport const f = ({ $0size }: Box) => size + 1;\n",
            "TS2365",
            None,
        );
    }

    #[test]
    fn a_static_method_is_called_on_the_shared_instance() {
        check(
            "export class Clock {\n  static now(): number { return 1; }\n}\n",
            "export class Clock {\n  static readonly shared = new Clock();\n  now(): number { return 1; }\n}\n",
            "import { Clock } from './a';\nexport const t = Clock.$0now();\n",
            "TS2339",
            Some("import { Clock } from './a';\nexport const t = Clock.shared.now();\n"),
        );
    }

    #[test]
    fn a_method_that_is_static_is_called_on_the_class() {
        check(
            "export class Clock {\n  now(): number { return 1; }\n}\n",
            "export class Clock {\n  static now(): number { return 1; }\n}\n",
            "import { Clock } from './a';\nexport const f = (c: Clock) => c.$0now();\n",
            "TS2576",
            Some("import { Clock } from './a';\nexport const f = (c: Clock) => Clock.now();\n"),
        );
    }
}
