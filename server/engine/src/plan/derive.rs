//! The fix for each diagnostic of a file, on the current texts.

use super::PlanOptions;
use crate::guard::WriteGuard;
use crate::{CancelToken, FixInfo, Obstacle, Outcome, Problem, Reason};
use diagnostics::{Severity, SourceDiagnostic, Trust};
use fix::causes::Cause;
use fix::causes::project::is_root;
use fix::{
    Applicability, Bulk, Change, Cost, DiagnosticSet, FileChange, ProjectContext, Providers, RuleContext, language,
};
use index::Index;
use semantics::Semantics;
use std::path::Path;
use syntax::{Language, Parsed};
use text::{ContentHash, EditError, SourceText};

/// Files with deeper trees are not edited: rules and outlines may recurse, and no one writes such code by hand.
const MAX_DEPTH: u32 = 3000;

/// What can be done about one diagnostic.
pub(super) enum Derived {
    /// A fix that may be applied.
    Candidate {
        /// The fix.
        info: FixInfo,
        /// Its isolation group.
        isolation: Option<String>,
        /// Whether it declares something that the sources use.
        declares: bool,
        /// What it changes.
        change: Change,
    },
    /// No fix may be applied.
    Nothing {
        /// What to report.
        outcome: Outcome,
        /// Why.
        reason: Reason,
        /// A fix that may be offered.
        fix: Option<FixInfo>,
    },
    /// The text that the fix would write exists already.
    AlreadyDone(FixInfo),
}

fn nothing(outcome: Outcome, reason: Reason) -> Derived {
    Derived::Nothing { outcome, reason, fix: None }
}

/// What fixes are derived from.
pub(super) struct Derive<'a> {
    pub index: &'a Index,
    pub providers: &'a Providers,
    pub guard: &'a WriteGuard,
    pub set: &'a DiagnosticSet,
    pub options: &'a PlanOptions,
    pub cancel: &'a CancelToken,
}

impl Derive<'_> {
    /// What can be done about `wanted`, all in the file `path`; nothing more once it is cancelled.
    pub fn in_file<'d>(
        &self,
        path: &Path,
        wanted: impl Iterator<Item = (usize, &'d SourceDiagnostic)>,
    ) -> Vec<(usize, Derived, Option<Cause>)> {
        if self.cancel.is_cancelled() {
            return Vec::new();
        }
        let source = self.index.document(path);
        let too_deep = source.as_ref().is_some_and(|source| is_too_deep(&source.parsed));
        wanted
            .take_while(|_| !self.cancel.is_cancelled())
            .map(|(i, diagnostic)| match &source {
                None if Language::of_path(path).is_some() => {
                    (i, nothing(Outcome::Skipped, Reason::UnsupportedFile), None)
                }
                None => {
                    let (derived, cause) = self.for_project(diagnostic);
                    (i, derived, cause)
                }
                Some(_) if too_deep => (i, nothing(Outcome::Skipped, Reason::TooDeep), None),
                Some(source) => {
                    let ctx = RuleContext::new(diagnostic, Semantics::new(self.index, source), self.set);
                    let cause = self.providers.cause(&ctx);
                    (i, self.for_diagnostic(&ctx, cause.clone()), cause)
                }
            })
            .collect()
    }

    /// What can be done about a diagnostic in a file that says how sources are built.
    fn for_project(&self, diagnostic: &SourceDiagnostic) -> (Derived, Option<Cause>) {
        let text = self.index.text(&diagnostic.path);
        if text.is_none_or(|text| ContentHash::of(text.as_bytes()) != diagnostic.text_hash) {
            return (nothing(Outcome::Stale, Reason::ChangedSinceBuild), None);
        }
        let ctx = ProjectContext { diagnostic, index: self.index, diagnostics: self.set };
        let cause = language::project_cause(&ctx);
        let lowest = if self.options.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        let mut refused = None;
        let mut offered: Option<FixInfo> = None;
        let project_fixes = if self.options.family.is_none() { self.providers.project_fixes(&ctx) } else { Vec::new() };
        for fix in project_fixes {
            let (info, Some(change)) = (FixInfo::from(&fix), fix.ready_change()) else { continue };
            let elsewhere = self.options.only.as_ref().is_some_and(|only| change.files().any(|(path, _)| path != only));
            if fix.suppression || fix.applicability < lowest || fix.bulk == Bulk::Manual || elsewhere {
                offered.get_or_insert(info);
                continue;
            }
            match admissible(self.index, self.guard, change) {
                Ok(true)
                    if diagnostic.severity != Severity::Error
                        && !self.options.warnings
                        // Errors follow from it.
                        && !is_root(diagnostic.code.as_str(), diagnostic.severity) =>
                {
                    let derived =
                        Derived::Nothing { outcome: Outcome::Offered, reason: Reason::NoError, fix: Some(info) };
                    return (derived, cause);
                }
                Ok(true) => {
                    let (isolation, change) = (fix.isolation.clone(), change.clone());
                    return (Derived::Candidate { info, isolation, declares: false, change }, cause);
                }
                Ok(false) => return (Derived::AlreadyDone(info), cause),
                Err(obstacle) => refused = refused.or(Some((obstacle, info))),
            }
        }
        let derived = match (refused, offered, &cause) {
            (Some((obstacle, info)), ..) => {
                Derived::Nothing { outcome: Outcome::Skipped, reason: Reason::Blocked(obstacle), fix: Some(info) }
            }
            (_, Some(info), _) => {
                let reason = match info.applicability {
                    Applicability::Unsafe if !self.options.unsafe_fixes => Reason::MayChangeMeaning,
                    Applicability::DisplayOnly => Reason::DisplayOnly,
                    _ => Reason::Ambiguous,
                };
                Derived::Nothing { outcome: Outcome::Offered, reason, fix: Some(info) }
            }
            (_, _, Some(cause)) => nothing(Outcome::Unfixable, Reason::Cause(cause.clone())),
            _ => nothing(Outcome::Unfixable, Reason::UnknownCode(diagnostic.code.clone())),
        };
        (derived, cause)
    }

    fn for_diagnostic(&self, ctx: &RuleContext<'_>, cause: Option<Cause>) -> Derived {
        let diagnostic = ctx.diagnostic;
        if diagnostic.text_hash != ctx.source.hash {
            return nothing(Outcome::Stale, Reason::ChangedSinceBuild);
        }
        let mut fixes = self.providers.fixes(ctx, Cost::Idle);
        // In bulk, safe fixes come before those that are merely preferred.
        fixes.sort_by_key(|f| f.applicability != Applicability::Safe);
        if let Some(family) = self.options.family {
            fixes = fix::of_family(&fixes, family).cloned().into_iter().collect();
            fixes.iter_mut().for_each(|f| (f.applicability, f.bulk) = (Applicability::Safe, Bulk::Repair));
        }
        let lowest = if self.options.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        let mut refused = None;
        let mut already = None;
        let mut offered: Option<FixInfo> = None;
        let mut suppression: Option<FixInfo> = None;
        let mut manual: Option<FixInfo> = None;
        let mut waiting: Option<FixInfo> = None;
        for fix in &fixes {
            if fix.suppression {
                suppression.get_or_insert_with(|| FixInfo::from(fix));
                continue;
            }
            if fix.waits {
                // To be judged anew after the next build, whatever was asked for.
                waiting
                    .get_or_insert_with(|| FixInfo { applicability: Applicability::DisplayOnly, ..FixInfo::from(fix) });
                continue;
            }
            let is_asked_for = self.options.learned
                && fix.origin.as_ref().is_some_and(|o| o.by_example)
                && fix.applicability > Applicability::DisplayOnly;
            if fix.applicability < lowest && !is_asked_for {
                if offered.is_none() && self.providers.change_of(fix, ctx).is_some() {
                    offered = Some(FixInfo::from(fix));
                }
                continue;
            }
            if fix.bulk == Bulk::Manual {
                if manual.is_none() && self.providers.change_of(fix, ctx).is_some() {
                    manual = Some(FixInfo::from(fix));
                }
                continue;
            }
            let Some(change) = self.providers.change_of(fix, ctx) else { continue };
            let info = FixInfo::from(fix);
            if self.options.only.as_ref().is_some_and(|only| change.files().any(|(path, _)| path != only)) {
                manual.get_or_insert(info);
                continue;
            }
            match admissible(self.index, self.guard, &change) {
                Ok(true) if diagnostic.severity != Severity::Error && !self.options.warnings => {
                    return Derived::Nothing { outcome: Outcome::Offered, reason: Reason::NoError, fix: Some(info) };
                }
                Ok(true) => {
                    let declares = fix.bulk == Bulk::Declaration;
                    return Derived::Candidate { info, isolation: fix.isolation.clone(), declares, change };
                }
                Ok(false) => already = already.or(Some(info)),
                Err(obstacle) => refused = refused.or(Some((obstacle, info))),
            }
        }
        if let Some(info) = already {
            return Derived::AlreadyDone(info);
        }
        if refused.is_none()
            && let Some(info) = waiting
        {
            return Derived::Nothing { outcome: Outcome::Offered, reason: Reason::AfterCause, fix: Some(info) };
        }
        if let Some(cause) = cause {
            let fix = manual.or(offered);
            let outcome = if fix.is_some() { Outcome::Offered } else { Outcome::Unfixable };
            return Derived::Nothing { outcome, reason: Reason::Cause(cause), fix };
        }
        let (outcome, reason, fix) = match (refused, manual, offered, suppression) {
            (Some((obstacle, info)), ..) => (Outcome::Skipped, Reason::Blocked(obstacle), info),
            (_, Some(info), ..) => (Outcome::Offered, Reason::Ambiguous, info),
            (_, _, Some(info), _) if info.applicability == Applicability::Unsafe => {
                (Outcome::Offered, Reason::MayChangeMeaning, info)
            }
            (_, _, Some(info), _) if diagnostic.trust == Trust::Guessed => (Outcome::Stale, Reason::Elsewhere, info),
            (_, _, Some(info), _) => (Outcome::Offered, Reason::DisplayOnly, info),
            (.., Some(info)) => (Outcome::Offered, Reason::OnlySuppression, info),
            _ if diagnostic.trust == Trust::Guessed => return nothing(Outcome::Stale, Reason::Elsewhere),
            _ => return nothing(Outcome::Unfixable, Reason::NoFix(diagnostic.code.clone())),
        };
        Derived::Nothing { outcome, reason, fix: Some(fix) }
    }
}

fn is_too_deep(parsed: &Parsed) -> bool {
    let mut cursor = parsed.tree().walk();
    loop {
        // A node with fewer nodes below it than levels are left cannot be too deep.
        let left = (MAX_DEPTH + 1).saturating_sub(cursor.depth()) as usize;
        if cursor.node().descendant_count() > left && cursor.goto_first_child() {
            if cursor.depth() > MAX_DEPTH {
                return true;
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
        }
    }
}

/// Whether `change` may be applied and changes anything.
///
/// # Errors
/// Why it may not: a file that must not be written, or edits that do not fit.
fn admissible(index: &Index, guard: &WriteGuard, change: &Change) -> Result<bool, Obstacle> {
    let mut effect = false;
    for (path, file) in change.files() {
        let blocked = |problem| Obstacle::in_file(path, problem);
        guard.check(path).map_err(|r| blocked(Problem::Refused(r)))?;
        match file {
            FileChange::Edit { .. } => {
                let edits = change.text_edits(path, index).map_err(|e| blocked(Problem::Conflict(e)))?;
                let text = index.text(path).ok_or_else(|| blocked(Problem::Missing))?;
                for edit in &edits {
                    let Some(old) = text.get(edit.range.start..edit.range.end) else {
                        return Err(blocked(Problem::Edit(EditError::OutOfBounds(edit.range))));
                    };
                    effect |= old != edit.new_text;
                    if !edit.new_text.is_ascii() && !can_encode(index, path, &edit.new_text) {
                        return Err(blocked(Problem::Encoding));
                    }
                }
            }
            FileChange::Create { .. } | FileChange::Rename { .. } => {
                let target = if let FileChange::Rename { to } = file { to.as_path() } else { path };
                guard.check(target).map_err(|r| Obstacle::in_file(target, Problem::Refused(r)))?;
                if index.text(target).is_some() || target.symlink_metadata().is_ok() {
                    return Err(Obstacle::in_file(target, Problem::Exists));
                }
                effect = true;
            }
            FileChange::Delete => effect = true,
        }
    }
    Ok(effect)
}

/// Whether the encoding of the file on disk has bytes for `text`.
fn can_encode(index: &Index, path: &Path, text: &str) -> bool {
    let Ok(bytes) = index.system().read(path) else { return true };
    SourceText::decode(&bytes).is_some_and(|s| SourceText::encode(text, s.encoding).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_measured_where_there_are_nodes_enough() {
        let nested = |levels: usize| {
            let text = format!(
                "class C {{ int x = {}1{}; int y; }} {}",
                "(".repeat(levels),
                ")".repeat(levels),
                "class D { }".repeat(4000)
            );
            Parsed::new(syntax::Language::CSHARP, text)
        };
        let depth = |parsed: &Parsed| {
            let (mut cursor, mut deepest) = (parsed.tree().walk(), 0);
            loop {
                deepest = deepest.max(cursor.depth());
                if cursor.goto_first_child() {
                    continue;
                }
                while !cursor.goto_next_sibling() {
                    if !cursor.goto_parent() {
                        return deepest;
                    }
                }
            }
        };
        let flat = depth(&nested(0));
        let most = (MAX_DEPTH - flat) as usize;
        for levels in [0, 10, most - 1, most, most + 1, most + 2, most + 500] {
            let parsed = nested(levels);
            assert_eq!(is_too_deep(&parsed), depth(&parsed) > MAX_DEPTH, "{levels}");
        }
    }
}
