//! # JSDoc type in TypeScript
//!
//! `?`, `*`, `string?` and similar types are only valid in JSDoc comments.
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
//! `Safe` when the JSDoc type has an equivalent TypeScript type: types are erased from the emitted code. `Unsafe` for `?` and `*`, which
//! become `any`.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::is_identifier;
use syntax::typescript::jsdoc::typescript;

pub(crate) const CODES: &[&str] = &["TS17019", "TS17020", "TS8020"];

/// End of the type annotation that begins at `start`.
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

/// Whether a type begins at `start`: it stands where one is expected, and looks like one.
fn is_type_at(text: &str, start: usize, written: &str) -> bool {
    let before = text[..start].trim_end_matches(|c: char| c.is_whitespace());
    let expected = before.ends_with([':', '<', '|', '&', ',', '(', '=', '[', '?', '.', '!', '>'])
        || ["as", "is", "extends", "keyof", "readonly", "satisfies", "in", "new"].iter().any(|w| before.ends_with(w));
    let glued = before.len() == start && before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    expected && !glued && !written.starts_with([':', ',', ';', '=', ')', '>', '|', '&'])
}

/// Writes `Array<T>` as `T[]`, as the compiler prints it.
fn with_array_shorthand(ty: String) -> String {
    let element = ty.strip_prefix("Array<").and_then(|t| t.strip_suffix('>'));
    match element {
        Some(element) if !element.contains(['<', '>', '|', '&', '(']) => format!("{element}[]"),
        _ => ty,
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let start = ctx.diagnostic.range.start;
    // For `Array.<T>` the compiler reports the position after the name.
    let name = text.get(..start).filter(|_| text[start..].starts_with(".<"));
    let start = name.map_or(start, |t| t.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '.').len());
    if text.get(start..).is_none() {
        return Vec::new();
    }
    let end = if ctx.diagnostic.range.end > start { ctx.diagnostic.range.end } else { end_of_type(text, start) };
    let Some(written) = text.get(start..end).filter(|w| is_type_at(text, start, w)) else { return Vec::new() };
    let (right, applicability) = match ctx.code().as_str() {
        "TS8020" => {
            let bare = written.trim_start_matches(['?', '*', '!']).trim_end_matches(['?', '!', '*']);
            if bare.is_empty() {
                ("any".to_owned(), Applicability::Unsafe)
            } else {
                let Some(right) = typescript(written).filter(|r| r != written) else { return Vec::new() };
                (with_array_shorthand(right), Applicability::Safe)
            }
        }
        _ => {
            let Some(suggested) = ctx.argument(1).filter(|a| !a.contains("...")) else { return Vec::new() };
            let squeezed = |s: &str| s.replace([' ', '(', ')', ';', '?', '!', '\'', '"'], "");
            // The compiler prints some types in another form; then the two cannot be compared.
            match squeezed(suggested).contains(&squeezed(written)) {
                true => (suggested.to_owned(), Applicability::Safe),
                false if is_identifier(written.trim_matches(['?', '!'])) => return Vec::new(),
                false => (suggested.to_owned(), Applicability::Unsafe),
            }
        }
    };
    if *ctx.code() != "TS8020" && !written.contains(['?', '!', '*']) {
        return Vec::new();
    }
    let fix = ctx.fix(format!("Change '{written}' to '{right}'"), applicability).replace(start..end, right);
    vec![fix.preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn another_place_and_another_type_stay() {
        let rule = rule_of(module_path!());
        let message =
            "'?' at the end of a type is not valid TypeScript syntax. Did you mean to write 'string | undefined'?";
        check_no_fix(rule, "TS17019", message, "function f(name$0: string?) {}\n");
        check_no_fix(rule, "TS17019", message, "function f(na$0me: string?) {}\n");
        check_no_fix(rule, "TS17019", message, "function f(name: $0number?) {}\n");
    }

    #[test]
    fn jsdoc_type_forms() {
        let check = |before: &str, after: &str| {
            let message = "JSDoc types can only be used inside documentation comments.";
            check_fix(rule_of(module_path!()), "TS8020", message, before, after);
        };
        check("var a: $0Array.<string>$0 = [];\n", "var a: string[] = [];\n");
        check("var f: $0function(this: A, number?): void$0;\n", "var f: (this: A, arg1: number | null) => void;\n");
        check("var f: $0function(A): B$0;\n", "var f: (arg0: A) => B;\n");
    }
}
