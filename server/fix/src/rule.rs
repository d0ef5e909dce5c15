use crate::{Fix, ProjectContext, RuleContext, RuleDocs};
use syntax::LanguageFamily;

/// A hand-written rule. One file: documentation, code, tests; see `CONTRIBUTING.md`.
#[derive(Clone, Copy)]
pub struct Rule {
    /// The file's name without extension, such as `cs0246_missing_using`.
    pub name: &'static str,
    /// The languages whose diagnostics it repairs.
    pub language: LanguageFamily,
    /// Codes that it handles; the first one names what it is about.
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

/// A hand-written rule for what restoring, MSBuild and the SDK report of project files. One file, as for [`Rule`].
#[derive(Clone, Copy)]
pub struct ProjectRule {
    /// The file's name without extension, such as `msb4025_broken_xml`.
    pub name: &'static str,
    /// Codes that it handles; the first one names what it is about.
    pub codes: &'static [&'static str],
    /// The fixes for one diagnostic, best first; empty when in doubt. Pure.
    pub fixes: fn(&ProjectContext<'_>) -> Vec<Fix>,
    /// The file's text, whose head is the manual page.
    pub file: &'static str,
}

impl ProjectRule {
    /// The manual page.
    pub fn docs(&self) -> RuleDocs {
        RuleDocs::parse(self.file)
    }
}
