//! The patterns of `.editorconfig` as regular expressions, which are matched in linear time: a pattern comes with the workspace and may be made to
//! take for ever in a matcher that goes back.

use regex::{Regex, RegexBuilder};
use std::iter::Peekable;
use std::str::Chars;

/// Longest pattern, deepest braces, and bytes of the compiled expression.
const LONGEST: usize = 1 << 10;
const DEEPEST: usize = 8;
const LARGEST: usize = 64 << 10;

/// A compiled pattern.
pub(crate) struct Pattern {
    regex: Regex,
    /// What the numbers of `{1..5}` may be, in the order of the groups.
    ranges: Vec<(i64, i64)>,
}

impl Pattern {
    /// `None` for a pattern that is too large.
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        if pattern.len() > LONGEST {
            return None;
        }
        let mut ranges = Vec::new();
        let mut text = String::from("^");
        // Without a slash it is the name of the file that has to match.
        if !pattern.contains('/') {
            text.push_str("(?:.*/)?");
        }
        let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
        translate(&mut pattern.chars().peekable(), 0, &mut text, &mut ranges);
        text.push('$');
        let regex = RegexBuilder::new(&text)
            .dot_matches_new_line(true)
            .size_limit(LARGEST)
            .dfa_size_limit(LARGEST)
            .build()
            .ok()?;
        Some(Self { regex, ranges })
    }

    /// Whether it matches a path below the folder of the `.editorconfig`, with `/`.
    pub(crate) fn matches(&self, path: &str) -> bool {
        if self.ranges.is_empty() {
            return self.regex.is_match(path);
        }
        let Some(found) = self.regex.captures(path) else { return false };
        let numbers = found.iter().skip(1).zip(&self.ranges);
        let mut inside = numbers.map(|(number, (low, high))| {
            // A group of another alternative matched nothing.
            number.is_none_or(|n| n.as_str().parse().is_ok_and(|n: i64| (*low.min(high)..=*low.max(high)).contains(&n)))
        });
        inside.all(|inside| inside)
    }
}

fn literal(c: char, out: &mut String) {
    out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
}

/// Translates up to the end, or in braces to the next `,` or `}` that belongs to them, which is left.
fn translate(rest: &mut Peekable<Chars<'_>>, depth: usize, out: &mut String, ranges: &mut Vec<(i64, i64)>) {
    while let Some(c) = rest.next_if(|c| depth == 0 || !matches!(c, ',' | '}')) {
        match c {
            '\\' => literal(rest.next().unwrap_or('\\'), out),
            '?' => out.push_str("[^/]"),
            '*' if rest.next_if_eq(&'*').is_some() => out.push_str(".*"),
            '*' => out.push_str("[^/]*"),
            '/' if starts_with(rest, "**/") => {
                let _ = rest.nth(2);
                out.push_str("(?:/|/.*/)");
            }
            '[' => class(rest, out),
            '{' => braces(rest, depth, out, ranges),
            c => literal(c, out),
        }
    }
}

fn starts_with(rest: &Peekable<Chars<'_>>, text: &str) -> bool {
    rest.clone().take(text.len()).eq(text.chars())
}

/// `[abc]`, `[!a-c]`; a bracket that is not closed before the next slash is a character.
fn class(rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    let inner: String = rest.clone().take_while(|c| *c != ']').collect();
    if inner.is_empty() || inner.contains('/') || rest.clone().count() == inner.chars().count() {
        out.push_str("\\[");
        return;
    }
    let _ = rest.nth(inner.chars().count());
    let (not, inner) = inner.strip_prefix('!').map_or(("", inner.as_str()), |inner| ("^", inner));
    out.push('[');
    out.push_str(not);
    let mut chars = inner.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        match c {
            '-' if !first && chars.peek().is_some() => out.push('-'),
            '\\' => literal_in_class(chars.next().unwrap_or('\\'), out),
            c => literal_in_class(c, out),
        }
        first = false;
    }
    out.push(']');
}

fn literal_in_class(c: char, out: &mut String) {
    if "[]\\^-&~".contains(c) {
        out.push('\\');
    }
    out.push(c);
}

/// `{a,b}`, `{1..5}`; braces around one pattern are characters.
fn braces(rest: &mut Peekable<Chars<'_>>, depth: usize, out: &mut String, ranges: &mut Vec<(i64, i64)>) {
    let inner: String = rest.clone().take_while(|c| !matches!(c, '{' | '}')).collect();
    let range = inner.split_once("..").and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
    if let Some(range) = range
        && rest.clone().nth(inner.chars().count()) == Some('}')
    {
        let _ = rest.nth(inner.chars().count());
        ranges.push(range);
        out.push_str("([+-]?[0-9]+)");
        return;
    }
    if depth >= DEEPEST {
        out.push_str("\\{");
        return;
    }
    let mut alternatives = Vec::new();
    loop {
        let mut one = String::new();
        translate(rest, depth + 1, &mut one, ranges);
        alternatives.push(one);
        match rest.next() {
            Some(',') => {}
            Some(_) if alternatives.len() > 1 => {
                out.push_str(&format!("(?:{})", alternatives.join("|")));
                return;
            }
            end => {
                // One alternative, or never closed.
                out.push_str(&format!("\\{{{}", alternatives.join(",")));
                out.push_str(if end.is_some() { "\\}" } else { "" });
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_the_specification_says() {
        for (pattern, yes, no) in [
            ("*", &["a.cs", "d/a.cs"][..], &[][..]),
            ("*.cs", &["a.cs", "d/e/a.cs"], &["a.ts", "a.cs/x"]),
            ("/*.cs", &["a.cs"], &["d/a.cs"]),
            ("d/*.cs", &["d/a.cs"], &["d/e/a.cs", "x/d/a.cs"]),
            ("d/**.cs", &["d/a.cs", "d/e/a.cs"], &["a.cs"]),
            ("d/**/a.cs", &["d/a.cs", "d/e/f/a.cs"], &["da.cs"]),
            ("**/gen/**", &["x/gen/a.cs", "x/y/gen/z/a"], &["x/a.cs"]),
            ("*.{cs,vb}", &["a.cs", "a.vb"], &["a.c", "a.csvb"]),
            ("{a,b{c,d}}.cs", &["a.cs", "bc.cs", "bd.cs"], &["b.cs"]),
            ("{single}.cs", &["{single}.cs"], &["single.cs"]),
            ("{open.cs", &["{open.cs"], &["open.cs"]),
            ("f{1..10}.cs", &["f1.cs", "f10.cs"], &["f11.cs", "f.cs", "fx.cs"]),
            ("[abc]x.cs", &["ax.cs"], &["dx.cs"]),
            ("[!a-c]x.cs", &["dx.cs"], &["bx.cs"]),
            ("[open.cs", &["[open.cs"], &[]),
            ("a\\*.cs", &["a*.cs"], &["ab.cs"]),
            ("a?.cs", &["ab.cs"], &["a.cs", "abc.cs"]),
        ] {
            let compiled = Pattern::new(pattern).unwrap();
            assert!(yes.iter().all(|path| compiled.matches(path)), "{pattern}");
            assert!(!no.iter().any(|path| compiled.matches(path)), "{pattern}");
        }
    }

    #[test]
    fn no_pattern_takes_for_ever() {
        let path = format!("{}.cs", "a".repeat(4000));
        for pattern in [
            "*a".repeat(200) + "b",
            "**a".repeat(200) + "b",
            "{a,aa}".repeat(100) + "b",
            "{".repeat(1000),
            "[\0-\u{10ffff}]".repeat(100),
        ] {
            assert!(!Pattern::new(&pattern).is_some_and(|p| p.matches(&path)), "{pattern}");
        }
        assert!(Pattern::new(&"*".repeat(2000)).is_none());
    }
}
