//! Missing brackets: whether another place for the bracket, or a bracket less, would do as well.

use super::{Trial, line_end, line_start, tokens_in};
use syntax::queries::Scopes;
use syntax::{Node, NodeExt, Parsed, leaf_at};
use text::{TextEdit, TextRange};

/// How many tokens around the place are looked at.
const MOST_TOKENS: usize = 80;
/// How far behind the place.
const BEHIND: usize = 160;

/// Words before `(` that are not the name of what is called.
const NOT_CALLED: &[&str] = &[
    "return",
    "throw",
    "await",
    "case",
    "in",
    "is",
    "as",
    "and",
    "or",
    "not",
    "when",
    "yield",
    "else",
    "do",
    "new",
    "of",
    "typeof",
    "void",
    "delete",
    "readonly",
    "public",
    "private",
    "protected",
    "static",
    "const",
    "let",
    "var",
    "extends",
    "keyof",
    "infer",
    "default",
    "export",
    "instanceof",
];

/// Whether something else than `edit`, which inserts a closing bracket, repairs the text as well: the bracket at another place, or the
/// text without the bracket that it closes.
pub(crate) fn has_rival(trial: &Trial, edit: &TextEdit) -> bool {
    let close = edit.new_text.trim();
    let open = match close {
        ")" => "(",
        "]" => "[",
        "}" => "{",
        _ => return true,
    };
    let Some(after) = trial.after(edit) else { return true };
    let errors = after.syntax_errors().len();
    let place = edit.range.start + edit.new_text.find(close).unwrap_or(0);
    let Some(own) = leaf_at(after.root(), place).filter(|l| l.start_byte() == place && l.kind() == close) else {
        return true;
    };
    let Some(opener) = partner(own, open) else { return true };
    // What stands before the place is where it was. A bracket around nothing may be too many.
    let nothing = after.text()[opener.end_byte()..place].trim().is_empty();
    let surplus = is_surplus(trial.text(), opener.range(), open) || nothing && open == "{";
    if surplus && trial.any_as_good(&[TextEdit::delete(opener.range())], errors) {
        return true;
    }
    if close == "}" {
        return repeats_line(trial.text(), opener.start_byte());
    }
    let grown = edit.new_text.len();
    // `})});` for `}});`: the bracket of another kind that follows may be one too many.
    let next = tokens_in(after.root(), TextRange::new(own.end_byte(), after.text().len()), 1).first().copied();
    if let Some(next) = next.filter(|n| matches!(n.kind(), ")" | "]" | "}") && n.kind() != close) {
        let range = next.start_byte() - grown..next.end_byte() - grown;
        if trial.any_as_good(&[TextEdit::delete(range)], errors) {
            return true;
        }
    }
    let range = TextRange::new(opener.end_byte(), (place + BEHIND).min(after.text().len()));
    // `string[ names` may be an array. Where nothing stands between, that is the place itself.
    let mut places: Vec<usize> = if nothing { Vec::new() } else { vec![opener.end_byte()] };
    let mut behind = 0;
    for token in tokens_in(after.root(), range, MOST_TOKENS) {
        if token.start_byte() == place {
            continue;
        }
        let end = token.end_byte();
        if end > place {
            behind += 1;
            if behind > 12 || matches!(token.kind(), ";" | "{" | "}") {
                break;
            }
        }
        let at = if end > place { end - grown } else { end };
        let begins = matches!(token.kind(), "," | "." | "?." | "(" | "[" | "{" | ";") || is_operator(token.kind());
        // An operator, not a method that is passed on.
        let operator = close == ")" && token.kind() == "identifier" && token.text_in(after.text()) == "nameof";
        if !begins && !operator {
            places.push(at);
        }
    }
    // Among white space and brackets of its kind it is the same text.
    let same = |at: usize| {
        let between = trial.text().get(at.min(edit.range.start)..at.max(edit.range.start));
        between.is_some_and(|s| s.chars().all(|c| c.is_whitespace() || close.contains(c)))
    };
    places.into_iter().filter(|at| !same(*at)).any(|at| {
        let Some(other) = trial.after(&TextEdit::insert(at, close)) else { return false };
        other.syntax_errors().len() <= errors
            && !splits_a_list(other.root(), at)
            && !unbinds(&after, &other, TextRange::new(at.min(edit.range.start), at.max(edit.range.start)))
    })
}

/// Whether a name in `range` that means a declaration of the file in `own` means none in `other`: `sort((a, b) => a) - b`.
fn unbinds(own: &Parsed, other: &Parsed, range: TextRange) -> bool {
    // One bracket more stands before it in one of the two.
    let names = |parsed: &Parsed| -> Vec<bool> {
        let scopes = Scopes::of(parsed);
        let around = TextRange::new(range.start, range.end + 1);
        let tokens = tokens_in(parsed.root(), around, MOST_TOKENS).into_iter();
        tokens.filter(|t| t.kind() == "identifier").map(|t| scopes.definition_of(t).is_some()).collect()
    };
    let (bound, left) = (names(own), names(other));
    bound.len() == left.len() && bound.iter().zip(&left).any(|(bound, left)| *bound && !left)
}

fn is_operator(kind: &str) -> bool {
    !kind.is_empty() && kind.chars().all(|c| "+-*/%&|^=<>!?:~".contains(c)) && kind != ">" && kind != "!"
}

/// Whether the bracket at `at` ends a list too early, so that the rest of it follows a comma of a declaration or a comma operator.
fn splits_a_list(root: Node<'_>, at: usize) -> bool {
    const LISTS: &[&str] =
        &["sequence_expression", "variable_declaration", "lexical_declaration", "variable_declarator", "for_statement"];
    leaf_at(root, at + 1).is_some_and(|l| l.kind() == "," && l.parent().is_some_and(|p| p.is(LISTS)))
}

/// The bracket that `own` closes.
fn partner<'t>(own: Node<'t>, open: &str) -> Option<Node<'t>> {
    let parent = own.parent().filter(|p| !p.is_error())?;
    parent.all_children().into_iter().rfind(|c| c.kind() == open && c.end_byte() <= own.start_byte())
}

/// Whether the line of `at` stands there twice: then it is what is too much.
fn repeats_line(text: &str, at: usize) -> bool {
    let line = text[line_start(text, at)..line_end(text, at)].trim();
    let above = text[..line_start(text, at)].lines().next_back();
    let below = text[line_end(text, at)..].lines().nth(1);
    line.len() > 1 && [above, below].into_iter().flatten().any(|other| other.trim() == line)
}

/// Whether a bracket may be one too many: it is not the one of a call, or the same one stands beside it.
fn is_surplus(text: &str, bracket: TextRange, open: &str) -> bool {
    let before = text[..bracket.start].trim_end();
    let after = text[bracket.end..].trim_start();
    let doubled = before.ends_with(open) || after.starts_with(open);
    let attached = before.len() == bracket.start
        && before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | ']' | '>' | '!' | '$'));
    let word_start = before
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |n| n + before[n..].chars().next().map_or(1, char::len_utf8));
    let called = attached && !NOT_CALLED.contains(&&before[word_start..]);
    doubled || open != "{" && !called
}

/// Whether `edit`, which inserts `{`, could as well be one `}` less: the block that it opens ends in two of them.
pub(crate) fn closes_twice(trial: &Trial, edit: &TextEdit) -> bool {
    let Some(after) = trial.after(edit) else { return true };
    let errors = after.syntax_errors().len();
    let place = edit.range.start + edit.new_text.find('{').unwrap_or(0);
    let own = leaf_at(after.root(), place).filter(|l| l.start_byte() == place && l.kind() == "{");
    let Some(parent) = own.and_then(|l| l.parent()).filter(|p| !p.is_error()) else { return true };
    let closer = parent.all_children().into_iter().rfind(|c| c.kind() == "}");
    let Some(closer) = closer.filter(|c| !c.is_missing()) else { return true };
    let at = closer.start_byte().saturating_sub(edit.new_text.len());
    let text = trial.text();
    let line = |a: usize, b: usize| !text.get(a..b).unwrap_or_default().contains('\n');
    let before = text[..at].trim_end();
    let next = text[at + 1..].trim_start();
    let doubled = before.ends_with('}') && line(before.len(), at)
        || next.starts_with('}') && line(at + 1, text.len() - next.len());
    doubled && trial.any_as_good(&[TextEdit::delete(at..at + 1)], errors)
}
