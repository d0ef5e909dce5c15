use crate::{Fix, RuleContext, RuleDocs};

/// The language whose diagnostics a rule repairs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RuleLanguage {
    /// C#
    CSharp,
    /// TypeScript and JavaScript
    TypeScript,
}

/// A rule of the fast path. One file: documentation, code, tests; see `CONTRIBUTING.md`.
#[derive(Clone, Copy)]
pub struct Rule {
    /// The file's name without extension, such as `cs0246_missing_using`.
    pub name: &'static str,
    /// Its language.
    pub language: RuleLanguage,
    /// Codes that it answers to.
    pub codes: &'static [&'static str],
    /// The fixes for one diagnostic, best first; empty when in doubt. Pure.
    pub fixes: fn(&RuleContext<'_>) -> Vec<Fix>,
    /// The file's text, whose head is the manual page.
    pub file: &'static str,
}

impl Rule {
    /// The manual page.
    pub fn docs(&self) -> RuleDocs {
        RuleDocs::parse(self.file)
    }
}
