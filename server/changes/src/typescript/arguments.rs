//! Parameters that were added, removed, put in another order or into an object.

use super::spot::{Around, Spot, has_effects, is_literal};
use super::values;
use crate::callable::Signatures;
use crate::carry::Carried;
use index::Parameter;
use index::typescript::types::split_top;
use semantics::typescript::{ParameterInfo, Shape};
use smol_str::SmolStr;
use syntax::typescript::unquoted;
use syntax::{Node, NodeExt};
use text::{TextEdit, TextRange};

const EFFECTS: &str = "what the dropped argument does is not done any more";
const ORDER: &str = "the arguments are evaluated in another order";

/// What stands in the new list of arguments.
#[derive(Clone, PartialEq, Debug)]
enum Item {
    /// The argument with this number then.
    Keep(usize),
    /// Something else.
    New(String),
    /// `{ a, b: x }` of these arguments then.
    Object(Vec<(SmolStr, usize)>),
}

/// What becomes of the arguments of a call.
pub(super) fn carry(spot: &Spot<'_>) -> Option<Carried> {
    let change = spot.site.change;
    let signatures = Signatures::between(&change.then, change.now.as_ref()?)?;
    let (Some(_), Some(call)) = (spot.then.call, spot.now.call) else {
        // It is passed on: whether that still fits is not for here.
        return spot.now.call.is_none().then(Carried::default).filter(|_| is_compatible(&signatures));
    };
    if spot.overloads() > 1 {
        return None;
    }
    let infos = infos(spot);
    list(spot, &spot.then, &spot.now, call, &signatures, &infos)
}

/// What becomes of a list of arguments.
pub(super) fn list(
    spot: &Spot<'_>,
    then: &Around<'_>,
    now: &Around<'_>,
    call: Node<'_>,
    signatures: &Signatures,
    infos: &[ParameterInfo],
) -> Option<Carried> {
    let (args_then, args) = (then.arguments()?, now.arguments()?);
    if args.len() != args_then.len() {
        // Someone was here before.
        return Some(Carried::default());
    }
    let mut out = Carried::default();
    let items = items(spot, call, signatures, infos, &args, &mut out)?;
    let text_then = spot.site.then.text();
    if is_done(&items, &args_then, &args, text_then, spot.text) {
        return Some(Carried::default());
    }
    let kept = |i: usize| {
        items.iter().any(|item| match item {
            Item::Keep(k) => *k == i,
            Item::Object(list) => list.iter().any(|(_, k)| *k == i),
            // Taken apart.
            Item::New(_) => false,
        })
    };
    let taken_apart = |i: usize| args[i].kind() == "object" && !signatures.now.parameters.is_empty();
    if (0..args.len()).any(|i| !kept(i) && !taken_apart(i) && has_effects(args[i])) {
        out = out.doubted(EFFECTS);
    }
    let order: Vec<usize> = items
        .iter()
        .flat_map(|item| match item {
            Item::Keep(k) => vec![*k],
            Item::Object(list) => list.iter().map(|(_, k)| *k).collect(),
            Item::New(_) => Vec::new(),
        })
        .collect();
    if !order.is_sorted() && order.iter().filter(|i| has_effects(args[**i])).count() > 1 {
        out = out.doubted(ORDER);
    }
    out.edits.extend(write(&items, &args, call, spot.text)?);
    // A function that is written there is called in another way.
    for (item, (at, from)) in items.iter().zip(signatures.pairs.iter().enumerate()) {
        if let (Item::Keep(k), Some(from)) = (item, from)
            && let (Some(a), Some(b)) = (signatures.then.parameters.get(*from), signatures.now.parameters.get(at))
            && a.type_text != b.type_text
            && let Some(shape) = Signatures::of_types(&a.type_text, &b.type_text, &spot.site.change.then)
        {
            out.edits.extend(function_literal(args[*k], &shape, spot.text)?);
        }
    }
    Some(out)
}

/// The parameters now, with their types as the file of the use knows them.
fn infos(spot: &Spot<'_>) -> Vec<ParameterInfo> {
    let Some(new) = &spot.site.change.new else { return Vec::new() };
    let model = spot.model();
    let signature = if spot.site.change.then.name == "constructor" {
        let owner = crate::carry::owner(spot.site.now.index, new);
        let ty = owner.and_then(|o| model.type_of_declaration(&o));
        ty.and_then(|t| model.constructors_of(&t).into_iter().next())
    } else {
        model.declared_type(new, spot.site.change.inside_now).and_then(|t| model.signatures_of(&t).into_iter().next())
    };
    signature.map(|s| s.parameters).unwrap_or_default()
}

/// Whether a function of the new signature can be passed where one of the old could: it only takes less.
fn is_compatible(signatures: &Signatures) -> bool {
    signatures.pairs.iter().enumerate().all(|(j, from)| *from == Some(j))
}

/// The new list of arguments; `None` when one of them is not known.
fn items(
    spot: &Spot<'_>,
    call: Node<'_>,
    signatures: &Signatures,
    infos: &[ParameterInfo],
    args: &[Node<'_>],
    out: &mut Carried,
) -> Option<Vec<Item>> {
    let Signatures { then, now, pairs } = signatures;
    if let Some(items) = from_object(spot, signatures, args) {
        return items;
    }
    let mut items: Vec<Item> = Vec::new();
    // Optional ones that are left out; something after them needs a value for them.
    let mut left_out = false;
    for (j, parameter) in now.parameters.iter().enumerate() {
        let info = infos.get(j).filter(|i| i.name == parameter.name || is_pattern(&parameter.name));
        if let Some(keys) = info.and_then(|i| into_object(spot, signatures, j, i)) {
            let given: Vec<(SmolStr, usize)> = keys.into_iter().filter(|(_, i)| *i < args.len()).collect();
            match given.is_empty() {
                true if is_optional(parameter) => left_out = true,
                _ if left_out => return None,
                true => items.push(Item::New("{}".into())),
                false => items.push(Item::Object(given)),
            }
            continue;
        }
        match pairs[j] {
            Some(i) if i < args.len() => {
                if left_out {
                    return None;
                }
                if then.parameters[i].rest {
                    (i..args.len()).for_each(|k| items.push(Item::Keep(k)));
                } else {
                    items.push(Item::Keep(i));
                }
            }
            // It was left out, and may still be.
            Some(_) if is_optional(parameter) => left_out = true,
            Some(i) => {
                let default = then.parameters[i].default.as_str();
                let simple = is_literal(default);
                if left_out || !simple {
                    return None;
                }
                items.push(Item::New(default.to_owned()));
            }
            None if is_optional(parameter) => left_out = true,
            None => {
                if left_out {
                    return None;
                }
                let found = values::of(spot, call, j, parameter, info)?;
                out.imports.extend(found.imports);
                if let Some(doubt) = found.doubt {
                    out.doubt.get_or_insert(doubt);
                }
                items.push(Item::New(found.text));
            }
        }
    }
    Some(items)
}

fn is_pattern(name: &str) -> bool {
    name.starts_with(['{', '['])
}

fn is_optional(parameter: &Parameter) -> bool {
    parameter.optional || parameter.rest || !parameter.default.is_empty()
}

/// The parameters then that are properties of the parameter `j` now, by name.
fn into_object(
    spot: &Spot<'_>,
    signatures: &Signatures,
    j: usize,
    info: &ParameterInfo,
) -> Option<Vec<(SmolStr, usize)>> {
    let ty = info.ty.as_ref()?;
    let model = spot.model();
    let ty = model.without_null_types(ty);
    let properties = match model.shape(&ty) {
        Shape::Structure | Shape::Instance(..) => model.properties_of(&ty)?,
        _ => return None,
    };
    let from = signatures.pairs[j];
    let parameter = &signatures.now.parameters[j];
    // The same one, which holds such a property by chance.
    if let Some(i) = from {
        let a = &signatures.then.parameters[i];
        if a.name == parameter.name || a.type_text == parameter.type_text {
            return None;
        }
    }
    let mut gone = signatures.removed();
    gone.extend(from);
    gone.sort_unstable();
    let mut keys = Vec::new();
    for i in gone {
        let name = &signatures.then.parameters[i].name;
        if signatures.then.parameters[i].rest {
            return None;
        }
        if properties.iter().any(|p| p.name == *name) {
            keys.push((name.clone(), i));
        } else if from == Some(i) {
            return None;
        }
    }
    let is_given = |name: &SmolStr| keys.iter().any(|(k, _)| k == name);
    (!keys.is_empty() && properties.iter().all(|p| p.optional || is_given(&p.name))).then_some(keys)
}

/// The list of arguments where one object becomes several; the inner `None` when what it holds is not known.
fn from_object(spot: &Spot<'_>, signatures: &Signatures, args: &[Node<'_>]) -> Option<Option<Vec<Item>>> {
    let Signatures { then, now, pairs } = signatures;
    // The object then: a parameter that is gone, whose properties are parameters now.
    let object = (0..then.parameters.len()).find(|i| {
        let paired = pairs.iter().position(|p| *p == Some(*i));
        paired.is_none_or(|j| now.parameters[j].name != then.parameters[*i].name)
            && !keys_of(&then.parameters[*i]).is_empty()
    })?;
    let keys = keys_of(&then.parameters[object]);
    let mine = |j: usize| (pairs[j].is_none() || pairs[j] == Some(object)) && keys.contains(&now.parameters[j].name);
    if !(0..pairs.len()).any(mine) {
        return None;
    }
    let Some(argument) = args.get(object) else { return Some(None) };
    let mut values: Vec<(SmolStr, String)> = Vec::new();
    match argument.kind() {
        "object" => {
            for entry in argument.named() {
                match entry.kind() {
                    "pair" => {
                        let (Some(key), Some(value)) = (entry.field("key"), entry.field("value")) else {
                            return Some(None);
                        };
                        values.push((unquoted(spot.of_text(key)).into(), spot.of_text(value).to_owned()));
                    }
                    "shorthand_property_identifier" => {
                        values.push((spot.of_text(entry).into(), spot.of_text(entry).to_owned()))
                    }
                    _ => return Some(None),
                }
            }
        }
        "identifier" => {
            let name = spot.of_text(*argument);
            values.extend(keys.iter().map(|k| (k.clone(), format!("{name}.{k}"))));
        }
        _ => return Some(None),
    }
    let mut items = Vec::new();
    let mut left_out = false;
    for (j, pair) in pairs.iter().enumerate() {
        let item = if mine(j) {
            values.iter().find(|(k, _)| *k == now.parameters[j].name).map(|(_, v)| Item::New(v.clone()))
        } else {
            pair.filter(|i| *i < args.len()).map(Item::Keep)
        };
        match item {
            Some(item) if !left_out => items.push(item),
            None if is_optional(&now.parameters[j]) => left_out = true,
            _ => return Some(None),
        }
    }
    // A value that no parameter takes would be lost.
    let all_taken = values.iter().all(|(k, _)| now.parameters.iter().any(|p| p.name == *k));
    Some(all_taken.then_some(items))
}

/// The names of the properties that an object parameter is written with.
fn keys_of(parameter: &Parameter) -> Vec<SmolStr> {
    let inner = |text: &str| text.trim().strip_prefix('{').and_then(|t| t.strip_suffix('}')).map(str::to_owned);
    let Some(list) = inner(&parameter.type_text) else { return Vec::new() };
    let separated: Vec<String> =
        split_top(&list, b';').into_iter().flat_map(|p| split_top(p, b',')).map(str::to_owned).collect();
    let name = |p: &String| {
        let name = p.split(':').next().unwrap_or_default().trim().trim_start_matches("readonly ").trim_end_matches('?');
        syntax::typescript::is_identifier(name).then(|| SmolStr::from(name))
    };
    separated.iter().filter(|p| !p.is_empty()).map(name).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// Whether the list reads as it is to read already.
fn is_done(items: &[Item], then: &[Node<'_>], now: &[Node<'_>], text_then: &str, text_now: &str) -> bool {
    let old = |i: usize| &text_then[then[i].byte_range()];
    let new = |i: usize| &text_now[now[i].byte_range()];
    let unchanged = items.len() == now.len() && items.iter().enumerate().all(|(j, item)| *item == Item::Keep(j));
    if unchanged {
        return false;
    }
    match items {
        // The same number of arguments in another order.
        _ if items.len() == now.len() && items.iter().all(|i| matches!(i, Item::Keep(_))) => {
            items.iter().enumerate().all(|(j, item)| matches!(item, Item::Keep(i) if new(j) == old(*i)))
        }
        [Item::Object(_)] if now.len() == 1 => now[0].kind() == "object" && then[0].kind() != "object",
        _ if items.len() == now.len() => (0..now.len()).any(|i| {
            // One of them was exchanged.
            matches!(items[i], Item::New(_)) && new(i) != old(i) && now[i].kind() != then[i].kind()
        }),
        _ => false,
    }
}

/// The edits that make the arguments read so.
fn write(items: &[Item], args: &[Node<'_>], call: Node<'_>, text: &str) -> Option<Vec<TextEdit>> {
    let source = |i: usize| &text[args[i].byte_range()];
    let unchanged =
        |items: &[Item]| items.len() == args.len() && items.iter().enumerate().all(|(j, i)| *i == Item::Keep(j));
    if unchanged(items) {
        return Some(Vec::new());
    }
    let property = |name: &SmolStr, i: usize| match args[i].kind() == "identifier" && source(i) == name {
        true => name.to_string(),
        false => format!("{name}: {}", source(i)),
    };
    let written = |item: &Item| match item {
        Item::Keep(i) => source(*i).to_owned(),
        Item::New(text) => text.clone(),
        Item::Object(list) => {
            format!("{{ {} }}", list.iter().map(|(n, i)| property(n, *i)).collect::<Vec<_>>().join(", "))
        }
    };
    let all = || items.iter().map(written).collect::<Vec<_>>().join(", ");
    let Some(list) = call.field("arguments") else {
        let add = items.is_empty().then(String::new).unwrap_or_else(|| format!("({})", all()));
        return Some(vec![TextEdit::insert(call.end_byte(), add)]);
    };
    let inner = TextRange::new(list.start_byte() + 1, list.end_byte() - 1);
    let (Some(first), Some(last)) = (args.first(), args.last()) else {
        return Some(vec![TextEdit::replace(inner, all())]);
    };
    if items.is_empty() {
        return Some(vec![TextEdit::delete(inner)]);
    }
    // An object of neighbours, in order: their own text stays.
    if let [Item::Object(keys)] = items
        && keys.iter().map(|(_, i)| *i).eq(0..args.len())
    {
        let mut edits = Vec::new();
        for (name, i) in keys {
            let open = if *i == 0 { "{ " } else { "" };
            let key =
                if args[*i].kind() == "identifier" && source(*i) == name { String::new() } else { format!("{name}: ") };
            if !(open.is_empty() && key.is_empty()) {
                edits.push(TextEdit::insert(args[*i].start_byte(), format!("{open}{key}")));
            }
        }
        edits.push(TextEdit::insert(last.end_byte(), " }"));
        return Some(edits);
    }
    // As many as before: each takes the place of another.
    if items.len() == args.len() {
        let changed = items.iter().enumerate().filter(|(j, item)| **item != Item::Keep(*j));
        return Some(changed.map(|(j, item)| TextEdit::replace(args[j].range(), written(item))).collect());
    }
    let kept: Vec<usize> = items.iter().filter_map(|i| if let Item::Keep(k) = i { Some(*k) } else { None }).collect();
    let plain = !kept.is_empty() && kept.is_sorted() && !items.iter().any(|i| matches!(i, Item::Object(_)));
    let added = items.len() - kept.len();
    if plain && added == 0 {
        return Some(deletions(args, &kept));
    }
    if plain && kept.len() == args.len() {
        return Some(insertions(items, args, &written));
    }
    Some(vec![TextEdit::replace(TextRange::new(first.start_byte(), last.end_byte()), all())])
}

/// Takes out all but `kept`.
fn deletions(args: &[Node<'_>], kept: &[usize]) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    let mut at = 0;
    while at < args.len() {
        if kept.contains(&at) {
            at += 1;
            continue;
        }
        let end = (at..args.len()).find(|i| kept.contains(i)).unwrap_or(args.len());
        let range = match args.get(end) {
            Some(next) => TextRange::new(args[at].start_byte(), next.start_byte()),
            None => TextRange::new(args[at - 1].end_byte(), args[end - 1].end_byte()),
        };
        edits.push(TextEdit::delete(range));
        at = end;
    }
    edits
}

/// Writes what is new between the others.
fn insertions(items: &[Item], args: &[Node<'_>], written: &dyn Fn(&Item) -> String) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    let mut before = String::new();
    for item in items {
        match item {
            Item::Keep(i) => {
                if !before.is_empty() {
                    edits.push(TextEdit::insert(args[*i].start_byte(), std::mem::take(&mut before)));
                }
            }
            other => before += &format!("{}, ", written(other)),
        }
    }
    if let (false, Some(last)) = (before.is_empty(), args.last()) {
        let text = before.trim_end_matches(", ");
        edits.push(TextEdit::insert(last.end_byte(), format!(", {text}")));
    }
    edits
}

/// The edits of a function that is written where another signature is expected now; none when it is no literal.
fn function_literal(argument: Node<'_>, shape: &Signatures, text: &str) -> Option<Vec<TextEdit>> {
    if !argument.is(&["arrow_function", "function_expression"]) {
        return Some(Vec::new());
    }
    let own: Vec<Node<'_>> = match argument.field("parameters") {
        Some(list) => list.named(),
        None => argument.field("parameter").into_iter().collect(),
    };
    fn pattern<'t>(p: &Node<'t>) -> Node<'t> {
        p.field("pattern").unwrap_or(*p)
    }
    let plain =
        |p: &Node<'_>| pattern(p).kind() == "identifier" && p.field("type").is_none() && p.field("value").is_none();
    let (Some(first), Some(last)) = (own.first(), own.last()) else { return Some(Vec::new()) };
    if !own.iter().all(plain) || own.len() > shape.then.parameters.len() {
        return None;
    }
    let name = |k: usize| &text[pattern(&own[k]).byte_range()];
    let keys: Vec<Vec<SmolStr>> = shape.now.parameters.iter().map(keys_of).collect();
    let mut written: Vec<String> = Vec::new();
    for (j, from) in shape.pairs.iter().enumerate() {
        // Several that came into one object.
        let inside: Vec<(SmolStr, usize)> = match from {
            Some(i) if shape.then.parameters[*i].name == shape.now.parameters[j].name => Vec::new(),
            _ => (0..own.len())
                .filter(|k| keys[j].contains(&shape.then.parameters[*k].name))
                .map(|k| (shape.then.parameters[k].name.clone(), k))
                .collect(),
        };
        if !inside.is_empty() {
            let one = |(key, k): &(SmolStr, usize)| match name(*k) {
                same if same == key => key.to_string(),
                other => format!("{key}: {other}"),
            };
            written.push(format!("{{ {} }}", inside.iter().map(one).collect::<Vec<_>>().join(", ")));
        } else if let Some(k) = from.filter(|k| *k < own.len()) {
            written.push(name(k).to_owned());
        } else if from.is_none() {
            // One that nothing used: it needs a name only where another one follows.
            let follows = shape.pairs[j + 1..].iter().flatten().any(|k| *k < own.len());
            if !follows {
                break;
            }
            written.push(format!("_{}", shape.now.parameters[j].name.trim_start_matches('_')));
        }
    }
    let before: Vec<&str> = (0..own.len()).map(name).collect();
    if before == written {
        return Some(Vec::new());
    }
    // What the function uses must still be there.
    let lost = before.iter().filter(|n| {
        !written.iter().any(|w| w.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').any(|p| p == **n))
    });
    let body = argument.field("body")?;
    if lost.into_iter().any(|n| !syntax::typescript::occurrences(body, text, n).is_empty()) {
        return None;
    }
    let new = written.join(", ");
    let bare = argument.field("parameters").is_none();
    let new = if bare { format!("({new})") } else { new };
    Some(vec![TextEdit::replace(TextRange::new(first.start_byte(), last.end_byte()), new)])
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe, check_unsafe};

    /// A function then and now, and a file that uses it.
    fn both(then: &str, now: &str, user: &str) -> (String, String) {
        (format!("//- /a.ts\n{then}"), format!("//- /a.ts\n{now}//- /use.ts\n{user}"))
    }

    #[test]
    fn a_parameter_that_is_gone_takes_its_argument_with_it() {
        let (then, now) = both(
            "export function draw(x: number, y: string, z: boolean) { return [x, y, z]; }\n",
            "export function draw(x: number, z: boolean) { return [x, z]; }\n",
            "import { draw } from './a';\ndraw(1, 'a', $0true);\n",
        );
        let after = "import { draw } from './a';\ndraw(1, true);\n";
        check_safe(&then, &now, "TS2554", "Expected 2 arguments, but got 3.", after);
        let now = now.replace("'a'", "name()");
        check_unsafe(&then, &now, "TS2554", "Expected 2 arguments, but got 3.", after);
        let spread = now.replace("draw(1, name(), $0true)", "draw($0...list)");
        check_nothing(
            &then,
            &spread,
            "TS2556",
            "A spread argument must either have a tuple type or be passed to a rest parameter.",
        );
        let done = now.replace("draw(1, name(), $0true)", "draw(1, $0true)");
        check_nothing(&then, &done, "TS2554", "Expected 2 arguments, but got 3.");
    }

    #[test]
    fn arguments_follow_the_order_of_the_parameters() {
        let (then, now) = both(
            "export function pad(text: string, width: number) { return text.padEnd(width); }\n",
            "export function pad(width: number, text: string) { return text.padEnd(width); }\n",
            "import { pad } from './a';\npad($0'a', 2);\n",
        );
        let message = "Argument of type 'string' is not assignable to parameter of type 'number'.";
        check_safe(&then, &now, "TS2345", message, "import { pad } from './a';\npad(2, 'a');\n");
        let busy = now.replace("pad($0'a', 2)", "pad($0a(), b())");
        check_unsafe(&then, &busy, "TS2345", message, "import { pad } from './a';\npad(b(), a());\n");
    }

    #[test]
    fn parameters_become_an_object_and_come_back() {
        let list = "export function open(path: string, mode: number, lazy?: boolean) { return [path, mode, lazy]; }\n";
        let object = "export function open({ path, mode, lazy }: { path: string; mode: number; lazy?: boolean }) { return [path, mode, lazy]; }\n";
        let message = "Expected 1 arguments, but got 2.";
        let (then, now) = both(list, object, "import { open } from './a';\nconst path = 'x';\nopen(path, $01);\n");
        let after = "import { open } from './a';\nconst path = 'x';\nopen({ path, mode: 1 });\n";
        check_safe(&then, &now, "TS2554", message, after);
        let (then, now) =
            both(object, list, "import { open } from './a';\nconst path = 'x';\nopen($0{ path, mode: 1 });\n");
        let after = "import { open } from './a';\nconst path = 'x';\nopen(path, 1);\n";
        check_safe(&then, &now, "TS2554", "Expected 2-3 arguments, but got 1.", after);
        let unknown = now.replace("{ path, mode: 1 }", "{ ...rest }");
        check_nothing(&then, &unknown, "TS2554", "Expected 2-3 arguments, but got 1.");
    }

    #[test]
    fn one_parameter_becomes_a_property() {
        let (then, now) = both(
            "export function auth(serviceId: string) { return serviceId; }\n",
            "export interface AuthOptions { serviceId: string; force?: boolean }\nexport function auth(options: AuthOptions) { return options.serviceId; }\n",
            "import { auth } from './a';\nauth($0'x');\n",
        );
        let message = "Argument of type 'string' is not assignable to parameter of type 'AuthOptions'.";
        check_safe(&then, &now, "TS2345", message, "import { auth } from './a';\nauth({ serviceId: 'x' });\n");
    }

    #[test]
    fn a_callback_takes_an_object() {
        let (then, now) = both(
            "export function each(f: (key: string, value: number) => void) { f('a', 1); }\n",
            "export function each(f: (args: { key: string; value: number }) => void) { f({ key: 'a', value: 1 }); }\n",
            "import { each } from './a';\neach($0(key, n) => console.log(key, n));\n",
        );
        let message = "Argument of type '(key: any, n: any) => void' is not assignable to parameter of type '(args: { key: string; value: number; }) => void'.";
        let after = "import { each } from './a';\neach(({ key, value: n }) => console.log(key, n));\n";
        check_safe(&then, &now, "TS2345", message, after);
    }

    #[test]
    fn overloads_are_left_to_a_person() {
        let (then, now) = both(
            "export function put(a: string): void;\nexport function put(a: number, b: string): void;\nexport function put(a: any, b?: any) {}\n",
            "export function put(a: string): void;\nexport function put(a: number): void;\nexport function put(a: any) {}\n",
            "import { put } from './a';\nput(1, $0'b');\n",
        );
        check_nothing(&then, &now, "TS2554", "Expected 1 arguments, but got 2.");
    }

    #[test]
    fn a_function_inside_of_another_one_changes_too() {
        let file = |head: &str, call: &str| {
            format!(
                "//- /a.ts\nexport function outer() {{\n  function update({head}) {{ return [state, options]; }}\n  const other = () => {{ {call}; }};\n  return other;\n}}\n"
            )
        };
        let then = file("state: string, options?: number", "update('a', 1)");
        let object = "{ state, options }: { state: string; options?: number }";
        let message = "Expected 1 arguments, but got 2.";
        check_safe(
            &then,
            &file(object, "update('a', $01)"),
            "TS2554",
            message,
            file(object, "update({ state: 'a', options: 1 })").split_once('\n').expect("a head").1,
        );
    }

    #[test]
    fn a_local_arrow_function_loses_its_only_parameter() {
        let file = |head: &str, call: &str| {
            format!(
                "//- /a.ts\nexport function outer() {{\n  const step = ({head}) => {{ frame += 1; }};\n  let frame = 0;\n  {call};\n}}\n"
            )
        };
        let then = file("count: number", "step(1)");
        let after = file("", "step()");
        check_safe(
            &then,
            &file("", "step($01)"),
            "TS2554",
            "Expected 0 arguments, but got 1.",
            after.split_once('\n').expect("a head").1,
        );
    }
}
