//! # Message of a caught value
//!
//! What is caught may be anything, so it is `unknown`; only an `Error` has a message.
//!
//! ```typescript before
//! //@ error TS18046: 'err' is of type 'unknown'.
//! //@ options: --strict
//! export function run(act: () => void, log: (text: string) => void) {
//!     try { act(); } catch (err) { log($0err$0.message); }
//! }
//! ```
//! ```typescript after
//! export function run(act: () => void, log: (text: string) => void) {
//!     try { act(); } catch (err) { log(err instanceof Error ? err.message : String(err)); }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: of a thrown object that only looks like an error, the message is no longer read.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS18046", "TS2571"];

/// Whether a conditional expression may stand in the place of `node` without parentheses.
fn takes_conditional(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    match parent.kind() {
        "variable_declarator" | "required_parameter" | "public_field_definition" | "pair" => {
            parent.field("value") == Some(node)
        }
        "assignment_expression" | "augmented_assignment_expression" => parent.field("right") == Some(node),
        "arrow_function" => parent.field("body") == Some(node),
        kind => matches!(
            kind,
            "arguments"
                | "template_substitution"
                | "return_statement"
                | "parenthesized_expression"
                | "array"
                | "jsx_expression"
        ),
    }
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token().filter(|t| t.kind() == "identifier")?;
    let name = token.text_in(text);
    let access = token.parent().filter(|p| p.kind() == "member_expression" && p.field("object") == Some(token))?;
    let property = access.field("property")?.text_in(text);
    let written = access.parent().is_some_and(|p| {
        p.field("left") == Some(access) && p.kind().ends_with("assignment_expression")
            || p.field("function") == Some(access)
            || p.is(&["update_expression"])
    });
    if ctx.argument(0).is_some_and(|named| named != name) || property != "message" || written {
        return None;
    }
    let value = format!("{name} instanceof Error ? {name}.message : String({name})");
    let value = if takes_conditional(access) { value } else { format!("({value})") };
    let fix = ctx.fix(format!("Use the message of '{name}' if it is an error"), Applicability::Unsafe);
    Some(fix.replace(access.range(), value).preferred().build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "'e' is of type 'unknown'.";

    #[test]
    fn every_place_where_a_message_is_read() {
        let whole = "e instanceof Error ? e.message : String(e)";
        for (place, after) in [
            ("`${$0e.message}`", format!("`${{{whole}}}`")),
            ("'x' + $0e.message", format!("'x' + ({whole})")),
            ("$0e.message.trim()", format!("({whole}).trim()")),
            ("{ text: $0e?.message }", format!("{{ text: {whole} }}")),
        ] {
            let code = |place: &str| format!("p.catch((e: unknown) => f({place}));\n");
            check_fix(rule_of(module_path!()), "TS18046", MESSAGE, &code(place), &code(&after));
        }
    }

    #[test]
    fn other_properties_are_not_guessed() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "TS18046", MESSAGE, "try { f(); } catch (e) { g($0e.code); }\n");
        check_no_fix(rule, "TS18046", MESSAGE, "try { f(); } catch (e) { $0e.message = ''; }\n");
    }
}
