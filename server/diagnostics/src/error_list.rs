//! Problems that people copied from an editor: rows of Visual Studio's Error List, JSON of VS Code.

use crate::capped::{Capped, element};
use crate::collect::{BuildLog, Collector, Format};
use crate::draft::Draft;
use crate::options::ReadOptions;
use crate::{LineColumn, Location, Severity};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A row `Error (active)<TAB>CS0246<TAB>text<TAB>project<TAB>path<TAB>line…`: severity, code, description, project, file, line.
pub(crate) fn row(line: &str) -> Option<Draft> {
    let mut fields = line.split('\t').map(str::trim);
    let severity = match fields.next()? {
        s if s.starts_with("Error") => Severity::Error,
        s if s.starts_with("Warning") => Severity::Warning,
        s if s.starts_with("Message") => Severity::Info,
        _ => return None,
    };
    let code = fields.next().filter(|c| {
        c.len() <= 40 && c.bytes().any(|b| b.is_ascii_digit()) && c.bytes().all(|b| b.is_ascii_alphanumeric())
    })?;
    let (text, _project, path) = (fields.next()?, fields.next()?, fields.next()?);
    let line = fields.next()?.parse().ok().filter(|l| *l > 0)?;
    if text.is_empty() || !path.contains(['.', '/', '\\']) {
        return None;
    }
    let start = LineColumn { line, column: None };
    Some(Draft::new(severity, code, text).at(path, Some(Location::LineColumn { start, end: None })))
}

/// An element of the array that VS Code's "Copy" of problems gives.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    resource: String,
    code: Option<Value>,
    severity: u32,
    message: String,
    source: Option<String>,
    start_line_number: u32,
    start_column: u32,
    end_line_number: Option<u32>,
    end_column: Option<u32>,
}

/// The problems of a document that VS Code copied; `None` when it is another.
pub(crate) fn problems(text: &str, options: &ReadOptions) -> Option<BuildLog> {
    let problems: Capped<&RawValue, 1_000_000> = serde_json::from_str(text).ok()?;
    let problems = problems.0.into_iter().map(element::<Problem>).collect::<Option<Vec<_>>>()?;
    let mut out = Collector::new(options.max_diagnostics);
    out.saw(Format::Problems);
    for problem in problems {
        let code = match &problem.code {
            Some(Value::String(code)) => code.clone(),
            Some(Value::Number(code)) => code.to_string(),
            Some(Value::Object(code)) => code.get("value").and_then(Value::as_str).unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        let of_typescript = matches!(problem.source.as_deref(), Some("ts" | "js" | "typescript" | "deno-ts"));
        let code = if of_typescript && code.bytes().all(|b| b.is_ascii_digit()) { format!("TS{code}") } else { code };
        let start = LineColumn { line: problem.start_line_number, column: Some(problem.start_column) };
        let end = problem
            .end_line_number
            .zip(problem.end_column)
            .map(|(line, column)| LineColumn { line, column: Some(column) });
        // VS Code's MarkerSeverity.
        let severity = match problem.severity {
            8 => Severity::Error,
            4 => Severity::Warning,
            2 => Severity::Info,
            _ => Severity::Hint,
        };
        let location = (start.line > 0).then_some(Location::LineColumn { start, end });
        out.add_draft(Draft::new(severity, &code, &problem.message).at(&problem.resource, location));
    }
    Some(out.finish())
}

#[cfg(test)]
mod tests {
    use crate::{LineColumn, Location, read};

    #[test]
    fn rows_of_the_error_list_have_a_line_and_no_column() {
        let log = read(
            b"Severity\tCode\tDescription\tProject\tFile\tLine\tSuppression State\n\
              Error (active)\tCS0246\tThe type 'A' could not be found\tApp\tC:\\s\\Work.cs\t7\t\n",
        );
        let [d] = log.diagnostics.as_slice() else { panic!("{:?}", log.diagnostics) };
        assert_eq!(
            (d.code.as_str(), d.file.as_deref(), &*d.message),
            ("CS0246", Some("C:\\s\\Work.cs"), "The type 'A' could not be found")
        );
        let start = LineColumn { line: 7, column: None };
        assert_eq!(d.location, Some(Location::LineColumn { start, end: None }));
    }

    #[test]
    fn problems_copied_from_vs_code() {
        let log = read(
            br#"[{"resource": "/p/a.ts", "owner": "typescript", "code": "2552", "severity": 8, "message": "Cannot find name 'totl'.", "source": "ts",
                 "startLineNumber": 1, "startColumn": 26, "endLineNumber": 1, "endColumn": 30}]"#,
        );
        let [d] = log.diagnostics.as_slice() else { panic!("{:?}", log.diagnostics) };
        assert_eq!((d.code.as_str(), d.file.as_deref()), ("TS2552", Some("/p/a.ts")));
    }
}
