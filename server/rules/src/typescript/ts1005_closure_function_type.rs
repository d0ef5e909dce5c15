//! # Closure function type in a JSDoc comment
//!
//! TypeScript 7 no longer reads the types of the Closure Compiler: `function(string): number` is written `(arg0: string) => number`.
//!
//! ```typescript before
//! //@ error TS1005: '}' expected.
//! //@ compiler: 7
//! //- /a.js
//! /** @type {function$0(string): number} */
//! export const f = s => s.length;
//! //- /tsconfig.json
//! {
//!   "compilerOptions": { "allowJs": true, "checkJs": true, "strict": true, "noEmit": true }
//! }
//! ```
//! ```typescript after
//! //- /a.js
//! /** @type {(arg0: string) => number} */
//! export const f = s => s.length;
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the type is the same, but tools that read Closure's types alone do not read this one.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::jsdoc;

pub(crate) const CODES: &[&str] =
    &["TS1005", "TS1110", "TS1003", "TS1131", "TS7051", "TS7006", "TS7014", "TS7031", "TS7019"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    fix_of(ctx).into_iter().collect()
}

fn fix_of(ctx: &RuleContext<'_>) -> Option<Fix> {
    let at = ctx.diagnostic.range.start;
    let leaf = syntax::leaf_at(ctx.root(), at).filter(|l| l.kind() == "comment")?;
    let comment = ctx.text().get(leaf.byte_range()).filter(|c| c.starts_with("/**"))?;
    let inside = at - leaf.start_byte();
    let (range, written) = braces_around(comment, inside)?;
    let new = rewritten(written)?;
    let range = leaf.start_byte() + range.start..leaf.start_byte() + range.end;
    let fix = ctx.fix(format!("Change '{}' to '{new}'", written.trim()), Applicability::Unsafe);
    Some(fix.replace(range, new).preferred().build())
}

/// The type in the outermost braces around an offset of a comment, or in those that end or begin there.
fn braces_around(comment: &str, at: usize) -> Option<(std::ops::Range<usize>, &str)> {
    let (mut depth, mut open) = (0usize, 0);
    for (i, c) in comment.char_indices() {
        match c {
            '{' => {
                if depth == 0 {
                    open = i + 1;
                }
                depth += 1;
            }
            '}' if depth == 1 => {
                depth = 0;
                if (open..=i + 1).contains(&at) {
                    return Some((open..i, comment.get(open..i)?));
                }
            }
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// A type without what TypeScript 7 does not read; `None` when there is nothing of that, or when it cannot be read here, either.
///
/// Only the parts that are not read are written in another way.
fn rewritten(written: &str) -> Option<String> {
    if written.contains('\n') {
        return None;
    }
    let bare = written.trim();
    if bare == "?" {
        return Some("any".to_owned());
    }
    let mut out = String::new();
    let mut rest = written;
    let mut changed = false;
    while let Some(at) = next_function(rest) {
        let end = end_of_function(&rest[at..])?;
        let new = jsdoc::arrow_of_closure(&rest[at..at + end])?;
        let (before, after) = (&rest[..at], &rest[at + end..]);
        out.push_str(before);
        // An arrow takes in all that follows: a `|`, `=` (optional) or `[]` belongs to the whole.
        let alone = before.trim_end().is_empty() && after.trim().is_empty()
            || before.trim_end().ends_with(['<', ',', ':', '('])
                && after.trim_start().starts_with(['>', ',', ')', '}', ';']);
        match alone {
            true => out.push_str(&new),
            false => out.push_str(&format!("({new})")),
        }
        rest = after;
        changed = true;
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// Where the next `function(` begins.
fn next_function(text: &str) -> Option<usize> {
    text.match_indices("function").map(|(i, _)| i).find(|&i| {
        let before = text[..i].chars().next_back();
        let is_word =
            before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.')) && !text[..i].ends_with("...");
        !is_word && text[i + "function".len()..].trim_start().starts_with('(')
    })
}

/// The length of the function type at the start of a text: its parameters and what it returns.
fn end_of_function(text: &str) -> Option<usize> {
    let mut end = close(text, text.find('(')?)?;
    let after = &text[end..];
    if !after.trim_start().starts_with(':') {
        return Some(end);
    }
    end += after.find(':')? + 1;
    end += text[end..].len() - text[end..].trim_start().len();
    // One type, without a union: `function(): A|B` returns `A` in Closure's own reading, but `(A|B)` is what TypeScript 5 read.
    let mut depth = 0usize;
    for (i, c) in text[end..].char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' if depth == 0 => return Some(text[..end + i].trim_end().len()),
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' | '=' | ';' if depth == 0 => return Some(text[..end + i].trim_end().len()),
            _ => {}
        }
    }
    Some(text.trim_end().len())
}

/// The offset behind the bracket that closes the one at `open`.
fn close(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in text[open..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 1 => return Some(open + i + 1),
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::rewritten;

    #[test]
    fn only_functions_are_written_in_another_way() {
        let check = |written: &str, new: &str| assert_eq!(rewritten(written).as_deref(), Some(new), "{written}");
        check("function(string): number", "(arg0: string) => number");
        check("function(string, number=): void", "(arg0: string, arg1?: number) => void");
        check("function()=", "(() => any)=");
        check("?function(A)", "?((arg0: A) => any)");
        check("Object<string, function(number): string>", "Object<string, (arg0: number) => string>");
        check("{ a: function(string): number }", "{ a: (arg0: string) => number }");
        check("function(this:Window, string)", "(this: Window, arg1: string) => any");
        check("function(new:Date, number)", "new (arg0: number) => Date");
        check("function(function(A): B, ...C): D", "(arg0: (arg0: A) => B, ...rest: C[]) => D");
        check("?", "any");
        assert_eq!(rewritten("string|number"), None);
        assert_eq!(rewritten("MyFunction(x)"), None);
    }
}
