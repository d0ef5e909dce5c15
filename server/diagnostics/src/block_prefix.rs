//! What stands before every line of a log and has no form of its own: a level, a job, a counter, a file's name. It is learned from the first lines, also
//! from those that report nothing.

use crate::ansi;

/// Lines that must agree, and how many of them report nothing.
const LEAST: usize = 6;
const LEAST_OTHERS: usize = 2;
/// Longer ones are none.
const LONGEST: usize = 120;

/// A prefix, as its characters with numbers and the blanks before them as one `0`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct BlockPrefix(Vec<char>);

impl BlockPrefix {
    /// Learns from the first bytes of a log; `whole`: they are all of it. Empty where the lines have nothing in common.
    pub(crate) fn learn(head: &[u8], whole: bool) -> Self {
        let text = String::from_utf8_lossy(head);
        let mut lines: Vec<&str> = text.split(['\n', '\r']).collect();
        if !whole {
            lines.pop();
        }
        let lines: Vec<String> =
            lines.into_iter().filter(|l| !l.trim().is_empty()).map(|l| ansi::strip(l).into_owned()).collect();
        let reports = |l: &&String| ["error", "warning", "Error", "Warning"].iter().any(|w| l.contains(w));
        let others = lines.iter().filter(|l| !reports(l)).count();
        let Some(first) = lines.first().filter(|_| lines.len() >= LEAST && others >= LEAST_OTHERS) else {
            return Self::default();
        };
        let mut common: Vec<char> = shape(first).map(|(c, _)| c).take(LONGEST).collect();
        // What has nothing else comes last.
        let mut lines: Vec<&String> = lines.iter().collect();
        lines.sort_by_key(|l| std::cmp::Reverse(l.len()));
        for line in lines {
            let alike = shape(line).zip(&common).take_while(|((c, _), other)| c == *other).count();
            // A line that has nothing else may have lost the blanks at its end.
            if shape(line.trim_end()).count() == alike && common[alike..].iter().all(|c| c.is_whitespace()) {
                continue;
            }
            common.truncate(alike);
        }
        let ends = |c: &char| matches!(c, ' ' | '\t' | '|' | ':' | '>' | ']' | ')' | '+');
        let end = common.iter().rposition(ends).map_or(0, |at| at + 1);
        common.truncate(end);
        if Self::is_prefix(&common) { Self(common) } else { Self::default() }
    }

    /// Whether it can be no part of what a build prints: not blanks alone, no folder, no label of a task runner, which names the package.
    fn is_prefix(common: &[char]) -> bool {
        let text: String = common.iter().collect();
        let label = text.trim_end().strip_suffix(':').is_some_and(|l| {
            !l.contains(char::is_whitespace) && l.chars().any(char::is_alphabetic) && !l.contains('.')
        });
        let place = text.contains('(') && !text.starts_with('(');
        !text.trim().is_empty() && !text.contains(['/', '\\']) && !place && !label
    }

    /// The line without it.
    pub(crate) fn strip<'a>(&self, line: &'a str) -> &'a str {
        if self.0.is_empty() {
            return line;
        }
        let mut shaped = shape(line);
        let mut end = 0;
        for wanted in &self.0 {
            match shaped.next() {
                Some((c, at)) if c == *wanted => end = at,
                // The line ends before its last blank.
                None if wanted.is_whitespace() => return "",
                _ => return line,
            }
        }
        &line[end..]
    }
}

/// The characters of a text with where they end; digits that stand together, with the blanks before them that align them, are one `0`.
fn shape(text: &str) -> impl Iterator<Item = (char, usize)> + '_ {
    let mut chars = text.char_indices().peekable();
    let mut parted = true;
    std::iter::from_fn(move || {
        let (mut at, c) = chars.next()?;
        let mut number = c.is_ascii_digit();
        // The first blank parts words, those behind it align a number.
        if !std::mem::replace(&mut parted, c == ' ') && c == ' ' {
            return Some((' ', at + 1));
        }
        if c == ' ' {
            let rest = &text[at..];
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            number = rest[blanks..].starts_with(|c: char| c.is_ascii_digit());
            if number {
                for _ in 0..blanks {
                    at = chars.next()?.0;
                }
            }
        }
        if !number {
            return Some((c, at + c.len_utf8()));
        }
        while let Some((next, _)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
            at = next;
        }
        Some(('0', at + 1))
    })
}

#[cfg(test)]
mod tests {
    use crate::read;

    const LOG: [&str; 8] = [
        "  Determining projects to restore...",
        "",
        "data/x.txt : warning ODD001: first [/b/Odd.csproj]",
        "data/x.txt : warning ODD001:   second [/b/Odd.csproj]",
        "tool : warning T12: from tool [/b/Odd.csproj]",
        "src/A.cs(1,2): error CS0103: The name 'x' does not exist in the current context [/b/Odd.csproj]",
        "",
        "    1 Error(s)",
    ];

    fn shown(log: &str) -> Vec<String> {
        let of = |d: &crate::BuildDiagnostic| format!("{} {} {}", d.file.as_deref().unwrap_or("-"), d.code, d.message);
        read(log.as_bytes()).diagnostics.iter().map(of).collect()
    }

    #[test]
    fn what_stands_before_every_line_goes() {
        let plain = shown(&LOG.join("\n"));
        assert_eq!(plain.len(), 3, "{plain:?}");
        let prefixes: &[&dyn Fn(usize) -> String] = &[
            &|_| "INFO  build - ".into(),
            &|i| format!("{:6}\t", i + 5),
            &|i| format!("17643{}.{i} ", i * 7),
            &|i| format!("ci.log:{}:", i * 40),
            &|i| format!("17  : [{i}.3s] | "),
            &|_| "             +build | ".into(),
            &|i| format!("[job {i}] >>> "),
            &|i| format!("(10:00:{i}0) "),
            &|_| "+".into(),
        ];
        for prefix in prefixes {
            let log: String = LOG.iter().enumerate().map(|(i, l)| format!("{}{l}\n", prefix(i))).collect();
            assert_eq!(shown(&log), plain, "{}", prefix(1));
            // Services cut blanks off.
            let cut: String = log.lines().map(|l| format!("{}\n", l.trim_end())).collect();
            assert_eq!(shown(&cut), plain, "{}", prefix(1));
        }
    }

    #[test]
    fn names_of_folders_and_packages_stay() {
        let folder: String = (0..9).map(|i| format!("My App{i}.ts(1,2): error TS1005: ';' expected.\n")).collect();
        assert!(shown(&folder).iter().all(|d| d.starts_with("My App")), "{folder}");
        let label: String = LOG.iter().map(|l| format!("api:build: {l}\n")).collect();
        assert!(shown(&label).iter().any(|d| d.starts_with("src/A.cs")));
    }
}
