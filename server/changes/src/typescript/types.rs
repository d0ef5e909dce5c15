//! Type parameters, properties that are gone, literals of unions and members of enumerations.

use super::spot::Spot;
use crate::carry::Carried;
use crate::{ChangeKind, DeclarationChange, Past};
use index::typescript::types::union;
use index::{DeclarationKind, Index};
use semantics::typescript::{SemanticModel, Type};
use semantics::{Semantics, Use, UseKind, Uses};
use smol_str::SmolStr;
use syntax::typescript::unquoted;
use syntax::{Node, NodeExt, ancestors};
use text::{TextEdit, TextRange};

/// Another number of type parameters.
pub(super) fn arity(spot: &Spot<'_>) -> Option<Carried> {
    let change = spot.site.change;
    let now = change.now.as_ref()?;
    let (old, new) = (&change.then.type_parameters, &now.type_parameters);
    let access = spot.now.access;
    let around = access.parent();
    let generic = around.filter(|p| p.kind() == "generic_type");
    let list = generic.and_then(|g| g.field("type_arguments").or_else(|| syntax::child_of_kind(g, "type_arguments")));
    // `new C<…>()`, `f<…>()`, `extends C<…>`.
    let list = list.or_else(|| spot.now.call.and_then(|c| c.field("type_arguments")));
    let list = list.or_else(|| {
        let clause = around.filter(|p| p.kind() == "extends_clause")?;
        clause.field("type_arguments").or_else(|| syntax::child_of_kind(clause, "type_arguments"))
    });
    let given: Vec<Node<'_>> = list.map(|l| l.named()).unwrap_or_default();
    let in_type = spot.now.is_type();
    if given.is_empty() && !in_type {
        // They are inferred.
        return Some(Carried::default());
    }
    if spot.then.is_type() != in_type || given.len() != given_then(spot) {
        return Some(Carried::default());
    }
    // By name; one that has another name is the one in its place where as many are there.
    let mut arguments: Vec<String> = Vec::new();
    let mut rest_has_defaults = false;
    for (j, parameter) in new.iter().enumerate() {
        let was = old.iter().position(|p| p.name == parameter.name).or_else(|| (old.len() == new.len()).then_some(j));
        match was.and_then(|i| given.get(i)) {
            Some(argument) if !rest_has_defaults => arguments.push(spot.of_text(*argument).to_owned()),
            Some(_) => return None,
            None if !parameter.default.is_empty() => rest_has_defaults = true,
            None if was.is_some_and(|i| !old[i].default.is_empty()) => {
                arguments.push(old[was?].default.to_string());
            }
            None if rest_has_defaults => return None,
            None => arguments.push(told_by_members(spot, &parameter.name)?),
        }
    }
    let edits = match (list, arguments.is_empty()) {
        (Some(list), true) => vec![TextEdit::delete(list.range())],
        (Some(_), false) => {
            let (first, last) = (given.first()?, given.last()?);
            vec![TextEdit::replace(TextRange::new(first.start_byte(), last.end_byte()), arguments.join(", "))]
        }
        (None, true) => Vec::new(),
        (None, false) => vec![TextEdit::insert(access.end_byte(), format!("<{}>", arguments.join(", ")))],
    };
    Some(Carried::edits(edits))
}

fn given_then(spot: &Spot<'_>) -> usize {
    let around = spot.then.access.parent();
    let list = around
        .filter(|p| p.is(&["generic_type", "extends_clause"]))
        .and_then(|g| g.field("type_arguments").or_else(|| syntax::child_of_kind(g, "type_arguments")));
    let list = list.or_else(|| spot.then.call.and_then(|c| c.field("type_arguments")));
    list.map_or(0, |l| l.named().len())
}

/// The argument of a type parameter that is new: what stood in its place in all members that have it.
fn told_by_members(spot: &Spot<'_>, parameter: &str) -> Option<String> {
    let change = spot.site.change;
    let members = |index: &Index, id: &index::DeclarationId| {
        let outline = index.outline(&id.path)?;
        Some(outline.members(id.index).map(|(_, d)| d.clone()).collect::<Vec<_>>())
    };
    let then = members(&spot.site.past.index, &change.old)?;
    let now = members(spot.site.now.index, change.new.as_ref()?)?;
    let mut found: Option<SmolStr> = None;
    for member in &now {
        let Some(before) = then.iter().find(|d| d.name == member.name && d.kind == member.kind) else { continue };
        let texts = std::iter::once((&before.type_text, &member.type_text))
            .chain(before.parameters.iter().zip(&member.parameters).map(|(a, b)| (&a.type_text, &b.type_text)));
        for (a, _) in texts.filter(|(a, b)| a != b && *b == parameter) {
            if found.as_ref().is_some_and(|f| f != a) {
                return None;
            }
            found = Some(a.clone());
        }
    }
    let found = found?;
    // It must mean the same at the use: a predefined type, or a name of the file's own.
    let predefined = ["string", "number", "boolean", "unknown", "any", "bigint", "symbol"].contains(&found.as_str());
    let here = *spot.site.now.path() == *change.new.as_ref()?.path;
    (predefined || here).then(|| found.to_string())
}

/// A property that is gone is taken out of an object that is written out; `None` when the use is none.
pub(super) fn removed_property(spot: &Spot<'_>) -> Option<Carried> {
    use DeclarationKind::{Field, Method, Property};
    if !matches!(spot.site.change.then.kind, Property | Field | Method) {
        return None;
    }
    let leaf = spot.now.leaf;
    let entry = match leaf.kind() {
        "shorthand_property_identifier" => leaf,
        _ => leaf.parent().filter(|p| {
            p.is(&["pair", "method_definition"])
                && p.field("key").or(p.field("name")).is_some_and(|k| k.id() == leaf.id())
        })?,
    };
    entry.parent().filter(|o| o.kind() == "object")?;
    let range = codegen::typescript::edit::list_item_deletion(spot.text, entry);
    let out = Carried::edits(vec![TextEdit::delete(range)]);
    let effects = entry.field("value").is_some_and(super::spot::has_effects);
    Some(if effects { out.doubted("what the value does is not done any more") } else { out })
}

// ---- literals

/// The literals that a union of them lost, each with the one that came for it.
pub(super) fn exchanged(change: &DeclarationChange) -> Vec<(String, Exchange)> {
    let Some(now) = change.now.as_ref() else { return Vec::new() };
    let literal = |t: &&str| t.starts_with(['\'', '"']);
    if change.then.kind != DeclarationKind::TypeAlias {
        return Vec::new();
    }
    let all = union(&change.then.type_text);
    let then: Vec<&str> = all.into_iter().filter(literal).map(unquoted).collect();
    if then.is_empty() || now.kind != DeclarationKind::TypeAlias {
        return Vec::new();
    }
    let all = union(&now.type_text);
    let after: Vec<&str> = all.into_iter().filter(literal).map(unquoted).collect();
    let gone: Vec<&str> = then.iter().copied().filter(|t| !after.contains(t)).collect();
    let new: Vec<&str> = after.iter().copied().filter(|t| !then.contains(t)).collect();
    // One for one; where several changed, those that stand at the same place, when nothing else moved.
    let in_place = then.len() == after.len() && then.iter().zip(&after).filter(|(a, b)| a != b).count() == gone.len();
    let pairs: Vec<(&str, &str)> = match (gone.as_slice(), new.as_slice()) {
        ([one], [other]) => vec![(*one, *other)],
        _ if in_place && gone.len() == new.len() => {
            then.iter().copied().zip(after.iter().copied()).filter(|(a, b)| a != b).collect()
        }
        _ => Vec::new(),
    };
    pairs.into_iter().map(|(a, b)| (a.to_owned(), Exchange { to: b.to_owned() })).collect()
}

/// What a literal becomes.
pub(super) struct Exchange {
    to: String,
}

/// What becomes of a literal.
pub(super) fn literal(spot: &Spot<'_>) -> Option<Carried> {
    let leaf = spot.now.leaf;
    let name = spot.of_text(leaf);
    let (_, exchange) = exchanged(spot.site.change).into_iter().find(|(from, _)| from == name)?;
    Some(Carried::edits(vec![TextEdit::replace(leaf.range(), exchange.to)]))
}

/// The string literals that were of the union.
pub(super) fn literal_uses(past: &Past, change: &DeclarationChange) -> Option<Uses> {
    let gone = exchanged(change);
    let mut out = semantics::uses(&past.index, &change.old).unwrap_or_default();
    let language = syntax::Language::of_path(&change.old.path)?;
    for (literal, _) in gone {
        // Files are found by words.
        let word = literal.split(|c: char| !c.is_alphanumeric() && c != '_').max_by_key(|w| w.len())?.to_owned();
        let files: Vec<_> = past.index.files_with_word(&word, language).to_vec();
        if files.len() > 400 {
            return None;
        }
        for path in files {
            let Some(source) = past.index.source(&path) else { continue };
            let sema = Semantics::new(&past.index, &source);
            let model = sema.typescript();
            let found = strings(sema.root(), sema.text(), &literal);
            for fragment in found {
                if is_of_union(&model, fragment, &literal, change) {
                    let range = TextRange::from(fragment.byte_range());
                    out.certain.push(Use { source: source.clone(), range, kind: UseKind::Reference });
                }
            }
        }
    }
    out.certain.sort_by(|a, b| (&a.source.path, a.range.start).cmp(&(&b.source.path, b.range.start)));
    Some(out)
}

/// The contents of string literals that read so.
fn strings<'t>(root: Node<'t>, text: &str, literal: &str) -> Vec<Node<'t>> {
    let found =
        text.match_indices(literal).filter_map(|(at, _)| syntax::leaf_at(root, at).filter(|l| l.start_byte() == at));
    found.filter(|l| l.kind() == "string_fragment" && l.end_byte() - l.start_byte() == literal.len()).collect()
}

/// Whether a string stands where the union is expected, is compared with a value of it, or is one of its cases.
fn is_of_union(model: &SemanticModel<'_>, fragment: Node<'_>, literal: &str, change: &DeclarationChange) -> bool {
    let Some(string) = fragment.parent().filter(|p| p.kind() == "string") else { return false };
    let Some(parent) = string.parent() else { return false };
    if parent.is(&["import_statement", "export_statement", "import_require_clause"]) {
        return false;
    }
    if parent.kind() == "literal_type" {
        // The declaration itself is its author's; another union that lists the literal is another one.
        return false;
    }
    let whole = union(&change.then.type_text);
    let wanted: Vec<&str> = whole.into_iter().filter(|t| t.starts_with(['\'', '"'])).map(unquoted).collect();
    let is_it = |ty: Option<Type>| {
        let Some(ty) = ty else { return false };
        if let Some((symbol, _)) = model.named_type(&ty)
            && model.declarations(&symbol).contains(&change.old)
        {
            return true;
        }
        // The same alternatives, maybe narrowed: at least two of them, and no other string.
        let parts: Vec<String> = ty
            .parts()
            .iter()
            .filter_map(|p| match model.shape(p) {
                semantics::typescript::Shape::Literal(text) if text.starts_with(['\'', '"']) => {
                    Some(unquoted(&text).to_owned())
                }
                _ => None,
            })
            .collect();
        parts.len() >= 2 && parts.iter().any(|p| p == literal) && parts.iter().all(|p| wanted.contains(&p.as_str()))
    };
    match parent.kind() {
        "binary_expression" => {
            let other =
                [parent.field("left"), parent.field("right")].into_iter().flatten().find(|n| n.id() != string.id());
            is_it(other.and_then(|o| model.type_of(o)))
        }
        "switch_case" => {
            let switch = ancestors(parent).find(|a| a.kind() == "switch_statement");
            is_it(
                switch
                    .and_then(|s| s.field("value"))
                    .and_then(|v| model.type_of(v.named().into_iter().next().unwrap_or(v))),
            )
        }
        _ => is_it(model.expected_type(string)),
    }
}

/// Whether a change is about literals.
pub(super) fn is_about_literals(change: &DeclarationChange) -> bool {
    change.has(|k| matches!(k, ChangeKind::Retyped { .. })) && !exchanged(change).is_empty()
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
    fn a_type_argument_is_told_by_the_members() {
        let then = "export interface Box { value: string; size: number }\n";
        let now = "export interface Box<T> { value: T; size: number }\n";
        check(
            then,
            now,
            "import { Box } from './a';\nexport const f = (b: $0Box) => b.value;\n",
            "TS2314",
            Some("import { Box } from './a';\nexport const f = (b: Box<string>) => b.value;\n"),
        );
        let free = "export interface Box<T> { value: string; size: number; meta?: T }\n";
        check(then, free, "import { Box } from './a';\nexport const f = (b: $0Box) => b.value;\n", "TS2314", None);
    }

    #[test]
    fn a_type_parameter_that_is_gone() {
        check(
            "export interface Pair<A, B> { a: A; b: B }\n",
            "export interface Pair<B> { a: string; b: B }\n",
            "import { Pair } from './a';\nexport const f = (b: $0Pair<string, number>) => b.a;\n",
            "TS2314",
            Some("import { Pair } from './a';\nexport const f = (b: Pair<number>) => b.a;\n"),
        );
    }

    #[test]
    fn a_property_that_is_gone_leaves_the_literals() {
        let then = "export interface Options { width: number; legacy: boolean; depth: number }\n";
        let now = "export interface Options { width: number; depth: number }\n";
        check(
            then,
            now,
            "import { Options } from './a';\nexport const o: Options = { width: 1, $0legacy: true, depth: 2 };\n",
            "TS2353",
            Some("import { Options } from './a';\nexport const o: Options = { width: 1, depth: 2 };\n"),
        );
        check(
            then,
            now,
            "import { Options } from './a';\nexport const f = (o: Options) => o.$0legacy;\n",
            "TS2339",
            None,
        );
    }

    #[test]
    fn a_literal_of_a_union_reads_otherwise() {
        let then = "export type Level = 'low' | 'mid' | 'high';\n";
        let now = "export type Level = 'low' | 'medium' | 'high';\n";
        check(
            then,
            now,
            "import { Level } from './a';\nexport const l: Level = $0'mid';\nexport const other = 'mid';\n",
            "TS2322",
            Some("import { Level } from './a';\nexport const l: Level = 'medium';\nexport const other = 'mid';\n"),
        );
        check(
            then,
            now,
            "import { Level } from './a';\nexport const f = (l: Level) => l === $0'mid';\n",
            "TS2367",
            Some("import { Level } from './a';\nexport const f = (l: Level) => l === 'medium';\n"),
        );
        check(
            then,
            now,
            "import { Level } from './a';\nexport const f = (l: Level, s: string) => l + (s === $0'mid');\n",
            "TS2367",
            None,
        );
    }

    #[test]
    fn a_member_of_an_enumeration_is_renamed() {
        check(
            "export enum Kind { First = 1, Second = 2 }\n",
            "export enum Kind { First = 1, Other = 2 }\n",
            "import { Kind } from './a';\nexport const k = Kind.$0Second;\n",
            "TS2339",
            Some("import { Kind } from './a';\nexport const k = Kind.Other;\n"),
        );
    }
}
