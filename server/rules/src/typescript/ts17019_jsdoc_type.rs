//! # JSDoc type in TypeScript
//!
//! `?`, `*`, `string?` and their like are types in documentation comments only.
//!
//! ```typescript before
//! //@ error TS17019: '?' at the end of a type is not valid TypeScript syntax. Did you mean to write 'string | undefined'?
//! //@ options: --strict
//! export function f(name: $0string?$0) { return name; }
//! ```
//! ```typescript after
//! export function f(name: string | undefined) { return name; }
//! ```
//!
//! ## Fix safety
//! `Safe` where the compiler says what is meant: types leave no trace in the emitted code. `Unsafe` for `?` and `*`, which become `any`.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS17019", "TS17020", "TS8020"];

/// End of the type that begins at `start`: where its annotation ends.
fn end_of_type(text: &str, start: usize) -> usize {
    let mut depth = 0usize;
    for (i, c) in text[start..].char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' | ',' | ';' | '=' | '\n' | '\r' if depth == 0 => {
                return start + text[start..start + i].trim_end().len();
            }
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
    }
    start + text[start..].trim_end().len()
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let start = ctx.diagnostic.range.start;
    if text.get(start..).is_none() {
        return Vec::new();
    }
    let end = if ctx.diagnostic.range.end > start { ctx.diagnostic.range.end } else { end_of_type(text, start) };
    let Some(written) = text.get(start..end) else { return Vec::new() };
    let (right, applicability) = match ctx.code().as_str() {
        "TS8020" => {
            let bare = written.trim_start_matches(['?', '*', '!']).trim_end_matches(['?', '!', '*']);
            if bare.is_empty() {
                ("any".to_owned(), Applicability::Unsafe)
            } else {
                return function_type(ctx, written, start, end);
            }
        }
        _ => {
            let Some(said) = ctx.argument(1).filter(|a| !a.contains("...")) else { return Vec::new() };
            (said.to_owned(), Applicability::Safe)
        }
    };
    if !written.contains(['?', '!', '*']) {
        return Vec::new();
    }
    let fix = ctx.fix(format!("Change '{written}' to '{right}'"), applicability).replace(start..end, right);
    vec![fix.preferred().build()]
}

/// `function(A, B): C`
fn function_type(ctx: &RuleContext<'_>, written: &str, start: usize, end: usize) -> Vec<Fix> {
    let Some(rest) = written.strip_prefix("function") else { return Vec::new() };
    let Some(rest) = rest.trim_start().strip_prefix('(') else { return Vec::new() };
    let Some((parameters, result)) = rest.rsplit_once("):").or(rest.strip_suffix(')').map(|p| (p, " any"))) else {
        return Vec::new();
    };
    if parameters.contains(['(', '<', '{']) || parameters.contains("...") {
        return Vec::new();
    }
    let list: Vec<String> = parameters
        .split(',')
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .enumerate()
        .map(|(i, p)| format!("arg{i}: {p}"))
        .collect();
    let right = format!("({}) => {}", list.join(", "), result.trim());
    let fix = ctx.fix(format!("Change '{written}' to '{right}'"), Applicability::Safe).replace(start..end, right);
    vec![fix.preferred().build()]
}
