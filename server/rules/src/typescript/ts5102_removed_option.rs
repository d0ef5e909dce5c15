//! # An option that is gone
//!
//! Compiler options that have no effect any more are errors after a while, and TypeScript 7 does not know them. Most are taken out. `outFile` has no
//! successor but a bundler: what takes its place is for a person to decide.
//!
//! ```typescript before
//! //@ error TS5102: Option 'charset' has been removed. Please remove it from your configuration.
//! //@ compiler: 6
//! export const area = 1;
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     // of the sources
//!     $0"charset"$0: "utf8", // as ever
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     // of the sources
//!     "noEmit": true
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the option had no effect any more, or where nothing that is emitted changes: `downlevelIteration` from ES2015 on, `esModuleInterop` and
//! `alwaysStrict` in projects that emit ES modules, `allowSyntheticDefaultImports` always. Else `Unsafe`. Options of installed packages cannot be taken out.

use super::support::config::{Documents, OptionIssue};
use codegen::json::quoted;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::typescript::TsProject;
use index::{ImportKind, Index};
use std::path::Path;

pub(crate) const CODES: &[&str] = &["TS5102", "TS5101", "TS5107", "TS5108", "TS5023", "TS5103"];

/// Options without effect since TypeScript 5.5.
const WITHOUT_EFFECT: &[&str] = &[
    "charset",
    "keyofStringsOnly",
    "noImplicitUseStrict",
    "noStrictGenericChecks",
    "suppressExcessPropertyErrors",
    "suppressImplicitAnyIndexErrors",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    if ctx.code().as_str() == "TS5103" {
        let issue = OptionIssue::named(ctx, "ignoreDeprecations", None);
        return issue.and_then(|i| i.remove(Applicability::Safe)).map(Fix::preferred).into_iter().collect();
    }
    let first = ctx.argument(0).unwrap_or_default();
    if first == "prepend" {
        return without_prepend(ctx).into_iter().collect();
    }
    let Some(issue) = OptionIssue::of(ctx) else { return Vec::new() };
    let mut out = Vec::new();
    match issue.name.as_str() {
        name if WITHOUT_EFFECT.contains(&name) => {
            // As long as it is only deprecated it has an effect.
            match ctx.code().as_str() {
                "TS5101" => out.extend(issue.remove(Applicability::Unsafe).map(Fix::preferred)),
                _ => out.extend(without_all(ctx, &issue).map(Fix::preferred)),
            }
        }
        "importsNotUsedAsValues" | "preserveValueImports" => {
            out.extend(issue.remove(Applicability::Unsafe).map(Fix::preferred));
            let mut documents = Documents::new(ctx.index);
            let done = documents.set_option(&issue.holder, "verbatimModuleSyntax", "true");
            if done.and_then(|()| documents.remove_option(&issue.holder, &issue.name)).is_some() {
                let title = format!("Replace '{}' by 'verbatimModuleSyntax'", issue.name);
                out.extend(documents.fix(title, Applicability::Unsafe).map(|f| f.in_bulk(Bulk::Manual)));
            }
        }
        "outFile" | "out" => {
            let folder = issue.written().and_then(|w| Some(w.as_str()?.to_owned()));
            let folder = folder.as_deref().and_then(|f| Path::new(f).parent()).filter(|f| !f.as_os_str().is_empty());
            let folder = folder.map_or("./dist".to_owned(), |f| f.to_string_lossy().into_owned());
            let mut documents = Documents::new(ctx.index);
            let done = documents.set_option(&issue.holder, "outDir", &quoted(&folder));
            if done.and_then(|()| documents.remove_option(&issue.holder, &issue.name)).is_some() {
                let title = format!(
                    "Replace '{}' by 'outDir': a file for each source, to be bundled by another tool",
                    issue.name
                );
                out.extend(documents.fix(title, Applicability::DisplayOnly));
            }
        }
        _ => out.extend(applicability(ctx, &issue).and_then(|a| issue.remove(a)).map(Fix::preferred)),
    }
    // TypeScript 6 can be told to be silent; TypeScript 7 does not listen.
    if matches!(ctx.code().as_str(), "TS5101" | "TS5107") {
        out.extend(silenced(ctx, &issue));
    }
    out
}

/// Whether an option with a value that there is no more may be taken out; `None` when it is none of these.
fn applicability(ctx: &RuleContext<'_>, issue: &OptionIssue<'_>) -> Option<Applicability> {
    let off = issue.value.as_deref().is_some_and(|v| v.eq_ignore_ascii_case("false"));
    let same = match issue.name.as_str() {
        "downlevelIteration" => {
            // Without a target, the compiler that reports this takes a new one.
            let old = |p: &TsProject| p.text("target").is_some_and(|t| t == "es3" || t == "es5");
            !issue.affected.iter().any(old)
        }
        "allowSyntheticDefaultImports" if off => true,
        "alwaysStrict" if off => issue.affected.iter().all(|p| emits_modules(p) && is_all_modules(ctx.index, p)),
        "esModuleInterop" if off => {
            issue.affected.iter().all(|p| !calls_namespaces(ctx.index, p) && is_alike(ctx.index, p))
        }
        _ => return None,
    };
    Some(if same { Applicability::Safe } else { Applicability::Unsafe })
}

/// Whether a project emits ES modules as they are written, or nothing.
fn emits_modules(project: &TsProject) -> bool {
    let module = project.text("module").unwrap_or_else(|| "esnext".to_owned());
    project.flag("noEmit") || project.flag("emitDeclarationOnly") || module.starts_with("es") || module == "preserve"
}

fn is_all_modules(index: &Index, project: &TsProject) -> bool {
    let typescript = index.typescript();
    typescript.program(Path::new(&*project.path)).iter().all(|f| index.outline(f).is_some_and(|o| o.is_module))
}

/// Whether nothing that is emitted depends on `esModuleInterop`: ES modules, or no default and no namespace import.
fn is_alike(index: &Index, project: &TsProject) -> bool {
    let typescript = index.typescript();
    emits_modules(project)
        || typescript.program(Path::new(&*project.path)).iter().all(|f| {
            index.outline(f).is_some_and(|o| {
                let mut imports = o
                    .imports
                    .iter()
                    .filter(|i| matches!(i.kind, ImportKind::Import | ImportKind::ReExport) && !i.type_only);
                imports.all(|i| i.names.iter().all(|n| n.name != "default" && (n.name != "*" || n.local == "*")))
            })
        })
}

/// Whether a namespace import of a project is called or constructed.
fn calls_namespaces(index: &Index, project: &TsProject) -> bool {
    let typescript = index.typescript();
    typescript.program(Path::new(&*project.path)).iter().any(|f| {
        let Some(outline) = index.outline(f) else { return false };
        let Some(text) = index.text(f) else { return false };
        let namespaces = outline.imports.iter().filter(|i| i.kind == ImportKind::Import).flat_map(|i| &i.names);
        namespaces.filter(|n| n.name == "*").any(|n| {
            text.match_indices(n.local.as_str()).any(|(at, found)| {
                let before = text[..at].chars().next_back();
                let whole = !before.is_some_and(|c| c.is_alphanumeric() || "_$.".contains(c));
                let after = text[at + found.len()..].trim_start();
                whole && (after.starts_with('(') || after.starts_with('`') || text[..at].trim_end().ends_with("new"))
            })
        })
    })
}

/// Without any option that has no effect, silent ones included: what TypeScript 6 does not mind is unknown to TypeScript 7.
fn without_all(ctx: &RuleContext<'_>, issue: &OptionIssue<'_>) -> Option<Fix> {
    let mut documents = Documents::new(ctx.index);
    documents.remove_option(&issue.holder, &issue.name)?;
    let file = ctx.index.typescript().configuration_file(&issue.holder)?;
    let mut all: Vec<&str> = vec![&issue.name];
    for other in WITHOUT_EFFECT.iter().filter(|o| **o != issue.name && file.option(o).is_some()) {
        documents.remove_option(&issue.holder, other)?;
        all.push(other);
    }
    all.sort_unstable();
    let title = match all.as_slice() {
        [one] => format!("Remove the '{one}' option"),
        several => format!("Remove the options without effect: {}", several.join(", ")),
    };
    documents.fix(title, Applicability::Safe)
}

/// Without `prepend` in the references.
fn without_prepend(ctx: &RuleContext<'_>) -> Option<Fix> {
    let mut documents = Documents::new(ctx.index);
    let editor = documents.edit(ctx.path())?;
    let mut any = false;
    for i in 0.. {
        let item = i.to_string();
        if editor.find(&["references", &item]).is_none() {
            break;
        }
        any |= editor.find(&["references", &item, "prepend"]).is_some()
            && editor.remove(&["references", &item, "prepend"]);
    }
    Some(documents.fix("Remove the 'prepend' option", Applicability::Safe).filter(|_| any)?.preferred())
}

fn silenced(ctx: &RuleContext<'_>, issue: &OptionIssue<'_>) -> Option<Fix> {
    // The version that the message names: `"ignoreDeprecations": "6.0"`.
    let version = ctx.diagnostic.message.split("\"ignoreDeprecations\": \"").nth(1)?.split('"').next()?;
    let mut documents = Documents::new(ctx.index);
    documents.set_option(&issue.editable(), "ignoreDeprecations", &quoted(version))?;
    let title = format!("Silence what is deprecated with \"ignoreDeprecations\": \"{version}\"");
    Some(documents.fix(title, Applicability::Unsafe)?.suppression())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_not_offered};

    fn removed(name: &str) -> String {
        format!("Option '{name}' has been removed. Please remove it from your configuration.")
    }

    fn config(options: &str) -> String {
        format!("{{ \"compilerOptions\": {{ {options} }} }}\n")
    }

    fn safe(name: &str, sources: &str, before: &str, after: Option<&str>) {
        let after = after.map(config);
        let before = format!("{sources}\n//- /tsconfig.json\n{}", config(before));
        check_fix_all(rule_of(module_path!()), "TS5108", &removed(name), &[], &before, after.as_deref());
    }

    #[test]
    fn iteration_needs_no_help_from_es2015_on() {
        safe(
            "downlevelIteration",
            "",
            "\"target\": \"es2020\", $0\"downlevelIteration\": true",
            Some("\"target\": \"es2020\""),
        );
        safe("downlevelIteration", "", "\"target\": \"es5\", $0\"downlevelIteration\": true", None);
    }

    #[test]
    fn interoperation_changes_what_is_emitted_for_common_js() {
        let es = "\"module\": \"esnext\", \"esModuleInterop\": $0false";
        let common = "\"module\": \"commonjs\", \"esModuleInterop\": $0false";
        safe("esModuleInterop=false", "import f from 'f';\nf();", es, Some("\"module\": \"esnext\""));
        safe("esModuleInterop=false", "import { f } from 'f';\nf();", common, Some("\"module\": \"commonjs\""));
        safe("esModuleInterop=false", "import f from 'f';\nf();", common, None);
        safe("esModuleInterop=false", "import * as f from 'f';\nf();", es, None);
        safe("esModuleInterop=false", "import * as f from 'f';\nf.g();", es, Some("\"module\": \"esnext\""));
    }

    #[test]
    fn modules_are_strict_anyway() {
        let es = "\"module\": \"es2020\", \"alwaysStrict\": $0false";
        safe("alwaysStrict=false", "export const a = 1;", es, Some("\"module\": \"es2020\""));
        safe("alwaysStrict=false", "const a = 1;", es, None);
        safe("alwaysStrict=false", "export const a = 1;", "\"module\": \"commonjs\", \"alwaysStrict\": $0false", None);
    }

    #[test]
    fn one_file_of_output_is_said_and_not_guessed() {
        let before = format!("//- /tsconfig.json\n{}", config("$0\"outFile\": \"dist/all.js\""));
        check_fix_all(rule_of(module_path!()), "TS5102", &removed("outFile"), &[], &before, None);
        check_fix(
            rule_of(module_path!()),
            "TS5102",
            &removed("outFile"),
            &before,
            &format!("//- /tsconfig.json\n{}", config("\"outDir\": \"dist\"")),
        );
    }

    #[test]
    fn deprecated_options_can_be_silenced_in_six_alone() {
        let title = "Silence what is deprecated with \"ignoreDeprecations\": \"6.0\"";
        let message = "Option 'outFile' is deprecated and will stop functioning in TypeScript 7.0. Specify compilerOption '\"ignoreDeprecations\": \"6.0\"' to silence this error.";
        let before = format!("//- /tsconfig.json\n{}", config("$0\"outFile\": \"a.js\""));
        let after = config("\"outFile\": \"a.js\", \"ignoreDeprecations\": \"6.0\"");
        check_fix_titled(
            rule_of(module_path!()),
            "TS5101",
            message,
            title,
            &before,
            &format!("//- /tsconfig.json\n{after}"),
        );
        check_not_offered(rule_of(module_path!()), "TS5102", &removed("outFile"), title, &before);
    }

    #[test]
    fn references_prepend_nothing() {
        check_fix(
            rule_of(module_path!()),
            "TS5102",
            &removed("prepend"),
            "//- /tsconfig.json\n{ \"references\": [{ \"path\": \"a\" }, $0{ \"path\": \"b\", \"prepend\": true }] }\n",
            "//- /tsconfig.json\n{ \"references\": [{ \"path\": \"a\" }, { \"path\": \"b\" }] }\n",
        );
    }
}
