//! Decides whether the difference between two names is a typo, or tells two things apart. The same in every language.

/// Whether `wrong` can only be a typo of `right`: another case, two letters swapped, a letter missing, doubled, or replaced by its neighbour on the
/// keyboard. A fix that replaces such a name may be `Safe`. `SiLU` and `SELU`, `IShape` and `Shape`, `Vector2` and `Vector3`, `upload` and `unload`
/// are just as similar, but name different things.
pub fn is_typo(wrong: &str, right: &str) -> bool {
    if wrong == right {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (wrong.chars().collect(), right.chars().collect());
    let (lower_a, lower_b) = (lower(&a), lower(&b));
    if lower_a == lower_b || collapsed(&lower_a) == collapsed(&lower_b) {
        return true;
    }
    let start = lower_a.iter().zip(&lower_b).take_while(|(x, y)| x == y).count();
    let most = lower_a.len().min(lower_b.len()) - start;
    let end = lower_a.iter().rev().zip(lower_b.iter().rev()).take(most).take_while(|(x, y)| x == y).count();
    let (gone, come) = (&lower_a[start..lower_a.len() - end], &lower_b[start..lower_b.len() - end]);
    if gone.iter().chain(come).any(|c| !c.is_alphabetic()) {
        return false;
    }
    match (gone, come) {
        ([x, y], [v, w]) => x == w && y == v && a.len() >= 4,
        // The first letter of a name or of a word in it may be a prefix with a meaning: `IShape`, `uint`, `xAxis`.
        ([_], []) => a.len() >= 4 && !begins_word(&a, start),
        ([], [_]) => b.len() >= 4 && !begins_word(&b, start),
        ([x], [y]) => {
            let word = word_around(&b, start);
            (word >= 5 && are_neighbours(*x, *y)) || (word >= 7 && is_vowel(*x) && is_vowel(*y))
        }
        _ => false,
    }
}

fn lower(chars: &[char]) -> Vec<char> {
    chars.iter().flat_map(|c| c.to_lowercase()).collect()
}

/// Repeated adjacent letters once. Digits stay: `11` is another number than `1`.
fn collapsed(chars: &[char]) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(chars.len());
    for c in chars {
        if out.last() != Some(c) || !c.is_alphabetic() {
            out.push(*c);
        }
    }
    out
}

/// Whether a word of the name begins at `at`: at the start, at a capital, or after an underscore or a digit.
fn begins_word(name: &[char], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|i| name.get(i)) else { return true };
    !before.is_alphabetic() || name.get(at).is_some_and(|c| c.is_uppercase())
}

/// Number of letters of the word of the name that contains `at`.
fn word_around(name: &[char], at: usize) -> usize {
    let first = (0..=at).rev().find(|i| begins_word(name, *i)).unwrap_or(0);
    let last = (at + 1..name.len()).find(|i| begins_word(name, *i) || !name[*i].is_alphabetic()).unwrap_or(name.len());
    last - first
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Whether two letters lie side by side on a QWERTY keyboard.
fn are_neighbours(a: char, b: char) -> bool {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let place = |c: char| ROWS.iter().enumerate().find_map(|(row, keys)| keys.find(c).map(|column| (row, column)));
    let (Some((row_a, column_a)), Some((row_b, column_b))) = (place(a), place(b)) else { return false };
    match row_a.abs_diff(row_b) {
        0 => column_a.abs_diff(column_b) == 1,
        // Each row is shifted half a key to the right of the one above.
        1 => {
            let (upper, below) = if row_a < row_b { (column_a, column_b) } else { (column_b, column_a) };
            upper == below || upper == below + 1
        }
        _ => false,
    }
}

/// Whether one name is the plural of the other: a list and its element, a member and the object that has it.
pub fn differ_in_number(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let (short, long) = (short.to_lowercase(), long.to_lowercase());
    long.strip_prefix(short.as_str()).is_some_and(|rest| matches!(rest, "s" | "es"))
        || short.strip_suffix('y').is_some_and(|stem| long.strip_prefix(stem) == Some("ies"))
}

/// The edit distance of two words; a swap of adjacent letters counts as one edit.
pub fn distance(a: &str, b: &str) -> usize {
    strsim::osa_distance(a, b)
}

fn digits(s: &str) -> Vec<char> {
    s.chars().filter(char::is_ascii_digit).collect()
}

/// Whether `wrong` may be a typo of `right`: the same letters in another case, or one or two edits in a word that is long enough to exclude a
/// coincidence. Names that differ in a digit are different names, not typos.
pub fn is_slip(wrong: &str, right: &str) -> bool {
    if wrong == right {
        return false;
    }
    if wrong.to_lowercase() == right.to_lowercase() {
        return true;
    }
    if digits(wrong) != digits(right) {
        return false;
    }
    let length = wrong.chars().count().min(right.chars().count());
    let edits = distance(wrong, right);
    (edits == 1 && length >= 3) || (edits == 2 && length >= 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger() {
        for (wrong, right) in [
            ("Lenght", "Length"),
            ("length", "Length"),
            ("cuont", "count"),
            ("reciever", "receiver"),
            ("nam", "name"),
            ("addres", "address"),
            ("Iteems", "Items"),
            ("optiins", "options"),
            ("seperator", "separator"),
            ("lst", "list"),
            ("sources", "source"),
        ] {
            assert!(is_typo(wrong, right), "{wrong} {right}");
        }
    }

    #[test]
    fn names_of_two_things() {
        for (wrong, right) in [
            ("SiLU", "SELU"),
            ("IShape", "Shape"),
            ("Shape", "IShape"),
            ("Vector2", "Vector3"),
            ("value1", "value11"),
            ("int", "uint"),
            ("axis", "xAxis"),
            ("upload", "unload"),
            ("GetItem", "SetItem"),
            ("insert", "invert"),
            ("min", "max"),
            ("encode", "decode"),
            ("left", "right"),
            ("a", "b"),
        ] {
            assert!(!is_typo(wrong, right), "{wrong} {right}");
        }
    }

    #[test]
    fn lists_and_their_elements() {
        for (a, b) in [("paths", "path"), ("box", "boxes"), ("Entry", "entries")] {
            assert!(differ_in_number(a, b) && differ_in_number(b, a), "{a} {b}");
        }
        assert!(!differ_in_number("pats", "path") && !differ_in_number("nam", "name") && !differ_in_number("a", "a"));
    }

    #[test]
    fn slips_are_told_from_siblings() {
        for (wrong, right) in [("lenght", "length"), ("Foo", "foo"), ("nam", "name"), ("reciever", "receiver")] {
            assert!(is_slip(wrong, right), "{wrong}");
        }
        for (wrong, right) in [("x1", "x2"), ("ab", "cd"), ("value1", "value2"), ("start", "stop"), ("a", "b")] {
            assert!(!is_slip(wrong, right), "{wrong}");
        }
    }
}
