//! What `dotnet format --report` writes: one JSON array of files with their changes.

use crate::capped::{Capped, element};
use crate::collect::{BuildLog, Collector, Format};
use crate::draft::Draft;
use crate::options::ReadOptions;
use crate::{LineColumn, Location, Severity};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A file that the formatter would change.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FormattedFile {
    file_path: String,
    file_changes: Vec<FileChange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FileChange {
    line_number: u32,
    char_number: u32,
    diagnostic_id: Option<String>,
    format_description: String,
}

/// Reads a report; `None` when the text is another document. The severity is not in it: what `--verify-no-changes` finds fails.
pub(crate) fn read(text: &str, options: &ReadOptions) -> Option<BuildLog> {
    let files: Capped<&RawValue, 1_000_000> = serde_json::from_str(text).ok()?;
    let files = files.0.into_iter().map(element::<FormattedFile>).collect::<Option<Vec<_>>>()?;
    let mut out = Collector::new(options.max_diagnostics);
    out.saw(Format::DotnetFormat);
    for file in files {
        for change in file.file_changes {
            // `error IDE0055: text`, or the text alone.
            let said = change.format_description.trim();
            let after = said.strip_prefix("error ").or_else(|| said.strip_prefix("warning "));
            let spelled = after.and_then(|rest| rest.split_once(": "));
            let code = change.diagnostic_id.as_deref().filter(|c| !c.is_empty()).or(spelled.map(|(code, _)| code));
            let severity = if said.starts_with("warning ") { Severity::Warning } else { Severity::Error };
            let start = LineColumn { line: change.line_number, column: Some(change.char_number).filter(|c| *c > 0) };
            let location = (start.line > 0).then_some(Location::LineColumn { start, end: None });
            let draft = Draft::new(severity, code.unwrap_or_default(), spelled.map_or(said, |(_, text)| text));
            out.add_draft(draft.at(&file.file_path, location));
        }
    }
    Some(out.finish())
}

#[cfg(test)]
mod tests {
    use crate::{Format, read};

    #[test]
    fn changes_of_each_file() {
        let report = r#"[{"DocumentId":{},"FileName":"A.cs","FilePath":"/b/A.cs","FileChanges":[
            {"LineNumber":4,"CharNumber":1,"DiagnosticId":"WHITESPACE","FormatDescription":"Fix whitespace formatting."},
            {"LineNumber":7,"CharNumber":3,"DiagnosticId":"IDE0005","FormatDescription":"warning IDE0005: Using directive is unnecessary."}]}]"#;
        let log = read(report.as_bytes());
        assert_eq!(log.formats, [Format::DotnetFormat]);
        let shown: Vec<_> =
            log.diagnostics.iter().map(|d| format!("{} {:?} {}", d.code, d.severity, d.message)).collect();
        assert_eq!(
            shown,
            ["WHITESPACE Error Fix whitespace formatting.", "IDE0005 Warning Using directive is unnecessary."]
        );
    }
}
