//! Tokens of a C# text without a syntax tree, because the tree of broken code is unreliable.

use std::borrow::Cow;
use text::TextRange;

/// The kind of a token, as far as fixes of syntax errors need it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// Identifier or keyword.
    Word,
    /// Number.
    Number,
    /// String or character literal; interpolated strings including their interpolations.
    Literal,
    /// A literal that is not terminated in its line.
    Unterminated,
    /// `{`, `(` or `[`.
    Open,
    /// `}`, `)` or `]`.
    Close,
    /// Any other character.
    Punctuation,
}

/// One token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// Its kind.
    pub kind: TokenKind,
    /// Its bytes.
    pub range: TextRange,
    /// Zero-based line, counted by line feeds.
    pub line: usize,
    /// Whether it is the first token of its line.
    pub leads: bool,
}

impl Token {
    /// The token's text; `text` is the text of the file.
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        self.range.of(text)
    }
}

/// `text` with preprocessor directives and inactive branches of `#if … #else … #endif` replaced by white space of the same length. The
/// branch that contains the byte `at` is active. For other conditionals the first branch is taken, because the symbols are not known.
pub fn active_branches(text: &str, at: usize) -> Cow<'_, str> {
    active_branches_where(text, &[at], |_| None)
}

/// As [`active_branches`], for several places, where `holds` knows whether a condition is fulfilled. What stands at one of the places is
/// compiled; of other conditionals, the first branch whose condition may hold.
pub fn active_branches_where<'t>(
    text: &'t str,
    places: &[usize],
    holds: impl Fn(&str) -> Option<bool>,
) -> Cow<'t, str> {
    if !text.contains('#') {
        return Cow::Borrowed(text);
    }
    let hidden = inactive_branches(text, places, holds, |_| true);
    let mut out = String::with_capacity(text.len());
    let (mut start, mut next, mut until) = (0, 0, 0);
    for line in text.split_inclusive('\n') {
        while let Some(range) = hidden.get(next).filter(|h| h.start <= start) {
            until = until.max(range.end);
            next += 1;
        }
        if start < until || directive(line).is_some() {
            blank(line, &mut out);
        } else {
            out.push_str(line);
        }
        start += line.len();
    }
    Cow::Owned(out)
}

/// The outermost `#if … #endif` around the byte `at`: from the start of the line of `#if` to the end of that of `#endif`, or of the text. What is
/// inserted there may not be compiled.
pub fn conditional_section(text: &str, at: usize) -> Option<TextRange> {
    let (mut depth, mut start, mut from) = (0usize, 0, 0);
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        match directive(line) {
            Some(("if", _)) => {
                if depth == 0 {
                    if start >= at {
                        return None;
                    }
                    from = start;
                }
                depth += 1;
            }
            Some(("endif", _)) => {
                depth = depth.saturating_sub(1);
                if depth == 0 && from < at && at < end {
                    return Some(TextRange::new(from, end));
                }
            }
            _ => {}
        }
        start = end;
    }
    (depth > 0 && from < at).then(|| TextRange::new(from, text.len()))
}

/// White space of the same length, with the same line breaks.
pub(crate) fn blank(text: &str, out: &mut String) {
    out.extend(text.bytes().map(|b| if matches!(b, b'\r' | b'\n') { b as char } else { ' ' }));
}

/// The branches that are not compiled of those conditionals (from `#if` to the line after `#endif`) that `wanted` accepts, in order, and the
/// directives of those conditionals.
pub(crate) fn inactive_branches(
    text: &str,
    places: &[usize],
    holds: impl Fn(&str) -> Option<bool>,
    wanted: impl Fn(TextRange) -> bool,
) -> Vec<TextRange> {
    let lines: Vec<(usize, &str)> =
        text.split_inclusive('\n').scan(0, |o, l| Some((std::mem::replace(o, *o + l.len()), l))).collect();
    let mut open: Vec<Vec<Branch>> = Vec::new();
    let mut hidden: Vec<TextRange> = Vec::new();
    for &(start, line) in &lines {
        let Some((word, rest)) = directive(line) else { continue };
        let branch = || Branch {
            directive: start,
            from: start + line.len(),
            to: start + line.len(),
            may_hold: holds(rest) != Some(false),
        };
        if matches!(word, "else" | "elif" | "endif")
            && let Some(last) = open.last_mut().and_then(|branches| branches.last_mut())
        {
            last.to = start;
        }
        match word {
            "if" => open.push(vec![branch()]),
            "elif" => open.last_mut().into_iter().for_each(|branches| branches.push(branch())),
            "else" => {
                open.last_mut().into_iter().for_each(|branches| branches.push(Branch { may_hold: true, ..branch() }))
            }
            "endif" => {
                let Some(branches) = open.pop() else { continue };
                let compiled = branches.iter().position(|b| places.iter().any(|p| (b.from..b.to).contains(p)));
                let chosen = compiled.or_else(|| branches.iter().position(|b| b.may_hold));
                let others = branches.iter().enumerate().filter(|(i, _)| Some(*i) != chosen);
                let whole = TextRange::new(branches.first().map_or(start, |b| b.directive), start + line.len());
                if wanted(whole) {
                    hidden.extend(others.map(|(_, b)| TextRange::new(b.from, b.to)));
                    // A directive stands before each branch, and one after the last.
                    hidden.extend(branches.iter().map(|b| TextRange::new(b.directive, b.from)));
                    hidden.push(TextRange::new(start, start + line.len()));
                }
            }
            _ => {}
        }
    }
    hidden.sort_unstable();
    hidden
}

/// One branch of `#if … #else … #endif`.
struct Branch {
    /// The start of the directive before it.
    directive: usize,
    from: usize,
    to: usize,
    /// Its own condition is not known to be false.
    may_hold: bool,
}

/// The word of a preprocessor directive, and what follows it.
fn directive(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start().strip_prefix('#')?.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
    let (word, rest) = rest.split_at(end);
    (!word.is_empty()).then(|| (word, rest.split("//").next().unwrap_or_default().trim()))
}

/// The tokens of `text` without comments. `text` should come from [`active`].
pub fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut out: Vec<Token> = Vec::new();
    let (mut i, mut line, mut leads) = (0, 0, true);
    while i < bytes.len() {
        let c = bytes[i];
        if c == b'\n' {
            (line, leads) = (line + 1, true);
            i += 1;
            continue;
        }
        if c.is_ascii_whitespace() {
            i += 1;
            continue;
        }
        if bytes[i..].starts_with(b"//") {
            i = line_end(bytes, i);
            continue;
        }
        if bytes[i..].starts_with(b"/*") {
            let end = text[i + 2..].find("*/").map_or(bytes.len(), |n| i + n + 4);
            line += text[i..end].matches('\n').count();
            i = end;
            continue;
        }
        let (end, kind) = match literal(text, i) {
            Some((end, whole)) => (end, if whole { TokenKind::Literal } else { TokenKind::Unterminated }),
            None => match c {
                b'{' | b'(' | b'[' => (i + 1, TokenKind::Open),
                b'}' | b')' | b']' => (i + 1, TokenKind::Close),
                b'0'..=b'9' => (word_end(text, i), TokenKind::Number),
                b'@' if text[i + 1..].starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                    (word_end(text, i + 1), TokenKind::Word)
                }
                _ if text[i..].starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                    (word_end(text, i), TokenKind::Word)
                }
                _ => (i + text[i..].chars().next().map_or(1, char::len_utf8), TokenKind::Punctuation),
            },
        };
        out.push(Token { kind, range: TextRange::new(i, end), line, leads });
        leads = false;
        line += text[i..end].matches('\n').count();
        i = end;
    }
    out
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    memchr_newline(&bytes[from..]).map_or(bytes.len(), |n| from + n)
}
fn memchr_newline(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&b| b == b'\n')
}
fn word_end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    from + rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
}

/// The end of the literal at `start`, and whether it is terminated; `None` when no literal starts there.
fn literal(text: &str, start: usize) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    let mut i = start;
    let (mut interpolated, mut verbatim) = (0usize, false);
    while let Some(&c) = bytes.get(i) {
        match c {
            b'$' => interpolated += 1,
            b'@' if !verbatim => verbatim = true,
            _ => break,
        }
        i += 1;
    }
    match bytes.get(i) {
        Some(b'"') => {}
        Some(b'\'') if i == start => return Some(character(bytes, start)),
        _ => return None,
    }
    let quotes = bytes[i..].iter().take_while(|&&b| b == b'"').count();
    if quotes >= 3 && !verbatim {
        let fence = "\"".repeat(quotes);
        return Some(match text[i + quotes..].find(&fence) {
            Some(n) => (i + quotes + n + quotes, true),
            None => (text.len(), false),
        });
    }
    i += 1;
    let mut holes = 0usize;
    while let Some(&c) = bytes.get(i) {
        match c {
            b'\r' | b'\n' if !verbatim => return Some((i, false)),
            b'"' if holes > 0 => {
                // A string inside an interpolation: only regular strings are supported.
                match bytes[i + 1..].iter().position(|&b| b == b'"' || b == b'\n') {
                    Some(n) if bytes[i + 1 + n] == b'"' => i += n + 1,
                    _ => return Some((line_end(bytes, i), false)),
                }
            }
            b'"' if verbatim && bytes.get(i + 1) == Some(&b'"') => i += 1,
            b'"' => return Some((i + 1, true)),
            b'\\' if !verbatim && holes == 0 => i += 1,
            b'{' if interpolated > 0 => {
                if holes == 0 && bytes.get(i + 1) == Some(&b'{') {
                    i += 1;
                } else {
                    holes += 1;
                }
            }
            b'}' if holes > 0 => holes -= 1,
            _ => {}
        }
        i += 1;
    }
    Some((text.len(), false))
}

fn character(bytes: &[u8], start: usize) -> (usize, bool) {
    let mut i = start + 1;
    while let Some(&c) = bytes.get(i) {
        match c {
            b'\'' => return (i + 1, true),
            b'\r' | b'\n' => return (i, false),
            b'\\' => i += 1,
            _ => {}
        }
        i += 1;
    }
    (bytes.len(), false)
}

/// Column of the first non-white-space character in the line of `offset`; a tab counts as four columns.
pub fn indent_width(text: &str, offset: usize) -> usize {
    crate::line_indent(text, offset).chars().map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|t| t.text(text)).collect()
    }

    #[test]
    fn literals_and_comments_hide_braces() {
        assert_eq!(
            words("a // {\n'{' \"}\" @\"\"\"{\" $\"{x}{{\" /* { */ b"),
            ["a", "'{'", "\"}\"", "@\"\"\"{\"", "$\"{x}{{\"", "b"]
        );
        assert_eq!(words("$\"{{}}\" x"), ["$\"{{}}\"", "x"]);
        assert_eq!(words("\"\"\"a \" {\"\"\" x"), ["\"\"\"a \" {\"\"\"", "x"]);
    }

    #[test]
    fn the_first_branch_is_active() {
        let text = "#if A\n{\n#else\n#if B\n{ }\n#else\n}\n#endif\n#endif\nx";
        assert_eq!(words(&active_branches(text, 0)), ["{", "x"]);
        assert_eq!(words(&active_branches(text, 21)), ["{", "}", "x"]);
        assert_eq!(words(&active_branches(text, 31)), ["}", "x"]);
        assert_eq!(active_branches(text, 31).len(), text.len());
    }

    #[test]
    fn known_conditions_choose_the_branch() {
        let text = "#if A // old\na\n#elif B\nb\n#else\nc\n#endif\n#if A\nd\n#endif\n";
        let with = |a, b| {
            let holds = |c: &str| if c == "A" { a } else { b };
            words(&active_branches_where(text, &[], holds)).join("")
        };
        assert_eq!(with(None, None), "ad");
        assert_eq!(with(Some(false), None), "b");
        assert_eq!(with(Some(false), Some(false)), "c");
        assert_eq!(words(&active_branches_where(text, &[text.find('b').unwrap()], |_| Some(false))), ["b"]);
    }

    #[test]
    fn any_input_is_tokenized() {
        for text in ["\"", "'\\", "$@", "@", "#", "/*", "é\"ü\n", "\"\\"] {
            let _ = tokens(text);
        }
        assert_eq!(tokens("\"abc\n")[0].kind, TokenKind::Unterminated);
    }

    #[test]
    fn sections_are_the_outermost() {
        let text = "a\n#if X\nb\n#if Y\nc\n#endif\n#else\nd\n#endif\ne\n#if Z\nf";
        let of = |word: &str| conditional_section(text, text.find(word).unwrap()).map(|r| r.of(text));
        let whole = &text[2..text.find("e\n#if Z").unwrap()];
        for word in ["b\n", "c\n", "d\n"] {
            assert_eq!(of(word), Some(whole), "{word}");
        }
        for word in ["a\n", "e\n#if Z", "#if X"] {
            assert_eq!(of(word), None, "{word}");
        }
        assert_eq!(conditional_section(text, text.len()).map(|r| r.of(text)), Some("#if Z\nf"));
    }
}
