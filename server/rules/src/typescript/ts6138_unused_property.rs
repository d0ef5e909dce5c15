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
//! `Unsafe`: a private member may be read in ways that the compiler does not see, and what its initialiser does is lost.

use super::support::edit::{line_deletion, merged, statement_deletion};
use super::support::names::occurrences;
use super::support::unused::trust;
use fix::{Applicability, Fix, RuleContext};
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
        let fix = ctx.fix(format!("Remove unused declaration for: '{name}'"), Applicability::Unsafe.min(trust));
        return vec![fix.delete(modifiers).preferred().build()];
    }
    let Some(member) = token.parent().filter(|p| p.is(&["public_field_definition", "method_definition"])) else {
        return Vec::new();
    };
    if member.field("name").is_none_or(|n| n.id() != token.id()) {
        return Vec::new();
    }
    let Some(class) = member.parent() else { return Vec::new() };
    let private = token.kind() == "private_property_identifier"
        || child_of_kind(member, "accessibility_modifier").is_some_and(|m| m.text_in(text) == "private");
    if !private {
        return Vec::new();
    }
    let mut edits = vec![TextEdit::delete(statement_deletion(text, member))];
    for use_ in occurrences(class, text, name) {
        let inside = member.start_byte() <= use_.start_byte() && use_.end_byte() <= member.end_byte();
        let Some(access) = use_.parent().filter(|p| p.kind() == "member_expression" && !inside) else { continue };
        // The compiler says that it is never read: what is left are assignments.
        let statement = access.parent().filter(|p| p.kind() == "assignment_expression").and_then(|p| p.parent());
        match statement.filter(|s| s.kind() == "expression_statement") {
            Some(statement) => edits.push(TextEdit::delete(line_deletion(text, statement.range()))),
            None => return Vec::new(),
        }
    }
    let fix = ctx.fix(format!("Remove unused declaration for: '{name}'"), Applicability::Unsafe.min(trust));
    vec![merged(edits).into_iter().fold(fix, fix::FixBuilder::edit).preferred().build()]
}
