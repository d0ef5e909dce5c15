//! # Re-export of a type
//!
//! With `isolatedModules` each file is compiled on its own, so the re-export of a type must use `export type`.
//!
//! ```typescript before
//! //@ error TS1205: Re-exporting a type when 'isolatedModules' is enabled requires using 'export type'.
//! //@ options: --isolatedModules
//! export { $0Shape$0, area } from './shape';
//! //- /shape.ts
//! export interface Shape { sides: number }
//! export const area = 1;
//! ```
//! ```typescript after
//! export { area } from './shape';
//! export type { Shape } from './shape';
//! //- /shape.ts
//! export interface Shape { sides: number }
//! export const area = 1;
//! ```
//!
//! ## Fix safety
//! `Safe`: a type has no value to export.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::descendants;
use syntax::typescript::unquoted;
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS1205", "TS1448"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(specifier) = ctx.token().and_then(|t| t.enclosing(&["export_specifier"])) else { return Vec::new() };
    let Some(statement) = specifier.enclosing(&["export_statement"]) else { return Vec::new() };
    let Some(keyword) = child_of_kind(statement, "export") else { return Vec::new() };
    if child_of_kind(statement, "type").is_some() || child_of_kind(specifier, "type").is_some() {
        return Vec::new();
    }
    let names = descendants(statement, &["export_specifier"]);
    let title = "Convert to type-only export";
    let reported = |at: usize| {
        let mut all = ctx.diagnostics.in_file(ctx.path()).iter();
        all.any(|d| CODES.contains(&d.code.as_str()) && d.range.start == at)
    };
    // An editor may send only one diagnostic, so which other names are types is read from the module.
    let module = statement.field("source").map(|s| unquoted(s.text_in(ctx.text())));
    let exports = module.map(|m| ctx.index.typescript().exports_of_specifier(ctx.path(), m)).unwrap_or_default();
    let exported_as_type = |name: Node<'_>| {
        let name = name.field("name").map_or("", |n| n.text_in(ctx.text()));
        let mut all = exports.iter().filter(|e| e.name == name).peekable();
        all.peek().is_some() && all.all(|e| e.type_only)
    };
    let is_type = |n: Node<'_>| n.id() == specifier.id() || reported(n.start_byte()) || exported_as_type(n);
    if names.iter().all(|n| is_type(*n)) {
        return vec![ctx.fix(title, Applicability::Safe).insert(keyword.end_byte(), " type").preferred().build()];
    }
    let types: Vec<Node<'_>> = names.iter().copied().filter(|n| is_type(*n)).collect();
    let fix = ctx.fix(title, Applicability::Safe).preferred();
    vec![match split(ctx, statement, &names, &types) {
        Some((names, second)) => fix.replace(names.0, names.1).insert(statement.end_byte(), second).build(),
        None => fix.insert(specifier.start_byte(), "type ").build(),
    }]
}

/// The statement with the values only, and a second statement for the types. `None` when comments or line breaks would be lost.
fn split(
    ctx: &RuleContext<'_>,
    statement: Node<'_>,
    names: &[Node<'_>],
    types: &[Node<'_>],
) -> Option<((std::ops::Range<usize>, String), String)> {
    let text = ctx.text();
    let written = statement.text_in(text);
    let clause = child_of_kind(statement, "export_clause")?;
    if written.contains(['\n', '\r']) || !descendants(statement, &["comment"]).is_empty() {
        return None;
    }
    let listed = |as_types: bool| -> String {
        let chosen = names.iter().filter(|n| types.iter().any(|t| t.id() == n.id()) == as_types);
        format!("{{ {} }}", chosen.map(|n| n.text_in(text)).collect::<Vec<_>>().join(", "))
    };
    let rest = text.get(clause.end_byte()..statement.end_byte())?;
    let eol = ctx.eol();
    let last = if statement.end_byte() == text.len() { eol } else { "" };
    let second = format!("{eol}export type {}{rest}{last}", listed(true));
    Some(((clause.byte_range(), listed(false)), second))
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn types_without_their_own_diagnostic_are_converted_too() {
        let message = "Re-exporting a type when 'isolatedModules' is enabled requires using 'export type'.";
        let module = "//- /a.ts\nexport type A = {};\nexport const B = 1;\nexport type C = {};\n";
        check_fix(
            rule_of(module_path!()),
            "TS1205",
            message,
            &format!("{module}//- /b.ts\nexport {{ $0A, B, C }} from './a';\n"),
            &format!("{module}//- /b.ts\nexport {{ B }} from './a';\nexport type {{ A, C }} from './a';\n"),
        );
    }
}
