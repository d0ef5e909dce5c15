//! The fix for each diagnostic of a file, on the texts as they are now.

use super::PlanOptions;
use crate::guard::WriteGuard;
use crate::{FixInfo, Outcome};
use diagnostics::SourceDiagnostic;
use fix::{Applicability, Bulk, Change, DiagnosticSet, FileChange, RuleContext};
use index::{Index, Source};
use semantics::Semantics;
use std::path::Path;
use syntax::Parsed;
use text::SourceText;

/// Trees that are deeper are left alone: rules and outlines may recurse, and no one writes such code by hand.
const MAX_DEPTH: u32 = 3000;

/// What can be done about one diagnostic.
pub(super) enum Derived {
    /// A fix that may be applied.
    Candidate {
        /// The fix.
        info: FixInfo,
        /// Its isolation group.
        isolation: Option<String>,
        /// Whether it declares what the sources only hint at.
        invention: bool,
        /// What it changes.
        change: Change,
    },
    /// None that may.
    Nothing {
        /// What to report.
        outcome: Outcome,
        /// Why.
        reason: String,
        /// A fix that may be offered.
        fix: Option<FixInfo>,
    },
    /// What the fix would write stands there already.
    AlreadyDone(FixInfo),
}

fn nothing(outcome: Outcome, reason: impl Into<String>) -> Derived {
    Derived::Nothing { outcome, reason: reason.into(), fix: None }
}

/// What can be done about `wanted`, all in the file `path`.
pub(super) fn in_file<'d>(
    index: &Index,
    guard: &WriteGuard,
    path: &Path,
    wanted: impl Iterator<Item = (usize, &'d SourceDiagnostic)>,
    set: &DiagnosticSet,
    options: &PlanOptions,
) -> Vec<(usize, Derived)> {
    let source = index.source(path);
    let trouble = match &source {
        None => Some((Outcome::Skipped, "the file is not C# or TypeScript, or is not text")),
        Some(s) if is_too_deep(&s.parsed) => Some((Outcome::Skipped, "the file is nested too deeply to edit")),
        _ => None,
    };
    wanted
        .map(|(i, d)| match (&source, trouble) {
            (Some(source), None) => (i, for_diagnostic(index, guard, source, d, set, options)),
            (_, trouble) => {
                let (outcome, reason) = trouble.unwrap_or((Outcome::Skipped, "the file cannot be read"));
                (i, nothing(outcome, reason))
            }
        })
        .collect()
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

fn for_diagnostic(
    index: &Index,
    guard: &WriteGuard,
    source: &Source,
    diagnostic: &SourceDiagnostic,
    set: &DiagnosticSet,
    options: &PlanOptions,
) -> Derived {
    if diagnostic.text_hash != source.hash {
        return nothing(Outcome::Stale, "the file changed since the build");
    }
    let ctx = RuleContext::new(diagnostic, Semantics::new(index, source), set);
    let mut fixes = rules::fixes(&ctx);
    // In bulk, what cannot go wrong comes before what is merely preferred.
    fixes.sort_by_key(|f| f.applicability != Applicability::Safe);
    let lowest = if options.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    let mut refused = None;
    let mut already = None;
    let mut offered: Option<FixInfo> = None;
    let mut silencer: Option<FixInfo> = None;
    let mut by_hand: Option<FixInfo> = None;
    for fix in &fixes {
        if fix.suppression {
            silencer.get_or_insert_with(|| FixInfo::from(fix));
            continue;
        }
        if fix.applicability < lowest {
            if offered.is_none() && rules::change_of(fix, &ctx).is_some() {
                offered = Some(FixInfo::from(fix));
            }
            continue;
        }
        if fix.bulk == Bulk::ByHand {
            if by_hand.is_none() && rules::change_of(fix, &ctx).is_some() {
                by_hand = Some(FixInfo::from(fix));
            }
            continue;
        }
        let Some(change) = rules::change_of(fix, &ctx) else { continue };
        let info = FixInfo::from(fix);
        match admissible(index, guard, &change) {
            Ok(true) => {
                return Derived::Candidate {
                    info,
                    isolation: fix.isolation.clone(),
                    invention: fix.bulk == Bulk::Invention,
                    change,
                };
            }
            Ok(false) => already = already.or(Some(info)),
            Err(reason) => refused = refused.or(Some((reason, info))),
        }
    }
    if let Some(info) = already {
        return Derived::AlreadyDone(info);
    }
    if let Some((reason, info)) = refused {
        return Derived::Nothing { outcome: Outcome::Skipped, reason, fix: Some(info) };
    }
    if let Some(info) = by_hand {
        let reason = "its fix is a guess that is better made by hand".to_owned();
        return Derived::Nothing { outcome: Outcome::Offered, reason, fix: Some(info) };
    }
    let reason = match offered.as_ref().map(|f| f.applicability) {
        Some(Applicability::Unsafe) => "its fix may change meaning; --unsafe applies it",
        Some(_) => "its fix is only for showing",
        None if silencer.is_some() => "it can only be silenced, not repaired",
        None => {
            let code = diagnostic.code.as_str();
            return nothing(Outcome::Unfixable, format!("no sure repair for {code} here"));
        }
    };
    Derived::Nothing { outcome: Outcome::Offered, reason: reason.into(), fix: offered.or(silencer) }
}

/// Whether `change` may be applied and changes anything.
///
/// # Errors
/// Why it may not: a file that must not be written, or edits that do not fit.
pub(super) fn admissible(index: &Index, guard: &WriteGuard, change: &Change) -> Result<bool, String> {
    let refuse = |path: &Path, reason: &dyn std::fmt::Display| {
        let name = path.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
        format!("{name}: {reason}")
    };
    let mut effect = false;
    for (path, file) in change.files() {
        guard.check(path).map_err(|r| refuse(path, &r))?;
        match file {
            FileChange::Edit { .. } => {
                let edits = change.text_edits(path, index).map_err(|e| e.to_string())?;
                let text = index.text(path).ok_or_else(|| refuse(path, &"there is no such file"))?;
                let after = edits.apply(&text).map_err(|e| refuse(path, &e))?;
                effect |= after != *text;
                let adds_unusual = edits.iter().any(|e| !e.new_text.is_ascii());
                if adds_unusual && !can_spell(index, path, &after) {
                    return Err(refuse(path, &"its encoding cannot spell the fix"));
                }
            }
            FileChange::Create { .. } | FileChange::Rename { .. } => {
                let target = if let FileChange::Rename { to } = file { to.as_path() } else { path };
                guard.check(target).map_err(|r| refuse(target, &r))?;
                if index.text(target).is_some() || target.symlink_metadata().is_ok() {
                    return Err(refuse(target, &"there is such a file already"));
                }
                effect = true;
            }
            FileChange::Delete => effect = true,
        }
    }
    Ok(effect)
}

fn can_spell(index: &Index, path: &Path, after: &str) -> bool {
    let Ok(bytes) = index.system().read(path) else { return true };
    SourceText::decode(&bytes).is_some_and(|s| SourceText::encode(after, s.encoding).is_some())
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
