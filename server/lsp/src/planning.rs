//! Plans: computed beside the engine's thread on a snapshot of the workspace, one at a time, and brought up to date when they are done.

use crate::cancels::{Registration, cancelled};
use crate::diff::changed_lines;
use crate::queue::{Queue, internal};
use crate::state::{State, Turn};
use diagnostics::{BuildDiagnostic, Producer, SourceDiagnostic};
use engine::{CancelToken, Entry, FileKind, Outcome, Plan, PlanOptions, PlannedFile, Progress, Snapshot};
use fix::DiagnosticSet;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::{TextEdits, TextRange};
use tower_lsp::jsonrpc::{Error, Result};

/// What is to be planned, and the workspace as it was when that was asked.
pub(crate) struct Task {
    snapshot: Snapshot,
    entries: Vec<Entry>,
    options: PlanOptions,
}

impl Task {
    /// To plan the fixes of those of `set` that are `wanted`. To be made after [`State::sync`].
    pub fn new(
        state: &State,
        set: &DiagnosticSet,
        wanted: impl Fn(&SourceDiagnostic) -> bool,
        options: PlanOptions,
    ) -> Self {
        let mut entries = Vec::new();
        for path in set.files().filter(|path| !state.documents.is_out_of_step(path)) {
            let list: Vec<_> = set.in_file(path).iter().filter(|d| wanted(d)).collect();
            let Some(text_hash) = (!list.is_empty()).then(|| state.workspace.text_hash(path)).flatten() else {
                continue;
            };
            entries.extend(list.into_iter().map(|d| entry(SourceDiagnostic { text_hash, ..d.clone() })));
        }
        // The engine's thread keeps a processor.
        let jobs = std::thread::available_parallelism().map_or(1, |n| n.get() - 1).max(1);
        Self { snapshot: state.workspace.snapshot(), entries, options: PlanOptions { jobs, ..options } }
    }
}

/// An entry of the planner for a diagnostic that is placed already.
fn entry(place: SourceDiagnostic) -> Entry {
    Entry {
        diagnostic: BuildDiagnostic {
            file: Some(place.path.to_string_lossy().into()),
            location: None,
            code: place.code.clone(),
            severity: place.severity,
            message: place.message.clone(),
            arguments: place.arguments.to_vec(),
            projects: Vec::new(),
            related: Vec::new(),
            producer: Producer::Other,
        },
        path: Some(place.path.clone()),
        place: Some(place),
        moved: false,
        span: None,
        outcome: Outcome::Unfixable,
        reason: None,
        fix: None,
        cause: None,
        about_project: false,
    }
}

/// Plans the task that `make` takes from the state. `running` lasts until the worker has ended, which may be a moment after `cancel`.
pub(crate) async fn plan(
    queue: &Queue<State>,
    make: impl FnOnce(&mut State) -> Result<Task> + Send + 'static,
    cancel: &CancelToken,
    running: Registration,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Plan> {
    let turn: Turn = queue.ask(|state| Ok(state.turn.clone())).await?;
    let turn = tokio::select! {
        turn = turn.lock_owned() => turn,
        () = cancelled(cancel) => return Err(Error::request_cancelled()),
    };
    let task = queue.ask(make).await?;
    let token = cancel.clone();
    let worker = tokio::task::spawn_blocking(move || {
        let (_turn, _running) = (turn, running);
        task.snapshot.plan(task.entries, &task.options, &token, &progress)
    });
    let plan = tokio::select! {
        plan = worker => plan.map_err(|e| internal(format!("the plan could not be made: {e}")))?,
        () = cancelled(cancel) => return Err(Error::request_cancelled()),
    };
    if plan.cancelled { Err(Error::request_cancelled()) } else { Ok(plan) }
}

/// Brings a plan up to date with the texts as they are now: what was typed meanwhile in other places of its files stays.
///
/// # Errors
/// Says which file changed where the plan changes it; then the plan is of no use.
pub(crate) fn bring_up_to_date(state: &mut State, plan: &mut Plan) -> std::result::Result<(), String> {
    state.sync();
    // Closed files may have changed on disk without a notification so far.
    let files: Vec<PathBuf> = plan.files.iter().map(|f| source_of(f).to_path_buf()).collect();
    state.reread(files.iter().map(PathBuf::as_path));
    // What was typed, in the texts without and with the fixes.
    let mut typed: HashMap<PathBuf, (TextEdits, TextEdits)> = HashMap::new();
    for file in &mut plan.files {
        let source = source_of(file).to_path_buf();
        let now = state.workspace.index().text(&source);
        let changed = || {
            let name = state.roots.iter().find_map(|r| source.strip_prefix(r).ok()).unwrap_or(&source);
            format!("{} was changed while the fixes were computed; try again.", name.display())
        };
        if state.documents.is_out_of_step(&source) {
            return Err(changed());
        }
        match (&file.kind, now) {
            (FileKind::Create, None) => {}
            (FileKind::Create, Some(_)) | (_, None) => return Err(changed()),
            (_, Some(now)) if now == file.before => {}
            (FileKind::Edit, Some(now)) => {
                let (ours, theirs) = (changed_lines(&file.before, &file.after), changed_lines(&file.before, &now));
                let both = ours.union(&theirs).map_err(|_| changed())?;
                let after: Arc<str> = both.apply(&file.before).map_err(|_| changed())?.into();
                typed.insert(source, (theirs, changed_lines(&file.after, &after)));
                (file.before, file.after) = (now, after);
            }
            (FileKind::Delete | FileKind::Rename { .. }, Some(_)) => return Err(changed()),
        }
    }
    let map = |edits: &TextEdits, range: &mut TextRange| *range = edits.map_range(*range).unwrap_or(*range);
    for place in plan.entries.iter_mut().filter_map(|e| e.place.as_mut()) {
        if let Some((edits, _)) = typed.get(&*place.path) {
            map(edits, &mut place.range);
        }
    }
    for (path, range) in plan.applied.iter_mut().flat_map(|a| &mut a.wrote) {
        if let Some((_, edits)) = typed.get(path) {
            map(edits, range);
        }
    }
    Ok(())
}

/// The path that a planned file has now.
fn source_of(file: &PlannedFile) -> &Path {
    match &file.kind {
        FileKind::Rename { from } => from,
        _ => &file.path,
    }
}
