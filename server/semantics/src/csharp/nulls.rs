//! How code handles `null`.

use syntax::csharp::{descendants, own_descendants};
use syntax::{Node, NodeExt, ancestors};

fn is_null(node: Node<'_>) -> bool {
    node.kind() == "null_literal" || node.kind() == "default_expression"
}

/// Whether a use of a name (an identifier, or `this.name`) is safe when the value is `null`.
fn tolerant(node: Node<'_>, text: &str) -> bool {
    let mut target = node;
    if let Some(access) =
        node.parent().filter(|p| p.kind() == "member_access_expression" && p.field("name") == Some(node))
    {
        if access.field("expression").is_none_or(|e| e.kind() != "this") {
            return true;
        }
        target = access;
    }
    takes_null(target, text)
}

/// Whether what is done with a value (a name, a member, a call) is safe when it is `null`: it is compared, tested, joined to a text, or not used.
pub fn takes_null(target: Node<'_>, text: &str) -> bool {
    let Some(parent) = target.parent() else { return false };
    match parent.kind() {
        "expression_statement" => true,
        // What gives it on may be `null` itself.
        "return_statement" | "arrow_expression_clause" => gives_nullable(parent),
        "assignment_expression" => {
            let left = parent.field("left") == Some(target);
            let statement = parent.parent().is_some_and(|p| p.kind() == "expression_statement");
            let simple = parent.all_children().iter().any(|c| matches!(c.kind(), "=" | "??="));
            left && statement && simple
        }
        "binary_expression" => {
            let operator = parent.all_children().into_iter().find(|c| !c.is_named()).map(|c| c.kind());
            match operator {
                Some("==" | "!=") => parent.named().into_iter().any(|n| is_null(n) || n.kind() == "string_literal"),
                // The operators of `string` accept `null`.
                Some("+") => parent.named().into_iter().any(|n| n.kind() == "string_literal"),
                Some("??") => parent.field("left") == Some(target),
                _ => false,
            }
        }
        "is_pattern_expression" => parent.field("expression") == Some(target),
        "switch_statement" => parent.field("value") == Some(target),
        "switch_expression" => parent.named().first() == Some(&target),
        "interpolation" => true,
        "is_expression" | "as_expression" => true,
        "conditional_access_expression" => parent.field("condition") == Some(target),
        "argument" => {
            let call = ancestors(parent).find(|n| n.kind() == "invocation_expression");
            let name = call.and_then(|c| c.field("function")).map(|f| f.text_in(text)).unwrap_or_default();
            let name = name.rsplit('.').next().unwrap_or_default();
            matches!(name, "IsNullOrEmpty" | "IsNullOrWhiteSpace" | "ReferenceEquals" | "nameof" | "ThrowIfNull")
        }
        _ => false,
    }
}

/// Whether the function or property around a `return` has a nullable result.
fn gives_nullable(node: Node<'_>) -> bool {
    let mut kinds = syntax::csharp::FUNCTIONS.to_vec();
    kinds.extend(["property_declaration", "indexer_declaration"]);
    let Some(mut around) = node.enclosing(&kinds) else { return false };
    if around.kind() == "accessor_declaration" {
        let Some(owner) = around.enclosing(&["property_declaration", "indexer_declaration"]) else { return false };
        around = owner;
    }
    syntax::csharp::written_type(around).is_some_and(|t| t.kind() == "nullable_type")
}

/// Whether the value is not `null` after this use.
fn guards(node: Node<'_>, text: &str) -> bool {
    let Some(parent) = node.parent() else { return false };
    if parent.kind() == "argument" {
        let call = ancestors(parent).find(|n| n.kind() == "invocation_expression");
        return call.and_then(|c| c.field("function")).is_some_and(|f| f.text_in(text).ends_with("ThrowIfNull"));
    }
    if parent.kind() == "assignment_expression" {
        return parent.all_children().iter().any(|c| c.kind() == "??=")
            && parent.parent().is_some_and(|p| p.kind() == "expression_statement");
    }
    let test = match parent.kind() {
        "binary_expression" => {
            parent.all_children().iter().any(|c| c.kind() == "==") && parent.named().into_iter().any(is_null)
        }
        "is_pattern_expression" => parent.field("pattern").is_some_and(|p| p.text_in(text) == "null"),
        _ => false,
    };
    let condition = parent.parent().filter(|p| p.kind() == "if_statement" && p.field("condition") == Some(parent));
    let leaves = condition.and_then(|c| c.field("consequence")).is_some_and(|body| {
        let last = if body.kind() == "block" { body.named().into_iter().next_back() } else { Some(body) };
        last.is_some_and(|l| l.is(&["return_statement", "throw_statement"]))
    });
    test && leaves
}

/// Whether `name` could become nullable in `scope` without a compiler warning: every use is safe for `null`, or the first use guards the rest. Uses
/// in functions nested in `scope` are not covered by a guard.
pub fn allows_null(scope: Node<'_>, text: &str, name: &str, declared: Node<'_>) -> bool {
    let uses = |n: &Node<'_>| n.kind() == "identifier" && n.text_in(text) == name && *n != declared;
    if descendants(scope).filter(uses).all(|n| tolerant(n, text)) {
        return true;
    }
    let nested = descendants(scope).filter(uses).count() != own_descendants(scope).filter(uses).count();
    !nested && own_descendants(scope).find(uses).is_some_and(|n| guards(n, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use syntax::{Language, Parsed};

    fn bears(body: &str) -> bool {
        let text = format!("class C {{ void M(string s) {{ {body} }} }}");
        let parsed = Parsed::new(Language::CSHARP, text.as_str());
        let method = descendants(parsed.root()).find(|n| n.kind() == "method_declaration").unwrap();
        let declared = descendants(method).find(|n| n.kind() == "identifier" && n.text_in(&text) == "s").unwrap();
        allows_null(method, &text, "s", declared)
    }

    #[test]
    fn tests_and_guards() {
        assert!(bears("if (s == null) return; s.Trim();"));
        assert!(bears("s ??= \"\"; s.Trim();"));
        assert!(bears("var n = s?.Length ?? 0;"));
        assert!(bears("switch (s) { case \"a\": break; } var t = s switch { \"a\" => 1, _ => 2 };"));
        assert!(bears("var t = s == \"a\" ? $\"<{s}>\" : \"b\" + s;"));
        assert!(!bears("switch (s.Length) { case 1: break; }"));
        assert!(!bears("if (s != null) { } s.Trim();"));
        assert!(!bears("s.Trim();"));
    }
}
