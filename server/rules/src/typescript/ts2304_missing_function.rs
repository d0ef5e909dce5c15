//! # Function is not declared
//!
//! A called function is neither declared nor imported. Its declaration is generated from the call: the parameters from the arguments, the return type
//! from the contextual type.
//!
//! ```typescript before
//! //@ error TS2304: Cannot find name 'greet'.
//! const who = "x";
//! const text: string = $0greet$0(who, 1);
//! ```
//! ```typescript after
//! const who = "x";
//! const text: string = greet(who, 1);
//!
//! function greet(who: string, arg1: number): string {
//!     throw new Error("Function not implemented.");
//! }
//! ```
//!
//! ## Fix safety
//! `DisplayOnly`: the name may also be misspelled or need an import, and the body of the function has to be written.

use codegen::typescript::bodies::Layout;
use codegen::typescript::edit::quote_of;
use codegen::typescript::stubs::Stubs;
use codegen::typescript::usage::{CallShape, Speller, call_shape, wanted_of};
use fix::{Applicability, Fix, RuleContext};
use semantics::typescript::SemanticModel;
use syntax::{Node, NodeExt, ancestors, line_indent};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS2304", "TS2552"];

/// A function declaration whose body throws.
pub(super) fn declaration(head: &str, name: &str, shape: &CallShape, quote: char, unit: &str) -> String {
    let returns = shape.returns.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
    format!(
        "{head}function {name}{}{}{returns} {{\n{unit}throw new Error({quote}Function not implemented.{quote});\n}}",
        shape.generics, shape.parameters
    )
}

/// Appends a declaration to a file.
pub(super) fn at_end(layout: &Layout<'_>, declaration: &str) -> TextEdit {
    let eol = layout.eol;
    let gap = match layout.text.trim_end_matches([' ', '\t']) {
        "" => String::new(),
        text if text.ends_with(['\n', '\r']) => eol.to_owned(),
        _ => format!("{eol}{eol}"),
    };
    TextEdit::insert(layout.text.len(), format!("{gap}{}{eol}", layout.indented(declaration, "")))
}

/// The function for a function name that is used as a value, not called.
fn shape_of_value(model: &SemanticModel<'_>, node: Node<'_>, speller: &Speller<'_, '_>) -> Option<CallShape> {
    let wanted = wanted_of(model, node)?;
    let signatures = model.signatures_of(&wanted);
    let [signature] = signatures.as_slice() else { return None };
    if signature.generic {
        return None;
    }
    let mut parameters = Vec::new();
    if let Some(this) = &signature.this {
        parameters.push(format!("this: {}", speller.spell(this)?));
    }
    for p in &signature.parameters {
        let ty = match &p.ty {
            Some(ty) => speller.spell(ty)?,
            None => "any".to_owned(),
        };
        let (dots, mark) = (if p.rest { "..." } else { "" }, if p.optional && !p.rest { "?" } else { "" });
        parameters.push(format!("{dots}{}{mark}: {ty}", p.name));
    }
    let returns = match signature.returns.as_ref().filter(|t| !t.is_any() && !t.is_unknown()) {
        Some(ty) => Some(speller.spell(ty)?),
        None => None,
    };
    Some(CallShape { generics: String::new(), parameters: format!("({})", parameters.join(", ")), returns })
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token().filter(|t| t.kind() == "identifier")?;
    let name = token.text_in(text);
    if ctx.argument(0)? != name || ctx.path().extension().is_some_and(|e| e == "js" || e == "jsx") {
        return None;
    }
    let parent = token.parent()?;
    let stubs = Stubs::new(ctx, ctx.root());
    let speller = Speller::new(ctx, &stubs, ctx.path());
    let shape = if parent.kind() == "call_expression" && parent.field("function") == Some(token) {
        call_shape(ctx, stubs.model(), parent, None, &speller)?
    } else {
        shape_of_value(stubs.model(), token, &speller)?
    };
    let layout = Layout::of(ctx);
    let declaration = declaration("", name, &shape, quote_of(ctx), &layout.unit);
    // A handler in JSX goes into the component, where it sees what the component sees.
    let in_jsx = ancestors(token).any(|n| n.kind() == "jsx_expression");
    let returned = ancestors(token).find(|n| n.kind() == "return_statement").filter(|_| in_jsx);
    let edit = match returned {
        Some(statement) => {
            let indent = line_indent(text, statement.start_byte());
            let new = layout.indented(&declaration, indent);
            let new = new.trim_start().to_owned();
            TextEdit::insert(statement.start_byte(), format!("{new}{0}{0}{indent}", layout.eol))
        }
        None => at_end(&layout, &declaration),
    };
    let fix = ctx.fix(format!("Add missing function declaration '{name}'"), Applicability::DisplayOnly).edit(edit);
    Some(stubs.imports().into_iter().fold(fix, |fix, i| fix.import(i)).build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn type_parameters_around_the_call_are_declared() {
        check_fix(
            rule_of(module_path!()),
            "TS2304",
            "Cannot find name 'added'.",
            "function outer<T extends string>(value: T) {\n    $0added(value, value);\n}\n",
            "function outer<T extends string>(value: T) {\n    added(value, value);\n}\n\nfunction added<T extends string>(value: T, value1: T) {\n    throw new Error(\"Function not implemented.\");\n}\n",
        );
    }

    #[test]
    fn a_callback_takes_what_it_is_given() {
        check_fix(
            rule_of(module_path!()),
            "TS2304",
            "Cannot find name 'on'.",
            "function f(g: (a: string, b?: number) => void) { }\nf($0on);",
            "function f(g: (a: string, b?: number) => void) { }\nf(on);\n\nfunction on(a: string, b?: number): void {\n    throw new Error(\"Function not implemented.\");\n}\n",
        );
    }

    #[test]
    fn what_is_awaited_is_a_promise_and_a_keyword_names_no_parameter() {
        let check = |call: &str, head: &str| {
            let before = format!("async function f(o: {{ class: string }}) {{ {} }}\n", call.replace("on(", "$0on("));
            let after = format!(
                "async function f(o: {{ class: string }}) {{ {call} }}\n\nfunction {head} {{\n    throw new Error(\"Function not implemented.\");\n}}\n"
            );
            check_fix(rule_of(module_path!()), "TS2304", "Cannot find name 'on'.", &before, &after);
        };
        check("await on(1);", "on(arg0: number): Promise<void>");
        check("const n: number = await on(o.class);", "on(arg0: string): Promise<number>");
        check("return [await on()];", "on(): Promise<any>");
    }

    #[test]
    fn a_mere_value_is_no_function() {
        check_no_fix(rule_of(module_path!()), "TS2304", "Cannot find name 'x'.", "const y = $0x + 1;\n");
    }
}
