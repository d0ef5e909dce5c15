//! Headings of tsc that a console wrapped: Windows PowerShell 5 breaks a program's standard error at the console's width, escape codes and all.
//!
//! tsc prints a heading on one line and the code that it shows below begins with [`FRAME`], so the line ends between the two were not tsc's.

/// How tsc begins the path of a heading.
pub(crate) const HEADING: &str = "\x1b[96m";
/// How tsc begins a line of its code frame.
const FRAME: &str = "\x1b[7m";
/// Lines that one heading may have been broken into.
const MAX_LINES: usize = 60;

/// A heading of which more lines are expected.
pub(crate) struct Rejoined {
    text: String,
    lines: usize,
    /// PowerShell reports where the program was called, in the midst of its output.
    remark: bool,
}

/// What a line does to a heading.
pub(crate) enum Next {
    /// It is part of it.
    More,
    /// The heading was complete before it: the whole.
    Before(String),
}

impl Rejoined {
    /// `raw` begins a heading. `wrapped`: the log is known to be wrapped, so that a message may go on even if the rest is there.
    pub(crate) fn start(raw: &str, wrapped: bool) -> Option<Self> {
        let (before, heading) = raw.split_at(raw.find(HEADING)?);
        // Related locations are indented by two and have no code; their underlining has the same colour.
        if before.ends_with("  ") || before.contains(FRAME) {
            return None;
        }
        (wrapped || !has_code(heading)).then(|| Self { text: heading.to_owned(), lines: 1, remark: false })
    }

    /// Whether the log is wrapped, as this heading shows.
    pub(crate) fn is_broken(&self) -> bool {
        !has_code(&self.text)
    }

    /// The next line.
    pub(crate) fn push(&mut self, raw: &str) -> Next {
        self.lines += 1;
        let complete = has_code(&self.text);
        if raw.starts_with(FRAME)
            || raw.contains(HEADING)
            || (complete && raw.trim().is_empty())
            || self.lines > MAX_LINES
        {
            return Next::Before(std::mem::take(&mut self.text));
        }
        self.remark |= complete && (raw.starts_with("At ") || raw.trim_start().starts_with("+ "));
        if !self.remark {
            self.text.push_str(raw);
        }
        Next::More
    }

    /// The log ended.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// Whether a heading has come to its code: `TS2552: `.
fn has_code(heading: &str) -> bool {
    heading.match_indices("TS").any(|(at, _)| {
        let rest = heading[at + 2..].trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < heading.len() - at - 2 && rest.starts_with(':')
    })
}

#[cfg(test)]
mod tests {
    use crate::read;

    #[test]
    fn wrapped_headings_are_read_whole() {
        let text = "node.exe : \x1b[96msrc/calculator.service.t\r\ns\x1b[0m:\x1b[93m1\x1b[0m:\x1b[93m26\x1b[0m - \r\n\x1b[91merror\x1b[0m\x1b[90m \
                    TS2552: \x1b[0mCannot \r\nfind name 'totl'. Did you mean 'total'?\r\nAt C:\\npm.ps1:29 char:3\r\n+   & $NODE_EXE\r\n    + CategoryInfo : x\r\n \r\n\r\n\
                    \x1b[7m1\x1b[0m totl(1);\r\n\x1b[96msrc/b.ts\x1b[0m:\x1b[93m1\x1b[0m:\x1b[93m18\x1b[0m - \x1b[91merror\x1b[0m\x1b[90m TS2304: \x1b[0mCannot \
                    find \r\nname 'area'.\r\n\r\n\x1b[7m1\x1b[0m area(2);\r\n";
        let read: Vec<_> = read(text.as_bytes()).diagnostics;
        let shown: Vec<_> =
            read.iter().map(|d| format!("{} {}", d.file.as_deref().unwrap_or_default(), d.message)).collect();
        assert_eq!(
            shown,
            [
                "src/calculator.service.ts Cannot find name 'totl'. Did you mean 'total'?",
                "src/b.ts Cannot find name 'area'."
            ]
        );
    }
}
