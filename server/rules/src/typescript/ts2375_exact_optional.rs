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
use semantics::typescript::typing::{Ty, Typing};
use std::sync::Arc;
use syntax::typescript::descendants;
use syntax::{Node, NodeExt, node_covering};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS2375", "TS2379", "TS2412"];

const PROPERTIES: &[&str] = &["property_signature", "public_field_definition"];

/// The type whose properties should accept `undefined`.
fn target(ctx: &RuleContext<'_>) -> Option<Ty> {
    if *ctx.code() != "TS2412" {
        return Some(Ty { text: ctx.argument(1)?.to_owned(), file: Arc::from(ctx.path()) });
    }
    // The place is assigned to: its object's type.
    let access = ctx.token()?.enclosing(&["member_expression"])?;
    Typing::new(ctx.index, ctx.source).type_of(access.field("object")?)
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(target) = target(ctx) else { return Vec::new() };
    let mut fix = ctx.fix("Add 'undefined' to optional property type", Applicability::Unsafe);
    let mut found = false;
    for member in ctx.index.typescript().members_of_type(&target.text, &target.file) {
        // Members of a type literal have no place of their own.
        let placed = [&member.id, &member.owner].into_iter().find_map(|id| Some((id, ctx.index.ranges(id)?)));
        let Some((id, ranges)) = placed.filter(|(id, _)| ctx.index.contains(&id.path)) else { continue };
        let Some(source) = ctx.index.source(&id.path) else { continue };
        let Some(node) = node_covering(source.parsed.root(), ranges.full) else { continue };
        let named =
            |p: &Node<'_>| p.field("name").is_some_and(|n| n.text_in(source.parsed.text()) == member.declaration.name);
        let own = node.enclosing(PROPERTIES).filter(|p| p.start_byte() == ranges.full.start);
        let Some(property) = own.or_else(|| descendants(node, PROPERTIES).into_iter().find(named)) else { continue };
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
