//! # Incomplete equality
//!
//! `Equals`, `GetHashCode` and the operators `==` and `!=` belong together: what is equal has the same hash code (CS0659, CS0661), and the
//! operators and `Equals` agree (CS0660).
//!
//! ```csharp before
//! //@ warning CS0659: 'Point' overrides Object.Equals(object o) but does not override Object.GetHashCode()
//! using System;
//!
//! class $0Point$0
//! {
//!     readonly int x, y;
//!
//!     public override bool Equals(object obj)
//!     {
//!         return obj is Point other && x == other.x && y == other.y;
//!     }
//! }
//! ```
//! ```csharp after
//! using System;
//!
//! class Point
//! {
//!     readonly int x, y;
//!
//!     public override bool Equals(object obj)
//!     {
//!         return obj is Point other && x == other.x && y == other.y;
//!     }
//!
//!     public override int GetHashCode()
//!     {
//!         return HashCode.Combine(x, y);
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: collections of such objects behave in another way then. The hash code is made of the members that `Equals` compares; nothing is
//! offered where it compares none.

use codegen::csharp::insertion::{NewMember, insert_here, kind_rank};
use codegen::csharp::style::expression_bodies;
use fix::{Applicability, Fix, ImportRequest, RuleContext};
use index::csharp::CsType;
use index::{DeclarationKind, Modifiers};
use semantics::csharp::printed::simple_name;
use syntax::csharp::{TYPES, descendants, parameters};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0659", "CS0661", "CS0660"];

/// `HashCode.Combine` takes at most so many values.
const MOST_COMBINED: usize = 8;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = if ctx.code() == "CS0660" { generate_equals(ctx) } else { generate_hash_code(ctx) };
    fix.into_iter().collect()
}

fn declared<'a>(ctx: &RuleContext<'a>) -> Option<(Node<'a>, CsType)> {
    let node = ctx.token()?.enclosing(TYPES)?;
    let ty = ctx.index.csharp().enclosing_type(ctx.path(), node.field("name")?.start_byte())?;
    Some((node, ty))
}

/// Names of the fields and properties of an instance, in the order of their declaration.
fn state(ctx: &RuleContext<'_>, ty: &CsType) -> Vec<String> {
    let members = ctx.index.csharp().members(ty);
    let of_instance = members.iter().filter(|m| {
        matches!(m.declaration.kind, DeclarationKind::Field | DeclarationKind::Property)
            && !m.declaration.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST)
            && m.declaration.explicit_interface.is_empty()
    });
    of_instance.map(|m| m.declaration.name.to_string()).collect()
}

/// The methods and operators that compare, which decide what is equal.
fn comparisons<'a>(ctx: &RuleContext<'a>, node: Node<'a>) -> Vec<Node<'a>> {
    let text = ctx.text();
    let all = node.field("body").map_or_else(Vec::new, |b| b.named());
    let named = |n: &Node<'a>, name: &str| n.field("name").is_some_and(|f| f.text_in(text) == name);
    let method = |n: &Node<'a>| n.kind() == "method_declaration" && named(n, "Equals");
    let operator = |n: &Node<'a>| {
        n.kind() == "operator_declaration" && n.field("operator").is_some_and(|o| o.text_in(text) == "==")
    };
    all.into_iter().filter(|n| method(n) || operator(n)).collect()
}

fn generate_hash_code(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let (node, ty) = declared(ctx)?;
    let compared = comparisons(ctx, node);
    let mentions = |name: &str| {
        compared.iter().flat_map(|c| descendants(*c)).any(|n| n.kind() == "identifier" && n.text_in(text) == name)
    };
    let names: Vec<String> = state(ctx, &ty).into_iter().filter(|name| mentions(name)).collect();
    let base = compared
        .iter()
        .flat_map(|c| descendants(*c))
        .any(|n| n.kind() == "member_access_expression" && n.text_in(text) == "base.Equals");
    let mut values: Vec<String> = base.then(|| "base.GetHashCode()".to_owned()).into_iter().collect();
    values.extend(names.iter().cloned());
    if names.is_empty() || values.len() > MOST_COMBINED {
        return None;
    }
    let csharp = ctx.index.csharp();
    let known = csharp.resolve("System.HashCode", ctx.path(), node.start_byte()).is_some();
    let in_scope = csharp.namespaces_in_scope(ctx.path(), node.start_byte()).iter().any(|n| n == "System");
    let value = match (known, values.as_slice()) {
        (true, _) => format!("HashCode.Combine({})", values.join(", ")),
        (false, _) => return None,
    };
    let fix = ctx.fix("Generate 'GetHashCode()'", Applicability::Unsafe).preferred();
    let fix = if in_scope { fix } else { fix.import(ImportRequest::Using { namespace: "System".to_owned() }) };
    add(ctx, fix, node, "public override int GetHashCode()", &value)
}

fn generate_equals(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let (node, ty) = declared(ctx)?;
    let model = ctx.csharp();
    let own = model.minimal_name(&ty, ctx.path(), node.field("body")?.end_byte().saturating_sub(1));
    let is_own = |p: &Node<'_>| {
        p.field("type").is_some_and(|t| simple_name(t.text_in(text).trim_end_matches('?')) == simple_name(&own))
    };
    let compared = comparisons(ctx, node);
    let typed = compared
        .iter()
        .any(|c| c.kind() == "method_declaration" && matches!(parameters(*c).as_slice(), [p] if is_own(p)));
    let operator = compared.iter().any(|c| {
        c.kind() == "operator_declaration" && matches!(parameters(*c).as_slice(), [a, b] if is_own(a) && is_own(b))
    });
    // An operator that asks `Equals` would go on for ever.
    let circular = compared
        .iter()
        .filter(|c| c.kind() == "operator_declaration")
        .any(|c| descendants(*c).any(|n| n.kind() == "identifier" && n.text_in(text) == "Equals"));
    let test = match (typed, operator && !circular) {
        (true, _) => "Equals(other)",
        (false, true) => "this == other",
        _ => return None,
    };
    let nullable = if model.annotations_enabled(ctx.path(), node.start_byte()) { "object?" } else { "object" };
    let fix = ctx.fix("Generate 'Equals(object)'", Applicability::Unsafe).preferred();
    add(
        ctx,
        fix,
        node,
        &format!("public override bool Equals({nullable} obj)"),
        &format!("obj is {own} other && {test}"),
    )
}

fn add(ctx: &RuleContext<'_>, fix: fix::FixBuilder<'_>, node: Node<'_>, head: &str, value: &str) -> Option<Fix> {
    let arrow = expression_bodies(ctx).methods;
    let unit = ctx.indent_unit();
    let open = if codegen::csharp::style::braces_on_own_line(ctx) { "\n{" } else { " {" };
    let member = match arrow {
        true => format!("{head} => {value};"),
        false => format!("{head}{open}\n{unit}return {value};\n}}"),
    };
    let new = NewMember {
        text: member,
        kind: kind_rank("method_declaration"),
        accessibility: 0,
        is_static: false,
        name: head.split('(').next()?.rsplit(' ').next()?.to_owned(),
    };
    let edits = insert_here(ctx, node, &[new])?;
    Some(edits.into_iter().fold(fix, |fix, edit| fix.edit(edit)).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "'C' overrides Object.Equals(object o) but does not override Object.GetHashCode()";

    #[test]
    fn hash_codes_of_what_is_compared() {
        let rule = rule_of(module_path!());
        let before = "using System;\nstruct $0S<T>\n{\n    int a, b; static int c; T P { get; set; }\n    public override bool Equals(object o) => o is S<T> s && s.a == a && Equals(P, s.P) && c == 1;\n}\n";
        let after = before.replace("$0", "").replace(
            "c == 1;\n",
            "c == 1;\n\n    public override int GetHashCode()\n    {\n        return HashCode.Combine(a, P);\n    }\n",
        );
        check_fix(rule, "CS0659", MESSAGE, before, &after);
        let before = "class $0D : C\n{\n    int a;\n    public override bool Equals(object o) => base.Equals(o) && o is D d && d.a == a;\n}\n";
        let after = before.replace("$0", "").replace(
            "d.a == a;\n",
            "d.a == a;\n\n    public override int GetHashCode()\n    {\n        return HashCode.Combine(base.GetHashCode(), a);\n    }\n",
        );
        check_fix(rule, "CS0659", MESSAGE, before, &format!("using System;\n\n{after}"));
        check_no_fix(rule, "CS0659", MESSAGE, "class $0C { public override bool Equals(object o) => false; }");
    }

    #[test]
    fn equals_of_operators() {
        let rule = rule_of(module_path!());
        let message = "'C' defines operator == or operator != but does not override Object.Equals(object o)";
        let file = |members: &str, equals: &str| format!("class $0C<T>\n{{\n{equals}    {members}\n}}\n");
        let equals = |test: &str| {
            format!(
                "    public override bool Equals(object obj)\n    {{\n        return obj is C<T> other && {test};\n    }}\n\n"
            )
        };
        let members = "public static bool operator ==(C<T> a, C<T> b) => true;";
        let after = file(members, &equals("this == other")).replace("$0", "");
        check_fix(rule, "CS0660", message, &file(members, ""), &after);
        check_no_fix(
            rule,
            "CS0660",
            message,
            &file("public static bool operator ==(C<T> a, C<T> b) => a.Equals(b);", ""),
        );
    }
}
