//! Edits of JSON documents as people write them: comments, trailing commas, order, indentation and line ends stay as they are.
//!
//! A [`JsonEditor`] takes one change after another, each on the text that the one before left, and gives the difference as edits of the first
//! text, token by token, so that what other fixes change beside them does not collide.

use index::typescript::is_shallow_json;
use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;
use text::{LineEnding, TextEdit, TextRange};

/// Longest document that is edited, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// Tokens that are compared one by one; where more differ, the whole stretch is one edit.
const MAX_TOKENS: usize = 20_000;

/// Where a new property goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Where<'a> {
    /// Behind the first of these that is there, else at the end.
    After(&'a [&'a str]),
    /// Before the first of these that is there, else at the end.
    Before(&'a [&'a str]),
    /// As the first.
    First,
}

/// What a path in a document leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonPlace {
    /// The property, from its name to its value; for an element of a list, the value.
    pub whole: TextRange,
    /// The value.
    pub value: TextRange,
}

/// A JSON document that is changed. Names are compared exactly; elements of lists are named by their number.
pub struct JsonEditor {
    original: String,
    text: String,
    unit: Option<String>,
    eol: &'static str,
}

fn parse(text: &str) -> Option<Value<'_>> {
    let within = text.len() <= MAX_BYTES && is_shallow_json(text);
    within.then(|| parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).ok()?.value)?
}

fn property<'o, 't>(object: &'o Object<'t>, name: &str) -> Option<&'o ObjectProp<'t>> {
    // Of several with one name, the last one counts.
    object.properties.iter().rev().find(|p| p.name.as_str() == name)
}

fn at<'o, 't>(root: &'o Value<'t>, path: &[&str]) -> Option<(&'o Value<'t>, Range<usize>)> {
    let mut value = root;
    let mut whole = root.start()..root.end();
    for step in path {
        (value, whole) = match value {
            Value::Object(object) => {
                let found = property(object, step)?;
                (&found.value, found.start()..found.end())
            }
            Value::Array(array) => {
                let found = array.elements.get(step.parse::<usize>().ok()?)?;
                (found, found.start()..found.end())
            }
            _ => return None,
        };
    }
    Some((value, whole))
}

/// Whether the text is a document that this module can read.
pub fn is_document(text: &str) -> bool {
    parse(text).is_some()
}

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl JsonEditor {
    /// An editor for `text`; `None` when it is no document with an object as its root.
    pub fn new(text: &str) -> Option<Self> {
        let Value::Object(root) = parse(text)? else { return None };
        let indent = root.properties.iter().find_map(|p| {
            let line = text.get(..p.start())?.rfind('\n')? + 1;
            let indent = text.get(line..p.start())?;
            (!indent.is_empty() && indent.trim().is_empty()).then(|| indent.to_owned())
        });
        Some(Self {
            original: text.to_owned(),
            text: text.to_owned(),
            unit: indent,
            eol: LineEnding::of(text).as_str(),
        })
    }

    /// Indents by `unit` where the document itself is not indented.
    pub fn indent_by(&mut self, unit: &str) -> &mut Self {
        self.unit.get_or_insert_with(|| unit.to_owned());
        self
    }

    /// How a level is indented.
    fn unit(&self) -> &str {
        self.unit.as_deref().unwrap_or("  ")
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What `path` leads to, in the text as it is now.
    pub fn find(&self, path: &[&str]) -> Option<JsonPlace> {
        let root = parse(&self.text)?;
        let (value, whole) = at(&root, path)?;
        Some(JsonPlace { whole: whole.into(), value: (value.start()..value.end()).into() })
    }

    /// The names of the properties of the object at `path`, in their order.
    pub fn names(&self, path: &[&str]) -> Vec<String> {
        let root = parse(&self.text);
        match root.as_ref().and_then(|root| at(root, path)) {
            Some((Value::Object(object), _)) => object.properties.iter().map(|p| p.name.as_str().to_owned()).collect(),
            _ => Vec::new(),
        }
    }

    /// The names on the way to the property or element that stands at byte `offset`, outermost first.
    pub fn path_at(&self, offset: usize) -> Vec<String> {
        let mut out = Vec::new();
        let Some(root) = parse(&self.text) else { return out };
        let mut value = &root;
        let holds = |range: Range<usize>| (range.start..range.end).contains(&offset);
        loop {
            match value {
                Value::Object(object) => {
                    let Some(found) = object.properties.iter().find(|p| holds(p.start()..p.end())) else { return out };
                    out.push(found.name.as_str().to_owned());
                    value = &found.value;
                    if offset < value.start() {
                        return out;
                    }
                }
                Value::Array(array) => {
                    let Some(i) = array.elements.iter().position(|e| holds(e.start()..e.end())) else { return out };
                    out.push(i.to_string());
                    value = &array.elements[i];
                }
                _ => return out,
            }
        }
    }

    /// Gives the property at `path` the value `value`, written as JSON. What is missing is added: the property itself at `place`, objects around
    /// it as needed. Returns whether it could be done.
    pub fn set(&mut self, path: &[&str], value: &str, place: Where<'_>) -> bool {
        let Some((name, parents)) = path.split_last() else { return false };
        if let Some(found) = self.find(path) {
            self.replace(found.value, value);
            return true;
        }
        for depth in 0..parents.len() {
            let (until, rest) = path.split_at(depth + 1);
            if self.find(until).is_none() {
                // The innermost value, wrapped by the objects that are missing.
                let (parent, own) = (&path[..depth], until[depth]);
                let place = if depth == 0 { Where::After(&["$schema", "display", "extends"]) } else { place };
                let place = match place {
                    Where::After(all) if depth == 0 && !self.has_any(parent, all) => Where::First,
                    place => place,
                };
                let inline = self.is_inline(parent);
                let wrapped = self.wrapped(rest, value, depth + 1, inline);
                return self.insert(parent, own, &wrapped, place);
            }
        }
        self.insert(parents, name, value, place)
    }

    fn has_any(&self, parent: &[&str], names: &[&str]) -> bool {
        let mut path = parent.to_vec();
        names.iter().any(|name| {
            path.truncate(parent.len());
            path.push(name);
            self.find(&path).is_some()
        })
    }

    /// Whether the object stands on one line and has something in it.
    fn is_inline(&self, path: &[&str]) -> bool {
        let Some(root) = parse(&self.text) else { return false };
        let Some((Value::Object(object), _)) = at(&root, path) else { return false };
        !object.properties.is_empty() && !self.text[object.start()..object.end()].contains('\n')
    }

    fn wrapped(&self, path: &[&str], value: &str, depth: usize, inline: bool) -> String {
        let Some((name, rest)) = path.split_first() else { return value.to_owned() };
        let inner = self.wrapped(rest, value, depth + 1, inline);
        if inline {
            return format!("{{ {}: {inner} }}", quoted(name));
        }
        let (eol, indent) = (self.eol, self.unit().repeat(depth));
        format!("{{{eol}{indent}{}{}: {inner}{eol}{indent}}}", self.unit(), quoted(name))
    }

    fn replace(&mut self, range: TextRange, with: &str) {
        self.text.replace_range(range.start..range.end, with);
    }

    /// Adds a property to the object at `path`.
    fn insert(&mut self, path: &[&str], name: &str, value: &str, place: Where<'_>) -> bool {
        let Some(root) = parse(&self.text) else { return false };
        let Some((Value::Object(object), _)) = at(&root, path) else { return false };
        let property_text = format!("{}: {value}", quoted(name));
        let (start, end) = (object.start(), object.end());
        let all: Vec<(String, Range<usize>)> =
            object.properties.iter().map(|p| (p.name.as_str().to_owned(), p.start()..p.end())).collect();
        let position = |names: &[&str]| names.iter().find_map(|n| all.iter().position(|(name, _)| name == n));
        // How many properties stand before the new one.
        let before = match place {
            Where::First => 0,
            Where::After(names) => position(names).map_or(all.len(), |i| i + 1),
            Where::Before(names) => position(names).unwrap_or(all.len()),
        };
        let outer = self.indent_of(start);
        if all.is_empty() {
            let inner = format!("{outer}{}", self.unit());
            let inside = &self.text[start + 1..end - 1];
            let text = match inside.trim().is_empty() {
                true => format!("{{{}{inner}{property_text}{}{outer}}}", self.eol, self.eol),
                // A comment stays where it is.
                false => {
                    format!("{{{}{}{inner}{property_text}{}{outer}}}", inside.trim_end(), self.eol, self.eol)
                }
            };
            self.text.replace_range(start..end, &text);
            return true;
        }
        let first = all[0].1.clone();
        let multiline = self.text[start..first.start].contains('\n');
        let Some(previous) = before.checked_sub(1).map(|i| all[i].1.clone()) else {
            let text = match multiline {
                true => {
                    let at = self.end_of_line(start + 1);
                    (at, format!("{}{}{property_text},", self.eol, self.indent_of(first.start)))
                }
                false => (first.start, format!("{property_text}, ")),
            };
            self.text.insert_str(text.0, &text.1);
            return true;
        };
        let comma = self.comma_after(previous.end);
        let is_last = before == all.len();
        let own_line = multiline && self.text[start..previous.start].contains('\n');
        let head = comma.map_or(previous.end, |c| c + 1);
        let (at, mut text) = match own_line {
            true => (self.end_of_line(head), format!("{}{}{property_text}", self.eol, self.indent_of(previous.start))),
            false => (head, format!(" {property_text}")),
        };
        if comma.is_some() {
            if !is_last || own_line {
                text.push(',');
            }
            self.text.insert_str(at, &text);
        } else {
            self.text.insert_str(at, &text);
            self.text.insert(previous.end, ',');
        }
        true
    }

    /// Takes the property or element at `path` out, with its comma and a comment behind it on its line. Returns whether it was there.
    pub fn remove(&mut self, path: &[&str]) -> bool {
        let Some((name, parents)) = path.split_last() else { return false };
        let Some(root) = parse(&self.text) else { return false };
        let Some((parent, _)) = at(&root, parents) else { return false };
        let (all, own): (Vec<Range<usize>>, Option<usize>) = match parent {
            Value::Object(object) => {
                let all = object.properties.iter().map(|p| p.start()..p.end()).collect();
                (all, object.properties.iter().rposition(|p| p.name.as_str() == *name))
            }
            Value::Array(array) => (array.elements.iter().map(|e| e.start()..e.end()).collect(), name.parse().ok()),
            _ => return false,
        };
        let Some(own) = own.filter(|&i| i < all.len()) else { return false };
        let range = all[own].clone();
        let open = parent.start();
        let comma = self.comma_after(range.end);
        let end = comma.map_or(range.end, |c| c + 1);
        let line_start = self.text[..range.start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = self.end_of_line(end);
        let starts_line = line_start > open && self.text[line_start..range.start].trim().is_empty();
        let ends_line = self.text[line_end..].starts_with(['\n', '\r']);
        let previous_comma = own.checked_sub(1).and_then(|i| self.comma_after(all[i].end));
        // Without a comma of its own the last one leaves none behind, either.
        let stray = previous_comma.filter(|_| own + 1 == all.len() && comma.is_none());
        if starts_line && ends_line {
            let rest = &self.text[line_end..];
            let line_end = line_end + if rest.starts_with("\r\n") { 2 } else { 1 };
            self.text.replace_range(line_start..line_end, "");
            if let Some(stray) = stray {
                self.text.remove(stray);
            }
        } else if let Some(next) = all.get(own + 1) {
            let until = if self.text[end..next.start].contains('\n') { end } else { next.start };
            self.text.replace_range(range.start..until, "");
        } else if let (Some(previous), None) = (own.checked_sub(1), comma) {
            let from = if self.text[all[previous].end..range.start]
                .trim_matches(|c: char| c == ',' || c.is_whitespace())
                .is_empty()
            {
                all[previous].end
            } else {
                range.start
            };
            self.text.replace_range(from..range.end, "");
            if from != all[previous].end
                && let Some(stray) = stray
            {
                self.text.remove(stray);
            }
        } else {
            self.text.replace_range(range.start..end, "");
        }
        true
    }

    /// Gives the property at `path` the name `name`.
    pub fn rename(&mut self, path: &[&str], name: &str) -> bool {
        let Some(found) = self.find(path) else { return false };
        let head = &self.text[found.whole.start..found.value.start];
        let end = tokens(head).first().map_or(0, |own| own.len());
        self.replace(TextRange::new(found.whole.start, found.whole.start + end), &quoted(name));
        true
    }

    /// The changes as edits of the first text.
    pub fn edits(&self) -> Vec<TextEdit> {
        let (old, new) = (tokens(&self.original), tokens(&self.text));
        if old.len().max(new.len()) > MAX_TOKENS {
            return match self.original == self.text {
                true => Vec::new(),
                false => vec![TextEdit::replace(0..self.original.len(), self.text.clone())],
            };
        }
        let offsets = |all: &[&str]| {
            let mut out = vec![0];
            out.extend(all.iter().scan(0, |at, t| {
                *at += t.len();
                Some(*at)
            }));
            out
        };
        let (from, to) = (offsets(&old), offsets(&new));
        let mut edits: Vec<TextEdit> = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let (a, b) = match op {
                DiffOp::Equal { .. } => continue,
                DiffOp::Delete { old_index, old_len, new_index } => {
                    (old_index..old_index + old_len, new_index..new_index)
                }
                DiffOp::Insert { old_index, new_index, new_len } => {
                    (old_index..old_index, new_index..new_index + new_len)
                }
                DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                    (old_index..old_index + old_len, new_index..new_index + new_len)
                }
            };
            let (range, text) = (from[a.start]..from[a.end], &self.text[to[b.start]..to[b.end]]);
            match edits.last_mut().filter(|last| last.range.end == range.start) {
                Some(last) => {
                    last.range = TextRange::new(last.range.start, range.end);
                    last.new_text.push_str(text);
                }
                None => edits.push(TextEdit::replace(range, text)),
            }
        }
        edits
    }

    /// White space before the first token of the line of `offset`.
    fn indent_of(&self, offset: usize) -> String {
        syntax::line_indent(&self.text, offset).to_owned()
    }

    /// The comma behind a value that ends at `offset`, past blanks and comments.
    fn comma_after(&self, offset: usize) -> Option<usize> {
        let mut at = offset;
        loop {
            let rest = self.text.get(at..)?;
            match rest.chars().next()? {
                ',' => return Some(at),
                c if c.is_whitespace() => at += c.len_utf8(),
                '/' => at += comment(rest)?,
                _ => return None,
            }
        }
    }

    /// The end of the line of `offset`, if nothing but blanks and comments stands before it; else the end of those.
    fn end_of_line(&self, offset: usize) -> usize {
        let mut at = offset;
        // Blanks at the end of a line stay there only behind a comment.
        let mut end = offset;
        while let Some(rest) = self.text.get(at..) {
            match rest.chars().next() {
                None | Some('\n' | '\r') => return at,
                Some(c) if c.is_whitespace() => at += c.len_utf8(),
                Some('/') => match comment(rest) {
                    Some(length) if !rest[..length].contains('\n') => {
                        at += length;
                        end = at;
                    }
                    _ => return end,
                },
                _ => return end,
            }
        }
        end
    }
}

/// The length of the comment that the text begins with, without the line end.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find(['\n', '\r']).unwrap_or(text.len()));
    }
    let rest = text.strip_prefix("/*")?;
    Some(rest.find("*/")? + 4)
}

/// Strings, words, signs, comments and stretches of blanks; a line end is one by itself, so that lines can be told apart.
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => {
                let mut escaped = false;
                let close = rest.char_indices().skip(1).find(|&(_, c)| {
                    let is_end = !escaped && (c == '"' || c == '\n');
                    escaped = !escaped && c == '\\';
                    is_end
                });
                close.map_or(rest.len(), |(at, c)| at + c.len_utf8())
            }
            '/' => comment(rest).unwrap_or(1),
            '\r' if rest.starts_with("\r\n") => 2,
            '\n' | '\r' => 1,
            c if c.is_whitespace() => {
                rest.find(|c: char| !c.is_whitespace() || c == '\n' || c == '\r').unwrap_or(rest.len())
            }
            c if c.is_alphanumeric() => rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        out.push(token);
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::TextEdits;

    /// The text after the changes, by way of the edits.
    fn after(text: &str, change: impl FnOnce(&mut JsonEditor)) -> String {
        let mut editor = JsonEditor::new(text).unwrap();
        change(&mut editor);
        let edited = TextEdits::new(editor.edits()).unwrap().apply(text).unwrap();
        assert_eq!(edited, editor.text());
        assert!(parse(&edited).is_some(), "{edited}");
        edited
    }

    fn set(text: &str, path: &[&str], value: &str, place: Where<'_>) -> String {
        after(text, |e| assert!(e.set(path, value, place)))
    }

    fn removed(text: &str, path: &[&str]) -> String {
        after(text, |e| assert!(e.remove(path)))
    }

    #[test]
    fn properties_are_set_and_added_where_they_belong() {
        let target = ["compilerOptions", "target"];
        let new = |text: &str| set(text, &target, "\"es2017\"", Where::After(&["x"]));
        for (before, after) in [
            ("{\n}\n", "{\n  \"compilerOptions\": {\n    \"target\": \"es2017\"\n  }\n}\n"),
            ("{ \"files\": [] }", "{ \"compilerOptions\": { \"target\": \"es2017\" }, \"files\": [] }"),
            ("{\n  \"compilerOptions\": {}\n}", "{\n  \"compilerOptions\": {\n    \"target\": \"es2017\"\n  }\n}"),
            (
                "{ // c, {\n  \"compilerOptions\": {\n    \"target\": \"es5\", /* } */\n    \"x\": [1, {}],\n  },\n}",
                "{ // c, {\n  \"compilerOptions\": {\n    \"target\": \"es2017\", /* } */\n    \"x\": [1, {}],\n  },\n}",
            ),
            (
                "{\n\t\"compilerOptions\": {\n\t\t\"x\": true // of x\n\t}\n}",
                "{\n\t\"compilerOptions\": {\n\t\t\"x\": true, // of x\n\t\t\"target\": \"es2017\"\n\t}\n}",
            ),
            (
                "{\r\n  \"compilerOptions\": {\r\n    \"x\": 1,\r\n    // of y\r\n    \"y\": 2,\r\n  },\r\n}",
                "{\r\n  \"compilerOptions\": {\r\n    \"x\": 1,\r\n    \"target\": \"es2017\",\r\n    // of y\r\n    \"y\": 2,\r\n  },\r\n}",
            ),
            (
                "{ \"compilerOptions\": { \"x\": 1, \"y\": 2 } }",
                "{ \"compilerOptions\": { \"x\": 1, \"target\": \"es2017\", \"y\": 2 } }",
            ),
            (
                "{\n  \"extends\": \"./b\", // base\n  \"include\": [\"src\"]\n}\n",
                "{\n  \"extends\": \"./b\", // base\n  \"compilerOptions\": {\n    \"target\": \"es2017\"\n  },\n  \"include\": [\"src\"]\n}\n",
            ),
        ] {
            assert_eq!(new(before), after);
        }
        let first = set("{\n  \"a\": { // c\n    \"x\": 1\n  }\n}", &["a", "b"], "2", Where::First);
        assert_eq!(first, "{\n  \"a\": { // c\n    \"b\": 2,\n    \"x\": 1\n  }\n}");
        let before = set("{\n  // of x\n  \"x\": 1,\n  // of y\n  \"y\": 1\n}", &["b"], "2", Where::Before(&["y"]));
        assert_eq!(before, "{\n  // of x\n  \"x\": 1,\n  \"b\": 2,\n  // of y\n  \"y\": 1\n}");
        for junk in ["", "[]", "{ \"a\" }", "{ \"a\": \"", "{ \"a\": [ }", "{ \"a\": @ }"] {
            assert!(JsonEditor::new(junk).is_none(), "{junk}");
        }
        assert!(!JsonEditor::new("{ \"compilerOptions\": 1 }").unwrap().set(&target, "1", Where::First));
        assert!(JsonEditor::new(&format!("{{\"a\": {}", "[".repeat(200_000))).is_none());
    }

    #[test]
    fn properties_are_taken_out_with_their_line() {
        for (before, path, after) in [
            ("{\n  \"a\": 1, // of a\n  \"b\": 2\n}", &["a"][..], "{\n  \"b\": 2\n}"),
            ("{\n  \"a\": 1, // of a\n  \"b\": 2\n}", &["b"], "{\n  \"a\": 1 // of a\n}"),
            ("{\n  \"a\": 1,\n  // of b\n  \"b\": 2,\n}", &["b"], "{\n  \"a\": 1,\n  // of b\n}"),
            ("{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}", &["a"], "{\r\n  \"b\": 2\r\n}"),
            ("{ \"a\": 1, \"b\": 2 }", &["a"], "{ \"b\": 2 }"),
            ("{ \"a\": 1, \"b\": 2 }", &["b"], "{ \"a\": 1 }"),
            ("{ \"a\": 1 }", &["a"], "{  }"),
            ("{\n  \"a\": {\n    \"b\": [\n      1\n    ]\n  },\n  \"c\": 1\n}", &["a"], "{\n  \"c\": 1\n}"),
            ("{ \"a\": [1, 2, 3] }", &["a", "1"], "{ \"a\": [1, 3] }"),
        ] {
            assert_eq!(removed(before, path), after);
        }
        assert!(!JsonEditor::new("{}").unwrap().remove(&["a"]));
    }

    #[test]
    fn places_have_paths_and_edits_are_small() {
        let text = "{\n  \"a\": { \"b\": [\"x\", \"y\"] },\n  \"c\": 1\n}";
        let mut editor = JsonEditor::new(text).unwrap();
        assert_eq!(editor.path_at(text.find("\"y\"").unwrap()), ["a", "b", "1"]);
        assert_eq!(editor.path_at(text.find("\"a\"").unwrap()), ["a"]);
        assert_eq!(editor.path_at(0), Vec::<String>::new());
        assert!(editor.rename(&["c"], "d") && editor.set(&["a", "b", "0"], "\"z\"", Where::First));
        let edits = editor.edits();
        assert_eq!(edits.len(), 2);
        assert_eq!(edits[0], TextEdit::replace(text.find("\"x\"").unwrap()..text.find("\"x\"").unwrap() + 3, "\"z\""));
        assert_eq!(editor.text(), "{\n  \"a\": { \"b\": [\"z\", \"y\"] },\n  \"d\": 1\n}");
        assert_eq!(quoted("a\"\\\n\u{1}"), "\"a\\\"\\\\\\n\\u0001\"");
    }
}
