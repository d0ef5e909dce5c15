//! # Expression used as a statement
//!
//! Only assignments, calls, increments, decrements, `await` and object creations can be used as statements.
//!
//! ```csharp before
//! //@ error CS0201: Only assignment, call, increment, decrement, await, and new object expressions can be used as a statement
//! class C
//! {
//!     void Save() { }
//!     void M()
//!     {
//!         $0Save$0;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void Save() { }
//!     void M()
//!     {
//!         Save();
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS0201: Only assignment, call, increment, decrement, await, and new object expressions can be used as a statement
//! class C
//! {
//!     int Count() => 1;
//!     void M()
//!     {
//!         $0(Count())$0;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int Count() => 1;
//!     void M()
//!     {
//!         Count();
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS0201: Only assignment, call, increment, decrement, await, and new object expressions can be used as a statement
//! class C
//! {
//!     public int n;
//!     public void M()
//!     {
//!         $0n == 1$0;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public int n;
//!     public void M()
//!     {
//!         n = 1;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: removing parentheses around a call or assignment. `Unsafe`: calling a method without arguments, replacing a comparison by an
//! assignment, storing the value in a variable or field.

use codegen::csharp::insertion::{NewMember, insert_here, kind_rank};
use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use semantics::csharp::printed::simple_name;
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::{STATEMENT_EXPRESSIONS, function_of, has_modifier, type_of};
use syntax::{Node, NodeExt, ancestors};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0201"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let start = ctx.diagnostic.range.start;
    let statement_like = |n: &Node<'_>| n.is(&["expression_statement", "ERROR", "block", "switch_section"]);
    let value = ancestors(ctx.token()?)
        .take_while(|n| n.start_byte() == start && !statement_like(n))
        // The grammar may parse it as a statement with a missing operator.
        .filter(|n| n.is_named() && !n.all_children().iter().any(|c| c.is_missing()))
        .last()?;
    let rest = text.get(value.end_byte()..)?;
    if !rest.trim_start().starts_with(';') {
        return None;
    }
    if value.kind() == "parenthesized_expression" {
        let mut inner = value;
        while inner.kind() == "parenthesized_expression" {
            inner = inner.named().into_iter().find(|n| n.kind() != "comment")?;
        }
        let is_statement = inner.is(STATEMENT_EXPRESSIONS)
            && (!inner.kind().contains("unary")
                || inner.text_in(text).contains("++")
                || inner.text_in(text).contains("--"));
        let fix = is_statement.then(|| {
            let before = TextRange::new(value.start_byte(), inner.start_byte());
            ctx.fix("Remove parentheses", Applicability::Safe).delete(before).delete(inner.end_byte()..value.end_byte())
        })?;
        return Some(vec![fix.preferred().build()]);
    }
    let model = ctx.csharp();
    if value.kind() == "binary_expression" {
        let operator = value.field("operator").filter(|o| o.kind() == "==")?;
        let left = value.field("left")?;
        if !left.is(&["identifier", "member_access_expression", "element_access_expression"]) {
            return None;
        }
        let fix = ctx.fix("Replace '==' with '='", Applicability::Unsafe).replace(operator.byte_range(), "=");
        return Some(vec![fix.preferred().build()]);
    }
    if !value.is(&["identifier", "member_access_expression", "generic_name"]) {
        return None;
    }
    if is_method(ctx, &model, value) {
        let fix = ctx.fix("Add argument list", Applicability::Unsafe).insert(value.end_byte(), "()");
        return Some(vec![fix.preferred().build()]);
    }
    let ty = model.type_of(value).filter(|t| !t.is("void"))?;
    // A local variable is not copied into another one.
    if value.kind() == "identifier" {
        return None;
    }
    let mut out = Vec::new();
    let name = variable_name(&ty)?;
    let taken = semantics::csharp::completion_names::locals(ctx, value).iter().any(|n| n.name == name.as_str());
    let function = function_of(value)?;
    if taken {
        return None;
    }
    out.push(ctx.fix("Introduce local", Applicability::Unsafe).insert(start, format!("var {name} = ")).build());
    if let (Some(containing_type), false) = (type_of(value), function.kind() == "local_function_statement") {
        let is_static = has_modifier(function, text, "static");
        let modifier = if is_static { "static " } else { "" };
        let written = model.minimal(&ty, containing_type.field("body").map_or(start, |b| b.start_byte() + 1));
        let member = NewMember {
            text: format!("private {modifier}{written} {name};"),
            kind: kind_rank("field_declaration"),
            accessibility: 3,
            is_static,
            name: String::new(),
        };
        if let Some(edits) = insert_here(ctx, containing_type, &[member]) {
            let title = if is_static { "Introduce static field" } else { "Introduce field" };
            let fix = ctx.fix(title, Applicability::Unsafe).insert(start, format!("{name} = "));
            out.push(edits.into_iter().fold(fix, |fix, edit| fix.edit(edit)).build());
        }
    }
    Some(out)
}

/// Whether the expression names a method that can be called without arguments.
fn is_method<'a>(ctx: &RuleContext<'a>, model: &SemanticModel<'a>, value: Node<'a>) -> bool {
    let text = ctx.text();
    let (owner, name) = match value.kind() {
        "member_access_expression" => {
            let (Some(receiver), Some(name)) = (value.field("expression"), value.field("name")) else { return false };
            let ty = model.type_of(receiver).or_else(|| {
                let found = ctx.index.csharp().resolve(receiver.text_in(text), ctx.path(), receiver.start_byte())?;
                Some(Type::named(&found.full_name()))
            });
            (ty.into_iter().collect(), name)
        }
        _ => (model.enclosing_types(value), value),
    };
    let simple = simple_name(name.text_in(text));
    owner.iter().any(|ty| {
        let found = model.members_named(&ty.clone().not_null(), simple);
        found.iter().any(|m| {
            m.declaration.kind == DeclarationKind::Method
                && m.declaration.parameters.iter().all(|p| p.optional || p.rest)
        })
    })
}

/// `dateTime` for `DateTime`.
fn variable_name(ty: &Type) -> Option<String> {
    let full = ty.full_name();
    let simple = Some(simple_name(&full)).filter(|n| !n.is_empty())?;
    let simple = simple.strip_prefix('I').filter(|r| r.starts_with(char::is_uppercase)).unwrap_or(simple);
    let mut chars = simple.chars();
    let first = chars.next()?;
    let name: String = first.to_lowercase().chain(chars).collect();
    Some(syntax::csharp::naming::escaped(&name))
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};
    const MESSAGE: &str =
        "Only assignment, call, increment, decrement, await, and new object expressions can be used as a statement";

    #[test]
    fn the_value_is_stored() {
        let before = "using System;\n\nclass C\n{\n    static void M()\n    {\n        $0DateTime.Now;\n    }\n}\n";
        check_fix(
            rule_of(module_path!()),
            "CS0201",
            MESSAGE,
            before,
            "using System;\n\nclass C\n{\n    static void M()\n    {\n        var dateTime = DateTime.Now;\n    }\n}\n",
        );
        check_fix_titled(
            rule_of(module_path!()),
            "CS0201",
            MESSAGE,
            "Introduce static field",
            before,
            "using System;\n\nclass C\n{\n    private static DateTime dateTime;\n\n    static void M()\n    {\n        dateTime = DateTime.Now;\n    }\n}\n",
        );
    }

    #[test]
    fn nothing_for_literals() {
        check_no_fix(rule_of(module_path!()), "CS0201", MESSAGE, "class C { void M() { $01; } }");
        check_no_fix(rule_of(module_path!()), "CS0201", MESSAGE, "class C { void M(int a) { $0a + 1; } }");
    }
}
