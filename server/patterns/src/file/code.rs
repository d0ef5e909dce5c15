//! Code with placeholders: from its text to a template and back.

use crate::grammar::{self, Grammar};
use crate::template::{Hole, HoleId, Template};
use crate::tree::{NodeId, Tree};
use smol_str::SmolStr;
use syntax::{Language, Parsed};

/// Holes of a pattern, at most.
const MOST_HOLES: usize = 100;
/// Bytes of one side of a pattern, at most.
const LONGEST: usize = 16 << 10;
/// What a placeholder is while its code is parsed: a name that no code has.
const MARK: &str = "bfxZ";
const MARK_END: &str = "zxfb";
/// What is around a placeholder so that it is code where a name alone is none: for a statement. The grammar takes a name alone in the body of a lambda for
/// an element.
const STATEMENT: (&str, &str) = ("", "(bfxS);");
/// The same for a member.
const MEMBERS: [(&str, &str); 2] = [("bfxS ", ";"), ("bfxS=", ";")];
/// The same for what goes by these kinds.
const FORMS: &[(&[&str], (&str, &str))] = &[
    (&["block", "statement_block"], ("{", "(bfxS);}")),
    (&["parameter_list"], ("(int bfxS,int ", ")")),
    (&["argument_list", "arguments", "formal_parameters", "attribute_argument_list"], ("(bfxS,", ")")),
    (&["bracketed_argument_list"], ("[bfxS,", "]")),
    (&["type_annotation"], (":bfxS<", ">")),
    (&["arrow_expression_clause"], ("=>bfxS(", ")")),
    (&["declaration_list"], ("{int bfxS,", ";}")),
    (&["class_body"], ("{bfxS;", ";}")),
    (&["type_arguments", "type_argument_list", "type_parameters", "type_parameter_list"], ("<bfxS,", ">")),
    (&["base_list"], (":bfxS,", "")),
    (&["accessor_list"], ("{get=>bfxS(", ");}")),
    (&["parameter"], ("bfxS ", "")),
    (&["string"], ("\"bfxS ", "\"")),
];

/// The placeholders of a pattern, in the order in which they were met.
#[derive(Clone, Default, Debug)]
pub(super) struct Placeholders {
    /// Their names without `$`; empty for `$_`.
    pub(super) names: Vec<SmolStr>,
    /// Whether they stand for any number of siblings.
    pub(super) runs: Vec<bool>,
}

/// Code whose placeholders are names.
#[derive(Clone, Debug)]
pub(super) struct Marked {
    text: String,
    /// Where `$0` stood.
    point: Option<usize>,
}

/// A side of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Side {
    pub(super) template: Template,
    /// Where the compiler points, if the code says it.
    pub(super) point: Option<Point>,
}

/// Where the compiler points in a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Point {
    /// At this token, so many nodes below the pattern's own.
    Token(SmolStr, u8),
    /// At the first token of what a hole stands for.
    Hole(HoleId),
}

impl Placeholders {
    fn add(&mut self, name: &str, run: bool, fresh: bool) -> Result<usize, String> {
        if name != "_"
            && let Some(at) = self.names.iter().position(|n| n == name)
        {
            if self.runs[at] != run {
                return Err(format!(
                    "`${name}` stands for one node here and for any number there; write `${name}...` in both places, or use two names"
                ));
            }
            return Ok(at);
        }
        if name == "_" && !fresh {
            return Err("`$_` stands for something that is not kept; give it a name to write it again".to_owned());
        }
        if self.names.len() >= MOST_HOLES {
            return Err(format!("more than {MOST_HOLES} placeholders; make two patterns of it"));
        }
        self.names.push(if name == "_" { SmolStr::default() } else { name.into() });
        self.runs.push(run);
        Ok(self.names.len() - 1)
    }

    /// The code with names in place of its placeholders. `fresh`: it is the left side.
    pub(super) fn mark(&mut self, code: &str, fresh: bool) -> Result<Marked, String> {
        if code.len() > LONGEST {
            return Err(format!("more than {LONGEST} bytes of code; a pattern is about one place"));
        }
        if code.contains(MARK) {
            return Err(format!("the code contains `{MARK}`, which placeholders are read by; use another name"));
        }
        let code = code.trim();
        let (mut text, mut point) = (String::new(), None);
        let mut rest = code;
        while let Some(at) = rest.find('$') {
            text.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let is_start = |s: &str| s.starts_with(|c: char| c.is_alphabetic() || c == '_');
            if let Some(escaped) = rest.strip_prefix('$').filter(|s| is_start(s)) {
                text.push('$');
                let end = escaped.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(escaped.len());
                text.push_str(&escaped[..end]);
                rest = &escaped[end..];
            } else if rest.starts_with('0') {
                if !fresh {
                    return Err("`$0` says where the compiler points, and belongs into `before`".to_owned());
                }
                if point.replace(text.len()).is_some() {
                    return Err("more than one `$0`".to_owned());
                }
                rest = &rest[1..];
            } else if is_start(rest) {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                let run = after.starts_with("...");
                let number = self.add(name, run, fresh)?;
                text.push_str(&format!("{MARK}{number}{MARK_END}"));
                rest = if run { &after[3..] } else { after };
            } else {
                text.push('$');
            }
        }
        text.push_str(rest);
        Ok(Marked { text, point })
    }
}

/// The number of the placeholder that a text is, and nothing else.
fn marked(text: &str) -> Option<usize> {
    let text = text.trim();
    let bare = |text: &str| text.strip_prefix(MARK)?.strip_suffix(MARK_END)?.parse().ok();
    let forms = FORMS.iter().map(|(_, form)| *form).chain([STATEMENT]).chain(MEMBERS);
    bare(text)
        .or_else(|| forms.into_iter().find_map(|(before, after)| bare(text.strip_prefix(before)?.strip_suffix(after)?)))
}

/// What becomes of placeholders that stand where statements or members do.
#[derive(Clone, Copy, PartialEq)]
enum Alone {
    /// They are names, but for the bodies of lambdas.
    Names,
    Statements,
    Members,
}

/// The code with what its placeholders need around them to be parsed.
fn formed(code: &Marked, holes: &[Hole], runs: &[bool], alone: Alone, language: &str) -> Marked {
    let (mut text, mut point) = (String::new(), code.point);
    let mut rest = code.text.as_str();
    let mut before = '{';
    while let Some(at) = rest.find(MARK) {
        let end = rest[at..].find(MARK_END).map_or(rest.len(), |e| at + e + MARK_END.len());
        let (around, name) = (&rest[..at], &rest[at..end]);
        before = around.trim_end().chars().next_back().unwrap_or(before);
        rest = &rest[end..];
        let next = rest.trim_start().chars().next();
        let is_body = around.trim_end().strip_suffix('{').is_some_and(|b| b.trim_end().ends_with("=>"));
        let is_alone = matches!(before, '{' | '}' | ';') && next.is_none_or(|c| c == '}' || c.is_alphabetic());
        let hole = marked(name).filter(|n| !runs.get(*n).copied().unwrap_or(false)).and_then(|n| holes.get(n));
        let kind = hole.and_then(|h| h.kinds.first());
        let of_kind =
            kind.and_then(|k| FORMS.iter().find(|(kinds, _)| kinds.contains(&k.as_str())).map(|(_, form)| *form));
        let of_place = match alone {
            Alone::Names => (is_alone && is_body).then_some(STATEMENT),
            Alone::Statements => is_alone.then_some(STATEMENT),
            Alone::Members => is_alone.then_some(MEMBERS[usize::from(language != "csharp")]),
        };
        let (prefix, suffix) = of_kind.or(of_place).unwrap_or_default();
        text.push_str(around);
        // Before or behind the placeholder, as `$0` stood.
        if let Some(point) = point.as_mut().filter(|p| **p >= text.len()) {
            *point += prefix.len() + if *point > text.len() { suffix.len() } else { 0 };
        }
        text.push_str(prefix);
        text.push_str(name);
        text.push_str(suffix);
        before = if suffix.is_empty() { ' ' } else { ';' };
    }
    text.push_str(rest);
    Marked { text, point }
}

/// A place in which code can stand, with what is around it.
struct Position {
    name: &'static str,
    around: (&'static str, &'static str),
    /// Whether it is tried when `kind` is left out.
    guessed: bool,
}

const fn position(name: &'static str, before: &'static str, after: &'static str, guessed: bool) -> Position {
    Position { name, around: (before, after), guessed }
}

const CSHARP: &[Position] = &[
    // Before expressions: `[A]` is a collection, too.
    position("attributes", "class C{ ", " void M(){} }", true),
    position("expression", "class C{async void M(){__w = ", ";}}", true),
    position("statement", "class C{async void M(){ ", " }}", true),
    position("using", "", " class C{}", true),
    position("type", "class C{ ", " __f; }", true),
    position("member", "class C{ ", " }", true),
    position("attribute", "class C{ [", "] void M(){} }", false),
    position("argument", "class C{void M(){__w(", ");}}", true),
    position("arguments", "class C{void M(){__w", ";}}", false),
    position("parameter", "class C{void M(", "){}}", true),
    position("declarator", "class C{void M(){var ", ";}}", false),
    position("declaration", "class C{ ", "; }", false),
    position("types", "class C{ __t", " __f; }", false),
];

const TYPESCRIPT: &[Position] = &[
    position("expression", "async function __f(){ __w = ", "; }", true),
    position("statement", "async function __f(){ ", " }", true),
    position("import", "", "\n;", true),
    position("type", "type __t = ", ";", true),
    position("property", "__w = { ", " };", true),
    position("member", "class C { ", " }", true),
    position("attribute", "__w = <__a ", " />;", true),
    position("signature", "interface I { ", " }", true),
    position("specifier", "import { ", " } from \"m\";", false),
    position("parameter", "function __f(", "){}", true),
    position("declarator", "let ", ";", false),
    position("arguments", "__w", ";", false),
    position("name", "__w.", ";", false),
    position("types", "type __t = __g", ";", false),
    position("annotation", "let __v", ";", false),
];

fn positions(language: &str) -> &'static [Position] {
    match language {
        "csharp" => CSHARP,
        _ => TYPESCRIPT,
    }
}

/// The words that `kind` may be.
pub(super) fn kinds(language: &str) -> Vec<&'static str> {
    positions(language).iter().map(|p| p.name).collect()
}

/// Both sides of a pattern, read in the first position in which both are code; with the position's name.
pub(super) fn sides(
    language: &str,
    kind: Option<&str>,
    before: &Marked,
    after: &Marked,
    holes: &[Hole],
    runs: &[bool],
) -> Result<(Side, Side, &'static str), String> {
    let all = positions(language);
    if let Some(kind) = kind
        && !all.iter().any(|p| p.name == kind)
    {
        return Err(format!("unknown kind `{kind}`; one of {}", kinds(language).join(", ")));
    }
    let mut reason = None;
    let mut left_alone = false;
    for position in all.iter().filter(|p| kind.map_or(p.guessed, |k| k == p.name)) {
        let left = match read(language, position, before, holes, runs) {
            Ok(Some(left)) => left,
            Ok(None) => continue,
            Err(why) => {
                reason.get_or_insert(why);
                continue;
            }
        };
        left_alone = true;
        if after.text.is_empty() {
            let nothing = Template::Node { kind: SmolStr::default(), children: Vec::new() };
            return Ok((left, Side { template: nothing, point: None }, position.name));
        }
        match read(language, position, after, holes, runs) {
            Ok(Some(right)) => return Ok((left, right, position.name)),
            Ok(None) => {}
            Err(why) => drop(reason.get_or_insert(why)),
        }
    }
    Err(reason.unwrap_or_else(|| {
        let what = if left_alone { "`after` is no code where `before` is" } else { "`before` is no code of its own" };
        format!("{what}; write a whole expression, statement, member, type, attribute or import, and say by `kind` which where it could be several ({})", kinds(language).join(", "))
    }))
}

fn languages(language: &str) -> &'static [&'static str] {
    match language {
        "csharp" => &["a.cs"],
        _ => &["a.ts", "a.tsx"],
    }
}

fn read(
    language: &str,
    position: &Position,
    code: &Marked,
    holes: &[Hole],
    runs: &[bool],
) -> Result<Option<Side>, String> {
    let all = [Alone::Names, Alone::Statements, Alone::Members].map(|alone| formed(code, holes, runs, alone, language));
    for code in &all {
        for name in languages(language) {
            let Some(parser) = Language::of_path(std::path::Path::new(name)) else { continue };
            let (before, after) = position.around;
            let parsed = Parsed::new(parser, format!("{before}{}{after}", code.text));
            if parsed.root().has_error() {
                continue;
            }
            let Some(tree) = Tree::new(&parsed) else { continue };
            let (start, end) = (before.len(), before.len() + code.text.len());
            let is_it = |n: &NodeId| *n != NodeId::ROOT && tree.range(*n).start == start && tree.range(*n).end == end;
            let Some(root) = tree.subtree(NodeId::ROOT).find(is_it) else { continue };
            // A type of which only the position says that it is one is no member of a type.
            let reader = Reader { tree: &tree, holes, runs };
            let template = reader.template(root)?;
            let template = without_first_space(template);
            if matches!(template, Template::Run { .. }) {
                return Err(
                    "a placeholder for any number of siblings stands alone; write what is around them, too".to_owned()
                );
            }
            let point = code.point.and_then(|p| tree.leaf_at(start + p)).and_then(|leaf| reader.point(root, leaf));
            return Ok(Some(Side { template, point }));
        }
    }
    Ok(None)
}

struct Reader<'t> {
    tree: &'t Tree,
    holes: &'t [Hole],
    runs: &'t [bool],
}

impl Reader<'_> {
    fn template(&self, node: NodeId) -> Result<Template, String> {
        let tree = self.tree;
        let (text, kind) = (tree.text_of(node), tree.kind(node));
        let space = tree.has_space(node);
        if let Some(number) = marked(text)
            && let Ok(id) = HoleId::try_from(number)
        {
            if self.runs.get(number).copied().unwrap_or(false) {
                return Ok(Template::Run { id, space });
            }
            let wanted = self.holes.get(number).is_some_and(|h| h.kinds.iter().any(|k| k == kind));
            let is_formed = !text.trim().starts_with(MARK) || !text.trim().ends_with(MARK_END);
            if tree.is_leaf(node)
                || wanted
                || is_formed
                || matches!(kind, "pair" | "pair_pattern" | "expression_statement")
            {
                return Ok(Template::Hole { id, space });
            }
        }
        if tree.is_leaf(node) {
            if text.contains(MARK) {
                return Err("a placeholder stands inside of a literal; put it in place of the whole literal, or write `$$` for the sign itself".to_owned());
            }
            return Ok(Template::Token { kind: kind.into(), text: text.into(), space });
        }
        let children = tree.children(node).map(|c| self.template(c)).collect::<Result<_, _>>()?;
        Ok(Template::Node { kind: kind.into(), children })
    }

    fn point(&self, root: NodeId, leaf: NodeId) -> Option<Point> {
        let tree = self.tree;
        if let Some(number) = marked(tree.text_of(leaf)) {
            return Some(Point::Hole(HoleId::try_from(number).ok()?));
        }
        let depth = tree.ancestors(leaf).take_while(|n| *n != root).count();
        Some(Point::Token(tree.text_of(leaf).into(), u8::try_from(depth).ok()?))
    }
}

/// White space before the first token belongs to what is around.
pub(super) fn without_first_space(template: Template) -> Template {
    match template {
        Template::Token { kind, text, .. } => Template::Token { kind, text, space: false },
        Template::Hole { id, .. } => Template::Hole { id, space: false },
        Template::Run { id, .. } => Template::Run { id, space: false },
        Template::Node { kind, mut children } => {
            if !children.is_empty() {
                let first = children.remove(0);
                children.insert(0, without_first_space(first));
            }
            Template::Node { kind, children }
        }
    }
}

/// A template as code. `names` are those of the holes. What it reads back as has to be looked at: not all can be said so.
pub(super) fn written(template: &Template, language: &str, names: &[SmolStr]) -> Option<String> {
    let grammar = grammar::named(language)?;
    let mut out = String::new();
    write(template, grammar, names, &mut out)?;
    Some(out.trim().to_owned())
}

fn write(template: &Template, grammar: &dyn Grammar, names: &[SmolStr], out: &mut String) -> Option<()> {
    let mut piece = |text: &str, space: bool| {
        let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        if space && !out.ends_with(char::is_whitespace) || out.ends_with(joins) && text.starts_with(joins) {
            out.push(' ');
        }
        out.push_str(text);
    };
    match template {
        Template::Token { text, space, .. } => {
            let is_name = text.starts_with('$') && text[1..].starts_with(|c: char| c.is_alphabetic() || c == '_');
            piece(&if is_name { format!("${text}") } else { text.to_string() }, *space);
        }
        Template::Hole { id, space } => piece(&format!("${}", names.get(*id as usize)?), *space),
        Template::Run { id, space } => piece(&format!("${}...", names.get(*id as usize)?), *space),
        Template::Node { kind, children } => {
            let separator = match kind.as_str() {
                "interface_body" | "object_type" => "; ",
                k if grammar.is_list(k) => ", ",
                _ => {
                    for child in children {
                        write(child, grammar, names, out)?;
                    }
                    return Some(());
                }
            };
            let sign =
                |t: &Template, all: &[&str]| matches!(t, Template::Token { text, .. } if all.contains(&text.as_str()));
            let open = children.iter().position(|c| sign(c, &["(", "[", "{", "<", "?[", "{|"]));
            let mut elements = 0;
            for (i, child) in children.iter().enumerate() {
                let is_element = open.is_none_or(|o| i > o) && !sign(child, &[")", "]", "}", ">", "|}", ":"]);
                if is_element {
                    if elements > 0 {
                        while out.ends_with(' ') {
                            out.pop();
                        }
                        out.push_str(separator);
                    }
                    elements += 1;
                }
                write(child, grammar, names, out)?;
            }
        }
    }
    Some(())
}
