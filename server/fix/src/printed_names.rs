//! The names that messages hold.

use diagnostics::SourceDiagnostic;

/// The names in a message; of a nullable type or a pointer the name of the type.
pub(crate) fn names_of(d: &SourceDiagnostic) -> impl Iterator<Item = &str> {
    d.arguments.iter().filter_map(|a| simple_name(a.trim_end_matches(['?', '*'])))
}

/// The identifier that a printed type or member ends in: `Add` of `N.List<T>.Add(T)`, `List` of `List<>`. `None` when it is none.
pub(crate) fn simple_name(argument: &str) -> Option<&str> {
    let (mut depth, mut start, mut end) = (0usize, 0, None);
    for (i, c) in argument.char_indices() {
        match c {
            '<' | '(' | '[' | '{' => {
                if depth == 0 {
                    end = end.or(Some(i));
                }
                depth += 1;
            }
            '>' | ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => (start, end) = (i + 1, None),
            _ => {}
        }
    }
    let name = argument[start..end.unwrap_or(argument.len())].trim_matches(['"', '\'', '`', '#', '@', '~', ' ']);
    let plain = !name.is_empty() && name.chars().all(is_word) && !name.starts_with("op_");
    plain.then_some(name)
}

/// A letter of a name.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
