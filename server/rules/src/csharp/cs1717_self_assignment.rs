//! # Assignment or comparison to itself
//!
//! A variable is assigned to itself (CS1717) or compared with itself (CS1718): mostly a parameter has the name of the member that is meant.
//!
//! ```csharp before
//! //@ warning CS1717: Assignment made to same variable; did you mean to assign something else?
//! class Point
//! {
//!     public int x = 1;
//!     public Point(int x)
//!     {
//!         $0x = x$0;
//!     }
//! }
//! ```
//! ```csharp after
//! class Point
//! {
//!     public int x = 1;
//!     public Point(int x)
//!     {
//!         this.x = x;
//!     }
//! }
//! ```
//! ```csharp before
//! //@ warning CS1718: Comparison made to same variable; did you mean to compare something else?
//! class C
//! {
//!     bool M(double d) => $0d != d$0;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     bool M(double d) => double.IsNaN(d);
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for numbers that may be `NaN`, which is the same test. Otherwise `Unsafe`: the assignment did nothing until now.

use codegen::csharp::deletion::removal;
use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use syntax::csharp::{FUNCTIONS, has_modifier, outermost_at, parameters};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS1717", "CS1718"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let found = if ctx.code() == "CS1717" { assigned(ctx) } else { compared(ctx) };
    found.unwrap_or_default()
}

/// The functions around a node, up to its type.
fn functions(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    ancestors(node).take_while(|n| !n.is(syntax::csharp::TYPES)).filter(|n| n.is(FUNCTIONS))
}

fn assigned(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let assignment = outermost_at(ctx.token()?, |n| n.kind() == "assignment_expression")?;
    let (left, right) = (assignment.field("left")?, assignment.field("right")?);
    let name = left.field("name").unwrap_or(left).text_in(text);
    let csharp = ctx.index.csharp();
    let ty = csharp.enclosing_type(ctx.path(), assignment.start_byte())?;
    let members = csharp.members(&ty);
    let holds = |wanted: &str| {
        members.iter().any(|m| {
            matches!(m.declaration.kind, DeclarationKind::Field | DeclarationKind::Property)
                && m.declaration.name == wanted
        })
    };
    let all: Vec<&str> =
        functions(assignment).flat_map(parameters).filter_map(|p| Some(p.field("name")?.text_in(text))).collect();
    let plain = |n: &str| n.trim_start_matches('_').to_lowercase();
    let is_static = functions(assignment).any(|f| has_modifier(f, text, "static"));
    let mut out = Vec::new();
    if left.kind() == "identifier" && all.contains(&name) {
        // The parameter hides the member, or the member is written otherwise.
        let cased: Vec<&str> = members
            .iter()
            .filter(|m| matches!(m.declaration.kind, DeclarationKind::Field | DeclarationKind::Property))
            .map(|m| m.declaration.name.as_str())
            .filter(|n| *n != name && plain(n) == plain(name))
            .collect();
        if holds(name) && !is_static {
            let fix = ctx.fix("Add 'this.'", Applicability::Unsafe).insert(left.start_byte(), "this.");
            out.push(fix.preferred().build());
        } else if let [only] = cased.as_slice() {
            let fix = ctx.fix(format!("Assign to '{only}'"), Applicability::Unsafe);
            out.push(fix.replace(left.byte_range(), *only).preferred().build());
        }
    } else if holds(name) {
        let meant: Vec<&str> = all.into_iter().filter(|p| *p != name && plain(p) == plain(name)).collect();
        if let [only] = meant.as_slice() {
            let fix = ctx.fix(format!("Assign '{only}'"), Applicability::Unsafe);
            out.push(fix.replace(right.byte_range(), *only).preferred().build());
        }
    }
    if let Some(statement) = assignment.parent().filter(|p| p.kind() == "expression_statement") {
        let in_block = statement.parent().is_some_and(|p| p.kind() == "block");
        let fix = ctx.fix("Remove assignment", Applicability::Unsafe);
        out.extend(in_block.then(|| fix.delete(removal(text, statement)).build()));
    }
    Some(out)
}

fn compared(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let start = ctx.diagnostic.range.start;
    let same = |n: &Node<'_>| {
        let sides = n.field("left").zip(n.field("right"));
        n.kind() == "binary_expression" && sides.is_some_and(|(a, b)| a.text_in(text) == b.text_in(text))
    };
    let comparison = ancestors(ctx.token()?).take_while(|n| n.start_byte() == start).find(same)?;
    let (left, right) = (comparison.field("left")?, comparison.field("right")?);
    let operator = comparison.field("operator")?.text_in(text);
    let model = ctx.csharp();
    let ty = model.type_of(left)?;
    let number = ["double", "float"].into_iter().find(|n| ty.is(n));
    if let (Some(number), "==" | "!=") = (number, operator) {
        let not = if operator == "==" { "!" } else { "" };
        let call = format!("{not}{number}.IsNaN({})", left.text_in(text));
        let fix = ctx.fix(format!("Use '{number}.IsNaN'"), Applicability::Safe);
        return Some(vec![fix.replace(comparison.byte_range(), call).preferred().build()]);
    }
    // `a == a` in `Equals(C other)`: the other's.
    if left.kind() != "identifier" {
        return None;
    }
    let csharp = ctx.index.csharp();
    let own = csharp.enclosing_type(ctx.path(), start)?;
    if !csharp.members(&own).iter().any(|m| m.declaration.name == left.text_in(text)) {
        return None;
    }
    let others: Vec<&str> = functions(comparison)
        .flat_map(parameters)
        .filter(|p| {
            let of = p.field("type").and_then(|t| model.written_type(t)).and_then(|t| model.resolve(t.strip()));
            of.is_some_and(|t| t.origin == own.origin)
        })
        .filter_map(|p| Some(p.field("name")?.text_in(text)))
        .collect();
    let [other] = others.as_slice() else { return None };
    let fix = ctx.fix(format!("Compare with '{other}'"), Applicability::Unsafe);
    Some(vec![fix.insert(right.start_byte(), format!("{other}.")).preferred().build()])
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const ASSIGNED: &str = "Assignment made to same variable; did you mean to assign something else?";
    const COMPARED: &str = "Comparison made to same variable; did you mean to compare something else?";

    #[test]
    fn what_was_meant() {
        let rule = rule_of(module_path!());
        let file = |members: &str| format!("class C {{ int _a; int Name {{ get; set; }} static int s; {members} }}");
        for (before, after) in [
            ("C(int a) { $0a = a; }", "C(int a) { _a = a; }"),
            ("void M(int name) { $0Name = Name; }", "void M(int name) { Name = name; }"),
            ("void M(int b) => N($0b = b);", ""),
            ("void M(int b) { $0b = b; }", "void M(int b) { }"),
        ] {
            match after {
                "" => check_no_fix(rule, "CS1717", ASSIGNED, &file(before)),
                after => check_fix(rule, "CS1717", ASSIGNED, &file(before), &file(after)),
            }
            check_fix_all(rule, "CS1717", ASSIGNED, &[], &file(before), None);
        }
    }

    #[test]
    fn comparisons() {
        let rule = rule_of(module_path!());
        let file = |members: &str| format!("class C {{ int a; int B; {members} }}");
        let before = file("bool E(C other) => $0a == a && B == other.B;");
        check_fix(rule, "CS1718", COMPARED, &before, &file("bool E(C other) => a == other.a && B == other.B;"));
        check_fix(
            rule,
            "CS1718",
            COMPARED,
            &file("bool E(float f) => $0f == f;"),
            &file("bool E(float f) => !float.IsNaN(f);"),
        );
        check_no_fix(rule, "CS1718", COMPARED, &file("bool E(int i) => $0i == i;"));
    }
}
