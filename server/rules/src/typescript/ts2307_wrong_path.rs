//! # Import of a file that does not exist
//!
//! The relative path is misspelled, or the file was moved.
//!
//! ```typescript before
//! //@ error TS2307: Cannot find module './shap' or its corresponding type declarations.
//! import { area } from $0'./shap'$0;
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
//! `Safe` when exactly one file of the workspace has that name, or a name of which the written one is a typo, and it exports everything
//! that is imported, or when the other files import all of it from the one that has. A typo of a file in the written folder comes before files in other folders. `Unsafe` when a file matches only by its exports, or is a test or a mock. Build output, sources of other packages and files
//! outside of the program are not offered.

use super::support::spelling::uses_of_import;
use codegen::typescript::candidates::{Meaning, candidates, is_certain, meaning};
use fix::{Applicability, Fix, RuleContext};
use index::typescript::{Reach, normalize};
use semantics::typo::is_slip;
use std::path::Path;
use std::sync::Arc;
use syntax::typescript::descendants;
use syntax::typescript::unquoted;
use syntax::{Language, LanguageFamily, Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS2307", "TS2792", "TS7016", "TS2882", "TS6053"];

const EXTENSIONS: &[&str] =
    &[".d.ts", ".d.mts", ".d.cts", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];

/// The last part of a path without extension; for `index` files the name of the folder.
fn stem(path: &str) -> &str {
    let cut = EXTENSIONS.iter().find_map(|e| path.strip_suffix(e)).unwrap_or(path);
    let cut = cut.strip_suffix("/index").unwrap_or(cut);
    cut.rsplit('/').next().unwrap_or(cut)
}

fn extension(specifier: &str) -> &str {
    EXTENSIONS.iter().find(|e| specifier.ends_with(*e)).copied().unwrap_or("")
}

/// The names that the statement imports from the module; `None` for a namespace import or no names, when any module matches.
fn imported_names<'a>(statement: Node<'_>, text: &'a str) -> Option<Vec<&'a str>> {
    let mut names: Vec<&str> = descendants(statement, &["import_specifier", "export_specifier"])
        .into_iter()
        .filter_map(|s| Some(s.field("name")?.text_in(text)))
        .collect();
    if child_of_kind(statement, "import_clause").is_some_and(|c| child_of_kind(c, "identifier").is_some()) {
        names.push("default");
    }
    (!names.is_empty()).then_some(names)
}

/// The file's name without extensions, also for `index` files.
fn own_name(file: &Path) -> &str {
    let name = file.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    EXTENSIONS.iter().find_map(|e| name.strip_suffix(e)).unwrap_or(name)
}

/// The distance between two folders: the number of steps from one to the other.
fn distance(from: &Path, to: &Path) -> usize {
    let (a, b): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let common = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    a.len() + b.len() - 2 * common
}

/// Whether the other files import all of `names` from `file`, and from no other module.
fn is_usual(ctx: &RuleContext<'_>, names: Option<&[&str]>, file: &Path) -> bool {
    let Some(names) = names else { return false };
    let specifiers = ctx.index.typescript().module_specifiers(ctx.path(), file);
    names.iter().all(|name| {
        let uses = uses_of_import(ctx.root(), ctx.text(), name).unwrap_or_default();
        let type_only = !uses.is_empty() && uses.iter().all(|u| meaning(*u) == Meaning::Type);
        let all = candidates(ctx, name, if type_only { Meaning::Type } else { Meaning::Value });
        let first = all.first().filter(|c| c.votes > 1 && is_certain(&all));
        first.is_some_and(|c| specifiers.contains(&c.specifier) || c.others.iter().any(|o| specifiers.contains(o)))
    })
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let string = ctx.token().and_then(|t| t.enclosing(&["string"]));
    let Some(string) = string.filter(|s| s.end_byte() - s.start_byte() > 2) else { return Vec::new() };
    let written = unquoted(string.text_in(text));
    if !written.starts_with('.') {
        return Vec::new();
    }
    let typescript = ctx.index.typescript();
    // A path without extension where one is required.
    if let Some(target) = typescript.resolve_module(ctx.path(), written)
        && ctx.index.contains(&target)
    {
        return Vec::new();
    }
    let statement = string.enclosing(&["import_statement", "export_statement"]);
    let names = statement.and_then(|s| imported_names(s, text));
    let exports_all = |file: &Path| {
        let Some(names) = &names else { return true };
        let exports = typescript.exports_of(file);
        names.iter().all(|n| exports.iter().any(|e| e.name == *n || (*n == "default" && e.name == "=")))
    };
    let name = stem(written);
    let Some(folder) = ctx.path().parent() else { return Vec::new() };
    // The written folder and the written file name.
    let (inside, last) = written.rsplit_once('/').unwrap_or((written, ""));
    let inside = normalize(&folder.join(inside));
    let last = EXTENSIONS.iter().find_map(|e| last.strip_suffix(e)).unwrap_or(last);
    let files: Vec<&Arc<Path>> = ctx
        .index
        .files()
        .filter(|f| {
            f.as_ref() != ctx.path() && Language::of_path(f).is_some_and(|l| l.family() == LanguageFamily::TYPESCRIPT)
        })
        .collect();
    let mut near: Vec<(usize, &Arc<Path>)> = files
        .iter()
        .filter_map(|f| {
            let shown = f.to_string_lossy();
            let shown = stem(&shown);
            let rank = if shown == name {
                0
            } else if f.parent() == Some(inside.as_path()) && is_slip(last, own_name(f)) {
                1
            } else if is_slip(name, shown) {
                2
            } else {
                return None;
            };
            Some((rank, *f))
        })
        .filter(|(_, f)| exports_all(f) && typescript.reach(ctx.path(), f, written) != Reach::No)
        .collect();
    near.sort_by_key(|(rank, f)| (*rank, distance(folder, f.parent().unwrap_or(f)), f.to_string_lossy().len()));
    let mut found: Vec<(&Arc<Path>, Applicability)> = Vec::new();
    match near.as_slice() {
        [] => {
            // No file has that name: look for files that declare and export all the names themselves.
            let Some(names) = names.filter(|n| n.iter().any(|n| *n != "default")) else { return Vec::new() };
            let mut declaring: Option<Vec<Arc<Path>>> = None;
            for name in names.iter().filter(|n| **n != "default") {
                let here: Vec<Arc<Path>> = typescript
                    .exports_named(name)
                    .into_iter()
                    .filter(|e| {
                        ctx.index.contains(&e.module) && e.declaration.as_ref().is_some_and(|d| d.path == e.module)
                    })
                    .map(|e| e.module)
                    .collect();
                declaring = Some(match declaring {
                    None => here,
                    Some(all) => all.into_iter().filter(|f| here.contains(f)).collect(),
                });
            }
            if let Some([only]) = declaring.as_deref()
                && only.as_ref() != ctx.path()
                && let Some(file) = files.iter().find(|f| f.as_ref() == only.as_ref())
                && typescript.reach(ctx.path(), file, written) != Reach::No
            {
                found.push((file, Applicability::Unsafe));
            }
        }
        [(_, only)] => {
            let sure = names.is_some() || near[0].0 == 0;
            found.push((only, if sure { Applicability::Safe } else { Applicability::Unsafe }));
        }
        [(rank, first), (other, second), ..] => {
            let nearer = |f: &Path| distance(folder, f.parent().unwrap_or(f));
            // Where the other files take these names from.
            let usual = near.iter().find(|(r, f)| r == rank && is_usual(ctx, names.as_deref(), f)).map(|(_, f)| f);
            let sure = usual.is_some() || names.is_some() && (rank < other || nearer(first) + 1 < nearer(second));
            let first = usual.unwrap_or(first);
            found.push((first, if sure { Applicability::Safe } else { Applicability::Unsafe }));
            found.extend(near.iter().filter(|(_, f)| f != first).take(3).map(|(_, f)| (*f, Applicability::Unsafe)));
        }
    }
    let written_extension = extension(written);
    let inner = string.start_byte() + 1..string.end_byte() - 1;
    let mut out = Vec::new();
    for (i, (file, applicability)) in found.into_iter().enumerate() {
        let specifiers = typescript.module_specifiers(ctx.path(), file);
        let relative = |s: &&String| s.starts_with('.');
        let same_extension = specifiers.iter().filter(relative).find(|s| extension(s) == written_extension);
        let Some(specifier) = same_extension.or(specifiers.iter().find(relative)).or(specifiers.first()) else {
            continue;
        };
        let of_tests = typescript.reach(ctx.path(), file, specifier) == Reach::Test;
        let applicability = if of_tests { Applicability::Unsafe } else { applicability };
        let fix =
            ctx.fix(format!("Change path to '{specifier}'"), applicability).replace(inner.clone(), specifier.clone());
        out.push(if i == 0 { fix.preferred().build() } else { fix.build() });
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};

    #[test]
    fn of_several_files_the_one_that_the_others_use() {
        let rule = rule_of(module_path!());
        let message = "Cannot find module './types' or its corresponding type declarations.";
        let users = |from: &str| {
            ["u", "v"].map(|f| format!("//- /a/{f}.ts\nimport type {{ Size }} from '{from}';\nlet s: Size;\n")).concat()
        };
        let tree = |users: &str| {
            format!(
                "//- /a/b/m.ts\nimport type {{ Size }} from $0'./types';\nlet s: Size;\n//- /a/types.ts\nexport type Size = 1;\n//- /types.ts\nexport type Size = 2;\n{users}"
            )
        };
        let after = "import type { Size } from '../types';\nlet s: Size;\n";
        check_fix_all(rule, "TS2307", message, &[], &tree(&users("./types")), Some(after));
        check_fix_all(rule, "TS2307", message, &[], &tree(""), None);
    }

    #[test]
    fn the_written_folder_comes_first() {
        let rule = rule_of(module_path!());
        let message = "Cannot find module './lib/shappe' or its corresponding type declarations.";
        let tree = "//- /a.ts\nimport { area } from $0'./lib/shappe';\narea;\n//- /lib/shape.ts\nexport const area = 1;\n//- /lib/old/shape.ts\nexport const area = 1;\n";
        check_fix_all(rule, "TS2307", message, &[], tree, Some("import { area } from './lib/shape';\narea;\n"));
    }

    #[test]
    fn only_files_in_reach() {
        let rule = rule_of(module_path!());
        let message = "Cannot find module './shap' or its corresponding type declarations.";
        let tree = |other: &str| {
            format!(
                "//- /src/a.ts\nimport {{ area }} from $0'./shap';\narea;\n//- /tsconfig.json\n{{ \"include\": [\"src\"] }}\n//- {other}\nexport const area = 1;\n"
            )
        };
        check_no_fix(rule, "TS2307", message, &tree("/dist/shape.d.ts"));
        check_no_fix(rule, "TS2307", message, &tree("/other/shape.ts"));
        check_fix_all(rule, "TS2307", message, &[], &tree("/src/__mocks__/shape.ts"), None);
        let after = "import { area } from './shape';\narea;\n";
        check_fix_all(rule, "TS2307", message, &[], &tree("/src/shape.ts"), Some(after));
    }
}
