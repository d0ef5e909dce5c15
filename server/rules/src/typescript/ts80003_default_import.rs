//! # Import that could be a default import
//!
//! With `allowSyntheticDefaultImports` a module with `export =` can be imported as a default import. Only editors report this; a build does not.
//!
//! ```typescript before
//! //@ suggestion TS80003: Import may be converted to a default import.
//! //@ options: --allowSyntheticDefaultImports
//! import * as $0area$0 from "./area";
//! area(1);
//! //- /area.d.ts
//! declare function area(n: number): number;
//! declare namespace area { }
//! export = area;
//! ```
//! ```typescript after
//! import area from "./area";
//! area(1);
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the value of the import at run time depends on how the code is compiled.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS80003"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token().filter(|t| t.kind() == "identifier") else { return Vec::new() };
    let Some(statement) = token.enclosing(&["import_statement"]) else { return Vec::new() };
    let name = token.text_in(text);
    let fix = ctx.fix("Convert to default import", Applicability::Unsafe).preferred();
    if let Some(namespace) = token.parent().filter(|p| p.kind() == "namespace_import") {
        return vec![fix.replace(namespace.range(), name).build()];
    }
    let Some(require) = child_of_kind(statement, "import_require_clause") else { return Vec::new() };
    let Some(module) = require.field("source") else { return Vec::new() };
    vec![fix.replace(require.range(), format!("{name} from {}", module.text_in(text))).build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn import_equals() {
        check_fix(
            rule_of(module_path!()),
            "TS80003",
            "Import may be converted to a default import.",
            "import $0a = require('./a');\n",
            "import a from './a';\n",
        );
    }
}
