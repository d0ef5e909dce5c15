//! What strangers wrote (messages, paths, sources, output of builds), on its way to a terminal: it must not move the cursor, hide what stands
//! there, or look like a line of ours.

use std::borrow::Cow;
use std::io::{self, Write};

/// The colours that reports use. Others are not let through.
const COLOURS: [&str; 5] = ["\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m"];

/// Whether a terminal may do something for this character other than show it. Also those that change the direction of the text around them.
fn acts(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text that is only shown.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(acts) { text.replace(acts, "").into() } else { text.into() }
}

/// The same on one line.
pub fn line(text: &str) -> Cow<'_, str> {
    let acts = |c: char| acts(c) || matches!(c, '\n' | '\t');
    if text.contains(acts) { text.replace(acts, "?").into() } else { text.into() }
}

/// Writes text that is only shown, with our own colours if there are any.
pub struct Clean<W> {
    inner: W,
    coloured: bool,
}

impl<W: Write> Clean<W> {
    /// Around a writer of text.
    pub fn new(inner: W, coloured: bool) -> Self {
        Self { inner, coloured }
    }
    /// The writer itself, for what has to arrive byte for byte and goes to no terminal.
    pub fn exact(&mut self) -> &mut W {
        &mut self.inner
    }
}

impl<W: Write> Write for Clean<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(buffer);
        let mut rest = &*text;
        while self.coloured
            && let Some((at, colour)) = COLOURS.iter().filter_map(|c| Some((rest.find(c)?, *c))).min()
        {
            self.inner.write_all(plain(&rest[..at]).as_bytes())?;
            self.inner.write_all(colour.as_bytes())?;
            rest = &rest[at + colour.len()..];
        }
        self.inner.write_all(plain(rest).as_bytes())?;
        Ok(buffer.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_but_our_colours() {
        let hostile = "a\x1b]0;title\x07\x1b[2J\x1b[31mb\r\u{9b}1A\u{202e}c\td\n";
        assert_eq!(plain(hostile), "a]0;title[2J[31mb1Ac\td\n");
        assert_eq!(line("a\nb\x1bc"), "a?b?c");
        assert_eq!(plain("grün 字"), "grün 字");
        let written = |coloured| {
            let mut out = Clean::new(Vec::new(), coloured);
            write!(out, "{hostile}").unwrap();
            String::from_utf8(out.inner).unwrap()
        };
        assert!(!written(false).contains('\x1b'));
        assert_eq!(written(true), "a]0;title[2J\x1b[31mb1Ac\td\n");
    }
}
