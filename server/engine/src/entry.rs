use crate::Reason;
use diagnostics::{BuildDiagnostic, SourceDiagnostic};
use fix::causes::Cause;
use fix::{Applicability, Fix, Origin};
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// The outcome of a diagnostic. Every diagnostic has one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// A fix repairs it.
    Fixed,
    /// There is a fix, but it is not applied in bulk, or not without being asked for.
    Offered,
    /// No fix is known.
    Unfixable,
    /// The text is not the one that was built, or another fix changed the place.
    Stale,
    /// It was left out: not in the workspace, in a file that must not be written, or filtered out.
    Skipped,
    /// A fix was applied and reverted, because a rebuild showed that it did not help.
    Reverted,
}

impl Outcome {
    /// The name that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Offered => "offered",
            Self::Unfixable => "unfixable",
            Self::Stale => "stale",
            Self::Skipped => "skipped",
            Self::Reverted => "reverted",
        }
    }
}

/// The fix that an outcome refers to.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct FixInfo {
    /// Name of the rule.
    pub rule: Cow<'static, str>,
    /// Its title.
    pub title: String,
    /// How safe it is.
    pub applicability: Applicability,
    /// Whether it mends the cause of which the diagnostic is an echo.
    #[serde(skip)]
    pub mends_cause: bool,
    /// Whether it was found by what the name meant before it changed.
    #[serde(skip)]
    pub by_symbol: bool,
    /// What it was learned from.
    #[serde(rename = "learned", skip_serializing_if = "Option::is_none")]
    pub origin: Option<Arc<Origin>>,
}

impl From<&Fix> for FixInfo {
    fn from(fix: &Fix) -> Self {
        Self {
            rule: fix.rule.clone(),
            title: fix.title.clone(),
            applicability: fix.applicability,
            mends_cause: fix.mends_cause,
            by_symbol: fix.by_symbol,
            origin: fix.origin.clone(),
        }
    }
}

/// Where a diagnostic is, for people: one-based, columns in UTF-16 units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Span {
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line and one past the last column, where the build gives them.
    pub end: Option<(u32, u32)>,
}

/// One diagnostic of a build and its outcome.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As the build printed it.
    pub diagnostic: BuildDiagnostic,
    /// The file that it is in, when that is known; absolute.
    pub path: Option<Arc<Path>>,
    /// Its place in the text before any fix.
    pub place: Option<SourceDiagnostic>,
    /// Whether it was found elsewhere than the log says: the log is older than the file.
    pub moved: bool,
    /// Line and column, as the log has them, when known.
    pub span: Option<Span>,
    /// Its outcome.
    pub outcome: Outcome,
    /// Why, where the outcome alone does not tell.
    pub reason: Option<Reason>,
    /// The fix that repairs it, or could.
    pub fix: Option<FixInfo>,
    /// What is wrong outside of the text, when it is only an echo of that or is about it; whatever the outcome.
    pub cause: Option<Cause>,
    /// It is about the project whose file [`Entry::path`] is, not about the file that the build printed.
    pub about_project: bool,
}

impl Entry {
    /// Sets the outcome with a reason.
    pub(crate) fn settle(&mut self, outcome: Outcome, reason: Reason) {
        self.outcome = outcome;
        self.reason = Some(reason);
    }
}
