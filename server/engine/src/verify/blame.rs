//! Which fixes a rebuild shows to be useless or harmful.

use super::{key, owned_key};
use crate::plan::{AppliedFix, Plan};
use crate::stage;
use crate::{Entry, Outcome, Reason};
use diagnostics::{CompilerStage, Severity};
use fix::causes::project::is_of_project;
use fix::{Applicability, language};
use index::{Index, Source};
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::{Language, Parsed};
use text::{ContentHash, LineBreaks, LineTable};

/// What identifies a diagnostic from build to build, owned: see [`key`].
pub(super) type ErrorKey = (String, String, String);

/// Why a fix is reverted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Blame {
    /// For the report.
    pub reason: Reason,
    /// The error that it is only suspected to cause: when it comes again without the fix, another one causes it.
    pub suspected_of: Option<ErrorKey>,
}

impl Blame {
    /// For a fix that did it beyond doubt.
    pub fn certain(reason: Reason) -> Self {
        Self { reason, suspected_of: None }
    }
    /// For a fix that is reverted with all others of its file, or with everything.
    pub fn whole() -> Self {
        Self::certain(Reason::CausesSomething)
    }
}

/// A build before and after a plan.
pub(super) struct Finding<'a> {
    /// As the earlier build reported, on the texts before.
    pub before: &'a [Entry],
    /// What was applied.
    pub plan: &'a Plan,
    /// As the later build reported, on the texts after.
    pub after: &'a [Entry],
    /// The texts after.
    pub index: &'a Index,
    /// Fixes that an earlier attempt went without, and the error came all the same.
    pub cleared: &'a HashSet<(usize, ErrorKey)>,
}

/// Lines (zero-based, inclusive) that a fix wrote.
struct Written<'a> {
    path: &'a Path,
    first: u32,
    last: u32,
    fix: usize,
}

impl Finding<'_> {
    /// Entries whose fixes are to be reverted, with the reason.
    pub fn blame(&self) -> BTreeMap<usize, Blame> {
        let mut blamed = BTreeMap::new();
        let written = self.written();
        self.blame_useless(&written, &mut blamed);
        let reached = self.reached();
        for error in self.fresh(&written) {
            if let Some(reason) = self.blame_for(error, &written, &reached, &mut blamed) {
                tracing::debug!(code = error.diagnostic.code.as_str(), reason, "new error");
            }
        }
        blamed
    }

    /// Errors that the plan caused, as far as they can be told from those that it uncovered.
    pub fn new_errors(&self) -> HashSet<ErrorKey> {
        self.fresh(&self.written()).into_iter().map(owned_key).collect()
    }

    /// Fixes whose error is still there: the same error on the line to which its line moved, or on a line that the fix wrote.
    fn blame_useless(&self, written: &[Written<'_>], blamed: &mut BTreeMap<usize, Blame>) {
        let mut left: HashMap<_, Vec<Option<u32>>> = HashMap::new();
        for entry in self.after {
            left.entry(key(entry)).or_default().push(line_of(entry));
        }
        let mut moved: HashMap<&Path, Vec<u32>> = HashMap::new();
        for fix in &self.plan.applied {
            let Some(entry) = self.plan.entries.get(fix.entry) else { continue };
            let Some(lines) = left.get_mut(&key(entry)) else { continue };
            let now = match (entry.path.as_deref(), line_of(entry)) {
                (Some(path), Some(line)) => {
                    moved.entry(path).or_insert_with(|| self.moved_lines(path)).get(line as usize).copied()
                }
                _ => None,
            };
            let wrote = |line: u32| {
                let own = written.iter().filter(|w| w.fix == fix.entry && Some(w.path) == entry.path.as_deref());
                own.into_iter().any(|w| w.first <= line && line <= w.last)
            };
            let same = lines.iter().position(|line| line.is_none_or(|line| Some(line) == now || wrote(line)));
            if let Some(i) = same {
                lines.remove(i);
                blamed.insert(fix.entry, Blame::certain(Reason::StillReported));
            }
        }
    }

    /// For each line of a file before, the line (zero-based) that it is after.
    fn moved_lines(&self, path: &Path) -> Vec<u32> {
        let Some(file) = self.plan.files.iter().find(|f| f.path == path) else {
            let lines = self.index.text(path).map_or(0, |t| t.lines().count());
            return (0..lines as u32).collect();
        };
        let mut out = Vec::new();
        for op in TextDiff::from_lines(&*file.before, &*file.after).ops() {
            let (old, new) = (op.old_range(), op.new_range());
            let last = new.end.saturating_sub(1).max(new.start);
            out.extend(old.clone().map(|line| (new.start + (line - old.start)).min(last) as u32));
        }
        out
    }

    /// Errors that the earlier build did not report: by file, code and message, and only as many as there are more of the code in the file.
    fn fresh(&self, written: &[Written<'_>]) -> Vec<&Entry> {
        let mut same: HashMap<_, usize> = HashMap::new();
        let mut repaired: HashMap<_, usize> = HashMap::new();
        let mut of_code: HashMap<_, isize> = HashMap::new();
        for entry in &self.plan.entries {
            if entry.outcome == Outcome::Fixed {
                *repaired.entry(key(entry)).or_default() += 1;
                continue;
            }
            *same.entry(key(entry)).or_default() += 1;
            // A fixed diagnostic must be gone: it does not account for another error with its code.
            let (file, code, _) = key(entry);
            *of_code.entry((file, code)).or_default() += 1;
        }
        let errors = || self.after.iter().filter(|e| e.diagnostic.severity == Severity::Error);
        for entry in errors() {
            let (file, code, _) = key(entry);
            *of_code.entry((file, code)).or_default() -= 1;
        }
        let take = |counts: &mut HashMap<_, usize>, entry| {
            let n = counts.get_mut(&key(entry)).filter(|n| **n > 0);
            n.map(|n| *n -= 1).is_some()
        };
        errors()
            .filter(|entry| {
                // The same message elsewhere in the file: there are as many as before, or one was uncovered.
                if take(&mut same, entry) || (!is_written(entry, written) && take(&mut repaired, entry)) {
                    return false;
                }
                let (file, code, _) = key(entry);
                let balance = of_code.entry((file, code)).or_default();
                let more = *balance < 0;
                *balance += 1;
                more
            })
            .collect()
    }

    /// The last stage that the earlier build reached, by project.
    fn reached(&self) -> HashMap<String, CompilerStage> {
        let mut reached: HashMap<String, CompilerStage> = HashMap::new();
        let mut sources: HashMap<&Path, Option<Arc<Source>>> = HashMap::new();
        for entry in self.before.iter().filter(|e| e.diagnostic.severity == Severity::Error) {
            let source = entry.path.as_deref().and_then(|path| {
                let source = sources.entry(path).or_insert_with(|| self.source_before(path));
                source.clone()
            });
            let stage = stage::of(entry, source.as_deref());
            for project in projects(entry) {
                let last = reached.entry(project).or_insert(stage);
                *last = (*last).max(stage);
            }
        }
        reached
    }

    /// A file as the earlier build saw it.
    fn source_before(&self, path: &Path) -> Option<Arc<Source>> {
        let Some(file) = self.plan.files.iter().find(|f| f.path == path) else { return self.index.source(path) };
        let hash = ContentHash::of(file.before.as_bytes());
        let parsed = Parsed::new(Language::of_path(path)?, file.before.clone());
        Some(Arc::new(Source { path: path.into(), parsed, hash }))
    }

    fn written(&self) -> Vec<Written<'_>> {
        let mut tables: HashMap<&Path, LineTable> = HashMap::new();
        let mut out = Vec::new();
        for fix in &self.plan.applied {
            for (path, range) in &fix.wrote {
                let Some(file) = self.plan.files.iter().find(|f| f.path == *path) else { continue };
                let table = tables.entry(path).or_insert_with(|| LineTable::new(&file.after, LineBreaks::Lsp));
                let (start, end) = (range.start.min(file.after.len()), range.end.min(file.after.len()));
                let (first, last) = (table.line_of(start), table.line_of(end));
                out.push(Written { path, first, last, fix: fix.entry });
            }
        }
        out
    }

    /// Whether the earlier build did not look for such an error there: it stopped at an earlier stage.
    fn is_later(&self, error: &Entry, reached: &HashMap<String, CompilerStage>) -> bool {
        // Nothing was compiled while restoring failed or a project could not be read.
        if self.was_not_compiled() && error.path.is_some() {
            return true;
        }
        let projects = projects(error);
        let mut before = projects.iter().filter_map(|p| reached.get(p).copied()).max();
        if before.is_none() && projects.iter().any(|p| self.is_changed(p)) {
            // A project without errors in which fixes for others wrote was built.
            before = Some(CompilerStage::Body);
        }
        let source = error.path.as_deref().and_then(|p| self.index.source(p));
        if Some(stage::of(error, source.as_deref())) > before {
            return true;
        }
        let is_flow = |e: &Entry| {
            let code = e.diagnostic.code.as_str();
            language::of_code(code).is_some_and(|l| l.is_flow_code(code))
        };
        // The flow of control is analysed in bodies that have no other error.
        is_flow(error)
            && self.plan.entries.iter().any(|e| {
                let repaired = e.outcome == Outcome::Fixed && e.diagnostic.severity == Severity::Error;
                repaired && e.path == error.path && !is_flow(e)
            })
    }

    /// Whether a fix of this plan repaired what kept the build from compiling.
    fn was_not_compiled(&self) -> bool {
        self.plan.entries.iter().any(|e| {
            let d = &e.diagnostic;
            e.outcome == Outcome::Fixed && d.severity == Severity::Error && is_of_project(d.code.as_str())
        })
    }

    /// Whether fixes wrote files of the project: files for which its folder is the closest of those that the builds name.
    fn is_changed(&self, project: &str) -> bool {
        let folders = |project: &str| -> Vec<PathBuf> {
            let folder = Path::new(project).parent().filter(|_| !project.is_empty());
            folder.map_or_else(Vec::new, |f| self.index.roots().iter().map(|root| root.join(f)).collect())
        };
        let own = folders(project);
        let others: BTreeSet<PathBuf> =
            self.before.iter().chain(self.after).flat_map(projects).flat_map(|p| folders(&p)).collect();
        self.plan.files.iter().any(|file| {
            let mut above = file.path.ancestors().skip(1);
            above.find(|folder| others.contains(*folder)).is_some_and(|f| own.iter().any(|o| o == f))
        })
    }

    /// Whether the error is about a name that the fix did not write: it was there before, and only came to light.
    fn is_independent(&self, error: &Entry, fix: usize) -> bool {
        let code = error.diagnostic.code.as_str();
        let arguments = diagnostics::arguments_of(&error.diagnostic.code, &error.diagnostic.message);
        let Some(name) = language::of_code(code).and_then(|l| l.missing_name(code, &arguments)) else { return false };
        !self
            .plan
            .applied
            .iter()
            .filter(|a| a.entry == fix)
            .any(|a| self.wrote(a).any(|text| words(text).any(|w| w == name)))
    }

    /// Whether the fix lets the compiler find a name where it stands, and writes no other: an import, a qualified name.
    fn keeps_name(&self, fix: usize) -> bool {
        let keeps = |entry: &Entry| {
            let path = entry.path.as_deref()?;
            let name = self.missing_name(fix)?;
            let wrote = |a: &AppliedFix| a.entry == fix && a.wrote.iter().any(|(p, _)| p == path);
            self.plan.applied.iter().find(|a| wrote(a))?;
            let file = self.plan.files.iter().find(|f| f.path == path)?;
            let count = |text: &str| words(text).filter(|w| *w == name).count();
            Some(count(&file.after) >= count(&file.before))
        };
        self.plan.entries.get(fix).and_then(keeps).unwrap_or(false)
    }

    /// The name that was not found where the fix is.
    fn missing_name(&self, fix: usize) -> Option<&str> {
        let entry = self.plan.entries.get(fix)?;
        let arguments = &entry.place.as_ref()?.arguments;
        let code = entry.diagnostic.code.as_str();
        language::of_code(code)?.missing_name(code, arguments).filter(|n| !n.is_empty())
    }

    fn is_safe(&self, fix: usize) -> bool {
        let fix = self.plan.entries.get(fix).and_then(|e| e.fix.as_ref());
        fix.is_some_and(|f| f.applicability == Applicability::Safe)
    }

    /// The texts that a fix wrote.
    fn wrote<'p>(&'p self, fix: &'p AppliedFix) -> impl Iterator<Item = &'p str> {
        fix.wrote.iter().filter_map(|(path, range)| {
            let file = self.plan.files.iter().find(|f| f.path == *path)?;
            file.after.get(range.start..range.end)
        })
    }

    /// Blames fixes for a new error. Returns how they were found, for the log; `None` when no fix is to blame.
    fn blame_for(
        &self,
        error: &Entry,
        written: &[Written<'_>],
        reached: &HashMap<String, CompilerStage>,
        blamed: &mut BTreeMap<usize, Blame>,
    ) -> Option<&'static str> {
        let reason = Reason::Causes(error.diagnostic.code.clone());
        let suspect = || Blame { reason: reason.clone(), suspected_of: Some(owned_key(error)) };
        let is_cleared = |fix: usize| self.cleared.contains(&(fix, owned_key(error)));
        let line = line_of(error);
        let here: Vec<&Written<'_>> = written.iter().filter(|w| Some(w.path) == error.path.as_deref()).collect();
        let is_later = self.is_later(error, reached);
        if let Some(line) = line {
            let mut found = false;
            for w in here.iter().filter(|w| w.first <= line && line <= w.last) {
                if is_later && self.is_independent(error, w.fix) {
                    continue;
                }
                blamed.insert(w.fix, Blame::certain(reason.clone()));
                found = true;
            }
            if found {
                return Some("on a written line");
            }
        }
        if is_later {
            return None;
        }
        // What a name means is known now that it is found: what else is wrong with its uses comes to light.
        let conflicts = language::of_code(error.diagnostic.code.as_str())
            .is_some_and(|l| l.is_conflict_code(error.diagnostic.code.as_str()));
        let brought = |fix: usize| !conflicts && self.keeps_name(fix);
        if !here.is_empty() && here.iter().all(|w| brought(w.fix)) {
            return None;
        }
        // The closest fix of the file.
        let distance = |w: &&&Written<'_>| line.map_or(0, |l| w.first.abs_diff(l).min(w.last.abs_diff(l)));
        let open = |w: &&&Written<'_>| !blamed.contains_key(&w.fix) && !is_cleared(w.fix) && !brought(w.fix);
        if let Some(closest) = here.iter().filter(open).min_by_key(distance) {
            blamed.insert(closest.fix, suspect());
            return Some("closest in the file");
        }
        if here.iter().any(|w| blamed.contains_key(&w.fix)) {
            return Some("its file's fixes are blamed already");
        }
        // Fixes elsewhere that wrote a name of the message: the name that fewest fixes wrote, because one like `string` tells nothing.
        let arguments = diagnostics::arguments_of(&error.diagnostic.code, &error.diagnostic.message);
        let names: BTreeSet<&str> = arguments.iter().flat_map(|a| words(a)).filter(|n| n.len() > 2).collect();
        // A type that was not known is checked now wherever values are given for it, if it is surely the one that is meant.
        let is_known = |a: &AppliedFix| {
            let name = self.missing_name(a.entry).filter(|name| names.contains(name));
            name.is_some() && self.is_safe(a.entry) && brought(a.entry)
        };
        if self.plan.applied.iter().any(is_known) {
            return None;
        }
        let mut wrote: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for fix in self.plan.applied.iter().filter(|a| !is_cleared(a.entry)) {
            for text in self.wrote(fix) {
                for name in words(text).filter_map(|w| names.get(w)) {
                    wrote.entry(name).or_default().insert(fix.entry);
                }
            }
        }
        if let Some(fixes) = wrote.into_values().min_by_key(BTreeSet::len) {
            for fix in fixes {
                blamed.entry(fix).or_insert_with(suspect);
            }
            return Some("a fix elsewhere wrote its name");
        }
        // There is no clue: half of the unsafe fixes are reverted, then half of all; if the error remains, half of the rest.
        let mut open: Vec<usize> = self.plan.unsafe_fixes().filter(|e| !is_cleared(*e)).collect();
        if open.is_empty() {
            open = self.plan.applied.iter().map(|a| a.entry).filter(|e| !is_cleared(*e)).collect();
        }
        open.sort_unstable();
        open.dedup();
        if open.is_empty() {
            // Each was left out once, and the error remained: several cause it.
            for fix in &self.plan.applied {
                blamed.entry(fix.entry).or_insert_with(Blame::whole);
            }
        }
        for fix in &open[..open.len().div_ceil(2)] {
            blamed.entry(*fix).or_insert_with(suspect);
        }
        Some("cannot be told")
    }
}

/// The identifiers and numbers of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// Zero-based line.
fn line_of(entry: &Entry) -> Option<u32> {
    entry.span.map(|s| s.line.saturating_sub(1))
}

fn is_written(entry: &Entry, written: &[Written<'_>]) -> bool {
    line_of(entry).is_some_and(|line| {
        written.iter().any(|w| Some(w.path) == entry.path.as_deref() && w.first <= line && line <= w.last)
    })
}

/// Projects that reported it; one without a name when the log names none.
fn projects(entry: &Entry) -> Vec<String> {
    let list = &entry.diagnostic.projects;
    if list.is_empty() { vec![String::new()] } else { list.iter().map(|p| p.path.to_string()).collect() }
}
