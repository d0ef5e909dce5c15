//! `buildfix fix` and `buildfix check`.

use crate::args::{BuildTimeout, CheckArgs, FixArgs, InputArgs};
use crate::measure::Timings;
use crate::progress::Display;
use crate::report::{self, Report};
use crate::{CLEAN, REMAIN, interrupt, log};
use anyhow::{Context, Result, anyhow, bail};
use build::{BuildCommand, History, RunError, RunOptions, Runner};
use diagnostics::{BuildDiagnostic, Severity};
use engine::{
    CancelToken, CommitError, Entry, Filter, Outcome, Plan, PlanOptions, Recovered, Store, Verified, VerifyOptions,
    Workspace,
};
use std::io::Write;
use std::path::Path;

struct Job<'a> {
    input: &'a InputArgs,
    workspace: Workspace,
    store: Store,
    filter: Filter,
    command: Option<BuildCommand>,
    cancel: CancelToken,
    display: Display,
    timings: Timings,
    /// Whether warnings are to be repaired.
    warnings: bool,
    /// Whether what fixes write is to be judged.
    judge: bool,
    /// Whether the build is to pass in the end.
    verifies: bool,
}

/// `buildfix fix`.
pub fn fix(args: &FixArgs) -> Result<u8> {
    let mut job = Job::open(&args.input)?;
    if args.verify && job.command.is_none() {
        bail!("--verify needs a build command: give --build 'CMD', or build = \"CMD\" in buildfix.toml");
    }
    job.judge = true;
    job.verifies = args.verify;
    let entries = job.load()?;
    let mut verified = Verified::default();
    if args.verify {
        verified = job.verify(entries, args)?;
    } else {
        verified.plan = job.plan(entries)?;
        if args.write && !verified.plan.files.is_empty() {
            let title = format!("fix: {}", report::count(verified.plan.files.len(), "file"));
            let _step = interrupt::step();
            verified.run = Some(job.store.commit(job.workspace.guard(), &verified.plan.files, &title)?);
            job.timings.end("write");
        }
    }
    let plan = &verified.plan;
    let root = &job.workspace.roots()[0];
    let report = Report {
        root,
        plan,
        run: verified.run.as_ref(),
        verified: args.verify.then_some(&verified),
        warnings: job.warnings,
    };
    job.display.finish();
    report::print(&report, &args.input, args.diff || !args.write, &mut job.timings)?;
    job.workspace.end_with_process();
    // Warnings do not make a build fail, those of restoring packages included.
    let clean =
        if args.verify { verified.errors == 0 } else { plan.entries.iter().all(|e| e.outcome == Outcome::Fixed) };
    Ok(if clean { CLEAN } else { REMAIN })
}

/// `buildfix check`.
pub fn check(args: &CheckArgs) -> Result<u8> {
    let mut job = Job::open(&args.input)?;
    let entries = job.load()?;
    let plan = job.plan(entries)?;
    let report =
        Report { root: &job.workspace.roots()[0], plan: &plan, run: None, verified: None, warnings: job.warnings };
    job.display.finish();
    report::print_check(&report, &args.input, &mut job.timings)?;
    job.workspace.end_with_process();
    Ok(if plan.entries.is_empty() { CLEAN } else { REMAIN })
}

impl<'a> Job<'a> {
    /// Opens the workspace, and rolls back a run that a crash interrupted.
    fn open(input: &'a InputArgs) -> Result<Self> {
        let mut timings = Timings::start();
        let cancel = interrupt::token();
        let display = Display::new(input.quiet);
        let filter = filter(input)?;
        let roots = std::slice::from_ref(&input.root);
        let workspace = Workspace::open_unless(roots, crate::providers(), &cancel)?;
        workspace.guard().refuse_hard_links();
        // In parallel to reading the log; the plan waits for it when it needs it.
        std::thread::spawn(workspace.index().preload());
        let root = workspace.roots()[0].clone();
        let store = Store::open(&root);
        recover(&store)?;
        let command = match &input.build {
            Some(command) => Some(BuildCommand::given(command, &root)),
            None if !input.words.is_empty() => Some(BuildCommand::given_words(&input.words, &root)),
            None => build::detect(&root)?,
        };
        timings.end("open");
        Ok(Self {
            input,
            workspace,
            store,
            filter,
            command,
            cancel,
            display,
            timings,
            warnings: true,
            judge: false,
            verifies: false,
        })
    }

    /// The build's diagnostics, placed in the files.
    fn load(&mut self) -> Result<Vec<Entry>> {
        if let Some(command) = self.command.as_ref().filter(|_| self.verifies || self.input.logs.is_empty()) {
            crate::trust::ensure(command, self.input)?;
        }
        let diagnostics = if self.input.logs.is_empty() {
            let Some(command) = &self.command else {
                bail!(
                    "nothing to read: give the build's output with --log FILE (- for standard input), or the command with --build 'CMD' \
                     (no buildfix.toml, no solution or project with dotnet, and no tsconfig.json with tsc were found in {})",
                    self.workspace.roots()[0].display()
                );
            };
            let found = Builds::new(command, &self.cancel, &self.display, &self.store, self.input).run()?;
            self.timings.end("build");
            found
        } else {
            let log = log::read(&self.input.logs)?;
            self.timings.end("read");
            log.diagnostics
        };
        let entries = self.workspace.load_unless(diagnostics, &self.filter, &self.cancel);
        self.timings.end("place");
        if self.cancel.is_cancelled() {
            bail!("cancelled; nothing was written");
        }
        // What is verified is that the build passes: warnings beside errors are not what it fails for.
        self.warnings = self.input.warnings
            || !self.verifies
            || !self.input.codes.is_empty()
            || entries.iter().all(|e| e.diagnostic.severity != Severity::Error);
        Ok(entries)
    }

    fn plan_options(&self) -> PlanOptions {
        PlanOptions {
            unsafe_fixes: self.input.unsafe_fixes,
            max_passes: self.input.max_passes as usize,
            jobs: self.input.jobs as usize,
            warnings: self.warnings,
            judge: self.judge,
            ..PlanOptions::default()
        }
    }

    fn plan(&mut self, entries: Vec<Entry>) -> Result<Plan> {
        let options = self.plan_options();
        let plan = self.workspace.plan(entries, &options, &self.cancel, &|p| self.display.show(p));
        self.timings.end("plan");
        if plan.cancelled {
            bail!("cancelled; nothing was written");
        }
        Ok(plan)
    }

    fn verify(&mut self, entries: Vec<Entry>, args: &FixArgs) -> Result<Verified> {
        let options = VerifyOptions {
            plan: self.plan_options(),
            allow_stubs: args.allow_stubs,
            rounds: args.rounds as usize,
            filter: self.filter.clone(),
        };
        let command = self.command.clone().context("--verify needs a build command")?;
        let (cancel, display) = (&self.cancel, &self.display);
        let builds = Builds::new(&command, cancel, display, &self.store, self.input);
        let mut build = || builds.run().map_err(|e| format!("{e:#}"));
        // What was written is verified or reverted before the end.
        let _step = interrupt::step();
        let verified = self.workspace.verify(&self.store, entries, &options, &mut build, cancel, &|p| display.show(p));
        self.timings.end("verify");
        Ok(verified?)
    }
}

/// Rolls back runs that a crash interrupted, and reports them, and journals that cannot be read.
pub fn recover(store: &Store) -> Result<Vec<Recovered>> {
    let _step = interrupt::step();
    let recovered = store.recover();
    let mut err = std::io::stderr().lock();
    for damaged in store.damaged() {
        writeln!(err, "buildfix: {damaged}")?;
    }
    let recovered = match recovered {
        // Only who writes here has to wait for it.
        Err(e @ CommitError::InterruptedAbove { .. }) => {
            writeln!(err, "buildfix: {e}")?;
            Vec::new()
        }
        other => other?,
    };
    for recovered in &recovered {
        let id = &recovered.run;
        match &recovered.undoes {
            Some(undone) => {
                writeln!(err, "buildfix: the undo of run {undone} had been interrupted and was rolled back")?
            }
            None if recovered.trial => {
                writeln!(err, "buildfix: a verification had been interrupted; what was not verified was rolled back")?;
            }
            None => writeln!(err, "buildfix: run {id} had been interrupted and was rolled back")?,
        }
        for path in &recovered.left_alone {
            writeln!(err, "buildfix: {} changed since and was left alone", path.display())?;
        }
        for path in &recovered.damaged {
            writeln!(err, "buildfix: {} stays as it is: its stored bytes are damaged", path.display())?;
        }
        for (path, kept) in &recovered.kept {
            writeln!(err, "buildfix: an earlier save of {} is kept in {}", path.display(), kept.display())?;
        }
    }
    Ok(recovered)
}

/// How a command is built.
struct Builds<'a> {
    command: &'a BuildCommand,
    cancel: &'a CancelToken,
    display: &'a Display,
    history: History,
    timeout: Option<BuildTimeout>,
}

impl<'a> Builds<'a> {
    fn new(
        command: &'a BuildCommand,
        cancel: &'a CancelToken,
        display: &'a Display,
        store: &Store,
        input: &InputArgs,
    ) -> Self {
        Self { command, cancel, display, history: History::in_folder(&store.dir()), timeout: input.build_timeout }
    }

    fn run(&self) -> Result<Vec<BuildDiagnostic>> {
        let command = &self.command.command;
        self.display.message(&format!("building: {}", crate::terminal::line(command)));
        let cancelled = || self.cancel.is_cancelled();
        let timeout = self.timeout.map_or_else(|| Some(self.history.limit(self.command)), |t| t.0);
        let options = RunOptions { timeout, cancelled: Some(&cancelled), ..RunOptions::default() };
        let finished = {
            let _step = interrupt::step();
            Runner::new().run(self.command, options)
        };
        let finished = finished.map_err(|e| match e {
            RunError::TimedOut { .. } => anyhow!(
                "{e}\nIf `{command}` only needs longer, give a longer --build-timeout, such as --build-timeout 2h. If it waits for something \
                 (a question, a lock, a network), run it in a terminal to see for what."
            ),
            e => e.into(),
        })?;
        self.history.add(self.command, finished.duration);
        let errors = finished.log.diagnostics.iter().any(|d| d.severity == Severity::Error);
        if finished.exit_code != Some(0) && !errors {
            let output = match finished.tail.trim_end() {
                "" => "it printed nothing; run it in a terminal to see why".to_owned(),
                tail => format!("its output ends:\n{tail}"),
            };
            bail!(
                "the build command `{}` failed ({}) without reporting an error that is understood; {output}",
                command,
                finished.exit_code.map_or("by a signal".to_owned(), |c| format!("exit status {c}")),
            );
        }
        Ok(finished.log.diagnostics)
    }
}

fn filter(input: &InputArgs) -> Result<Filter> {
    let clean = |codes: &[String]| codes.iter().map(|c| c.trim().to_uppercase()).filter(|c| !c.is_empty()).collect();
    let mut paths = None;
    if !input.paths.is_empty() {
        let mut set = globset::GlobSetBuilder::new();
        for glob in &input.paths {
            let glob = glob.strip_prefix("./").unwrap_or(glob);
            set.add(globset::Glob::new(glob).with_context(|| format!("--paths {glob} is not a glob pattern"))?);
            // A folder means all that is in it.
            if Path::new(glob).extension().is_none_or(|e| e.is_empty()) && !glob.contains('*') {
                let inside = format!("{}/**", glob.trim_end_matches('/'));
                set.add(globset::Glob::new(&inside).with_context(|| format!("--paths {glob} is not a glob pattern"))?);
            }
        }
        paths = Some(set.build()?);
    }
    Ok(Filter { codes: clean(&input.codes), exclude_codes: clean(&input.exclude_codes), paths })
}
