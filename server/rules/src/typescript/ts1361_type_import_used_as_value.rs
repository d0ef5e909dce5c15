//! # A type-only import used as a value
//!
//! ```typescript before
//! //@ error TS1361: 'Shape' cannot be used as a value because it was imported using 'import type'.
//! import type { Shape } from './shape';
//! export const square = new $0Shape$0();
//! //- /shape.ts
//! export class Shape { sides = 4 }
//! ```
//! ```typescript after
//! import { Shape } from './shape';
//! export const square = new Shape();
//! //- /shape.ts
//! export class Shape { sides = 4 }
//! ```
//!
//! ## Fix safety
//! `Safe`: the code uses the value, so the module must be loaded; without the import the code cannot run.

use fix::{Applicability, Fix, FixBuilder, RuleContext};
use syntax::typescript::descendants;
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS1361"];

fn local<'a>(specifier: Node<'_>, text: &'a str) -> Option<&'a str> {
    Some(specifier.field("alias").or(specifier.field("name"))?.text_in(text))
}

/// Whether types must be imported with `type` (`verbatimModuleSyntax`): the other names of the import then need their own `type`.
fn strict_about_types(ctx: &RuleContext<'_>) -> bool {
    let project = ctx.index.typescript().project(ctx.path());
    project.flag("verbatimModuleSyntax") || project.flag("preserveValueImports")
}

fn without_type<'a>(
    ctx: &RuleContext<'a>,
    fix: FixBuilder<'a>,
    import: Node<'_>,
    name: &str,
) -> Option<FixBuilder<'a>> {
    let text = ctx.text();
    let specifiers = descendants(import, &["import_specifier"]);
    let after = |n: Node<'_>| n.next_sibling().map_or(n.end_byte(), |next| next.start_byte());
    if let Some(keyword) = child_of_kind(import, "type") {
        let mut fix = fix.delete(keyword.start_byte()..after(keyword));
        if strict_about_types(ctx) {
            let reported = |n: &str| {
                let mut all = ctx.diagnostics.in_file(ctx.path()).iter();
                all.any(|d| d.code == "TS1361" && d.argument(0) == Some(n))
            };
            for other in specifiers {
                if local(other, text).is_some_and(|l| l != name && !reported(l)) {
                    fix = fix.insert(other.start_byte(), "type ");
                }
            }
        }
        return Some(fix);
    }
    let specifier = specifiers.into_iter().find(|s| local(*s, text) == Some(name))?;
    let keyword = child_of_kind(specifier, "type")?;
    Some(fix.delete(keyword.start_byte()..after(keyword)))
}

fn binds(import: Node<'_>, text: &str, name: &str) -> bool {
    syntax::typescript::occurrences(import, text, name).into_iter().any(syntax::typescript::is_declaration_name)
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(name) = ctx.argument(0) else { return Vec::new() };
    // JSX uses the name of its factory without writing it.
    let used = |t: Node<'_>| {
        t.text_in(text) == name || t.enclosing(&["jsx_opening_element", "jsx_self_closing_element"]).is_some()
    };
    if !ctx.token().is_some_and(used) {
        return Vec::new();
    }
    let imports: Vec<_> = ctx.root().named().into_iter().filter(|n| n.kind() == "import_statement").collect();
    let Some(import) = imports.iter().copied().find(|i| binds(*i, text, name)) else { return Vec::new() };
    let Some(source) = import.field("source") else { return Vec::new() };
    let module = syntax::typescript::unquoted(source.text_in(text));
    let whole = child_of_kind(import, "type").is_some();
    let title = if whole {
        format!("Remove 'type' from import declaration from \"{module}\"")
    } else {
        format!("Remove 'type' from import of '{name}' from \"{module}\"")
    };
    // A name that the module itself exports as a type only is reported as TS1362; it cannot be made a value here.
    let fix = without_type(ctx, ctx.fix(title, Applicability::Safe), import, name);
    fix.map(|f| f.preferred().isolated(format!("import-type:{}", import.start_byte())).build()).into_iter().collect()
}
