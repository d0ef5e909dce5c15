//! Imports that come and go with edits.

use crate::template::{ImportChange, Template};
use crate::tree::{NodeId, Tree};
use smol_str::SmolStr;
use std::path::{Component, Path, PathBuf};

/// The imports of a file.
pub(crate) fn of(path: &Path, tree: &Tree) -> Vec<ImportChange> {
    let grammar = tree.grammar();
    let mut out = Vec::new();
    for node in tree.subtree(NodeId::ROOT).filter(|n| grammar.is_import(tree.kind(*n))) {
        match grammar.name() {
            "csharp" => {
                let tokens: Vec<&str> = tree.leaves(node).map(|l| tree.text_of(l)).filter(|t| !matches!(*t, "using" | ";" | "global")).collect();
                let mut text = String::new();
                for token in tokens {
                    if text.ends_with(|c: char| c.is_alphanumeric()) && token.starts_with(|c: char| c.is_alphanumeric()) || matches!(token, "=") || text.ends_with('=') {
                        text.push(' ');
                    }
                    text.push_str(token);
                }
                out.push(ImportChange::Using(text.into()));
            }
            _ => names_of(path, tree, node, &mut out),
        }
    }
    out
}

fn names_of(path: &Path, tree: &Tree, node: NodeId, out: &mut Vec<ImportChange>) {
    let Some(module) = tree.child_of_kind(node, &["string"]) else { return };
    let module = resolved(path, tree.text_of(module).trim_matches(['\'', '"', '`']));
    let type_only = tree.children(node).any(|c| tree.text_of(c) == "type" && tree.is_leaf(c));
    for specifier in tree.subtree(node).filter(|n| matches!(tree.kind(*n), "import_specifier" | "namespace_import" | "import_clause")) {
        let first_name = tree.children(specifier).find(|c| tree.is_leaf(*c) && tree.grammar().is_name(tree.kind(*c)));
        let name = match tree.kind(specifier) {
            "import_specifier" => first_name.map(|n| SmolStr::new(tree.text_of(n))),
            "namespace_import" => Some("*".into()),
            _ => first_name.map(|_| "default".into()),
        };
        let is_type = type_only || tree.children(specifier).any(|c| tree.text_of(c) == "type" && !tree.grammar().is_name(tree.kind(c)));
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
    let bare = [".d.ts", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"].iter().find_map(|e| text.strip_suffix(e));
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
            ImportChange::Name { name, .. } => tokens.iter().any(|t| *t == name) || matches!(name.as_str(), "default" | "*") && tokens.iter().any(|t| is_word(t)),
        })
        .cloned()
        .collect();
    out.sort();
    out
}
