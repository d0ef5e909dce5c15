//! Names of generated members.

/// `name` in Pascal case: `Count` for `count`.
pub(crate) fn pascal_case(name: &str) -> String {
    let mut chars = name.trim_start_matches('@').chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
