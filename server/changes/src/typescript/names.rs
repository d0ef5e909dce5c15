//! Another name.

use super::spot::Spot;
use syntax::NodeExt;
use text::TextEdit;

/// Writes the new name at a use; no edit when the name means something there already.
pub(super) fn rename(spot: &Spot<'_>, to: &str) -> Option<Vec<TextEdit>> {
    let leaf = spot.now.leaf;
    let from = spot.of_text(leaf);
    let is_member = !spot.site.change.container.is_empty();
    let parent = leaf.parent()?;
    let range = leaf.range();
    match leaf.kind() {
        // `{ name }`: the property gets another name, the variable keeps its own, or the other way round.
        "shorthand_property_identifier" if is_member => Some(vec![TextEdit::insert(range.start, format!("{to}: "))]),
        "shorthand_property_identifier" => Some(vec![TextEdit::replace(range, format!("{from}: {to}"))]),
        "shorthand_property_identifier_pattern" if is_member => {
            Some(vec![TextEdit::insert(range.start, format!("{to}: "))])
        }
        // A parameter that is a property, too, and the like: who else it means is not known.
        _ if parent.is(&["required_parameter", "optional_parameter"]) => None,
        _ => {
            let name = if syntax::typescript::is_identifier(to.trim_start_matches('#')) {
                to.to_owned()
            } else if parent.is(&["pair", "pair_pattern"]) {
                format!("'{}'", to.trim_matches(['\'', '"']))
            } else {
                return None;
            };
            Some(vec![TextEdit::replace(range, name)])
        }
    }
}
