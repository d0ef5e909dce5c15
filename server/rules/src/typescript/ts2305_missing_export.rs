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
//! it, or when exactly one other declaration of the workspace is exported under the name and other files import it from there, whatever the
//! compiler suggests. Its suggestion is `Unsafe` unless the module itself still uses the old name. A module that merely exports the same name is `Unsafe`, too: it
//! may mean something else. Where the module, or one that it re-exports, has a syntax error or a path that leads nowhere, names are missing because
//! of that: only typos are respelt then. An export whose name has a word more or another word is shown, but never applied in bulk,
//! unless it is all that the module exports; neither is another module's export where several modules have one of that name, nor a suggestion that some file imports beside the name.

use super::support::spelling::{has_more_words, is_free, is_fresh, is_renaming, rename_uses, uses_of_import};
use codegen::typescript::candidates::{Candidate, Exported, Meaning, candidates, is_certain};
use codegen::typescript::edit::{line_deletion, list_item_deletion};
use fix::{Applicability, Bulk, Fix, FixBuilder, RuleContext};
use index::typescript::TsExport;
use semantics::typo::{differ_in_number, is_slip, is_typo};
use std::path::Path;
use std::sync::Arc;
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

/// How many modules are looked at for faults that hide exports.
const MOST_MODULES: usize = 300;

/// Whether the module, or one whose exports it passes on, has a fault that hides what it exports: it does not parse, or a path leads nowhere.
fn is_broken(ctx: &RuleContext<'_>, wrong: &Wrong<'_, '_>) -> bool {
    let typescript = ctx.index.typescript();
    let mut open: Vec<Arc<Path>> = typescript.resolve_module(ctx.path(), wrong.module).into_iter().collect();
    let mut seen: Vec<Arc<Path>> = Vec::new();
    while let Some(module) = open.pop() {
        if seen.contains(&module) || seen.len() >= MOST_MODULES || *module == *ctx.path() {
            continue;
        }
        if ctx.diagnostics.is_unparsed(&module)
            || ctx.diagnostics.with_codes(&module, &["TS2307", "TS2792"]).next().is_some()
        {
            return true;
        }
        if let Some(source) = ctx.index.source(&module) {
            let text = source.parsed.text();
            let statements = source.parsed.root().named().into_iter().filter(|n| n.kind() == "export_statement");
            let paths = statements.filter_map(|s| Some(unquoted(s.field("source")?.text_in(text))));
            open.extend(paths.filter_map(|path| typescript.resolve_module(&module, path)));
        }
        seen.push(module);
    }
    false
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(wrong) = wrong(ctx) else { return Vec::new() };
    let mut out = offers(ctx, &wrong);
    let unsure = |f: &Fix| f.applicability != Applicability::DisplayOnly && !f.title.starts_with(SPELLING);
    let typo = |f: &Fix| f.title.strip_prefix(SPELLING).is_some_and(|t| is_typo(wrong.text, t.trim_matches('\'')));
    if out.iter().any(|f| unsure(f) || f.title.starts_with(SPELLING) && !typo(f)) && is_broken(ctx, &wrong) {
        for fix in out.iter_mut().filter(|f| !typo(f)) {
            fix.applicability = Applicability::DisplayOnly;
        }
    }
    out
}

const SPELLING: &str = "Change spelling to ";

fn offers<'a>(ctx: &RuleContext<'a>, wrong: &Wrong<'a, 'a>) -> Vec<Fix> {
    let typescript = ctx.index.typescript();
    let all = typescript.exports_of_specifier(ctx.path(), wrong.module);
    let exports: Vec<&TsExport> =
        all.iter().filter(|e| e.name != "default" && e.name != "=" && usable(ctx, wrong, e)).collect();
    // Another fix brought the name back.
    if exports.iter().any(|e| e.name == wrong.text) {
        return Vec::new();
    }
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
        let mut all = ctx.diagnostics.naming_in(ctx.path(), name);
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
                && (is_slip(wrong.text, e) || is_renaming(e, wrong.text) || is_renaming(wrong.text, e))
                && unresolved(e)
        })
        .collect();
    if let [right] = missed.as_slice() {
        return vec![preferred(rename_import(ctx, wrong, right, Applicability::Safe))];
    }
    if *ctx.code() == "TS2460"
        && let Some(right) = suggested
    {
        // The module exports the declaration under another name, which the message contains.
        return vec![preferred(rename_import(ctx, wrong, right, Applicability::Safe))];
    }
    // Where both names were imported together, neither is the other's new name: a person has to choose.
    let respelt = |right: &str, applicability: Applicability| {
        let mut fix = rename_import(ctx, wrong, right, applicability);
        if applicability != Applicability::Safe && are_side_by_side(ctx, wrong.text, right) {
            fix.bulk = Bulk::Manual;
        }
        preferred(fix)
    };
    let mut out = Vec::new();
    // The compiler sees exports that are not seen here.
    if let Some(right) = suggested
        && is_typo(wrong.text, right)
        && !differ_in_number(wrong.text, right)
        && !siblings.contains(&right)
        && !exports.iter().any(|e| e.name != right && is_typo(wrong.text, &e.name))
    {
        return vec![preferred(rename_import(ctx, wrong, right, Applicability::Safe))];
    }
    let typos: Vec<&str> =
        exports.iter().map(|e| e.name.as_str()).filter(|e| is_slip(wrong.text, e) && !siblings.contains(e)).collect();
    let meaning = if exports.is_empty() { Meaning::Value } else { expected_meaning(ctx, wrong) };
    let elsewhere: Vec<Candidate> = candidates(ctx, wrong.text, meaning)
        .into_iter()
        .filter(|c| c.specifier != wrong.module && c.exported != Exported::Namespace)
        // Leave out modules of the workspace that re-export a name whose declaration is missing.
        .filter(|c| c.declaration.is_some() || !c.own)
        .collect();
    if elsewhere.is_empty() {
        let best = match (typos.as_slice(), suggested) {
            ([only], _) if is_typo(wrong.text, only) && !differ_in_number(wrong.text, only) => {
                Some((*only, Applicability::Safe))
            }
            ([only], _) => Some((*only, Applicability::Unsafe)),
            (_, Some(s)) if exports.iter().any(|e| e.name == s) || exports.is_empty() => {
                let safe = has_more_words(wrong.text, s) && is_renamed_halfway(ctx, wrong);
                Some((s, if safe { Applicability::Safe } else { Applicability::Unsafe }))
            }
            _ => None,
        };
        if let Some((right, applicability)) = best {
            out.push(respelt(right, applicability));
        }
    }
    // The module has one export alone, and that is the name with a word more.
    if let [only] = exports.as_slice()
        && out.is_empty()
        && (elsewhere.is_empty() || suggested != Some(only.name.as_str()))
        && is_renaming(wrong.text, &only.name)
        && has_more_words(wrong.text, &only.name)
        && is_fresh(ctx, &only.name)
    {
        out.push(preferred(rename_import(ctx, wrong, &only.name, Applicability::Unsafe)));
    }
    // Others import the very name from one module: it moved there.
    let certain = typos.is_empty()
        && wrong.statement.kind() != "export_statement"
        && is_certain(&elsewhere)
        && elsewhere.first().is_some_and(|c| c.own && c.votes > 0);
    let suggestion = suggested
        .filter(|s| !elsewhere.is_empty() && exports.iter().any(|e| e.name == *s) && !typos.contains(s))
        .map(|right| respelt(right, Applicability::Unsafe));
    let (first, last) = if certain { (None, suggestion) } else { (suggestion, None) };
    out.extend(first);
    for (i, candidate) in elsewhere.iter().take(4).enumerate() {
        if wrong.statement.kind() == "export_statement" {
            break;
        }
        // Of many things of one name none is more likely than the module that is named.
        let many = elsewhere.iter().any(|c| c.own && candidate.own && c.declaration != candidate.declaration);
        let applicability = match (i == 0 && certain, many && !is_certain(&elsewhere)) {
            (true, _) => Applicability::Safe,
            (_, true) => Applicability::DisplayOnly,
            _ => Applicability::Unsafe,
        };
        out.push(move_import(ctx, wrong, candidate, applicability));
    }
    out.extend(last);
    if out.is_empty() || !elsewhere.is_empty() {
        out.extend(typos.iter().map(|s| rename_import(ctx, wrong, s, Applicability::Unsafe)));
    }
    if out.is_empty() || typos.is_empty() {
        // A name of which a word is new or another one is more often a different thing than a new name.
        let renamed = exports
            .iter()
            .map(|e| e.name.as_str())
            .filter(|e| is_renaming(wrong.text, e) && !siblings.contains(e) && Some(*e) != suggested)
            .filter(|e| out.iter().all(|f| f.title != format!("{SPELLING}'{e}'")))
            .collect::<Vec<_>>();
        out.extend(
            renamed.into_iter().take(3).map(|right| rename_import(ctx, wrong, right, Applicability::DisplayOnly)),
        );
    }
    out
}

/// Whether the module itself still uses the name that it does not declare any more: then its declaration was renamed.
fn is_renamed_halfway(ctx: &RuleContext<'_>, wrong: &Wrong<'_, '_>) -> bool {
    let module = ctx.index.typescript().resolve_module(ctx.path(), wrong.module);
    module.is_some_and(|module| {
        let mut there = ctx.diagnostics.naming_in(&module, wrong.text);
        there.any(|d| matches!(d.code.as_str(), "TS2304" | "TS2552" | "TS2503") && d.argument(0) == Some(wrong.text))
    })
}

/// Whether an import or re-export of the workspace names both.
fn are_side_by_side(ctx: &RuleContext<'_>, a: &str, b: &str) -> bool {
    /// Files that are looked at.
    const MOST: usize = 200;
    ctx.index.files_with_word(a, ctx.source.parsed.language()).iter().take(MOST).any(|file| {
        let Some(outline) = ctx.index.outline(file) else { return false };
        let names = |i: &index::Import, name: &str| i.names.iter().any(|n| n.name == name);
        outline.imports.iter().any(|i| names(i, a) && names(i, b))
    })
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

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_beside};

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
    fn a_name_of_another_module_or_with_another_word_may_be_another_thing() {
        let rule = rule_of(module_path!());
        let module = |exports: &str| format!("import {{ $0serve }} from './m';\nserve('a');\n//- /m.ts\n{exports}\n");
        let gone = "Module '\"./m\"' has no exported member 'serve'.";
        let meant = "'\"./m\"' has no exported member named 'serve'. Did you mean 'newServe'?";
        let other = "//- /pages/p.ts\nexport const serve = 1;";
        check_fix_all(rule, "TS2305", gone, &[], &module(&format!("export const x = 1;\n{other}")), None);
        let practised =
            format!("export const x = 1;\n{other}\n//- /q.ts\nimport {{ serve }} from './pages/p';\nserve;");
        let after = "import { serve } from './pages/p';\nserve('a');\n";
        check_fix_all(rule, "TS2305", gone, &[], &module(&practised), Some(after));
        // What the compiler suggests comes first, and is a guess.
        let suggested = module(&format!("export const newServe = 1;\n{other}"));
        check_fix_all(rule, "TS2724", meant, &[], &suggested, None);
        check_fix(rule, "TS2724", meant, &suggested, "import { newServe } from './m';\nnewServe('a');\n");
        // Unless the very name is imported from one place.
        let suggested = module(&practised.replacen("const x", "const newServe", 1));
        check_fix_all(rule, "TS2724", meant, &[], &suggested, Some(after));
        // Several ask for it, and one export is used by nobody.
        let asked = format!("{}//- /q.ts\nimport {{ serve }} from './m';\n", module("export const serveAll = 1;"));
        check_fix_all(rule, "TS2305", gone, &[("TS2305", gone)], &asked, None);
    }

    #[test]
    fn a_module_that_does_not_parse_hides_names() {
        let rule = rule_of(module_path!());
        let gone = "Module '\"./m\"' has no exported member 'serve'.";
        let tree = |broken: &str| {
            format!(
                "import {{ $0serve }} from './m';\nserve('a');\n//- /m.ts\nexport * from './n';\n//- /n.ts\nexport const x = 1;{broken}\n//- /p.ts\nexport const serve = 1;\n//- /q.ts\nimport {{ serve }} from './p';\nserve;\n"
            )
        };
        let after = "import { serve } from './p';\nserve('a');\n";
        check_fix_all(rule, "TS2305", gone, &[], &tree(""), Some(after));
        check_fix_all(rule, "TS2305", gone, &[], &tree("\nexports const y = (;"), None);
        // A typo is one all the same, also of a name that only the compiler sees.
        let slip = "'\"./m\"' has no exported member named 'srever'. Did you mean 'server'?";
        let typo = "import { $0srever } from './m';\nsrever('a');\n//- /m.ts\nexport const x = (;\n";
        check_fix_all(rule, "TS2724", slip, &[], typo, Some("import { server } from './m';\nserver('a');\n"));
    }

    #[test]
    fn one_of_many_namesakes_is_not_imported_instead() {
        let gone = "Module '\"./lt/m\"' has no exported member 'format'.";
        let tree = "import { $0format } from './lt/m';\nformat(1);\n//- /lt/m.ts\nexport const formatValue = 1;\n//- /en/m.ts\nexport const format = 1;\n//- /de/m.ts\nexport const format = 2;\n";
        let after = "import { formatValue } from './lt/m';\nformatValue(1);\n";
        check_fix(rule_of(module_path!()), "TS2305", gone, tree, after);
        check_fix_all(rule_of(module_path!()), "TS2305", gone, &[], tree, None);
    }

    #[test]
    fn a_name_that_was_imported_beside_the_suggestion_is_another_thing() {
        let rule = rule_of(module_path!());
        let message = "'\"./m\"' has no exported member named 'GutterOptions'. Did you mean 'BufferOptions'?";
        let text = |beside: &str| {
            format!(
                "import {{ $0GutterOptions }} from './m';\nexport type T = GutterOptions;\n//- /m.ts\nexport interface BufferOptions {{}}\n//- /n.ts\nimport {{ {beside} }} from './m';\n"
            )
        };
        let after = "import { BufferOptions } from './m';\nexport type T = BufferOptions;\n";
        check_fix_beside(rule, "TS2724", message, &[], &text("BufferOptions"), after, true);
        check_fix_beside(rule, "TS2724", message, &[], &text("BufferOptions, GutterOptions"), after, false);
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
