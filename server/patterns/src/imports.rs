//! Imports that come and go with edits.

use crate::diff::{Diff, Edit};
use crate::template::{ImportChange, ImportMove, Template};
use crate::tree::{NodeId, Tree};
use smol_str::SmolStr;
use std::path::{Component, Path, PathBuf};
use text::{TextEdit, TextRange};

/// The imports of a file.
pub(crate) fn of(path: &Path, tree: &Tree) -> Vec<ImportChange> {
    let grammar = tree.grammar();
    let mut out = Vec::new();
    for node in tree.subtree(NodeId::ROOT).filter(|n| grammar.is_import(tree.kind(*n))) {
        match grammar.imports_names() {
            false => {
                let tokens: Vec<&str> = tree
                    .leaves(node)
                    .map(|l| tree.text_of(l))
                    .filter(|t| !matches!(*t, "using" | ";" | "global"))
                    .collect();
                let mut text = String::new();
                for token in tokens {
                    if text.ends_with(|c: char| c.is_alphanumeric()) && token.starts_with(|c: char| c.is_alphanumeric())
                        || matches!(token, "=")
                        || text.ends_with('=')
                    {
                        text.push(' ');
                    }
                    text.push_str(token);
                }
                out.push(ImportChange::Using(text.into()));
            }
            true => names_of(path, tree, node, &mut out),
        }
    }
    out
}

fn names_of(path: &Path, tree: &Tree, node: NodeId, out: &mut Vec<ImportChange>) {
    let Some(module) = tree.child_of_kind(node, &["string"]) else { return };
    let module = resolved(path, tree.text_of(module).trim_matches(['\'', '"', '`']));
    let type_only = tree.children(node).any(|c| tree.text_of(c) == "type" && tree.is_leaf(c));
    for specifier in tree
        .subtree(node)
        .filter(|n| matches!(tree.kind(*n), "import_specifier" | "namespace_import" | "import_clause"))
    {
        let first_name = tree.children(specifier).find(|c| tree.is_leaf(*c) && tree.grammar().is_name(tree.kind(*c)));
        let name = match tree.kind(specifier) {
            "import_specifier" => first_name.map(|n| SmolStr::new(tree.text_of(n))),
            "namespace_import" => Some("*".into()),
            _ => first_name.map(|_| "default".into()),
        };
        let is_type = type_only
            || tree.children(specifier).any(|c| tree.text_of(c) == "type" && !tree.grammar().is_name(tree.kind(c)));
        if let Some(name) = name {
            out.push(ImportChange::Name { module: module.clone(), name, is_type });
        }
    }
}

/// The module that a specifier of a file means: relative ones as a path without its extension.
pub(crate) fn resolved(path: &Path, specifier: &str) -> SmolStr {
    if !specifier.starts_with('.') {
        return specifier.into();
    }
    let joined = path.parent().unwrap_or(Path::new("")).join(specifier);
    let mut out = PathBuf::from("/");
    for part in joined.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::Normal(part) => out.push(part),
            _ => {}
        }
    }
    let text = out.to_string_lossy().replace('\\', "/");
    let bare = [".d.ts", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"]
        .iter()
        .find_map(|e| text.strip_suffix(e));
    bare.unwrap_or(&text).into()
}

/// The imports that a file got.
pub(crate) fn changes(path: &Path, before: &Tree, after: &Tree) -> Vec<ImportChange> {
    let (old, new) = (of(path, before), of(path, after));
    new.into_iter().filter(|i| !old.contains(i)).collect()
}

/// Those imports that what is written needs: for a namespace any new name may.
pub(crate) fn needed(changes: &[ImportChange], after: &Template) -> Vec<ImportChange> {
    let tokens = after.tokens();
    let is_word = |t: &SmolStr| t.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let mut out: Vec<ImportChange> = changes
        .iter()
        .filter(|change| match change {
            ImportChange::Using(_) => tokens.iter().any(|t| is_word(t)),
            ImportChange::Name { name, .. } => {
                tokens.contains(&name) || matches!(name.as_str(), "default" | "*") && tokens.iter().any(|t| is_word(t))
            }
        })
        .cloned()
        .collect();
    out.sort();
    out
}

/// A name that an import statement brings in.
struct Specifier {
    statement: NodeId,
    /// `name`, `name as local`, with `type` before it where it is there.
    node: NodeId,
    /// The string with the module.
    string: NodeId,
    module: SmolStr,
    name: NodeId,
    local: NodeId,
    is_type: bool,
    /// How many names the statement brings in.
    beside: usize,
}

/// The names in braces that a file imports.
fn specifiers(path: &Path, tree: &Tree) -> Vec<Specifier> {
    let grammar = tree.grammar();
    let mut out = Vec::new();
    for statement in tree.children(NodeId::ROOT).filter(|n| grammar.is_import(tree.kind(*n))) {
        let Some(string) = tree.child_of_kind(statement, &["string"]) else { continue };
        let module = resolved(path, tree.text_of(string).trim_matches(['\'', '"', '`']));
        let type_only = tree.children(statement).any(|c| tree.is_leaf(c) && tree.text_of(c) == "type");
        let named: Vec<NodeId> = tree.subtree(statement).filter(|n| tree.kind(*n) == "import_specifier").collect();
        let others = tree.subtree(statement).filter(|n| tree.kind(*n) == "namespace_import").count()
            + tree
                .child_of_kind(statement, &["import_clause"])
                .map_or(0, |c| tree.children(c).filter(|n| tree.is_leaf(*n)).count());
        for node in &named {
            let names: Vec<NodeId> =
                tree.children(*node).filter(|c| tree.is_leaf(*c) && grammar.is_name(tree.kind(*c))).collect();
            let (Some(name), Some(local)) = (names.first(), names.last()) else { continue };
            let is_type = type_only || tree.children(*node).any(|c| tree.text_of(c) == "type" && !names.contains(&c));
            out.push(Specifier {
                statement,
                node: *node,
                string,
                module: module.clone(),
                name: *name,
                local: *local,
                is_type,
                beside: named.len() + others - 1,
            });
        }
    }
    out
}

/// The names that a file now imports by another name or from another module, with the places of the imports before.
pub(crate) fn moves(path: &Path, before: &Tree, after: &Tree, diff: &Diff) -> Vec<(NodeId, ImportMove)> {
    if !before.grammar().imports_names() {
        return namespaces(before, after);
    }
    let (old, new) = (specifiers(path, before), specifiers(path, after));
    let same = |a: &Specifier, b: &Specifier| a.module == b.module && before.text_of(a.name) == after.text_of(b.name);
    let gone: Vec<&Specifier> = old.iter().filter(|a| !new.iter().any(|b| same(a, b))).collect();
    let mut come: Vec<&Specifier> = new.iter().filter(|b| !old.iter().any(|a| same(a, b))).collect();
    let count = |tree: &Tree, name: &str| tree.leaves(NodeId::ROOT).filter(|l| tree.text_of(*l) == name).count();
    let change_of = |a: &Specifier, b: &Specifier| ImportMove {
        module: a.module.clone(),
        name: before.text_of(a.name).into(),
        new_module: b.module.clone(),
        new_name: after.text_of(b.name).into(),
    };
    let mut out = Vec::new();
    let (mut unseen, mut taken): (Vec<&Specifier>, Vec<NodeId>) = Default::default();
    // What stands where the old name stood says most.
    for a in &gone {
        let local = before.text_of(a.local);
        let seen = heirs(before, after, diff, local);
        let [heir] = &come.iter().filter(|b| seen.contains(&after.text_of(b.local))).collect::<Vec<_>>()[..] else {
            unseen.push(*a);
            continue;
        };
        taken.push(heir.node);
        out.push((a.node, change_of(a, heir)));
    }
    come.retain(|b| !taken.contains(&b.node));
    for a in unseen.iter().copied() {
        let (name, local) = (before.text_of(a.name), before.text_of(a.local));
        let uses = count(before, local);
        let is_heir = |b: &&&Specifier| {
            let (new_name, new_local) = (after.text_of(b.name), after.text_of(b.local));
            // The same name from elsewhere, the same local for another name, or a name that stands where the old one stood.
            new_name == name
                || new_local == local
                || (unseen.len() == 1 && come.len() == 1
                    || count(before, new_local) == 0 && count(after, new_local) == uses)
                    && count(after, local) < uses
        };
        let mut heirs = come.iter().filter(is_heir);
        let (Some(b), None) = (heirs.next(), heirs.next()) else { continue };
        out.push((a.node, change_of(a, b)));
    }
    out
}

/// The namespaces that a C# file uses by plain directives, with their names.
fn usings(tree: &Tree) -> Vec<(NodeId, NodeId, SmolStr)> {
    let all = tree.children(NodeId::ROOT).filter(|n| tree.grammar().is_import(tree.kind(*n)));
    let plain = |directive: NodeId| {
        let parts: Vec<NodeId> = tree.children(directive).collect();
        let [keyword, name, _] = parts[..] else { return None };
        let text: String = tree.leaves(name).map(|l| tree.text_of(l)).collect();
        (tree.text_of(keyword) == "using").then(|| (directive, name, text.into()))
    };
    all.filter_map(plain).collect()
}

/// Namespaces that are used in place of another one that they lie in, that lies in them, or that is their neighbour.
fn namespaces(before: &Tree, after: &Tree) -> Vec<(NodeId, ImportMove)> {
    let (old, new) = (usings(before), usings(after));
    let come: Vec<&SmolStr> = new.iter().map(|(.., n)| n).filter(|n| !old.iter().any(|(.., o)| o == *n)).collect();
    let shared = |a: &str, b: &str| a.split('.').zip(b.split('.')).take_while(|(x, y)| x == y).count();
    let mut out = Vec::new();
    for (directive, _, gone) in old.iter().filter(|(.., o)| !new.iter().any(|(.., n)| n == o)) {
        let most = come.iter().map(|c| shared(gone, c)).max().unwrap_or(0);
        let mut heirs = come.iter().filter(|c| shared(gone, c) == most);
        let (1.., Some(heir), None) = (most, heirs.next(), heirs.next()) else { continue };
        let change = ImportMove {
            module: gone.clone(),
            name: SmolStr::default(),
            new_module: (*heir).clone(),
            new_name: SmolStr::default(),
        };
        out.push((*directive, change));
    }
    out
}

/// The edit that uses another namespace. `like` are all that became the same one: the first of a file's does, the others go.
pub(crate) fn follow_namespace(
    tree: &Tree,
    leaf: NodeId,
    change: &ImportMove,
    like: &[&SmolStr],
) -> Option<Vec<TextEdit>> {
    let all = usings(tree);
    let (directive, name, _) = all.iter().find(|(d, _, n)| tree.contains(*d, leaf) && *n == change.module)?;
    let first = all.iter().find(|(.., n)| like.contains(&n)).is_none_or(|(d, ..)| d == directive);
    let is_there = all.iter().any(|(.., n)| *n == change.new_module);
    Some(vec![if first && !is_there {
        TextEdit::replace(tree.range(*name), change.new_module.as_str())
    } else {
        TextEdit::delete(with_line(tree, tree.range(*directive)))
    }])
}

/// The edit of a use where the import was followed already; `None` where it was not, or the name is another one.
pub(crate) fn follow_use(path: &Path, tree: &Tree, leaf: NodeId, change: &ImportMove) -> Option<Vec<TextEdit>> {
    if change.name.is_empty() {
        return None;
    }
    let all = specifiers(path, tree);
    let is_there =
        |s: &Specifier| s.module == change.new_module && tree.text_of(s.name) == change.new_name && s.name == s.local;
    let is_known = |s: &Specifier| tree.text_of(s.local) == change.name;
    let is_shared = tree.parent(leaf).is_some_and(|p| tree.range(p) == tree.range(leaf));
    let is_use = tree.is_leaf(leaf)
        && tree.text_of(leaf) == change.name
        && matches!(tree.kind(leaf), "identifier" | "type_identifier")
        && !tree.grammar().is_declared_name(tree, leaf)
        && !is_shared;
    (is_use && change.name != change.new_name && all.iter().any(is_there) && !all.iter().any(is_known))
        .then(|| vec![TextEdit::replace(tree.range(leaf), change.new_name.as_str())])
}

/// The names that stand where a name stood, imports aside.
fn heirs<'t>(before: &Tree, after: &'t Tree, diff: &Diff, local: &str) -> Vec<&'t str> {
    let is_use = |n: NodeId| before.is_leaf(n) && before.text_of(n) == local;
    let in_import = |n: NodeId| before.enclosing(n, |k| before.grammar().is_import(k)).is_some();
    let one = |e: &Edit| match (&e.before[..], &e.after[..]) {
        ([b], [a]) if is_use(*b) && after.is_leaf(*a) && !in_import(*b) => Some(after.text_of(*a)),
        _ => None,
    };
    let mut names: Vec<&str> = diff.edits.iter().filter_map(one).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The edits that follow a name into another module, or to another name; `None` where it is not imported so, or something else goes by its name.
pub(crate) fn follow(path: &Path, tree: &Tree, leaf: NodeId, change: &ImportMove) -> Option<Vec<TextEdit>> {
    let grammar = tree.grammar();
    let all = specifiers(path, tree);
    let inside = |s: &&Specifier| {
        tree.contains(s.node, leaf)
            || s.string == leaf
            || tree.contains(s.statement, leaf) && !all.iter().any(|o| tree.contains(o.node, leaf))
    };
    // A name that is only another one may come through any module that passes it on.
    let is_renamed = change.module == change.new_module;
    let named = |s: &&Specifier| {
        tree.text_of(s.name) == change.name && (s.module == change.module || is_renamed && tree.contains(s.node, leaf))
    };
    let found = all.iter().filter(inside).find(named)?;
    let mut edits = Vec::new();
    let renamed = found.name == found.local && change.name != change.new_name;
    if renamed {
        let old = change.name.as_str();
        let named = |l: &NodeId| {
            tree.text_of(*l) == old && grammar.is_name(tree.kind(*l)) && !tree.contains(found.statement, *l)
        };
        for used in tree.leaves(NodeId::ROOT).filter(named) {
            let parent = tree.parent(used)?;
            if tree.text_of(used) == change.new_name || grammar.is_declared_name(tree, used) {
                return None;
            }
            let shared = matches!(tree.kind(parent), "pair" | "pair_pattern") && tree.range(parent) == tree.range(used);
            let is_key = matches!(
                tree.kind(used),
                "property_identifier" | "private_property_identifier" | "statement_identifier"
            );
            if is_key || tree.kind(parent) == "import_specifier" {
                continue;
            }
            let text = if shared { format!("{old}: {}", change.new_name) } else { change.new_name.to_string() };
            edits.push(TextEdit::replace(tree.range(used), text));
        }
        if tree.leaves(NodeId::ROOT).any(|l| {
            tree.text_of(l) == change.new_name && grammar.is_name(tree.kind(l)) && grammar.is_declared_name(tree, l)
        }) {
            return None;
        }
    }
    let quoted = tree.text_of(found.string);
    let quote = &quoted[..1];
    let module = if is_renamed {
        quoted.to_owned()
    } else {
        format!("{quote}{}{quote}", written(path, &change.new_module, quoted))
    };
    let specifier = if found.name == found.local {
        change.new_name.to_string()
    } else {
        format!("{} as {}", change.new_name, tree.text_of(found.local))
    };
    let target = all
        .iter()
        .find(|s| s.statement != found.statement && s.module == change.new_module && s.is_type == found.is_type);
    let list = tree.parent(found.node).filter(|l| found.beside == 0 && tree.kind(*l) == "named_imports");
    if is_renamed
        && target.is_none()
        && found.module == change.module
        && let Some(list) = list
    {
        // As one: what else comes into the list finds its place beside the new name.
        let (whole, name) = (tree.range(list), tree.range(found.name));
        let text = tree.text();
        edits.push(TextEdit::replace(
            whole,
            format!("{}{}{}", &text[whole.start..name.start], change.new_name, &text[name.end..whole.end]),
        ));
    } else if is_renamed && (target.is_none() || found.module != change.module) {
        edits.push(TextEdit::replace(tree.range(found.name), change.new_name.as_str()));
    } else if found.beside == 0 && target.is_none() {
        edits.push(TextEdit::replace(tree.range(found.name), change.new_name.as_str()));
        edits.push(TextEdit::replace(tree.range(found.string), module));
    } else {
        edits.push(TextEdit::delete(if found.beside == 0 {
            with_line(tree, tree.range(found.statement))
        } else {
            with_separator(tree, found)
        }));
        match target {
            Some(target) => edits.push(TextEdit::insert(tree.range(target.node).end, format!(", {specifier}"))),
            None => {
                let range = tree.range(found.statement);
                let eol = if tree.text().contains("\r\n") { "\r\n" } else { "\n" };
                let end = if tree.text_of(found.statement).ends_with(';') { ";" } else { "" };
                let keyword = if found.is_type { "import type" } else { "import" };
                edits.push(TextEdit::insert(range.end, format!("{eol}{keyword} {{ {specifier} }} from {module}{end}")));
            }
        }
    }
    Some(edits)
}

/// A name in braces with the comma that separates it.
fn with_separator(tree: &Tree, specifier: &Specifier) -> TextRange {
    let range = tree.range(specifier.node);
    let tokens = tree.tokens(tree.range(specifier.statement));
    let next = tokens.iter().position(|t| t.range.start >= range.end);
    if let Some(next) = next
        && tree.token_text(&tokens[next]) == ","
    {
        let end = tokens.get(next + 1).map_or(tokens[next].range.end, |t| t.range.start);
        return TextRange::new(range.start, end);
    }
    let before = tokens.iter().rposition(|t| t.range.end <= range.start);
    match before.map(|b| &tokens[b]) {
        Some(comma) if tree.token_text(comma) == "," => TextRange::new(comma.range.start, range.end),
        _ => range,
    }
}

/// A statement with its line break.
fn with_line(tree: &Tree, range: TextRange) -> TextRange {
    let rest = &tree.text()[range.end..];
    let eol = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    TextRange::new(range.start, range.end + eol)
}

/// How a file writes a module: relative to itself, with the extension that it writes elsewhere.
fn written(path: &Path, module: &str, like: &str) -> String {
    let Some(inside) = module.strip_prefix('/') else { return module.to_owned() };
    let from: Vec<String> = path
        .parent()
        .map(|p| p.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    let to: Vec<&str> = inside.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == *b).count();
    let ups = from.len() - shared;
    let start = if ups == 0 { "./".to_owned() } else { "../".repeat(ups) };
    let like = like.trim_matches(['\'', '"', '`']);
    let extension = if like.starts_with('.') {
        [".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts"].iter().find(|e| like.ends_with(*e))
    } else {
        None
    };
    start + &to[shared..].join("/") + extension.copied().unwrap_or("")
}
