//! What runs teach: which patterns were used and what became of it, and repairs that a rebuild proved.

use crate::engines;
use crate::report::shown_below;
use anyhow::Result;
use engine::{Entry, FileKind, Outcome, Plan, Reason, Run, Undone, Verified};
use patterns::{Edited, Event, Lesson, Seen, Source, Store, What, tree_of};
use std::collections::BTreeSet;
use std::path::Path;

/// Notes what became of the learned fixes of a run. `verified`: what a rebuild said.
pub fn note_uses(
    root: &Path,
    store: Option<&Path>,
    plan: &Plan,
    run: Option<&Run>,
    verified: Option<&Verified>,
) -> Result<()> {
    let run = run.map(|r| r.id.as_str());
    let applied: BTreeSet<usize> = plan.applied.iter().map(|a| a.entry).collect();
    let mut events = Vec::new();
    for (number, entry) in plan.entries.iter().enumerate() {
        let Some((origin, path)) = entry.fix.as_ref().and_then(|f| f.origin.as_ref()).zip(entry.path.as_deref()) else {
            continue;
        };
        let path = shown_below(root, path);
        let event = |what, run: &str| Event { pattern: origin.id, what, path: path.clone(), run: run.to_owned() };
        match (entry.outcome, run) {
            (Outcome::Fixed, Some(run)) if applied.contains(&number) => {
                events.push(event(What::Applied, run));
                if verified.is_some() {
                    events.push(event(What::Proved, run));
                }
            }
            // Those that went with others say nothing.
            (Outcome::Reverted, _)
                if matches!(entry.reason, Some(Reason::StillReported | Reason::Causes(_) | Reason::Doubtful(_))) =>
            {
                events.extend([What::Applied, What::Failed].map(|what| event(what, "")));
            }
            _ => {}
        }
    }
    if events.is_empty() {
        return Ok(());
    }
    Ok(engines::open_pattern_store(root, store)?.note(&events, patterns::now())?)
}

/// Notes that a run was taken back.
pub fn note_undone(root: &Path, store: Option<&Path>, undone: &Undone) -> Result<()> {
    let Some(run) = undone.run.undoes.as_deref() else { return Ok(()) };
    let Some(file) = engines::pattern_store(root, store).filter(|file| disk::is_file(file)) else { return Ok(()) };
    let paths: Vec<String> = undone.run.files.iter().map(|f| shown_below(root, &f.path)).collect();
    Store::open(&file)?.note_undone(run, &paths, patterns::now())?;
    Ok(())
}

/// Learns from the repairs of a run that a rebuild proved. What was repaired as learned before is no example: it would prove itself. Returns how many repairs
/// were learned.
pub fn learn(root: &Path, store: Option<&Path>, verified: &Verified) -> Result<usize> {
    let mut lessons = Vec::new();
    for file in verified.plan.files.iter().filter(|f| f.kind == FileKind::Edit) {
        let hash = text::ContentHash::of(file.before.as_bytes());
        let of_file = |e: &&Entry| e.path.as_deref() == Some(&*file.path);
        // What a later round repaired was in another text.
        let placed = |e: &Entry| e.place.clone().filter(|p| p.text_hash == hash);
        let gone = verified
            .plan
            .entries
            .iter()
            .filter(of_file)
            .filter(|e| e.outcome == Outcome::Fixed && e.fix.as_ref().is_some_and(|f| f.origin.is_none()));
        let gone: Vec<Seen> = gone.filter_map(placed).map(|place| seen(&place)).collect();
        let (Some(before), Some(after)) = (tree_of(&file.path, &file.before), tree_of(&file.path, &file.after)) else {
            continue;
        };
        let path = shown_below(root, &file.path);
        let edited = Edited {
            path: Path::new(&path),
            before: &before,
            after: &after,
            diagnostics_before: &gone,
            diagnostics_after: &[],
        };
        lessons.extend(Lesson::of(Source::FixRun, &edited));
    }
    if lessons.is_empty() {
        return Ok(0);
    }
    Ok(engines::open_pattern_store(root, store)?.learn(&lessons, patterns::now())?)
}

/// A diagnostic as examples are found by.
pub fn seen(place: &diagnostics::SourceDiagnostic) -> Seen {
    Seen {
        code: place.code.as_str().into(),
        start: place.range.start,
        arguments: place.arguments.iter().map(Into::into).collect(),
    }
}
