//! Names that a module no longer has: every use of them in the file, and the import, at once.

use super::rules::{Offer, Ready, fit, imports_of, loses_comment};
use crate::library::{self, Question, Suggestion};
use crate::matching::Binding;
use crate::rewrite;
use crate::template::ImportChange;
use crate::tree::{NodeId, Tree};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use text::{TextEdit, TextEdits, TextRange};

/// Uses of a name in a file, at most.
const MOST_USES: usize = 500;

/// The specifiers of a file's imports: the node, the name that the file uses, and the module.
fn specifiers(tree: &Tree) -> Vec<(NodeId, NodeId, SmolStr)> {
    let grammar = tree.grammar();
    let mut out = Vec::new();
    for import in tree.children(NodeId::ROOT).filter(|n| grammar.is_import(tree.kind(*n))) {
        let Some(module) = tree.child_of_kind(import, &["string"]) else { continue };
        let module = SmolStr::new(tree.text_of(module).trim_matches(['\'', '"']));
        for node in tree.subtree(import) {
            let names = || tree.children(node).filter(|c| tree.is_leaf(*c) && grammar.is_name(tree.kind(*c)));
            let local = match tree.kind(node) {
                "import_specifier" | "namespace_import" => names().last(),
                "import_clause" => names().next(),
                _ => None,
            };
            out.extend(local.map(|l| (node, l, module.clone())));
        }
    }
    out
}

/// Whether a file has a name from a module.
pub(super) fn comes_from(tree: &Tree, name: &str, module: &str) -> bool {
    specifiers(tree).iter().any(|(_, local, from)| from == module && tree.text_of(*local) == name)
}

/// What becomes of a name's uses and its import; `None` when the diagnostic is at no such import, or not all of them are known.
pub(super) fn offer(rules: &[&Ready], question: &Question<'_>, leaf: NodeId) -> Option<Offer> {
    let tree = question.tree;
    let grammar = tree.grammar();
    let import = tree.enclosing(leaf, |k| grammar.is_import(k))?;
    let all = specifiers(tree);
    let (specifier, local, module) =
        all.iter().find(|(node, _, _)| tree.kind(*node) == "import_specifier" && tree.contains(*node, leaf))?;
    let name = tree.text_of(*local);
    let is_renamed = tree.children(*specifier).filter(|c| grammar.is_name(tree.kind(*c))).count() > 1;
    let rules: Vec<&Ready> = rules
        .iter()
        .copied()
        .filter(|r| {
            r.rule.pattern.moved.is_none() && r.rule.imported.as_ref().is_some_and(|(n, m)| n == name && m == module)
        })
        .collect();
    if rules.is_empty() || is_renamed {
        return None;
    }
    let is_use = |n: &NodeId| {
        tree.is_leaf(*n)
            && tree.text_of(*n) == name
            && matches!(tree.kind(*n), "identifier" | "type_identifier")
            && !tree.contains(import, *n)
    };
    let uses: Vec<NodeId> = tree.subtree(NodeId::ROOT).filter(is_use).take(MOST_USES + 1).collect();
    // Declared anew in an inner scope, exported again, or written `{ name }`: not everything that reads so is the import.
    let is_other = |n: &NodeId| {
        grammar.is_declared_name(tree, *n)
            || tree.parent(*n).is_some_and(|p| {
                matches!(tree.kind(p), "export_specifier" | "pair" | "pair_pattern") && tree.range(p) == tree.range(*n)
            })
    };
    if uses.is_empty() || uses.len() > MOST_USES || uses.iter().any(is_other) {
        return None;
    }
    let mut edits: Vec<TextEdit> = Vec::new();
    let mut imports: Vec<ImportChange> = Vec::new();
    let mut safe = true;
    let mut first: Option<&Ready> = None;
    for used in &uses {
        let (ready, found) = rules.iter().find_map(|ready| {
            let found = tree.ancestors(*used).take(12).find_map(|node| {
                let found = fit(&ready.rule, tree, node)?;
                // The name must be what the pattern names, not what a hole happens to have.
                let in_hole = found.holes.iter().flatten().any(|b| match b {
                    Binding::Node(n) => tree.contains(*n, *used),
                    Binding::Run(nodes, _) => nodes.iter().any(|n| tree.contains(*n, *used)),
                    Binding::Text(_) => false,
                });
                let mut found = found;
                library::fill(&ready.rule.pattern, question, &mut found, &[])?;
                (!in_hole).then_some(found)
            })?;
            Some((*ready, found))
        })?;
        edits.extend(rewrite::edits(&ready.rule.pattern, tree, &found)?);
        imports.extend(imports_of(&ready.rule, tree, &found));
        safe &= ready.rule.safe;
        first = first.or(Some(ready));
    }
    let mut seen = BTreeSet::new();
    imports.retain(|i| seen.insert(i.clone()));
    let of_module = |i: &ImportChange| matches!(i, ImportChange::Name { module: m, .. } if m == module);
    let (here, elsewhere): (Vec<_>, Vec<_>) = imports.into_iter().partition(of_module);
    let known: Vec<&str> =
        all.iter().filter(|(n, _, m)| n != specifier && m == module).map(|(_, l, _)| tree.text_of(*l)).collect();
    let new: Vec<SmolStr> = here
        .into_iter()
        .filter_map(|i| match i {
            ImportChange::Name { name, is_type, .. } if !known.contains(&name.as_str()) => {
                Some(if is_type { format!("type {name}").into() } else { name })
            }
            _ => None,
        })
        .collect();
    // A name of the file's own would hide it.
    let is_taken = |name: &SmolStr| {
        let name = name.strip_prefix("type ").unwrap_or(name);
        // Behind a dot it is a member of something.
        let is_member = |l: NodeId| {
            tree.parent(l).is_some_and(|p| tree.child(p, 0) != Some(l) && tree.kind(p) == "nested_type_identifier")
        };
        tree.leaves(NodeId::ROOT).any(|l| {
            tree.text_of(l) == name && matches!(tree.kind(l), "identifier" | "type_identifier") && !is_member(l)
        })
    };
    if new.iter().any(is_taken) {
        return None;
    }
    let safe = safe && !loses_comment(tree, &edits);
    // What is imported as a type only stays so.
    let is_type = tree.leaves(*specifier).next().is_some_and(|l| tree.text_of(l) == "type");
    let new: Vec<SmolStr> = new
        .into_iter()
        .map(|n| if is_type && !n.starts_with("type ") { format!("type {n}").into() } else { n })
        .collect();
    let mut elsewhere = elsewhere;
    if let Some(to) = whole_move(tree, import, &all, module, &new, &elsewhere) {
        let names: Vec<SmolStr> = elsewhere.iter().filter_map(imported_name).collect();
        let text = if is_type { format!("type {}", names.join(", type ")) } else { names.join(", ") };
        edits.push(TextEdit::replace(tree.range(*specifier), text));
        edits.push(to);
        elsewhere.clear();
    } else {
        // Where the whole import goes, another one cannot come at its place.
        if new.is_empty() && !elsewhere.is_empty() && names_of(tree, import, &all) == 1 {
            return None;
        }
        edits.push(import_edit(tree, import, *specifier, &new));
    }
    // Uses inside of each other are mended by disjoint edits, or not at once.
    TextEdits::new(edits.clone()).ok()?;
    let first = first?;
    Some(Offer {
        suggestion: Suggestion {
            known: first.known.clone(),
            node: *specifier,
            edits,
            imports: Vec::new(),
            score: 0.95,
            bindings: Vec::new(),
        },
        title: Some(format!(
            "Replace {} of '{name}'",
            if uses.len() == 1 { "the use".to_owned() } else { format!("all {} uses", uses.len()) }
        )),
        imports: elsewhere,
        safe,
        why: first.rule.why.clone(),
    })
}

/// How many names an import brings.
fn names_of(tree: &Tree, import: NodeId, all: &[(NodeId, NodeId, SmolStr)]) -> usize {
    all.iter().filter(|(node, _, _)| tree.contains(import, *node)).count()
}

fn imported_name(import: &ImportChange) -> Option<SmolStr> {
    match import {
        ImportChange::Name { name, .. } => Some(name.clone()),
        ImportChange::Using(_) => None,
    }
}

/// The edit of the module's name, when an import has one name, and all that takes its place comes from one module that the file does not import yet.
fn whole_move(
    tree: &Tree,
    import: NodeId,
    all: &[(NodeId, NodeId, SmolStr)],
    module: &str,
    new: &[SmolStr],
    elsewhere: &[ImportChange],
) -> Option<TextEdit> {
    let ImportChange::Name { module: to, .. } = elsewhere.first()? else { return None };
    let is_there = |i: &ImportChange| matches!(i, ImportChange::Name { module, .. } if module == to);
    let known = all.iter().any(|(_, _, m)| m == to);
    if !new.is_empty() || names_of(tree, import, all) != 1 || known || !elsewhere.iter().all(is_there) {
        return None;
    }
    let string = tree.child_of_kind(import, &["string"])?;
    let text = tree.text_of(string);
    Some(TextEdit::replace(tree.range(string), text.replacen(module, to, 1)))
}

/// Other names in place of a specifier; without any, its comma goes with it, or the whole import.
fn import_edit(tree: &Tree, import: NodeId, specifier: NodeId, new: &[SmolStr]) -> TextEdit {
    let range = tree.range(specifier);
    if !new.is_empty() {
        return TextEdit::replace(range, new.join(", "));
    }
    let text = tree.text();
    let list = tree.parent(specifier).unwrap_or(import);
    let others: Vec<NodeId> =
        tree.children(list).filter(|c| tree.kind(*c) == "import_specifier" && *c != specifier).collect();
    let has_default =
        tree.children(list).count() > 0 && tree.parent(list).is_some_and(|clause| tree.children(clause).count() > 1);
    if others.is_empty() && !has_default {
        let mut whole = tree.range(import);
        let line_end = text[whole.end..].find('\n').map_or(text.len(), |n| whole.end + n + 1);
        if text[whole.end..line_end].trim().is_empty() {
            whole.end = line_end;
        }
        return TextEdit::replace(whole, "");
    }
    // The comma behind, else that before.
    let next = others.iter().find(|o| tree.range(**o).start > range.start);
    let before = others.iter().rev().find(|o| tree.range(**o).end < range.start);
    let gone = match (next, before) {
        (Some(next), _) => TextRange::new(range.start, tree.range(*next).start),
        (None, Some(before)) => TextRange::new(tree.range(*before).end, range.end),
        (None, None) => range,
    };
    TextEdit::replace(gone, "")
}
