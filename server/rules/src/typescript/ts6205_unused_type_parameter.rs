//! # Unused type parameter
//!
//! ```typescript before
//! //@ error TS6133: 'T' is declared but its value is never read.
//! //@ options: --noUnusedParameters
//! export function size$0<T>$0(items: string[]) { return items.length; }
//! ```
//! ```typescript after
//! export function size(items: string[]) { return items.length; }
//! ```
//!
//! A type parameter that a `@template` tag of a JavaScript file declares goes with its tag.
//!
//! ## Fix safety
//! `Unsafe`: users of the function or type may pass type arguments. Replacing an unused `infer T` by `unknown` is `Safe`, because it
//! matches the same types.

use super::support::unused::trust;
use codegen::typescript::edit::list_item_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS6133", "TS6196", "TS6205"];

/// Where the documentation tag at `at` ends: at the next tag, or at the end of the comment.
fn tag_end(text: &str, at: usize, comment: Node<'_>) -> Option<usize> {
    let last = comment.end_byte().checked_sub("*/".len())?;
    let inner = text.get(at..last)?;
    let starts_tag = |i: &usize| *i > 0 && inner[..*i].ends_with(|c: char| c.is_whitespace() || c == '*');
    Some(inner.match_indices('@').map(|(i, _)| i).find(starts_tag).map_or(last, |i| at + i))
}

/// Fixes for a type parameter that a `@template` tag declares.
fn in_comment(ctx: &RuleContext<'_>, comment: Node<'_>) -> Option<Vec<Fix>> {
    const TAG: &str = "@template";
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let is_tag = text.get(at..)?.starts_with(TAG);
    if is_tag || *ctx.code() == "TS6205" {
        let start = if is_tag { at } else { comment.start_byte() + text.get(comment.byte_range())?.find(TAG)? };
        let end = tag_end(text, start, comment)?;
        let fix = ctx.fix("Remove template tag", Applicability::Unsafe).delete(start..end).preferred();
        return Some(vec![fix.build()]);
    }
    let name = ctx.argument(0)?;
    let rest = text.get(at..comment.end_byte())?.strip_prefix(name)?;
    let before = text.get(comment.start_byte()..at)?;
    // One of several: it goes with a comma.
    let (start, end) = match rest.trim_start_matches([' ', '\t']).strip_prefix(',') {
        Some(next) => (at, comment.end_byte() - next.trim_start_matches([' ', '\t']).len()),
        None => {
            let list = before.trim_end_matches([' ', '\t']).strip_suffix(',')?;
            (comment.start_byte() + list.trim_end_matches([' ', '\t']).len(), at + name.len())
        }
    };
    let remove = ctx.fix(format!("Remove unused declaration for: '{name}'"), Applicability::Unsafe).delete(start..end);
    let prefix = ctx.fix(format!("Prefix '{name}' with an underscore"), Applicability::Unsafe).insert(at, "_");
    Some(vec![remove.preferred().build(), prefix.build()])
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    if token.kind() == "comment" {
        return in_comment(ctx, token).unwrap_or_default();
    }
    if let Some(infer) = token.enclosing(&["infer_type"]).filter(|i| i.start_byte() == token.start_byte()) {
        let Some(trust) = trust(ctx, ctx.argument(0).unwrap_or_default()) else { return Vec::new() };
        let constrained = infer.named().len() > 1;
        let name = infer.named().first().map_or("", |n| n.text_in(text));
        let title = format!("Replace 'infer {name}' with 'unknown'");
        let applicability = if constrained { Applicability::Unsafe } else { trust };
        return vec![ctx.fix(title, applicability).replace(infer.range(), "unknown").preferred().build()];
    }
    let Some(list) = token.enclosing(&["type_parameters"]) else { return Vec::new() };
    let Some(trust) = trust(ctx, ctx.argument(0).unwrap_or_default()) else { return Vec::new() };
    if token.kind() == "<" || list.named().len() == 1 {
        let title = "Remove type parameters";
        return vec![ctx.fix(title, Applicability::Unsafe.min(trust)).delete(list.range()).preferred().build()];
    }
    let Some(parameter) = token.enclosing(&["type_parameter"]) else { return Vec::new() };
    let Some(name) = parameter.field("name").map(|n| n.text_in(text)) else { return Vec::new() };
    let remove = ctx
        .fix(format!("Remove unused declaration for: '{name}'"), Applicability::Unsafe.min(trust))
        .delete(list_item_deletion(text, parameter))
        .isolated(format!("unused:{}:{}", ctx.path().display(), list.start_byte()));
    let prefix = ctx
        .fix(format!("Prefix '{name}' with an underscore"), Applicability::Unsafe.min(trust))
        .insert(parameter.start_byte(), "_");
    vec![remove.preferred().build(), prefix.build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn a_template_tag_declares_type_parameters_too() {
        let check = |code: &str, before: &str, after: &str| {
            let text = |comment: &str| format!("//- /a.js\n{comment}\nexport function f(a) {{ return a; }}\n");
            let message = "'T' is declared but its value is never read.";
            check_fix(rule_of(module_path!()), code, message, &text(before), &text(after));
        };
        check("TS6133", "/** $0@template T Doc */", "/** */");
        check("TS6133", "/**\n * $0@template {string} T\n * @param {number} a\n */", "/**\n * @param {number} a\n */");
        check("TS6133", "/** @template $0T, U\n * @param {U} a */", "/** @template U\n * @param {U} a */");
        check("TS6133", "/** @template U, $0T Doc\n * @param {U} a */", "/** @template U Doc\n * @param {U} a */");
        check("TS6205", "/** $0Doc\n * @template T, U\n * @param {number} a */", "/** Doc\n * @param {number} a */");
    }
}
