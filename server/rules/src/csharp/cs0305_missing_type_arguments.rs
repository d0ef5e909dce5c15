//! # Missing type arguments
//!
//! A generic type is used without its type arguments. They are inferred from the values of the variable, the return values of the method, or the
//! member that is implemented or overridden.
//!
//! ```csharp before
//! //@ error CS0305: Using the generic type 'Dictionary<TKey, TValue>' requires 2 type arguments
//! using System.Collections.Generic;
//!
//! class C
//! {
//!     $0Dictionary names = new Dictionary<int, string>();
//! }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//!
//! class C
//! {
//!     Dictionary<int, string> names = new Dictionary<int, string>();
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when all assigned or returned values have the same type arguments, or when the implemented or overridden member has them, and no type of
//! that name without type parameters could be imported: `IEnumerator` and the like, where the using directive comes first. Nothing is offered
//! otherwise.

use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use semantics::csharp::printed::{simple_name, type_arguments};
use semantics::csharp::type_use::{Place, TypeUse};
use semantics::csharp::{SemanticModel, Type};
use syntax::{Node, NodeExt, ancestors, child_of_kind};

pub(crate) const CODES: &[&str] = &["CS0305"];

/// The maximum number of nodes that are searched for assignments and returns.
const MAX_NODES: usize = 20_000;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    infer(ctx).into_iter().collect()
}

fn infer<'a>(ctx: &RuleContext<'a>) -> Option<Fix> {
    let used = TypeUse::at(ctx, ctx.diagnostic.range.start).filter(|u| u.arity == 0 && u.place == Place::Type)?;
    let text = ctx.text();
    let model = ctx.csharp();
    let mut ty_node = used.node;
    // `List?` and the like.
    while let Some(parent) = ty_node.parent().filter(|p| matches!(p.kind(), "nullable_type")) {
        ty_node = parent;
    }
    let owner = ty_node.parent()?;
    let mut evidence: Vec<Node<'a>> = Vec::new();
    let mut of_members: Vec<String> = Vec::new();
    match owner.kind() {
        "variable_declaration" => {
            let names: Vec<&str> =
                owner.named().iter().filter_map(|d| d.field("name")).map(|n| n.text_in(text)).collect();
            for declarator in owner.named().into_iter().filter(|n| n.kind() == "variable_declarator") {
                evidence.extend(after_equals(declarator));
            }
            let scope =
                ancestors(owner).find(|n| n.is(&["class_declaration", "struct_declaration", "record_declaration"]))?;
            assignments(scope, &names, text, &mut evidence);
        }
        "method_declaration" | "local_function_statement" | "property_declaration" => {
            // The interface that it implements lacks arguments as well, or is the one without.
            let interface = child_of_kind(owner, "explicit_interface_specifier");
            if interface.is_some_and(|i| !i.text_in(text).contains('<')) {
                return None;
            }
            results(owner, &mut evidence);
            let name = owner.field("name")?.text_in(text);
            if owner.kind() == "property_declaration" {
                evidence.extend(owner.field("value").filter(|v| v.kind() != "arrow_expression_clause"));
                let scope =
                    ancestors(owner).find(|n| n.is(&["class_declaration", "struct_declaration", "record_declaration"]));
                if let Some(scope) = scope {
                    assignments(scope, &[name], text, &mut evidence);
                }
            }
            of_members = inherited(ctx, owner, name, used.name);
        }
        _ => return None,
    }
    let offset = used.identifier.start_byte();
    let mut found: Vec<String> = of_members;
    if found.is_empty() {
        for expression in evidence {
            let Some(ty) = model.type_of(expression) else { continue };
            if let Some(generic) = as_generic(&model, &ty, used.name) {
                found.push(model.minimal(&generic, offset));
            }
        }
    }
    found.dedup();
    let first = found.first()?.clone();
    if found.iter().any(|f| *f != first) {
        return None;
    }
    let arguments = type_arguments(&first);
    if arguments.is_empty() {
        return None;
    }
    let arguments = format!("<{}>", arguments.join(", "));
    // A type of that name without type parameters is only a directive away: then that is missing as well as the arguments may be.
    let plain = used.importable(ctx).iter().any(|t| t.arity() == 0);
    let safe = if plain { Applicability::Unsafe } else { Applicability::Safe };
    let fix = ctx.fix(format!("Add type arguments '{arguments}'"), safe).insert(used.identifier.end_byte(), arguments);
    Some(if plain { fix } else { fix.preferred() }.build())
}

fn after_equals(declarator: Node<'_>) -> Option<Node<'_>> {
    let children = declarator.all_children();
    let at = children.iter().position(|c| c.kind() == "=")?;
    children.into_iter().skip(at + 1).find(|c| c.is_named() && c.kind() != "comment")
}

/// Right-hand sides of assignments to any of `names`.
fn assignments<'a>(scope: Node<'a>, names: &[&str], text: &str, out: &mut Vec<Node<'a>>) {
    let mut stack = vec![scope];
    let mut visited = 0usize;
    while let Some(n) = stack.pop() {
        visited += 1;
        if visited > MAX_NODES {
            return;
        }
        if n.kind() == "assignment_expression"
            && let (Some(left), Some(right)) = (n.field("left"), n.field("right"))
        {
            let target = left.text_in(text);
            let target = target.strip_prefix("this.").unwrap_or(target);
            if names.contains(&target) {
                out.push(right);
            }
        }
        stack.extend(n.named());
    }
}

/// The values that a method or property returns.
fn results<'a>(owner: Node<'a>, out: &mut Vec<Node<'a>>) {
    let mut stack: Vec<Node<'a>> = owner.named();
    let mut visited = 0usize;
    while let Some(n) = stack.pop() {
        visited += 1;
        if visited > MAX_NODES {
            return;
        }
        match n.kind() {
            "return_statement" => out.extend(n.named().into_iter().next()),
            "arrow_expression_clause" => out.extend(n.named().into_iter().next()),
            "lambda_expression" | "anonymous_method_expression" | "local_function_statement" => {}
            _ => stack.extend(n.named()),
        }
    }
}

/// `ty` or one of its base types, if it is the generic type of that name.
fn as_generic(model: &SemanticModel<'_>, ty: &Type, name: &str) -> Option<Type> {
    let is = |t: &Type| !t.arguments().is_empty() && simple_name(&t.full_name()) == name;
    let plain = ty.strip().clone();
    if is(&plain) {
        return Some(plain);
    }
    let supertypes = model.supertypes(&plain);
    let mut found = supertypes.iter().map(|(t, _)| t).filter(|t| is(t));
    let first = found.next()?.clone();
    found.next().is_none().then_some(first)
}

/// The type in the members that this one implements or overrides.
fn inherited(ctx: &RuleContext<'_>, owner: Node<'_>, member: &str, name: &str) -> Vec<String> {
    let csharp = ctx.index.csharp();
    let Some(here) = csharp.enclosing_type(ctx.path(), owner.start_byte()) else { return Vec::new() };
    let parameters =
        owner.field("parameters").map_or(0, |p| p.named().iter().filter(|n| n.kind() == "parameter").count());
    let mut out: Vec<String> = csharp
        .all_members(&here, "")
        .into_iter()
        .filter(|m| m.owner.origin != here.origin && m.declaration.name == member)
        .filter(|m| m.declaration.kind == DeclarationKind::Property || m.declaration.parameters.len() == parameters)
        .map(|m| csharp.declared_type(&m).0)
        .filter(|t| !type_arguments(t).is_empty() && simple_name(t) == name)
        .map(|t| t.trim_end_matches('?').to_owned())
        .collect();
    out.sort();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const LIST: &str = "Using the generic type 'List<T>' requires 1 type arguments";

    #[test]
    fn from_the_constructor_and_from_returns() {
        check_fix(
            rule_of(module_path!()),
            "CS0305",
            LIST,
            "using System.Collections.Generic;\nclass C { $0List _a; C(List<int> a) { _a = a; } }",
            "using System.Collections.Generic;\nclass C { List<int> _a; C(List<int> a) { _a = a; } }",
        );
        check_fix(
            rule_of(module_path!()),
            "CS0305",
            "Using the generic type 'IReadOnlyList<T>' requires 1 type arguments",
            "using System.Collections.Generic;\nclass C { List<int> a; $0IReadOnlyList M() { return a; } }",
            "using System.Collections.Generic;\nclass C { List<int> a; IReadOnlyList<int> M() { return a; } }",
        );
    }

    #[test]
    fn a_plain_type_of_the_name_is_as_likely() {
        let rule = rule_of(module_path!());
        let message = "Using the generic type 'IList<T>' requires 1 type arguments";
        let before = "using System.Collections.Generic;\nclass C { $0IList l = new List<int>(); }";
        check_fix(rule, "CS0305", message, before, &before.replace("$0IList", "IList<int>"));
        check_fix_all(rule, "CS0305", message, &[], before, None);
    }

    #[test]
    fn nothing_when_values_differ_or_are_unknown() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0305",
            LIST,
            "using System.Collections.Generic;\nclass C { $0List M(bool b) { if (b) return new List<int>(); return new List<string>(); } }",
        );
        check_no_fix(
            rule_of(module_path!()),
            "CS0305",
            LIST,
            "using System.Collections.Generic;\nclass C { $0List a; }",
        );
    }

    #[test]
    fn an_explicit_implementation_has_the_type_of_its_interface() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0305",
            "Using the generic type 'IEnumerator<T>' requires 1 type arguments",
            "using System.Collections.Generic;\nclass C : IEnumerable<int> { public IEnumerator<int> GetEnumerator() => null; $0IEnumerator IEnumerable.GetEnumerator() => GetEnumerator(); }",
        );
    }
}
