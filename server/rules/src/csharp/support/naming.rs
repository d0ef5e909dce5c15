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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_whole_words() {
        assert_eq!(without_stem("HedgingOptions", "HedgingDelay"), ["Delay"]);
        assert_eq!(without_stem("IHedgingOptions", "HedgingOptionsDelay"), ["OptionsDelay", "Delay"]);
        assert_eq!(without_stem("Color", "ColorRed"), ["Red"]);
        assert!(without_stem("Color", "Colorful").is_empty() && without_stem("Options", "Delay").is_empty());
    }
}
