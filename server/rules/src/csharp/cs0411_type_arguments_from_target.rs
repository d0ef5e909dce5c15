//! # Type argument that the result tells
//!
//! The compiler infers type arguments from what is passed. Where only the result has the type, it is written.
//!
//! ```csharp before
//! //@ error CS0411: The type arguments for method 'C.Read<T>(string)' cannot be inferred from the usage. Try specifying the type arguments explicitly.
//! class C
//! {
//!     T Read<T>(string key) => default(T);
//!     int Port() => $0Read$0("port");
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     T Read<T>(string key) => default(T);
//!     int Port() => Read<int>("port");
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a type that converts to the wanted one may be meant.

use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::printed::Display;
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0411"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let name = super::support::named::name_token(ctx)?;
    let call = ancestors(name).find(|n| n.kind() == "invocation_expression")?;
    let callee = call.field("function")?;
    if callee.field("name").unwrap_or(callee) != name {
        return None;
    }
    let printed = ctx.argument(0)?;
    let display = Display::parse(printed)?;
    let found = semantics::csharp::printed::declared(ctx, printed)?;
    let [parameter] = found.declaration.type_parameters.as_slice() else { return None };
    let passed = found
        .declaration
        .parameters
        .iter()
        .any(|p| p.type_text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == parameter.name));
    let model = ctx.csharp();
    let result = found.declaration.type_text.trim_end_matches('?');
    let awaited = call.parent().filter(|p| p.kind() == "await_expression");
    let wanted = match awaited {
        Some(wait) if codegen::csharp::asynchrony::task_result(result) == Some(parameter.name.as_str()) => {
            model.expected_type(wait)?
        }
        None if result == parameter.name => model.expected_type(call)?,
        _ => return None,
    };
    // `var`, `object` and the like say nothing.
    let vague = wanted.is("object") || wanted.is("dynamic") || wanted.is("void");
    if passed || vague || display.name != name.text_in(text) {
        return None;
    }
    let written = model.minimal(&wanted, name.start_byte());
    let fix = ctx.fix(format!("Add type arguments '<{written}>'"), Applicability::Unsafe);
    Some(fix.insert(name.end_byte(), format!("<{written}>")).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "The type arguments for method 'C.M<T>()' cannot be inferred from the usage. Try specifying the type arguments explicitly.";

    #[test]
    fn the_wanted_type() {
        let file = |body: &str| {
            format!("using System.Collections.Generic;\nclass C {{ T M<T>() => default; void N() {{ {body} }} }}")
        };
        for (before, after) in [
            ("string s = $0M();", "string s = M<string>();"),
            ("List<int> s = this.$0M();", "List<int> s = this.M<List<int>>();"),
        ] {
            check_fix(rule_of(module_path!()), "CS0411", MESSAGE, &file(before), &file(after));
        }
        for nothing in ["$0M();", "var x = $0M();", "object o = $0M();"] {
            check_no_fix(rule_of(module_path!()), "CS0411", MESSAGE, &file(nothing));
        }
    }
}
