//! What becomes of a use in C#.

use crate::carry::{Carried, Carrier, Site};
use diagnostics::SourceDiagnostic;
use syntax::{Node, ancestors};
use text::TextEdit;

pub(crate) struct CSharpCarrier;

/// Codes of diagnostics that may come from a declaration that changed.
const CODES: &[&str] = &[
    "CS0103", "CS0117", "CS1061", "CS0246", "CS0234", "CS0426", "CS7036", "CS1501", "CS1503", "CS1729", "CS1739",
    "CS0115", "CS0534", "CS0535", "CS0029", "CS0266", "CS0019", "CS0428", "CS1955", "CS0120", "CS0122", "CS0176",
    "CS0305", "CS0308", "CS0411", "CS1593", "CS0123", "CS4032", "CS1620", "CS1615",
];

impl Carrier for CSharpCarrier {
    fn codes(&self) -> &'static [&'static str] {
        CODES
    }

    fn regions<'t>(&self, _: &SourceDiagnostic, leaf: Node<'t>) -> Vec<Node<'t>> {
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
    use crate::testing::{check_nothing, check_safe};

    const THEN: &str = "//- /Order.cs\npublic class Order\n{\n    public void Submit(int n) { Log(n); Save(n); Tell(n); }\n    public void Cancel() { }\n}\n";
    const NOW: &str = "//- /Order.cs\npublic class Order\n{\n    public void Place(int n) { Log(n); Save(n); Tell(n); }\n    public void Cancel() { }\n}\n";

    #[test]
    fn a_use_gets_the_new_name() {
        check_safe(
            THEN,
            &format!("{NOW}//- /Use.cs\nclass Use {{ void M(Order o) {{ o.$0Submit(1); }} }}\n"),
            "CS1061",
            "'Order' does not contain a definition for 'Submit' and no accessible extension method 'Submit' accepting a first argument of type 'Order' could be found (are you missing a using directive or an assembly reference?)",
            "class Use { void M(Order o) { o.Place(1); } }\n",
        );
    }

    #[test]
    fn a_namesake_is_left_alone() {
        check_nothing(
            THEN,
            &format!("{NOW}//- /Use.cs\nclass Other {{ }}\nclass Use {{ void M(Other o) {{ o.$0Submit(1); }} }}\n"),
            "CS1061",
            "'Other' does not contain a definition for 'Submit'",
        );
    }
}
