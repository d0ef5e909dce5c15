//! # `undefined` for a property that may only be left out
//!
//! With `exactOptionalPropertyTypes`, `name?: string` does not take `undefined` unless the type says so.
//!
//! ```typescript before
//! //@ error TS2375: Type '{ name: undefined; }' is not assignable to type 'User' with 'exactOptionalPropertyTypes: true'. Consider adding 'undefined' to the types of the target's properties.
//! //@ options: --strict --exactOptionalPropertyTypes
//! export interface User {
//!     name?: string;
//! }
//! export const $0user$0: User = { name: undefined };
//! ```
//! ```typescript after
//! export interface User {
//!     name?: string | undefined;
//! }
//! export const user: User = { name: undefined };
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the property type may be right, and the assigned value wrong.

use fix::{Applicability, Fix, RuleContext};
use semantics::typescript::{SemanticModel, Type};
use syntax::{NodeExt, ancestors, node_covering};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS2375", "TS2379", "TS2412"];

const PROPERTIES: &[&str] = &["property_signature", "public_field_definition"];

/// The type whose properties should accept `undefined`.
fn target(ctx: &RuleContext<'_>, model: &SemanticModel<'_>) -> Option<Type> {
    if *ctx.code() != "TS2412" {
        return model.type_of_text(ctx.argument(1)?);
    }
    // The place is assigned to: its object's type.
    let access = ctx.token()?.enclosing(&["member_expression"])?;
    model.type_of(access.field("object")?)
}

/// The type of what is assigned to at the diagnostic.
fn assigned_type(ctx: &RuleContext<'_>, model: &SemanticModel<'_>) -> Option<Type> {
    let start = ctx.token()?.start_byte();
    let assignment = ancestors(ctx.token()?).find(|n| n.kind() == "assignment_expression")?;
    let left = assignment.field("left").filter(|l| l.start_byte() == start)?;
    Some(model.non_nullable(&model.expected_type(assignment.field("right")?).or_else(|| model.type_of(left))?))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let model = ctx.typescript();
    let declared = |t: &Type| {
        let all = model.properties_of(t).unwrap_or_default();
        let placed = |s| model.places(s).iter().any(|(path, _)| ctx.index.contains(path));
        all.iter().any(|p| p.symbol.as_ref().is_some_and(placed)).then_some(all)
    };
    // A type without a name is found by what it is the type of.
    let properties = assigned_type(ctx, &model).and_then(|t| declared(&t));
    let properties = properties.or_else(|| declared(&target(ctx, &model)?)).unwrap_or_default();
    let mut fix = ctx.fix("Add 'undefined' to optional property type", Applicability::Unsafe);
    let mut found = false;
    for (path, range) in properties.iter().filter_map(|p| p.symbol.as_ref()).flat_map(|s| model.places(s)) {
        let Some(source) = ctx.index.source(&path).filter(|_| ctx.index.contains(&path)) else { continue };
        let Some(node) = node_covering(source.parsed.root(), range) else { continue };
        let Some(property) = node.enclosing(PROPERTIES) else { continue };
        let text = source.parsed.text();
        let written = property.field("type").and_then(|t| t.named().into_iter().next());
        let optional = property.all_children().iter().any(|c| c.kind() == "?");
        let Some(written) = written.filter(|t| optional && !t.text_in(text).contains("undefined")) else { continue };
        let range = written.byte_range();
        if written.is(&["function_type", "constructor_type", "conditional_type", "infer_type"]) {
            fix = fix.edit_in(&source, TextEdit::insert(range.start, "("));
            fix = fix.edit_in(&source, TextEdit::insert(range.end, ") | undefined"));
        } else {
            fix = fix.edit_in(&source, TextEdit::insert(range.end, " | undefined"));
        }
        found = true;
    }
    if found { vec![fix.build()] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn a_type_without_a_name() {
        let code = |y: &str, at: &str| {
            format!(
                "type Data = {{\n  x?: {{\n    y?: {y}\n  }}\n}}\ndeclare var d: Data\n{at}d.x = {{ y: undefined }}\n"
            )
        };
        check_fix(
            rule_of(module_path!()),
            "TS2375",
            "Type '{ y: undefined; }' is not assignable to type '{ y?: number; }' with 'exactOptionalPropertyTypes: true'. Consider adding 'undefined' to the types of the target's properties.",
            &code("number", "$0"),
            &code("number | undefined", ""),
        );
    }

    #[test]
    fn types_elsewhere_and_of_what_is_assigned() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS2412",
            "Type 'undefined' is not assignable to type '() => void' with 'exactOptionalPropertyTypes: true'. Consider adding 'undefined' to the type of the target.",
            "import type { Data } from './data';\ndeclare const d: Data;\n$0d.f = undefined;\n\
             //- /data.ts\nexport type Data = { f?: () => void, n: string };\n",
            "import type { Data } from './data';\ndeclare const d: Data;\nd.f = undefined;\n\
             //- /data.ts\nexport type Data = { f?: (() => void) | undefined, n: string };\n",
        );
    }
}
