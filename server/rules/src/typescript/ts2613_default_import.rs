//! # Default import of a named export, or named import of a default export
//!
//! ```typescript before
//! //@ error TS2613: Module '"/shape"' has no default export. Did you mean to use 'import { area } from "/shape"' instead?
//! import $0area$0 from './shape';
//! export const n = area;
//! //- /shape.ts
//! export const area = 1;
//! ```
//! ```typescript after
//! import { area } from './shape';
//! export const n = area;
//! //- /shape.ts
//! export const area = 1;
//! ```
//!
//! ## Fix safety
//! `Safe` when the module exports the name and has no default export. `Unsafe` from a named to a default import, because the default
//! export may be a different declaration.

use codegen::typescript::edit::list_item_deletion;
use fix::{Applicability, Fix, RuleContext};
use semantics::typo::is_slip;
use syntax::typescript::unquoted;
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS2613", "TS1192", "TS2614"];

fn to_named(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let statement = token.enclosing(&["import_statement"])?;
    let clause = child_of_kind(statement, "import_clause")?;
    let default = child_of_kind(clause, "identifier")?;
    let name = default.text_in(text);
    let module = unquoted(statement.field("source")?.text_in(text));
    let exports = ctx.index.typescript().exports_of_specifier(ctx.path(), module);
    let exported = exports.iter().any(|e| e.name == name);
    let suggested = *ctx.code() == "TS2613";
    if !exported && !suggested {
        // For a similar name, both the form of the import and the spelling are guesses.
        let similar: Vec<_> = exports.iter().filter(|e| is_slip(name, &e.name)).collect();
        let [export] = similar.as_slice() else { return None };
        if clause.named().len() > 1 {
            return None;
        }
        let title = format!("Use 'import {{ {} }}'", export.name);
        return Some(
            ctx.fix(title, Applicability::Unsafe)
                .replace(default.range(), format!("{{ {} as {name} }}", export.name))
                .build(),
        );
    }
    let fix = ctx.fix(format!("Use 'import {{ {name} }}'"), Applicability::Safe);
    let fix = match child_of_kind(clause, "named_imports") {
        None if child_of_kind(clause, "namespace_import").is_some() => return None,
        None => fix.replace(default.range(), format!("{{ {name} }}")),
        Some(named) => {
            let first = named.named().into_iter().next();
            let fix = fix.delete(default.start_byte()..named.start_byte());
            match first {
                Some(first) => fix.insert(first.start_byte(), format!("{name}, ")),
                None => return None,
            }
        }
    };
    Some(fix.preferred().build())
}

fn to_default(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let specifier = ctx.token()?.enclosing(&["import_specifier"])?;
    let statement = specifier.enclosing(&["import_statement"])?;
    let clause = child_of_kind(statement, "import_clause")?;
    let list = child_of_kind(clause, "named_imports")?;
    if child_of_kind(clause, "identifier").is_some() {
        return None;
    }
    let name = specifier.field("name")?.text_in(text);
    let module = unquoted(statement.field("source")?.text_in(text));
    let exports = ctx.index.typescript().exports_of_specifier(ctx.path(), module);
    // The name is a typo of an export, which the spelling fix handles.
    if exports.iter().any(|e| is_slip(name, &e.name) && e.name != "default") {
        return None;
    }
    let local = specifier.field("alias").unwrap_or(specifier.field("name")?).text_in(text);
    let certain = exports.iter().any(|e| e.name == "default" && e.local == name);
    let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix(format!("Use 'import {local}'"), applicability);
    let fix = if list.named().len() == 1 {
        fix.replace(list.range(), local)
    } else {
        fix.insert(list.start_byte(), format!("{local}, ")).delete(list_item_deletion(text, specifier))
    };
    Some(fix.preferred().build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = if *ctx.code() == "TS2614" { to_default(ctx) } else { to_named(ctx) };
    fix.into_iter().collect()
}
