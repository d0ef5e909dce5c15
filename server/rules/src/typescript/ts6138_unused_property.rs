//! # Unused private member
//!
//! ```typescript before
//! //@ error TS6133: 'cache' is declared but its value is never read.
//! //@ options: --noUnusedLocals
//! export class Store {
//!     private $0cache$0 = 1;
//!     size = 2;
//! }
//! ```
//! ```typescript after
//! export class Store {
//!     size = 2;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a private member may be read in ways that the compiler does not see, and side effects of its initializer are lost.

use super::support::unused::trust;
use super::ts6133_unused_parameter::is_never_passed;
use codegen::typescript::edit::{line_deletion, list_item_deletion, merged, statement_deletion};
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::occurrences;
use syntax::{NodeExt, child_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS6133", "TS6138"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let name = token.text_in(text);
    let Some(trust) = trust(ctx, name) else { return Vec::new() };
    if let Some(parameter) = token.enclosing(&["required_parameter", "optional_parameter"]) {
        // A parameter property that is only used as a parameter.
        if *ctx.code() != "TS6138" {
            return Vec::new();
        }
        let Some(pattern) = parameter.field("pattern") else { return Vec::new() };
        let modifiers = parameter.start_byte()..pattern.start_byte();
        let name = pattern.text_in(text);
        let title = format!("Remove unused declaration for: '{name}'");
        let narrow = ctx.fix(title.clone(), Applicability::Unsafe.min(trust)).delete(modifiers).preferred().build();
        let list = parameter.parent();
        let Some(constructor) = list.and_then(|l| l.parent()) else { return vec![narrow] };
        let index = list.and_then(|l| l.named().iter().position(|p| p.id() == parameter.id())).unwrap_or(0);
        let unused = occurrences(constructor, text, name).len() == 1 && parameter.field("value").is_none();
        if unused && is_never_passed(ctx, constructor, index) {
            // The parameter is not needed either.
            let whole = ctx.fix(title, Applicability::Unsafe.min(trust)).delete(list_item_deletion(text, parameter));
            return vec![whole.preferred().build()];
        }
        return vec![narrow];
    }
    let computed = token.parent().filter(|p| p.kind() == "computed_property_name");
    let label = computed.unwrap_or(token);
    let Some(member) = label.parent().filter(|p| p.is(&["public_field_definition", "method_definition"])) else {
        return Vec::new();
    };
    if member.field("name").is_none_or(|n| n.id() != label.id()) {
        return Vec::new();
    }
    let Some(class) = member.parent() else { return Vec::new() };
    let private = token.kind() == "private_property_identifier"
        || child_of_kind(member, "accessibility_modifier").is_some_and(|m| m.text_in(text) == "private");
    if !private {
        return Vec::new();
    }
    let mut edits = vec![TextEdit::delete(statement_deletion(text, member))];
    let name = label.text_in(text);
    for use_ in occurrences(class, text, name) {
        let inside = member.start_byte() <= use_.start_byte() && use_.end_byte() <= member.end_byte();
        let Some(access) = use_.parent().filter(|p| p.kind() == "member_expression" && !inside) else { continue };
        // The compiler reports that the member is never read, so the remaining uses are assignments.
        let statement = access.parent().filter(|p| p.kind() == "assignment_expression").and_then(|p| p.parent());
        match statement.filter(|s| s.kind() == "expression_statement") {
            Some(statement) => edits.push(TextEdit::delete(line_deletion(text, statement.range()))),
            None => return Vec::new(),
        }
    }
    let fix = ctx.fix(format!("Remove unused declaration for: '{name}'"), Applicability::Unsafe.min(trust));
    vec![merged(edits).into_iter().fold(fix, fix::FixBuilder::edit).preferred().build()]
}
