use super::{Report, count};
use anyhow::Result;
use diagnostics::Severity;
use engine::{Entry, Outcome};
use std::io::Write;

/// Annotations of GitHub Actions ("Workflow commands for GitHub Actions", `::error file=…::message`): what remains as the build rated it,
/// what is repaired as a notice.
pub fn write(out: &mut impl Write, report: &Report<'_>) -> Result<()> {
    for entry in &report.plan.entries {
        annotation(out, report, entry)?;
    }
    let fixed = report.plan.entries.iter().filter(|e| e.outcome == Outcome::Fixed).count();
    let what = if report.run.is_some() { "repaired" } else { "can be repaired" };
    let total = count(report.plan.entries.len(), "diagnostic");
    writeln!(out, "buildfix: {fixed} of {total} {what}")?;
    Ok(())
}

fn annotation(out: &mut impl Write, report: &Report<'_>, entry: &Entry) -> Result<()> {
    let fixed = entry.outcome == Outcome::Fixed;
    let level = match entry.diagnostic.severity {
        _ if fixed => "notice",
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "notice",
    };
    write!(out, "::{level} ")?;
    let mut separator = "";
    if entry.diagnostic.file.is_some() {
        write!(out, "file={}", property(&report.entry_path(entry)))?;
        separator = ",";
    }
    if let Some(span) = entry.span {
        write!(out, "{separator}line={},col={}", span.line, span.column)?;
        separator = ",";
        if let Some((line, column)) = span.end {
            write!(out, ",endLine={line},endColumn={column}")?;
        }
    }
    let title = format!("{} ({})", entry.diagnostic.code, entry.outcome.as_str());
    write!(out, "{separator}title={}", property(&title))?;
    let mut message = entry.diagnostic.message.to_string();
    if let Some(fix) = &entry.fix {
        message.push_str(&format!("\n{} [{}]", fix.title, fix.rule));
    }
    if let Some(reason) = &entry.reason {
        message.push_str(&format!("\n{}", super::reason(reason)));
    }
    writeln!(out, "::{}", data(&message))?;
    Ok(())
}

fn data(text: &str) -> String {
    crate::terminal::plain(text).replace('%', "%25").replace('\n', "%0A")
}
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_cannot_be_broken_out_of() {
        assert_eq!(data("50%\n::error::x"), "50%25%0A::error::x");
        assert_eq!(property("C:\\a,b"), "C%3A\\a%2Cb");
        assert_eq!(data("a\x1b[2J\r\nb"), "a[2J%0Ab");
    }
}
