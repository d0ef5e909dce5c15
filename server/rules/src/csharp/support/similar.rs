//! How alike two names are: slips of the pen, and renamings.

/// How far `wrong` is from `right` as a slip of the pen; lower is nearer, `None`: not a slip.
pub(crate) fn slip(wrong: &str, right: &str) -> Option<u32> {
    if wrong == right {
        return None;
    }
    if wrong.to_lowercase() == right.to_lowercase() {
        return Some(1);
    }
    // A field and the parameter that it is set from: both are there on purpose.
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
            // A slip and a change of case count as less than two slips.
            if strsim::osa_distance(&wrong.to_lowercase(), &right.to_lowercase()) <= 1 { Some(3) } else { Some(4) }
        }
        _ => None,
    }
}

/// The words of a name: `GetItemAsync2` → `Get`, `Item`, `Async2`; underscores part words.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut previous_lower = false;
    for c in name.chars() {
        if c == '_' {
            previous_lower = false;
            out.push(String::new());
            continue;
        }
        if out.is_empty() || (c.is_uppercase() && previous_lower) {
            out.push(String::new());
        }
        previous_lower = c.is_lowercase() || c.is_numeric();
        if let Some(last) = out.last_mut() {
            last.extend(c.to_lowercase());
        }
    }
    out.retain(|w| !w.is_empty());
    out
}

/// Whether `new` looks like what `old` was renamed to: a word or number added, dropped or exchanged.
pub(crate) fn renamed(old: &str, new: &str) -> bool {
    if old == new || old.len() < 2 {
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
    let common = |x: &[String], y: &[String]| x.iter().zip(y).take_while(|(p, q)| p == q).count();
    let reversed = |v: &[String]| v.iter().rev().cloned().collect::<Vec<_>>();
    let front = common(short, long);
    let back = common(&reversed(short), &reversed(long));
    if long.len() > short.len() {
        // One or two words more, at one place.
        return long.len() - short.len() <= 2 && front + back >= short.len();
    }
    // As many words: only the verb is another, and one that means the same.
    short.len() >= 2
        && back + 1 == short.len()
        && SYNONYMS.iter().any(|s| s.contains(&a[0].as_str()) && s.contains(&b[0].as_str()))
}

/// Verbs that are exchanged for each other without meaning anything else.
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

/// Whether the new name has a word or number more than the old one.
pub(crate) fn extended(old: &str, new: &str) -> bool {
    renamed(old, new) && (words(new).len() > words(old).len() || new.starts_with(old))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        assert_eq!(slip("Lenght", "Length"), Some(2));
        assert_eq!(slip("length", "Length"), Some(1));
        assert_eq!(slip("foo", "bar"), None);
        assert!(slip("Cuont", "Count") < slip("Cuont", "Cuonter"));
        assert_eq!(slip("a", "b"), None);
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
        ] {
            assert!(renamed(old, new), "{old} {new}");
        }
        for (old, new) in [
            ("Get", "Set"),
            ("GetItem", "SetItem"),
            ("GetLength", "GetFlat"),
            ("GetItem", "SetValue"),
            ("Open", "Close"),
            ("A", "B"),
        ] {
            assert!(!renamed(old, new), "{old} {new}");
        }
    }
}
