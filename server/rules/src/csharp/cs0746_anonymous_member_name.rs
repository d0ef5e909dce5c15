//! # Member of an anonymous type without a name
//!
//! The member in `new { f() }` has no name. A name is inferred only from simple names and member accesses such as `x` and `a.x`.
//!
//! ```csharp before
//! //@ error CS0746: Invalid anonymous type member declarator. Anonymous type members must be declared with a member assignment, simple name or member access.
//! class C
//! {
//!     object M() => new { $0ToString()$0 };
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     object M() => new { String = ToString() };
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the name is a guess from the expression, and other code may read the member.

use super::support::naming::pascal_case;
use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::printed::simple_name;
use syntax::csharp::descendants;
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0746"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let object = ctx.token()?.enclosing(&["anonymous_object_creation_expression"])?;
    let value = ancestors(ctx.token()?).find(|n| n.parent() == Some(object))?;
    let members: Vec<Node<'_>> = object.named();
    // A member with a name: `a = 1` is an identifier before `=`.
    let children = object.all_children();
    let at = children.iter().position(|c| *c == value)?;
    if value.kind() == "comment"
        || at > 0 && children[at - 1].kind() == "="
        || children.get(at + 1).is_some_and(|c| c.kind() == "=")
    {
        return None;
    }
    let taken: Vec<&str> = members
        .iter()
        .filter_map(|m| match m.kind() {
            "identifier" => Some(m.text_in(text)),
            "member_access_expression" => m.field("name").map(|n| n.text_in(text)),
            _ => None,
        })
        .collect();
    let base = name_for(ctx, value);
    let is_free = |n: &String| !taken.contains(&n.as_str());
    let name = std::iter::once(base.clone()).chain((1..100).map(|i| format!("{base}{i}"))).find(is_free)?;
    let fix = ctx.fix("Add member name", Applicability::Unsafe).insert(value.start_byte(), format!("{name} = "));
    Some(fix.preferred().build())
}

/// A name from the called method or created type, else from the type, else `Value`.
fn name_for(ctx: &RuleContext<'_>, value: Node<'_>) -> String {
    let text = ctx.text();
    let called = match value.kind() {
        "invocation_expression" => value.field("function").and_then(|f| f.field("name").or(Some(f))),
        "object_creation_expression" => value.field("type"),
        "await_expression" | "cast_expression" | "parenthesized_expression" => {
            return value
                .named()
                .into_iter()
                .next_back()
                .map_or_else(|| "Value".to_owned(), |inner| name_for(ctx, inner));
        }
        _ => None,
    };
    let model = ctx.csharp();
    let word = match called {
        Some(name) => descendants(name).find(|n| n.kind() == "identifier").map(|n| n.text_in(text).to_owned()),
        None => model.type_of(value).map(|t| simple_name(&t.full_name()).to_owned()),
    };
    let word = word.unwrap_or_default();
    let word = word.strip_suffix("Async").unwrap_or(&word);
    let verb = ["Get", "Create", "To", "As"].iter().find_map(|v| word.strip_prefix(v));
    let word = verb.filter(|rest| rest.starts_with(char::is_uppercase)).unwrap_or(word);
    if word.is_empty() { "Value".to_owned() } else { pascal_case(word) }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "Invalid anonymous type member declarator. Anonymous type members must be declared with a member assignment, simple name or member access.";

    #[test]
    fn names_are_unique() {
        check_fix(
            rule_of(module_path!()),
            "CS0746",
            MESSAGE,
            "class C { void M(int Type) { var v = new { Type, $0this.GetType() }; } }",
            "class C { void M(int Type) { var v = new { Type, Type1 = this.GetType() }; } }",
        );
    }

    #[test]
    fn nothing_for_named_members() {
        check_no_fix(rule_of(module_path!()), "CS0746", MESSAGE, "class C { void M() { var v = new { A = $0F() }; } }");
    }
}
