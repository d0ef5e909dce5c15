//! How alike two texts of code are.

use rustc_hash::FxHashMap;

/// Tokens of a text: names and numbers whole, everything else by character; comments are words, too.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

/// The share of tokens that two texts have in common, from 0 to 1 (Dice). Where `renamed` stands, it counts as the same on both sides. Two empty
/// texts are not alike: they say nothing.
pub(crate) fn likeness(then: &str, now: &str, renamed: (&str, &str)) -> f32 {
    let mut counts: FxHashMap<&str, i32> = FxHashMap::default();
    let (mut a, mut b, mut common) = (0, 0, 0);
    for token in tokens(then) {
        *counts.entry(if token == renamed.0 { renamed.1 } else { token }).or_default() += 1;
        a += 1;
    }
    for token in tokens(now) {
        b += 1;
        if let Some(left) = counts.get_mut(token).filter(|n| **n > 0) {
            *left -= 1;
            common += 1;
        }
    }
    if a + b == 0 { 0.0 } else { 2.0 * common as f32 / (a + b) as f32 }
}

/// The words of a name in lower case: `VIEW_CHANNEL` and `ViewChannel` have the same ones.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut last_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            last_lower = false;
            out.push(String::new());
            continue;
        }
        if out.is_empty() || c.is_uppercase() && last_lower {
            out.push(String::new());
        }
        if let Some(word) = out.last_mut() {
            word.extend(c.to_lowercase());
        }
        last_lower = c.is_lowercase() || c.is_ascii_digit();
    }
    out.retain(|w| !w.is_empty());
    out
}

/// The share of words that two names have in common, from 0 to 1; 1 when only casing and separators differ.
pub(crate) fn name_likeness(then: &str, now: &str) -> f32 {
    let (a, b) = (words(then), words(now));
    if a == b || a.concat() == b.concat() {
        return 1.0;
    }
    let common = a.iter().filter(|w| b.contains(w)).count();
    if a.is_empty() || b.is_empty() { 0.0 } else { 2.0 * common as f32 / (a.len() + b.len()) as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_by_words() {
        assert_eq!(words("VIEW_CHANNEL"), ["view", "channel"]);
        assert_eq!(words("getHTTPResponse2"), ["get", "httpresponse2"]);
        assert_eq!(name_likeness("VIEW_CHANNEL", "ViewChannel"), 1.0);
        assert_eq!(name_likeness("Submit", "Place"), 0.0);
        assert!(name_likeness("getUser", "getUserById") > 0.6);
    }

    #[test]
    fn texts_are_compared_by_tokens() {
        assert_eq!(likeness("{ return Submit(a); }", "{ return Place(a); }", ("Submit", "Place")), 1.0);
        assert_eq!(likeness("", "", ("", "")), 0.0);
        assert!(likeness("{ return a + b; }", "{ throw c; }", ("", "")) < 0.6);
    }
}
