//! Options in `tsconfig.json`: found and set without touching comments, order or layout.

use std::ops::Range;
use text::TextEdit;

/// Deepest nesting that is read; a configuration has three levels.
const MAX_DEPTH: usize = 64;

/// One property of an object.
struct Property {
    key: Range<usize>,
    value: Range<usize>,
}

/// Where the next token begins: behind blanks and comments.
fn skip(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{feff}']).len();
        at += blanks;
        let rest = &rest[blanks..];
        let comment = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |i| i + 2)
        } else {
            return at;
        };
        at += comment;
    }
}

/// End of the value that begins at `at`.
fn value_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut i, mut depth) = (at, 0usize);
    loop {
        match *bytes.get(i)? {
            b'"' => {
                i += 1;
                while *bytes.get(i)? != b'"' {
                    i += 1 + usize::from(bytes[i] == b'\\');
                }
                i += 1;
            }
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return None;
                }
                i += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                i += 1;
            }
            b'/' => i = skip(text, i).max(i + 1),
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => i += 1,
            _ => {
                let start = i;
                while bytes.get(i).is_some_and(|b| b.is_ascii_alphanumeric() || b"+-._".contains(b)) {
                    i += 1;
                }
                if i == start {
                    return None;
                }
            }
        }
        if depth == 0 {
            return Some(i);
        }
    }
}

/// The properties of the object that begins at `open`.
fn properties(text: &str, open: usize) -> Option<Vec<Property>> {
    let mut out = Vec::new();
    let mut at = skip(text, open + 1);
    while text.get(at..)?.starts_with('"') {
        let key = at..value_end(text, at)?;
        at = skip(text, key.end);
        if !text.get(at..)?.starts_with(':') {
            return None;
        }
        let start = skip(text, at + 1);
        let value = start..value_end(text, start)?;
        at = skip(text, value.end);
        out.push(Property { key, value });
        if !text.get(at..)?.starts_with(',') {
            break;
        }
        at = skip(text, at + 1);
    }
    text.get(at..)?.starts_with('}').then_some(out)
}

fn found<'p>(text: &str, all: &'p [Property], name: &str) -> Option<&'p Property> {
    all.iter().find(|p| text.get(p.key.start + 1..p.key.end - 1) == Some(name))
}

/// The edits after which the configuration `text` has the compiler options `wanted` (name, value as JSON); `None` when it cannot be read.
pub fn set_options(text: &str, unit: &str, eol: &str, wanted: &[(&str, &str)]) -> Option<Vec<TextEdit>> {
    let root = skip(text, 0);
    if !text.get(root..)?.starts_with('{') {
        return None;
    }
    let all = properties(text, root)?;
    let Some(options) = found(text, &all, "compilerOptions") else {
        let lines: Vec<String> = wanted.iter().map(|(n, v)| format!("{unit}{unit}\"{n}\": {v}")).collect();
        let block = format!("\"compilerOptions\": {{{eol}{}{eol}{unit}}}", lines.join(&format!(",{eol}")));
        return Some(vec![first(text, root, all.is_empty(), unit, "", eol, &[block])]);
    };
    let open = options.value.start;
    if !text.get(open..)?.starts_with('{') {
        return None;
    }
    let own = properties(text, open)?;
    let mut edits = Vec::new();
    let mut missing = Vec::new();
    for (name, value) in wanted {
        match found(text, &own, name) {
            Some(property) => edits.push(TextEdit::replace(property.value.clone(), *value)),
            None => missing.push(format!("\"{name}\": {value}")),
        }
    }
    if !missing.is_empty() {
        let indent = syntax::line_indent(text, open).to_owned();
        let inner = match own.first() {
            Some(p) if text.get(open..p.key.start)?.contains('\n') => syntax::line_indent(text, p.key.start).to_owned(),
            _ => format!("{indent}{unit}"),
        };
        edits.push(first(text, open, own.is_empty(), &inner, &indent, eol, &missing));
    }
    Some(edits)
}

/// Puts properties at the head of the object that begins at `open`.
fn first(text: &str, open: usize, empty: bool, inner: &str, outer: &str, eol: &str, all: &[String]) -> TextEdit {
    let list = all.iter().map(|p| format!("{eol}{inner}{p}")).collect::<Vec<_>>().join(",");
    let rest = text.get(open + 1..).unwrap_or_default();
    let closes_here = empty && rest.trim_start_matches([' ', '\t']).starts_with('}');
    let tail = match (empty, closes_here) {
        (false, _) => ",".to_owned(),
        (true, true) => format!("{eol}{outer}"),
        (true, false) => String::new(),
    };
    TextEdit::insert(open + 1, format!("{list}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::TextEdits;

    #[test]
    fn options_are_added_and_changed_where_they_belong() {
        let set = |text: &str| {
            let edits = set_options(text, "  ", "\n", &[("target", "\"es2017\"")])?;
            TextEdits::new(edits).ok()?.apply(text).ok()
        };
        for (before, after) in [
            ("{\n}\n", "{\n  \"compilerOptions\": {\n    \"target\": \"es2017\"\n  }\n}\n"),
            ("{ \"files\": [] }", "{\n  \"compilerOptions\": {\n    \"target\": \"es2017\"\n  }, \"files\": [] }"),
            ("{\n  \"compilerOptions\": {}\n}", "{\n  \"compilerOptions\": {\n    \"target\": \"es2017\"\n  }\n}"),
            (
                "{ // c, {\n  \"compilerOptions\": {\n    \"target\": \"es5\", /* } */\n    \"x\": [1, {}],\n  },\n}",
                "{ // c, {\n  \"compilerOptions\": {\n    \"target\": \"es2017\", /* } */\n    \"x\": [1, {}],\n  },\n}",
            ),
            (
                "{\n\t\"compilerOptions\": {\n\t\t\"x\": true\n\t}\n}",
                "{\n\t\"compilerOptions\": {\n\t\t\"target\": \"es2017\",\n\t\t\"x\": true\n\t}\n}",
            ),
        ] {
            assert_eq!(set(before).as_deref(), Some(after));
        }
        for junk in ["", "[]", "{ \"a\" }", "{ \"compilerOptions\": 1 }", "{ \"a\": \"", "{ \"a\": [ }", "{ \"a\": @ }"]
        {
            assert_eq!(set(junk), None, "{junk}");
        }
    }
}
