//! # `var` that cannot be
//!
//! `var` declares one variable (CS0819), and takes its type from a value that has one (CS0815).
//!
//! ```csharp before
//! //@ error CS0819: Implicitly-typed variables cannot have multiple declarators
//! class C
//! {
//!     void M()
//!     {
//!         $0var a = 1, b = 2$0;
//!         System.Console.Write(a + b);
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M()
//!     {
//!         int a = 1, b = 2;
//!         System.Console.Write(a + b);
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where all variables have one type, or each gets its own declaration. `Unsafe` where the type comes from what is assigned later, or where
//! a variable of nothing is removed.

use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::Type;
use syntax::csharp::{descendants, function_of, initializer};
use syntax::{Node, NodeExt, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0819", "CS0815"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = if ctx.code() == "CS0819" { several(ctx) } else { without_type(ctx) };
    fix.into_iter().collect()
}

fn several(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let declaration = ctx.token()?.enclosing(&["variable_declaration"])?;
    let ty = declaration.field("type").filter(|t| t.kind() == "implicit_type")?;
    let all = children_of_kind(declaration, "variable_declarator");
    let model = ctx.csharp();
    let types: Option<Vec<Type>> = all.iter().map(|d| model.type_of(initializer(*d)?)).collect();
    let types = types?;
    let first = types.first()?;
    if types.iter().all(|t| t == first) {
        let written = model.minimal(first, ty.start_byte());
        let fix = ctx.fix(format!("Change type to '{written}'"), Applicability::Safe).replace(ty.byte_range(), written);
        return Some(fix.preferred().build());
    }
    let statement = declaration
        .parent()
        .filter(|p| p.kind() == "local_declaration_statement" && p.parent().is_some_and(|b| b.kind() == "block"))?;
    let own_line = text[..statement.start_byte()].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
    let gap = if own_line { format!("{}{}", ctx.eol(), ctx.indent_at(statement.start_byte())) } else { " ".to_owned() };
    let mut fix = ctx.fix("Split into separate declarations", Applicability::Safe);
    for pair in all.windows(2) {
        fix = fix.replace(pair[0].end_byte()..pair[1].start_byte(), format!(";{gap}var "));
    }
    Some(fix.preferred().build())
}

fn without_type(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let declarator = ctx.token()?.enclosing(&["variable_declarator"])?;
    let declaration = declarator.parent()?;
    let ty = declaration.field("type").filter(|t| t.kind() == "implicit_type")?;
    let (name, value) = (declarator.field("name")?, initializer(declarator)?);
    let function = function_of(declarator).or_else(|| declarator.enclosing(&["compilation_unit"]))?;
    let uses: Vec<Node<'_>> = descendants(function)
        .filter(|n| n.kind() == "identifier" && *n != name && n.text_in(text) == name.text_in(text))
        .collect();
    let model = ctx.csharp();
    if value.kind() == "null_literal" {
        // The type of what is assigned later.
        let assigned = uses.iter().filter_map(|u| {
            let assignment =
                u.parent().filter(|p| p.kind() == "assignment_expression" && p.field("left") == Some(*u))?;
            assignment.field("right").filter(|r| r.kind() != "null_literal")
        });
        let types: Option<Vec<Type>> = assigned.map(|value| model.type_of(value)).collect();
        let mut types = types?;
        types.dedup();
        let [only] = types.as_slice() else { return None };
        let of_value = model.is_value_type(only) && !matches!(only, Type::Nullable(_));
        let annotated = of_value || model.annotations_enabled(ctx.path(), ty.start_byte());
        let only = if annotated { only.clone().nullable() } else { only.clone() };
        let written = model.minimal(&only, ty.start_byte());
        let fix = ctx.fix(format!("Change type to '{written}'"), Applicability::Unsafe);
        return Some(fix.replace(ty.byte_range(), written).preferred().build());
    }
    let alone = declaration.parent()?.kind() == "local_declaration_statement"
        && children_of_kind(declaration, "variable_declarator").len() == 1;
    let nothing = model.type_of(value).is_some_and(|t| t.is("void")) || ctx.argument(0) == Some("void");
    let call = value.is(&["invocation_expression", "await_expression"]);
    (alone && nothing && call && uses.is_empty()).then(|| {
        let fix = ctx.fix(format!("Remove variable '{}'", name.text_in(text)), Applicability::Unsafe);
        fix.delete(declaration.start_byte()..value.start_byte()).preferred().build()
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    fn file(body: &str) -> String {
        format!("class C {{ void N() {{ }} void M()\n{{\n    {body}\n}} }}\n")
    }

    #[test]
    fn several_variables() {
        let rule = rule_of(module_path!());
        let message = "Implicitly-typed variables cannot have multiple declarators";
        for (before, after) in [
            ("for ($0var i = 0, j = 9; i < j; i++) { }", "for (int i = 0, j = 9; i < j; i++) { }"),
            ("$0var p = 1, q = \"s\";", "var p = 1;\n    var q = \"s\";"),
        ] {
            check_fix_all(rule, "CS0819", message, &[], &file(before), Some(&file(after)));
        }
        check_no_fix(rule, "CS0819", message, &file("for ($0var i = 0, j = 9L; i < j; i++) { }"));
    }

    #[test]
    fn values_without_a_type() {
        let rule = rule_of(module_path!());
        let message = "Cannot assign <null> to an implicitly-typed variable";
        check_fix(rule, "CS0815", message, &file("var $0x = null; x = 1;"), &file("int? x = null; x = 1;"));
        check_fix(
            rule,
            "CS0815",
            message,
            &file("var $0x = null; x = \"a\"; x = null;"),
            &file("string x = null; x = \"a\"; x = null;"),
        );
        check_no_fix(rule, "CS0815", message, &file("var $0x = null; x = \"a\"; x = 1;"));
        let message = "Cannot assign void to an implicitly-typed variable";
        check_fix(rule, "CS0815", message, &file("var $0x = N();"), &file("N();"));
        check_no_fix(rule, "CS0815", message, &file("var $0x = N(); x.A();"));
    }
}
