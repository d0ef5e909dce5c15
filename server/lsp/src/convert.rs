//! Domain types to and from the protocol's.

use diagnostics::{Code, Severity, SourceDiagnostic, Trust, arguments_of};
use fix::language;
use std::path::{Path, PathBuf};
use syntax::Language;
use text::{ContentHash, LineBreaks, LineTable, Position, PositionEncoding, TextRange};
use tower_lsp::gen_lsp_types as lsp;

/// The path of a `file:` URI.
pub(crate) fn path_of(uri: &lsp::Uri) -> Option<PathBuf> {
    let url = url::Url::parse(uri.as_ref()).ok()?;
    (url.scheme() == "file").then(|| url.to_file_path().ok()).flatten()
}

/// A `file:` URI of a path, in the standard spelling.
pub(crate) fn uri_of(path: &Path) -> Option<lsp::Uri> {
    url::Url::from_file_path(path).ok().map(|u| lsp::Uri::from(u.to_string()))
}

/// A text with its line table: converts positions in the client's encoding.
pub(crate) struct Lines<'a> {
    text: &'a str,
    table: LineTable,
    encoding: PositionEncoding,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str, encoding: PositionEncoding) -> Self {
        Self { text, table: LineTable::new(text, LineBreaks::Lsp), encoding }
    }
    pub fn position(&self, offset: usize) -> lsp::Position {
        let p = self.table.position(self.text, offset, self.encoding);
        lsp::Position { line: p.line, character: p.column }
    }
    pub fn range(&self, range: TextRange) -> lsp::Range {
        lsp::Range { start: self.position(range.start), end: self.position(range.end) }
    }
    /// Byte offset; `None` when the line does not exist. Columns past the end mean the end (LSP 3.17, `Position`).
    pub fn offset(&self, p: lsp::Position) -> Option<usize> {
        let position = Position { line: p.line, column: p.character };
        self.table.line_start(p.line)?;
        let end = self.table.line_start(p.line + 1).unwrap_or(self.text.len());
        Some(self.table.offset(self.text, position, self.encoding).unwrap_or(end))
    }
    pub fn byte_range(&self, r: lsp::Range) -> Option<TextRange> {
        let (start, end) = (self.offset(r.start)?, self.offset(r.end)?);
        (start <= end).then(|| TextRange::new(start, end))
    }
}

/// The code in the form that the compilers print: `2304` of tsserver is `TS2304`.
pub(crate) fn code_of(diagnostic: &lsp::Diagnostic, language: Language) -> Option<Code> {
    let text = match diagnostic.code.as_ref()? {
        lsp::Code::Int(n) => n.to_string(),
        lsp::Code::String(s) => s.clone(),
    };
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(language::of(language).map_or_else(|| Code::new(&text), |l| l.code_of_number(&text)));
    }
    Some(Code::new(text))
}

pub(crate) fn message_of(diagnostic: &lsp::Diagnostic) -> String {
    match &diagnostic.message {
        lsp::Message::String(s) => s.clone(),
        lsp::Message::MarkupContent(m) => m.value.clone(),
    }
}

/// A diagnostic that an editor sends, placed in the text that it was sent for.
pub(crate) fn source_diagnostic(
    diagnostic: &lsp::Diagnostic,
    path: &Path,
    language: Language,
    lines: &Lines<'_>,
    hash: ContentHash,
) -> Option<SourceDiagnostic> {
    let code = code_of(diagnostic, language)?;
    let message = message_of(diagnostic);
    Some(SourceDiagnostic {
        path: path.into(),
        range: lines.byte_range(diagnostic.range)?,
        text_hash: hash,
        arguments: arguments_of(&code, &message).into(),
        severity: match diagnostic.severity {
            Some(lsp::DiagnosticSeverity::Error) | None => Severity::Error,
            Some(lsp::DiagnosticSeverity::Warning) => Severity::Warning,
            Some(lsp::DiagnosticSeverity::Information) => Severity::Info,
            _ => Severity::Hint,
        },
        code,
        message: message.into(),
        trust: Trust::Sure,
    })
}

/// A build's diagnostic as the protocol's.
pub(crate) fn lsp_diagnostic(d: &SourceDiagnostic, lines: &Lines<'_>) -> lsp::Diagnostic {
    lsp::Diagnostic {
        range: lines.range(d.range),
        severity: Some(match d.severity {
            Severity::Error => lsp::DiagnosticSeverity::Error,
            Severity::Warning => lsp::DiagnosticSeverity::Warning,
            Severity::Info => lsp::DiagnosticSeverity::Information,
            Severity::Hint => lsp::DiagnosticSeverity::Hint,
        }),
        code: Some(lsp::Code::String(d.code.to_string())),
        source: Some("buildfix".to_owned()),
        message: lsp::Message::String(d.message.to_string()),
        code_description: None,
        tags: None,
        related_information: None,
        data: None,
    }
}

/// An action that does nothing yet.
pub(crate) fn action() -> lsp::CodeAction {
    lsp::CodeAction {
        title: String::new(),
        kind: None,
        diagnostics: None,
        is_preferred: None,
        disabled: None,
        edit: None,
        command: None,
        data: None,
        tags: None,
    }
}

/// The end of the word that starts at `start`, or of the one character there. Logs give no end: the word is what is underlined, and an edit of
/// it removes the diagnostic.
pub(crate) fn word_end(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '@' || c == '$')).unwrap_or(rest.len());
    let one = rest.chars().next().map_or(0, |c| if c == '\n' || c == '\r' { 0 } else { c.len_utf8() });
    start + word.max(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_publisher_read_alike() {
        let d = |code| lsp::Diagnostic { code: Some(code), ..bare() };
        assert_eq!(code_of(&d(lsp::Code::Int(2304)), Language::TYPESCRIPT).unwrap(), "TS2304");
        assert_eq!(code_of(&d(lsp::Code::String("2304".into())), Language::TSX).unwrap(), "TS2304");
        assert_eq!(code_of(&d(lsp::Code::String("CS0103".into())), Language::CSHARP).unwrap(), "CS0103");
        assert_eq!(code_of(&d(lsp::Code::Int(103)), Language::CSHARP).unwrap(), "CS0103");
        assert_eq!(code_of(&bare(), Language::CSHARP), None);
    }

    fn bare() -> lsp::Diagnostic {
        let zero = lsp::Position { line: 0, character: 0 };
        lsp::Diagnostic {
            range: lsp::Range { start: zero, end: zero },
            severity: None,
            code: None,
            code_description: None,
            source: None,
            message: lsp::Message::String(String::new()),
            tags: None,
            related_information: None,
            data: None,
        }
    }

    #[test]
    fn squiggles_of_logs_without_ends_cover_the_token() {
        let text = "var täler = 1;\n";
        assert_eq!(&text[4..word_end(text, 4)], "täler");
        assert_eq!(&text[..word_end(text, text.len() - 1)], &text[..text.len() - 1]);
        assert_eq!(word_end(text, text.len()), text.len());
    }

    #[test]
    fn paths_survive_the_way_to_a_uri_and_back() {
        let path = Path::new("/a b/#ü?.cs");
        assert_eq!(path_of(&uri_of(path).unwrap()).unwrap(), path);
        assert_eq!(path_of(&lsp::Uri::from("untitled:Untitled-1")), None);
    }
}
