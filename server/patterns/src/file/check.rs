//! The examples of a file are its tests.

use super::provider::FileProvider;
use super::{PatternFile, Rule, RuleBook};
use crate::library::Origin;
use diagnostics::{Code, Severity, SourceDiagnostic, Trust};
use fix::{DiagnosticSet, FixProvider, RuleContext};
use index::Index;
use semantics::Semantics;
use std::path::Path;
use text::{ContentHash, TextRange};

/// An example that is not as the file says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The pattern's name.
    pub rule: String,
    /// The line on which the pattern begins.
    pub line: u32,
    /// `valid` or `invalid`, and which one, from 1.
    pub example: String,
    /// What is wrong.
    pub what: String,
}

const MARK: &str = "$0";

/// Tries all examples of a file, each with all patterns of the file, as they are used together. Returns how many there are, and those that fail.
pub fn test(file: &PatternFile) -> (usize, Vec<Failure>) {
    let rules = file.rules.iter().map(|r| (Origin::File(r.name.clone()), r.clone()));
    let provider = FileProvider::of(RuleBook::new(rules));
    let mut failures = Vec::new();
    let mut count = 0;
    for rule in &file.rules {
        let mut fail = |example: String, what: String| {
            failures.push(Failure { rule: rule.name.to_string(), line: rule.line, example, what })
        };
        for (number, valid) in rule.valid.iter().enumerate() {
            count += 1;
            match outcome(&provider, rule, &valid.before, valid.code.as_deref(), &valid.arguments) {
                Ok(Some(after)) if after == valid.after => {}
                Ok(Some(after)) => fail(
                    format!("valid {}", number + 1),
                    format!("it becomes\n{}\nand not\n{}", indented(&after), indented(&valid.after)),
                ),
                Ok(None) => fail(format!("valid {}", number + 1), "nothing is offered".to_owned()),
                Err(why) => fail(format!("valid {}", number + 1), why),
            }
        }
        for (number, invalid) in rule.invalid.iter().enumerate() {
            count += 1;
            match outcome(&provider, rule, &invalid.before, invalid.code.as_deref(), &invalid.arguments) {
                Ok(None) => {}
                Ok(Some(after)) => fail(format!("invalid {}", number + 1), format!("it becomes\n{}", indented(&after))),
                Err(why) => fail(format!("invalid {}", number + 1), why),
            }
        }
    }
    (count, failures)
}

fn indented(text: &str) -> String {
    text.lines().map(|l| format!("    {l}")).collect::<Vec<_>>().join("\n")
}

/// What the first offer makes of an example; `None` when nothing is offered.
fn outcome(
    provider: &FileProvider,
    rule: &Rule,
    code: &str,
    diagnostic: Option<&str>,
    arguments: &[String],
) -> Result<Option<String>, String> {
    let start = code.find(MARK).ok_or("the example has no `$0` where the compiler points")?;
    let text = code.replacen(MARK, "", 1);
    let is_jsx = || text.contains("/>") || text.contains("</");
    let path = match rule.pattern.language.as_str() {
        "csharp" => "/src/Example.cs",
        _ if is_jsx() => "/src/example.tsx",
        _ => "/src/example.ts",
    };
    let index = Index::in_memory([(path, text.as_str())]);
    let path = Path::new(path);
    let source = index.document(path).ok_or("the example cannot be read as source")?;
    let code = Code::new(diagnostic.unwrap_or(rule.pattern.codes.first().map_or("", |c| c.as_str())));
    let wanted = rule.arguments.iter().map(|a| a.first().map(ToString::to_string).unwrap_or_default());
    let arguments: Vec<String> = if arguments.is_empty() { wanted.collect() } else { arguments.to_vec() };
    let diagnostic = SourceDiagnostic {
        path: path.into(),
        range: TextRange::new(start, start),
        text_hash: ContentHash::of(text.as_bytes()),
        arguments: arguments.into(),
        code,
        severity: Severity::Error,
        message: "".into(),
        trust: Trust::Sure,
    };
    let set = DiagnosticSet::new([diagnostic.clone()]);
    let ctx = RuleContext::new(&diagnostic, Semantics::new(&index, &source), &set);
    let Some(fix) = provider.fixes(&ctx).into_iter().next() else { return Ok(None) };
    let change = provider.change_of(&fix, &ctx).ok_or("the edits do not fit")?;
    let edits = change.text_edits(path, &index).map_err(|e| format!("the edits do not fit: {e:?}"))?;
    edits.apply(&text).map(Some).map_err(|e| format!("the edits do not fit: {e:?}"))
}
