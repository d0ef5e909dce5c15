//! Which patterns of files cost more than a name.

/// Bytes of all patterns of a set that are more than a name: they become one automaton, which is up to a thousand times as large.
pub(crate) const MOST_WILD: usize = 32 << 10;

/// Whether a pattern is more than a name; such patterns of one set may be [`MOST_WILD`] long together.
pub(crate) fn is_wild(pattern: &str) -> bool {
    let rest = pattern.trim_start_matches("**/").trim_start_matches("*.");
    rest.contains(['*', '?', '[', '{'])
}
