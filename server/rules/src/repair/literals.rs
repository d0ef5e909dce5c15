//! A quotation mark too few or too many in a line.
//!
//! Every place for one more mark is tried, every mark is taken away once, and every mark of the other kind is replaced: what then reads as
//! code around whole literals, parses, and is spaced as code is, is what may have been meant.

use super::{Trial, line_end, line_start};
use std::collections::HashSet;
use syntax::csharp::lexical::{self, TokenKind};
use syntax::{Language, LanguageFamily};
use text::TextEdit;

/// At most so many edits are parsed.
const MOST_PARSED: usize = 48;
/// Longer lines are generated.
const LONGEST: usize = 600;
/// How many lines above and below are compared.
const NEIGHBOURS: usize = 60;

/// What repairs the literals of a line.
pub(crate) struct Repairs {
    /// The edits that leave the fewest errors, by position.
    pub(crate) edits: Vec<TextEdit>,
    /// The only one that the line and its neighbours allow.
    pub(crate) only: Option<TextEdit>,
}

/// The repairs of the line in which the literal that `quote` opens at byte `at` is not closed. They stand before `limit`.
pub(crate) fn repairs(trial: &Trial, language: Language, at: usize, quote: char, limit: usize) -> Repairs {
    let text = trial.text();
    let (start, end) = (line_start(text, at), line_end(text, at));
    let line = &text[start..end];
    let none = Repairs { edits: Vec::new(), only: None };
    // A literal of which only the mark was written is not finished by another.
    if line.len() > LONGEST
        || text.get(at + 1..end).is_none_or(|rest| rest.trim().is_empty())
            && !line.trim_end().ends_with(&format!("{quote}{quote}"))
    {
        return none;
    }
    let mut seen: HashSet<String> = HashSet::new();
    let mut found: Vec<(TextEdit, String, Vec<Piece>)> = Vec::new();
    // Where a literal may begin, its mark is not the one too many.
    let opener = at - start;
    let begins = pieces(&line[..opener], language).is_some_and(|p| begins_neatly(line, p.last().copied(), opener));
    for (from, to, new) in edits(line, quote, language) {
        if start + from > limit || begins && new.is_empty() && from == opener {
            continue;
        }
        let after = format!("{}{new}{}", &line[..from], &line[to..]);
        if !seen.insert(after.clone()) {
            continue;
        }
        if let Some(pieces) = pieces(&after, language).filter(|p| reads_as_code(&after, p, language)) {
            found.push((TextEdit::replace(start + from..start + to, new), after, pieces));
        }
    }
    if found.len() > MOST_PARSED {
        return none;
    }
    let before = trial.errors();
    let tried: Vec<(usize, _)> = found
        .into_iter()
        .filter_map(|f| Some((trial.errors_after(&f.0)?, f)))
        .filter(|(errors, _)| *errors < before)
        .collect();
    let Some(fewest) = tried.iter().map(|(errors, _)| *errors).min() else { return none };
    let mut found: Vec<_> = tried.into_iter().filter(|(errors, _)| *errors == fewest).map(|(_, f)| f).collect();
    let known: HashSet<&str> = words_of(&text[..at]).chain(words_of(&text[end..])).collect();
    // Code that uses what the file knows may be meant as code: it is not taken into a literal for certain.
    let code = |line: &str, pieces: &[Piece]| code_words(line, pieces, &known);
    let most = found.iter().map(|(_, line, pieces)| code(line, pieces)).filter(|c| c.known).map(|c| c.words).max();
    let best = found.iter().map(|(_, line, pieces)| misspaced(line, pieces)).min();
    let mut neat: Vec<_> = found.iter().filter(|(_, line, pieces)| Some(misspaced(line, pieces)) == best).collect();
    if neat.len() > 1 {
        let neighbours = neighbours(text, start, language);
        let longest = neat.iter().map(|(_, line, pieces)| code(line, pieces).words).max();
        let alike: Vec<_> =
            neat.iter().copied().filter(|(_, line, pieces)| neighbours.contains(&shape(line, pieces))).collect();
        if let [(_, line, pieces)] = alike.as_slice()
            && code(line, pieces).known
            && Some(code(line, pieces).words) == longest
        {
            neat = alike;
        }
    }
    let certain = |line: &str, pieces: &[Piece]| most.is_none_or(|most| code(line, pieces).words >= most);
    let only = match neat.as_slice() {
        [(edit, line, pieces)] if certain(line, pieces) => Some(edit.clone()),
        _ => None,
    };
    let neat: HashSet<TextEdit> = neat.iter().map(|(edit, ..)| edit.clone()).collect();
    found.retain(|(edit, ..)| neat.contains(edit));
    Repairs { edits: found.into_iter().map(|(edit, ..)| edit).collect(), only }
}

/// One mark more, less or other: bytes of the line, and what replaces them.
fn edits(line: &str, quote: char, language: Language) -> Vec<(usize, usize, String)> {
    let other = if quote == '"' { '\'' } else { '"' };
    let characters = language.family() == LanguageFamily::CSHARP && quote == '\'';
    let mut out: Vec<(usize, usize, String)> = Vec::new();
    for i in line.char_indices().map(|(i, _)| i).chain([line.len()]) {
        out.push((i, i, quote.to_string()));
        if quote == '\'' {
            // An apostrophe in a text that lost its own mark.
            out.push((i, i, other.to_string()));
        }
    }
    for (i, c) in line.char_indices() {
        if c == quote {
            out.push((i, i + 1, String::new()));
        } else if c == other && !characters {
            out.push((i, i + 1, quote.to_string()));
        }
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Word,
    Number,
    Literal,
    Open,
    Close,
    Mark,
}

/// A token of a line.
#[derive(Clone, Copy, Debug)]
struct Piece {
    kind: Kind,
    start: usize,
    end: usize,
}

impl Piece {
    fn of(self, line: &str) -> &str {
        &line[self.start..self.end]
    }
}

/// The tokens of a line; `None` when a literal is not closed in it.
fn pieces(line: &str, language: Language) -> Option<Vec<Piece>> {
    if language.family() == LanguageFamily::CSHARP {
        let piece = |t: &lexical::Token| {
            let kind = match t.kind {
                TokenKind::Word => Kind::Word,
                TokenKind::Number => Kind::Number,
                TokenKind::Literal => Kind::Literal,
                TokenKind::Open => Kind::Open,
                TokenKind::Close => Kind::Close,
                TokenKind::Punctuation => Kind::Mark,
                TokenKind::Unterminated => return None,
            };
            Some(Piece { kind, start: t.range.start, end: t.range.end })
        };
        return lexical::tokens(line).iter().map(piece).collect();
    }
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let rest = &line[at..];
        let (kind, length) = match c {
            _ if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '/' if rest.starts_with("//") => break,
            '/' if rest.starts_with("/*") => {
                at += rest.find("*/").map_or(rest.len(), |n| n + 2);
                continue;
            }
            '"' | '\'' | '`' => (Kind::Literal, closed(rest, c)?),
            '(' | '[' | '{' => (Kind::Open, 1),
            ')' | ']' | '}' => (Kind::Close, 1),
            _ if c.is_alphanumeric() || matches!(c, '_' | '$') => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).unwrap_or(rest.len());
                (if c.is_ascii_digit() { Kind::Number } else { Kind::Word }, end)
            }
            _ => (Kind::Mark, c.len_utf8()),
        };
        out.push(Piece { kind, start: at, end: at + length });
        at += length;
    }
    Some(out)
}

/// The length of the literal at the start of `text`, if it is closed.
fn closed(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return Some(i + 1),
            _ => {}
        }
    }
    None
}

/// Words after which a literal may begin.
const BEFORE: &[&str] = &[
    "return",
    "case",
    "in",
    "is",
    "as",
    "await",
    "throw",
    "yield",
    "else",
    "new",
    "from",
    "import",
    "export",
    "default",
    "extends",
    "keyof",
    "of",
    "and",
    "or",
    "not",
    "when",
    "where",
    "select",
    "by",
    "equals",
    "typeof",
    "require",
    "do",
    "void",
    "satisfies",
    "goto",
    "module",
    "let",
    "on",
];
/// Words that may follow a literal.
const AFTER: &[&str] = &[
    "is",
    "as",
    "in",
    "of",
    "instanceof",
    "satisfies",
    "when",
    "or",
    "and",
    "switch",
    "with",
    "from",
    "assert",
    "equals",
    "on",
    "where",
    "orderby",
    "select",
    "into",
    "descending",
    "ascending",
    "extends",
];

/// Whether a literal may follow the token.
fn may_begin(line: &str, previous: Option<Piece>) -> bool {
    previous.is_none_or(|p| match p.kind {
        Kind::Open => true,
        Kind::Word => BEFORE.contains(&p.of(line)),
        Kind::Mark => ",;=+:?!&|<>~".contains(p.of(line)),
        Kind::Literal | Kind::Number | Kind::Close => false,
    })
}

/// Whether a literal may begin at `at`, after the token, and is spaced as one that does.
fn begins_neatly(line: &str, previous: Option<Piece>, at: usize) -> bool {
    let spaced = previous.is_none_or(|p| p.end < at || p.kind == Kind::Open || "!<".contains(p.of(line)));
    spaced && !line[at + 1..].starts_with(' ') && may_begin(line, previous)
}

/// Whether a literal has what such a literal has: a character, a value in each interpolation.
fn is_sound(literal: &str, csharp: bool) -> bool {
    if !csharp {
        return true;
    }
    if let Some(content) = literal.strip_prefix('\'') {
        let content = content.strip_suffix('\'').unwrap_or(content);
        return content.starts_with('\\') || content.chars().count() == 1;
    }
    !(literal.starts_with(['$', '@']) && literal.contains("{\"") && !literal.contains("{{\""))
}

/// Whether the tokens around the literals can stand there.
fn reads_as_code(line: &str, pieces: &[Piece], language: Language) -> bool {
    let csharp = language.family() == LanguageFamily::CSHARP;
    let markup = language == Language::TSX;
    let mut open: Vec<&str> = Vec::new();
    for (i, piece) in pieces.iter().enumerate() {
        let own = piece.of(line);
        let previous = i.checked_sub(1).map(|p| pieces[p]);
        let next = pieces.get(i + 1).copied();
        match piece.kind {
            Kind::Literal => {
                let begins = may_begin(line, previous);
                let ends = next.is_none_or(|n| match n.kind {
                    Kind::Close => true,
                    Kind::Word => AFTER.contains(&n.of(line)) || markup,
                    Kind::Mark => ",;:.+=!?&|><".contains(n.of(line)) || markup && n.of(line) == "/",
                    Kind::Literal | Kind::Number | Kind::Open => false,
                });
                if !begins || !ends || !is_sound(own, csharp) {
                    return false;
                }
            }
            Kind::Mark => {
                let code =
                    "+-*/%&|^=<>!?:~.,;@".contains(own) || !csharp && "#$".contains(own) || markup && own.is_ascii();
                let member = own != "."
                    || next.is_some_and(|n| n.kind == Kind::Word || matches!(n.of(line), "." | "[" | "(" | "#"))
                    || previous.is_some_and(|p| p.of(line) == ".");
                if !code || !member {
                    return false;
                }
            }
            Kind::Open => {
                // C# has no objects in brackets.
                let after = previous.map_or("", |p| p.of(line));
                if csharp && own == "{" && matches!(after, "," | "(") && open.last().is_some_and(|o| *o != "{") {
                    return false;
                }
                open.push(own);
            }
            Kind::Close => {
                open.pop();
            }
            Kind::Word | Kind::Number => {}
        }
    }
    true
}

/// The words of a line that are code.
struct CodeWords {
    words: usize,
    /// Whether the file outside the literal has all of them, but for members.
    known: bool,
}

fn code_words(line: &str, pieces: &[Piece], known: &HashSet<&str>) -> CodeWords {
    let is_word = |i: &usize| matches!(pieces[*i].kind, Kind::Word | Kind::Number);
    let all: Vec<usize> = (0..pieces.len()).filter(is_word).collect();
    let is_member = |i: usize| i > 0 && pieces[i - 1].of(line) == ".";
    let is_known = |i: &usize| {
        let piece = pieces[*i];
        piece.kind == Kind::Number
            || is_member(*i)
            || known.contains(piece.of(line))
            || BEFORE.contains(&piece.of(line))
    };
    CodeWords { words: all.len(), known: all.iter().all(is_known) }
}

/// The words of a text.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).filter(|w| !w.is_empty())
}

/// How often the line departs from how code is spaced.
fn misspaced(line: &str, pieces: &[Piece]) -> usize {
    let mut count = 0;
    let mut open: Vec<(usize, usize)> = Vec::new();
    let gap = |a: usize, b: usize| pieces[b].start - pieces[a].end;
    let last = pieces.len().saturating_sub(1);
    for (i, piece) in pieces.iter().enumerate() {
        let own = piece.of(line);
        match piece.kind {
            Kind::Mark if matches!(own, "," | ";") => {
                count += usize::from(i > 0 && gap(i - 1, i) > 0);
                let closes = i < last && pieces[i + 1].kind == Kind::Close;
                count += usize::from(i < last && !closes && gap(i, i + 1) != 1 && own == ",");
            }
            Kind::Open => open.push((i, if i < last { gap(i, i + 1) } else { 0 })),
            Kind::Close => {
                if let Some((opener, space)) = open.pop()
                    && opener + 1 < i
                    && own == ")"
                {
                    count += usize::from(gap(i - 1, i) != space);
                }
            }
            Kind::Literal => {
                let joins =
                    |p: usize| pieces[p].kind == Kind::Mark && matches!(pieces[p].of(line), "+" | "&" | "|" | "?");
                count += usize::from(i > 0 && joins(i - 1) && gap(i - 1, i) != 1);
                count += usize::from(i < last && joins(i + 1) && gap(i, i + 1) != 1);
                let content = own.trim_end_matches(['"', '\'']);
                count += usize::from(i == last && content.ends_with([';', ',']));
                count += usize::from(has_stray_mark(own));
            }
            _ => {}
        }
    }
    count
}

/// Whether a literal has a mark of the other kind in it that is no apostrophe and has no partner.
fn has_stray_mark(literal: &str) -> bool {
    let own = literal.chars().next_back().unwrap_or('"');
    let other = if own == '"' { '\'' } else { '"' };
    let content = literal.trim_end_matches(own);
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let apostrophe = |at: usize| word(content[..at].chars().next_back()) && word(content[at + 1..].chars().next());
    content.match_indices(other).filter(|(at, _)| !apostrophe(*at)).count() % 2 == 1
}

/// The tokens of a line, with their kind in place of names and values, and the first as it is.
fn shape(line: &str, pieces: &[Piece]) -> String {
    let mut out = pieces.first().map_or("", |p| p.of(line)).to_owned();
    for piece in pieces {
        out.push_str(match piece.kind {
            Kind::Word => "w",
            Kind::Number => "n",
            Kind::Literal => "s",
            _ => piece.of(line),
        });
    }
    out
}

/// The shapes of the lines around the one that begins at `start`.
fn neighbours(text: &str, start: usize, language: Language) -> HashSet<String> {
    let above = text[..start].lines().rev().take(NEIGHBOURS);
    let below = text[line_end(text, start)..].lines().skip(1).take(NEIGHBOURS);
    let whole = above.chain(below).filter(|line| line.len() <= LONGEST && line.contains(['"', '\'']));
    whole.filter_map(|line| Some(shape(line, &pieces(line, language)?))).collect()
}

/// What an edit of a line's marks is called.
pub(crate) fn title(text: &str, edit: &TextEdit) -> String {
    let (old, new) = (edit.range.of(text), &edit.new_text);
    if old.is_empty() {
        format!("Add '{new}'")
    } else if new.is_empty() {
        format!("Remove '{old}'")
    } else {
        format!("Change {old} to {new}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines after the repairs that remain, and whether one is the only one.
    fn repaired(language: Language, text: &str, quote: char) -> (Vec<String>, bool) {
        let at = text.find('~').unwrap();
        let plain = text.replacen('~', "", 1);
        let parsed = syntax::Parsed::new(language, plain.as_str());
        let trial = Trial { errors: parsed.syntax_errors().len(), parsed };
        let found = repairs(&trial, language, at, quote, plain.len());
        let apply = |e: &TextEdit| {
            let after = text::TextEdits::new(vec![e.clone()]).unwrap().apply(&plain).unwrap();
            after[line_start(&after, at)..line_end(&after, at)].trim().to_owned()
        };
        (found.edits.iter().map(apply).collect(), found.only.is_some())
    }

    #[test]
    fn the_only_end_of_a_literal() {
        for (line, wanted) in [
            ("[Show(~\"{First}, {Second})]", "[Show(\"{First}, {Second}\")]"),
            ("[Show(\"a b\"~\")]", "[Show(\"a b\")]"),
            ("[Show(~\"a b')]", "[Show(\"a b\")]"),
        ] {
            let (lines, only) = repaired(Language::CSHARP, &format!("{line}\nclass C {{ }}\n"), '"');
            assert!(lines.iter().any(|l| l == wanted), "{line}: {lines:?}");
            assert!(only, "{line}: {lines:?}");
        }
    }

    #[test]
    fn where_several_ends_fit_none_is_certain() {
        let in_method = |line: &str| format!("class C {{ void M() {{\n{line}\n}} }}\n");
        let (lines, only) = repaired(Language::CSHARP, &in_method("F(~\"a, b);"), '"');
        assert_eq!((lines.len(), only), (2, false), "{lines:?}");
        // A line of the same shape tells.
        let (lines, only) = repaired(Language::CSHARP, &in_method("F(\"x\", y);\nF(~\"a, b);"), '"');
        assert!(!only || lines == ["F(\"a\", b);"], "{lines:?}");
        let (lines, only) = repaired(Language::CSHARP, &in_method("int b = 1;\nF(\"x\", b);\nF(~\"a, b);"), '"');
        assert_eq!((lines, only), (vec!["F(\"a\", b);".to_owned()], true));
        // A line of another shape does not tell that an argument belongs to the text.
        for line in ["F(~\"a {0}, b);", "F(~\"a {0}.FormatWith(b));", "F(~\"a+b);"] {
            let (lines, only) = repaired(Language::CSHARP, &in_method(&format!("int b = 1;\nF(\"x\");\n{line}")), '"');
            assert!(!only, "{lines:?}");
        }
        let (lines, only) = repaired(Language::CSHARP, &in_method("F(~\"a  + b);"), '"');
        assert!(!only || lines == ["F(\"a \" + b);"], "{lines:?}");
    }

    #[test]
    fn marks_that_belong_elsewhere() {
        let in_method = |line: &str| format!("class C {{ void M(object method) {{\n{line}\n}} }}\n");
        let (lines, _) = repaired(Language::CSHARP, &in_method("F($\"a {method\"}~\");"), '"');
        assert!(lines.iter().all(|l| !l.contains("{\"")), "{lines:?}");
        let text = "[Why(\"A\", Text = known from the method~'s type.\")]\nclass C { }\n";
        let (lines, _) = repaired(Language::CSHARP, text, '\'');
        assert!(lines.contains(&"[Why(\"A\", Text = \"known from the method's type.\")]".to_owned()), "{lines:?}");
        let (_, only) = repaired(Language::TYPESCRIPT, "f({ node:~\" Make.with(1) });\n", '"');
        assert!(!only);
        let text = "type A = 'a' | 'b';\ntype B = 'a' | 'b\" | 'c~';\n";
        let (lines, _) = repaired(Language::TYPESCRIPT, text, '\'');
        assert!(lines.contains(&"type B = 'a' | 'b' | 'c';".to_owned()), "{lines:?}");
        let (lines, only) = repaired(Language::CSHARP, &in_method("F(~\"a');"), '"');
        assert_eq!((lines, only), (vec!["F(\"a\");".to_owned()], true));
    }

    #[test]
    fn a_mark_too_many() {
        let (lines, only) = repaired(Language::TYPESCRIPT, "const a = f('x'~');\n", '\'');
        assert_eq!((lines, only), (vec!["const a = f('x');".to_owned()], true));
    }
}
