//! Imports and re-exports of what was renamed, moved or is gone.

use super::spot::Spot;
use crate::DeclarationChange;
use crate::carry::{Carried, Site};
use codegen::ImportRequest;
use index::DeclarationId;
use std::path::Path;
use syntax::typescript::unquoted;
use syntax::{Node, NodeExt, ancestors};
use text::{TextEdit, TextRange};

/// The specifier, and the import or export statement, that a name stands in.
pub(super) fn statement_of(leaf: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let specifier = leaf.parent().filter(|p| p.is(&["import_specifier", "export_specifier", "import_clause"]))?;
    let statement = ancestors(specifier).find(|a| a.is(&["import_statement", "export_statement"]))?;
    Some((specifier, statement))
}

/// What becomes of the uses of a name in its file, apart from imports.
pub(super) type Uses<'f> = dyn Fn(&Site<'_>) -> Option<Carried> + 'f;

/// Where a declaration is exported now, as a file may import it.
struct Target {
    /// The name that it is exported under.
    name: String,
    /// The module to import it from; `None`: from where it is imported.
    module: Option<String>,
}

/// What becomes of a name in an import or an export list, and of its uses in the file with it.
pub(super) fn specifier(spot: &Spot<'_>, uses: &Uses<'_>) -> Option<Carried> {
    let (specifier, statement) = statement_of(spot.now.leaf)?;
    let site = &spot.site;
    let change = site.change;
    // `export { name }` of the file's own.
    let Some(source) = statement.field("source") else { return own_export(spot, specifier) };
    let module = unquoted(spot.of_text(source));
    if change.now.is_none() {
        return gone(spot, specifier, statement, module, uses);
    }
    let target = target(site, change, module)?;
    let from = spot.of_text(spot.now.leaf);
    let moves = target.module.is_some();
    if target.name == from && !moves && specifier.kind() != "import_clause" {
        return Some(Carried::default());
    }
    if specifier.kind() == "import_clause" {
        return default_import(spot, source, &target);
    }
    let alias = specifier.field("alias");
    let is_export = specifier.kind() == "export_specifier";
    if target.name == "default" {
        return named_to_default(spot, specifier, statement, source, &target);
    }
    let mut out = Carried::default();
    let renames = target.name != from;
    // The name that the specifier gets, and whether the file goes on using the old one.
    let mut written = target.name.clone();
    if renames && alias.is_none() {
        if is_export && is_asked_for(site, from) || !is_export && is_taken(spot, &target.name) {
            written = format!("{} as {from}", target.name);
        } else if !is_export {
            out = uses(site)?;
        }
    }
    if let Some(module) = &target.module {
        out.edits.extend(moved(spot, statement, source, module, &written)?);
    } else {
        out.edits.push(TextEdit::replace(spot.now.leaf.range(), written));
    }
    Some(out)
}

/// `export { name }`.
fn own_export(spot: &Spot<'_>, specifier: Node<'_>) -> Option<Carried> {
    let (from, to) = spot.site.change.renamed()?;
    let moved = spot.site.change.has(|k| matches!(k, crate::ChangeKind::Moved { .. }));
    if moved || specifier.kind() != "export_specifier" {
        return None;
    }
    let keeps = specifier.field("alias").is_none() && is_asked_for(&spot.site, from);
    let written = if keeps { format!("{to} as {from}") } else { to.to_owned() };
    Some(Carried::edits(vec![TextEdit::replace(spot.now.leaf.range(), written)]))
}

/// Whether other files ask this file for a name: then it is still to have it.
fn is_asked_for(site: &Site<'_>, name: &str) -> bool {
    let index = site.now.index;
    let paths = index.files_with_word(name, site.now.source.parsed.language());
    paths.iter().filter(|p| ***p != *site.now.path()).any(|path| {
        index.outline(path).is_some_and(|o| {
            o.imports
                .iter()
                .filter(|i| i.names.iter().any(|n| n.name == name))
                .any(|i| index.typescript().resolve_module(path, &i.target).is_some_and(|m| *m == *site.now.path()))
        })
    })
}

/// Whether a file uses a name already.
fn is_taken(spot: &Spot<'_>, name: &str) -> bool {
    syntax::typescript::occurrences(spot.site.now.root(), spot.text, name)
        .into_iter()
        .any(|leaf| !syntax::typescript::is_member_name(leaf))
}

/// Under which name, and from where, a file that imports from `module` gets a declaration now.
fn target(site: &Site<'_>, change: &DeclarationChange, module: &str) -> Option<Target> {
    let (new, now) = (change.new.as_ref()?, change.now.as_ref()?);
    let types = site.now.index.typescript();
    let own = |e: &index::typescript::TsExport| e.declarations.contains(new) || e.declaration.as_ref() == Some(new);
    let here = types.exports_of_specifier(site.now.path(), module);
    let pick = |list: &[index::typescript::TsExport]| {
        let all: Vec<&index::typescript::TsExport> = list.iter().filter(|e| own(e)).collect();
        let named = all.iter().find(|e| e.name == now.name).or(all.first())?;
        Some(named.name.to_string())
    };
    if let Some(name) = pick(&here) {
        return Some(Target { name, module: None });
    }
    // A module between, which does not know of the change yet, is to be mended first.
    let resolved = types.resolve_module(site.now.path(), module);
    let was = site.past.index.typescript().resolve_module(site.then.path(), module);
    let is_direct = was.as_deref() == Some(&*change.old.path);
    if resolved.is_some() && !is_direct && *new.path == *change.old.path {
        return None;
    }
    if *new.path == *change.old.path && is_direct {
        // It is not exported any more.
        return None;
    }
    let name = pick(&types.exports_of(&new.path))?;
    let module = types.module_specifiers_without(site.now.path(), &new.path, module).into_iter().next()?;
    Some(Target { name, module: Some(in_style(&module, site, module_style(site, change))) })
}

/// The ending of the specifier by which the file imported the old module.
fn module_style(site: &Site<'_>, change: &DeclarationChange) -> Option<String> {
    let outline = site.then.index.outline(site.then.path())?;
    let types = site.past.index.typescript();
    let import = outline
        .imports
        .iter()
        .find(|i| types.resolve_module(site.then.path(), &i.target).is_some_and(|m| *m == *change.old.path))?;
    Some(import.target.to_string())
}

/// The specifier with the ending that the file writes.
fn in_style(module: &str, _: &Site<'_>, like: Option<String>) -> String {
    const ENDINGS: &[&str] = &[".js", ".ts", ".tsx", ".mjs", ".jsx"];
    let Some(like) = like.filter(|l| l.starts_with('.') && module.starts_with('.')) else { return module.to_owned() };
    let ending = |m: &str| ENDINGS.iter().find(|e| m.ends_with(**e)).copied();
    match (ending(&like), ending(module)) {
        (None, Some(own)) => module.trim_end_matches(own).to_owned(),
        _ => module.to_owned(),
    }
}

/// Takes a name out of a list of imports or exports and writes a statement of its own behind, or changes the module of the whole statement.
fn moved(spot: &Spot<'_>, statement: Node<'_>, source: Node<'_>, module: &str, written: &str) -> Option<Vec<TextEdit>> {
    let (specifier, _) = statement_of(spot.now.leaf)?;
    let list = specifier.parent()?;
    let all: Vec<Node<'_>> = list.named();
    let quote = spot.of_text(source).chars().next()?;
    let to = format!("{quote}{module}{quote}");
    let clause = list.parent()?;
    let has_default = clause.kind() == "import_clause" && clause.named().len() > 1;
    let rename = TextEdit::replace(spot.now.leaf.range(), written);
    if all.len() == 1 && !has_default {
        return Some(vec![rename, TextEdit::replace(source.range(), to)]);
    }
    // All of them go there.
    let alike = all.iter().all(|other| {
        let Some(name) = other.field("name") else { return false };
        others_target(spot, name).is_some_and(|t| t.module.as_deref() == Some(module))
    });
    if alike && !has_default {
        return Some(vec![rename, TextEdit::replace(source.range(), to)]);
    }
    let at = all.iter().position(|s| s.id() == specifier.id())?;
    let cut = match all.get(at + 1) {
        Some(next) => TextRange::new(specifier.start_byte(), next.start_byte()),
        None if at > 0 => TextRange::new(all[at - 1].end_byte(), specifier.end_byte()),
        // The last name beside a default import.
        None => TextRange::new(clause.named().first()?.end_byte(), list.end_byte()),
    };
    let word = if statement.kind() == "import_statement" { "import" } else { "export" };
    let type_only = syntax::child_of_kind(statement, "type").is_some();
    let name = &spot.of_text(specifier)[spot.now.leaf.end_byte() - specifier.start_byte()..];
    let head = &spot.of_text(specifier)[..spot.now.leaf.start_byte() - specifier.start_byte()];
    let end = if spot.of_text(statement).ends_with(';') { ";" } else { "" };
    let line = format!("\n{word} {}{{ {head}{written}{name} }} from {to}{end}", if type_only { "type " } else { "" });
    Some(vec![TextEdit::delete(cut), TextEdit::insert(statement.end_byte(), line)])
}

/// Where another name of the same statement comes from now.
fn others_target(spot: &Spot<'_>, name: Node<'_>) -> Option<Target> {
    let (_, statement) = statement_of(name)?;
    let module = unquoted(spot.of_text(statement.field("source")?));
    let text = spot.of_text(name);
    spot.site.changes.named(text).iter().find_map(|i| {
        let change = spot.site.changes.list.get(*i)?;
        let was = spot.site.past.index.typescript().resolve_module(spot.site.then.path(), module);
        (was.as_deref() == Some(&*change.old.path)).then(|| target(&spot.site, change, module)).flatten()
    })
}

/// `import Name from '…'`.
fn default_import(spot: &Spot<'_>, source: Node<'_>, target: &Target) -> Option<Carried> {
    let clause = spot.now.leaf.parent()?;
    let mut edits = Vec::new();
    let from = spot.of_text(spot.now.leaf);
    if target.name != "default" {
        if clause.named().len() > 1 {
            return None;
        }
        let name = if target.name == from { from.to_owned() } else { format!("{} as {from}", target.name) };
        edits.push(TextEdit::replace(spot.now.leaf.range(), format!("{{ {name} }}")));
    } else if clause.named().len() > 1 && target.module.is_some() {
        return None;
    }
    if let Some(module) = &target.module {
        let quote = spot.of_text(source).chars().next()?;
        edits.push(TextEdit::replace(source.range(), format!("{quote}{module}{quote}")));
    }
    Some(Carried::edits(edits))
}

/// `import { name } from '…'` of what is the default export now.
fn named_to_default(
    spot: &Spot<'_>,
    specifier: Node<'_>,
    statement: Node<'_>,
    source: Node<'_>,
    target: &Target,
) -> Option<Carried> {
    let list = specifier.parent().filter(|l| l.kind() == "named_imports")?;
    let clause = list.parent()?;
    let local = specifier.field("alias").unwrap_or(spot.now.leaf);
    let name = spot.of_text(local);
    if clause.named().len() > 1 || spot.of_text(specifier).starts_with("type ") {
        return None;
    }
    let mut edits = Vec::new();
    let all = list.named();
    if all.len() == 1 {
        edits.push(TextEdit::replace(list.range(), name));
        if let Some(module) = &target.module {
            let quote = spot.of_text(source).chars().next()?;
            edits.push(TextEdit::replace(source.range(), format!("{quote}{module}{quote}")));
        }
    } else if target.module.is_none() && syntax::child_of_kind(statement, "type").is_none() {
        let range = codegen::typescript::edit::list_item_deletion(spot.text, specifier);
        edits.push(TextEdit::delete(range));
        edits.push(TextEdit::insert(list.start_byte(), format!("{name}, ")));
    } else {
        return None;
    }
    Some(Carried::edits(edits))
}

/// An import of what is gone: with its uses, as they are to be written now.
fn gone(spot: &Spot<'_>, specifier: Node<'_>, statement: Node<'_>, module: &str, uses: &Uses<'_>) -> Option<Carried> {
    if specifier.kind() != "import_specifier" || specifier.field("alias").is_some() {
        return None;
    }
    let mut out = uses(&spot.site)?;
    if out.edits.is_empty() {
        return None;
    }
    let types = spot.site.now.index.typescript();
    let resolve = |m: &str| types.resolve_module(spot.site.now.path(), m);
    let same = |request: &ImportRequest| match request {
        ImportRequest::Named { module: m, .. } => m == module || resolve(m).is_some() && resolve(m) == resolve(module),
        _ => false,
    };
    out.imports.sort();
    out.imports.dedup();
    let takes_place = out.imports.iter().position(same).map(|i| out.imports.remove(i));
    let list = specifier.parent()?;
    let is_only = list.named().len() == 1 && list.parent().is_some_and(|c| c.named().len() == 1);
    // The statement becomes the import of what is written instead, unless there is one of its module.
    let outline = spot.site.now.index.outline(spot.site.now.path())?;
    let is_new = |r: &ImportRequest| match r {
        ImportRequest::Named { module: m, .. } => !outline.imports.iter().any(|i| i.target == *m),
        _ => false,
    };
    if let (true, None, [request]) = (is_only, &takes_place, out.imports.as_slice())
        && is_new(request)
        && let ImportRequest::Named { module, name, local, .. } = request.clone()
    {
        let source = statement.field("source")?;
        let quote = spot.of_text(source).chars().next()?;
        let written = if name == local { name } else { format!("{name} as {local}") };
        out.edits.push(TextEdit::replace(spot.now.leaf.range(), written));
        out.edits.push(TextEdit::replace(source.range(), format!("{quote}{module}{quote}")));
        out.imports.clear();
        return Some(out);
    }
    match takes_place {
        Some(ImportRequest::Named { name, local, .. }) => {
            let written = if name == local { name } else { format!("{name} as {local}") };
            out.edits.push(TextEdit::replace(spot.now.leaf.range(), written));
        }
        _ if is_only => {
            out.edits.push(TextEdit::delete(codegen::typescript::edit::line_deletion(spot.text, statement.range())));
        }
        _ => {
            out.edits.push(TextEdit::delete(codegen::typescript::edit::list_item_deletion(spot.text, specifier)));
        }
    }
    Some(out)
}

/// The import that a use needs of what moved away from its own file.
pub(super) fn moved_away(spot: &Spot<'_>) -> Option<Carried> {
    let change = spot.site.change;
    let (new, now) = (change.new.as_ref()?, change.now.as_ref()?);
    let here = spot.site.now.path();
    if *change.old.path != *here || *new.path == *here {
        // Its import is seen to where it stands.
        let via_namespace =
            spot.now.access.kind() == "member_expression" || spot.now.access.kind() == "nested_type_identifier";
        return (!via_namespace || *new.path == *change.old.path).then(Carried::default);
    }
    let request = import_of(spot, here, new, &now.name)?;
    Some(Carried { imports: vec![request], ..Carried::default() })
}

fn import_of(spot: &Spot<'_>, here: &Path, new: &DeclarationId, name: &str) -> Option<ImportRequest> {
    let types = spot.site.now.index.typescript();
    let own = |e: &&index::typescript::TsExport| e.declarations.contains(new) || e.declaration.as_ref() == Some(new);
    let exports = types.exports_of(&new.path);
    let export = exports.iter().find(own)?;
    let module = types.module_specifiers(here, &new.path).into_iter().next()?;
    let local = name.to_owned();
    let type_only = export.type_only;
    Some(match export.name.as_str() {
        "default" => ImportRequest::Default { module, local, type_only },
        exported => ImportRequest::Named { module, name: exported.to_owned(), local, type_only },
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check_use;

    const BODY: &str = "(a: number, b: number) { const c = a * 2; return c + b + a; }\n";

    #[track_caller]
    fn check(then: &str, now: &str, user: &str, code: &str, after: Option<&str>) {
        check_use(then, now, ("/use.ts", user), code, after.map(|after| (after, true)));
    }

    #[test]
    fn a_renamed_export_is_renamed_in_the_whole_file() {
        let then = format!("//- /a.ts\nexport function sum{BODY}export const one = 1;\n");
        let now = format!("//- /a.ts\nexport function add{BODY}export const one = 1;\n");
        check(
            &then,
            &now,
            "import { one, $0sum } from './a';\nexport const f = (sum2: number) => sum(one, sum2);\nexport const o = { sum };\n",
            "TS2305",
            Some(
                "import { one, add } from './a';\nexport const f = (sum2: number) => add(one, sum2);\nexport const o = { sum: add };\n",
            ),
        );
        check(
            &then,
            &now,
            "import { $0sum as total } from './a';\nexport const n = total(1, 2);\n",
            "TS2305",
            Some("import { add as total } from './a';\nexport const n = total(1, 2);\n"),
        );
        // The file has something of that name.
        check(
            &then,
            &now,
            "import { $0sum } from './a';\nconst add = 1;\nexport const n = sum(add, 2);\n",
            "TS2305",
            Some("import { add as sum } from './a';\nconst add = 1;\nexport const n = sum(add, 2);\n"),
        );
        check(
            &then,
            &now,
            "import * as a from './a';\nexport const n = a.$0sum(1, 2);\n",
            "TS2339",
            Some("import * as a from './a';\nexport const n = a.add(1, 2);\n"),
        );
    }

    #[test]
    fn what_moved_is_imported_from_there() {
        let then =
            format!("//- /a.ts\nexport function sum{BODY}export const one = 1;\n//- /b.ts\nexport const two = 2;\n");
        let now =
            format!("//- /a.ts\nexport const one = 1;\n//- /b.ts\nexport const two = 2;\nexport function sum{BODY}");
        check(
            &then,
            &now,
            "import { $0sum } from './a';\nexport const n = sum(1, 2);\n",
            "TS2305",
            Some("import { sum } from './b';\nexport const n = sum(1, 2);\n"),
        );
        check(
            &then,
            &now,
            "import { one, $0sum } from './a';\nexport const n = sum(one, 2);\n",
            "TS2305",
            Some("import { one } from './a';\nimport { sum } from './b';\nexport const n = sum(one, 2);\n"),
        );
    }

    #[test]
    fn an_index_that_exports_it_again_is_still_asked() {
        let then = format!("//- /lib/a.ts\nexport function sum{BODY}//- /lib/index.ts\nexport * from './a';\n");
        let now = format!("//- /lib/a.ts\nexport function add{BODY}//- /lib/index.ts\nexport * from './a';\n");
        check(
            &then,
            &now,
            "import { $0sum } from './lib';\nexport const n = sum(1, 2);\n",
            "TS2305",
            Some("import { add } from './lib';\nexport const n = add(1, 2);\n"),
        );
    }

    #[test]
    fn a_file_has_another_name() {
        let then = format!("//- /a.ts\nexport function sum{BODY}export const one = 1;\n");
        let now = format!("//- /a.ts\n//- /math.ts\nexport function sum{BODY}export const one = 1;\n");
        check(
            &then,
            &now,
            "import { one, sum } from $0'./a';\nexport const n = sum(one, 2);\n",
            "TS2307",
            Some("import { one, sum } from './math';\nexport const n = sum(one, 2);\n"),
        );
    }

    #[test]
    fn default_and_named_exports() {
        let named = format!("//- /a.ts\nexport function sum{BODY}");
        let default = format!("//- /a.ts\nexport default function sum{BODY}");
        check(
            &named,
            &default,
            "import { $0sum } from './a';\nexport const n = sum(1, 2);\n",
            "TS2614",
            Some("import sum from './a';\nexport const n = sum(1, 2);\n"),
        );
        check(
            &default,
            &named,
            "import $0sum from './a';\nexport const n = sum(1, 2);\n",
            "TS2613",
            Some("import { sum } from './a';\nexport const n = sum(1, 2);\n"),
        );
    }

    #[test]
    fn what_is_gone_for_good_gets_nothing() {
        let then = "//- /a.ts\nexport function sum(a: number) { const b = a; return b + a; }\nexport const one = 1;\n";
        let now = "//- /a.ts\nexport const one = 1;\n";
        check(then, now, "import { $0sum } from './a';\nexport const n = sum(1);\n", "TS2305", None);
    }

    #[test]
    fn what_is_merged_moves_together() {
        let both =
            "export const Deco = make<Deco>('Deco');\nexport interface Deco { x: number; y(): void; z: string }\n";
        let make = "//- /make.ts\nexport function make<T>(name: string): T { return null!; }\n";
        let head = "import { make } from './make';\n";
        let then = format!(
            "{make}//- /a.ts\n{head}{both}export const one = 1;\n//- /b.ts\n{head}export const two = make<number>('2');\n"
        );
        let now = format!(
            "//- /a.ts\n{head}export const one = 1;\n//- /b.ts\n{head}export const two = make<number>('2');\n{both}"
        );
        check(
            &then,
            &now,
            "import { $0Deco, one } from './a';\nexport const f = (d: Deco) => [Deco, d.x + one];\n",
            "TS2305",
            Some(
                "import { one } from './a';\nimport { Deco } from './b';\nexport const f = (d: Deco) => [Deco, d.x + one];\n",
            ),
        );
    }
}
