//! Inserts imports in TypeScript and JavaScript at the positions and in the style of TypeScript's language service.

mod existing;
mod place;
mod style;

use super::ImportRequest;
use existing::{ExistingImport, Specifier};
use index::Index;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use style::Style;
use syntax::{NodeExt, Parsed};
use text::{TextEdit, TextRange};

/// The imports that a file needs from one module.
#[derive(Default)]
struct ModuleImports<'a> {
    default: Option<(&'a str, bool)>,
    namespace: Option<(&'a str, bool)>,
    /// Local name for a module with `export =`: `import local = require('m')`.
    equals: Option<&'a str>,
    /// By exported and local name: whether the name is needed only as a type. A name that is needed as type and value is a value.
    named: BTreeMap<(&'a str, &'a str), bool>,
}

fn by_module(requests: &BTreeSet<ImportRequest>) -> BTreeMap<&str, ModuleImports<'_>> {
    let mut out: BTreeMap<&str, ModuleImports<'_>> = BTreeMap::new();
    let both = |old: Option<(&str, bool)>, type_only: bool| type_only && old.is_none_or(|(_, t)| t);
    for request in requests {
        match request {
            ImportRequest::Named { module, name, local, type_only } => {
                let requested = out.entry(module).or_default().named.entry((name, local)).or_insert(true);
                *requested &= *type_only;
            }
            ImportRequest::Default { module, local, type_only } => {
                let requested = out.entry(module).or_default();
                requested.default = Some((local, both(requested.default, *type_only)));
            }
            ImportRequest::Namespace { module, local, type_only } => {
                let requested = out.entry(module).or_default();
                requested.namespace = Some((local, both(requested.namespace, *type_only)));
            }
            ImportRequest::Equals { module, local } => out.entry(module).or_default().equals = Some(local),
            _ => {}
        }
    }
    out
}

/// Insertions by offset, so that several at one offset are ordered, and deletions.
#[derive(Default)]
struct Edits {
    inserts: BTreeMap<usize, String>,
    deletes: BTreeSet<(usize, usize)>,
}

impl Edits {
    fn insert(&mut self, offset: usize, text: &str) {
        self.inserts.entry(offset).or_default().push_str(text);
    }
    fn finish(mut self) -> Vec<TextEdit> {
        let mut out = Vec::new();
        for (start, end) in self.deletes {
            let before = self.inserts.remove(&start).unwrap_or_default();
            let after = self.inserts.remove(&end).unwrap_or_default();
            out.push(TextEdit::replace(TextRange::new(start, end), before + &after));
        }
        out.extend(self.inserts.into_iter().map(|(offset, text)| TextEdit::insert(offset, text)));
        out
    }
}

/// The edits that add the requested imports: names are added to existing imports of their module, the rest becomes new statements.
pub fn edits(parsed: &Parsed, requests: &BTreeSet<ImportRequest>, path: &Path, index: &Index) -> Vec<TextEdit> {
    let text = parsed.text();
    let style = Style::of(parsed, path, index);
    let imports = existing::imports(parsed);
    let mut edits = Edits::default();
    let mut statements: Vec<(String, String)> = Vec::new();
    for (module, requested) in by_module(requests) {
        let same: Vec<&ExistingImport<'_>> =
            imports.iter().filter(|i| same_module(i.module, module, path, index)).collect();
        let rest = join_existing(text, &style, &same, requested, &mut edits);
        let module = same.first().map_or(module, |i| i.module);
        statements.extend(new_statements(module, rest, &style));
    }
    place::insert(parsed, &style, &imports, statements, &mut edits);
    edits.finish()
}

fn same_module(existing: &str, requested: &str, path: &Path, index: &Index) -> bool {
    if existing == requested {
        return true;
    }
    // `./a` and `./a.js` can be the same module. Packages are compared by name only.
    if !existing.starts_with('.') || !requested.starts_with('.') {
        return false;
    }
    let typescript = index.typescript();
    let resolved = typescript.resolve_module(path, existing);
    resolved.is_some() && resolved == typescript.resolve_module(path, requested)
}

/// Adds to the existing imports of this module; returns the imports that could not be added.
fn join_existing<'a>(
    text: &str,
    style: &Style,
    same: &[&ExistingImport<'_>],
    mut requested: ModuleImports<'a>,
    edits: &mut Edits,
) -> ModuleImports<'a> {
    // Names that are already imported, possibly only as types.
    requested.named.retain(|(name, local), type_only| {
        let found = same.iter().find_map(|i| {
            let specifier = i.specifiers.iter().find(|s| s.name == *name && s.local == *local)?;
            Some((i, specifier))
        });
        let Some((import, specifier)) = found else { return true };
        if !*type_only {
            if import.type_keyword.is_some() {
                promote(import, &[specifier.local], edits);
            } else if let Some(keyword) = specifier.type_keyword {
                edits.deletes.insert(keyword);
            }
        }
        false
    });
    if let Some((local, type_only)) = requested.default {
        let bare = same.iter().find(|i| i.default == Some(local));
        if let Some(import) = bare {
            if !type_only && import.type_keyword.is_some() {
                promote(import, &[local], edits);
            }
            requested.default = None;
        } else if let Some(import) =
            same.iter().find(|i| i.default.is_none() && i.clause.is_some() && i.type_keyword.is_none())
            && let Some(clause) = import.clause
            // A default import that must be type-only cannot be combined with value imports.
            && !(type_only && style.types_must_be_marked)
        {
            if !import.require {
                edits.insert(clause.0, &format!("{local}, "));
                requested.default = None;
            } else if import.braces.is_some() {
                add_specifiers(text, import, &[(format!("default: {local}"), false)], edits);
                requested.default = None;
            }
        }
    }
    if let Some((local, type_only)) = requested.namespace
        && let Some(import) = same.iter().find(|i| i.namespace == Some(local))
    {
        if !type_only && import.type_keyword.is_some() {
            promote(import, &[local], edits);
        }
        requested.namespace = None;
    }
    if requested.named.is_empty() {
        return requested;
    }
    let takes_names =
        |i: &&&ExistingImport<'_>| i.clause.is_some() && i.namespace.is_none() && (!i.require || i.braces.is_some());
    let value_import = same.iter().filter(takes_names).find(|i| i.type_keyword.is_none());
    // `import type d, { a }` does not exist.
    let type_import = same.iter().filter(takes_names).find(|i| i.type_keyword.is_some() && i.default.is_none());
    let (types, values): (Vec<_>, Vec<_>) = std::mem::take(&mut requested.named).into_iter().partition(|(_, t)| *t);
    let written = |list: &[((&str, &str), bool)], inline_type: bool| -> Vec<(String, bool)> {
        list.iter()
            .map(|((name, local), type_only)| {
                let names = if name == local { (*name).to_owned() } else { format!("{name} as {local}") };
                if *type_only && inline_type { (format!("type {names}"), true) } else { (names, false) }
            })
            .collect()
    };
    match (value_import, type_import) {
        (Some(value), Some(type_)) => {
            add_specifiers(text, value, &written(&values, false), edits);
            add_specifiers(text, type_, &written(&types, false), edits);
        }
        (Some(value), None) => {
            let inline = style.types_must_be_marked || value.specifiers.iter().any(|s| s.type_keyword.is_some());
            let mut all = written(&values, false);
            all.extend(written(&types, inline && !value.require));
            add_specifiers(text, value, &all, edits);
        }
        (None, Some(type_)) if values.is_empty() => add_specifiers(text, type_, &written(&types, false), edits),
        (None, Some(type_)) => {
            promote(type_, &[], edits);
            let mut all = written(&values, false);
            all.extend(written(&types, true));
            add_specifiers(text, type_, &all, edits);
        }
        (None, None) => requested.named = types.into_iter().chain(values).collect(),
    }
    requested
}

/// Converts an `import type` to a regular import. Its names get their own `type` modifier, except those that are needed as values.
fn promote(import: &ExistingImport<'_>, values: &[&str], edits: &mut Edits) {
    let Some(keyword) = import.type_keyword else { return };
    edits.deletes.insert(keyword);
    for specifier in &import.specifiers {
        if !values.contains(&specifier.local)
            && !edits.inserts.get(&specifier.range.start).is_some_and(|t| t.ends_with("type "))
        {
            edits.insert(specifier.range.start, "type ");
        }
    }
}

/// The sort key of names in braces: values first, then types.
fn order_key(name: &str, type_only: bool, fold_case: bool) -> (bool, String) {
    (type_only, if fold_case { name.to_lowercase() } else { name.to_owned() })
}

fn add_specifiers(text: &str, import: &ExistingImport<'_>, new: &[(String, bool)], edits: &mut Edits) {
    if new.is_empty() {
        return;
    }
    let list = new.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>().join(", ");
    let Some(braces) = import.braces else {
        // The statement has only a default import.
        if let Some(clause) = import.clause {
            edits.insert(clause.1, &format!(", {{ {list} }}"));
        }
        return;
    };
    let specifiers = &import.specifiers;
    let Some(last) = specifiers.last() else {
        edits.deletes.insert(braces);
        edits.insert(braces.0, &format!("{{ {list} }}"));
        return;
    };
    let promoted: BTreeSet<usize> =
        edits.inserts.iter().filter(|(_, t)| t.ends_with("type ")).map(|(offset, _)| *offset).collect();
    let is_type = |s: &Specifier<'_>| s.type_keyword.is_some() || promoted.contains(&s.range.start);
    // By the names that the file uses.
    let key = |s: &Specifier<'_>, fold| order_key(s.local, is_type(s), fold);
    let sorted = |fold: bool| specifiers.windows(2).all(|w| key(&w[0], fold) <= key(&w[1], fold));
    let fold = if sorted(true) {
        Some(true)
    } else if sorted(false) {
        Some(false)
    } else {
        None
    };
    let has_newline = |from: usize, to: usize| text.get(from..to).is_some_and(|t| t.contains('\n'));
    let indent = |at: usize| syntax::line_indent(text, at).to_owned();
    let eol = text::LineEnding::of(text).as_str();
    let mut new: Vec<&(String, bool)> = new.iter().collect();
    let new_key = |(name, type_only): &(String, bool), fold| {
        let name = name.trim_start_matches("type ");
        order_key(name.split_once(" as ").map_or(name, |(_, local)| local), *type_only, fold)
    };
    if let Some(fold) = fold {
        new.sort_by_key(|n| new_key(n, fold));
    }
    for item in new {
        let at = fold.and_then(|fold| specifiers.iter().position(|s| key(s, fold) >= new_key(item, fold)));
        match at {
            Some(i) => {
                let start = specifiers[i].range.start;
                let before = if i == 0 { braces.0 } else { specifiers[i - 1].range.end };
                let separator =
                    if has_newline(before, start) { format!(",{eol}{}", indent(start)) } else { ", ".to_owned() };
                // A `type ` that `promote` inserted here belongs to the name that follows.
                let pending = edits.inserts.remove(&start).unwrap_or_default();
                let (kept, own) = match pending.strip_suffix("type ") {
                    Some(kept) => (kept.to_owned(), "type "),
                    None => (pending, ""),
                };
                edits.insert(start, &format!("{kept}{}{separator}{own}", item.0));
            }
            None => {
                let end = last.range.end;
                let before = match specifiers.len() {
                    1 => braces.0,
                    n => specifiers[n - 2].range.end,
                };
                let separator = if has_newline(before, last.range.start) {
                    format!(",{eol}{}", indent(last.range.start))
                } else {
                    ", ".to_owned()
                };
                edits.insert(end, &format!("{separator}{}", item.0));
            }
        }
    }
}

/// New statements for the remaining imports: (module, text without line break).
fn new_statements(module: &str, requested: ModuleImports<'_>, style: &Style) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let (quote, semicolon) = (style.quote, if style.semicolons { ";" } else { "" });
    let from = format!("{quote}{module}{quote}");
    let push = |out: &mut Vec<(String, String)>, clause: String, type_only: bool| {
        let text = if style.require {
            format!("const {clause} = require({from}){semicolon}")
        } else {
            let keyword = if type_only && style.type_imports { "import type" } else { "import" };
            format!("{keyword} {clause} from {from}{semicolon}")
        };
        out.push((module.to_owned(), text));
    };
    if let Some((local, type_only)) = requested.namespace {
        push(&mut out, if style.require { local.to_owned() } else { format!("* as {local}") }, type_only);
    }
    if let Some(local) = requested.equals {
        let keyword = if style.javascript { "const" } else { "import" };
        out.push((module.to_owned(), format!("{keyword} {local} = require({from}){semicolon}")));
    }
    let names = |list: &[(&(&str, &str), bool)]| -> String {
        let sep = if style.require { ": " } else { " as " };
        let mut names: Vec<String> = list
            .iter()
            .map(|((name, local), type_only)| {
                let mark = if *type_only { "type " } else { "" };
                if name == local { format!("{mark}{name}") } else { format!("{mark}{name}{sep}{local}") }
            })
            .collect();
        names.sort_by_key(|n| order_key(n.trim_start_matches("type "), n.starts_with("type "), true));
        format!("{{ {} }}", names.join(", "))
    };
    let all_types = requested.named.values().all(|t| *t);
    // Types that must be marked get their own statement, unless the style is an inline `type`.
    let mark = !all_types && style.types_must_be_marked && !style.require;
    let list: Vec<(&(&str, &str), bool)> = requested.named.iter().map(|(n, t)| (n, *t && mark)).collect();
    match requested.default {
        Some((local, _)) if style.require => {
            push(&mut out, format!("{{ default: {local} }}"), false);
            if !list.is_empty() {
                push(&mut out, names(&list), false);
            }
        }
        Some((local, type_only)) if list.is_empty() || (type_only && style.type_imports) => {
            push(&mut out, local.to_owned(), type_only);
            if !list.is_empty() {
                push(&mut out, names(&list), all_types);
            }
        }
        Some((local, _)) => push(&mut out, format!("{local}, {}", names(&list)), false),
        None if list.is_empty() => {}
        None => push(&mut out, names(&list), all_types),
    }
    out
}

#[cfg(test)]
mod tests;
