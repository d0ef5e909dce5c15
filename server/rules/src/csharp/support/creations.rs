//! Where types are created.

use fix::RuleContext;

/// How often `name` follows `new`.
pub(crate) fn count(text: &str, name: &str) -> usize {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let whole = |i: &usize| !word(text[..*i].chars().next_back()) && !word(text[i + name.len()..].chars().next());
    let places = text.match_indices(name).map(|(i, _)| i).filter(whole);
    places.filter(|i| text[..*i].trim_end().ends_with("new")).count()
}

/// Whether `new name` occurs in the workspace.
pub(crate) fn is_created(ctx: &RuleContext<'_>, name: &str) -> bool {
    let mut files = ctx.index.word_counts(name, ctx.source.parsed.language());
    files.any(|(path, _)| ctx.index.text(&path).is_some_and(|text| count(&text, name) > 0))
}

/// Whether every occurrence of `name` in the workspace is `new name`.
pub(crate) fn is_only_created(ctx: &RuleContext<'_>, name: &str) -> bool {
    let mut files = ctx.index.word_counts(name, ctx.source.parsed.language());
    files.all(|(path, uses)| ctx.index.text(&path).is_some_and(|text| count(&text, name) == uses))
}
