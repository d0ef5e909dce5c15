//! What becomes of a use in TypeScript.

use crate::carry::{Carried, Carrier, Site};
use diagnostics::SourceDiagnostic;
use semantics::Semantics;
use syntax::{Node, ancestors};
use text::TextEdit;

pub(crate) struct TypeScriptCarrier;

/// Codes of diagnostics that may come from a declaration that changed.
const CODES: &[&str] = &[
    "TS2304", "TS2305", "TS2307", "TS2339", "TS2345", "TS2322", "TS2551", "TS2552", "TS2554", "TS2555", "TS2559",
    "TS2613", "TS2614", "TS2673", "TS2674", "TS2694", "TS2707", "TS2724", "TS2349", "TS2353", "TS2314", "TS2416",
    "TS2420", "TS2425", "TS2426", "TS2531", "TS2532", "TS18047", "TS18048", "TS2769", "TS2741", "TS2739", "TS2740",
    "TS2561", "TS4113", "TS4117",
];

impl Carrier for TypeScriptCarrier {
    fn codes(&self) -> &'static [&'static str] {
        CODES
    }

    fn regions<'t>(&self, _: Semantics<'t>, _: &SourceDiagnostic, leaf: Node<'t>) -> Vec<Node<'t>> {
        let statement = ancestors(leaf)
            .find(|n| n.kind().ends_with("_statement") && n.kind() != "block" || n.kind().ends_with("_declaration"));
        vec![statement.unwrap_or(leaf)]
    }

    fn carry(&self, site: &Site<'_>) -> Option<Carried> {
        let (_, to) = site.change.renamed()?;
        (site.change.kinds.len() == 1).then(|| Carried::edits(vec![TextEdit::replace(site.name, to)]))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_safe;

    #[test]
    fn a_use_gets_the_new_name() {
        check_safe(
            "//- /order.ts\nexport class Order {\n  submit(n: number) { this.log(n); this.save(n); this.tell(n); }\n  cancel() {}\n}\n",
            "//- /order.ts\nexport class Order {\n  place(n: number) { this.log(n); this.save(n); this.tell(n); }\n  cancel() {}\n}\n//- /use.ts\nimport { Order } from './order';\nexport function f(o: Order) { o.$0submit(1); }\n",
            "TS2339",
            "Property 'submit' does not exist on type 'Order'.",
            "import { Order } from './order';\nexport function f(o: Order) { o.place(1); }\n",
        );
    }
}
