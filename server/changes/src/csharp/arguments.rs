//! The arguments of a call whose parameters changed.

use super::members;
use super::names::receiver_is_type;
use super::shape::{has_effects, passing_of, value_of};
use super::{Draft, Use, callbacks, is_same_type, values, witness};
use crate::ChangeKind;
use index::{Declaration, Modifiers, Parameter};
use semantics::csharp::Type;
use std::collections::BTreeSet;
use syntax::csharp::descendants;
use syntax::{Node, NodeExt, child_of_kind};
use text::TextRange;

/// Whether the parameters are others.
fn is_about_parameters(kind: &ChangeKind) -> bool {
    matches!(
        kind,
        ChangeKind::ParameterAdded { .. }
            | ChangeKind::ParameterRemoved { .. }
            | ChangeKind::ParametersReordered { .. }
            | ChangeKind::ParameterRetyped { .. }
            | ChangeKind::ParameterRenamed { .. }
    )
}

/// A method that is named and not called: what takes it wants the parameters that it had.
pub(super) fn carry_group(used: &Use<'_, '_>) -> Option<()> {
    let counts = |k: &ChangeKind| is_about_parameters(k) && !matches!(k, ChangeKind::ParameterRenamed { .. });
    (!used.site.change.has(counts)).then_some(())
}

/// What an argument of the call is to be.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Source {
    /// The argument with this number.
    Argument(usize),
    /// This text.
    Text(String),
}

/// An argument of the call as it is to be.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Item {
    source: Source,
    /// The parameter it is for, by number now.
    parameter: usize,
    /// Whether the parameter has to be named.
    named: bool,
}

/// Rewrites the arguments of a call.
pub(super) fn carry(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    let change = used.site.change;
    let then = &change.then;
    if !change.has(is_about_parameters) {
        return Some(());
    }
    let pairing: &[Option<usize>] = &change.parameters;
    let (given_then, given_now) = receiver_parameters(used, now)?;
    let (old, new) = (used.then.arguments(), used.now.arguments());
    let assigned = assign(&old, &then.parameters, given_then, used.text_then())?;
    if old.len() != new.len() {
        // Someone was here before.
        return Some(());
    }
    let calls = Calls { used, now, old: &old, new: &new, assigned: &assigned, pairing };
    let removed: Vec<usize> = change.removed_parameters().filter(|i| Some(*i) != given_then).collect();
    let added: Vec<usize> = (0..pairing.len()).filter(|j| pairing[*j].is_none() && Some(*j) != given_now).collect();
    if let ([at], false) = (added.as_slice(), removed.is_empty())
        && let Some(()) = calls.gather_object(*at, &removed, given_now, draft)
    {
        return Some(());
    }
    if let ([at], false) = (removed.as_slice(), added.is_empty())
        && let Some(()) = calls.unpack_object(*at, &added, draft)
    {
        return Some(());
    }
    let mut items: Vec<Item> = Vec::new();
    let mut omitted = false;
    for (j, from) in pairing.iter().enumerate() {
        if Some(j) == given_now {
            continue;
        }
        let parameter = &now.parameters[j];
        let given: Vec<usize> =
            from.map_or_else(Vec::new, |i| (0..assigned.len()).filter(|k| assigned[*k] == i).collect());
        if !given.is_empty() {
            let named = omitted;
            items.extend(given.into_iter().map(|k| Item { source: Source::Argument(k), parameter: j, named }));
        } else if parameter.optional || parameter.rest {
            omitted = true;
        } else {
            let text = match from {
                // It was left out, and may not be left out any more.
                Some(i) => literal(&then.parameters[*i].default)?,
                None => values::of_parameter(used, j, draft)?,
            };
            items.push(Item { source: Source::Text(text), parameter: j, named: omitted });
        }
    }
    for (k, i) in assigned.iter().enumerate() {
        let at = pairing.iter().position(|p| *p == Some(*i));
        match at {
            Some(j) => calls.carry_value(k, *i, j, draft)?,
            None => calls.drop_value(k, draft)?,
        }
    }
    if old.iter().any(|a| a.field("name").is_some()) {
        return calls.write_named(&items, draft);
    }
    calls.write(&items, draft)
}

/// A default value that means the same at any place.
fn literal(text: &str) -> Option<String> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '_'))
        || matches!(text, "true" | "false" | "null")
        || text.starts_with('"') && text.ends_with('"') && text.len() > 1;
    (!text.is_empty() && plain).then(|| text.to_owned())
}

/// The parameters that the receiver stands for, then and now.
fn receiver_parameters(used: &Use<'_, '_>, now: &Declaration) -> Option<(Option<usize>, Option<usize>)> {
    let then = &used.site.change.then;
    let extension = |d: &Declaration| d.modifiers.contains(Modifiers::EXTENSION);
    let reduced = extension(then) && used.then.receiver.is_some() && !receiver_is_type(used)?;
    let given_then = reduced.then_some(0);
    let is_static = |d: &Declaration| d.modifiers.contains(Modifiers::STATIC);
    let given_now = if extension(now) && (reduced || !is_static(then)) {
        Some(0)
    } else if reduced && is_static(now) {
        Some(used.site.change.parameters.iter().position(|p| *p == Some(0))?)
    } else if !is_static(then) && is_static(now) && members::takes_owner(used, now) {
        Some(0)
    } else {
        None
    };
    Some((given_then, given_now))
}

/// For each argument the number of its parameter; `None` when they do not fit.
fn assign(arguments: &[Node<'_>], parameters: &[Parameter], given: Option<usize>, text: &str) -> Option<Vec<usize>> {
    let mut next = 0;
    arguments
        .iter()
        .map(|argument| {
            if let Some(name) = argument.field("name") {
                let name = name.text_in(text).trim_start_matches('@');
                return parameters.iter().position(|p| p.name.trim_start_matches('@') == name);
            }
            if Some(next) == given {
                next += 1;
            }
            let at = next;
            if !parameters.get(at)?.rest {
                next += 1;
            }
            Some(at)
        })
        .collect()
}

/// A call whose arguments are rewritten.
struct Calls<'c, 'a, 's> {
    used: &'c Use<'a, 's>,
    now: &'c Declaration,
    old: &'c [Node<'a>],
    new: &'c [Node<'a>],
    /// For each argument its parameter then.
    assigned: &'c [usize],
    pairing: &'c [Option<usize>],
}

impl<'a> Calls<'_, 'a, '_> {
    fn text_of(&self, k: usize) -> &'a str {
        self.new[k].text_in(self.used.text())
    }
    fn type_then(&self, i: usize) -> Option<Type> {
        let member = self.used.member_then();
        self.used.site.then.csharp().member_text(&member, &self.used.site.change.then.parameters[i].type_text)
    }
    fn type_now(&self, j: usize) -> Option<Type> {
        let member = self.used.member_now()?;
        self.used.site.now.csharp().member_text(&member, &self.now.parameters[j].type_text)
    }

    /// The argument `k` of parameter `i` then and `j` now: how it is passed, and its type.
    fn carry_value(&self, k: usize, i: usize, j: usize, draft: &mut Draft) -> Option<()> {
        let (a, b) = (&self.used.site.change.then.parameters[i], &self.now.parameters[j]);
        let way = |p: &Parameter| {
            p.modifiers.split(' ').find(|m| matches!(*m, "ref" | "out" | "in")).map(str::to_owned).unwrap_or_default()
        };
        let written = passing_of(self.new[k]);
        match (way(a).as_str(), way(b).as_str()) {
            (x, y) if x == y => {}
            ("", "in") => {}
            ("in" | "ref", "") => {
                if let Some(word) = written {
                    let value = value_of(self.new[k])?;
                    draft.delete(word.start_byte()..value.start_byte());
                }
            }
            ("" | "in", "ref") => {
                let value = value_of(self.new[k])?;
                (written.is_none() && value.kind() == "identifier").then_some(())?;
                draft.insert(value.start_byte(), "ref ");
            }
            _ => return None,
        }
        if a.type_text == b.type_text && a.rest == b.rest {
            return Some(());
        }
        let (from, to) = (self.type_then(i)?, self.type_now(j)?);
        if is_same_type(self.used.site, &from, &to) {
            let one = self.assigned.iter().filter(|n| **n == i).count() <= 1;
            return (a.rest == b.rest || !b.rest && one && self.is_array(k) || b.rest).then_some(());
        }
        if self.old[k].text_in(self.used.text_then()) != self.text_of(k) {
            // It was changed, by hand or in another pass.
            return Some(());
        }
        let model = self.used.site.now.csharp();
        let value = value_of(self.old[k])?;
        let own = self.used.site.then.csharp().type_of(value);
        if own.is_some_and(|own| model.converts(&own, &to))
            || !value.is(&["lambda_expression", "anonymous_method_expression"]) && model.converts(&from, &to)
            || value.kind() == "null_literal" && !model.is_value_type(&to)
        {
            return Some(());
        }
        if let Some(()) = callbacks::carry_argument(self.used, value_of(self.new[k])?, (&from, &to), draft) {
            return Some(());
        }
        let text = witness::converted(self.used, i, j, value_of(self.new[k])?, draft)?;
        draft.replace(value_of(self.new[k])?.range(), text);
        Some(())
    }

    /// Whether the argument is an array, and not an element of one.
    fn is_array(&self, k: usize) -> bool {
        let ty = value_of(self.old[k]).and_then(|v| self.used.site.then.csharp().type_of(v));
        matches!(ty, Some(Type::Array(..)))
    }

    /// The argument `k` is dropped.
    fn drop_value(&self, k: usize, draft: &mut Draft) -> Option<()> {
        let value = value_of(self.new[k])?;
        if passing_of(self.new[k]).is_some_and(|p| p.kind() == "out") {
            // What it declared or set is missed.
            return None;
        }
        let declares = |n: Node<'_>| n.is(&["declaration_expression", "declaration_pattern", "var_pattern"]);
        if !value.is(&["lambda_expression", "anonymous_method_expression"]) && descendants(value).any(declares) {
            return None;
        }
        if has_effects(value, self.used.text()) {
            draft.doubt("an argument that does something is dropped");
        }
        Some(())
    }

    fn item_text(&self, item: &Item) -> String {
        let name = &self.now.parameters[item.parameter].name;
        match &item.source {
            Source::Argument(k) if item.named && self.new[*k].field("name").is_none() => {
                format!("{name}: {}", self.text_of(*k))
            }
            Source::Argument(k) => self.text_of(*k).to_owned(),
            Source::Text(text) if item.named => format!("{name}: {text}"),
            Source::Text(text) => text.clone(),
        }
    }

    /// All arguments are positional.
    fn write(&self, items: &[Item], draft: &mut Draft) -> Option<()> {
        let kept: Vec<usize> = items
            .iter()
            .filter_map(|i| match i.source {
                Source::Argument(k) => Some(k),
                Source::Text(_) => None,
            })
            .collect();
        let dropped: BTreeSet<usize> = (0..self.new.len()).filter(|k| !kept.contains(k)).collect();
        let texts = items.len() - kept.len();
        let labels = items.iter().any(|i| i.named && matches!(i.source, Source::Argument(_)));
        let in_order = kept.is_sorted();
        let Some(list) = self.used.now.list else {
            if !items.is_empty() {
                let texts: Vec<String> = items.iter().map(|i| self.item_text(i)).collect();
                draft.insert(self.used.now.access.end_byte(), format!("({})", texts.join(", ")));
            }
            return Some(());
        };
        if in_order && !labels && texts == 0 {
            self.delete(&dropped, draft);
            return Some(());
        }
        if in_order && !labels && dropped.is_empty() {
            return self.insert(list, items, draft);
        }
        if !in_order {
            self.reordered(&kept, draft);
            let permuted = |k: usize| self.text_of(k) == self.old[kept[k]].text_in(self.used.text_then());
            let same = |k: usize| self.text_of(k) == self.old[k].text_in(self.used.text_then());
            if kept.len() == self.new.len() && texts == 0 && (0..kept.len()).all(permuted) && !(0..kept.len()).all(same)
            {
                // Someone was here before.
                *draft = Draft::default();
                return Some(());
            }
        }
        if texts == 0 && dropped.is_empty() && !labels {
            let moved = items.iter().enumerate().any(|(k, item)| item.source != Source::Argument(k));
            if moved {
                let texts: Vec<String> = items.iter().map(|i| self.item_text(i)).collect();
                draft.rewrite(self.used.text(), self.new, &texts);
            }
            return Some(());
        }
        let texts: Vec<String> = items.iter().map(|i| self.item_text(i)).collect();
        draft.replace(self.interior(list)?, texts.join(", "));
        Some(())
    }

    /// The order of evaluation changes.
    fn reordered(&self, kept: &[usize], draft: &mut Draft) {
        let acts = |k: &&usize| value_of(self.new[**k]).is_some_and(|v| has_effects(v, self.used.text()));
        let acting: Vec<&usize> = kept.iter().filter(acts).collect();
        if !acting.is_sorted() {
            draft.doubt("the arguments are evaluated in another order");
        }
    }

    /// From the first to the last argument.
    fn interior(&self, list: Node<'a>) -> Option<TextRange> {
        match (self.new.first(), self.new.last()) {
            (Some(first), Some(last)) => Some((first.start_byte()..last.end_byte()).into()),
            _ => {
                let open = child_of_kind(list, "(")?;
                Some(TextRange::empty(open.end_byte()))
            }
        }
    }

    fn delete(&self, dropped: &BTreeSet<usize>, draft: &mut Draft) {
        let Some(last) = (0..self.new.len()).rfind(|k| !dropped.contains(k)) else {
            if let (Some(first), Some(last)) = (self.new.first(), self.new.last()) {
                draft.delete(first.start_byte()..last.end_byte());
            }
            return;
        };
        for k in dropped.iter().filter(|k| **k < last) {
            draft.delete(self.new[*k].start_byte()..self.new[k + 1].start_byte());
        }
        if last + 1 < self.new.len() {
            draft.delete(self.new[last].end_byte()..self.new[self.new.len() - 1].end_byte());
        }
    }

    fn insert(&self, list: Node<'a>, items: &[Item], draft: &mut Draft) -> Option<()> {
        let mut open: Vec<String> = Vec::new();
        for item in items {
            match item.source {
                Source::Text(_) => open.push(self.item_text(item)),
                Source::Argument(k) if !open.is_empty() => {
                    draft.insert(self.new[k].start_byte(), format!("{}, ", open.join(", ")));
                    open.clear();
                }
                Source::Argument(_) => {}
            }
        }
        if !open.is_empty() {
            match self.new.last() {
                Some(last) => draft.insert(last.end_byte(), format!(", {}", open.join(", "))),
                None => draft.insert(self.interior(list)?.start, open.join(", ")),
            }
        }
        Some(())
    }

    /// Some arguments are named: they stay where they are.
    fn write_named(&self, items: &[Item], draft: &mut Draft) -> Option<()> {
        let kept: Vec<usize> =
            (0..self.new.len()).filter(|k| items.iter().any(|i| i.source == Source::Argument(*k))).collect();
        let dropped: BTreeSet<usize> = (0..self.new.len()).filter(|k| !kept.contains(k)).collect();
        self.delete(&dropped, draft);
        for (place, k) in kept.iter().enumerate() {
            let item = items.iter().find(|i| i.source == Source::Argument(*k))?;
            let name = &self.now.parameters[item.parameter].name;
            match self.new[*k].field("name") {
                Some(label) => {
                    if label.text_in(self.used.text()).trim_start_matches('@') != name.as_str() {
                        draft.replace(label.range(), name.as_str());
                    }
                }
                None if item.parameter == place => {}
                None => draft.insert(self.new[*k].start_byte(), format!("{name}: ")),
            }
        }
        let texts: Vec<String> = items
            .iter()
            .filter_map(|i| match &i.source {
                Source::Text(text) => Some(format!("{}: {text}", self.now.parameters[i.parameter].name)),
                Source::Argument(_) => None,
            })
            .collect();
        if !texts.is_empty() {
            let last = kept.last().map(|k| self.new[*k].end_byte())?;
            draft.insert(last, format!(", {}", texts.join(", ")));
        }
        Some(())
    }

    /// The arguments of the removed parameters become an object for the new one.
    fn gather_object(&self, at: usize, removed: &[usize], given_now: Option<usize>, draft: &mut Draft) -> Option<()> {
        let model = self.used.site.now.csharp();
        let ty = self.type_now(at)?.not_null();
        let parts = values::object_parts(self.used, &ty)?;
        let then = &self.used.site.change.then;
        // Every removed parameter is a part of it, by name and type.
        let part_of = |i: &usize| {
            let from = &then.parameters[*i];
            let part = parts.iter().position(|p| p.name.eq_ignore_ascii_case(&from.name))?;
            let same = self.type_then(*i).zip(parts[part].ty.clone());
            let fits = same.is_some_and(|(a, b)| is_same_type(self.used.site, &a, &b) || model.converts(&a, &b));
            fits.then_some((*i, part))
        };
        let places: Vec<(usize, usize)> = removed.iter().map(part_of).collect::<Option<_>>()?;
        // What is left keeps its place; the object stands where the first removed argument stood.
        let others: Vec<usize> = self.pairing.iter().flatten().copied().collect();
        if !others.is_sorted() || self.old.iter().any(|a| a.field("name").is_some()) {
            return None;
        }
        let argument_of = |i: usize| -> Option<usize> { self.assigned.iter().position(|n| *n == i) };
        if self.assigned.iter().any(|i| self.assigned.iter().filter(|n| *n == i).count() > 1) {
            return None;
        }
        let mut order: Vec<(usize, usize)> = places;
        order.sort_by_key(|(_, part)| *part);
        let constructed = parts.iter().all(|p| p.in_constructor);
        let mut texts: Vec<String> = Vec::new();
        let mut given: Vec<usize> = Vec::new();
        let mut omitted = false;
        for (part, p) in parts.iter().enumerate() {
            let argument = order.iter().find(|(_, n)| *n == part).and_then(|(i, _)| argument_of(*i));
            let Some(k) = argument else {
                if constructed && !p.optional || p.required {
                    return None;
                }
                omitted = true;
                continue;
            };
            given.push(k);
            texts.push(match constructed {
                true if omitted => format!("{}: {}", p.name, self.text_of(k)),
                true => self.text_of(k).to_owned(),
                false => format!("{} = {}", p.name, self.text_of(k)),
            });
        }
        if given.is_empty() && self.now.parameters[at].optional {
            return Some(());
        }
        let name = draft.spell(&model, &ty, self.used.now.access.start_byte());
        let before = (0..at).filter(|j| Some(*j) != given_now).filter_map(|j| argument_of(self.pairing[j]?)).count();
        let run = given.is_sorted() && given.windows(2).all(|w| w[1] == w[0] + 1);
        let simple = constructed && !omitted && run;
        if let (true, Some(first), Some(last)) = (simple, given.first(), given.last())
            && *first == before
        {
            draft.insert(self.new[*first].start_byte(), format!("new {name}("));
            draft.insert(self.new[*last].end_byte(), ")");
            return Some(());
        }
        if !given.is_sorted() {
            self.reordered(&given, draft);
        }
        let object = match constructed {
            true => format!("new {name}({})", texts.join(", ")),
            false if texts.is_empty() => format!("new {name}()"),
            false => format!("new {name} {{ {} }}", texts.join(", ")),
        };
        let mut items: Vec<String> = Vec::new();
        for j in (0..self.pairing.len()).filter(|j| Some(*j) != given_now) {
            match self.pairing[j] {
                None if j == at => items.push(object.clone()),
                Some(i) => items.push(self.text_of(argument_of(i)?).to_owned()),
                None => return None,
            }
        }
        draft.replace(self.interior(self.used.now.list?)?, items.join(", "));
        Some(())
    }

    /// The object that was one argument is taken apart.
    fn unpack_object(&self, at: usize, added: &[usize], draft: &mut Draft) -> Option<()> {
        let k = self.assigned.iter().position(|i| *i == at)?;
        let value = value_of(self.new[k])?;
        let (text, text_then) = (self.used.text(), self.used.text_then());
        if value.text_in(text) != value_of(self.old[k])?.text_in(text_then) {
            return Some(());
        }
        let ty = self.type_then(at)?.not_null();
        let parts = values::object_parts_then(self.used, &ty)?;
        let part_of = |j: &usize| {
            let name = &self.now.parameters[*j].name;
            let part = parts.iter().position(|p| p.name.eq_ignore_ascii_case(name))?;
            Some((*j, part))
        };
        let places: Vec<(usize, usize)> = added.iter().map(part_of).collect::<Option<_>>()?;
        let kept: Vec<usize> = self.pairing.iter().flatten().copied().collect();
        if !kept.is_sorted() || self.old.iter().any(|a| a.field("name").is_some()) {
            return None;
        }
        let part_text = |part: usize| -> Option<String> {
            let p = &parts[part];
            if value.is(&["object_creation_expression", "implicit_object_creation_expression"]) {
                let list = value.field("arguments").or_else(|| child_of_kind(value, "argument_list"));
                let arguments: Vec<Node<'_>> = list.map_or_else(Vec::new, |l| l.named());
                let set = child_of_kind(value, "initializer_expression").map_or_else(Vec::new, |i| i.named());
                let assigned = set.into_iter().find(|a| {
                    a.kind() == "assignment_expression" && a.field("left").is_some_and(|l| l.text_in(text) == p.name)
                });
                if let Some(assigned) = assigned {
                    return Some(assigned.field("right")?.text_in(text).to_owned());
                }
                let positional = parts.iter().take(part).filter(|p| p.in_constructor).count();
                let argument = arguments.get(positional).filter(|a| p.in_constructor && a.field("name").is_none())?;
                return Some(argument.text_in(text).to_owned());
            }
            let plain = value.is(&["identifier", "this"]) || value.kind() == "member_access_expression";
            plain.then(|| Some(format!("{}.{}", value.text_in(text), p.member.as_ref()?)))?
        };
        let mut items: Vec<String> = Vec::new();
        for (j, from) in self.pairing.iter().enumerate() {
            match from {
                Some(i) => match self.assigned.iter().position(|n| n == i) {
                    Some(k) => items.push(self.text_of(k).to_owned()),
                    None => return None,
                },
                None => {
                    let (_, part) = places.iter().find(|(n, _)| *n == j)?;
                    match part_text(*part) {
                        Some(text) => items.push(text),
                        None if self.now.parameters[j].optional && j + 1 == self.pairing.len() => {}
                        None => return None,
                    }
                }
            }
        }
        draft.replace(self.interior(self.used.now.list?)?, items.join(", "));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe, check_unsafe};

    /// Then, now, and what becomes of a method body of a class with a parameter `Shop s`.
    fn files(then: &str, now: &str, body: &str) -> (String, String) {
        let shop = |m: &str| format!("//- /Shop.cs\npublic class Shop\n{{\n    {m}\n}}\n");
        (
            shop(then),
            format!(
                "{}//- /Use.cs\nclass Use {{ void M(Shop s, int i, string t) {{ {body} }} int Next() => 1; }}\n",
                shop(now)
            ),
        )
    }
    fn after(body: &str) -> String {
        format!("class Use {{ void M(Shop s, int i, string t) {{ {body} }} int Next() => 1; }}\n")
    }
    #[track_caller]
    fn safe(then: &str, now: &str, before: &str, expected: &str) {
        let (then, now) = files(then, now, before);
        check_safe(&then, &now, "CS1501", "No overload for method 'Add' takes 2 arguments", &after(expected));
    }
    #[track_caller]
    fn doubted(then: &str, now: &str, before: &str, expected: &str) {
        let (then, now) = files(then, now, before);
        check_unsafe(&then, &now, "CS1501", "No overload for method 'Add' takes 2 arguments", &after(expected));
    }
    #[track_caller]
    fn nothing(then: &str, now: &str, before: &str) {
        let (then, now) = files(then, now, before);
        check_nothing(&then, &now, "CS1501", "No overload for method 'Add' takes 2 arguments");
    }

    #[test]
    fn an_argument_is_dropped_with_its_parameter() {
        let (then, now) = (
            "public void Add(int n, string name, bool b = false) { }",
            "public void Add(string name, bool b = false) { }",
        );
        safe(then, now, "s.$0Add(1, t);", "s.Add(t);");
        safe(then, now, "s.$0Add(name: t, n: i);", "s.Add(name: t);");
        safe("public void Add(int n, string name) { }", "public void Add(int n) { }", "s.$0Add(i, t);", "s.Add(i);");
        safe("public void Add(int n) { }", "public void Add() { }", "s.$0Add(i);", "s.Add();");
        doubted(then, now, "s.$0Add(Next(), t);", "s.Add(t);");
        nothing(
            "public void Add(string name, out int n) { n = 1; }",
            "public void Add(string name) { }",
            "s.$0Add(t, out var x); i = x;",
        );
    }

    #[test]
    fn arguments_are_reordered() {
        let (then, now) = ("public void Add(int n, string name) { }", "public void Add(string name, int n) { }");
        safe(then, now, "s.$0Add(1, t);", "s.Add(t, 1);");
        safe(then, now, "s.$0Add(Next(), t);", "s.Add(t, Next());");
        doubted(then, now, "s.$0Add(Next(), t.Trim());", "s.Add(t.Trim(), Next());");
        nothing(then, now, "s.$0Add(n: 1, name: t);");
        // Two of one type are told apart by their names.
        safe(
            "public void Add(int a, int b) { }",
            "public void Add(int b, int a) { }",
            "s.$0Add(1, i);",
            "s.Add(i, 1);",
        );
    }

    #[test]
    fn a_named_argument_follows_its_parameter() {
        safe(
            "public void Add(int n, string name) { }",
            "public void Add(int number, string name) { }",
            "s.$0Add(name: t, n: 1);",
            "s.Add(name: t, number: 1);",
        );
    }

    #[test]
    fn nothing_is_invented_for_a_new_parameter() {
        nothing("public void Add(int n) { }", "public void Add(int n, bool lazy) { }", "s.$0Add(1);");
        nothing("public void Add(int n) { }", "public void Add(int n, Shop other) { }", "Shop a = s; s.$0Add(1);");
    }

    #[test]
    fn a_new_parameter_gets_what_the_old_body_used() {
        let then = "public const int Many = 9; public void Add(int n) { Keep(n, Many, 3); } void Keep(int a, int b, int c) { }";
        safe(
            then,
            "public const int Many = 9; public void Add(int n, int most) { Keep(n, most, 3); } void Keep(int a, int b, int c) { }",
            "s.$0Add(1);",
            "s.Add(1, Shop.Many);",
        );
        safe(
            then,
            "public const int Many = 9; public void Add(int n, int least) { Keep(n, Many, least); } void Keep(int a, int b, int c) { }",
            "s.$0Add(1);",
            "s.Add(1, 3);",
        );
        safe(
            "public void Add(int n) { int by = 2; System.Console.Write(n * by); }",
            "public void Add(int n, int by) { System.Console.Write(n * by); }",
            "s.$0Add(1);",
            "s.Add(1, 2);",
        );
    }

    #[test]
    fn a_new_parameter_gets_the_one_value_of_its_type() {
        let then = "//- /Shop.cs\npublic class Log { }\npublic class Shop { public void Add(int n) { } }\n";
        let now = "//- /Shop.cs\npublic class Log { }\npublic class Shop { public void Add(int n, Log log) { } }\n";
        let use_ = |body: &str| format!("{now}//- /Use.cs\nclass Use {{ Log field; {body} }}\n");
        let check = |before: &str, after: &str| {
            check_safe(
                then,
                &use_(before),
                "CS7036",
                "There is no argument given that corresponds to the required parameter 'log' of 'Shop.Add(int, Log)'",
                &format!("class Use {{ Log field; {after} }}\n"),
            );
        };
        check("void M(Shop s, Log mine) { s.$0Add(1); }", "void M(Shop s, Log mine) { s.Add(1, mine); }");
        check("void M(Shop s) { s.$0Add(1); }", "void M(Shop s) { s.Add(1, field); }");
        check(
            "void M(Shop s) { var l = new Log(); s.$0Add(1); var later = new Log(); }",
            "void M(Shop s) { var l = new Log(); s.Add(1, l); var later = new Log(); }",
        );
        let none = |before: &str| {
            check_nothing(
                then,
                &use_(before),
                "CS7036",
                "There is no argument given that corresponds to the required parameter 'log' of 'Shop.Add(int, Log)'",
            )
        };
        none("void M(Shop s, Log a, Log b) { s.$0Add(1); }");
        none("static void M(Shop s) { s.$0Add(1); }");
    }

    #[test]
    fn positional_arguments_become_an_object_and_back() {
        let positional = "public void Add(int n, string name) { }";
        let record = "public void Add(AddArgs args) { }\n}\npublic sealed record AddArgs(int N, string Name)\n{";
        safe(positional, record, "s.$0Add(1, t);", "s.Add(new AddArgs(1, t));");
        let class = "public void Add(AddArgs args) { }\n}\npublic class AddArgs\n{\n    public int N { get; set; }\n    public string Name { get; set; }";
        safe(positional, class, "s.$0Add(1, t);", "s.Add(new AddArgs { N = 1, Name = t });");
        safe(record, positional, "s.$0Add(new AddArgs(1, t));", "s.Add(1, t);");
        // The parts have other names.
        nothing(
            positional,
            "public void Add(AddArgs args) { }\n}\npublic sealed record AddArgs(int Count, string Title)\n{",
            "s.$0Add(1, t);",
        );
    }

    #[test]
    fn an_argument_of_another_type_fits_or_is_left() {
        let then = "public void Add(int n) { }";
        nothing(then, "public void Add(string n) { }", "s.$0Add(1);");
        nothing(then, "public void Add(long n) { }", "s.$0Add(1);");
        safe(
            "public void Add(string n) { Keep(new System.Uri(n)); } void Keep(System.Uri a) { }",
            "public void Add(System.Uri n) { Keep(n); } void Keep(System.Uri a) { }",
            "s.$0Add(t);",
            "s.Add(new System.Uri(t));",
        );
    }

    #[test]
    fn what_is_passed_one_by_one_stays_so() {
        let (then, now) =
            ("public void Add(int n, params string[] names) { }", "public void Add(params string[] names) { }");
        safe(then, now, "s.$0Add(1, t, t);", "s.Add(t, t);");
        safe(then, now, "s.$0Add(1);", "s.Add();");
        nothing(
            "public void Add(int n, params string[] names) { }",
            "public void Add(int n, string[] names) { }",
            "s.$0Add(1, t, t);",
        );
    }

    #[test]
    fn arguments_are_passed_by_reference_or_no_longer() {
        safe("public void Add(ref int n) { }", "public void Add(int n) { }", "s.$0Add(ref i);", "s.Add(i);");
        safe("public void Add(int n) { }", "public void Add(ref int n) { }", "s.$0Add(i);", "s.Add(ref i);");
        nothing("public void Add(int n) { }", "public void Add(ref int n) { }", "s.$0Add(1);");
        nothing("public void Add(ref int n) { }", "public void Add(out int n) { n = 1; }", "s.$0Add(ref i);");
    }

    #[test]
    fn a_parameter_that_may_not_be_left_out_any_more_gets_its_old_default() {
        safe("public void Add(int n = 3) { }", "public void Add(int n) { }", "s.$0Add();", "s.Add(3);");
        nothing(
            "public void Add(int n = Many) { } const int Many = 1;",
            "public void Add(int n) { } const int Many = 1;",
            "s.$0Add();",
        );
    }

    #[test]
    fn other_overloads_are_left_alone() {
        nothing(
            "public void Add(int n) { }\n    public void Add(int n, string name) { }",
            "public void Add(int n) { }\n    public void Add(string name, int n) { }",
            "s.$0Add(1);",
        );
    }

    #[test]
    fn expression_trees_and_method_groups() {
        nothing(
            "public int Add(int n, string name) => 1;",
            "public int Add(string name) => 1;",
            "System.Func<int, string, int> f = s.$0Add;",
        );
        safe(
            "public int Add(int n, string name) => 1;",
            "public int Add(string name) => 1;",
            "System.Linq.Expressions.Expression<System.Func<int>> f = () => s.$0Add(1, t);",
            "System.Linq.Expressions.Expression<System.Func<int>> f = () => s.Add(t);",
        );
    }
}
