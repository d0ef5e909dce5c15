/// What the code's form finds; `None` when it has none, or it does not fit.
pub(crate) fn read_form(code: &str, message: &str) -> Option<Vec<String>> {
    FORMS.iter().find(|(c, _)| *c == code).and_then(|(_, form)| match_form(form, message))
}

/// The items of a list argument: `a, b, and 3 more` as TypeScript prints it. `and 3 more` is not an item. Commas inside
/// brackets belong to an item.
pub fn list_items(list: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (i, c) in list.char_indices() {
        match c {
            '(' | '<' | '[' | '{' => depth += 1,
            ')' | '>' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                items.push(list[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    items.push(list[start..].trim().trim_end_matches('.'));
    items.retain(|item| !item.is_empty() && !(item.starts_with("and ") && item.ends_with(" more")));
    items
}

/// Messages with unquoted arguments: `{}` is one, `'{}'` a quoted one, `*` skips words. Only the shape of the message
/// counts, which holds for English; other languages fall back to quotes and numbers.
const FORMS: &[(&str, &str)] = &[
    ("CS0305", "*'{}'*{#}*"),
    ("CS1501", "*'{}'*{#}*"),
    ("CS1503", "*{#}:*'{}'*'{}'*"),
    ("CS1593", "*'{}'*{#}*"),
    ("CS1614", "*'{}'*'{}'*'{}'*"),
    ("CS1620", "*{#}*'{}'*"),
    ("CS1615", "*{#}*'{}'*"),
    ("CS1729", "*'{}'*{#}*"),
    ("CS7036", "*'{}'*'{}'*"),
    ("TS2554", "*{#}*{#}*"),
    ("TS2555", "*{#}*{#}*"),
    ("TS2556", "*"),
    ("TS2558", "*{#}*{#}*"),
    ("TS2314", "*'{}'*{#}*"),
    ("TS2707", "*'{}'*{#}*{#}*"),
    ("TS2739", "*'{}'*'{}':{}"),
    ("TS2740", "*'{}'*'{}':{more}"),
    ("TS2741", "*'{}'*'{}'*'{}'*"),
    ("TS2743", "*{#}*{#}*"),
    ("TS2575", "*{#}*{#}*{#}*"),
    ("TS2493", "*'{}'*'{}'*'{}'*"),
    ("TS2655", "*'{}'*'{}':{}"),
    ("TS2654", "*'{}'*'{}':{}"),
    ("TS2656", "*'{}'*'{}':{more}"),
    ("TS2650", "*'{}'*'{}':{more}"),
];

/// Matches `form` with the message: the quoted arguments in order, numbers outside quotes for `{#}`, the rest of the
/// line for `{}` after a colon. Words are not compared, since they are translated.
fn match_form(form: &str, message: &str) -> Option<Vec<String>> {
    let line_end = message.find('\n').unwrap_or(message.len());
    let (head, tail) = message.split_at(line_end);
    let mut out = Vec::new();
    let mut rest = head;
    let mut pattern = form;
    loop {
        let next = ["'{}'", "{#}", ":{}", ":{more}"]
            .iter()
            .filter_map(|hole| pattern.find(hole).map(|at| (at, *hole)))
            .min_by_key(|(at, _)| *at);
        let Some((at, hole)) = next else { break };
        pattern = &pattern[at + hole.len()..];
        match hole {
            "'{}'" => {
                let (argument, after) = next_quoted(rest)?;
                out.push(argument.to_owned());
                rest = after;
            }
            "{#}" => {
                // A number outside quotes: `at least 2`, `0-1`.
                let quote = next_quoted(rest).map(|(argument, _)| argument.as_ptr() as usize - rest.as_ptr() as usize);
                let at = rest.find(|c: char| c.is_ascii_digit())?;
                if quote.is_some_and(|quote| quote <= at) {
                    return None;
                }
                let end = rest[at..]
                    .find(|c: char| !(c.is_ascii_digit() || c == '-'))
                    .map_or(rest.len(), |length| at + length);
                out.push(rest[at..end].trim_end_matches('-').to_owned());
                rest = &rest[end..];
            }
            _ => {
                let list = rest.split_once([':', '：']).map_or(rest, |(_, list)| list).trim();
                if hole == ":{more}" {
                    // `a, b, and 3 more.`
                    let cut = list.rfind(|c: char| c.is_ascii_digit())?;
                    let digits = list[..cut].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |i| i + 1);
                    let digits = (digits..=cut).find(|i| list.is_char_boundary(*i)).unwrap_or(cut);
                    let items = list[..digits].rsplit_once([',', '、', '，']).map_or("", |(items, _)| items);
                    out.push(items.trim().to_owned());
                    out.push(list[digits..=cut].to_owned());
                } else {
                    // Some translations quote the list.
                    let list = list.trim_end_matches(['.', '。']);
                    out.push(next_quoted(list).filter(|(_, after)| after.is_empty()).map_or(list, |q| q.0).to_owned());
                }
                rest = "";
            }
        }
    }
    out.extend(quoted(rest));
    out.extend(quoted(tail));
    Some(out)
}

/// The words of a message's first line: every quoted argument is `'`, every number `#`. Equal for all messages of one template of
/// the English compiler, up to unquoted names. `last`: the last quoted text is kept, for templates that differ in that word only.
pub(crate) fn words_of(message: &str, last: bool) -> String {
    let mut out = String::new();
    let mut rest = message.lines().next().unwrap_or_default().trim();
    while let Some((argument, after)) = next_quoted(rest) {
        push_words(&mut out, &rest[..argument.as_ptr() as usize - rest.as_ptr() as usize]);
        if last && next_quoted(after).is_none() {
            out.push_str(argument);
        }
        rest = after;
    }
    push_words(&mut out, rest);
    out
}

fn push_words(out: &mut String, words: &str) {
    let mut number = false;
    let mut chars = words.chars().peekable();
    while let Some(c) = chars.next() {
        // `1-2` is one number: how many arguments are expected.
        let goes_on = number && c == '-' && chars.peek().is_some_and(char::is_ascii_digit);
        let digit = c.is_ascii_digit() || goes_on;
        match (digit, number) {
            (true, false) => out.push('#'),
            (true, true) => {}
            (false, _) => out.push(c),
        }
        number = digit;
    }
}

pub(crate) fn quoted(message: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = message;
    while let Some((argument, after)) = next_quoted(rest) {
        out.push(argument.to_owned());
        rest = after;
    }
    out
}

/// Quotes that compilers' translations use. `“` opens in English and Chinese and closes after `„` in German.
const PAIRS: &[(char, &[char])] = &[
    ('\'', &['\'']),
    ('"', &['"']),
    ('`', &['`', '\'']),
    ('«', &['»']),
    ('»', &['«']),
    ('„', &['“', '”', '"']),
    ('“', &['”']),
    ('‘', &['’']),
    ('‚', &['‘', '’']),
    ('「', &['」']),
    ('『', &['』']),
    ('‹', &['›']),
];

/// The next quoted text and what follows it.
fn next_quoted(s: &str) -> Option<(&str, &str)> {
    let mut before = None;
    for (i, c) in s.char_indices() {
        let previous = before.replace(c);
        let Some((_, closers)) = PAIRS.iter().find(|(open, _)| *open == c) else { continue };
        // An apostrophe inside a word is not a quote.
        if matches!(c, '\'' | '"' | '`' | '‘') && previous.is_some_and(is_word) {
            continue;
        }
        let start = i + c.len_utf8();
        if let Some((end, length)) = closing(&s[start..], closers, matches!(c, '\'' | '"' | '`')) {
            let inner = &s[start..start + end];
            let inner = if c == '«' || c == '»' { inner.trim_matches([' ', '\u{a0}', '\u{202f}']) } else { inner };
            return Some((inner, &s[start + end + length..]));
        }
    }
    None
}

/// Scripts without spaces have letters next to quotes; Latin scripts do not.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || ('\u{c0}'..='\u{24f}').contains(&c)
}

/// Where the quoted text ends, and the length of the closing mark. For marks that are the same on both sides, the first at
/// which a word can end and brackets and inner quotes are balanced: types hold string literals and apostrophes.
fn closing(s: &str, closers: &[char], ambiguous: bool) -> Option<(usize, usize)> {
    if !ambiguous {
        return s.char_indices().find(|(_, c)| closers.contains(c)).map(|(i, c)| (i, c.len_utf8()));
    }
    // `""it" | "it's""`, `''a''`: a literal quoted with its own mark ends where the mark is doubled again.
    let mut head = s.chars();
    if let Some(mark) = head.next().filter(|c| closers.contains(c))
        && head.next().is_some_and(|c| c.is_alphanumeric())
        && let Some(end) = s.find(&String::from_iter([mark, mark]))
    {
        return Some((end + mark.len_utf8(), mark.len_utf8()));
    }
    let mut first = None;
    let mut depth = 0i32;
    let mut string: Option<char> = None;
    let mut previous = '\0';
    let mut chars = s.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if c == '\n' {
            break;
        }
        let next = chars.peek().map(|(_, c)| *c);
        if closers.contains(&c) && !next.is_some_and(|n| is_word(n) || (n == c && i == 0)) {
            // Operators and punctuation are not balanced: `'<'`, `'{'`, `'"'`.
            let bare = !s[..i].chars().any(|c| c.is_alphanumeric());
            if bare || (depth == 0 && string.is_none()) {
                return Some((i, c.len_utf8()));
            }
            first.get_or_insert((i, c.len_utf8()));
        }
        match c {
            '\\' if string.is_some() => {
                chars.next();
            }
            '"' | '`' if string == Some(c) => string = None,
            '"' | '`' if string.is_none() && !closers.contains(&c) => string = Some(c),
            _ if string.is_some() => {}
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if previous == '=' => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        previous = c;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, arguments_of};

    fn of(code: &str, message: &str) -> Vec<String> {
        arguments_of(&Code::new(code), message)
    }

    #[test]
    fn quoted_arguments_may_hold_quotes_and_brackets() {
        for (message, expected) in [
            ("Type '\"it's\"' is not assignable to type '\"a\" | \"b's\"'.", &["\"it's\"", "\"a\" | \"b's\""][..]),
            ("Can't find 'A<B>.C(int)' or 'x'", &["A<B>.C(int)", "x"]),
            (
                "Operator '<' cannot be applied to operands of type 'A<B>' and '{ a: \"'\" }'",
                &["<", "A<B>", "{ a: \"'\" }"],
            ),
            ("Cannot convert ''a'' to 'int'", &["'a'", "int"]),
            ("';' expected.", &[";"]),
            ("Syntax error, ',' expected", &[","]),
            ("Type '() => void' and '(a: string) => b'", &["() => void", "(a: string) => b"]),
            ("unbalanced 'a<b' and 'c'", &["a<b", "c"]),
            ("no arguments, don't you see", &[]),
        ] {
            assert_eq!(of("", message), expected, "{message}");
        }
    }

    #[test]
    fn translations_quote_in_their_own_way() {
        for message in [
            "Der Typ „a“ und „b“",
            "« a » et « b »",
            "“a”和“b”",
            "型「a」は「b」です",
            "型'a'は'b'です",
            "\"a\" und \"b\"",
        ] {
            assert_eq!(of("", message), ["a", "b"], "{message}");
        }
    }

    #[test]
    fn unquoted_arguments_follow_by_code() {
        for (code, message, expected) in [
            ("TS2554", "Expected 1 arguments, but got 2.", &["1", "2"][..]),
            ("TS2554", "Expected 1-2 arguments, but got 3.", &["1-2", "3"]),
            ("TS2739", "Type '{}' is missing the following properties from type 'Y': a, b", &["{}", "Y", "a, b"]),
            (
                "TS2740",
                "Type '{}' is missing the following properties from type 'Y': a, b, c, d, and 13 more.",
                &["{}", "Y", "a, b, c, d", "13"],
            ),
            ("CS1503", "Argument 1: cannot convert from 'int' to 'string'", &["1", "int", "string"]),
            ("CS1501", "No overload for method 'M' takes 2 arguments", &["M", "2"]),
            ("CS1729", "'A<int, B3>' does not contain a constructor that takes 2 arguments", &["A<int, B3>", "2"]),
            ("CS0305", "Using the generic type 'A<T, U>' requires 2 type arguments", &["A<T, U>", "2"]),
            ("TS2314", "Generic type 'Map<K, V>' requires 2 type argument(s).", &["Map<K, V>", "2"]),
        ] {
            assert_eq!(of(code, message), expected, "{message}");
        }
    }

    #[test]
    fn words_exclude_arguments_and_numbers() {
        assert_eq!(words_of("Expected 1-2 arguments, but got 3.", false), "Expected # arguments, but got #.");
        let name = "Cannot find name 'it\\'s'. Did you mean 'x-1'?\nmore";
        assert_eq!(words_of(name, false), "Cannot find name '. Did you mean '?");
        assert_eq!(words_of("'x' is possibly 'null'.", true), "' is possibly 'null.");
        assert_eq!(words_of("can't - really", true), "can't - really");
    }

    #[test]
    fn lists_split_outside_brackets() {
        assert_eq!(list_items("a, b(c, d), [Symbol.iterator], and 3 more."), ["a", "b(c, d)", "[Symbol.iterator]"]);
        assert_eq!(list_items("name, area, tags"), ["name", "area", "tags"]);
    }
}
