//! `workspace/executeCommand`: fix-all, build, load log.
//!
//! The engine thread answers; plans, builds and logs are made beside it. Requests to the client (apply this edit) are sent from other threads, because a client may never answer.

use crate::applied::{Applied, AppliedFile, Repair};
use crate::cancels::Registration;
use crate::connection::Connection;
use crate::convert::path_of;
use crate::diff::changed_lines;
use crate::edits::edit_of_plan;
use crate::logs::read_logs;
use crate::outbox::Outgoing;
use crate::planning::{Task, bring_up_to_date, plan};
use crate::queue::{Queue, content_modified, failed, internal};
use crate::state::State;
use crate::state::learning::Whole;
use ::build::{BuildCommand, History, Origin, RunError, RunOptions, Trust, detect};
use diagnostics::{BuildLog, Severity, SourceDiagnostic};
use engine::{CancelToken, FileKind, Outcome, Plan, PlanOptions, Progress, ProgressStage};
use fix::DiagnosticSet;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tower_lsp::Client;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

/// The commands, as they are announced.
pub(crate) const NAMES: [&str; 6] =
    ["buildfix.fixAll", "buildfix.undo", "buildfix.build", "buildfix.loadLog", "buildfix.pattern", "buildfix.next"];

/// Cancels when the request's future is dropped, which is how `$/cancelRequest` arrives.
struct Guard(CancelToken);
impl Drop for Guard {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// How often progress is reported at most.
const REPORT: Duration = Duration::from_millis(100);

/// A long operation with progress that the client shows.
struct Work {
    cancel: CancelToken,
    token: Option<lsp::ProgressToken>,
    connection: Connection,
}

impl Work {
    /// Uses the request's token, or asks the client for one; without either there is no progress.
    async fn begin(queue: &Queue<State>, token: Option<lsp::ProgressToken>, title: &str) -> Result<Self> {
        let connection = queue.ask(|s| Ok(s.connection.clone())).await?;
        let token = match token {
            None if connection.capabilities.progress => create_token(&connection.client).await,
            given => given,
        };
        let work = Self { cancel: CancelToken::new(), token, connection };
        work.say(json!({ "kind": "begin", "title": title, "cancellable": true }));
        Ok(work)
    }
    /// For the thread that does the work: as long as it has this, the work runs and can be cancelled.
    fn running(&self) -> Registration {
        self.connection.cancels.register(self.token.clone(), self.cancel.clone())
    }
    fn say(&self, value: Value) {
        if let Some(token) = &self.token {
            self.connection.send(Outgoing::Progress(lsp::ProgressParams { token: token.clone(), value }));
        }
    }
    /// A callback for the engine.
    fn reporter(&self) -> impl Fn(Progress) + Sync + Send + 'static {
        let (token, connection) = (self.token.clone(), self.connection.clone());
        let last = Mutex::new(None::<Instant>);
        move |p: Progress| {
            let Some(token) = &token else { return };
            {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if last.is_some_and(|at| at.elapsed() < REPORT) {
                    return;
                }
                *last = Some(Instant::now());
            }
            let message = match p.stage {
                ProgressStage::Placing => "placing diagnostics".to_owned(),
                ProgressStage::Planning { pass } => format!("pass {pass}: {} of {} files", p.done, p.total),
                ProgressStage::Writing => "writing".to_owned(),
            };
            let percentage = (100 * p.done).checked_div(p.total);
            let value = json!({ "kind": "report", "message": message, "percentage": percentage });
            connection.send(Outgoing::Progress(lsp::ProgressParams { token: token.clone(), value }));
        }
    }
}
impl Drop for Work {
    fn drop(&mut self) {
        self.say(json!({ "kind": "end" }));
    }
}

async fn create_token(client: &Client) -> Option<lsp::ProgressToken> {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let token = lsp::ProgressToken::String(format!("buildfix-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    let created = tokio::time::timeout(Duration::from_secs(2), client.create_work_done_progress(token.clone()));
    matches!(created.await, Ok(Ok(()))).then_some(token)
}

#[derive(Deserialize)]
#[serde(default)]
struct FixAllArgument {
    /// `file` or `workspace`.
    scope: String,
    uri: Option<String>,
    codes: Vec<String>,
    /// `safe` or `unsafe`.
    safety: String,
    preview: bool,
    /// Only what was learned and is of this family, whatever `safety` says; as text, because it is larger than the numbers of JavaScript.
    family: Option<String>,
}
impl Default for FixAllArgument {
    fn default() -> Self {
        Self {
            scope: "workspace".into(),
            uri: None,
            codes: Vec::new(),
            safety: "safe".into(),
            preview: false,
            family: None,
        }
    }
}

/// The edit of `source.fixAll.buildfix`: the safe fixes of one file that change no other. It may run on every save.
pub(crate) async fn safe_fixes_of_file(
    queue: &Queue<State>,
    path: PathBuf,
    set: Arc<DiagnosticSet>,
) -> Result<Option<lsp::WorkspaceEdit>> {
    let cancel = CancelToken::new();
    let _guard = Guard(cancel.clone());
    let running = queue.ask(|state| Ok(state.connection.cancels.clone())).await?.register(None, cancel.clone());
    let make = move |state: &mut State| {
        state.sync();
        let options = PlanOptions { only: Some(path.clone()), ..PlanOptions::default() };
        Ok(Task::new(state, &set, |d| *d.path == *path, options))
    };
    let mut plan = plan(queue, make, &cancel, running, engine::silent).await?;
    let edit = move |state: &mut State| {
        bring_up_to_date(state, &mut plan).map_err(|_| content_modified())?;
        Ok((!plan.files.is_empty()).then(|| edit_of_plan(state, &plan, false)).flatten())
    };
    queue.ask(edit).await
}

/// `buildfix.fixAll`: plans, asks the client to apply the edit, and keeps what undo needs.
pub(crate) async fn fix_all(
    queue: &Queue<State>,
    argument: Value,
    token: Option<lsp::ProgressToken>,
) -> Result<Option<Value>> {
    let argument: FixAllArgument = match argument {
        Value::Null => FixAllArgument::default(),
        value => serde_json::from_value(value).map_err(|e| failed(format!("buildfix.fixAll: {e}")))?,
    };
    let unsafe_fixes = match argument.safety.as_str() {
        "safe" => false,
        "unsafe" => true,
        other => return Err(failed(format!("buildfix.fixAll: safety is \"safe\" or \"unsafe\", not \"{other}\""))),
    };
    let only = match argument.scope.as_str() {
        "workspace" => None,
        "file" => {
            let uri = argument.uri.clone().ok_or_else(|| failed("buildfix.fixAll: scope \"file\" needs a uri"))?;
            Some(path_of(&lsp::Uri::from(uri)).ok_or_else(|| failed("buildfix.fixAll: the uri is not of a file"))?)
        }
        other => return Err(failed(format!("buildfix.fixAll: scope is \"file\" or \"workspace\", not \"{other}\""))),
    };
    let family = argument.family.as_deref().map(str::parse).transpose();
    let family: Option<u64> = family.map_err(|e| failed(format!("buildfix.fixAll: family: {e}")))?;
    let work = Work::begin(queue, token, "Fixing all").await?;
    let _guard = Guard(work.cancel.clone());
    let title = match argument.codes.as_slice() {
        _ if family.is_some() => "Fix the others like this".to_owned(),
        [] => "Fix all".to_owned(),
        codes => format!("Fix all {}", codes.join(", ")),
    };
    let label = title.clone();
    let preview = argument.preview;
    // Who asks for one kind means what other servers say of it, too.
    let one_kind = family.is_some() || !argument.codes.is_empty();
    let make = move |state: &mut State| {
        state.sync();
        // Closed files may have changed on disk without a notification so far.
        let files: Vec<PathBuf> = state.build.keys().cloned().collect();
        state.reread(files.iter().map(PathBuf::as_path));
        let wanted = |d: &SourceDiagnostic| {
            only.as_ref().is_none_or(|p| **p == *d.path)
                && (argument.codes.is_empty() || argument.codes.iter().any(|c| d.code == c.as_str()))
        };
        let set = if one_kind { state.set_for([]) } else { state.build.set() };
        Ok(Task::new(state, &set, wanted, PlanOptions { unsafe_fixes, family, ..PlanOptions::default() }))
    };
    let mut plan = plan(queue, make, &work.cancel, work.running(), work.reporter()).await?;
    let (client, can, prepared) = queue
        .ask(move |state| {
            let fixed = plan.entries.iter().filter(|e| e.outcome == Outcome::Fixed).count();
            let known = if one_kind { state.set_for([]) } else { state.build.set() };
            let remaining = known.len().saturating_sub(fixed);
            if let Err(why) = bring_up_to_date(state, &mut plan) {
                return Ok((state.connection.client.clone(), true, Err((why, fixed, remaining, plan.files.len()))));
            }
            let edit = (!plan.files.is_empty()).then(|| edit_of_plan(state, &plan, preview)).flatten();
            let repairs = record_expected(state, &plan);
            let files = plan.files.into_iter().map(|f| AppliedFile {
                path: f.path,
                kind: f.kind,
                before: f.before,
                after: f.after,
            });
            let applied = Applied { title: label.clone(), offered: false, files: files.collect() };
            Ok((
                state.connection.client.clone(),
                state.connection.capabilities.apply_edit,
                Ok((edit, (applied, repairs), fixed, remaining)),
            ))
        })
        .await?;
    let (edit, (applied, repairs), fixed, remaining) = match prepared {
        Ok(prepared) => prepared,
        Err((why, planned, remaining, files)) => return Ok(Some(not_applied(planned, remaining, files, Some(why)))),
    };
    let files = applied.files.len();
    let Some(edit) = edit else {
        return Ok(Some(json!({ "applied": false, "fixed": 0, "remaining": remaining + fixed, "files": 0 })));
    };
    if !can {
        return Err(failed(
            "this editor cannot apply edits that a server asks for (workspace/applyEdit); use \"buildfix fix --write\"",
        ));
    }
    let answer = client
        .send_request::<lsp::ApplyWorkspaceEditRequest>(lsp::ApplyWorkspaceEditParams {
            label: Some(title),
            edit,
            metadata: None,
        })
        .await
        .map_err(|e| internal(format!("the editor did not apply the edit: {e}")))?;
    if !answer.applied {
        // The user refused in the preview, or the client could not apply it.
        let why = answer.failure_reason;
        tracing::info!(why, "the edit was not applied");
        return Ok(Some(not_applied(fixed, remaining, files, why)));
    }
    queue.tell(move |state| {
        state.note_chosen(&applied, &repairs);
        state.keep_applied(applied);
    });
    Ok(Some(json!({ "applied": true, "fixed": fixed, "remaining": remaining, "files": files })))
}

/// The answer when what was planned is not done: `planned` diagnostics would have been fixed.
fn not_applied(planned: usize, remaining: usize, files: usize, why: Option<String>) -> Value {
    json!({
        "applied": false, "fixed": 0, "remaining": remaining + planned, "files": files, "planned": planned, "reason": why
    })
}

/// Records what is to be shown once the plan is applied. Returns what it repairs.
fn record_expected(state: &mut State, plan: &Plan) -> Vec<Repair> {
    let edited = plan.files.iter().filter(|f| f.kind == FileKind::Edit);
    let edits: Vec<_> = edited.map(|f| (f, changed_lines(&f.before, &f.after))).collect();
    let repair = |e: &engine::Entry| {
        let pattern = e.fix.as_ref().and_then(|f| f.origin.as_ref()).map(|o| o.id);
        Some(Repair { diagnostic: e.place.clone()?, pattern })
    };
    let repairs: Vec<Repair> = plan.entries.iter().filter(|e| e.outcome == Outcome::Fixed).filter_map(repair).collect();
    let resolved: Vec<SourceDiagnostic> = repairs.iter().map(|r| r.diagnostic.clone()).collect();
    let learned: Vec<_> = repairs.iter().filter_map(|r| Some((&*r.diagnostic.path, r.pattern?))).collect();
    state.record_expected(edits.iter().map(|(f, edits)| (f.path.as_path(), &f.before, edits)), &resolved, &learned);
    repairs
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BuildArgument {
    command: Option<String>,
    /// The user typed the command: it comes from no file.
    typed: bool,
}

/// `buildfix.build`: runs the build and shows what it printed.
pub(crate) async fn build(
    queue: &Queue<State>,
    argument: Value,
    token: Option<lsp::ProgressToken>,
) -> Result<Option<Value>> {
    let argument: BuildArgument = match argument {
        Value::Null => BuildArgument::default(),
        value => serde_json::from_value(value).map_err(|e| failed(format!("buildfix.build: {e}")))?,
    };
    let (trusted, root, configured) = queue
        .ask(|s| {
            Ok((s.configuration.trusted, s.roots.first().cloned(), s.configuration.settings.build.command.clone()))
        })
        .await?;
    let root = root.ok_or_else(|| failed("no folder is open: there is nothing to build"))?;
    let typed = argument.typed && argument.command.is_some();
    let given = argument.command.or((!configured.is_empty()).then_some(configured));
    let command = match given {
        Some(line) => BuildCommand::given(&line, &root),
        None => detect(&root).map_err(|e| failed(e.to_string()))?.ok_or_else(|| {
            failed("no build command is known here: set \"buildfix.build.command\", or write build = \"…\" into buildfix.toml")
        })?,
    };
    // What an untrusted workspace's settings name is no better than what its files name.
    let found = command.origin != Origin::Given;
    if !trusted && !typed && !(found && Trust::load().is_ok_and(|trust| trust.allows(&command))) {
        let root = root.display();
        return Err(failed(format!(
            "no build is run in a workspace that is not trusted; trust the folder first, here or with: buildfix trust {root}"
        )));
    }
    let work = Work::begin(queue, token, "Building").await?;
    let _guard = Guard(work.cancel.clone());
    let (cancel, running) = (work.cancel.clone(), work.running());
    queue
        .ask(|state| {
            state.busy();
            Ok(())
        })
        .await?;
    // The build runs outside of the engine thread: fixes stay available meanwhile.
    let runner = queue.ask(|s| Ok(s.runner.clone())).await?;
    let finished = tokio::task::spawn_blocking(move || {
        let _running = running;
        let cancelled = || cancel.is_cancelled();
        let real = command.folder.canonicalize().unwrap_or_else(|_| command.folder.clone());
        let state = engine::Store::open(&real).dir();
        let history = History::in_folder(&state);
        let timeout = Some(history.limit(&command));
        let options = RunOptions { timeout, cancelled: Some(&cancelled), state: Some(&state), ..RunOptions::default() };
        let finished = runner.run(&command, options)?;
        history.add(&command, finished.duration);
        Ok(finished)
    })
    .await;
    let built = match finished {
        Ok(Ok(built)) => built,
        Ok(Err(e)) => {
            queue.tell(State::send_status);
            let advice = if matches!(e, RunError::TimedOut { .. }) {
                "\nRun it in a terminal to see what it waits for. If it only needs longer, run it once with `buildfix check --build-timeout`: \
                 how long it took is remembered"
            } else {
                ""
            };
            return Err(failed(format!("{e}{advice}")));
        }
        Err(e) => return Err(internal(e.to_string())),
    };
    let exit = built.exit_code;
    let has_errors = built.log.diagnostics.iter().any(|d| d.severity == Severity::Error);
    if exit == Some(0) && !has_errors {
        let keep = queue.ask(|state| Ok(state.workspace.providers().built(state.workspace.index()))).await?;
        tokio::task::spawn_blocking(keep);
    }
    // A build that failed and did not say why has not said what is wrong.
    let whole = if exit == Some(0) || has_errors { Whole::Yes } else { Whole::No };
    show(queue, built.log, whole, json!({ "exitCode": exit })).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LoadLogArgument {
    uris: Vec<String>,
}

/// `buildfix.loadLog`: reads build logs and shows their diagnostics.
pub(crate) async fn load_log(
    queue: &Queue<State>,
    argument: Value,
    token: Option<lsp::ProgressToken>,
) -> Result<Option<Value>> {
    let argument: LoadLogArgument =
        serde_json::from_value(argument).map_err(|e| failed(format!("buildfix.loadLog needs {{uris: […]}}: {e}")))?;
    let paths: Vec<PathBuf> = argument.uris.iter().filter_map(|u| path_of(&lsp::Uri::from(u.as_str()))).collect();
    if paths.is_empty() {
        return Err(failed("buildfix.loadLog: no file was named"));
    }
    let _work = Work::begin(queue, token, "Reading the build log").await?;
    let log = tokio::task::spawn_blocking(move || read_logs(&paths)).await.map_err(|e| internal(e.to_string()))?;
    show(queue, log.map_err(failed)?, Whole::Yes, json!({})).await
}

async fn show(queue: &Queue<State>, log: BuildLog, whole: Whole, mut answer: Value) -> Result<Option<Value>> {
    queue
        .ask(move |state| {
            let count = log.diagnostics.len();
            let placed = state.take_log(log, whole);
            answer["diagnostics"] = json!(count);
            answer["placed"] = json!(placed);
            Ok(Some(answer))
        })
        .await
}
