//! A file in which `\n` is written as two characters, as scripts do that write a file from an escaped string.

use super::Trial;
use fix::{Applicability, Fix, RuleContext};
use syntax::{LanguageFamily, Parsed};
use text::{TextEdit, TextEdits};

/// The fix that turns every `\n` of the code into a line end, if `invalid` is reported at one.
pub(crate) fn restore(ctx: &RuleContext<'_>, invalid: &str) -> Option<Fix> {
    let text = ctx.text();
    let at_escape = |at: usize| text.get(at..).is_some_and(|t| t.starts_with("\\n") || t.starts_with("\\r\\n"));
    ctx.diagnostics.in_file(ctx.path()).iter().any(|d| d.code == invalid && at_escape(d.range.start)).then_some(())?;
    let before = Trial::of(ctx).errors();
    let language = ctx.source.parsed.language();
    let edits = unescaped(text, language.family(), ctx.eol())?;
    let after = TextEdits::new(edits.clone()).ok()?.apply(text).ok()?;
    let left = Parsed::new(language, after).syntax_errors().len();
    if left >= before {
        return None;
    }
    let safety = if left == 0 { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix("Replace '\\n' with line ends", safety).preferred();
    Some(edits.into_iter().fold(fix, |fix, edit| fix.edit(edit)).build())
}

/// Edits that turn every `\n` (`\r\n`, `\t`) of the code and its comments into what it stands for. Those in literals stay. `None` when there
/// is no such thing.
pub(crate) fn unescaped(text: &str, family: LanguageFamily, eol: &str) -> Option<Vec<TextEdit>> {
    let bytes = text.as_bytes();
    let mut out: Vec<TextEdit> = Vec::new();
    let mut at = 0;
    // The last byte of code that is not blank: a slash after an operator begins a regular expression.
    let mut last = b';';
    while let Some(&c) = bytes.get(at) {
        let rest = &text[at..];
        if c == b'\\' {
            let (length, new) = escape(rest, eol)?;
            push(&mut out, at, length, new);
            at += length;
            last = b';';
            continue;
        }
        let length = match c {
            b'"' | b'\'' | b'`' => literal(bytes, at, family),
            b'/' if rest.starts_with("//") || rest.starts_with("/*") => {
                // A comment of a line ends where the line was to end.
                let close = if rest.starts_with("//") { "\n" } else { "*/" };
                let end = rest[2..].find(close).map_or(rest.len(), |n| n + 2 + close.len());
                let mut from = 2;
                let mut ended = None;
                while let Some(n) = rest[from..end].find('\\') {
                    let found = from + n;
                    let Some((length, new)) = escape(&rest[found..], eol) else {
                        from = found + 1;
                        continue;
                    };
                    push(&mut out, at + found, length, new);
                    from = found + length;
                    if close == "\n" && new == eol {
                        ended = Some(from);
                        break;
                    }
                }
                ended.unwrap_or(end)
            }
            b'/' if family == LanguageFamily::TYPESCRIPT && b"(,=:[!&|?{};+".contains(&last) => regex(bytes, at),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        if !c.is_ascii_whitespace() {
            last = c;
        }
        at += length.max(1);
        while !text.is_char_boundary(at.min(text.len())) {
            at += 1;
        }
    }
    let breaks = out.iter().any(|e| e.new_text.contains(eol));
    breaks.then_some(out)
}

/// Adds an edit; one that touches the one before is joined to it.
fn push(out: &mut Vec<TextEdit>, at: usize, length: usize, new: &str) {
    match out.last_mut().filter(|e| e.range.end == at) {
        Some(last) => {
            last.range.end += length;
            last.new_text.push_str(new);
        }
        None => out.push(TextEdit::replace(at..at + length, new)),
    }
}

/// The escape at the start of `text`, and what it stands for.
fn escape<'e>(text: &str, eol: &'e str) -> Option<(usize, &'e str)> {
    if text.starts_with("\\r\\n") {
        Some((4, eol))
    } else if text.starts_with("\\n") {
        Some((2, eol))
    } else if text.starts_with("\\t") {
        Some((2, "\t"))
    } else {
        None
    }
}

/// The length of the literal at `start`; up to the end of the text when it is not closed.
fn literal(bytes: &[u8], start: usize, family: LanguageFamily) -> usize {
    let quote = bytes[start];
    let verbatim = family == LanguageFamily::CSHARP && start > 0 && bytes[start - 1] == b'@';
    let mut at = start + 1;
    while let Some(&c) = bytes.get(at) {
        match c {
            b'\\' if !verbatim => at += 1,
            _ if c == quote => return at + 1 - start,
            _ => {}
        }
        at += 1;
    }
    bytes.len() - start
}

fn regex(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    let mut class = false;
    while let Some(&c) = bytes.get(at) {
        match c {
            b'\n' => return 1,
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => return at + 1 - start,
            _ => {}
        }
        at += 1;
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, family: LanguageFamily) -> Option<String> {
        TextEdits::new(unescaped(text, family, "\n")?).unwrap().apply(text).ok()
    }

    #[test]
    fn line_ends_of_code_and_comments() {
        let ts = |text| after(text, LanguageFamily::TYPESCRIPT);
        let text = r#"const a = "x\ny";\n// one\nlet b = /\n\/"/;\n\tf(`\n"`);\n/* \n */"#;
        let want = "const a = \"x\\ny\";\n// one\nlet b = /\\n\\/\"/;\n\tf(`\\n\"`);\n/* \n */";
        assert_eq!(ts(text).as_deref(), Some(want));
        assert_eq!(ts("const a = '\\n';\n"), None);
        assert_eq!(ts("const a = \\u0041;\\n"), None);
        assert_eq!(
            after("class C\\n{\\n char c = '\\n'; }", LanguageFamily::CSHARP).as_deref(),
            Some("class C\n{\n char c = '\\n'; }")
        );
    }

    #[test]
    fn any_text() {
        for text in ["\\", "\"\\", "'é\\", "//\\n", "/", "é\\né", "/*"] {
            let _ = after(text, LanguageFamily::TYPESCRIPT);
        }
    }
}
