//! Types as written in C# sources: parsing, and substitution of type parameters.

use smol_str::SmolStr;

/// One segment of a written type name: `List<int>` of `System.Collections.Generic.List<int>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Segment<'t> {
    pub(crate) name: &'t str,
    /// Type arguments as written; empty strings in `List<>`.
    pub(crate) arguments: Vec<&'t str>,
}

/// A parsed type name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TypeName<'t> {
    /// `global` or an alias before `::`.
    pub(crate) alias: Option<&'t str>,
    pub(crate) segments: Vec<Segment<'t>>,
}

/// Parses a named type; `None` for arrays, pointers, tuples, `var`, `dynamic` and everything else. Nullable `?` and
/// leading `ref`, `readonly` and `scoped` are dropped.
pub(crate) fn parse(text: &str) -> Option<TypeName<'_>> {
    let mut text = text.trim();
    while let Some(rest) = ["ref ", "readonly ", "scoped "].iter().find_map(|m| text.strip_prefix(m)) {
        text = rest.trim_start();
    }
    let text = text.strip_suffix('?').unwrap_or(text).trim_end();
    let (alias, text) = match text.split_once("::") {
        Some((alias, rest)) if is_identifier(alias.trim()) => (Some(alias.trim().trim_start_matches('@')), rest),
        _ => (None, text),
    };
    let mut segments = Vec::new();
    for part in split(text, '.') {
        let part = part.trim();
        let (name, arguments) = match part.find('<') {
            Some(open) => {
                let inner = part.get(open + 1..)?.trim_end().strip_suffix('>')?;
                (part.get(..open)?, split(inner, ',').into_iter().map(str::trim).collect())
            }
            None => (part, Vec::new()),
        };
        let name = name.trim();
        if !is_identifier(name) {
            return None;
        }
        segments.push(Segment { name: name.trim_start_matches('@'), arguments });
    }
    let lone = alias.is_none() && segments.len() == 1;
    if segments.is_empty() || (lone && matches!(text.trim(), "var" | "dynamic" | "void")) {
        return None;
    }
    Some(TypeName { alias, segments })
}

/// Splits at `separator` outside all brackets.
pub(crate) fn split(text: &str, separator: char) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut depth, mut start) = (0i32, 0);
    for (i, c) in text.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            _ if c == separator && depth == 0 => {
                out.push(&text[start..i]);
                start = i + c.len_utf8();
            }
            _ => {}
        }
    }
    out.push(&text[start..]);
    out
}

fn is_identifier(text: &str) -> bool {
    let text = text.strip_prefix('@').unwrap_or(text);
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric() || matches!(c, '\u{200c}' | '\u{200d}' | '\u{203f}'))
}

/// `text` without a nullable `?` at its end.
pub(crate) fn without_nullable(text: &str) -> &str {
    let text = text.trim();
    text.strip_suffix('?').unwrap_or(text)
}

/// The type arguments at the end of a written type: `["int"]` for `IList<int>?`.
pub(crate) fn arguments(text: &str) -> Vec<&str> {
    parse(text).and_then(|mut t| t.segments.pop()).map(|s| s.arguments).unwrap_or_default()
}

/// The type behind a predefined keyword (C# specification §8.3.5 and §8.2), as `System` name.
pub(crate) fn predefined(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "bool" => "Boolean",
        "byte" => "Byte",
        "sbyte" => "SByte",
        "char" => "Char",
        "decimal" => "Decimal",
        "double" => "Double",
        "float" => "Single",
        "int" => "Int32",
        "uint" => "UInt32",
        "long" => "Int64",
        "ulong" => "UInt64",
        "short" => "Int16",
        "ushort" => "UInt16",
        "nint" => "IntPtr",
        "nuint" => "UIntPtr",
        "object" => "Object",
        "string" => "String",
        _ => return None,
    })
}

/// `text` with the names in `map` replaced where they are whole identifiers (not after a dot).
pub(crate) fn substitute(text: &str, map: &[(SmolStr, String)]) -> String {
    if map.is_empty() {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_dot = false;
    while let Some(c) = rest.chars().next() {
        let word = rest.find(|c: char| !(c == '_' || c.is_alphanumeric())).unwrap_or(rest.len());
        if word > 0 {
            let name = &rest[..word];
            match map.iter().find(|(from, _)| from == name) {
                Some((_, to)) if !after_dot => out.push_str(to),
                _ => out.push_str(name),
            }
            rest = &rest[word..];
            after_dot = false;
        } else {
            out.push(c);
            after_dot = c == '.' || (after_dot && c == ' ');
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Option<String> {
        let parsed = parse(text)?;
        let mut out = parsed.alias.map(|a| format!("{a}::")).unwrap_or_default();
        for s in parsed.segments {
            out += &format!("{}`{} ", s.name, s.arguments.len());
        }
        Some(out)
    }

    #[test]
    fn type_names_are_parsed() {
        assert_eq!(
            names("System.Collections.Generic.Dictionary<string, List<int>>?").unwrap(),
            "System`0 Collections`0 Generic`0 Dictionary`2 "
        );
        assert_eq!(names("global::A.B").unwrap(), "global::A`0 B`0 ");
        assert_eq!(names("Outer<(int a, int b)>.Inner").unwrap(), "Outer`1 Inner`0 ");
        assert_eq!(names("Dictionary<,>").unwrap(), "Dictionary`2 ");
        for no in ["int[]", "(int, int)", "var", "void", "int*", "", "<", "A<", "A..B", "delegate*<int>"] {
            assert_eq!(parse(no), None, "{no}");
        }
    }

    #[test]
    fn only_whole_names_are_substituted() {
        let map = [("T".into(), "int".to_string()), ("U".into(), "string".to_string())];
        assert_eq!(substitute("Func<T, List<U>, Type, A.T>", &map), "Func<int, List<string>, Type, A.T>");
    }
}
