//! Missing commas: whether anything else could be missing between two items.

use syntax::{LanguageFamily, Node, NodeExt, Parsed, leaf_at};

/// Parents of a comma that is not between the items of a list, or between items that a missing operator would part as well.
const NOT_LISTS: &[&str] = &[
    "variable_declaration",
    "lexical_declaration",
    "variable_declarator",
    "sequence_expression",
    "for_statement",
    "ERROR",
];

/// Words beside which a comma ends or begins nothing.
const OPERATORS: &[&str] =
    &["not", "and", "or", "is", "as", "in", "of", "when", "with", "switch", "instanceof", "satisfies"];

/// Whether only a comma can be missing between the items that end at `end` and begin at `at` of `text`. `after` is the text with a comma at
/// byte `comma`; `is_keyword` tells whether a word is nearly one.
pub(crate) fn only_a_comma(
    text: &str,
    (end, at): (usize, usize),
    after: &Parsed,
    comma: usize,
    is_keyword: impl Fn(&str) -> bool,
) -> bool {
    let gap = &text[end..at];
    // Where an operator or a word was lost, two blanks are left.
    if gap != " " && !gap.contains('\n') {
        return false;
    }
    let (left, right) = (&text[..end], &text[at..]);
    let left_word = &left[left.rfind(|c: char| !is_word(c)).map_or(0, |n| n + char_len(left, n))..];
    let right_word = &right[..right.find(|c: char| !is_word(c)).unwrap_or(right.len())];
    let words = [left_word, right_word];
    let doubled = left_word == right_word && !left_word.is_empty();
    if doubled
        || words.iter().any(|w| OPERATORS.contains(w) || is_keyword(w))
        || left.ends_with(['+', '-', '=', '&', '|', '?', ':'])
    {
        return false;
    }
    let Some(own) = leaf_at(after.root(), comma).filter(|l| l.kind() == ",") else { return false };
    let Some(list) = own.parent().filter(|p| !p.is(NOT_LISTS)) else { return false };
    let items: Vec<Node<'_>> = list.named();
    let next = items.iter().find(|n| n.start_byte() > own.start_byte());
    let previous = items.iter().rfind(|n| n.end_byte() <= own.start_byte());
    let Some((previous, next)) = previous.zip(next) else { return false };
    let all = after.text();
    // Texts may have been joined by an operator, but not to the name of a property with its value.
    let keyed = next.is(&["pair", "method_definition"]);
    if !keyed && (is_text(*previous, all) || is_text(*next, all)) {
        let texts = |n: &Node<'_>| is_text(*n, all);
        if !(texts(previous) && texts(next) && items.len() > 2 && items.iter().all(texts)) {
            return false;
        }
    }
    if after.language().family() == LanguageFamily::CSHARP {
        // A default value is no parameter.
        let value = ["null", "default", "true", "false", "new"].contains(&right_word)
            || right.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '"' | '\''));
        if list.is(&["parameter_list", "bracketed_parameter_list"]) && value {
            return false;
        }
    }
    !is_parameter(previous.text_in(all), next.text_in(all))
}

fn char_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(1, char::len_utf8)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// A string literal, alone or at the edge of what is joined.
fn is_text(item: Node<'_>, text: &str) -> bool {
    let own = item.text_in(text);
    own.ends_with(['"', '\'', '`']) || own.starts_with(['"', '\'', '`', '$', '@'])
}

/// Whether `left` reads as the parameters of a function of which `right` is the body: an arrow may be missing.
fn is_parameter(left: &str, right: &str) -> bool {
    let names = left.trim_start_matches('(').trim_end_matches(')');
    if names.is_empty() || !names.chars().all(|c| is_word(c) || matches!(c, ',' | ' ')) {
        return names.is_empty();
    }
    let mut names = names.split([',', ' ']).filter(|n| !n.is_empty());
    names.any(|name| name == "_" || right.split(|c: char| !is_word(c)).any(|word| word == name))
}
