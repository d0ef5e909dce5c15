//! The arguments of messages, whoever prints them.

use crate::arguments::{quoted, read_form};
use crate::{Code, project_messages, templates};

/// The arguments of `message`, in the order of the English text: quoted text (literal words too, as in CS1998 `lacks 'await' operators`), and, for
/// the codes that have them, unquoted counts, lists and names.
///
/// Messages of the codes that rules know are read by their templates, in every language. Others are read by their quotes: both compilers quote names
/// and types in nearly every language, `'x'`, `"x"`, `« x »`, `„x“`, `“x”`, `「x」`; another order of a translation is not detected there.
pub fn arguments_of(code: &Code, message: &str) -> Vec<String> {
    if let Some(found) = project_messages::arguments(code.as_str(), message) {
        return found;
    }
    if let Some(mut found) = templates::arguments(code.as_str(), message) {
        // TypeScript says more on further lines.
        let tail = message.find('\n').filter(|_| code.is_typescript()).map_or("", |end| &message[end..]);
        found.extend(quoted(tail));
        return found;
    }
    read_form(code.as_str(), message).unwrap_or_else(|| quoted(message))
}
