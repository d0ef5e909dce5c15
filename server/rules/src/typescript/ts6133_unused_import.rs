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
//! `Safe` when the file has no errors other than unused declarations: TypeScript does not emit unused imports. Display only when the file
//! has other errors, because they may have hidden a use. No fix when a misspelled use of the name is reported.

use super::support::unused::trust;
use codegen::typescript::edit::{line_deletion, list_item_deletion};
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
        let title = match module {
            Some(module) => format!("Remove import from '{}'", unquoted(module.text_in(text))),
            None => "Remove import".to_owned(),
        };
        let range = line_deletion(text, import.range());
        return vec![ctx.fix(title, applicability).delete(range).preferred().build()];
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
    use fix::testing::{check_fix, check_no_fix};

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
            ("import a, { $0b } from './a';\na;\n", "import a from './a';\na;\n"),
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
}
