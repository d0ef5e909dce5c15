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

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe};

    const THEN: &str = "//- /order.ts\nexport class Order {\n  total = 0;\n  submit(n: number) { this.log(n); this.save(n); this.tell(n); }\n  cancel() {}\n}\n";
    const NOW: &str = "//- /order.ts\nexport class Order {\n  total = 0;\n  place(n: number) { this.log(n); this.save(n); this.tell(n); }\n  cancel() {}\n}\n";

    #[track_caller]
    fn check(before: &str, after: &str) {
        check_safe(
            THEN,
            &format!("{NOW}//- /use.ts\nimport {{ Order }} from './order';\n{before}"),
            "TS2339",
            "Property 'submit' does not exist on type 'Order'.",
            &format!("import {{ Order }} from './order';\n{after}"),
        );
    }

    #[test]
    fn a_member_gets_the_new_name_in_every_form() {
        check("export function f(o: Order) { o.$0submit(1); }\n", "export function f(o: Order) { o.place(1); }\n");
        check("export const f = (o?: Order) => o?.$0submit(1);\n", "export const f = (o?: Order) => o?.place(1);\n");
        check(
            "export const f = ({ $0submit }: Order) => submit(1);\n",
            "export const f = ({ place: submit }: Order) => submit(1);\n",
        );
        check(
            "export const f = ({ $0submit: s }: Order) => s(1);\n",
            "export const f = ({ place: s }: Order) => s(1);\n",
        );
    }

    #[test]
    fn a_property_of_a_literal_is_renamed() {
        let then = "//- /a.ts\nexport interface Options { width: number; depth: number; colour: string }\n";
        let now = "//- /a.ts\nexport interface Options { width: number; depth: number; color: string }\n";
        let before = "//- /use.ts\nimport { Options } from './a';\nconst colour = 'red';\nexport const o: Options = { width: 1, depth: 2, $0colour };\nexport const p: Options = { width: 1, depth: 2, colour: 'blue' };\n";
        check_safe(
            then,
            &format!("{now}{before}"),
            "TS2353",
            "Object literal may only specify known properties, but 'colour' does not exist in type 'Options'. Did you mean to write 'color'?",
            "import { Options } from './a';\nconst colour = 'red';\nexport const o: Options = { width: 1, depth: 2, color: colour };\nexport const p: Options = { width: 1, depth: 2, colour: 'blue' };\n",
        );
    }

    #[test]
    fn a_namesake_and_what_is_any_are_left_alone() {
        let message = "Property 'submit' does not exist on type 'Other'.";
        let other = "//- /use.ts\nimport { Order } from './order';\nclass Other {}\nexport function f(o: Other, p: Order) { o.$0submit(1); }\n";
        check_nothing(THEN, &format!("{NOW}{other}"), "TS2339", message);
        let any =
            "//- /use.ts\nimport { Order } from './order';\nexport function f(o: any, p: Order) { o.$0submit(1); }\n";
        check_nothing(THEN, &format!("{NOW}{any}"), "TS2339", message);
    }
}
