//! # A type imported as a value
//!
//! With `verbatimModuleSyntax` imports without `type` stay in the emitted code, so types must be imported with `type`.
//!
//! ```typescript before
//! //@ error TS1484: 'Shape' is a type and must be imported using a type-only import when 'verbatimModuleSyntax' is enabled.
//! //@ options: --verbatimModuleSyntax
//! import { $0Shape$0 } from './shape';
//! export const square: Shape = { sides: 4 };
//! //- /shape.ts
//! export interface Shape { sides: number }
//! ```
//! ```typescript after
//! import type { Shape } from './shape';
//! export const square: Shape = { sides: 4 };
//! //- /shape.ts
//! export interface Shape { sides: number }
//! ```
//!
//! ## Fix safety
//! `Safe`: a type has no value, so the program does the same. `Unsafe` when the file also uses the name as a value: another declaration may have
//! it. No fix when something else stands there than what the message names.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::{is_member_name, is_type_position, occurrences};
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS1484", "TS1485"];

/// Whether the file writes `import { type A }` more often than `import type { A }`.
fn prefers_inline(root: Node<'_>) -> bool {
    let mut inline = 0usize;
    let mut whole = 0usize;
    for import in root.named().into_iter().filter(|n| n.kind() == "import_statement") {
        if child_of_kind(import, "type").is_some() {
            whole += 1;
        } else {
            inline += syntax::typescript::descendants(import, &["import_specifier"])
                .iter()
                .any(|s| child_of_kind(*s, "type").is_some()) as usize;
        }
    }
    inline > whole
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    if ctx.argument(0).is_some_and(|named| named != token.text_in(text)) {
        return Vec::new();
    }
    let Some(import) = token.enclosing(&["import_statement"]) else { return Vec::new() };
    let keyword = child_of_kind(import, "import");
    let (Some(keyword), None) = (keyword, child_of_kind(import, "type")) else { return Vec::new() };
    let Some(clause) = child_of_kind(import, "import_clause") else { return Vec::new() };
    let local = token.enclosing(&["import_specifier"]).and_then(|s| s.field("alias")).unwrap_or(token);
    let is_value = |n: &Node<'_>| {
        let within = import.byte_range().contains(&n.start_byte());
        let exported = n.parent().is_some_and(|p| p.kind() == "export_specifier");
        !within && !exported && !is_member_name(*n) && !is_type_position(*n)
    };
    let values = occurrences(ctx.root(), text, local.text_in(text)).iter().any(is_value);
    let safety = if values { Applicability::Unsafe } else { Applicability::Safe };
    let whole = || ctx.fix("Use 'import type'", safety).insert(keyword.end_byte(), " type").preferred().build();
    let Some(specifier) = token.enclosing(&["import_specifier"]) else {
        // A default import together with named imports cannot become one type-only import.
        return if clause.named().len() == 1 { vec![whole()] } else { Vec::new() };
    };
    let names = syntax::typescript::descendants(clause, &["import_specifier"]);
    let inline = || {
        let title = format!("Use 'type {}'", specifier.text_in(text));
        ctx.fix(title, safety).insert(specifier.start_byte(), "type ")
    };
    let alone = names.len() == 1 && clause.named().len() == 1;
    if alone && !prefers_inline(ctx.root()) {
        return vec![whole(), inline().build()];
    }
    vec![inline().preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn a_name_that_is_used_as_a_value_is_not_surely_a_type() {
        let rule = rule_of(module_path!());
        let message =
            "'A' is a type and must be imported using a type-only import when 'verbatimModuleSyntax' is enabled.";
        let types = "import { $0A, b } from './m';\nexport const a: A = b;\n";
        let after = "import { type A, b } from './m';\nexport const a: A = b;\n";
        check_fix_all(rule, "TS1484", message, &[], types, Some(after));
        let values = "import { $0A, b } from './m';\nexport const a = new A(b);\n";
        check_fix_all(rule, "TS1484", message, &[], values, None);
        check_fix(rule, "TS1484", message, values, &after.replace(": A = b", " = new A(b)"));
        check_no_fix(rule, "TS1484", message, "import { $0B } from './m';\nexport const a = new B();\n");
        check_no_fix(rule, "TS1484", message, "$0import { A } from './m';\n");
    }
}
