//! What is gone, and said itself what to write instead: the old body is a witness.

use super::members;
use super::spot::{Spot, has_effects, is_literal, is_primary, is_unary};
use super::witness::Declared;
use crate::carry::{Carried, Site};
use crate::likeness::tokens;
use codegen::ImportRequest;
use index::DeclarationId;
use rustc_hash::FxHashMap;
use semantics::Semantics;
use syntax::typescript::{IDENTIFIERS, descendants, is_declaration_name};
use syntax::{Node, NodeExt};
use text::{TextEdit, TextRange};

const EFFECTS: &str = "an argument is evaluated more than once, or not at all";
const FALLBACK: &str = "the other way to do it, for machines that lack this one, is gone";
const REPLACED: &str = "another type stands in its place, with members of its own";
const CHECK: &str = "what it checked before is not checked any more";
const ORDER: &str = "the arguments are evaluated in another order";
/// Bytes of a body that is written at its uses, at most.
const MOST_BODY: usize = 400;

/// What becomes of a use of something that is gone.
pub(super) fn carry(spot: &Spot<'_>) -> Option<Carried> {
    let site = &spot.site;
    let declared = Declared::of(&site.past.index, &site.change.old)?;
    if let Some(carried) = super::types::removed_property(spot) {
        return Some(carried);
    }
    let kind = declared.node().map(|n| n.kind()).unwrap_or_default();
    if kind == "type_alias_declaration"
        && let Some(carried) = alias(spot, &declared)
    {
        return Some(carried);
    }
    if matches!(kind, "type_alias_declaration" | "interface_declaration") {
        return replaced(spot);
    }
    match declared.function() {
        Some(function) => called(spot, &declared, function),
        None => constant(spot, &declared),
    }
}

/// `type Old = New`.
fn alias(spot: &Spot<'_>, declared: &Declared) -> Option<Carried> {
    let node = declared.node()?;
    let value = node.field("value")?;
    if node.field("type_parameters").is_some() || !value.is(&["type_identifier", "generic_type", "predefined_type"]) {
        return None;
    }
    if spot.now.access.parent().is_some_and(|p| p.kind() == "generic_type")
        || spot.now.access.kind() != "type_identifier"
    {
        return None;
    }
    let Portable { text, imports, .. } = portable(&spot.site, declared, value, &FxHashMap::default(), None, spot)?;
    Some(Carried { edits: vec![TextEdit::replace(spot.now.access.range(), text)], imports, doubt: None })
}

/// A type that is gone, and in whose place another one stands wherever the changed declarations had it.
fn replaced(spot: &Spot<'_>) -> Option<Carried> {
    let gone = spot.site.change.then.name.as_str();
    let access = spot.now.access;
    if access.kind() != "type_identifier" || access.parent().is_some_and(|p| p.kind() == "generic_type") {
        return None;
    }
    let mut found: Option<(String, DeclarationId)> = None;
    for change in &spot.site.changes.list {
        let (Some(now), Some(new)) = (&change.now, &change.new) else { continue };
        let parameters = change.parameters.iter().enumerate().filter_map(|(j, i)| {
            Some((&change.then.parameters.get((*i)?)?.type_text, &now.parameters.get(j)?.type_text))
        });
        for (a, b) in std::iter::once((&change.then.type_text, &now.type_text)).chain(parameters) {
            let (a, b): (Vec<&str>, Vec<&str>) = (tokens(a).collect(), tokens(b).collect());
            if !a.contains(&gone) || b.contains(&gone) {
                continue;
            }
            let differ: Vec<(&str, &str)> = a.iter().copied().zip(b.iter().copied()).filter(|(x, y)| x != y).collect();
            let first = differ.first()?.1;
            if a.len() != b.len() || differ.iter().any(|(x, y)| *x != gone || *y != first) {
                return None;
            }
            if found.as_ref().is_some_and(|(name, _)| name != first) {
                return None;
            }
            let at = spot.site.now.index.ranges(new).map_or(0, |r| r.name.start);
            let id = spot.site.now.index.typescript().resolve(first, &new.path, at).into_iter().next()?;
            found = Some((first.to_owned(), id));
        }
    }
    let (name, id) = found?;
    let imports = members::reachable(spot, &id, &name)?.into_iter().collect();
    Some(Carried { edits: vec![TextEdit::replace(access.range(), name)], imports, doubt: Some(REPLACED) })
}

/// `const OLD = other` and `OLD = other.x`.
fn constant(spot: &Spot<'_>, declared: &Declared) -> Option<Carried> {
    let node = declared.node().filter(|n| n.is(&["variable_declarator", "public_field_definition"]))?;
    let value = node.field("value").filter(|v| v.is(&["identifier", "member_expression"]))?;
    if spot.now.leaf.is(&["shorthand_property_identifier", "shorthand_property_identifier_pattern"]) {
        return None;
    }
    let receiver = spot.now.access.field("object").filter(|_| spot.now.access.kind() == "member_expression");
    let Portable { text, imports, .. } = portable(&spot.site, declared, value, &FxHashMap::default(), receiver, spot)?;
    Some(Carried { edits: vec![TextEdit::replace(spot.now.access.range(), text)], imports, doubt: None })
}

/// What a function does, in one expression.
struct Done<'t> {
    expression: Node<'t>,
    /// It is what the function returns.
    returned: bool,
    /// There is another way for machines that lack it.
    fallback: bool,
    /// It throws before when something is wrong.
    checked: bool,
}

/// `if (…) throw …;`
fn is_check(statement: &Node<'_>) -> bool {
    let throws = |n: Node<'_>| match n.kind() {
        "throw_statement" => true,
        "statement_block" => matches!(n.named().as_slice(), [one] if one.kind() == "throw_statement"),
        _ => false,
    };
    statement.kind() == "if_statement"
        && statement.field("alternative").is_none()
        && statement.field("consequence").is_some_and(throws)
}

fn done<'t>(function: Node<'t>, text: &str) -> Option<Done<'t>> {
    if function.kind().starts_with("generator") || syntax::child_of_kind(function, "*").is_some() {
        return None;
    }
    let is_async = syntax::child_of_kind(function, "async").is_some();
    let body = function.field("body")?;
    let mut out = if body.kind() == "statement_block" {
        let statements = body.named();
        match statements.as_slice() {
            [one] => of_statement(*one)?,
            [checks @ .., last] if !checks.is_empty() && checks.iter().all(is_check) => {
                Done { checked: true, ..of_statement(*last)? }
            }
            [guard, ..] if guard.kind() == "if_statement" => polyfilled(*guard, text)?,
            _ => return None,
        }
    } else {
        Done { expression: body, returned: true, fallback: false, checked: false }
    };
    let own = function.field("type_parameters").map(|p| p.named()).unwrap_or_default();
    let is_own =
        |ty: Node<'_>| own.iter().any(|p| p.field("name").is_some_and(|n| n.text_in(text) == ty.text_in(text)));
    loop {
        let parts = out.expression.named();
        out.expression = match (out.expression.kind(), parts.as_slice()) {
            ("parenthesized_expression", [inner]) => *inner,
            // A cast to a type that only the function knows.
            ("as_expression", [inner, ty]) if is_own(*ty) => *inner,
            _ => break,
        };
    }
    if is_async {
        // What is waited for inside is waited for by the caller.
        if out.expression.kind() != "await_expression" {
            return None;
        }
        out.expression = out.expression.named().into_iter().next()?;
    }
    Some(out)
}

fn of_statement(statement: Node<'_>) -> Option<Done<'_>> {
    let returned = match statement.kind() {
        "return_statement" => true,
        "expression_statement" => false,
        _ => return None,
    };
    Some(Done { expression: statement.named().into_iter().next()?, returned, fallback: false, checked: false })
}

/// `if (a.fill) { return a.fill(v); }` before another way to do it.
fn polyfilled<'t>(guard: Node<'t>, text: &str) -> Option<Done<'t>> {
    let condition = guard.field("condition")?.named().into_iter().next()?;
    let consequence = guard.field("consequence")?;
    let statement = match consequence.kind() {
        "statement_block" => match consequence.named().as_slice() {
            [one] => *one,
            _ => return None,
        },
        _ => consequence,
    };
    let done = of_statement(statement).filter(|d| d.returned)?;
    let mut call = done.expression;
    while call.is(&["as_expression", "parenthesized_expression", "non_null_expression"]) {
        call = call.named().into_iter().next()?;
    }
    let asked = call.field("function").is_some_and(|f| f.text_in(text) == condition.text_in(text));
    (asked && condition.kind() == "member_expression").then_some(Done { fallback: true, ..done })
}

fn called(spot: &Spot<'_>, declared: &Declared, function: Node<'_>) -> Option<Carried> {
    let Done { expression: body, returned, fallback, checked } = done(function, declared.text())?;
    if body.end_byte() - body.start_byte() > MOST_BODY || has_own_scope(body) {
        return None;
    }
    let call = spot.now.call.filter(|c| c.kind() == "call_expression")?;
    if spot.overloads() > 1 || call.field("type_arguments").is_some() {
        return None;
    }
    let callee = call.field("function")?;
    if spot.text[callee.start_byte()..call.field("arguments")?.start_byte()].contains("?.") {
        return None;
    }
    if !returned && !call.parent().is_some_and(|p| p.kind() == "expression_statement") {
        return None;
    }
    let args = spot.now.arguments()?;
    let text_then = declared.text();
    let mut given: FxHashMap<String, Argument<'_>> = FxHashMap::default();
    let parameters: Vec<Node<'_>> = match function.field("parameters") {
        Some(list) => list.named(),
        None => function.field("parameter").into_iter().collect(),
    };
    let mut own = Vec::new();
    for (i, parameter) in parameters.iter().enumerate() {
        let pattern = parameter.field("pattern").unwrap_or(*parameter);
        if pattern.kind() != "identifier" {
            return None;
        }
        let name = pattern.text_in(text_then).to_owned();
        let value = match (args.get(i), parameter.field("value")) {
            (Some(arg), _) => Argument { text: spot.of_text(*arg).to_owned(), node: Some(*arg) },
            (None, Some(default)) if is_literal(default.text_in(text_then)) => {
                Argument { text: default.text_in(text_then).to_owned(), node: None }
            }
            (None, _) if parameter.kind() == "optional_parameter" => Argument { text: String::new(), node: None },
            _ => return None,
        };
        given.insert(name.clone(), value);
        own.push(name);
    }
    if args.len() > parameters.len() {
        return None;
    }
    let is_method = spot.now.access.kind() == "member_expression";
    let receiver = spot.now.access.field("object").filter(|_| is_method);
    let Portable { text, imports, used, receivers } = portable(&spot.site, declared, body, &given, receiver, spot)?;
    let mut out = Carried { imports, ..Carried::default() };
    if checked {
        out = out.doubted(CHECK);
    }
    if fallback {
        out = out.doubted(FALLBACK);
    }
    for (name, argument) in &given {
        let effects = argument.node.is_some_and(has_effects);
        if effects && used.iter().filter(|u| *u == name).count() != 1 {
            out = out.doubted(EFFECTS);
        }
    }
    if receivers != 1 && receiver.is_some_and(has_effects) {
        out = out.doubted(EFFECTS);
    }
    let busy: Vec<usize> = used
        .iter()
        .filter(|u| given.get(*u).is_some_and(|a| a.node.is_some_and(has_effects)))
        .filter_map(|u| own.iter().position(|o| o == u))
        .collect();
    if !busy.is_sorted() {
        out = out.doubted(ORDER);
    }
    let text = if needs_parentheses(body, call) { format!("({text})") } else { text };
    out.edits.push(TextEdit::replace(call.range(), text));
    Some(out)
}

struct Argument<'a> {
    text: String,
    node: Option<Node<'a>>,
}

/// Functions and classes in a body see other names than the use does.
fn has_own_scope(body: Node<'_>) -> bool {
    const SCOPES: &[&str] = &["function_expression", "class", "statement_block", "yield_expression", "arrow_function"];
    body.is(SCOPES) || !descendants(body, SCOPES).is_empty()
}

/// Whether `body` in the place of `call` must stand in parentheses.
fn needs_parentheses(body: Node<'_>, call: Node<'_>) -> bool {
    let Some(parent) = call.parent() else { return false };
    let is_first = parent.child(0).is_some_and(|c| c.id() == call.id());
    if body.kind() == "object" && (parent.kind() == "expression_statement" || parent.kind() == "arrow_function") {
        return true;
    }
    if parent.is(&["member_expression", "subscript_expression", "call_expression", "non_null_expression"]) && is_first {
        return !is_primary(body);
    }
    let operand = parent.is(&[
        "binary_expression",
        "unary_expression",
        "await_expression",
        "as_expression",
        "satisfies_expression",
        "ternary_expression",
        "spread_element",
        "update_expression",
    ]);
    operand && !is_unary(body)
        || body.kind() == "sequence_expression"
            && !parent.is(&["parenthesized_expression", "expression_statement", "return_statement"])
}

/// An expression of then, as it reads at a use.
struct Portable {
    text: String,
    imports: Vec<ImportRequest>,
    /// The parameters that it uses, in order.
    used: Vec<String>,
    /// How often it names the object that it is called on.
    receivers: usize,
}

/// Writes an expression of `declared` for the place of the use: arguments for parameters, the object for `this`; `None` when a name in it has no
/// certain meaning there.
fn portable(
    site: &Site<'_>,
    declared: &Declared,
    body: Node<'_>,
    given: &FxHashMap<String, Argument<'_>>,
    receiver: Option<Node<'_>>,
    spot: &Spot<'_>,
) -> Option<Portable> {
    let text = declared.text();
    let sema = Semantics::new(&site.past.index, &declared.source);
    let model = sema.typescript();
    let mut out = Portable { text: String::new(), imports: Vec::new(), used: Vec::new(), receivers: 0 };
    let mut edits: Vec<(TextRange, String)> = Vec::new();
    for leaf in syntax::leaves(body) {
        let range = TextRange::from(leaf.byte_range());
        let name = leaf.text_in(text);
        if leaf.kind() == "this" {
            let object = receiver?;
            if object.kind() == "super" {
                return None;
            }
            let written = spot.of_text(object);
            let written = if is_primary(object) { written.to_owned() } else { format!("({written})") };
            out.receivers += 1;
            edits.push((range, written));
            continue;
        }
        if leaf.is(&["super", "arguments"]) || name == "arguments" {
            return None;
        }
        if !leaf.is(IDENTIFIERS) || leaf.is(&["statement_identifier"]) {
            continue;
        }
        let parent = leaf.parent()?;
        if leaf.is(&["property_identifier", "private_property_identifier"]) {
            if !is_open(site, &model, leaf, parent, receiver) {
                return None;
            }
            continue;
        }
        if is_declaration_name(leaf) {
            return None;
        }
        let shorthand = leaf.kind() == "shorthand_property_identifier";
        if let Some(argument) = given.get(name).filter(|_| leaf.kind() != "type_identifier") {
            out.used.push(name.to_owned());
            if argument.text.is_empty() {
                // Left out: then what follows in the list must be, too, and is left out there.
                let is_left_out = |n: &Node<'_>| {
                    n.kind() == "identifier" && given.get(n.text_in(text)).is_some_and(|a| a.text.is_empty())
                };
                let list = if parent.kind() == "arguments" { parent.named() } else { Vec::new() };
                let last = list.iter().skip_while(|n| n.id() != leaf.id()).all(is_left_out) && !list.is_empty();
                if !last {
                    return None;
                }
                let before = leaf.prev_sibling().filter(|p| p.kind() == ",");
                let start = before.map_or(range.start, |b| b.start_byte());
                edits.push((TextRange::new(start, range.end), String::new()));
                continue;
            }
            let written = match argument.node {
                Some(node) if in_tight_place(leaf, parent) && !is_primary(node) => format!("({})", argument.text),
                Some(node) if in_operand_place(parent) && !is_unary(node) => format!("({})", argument.text),
                _ => argument.text.clone(),
            };
            edits.push((range, if shorthand && written != name { format!("{name}: {written}") } else { written }));
            continue;
        }
        let (written, import) = meant(site, &sema, leaf, name, spot)?;
        out.imports.extend(import);
        if written != name {
            edits.push((range, if shorthand { format!("{name}: {written}") } else { written }));
        }
    }
    let mut at = body.start_byte();
    for (range, new) in edits {
        out.text += text.get(at..range.start)?;
        out.text += &new;
        at = range.end;
    }
    out.text += text.get(at..body.end_byte())?;
    Some(out)
}

fn in_tight_place(leaf: Node<'_>, parent: Node<'_>) -> bool {
    parent.is(&[
        "member_expression",
        "subscript_expression",
        "call_expression",
        "new_expression",
        "non_null_expression",
    ]) && parent.child(0).is_some_and(|c| c.id() == leaf.id())
}

fn in_operand_place(parent: Node<'_>) -> bool {
    parent.is(&[
        "binary_expression",
        "unary_expression",
        "await_expression",
        "as_expression",
        "satisfies_expression",
        "ternary_expression",
        "spread_element",
    ])
}

/// Whether a member that the body names can be named from outside of its class, and is still there.
fn is_open(
    site: &Site<'_>,
    model: &semantics::typescript::SemanticModel<'_>,
    leaf: Node<'_>,
    parent: Node<'_>,
    receiver: Option<Node<'_>>,
) -> bool {
    use index::Modifiers;
    if parent.kind() != "member_expression" {
        return true;
    }
    let Some(symbol) = model.resolve(leaf) else { return true };
    let same_object = receiver.is_some_and(|r| r.kind() == "this");
    model.declarations(&symbol).iter().all(|id| {
        let outline = site.past.index.outline(&id.path);
        let declaration = outline.as_ref().and_then(|o| o.declarations.get(id.index as usize));
        let hidden = declaration.is_some_and(|d| d.modifiers.intersects(Modifiers::PRIVATE | Modifiers::PROTECTED));
        (same_object || !hidden) && !site.changes.list.iter().any(|c| c.old == *id)
    })
}

/// How a name of the old body is written at the use, with the import that it needs there.
fn meant(
    site: &Site<'_>,
    sema: &Semantics<'_>,
    leaf: Node<'_>,
    name: &str,
    spot: &Spot<'_>,
) -> Option<(String, Option<ImportRequest>)> {
    let model = sema.typescript();
    let symbol = model.resolve(leaf)?;
    let ids: Vec<DeclarationId> = model.declarations(&symbol);
    let index = site.now.index;
    let now = index.typescript();
    let here = now.resolve(name, site.now.path(), spot.now.leaf.start_byte());
    let Some(id) = ids.first() else {
        // Of the language or its libraries: it means the same unless the file has something of that name.
        let library = model.places(&symbol).is_empty();
        return (library && here.iter().all(|h| index::typescript::is_library(&h.path)))
            .then(|| (name.to_owned(), None));
    };
    if index::typescript::is_library(&id.path) {
        return here.iter().all(|h| index::typescript::is_library(&h.path)).then(|| (name.to_owned(), None));
    }
    // What became of it.
    let change = site.changes.list.iter().find(|c| ids.contains(&c.old));
    let (path, own) = match change {
        Some(change) => {
            let new = change.new.as_ref()?;
            let simple = change.kinds.iter().all(|k| {
                matches!(
                    k,
                    crate::ChangeKind::Renamed { .. }
                        | crate::ChangeKind::Moved { .. }
                        | crate::ChangeKind::ParameterRenamed { .. }
                        | crate::ChangeKind::Bases
                )
            });
            if !simple || change.certainty != crate::Certainty::Certain {
                return None;
            }
            (new.path.clone(), change.now.as_ref()?.name.clone())
        }
        None => (id.path.clone(), site.past.index.outline(&id.path)?.declarations.get(id.index as usize)?.name.clone()),
    };
    let outline = index.outline(&path)?;
    let at = outline.declarations.iter().position(|d| d.parent.is_none() && d.name == own)?;
    let target = DeclarationId { path, index: at as u32 };
    // Under the name that the file has for it.
    let import = members::reachable(spot, &target, &own)?;
    Some((own.to_string(), import))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_use;

    #[track_caller]
    fn check(then: &str, now: &str, user: &str, code: &str, after: Option<(&str, bool)>) {
        check_use(then, now, ("/use.ts", user), code, after);
    }

    #[test]
    fn a_wrapper_named_what_to_call() {
        let then = "//- /p.ts\nexport function parseValue(a: string) { return a; }\n//- /a.ts\nimport { parseValue } from './p';\nexport function parseFilter(a: string) { return parseValue(a); }\nexport const one = 1;\n";
        let now = "//- /a.ts\nexport const one = 1;\n";
        check(
            then,
            now,
            "import { $0parseFilter } from './a';\nexport const x = parseFilter('a') + parseFilter('b');\n",
            "TS2305",
            Some(("import { parseValue } from './p';\nexport const x = parseValue('a') + parseValue('b');\n", true)),
        );
    }

    #[test]
    fn a_function_was_a_call_of_a_method() {
        let then = "//- /a.ts\nexport function fill(a: number[], v: number) { return a.fill(v); }\nexport function len(a: number[]): number { return a.length + 1; }\nexport const one = 1;\n";
        let now = "//- /a.ts\nexport const one = 1;\n";
        check(
            then,
            now,
            "import { $0fill } from './a';\nfill([1].concat(x), 1 + 2);\nfill(c ? a : b, 2);\n",
            "TS2305",
            Some(("[1].concat(x).fill(1 + 2);\n(c ? a : b).fill(2);\n", true)),
        );
        check(
            then,
            now,
            "import { one, $0len } from './a';\nexport const x = len(a) * one;\n",
            "TS2305",
            Some(("import { one } from './a';\nexport const x = (a.length + 1) * one;\n", true)),
        );
    }

    #[test]
    fn arguments_are_evaluated_once() {
        let then = "//- /a.ts\nexport function twice(a: number) { return a + a; }\nexport const one = 1;\n";
        let now = "//- /a.ts\nexport const one = 1;\n";
        check(
            then,
            now,
            "import { $0twice } from './a';\nexport const x = twice(2);\n",
            "TS2305",
            Some(("export const x = 2 + 2;\n", true)),
        );
        check(
            then,
            now,
            "import { $0twice } from './a';\nexport const x = twice(next());\n",
            "TS2305",
            Some(("export const x = next() + next();\n", false)),
        );
    }

    #[test]
    fn a_method_was_a_call_of_another() {
        let class = |old: &str| {
            format!("//- /a.ts\nexport class Box {{\n{old}  put(n: number, deep: boolean) {{ return n; }}\n}}\n")
        };
        let then = class("  add(n: number) { return this.put(n, true); }\n");
        check(
            &then,
            &class(""),
            "import { Box } from './a';\nexport const f = (b: Box) => b.$0add(1);\n",
            "TS2339",
            Some(("import { Box } from './a';\nexport const f = (b: Box) => b.put(1, true);\n", true)),
        );
        let hidden = then.replace("  put(", "  private put(");
        check(
            &hidden,
            &class("").replace("  put(", "  private put("),
            "import { Box } from './a';\nexport const f = (b: Box) => b.$0add(1);\n",
            "TS2339",
            None,
        );
    }

    #[test]
    fn a_longer_body_says_nothing() {
        let then = "//- /a.ts\nexport function old(a: number) { const b = a; return other(b); }\nexport function other(a: number) { return a; }\n";
        let now = "//- /a.ts\nexport function other(a: number) { return a; }\n";
        check(then, now, "import { $0old } from './a';\nexport const x = old(1);\n", "TS2305", None);
    }

    #[test]
    fn a_polyfill_was_the_method() {
        let then = "//- /a.ts\nexport function fill<T extends number[]>(array: T, value: number, start?: number, end?: number): T {\n  if (array.fill) {\n    return array.fill(value, start, end) as T;\n  }\n  return slow(array, value);\n}\nfunction slow<T extends number[]>(array: T, value: number): T { return array; }\n";
        let now = "//- /a.ts\nexport {};\n";
        check(
            then,
            now,
            "import { $0fill } from './a';\nfill(t, 1);\nfill(t, 0, 1, 2);\n",
            "TS2305",
            Some(("t.fill(1);\nt.fill(0, 1, 2);\n", false)),
        );
    }

    #[test]
    fn a_check_before_is_for_a_person() {
        let then = "//- /a.ts\nexport function old(a: number) { if (a > 1) { throw new Error('x'); } return other(a); }\nexport function other(a: number) { return a; }\n";
        let now = "//- /a.ts\nexport function other(a: number) { return a; }\n";
        check(
            then,
            now,
            "import { $0old } from './a';\nexport const x = old(1);\n",
            "TS2305",
            Some(("import { other } from './a';\nexport const x = other(1);\n", false)),
        );
    }

    #[test]
    fn another_type_took_its_place() {
        let then = "//- /a.ts\nexport interface Old { a: number; b: string; c: number[] }\nexport interface Range { x: number }\nexport declare function read(): Old | undefined;\n";
        let now =
            "//- /a.ts\nexport interface Range { x: number }\nexport declare function read(): Range | undefined;\n";
        check(
            then,
            now,
            "import { $0Old, read } from './a';\nexport const f = (o: Old) => [o, read()];\n",
            "TS2305",
            Some(("import { Range, read } from './a';\nexport const f = (o: Range) => [o, read()];\n", false)),
        );
        check(
            then,
            &now.replace("Range | undefined", "string"),
            "import { $0Old, read } from './a';\nexport const f = (o: Old) => [o, read()];\n",
            "TS2305",
            None,
        );
    }
}
