//! # Change of a copy
//!
//! A property or indexer returns a copy of a struct: a member of it cannot be changed there. The copy is changed, and written back.
//!
//! ```csharp before
//! //@ error CS1612: Cannot modify the return value of 'Shape.Origin' because it is not a variable
//! struct Point { public int X; }
//! class Shape
//! {
//!     public Point Origin { get; set; }
//!     void M()
//!     {
//!         $0Origin$0.X = 1;
//!     }
//! }
//! ```
//! ```csharp after
//! struct Point { public int X; }
//! class Shape
//! {
//!     public Point Origin { get; set; }
//!     void M()
//!     {
//!         var origin = Origin;
//!         origin.X = 1;
//!         Origin = origin;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the getter and the setter run, and may do more than read and write.

use fix::{Applicability, Fix, RuleContext};
use index::Modifiers;
use semantics::csharp::Member;
use semantics::csharp::{SemanticModel, Symbol};
use syntax::csharp::{descendants, function_of, is_pure};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS1612"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let start = ctx.diagnostic.range.start;
    let token = ctx.token()?;
    let statement = token.enclosing(&["expression_statement"]).filter(|s| s.start_byte() == start)?;
    if !statement.parent().is_some_and(|p| p.is(&["block", "switch_section"])) {
        return None;
    }
    let change = statement.named().into_iter().next()?;
    let target = match change.kind() {
        "assignment_expression" => change.field("left")?,
        "postfix_unary_expression" => change.named().into_iter().next()?,
        _ => return None,
    };
    let model = ctx.csharp();
    // The innermost access that begins there and is a copy: it is read into a variable and written back.
    let printed = ctx.argument(0)?;
    let copied = ancestors(token)
        .take_while(|n| n.start_byte() == start && *n != target)
        .filter(|n| n.is(&["identifier", "member_access_expression", "element_access_expression"]))
        .filter(|n| {
            n.parent().is_some_and(|p| p.kind() == "member_access_expression" && p.field("expression") == Some(*n))
        })
        .find(|n| names(*n, text, printed))?;
    if !is_writable(&model, copied) || !is_repeatable(copied) {
        return None;
    }
    let written = copied.text_in(text);
    let function = function_of(statement).or_else(|| statement.enclosing(&["compilation_unit"]))?;
    let name = variable(function, text, copied);
    let rest = &text[copied.end_byte()..statement.end_byte()];
    let own_line = text[..start].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
    let gap = if own_line { format!("{}{}", ctx.eol(), ctx.indent_at(start)) } else { " ".to_owned() };
    let new = format!("var {name} = {written};{gap}{name}{rest}{gap}{written} = {name};");
    let fix = ctx.fix("Change a copy and write it back", Applicability::Unsafe).replace(statement.byte_range(), new);
    Some(fix.preferred().build())
}

/// Whether the access is the one that the message prints: `C.P`, `List<S>.this[int]`.
fn names(access: Node<'_>, text: &str, printed: &str) -> bool {
    if access.kind() == "element_access_expression" {
        return printed.contains("this[");
    }
    let name = access.field("name").unwrap_or(access).text_in(text);
    printed.rsplit('.').next() == Some(name)
}

fn is_writable<'a>(model: &SemanticModel<'a>, access: Node<'a>) -> bool {
    let settable = |m: &Member| {
        // What a library says of its setters is believed where it says something.
        let modifiers = m.declaration.modifiers;
        modifiers.contains(Modifiers::SET)
    };
    match model.symbol_of(access) {
        Some(Symbol::Member(member)) => settable(&member),
        _ => access.kind() == "element_access_expression",
    }
}

/// Whether the access can be written twice: its receiver and indices only read variables.
fn is_repeatable(access: Node<'_>) -> bool {
    descendants(access).all(|n| {
        !n.is(&["invocation_expression", "assignment_expression", "await_expression", "object_creation_expression"])
            && (n.kind() != "postfix_unary_expression" || is_pure(n))
    })
}

/// A new name for the copy: that of the property, or `item` for an element.
fn variable(function: Node<'_>, text: &str, access: Node<'_>) -> String {
    let name = match access.kind() {
        "element_access_expression" => "item".to_owned(),
        _ => {
            let name = access.field("name").unwrap_or(access).text_in(text).trim_start_matches('@');
            let mut chars = name.chars();
            chars.next().map_or(String::new(), |c| c.to_lowercase().chain(chars).collect())
        }
    };
    let taken = |name: &str| descendants(function).any(|n| n.kind() == "identifier" && n.text_in(text) == name);
    if !taken(&name) {
        return syntax::csharp::naming::escape_keyword(&name).to_string();
    }
    (1..).map(|i| format!("{name}{i}")).find(|n| !taken(n)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    fn file(body: &str) -> String {
        format!(
            "using System.Collections.Generic;\nstruct S {{ public int X; public S2 In; }} struct S2 {{ public int Z; }}\nclass C\n{{\n    S P {{ get; set; }}\n    S R {{ get; }}\n    List<S> l; C c; S N() => default;\n    void M(int i)\n    {{\n        {body}\n    }}\n}}\n"
        )
    }

    #[test]
    fn the_copy_is_written_back() {
        let rule = rule_of(module_path!());
        for (printed, before, after) in [
            ("C.P", "$0P.X++;", "var p = P;\n        p.X++;\n        P = p;"),
            ("C.P", "$0c.P.In.Z += 2;", "var p = c.P;\n        p.In.Z += 2;\n        c.P = p;"),
            ("List<S>.this[int]", "$0l[i].X = i;", "var item = l[i];\n        item.X = i;\n        l[i] = item;"),
        ] {
            let message = format!("Cannot modify the return value of '{printed}' because it is not a variable");
            check_fix(rule, "CS1612", &message, &file(before), &file(after));
        }
        for (printed, before) in
            [("C.R", "$0R.X = 1;"), ("C.N()", "$0N().X = 1;"), ("List<S>.this[int]", "$0l[i++].X = i;")]
        {
            let message = format!("Cannot modify the return value of '{printed}' because it is not a variable");
            check_no_fix(rule, "CS1612", &message, &file(before));
        }
    }
}
