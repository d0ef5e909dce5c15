//! # JSX attribute by its HTML name
//!
//! React and others name some attributes otherwise than HTML does: `className`, `htmlFor`, `onClick`.
//!
//! ```tsx before
//! //@ error TS2322: Type '{ class: string; }' is not assignable to type '{ className?: string; }'.
//! declare namespace JSX { interface IntrinsicElements { p: { className?: string } } }
//! const box = <p $0class$0="wide" />;
//! ```
//! ```tsx after
//! declare namespace JSX { interface IntrinsicElements { p: { className?: string } } }
//! const box = <p className="wide" />;
//! ```
//!
//! ## Fix safety
//! `Safe` when the names differ only in case, or are the two names of one attribute. `Unsafe` for another name that the compiler suggests.

use fix::{Applicability, Fix, RuleContext};
use semantics::typo::is_slip;
use syntax::NodeExt;
use syntax::typescript::is_identifier;

pub(crate) const CODES: &[&str] = &["TS2322", "TS2769"];

/// Attributes that have another name than in HTML.
const RENAMED: &[(&str, &str)] = &[("class", "className"), ("for", "htmlFor")];

/// The name that the last line of the message suggests: what it quotes last.
fn suggested(message: &str) -> Option<&str> {
    let line = message.lines().last().filter(|_| message.contains('\n'))?;
    let end = line.trim_end().trim_end_matches(['?', '.', '\u{ff1f}', '\u{3002}']).strip_suffix('\'')?;
    let name = &end[end.rfind('\'')? + 1..];
    is_identifier(name).then_some(name)
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let attribute = token.parent().filter(|p| p.kind() == "jsx_attribute" && p.named().first() == Some(&token))?;
    let tag = attribute.parent()?;
    let written = token.text_in(text);
    let other = RENAMED.iter().find(|(html, _)| *html == written).map(|(_, name)| *name);
    let printed = |name: &str| {
        let ty = ctx.argument(1).unwrap_or_default();
        ty.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name)
    };
    let quoted = |name: &str| ctx.diagnostic.message.contains(&format!("'{name}'"));
    let right = suggested(&ctx.diagnostic.message)
        .filter(|s| quoted(written) && (Some(*s) == other || is_slip(s, written)))
        .or(other.filter(|o| printed(o)))?;
    let taken = tag.named().iter().any(|a| a.named().first().is_some_and(|n| n.text_in(text) == right));
    if taken || right == written {
        return None;
    }
    let same = Some(right) == other || right.eq_ignore_ascii_case(written);
    let applicability = if same { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix(format!("Change spelling to '{right}'"), applicability);
    Some(fix.replace(token.range(), right).preferred().build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};

    fn message(wrong: &str, right: &str) -> String {
        format!(
            "Type '{{ {wrong}: string; }}' is not assignable to type 'Props'.\n  Property '{wrong}' does not exist on type 'Props'. Did you mean '{right}'?"
        )
    }

    #[test]
    fn only_another_case_and_the_same_attribute_are_certain() {
        let rule = rule_of(module_path!());
        let check = |wrong: &str, right: &str, safe: bool| {
            let text = |name: &str| format!("//- /a.tsx\nexport const a = <p {name}=\"x\" />;\n");
            let after = format!("export const a = <p {right}=\"x\" />;\n");
            let before = text(&format!("$0{wrong}"));
            check_fix_all(rule, "TS2322", &message(wrong, right), &[], &before, safe.then_some(&after));
        };
        check("tabindex", "tabIndex", true);
        check("for", "htmlFor", true);
        check("onClik", "onClick", false);
    }

    #[test]
    fn another_message_is_about_the_value() {
        let rule = rule_of(module_path!());
        let code = "//- /a.tsx\nexport const a = <p $0size=\"x\" />;\n";
        check_no_fix(rule, "TS2322", "Type 'string' is not assignable to type 'number'.", code);
        let taken = "//- /a.tsx\nexport const a = <p $0class=\"x\" className=\"y\" />;\n";
        check_no_fix(rule, "TS2322", &message("class", "className"), taken);
    }
}
