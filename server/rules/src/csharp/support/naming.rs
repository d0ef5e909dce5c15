//! Names of generated members.

/// `name` in Pascal case: `Count` for `count`.
pub(crate) fn pascal_case(name: &str) -> String {
    let mut chars = name.trim_start_matches('@').chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Names that `member` may have had or may have got where the name of its type begins it: `Delay` for `HedgingDelay` of `HedgingOptions`.
pub(crate) fn without_stem<'n>(type_name: &str, member: &'n str) -> Vec<&'n str> {
    let starts_word = |rest: &&str| rest.starts_with(|c: char| c.is_uppercase());
    stems(type_name).into_iter().filter_map(|stem| member.strip_prefix(stem)).filter(starts_word).collect()
}

/// The first word of a type's name, the first two, and so on up to all; without the `I` of an interface.
fn stems(type_name: &str) -> Vec<&str> {
    let bare = type_name
        .strip_prefix('I')
        .filter(|r| r.starts_with(char::is_uppercase) && r.chars().nth(1).is_some_and(char::is_lowercase));
    let name = bare.unwrap_or(type_name);
    let mut previous_lower = false;
    let mut out = Vec::new();
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && previous_lower {
            out.push(&name[..at]);
        }
        previous_lower = !c.is_uppercase();
    }
    out.push(name);
    out.retain(|stem| stem.chars().count() > 1);
    out
}

/// Words that mean opposite or paired things: one does not replace the other.
const PAIRS: &[[&str; 2]] = &[
    ["Add", "Remove"],
    ["After", "Before"],
    ["Begin", "End"],
    ["Bottom", "Top"],
    ["Close", "Open"],
    ["Column", "Row"],
    ["Disable", "Enable"],
    ["End", "Start"],
    ["Error", "Success"],
    ["Failure", "Success"],
    ["First", "Last"],
    ["From", "To"],
    ["Get", "Set"],
    ["Height", "Width"],
    ["In", "Out"],
    ["Input", "Output"],
    ["Key", "Value"],
    ["Left", "Right"],
    ["Lower", "Upper"],
    ["Max", "Min"],
    ["Maximum", "Minimum"],
    ["New", "Old"],
    ["Next", "Previous"],
    ["Off", "On"],
    ["Read", "Write"],
    ["Request", "Response"],
    ["Source", "Target"],
    ["Start", "Stop"],
];

/// Whether two names of the same number of words, two or more, differ by one word, and not by its opposite.
pub(crate) fn replaces_a_word(old: &str, new: &str) -> bool {
    let (a, b) = (words(old), words(new));
    if a.len() != b.len() || a.len() < 2 {
        return false;
    }
    let mut differing = a.iter().zip(&b).filter(|(x, y)| x != y);
    let (Some((x, y)), None) = (differing.next(), differing.next()) else { return false };
    let opposite = PAIRS
        .iter()
        .any(|[p, q]| [(p, q), (q, p)].iter().any(|(p, q)| p.eq_ignore_ascii_case(x) && q.eq_ignore_ascii_case(y)));
    let telling = |word: &&str| word.chars().count() > 3 && !COMMON.contains(word);
    let shared = a.iter().filter(|w| *w != x).any(telling);
    shared && !opposite && x.chars().count() > 1 && y.chars().count() > 1
}

/// Words that names have in common which have nothing else in common.
const COMMON: &[&str] = &[
    "Async", "Count", "Create", "Data", "Handle", "Handler", "Info", "Item", "Items", "List", "Load", "Make", "Name",
    "Size", "Text", "Type", "Value",
];

/// The words of a name in Pascal or camel case.
fn words(name: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let mut previous_lower = false;
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && previous_lower {
            starts.push(at);
        }
        previous_lower = !c.is_uppercase();
    }
    starts.push(name.len());
    starts.windows(2).map(|w| &name[w[0]..w[1]]).filter(|w| !w.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_is_replaced() {
        assert!(replaces_a_word("BehaviorAction", "BehaviorGenerator") && replaces_a_word("RetryLimit", "RepeatLimit"));
        for (old, new) in [
            ("MaxSize", "MinSize"),
            ("Action", "Generator"),
            ("ItemCount", "ItemCount"),
            ("FetchAsync", "RunAsync"),
            ("ItemCount", "ElementCount"),
            ("GetItem", "SetThing"),
            ("AB", "AC"),
        ] {
            assert!(!replaces_a_word(old, new), "{old} {new}");
        }
    }

    #[test]
    fn stems_are_whole_words() {
        assert_eq!(without_stem("HedgingOptions", "HedgingDelay"), ["Delay"]);
        assert_eq!(without_stem("IHedgingOptions", "HedgingOptionsDelay"), ["OptionsDelay", "Delay"]);
        assert_eq!(without_stem("Color", "ColorRed"), ["Red"]);
        assert!(without_stem("Color", "Colorful").is_empty() && without_stem("Options", "Delay").is_empty());
    }
}
