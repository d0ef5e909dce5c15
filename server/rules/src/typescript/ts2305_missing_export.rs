//! # Imported name that the module does not export
//!
//! The name is misspelled, was renamed, or is declared in another module.
//!
//! ```typescript before
//! //@ error TS2724: '"./shape"' has no exported member named 'perimter'. Did you mean 'perimeter'?
//! import { $0perimter$0 } from './shape';
//! export const n = perimter(2);
//! //- /shape.ts
//! export function perimeter(sides: number) { return sides; }
//! ```
//! ```typescript after
//! import { perimeter } from './shape';
//! export const n = perimeter(2);
//! //- /shape.ts
//! export function perimeter(sides: number) { return sides; }
//! ```
//!
//! ## Fix safety
//! `Safe` when the imported name is a typo of exactly one export of the module, when the file uses one similar export without importing
//! it, or when exactly one other declaration of the workspace is exported under the name. Renamed exports are `Safe` only when several
//! places still use the old name; otherwise `Unsafe`.

use super::support::spelling::{is_free, is_fresh, is_renaming, rename_uses, takes, uses_of_import};
use codegen::typescript::candidates::{Candidate, Exported, Meaning, candidates, is_certain};
use codegen::typescript::edit::{line_deletion, list_item_deletion};
use fix::{Applicability, Fix, FixBuilder, RuleContext};
use index::DeclarationKind;
use index::typescript::TsExport;
use semantics::typo::is_slip;
use semantics::typo::is_typo;
use syntax::typescript::occurrences;
use syntax::typescript::unquoted;
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS2305", "TS2724", "TS2614", "TS2460"];

struct Wrong<'a, 't> {
    specifier: Node<'t>,
    name: Node<'t>,
    text: &'a str,
    alias: Option<&'a str>,
    statement: Node<'t>,
    module: &'a str,
}

fn wrong<'a>(ctx: &RuleContext<'a>) -> Option<Wrong<'a, 'a>> {
    let text = ctx.text();
    let specifier = ctx.token()?.enclosing(&["import_specifier", "export_specifier"])?;
    let statement = specifier.enclosing(&["import_statement", "export_statement"])?;
    let name = specifier.field("name")?;
    let module = unquoted(statement.field("source")?.text_in(text));
    let alias = specifier.field("alias").map(|a| a.text_in(text));
    Some(Wrong { specifier, name, text: name.text_in(text), alias, statement, module })
}

/// Whether the export fits the import: a type-only import accepts anything, a name used as a value needs a value.
fn usable(ctx: &RuleContext<'_>, wrong: &Wrong<'_, '_>, export: &TsExport) -> bool {
    if !export.type_only || wrong.specifier.kind() == "export_specifier" {
        return true;
    }
    let local = wrong.alias.unwrap_or(wrong.text);
    uses_of_import(ctx.root(), ctx.text(), local)
        .is_none_or(|uses| uses.iter().all(|u| codegen::typescript::candidates::meaning(*u) != Meaning::Value))
}

/// Changes the imported name to `right`, and renames its uses in the file unless another declaration shadows it.
fn rename_import<'a>(ctx: &RuleContext<'a>, wrong: &Wrong<'a, 'a>, right: &str, applicability: Applicability) -> Fix {
    let fix = ctx.fix(format!("Change spelling to '{right}'"), applicability);
    let at = wrong.name.range();
    if wrong.alias.is_some() {
        return fix.replace(at, right).build();
    }
    if wrong.specifier.kind() == "export_specifier" {
        // The name under which this file re-exports it stays the same.
        return fix.replace(at, format!("{right} as {}", wrong.text)).build();
    }
    let uses = uses_of_import(ctx.root(), ctx.text(), wrong.text);
    let taken = !is_free(ctx, right);
    match uses {
        Some(uses) if uses.is_empty() => fix.replace(at, right).build(),
        Some(uses) if !taken => rename_uses(fix.replace(at, right), &uses, wrong.text, right).build(),
        _ => fix.replace(at, format!("{right} as {}", wrong.text)).build(),
    }
}

/// Removes the name from its import and imports it from the module that exports it.
fn move_import<'a>(ctx: &RuleContext<'a>, wrong: &Wrong<'a, 'a>, to: &Candidate, applicability: Applicability) -> Fix {
    let local = wrong.alias.unwrap_or(wrong.text);
    let type_only =
        child_of_kind(wrong.statement, "type").is_some() || child_of_kind(wrong.specifier, "type").is_some();
    let fix: FixBuilder<'a> = ctx.fix(format!("Import '{}' from \"{}\"", wrong.text, to.specifier), applicability);
    let names = wrong.specifier.parent().map_or(0, |p| p.named().len());
    let clause = wrong.specifier.enclosing(&["import_clause"]).map_or(0, |c| c.named().len());
    if names == 1 && clause == 1 && to.exported == Exported::Named(wrong.text.to_owned()) && !to.imported {
        // Only the module specifier of the statement changes.
        let Some(source) = wrong.statement.field("source") else { return fix.build() };
        let inner = source.start_byte() + 1..source.end_byte() - 1;
        return fix.replace(inner, to.specifier.clone()).build();
    }
    let range = match names {
        1 if clause == 1 => line_deletion(ctx.text(), wrong.statement.range()),
        1 => wrong.specifier.parent().map_or(wrong.specifier.range(), |p| list_item_deletion(ctx.text(), p)),
        _ => list_item_deletion(ctx.text(), wrong.specifier),
    };
    fix.delete(range).import(to.request(&to.specifier, local, type_only)).build()
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(wrong) = wrong(ctx) else { return Vec::new() };
    let typescript = ctx.index.typescript();
    let exports: Vec<TsExport> = typescript
        .exports_of_specifier(ctx.path(), wrong.module)
        .into_iter()
        .filter(|e| e.name != "default" && e.name != "=" && usable(ctx, &wrong, e))
        .collect();
    let siblings: Vec<&str> = wrong
        .specifier
        .parent()
        .map(|p| p.named().into_iter().filter_map(|s| Some(s.field("name")?.text_in(ctx.text()))).collect())
        .unwrap_or_default();
    let suggested = match ctx.code().as_str() {
        "TS2724" | "TS2460" => ctx.argument(2),
        _ => None,
    };
    let unresolved = |name: &str| {
        let mut all = ctx.diagnostics.in_file(ctx.path()).iter();
        all.any(|d| {
            matches!(d.code.as_str(), "TS2304" | "TS2552" | "TS2503" | "TS18004") && d.argument(0) == Some(name)
        })
    };
    let wrong_is_used =
        wrong.alias.is_some() || uses_of_import(ctx.root(), ctx.text(), wrong.text).is_none_or(|uses| !uses.is_empty());
    // The file uses an export of this module that it does not import, and does not use the name that it imports.
    let missed: Vec<&str> = exports
        .iter()
        .map(|e| e.name.as_str())
        .filter(|e| {
            !wrong_is_used
                && unresolved(e)
                && (is_slip(wrong.text, e) || is_renaming(e, wrong.text) || is_renaming(wrong.text, e))
        })
        .collect();
    if let [right] = missed.as_slice() {
        return vec![preferred(rename_import(ctx, &wrong, right, Applicability::Safe))];
    }
    if *ctx.code() == "TS2460"
        && let Some(right) = suggested
    {
        // The module exports the declaration under another name, which the message contains.
        return vec![preferred(rename_import(ctx, &wrong, right, Applicability::Safe))];
    }
    let mut out = Vec::new();
    let typos: Vec<&str> =
        exports.iter().map(|e| e.name.as_str()).filter(|e| is_slip(wrong.text, e) && !siblings.contains(e)).collect();
    let meaning = if exports.is_empty() { Meaning::Value } else { expected_meaning(ctx, &wrong) };
    let elsewhere: Vec<Candidate> = candidates(ctx, wrong.text, meaning)
        .into_iter()
        .filter(|c| c.specifier != wrong.module && c.exported != Exported::Namespace)
        // Leave out modules of the workspace that re-export a name whose declaration is missing.
        .filter(|c| c.declaration.is_some() || !c.own)
        .collect();
    if elsewhere.is_empty() {
        let best = match (typos.as_slice(), suggested) {
            ([only], _) if is_typo(wrong.text, only) => Some((*only, Applicability::Safe)),
            ([only], _) => Some((*only, Applicability::Unsafe)),
            (_, Some(s)) if exports.iter().any(|e| e.name == s) || exports.is_empty() => {
                Some((s, Applicability::Unsafe))
            }
            _ => None,
        };
        if let Some((right, applicability)) = best {
            out.push(preferred(rename_import(ctx, &wrong, right, applicability)));
        }
    }
    let certain = typos.is_empty() && is_certain(&elsewhere) && elsewhere.first().is_some_and(|c| c.own);
    for (i, candidate) in elsewhere.iter().take(4).enumerate() {
        if wrong.statement.kind() == "export_statement" {
            break;
        }
        let applicability = if i == 0 && certain { Applicability::Safe } else { Applicability::Unsafe };
        out.push(move_import(ctx, &wrong, candidate, applicability));
    }
    if out.is_empty() || !elsewhere.is_empty() {
        out.extend(typos.iter().map(|s| rename_import(ctx, &wrong, s, Applicability::Unsafe)));
    }
    if out.is_empty() || typos.is_empty() {
        let all: Vec<&str> = exports
            .iter()
            .map(|e| e.name.as_str())
            .filter(|e| is_renaming(wrong.text, e) && !siblings.contains(e))
            .collect();
        // Of several candidates, prefer the one that is not used yet, or those that no file imports. This only helps as long as the other
        // files have not been fixed.
        let fresh: Vec<&str> = match all.as_slice() {
            [] | [_] => Vec::new(),
            _ => all.iter().copied().filter(|e| is_fresh(ctx, e)).collect(),
        };
        let renamed: Vec<&str> = match (all.as_slice(), fresh.as_slice()) {
            ([_], _) => all.clone(),
            (_, [_]) => fresh.clone(),
            _ => all.iter().copied().filter(|e| is_unknown_elsewhere(ctx, e)).collect(),
        };
        let lone = all.len() == 1 || fresh.len() == 1;
        // Other files report the old name as missing too, so it was renamed, not removed.
        let askers = ctx.diagnostics.iter().filter(|d| {
            let asks = matches!(d.code.as_str(), "TS2305" | "TS2724" | "TS2614") && d.argument(1) == Some(wrong.text);
            let misses = matches!(d.code.as_str(), "TS2304" | "TS2552") && d.argument(0) == Some(wrong.text);
            *d.path != *ctx.path() && (asks || misses)
        });
        let sure = elsewhere.is_empty()
            && lone
            && askers.take(1).count() == 1
            && !is_declared_unexported(ctx, &wrong)
            && accept_calls(ctx, &wrong, &exports, &renamed);
        let applicability = if sure { Applicability::Safe } else { Applicability::Unsafe };
        if let ([right], true) = (renamed.as_slice(), lone || suggested.is_none_or(|s| renamed.contains(&s))) {
            out.retain(|f| f.title != format!("Change spelling to '{right}'"));
            out.insert(0, preferred(rename_import(ctx, &wrong, right, applicability)));
        } else {
            out.extend(renamed.iter().take(3).map(|right| rename_import(ctx, &wrong, right, Applicability::Unsafe)));
        }
    }
    out
}

fn preferred(fix: Fix) -> Fix {
    fix.preferred()
}

fn expected_meaning(ctx: &RuleContext<'_>, wrong: &Wrong<'_, '_>) -> Meaning {
    let local = wrong.alias.unwrap_or(wrong.text);
    if codegen::typescript::candidates::used_as_type_only(ctx.root(), ctx.text(), local)
        && occurrences(ctx.root(), ctx.text(), local).len() > 1
    {
        return Meaning::Type;
    }
    Meaning::Value
}

/// Whether the functions called `names` accept the arguments of the calls in the file.
fn accept_calls(ctx: &RuleContext<'_>, wrong: &Wrong<'_, '_>, exports: &[TsExport], names: &[&str]) -> bool {
    let local = wrong.alias.unwrap_or(wrong.text);
    let uses = uses_of_import(ctx.root(), ctx.text(), local).unwrap_or_default();
    let calls: Vec<Node<'_>> = uses
        .iter()
        .filter_map(|u| u.parent().filter(|c| c.kind() == "call_expression" && c.field("function") == Some(*u)))
        .collect();
    let named = exports.iter().filter(|e| names.contains(&e.name.as_str()));
    named
        .filter_map(|e| ctx.index.typescript().declaration(e.declaration.as_ref()?))
        .all(|d| d.kind != DeclarationKind::Function || calls.iter().all(|call| takes(&d.parameters, *call)))
}

/// Whether the module, or a module that it re-exports, declares the name without exporting it. Then it was not renamed.
fn is_declared_unexported(ctx: &RuleContext<'_>, wrong: &Wrong<'_, '_>) -> bool {
    let target = ctx.index.typescript().resolve_module(ctx.path(), wrong.module);
    target.is_some_and(|t| !super::ts2459_not_exported::unexported_in_re_exports(ctx, &t, wrong.text).is_empty())
}

/// Whether no other file imports `name` yet, as is the case for a name that was just renamed.
fn is_unknown_elsewhere(ctx: &RuleContext<'_>, name: &str) -> bool {
    ctx.index.files().filter(|f| f.as_ref() != ctx.path()).all(|file| {
        ctx.index.outline(file).is_none_or(|o| {
            let importing = o.imports.iter().filter(|i| i.kind == index::ImportKind::Import);
            importing.flat_map(|i| &i.names).all(|n| n.name != name)
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn import_is_renamed_to_the_name_that_the_file_uses() {
        check_fix(
            rule_of(module_path!()),
            "TS2305",
            "Module '\"./m\"' has no exported member 'formats'.",
            "import { $0formats, other } from './m';\nformats(other);\n//- /m.ts\nexport const format = 1, other = 2;\n",
            "import { format, other } from './m';\nformat(other);\n",
        );
    }

    #[test]
    fn moved_names_are_imported_from_their_new_module() {
        check_fix(
            rule_of(module_path!()),
            "TS2305",
            "Module '\"./m\"' has no exported member 'format'.",
            "import { $0format, other } from './m';\nformat(other);\n//- /m.ts\nexport const other = 2;\n//- /n.ts\nexport const format = 1;\n",
            "import { other } from './m';\nimport { format } from './n';\nformat(other);\n",
        );
        check_fix(
            rule_of(module_path!()),
            "TS2305",
            "Module '\"./m\"' has no exported member 'format'.",
            "import { $0format } from './m';\nformat(1);\n//- /m.ts\nexport const other = 2;\n//- /n.ts\nexport const format = 1;\n",
            "import { format } from './n';\nformat(1);\n",
        );
    }

    #[test]
    fn shadowed_names_keep_the_old_name_as_alias() {
        check_fix(
            rule_of(module_path!()),
            "TS2724",
            "'\"./m\"' has no exported member named 'formt'. Did you mean 'format'?",
            "import { $0formt } from './m';\nfunction f(formt: string) { return formt; }\nf(formt);\n//- /m.ts\nexport const format = 1;\n",
            "import { format as formt } from './m';\nfunction f(formt: string) { return formt; }\nf(formt);\n",
        );
    }
}
