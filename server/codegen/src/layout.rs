use semantics::Semantics;
use std::collections::BTreeMap;
use syntax::line_indent;
use text::LineEnding;

/// The line layout of a file.
pub trait FileLayout<'a> {
    /// The file's line ending.
    fn eol(&self) -> &'static str;
    /// White space before the first token on the line of byte `offset`.
    fn indent_at(&self, offset: usize) -> &'a str;
    /// One level of indentation in the file: a tab, or the most common step of leading spaces; four spaces when the file has no indentation.
    fn indent_unit(&self) -> String;
}

impl<'a> FileLayout<'a> for Semantics<'a> {
    fn eol(&self) -> &'static str {
        LineEnding::of(self.text()).as_str()
    }
    fn indent_at(&self, offset: usize) -> &'a str {
        line_indent(self.text(), offset)
    }
    fn indent_unit(&self) -> String {
        indent_unit(self.text())
    }
}

/// One level of indentation of `text`.
pub fn indent_unit(text: &str) -> String {
    let mut steps: BTreeMap<usize, usize> = BTreeMap::new();
    let mut tabs = 0usize;
    let mut previous = 0usize;
    for line in text.lines().take(2000) {
        let body = line.trim_start_matches([' ', '\t']);
        if body.is_empty() || body == "*" || ["* ", "*/"].iter().any(|c| body.starts_with(c)) {
            continue;
        }
        let indent = &line[..line.len() - body.len()];
        if indent.starts_with('\t') {
            tabs += 1;
            continue;
        }
        if indent.len() > previous {
            *steps.entry(indent.len() - previous).or_default() += 1;
        }
        previous = indent.len();
    }
    let spaces: usize = steps.values().sum();
    if tabs > spaces {
        return "\t".to_owned();
    }
    // An uncommon step is more often an alignment: it has to occur repeatedly.
    let usual = |&(n, count): &(usize, usize)| matches!(n, 2 | 4 | 8) || (2..=8).contains(&n) && count > 2;
    let step = steps.into_iter().filter(usual).max_by_key(|&(n, count)| (count, n));
    " ".repeat(step.map_or(4, |(n, _)| n))
}
