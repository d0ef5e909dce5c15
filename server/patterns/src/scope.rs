//! Names that are declared around a place, with their types as written.

use crate::tree::{NodeId, Tree};
use smol_str::SmolStr;

/// A name that can be used at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InScope {
    /// The name.
    pub name: SmolStr,
    /// Its type as written, without white space; `None` when it is inferred.
    pub ty: Option<SmolStr>,
}

/// Declarations that are looked at, at most.
const MOST: usize = 2_000;

/// Locals, parameters and members that can be named at a node, nearest first.
pub fn names(tree: &Tree, at: NodeId) -> Vec<InScope> {
    let grammar = tree.grammar();
    let mut out: Vec<InScope> = Vec::new();
    let mut inner = at;
    for outer in tree.ancestors(at).skip(1) {
        let kind = tree.kind(outer);
        let is_type = grammar.is_type_body(kind);
        // Of blocks what stands before, of functions their heads, of types all members.
        for child in tree.children(outer) {
            if child == inner || !is_type && child > inner {
                continue;
            }
            let mut walk = vec![child];
            while let Some(node) = walk.pop() {
                if out.len() > MOST {
                    return out;
                }
                if tree.is_leaf(node) {
                    if grammar.is_name(tree.kind(node)) && grammar.is_declared_name(tree, node) {
                        let name = SmolStr::new(tree.text_of(node));
                        if !out.iter().any(|n| n.name == name) {
                            out.push(InScope { name, ty: type_of(tree, node) });
                        }
                    }
                    continue;
                }
                // Not into bodies beside, nor into functions.
                let apart = matches!(
                    tree.kind(node),
                    "block"
                        | "statement_block"
                        | "arrow_function"
                        | "lambda_expression"
                        | "arrow_expression_clause"
                        | "accessor_list"
                );
                let other_member = grammar.is_member(tree.kind(node)) && !is_type;
                let head_only = grammar.is_member(tree.kind(node)) && is_type;
                if apart || other_member {
                    continue;
                }
                let parameters = |c: &NodeId| {
                    head_only
                        && matches!(
                            tree.kind(*c),
                            "parameter_list" | "formal_parameters" | "type_parameter_list" | "type_parameters"
                        )
                };
                walk.extend(tree.children(node).filter(|c| !parameters(c)));
            }
        }
        inner = outer;
    }
    out
}

/// The type that the declaration of a name writes.
fn type_of(tree: &Tree, name: NodeId) -> Option<SmolStr> {
    let parent = tree.parent(name)?;
    let written = match tree.kind(parent) {
        "variable_declarator" if tree.grammar().has_type_first() => tree.child(tree.parent(parent)?, 0),
        "parameter"
        | "property_declaration"
        | "method_declaration"
        | "foreach_statement"
        | "declaration_expression"
        | "declaration_pattern" => tree.children(parent).take_while(|c| *c != name).last(),
        _ => tree.child_of_kind(parent, &["type_annotation"]),
    }?;
    let text: String = tree.leaves(written).map(|l| tree.text_of(l)).collect();
    let text = text.trim_start_matches(':');
    (!matches!(text, "var" | "")).then(|| text.into())
}

/// The name at a node that takes the place of `name` of type `ty` elsewhere: the same name, else the only one of the type.
pub fn counterpart(tree: &Tree, at: NodeId, name: &str, ty: Option<&str>) -> Option<SmolStr> {
    let names = names(tree, at);
    let agrees = |n: &&InScope| match (ty, n.ty.as_deref()) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    if let Some(found) = names.iter().find(|n| n.name == name)
        && agrees(&found)
    {
        return Some(found.name.clone());
    }
    let ty = ty?;
    let mut of_type = names.iter().filter(|n| n.ty.as_deref() == Some(ty));
    let first = of_type.next()?;
    of_type.next().is_none().then(|| first.name.clone())
}

/// What the local at a leaf was made of: the declarator of its last declaration before, with its value.
pub fn origin(tree: &Tree, leaf: NodeId) -> Option<NodeId> {
    let grammar = tree.grammar();
    // Of `local.member` the local.
    let name = if grammar.names_api(tree, leaf) {
        let access = tree.parent(leaf)?;
        tree.leaves(access).next()?
    } else {
        leaf
    };
    if !grammar.is_name(tree.kind(name)) {
        return None;
    }
    let text = tree.text_of(name);
    let member = tree.enclosing(name, |k| grammar.is_member(k))?;
    let before = tree.leaves(member).take_while(|l| *l < name).filter(|l| tree.text_of(*l) == text);
    let declared = before.filter(|l| grammar.is_name(tree.kind(*l)) && grammar.is_declared_name(tree, *l)).last()?;
    let declarator =
        tree.enclosing(declared, |k| matches!(k, "variable_declarator" | "foreach_statement" | "for_in_statement"))?;
    (tree.size(declarator) > 1).then_some(declarator)
}

/// Where the names are declared that a diagnostic's place gives a value to, or is about: the left side of the assignment around it, else the name at it. In the
/// member if it is declared there, else in the file.
pub fn targets(tree: &Tree, leaf: NodeId) -> Vec<NodeId> {
    let grammar = tree.grammar();
    let mut assignment = None;
    for node in tree.ancestors(leaf).skip(1) {
        let kind = tree.kind(node);
        if kind == "assignment_expression" && tree.child(node, 0).is_some_and(|l| !tree.contains(l, leaf)) {
            assignment = tree.child(node, 0);
            break;
        }
        if grammar.is_statement(kind) {
            break;
        }
    }
    let name = match assignment {
        Some(left) => grammar.head(tree, left),
        None => Some(leaf).filter(|l| grammar.is_name(tree.kind(*l)) && !grammar.is_declared_name(tree, *l)),
    };
    let Some(name) = name else { return Vec::new() };
    let text = tree.text_of(name);
    let declared = |within: NodeId| -> Vec<NodeId> {
        let all = tree.leaves(within).filter(|l| tree.text_of(*l) == text && *l != leaf);
        // Of types there is nothing to be said: what is about one is somewhere in it.
        let is_typed = |l: &NodeId| {
            let parent = tree.parent(*l);
            parent.is_some_and(|p| grammar.declares_typed(tree.kind(p)) || tree.kind(p) == "variable_declarator")
        };
        let names = all.filter(|l| grammar.is_name(tree.kind(*l)) && grammar.is_declared_name(tree, *l));
        names.filter(is_typed).take(4).collect()
    };
    let member = tree.enclosing(leaf, |k| grammar.is_member(k)).map(declared).filter(|d| !d.is_empty());
    member.unwrap_or_else(|| declared(NodeId::ROOT))
}

/// The declaration of a declared name: of a field or a local the list of its declarators.
pub fn declaration(tree: &Tree, name: NodeId) -> Option<NodeId> {
    let declaration = tree.parent(name)?;
    let list =
        tree.parent(declaration).filter(|p| matches!(tree.kind(*p), "variable_declaration" | "lexical_declaration"));
    let field = list.and_then(|l| tree.parent(l)).filter(|f| tree.kind(*f).ends_with("field_declaration"));
    field.or(list).or(Some(declaration))
}
