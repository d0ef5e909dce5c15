//! Terminal escape sequences (ECMA-48): removed before lines are parsed.

use std::borrow::Cow;

/// `line` without escape sequences: CSI (colours, cursor), OSC (progress, links), two-character escapes. The text that
/// an OSC 8 link wraps stays.
pub(crate) fn strip(line: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr2(0x1B, 0x9B, line.as_bytes()) else { return Cow::Borrowed(line) };
    let mut out = String::with_capacity(line.len());
    let first = (0..=first).rev().find(|&i| line.is_char_boundary(i)).unwrap_or(0);
    out.push_str(&line[..first]);
    let mut chars = line[first..].chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => match chars.peek().copied() {
                Some('[') => {
                    chars.next();
                    skip_csi(&mut chars);
                }
                Some(']' | 'P' | 'X' | '^' | '_') => {
                    chars.next();
                    // Ends with BEL or ESC \.
                    while let Some(c) = chars.next() {
                        if c == '\u{7}' || c == '\u{9c}' {
                            break;
                        }
                        if c == '\u{1b}' {
                            if chars.peek() == Some(&'\\') {
                                chars.next();
                            }
                            break;
                        }
                    }
                }
                // nF escapes such as `ESC ( B` have intermediates before the final character.
                Some(' '..='/') => {
                    while chars.next_if(|c| (' '..='/').contains(c)).is_some() {}
                    chars.next();
                }
                Some('0'..='~') => {
                    chars.next();
                }
                _ => {}
            },
            '\u{9b}' => skip_csi(&mut chars),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn skip_csi(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while chars.next_if(|c| (' '..='?').contains(c)).is_some() {}
    chars.next_if(|c| ('@'..='~').contains(c));
}

/// Whether the bytes contain the codes with which `tsc --watch` clears the screen: `ESC c` (up to TypeScript 6) or
/// `ESC [2J` (7).
pub(crate) fn clears_screen(line: &[u8]) -> bool {
    memchr::memchr_iter(0x1B, line).any(|i| line[i + 1..].starts_with(b"c") || line[i + 1..].starts_with(b"[2J"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_links_and_cursor_codes_go_and_text_stays() {
        assert_eq!(strip("plain"), "plain");
        assert_eq!(strip("\u{1b}[96msrc/\u{1b}[1ma.ts\u{1b}[0m:1"), "src/a.ts:1");
        assert_eq!(strip("\u{1b}]8;;file:///x\u{1b}\\name\u{1b}]8;;\u{1b}\\!"), "name!");
        assert_eq!(strip("\u{1b}]9;4;3;\u{7}x\u{1b}(By\u{1b}cz\u{9b}2Jé"), "xyzé");
        assert_eq!(strip("é\u{1b}[31"), "é");
        assert_eq!(strip("é\u{1b}]8;;never ends"), "é");
    }

    #[test]
    fn both_ways_of_clearing_are_known() {
        assert!(clears_screen(b"\x1bcx") && clears_screen(b"\x1b[2J\x1b[3J\x1b[H"));
        assert!(!clears_screen(b"\x1b[1mc") && !clears_screen(b"\x1b"));
    }
}
