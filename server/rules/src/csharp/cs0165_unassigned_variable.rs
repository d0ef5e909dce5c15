//! # Unassigned variable or `out` parameter
//!
//! A local variable is read before it is assigned (CS0165), or a function returns before it assigns its `out` parameters (CS0177).
//! They are assigned the default value of their type.
//!
//! ```csharp before
//! //@ error CS0165: Use of unassigned local variable 'n'
//! class C
//! {
//!     int M(bool b)
//!     {
//!         int n;
//!         if (b) n = 1;
//!         return $0n$0;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(bool b)
//!     {
//!         int n = 0;
//!         if (b) n = 1;
//!         return n;
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS0177: The out parameter 'n' must be assigned to before control leaves the current method
//! class C
//! {
//!     bool Try(out int n)
//!     {
//!         $0return false;$0
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     bool Try(out int n)
//!     {
//!         n = 0;
//!         return false;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the default value may not be the intended one. Nothing is offered where a name or type in the same function is wrong (it may be
//! the assignment), or where the variable is assigned before the place by now: the default value would take the place of what was assigned.

use super::support::unproven::is_unsettled;
use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::values::default_value;
use syntax::csharp::{descendants, function_of, has_modifier, initializer, parameters};
use syntax::{Node, NodeExt, ancestors};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0165", "CS0177"];

/// What the build says only where it checks for `null`.
const NULLABILITY: &[&str] = &["CS8600", "CS8601", "CS8602", "CS8603", "CS8604", "CS8618", "CS8625"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    if is_given_by_reference(ctx) || is_doubtful(ctx) {
        return Vec::new();
    }
    let fix = if ctx.code() == "CS0165" { local(ctx) } else { out_parameters(ctx) };
    fix.into_iter().collect()
}

/// Whether the assignment may be there: a name that was not found stands for it, or it was repaired since the build.
fn is_doubtful(ctx: &RuleContext<'_>) -> bool {
    let text = ctx.text();
    let (Some(name), Some(token)) = (ctx.argument(0), ctx.token()) else { return false };
    let Some(function) = function_of(token) else { return false };
    let assigns = |statement: Node<'_>| {
        let assignment = statement.named().into_iter().next().filter(|_| statement.kind() == "expression_statement");
        assignment.is_some_and(|a| {
            a.kind() == "assignment_expression"
                && a.field("left").is_some_and(|l| l.text_in(text) == name)
                && a.all_children().iter().any(|c| c.kind() == "=")
        })
    };
    // Statements that run before the place whatever happens: those before it in its block, and before the blocks around it.
    let assigned_before = ancestors(token)
        .take_while(|n| *n != function)
        .any(|n| std::iter::successors(n.prev_sibling(), |s| s.prev_sibling()).any(assigns));
    // The compiler reports the end of the function by its name.
    let at_end = function.field("body").filter(|b| token.start_byte() < b.start_byte());
    assigned_before || at_end.is_some_and(|b| b.named().into_iter().any(assigns)) || is_unsettled(ctx, function)
}

/// Whether a call in the same function assigns the variable once its `out` is added (CS1620), or already does.
fn is_given_by_reference(ctx: &RuleContext<'_>) -> bool {
    let text = ctx.text();
    let (Some(name), Some(token)) = (ctx.argument(0), ctx.token()) else { return false };
    let Some(function) = function_of(token) else { return false };
    let misses_out = ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
        d.code == "CS1620"
            && function.byte_range().contains(&d.range.start)
            && syntax::leaf_at(ctx.root(), d.range.start).is_some_and(|n| n.text_in(text) == name)
    });
    let is_out = |n: Node<'_>| {
        let argument = n.parent().filter(|p| n.kind() == "identifier" && p.kind() == "argument");
        n.text_in(text) == name && argument.is_some_and(|a| a.all_children().iter().any(|c| c.kind() == "out"))
    };
    // The compiler reports the variable itself, or the statement that leaves the function.
    let statement = token.enclosing(&["return_statement", "expression_statement"]);
    misses_out || is_out(token) || statement.is_some_and(|s| descendants(s).any(is_out))
}

fn value_of(ctx: &RuleContext<'_>, ty: Node<'_>) -> Option<&'static str> {
    let model = ctx.csharp();
    let written = ctx.source.parsed.root().descendant_for_byte_range(ty.start_byte(), ty.end_byte())?;
    let value = model.written_type(written).map_or("default", |t| default_value(&t, &model));
    // `null` in a non-nullable variable would be a new warning.
    let warns = || ctx.diagnostics.iter().any(|d| NULLABILITY.contains(&d.code.as_str()));
    let enabled = model.annotations_enabled(ctx.path(), ty.start_byte()) || warns();
    let annotated = enabled && ty.kind() != "nullable_type";
    Some(match value {
        "null" if annotated => "null!",
        value => value,
    })
}

fn local(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let name = ctx.argument(0)?;
    let function = function_of(token)?;
    let mut declared = descendants(function)
        .filter(|n| n.kind() == "variable_declarator" && n.field("name").is_some_and(|f| f.text_in(text) == name));
    let declarator = declared.next()?;
    if declared.next().is_some() || initializer(declarator).is_some() {
        return None;
    }
    let declaration = declarator.parent()?;
    if declaration.parent()?.kind() != "local_declaration_statement" {
        return None;
    }
    let value = value_of(ctx, declaration.field("type")?)?;
    let fix = ctx.fix(format!("Initialize '{name}' with default value"), Applicability::Unsafe);
    Some(fix.insert(declarator.end_byte(), format!(" = {value}")).preferred().build())
}

fn out_parameters(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let function = token.enclosing(&["method_declaration", "local_function_statement", "constructor_declaration"])?;
    let body = function.field("body")?;
    let at = ctx.diagnostic.range.start;
    let same = ctx.diagnostics.in_file(ctx.path()).iter().filter(|d| d.code == *ctx.code() && d.range.start == at);
    let names: Vec<&str> = same.filter_map(|d| d.argument(0)).collect();
    let mut lines = Vec::new();
    for parameter in parameters(function) {
        let name = parameter.field("name")?.text_in(text);
        // An editor may pass only one of several diagnostics: parameters that the body does not mention are unassigned too.
        let unnamed = || {
            names.len() == 1
                && has_modifier(parameter, text, "out")
                && !descendants(body).any(|n| n.kind() == "identifier" && n.text_in(text) == name)
        };
        if names.contains(&name) || unnamed() {
            lines.push(format!("{name} = {};", value_of(ctx, parameter.field("type")?)?));
        }
    }
    if lines.is_empty() {
        return None;
    }
    let eol = ctx.eol();
    let fix = ctx.fix("Assign 'out' parameters", Applicability::Unsafe).preferred();
    if body.kind() == "arrow_expression_clause" {
        let expression = syntax::csharp::inner_expression(body)?;
        let outer = ctx.indent_at(function.start_byte());
        let inner = format!("{outer}{}", ctx.indent_unit());
        let is_void = syntax::csharp::written_type(function).is_none_or(|t| t.text_in(text) == "void");
        let keyword = if is_void { "" } else { "return " };
        lines.push(format!("{keyword}{};", expression.text_in(text)));
        let statements: String = lines.iter().map(|l| format!("{eol}{inner}{l}")).collect();
        let end = function.end_byte();
        let start = text[..body.start_byte()].trim_end().len();
        return Some(fix.replace(start..end, format!("{eol}{outer}{{{statements}{eol}{outer}}}")).build());
    }
    let statement = token.enclosing(&["return_statement"]).filter(|s| s.start_byte() >= body.start_byte());
    match statement {
        Some(statement) if statement.parent().is_some_and(|p| p.is(&["block", "switch_section"])) => {
            let indent = ctx.indent_at(statement.start_byte());
            let before: String = lines.iter().map(|l| format!("{l}{eol}{indent}")).collect();
            Some(fix.edit(TextEdit::insert(statement.start_byte(), before)).build())
        }
        Some(statement) => {
            let all = format!("{{ {} {} }}", lines.join(" "), statement.text_in(text));
            Some(fix.replace(statement.byte_range(), all).build())
        }
        None => {
            let close = body.end_byte().checked_sub(1)?;
            let outer = ctx.indent_at(close);
            let inner = format!("{}{}", ctx.indent_at(function.start_byte()), ctx.indent_unit());
            let start = text[..close].trim_end().len();
            let all: String = lines.iter().map(|l| format!("{eol}{inner}{l}")).collect();
            Some(fix.replace(start..close, format!("{all}{eol}{outer}")).build())
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn at_the_end_of_a_method() {
        check_fix(
            rule_of(module_path!()),
            "CS0177",
            "The out parameter 's' must be assigned to before control leaves the current method",
            "class C\n{\n    void $0M(out string s, out int i, out int j)\n    {\n        M(out _, out j);\n    }\n}\n",
            "class C\n{\n    void M(out string s, out int i, out int j)\n    {\n        M(out _, out j);\n        s = null;\n        i = 0;\n    }\n}\n",
        );
    }

    #[test]
    fn nothing_where_a_repaired_name_assigns_it() {
        let message = "The out parameter 'result' must be assigned to before control leaves the current method";
        for before in [
            "class C { bool M(out string result) { result = \"x\"; $0return true; } }",
            "class C { bool M(out string result) { result = \"x\"; if (true) { $0return true; } return false; } }",
            "class C { void $0M(out string result) { result = \"x\"; } }",
        ] {
            check_no_fix(rule_of(module_path!()), "CS0177", message, before);
        }
        let branch = "class C { bool M(out int result) { if (true) { result = 1; } $0return true; } }";
        let after = branch.replace("$0", "result = 0;\n");
        check_fix(rule_of(module_path!()), "CS0177", message, branch, &after);
    }
}
