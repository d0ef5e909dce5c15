//! Types as text: taking them apart and putting arguments in. Nothing here knows what a name means.
//!
//! Source: TypeScript handbook, "Everyday Types", "Generics", "Utility Types". Works on the text that people wrote, which
//! is what a fix writes back; comments inside types are not understood as comments, but do no harm beyond a wrong split.

use smol_str::SmolStr;

/// Characters of a type that are looked at; a longer one counts as one opaque piece.
const MAX_LENGTH: usize = 20_000;

/// A character with the brackets around it.
struct Scanned {
    at: usize,
    byte: u8,
    /// Brackets open at this character (a bracket itself counts as outside).
    depth: usize,
}

/// The bytes of `text` outside string literals, each with the number of brackets around it.
fn scan(text: &str) -> Vec<Scanned> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len().min(MAX_LENGTH));
    if bytes.len() > MAX_LENGTH {
        return out;
    }
    let mut depth = 0usize;
    let mut quote: Option<u8> = None;
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        if let Some(q) = quote {
            if byte == b'\\' {
                i += 1;
            } else if byte == q {
                quote = None;
            }
            i += 1;
            continue;
        }
        match byte {
            b'"' | b'\'' | b'`' => quote = Some(byte),
            b'(' | b'[' | b'{' | b'<' => {
                out.push(Scanned { at: i, byte, depth });
                depth += 1;
                i += 1;
                continue;
            }
            // The `>` of `=>` closes nothing.
            b'>' if i > 0 && bytes.get(i - 1) == Some(&b'=') => {}
            b')' | b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        out.push(Scanned { at: i, byte, depth });
        i += 1;
    }
    out
}

/// Splits at `separator` outside brackets and strings; pieces are trimmed.
pub fn split_top(text: &str, separator: u8) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    for c in scan(text) {
        if c.depth == 0 && c.byte == separator {
            out.push(text.get(start..c.at).unwrap_or_default().trim());
            start = c.at + 1;
        }
    }
    out.push(text.get(start..).unwrap_or_default().trim());
    out
}

/// Where `token` stands outside brackets and strings, first.
fn find_top(text: &str, token: &str) -> Option<usize> {
    let found = scan(text).into_iter().find(|c| c.depth == 0 && text.get(c.at..).is_some_and(|r| r.starts_with(token)));
    found.map(|c| c.at)
}

/// Whether a type is a conditional type or a function type: an operator that binds looser than `|`.
fn is_loose(text: &str) -> bool {
    find_top(text, "=>").is_some() || (find_top(text, "?").is_some() && find_top(text, " extends ").is_some())
}

/// Whether outer parentheses enclose the whole of `text`.
fn is_wrapped(text: &str) -> bool {
    text.starts_with('(') && text.ends_with(')') && {
        let scanned = scan(text);
        scanned.iter().skip(1).find(|c| c.depth == 0 && c.byte == b')').is_some_and(|c| c.at + 1 == text.len())
    }
}

/// `text` without parentheses around the whole.
pub fn unwrapped(text: &str) -> &str {
    let mut text = text.trim();
    while is_wrapped(text) {
        text = text.get(1..text.len() - 1).unwrap_or_default().trim();
    }
    text
}

/// Parts of a union; the type itself when it is none.
pub fn union(text: &str) -> Vec<&str> {
    let text = unwrapped(text);
    if is_loose(text) {
        return vec![text];
    }
    split_top(text, b'|').into_iter().filter(|p| !p.is_empty()).collect()
}

/// Parts of an intersection; the type itself when it is none.
pub fn intersection(text: &str) -> Vec<&str> {
    let text = unwrapped(text);
    if is_loose(text) || find_top(text, "|").is_some() {
        return vec![text];
    }
    split_top(text, b'&').into_iter().filter(|p| !p.is_empty()).collect()
}

/// `Name`, `A.B`, `Name<X, Y>` as name and arguments. Predefined types (`string`) are names too.
pub fn reference(text: &str) -> Option<(&str, Vec<&str>)> {
    let text = unwrapped(text);
    let (name, arguments) = match text.find('<') {
        Some(open) => {
            let name = text.get(..open)?.trim();
            let inner = text.get(open..)?.strip_prefix('<')?.strip_suffix('>')?;
            let whole = scan(text);
            let closes = whole.iter().find(|c| c.at > open && c.depth == 0 && c.byte == b'>')?;
            if closes.at + 1 != text.len() {
                return None;
            }
            (name, split_top(inner, b',').into_iter().filter(|a| !a.is_empty()).collect())
        }
        None => (text, Vec::new()),
    };
    let good = !name.is_empty() && name.split('.').all(|p| super::outline::is_identifier(p.trim()));
    good.then_some((name, arguments))
}

/// `T` of `T[]`, `readonly T[]`, `Array<T>`, `ReadonlyArray<T>`.
pub fn element(text: &str) -> Option<&str> {
    let text = unwrapped(text);
    let bare = text.strip_prefix("readonly ").map_or(text, str::trim);
    if let Some(element) = bare.strip_suffix("[]").map(str::trim)
        && union(bare).len() == 1
        && intersection(bare).len() == 1
        && !is_loose(bare)
        && !["keyof ", "typeof ", "unique "].iter().any(|p| bare.starts_with(p))
    {
        return Some(unwrapped(element));
    }
    match reference(bare)? {
        ("Array" | "ReadonlyArray", arguments) if arguments.len() == 1 => arguments.first().copied(),
        _ => None,
    }
}

/// Elements of a tuple type, labels and marks (`a?: T`, `...T[]`) kept.
pub fn tuple(text: &str) -> Option<Vec<&str>> {
    let text = unwrapped(text);
    let text = text.strip_prefix("readonly ").map_or(text, str::trim);
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    scan(text).iter().skip(1).find(|c| c.depth == 0 && c.byte == b']').filter(|c| c.at + 1 == text.len())?;
    Some(split_top(inner, b',').into_iter().filter(|p| !p.is_empty()).collect())
}

/// A function type as (type parameters with brackets, parameters without, return type).
pub fn function(text: &str) -> Option<(&str, &str, &str)> {
    let text = unwrapped(text);
    let arrow = find_top(text, "=>")?;
    let head = text.get(..arrow)?.trim();
    let returns = text.get(arrow + 2..)?.trim();
    let head = head.strip_prefix("new ").map_or(head, str::trim);
    let (generics, list) = if head.starts_with('<') {
        let close = scan(head).iter().find(|c| c.at > 0 && c.depth == 0 && c.byte == b'>').map(|c| c.at + 1)?;
        (head.get(..close)?, head.get(close..)?.trim())
    } else {
        ("", head)
    };
    let list = list.strip_prefix('(')?.strip_suffix(')')?;
    Some((generics, list.trim(), returns))
}

/// Joins types to a union: flattened, in order, each once; `never` vanishes, `any` and `unknown` swallow.
pub fn join_union<S: AsRef<str>>(types: impl IntoIterator<Item = S>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for ty in types {
        let ty = ty.as_ref();
        for part in union(ty) {
            // Only loose types need their parentheses inside a union.
            let part = if is_loose(part) { format!("({part})") } else { part.to_owned() };
            if part != "never" && !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    if parts.iter().any(|p| p == "any") {
        return "any".into();
    }
    if parts.iter().any(|p| p == "unknown") {
        return "unknown".into();
    }
    let both = |p: &str| p == "true" || p == "false";
    if parts.iter().filter(|p| both(p)).count() == 2 || parts.iter().any(|p| p == "boolean") {
        let at = parts.iter().position(|p| both(p) || p == "boolean").unwrap_or(0);
        parts.retain(|p| !both(p) && p != "boolean");
        parts.insert(at.min(parts.len()), "boolean".into());
    }
    match parts.len() {
        0 => "never".into(),
        1 => unwrapped(&parts.remove(0)).to_owned(),
        _ => parts.join(" | "),
    }
}

/// `T` as an element: `(A | B)[]`.
pub fn array_of(element: &str) -> String {
    let loose = is_loose(element)
        || find_top(element, "|").is_some()
        || find_top(element, "&").is_some()
        || ["keyof ", "typeof ", "readonly ", "infer ", "unique "].iter().any(|p| element.starts_with(p));
    if loose && !is_wrapped(element) { format!("({element})[]") } else { format!("{element}[]") }
}

/// Replaces type parameters by their arguments. Property and parameter names, and names after a dot, stay.
pub fn substitute(text: &str, map: &[(SmolStr, String)]) -> String {
    if map.is_empty() || text.len() > MAX_LENGTH || !map.iter().any(|(name, _)| text.contains(name.as_str())) {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80;
    let mut out = String::with_capacity(text.len());
    // For each open bracket: whether a `?` that may begin a conditional's branch is pending.
    let mut pending: Vec<(u8, bool)> = vec![(0, false)];
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        match byte {
            b'"' | b'\'' | b'`' => {
                let mut end = i + 1;
                while let Some(&b) = bytes.get(end) {
                    end += 1;
                    if b == b'\\' {
                        end += 1;
                    } else if b == byte {
                        break;
                    }
                }
                let piece = text.get(i..end.min(text.len())).unwrap_or_default();
                // The holes of a template literal type hold types.
                if byte == b'`' && piece.contains("${") {
                    out.push_str(&substitute_holes(piece, map));
                } else {
                    out.push_str(piece);
                }
                i = end.max(i + 1);
                continue;
            }
            b'(' | b'[' | b'{' | b'<' => pending.push((byte, false)),
            b'>' if i > 0 && bytes.get(i - 1) == Some(&b'=') => {}
            b')' | b']' | b'}' | b'>' if pending.len() > 1 => {
                pending.pop();
            }
            b'?' if bytes.get(i + 1) != Some(&b':') => {
                if let Some(top) = pending.last_mut() {
                    top.1 = true;
                }
            }
            b';' | b',' => {
                if let Some(top) = pending.last_mut() {
                    top.1 = false;
                }
            }
            b if is_part(b) && !b.is_ascii_digit() => {
                let mut end = i;
                while bytes.get(end).is_some_and(|b| is_part(*b)) {
                    end += 1;
                }
                let word = text.get(i..end).unwrap_or_default();
                let before = text.get(..i).unwrap_or_default().trim_end();
                let after = text.get(end..).unwrap_or_default().trim_start();
                let after_dot = before.ends_with('.') && !before.ends_with("...");
                let (bracket, conditional) = pending.last().copied().unwrap_or_default();
                let named = after.starts_with("?:") || (after.starts_with(':') && !conditional);
                let is_name = (named && matches!(bracket, b'{' | b'(' | b'[')) || after_dot;
                match map.iter().find(|(name, _)| name == word).filter(|_| !is_name) {
                    Some((_, argument)) => {
                        let tight = after.starts_with('[')
                            || before.ends_with('&')
                            || after.starts_with('&')
                            || ["keyof", "readonly", "typeof"].iter().any(|k| before.ends_with(k));
                        let in_union = before.ends_with('|') || after.starts_with('|');
                        let loose = is_loose(argument);
                        let wide = loose || find_top(argument, "|").is_some();
                        if !is_wrapped(argument) && ((tight && wide) || (in_union && loose)) {
                            out.push('(');
                            out.push_str(argument);
                            out.push(')');
                        } else {
                            out.push_str(argument);
                        }
                    }
                    None => out.push_str(word),
                }
                i = end;
                continue;
            }
            _ => {}
        }
        let length = text.get(i..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8);
        out.push_str(text.get(i..i + length).unwrap_or_default());
        i += length;
    }
    out
}

fn substitute_holes(text: &str, map: &[(SmolStr, String)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push_str("${");
        let Some((hole, tail)) = after.split_once('}') else {
            out.push_str(after);
            return out;
        };
        // A hole holds no template of its own here, so this goes one level down.
        let inner = hole.replace('`', "");
        out.push_str(&if inner.len() == hole.len() { substitute(hole, map) } else { hole.to_owned() });
        out.push('}');
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_taken_apart() {
        assert_eq!(union("string | (A & B) | { a: 1 | 2 }"), ["string", "(A & B)", "{ a: 1 | 2 }"]);
        assert_eq!(union("'|' | \"a|b\""), ["'|'", "\"a|b\""]);
        assert_eq!(union("(a: string | number) => X | Y"), ["(a: string | number) => X | Y"]);
        assert_eq!(union("| A\n | B"), ["A", "B"]);
        assert_eq!(intersection("A & B<C & D>"), ["A", "B<C & D>"]);
        assert_eq!(reference("Map<string, Array<() => void>>"), Some(("Map", vec!["string", "Array<() => void>"])));
        assert_eq!(reference("React.FC<Props>"), Some(("React.FC", vec!["Props"])));
        assert_eq!(reference("A<B>[]"), None);
        assert_eq!(reference("{ a: b }"), None);
        assert_eq!(element("readonly string[]"), Some("string"));
        assert_eq!(element("(A | B)[]"), Some("A | B"));
        assert_eq!(element("A | B[]"), None);
        assert_eq!(element("Array<Map<K, V>>"), Some("Map<K, V>"));
        assert_eq!(element("() => A[]"), None);
        assert_eq!(
            tuple("[a: string, b?: number, ...rest: X[]]"),
            Some(vec!["a: string", "b?: number", "...rest: X[]"])
        );
        assert_eq!(tuple("[A, B][]"), None);
        assert_eq!(
            function("<T>(a: T, b: () => void) => Promise<T>"),
            Some(("<T>", "a: T, b: () => void", "Promise<T>"))
        );
        assert_eq!(function("string"), None);
    }

    #[test]
    fn unions_are_joined() {
        assert_eq!(join_union(["string", "number", "string"]), "string | number");
        assert_eq!(join_union(["true", "false", "null"]), "boolean | null");
        assert_eq!(join_union(["() => void", "undefined"]), "(() => void) | undefined");
        assert_eq!(join_union(["never", "A"]), "A");
        assert_eq!(join_union(["any", "A"]), "any");
        assert_eq!(join_union::<&str>([]), "never");
        assert_eq!(array_of("A | B"), "(A | B)[]");
        assert_eq!(array_of("string"), "string[]");
    }

    #[test]
    fn parameters_are_replaced_and_names_stay() {
        let map = [("T".into(), "string | number".to_owned()), ("U".into(), "Foo".to_owned())];
        assert_eq!(substitute("Promise<T>", &map), "Promise<string | number>");
        assert_eq!(substitute("T[]", &map), "(string | number)[]");
        assert_eq!(substitute("{ T: T; U?: U }", &map), "{ T: string | number; U?: Foo }");
        assert_eq!(substitute("(T: U) => A.T", &map), "(T: Foo) => A.T");
        assert_eq!(substitute("X extends U ? U : T", &map), "X extends Foo ? Foo : string | number");
        assert_eq!(substitute("{ a: X extends Y ? U : T }", &map), "{ a: X extends Y ? Foo : string | number }");
        assert_eq!(substitute("'T' | `a${U}`", &map), "'T' | `a${Foo}`");
        assert_eq!(substitute("keyof T & U", &map), "keyof (string | number) & Foo");
        assert_eq!(substitute("TT | T1", &map), "TT | T1");
    }
}
