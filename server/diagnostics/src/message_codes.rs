//! Some tools print TypeScript's messages without the code (Next.js, vite-plugin-checker): the words of the message tell it.

use crate::Code;
use crate::arguments::words_of;
use crate::message_arguments::arguments_of;

/// `(hash of the words, code)`, sorted, in little-endian order of bytes: made from the compiler's own catalogue of English messages by the example
/// `typescript_messages`. Templates that share their words are left out.
static TABLE: &[u8] = include_bytes!("message_codes.bin");
/// Bytes of a row: a `u64` and a `u16`.
const ROW: usize = 10;

/// The code whose message `message` is, in English; `None` when no template, or more than one, has these words.
pub(crate) fn code_of(message: &str) -> Option<Code> {
    let words = words_of(message, false);
    let without_list = without_list(&words, ": ");
    [Some(words_of(message, true)), Some(words), without_list]
        .into_iter()
        .flatten()
        .find_map(|words| find(hash(&words)))
}

/// `… the following properties from type 'Y': a, b`: the list does not count as words, but `and 3 more` at its end does.
fn without_list(words: &str, colon: &str) -> Option<String> {
    let (head, list) = words.split_once(colon)?;
    Some(format!("{head}:{}", if list.ends_with(" more.") { "more" } else { "" }))
}

fn find(wanted: u64) -> Option<Code> {
    let (mut low, mut high) = (0, TABLE.len() / ROW);
    while low < high {
        let middle = low.midpoint(high);
        let row = &TABLE[middle * ROW..][..ROW];
        let at = u64::from_le_bytes(row[..8].try_into().ok()?);
        match at.cmp(&wanted) {
            std::cmp::Ordering::Equal => {
                let code = u16::from_le_bytes(row[8..].try_into().ok()?);
                return Some(Code::new(format!("TS{code}")));
            }
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

/// The key of a template of the compiler's catalogue in the table. `template`: with `{0}` for arguments.
pub fn template_hash(template: &str) -> u64 {
    // An unquoted argument is a number, or a list behind a colon.
    let quoted = arguments_of(&Code::new(""), template);
    let last = quoted.last().is_some_and(|q| !q.contains('{'));
    let mut text = without_list(template, ": {").unwrap_or_else(|| template.to_owned());
    for i in 0..10 {
        text = text.replace(&format!("{{{i}}}"), "0");
    }
    hash(&words_of(&text, last))
}

/// FNV-1a.
fn hash(words: &str) -> u64 {
    words.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::code_of;

    #[test]
    fn the_words_of_a_message_give_its_code() {
        for (message, code) in [
            ("Cannot find name 'w'.", "TS2304"),
            ("Cannot find name 'wrld'. Did you mean 'world'?", "TS2552"),
            ("Property 'totl' does not exist on type '{ a: \"x\"; }'. Did you mean 'total'?", "TS2551"),
            ("Expected 1-2 arguments, but got 3.", "TS2554"),
            ("Type 'string' is not assignable to type 'number'.\n  More of it.", "TS2322"),
            ("Type '{}' is missing the following properties from type 'Y': a, b", "TS2739"),
            ("Type '{}' is missing the following properties from type 'Y': a, b, c, d, and 3 more.", "TS2740"),
            ("';' expected.", "TS1005"),
            ("'a.b' is possibly 'null'.", "TS18047"),
            ("'a.b' is possibly 'undefined'.", "TS18048"),
            ("Object is possibly 'undefined'.", "TS2532"),
            ("Parameter 'x' implicitly has an 'any' type.", "TS7006"),
        ] {
            assert_eq!(code_of(message).as_ref().map(|c| c.as_str()), Some(code), "{message}");
        }
    }

    #[test]
    fn other_words_have_no_code() {
        for message in ["", "Something went wrong.", "Impossible de trouver le nom 'x'.", "Expected a miracle."] {
            assert_eq!(code_of(message), None, "{message}");
        }
    }
}
