//! Similarity of names: typos and renamings.

/// The distance between `wrong` and `right` as a typo; lower is nearer. `None`: not a typo.
pub fn typo_distance(wrong: &str, right: &str) -> Option<u32> {
    if wrong == right {
        return None;
    }
    if same_word(wrong, right) {
        return Some(1);
    }
    // A field and the parameter that it is set from: both names are intentional.
    if wrong.trim_start_matches('_') == right.trim_start_matches('_') {
        return Some(4);
    }
    let length = wrong.chars().count().min(right.chars().count());
    if length < 3 || wrong.len().abs_diff(right.len()) > 2 {
        return None;
    }
    match strsim::osa_distance(wrong, right) {
        1 => Some(2),
        2 if length >= 5 => {
            // A typo and a change of case count as less than two typos.
            if strsim::osa_distance(&wrong.to_lowercase(), &right.to_lowercase()) <= 1 { Some(3) } else { Some(4) }
        }
        _ => None,
    }
}

/// The words of a name: `GetItemAsync2` → `Get`, `Item`, `Async2`; underscores separate words.
fn words(name: &str) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::with_capacity(8);
    let mut start = 0;
    let mut previous_lower = false;
    for (at, c) in name.char_indices() {
        if c == '_' || (c.is_uppercase() && previous_lower) {
            out.push(&name[start..at]);
            start = at + usize::from(c == '_');
        }
        previous_lower = c != '_' && (c.is_lowercase() || c.is_numeric());
    }
    out.push(&name[start..]);
    out.retain(|w| !w.is_empty());
    out
}

/// Whether two words differ only in case.
fn same_word(a: &str, b: &str) -> bool {
    match a.is_ascii() && b.is_ascii() {
        true => a.eq_ignore_ascii_case(b),
        false => a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase)),
    }
}

/// Whether two names may have their first or their last word in common. A fast filter: all names in scope are compared, and most share neither.
fn may_share_a_word(a: &str, b: &str) -> bool {
    let ends = |name: &str| {
        let bytes = name.trim_matches('_').as_bytes();
        Some((bytes.first()?.to_ascii_lowercase(), bytes.last()?.to_ascii_lowercase()))
    };
    match (ends(a), ends(b)) {
        (Some((a_first, a_last)), Some((b_first, b_last))) => {
            a_first == b_first || a_last == b_last || !a.is_ascii() || !b.is_ascii()
        }
        _ => false,
    }
}

/// Whether `old` may have been renamed to `new`: a word or number was added, removed or replaced.
pub fn is_renaming(old: &str, new: &str) -> bool {
    if old == new || old.len() < 2 || !may_share_a_word(old, new) {
        return false;
    }
    let (a, b) = (words(old), words(new));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let number = |more: &str, less: &str| {
        more.strip_prefix(less).is_some_and(|r| !r.is_empty() && r.bytes().all(|b| b.is_ascii_digit()))
    };
    if number(new, old) || number(old, new) {
        return true;
    }
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let front = short.iter().zip(long).take_while(|(p, q)| same_word(p, q)).count();
    let back = short.iter().rev().zip(long.iter().rev()).take_while(|(p, q)| same_word(p, q)).count();
    if long.len() > short.len() {
        // One or two additional words in one place.
        return long.len() - short.len() <= 2 && front + back >= short.len();
    }
    // The same number of words: only the verb differs, and it is a synonym.
    short.len() >= 2
        && back + 1 == short.len()
        && SYNONYMS
            .iter()
            .any(|s| s.iter().any(|verb| same_word(verb, a[0])) && s.iter().any(|verb| same_word(verb, b[0])))
}

/// Whether one word of several was replaced, or grew: `OrderLine` and `OrderItem`, `IPriceRule` and `IPricingRule`. For names of types only, and
/// only where nothing else has the one name and nothing uses the other.
pub fn is_other_word(old: &str, new: &str) -> bool {
    let (a, b) = (words(old), words(new));
    if old == new || a.len() != b.len() || a.len() < 2 {
        return false;
    }
    let mut other = a.iter().zip(&b).filter(|(x, y)| !same_word(x, y));
    let (Some((x, y)), None) = (other.next(), other.next()) else { return false };
    // A single letter is a prefix with a meaning, and numbers tell siblings apart.
    let word = |w: &str| w.chars().count() > 1 && w.chars().all(char::is_alphabetic);
    let distance = strsim::osa_distance(old, new);
    let near = distance <= 4 && distance * 2 <= old.chars().count().max(new.chars().count());
    word(x) && word(y) && near
}

/// Whether one name is the other with something before or behind it: `Order` and `OrderLine`, `Result` and `IResult`, `Attribute` and
/// `XAttribute`.
pub fn is_part(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let begins = long.strip_prefix(short).is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase() || c == '_'));
    let ends = long.strip_suffix(short).is_some_and(|rest| !rest.is_empty()) && short.starts_with(char::is_uppercase);
    begins || ends
}

/// Verbs that are used as synonyms of each other.
const SYNONYMS: &[&[&str]] = &[
    &["get", "fetch", "load", "read", "retrieve", "find", "obtain", "lookup"],
    &["create", "make", "build", "new", "construct", "generate"],
    &["is", "has", "are", "can", "should"],
    &["remove", "delete", "erase"],
    &["add", "append", "insert"],
    &["run", "execute", "invoke", "perform", "process", "handle"],
    &["start", "begin", "open"],
    &["stop", "end", "close", "finish"],
    &["compute", "calculate", "determine", "evaluate"],
    &["write", "save", "store", "persist"],
    &["init", "initialize", "setup", "prepare"],
];

/// Whether `wrong` may stand for `right`: it is a typo of it, or was renamed to it.
pub fn is_similar(wrong: &str, right: &str) -> bool {
    typo_distance(wrong, right).is_some() || is_renaming(wrong, right)
}

/// Whether the new name has an additional word or number.
pub fn has_additional_word(old: &str, new: &str) -> bool {
    is_renaming(old, new) && (words(new).len() > words(old).len() || new.starts_with(old))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        assert_eq!(typo_distance("Lenght", "Length"), Some(2));
        assert_eq!(typo_distance("length", "Length"), Some(1));
        assert_eq!(typo_distance("foo", "bar"), None);
        assert!(typo_distance("Cuont", "Count") < typo_distance("Cuont", "Cuonter"));
        assert_eq!(typo_distance("a", "b"), None);
    }

    #[test]
    fn words_that_were_replaced_and_parts() {
        assert!(is_other_word("OrderLine", "OrderItem") && is_other_word("IPriceRule", "IPricingRule"));
        for (old, new) in
            [("OrderLine", "Order"), ("Line", "Item"), ("Shape2D", "Shape3D"), ("OrderLine", "BasketItem")]
        {
            assert!(!is_other_word(old, new), "{old} {new}");
        }
        assert!(is_part("OrderLine", "Order") && is_part("Attribute", "XAttribute") && is_part("Result", "IResult"));
        assert!(!is_part("Ordr", "Order") && !is_part("Orders", "Order") && !is_part("name", "nname"));
    }

    #[test]
    fn renamings() {
        for (old, new) in [
            ("Values", "ValuesCore"),
            ("Values", "NewValues"),
            ("GetItem", "FetchItem"),
            ("CreateReader", "MakeReader"),
            ("IsOpen", "HasOpen"),
            ("Reader", "Reader2"),
            ("_state", "_stateValue"),
            ("GrößeMessen", "größe"),
        ] {
            assert!(is_renaming(old, new), "{old} {new}");
        }
        for (old, new) in [
            ("Get", "Set"),
            ("GetItem", "SetItem"),
            ("GetLength", "GetFlat"),
            ("GetItem", "SetValue"),
            ("Open", "Close"),
            ("A", "B"),
        ] {
            assert!(!is_renaming(old, new), "{old} {new}");
        }
    }
}
