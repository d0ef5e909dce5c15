//! Names in type texts.

/// Whether a word is reserved in C# everywhere, so that a name spelled so needs an `@`.
pub fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "abstract"
            | "as"
            | "base"
            | "bool"
            | "break"
            | "byte"
            | "case"
            | "catch"
            | "char"
            | "checked"
            | "class"
            | "const"
            | "continue"
            | "decimal"
            | "default"
            | "delegate"
            | "do"
            | "double"
            | "else"
            | "enum"
            | "event"
            | "explicit"
            | "extern"
            | "false"
            | "finally"
            | "fixed"
            | "float"
            | "for"
            | "foreach"
            | "goto"
            | "if"
            | "implicit"
            | "in"
            | "int"
            | "interface"
            | "internal"
            | "is"
            | "lock"
            | "long"
            | "namespace"
            | "new"
            | "null"
            | "object"
            | "operator"
            | "out"
            | "override"
            | "params"
            | "private"
            | "protected"
            | "public"
            | "readonly"
            | "ref"
            | "return"
            | "sbyte"
            | "sealed"
            | "short"
            | "sizeof"
            | "stackalloc"
            | "static"
            | "string"
            | "struct"
            | "switch"
            | "this"
            | "throw"
            | "true"
            | "try"
            | "typeof"
            | "uint"
            | "ulong"
            | "unchecked"
            | "unsafe"
            | "ushort"
            | "using"
            | "virtual"
            | "void"
            | "volatile"
            | "while"
    )
}

/// Replaces the dotted names in a type text. `map` gets each maximal dotted name (`System.Collections.Generic.Dictionary`,
/// without type arguments; the rest of `Dictionary<K, V>.Enumerator` after the arguments is left alone) and the number of
/// type arguments after it; `None` leaves it. Names of tuple elements, and keywords, are not offered.
///
/// ```
/// let short = index::dotnet::map_names("System.Func<System.Int32?, (string Name, T)>[]", |name, _| {
///     name.rsplit_once('.').map(|(_, simple)| simple.to_owned())
/// });
/// assert_eq!(short, "Func<Int32?, (string Name, T)>[]");
/// ```
pub fn map_names(text: &str, mut map: impl FnMut(&str, usize) -> Option<String>) -> String {
    let is_part = |c: char| c == '_' || c == '@' || c.is_alphanumeric();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    // Whether the name at hand starts a type: not after a type (tuple element names) or after `>.`.
    let mut starts_type = true;
    while let Some(c) = text[at..].chars().next() {
        if !is_part(c) {
            match c {
                '<' | ',' | '(' => starts_type = true,
                '.' => starts_type = false,
                _ => {}
            }
            out.push(c);
            at += c.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let length = rest.find(|c: char| !is_part(c) && c != '.' && c != ':').unwrap_or(rest.len());
        let name = rest[..length].trim_end_matches('.');
        let modifier = matches!(name, "ref" | "readonly" | "out" | "in" | "params" | "this" | "scoped");
        if starts_type && !modifier {
            let arity = arity_after(&rest[name.len()..]);
            match (!is_keyword(name)).then(|| map(name, arity)).flatten() {
                Some(new) => out.push_str(&new),
                None => out.push_str(name),
            }
            starts_type = false;
        } else {
            out.push_str(name);
        }
        // A stray separator is copied, so that the scan always goes on.
        at += name.len().max(1);
        if name.is_empty() {
            out.push_str(&rest[..c.len_utf8()]);
        }
    }
    out
}

fn arity_after(rest: &str) -> usize {
    if !rest.starts_with('<') {
        return 0;
    }
    let (mut depth, mut arity) = (0usize, 1);
    for c in rest.chars() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            ',' if depth == 1 => arity += 1,
            _ => {}
        }
    }
    arity
}
