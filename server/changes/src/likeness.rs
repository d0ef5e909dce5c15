//! How alike two texts of code are.

use rustc_hash::FxHasher;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

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

/// The tokens of a text, as a bag.
#[derive(Default, PartialEq)]
pub(crate) struct Tokens(Vec<u64>);

impl Tokens {
    /// Those of `text`, without `name`: what is compared may have another one.
    pub(crate) fn of(text: &str, name: &str) -> Self {
        let hash = |token: &str| {
            let mut hasher = FxHasher::default();
            token.hash(&mut hasher);
            hasher.finish()
        };
        let mut all: Vec<u64> = tokens(text).filter(|t| *t != name).map(hash).collect();
        all.sort_unstable();
        Self(all)
    }
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
    /// The share that two have in common, from 0 to 1 (Dice). Two empty ones are not alike: they say nothing.
    pub(crate) fn likeness(&self, other: &Self) -> f32 {
        let (mut i, mut j, mut common) = (0, 0, 0usize);
        while let (Some(a), Some(b)) = (self.0.get(i), other.0.get(j)) {
            match a.cmp(b) {
                Ordering::Less => i += 1,
                Ordering::Greater => j += 1,
                Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
            }
        }
        let all = self.0.len() + other.0.len();
        if all == 0 { 0.0 } else { 2.0 * common as f32 / all as f32 }
    }
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
    fn texts_are_compared_by_tokens_without_their_own_name() {
        let likeness = |a: (&str, &str), b: (&str, &str)| Tokens::of(a.0, a.1).likeness(&Tokens::of(b.0, b.1));
        assert_eq!(likeness(("{ return Submit(a); }", "Submit"), ("{ return Place(a); }", "Place")), 1.0);
        assert_eq!(likeness(("", ""), ("", "")), 0.0);
        assert!(likeness(("{ return a + b; }", "x"), ("{ throw c; }", "x")) < 0.6);
    }
}
