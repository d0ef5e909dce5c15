//! Patterns as files that people read and write: `*.bfx.toml`.
//!
//! A pattern is two pieces of code with placeholders. Both are parsed in a place of the language where they are code, so that nobody has to know the kinds of a
//! grammar; what code cannot say is a table of the hole. Files come with a checkout: they are read as what a stranger wrote.

mod check;
mod code;
mod imported;
mod print;
mod provider;
mod rules;
mod team;

pub use check::{Failure, test};
pub use code::Point;
pub use print::{is_same, names_of, print, print_all, sides_of};
pub use provider::{FileProvider, RULE};
pub use rules::{Offer, RuleBook};
pub use team::{ENDING, FOLDER, Loaded, Team, files_of, stem};

use crate::template::{Anchor, Context, Fill, Hole, HoleId, ImportChange, Pattern, Template, Transform};
use code::{Placeholders, sides};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use toml::Spanned;

/// Bytes of a file, at most.
pub const LARGEST: usize = 512 << 10;
/// Patterns of a file, at most.
const MOST_PATTERNS: usize = 1_000;
/// Examples of a pattern, at most.
const MOST_EXAMPLES: usize = 100;

/// What is wrong in a file, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct FileError {
    /// The file, as it was named.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// What is wrong and what to do.
    pub message: String,
}

/// A file of patterns.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PatternFile {
    /// What it is a pack for.
    pub pack: Option<Pack>,
    /// Its patterns, in order: of two that fit, the first is taken.
    pub rules: Vec<Rule>,
}

/// What a pack of patterns is for: the upgrade of a library, or its replacement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The package, as its registry names it.
    pub package: String,
    /// Which registry: `npm` or `nuget`.
    pub registry: Registry,
    /// The major version before; for a replacement, the package before.
    pub from: String,
    /// The major version after, or more of it: `6`, `2.0`.
    pub to: String,
    /// What it is about, in one sentence.
    pub about: String,
}

/// Where packages come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    /// The registry of Node.
    Npm,
    /// The registry of .NET.
    Nuget,
}

/// A pattern with what people say about it.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Its name: words that say what it does.
    pub name: SmolStr,
    /// Why it is right, for those who are offered it.
    pub why: String,
    /// The pattern.
    pub pattern: Pattern,
    /// Whether it cannot change what correct code does, so that fix-all may use it without asking.
    pub safe: bool,
    /// Where the compiler points, if the code says it.
    pub point: Option<Point>,
    /// Whether a name stands for what `kind` says only: a type, and not a value.
    pub only_kind: bool,
    /// What each argument of the diagnostic's message must be one of; empty: anything.
    pub arguments: Vec<Vec<SmolStr>>,
    /// For holes that must go by one of several names, these.
    pub names: BTreeMap<HoleId, Vec<SmolStr>>,
    /// For holes whose name other holes may have only with one of these members: what names it goes, or becomes something else.
    pub uses: BTreeMap<HoleId, Vec<SmolStr>>,
    /// Whether code that it fits is left alone: no later pattern of the file is offered there.
    pub leave: bool,
    /// The pattern whose edits leave what this one repairs.
    pub follows: Option<String>,
    /// The name that must come from a module, and the module.
    pub imported: Option<(SmolStr, SmolStr)>,
    /// Code that it repairs.
    pub valid: Vec<Valid>,
    /// Code in which it offers nothing.
    pub invalid: Vec<Invalid>,
    /// The line on which it begins, from 1.
    pub line: u32,
}

impl Rule {
    /// A pattern that nobody wrote about.
    pub fn of(pattern: &Pattern, name: &str) -> Self {
        Self {
            name: name.into(),
            why: String::new(),
            pattern: pattern.clone(),
            safe: false,
            point: None,
            only_kind: false,
            arguments: Vec::new(),
            names: BTreeMap::new(),
            uses: BTreeMap::new(),
            leave: false,
            follows: None,
            imported: None,
            valid: Vec::new(),
            invalid: Vec::new(),
            line: 1,
        }
    }
}

/// Code that a pattern repairs.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Valid {
    /// The code, with `$0` where the compiler points.
    pub before: String,
    /// The code after.
    pub after: String,
    /// The diagnostic's code; the pattern's first one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The arguments of the diagnostic's message; those that the pattern asks for when left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
}

/// Code in which a pattern offers nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invalid {
    /// The code, with `$0` where the compiler points.
    pub before: String,
    /// The diagnostic's code; the pattern's first one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The arguments of the diagnostic's message; those that the pattern asks for when left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSpec {
    language: Option<String>,
    pack: Option<Pack>,
    #[serde(default)]
    pattern: Vec<Spanned<PatternSpec>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternSpec {
    name: Option<String>,
    language: Option<String>,
    why: Option<String>,
    codes: Option<Vec<String>>,
    arguments: Option<Vec<OneOrMore<String>>>,
    imported: Option<Spanned<String>>,
    becomes: Option<Spanned<String>>,
    follows: Option<String>,
    #[serde(default)]
    leave: bool,
    before: Option<Spanned<String>>,
    after: Option<Spanned<String>>,
    kind: Option<Spanned<String>>,
    template: Option<Spanned<String>>,
    anchor: Option<Spanned<OneOrMore<String>>>,
    #[serde(default)]
    import: Vec<String>,
    #[serde(default)]
    safe: bool,
    #[serde(default)]
    suppression: bool,
    #[serde(default)]
    holes: BTreeMap<String, Spanned<HoleSpec>>,
    context: Option<ContextSpec>,
    #[serde(default)]
    valid: Vec<Valid>,
    #[serde(default)]
    invalid: Vec<Invalid>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T> OneOrMore<T> {
    fn all(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::More(more) => more,
        }
    }
}

/// What a hole takes, or is filled with.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HoleSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<OneOrMore<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<OneOrMore<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<OneOrMore<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<OneOrMore<u8>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_scope: Option<InScope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    argument: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeSpec>,
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Vec<String>>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum InScope {
    Type(String),
    Named(NamedInScope),
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedInScope {
    name: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    ty: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum ChangeSpec {
    Word(String),
    Table(TableSpec),
    Affixes(AffixSpec),
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AffixSpec {
    #[serde(skip_serializing_if = "String::is_empty")]
    without_prefix: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    without_suffix: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    prefix: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    suffix: String,
}

/// What becomes of which name.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableSpec {
    table: BTreeMap<String, String>,
}

/// What was around the examples: where it differs, a pattern is believed less.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ContextSpec {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parents: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<CallSpec>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(rename = "async", skip_serializing_if = "Option::is_none")]
    is_async: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    arguments: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallSpec {
    name: String,
    argument: u8,
}

/// What stands for any argument of a message.
const ANY: &str = "*";

/// Lines of a text by offset.
struct Lines<'t>(&'t str);

impl Lines<'_> {
    fn at(&self, offset: usize) -> u32 {
        self.0.as_bytes()[..offset.min(self.0.len())].iter().filter(|b| **b == b'\n').count() as u32 + 1
    }
}

/// Reads a file. `path` is how errors name it.
///
/// # Errors
/// What is wrong first, with its line and what to do about it.
pub fn parse(path: &str, text: &str) -> Result<PatternFile, FileError> {
    let lines = Lines(text);
    let error = |line: u32, message: String| FileError { path: path.to_owned(), line, message };
    if text.len() > LARGEST {
        return Err(error(1, format!("the file has more than {LARGEST} bytes; make several files of it")));
    }
    let spec: FileSpec = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(1, |s| lines.at(s.start));
        error(line, e.message().trim().replace('\n', ", "))
    })?;
    if spec.pattern.len() > MOST_PATTERNS {
        return Err(error(1, format!("more than {MOST_PATTERNS} patterns; make several files of it")));
    }
    let mut out = PatternFile { pack: spec.pack, rules: Vec::new() };
    for pattern in spec.pattern {
        let start = lines.at(pattern.span().start);
        let rule = rule(pattern.into_inner(), spec.language.as_deref(), start, &lines)
            .map_err(|(line, message)| error(line, message))?;
        if out.rules.iter().any(|r| r.name == rule.name) {
            return Err(error(start, format!("two patterns are named `{}`; give each a name of its own", rule.name)));
        }
        out.rules.push(rule);
    }
    Ok(out)
}

type At = (u32, String);
/// A pattern, where the compiler points in it, the names that holes must go by one of, and the members with which names of holes are used.
type Coded = (Pattern, Option<Point>, BTreeMap<HoleId, Vec<SmolStr>>, BTreeMap<HoleId, Vec<SmolStr>>);

fn rule(spec: PatternSpec, language: Option<&str>, line: u32, lines: &Lines<'_>) -> Result<Rule, At> {
    let name = spec.name.clone().unwrap_or_else(|| format!("line {line}"));
    let of = |message: String| (line, format!("pattern `{name}`: {message}"));
    let at = |offset: usize, message: String| (lines.at(offset), format!("pattern `{name}`: {message}"));
    let examples = spec.valid.len() + spec.invalid.len();
    if examples > MOST_EXAMPLES {
        return Err(of(format!("more than {MOST_EXAMPLES} examples")));
    }
    let marks = |code: &str| code.matches("$0").count();
    if spec.valid.iter().map(|v| &v.before).chain(spec.invalid.iter().map(|i| &i.before)).any(|code| marks(code) != 1) {
        return Err(of("an example has no `$0`, or several; put one where the compiler points".to_owned()));
    }
    let one_of = |a: &OneOrMore<String>| match a {
        OneOrMore::One(one) => argument(one).into_iter().collect(),
        OneOrMore::More(more) => more.iter().map(SmolStr::new).collect(),
    };
    let arguments: Vec<Vec<SmolStr>> = spec.arguments.iter().flatten().map(one_of).collect();
    let from_module = |key: &str, text: &Spanned<String>| {
        let parts = text.get_ref().split_once(" from ");
        parts.map(|(n, m)| (SmolStr::new(n.trim()), SmolStr::new(m.trim()))).ok_or_else(|| {
            at(text.span().start, format!("`{key}` is `{}`; write it as `NAME from MODULE`", text.get_ref()))
        })
    };
    let imported = spec.imported.as_ref().map(|text| from_module("imported", text)).transpose()?;
    let becomes = spec.becomes.as_ref().map(|text| from_module("becomes", text)).transpose()?;
    let (pattern, point, names, uses) = match &spec.template {
        Some(json) => {
            if let Some(code) = &spec.before {
                return Err(at(
                    code.span().start,
                    "`before` and `template` are there; leave one of them out".to_owned(),
                ));
            }
            let pattern: Pattern = serde_json::from_str(json.get_ref()).map_err(|e| {
                at(json.span().start, format!("`template` is not what `buildfix patterns print` writes: {e}"))
            })?;
            sound(&pattern).map_err(|e| at(json.span().start, e))?;
            (pattern, None, BTreeMap::new(), BTreeMap::new())
        }
        None if becomes.is_some() => {
            let (Some((name, _)), Some((new_name, new_module))) = (&imported, &becomes) else {
                return Err(of(
                    "`becomes` says what an imported name becomes, and `imported` which; both are needed".to_owned()
                ));
            };
            if spec.before.is_some() || spec.after.is_some() {
                return Err(of(
                    "`becomes` is about a name wherever it stands; leave out `before` and `after`".to_owned()
                ));
            }
            let side = |text: &SmolStr| Template::Token { kind: "identifier".into(), text: text.clone(), space: false };
            let import = ImportChange::Name { module: new_module.clone(), name: new_name.clone(), is_type: false };
            let pattern = Pattern {
                language: "typescript".into(),
                before: side(name),
                after: side(new_name),
                holes: Vec::new(),
                anchors: vec![Anchor::Around(0)],
                codes: spec.codes.iter().flatten().map(SmolStr::new).collect(),
                context: Context::default(),
                imports: vec![import],
                suppression: false,
                moved: None,
            };
            (pattern, None, BTreeMap::new(), BTreeMap::new())
        }
        None => pattern(&spec, language, &of, &at)?,
    };
    if pattern.codes.is_empty() {
        return Err(of(
            "`codes` is missing or empty; name the diagnostics that it repairs, such as codes = [\"CS0117\"]"
                .to_owned(),
        ));
    }
    if imported.is_some() && pattern.language != "typescript" {
        return Err(of(
            "`imported` is for TypeScript; in C# use `arguments` to say what the message must name".to_owned()
        ));
    }
    Ok(Rule {
        why: spec.why.unwrap_or_default(),
        pattern,
        safe: spec.safe,
        names,
        uses,
        leave: spec.leave,
        follows: spec.follows,
        only_kind: spec.kind.is_some(),
        point,
        arguments,
        imported,
        valid: spec.valid,
        invalid: spec.invalid,
        line,
        name: name.into(),
    })
}

/// An argument of a message as it is written: `*` for any.
fn argument(text: &str) -> Option<SmolStr> {
    (text != ANY).then(|| text.into())
}

fn pattern(
    spec: &PatternSpec,
    language: Option<&str>,
    of: &dyn Fn(String) -> At,
    at: &dyn Fn(usize, String) -> At,
) -> Result<Coded, At> {
    let language = spec.language.as_deref().or(language);
    let language = match language {
        Some("csharp" | "cs" | "c#" | "C#") => "csharp",
        Some("typescript" | "ts" | "tsx" | "TypeScript") => "typescript",
        Some(other) => return Err(of(format!("unknown language `{other}`; csharp or typescript"))),
        None => {
            return Err(of(
                "`language` is missing; write language = \"csharp\" or \"typescript\" at the top of the file"
                    .to_owned(),
            ));
        }
    };
    let before = spec.before.as_ref().ok_or_else(|| of("`before` is missing: the code that is repaired".to_owned()))?;
    let nothing = Spanned::new(before.span(), String::new());
    let after = match &spec.after {
        None if spec.leave => Some(&nothing),
        after => after.as_ref(),
    }
    .ok_or_else(|| of("`after` is missing: what the code becomes; \"\" to remove it".to_owned()))?;
    let mut placeholders = Placeholders::default();
    let left = placeholders.mark(before.get_ref(), true).map_err(|e| at(before.span().start, e))?;
    let of_left = placeholders.names.len();
    let right = placeholders.mark(after.get_ref(), false).map_err(|e| at(after.span().start, e))?;
    let mut holes: Vec<Hole> =
        placeholders.names.iter().map(|name| Hole { name: name.clone(), ..Hole::default() }).collect();
    let mut names = BTreeMap::new();
    let mut uses = BTreeMap::new();
    for (name, hole) in &spec.holes {
        let number = placeholders.names.iter().position(|n| n == name && !n.is_empty());
        let number = number.ok_or_else(|| {
            at(hole.span().start, format!("neither side has a placeholder `${name}`; use it or remove its table"))
        })?;
        if let Some(members) = &hole.get_ref().members {
            uses.insert(number as HoleId, members.iter().map(SmolStr::new).collect());
        }
        if let Some(OneOrMore::More(several)) = &hole.get_ref().name {
            names.insert(number as HoleId, several.iter().map(SmolStr::new).collect());
        }
        holes[number] = hole_of(name, hole.get_ref(), number < of_left, &placeholders.names)
            .map_err(|e| at(hole.span().start, e))?;
    }
    if let Some(number) = (of_left..holes.len()).find(|n| holes[*n].fill.is_none()) {
        let name = &holes[number].name;
        return Err(at(
            after.span().start,
            format!(
                "nothing says what `${name}` is: `before` does not have it; use it there, or give [pattern.holes.{name}] an `in_scope`, an `argument`, or `of` and `change`"
            ),
        ));
    }
    let kind = spec.kind.as_ref().map(|k| k.get_ref().as_str());
    let start = spec.kind.as_ref().map_or(before.span().start, |k| k.span().start);
    let (left, right, _) =
        sides(language, kind, &left, &right, &holes, &placeholders.runs).map_err(|e| at(start, e))?;
    let anchors = match &spec.anchor {
        None => vec![Anchor::Around(0)],
        Some(words) => {
            let all = words.get_ref().clone().all();
            all.iter().map(|w| anchor(w)).collect::<Result<_, _>>().map_err(|e| at(words.span().start, e))?
        }
    };
    let context = spec.context.clone().unwrap_or_default();
    let pattern = Pattern {
        language: language.into(),
        before: left.template,
        after: right.template,
        holes,
        anchors,
        codes: spec.codes.iter().flatten().map(SmolStr::new).collect(),
        context: Context {
            parents: context.parents.iter().map(SmolStr::new).collect(),
            call: context.call.map(|c| (c.name.into(), c.argument)),
            owner: context.owner.as_ref().map(SmolStr::new),
            is_async: context.is_async,
            arguments: context
                .arguments
                .iter()
                .map(|(c, a)| (c.into(), a.iter().map(|a| argument(a)).collect()))
                .collect(),
        },
        imports: spec.import.iter().map(|i| import(i, language)).collect(),
        suppression: spec.suppression,
        moved: None,
    };
    if pattern.before == pattern.after && pattern.imports.is_empty() {
        return Err(at(after.span().start, "`after` is what `before` is: nothing would change".to_owned()));
    }
    let says_nothing = matches!(&pattern.before, Template::Hole { id, .. } if pattern.holes[*id as usize].head.is_none() && !names.contains_key(id));
    if says_nothing && spec.anchor.is_none() {
        return Err(at(
            before.span().start,
            "`before` is a placeholder and nothing else, which fits any code; write what is around it, or give the placeholder a `name`".to_owned(),
        ));
    }
    Ok((pattern, left.point, names, uses))
}

fn hole_of(name: &str, spec: &HoleSpec, is_left: bool, names: &[SmolStr]) -> Result<Hole, String> {
    let mut fills = Vec::new();
    match &spec.in_scope {
        Some(InScope::Type(ty)) => fills.push(Fill::Scope { name: name.into(), ty: Some(ty.into()) }),
        Some(InScope::Named(named)) => {
            fills.push(Fill::Scope { name: named.name.as_str().into(), ty: named.ty.as_ref().map(SmolStr::new) })
        }
        None => {}
    }
    fills.extend(spec.argument.map(Fill::Argument));
    match (&spec.of, &spec.change) {
        (Some(of), Some(change)) => {
            let number = names.iter().position(|n| n == of).and_then(|n| HoleId::try_from(n).ok());
            let of = number.ok_or_else(|| format!("`of` names `{of}`, and there is no placeholder `${of}`"))?;
            let how = match change {
                ChangeSpec::Word(word) => match word.as_str() {
                    "lower_first" => Transform::LowerFirst,
                    "upper_first" => Transform::UpperFirst,
                    "pascal_words" => Transform::PascalWords,
                    other => {
                        return Err(format!(
                            "unknown change `{other}`; lower_first, upper_first, pascal_words, {{ without_prefix, without_suffix, prefix, suffix }} or {{ table = {{ old = \"new\" }} }}"
                        ));
                    }
                },
                ChangeSpec::Table(t) => Transform::Table(t.table.iter().map(|(a, b)| (a.into(), b.into())).collect()),
                ChangeSpec::Affixes(a) => Transform::Affixes {
                    without_prefix: a.without_prefix.as_str().into(),
                    without_suffix: a.without_suffix.as_str().into(),
                    prefix: a.prefix.as_str().into(),
                    suffix: a.suffix.as_str().into(),
                },
            };
            fills.push(Fill::Changed { of, how });
        }
        (None, None) => {}
        _ => return Err("`of` says which placeholder is changed and `change` how; both are needed".to_owned()),
    }
    if is_left && !fills.is_empty() {
        return Err(format!("`before` has `${name}`, so that nothing else can fill it; use another name in `after`"));
    }
    if fills.len() > 1 {
        return Err("more than one of `in_scope`, `argument` and `of`; a placeholder is filled in one way".to_owned());
    }
    let (kind, seen) = (spec.kind.clone().map(OneOrMore::all), spec.seen.clone().map(OneOrMore::all));
    if kind.is_some() && seen.is_some() {
        return Err(
            "`kind` (nothing else fits) and `seen` (something else fits less well) exclude each other".to_owned()
        );
    }
    Ok(Hole {
        name: name.into(),
        only_kinds: kind.is_some(),
        kinds: kind.or(seen).unwrap_or_default().iter().map(SmolStr::new).collect(),
        head: match &spec.name {
            Some(OneOrMore::One(name)) => Some(name.into()),
            _ => None,
        },
        lengths: spec.count.clone().map(OneOrMore::all).unwrap_or_default(),
        fill: fills.pop(),
    })
}

fn anchor(word: &str) -> Result<Anchor, String> {
    let (kind, number) = word.split_once(':').map_or((word, None), |(k, n)| (k, Some(n)));
    let number = number
        .map(|n| n.trim().parse::<u8>().map_err(|_| format!("`{n}` in the anchor `{word}` is no number")))
        .transpose()?;
    match (kind.trim(), number) {
        ("around", n) => Ok(Anchor::Around(n.unwrap_or(0))),
        ("statement", None) => Ok(Anchor::Statement),
        ("declaration", n) => Ok(Anchor::Declaration(n.unwrap_or(0))),
        ("origin", None) => Ok(Anchor::Origin),
        ("member", None) => Ok(Anchor::Member),
        ("target", None) => Ok(Anchor::Target),
        ("near", None) => Ok(Anchor::Near),
        ("use", None) => Ok(Anchor::Use),
        _ => Err(format!(
            "unknown anchor `{word}`; around, statement, member, origin, target, declaration:N (of what argument N of the message names) or near"
        )),
    }
}

fn import(text: &str, language: &str) -> ImportChange {
    let text = text.trim();
    match text.rsplit_once(" from ").filter(|_| language == "typescript") {
        Some((name, module)) => {
            let bare = name.trim().strip_prefix("type ");
            ImportChange::Name {
                module: module.trim().into(),
                name: bare.unwrap_or(name).trim().into(),
                is_type: bare.is_some(),
            }
        }
        None => ImportChange::Using(text.strip_prefix("using ").unwrap_or(text).trim_end_matches(';').trim().into()),
    }
}

fn import_text(import: &ImportChange) -> String {
    match import {
        ImportChange::Using(text) => text.to_string(),
        ImportChange::Name { module, name, is_type } => {
            format!("{}{name} from {module}", if *is_type { "type " } else { "" })
        }
    }
}

/// Whether a pattern that was not made from code is one.
fn sound(pattern: &Pattern) -> Result<(), String> {
    let grammar = crate::grammar::named(&pattern.language)
        .ok_or_else(|| format!("`template` is of the unknown language `{}`", pattern.language))?;
    let _ = grammar;
    let (before, after) = (pattern.before.holes(), pattern.after.holes());
    if before.iter().chain(&after).any(|h| usize::from(*h) >= pattern.holes.len()) {
        return Err("`template` has a hole that is not among its holes".to_owned());
    }
    if pattern.before.all().len() + pattern.after.all().len() > 4_000 {
        return Err("`template` is too large".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
