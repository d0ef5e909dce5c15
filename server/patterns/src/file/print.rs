//! Patterns as the text of a file.

use super::code::{Marked, Placeholders, kinds, sides, without_first_space, written};
use super::{
    ANY, AffixSpec, CallSpec, ChangeSpec, ContextSpec, HoleSpec, InScope, NamedInScope, OneOrMore, Rule, TableSpec,
    import_text, parse,
};
use crate::template::{Anchor, Fill, Hole, HoleId, Pattern, Template, Transform};
use serde_json::Value;
use smol_str::SmolStr;
use std::fmt::Write;

/// A pattern as the text of a file with it alone. What the form of code cannot say is there as it is kept.
pub fn print(pattern: &Pattern, name: &str) -> String {
    print_all(std::slice::from_ref(&Rule::of(pattern, name)))
}

/// Rules as the text of a file.
pub fn print_all(rules: &[Rule]) -> String {
    let mut out = String::new();
    let language = rules.first().map(|r| r.pattern.language.clone()).unwrap_or_default();
    let _ = writeln!(out, "language = {}", quoted(&language));
    for rule in rules {
        let own = (rule.pattern.language != language).then_some(&rule.pattern.language);
        let as_code = code(rule, own).filter(|text| reads_back(rule, &language, text));
        out.push('\n');
        out.push_str(&as_code.unwrap_or_else(|| as_template(rule, own)));
    }
    out
}

fn reads_back(rule: &Rule, language: &str, text: &str) -> bool {
    let Ok(file) = parse("", &format!("language = {}\n{text}", quoted(language))) else { return false };
    file.rules.first().is_some_and(|read| is_same(&read.pattern, &rule.pattern))
}

/// Whether two patterns do the same at the same places. White space on the left side, and before a side's first token, means nothing; names of holes neither.
pub fn is_same(one: &Pattern, other: &Pattern) -> bool {
    normal(one) == normal(other)
}

/// With holes numbered in their order, without names and without white space that means nothing.
fn normal(pattern: &Pattern) -> Pattern {
    let mut order: Vec<HoleId> = Vec::new();
    let of = pattern.holes.iter().enumerate().flat_map(|(n, h)| match &h.fill {
        Some(Fill::Changed { of, .. }) => vec![*of, n as HoleId],
        _ => vec![n as HoleId],
    });
    for id in pattern.before.holes().into_iter().chain(pattern.after.holes()).chain(of) {
        if !order.contains(&id) {
            order.push(id);
        }
    }
    let number = |id: HoleId| order.iter().position(|o| *o == id).unwrap_or(usize::from(id)) as HoleId;
    let hole = |id: &HoleId| {
        let mut hole = pattern.holes.get(usize::from(*id)).cloned().unwrap_or_default();
        hole.name = SmolStr::default();
        if let Some(Fill::Changed { of, .. }) = &mut hole.fill {
            *of = number(*of);
        }
        hole
    };
    Pattern {
        before: numbered(&pattern.before, &number, false),
        after: without_first_space(numbered(&pattern.after, &number, true)),
        holes: order.iter().map(hole).collect(),
        ..pattern.clone()
    }
}

fn numbered(template: &Template, number: &dyn Fn(HoleId) -> HoleId, spaces: bool) -> Template {
    match template {
        Template::Token { kind, text, space } => {
            Template::Token { kind: kind.clone(), text: text.clone(), space: *space && spaces }
        }
        Template::Hole { id, space } => Template::Hole { id: number(*id), space: *space && spaces },
        Template::Run { id, space } => Template::Run { id: number(*id), space: *space && spaces },
        Template::Node { kind, children } => Template::Node {
            kind: kind.clone(),
            children: children.iter().map(|c| numbered(c, number, spaces)).collect(),
        },
    }
}

/// A text in quotes, as TOML has it; long ones over lines.
fn quoted(text: &str) -> String {
    if !text.contains(['\'', '\r']) && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        if text.contains('\n') {
            return format!("'''\n{text}'''");
        }
        if text.contains(['"', '\\']) {
            return format!("'{text}'");
        }
    }
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn array(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let all: Vec<String> = texts.into_iter().map(|t| quoted(t.as_ref())).collect();
    format!("[{}]", all.join(", "))
}

/// The lines of a table.
fn table(value: &Value) -> String {
    let Value::Object(entries) = value else { return String::new() };
    entries.iter().map(|(name, value)| format!("{} = {}\n", key(name), inline(value))).collect()
}

/// A value on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text).replace('\n', "\\n"),
        Value::Array(all) => format!("[{}]", all.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries: Vec<String> = entries.iter().map(|(k, v)| format!("{} = {}", key(k), inline(v))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Null => "\"\"".to_owned(),
        other => other.to_string(),
    }
}

fn argument_lists(arguments: &[Vec<SmolStr>]) -> String {
    let one = |all: &Vec<SmolStr>| match all.as_slice() {
        [] => quoted(ANY),
        [one] => quoted(one),
        more => array(more),
    };
    format!("[{}]", arguments.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if bare { name.to_owned() } else { quoted(name) }
}

fn head(rule: &Rule, language: Option<&SmolStr>) -> String {
    let mut out = String::from("[[pattern]]\n");
    let _ = writeln!(out, "name = {}", quoted(&rule.name));
    if let Some(language) = language {
        let _ = writeln!(out, "language = {}", quoted(language));
    }
    if !rule.why.is_empty() {
        let _ = writeln!(out, "why = {}", quoted(&rule.why));
    }
    let _ = writeln!(out, "codes = {}", array(&rule.pattern.codes));
    if !rule.arguments.is_empty() {
        let _ = writeln!(out, "arguments = {}", argument_lists(&rule.arguments));
    }
    if let Some((name, module)) = &rule.imported {
        let _ = writeln!(out, "imported = {}", quoted(&format!("{name} from {module}")));
    }
    if let Some(follows) = &rule.follows {
        let _ = writeln!(out, "follows = {}", quoted(follows));
    }
    if rule.leave {
        out.push_str("leave = true\n");
    }
    if rule.safe {
        out.push_str("safe = true\n");
    }
    out
}

fn examples(rule: &Rule) -> String {
    let mut out = String::new();
    let rest = |out: &mut String, code: &Option<String>, arguments: &[String]| {
        if let Some(code) = code {
            let _ = writeln!(out, "code = {}", quoted(code));
        }
        if !arguments.is_empty() {
            let _ = writeln!(out, "arguments = {}", array(arguments));
        }
    };
    for valid in &rule.valid {
        let _ =
            write!(out, "\n[[pattern.valid]]\nbefore = {}\nafter = {}\n", quoted(&valid.before), quoted(&valid.after));
        rest(&mut out, &valid.code, &valid.arguments);
    }
    for invalid in &rule.invalid {
        let _ = write!(out, "\n[[pattern.invalid]]\nbefore = {}\n", quoted(&invalid.before));
        rest(&mut out, &invalid.code, &invalid.arguments);
    }
    out
}

fn as_template(rule: &Rule, language: Option<&SmolStr>) -> String {
    let json = serde_json::to_string(&rule.pattern).unwrap_or_default();
    let names = names_of(&rule.pattern);
    let comment = |side: &str, template: &Template| {
        let code = written(template, &rule.pattern.language, &names).unwrap_or_default();
        let mut lines = code
            .lines()
            .map(|l| format!("#     {}\n", l.chars().filter(|c| !c.is_control()).collect::<String>()))
            .collect::<String>();
        lines.insert_str(0, &format!("# {side}, about:\n"));
        lines
    };
    let (before, after) = (comment("Before", &rule.pattern.before), comment("After", &rule.pattern.after));
    format!("{}{before}{after}template = {}\n{}", head(rule, language), quoted(&json), examples(rule))
}

/// Both sides of a pattern as code with placeholders; what cannot be said so as its words.
pub fn sides_of(pattern: &Pattern) -> (String, String) {
    if let Some(moved) = &pattern.moved {
        let import = |name: &str, module: &str| match name.is_empty() {
            true => format!("using {module};"),
            false => format!("import {{ {name} }} from '{module}'"),
        };
        return (import(&moved.name, &moved.module), import(&moved.new_name, &moved.new_module));
    }
    let names = names_of(pattern);
    let side = |template: &Template| {
        let words = || template.tokens().iter().map(|t| t.as_str()).collect::<Vec<_>>().join(" ");
        written(template, &pattern.language, &names).unwrap_or_else(words)
    };
    (side(&pattern.before), side(&pattern.after))
}

/// Names for holes: their own where they have one of their own, else letters.
pub fn names_of(pattern: &Pattern) -> Vec<SmolStr> {
    let is_fine =
        |n: &str| n.starts_with(|c: char| c.is_alphabetic()) && n.chars().all(|c| c.is_alphanumeric() || c == '_');
    let mut names: Vec<SmolStr> = Vec::new();
    for hole in &pattern.holes {
        let own = Some(hole.name.clone()).filter(|n| is_fine(n) && !names.contains(n));
        let letters = (0u32..).map(|n| {
            let letter = char::from_u32(u32::from('a') + n % 26).unwrap_or('a');
            if n < 26 { SmolStr::from(letter.to_string()) } else { format!("{letter}{}", n / 26).into() }
        });
        let taken = |n: &SmolStr| names.contains(n) || pattern.holes.iter().any(|h| h.name == *n);
        names.push(own.unwrap_or_else(|| letters.into_iter().find(|n| !taken(n)).unwrap_or_default()));
    }
    names
}

fn code(rule: &Rule, language: Option<&SmolStr>) -> Option<String> {
    let pattern = &rule.pattern;
    // Namespaces have no words of their own in such a file.
    if pattern.moved.as_ref().is_some_and(|m| m.name.is_empty()) {
        return None;
    }
    if let Some(moved) = &pattern.moved {
        let mut out = head(rule, language);
        if rule.imported.is_none() {
            let _ = writeln!(out, "imported = {}", quoted(&format!("{} from {}", moved.name, moved.module)));
        }
        let _ = writeln!(out, "becomes = {}", quoted(&format!("{} from {}", moved.new_name, moved.new_module)));
        out.push_str(&examples(rule));
        return Some(out);
    }
    let names = names_of(pattern);
    let mut before = written(&pattern.before, &pattern.language, &names)?;
    let is_nothing =
        matches!(&pattern.after, Template::Node { kind, children } if kind.is_empty() && children.is_empty());
    let after = if is_nothing { String::new() } else { written(&pattern.after, &pattern.language, &names)? };
    let kind = kind_of(pattern, &before, &after, rule.only_kind)?;
    if let Some(point) = &rule.point {
        before = pointed(point, &before, &names)?;
    }
    let mut out = head(rule, language);
    let _ = writeln!(out, "before = {}", quoted(&before));
    let _ = writeln!(out, "after = {}", quoted(&after));
    if let Some(kind) = kind {
        let _ = writeln!(out, "kind = {}", quoted(kind));
    }
    if pattern.anchors != [Anchor::Around(0)] {
        let word = |a: &Anchor| match a {
            Anchor::Around(n) => format!("around:{n}"),
            Anchor::Statement => "statement".to_owned(),
            Anchor::Declaration(n) => format!("declaration:{n}"),
            Anchor::Origin => "origin".to_owned(),
            Anchor::Member => "member".to_owned(),
            Anchor::Target => "target".to_owned(),
            Anchor::Near => "near".to_owned(),
            Anchor::Use => "use".to_owned(),
        };
        let _ = writeln!(out, "anchor = {}", array(pattern.anchors.iter().map(word)));
    }
    if !pattern.imports.is_empty() {
        let _ = writeln!(out, "import = {}", array(pattern.imports.iter().map(import_text)));
    }
    if pattern.suppression {
        out.push_str("suppression = true\n");
    }
    for (number, (hole, name)) in pattern.holes.iter().zip(&names).enumerate() {
        let mut spec = spec_of(hole, &names)?;
        if let Some(names) = rule.names.get(&(number as HoleId)) {
            spec.name = Some(OneOrMore::More(names.iter().map(ToString::to_string).collect()));
        }
        spec.members = rule.uses.get(&(number as HoleId)).map(|all| all.iter().map(ToString::to_string).collect());
        let text = table(&serde_json::to_value(&spec).ok()?);
        if !text.is_empty() {
            let _ = write!(out, "\n[pattern.holes.{}]\n{text}", key(name));
        }
    }
    let context = &pattern.context;
    let context = ContextSpec {
        parents: context.parents.iter().map(ToString::to_string).collect(),
        call: context.call.as_ref().map(|(name, argument)| CallSpec { name: name.to_string(), argument: *argument }),
        owner: context.owner.as_ref().map(ToString::to_string),
        is_async: context.is_async,
        arguments: context
            .arguments
            .iter()
            .map(|(c, a)| (c.to_string(), a.iter().map(|a| a.as_deref().unwrap_or(ANY).to_owned()).collect()))
            .collect(),
    };
    let text = table(&serde_json::to_value(&context).ok()?);
    if !text.is_empty() {
        let _ = write!(out, "\n[pattern.context]\n{text}");
    }
    out.push_str(&examples(rule));
    Some(out)
}

fn pointed(point: &super::Point, before: &str, names: &[SmolStr]) -> Option<String> {
    let text = match point {
        super::Point::Token(text, _) => text.to_string(),
        super::Point::Hole(id) => format!("${}", names.get(usize::from(*id))?),
    };
    let at = before.find(&text)?;
    Some(format!("{}$0{}", &before[..at], &before[at..]))
}

/// The `kind` with which the code is read as the pattern; `Some(None)` when it needs none.
fn kind_of(pattern: &Pattern, before: &str, after: &str, said: bool) -> Option<Option<&'static str>> {
    let mut placeholders = Placeholders::default();
    let left: Marked = placeholders.mark(before, true).ok()?;
    let right = placeholders.mark(after, false).ok()?;
    // The holes in the order in which the code has them.
    let names = names_of(pattern);
    let holes: Vec<Hole> = placeholders
        .names
        .iter()
        .map(|n| names.iter().position(|m| m == n).and_then(|i| pattern.holes.get(i)).cloned().unwrap_or_default())
        .collect();
    let fits = |kind: Option<&str>| {
        sides(&pattern.language, kind, &left, &right, &holes, &placeholders.runs).is_ok_and(|(before, after, _)| {
            let read =
                Pattern { before: before.template, after: after.template, holes: holes.clone(), ..pattern.clone() };
            let (a, b) = (normal(&read), normal(pattern));
            a.before == b.before && a.after == b.after
        })
    };
    if !said && fits(None) {
        return Some(None);
    }
    kinds(&pattern.language).into_iter().find(|k| fits(Some(k))).map(Some)
}

fn spec_of(hole: &Hole, names: &[SmolStr]) -> Option<HoleSpec> {
    let kinds = || {
        let all: Vec<String> = hole.kinds.iter().map(ToString::to_string).collect();
        match all.as_slice() {
            [] => None,
            [one] => Some(OneOrMore::One(one.clone())),
            _ => Some(OneOrMore::More(all)),
        }
    };
    let mut spec = HoleSpec { name: hole.head.as_ref().map(|h| OneOrMore::One(h.to_string())), ..HoleSpec::default() };
    if hole.only_kinds {
        spec.kind = kinds();
    } else {
        spec.seen = kinds();
    }
    if !hole.lengths.is_empty() {
        spec.count = Some(OneOrMore::More(hole.lengths.clone()));
    }
    match &hole.fill {
        Some(Fill::Scope { name, ty }) => {
            spec.in_scope =
                Some(InScope::Named(NamedInScope { name: name.to_string(), ty: ty.as_ref().map(ToString::to_string) }));
        }
        Some(Fill::Argument(n)) => spec.argument = Some(*n),
        Some(Fill::Changed { of, how }) => {
            spec.of = Some(names.get(usize::from(*of))?.to_string());
            spec.change = Some(match how {
                Transform::LowerFirst => ChangeSpec::Word("lower_first".to_owned()),
                Transform::UpperFirst => ChangeSpec::Word("upper_first".to_owned()),
                Transform::PascalWords => ChangeSpec::Word("pascal_words".to_owned()),
                Transform::Table(rows) => ChangeSpec::Table(TableSpec {
                    table: rows.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect(),
                }),
                Transform::Affixes { without_prefix, without_suffix, prefix, suffix } => {
                    ChangeSpec::Affixes(AffixSpec {
                        without_prefix: without_prefix.to_string(),
                        without_suffix: without_suffix.to_string(),
                        prefix: prefix.to_string(),
                        suffix: suffix.to_string(),
                    })
                }
            });
        }
        None => {}
    }
    Some(spec)
}
