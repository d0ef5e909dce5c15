//! # Method that is not called
//!
//! A method group is used where the result of the method is expected: the argument list is missing.
//!
//! ```csharp before
//! //@ error CS0428: Cannot convert method group 'Size' to non-delegate type 'int'. Did you intend to invoke the method?
//! class C
//! {
//!     int Size() => 1;
//!     int M() => $0Size$0;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int Size() => 1;
//!     int M() => Size();
//! }
//! ```
//! ```csharp before
//! //@ error CS0019: Operator '<' cannot be applied to operands of type 'int' and 'method group'
//! using System.Linq;
//! class C
//! {
//!     bool M(int[] a, int i) => $0i < a.Count$0;
//! }
//! ```
//! ```csharp after
//! using System.Linq;
//! class C
//! {
//!     bool M(int[] a, int i) => i < a.Count();
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the call may have side effects.

use fix::{Applicability, Bulk, Fix, RuleContext};
use index::DeclarationKind;
use semantics::csharp::{Member, SemanticModel, Type};
use syntax::csharp::outermost_at;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0428", "CS0019", "CS0446", "CS0023"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let method = match ctx.code().as_str() {
        "CS0019" => {
            // `method group` is not translated in localized messages.
            let arguments: Vec<&str> = ctx.diagnostic.arguments.iter().map(String::as_str).collect();
            let side = match arguments.as_slice() {
                [_, "method group", other] if *other != "method group" => "left",
                [_, other, "method group"] if *other != "method group" && *other != "<null>" => "right",
                _ => return None,
            };
            outermost_at(token, |n| n.kind() == "binary_expression")?.field(side)?
        }
        "CS0023" => {
            let operation = outermost_at(token, |n| n.kind() == "prefix_unary_expression")?;
            ctx.argument(1).filter(|a| *a == "method group").and(operation.named().into_iter().next_back())?
        }
        _ => outermost_at(token, |n| n.is(&["identifier", "member_access_expression"]))?,
    };
    let named = |n: Node<'_>| n.field("name").unwrap_or(n).text_in(text).to_owned();
    let about = ctx.code() != "CS0428" || ctx.argument(0).is_some_and(|a| a == named(method));
    let callable = method.is(&["identifier", "member_access_expression"]);
    let called =
        method.parent().is_some_and(|p| p.kind() == "invocation_expression" && p.field("function") == Some(method));
    if !about || !callable || called {
        return None;
    }
    // The type of the receiver is unknown: an extension method may be reported instead of a property.
    let access = method.parent().filter(|p| p.field("name") == Some(method));
    let receiver = access.unwrap_or(method).field("expression");
    let model = ctx.csharp();
    let bulk = match receiver.map(|r| model.type_of(r).filter(|t| model.resolve(t).is_some())) {
        Some(None) => Bulk::Manual,
        Some(Some(ty)) => {
            let members = accessible_members(&model, &ty, &named(method));
            // It is not a method any more: another repair has given the receiver its type.
            if members.iter().any(|m| m.declaration.kind != DeclarationKind::Method) {
                return None;
            }
            let sequence = || model.converts(&ty, &Type::named("System.Collections.IEnumerable"));
            if members.is_empty() && !sequence() { Bulk::Manual } else { Bulk::Repair }
        }
        None => Bulk::Repair,
    };
    let fix = ctx.fix("Add argument list", Applicability::Unsafe).insert(method.end_byte(), "()");
    Some(fix.in_bulk(bulk).preferred().build())
}

/// Members with this name that are accessible on a value of the type without converting it to an interface.
fn accessible_members(model: &SemanticModel<'_>, ty: &Type, name: &str) -> Vec<Member> {
    let interface = |t: &Type| model.resolve(t).is_some_and(|t| t.declaration.kind == DeclarationKind::Interface);
    let all = interface(ty);
    let by_type = model.members_by_type(ty).into_iter().filter(|(t, _)| all || !interface(t));
    let open = |m: &Member| m.declaration.name == name && m.declaration.explicit_interface.is_empty();
    by_type.flat_map(|(_, members)| members).filter(open).collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn numbers_are_not_called() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0019",
            "Operator '<' cannot be applied to operands of type 'int' and 'string'",
            "class C { bool M(int i, string s) => $0i < s; }",
        );
    }

    #[test]
    fn a_property_since_the_build() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0019",
            "Operator '==' cannot be applied to operands of type 'method group' and 'int'",
            "using System.Collections.Generic; class C { bool M(List<int> l) => $0l.Count == 0; }",
        );
    }

    #[test]
    fn a_property_since_the_build_reported_at_its_name() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0428",
            "Cannot convert method group 'Count' to non-delegate type 'int'. Did you intend to invoke the method?",
            "using System.Collections.Generic; class C { int M(List<int> l) { int n = l.$0Count; return n; } }",
        );
    }

    #[test]
    fn collections_and_conditions() {
        let rule = rule_of(module_path!());
        let message = "Foreach cannot operate on a 'method group'. Did you intend to invoke the 'method group'?";
        let file = |body: &str| format!("class C {{ int[] G() => null; bool F() => true; void M() {{ {body} }} }}");
        let before = file("foreach (var x in $0this.G) { }");
        check_fix(rule, "CS0446", message, &before, &file("foreach (var x in this.G()) { }"));
        let message = "Operator '!' cannot be applied to operand of type 'method group'";
        check_fix(rule, "CS0023", message, &file("if ($0!F) { }"), &file("if (!F()) { }"));
    }
}
