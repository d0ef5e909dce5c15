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
//! `Unsafe`: a private member may be read in ways that the compiler does not see, and side effects of its initializer are lost. Display only
//! for members with decorators. A parameter property becomes a parameter in its place, named as unused when nothing reads it; it goes as a whole
//! only where no call of the workspace passes it.

use super::support::unused::{is_pure, reduced_to_effect, trust};
use super::ts6133_unused_parameter::is_never_passed;
use codegen::typescript::edit::{line_deletion_with_directives, list_item_deletion, merged, statement_deletion};
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::occurrences;
use syntax::{NodeExt, child_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS6133", "TS6138"];

/// What makes a parameter of a constructor a property.
const MODIFIERS: &[&str] = &["accessibility_modifier", "readonly", "override_modifier"];

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
        let Some(modifier) = parameter.all_children().into_iter().find(|c| c.is(MODIFIERS)) else { return Vec::new() };
        let name = pattern.text_in(text);
        let title = format!("Remove unused declaration for: '{name}'");
        let narrow = |before: &str| {
            let fix = ctx.fix(title.clone(), Applicability::Unsafe.min(trust)).preferred();
            fix.replace(modifier.start_byte()..pattern.start_byte(), before).build()
        };
        let decorated = child_of_kind(parameter, "decorator").is_some();
        let list = parameter.parent();
        let Some(constructor) = list.and_then(|l| l.parent()) else { return vec![narrow("")] };
        let index = list.and_then(|l| l.named().iter().position(|p| p.id() == parameter.id())).unwrap_or(0);
        let unused = occurrences(constructor, text, name).len() == 1;
        if unused && parameter.field("value").is_none() && !decorated && is_never_passed(ctx, constructor, index) {
            // The parameter is not needed either.
            let whole =
                ctx.fix(title.clone(), Applicability::Unsafe.min(trust)).delete(list_item_deletion(text, parameter));
            return vec![whole.preferred().build()];
        }
        // It keeps its place, because calls pass it.
        let prefix = unused && !name.starts_with('_') && occurrences(constructor, text, &format!("_{name}")).is_empty();
        return vec![narrow(if prefix { "_" } else { "" })];
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
    let mut whole = statement_deletion(text, member);
    // The `;` after a field is not part of it, and other members may follow in the line.
    if let Some(rest) = text.get(whole.end..).and_then(|rest| rest.strip_prefix(';'))
        && whole.end == member.end_byte()
    {
        whole.end = text.len() - rest.trim_start_matches([' ', '\t']).len();
    }
    let mut edits = vec![TextEdit::delete(whole)];
    let name = label.text_in(text);
    for use_ in occurrences(class, text, name) {
        let inside = member.start_byte() <= use_.start_byte() && use_.end_byte() <= member.end_byte();
        let Some(access) = use_.parent().filter(|p| p.kind() == "member_expression" && !inside) else { continue };
        // The compiler reports that the member is never read, so the remaining uses are assignments.
        let statement = access.parent().filter(|p| p.kind() == "assignment_expression").and_then(|p| p.parent());
        match statement.filter(|s| s.kind() == "expression_statement") {
            Some(statement) => {
                let value = access.parent().and_then(|a| a.field("right")).filter(|v| !is_pure(*v, text));
                match value.map(|v| reduced_to_effect(statement, v, text)) {
                    None => edits.push(TextEdit::delete(line_deletion_with_directives(text, statement))),
                    Some(Some(reduced)) => edits.extend(reduced),
                    Some(None) => return Vec::new(),
                }
            }
            None => return Vec::new(),
        }
    }
    // What a decorator marks, a framework reads.
    let decorated = child_of_kind(member, "decorator").is_some()
        || member.prev_named_sibling().is_some_and(|p| p.kind() == "decorator");
    let most = if decorated { Applicability::DisplayOnly } else { Applicability::Unsafe };
    let fix = ctx.fix(format!("Remove unused declaration for: '{name}'"), most.min(trust));
    vec![merged(edits).into_iter().fold(fix, fix::FixBuilder::edit).preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn a_parameter_property_keeps_its_place_where_calls_pass_it() {
        let rule = rule_of(module_path!());
        let message = "Property 'a' is declared but its value is never read.";
        let check = |before: &str, after: &str, calls: &str| {
            let text =
                |parameters: &str| format!("//- /a.ts\nexport class C {{\n  constructor({parameters}) {{}}\n}}\n");
            let before = format!("{}//- /b.ts\nimport {{ C }} from './a';\n{calls}\n", text(before));
            check_fix(rule, "TS6138", message, &before, &text(after));
        };
        let two = "private readonly $0a: string, public b: number";
        check(two, "_a: string, public b: number", "new C('', 2);");
        check(two, "_a: string, public b: number", "class D extends C { constructor() { super('', 2); } }");
        check(two, "_a: string, public b: number", "export { C };");
        check(two, "public b: number", "export let c: C;");
        check("private $0a = '', public b = 2", "_a = '', public b = 2", "new C('', 2);");
        check("@Inject() private $0a: A, public b: number", "@Inject() _a: A, public b: number", "");
    }

    #[test]
    fn a_field_in_a_line_with_others_goes_with_its_semicolon() {
        check_fix(
            rule_of(module_path!()),
            "TS6133",
            "'a' is declared but its value is never read.",
            "export class C { private $0a = 1; b() { } }\n",
            "export class C { b() { } }\n",
        );
    }

    #[test]
    fn assignments_keep_what_they_do() {
        check_fix(
            rule_of(module_path!()),
            "TS6133",
            "'a' is declared but its value is never read.",
            "export class C {\n  private $0a = 0;\n  m() { this.a = 1;\n    this.a = f(); }\n  n() { g(); this.a = 1;\n  }\n}\n",
            "export class C {\n  m() {\n    f(); }\n  n() { g();\n  }\n}\n",
        );
    }
}
