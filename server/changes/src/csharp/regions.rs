//! Where the use stands that a diagnostic is about.

use diagnostics::SourceDiagnostic;
use semantics::Semantics;
use semantics::csharp::Symbol;
use syntax::csharp::TYPE_DECLARATIONS;
use syntax::{Node, NodeExt, ancestors, leaves};

/// Local variables of a statement whose declarations are looked at.
const MOST_LOCALS: usize = 12;

/// Names of a statement that are looked at.
const MOST_NAMES: usize = 400;

/// Whether a token is a name that may mean a local variable.
fn is_simple_name(leaf: Node<'_>) -> bool {
    leaf.kind() == "identifier" && leaf.parent().is_some_and(|p| p.field("name") != Some(leaf))
}

/// A part of the code that is looked at as a whole, without the statements in it.
fn is_region(node: &Node<'_>) -> bool {
    let kind = node.kind();
    let member = kind.ends_with("_declaration") && !node.is(TYPE_DECLARATIONS) && kind != "variable_declaration";
    kind.ends_with("_statement") && kind != "block"
        || member && kind != "accessor_declaration"
        || node.is(&[
            "attribute_list",
            "base_list",
            "using_directive",
            "arrow_expression_clause",
            "constructor_initializer",
        ])
        || node.is(&["enum_member_declaration", "parameter_list", "global_statement", "switch_section"])
}

/// The heads of a region, where it has statements or members of its own.
fn parts(region: Node<'_>) -> Vec<Node<'_>> {
    let nested = |n: &Node<'_>| n.is(&["block", "switch_body", "declaration_list", "accessor_list"]);
    let compound = region.all_children().iter().any(|c| nested(c) || c.kind().ends_with("_statement"));
    if !compound {
        return vec![region];
    }
    let heads = region.all_children().into_iter();
    heads.filter(|c| !nested(c) && !c.kind().ends_with("_statement") && c.is_named()).collect()
}

/// The parts of the tree that are looked through, nearest first: the statement; what made the local variables of the statement; what takes the
/// function that it stands in as an argument.
pub(super) fn regions<'t>(now: Semantics<'t>, diagnostic: &SourceDiagnostic, leaf: Node<'t>) -> Vec<Node<'t>> {
    let mut out: Vec<Node<'t>> = Vec::new();
    let is_type_code = matches!(
        diagnostic.code.as_str(),
        "CS0535" | "CS0534" | "CS0738" | "CS0539" | "CS0115" | "CS0508" | "CS0507" | "CS0506" | "CS0505"
    );
    if is_type_code {
        out.extend(members_named(now, diagnostic, leaf));
    }
    let Some(statement) = ancestors(leaf).find(is_region) else {
        out.push(leaf);
        return out;
    };
    let heads = parts(statement);
    let holds = |n: &&Node<'t>| n.start_byte() <= leaf.start_byte() && leaf.end_byte() <= n.end_byte();
    // The expression first, where the statement is large.
    out.extend(heads.iter().filter(holds));
    out.extend(heads.iter().filter(|h| !holds(h)));
    let model = now.csharp();
    let mut declared: Vec<Node<'t>> = Vec::new();
    // Each name once: a long expression has few of them.
    let mut seen: Vec<&str> = Vec::new();
    let names: Vec<Node<'t>> =
        out.iter().flat_map(|region| leaves(*region)).filter(|l| is_simple_name(*l)).take(MOST_NAMES).collect();
    for name in names {
        let word = name.text_in(now.text());
        if seen.contains(&word) {
            continue;
        }
        seen.push(word);
        if let Some(Symbol::Local(_, node)) = model.symbol_of(name)
            && !declared.contains(&node)
            && declared.len() < MOST_LOCALS
        {
            declared.push(node);
        }
    }
    for node in declared {
        let Some(around) = ancestors(node).find(is_region) else { continue };
        if around != statement {
            out.extend(parts(around));
        }
    }
    // A lambda: what it is given to.
    for function in ancestors(leaf).filter(|n| n.is(&["lambda_expression", "anonymous_method_expression"])) {
        let call = ancestors(function).skip(1).take_while(|n| !is_region(n)).find(|n| {
            n.is(&["invocation_expression", "object_creation_expression", "implicit_object_creation_expression"])
        });
        match call {
            Some(call) => {
                out.extend(call.field("function").or_else(|| call.field("type")).or_else(|| call.child(0)));
            }
            None => out.extend(ancestors(function).skip(1).find(is_region).into_iter().flat_map(parts)),
        }
    }
    // What stands in an interpolated or other nested place of a head that was passed over.
    out.dedup();
    out
}

/// The members that a diagnostic about a type or a member may be about: the names of those that its message names.
fn members_named<'t>(now: Semantics<'t>, diagnostic: &SourceDiagnostic, leaf: Node<'t>) -> Vec<Node<'t>> {
    let Some(ty) = leaf.enclosing(TYPE_DECLARATIONS) else { return Vec::new() };
    let text = now.text();
    let Some(body) = ty.field("body") else { return Vec::new() };
    let names = body.named().into_iter().filter_map(syntax::csharp::name_of);
    let named = |n: &Node<'t>| diagnostic.message.contains(n.text_in(text));
    let (first, rest): (Vec<Node<'t>>, Vec<Node<'t>>) = names.partition(named);
    first.into_iter().chain(rest).collect()
}
