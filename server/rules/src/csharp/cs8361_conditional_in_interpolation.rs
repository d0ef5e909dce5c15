//! # Conditional expression in an interpolated string
//!
//! In `$"{a ? b : c}"` the `:` starts a format specifier. The conditional expression needs parentheses.
//!
//! ```csharp before
//! //@ error CS8361: A conditional expression cannot be used directly in a string interpolation because the ':' ends the interpolation. Parenthesize the conditional expression.
//! class C
//! {
//!     string M(bool b) => $"{$0b ? 1 : 2}";
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     string M(bool b) => $"{(b ? 1 : 2)}";
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the compiler requires the parentheses, and the meaning is unambiguous.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["CS8361"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let start = ctx.diagnostic.range.start;
    let Some(end) = end_of_interpolation(ctx.text(), start) else { return Vec::new() };
    let fix = ctx.fix("Add parentheses", Applicability::Safe).insert(start, "(");
    let fix = match end {
        End::Closed => fix,
        End::At(end) => fix.insert(end, ")"),
    };
    vec![fix.preferred().build()]
}

enum End {
    /// A `)` without `(` already exists.
    Closed,
    /// The offset of the end.
    At(usize),
}

/// The end of the conditional expression at `start`: before the `}`, the `,` of an alignment or the `:` of a format specifier.
fn end_of_interpolation(text: &str, start: usize) -> Option<End> {
    let bytes = text.as_bytes();
    let (mut depth, mut questions, mut i) = (0usize, 0usize, start);
    let mut closed = false;
    while let Some(&b) = bytes.get(i) {
        match b {
            b'"' => i = end_of_string(bytes, i)?,
            b'\'' => {
                let escaped = bytes.get(i + 1) == Some(&b'\\');
                let close = bytes[i + 1 + usize::from(escaped) + 1..].iter().position(|c| *c == b'\'')?;
                i += 2 + usize::from(escaped) + close;
            }
            b'/' if bytes.get(i + 1) == Some(&b'*') => {
                i += text.get(i..)?.find("*/")? + 1;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b')' => closed = true,
            b'}' => return Some(if closed { End::Closed } else { End::At(i) }),
            b'?' if depth == 0 => match bytes.get(i + 1) {
                Some(b'?' | b'.' | b'[') => i += 1,
                _ => questions += 1,
            },
            b':' if depth == 0 && bytes.get(i + 1) == Some(&b':') => i += 1,
            b':' if depth == 0 => match questions.checked_sub(1) {
                Some(rest) => questions = rest,
                None => return Some(if closed { End::Closed } else { End::At(i) }),
            },
            b',' if depth == 0 => return Some(if closed { End::Closed } else { End::At(i) }),
            b'\n' | b';' if depth == 0 => return None,
            _ => {}
        }
        i += 1;
    }
    None
}

/// The closing quote of the string literal that starts at `open`, skipping interpolations.
fn end_of_string(bytes: &[u8], open: usize) -> Option<usize> {
    let before: &[u8] = &bytes[..open];
    let verbatim = before.ends_with(b"@") || before.ends_with(b"@$");
    let interpolated = before.ends_with(b"$") || before.ends_with(b"$@");
    let (mut i, mut holes) = (open + 1, 0usize);
    while let Some(&b) = bytes.get(i) {
        match b {
            b'\\' if !verbatim && holes == 0 => i += 1,
            b'"' if holes == 0 && verbatim && bytes.get(i + 1) == Some(&b'"') => i += 1,
            b'"' if holes % 2 == 0 => return Some(i),
            b'{' if interpolated => holes += 1,
            b'}' if interpolated => holes = holes.saturating_sub(1),
            b'"' => {
                // A literal inside an interpolation, without interpolations of its own.
                i += 1;
                while bytes.get(i).is_some_and(|c| *c != b'"' && *c != b'\n') {
                    i += 1 + usize::from(bytes[i] == b'\\');
                }
            }
            b'\n' if !verbatim => return None,
            _ => {}
        }
        i += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "A conditional expression cannot be used directly in a string interpolation because the ':' ends the interpolation. Parenthesize the conditional expression.";

    #[test]
    fn before_a_format() {
        check_fix(
            rule_of(module_path!()),
            "CS8361",
            MESSAGE,
            "class C { string M(bool b) => $\"{$0b ? \":}\" : \"x\", 5}\"; }",
            "class C { string M(bool b) => $\"{(b ? \":}\" : \"x\"), 5}\"; }",
        );
    }

    #[test]
    fn nothing_without_an_end() {
        check_no_fix(rule_of(module_path!()), "CS8361", MESSAGE, "class C { string M(bool b) => $\"{$0b ? 1 : 2\n; }");
    }
}
