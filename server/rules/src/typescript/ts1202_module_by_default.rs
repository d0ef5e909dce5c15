//! # `import =` and `export =` under ES modules
//!
//! They are CommonJS. Until TypeScript 5 that was what `module` was by default; since TypeScript 6 it is ES modules. One line brings it back.
//!
//! ```typescript before
//! //@ error TS1202: Import assignment cannot be used when targeting ECMAScript modules. Consider using 'import * as ns from "mod"', 'import {a} from "mod"', 'import d from "mod"', or another module format instead.
//! //@ compiler: 7
//! $0import b = require("./b");
//! b;
//! //- /b.ts
//! export const c = 1;
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "noEmit": true,
//!     "module": "commonjs"
//!   }
//! }
//! ```
//!
//! Where the configuration asks for ES modules, the import is written as one of those:
//!
//! ```typescript before
//! //@ error TS1202: Import assignment cannot be used when targeting ECMAScript modules. Consider using 'import * as ns from "mod"', 'import {a} from "mod"', 'import d from "mod"', or another module format instead.
//! //@ options: --module esnext --moduleResolution bundler
//! $0import b = require("./b");
//! b.c;
//! //- /b.ts
//! export const c = 1;
//! ```
//! ```typescript after
//! import * as b from "./b";
//! b.c;
//! //- /b.ts
//! export const c = 1;
//! ```
//!
//! ## Fix safety
//! The option is `Safe`: it was in effect before. The sources are `Unsafe`: what is imported is another object.

use super::support::config::{Documents, config_of, is_installed, may_be_modern};
use fix::{Applicability, Fix, RuleContext};
use std::path::Path;
use syntax::typescript::{occurrences, unquoted};
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS1202", "TS1203"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    restored(ctx).into_iter().chain(rewritten(ctx)).collect()
}

fn restored(ctx: &RuleContext<'_>) -> Option<Fix> {
    let (config, project, certain) = config_of(ctx.index, ctx.path())?;
    let old = project.text("target").is_none_or(|t| t == "es5" || t == "es3");
    if project.options.contains_key("module") || !old || !may_be_modern(&project) {
        return None;
    }
    let mut documents = Documents::new(ctx.index);
    documents.set_option(&config, "module", "\"commonjs\"")?;
    let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
    let fix =
        documents.fix("Set 'module' to 'commonjs' in your configuration file, as it was by default", applicability);
    fix.map(|f| f.restoring().preferred())
}

/// Written as an import or export of ES modules.
///
/// What sources in JavaScript `require` stays as it is, and what such a source exports: it is converted there, with all that import it.
pub(super) fn rewritten(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let export = token.enclosing(&["export_statement"]);
    if let Some(export) = export {
        if is_required(ctx) {
            return None;
        }
        let equals = export.all_children().into_iter().find(|c| c.kind() == "=")?;
        let keyword = equals.byte_range();
        return Some(ctx.fix("Convert to a default export", Applicability::Unsafe).replace(keyword, "default").build());
    }
    let import = token.enclosing(&["import_statement"])?;
    let clause = child_of_kind(import, "import_require_clause")?;
    let name = child_of_kind(clause, "identifier")?.text_in(text);
    let source = clause.field("source")?;
    if is_common_js(ctx, unquoted(source.text_in(text))) {
        return None;
    }
    let exports = ctx.index.typescript().exports_of_specifier(ctx.path(), unquoted(source.text_in(text)));
    // What is assigned as a whole is the default export of an ES module.
    let whole = exports.iter().any(|e| e.name == "=");
    let binding = if whole { name.to_owned() } else { format!("* as {name}") };
    let new = format!("{binding} from {}", source.text_in(text));
    let title = "Convert to an ES module import";
    Some(ctx.fix(title, Applicability::Unsafe).replace(clause.byte_range(), new).build())
}

/// Sources that are looked at in search of a `require`, at most.
const MOST_FILES: usize = 60;

fn is_javascript(path: &Path) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| matches!(e, "js" | "cjs" | "jsx"))
}

/// Whether JavaScript of the workspace loads this file by `require`: it gets what `export =` gives it, and would get an object that holds it.
fn is_required(ctx: &RuleContext<'_>) -> bool {
    let Some(stem) = ctx.path().file_stem().and_then(|s| s.to_str()) else { return false };
    let paths = ctx.index.files_with_word("require", ctx.source.parsed.language());
    paths.iter().filter(|p| is_javascript(p)).take(MOST_FILES).any(|path| {
        let Some(source) = ctx.index.source(path) else { return false };
        let text = source.parsed.text();
        occurrences(source.parsed.root(), text, "require").iter().any(|name| {
            let call = name.parent().filter(|p| p.kind() == "call_expression");
            let argument = call.and_then(|c| c.field("arguments")).and_then(|a| a.named().first().copied());
            let specifier = argument.filter(|a| a.kind() == "string").map(|a| unquoted(a.text_in(text)));
            let names_it = |s: &&str| {
                s.rsplit('/').next().is_some_and(|last| last == stem || last.starts_with(&format!("{stem}.")))
            };
            specifier
                .filter(names_it)
                .and_then(|s| ctx.index.typescript().resolve_module(path, s))
                .is_some_and(|found| *found == *ctx.path())
        })
    })
}

/// Whether a specifier leads to a CommonJS source of the workspace in JavaScript.
fn is_common_js(ctx: &RuleContext<'_>, specifier: &str) -> bool {
    let found = ctx.index.typescript().resolve_module(ctx.path(), specifier);
    let Some(path) = found.filter(|p| is_javascript(p) && !is_installed(p)) else { return false };
    let paths = ctx.index.files_with_word("module", ctx.source.parsed.language());
    path.extension().is_some_and(|e| e == "cjs") || paths.contains(&path)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const EXPORT: &str = "Export assignment cannot be used when targeting ECMAScript modules. Consider using 'export default' or another module format instead.";
    const IMPORT: &str = "Import assignment cannot be used when targeting ECMAScript modules. Consider using 'import * as ns from \"mod\"', 'import {a} from \"mod\"', 'import d from \"mod\"', or another module format instead.";

    #[test]
    fn what_is_set_is_meant() {
        let es = "//- /tsconfig.json\n{ \"compilerOptions\": { \"module\": \"esnext\" } }\n";
        check_fix(rule_of(module_path!()), "TS1203", EXPORT, &format!("$0export = f;\n{es}"), "export default f;\n");
        check_fix_all(rule_of(module_path!()), "TS1203", EXPORT, &[], &format!("$0export = f;\n{es}"), None);
        let whole = "$0import f = require('./f');\n//- /f.ts\nexport = g;\nfunction g() {}\n//- /tsconfig.json\n{ \"compilerOptions\": { \"target\": \"es2020\" } }\n";
        check_fix(rule_of(module_path!()), "TS1202", IMPORT, whole, "import f from './f';\n");
    }

    #[test]
    fn what_common_js_shares_stays() {
        let es = "//- /tsconfig.json\n{ \"compilerOptions\": { \"module\": \"esnext\", \"allowJs\": true } }\n";
        let required = format!("//- /d.ts\n$0export = f;\n//- /z.js\nconst d = require(\"./d\");\n{es}");
        check_no_fix(rule_of(module_path!()), "TS1203", EXPORT, &required);
        let imported = format!("$0import a = require('./a');\n//- /a.js\nmodule.exports = 1;\n{es}");
        check_no_fix(rule_of(module_path!()), "TS1202", IMPORT, &imported);
    }
}
