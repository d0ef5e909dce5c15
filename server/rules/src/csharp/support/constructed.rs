//! What constructors give a value.

use index::Source;
use syntax::csharp::{descendants, identifiers_named};
use syntax::{NodeExt, ancestors};

/// Whether a constructor of the file assigns something of the name, or passes it on.
pub(crate) fn is_constructed(source: &Source, name: &str) -> bool {
    let text: &str = source.parsed.text();
    descendants(source.parsed.root()).filter(|n| n.kind() == "constructor_declaration").any(|constructor| {
        identifiers_named(constructor, text, name).any(|n| {
            ancestors(n).take_while(|a| *a != constructor).any(|a| {
                a.kind() == "argument"
                    || a.kind() == "assignment_expression"
                        && a.field("left").is_some_and(|l| l.range().contains_range(n.range()))
            })
        })
    })
}
