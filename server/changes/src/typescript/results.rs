//! Results of another type: promised, wrapped, nullable, and back.

use super::spot::{Spot, is_primary};
use crate::carry::Carried;
use crate::likeness::tokens;
use index::typescript::types;
use index::{Declaration, DeclarationId, DeclarationKind, Index};
use semantics::Semantics;
use semantics::typescript::{SemanticModel, Type};
use syntax::typescript::FUNCTIONS;
use syntax::{Node, NodeExt, ancestors};
use text::{TextEdit, TextRange};

const MAY_BE_NULL: &str = "it may be null or undefined now";
const ANOTHER_TYPE: &str = "its type is another one, too";
const MADE_ASYNC: &str = "the function around it is made async";
const IN_TURN: &str = "what was done at once waits now";

/// What happened to a result.
#[derive(Clone, PartialEq, Debug)]
enum Result {
    Same,
    /// `Promise<T>` now.
    Promised,
    /// `T` that was `Promise<T>`.
    Settled,
    /// It may be `null` or `undefined` now.
    Nullable,
    /// It stands in an object now: what is written behind it gives the old value.
    Wrapped(String),
    /// It was in an object: what was written behind it is not needed any more.
    Unwrapped(String),
    /// Something else.
    Other,
}

/// What becomes of a use whose result, or value, has another type.
pub(super) fn carry(spot: &Spot<'_>) -> Option<Carried> {
    if spot.now.is_type() || spot.then.is_type() {
        return Some(Carried::default());
    }
    let (then, now) = (spot.then.value(), spot.now.value());
    let is_callable = crate::callable::Callable::of(&spot.site.change.then).is_some();
    if is_callable && spot.now.call.is_none() {
        // It is passed on: what takes it says what it returns.
        return None;
    }
    match what_happened(spot) {
        Result::Same => Some(Carried::default()),
        // Something with another name and another type may be another thing.
        Result::Other if spot.site.change.renamed().is_some() && !differs_by_names(spot) => {
            Some(Carried::default().doubted(ANOTHER_TYPE))
        }
        Result::Other => Some(Carried::default()),
        Result::Promised => awaited(spot, now),
        Result::Settled => no_longer_awaited(spot, now),
        Result::Nullable => asserted(now),
        Result::Wrapped(suffix) => {
            if is_dropped(now)
                || written_behind(now, &suffix, spot.text) > written_behind(then, &suffix, spot.site.then.text())
            {
                return Some(Carried::default());
            }
            is_read(now).then(|| Carried::edits(vec![TextEdit::insert(now.end_byte(), suffix)]))
        }
        Result::Unwrapped(suffix) => {
            let Some(outer) = wrapping(now, &suffix, spot.text) else {
                let was = wrapping(then, &suffix, spot.site.then.text()).is_some();
                return (was || is_dropped(now)).then(Carried::default);
            };
            Some(Carried::edits(vec![TextEdit::delete(TextRange::new(now.end_byte(), outer.end_byte()))]))
        }
    }
}

/// Whether the two types are the same but for the new names of what they name.
fn differs_by_names(spot: &Spot<'_>) -> bool {
    let (Some(then), Some(now)) =
        (typed_text(&spot.site.change.then), spot.site.change.now.as_ref().and_then(typed_text))
    else {
        return false;
    };
    let renamed = |token: &str| {
        let named = spot.site.changes.named(token).iter();
        let to = named.filter_map(|i| spot.site.changes.list.get(*i)?.renamed()).find(|(from, _)| *from == token);
        to.map_or_else(|| token.to_owned(), |(_, to)| to.to_owned())
    };
    tokens(then).map(renamed).eq(tokens(now).map(str::to_owned))
}

fn typed_text(declaration: &Declaration) -> Option<&str> {
    Some(declaration.type_text.as_str()).filter(|t| !t.is_empty())
}

/// Whether the value is only read: what is written to cannot stand behind a call.
fn is_read(value: Node<'_>) -> bool {
    let parent = value.parent();
    !parent.is_some_and(|p| {
        p.is(&["assignment_expression", "augmented_assignment_expression", "update_expression"])
            && p.field("left").or(p.field("argument")).is_some_and(|l| l.id() == value.id())
            || p.is(&["pair_pattern", "object_pattern", "pair", "object"])
                && value.kind() != "call_expression"
                && p.field("key").is_some_and(|k| k.id() == value.id())
    }) && !value.is(&["shorthand_property_identifier_pattern", "shorthand_property_identifier"])
        && !(value.kind() == "property_identifier")
}

/// Whether nobody looks at the value.
fn is_dropped(value: Node<'_>) -> bool {
    let mut top = value;
    while let Some(parent) = top.parent().filter(|p| p.is(&["parenthesized_expression", "non_null_expression"])) {
        top = parent;
    }
    top.parent().is_some_and(|p| {
        p.kind() == "expression_statement"
            || p.kind() == "unary_expression" && p.child(0).is_some_and(|o| o.kind() == "void")
    })
}

fn what_happened(spot: &Spot<'_>) -> Result {
    let change = spot.site.change;
    let (Some(new), Some(declared)) = (&change.new, &change.now) else { return Result::Other };
    let written = |d: &Declaration| {
        let text = d.type_text.as_str();
        let is_function = crate::callable::Callable::of(d).is_some()
            && !matches!(d.kind, DeclarationKind::Function | DeclarationKind::Method);
        let text = if is_function { types::function(text).map_or("", |(_, _, result)| result) } else { text };
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    if let Some(told) = told_by_texts(&written(&change.then), &written(declared)) {
        return told;
    }
    let then = Typed::of(&spot.site.past.index, &change.old, change.inside, &change.then);
    let now = change.now.as_ref().and_then(|d| Typed::of(spot.site.now.index, new, change.inside_now, d));
    let (Some(then), Some(now)) = (then, now) else { return Result::Other };
    let (Some(old), Some(text)) = (then.shown(), now.shown()) else { return Result::Other };
    if old == text {
        return Result::Same;
    }
    with_models(&spot.site.past.index, &change.old, |model_then| {
        with_models(spot.site.now.index, new, |model| compare(model_then, model, &then.ty, &now.ty, &old, &text))
    })
    .flatten()
    .unwrap_or(Result::Other)
}

/// What two types say as they are written.
fn told_by_texts(old: &str, new: &str) -> Option<Result> {
    if old.is_empty() || new.is_empty() {
        return None;
    }
    if old == new {
        return Some(Result::Same);
    }
    let promised = |text: &str| match types::reference(text) {
        Some(("Promise" | "PromiseLike", arguments)) => arguments.first().map(|a| (*a).to_owned()),
        _ => None,
    };
    match (promised(old), promised(new)) {
        (None, Some(inner)) if inner == old => return Some(Result::Promised),
        (Some(inner), None) if inner == new => return Some(Result::Settled),
        _ => {}
    }
    let some = |text: &str| {
        let parts = types::union(text).into_iter().filter(|p| !matches!(*p, "null" | "undefined"));
        parts.map(|p| types::unwrapped(p).to_owned()).collect::<Vec<_>>()
    };
    let may_be_null = |text: &str| types::union(text).iter().any(|p| matches!(*p, "null" | "undefined"));
    if some(old) == some(new) {
        return Some(if may_be_null(new) && !may_be_null(old) { Result::Nullable } else { Result::Same });
    }
    if let Some(suffix) = member_with(new, old) {
        return Some(Result::Wrapped(suffix));
    }
    member_with(old, new).map(Result::Unwrapped)
}

/// The one member of an object type, as it is written, that gives a type.
fn member_with(object: &str, wanted: &str) -> Option<String> {
    let list = types::unwrapped(object).strip_prefix('{')?.strip_suffix('}')?;
    let members = types::split_top(list, b';').into_iter().flat_map(|m| types::split_top(m, b','));
    let mut found = Vec::new();
    for member in members.filter(|m| !m.is_empty()) {
        let (name, ty) = member.split_once(':')?;
        let (name, ty) = (name.trim().trim_start_matches("readonly ").trim(), ty.trim());
        if let Some(method) = name.strip_suffix("()").filter(|_| ty == wanted) {
            found.push(format!(".{method}()"));
        } else if ty == wanted && syntax::typescript::is_identifier(name) {
            found.push(format!(".{name}"));
        } else if types::function(ty).is_some_and(|(_, list, result)| list.is_empty() && result == wanted)
            && syntax::typescript::is_identifier(name)
        {
            found.push(format!(".{name}()"));
        }
    }
    if let [one] = found.as_slice() { Some(one.clone()) } else { None }
}

fn compare(then: &SemanticModel<'_>, now: &SemanticModel<'_>, a: &Type, b: &Type, old: &str, new: &str) -> Result {
    let shown = |model: &SemanticModel<'_>, ty: &Type| model.display(ty);
    let is_promise = |ty: &Type, model: &SemanticModel<'_>| {
        model.named_type(ty).is_some_and(|(s, _)| matches!(s.name(), "Promise" | "PromiseLike"))
    };
    if is_promise(b, now) && !is_promise(a, then) {
        return Result::Promised;
    }
    if is_promise(a, then) && !is_promise(b, now) {
        return Result::Settled;
    }
    let some = now.without_null_types(b);
    if some != *b && shown(now, &some).as_deref() == Some(old) {
        return Result::Nullable;
    }
    let none = then.without_null_types(a);
    if none != *a && shown(then, &none).as_deref() == Some(new) {
        return Result::Same;
    }
    let inside = |model: &SemanticModel<'_>, ty: &Type, wanted: &str| -> Option<String> {
        let properties = model.properties_of(ty)?;
        if properties.len() > 12 {
            return None;
        }
        let mut found = Vec::new();
        for property in properties.iter().filter(|p| !p.hidden && !p.optional) {
            let Some(ty) = &property.ty else { continue };
            if shown(model, ty).as_deref() == Some(wanted) {
                found.push(format!(".{}", property.name));
            } else if let [signature] = model.signatures_of(ty).as_slice()
                && signature.parameters.is_empty()
                && signature.returns.as_ref().and_then(|r| shown(model, r)).as_deref() == Some(wanted)
            {
                found.push(format!(".{}()", property.name));
            }
        }
        if let [one] = found.as_slice() { Some(one.clone()) } else { None }
    };
    // An object that is one thing in another: what both have is no wrapper.
    if let Some(suffix) = inside(now, b, old) {
        return Result::Wrapped(suffix);
    }
    if let Some(suffix) = inside(then, a, new) {
        return Result::Unwrapped(suffix);
    }
    Result::Other
}

fn with_models<T>(index: &Index, id: &DeclarationId, ask: impl FnOnce(&SemanticModel<'_>) -> T) -> Option<T> {
    let source = index.source(&id.path)?;
    let model = Semantics::new(index, &source).typescript();
    Some(ask(&model))
}

/// The type that a use of a declaration has: what a function returns, what a variable holds.
struct Typed {
    ty: Type,
    shown: Option<String>,
}

impl Typed {
    fn of(index: &Index, id: &DeclarationId, inside: Option<TextRange>, declaration: &Declaration) -> Option<Self> {
        with_models(index, id, |model| {
            let ty = crate::callable::result_type(model, id, inside, declaration)?;
            let shown = model.display(&ty);
            Some(Self { ty, shown })
        })?
    }
    fn shown(&self) -> Option<String> {
        self.shown.clone()
    }
}

// ---- promises

fn awaited(spot: &Spot<'_>, now: Node<'_>) -> Option<Carried> {
    if is_awaited(now) {
        return Some(Carried::default());
    }
    // What asks for the promise itself has it.
    if now.parent().is_some_and(|p| p.kind() == "member_expression" && is_promise_member(p, spot.text)) {
        return Some(Carried::default());
    }
    let mut out = Carried::default();
    let function =
        ancestors(now).skip(1).find(|a| a.is(FUNCTIONS) || a.is(&["class_static_block", "public_field_definition"]));
    match function {
        Some(f) if f.is(FUNCTIONS) => {
            if is_in_parameters(f, now) {
                return None;
            }
            if !is_async(f) {
                out.edits.push(made_async(spot, f)?);
                out = out.doubted(MADE_ASYNC);
            }
        }
        Some(_) => return None,
        None if is_module(spot) => out = out.doubted(IN_TURN),
        None => return None,
    }
    let parent = now.parent()?;
    let tight = parent.is(&["member_expression", "subscript_expression", "non_null_expression"])
        && parent.field("object").or(parent.named_child(0)).is_some_and(|o| o.id() == now.id())
        || parent.is(&["call_expression", "new_expression"])
            && now.field("arguments").is_some()
            && parent.child(0).is_some_and(|c| c.id() == now.id())
        || parent.kind() == "binary_expression" && parent.field("operator").is_some_and(|o| o.kind() == "**");
    let (open, close) = if tight { ("(await ", ")") } else { ("await ", "") };
    out.edits.push(TextEdit::insert(now.start_byte(), open));
    if tight {
        out.edits.push(TextEdit::insert(now.end_byte(), close));
    }
    Some(out)
}

fn is_awaited(value: Node<'_>) -> bool {
    let mut top = value;
    while let Some(parent) =
        top.parent().filter(|p| p.is(&["parenthesized_expression", "non_null_expression", "as_expression"]))
    {
        top = parent;
    }
    top.parent().is_some_and(|p| p.kind() == "await_expression")
}

fn is_promise_member(access: Node<'_>, text: &str) -> bool {
    access.field("property").is_some_and(|p| matches!(&text[p.byte_range()], "then" | "catch" | "finally"))
}

fn is_async(function: Node<'_>) -> bool {
    syntax::child_of_kind(function, "async").is_some()
}

fn is_in_parameters(function: Node<'_>, node: Node<'_>) -> bool {
    function.field("parameters").is_some_and(|p| p.start_byte() <= node.start_byte() && node.end_byte() <= p.end_byte())
}

fn is_module(spot: &Spot<'_>) -> bool {
    spot.site.now.index.outline(spot.site.now.path()).is_some_and(|o| o.is_module)
        && spot.site.now.index.typescript().project(spot.site.now.path()).module().to_lowercase().starts_with("es")
}

/// The edit that makes a function async, where what calls it takes a promise already.
fn made_async(spot: &Spot<'_>, function: Node<'_>) -> Option<TextEdit> {
    if function.kind().starts_with("generator") || syntax::child_of_kind(function, "*").is_some() {
        return None;
    }
    let model = spot.model();
    let promised = match function.field("return_type") {
        Some(annotation) => spot.of_text(annotation).trim_start_matches(':').trim_start().starts_with("Promise<"),
        None => {
            let own = model.return_type_of(function).and_then(|t| model.named_type(&t));
            let is_promise = own.is_some_and(|(s, _)| s.name() == "Promise");
            let expected = || model.expected_type(function).map(|t| model.signatures_of(&t));
            let takes = |signatures: Vec<semantics::typescript::SignatureInfo>| {
                !signatures.is_empty()
                    && signatures.iter().all(|s| s.returns.as_ref().is_some_and(|r| takes_promise(&model, r)))
            };
            is_promise || function.is(&["arrow_function", "function_expression"]) && expected().is_some_and(takes)
        }
    };
    if !promised {
        return None;
    }
    let at = match function.kind() {
        "method_definition" => function.field("name")?.start_byte(),
        _ => function.start_byte(),
    };
    Some(TextEdit::insert(at, "async "))
}

fn takes_promise(model: &SemanticModel<'_>, ty: &Type) -> bool {
    use semantics::typescript::Shape;
    ty.is_any()
        || ty.is_unknown()
        || ty.parts().iter().any(|p| {
            matches!(model.shape(p), Shape::Void)
                || model.named_type(p).is_some_and(|(s, _)| matches!(s.name(), "Promise" | "PromiseLike"))
        })
}

fn no_longer_awaited(spot: &Spot<'_>, now: Node<'_>) -> Option<Carried> {
    let Some(outer) = now.parent().filter(|p| p.kind() == "await_expression") else {
        let chained = now.parent().is_some_and(|p| p.kind() == "member_expression" && is_promise_member(p, spot.text));
        return (!chained).then(Carried::default);
    };
    let mut range = TextRange::new(outer.start_byte(), now.start_byte());
    // `(await f()).x`
    let around = outer.parent().filter(|p| p.kind() == "parenthesized_expression" && is_primary(now));
    let mut edits = Vec::new();
    if let Some(around) = around.filter(|a| a.parent().is_some_and(|p| p.kind().ends_with("_expression"))) {
        range.start = around.start_byte();
        edits.push(TextEdit::delete(TextRange::new(now.end_byte(), around.end_byte())));
    }
    edits.push(TextEdit::delete(range));
    Some(Carried::edits(edits))
}

// ---- null

fn asserted(now: Node<'_>) -> Option<Carried> {
    let parent = now.parent()?;
    if is_dropped(now) || parent.kind() == "non_null_expression" || !is_read(now) {
        return Some(Carried::default());
    }
    let is_object = parent.kind() == "member_expression" && parent.field("object").is_some_and(|o| o.id() == now.id());
    if is_object && syntax::child_of_kind(parent, "optional_chain").is_some() {
        return Some(Carried::default());
    }
    // What is only done, and not looked at, is not done without it.
    let mut top = parent;
    while is_object
        && let Some(outer) = top.parent().filter(|p| {
            p.is(&["member_expression", "call_expression"]) && p.child(0).is_some_and(|c| c.id() == top.id())
        })
    {
        top = outer;
    }
    let mark = if is_object && top.parent().is_some_and(|p| p.kind() == "expression_statement") { "?" } else { "!" };
    Some(Carried::edits(vec![TextEdit::insert(now.end_byte(), mark)]).doubted(MAY_BE_NULL))
}

// ---- wrappers

/// What stands around a value with `suffix` written behind it.
fn wrapping<'t>(value: Node<'t>, suffix: &str, text: &str) -> Option<Node<'t>> {
    let mut outer = value
        .parent()
        .filter(|p| p.kind() == "member_expression" && p.field("object").is_some_and(|o| o.id() == value.id()))?;
    if suffix.ends_with("()") {
        outer = outer.parent().filter(|p| p.kind() == "call_expression")?;
    }
    let written: String = text[value.end_byte()..outer.end_byte()].split_whitespace().collect();
    (written.trim_start_matches('?') == suffix).then_some(outer)
}

/// How often `suffix` is written behind a value.
fn written_behind(value: Node<'_>, suffix: &str, text: &str) -> usize {
    let mut count = 0;
    let mut at = value;
    while let Some(outer) = wrapping(at, suffix, text) {
        count += 1;
        at = outer;
    }
    count
}

#[cfg(test)]
mod tests {
    use crate::testing::check_use;

    #[track_caller]
    fn check(then: &str, now: &str, user: &str, code: &str, after: Option<(&str, bool)>) {
        let (then, now) = (format!("//- /a.ts\n{then}"), format!("//- /a.ts\n{now}"));
        check_use(&then, &now, ("/use.ts", user), code, after);
    }

    const SYNC: &str = "export function load(id: number): string[] { return [`${id}`]; }\n";
    const ASYNC: &str = "export async function load(id: number): Promise<string[]> { return [`${id}`]; }\n";

    #[test]
    fn a_promise_is_awaited() {
        check(
            SYNC,
            ASYNC,
            "import { load } from './a';\nexport async function f() { return $0load(1).length + 1; }\n",
            "TS2339",
            Some((
                "import { load } from './a';\nexport async function f() { return (await load(1)).length + 1; }\n",
                true,
            )),
        );
        // The error is where the local is used.
        check(
            SYNC,
            ASYNC,
            "import { load } from './a';\nexport async function f() {\n  const all = load(1);\n  return all.$0length;\n}\n",
            "TS2339",
            Some((
                "import { load } from './a';\nexport async function f() {\n  const all = await load(1);\n  return all.length;\n}\n",
                true,
            )),
        );
        // Its callers take a promise already.
        check(
            SYNC,
            ASYNC,
            "import { load } from './a';\nexport function f(): Promise<number> { return Promise.resolve($0load(1).length); }\n",
            "TS2339",
            Some((
                "import { load } from './a';\nexport async function f(): Promise<number> { return Promise.resolve((await load(1)).length); }\n",
                false,
            )),
        );
        check(
            SYNC,
            ASYNC,
            "import { load } from './a';\nexport function f(): number { return $0load(1).length; }\n",
            "TS2339",
            None,
        );
        check(
            SYNC,
            ASYNC,
            "import { load } from './a';\nexport async function f() { return (await load(1)).$0length2; }\n",
            "TS2339",
            None,
        );
    }

    #[test]
    fn what_is_no_promise_is_not_awaited() {
        check(
            ASYNC,
            SYNC,
            "import { load } from './a';\nexport async function f() { return (await load(1)).map(x => x); }\nexport const g = () => load(1).$0then(x => x);\n",
            "TS2339",
            None,
        );
    }

    #[test]
    fn an_inferred_result_is_seen_in_its_body() {
        check(
            "export function size(text: string) { return text.length; }\n",
            "export function size(text: string) { return { value: text.length }; }\n",
            "import { size } from './a';\nexport const n: number = $0size('a');\n",
            "TS2322",
            Some(("import { size } from './a';\nexport const n: number = size('a').value;\n", true)),
        );
    }

    #[test]
    fn a_wrapper_is_opened_where_the_value_is_used() {
        let then = "export function find(): string { return ''; }\n";
        let now = "export interface Found<T> { unwrap(): T; readonly ok: boolean }\nexport declare function find(): Found<string>;\n";
        check(
            then,
            now,
            "import { find } from './a';\nexport const n = find().$0length;\n",
            "TS2339",
            Some(("import { find } from './a';\nexport const n = find().unwrap().length;\n", true)),
        );
        check(
            then,
            now,
            "import { find } from './a';\nconst text = find();\nexport const n = text.$0length;\n",
            "TS2339",
            Some(("import { find } from './a';\nconst text = find().unwrap();\nexport const n = text.length;\n", true)),
        );
        let two = "export declare function find(): { first: string; last: string };\n";
        check(then, two, "import { find } from './a';\nexport const n = find().$0length;\n", "TS2339", None);
    }

    #[test]
    fn a_wrapper_that_is_gone_is_not_opened() {
        check(
            "export declare function find(): { value: string };\n",
            "export declare function find(): string;\n",
            "import { find } from './a';\nexport const n = find().$0value.length;\n",
            "TS2339",
            Some(("import { find } from './a';\nexport const n = find().length;\n", true)),
        );
    }

    #[test]
    fn a_result_that_may_be_missing_is_for_a_person() {
        let then = "export interface Node { name: string; stop(): void }\nexport declare function find(): Node;\n";
        let now =
            "export interface Node { name: string; stop(): void }\nexport declare function find(): Node | undefined;\n";
        check(
            then,
            now,
            "import { find } from './a';\nexport const n = $0find().name;\n",
            "TS2532",
            Some(("import { find } from './a';\nexport const n = find()!.name;\n", false)),
        );
        check(
            then,
            now,
            "import { find } from './a';\n$0find().stop();\n",
            "TS2532",
            Some(("import { find } from './a';\nfind()?.stop();\n", false)),
        );
    }

    #[test]
    fn another_name_with_another_type_is_for_a_person() {
        check(
            "export interface Node { kind: 'a'; modifier?: 'IfExists'; size: number }\n",
            "export interface Node { kind: 'a'; ifExists?: boolean; size: number }\n",
            "import { Node } from './a';\nexport const f = (n: Node) => n.$0modifier;\n",
            "TS2339",
            Some(("import { Node } from './a';\nexport const f = (n: Node) => n.ifExists;\n", false)),
        );
    }
}
