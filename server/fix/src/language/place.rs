//! What must stand where a diagnostic points, so that it is about this text and not about an older one.
//!
//! Compilers point at the name, at the declaration, or at the start of the expression that a message is about. Each language has one table:
//! code → what stands there, and which argument of the message names it.

use crate::printed_names::{is_word, simple_name};
use index::{Index, Source};
use syntax::{Node, NodeExt, ancestors, leaf_at};
use text::TextRange;

/// What must stand at the position of a diagnostic. All entries of a row must hold.
#[derive(Clone, Copy, Debug)]
pub enum Stands {
    /// A token: the name in this argument.
    Name(usize),
    /// Syntax that begins there and holds the name in this argument.
    Holds(usize),
    /// Text that begins with the first word of this argument.
    Begins(usize),
    /// The rest of the line holds the name in this argument: for places in comments.
    Line(usize),
    /// One of these tokens.
    Text(&'static [&'static str]),
    /// A token inside one of these kinds of nodes.
    Inside(&'static [&'static str]),
    /// The start of a token: not the middle of a word, of a comment or of a string.
    Token,
    /// What the words say, and whether it stands there.
    Is(&'static str, fn(&Place<'_>) -> bool),
    /// One of these.
    OneOf(&'static [Stands]),
}

impl Stands {
    /// Whether it depends on the message: then a place where it holds is hardly one by chance.
    pub fn names(&self) -> bool {
        match self {
            Self::Name(_) | Self::Holds(_) | Self::Begins(_) | Self::Line(_) => true,
            Self::OneOf(some) => some.iter().any(Self::names),
            Self::Text(_) | Self::Inside(_) | Self::Token | Self::Is(..) => false,
        }
    }
}

/// Codes and what stands where they point.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The codes.
    pub codes: &'static [&'static str],
    /// What stands there: all of these.
    pub stands: &'static [Stands],
}

/// Codes with fixes whose diagnostics cannot be checked, and why.
#[derive(Clone, Copy, Debug)]
pub struct Unchecked {
    /// The codes.
    pub codes: &'static [&'static str],
    /// Why nothing can be said of their place.
    pub reason: &'static str,
}

/// What a language knows about the places of its compiler's diagnostics.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// What stands there.
    pub rows: &'static [Row],
    /// What is not checked.
    pub unchecked: &'static [Unchecked],
}

/// The place of a diagnostic in a text.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The workspace.
    pub index: &'a Index,
    /// The file.
    pub source: &'a Source,
    /// Where it points: a byte of the file's text.
    pub offset: usize,
    /// The arguments of its message.
    pub arguments: &'a [String],
}

/// Writes a table: `"CS0001" "CS0002" => Name(0), Token;`
macro_rules! rows {
    ($($($code:literal)+ => $($stands:expr),+;)*) => { &[$(Row { codes: &[$($code),+], stands: &[$($stands),+] }),*] };
}
macro_rules! unchecked {
    ($($($code:literal)+ => $reason:literal;)*) => { &[$(Unchecked { codes: &[$($code),+], reason: $reason }),*] };
}
pub(super) use {rows, unchecked};

/// Syntax above these is not begun by a token, even if it is their first.
const CONTAINERS: &[&str] = &[
    "program",
    "compilation_unit",
    "block",
    "statement_block",
    "declaration_list",
    "class_body",
    "switch_section",
    "switch_body",
    "switch_case",
    "global_statement",
    "ERROR",
];
impl<'a> Place<'a> {
    /// Bytes of one construct that are searched for a name.
    pub const MOST_SEARCHED: usize = 20_000;

    /// The file's text.
    pub fn text(&self) -> &'a str {
        self.source.parsed.text()
    }
    /// The text from the position on.
    pub fn rest(&self) -> &'a str {
        self.text().get(self.offset..).unwrap_or_default()
    }
    /// The token at the position, also one that does not begin there.
    pub fn leaf(&self) -> Option<Node<'a>> {
        leaf_at(self.source.parsed.root(), self.offset)
    }
    /// Whether the file does not parse as a whole: then its tree says little of one place.
    pub fn is_broken(&self) -> bool {
        self.source.parsed.root().has_error()
    }
    /// Argument `i`; empty when there is none.
    pub fn argument(&self, i: usize) -> &'a str {
        self.arguments.get(i).map_or("", String::as_str)
    }
    /// The token that begins at the position.
    pub fn token(&self) -> Option<Node<'a>> {
        self.leaf().filter(|leaf| leaf.start_byte() == self.offset)
    }
    /// The token at the position and all that begins with it, innermost first.
    pub fn begun(&self) -> impl Iterator<Item = Node<'a>> {
        let offset = self.offset;
        self.token().into_iter().flat_map(ancestors).take_while(move |n| n.start_byte() == offset && !n.is(CONTAINERS))
    }
    /// The largest syntax that begins there; the rest of the line where the file does not parse.
    fn construct(&self) -> &'a str {
        let end = self.begun().last().filter(|n| n.end_byte() > self.offset && !self.is_broken()).map(|n| n.end_byte());
        let line_end = self.rest().find(['\n', '\r']).map_or(self.text().len(), |at| self.offset + at);
        let mut end = end.unwrap_or(line_end).min(self.offset + Self::MOST_SEARCHED);
        while !self.text().is_char_boundary(end) {
            end -= 1;
        }
        &self.text()[self.offset..end]
    }
    /// The name in argument `i`, if it is one.
    fn name(&self, i: usize) -> Option<&'a str> {
        self.arguments.get(i).and_then(|a| simple_name(a))
    }

    /// Whether what `stands` says is there.
    pub fn has(&self, stands: &Stands) -> bool {
        match stands {
            // An argument that is missing or no name says nothing.
            Stands::Name(i) => self.name(*i).is_none_or(|name| is_token(self.rest(), name)),
            Stands::Holds(i) => self
                .name(*i)
                .is_none_or(|name| is_token(self.rest(), name) || occurrences(self.construct(), name).next().is_some()),
            Stands::Line(i) => self.name(*i).is_none_or(|name| {
                let line = self.rest().lines().next().unwrap_or_default();
                occurrences(line, name).next().is_some()
            }),
            Stands::Begins(i) => self.arguments.get(*i).map(|a| first_word(a)).is_none_or(|word| {
                word.is_empty() || self.rest().strip_prefix(word).is_some_and(|after| !after.starts_with(is_word))
            }),
            Stands::Text(tokens) => begins_with(self.rest(), tokens),
            Stands::Inside(kinds) => self.is_broken() || self.leaf().is_some_and(|l| l.enclosing(kinds).is_some()),
            Stands::Token => self.is_token_start(),
            Stands::Is(_, holds) => holds(self),
            Stands::OneOf(some) => some.iter().any(|one| self.has(one)),
        }
    }

    fn is_token_start(&self) -> bool {
        let Some(leaf) = self.leaf() else { return false };
        self.is_broken()
            || leaf.start_byte() == self.offset && leaf.kind() != "comment" && !leaf.kind().starts_with("preproc")
    }

    /// The first of a row's entries that does not hold.
    pub fn lacks(&self, stands: &'static [Stands]) -> Option<&'static Stands> {
        stands.iter().find(|one| !self.has(one))
    }

    /// What `stands` asks for, for people: a name with quotes, or words.
    pub fn words(&self, stands: &Stands) -> String {
        match stands {
            Stands::Name(i) | Stands::Holds(i) | Stands::Line(i) => format!("'{}'", self.name(*i).unwrap_or_default()),
            Stands::Begins(i) => format!("'{}'", self.arguments.get(*i).map_or("", String::as_str)),
            Stands::Text(tokens) => format!("'{}'", tokens.first().copied().unwrap_or_default()),
            Stands::Inside(kinds) => kinds.first().copied().unwrap_or_default().replace('_', " "),
            Stands::Token => "start of a word".to_owned(),
            Stands::Is(what, _) => (*what).to_owned(),
            Stands::OneOf(some) => some.first().map_or_else(String::new, |one| self.words(one)),
        }
    }

    /// Places of the file at which the row holds and that have the name in `names`, in order. Empty when the row names nothing that could
    /// be searched for.
    pub fn others(&self, stands: &'static [Stands], names: TextRange) -> Vec<usize> {
        /// Occurrences that are looked at.
        const MOST: usize = 400;
        let Some(name) = stands.iter().find_map(|s| self.named_by(s)) else { return Vec::new() };
        let root = self.source.parsed.root();
        let mut out = Vec::new();
        for at in occurrences_in(self.text(), name, names).take(MOST) {
            // The name itself, with the sign before it, and what it is in.
            let sign = self.text()[..at].ends_with(['@', '#', '"', '\'', '`']);
            let mut starts = vec![at - usize::from(sign)];
            let around = leaf_at(root, at).into_iter().flat_map(ancestors).take(12).take_while(|n| !n.is(CONTAINERS));
            starts.extend(around.map(|n| n.start_byte()));
            out.extend(starts.into_iter().filter(|&start| {
                let there = Place { offset: start, ..*self };
                there.is_searched() && there.lacks(stands).is_none()
            }));
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Whether a place that was searched for may be meant: white space is not.
    fn is_searched(&self) -> bool {
        self.rest().chars().next().is_some_and(|c| !c.is_whitespace())
    }

    fn named_by(&self, stands: &Stands) -> Option<&'a str> {
        match stands {
            Stands::Name(i) | Stands::Holds(i) | Stands::Line(i) => self.name(*i),
            Stands::Begins(i) => self.arguments.get(*i).map(|a| first_word(a)).filter(|w| !w.is_empty()),
            Stands::OneOf(some) => some.iter().find_map(|s| self.named_by(s)),
            _ => None,
        }
    }
}

/// Whether `rest`, the text from a diagnostic's position on, alone shows that all of `stands` is there: no tree is needed then.
pub fn reads_as(rest: &str, stands: &[Stands], arguments: &[String]) -> bool {
    stands.iter().all(|one| match one {
        Stands::Name(i) => arguments.get(*i).and_then(|a| simple_name(a)).is_some_and(|name| is_token(rest, name)),
        Stands::Text(tokens) => begins_with(rest, tokens),
        Stands::OneOf(some) => some.iter().any(|one| reads_as(rest, std::slice::from_ref(one), arguments)),
        _ => false,
    })
}

/// Whether `text` begins with one of `tokens`.
fn begins_with(text: &str, tokens: &[&str]) -> bool {
    let is_here = |token: &&str| {
        text.strip_prefix(*token).is_some_and(|after| !token.ends_with(is_word) || !after.starts_with(is_word))
    };
    tokens.iter().any(is_here)
}

/// Whether an expression with the operator in the first argument begins there.
pub(super) fn has_operator(place: &Place<'_>) -> bool {
    let operator = place.argument(0);
    place.is_broken() || place.begun().any(|n| n.text_in(place.text()).contains(operator))
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches(['(', '"', '\'', '`', '[', '{', ' ']);
    &text[..text.find(|c: char| !is_word(c)).unwrap_or(text.len())]
}

/// Whether the token at the start of `text` is `name`, with what may stand before it: `@name`, `#name`, `"name"`, `.name`, `?.name`. An attribute is
/// written without its ending.
fn is_token(text: &str, name: &str) -> bool {
    let text = text.trim_start_matches(['@', '#', '"', '\'', '`', '.', '?', '~']);
    let token = &text[..text.find(|c: char| !is_word(c)).unwrap_or(text.len())];
    // Escapes in names (`\u0041`) are not read.
    token == name
        || name.strip_suffix("Attribute").is_some_and(|short| short == token)
        || text[token.len()..].starts_with("\\u")
        || text.starts_with("\\u")
}

/// Where `name` stands in `text` as a whole word.
fn occurrences<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    occurrences_in(text, name, TextRange::new(0, text.len()))
}

/// Where `name` begins in `range` of `text` as a whole word.
fn occurrences_in<'t>(text: &'t str, name: &'t str, range: TextRange) -> impl Iterator<Item = usize> + 't {
    let mut end = (range.end + name.len()).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let found = text.get(range.start..end).unwrap_or_default().match_indices(name);
    found
        .map(move |(at, _)| at + range.start)
        .take_while(move |at| *at < range.end)
        .filter(move |&at| !text[..at].ends_with(is_word) && !text[at + name.len()..].starts_with(is_word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn names_of_printed_types_and_members() {
        for (printed, name) in [
            ("Name", Some("Name")),
            ("N.C.M(int, List<string>)", Some("M")),
            ("List<>", Some("List")),
            ("A.B<C.D>", Some("B")),
            ("C.this[int].get", Some("get")),
            ("C.this[int]", Some("this")),
            ("\"./a\"", None),
            ("C.op_Addition(C, C)", None),
            ("C.operator +(C, C)", None),
            ("#x", Some("x")),
            ("[Symbol.iterator]", None),
            ("C.~C()", Some("C")),
            ("a | b", None),
            ("", None),
        ] {
            assert_eq!(simple_name(printed), name, "{printed}");
        }
    }

    #[test]
    fn what_stands_there_is_found_in_the_text_and_in_the_tree() {
        let text = "using A.B;\nclass C { int gone = 1, other; [Mine] void M() { @gone = 2; } }\n";
        let index = Index::in_memory([("/a.cs", text)]);
        let source = index.source(Path::new("/a.cs")).unwrap();
        let arguments = ["gone".to_owned(), "N.MineAttribute".to_owned(), "other".to_owned()];
        let has = |at: &str, stands: Stands| {
            let offset = text.find(at).unwrap();
            Place { index: &index, source: &source, offset, arguments: &arguments }.has(&stands)
        };
        assert!(has("gone =", Stands::Name(0)) && has("@gone", Stands::Name(0)) && has("Mine", Stands::Name(1)));
        assert!(!has("other", Stands::Name(0)) && !has("one =", Stands::Name(0)));
        assert!(has("other", Stands::Name(7)), "a missing argument says nothing");
        assert!(has("int gone", Stands::Holds(2)) && !has("using", Stands::Holds(2)));
        assert!(has("using", Stands::Text(&["using"])) && !has("class", Stands::Text(&["cla"])));
        assert!(has("B;", Stands::Inside(&["using_directive"])) && !has("C {", Stands::Inside(&["using_directive"])));
        assert!(has("other", Stands::Token) && !has("ther;", Stands::Token));
        let place = Place { index: &index, source: &source, offset: 0, arguments: &arguments };
        let found = place.others(&[Stands::Name(0)], TextRange::new(0, text.len()));
        assert_eq!(found, [text.find("gone").unwrap(), text.find("@gone").unwrap()]);
    }
}
