//! # Imported declaration is not exported
//!
//! The module declares the name but does not export it.
//!
//! ```typescript before
//! //@ error TS2459: Module '"./shape"' declares 'area' locally, but it is not exported.
//! import { $0area$0 } from './shape';
//! export const n = area;
//! //- /shape.ts
//! const area = 1;
//! export const sides = area;
//! ```
//! ```typescript after
//! import { area } from './shape';
//! export const n = area;
//! //- /shape.ts
//! export const area = 1;
//! export const sides = area;
//! ```
//!
//! ## Fix safety
//! `Safe`: an additional export does not affect code that does not import it, and the compiler names the declaration. Only files of the
//! workspace are changed.

use super::ts2304_missing_function::at_end;
use codegen::typescript::bodies::Layout;
use fix::{Applicability, Fix, RuleContext};
use index::{DeclarationKind, ImportKind, Source};
use std::path::Path;
use std::sync::Arc;
use syntax::typescript::descendants;
use syntax::typescript::unquoted;
use syntax::{Node, NodeExt, child_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS2459", "TS2305", "TS2724"];

/// The top-level statement of `source` that declares `name` without exporting it.
fn declaration<'t>(source: &'t Source, name: &str) -> Option<Node<'t>> {
    let text = source.parsed.text();
    let named = |n: Node<'_>| n.field("name").is_some_and(|x| x.text_in(text) == name);
    source.parsed.root().named().into_iter().find(|statement| {
        let inner = match statement.kind() {
            "ambient_declaration" => statement.named().into_iter().next(),
            "expression_statement" => statement.named().into_iter().next().filter(|n| n.kind().contains("module")),
            _ => Some(*statement),
        };
        inner.is_some_and(|inner| match inner.kind() {
            "lexical_declaration" | "variable_declaration" => inner.named().into_iter().any(named),
            kind => {
                (kind.ends_with("declaration") || kind.ends_with("module") || kind == "function_signature")
                    && named(inner)
            }
        })
    })
}

/// The edit that exports `name` from `source`.
fn export(source: &Source, name: &str) -> Option<Vec<TextEdit>> {
    let text = source.parsed.text();
    let statement = declaration(source, name)?;
    // A word directly before it is a misspelled modifier.
    let line = &text[..statement.start_byte()];
    let line = &line[line.rfind('\n').map_or(0, |i| i + 1)..];
    if line.trim_end().ends_with(char::is_alphanumeric) {
        return None;
    }
    let kind = statement.kind();
    let type_only = kind == "interface_declaration" || kind == "type_alias_declaration";
    let several = matches!(kind, "lexical_declaration" | "variable_declaration")
        && statement.named().iter().filter(|n| n.kind() == "variable_declarator").count() > 1;
    // Add the name to an existing export list.
    let lists = source.parsed.root().named().into_iter().filter(|n| {
        n.kind() == "export_statement" && n.field("source").is_none() && child_of_kind(*n, "export_clause").is_some()
    });
    let lists: Vec<Node<'_>> = lists.collect();
    let is_type_list = |n: &&Node<'_>| child_of_kind(**n, "type").is_some();
    let list = lists.iter().find(|l| type_only == is_type_list(l)).or(lists.iter().find(|l| !is_type_list(l)));
    if let Some(list) = list {
        let clause = child_of_kind(*list, "export_clause")?;
        return Some(vec![match descendants(clause, &["export_specifier"]).last() {
            Some(last) => TextEdit::insert(last.end_byte(), format!(", {name}")),
            None => TextEdit::replace(clause.range(), format!("{{ {name} }}")),
        }]);
    }
    if several {
        let layout = Layout { text, eol: text::LineEnding::of(text).as_str(), unit: String::new() };
        return Some(vec![at_end(&layout, &format!("export {{ {name} }};"))]);
    }
    // All overloads of a function must be exported together.
    let overloads = source.parsed.root().named().into_iter().filter(|n| {
        n.is(&["function_signature", "function_declaration"])
            && n.field("name").is_some_and(|x| x.text_in(text) == name)
    });
    let mut edits: Vec<TextEdit> = overloads.map(|n| TextEdit::insert(start(n), "export ")).collect();
    if edits.is_empty() {
        edits.push(TextEdit::insert(start(statement), "export "));
    }
    Some(edits)
}

/// The position of the modifiers: after the decorators.
fn start(statement: Node<'_>) -> usize {
    let first = statement.all_children().into_iter().find(|c| !c.is(&["decorator", "comment"]));
    first.map_or(statement.start_byte(), |c| c.start_byte())
}

/// Files that `module` re-exports with `export *` and that declare `name` without exporting it.
pub(super) fn unexported_in_re_exports(ctx: &RuleContext<'_>, module: &Arc<Path>, name: &str) -> Vec<Arc<Path>> {
    let typescript = ctx.index.typescript();
    let mut seen: Vec<Arc<Path>> = Vec::new();
    let mut out = Vec::new();
    let mut queue = vec![module.clone()];
    while let Some(path) = queue.pop() {
        if seen.len() > 200 || seen.contains(&path) {
            continue;
        }
        seen.push(path.clone());
        let Some(outline) = ctx.index.outline(&path) else { continue };
        if outline
            .declarations
            .iter()
            .any(|d| d.parent.is_none() && d.name == name && d.kind != DeclarationKind::Namespace)
            && ctx.index.contains(&path)
        {
            out.push(path.clone());
        }
        for import in outline.imports.iter().filter(|i| i.kind == ImportKind::ReExport) {
            if import.names.iter().any(|n| n.name == "*" && n.local == "*") {
                queue.extend(typescript.resolve_module(&path, &import.target));
            }
        }
    }
    out
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let Some(statement) = token.enclosing(&["import_statement", "export_statement"]) else { return Vec::new() };
    let Some(specifier) = token.enclosing(&["import_specifier", "export_specifier"]) else { return Vec::new() };
    let Some(name) = specifier.field("name").map(|n| n.text_in(text)) else { return Vec::new() };
    let Some(module) = statement.field("source").map(|s| unquoted(s.text_in(text))) else { return Vec::new() };
    let Some(target) = ctx.index.typescript().resolve_module(ctx.path(), module) else { return Vec::new() };
    let files = if *ctx.code() == "TS2459" { vec![target] } else { unexported_in_re_exports(ctx, &target, name) };
    let [file] = files.as_slice() else { return Vec::new() };
    if !ctx.index.contains(file) || file.to_string_lossy().ends_with(".d.ts") {
        return Vec::new();
    }
    let Some(source) = ctx.index.source(file) else { return Vec::new() };
    let Some(edits) = export(&source, name) else { return Vec::new() };
    let title = format!("Export '{name}' from module '{module}'");
    let fix = edits.into_iter().fold(ctx.fix(title, Applicability::Safe), |fix, edit| fix.edit_in(&source, edit));
    // Two fixes that add to the same export list are applied one after the other.
    vec![fix.preferred().isolated(format!("export:{}", file.display())).build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn no_second_export_after_a_misspelled_one() {
        check_no_fix(
            rule_of(module_path!()),
            "TS2459",
            "Module '\"./a\"' declares 'B' locally, but it is not exported.",
            "import { $0B } from './a';\n//- /a.ts\nexports interface B { a: string }\n",
        );
    }

    #[test]
    fn export_lists_and_re_exports() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS2459",
            "Module '\"./a\"' declares 'b' locally, but it is not exported.",
            "import { $0b } from './a';\n//- /a.ts\nfunction a() {}\nfunction b() {}\nexport { a };\n",
            "import { b } from './a';\n//- /a.ts\nfunction a() {}\nfunction b() {}\nexport { a, b };\n",
        );
        check_fix(
            rule,
            "TS2459",
            "Module '\"./a\"' declares 'b' locally, but it is not exported.",
            "import { $0b } from './a';\n//- /a.ts\nlet a = 1, b = 2;\nexport type { T };\ntype T = 1;\n",
            "import { b } from './a';\n//- /a.ts\nlet a = 1, b = 2;\nexport type { T };\ntype T = 1;\n\nexport { b };\n",
        );
        check_fix(
            rule,
            "TS2305",
            "Module '\"./i\"' has no exported member 'b'.",
            "import { $0b } from './i';\n//- /a.ts\nfunction b() {}\nexport const c = b;\n//- /i.ts\nexport * from './a';\n",
            "import { b } from './i';\n//- /a.ts\nexport function b() {}\nexport const c = b;\n",
        );
    }
}
