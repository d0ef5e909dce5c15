//! .NET's terminal logger: headings give the project, messages of several lines are indented below their first line.

use crate::ProjectRef;

/// The lines of a message are indented by this much more than the report, which is indented by four below a heading.
const DEEPER: usize = 2;

/// Whether the escape codes of a line are those that only this logger writes: the category alone is coloured.
pub(crate) fn is_coloured(raw: &str) -> bool {
    ["\x1b[33;1mwarning\x1b[m", "\x1b[31;1merror\x1b[m"].iter().any(|c| raw.contains(c))
}

/// A heading: `  project net9.0 failed with 2 error(s) (0.2s)`, also with `succeeded with`, and in any language where it names the framework.
/// `Some(None)`: a heading that names no project (`Restore failed with …`, `Build failed with …`).
pub(crate) fn heading(line: &str) -> Option<Option<ProjectRef>> {
    let line = line.trim_end();
    // Every heading has the counts of what follows.
    let at = line.find(" failed with ").or_else(|| line.find(" succeeded with "));
    let Some(at) = at else { return translated(line).map(Some) };
    let counted = &line[at..];
    if !(counted.contains("error") || counted.contains("warning")) || !counted.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let Some(name) = line[..at].strip_prefix("  ") else { return Some(None) };
    let name = name.trim();
    let (project, framework) = match name.rsplit_once(' ') {
        Some((project, word)) if is_framework(word) => (project.trim_end(), Some(word)),
        _ => (name, None),
    };
    let named = |path: &str| ProjectRef { path: path.into(), target_framework: framework.map(Into::into) };
    Some((!project.is_empty()).then(|| named(project)))
}

/// `  project net10.0 fehlerhaft mit 2 Fehler(n) (0,1s)`: name, framework, a count, and in the end how long it took.
fn translated(line: &str) -> Option<ProjectRef> {
    let line = line.strip_prefix("  ").filter(|l| !l.starts_with(' '))?;
    let line = line.split_once(" → ").map_or(line, |(before, _)| before);
    let (before, time) = line.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let seconds = time.trim_end_matches(|c: char| !c.is_ascii_digit());
    let is_time = seconds.starts_with(|c: char| c.is_ascii_digit())
        && seconds.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b':'));
    let framework = before.split(' ').find(|word| is_framework(word))?;
    let (project, said) = before.split_once(&format!(" {framework} "))?;
    let counted = is_time && time.len() - seconds.len() <= 8 && said.contains(|c: char| c.is_ascii_digit());
    (counted && !project.is_empty())
        .then(|| ProjectRef { path: project.trim().into(), target_framework: Some(framework.into()) })
}

fn is_framework(word: &str) -> bool {
    word.starts_with("net") && word.bytes().any(|b| b.is_ascii_digit()) || word.starts_with("uap")
}

/// Lines of a message, to be joined where the logger wrapped them at the terminal's width.
pub(crate) struct Wrapped {
    lines: Vec<String>,
    bytes: usize,
    /// Columns before the text.
    indent: usize,
}

impl Wrapped {
    /// For the message of a report on this line.
    pub(crate) fn below(report: &str) -> Self {
        let indent = report.len() - report.trim_start_matches(' ').len();
        Self { lines: Vec::new(), bytes: 0, indent: indent + DEEPER }
    }

    /// Takes a line of the message; `false` when it does not belong to it.
    pub(crate) fn push(&mut self, line: &str) -> bool {
        let Some(text) =
            line.get(..self.indent).filter(|indent| indent.trim_matches(' ').is_empty()).map(|_| &line[self.indent..])
        else {
            // An empty line of the message is not indented.
            let inside = line.trim().is_empty() && !self.lines.is_empty();
            if inside {
                self.lines.push(String::new());
            }
            return inside && self.lines.len() < 1000;
        };
        if self.bytes < 64 << 10 && self.lines.len() < 1000 {
            self.bytes += text.len();
            self.lines.push(text.to_owned());
        }
        true
    }

    /// The message. A line of exactly the terminal's width continues in the next one. The width is known when several
    /// lines have the same greatest length, or when it is a usual width of terminals.
    pub(crate) fn join(mut self, width: &mut Option<usize>) -> String {
        while self.lines.last().is_some_and(|l| l.trim().is_empty()) {
            self.lines.pop();
        }
        let columns = |line: &String| line.encode_utf16().count() + self.indent;
        let longest = self.lines.iter().map(columns).max().unwrap_or(0);
        let full = self.lines.iter().rev().skip(1).filter(|l| columns(l) == longest).count();
        if longest >= 40 && (full >= 2 || (full == 1 && [80, 100, 120, 132, 160, 200, 240].contains(&longest))) {
            *width = Some(longest);
        }
        let mut message = String::new();
        let mut joined = true;
        for line in &self.lines {
            if !joined {
                message.push('\n');
            }
            message.push_str(line);
            joined = Some(columns(line)) == *width;
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_name_the_project_and_framework() {
        let project = |path: &str, framework: Option<&str>| {
            Some(Some(ProjectRef { path: path.into(), target_framework: framework.map(Into::into) }))
        };
        assert_eq!(heading("  app net9.0 failed with 2 error(s) (0.2s)"), project("app", Some("net9.0")));
        assert_eq!(heading("  app succeeded with 1 warning(s) (0.2s) → bin/app.dll"), project("app", None));
        assert_eq!(heading("Build failed with 2 error(s) in 1.2s"), Some(None));
        assert_eq!(
            heading("  Shop Blazor net10.0 failed with 1 error(s) (0.1s)"),
            project("Shop Blazor", Some("net10.0"))
        );
        let german = "  Shop Blazor net10.0 fehlerhaft mit 11\u{a0}Fehler(n) und 1\u{a0}Warnung(en) (0,1s)";
        assert_eq!(heading(german), project("Shop Blazor", Some("net10.0")));
        let japanese = "  日本 Lager net10.0 11 件のエラーと 5 件の警告で失敗しました (0.1 秒)";
        assert_eq!(heading(japanese), project("日本 Lager", Some("net10.0")));
        assert_eq!(heading("  Shop.Native net10.0 ResolveAssemblyReferences (0.0s)"), None);
        assert_eq!(heading("deploy failed with status"), None);
    }

    #[test]
    fn lines_wrapped_at_the_terminals_width_are_joined() {
        let mut wrapped = Wrapped::below("    A.cs(1,2): error X1: ");
        let long = "x".repeat(74);
        assert!(wrapped.push(&format!("      {long}")) && wrapped.push("      yz") && wrapped.push("      next"));
        assert!(!wrapped.push("    /src/a.cs(1,2): error CS1: x"));
        assert_eq!(wrapped.join(&mut None), format!("{long}yz\nnext"));
    }
}
