//! # Property passed by reference
//!
//! A property or indexer is no variable: it cannot be passed as `ref` or `out`. A variable takes its place.
//!
//! ```csharp before
//! //@ error CS0206: A non ref-returning property or indexer may not be used as an out or ref value
//! class C
//! {
//!     int Count { get; set; }
//!     void M(string s)
//!     {
//!         int.TryParse(s, out $0Count$0);
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int Count { get; set; }
//!     void M(string s)
//!     {
//!         int.TryParse(s, out var count);
//!         Count = count;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the property is assigned after the call, also where that failed.

use fix::{Applicability, Fix, RuleContext};
use index::Modifiers;
use semantics::csharp::Symbol;
use syntax::csharp::{descendants, function_of};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0206"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let argument = ctx.token()?.enclosing(&["argument"])?;
    let by = argument.all_children().into_iter().find(|c| matches!(c.kind(), "ref" | "out"))?;
    let value = argument.named().into_iter().next_back()?;
    let statement = ancestors(argument).find(|n| n.kind().ends_with("_statement"))?;
    let plain = statement.is(&["expression_statement", "local_declaration_statement"]);
    let in_block = statement.parent().is_some_and(|p| p.is(&["block", "switch_section"]));
    let written = value.text_in(text);
    let calls = descendants(value).any(|n| n.is(&["invocation_expression", "element_access_expression"]));
    if !plain || !in_block || calls || !value.is(&["identifier", "member_access_expression"]) {
        return None;
    }
    let model = ctx.csharp();
    if let Some(Symbol::Member(member)) = model.symbol_of(value)
        && !member.declaration.modifiers.contains(Modifiers::SET)
    {
        return None;
    }
    let function = function_of(statement).or_else(|| statement.enclosing(&["compilation_unit"]))?;
    let last = value.field("name").unwrap_or(value).text_in(text).trim_start_matches('@');
    let mut chars = last.chars();
    let name: String = chars.next().map(|c| c.to_lowercase().chain(chars).collect())?;
    let taken = |name: &str| descendants(function).any(|n| n.kind() == "identifier" && n.text_in(text) == name);
    let name = std::iter::once(name.clone()).chain((1..9).map(|i| format!("{name}{i}"))).find(|n| !taken(n))?;
    let start = statement.start_byte();
    let own_line = text[..start].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
    let gap = if own_line { format!("{}{}", ctx.eol(), ctx.indent_at(start)) } else { " ".to_owned() };
    let fix = ctx.fix("Use a local variable", Applicability::Unsafe);
    let fix = match by.kind() {
        "out" => fix.replace(value.byte_range(), format!("var {name}")),
        _ => fix.insert(start, format!("var {name} = {written};{gap}")).replace(value.byte_range(), name.as_str()),
    };
    Some(fix.insert(statement.end_byte(), format!("{gap}{written} = {name};")).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "A non ref-returning property or indexer may not be used as an out or ref value";

    #[test]
    fn before_and_after_the_call() {
        let file = |body: &str| {
            format!(
                "class C {{ int P {{ get; set; }} int Q {{ get; }} C c; int this[int i] => 1; void R(ref int a) {{ }} void M(int p)\n{{\n    {body}\n}} }}\n"
            )
        };
        for (before, after) in [
            ("R(ref $0P);", "var p1 = P;\n    R(ref p1);\n    P = p1;"),
            ("var b = int.TryParse(\"1\", out $0c.P);", "var b = int.TryParse(\"1\", out var p1);\n    c.P = p1;"),
        ] {
            check_fix(rule_of(module_path!()), "CS0206", MESSAGE, &file(before), &file(after));
        }
        for nothing in [
            "R(ref $0Q);",
            "R(ref $0this[1]);",
            "if (int.TryParse(\"1\", out $0P)) { }",
            "return int.TryParse(\"1\", out $0P);",
        ] {
            check_no_fix(rule_of(module_path!()), "CS0206", MESSAGE, &file(nothing));
        }
    }
}
