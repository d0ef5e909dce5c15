//! TypeScript and JavaScript with TypeScript's compiler.
//!
//! `tsc` checks nothing as long as a file does not parse. An editor checks all the same: what it says of names and types in a file that does
//! not parse is an echo of the syntax error, names that are missing because their declaration was misread. The next build tells what is left.

use super::{ImportEdits, LanguageSupport, typescript_doubts};
use crate::{Doubt, RuleContext, Written};
use diagnostics::SourceDiagnostic;
use index::Source;

pub(super) struct TypeScript;

impl LanguageSupport for TypeScript {
    fn name(&self) -> &'static str {
        "TypeScript"
    }

    fn code_prefix(&self) -> &'static str {
        "TS"
    }

    fn is_unparsed(&self, source: &Source, diagnostics: &[SourceDiagnostic]) -> bool {
        // Some errors of the compiler's parser leave nothing misread; those, our parser accepts.
        diagnostics.iter().any(|d| self.is_syntax_code(d.code.as_str())) && !source.parsed.syntax_errors().is_empty()
    }

    fn is_echo_of_syntax_error(&self, ctx: &RuleContext<'_>) -> bool {
        let code = ctx.code().as_str();
        self.has_code(code)
            && !self.is_syntax_code(code)
            && (ctx.diagnostics.is_unparsed(ctx.path())
                || self.is_unparsed(ctx.source, ctx.diagnostics.in_file(ctx.path())))
    }

    fn syntax_isolation(&self, ctx: &RuleContext<'_>) -> Option<String> {
        // A repair of the syntax is found by trying; what was found for the file as it was need not hold once another is in.
        let broken = self.is_syntax_code(ctx.code().as_str()) && !ctx.source.parsed.syntax_errors().is_empty();
        broken.then(|| format!("syntax:{}", ctx.path().display()))
    }

    fn expected_token<'a>(&self, code: &str, arguments: &'a [String]) -> Option<&'a str> {
        matches!(code, "TS2304" | "TS2551" | "TS2552").then(|| arguments.first().map(String::as_str)).flatten()
    }

    fn missing_name<'a>(&self, code: &str, arguments: &'a [String]) -> Option<&'a str> {
        let name = match code {
            "TS2304" | "TS2339" | "TS2503" | "TS2551" | "TS2552" => arguments.first(),
            "TS2305" | "TS2614" | "TS2724" => arguments.get(1),
            _ => None,
        };
        name.map(String::as_str)
    }

    fn is_conflict_code(&self, code: &str) -> bool {
        matches!(code, "TS2300" | "TS2440" | "TS2451")
    }

    fn doubts(&self, written: &Written<'_>) -> Vec<Doubt> {
        typescript_doubts::doubts(written)
    }

    fn import_edits(&self) -> Option<ImportEdits> {
        Some(|parsed, imports, path, index| {
            codegen::imports::typescript::edits(parsed, &imports.keys().cloned().collect(), path, index)
        })
    }

    fn output_folders(&self) -> &'static [&'static str] {
        &["node_modules"]
    }

    fn project_files(&self) -> &'static [&'static str] {
        &["**/*.tsbuildinfo", "**/{tsconfig,jsconfig,package}*.json"]
    }
}
