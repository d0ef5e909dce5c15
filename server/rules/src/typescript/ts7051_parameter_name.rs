//! # Parameter with a name but no type
//!
//! A single identifier in the parameter list of a function type is the name of a parameter, not its type.
//!
//! ```typescript before
//! //@ error TS7051: Parameter has a name but no type. Did you mean 'arg0: string'?
//! //@ options: --strict
//! export type Log = ($0string$0) => void;
//! ```
//! ```typescript after
//! export type Log = (arg0: string) => void;
//! ```
//!
//! ## Fix safety
//! `Safe` for the names of built-in types, which are not used as parameter names; `Unsafe` for others.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS7051"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(suggested) = ctx.argument(0).filter(|s| s.contains(": ")) else { return Vec::new() };
    // The grammar parses the identifier as a parenthesized type, so the text is used.
    let start = ctx.diagnostic.range.start;
    let Some(rest) = text.get(start..) else { return Vec::new() };
    let dots = if rest.starts_with("...") { 3 } else { 0 };
    let word = rest[dots..].find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len() - dots);
    let end = start + dots + word;
    let written = &text[start..end];
    if word == 0 || !matches!(text[end..].trim_start().chars().next(), Some(',' | ')' | '?' | '[')) {
        return Vec::new();
    }
    // In `function(string): number` of the Closure Compiler, these are types without names.
    let opened = text[..start].trim_end_matches(|c: char| c != '(' && c != '\n').trim_end_matches('(').trim_end();
    if opened.ends_with("function") && syntax::leaf_at(ctx.root(), start).is_some_and(|l| l.kind() == "comment") {
        return Vec::new();
    }
    let known =
        ["string", "number", "boolean", "object", "symbol", "bigint", "unknown", "never", "any", "undefined", "null"];
    let applicability = if known.contains(&written) { Applicability::Safe } else { Applicability::Unsafe };
    let new = if written.starts_with("...") {
        let name = suggested.split(':').next().unwrap_or("args").trim_start_matches('.');
        // `...number[]` already is an array type.
        let array = if text[end..].trim_start().starts_with("[]") { "" } else { "[]" };
        format!("...{name}: {}{array}", written.trim_start_matches('.'))
    } else {
        suggested.to_owned()
    };
    let fix = ctx.fix("Add parameter name", applicability).replace(start..end, new);
    vec![fix.preferred().build()]
}
