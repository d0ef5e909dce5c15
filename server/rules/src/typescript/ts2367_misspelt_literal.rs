//! # Misspelled string literal
//!
//! ```typescript before
//! //@ error TS2367: This comparison appears to be unintentional because the types '"left" | "right"' and '"lefft"' have no overlap.
//! export function isLeft(side: 'left' | 'right') {
//!     return $0side === 'lefft'$0;
//! }
//! ```
//! ```typescript after
//! export function isLeft(side: 'left' | 'right') {
//!     return side === 'left';
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the string is a typo of exactly one of the allowed literals: as written it can never be equal, or does not compile. No fix
//! otherwise.

use fix::{Applicability, Fix, RuleContext};
use semantics::typo::is_slip;
use semantics::typo::is_typo;
use syntax::typescript::descendants;
use syntax::typescript::unquoted;
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2367", "TS2678", "TS2322", "TS2345"];

/// The string literals of a type in the form that the compiler prints.
fn literals(type_text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = type_text;
    while let Some(open) = rest.find(['"', '\'']) {
        let quote = rest[open..].chars().next().unwrap_or('"');
        let Some(close) = rest[open + 1..].find(quote) else { break };
        out.push(rest[open + 1..open + 1 + close].to_owned());
        rest = &rest[open + close + 2..];
    }
    out
}

/// The literals that the other type allows: printed in the message, declared by the type alias, or taken from the constant that the alias
/// is derived from.
fn allowed(ctx: &RuleContext<'_>, other: &str) -> Vec<String> {
    let direct = literals(other);
    if !direct.is_empty() {
        return direct;
    }
    let typescript = ctx.index.typescript();
    let bare = other.split('<').next().unwrap_or(other);
    let named = typescript.resolve(bare, ctx.path(), ctx.diagnostic.range.start);
    for id in named.into_iter().chain(typescript.exports_named(bare).into_iter().filter_map(|e| e.declaration)) {
        let Some(declaration) = typescript.declaration(&id) else { continue };
        let found = literals(&declaration.type_text);
        if found.len() > 1 {
            return found;
        }
        // `(typeof KINDS)[number]`: the strings of the constant.
        let constant =
            declaration.type_text.split("typeof ").nth(1).map(|t| t.trim_end_matches(|c: char| !c.is_alphanumeric()));
        let constant =
            constant.map(|c| c.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).next().unwrap_or(c));
        if let (Some(constant), Some(source)) = (constant, ctx.index.source(&id.path)) {
            let text = source.parsed.text();
            let declarators = descendants(source.parsed.root(), &["variable_declarator"]);
            let found = declarators.into_iter().find(|d| d.field("name").is_some_and(|n| n.text_in(text) == constant));
            if let Some(value) = found.and_then(|d| d.field("value")) {
                return descendants(value, &["string"]).iter().map(|s| unquoted(s.text_in(text)).to_owned()).collect();
            }
        }
    }
    Vec::new()
}

/// The literal in the source: the only one with that content in the statement or `case` clause at the diagnostic.
fn literal<'t>(ctx: &RuleContext<'t>, wrong: &str) -> Option<Node<'t>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let kinds = [
        "binary_expression",
        "switch_case",
        "variable_declarator",
        "pair",
        "assignment_expression",
        "return_statement",
        "arguments",
        "public_field_definition",
        "jsx_attribute",
        "string",
        "required_parameter",
    ];
    for holder in ancestors(token).filter(|n| n.is(&kinds)).take(3) {
        let value = if holder.kind() == "switch_case" { holder.field("value").unwrap_or(holder) } else { holder };
        let found: Vec<Node<'t>> =
            descendants(value, &["string"]).into_iter().filter(|s| unquoted(s.text_in(text)) == wrong).collect();
        match found.as_slice() {
            [] => {}
            [only] => return Some(*only),
            _ => return None,
        }
    }
    None
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let is_literal = |a: &&str| a.len() > 2 && a.starts_with('"') && a.ends_with('"') && !a.contains(" | ");
    let (Some(first), Some(second)) = (ctx.argument(0), ctx.argument(1)) else { return Vec::new() };
    let pairs = [(first, second), (second, first)];
    let takes = if matches!(ctx.code().as_str(), "TS2367") { 2 } else { 1 };
    for (wrong, other) in pairs.into_iter().take(takes).filter(|(w, _)| is_literal(w)) {
        let wrong = unquoted(wrong);
        let mut near: Vec<String> = allowed(ctx, other).into_iter().filter(|a| is_slip(wrong, a)).collect();
        near.sort();
        near.dedup();
        let ([right], Some(literal)) = (near.as_slice(), literal(ctx, wrong)) else { continue };
        let inner = literal.start_byte() + 1..literal.end_byte() - 1;
        if right.contains(['\'', '"', '\\']) || literal.text_in(text).len() < 2 {
            continue;
        }
        let applicability = if is_typo(wrong, right) { Applicability::Safe } else { Applicability::Unsafe };
        let fix = ctx.fix(format!("Change spelling to '{right}'"), applicability).replace(inner, right.clone());
        return vec![fix.preferred().build()];
    }
    Vec::new()
}
