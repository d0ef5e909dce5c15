//! JSDoc comments: their tags, and the conversion of their types to TypeScript types.
//!
//! Source: the JSDoc reference and the Closure Compiler's "Annotating Types" (`*`, `?T`, `T=`, `!T`, `...T`, `function(T): R`).

use text::TextRange;

/// Maximum depth of nested types; input may be hostile.
const MAX_DEPTH: usize = 40;

/// One `@tag` of a comment.
#[derive(Debug)]
pub struct Tag<'c> {
    /// The name of the tag, without `@`.
    pub name: &'c str,
    /// The text in its braces.
    pub written_type: Option<String>,
    /// The name of a parameter, property or type that follows.
    pub target: &'c str,
    /// That name and further names after commas.
    pub names: Vec<&'c str>,
    /// Whether the name is in brackets.
    pub optional: bool,
    /// Range of the tag and its text in the comment.
    pub range: TextRange,
}

impl Tag<'_> {
    /// Its type as a TypeScript type; `None` when it cannot be converted.
    pub fn typescript(&self) -> Option<String> {
        typescript(self.written_type.as_deref()?)
    }
}

/// The tags of a `/** */` comment.
pub fn tags(comment: &str) -> Vec<Tag<'_>> {
    let Some(body) = comment.strip_prefix("/**").and_then(|c| c.strip_suffix("*/")) else { return Vec::new() };
    let base = 3;
    let mut starts = Vec::new();
    let mut fresh = true;
    let mut braces = 0usize;
    for (i, c) in body.char_indices() {
        match c {
            '@' if fresh && braces == 0 => starts.push(i),
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            _ => {}
        }
        fresh = match c {
            '\n' => true,
            ' ' | '\t' | '\r' | '*' => fresh,
            _ => false,
        };
    }
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    starts.iter().zip(ends).filter_map(|(&start, end)| tag(body, base, start, end)).collect()
}

fn tag<'c>(body: &'c str, base: usize, start: usize, end: usize) -> Option<Tag<'c>> {
    let whole = body.get(start + 1..end)?;
    let word = |s: &'c str| {
        let end = s.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.'))).unwrap_or(s.len());
        s.split_at(end)
    };
    let (name, rest) = word(whole);
    let mut rest = rest.trim_start();
    let mut written_type = None;
    let mut target = "";
    let mut optional = false;
    for _ in 0..2 {
        if rest.starts_with('{') && written_type.is_none() {
            let close = closing(rest)?;
            written_type = Some(without_stars(&rest[1..close]));
            rest = rest[close + 1..].trim_start_matches([' ', '\t']);
        } else if target.is_empty() {
            let inner = rest.strip_prefix('[').map(str::trim_start);
            optional = inner.is_some();
            (target, rest) = word(inner.unwrap_or(rest));
            rest = rest.trim_start_matches([' ', '\t']);
        }
    }
    let mut names = vec![target];
    while let Some(next) = rest.strip_prefix(',') {
        let (name, more) = word(next.trim_start());
        names.push(name);
        rest = more.trim_start_matches([' ', '\t']);
    }
    names.retain(|n| !n.is_empty());
    let text = body[start..end].trim_end_matches([' ', '\t', '\r', '\n', '*']);
    Some(Tag {
        name,
        written_type,
        target,
        names,
        optional,
        range: TextRange::new(base + start, base + start + text.len()),
    })
}

/// Offset of the brace that closes the one at the start of `text`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(i),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The text without the `*` at the start of comment lines.
fn without_stars(text: &str) -> String {
    let lines = text.lines().enumerate();
    lines.map(|(i, l)| if i == 0 { l } else { l.trim_start().trim_start_matches('*') }).collect::<Vec<_>>().join(" ")
}

/// A JSDoc type as a TypeScript type; `None` when it cannot be parsed. Parameters that may be left out get `undefined`, as the compiler's own code fixes
/// write them.
pub fn typescript(written: &str) -> Option<String> {
    converted(written, false)
}

/// A function type of the Closure Compiler, `function(T, U=): R`, as an arrow type that means the same to callers: `(arg0: T, arg1?: U) => R`. `None`
/// when it cannot be parsed.
pub fn arrow_of_closure(written: &str) -> Option<String> {
    converted(written, true)
}

fn converted(written: &str, marks: bool) -> Option<String> {
    let mut parser = Parser { rest: written.trim(), depth: 0, marks };
    // `...T` applies to the whole type.
    let out = match parser.rest.strip_prefix("...") {
        Some(rest) => {
            parser.rest = rest;
            let inner = if rest.trim().is_empty() { "any".to_owned() } else { parser.union()? };
            array_of(&inner)
        }
        None => parser.union()?,
    };
    parser.rest.trim().is_empty().then_some(out)
}

fn array_of(element: &str) -> String {
    if is_simple(element) { format!("{element}[]") } else { format!("({element})[]") }
}
fn is_simple(ty: &str) -> bool {
    let mut depth = 0usize;
    !ty.char_indices().any(|(i, c)| {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '>' if !ty[..i].ends_with('=') => depth = depth.saturating_sub(1),
            '|' | '&' if depth == 0 => return true,
            '>' if depth == 0 => return true,
            _ => {}
        }
        false
    })
}
/// The union of `ty` and `other`, with parentheses around a function type.
fn or(ty: &str, other: &str) -> String {
    if ty == "any" {
        return "any".to_owned();
    }
    if ty.contains("=>") && !is_simple(ty) { format!("({ty}) | {other}") } else { format!("{ty} | {other}") }
}

struct Parser<'t> {
    rest: &'t str,
    depth: usize,
    /// Whether parameters that may be left out get a `?`.
    marks: bool,
}

impl<'t> Parser<'t> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }
    fn eat(&mut self, token: &str) -> bool {
        self.blanks();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
    fn word(&mut self) -> Option<&'t str> {
        self.blanks();
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn union(&mut self) -> Option<String> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        self.eat("|");
        let mut out = self.prefixed()?;
        loop {
            let operator = match () {
                () if self.eat("|") => "|",
                () if self.eat("&") => "&",
                () => break,
            };
            out = format!("{out} {operator} {}", self.prefixed()?);
        }
        self.depth -= 1;
        Some(out)
    }

    fn prefixed(&mut self) -> Option<String> {
        self.blanks();
        if self.eat("*") {
            return Some("any".to_owned());
        }
        if self.eat("?") {
            self.blanks();
            let alone = self.rest.is_empty() || self.rest.starts_with([',', '|', ')', '>', '}', '=']);
            return if alone { Some("any".to_owned()) } else { Some(or(&self.prefixed()?, "null")) };
        }
        if self.eat("!") {
            return self.prefixed();
        }
        if self.eat("...") {
            return Some(array_of(&self.prefixed()?));
        }
        for keyword in ["keyof ", "readonly ", "typeof "] {
            if self.eat(keyword) {
                return Some(format!("{keyword}{}", self.prefixed()?));
            }
        }
        let mut out = self.primary()?;
        loop {
            let arrow = self.rest.trim_start().starts_with("=>");
            if self.eat("[]") {
                out = array_of(&out);
            } else if self.eat("[") {
                out = format!("{out}[{}]", self.union()?);
                self.eat("]").then_some(())?;
            } else if self.eat("?") {
                out = or(&out, "null");
            } else if !arrow && self.eat("=") {
                out = or(&out, "undefined");
            } else if !self.eat("!") {
                return Some(out);
            }
        }
    }

    fn primary(&mut self) -> Option<String> {
        self.blanks();
        let first = self.rest.chars().next()?;
        match first {
            '(' => {
                let close = self.matching('(', ')')?;
                let after = self.rest[close + 1..].trim_start();
                if after.starts_with("=>") {
                    return self.arrow();
                }
                self.eat("(");
                let inner = self.union()?;
                self.eat(")").then(|| format!("({inner})"))
            }
            '{' => self.object(),
            '[' => {
                self.eat("[");
                let parts = self.list("]", Self::union)?;
                Some(format!("[{}]", parts.join(", ")))
            }
            '"' | '\'' | '`' => {
                let end = self.rest[1..].find(first)? + 2;
                let (literal, rest) = self.rest.split_at(end);
                self.rest = rest;
                Some(literal.to_owned())
            }
            '-' => {
                self.eat("-");
                Some(format!("-{}", self.word()?))
            }
            _ => self.reference(),
        }
    }

    /// Offset of the bracket that closes the one at the start of the rest.
    fn matching(&self, open: char, close: char) -> Option<usize> {
        let mut depth = 0usize;
        for (i, c) in self.rest.char_indices() {
            if c == open {
                depth += 1;
            } else if c == close {
                depth -= 1;
                if depth == 0 {
                    return Some(i);
                }
            }
        }
        None
    }

    fn list(&mut self, end: &str, item: fn(&mut Self) -> Option<String>) -> Option<Vec<String>> {
        let mut out = Vec::new();
        while !self.eat(end) {
            out.push(item(self)?);
            if !self.eat(",") {
                self.eat(end).then_some(())?;
                break;
            }
        }
        Some(out)
    }

    /// `(a: T) => R`
    fn arrow(&mut self) -> Option<String> {
        self.eat("(");
        let parameters = self.list(")", |p| {
            let dots = if p.eat("...") { "..." } else { "" };
            let name = p.word()?;
            let mark = if p.eat("?") { "?" } else { "" };
            Some(match p.eat(":") {
                true => format!("{dots}{name}{mark}: {}", p.union()?),
                false => format!("{dots}{name}{mark}"),
            })
        })?;
        self.eat("=>").then_some(())?;
        Some(format!("({}) => {}", parameters.join(", "), self.union()?))
    }

    fn object(&mut self) -> Option<String> {
        self.eat("{");
        let mut members = Vec::new();
        while !self.eat("}") {
            self.blanks();
            let close = self.rest.starts_with('[').then(|| self.matching('[', ']'));
            let name = match close {
                Some(close) => {
                    let (key, rest) = self.rest.split_at(close? + 1);
                    self.rest = rest;
                    key.to_owned()
                }
                None if self.rest.starts_with(['"', '\'']) => self.primary()?,
                None => self.word()?.to_owned(),
            };
            let mark = if self.eat("?") { "?" } else { "" };
            members.push(match self.eat(":") {
                true => format!("{name}{mark}: {};", self.union()?),
                false if self.rest.starts_with('(') => return None,
                false => format!("{name}{mark}: any;"),
            });
            let _ = self.eat(",") || self.eat(";");
            self.blanks();
            if self.rest.is_empty() {
                return None;
            }
        }
        Some(if members.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", members.join(" ")) })
    }

    /// `function(A, B): C`
    fn function(&mut self) -> Option<String> {
        let mut parameters = Vec::new();
        let mut made = None;
        while !self.eat(")") {
            let i = parameters.len();
            let is_new = self.rest.trim_start().strip_prefix("new").is_some_and(|r| r.trim_start().starts_with(':'));
            if is_new {
                let _ = self.eat("new") && self.eat(":");
                made = Some(self.union()?);
            } else if self.rest.trim_start().starts_with("this") && self.eat("this") {
                self.eat(":").then_some(())?;
                parameters.push(format!("this: {}", self.union()?));
            } else if self.eat("...") {
                let element = array_of(&self.prefixed()?);
                let last = self.rest.trim_start().starts_with(')');
                parameters.push(if last { format!("...rest: {element}") } else { format!("arg{i}: {element}") });
            } else {
                let ty = self.union()?;
                let bare = ty.strip_suffix(" | undefined").filter(|_| self.marks);
                parameters.push(match bare {
                    Some(bare) => format!("arg{i}?: {bare}"),
                    None => format!("arg{i}: {ty}"),
                });
            }
            if !self.eat(",") {
                self.eat(")").then_some(())?;
                break;
            }
        }
        let result = if self.eat(":") { self.prefixed()? } else { "any".to_owned() };
        let parameters = parameters.join(", ");
        Some(match made {
            Some(made) => format!("new ({parameters}) => {made}"),
            None => format!("({parameters}) => {result}"),
        })
    }

    fn reference(&mut self) -> Option<String> {
        let first = self.word()?;
        if first == "function" && self.eat("(") {
            return self.function();
        }
        let mut name = first.to_owned();
        while !self.rest.starts_with("...") && !self.rest.starts_with(".<") && self.rest.starts_with('.') {
            self.rest = &self.rest[1..];
            name = format!("{name}.{}", self.word()?);
        }
        let _ = self.rest.starts_with(".<") && self.eat(".");
        let arguments = if self.eat("<") { self.list(">", Self::union)? } else { Vec::new() };
        if name == "Object"
            && let [key, value] = arguments.as_slice()
            && matches!(key.as_str(), "string" | "number")
        {
            return Some(format!("{{ [{}: {key}]: {value}; }}", key.chars().next().unwrap_or('s')));
        }
        let name = match name.as_str() {
            "String" | "Number" | "Boolean" | "Object" if arguments.is_empty() => name.to_lowercase(),
            "array" => "Array".to_owned(),
            "date" => "Date".to_owned(),
            "promise" => "Promise".to_owned(),
            _ => name,
        };
        Some(match arguments.as_slice() {
            [] if matches!(name.as_str(), "Array" | "Promise") => format!("{name}<any>"),
            [] => name,
            arguments => format!("{name}<{}>", arguments.join(", ")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types() {
        for (written, right) in [
            ("*", "any"),
            ("?", "any"),
            ("?string", "string | null"),
            ("number=", "number | undefined"),
            ("!Foo", "Foo"),
            ("Foo.Bar", "Foo.Bar"),
            ("...number", "number[]"),
            ("...*", "any[]"),
            ("String", "string"),
            ("Array.<number>", "Array<number>"),
            ("array", "Array<any>"),
            ("Object<string, boolean>", "{ [s: string]: boolean; }"),
            ("Object.<number, T>", "{ [n: number]: T; }"),
            ("(string|number)[]", "(string | number)[]"),
            ("function(this: A, string): B", "(this: A, arg1: string) => B"),
            ("function(*, ...number)", "(arg0: any, ...rest: number[]) => any"),
            ("?function(string)", "((arg0: string) => any) | null"),
            ("{a: string, b: Date}", "{ a: string; b: Date; }"),
            ("(a: string) => void", "(a: string) => void"),
            ("'a'|'b'", "'a' | 'b'"),
            ("[number, string]", "[number, string]"),
        ] {
            assert_eq!(typescript(written).as_deref(), Some(right), "{written}");
        }
        for odd in ["", "{", "Foo<", "a b", "{a: }", "function(", "@"] {
            assert_eq!(typescript(odd), None, "{odd}");
        }
    }

    #[test]
    fn tags_with_their_types_and_names() {
        let comment = "/** What it does.\n * @param {string} a - the first\n * @param {{ b: number,\n *   c: string }} [o={}]\n * @property name {string}\n * @return {void} */";
        let all = tags(comment);
        let shown: Vec<_> = all.iter().map(|t| (t.name, t.target, t.optional, t.typescript())).collect();
        let ty = |s: &str| Some(s.to_owned());
        assert_eq!(
            shown,
            [
                ("param", "a", false, ty("string")),
                ("param", "o", true, ty("{ b: number; c: string; }")),
                ("property", "name", false, ty("string")),
                ("return", "", false, ty("void")),
            ]
        );
        let first = &all[0];
        assert_eq!(&comment[first.range.start..first.range.end], "@param {string} a - the first");
    }
}
