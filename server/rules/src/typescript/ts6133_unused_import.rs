//! # Unused import
//!
//! ```typescript before
//! //@ error TS6133: 'area' is declared but its value is never read.
//! //@ options: --noUnusedLocals
//! import { $0area$0, sides } from './shape';
//! export const n = sides;
//! //- /shape.ts
//! export const area = 1;
//! export const sides = 4;
//! ```
//! ```typescript after
//! import { sides } from './shape';
//! export const n = sides;
//! //- /shape.ts
//! export const area = 1;
//! export const sides = 4;
//! ```
//!
//! ## Fix safety
//! `Safe`: TypeScript does not emit unused imports. Of an import that is emitted all the same (`verbatimModuleSyntax`, JavaScript) the module
//! stays, unless it only declares things; removing it too is `Unsafe`. Display only when an error of the file
//! may have hidden the use: a name that does not resolve, a syntax error, or something missing. No fix when a misspelled use of the name is
//! reported.

use super::support::unused::{is_pure, trust};
use codegen::typescript::edit::{line_deletion_with_directives, list_item_deletion};
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::unquoted;
use syntax::typescript::{descendants, occurrences};
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS6133", "TS6192", "TS6196"];

fn imported<'t>(import: Node<'t>) -> Vec<Node<'t>> {
    let names = descendants(import, &["import_specifier", "namespace_import"]);
    let default = child_of_kind(import, "import_clause").and_then(|c| child_of_kind(c, "identifier"));
    let required = child_of_kind(import, "import_require_clause");
    default.into_iter().chain(names).chain(required).collect()
}

fn local<'a>(node: Node<'_>, text: &'a str) -> &'a str {
    let name = match node.kind() {
        "import_specifier" => node.field("alias").or(node.field("name")),
        "namespace_import" | "import_require_clause" => child_of_kind(node, "identifier"),
        _ => Some(node),
    };
    name.map_or("", |n| n.text_in(text))
}

/// The lowest applicability among the names that are removed.
fn trust_all(ctx: &RuleContext<'_>, names: &[Node<'_>]) -> Option<Applicability> {
    names.iter().map(|n| trust(ctx, local(*n, ctx.text()))).min().unwrap_or(Some(Applicability::Safe))
}

/// Whether a type in the file uses the name. Another fix of the same build may have added the use.
fn is_used_as_type(ctx: &RuleContext<'_>, import: Node<'_>, name: &str) -> bool {
    let uses = occurrences(ctx.root(), ctx.text(), name);
    let outside =
        uses.iter().filter(|n| n.kind() == "type_identifier" && !import.byte_range().contains(&n.start_byte()));
    let declares = |n: &Node<'_>| n.parent().is_some_and(|p| p.field("name") == Some(*n) && p.kind() != "generic_type");
    let (declared, used): (Vec<&Node<'_>>, Vec<&Node<'_>>) = outside.partition(|n| declares(n));
    // If another declaration has the name, the use may refer to that.
    declared.is_empty() && !used.is_empty()
}

/// Whether the import is emitted although nothing uses its names, and loading its module may do something.
fn loads_for_effect(ctx: &RuleContext<'_>, import: Node<'_>, module: Option<&str>) -> bool {
    let Some(module) = module.filter(|_| child_of_kind(import, "type").is_none()) else { return false };
    let project = ctx.index.typescript().project(ctx.path());
    let script = ctx.path().extension().is_some_and(|e| e == "js" || e == "jsx" || e == "mjs" || e == "cjs");
    let emitted = ["verbatimModuleSyntax", "preserveValueImports"].iter().any(|f| project.flag(f)) || script;
    if !emitted || module.starts_with("node:") {
        return false;
    }
    // Another import loads it.
    let loaded = |i: &Node<'_>| {
        i.id() != import.id()
            && child_of_kind(*i, "type").is_none()
            && i.field("source").is_some_and(|s| unquoted(s.text_in(ctx.text())) == module)
    };
    if ctx.root().named().iter().any(|i| i.kind() == "import_statement" && loaded(i)) {
        return false;
    }
    if !module.starts_with('.') && !module.starts_with('/') {
        // The entry of a package is imported for its names; what lies below it may be there to be loaded.
        let parts = module.split('/').count();
        return parts > if module.starts_with('@') { 2 } else { 1 };
    }
    let file = ctx.index.typescript().resolve_module(ctx.path(), module);
    file.and_then(|f| ctx.index.source(&f)).is_none_or(|source| {
        let text = source.parsed.text();
        source.parsed.root().named().into_iter().any(|statement| does_something(statement, text))
    })
}

/// Whether a statement at the top of a module does more than to declare something.
fn does_something(statement: Node<'_>, text: &str) -> bool {
    match statement.kind() {
        "import_statement" => child_of_kind(statement, "import_clause").is_none(),
        "export_statement" => {
            let default = statement.field("value").is_some_and(|v| !is_pure(v, text) && v.kind() != "class");
            let decorated = child_of_kind(statement, "decorator").is_some();
            default || decorated || statement.field("declaration").is_some_and(|d| does_something(d, text))
        }
        "lexical_declaration" | "variable_declaration" => {
            statement.named().into_iter().filter_map(|d| d.field("value")).any(|v| !is_pure(v, text))
        }
        "class_declaration" | "abstract_class_declaration" => {
            !descendants(statement, &["decorator", "class_static_block"]).is_empty()
        }
        "expression_statement" => statement.named().first().is_none_or(|e| !e.is(&["string", "internal_module"])),
        kind => {
            !kind.ends_with("declaration")
                && !kind.ends_with("signature")
                && kind != "import_alias"
                && kind != "empty_statement"
        }
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let Some(import) = token.enclosing(&["import_statement", "import_alias"]) else { return Vec::new() };
    let names = imported(import);
    let at =
        |n: &Node<'_>| names.len() == 1 || n.byte_range().contains(&token.start_byte()) || token.kind() == "import";
    if names.iter().filter(|n| at(n)).any(|n| is_used_as_type(ctx, import, local(*n, text))) {
        return Vec::new();
    }
    let whole = token.start_byte() == import.start_byte() || names.len() == 1 || import.kind() == "import_alias";
    if whole {
        let Some(applicability) = trust_all(ctx, &names) else { return Vec::new() };
        let module = import.field("source").or_else(|| import.named().into_iter().find_map(|n| n.field("source")));
        let module = module.map(|m| unquoted(m.text_in(text)));
        let title = module.map_or_else(|| "Remove import".to_owned(), |m| format!("Remove import from '{m}'"));
        let range = line_deletion_with_directives(text, import);
        let remove = |safety| ctx.fix(title.clone(), safety).delete(range);
        let source = import.field("source").zip(child_of_kind(import, "import_clause"));
        let Some((source, clause)) = source.filter(|_| loads_for_effect(ctx, import, module)) else {
            return vec![remove(applicability).preferred().build()];
        };
        let keep = ctx.fix("Import the module for its effects only", applicability).preferred();
        let keep = keep.delete(clause.start_byte()..source.start_byte()).build();
        return vec![keep, remove(Applicability::Unsafe.min(applicability)).build()];
    }
    let Some(item) =
        names.iter().copied().find(|n| n.start_byte() <= token.start_byte() && token.end_byte() <= n.end_byte())
    else {
        return Vec::new();
    };
    let name = local(item, text);
    let Some(applicability) = trust(ctx, name) else { return Vec::new() };
    let title = format!("Remove unused declaration for: '{name}'");
    let list = item.parent().filter(|p| p.kind() == "named_imports");
    let siblings = list.map_or(0, |l| l.named().len());
    let range = match list {
        // The only named import beside a default import: remove the braces too.
        Some(list) if siblings == 1 => list_item_deletion(text, list),
        _ => list_item_deletion(text, item),
    };
    // Names of one import are removed one after another, so that adjacent deletions do not overlap.
    let fix = ctx.fix(title, applicability).delete(range).preferred();
    vec![fix.isolated(format!("unused:{}:{}", ctx.path().display(), import.start_byte())).build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn import_used_by_an_earlier_fix_is_kept() {
        check_no_fix(
            rule_of(module_path!()),
            "TS6133",
            "'A' is declared but its value is never read.",
            "import { $0A, B } from './m';\nclass C {\n    m(): A { throw new B(); }\n}\n",
        );
    }

    #[test]
    fn whole_statements_default_imports_and_last_names() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("$0import { a } from './a';\nimport './b';\n", "import './b';\n"),
            ("import b, { $0a } from './a';\nb;\n", "import b from './a';\nb;\n"),
            ("import $0a, { b } from './a';\nb;\n", "import { b } from './a';\nb;\n"),
            ("import { b, $0a as c } from './a';\nb;\n", "import { b } from './a';\nb;\n"),
            ("import {\n  b,\n  $0a,\n} from './a';\nb;\n", "import {\n  b,\n} from './a';\nb;\n"),
        ] {
            check_fix(rule, "TS6133", "'a' is declared but its value is never read.", before, after);
        }
        check_fix(
            rule,
            "TS6192",
            "All imports in import declaration are unused.",
            "$0import { a, b } from './a';\nexport {};\n",
            "export {};\n",
        );
    }

    #[test]
    fn an_import_that_is_emitted_may_be_there_to_load_its_module() {
        let message = "'a' is declared but its value is never read.";
        let check = |options: &str, import: &str, module: &str, gone: bool| {
            let options = format!("//- /tsconfig.json\n{{ \"compilerOptions\": {{ {options} }} }}\n");
            let files = format!("{options}//- /m.ts\n{module}\n//- /main.ts\n{import}\nexport {{}};\n");
            let loads = import.rsplit(' ').next().unwrap_or_default();
            let after = if gone { "export {};\n".to_owned() } else { format!("import {loads}\nexport {{}};\n") };
            check_fix_all(rule_of(module_path!()), "TS6133", message, &[], &files, Some(&after));
        };
        let (elided, kept) = ("", "\"verbatimModuleSyntax\": true");
        let import = "$0import { a } from './m';";
        check(elided, import, "export const a = register();", true);
        check(kept, import, "export const a = register();", false);
        check(kept, import, "import './polyfill';\nexport const a = 1;", false);
        check(kept, import, "export const a = 1;\nexport function b() {}", true);
        check(kept, "$0import type { a } from './m';", "export const a = register();", true);
        check(kept, "$0import a from 'pkg';", "", true);
        check(kept, "$0import a from 'pkg/register';", "", false);
    }

    #[test]
    fn an_import_that_the_message_does_not_name_stays() {
        let rule = rule_of(module_path!());
        check_no_fix(
            rule,
            "TS6196",
            "'Gone' is declared but never used.",
            "$0import { Box } from './m';\nexport const b = new Box();\n",
        );
        check_no_fix(
            rule,
            "TS6133",
            "'gone' is declared but its value is never read.",
            "import { $0box, b } from './m';\nexport { b };\n",
        );
    }
}
