//! # Missing import
//!
//! The name is not declared in the file, but a module of the workspace or of one of its packages exports it.
//!
//! ```typescript before
//! //@ error TS2304: Cannot find name 'area'.
//! export const n = $0area$0(2);
//! //- /shape.ts
//! export function area(sides: number) { return sides * sides; }
//! ```
//! ```typescript after
//! import { area } from "./shape";
//!
//! export const n = area(2);
//! //- /shape.ts
//! export function area(sides: number) { return sides * sides; }
//! ```
//!
//! ## Fix safety
//! `Safe` when all exports of that name with the needed meaning (value or type) are the same declaration of the workspace, or when the
//! other files of the workspace import it from one module only. `Unsafe` when there are several candidates, when only packages export it,
//! when only a test or a mock does (never in bulk), or when the name may be a typo of a name in scope. A name that the other files give
//! to different exports (`import { a as fn }`, `import { b as fn }`) is `DisplayOnly`. Modules out of reach are not offered: sources of other
//! packages, dependencies that the package does not declare, build output, files outside of the program.

use super::support::spelling::{declared_here, is_misspelt_import};
use codegen::typescript::candidates::{Exported, Meaning, is_certain, meaning, umd_candidates, used_as_type_only};
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use semantics::typo::is_slip;
use syntax::typescript::{is_declaration_name, occurrences};
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &[
    "TS2304", "TS2552", "TS2503", "TS2686", "TS2693", "TS18004", "TS2580", "TS2581", "TS2582", "TS2583", "TS2584",
    "TS2591", "TS2592", "TS2593", "TS2663", "TS2662", "TS2749", "TS2833", "TS2874", "TS2689",
];

const LIMIT: usize = 8;

fn is_name(node: Node<'_>) -> bool {
    node.is(&["identifier", "type_identifier", "shorthand_property_identifier", "jsx_identifier"])
}

/// Qualifies the name as `ns.name` when the file has `import * as ns` from a module that exports it.
fn qualified(ctx: &RuleContext<'_>, token: Node<'_>, name: &str) -> Vec<Fix> {
    let text = ctx.text();
    let typescript = ctx.index.typescript();
    let mut out = Vec::new();
    for import in ctx.root().named().into_iter().filter(|n| n.kind() == "import_statement") {
        let namespace = child_of_kind(import, "import_clause").and_then(|c| child_of_kind(c, "namespace_import"));
        let (Some(namespace), Some(source)) = (namespace, import.field("source")) else { continue };
        let Some(local) = namespace.named().first().map(|n| n.text_in(text)) else { continue };
        let module = syntax::typescript::unquoted(source.text_in(text));
        if typescript.exports_of_specifier(ctx.path(), module).iter().any(|e| e.name == name) {
            let title = format!("Change '{name}' to '{local}.{name}'");
            let fix = ctx.fix(title, Applicability::Unsafe);
            out.push(match token.kind() {
                "shorthand_property_identifier" => fix.insert(token.end_byte(), format!(": {local}.{name}")).build(),
                _ => fix.insert(token.start_byte(), format!("{local}.")).build(),
            });
        }
    }
    out
}

/// Whether the suggestion in the message is a declaration of this file, so that the name may be a typo of it.
fn is_typo_of_name_in_scope(ctx: &RuleContext<'_>, name: &str) -> bool {
    let suggestion = if *ctx.code() == "TS2552" || *ctx.code() == "TS2833" { ctx.argument(1) } else { None };
    let uses = occurrences(ctx.root(), ctx.text(), name).len();
    uses < 2 && suggestion.is_some_and(|s| is_slip(name, s) && declared_near(ctx, s))
}
fn declared_near(ctx: &RuleContext<'_>, name: &str) -> bool {
    occurrences(ctx.root(), ctx.text(), name).into_iter().any(is_declaration_name)
}

/// Imports a type that a JSDoc comment of a JavaScript file uses.
fn in_comment(ctx: &RuleContext<'_>, comment: Node<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let javascript = ctx.path().extension().is_some_and(|e| e.to_string_lossy().contains("js"));
    let Some(name) = ctx.argument(0).filter(|n| javascript && text[at..].starts_with(*n)) else { return Vec::new() };
    let typescript = ctx.index.typescript();
    let mut specifiers: Vec<String> = codegen::typescript::candidates::candidates(ctx, name, Meaning::Type)
        .into_iter()
        .filter(|c| c.exported == Exported::Named(name.to_owned()))
        .map(|c| c.specifier)
        .collect();
    // Types that JSDoc comments of other files define.
    for file in ctx.index.files_with_word(name, ctx.source.parsed.language()).iter() {
        let script = file.extension().is_some_and(|e| e.to_string_lossy().contains("js"));
        let Some(source) = ctx.index.source(file).filter(|_| script && **file != *ctx.path()) else { continue };
        let defines = source.parsed.root().all_children().into_iter().any(|c| {
            let tags = if c.kind() == "comment" {
                syntax::typescript::jsdoc::tags(c.text_in(source.parsed.text()))
            } else {
                Vec::new()
            };
            tags.iter().any(|t| matches!(t.name, "typedef" | "callback") && t.target == name)
        });
        if defines {
            specifiers.extend(typescript.module_specifiers(ctx.path(), file).into_iter().next());
        }
    }
    specifiers.dedup();
    let mark = codegen::typescript::edit::quote_of(ctx);
    let mut out = Vec::new();
    for specifier in specifiers.into_iter().take(LIMIT) {
        // Add the name to an existing `@import { A } from "m"`.
        let list = |comment: Node<'_>| {
            let written = comment.text_in(text);
            let ends = ['"', '\''].map(|q| format!("}} from {q}{specifier}{q}"));
            let before = &written[..ends.iter().find_map(|e| written.find(e))?];
            before[before.rfind("@import")?..].find('{')?;
            Some(comment.start_byte() + before.trim_end().len())
        };
        let own = ctx.root().all_children().into_iter().filter(|n| n.kind() == "comment").find_map(list);
        let comments = own.or_else(|| list(comment));
        out.push(match comments {
            Some(end) => ctx
                .fix(format!("Update import from \"{specifier}\""), Applicability::Unsafe)
                .insert(end, format!(", {name}"))
                .build(),
            None => ctx
                .fix(format!("Change '{name}' to 'import(\"{specifier}\").{name}'"), Applicability::Unsafe)
                .insert(at, format!("import({mark}{specifier}{mark})."))
                .build(),
        });
    }
    out
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    if token.kind() == "comment" {
        return in_comment(ctx, token);
    }
    let global = *ctx.code() == "TS2686";
    // The message names the identifier that the JSX tag at the position needs.
    let jsx_factory = *ctx.code() == "TS2874" || (global && ctx.argument(0) != Some(token.text_in(text)));
    let name = if jsx_factory { ctx.argument(0).unwrap_or_default() } else { token.text_in(text) };
    if name.is_empty() || (!jsx_factory && (!is_name(token) || is_declaration_name(token))) {
        return Vec::new();
    }
    let meaning = match ctx.code().as_str() {
        _ if jsx_factory => Meaning::Value,
        "TS2503" | "TS2833" => Meaning::Namespace,
        "TS2693" | "TS2686" => Meaning::Value,
        "TS2749" => Meaning::Type,
        _ => meaning(token),
    };
    // The name is declared in the file: as a type, so that a value cannot be imported under it, or by an edit made since the build.
    if declared_here(ctx, name) {
        return Vec::new();
    }
    if is_misspelt_import(ctx, name) {
        return Vec::new();
    }
    let mut candidates = if global { umd_candidates(ctx, name) } else { Vec::new() };
    if candidates.is_empty() {
        candidates = codegen::typescript::candidates::candidates(ctx, name, meaning);
    }
    if candidates.is_empty() {
        return qualified(ctx, token, name);
    }
    // The compiler suggests a member of that name: a person has to choose.
    let member = matches!(ctx.code().as_str(), "TS2663" | "TS2662");
    // A name that others import from a module that this file imports from is no typo.
    let practised = candidates.first().is_some_and(|c| c.votes > 0 && c.imported);
    let certain = is_certain(&candidates) && (practised || !is_typo_of_name_in_scope(ctx, name)) && !member;
    let type_only = meaning != Meaning::Value && used_as_type_only(ctx.root(), text, name);
    let namespaces = qualified(ctx, token, name);
    let mut out = Vec::new();
    for (i, candidate) in candidates.iter().take(LIMIT).enumerate() {
        // To import a test runs it.
        let bulk = if member || candidate.of_tests { Bulk::Manual } else { Bulk::Repair };
        let mut specifiers = vec![&candidate.specifier];
        if candidates.len() < 3 {
            specifiers.extend(candidate.others.iter().take(2));
        }
        for (j, specifier) in specifiers.into_iter().enumerate() {
            let first = i == 0 && j == 0;
            let applicability =
                if first && certain && namespaces.is_empty() { Applicability::Safe } else { Applicability::Unsafe };
            // A short name that files give to different things says nothing of this one.
            let renamed = matches!(&candidate.exported, Exported::Named(n) if n != name);
            let applicability =
                if renamed && !certain && candidates.len() > 1 { Applicability::DisplayOnly } else { applicability };
            let verb = if candidate.imported && candidate.exported != Exported::Namespace { "Update" } else { "Add" };
            let request: ImportRequest = candidate.request(specifier, name, type_only);
            let fix =
                ctx.fix(format!("{verb} import from \"{specifier}\""), applicability).import(request).in_bulk(bulk);
            let preferred = first && namespaces.is_empty();
            out.push(if preferred { fix.preferred().build() } else { fix.build() });
        }
    }
    out.extend(namespaces);
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_beside, check_fix_titled, check_no_fix};

    const MESSAGE: &str = "Cannot find name 'Shape'.";

    #[test]
    fn type_and_value_positions() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS2304",
            MESSAGE,
            "export const s: $0Shape = 1;\n//- /a.ts\nexport function Shape() {}\n//- /b.ts\nexport type Shape = number;\n",
            "import { Shape } from \"./b\";\n\nexport const s: Shape = 1;\n",
        );
        check_no_fix(rule, "TS2304", MESSAGE, "export const s = $0Shape();\n//- /b.ts\nexport type Shape = number;\n");
    }

    #[test]
    fn module_that_other_files_import_from_is_preferred() {
        check_fix(
            rule_of(module_path!()),
            "TS2304",
            MESSAGE,
            "export const s = $0Shape();\n//- /a.ts\nexport function Shape() {}\n//- /x/b.ts\nexport function Shape() {}\n\
             //- /c.ts\nimport { Shape } from './x/b';\nShape();\n//- /d.ts\nimport { Shape } from './x/b';\nShape();\n",
            "import { Shape } from './x/b';\n\nexport const s = Shape();\n",
        );
    }

    #[test]
    fn only_what_is_in_reach() {
        let rule = rule_of(module_path!());
        let config = "//- /tsconfig.json\n{ \"compilerOptions\": { \"outDir\": \"lib\" }, \"include\": [\"src\"] }\n";
        let from = |other: &str| {
            format!(
                "//- /src/main.ts\nexport const s = $0Shape();\n{config}//- {other}\nexport function Shape() {{}}\n"
            )
        };
        for other in ["/lib/shape.d.ts", "/scripts/shape.ts", "/dist/shape.js"] {
            check_no_fix(rule, "TS2304", MESSAGE, &from(other));
        }
        // Importing a mock is a choice.
        let mock = "import { Shape } from \"./__mocks__/shape\";\n\nexport const s = Shape();\n";
        check_fix_beside(rule, "TS2304", MESSAGE, &[], &from("/src/__mocks__/shape.ts"), mock, false);
        let after = "import { Shape } from \"./shape\";\n\nexport const s = Shape();\n";
        let both = format!("{}//- /src/__mocks__/shape.ts\nexport function Shape() {{}}\n", from("/src/shape.ts"));
        check_fix_all(rule, "TS2304", MESSAGE, &[], &both, Some(after));
    }

    #[test]
    fn sources_of_other_packages_are_theirs() {
        let rule = rule_of(module_path!());
        let tree = |dependencies: &str| {
            format!(
                "//- /a/main.ts\nexport const s = $0Shape();\n//- /a/package.json\n{{ \"name\": \"a\", \"dependencies\": {{ {dependencies} }} }}\n//- /b/package.json\n{{ \"name\": \"b\", \"main\": \"index.ts\" }}\n//- /b/index.ts\nexport function Shape() {{}}\n"
            )
        };
        check_no_fix(rule, "TS2304", MESSAGE, &tree(""));
        let after = "import { Shape } from \"b\";\n\nexport const s = Shape();\n";
        check_fix(rule, "TS2304", MESSAGE, &tree("\"b\": \"*\""), after);
    }

    #[test]
    fn what_others_import_from_a_module_of_this_file_is_no_typo() {
        let before = "//- /a.ts\nimport { getDocs } from 'store';\ngetDocs();\n$0getDoc();\n//- /b.ts\nimport { getDoc } from 'store';\ngetDoc();\n";
        let message = "Cannot find name 'getDoc'. Did you mean 'getDocs'?";
        let after = "import { getDoc, getDocs } from 'store';\ngetDocs();\ngetDoc();\n";
        check_fix_all(rule_of(module_path!()), "TS2552", message, &[], before, Some(after));
    }

    #[test]
    fn globals_of_modules_are_imported_into_modules() {
        check_fix(
            rule_of(module_path!()),
            "TS2686",
            "'lib' refers to a UMD global, but the current file is a module. Consider adding an import instead.",
            "export const x = $0lib.f();\n//- /lib.d.ts\nexport as namespace lib;\nexport function f(): void;\n//- /tsconfig.json\n\
             { \"compilerOptions\": { \"module\": \"es2015\" } }\n",
            "import * as lib from \"./lib\";\n\nexport const x = lib.f();\n",
        );
    }

    #[test]
    fn export_assignments() {
        check_fix(
            rule_of(module_path!()),
            "TS2304",
            "Cannot find name 'lib'.",
            "$0lib();\nexport {};\n//- /lib.ts\nfunction lib() {}\nexport = lib;\n",
            "import lib = require(\"./lib\");\n\nlib();\nexport {};\n",
        );
    }

    #[test]
    fn jsdoc_types_in_javascript() {
        let rule = rule_of(module_path!());
        let message = "Cannot find name 'Id'.";
        check_fix(
            rule,
            "TS2304",
            message,
            "//- /b.js\n/** @type {$0Id} */\nconst x = 0;\n//- /a.js\nexport {};\n/** @typedef {number} Id */\n",
            "//- /b.js\n/** @type {import(\"./a\").Id} */\nconst x = 0;\n",
        );
        check_fix(
            rule,
            "TS2304",
            message,
            "//- /b.js\n/**\n * @import { Name } from './a'\n * @param {$0Id} x\n */\nfunction f(x) {}\n//- /a.ts\nexport type Id = number;\nexport type Name = string;\n",
            "//- /b.js\n/**\n * @import { Name, Id } from './a'\n * @param {Id} x\n */\nfunction f(x) {}\n",
        );
    }

    #[test]
    fn qualification_with_an_imported_namespace() {
        check_fix_titled(
            rule_of(module_path!()),
            "TS2304",
            "Cannot find name 'f'.",
            "Change 'f' to 'ns.f'",
            "import * as ns from './m';\n$0f();\n//- /m.ts\nexport function f() {}\n",
            "import * as ns from './m';\nns.f();\n",
        );
    }
}
