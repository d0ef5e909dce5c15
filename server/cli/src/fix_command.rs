//! `buildfix fix` and `buildfix check`.

use crate::args::{CheckArgs, Engine, FixArgs, Format, InputArgs, Upgrade};
use crate::builds::{Builds, Built};
use crate::measure::Timings;
use crate::progress::Display;
use crate::report::{self, Report};
use crate::{CLEAN, REMAIN, engines, interrupt, learning, log};
use anyhow::{Context, Result, bail};
use build::{BuildCommand, DetectError};
use diagnostics::{Compilers, Severity};
use engine::{
    CancelToken, CommitError, Entry, Filter, Outcome, Plan, PlanOptions, Recovered, Store, Verified, VerifyOptions,
    Workspace,
};
use std::io::Write;
use std::path::{Path, PathBuf};

struct Job<'a> {
    input: &'a InputArgs,
    workspace: Workspace,
    store: Store,
    filter: Filter,
    command: Option<BuildCommand>,
    /// Why there is no command although something could be built.
    no_command: Option<DetectError>,
    builds: Option<Builds>,
    /// Which projects the log's build compiled, where it says so.
    compilers: Compilers,
    cancel: CancelToken,
    display: Display,
    timings: Timings,
    /// Whether warnings are to be repaired.
    warnings: bool,
    /// Whether what fixes write is to be judged.
    judge: bool,
    /// Whether the build is to pass in the end.
    verifies: bool,
    /// The new version of the compiler, whose errors of configurations count, too.
    upgrade: Option<&'a Upgrade>,
}

/// `buildfix fix`.
pub fn fix(args: &FixArgs) -> Result<u8> {
    let mut job = Job::open(&args.input)?;
    if args.verify && job.command.is_none() {
        if let Some(why) = job.no_command.take() {
            return Err(why.into());
        }
        bail!("--verify needs a build command: give --build 'CMD', or build = \"CMD\" in buildfix.toml");
    }
    job.judge = true;
    job.verifies = args.verify;
    job.upgrade = args.upgrade.as_ref();
    let entries = job.load()?;
    let mut verified = Verified::default();
    if args.verify {
        verified = job.verify(entries, args)?;
        if verified.errors == 0 && verified.run.is_some() {
            job.keep_as_built();
        }
    } else {
        verified.plan = job.plan(entries)?;
        if args.write && !verified.plan.files.is_empty() {
            let title = format!("fix: {}", report::count(verified.plan.files.len(), "file"));
            let _step = interrupt::step();
            verified.run = Some(job.store.commit(job.workspace.guard(), &verified.plan.files, &title)?);
            job.timings.end("write");
        }
    }
    if let Some(run) = &verified.run
        && let Err(e) = job.store.note_repaired(run, &args.input.logs, &verified.plan.entries)
    {
        tracing::warn!("what was repaired is not remembered: {e}");
    }
    let root = &job.workspace.roots()[0];
    let store = args.input.store.as_deref();
    if let Err(e) =
        learning::note_uses(root, store, &verified.plan, verified.run.as_ref(), args.verify.then_some(&verified))
    {
        tracing::warn!("which learned repairs were used is not remembered: {e:#}");
    }
    // The files are written: what is not learned is said, and changes nothing.
    let learned = args.learn.then(|| learning::learn(root, store, &verified));
    let plan = &verified.plan;
    let built = job.built();
    let report = Report {
        root,
        plan,
        run: verified.run.as_ref(),
        verified: args.verify.then_some(&verified),
        warnings: job.warnings,
        built: &built,
    };
    job.display.finish();
    report::print(&report, &args.input, args.diff || !args.write, &mut job.timings)?;
    match learned {
        Some(Ok(new)) if args.input.output_format == Format::Text && !args.input.quiet => {
            writeln!(std::io::stdout(), "learned from {}", report::count(new, "new repair"))?;
        }
        Some(Err(e)) => {
            writeln!(
                std::io::stderr(),
                "buildfix: nothing was learned: {}",
                crate::terminal::plain(&format!("{e:#}"))
            )?;
        }
        _ => {}
    }
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
    let (root, built) = (&job.workspace.roots()[0], job.built());
    let report = Report { root, plan: &plan, run: None, verified: None, warnings: job.warnings, built: &built };
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
        let (root, target) = root_and_target(&input.root)?;
        let changes = engines::changes(&input.past)?;
        let patterns = engines::patterns(&root, input.store.as_deref(), &input.engine)?;
        let providers = engines::providers(&input.engine, &changes, &patterns);
        let workspace = Workspace::open_unless(&[root], providers, &cancel)?;
        if let Some(problem) = changes.problem(workspace.index()) {
            bail!("{problem}");
        }
        workspace.guard().refuse_hard_links();
        // In parallel to reading the log; the plan waits for it when it needs it.
        std::thread::spawn(workspace.index().preload());
        let root = workspace.roots()[0].clone();
        let store = Store::open(&root);
        recover(&store)?;
        let found = match (&input.build, &target) {
            (Some(command), _) => Ok(Some(BuildCommand::given(command, &root))),
            _ if !input.words.is_empty() => Ok(Some(BuildCommand::given_words(&input.words, &root))),
            (None, Some(target)) => build::detect_target(&root, target).map(Some),
            (None, None) => build::detect(&root),
        };
        // With a log, nothing has to be built.
        let (command, no_command) = match found {
            Ok(command) => (command, None),
            Err(e) => (None, Some(e)),
        };
        timings.end("open");
        Ok(Self {
            input,
            workspace,
            store,
            filter,
            command,
            no_command,
            builds: None,
            compilers: Compilers::default(),
            cancel,
            display,
            timings,
            warnings: true,
            judge: false,
            verifies: false,
            upgrade: None,
        })
    }

    /// The build's diagnostics, placed in the files.
    fn load(&mut self) -> Result<Vec<Entry>> {
        let upgrade = self.upgrade.and_then(|u| fix::language::upgrade(self.workspace.index(), &u.package, u.major));
        // A command that was only found is not run for an upgrade.
        let given = self.input.build.is_some() || !self.input.words.is_empty();
        let reads_nothing = upgrade.is_some() && self.input.logs.is_empty() && !given;
        let builds = self.verifies || self.input.logs.is_empty() && !reads_nothing;
        if let Some(command) = self.command.as_ref().filter(|_| builds) {
            crate::trust::ensure(command, self.input)?;
        }
        let mut diagnostics = if reads_nothing {
            Vec::new()
        } else if self.input.logs.is_empty() {
            let Some(command) = &self.command else {
                return Err(self.nothing_to_read());
            };
            let mut builds = Builds::new(command, &self.cancel, &self.store, self.input);
            let found = builds.first(self.input.all_diagnostics, &self.display)?;
            self.builds = Some(builds);
            self.timings.end("build");
            if found.iter().all(|d| d.severity != Severity::Error) {
                self.keep_as_built();
            }
            found
        } else {
            let log = log::read(&self.input.logs)?;
            self.timings.end("read");
            self.compilers = log.compilers;
            log.diagnostics
        };
        let compilers = self.built().compilers;
        self.workspace.set_compilers(&compilers);
        diagnostics.extend(upgrade.into_iter().flatten());
        let mut entries = self.workspace.load_unless(diagnostics, &self.filter, &self.cancel);
        self.store.settle_repaired(&self.input.logs, &mut entries);
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

    /// The sources are as they built without errors: who finds fixes may keep what they were.
    fn keep_as_built(&mut self) {
        self.workspace.providers().built(self.workspace.index())();
        self.timings.end("keep");
    }

    fn plan_options(&self) -> PlanOptions {
        PlanOptions {
            unsafe_fixes: self.input.unsafe_fixes,
            max_passes: self.input.max_passes as usize,
            jobs: self.input.jobs as usize,
            warnings: self.warnings,
            judge: self.judge,
            learned: self.input.engine.contains(&Engine::Learned),
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
        let command = self.command.as_ref().context("--verify needs a build command")?;
        let (cancel, display) = (&self.cancel, &self.display);
        let mut builds = self.builds.take().unwrap_or_else(|| Builds::new(command, cancel, &self.store, self.input));
        builds.learn(&self.workspace);
        let mut build = |changed: &[PathBuf]| builds.again(changed, display).map_err(|e| format!("{e:#}"));
        // What was written is verified or reverted before the end.
        let _step = interrupt::step();
        let verified = self.workspace.verify(&self.store, entries, &options, &mut build, cancel, &|p| display.show(p));
        self.timings.end("verify");
        self.builds = Some(builds);
        Ok(verified?)
    }

    /// What is known of the builds, or of that whose log was read.
    fn built(&self) -> Built {
        let mut built = self.builds.as_ref().map(|b| b.built().clone()).unwrap_or_default();
        if !self.input.logs.is_empty() {
            built.compilers = self.compilers.clone();
        }
        built
    }

    /// Why there is neither a log nor a command, and what to do.
    fn nothing_to_read(&mut self) -> anyhow::Error {
        if let Some(why) = self.no_command.take() {
            return why.into();
        }
        let root = &self.workspace.roots()[0];
        let above = build::project_above(root).map(|project| {
            let folder = project.parent().unwrap_or(root);
            format!("\n{} may compile what is here: run buildfix in {}", project.display(), folder.display())
        });
        anyhow::anyhow!(
            "nothing to read: give the build's output with --log FILE (- for standard input), or the command with --build 'CMD' \
             (no buildfix.toml, no solution or project of .NET, no app.cs with `#:`, no tsconfig.json and no script that checks types were \
             found in {} or below it){}",
            root.display(),
            above.unwrap_or_default()
        )
    }
}

/// The folder of the sources, and the project that was named. Of one that lies below the present folder, the sources are here: a project
/// rarely comes alone.
fn root_and_target(named: &Path) -> Result<(PathBuf, Option<PathBuf>)> {
    if !disk::is_file(named) {
        return Ok((named.to_path_buf(), None));
    }
    let target = disk::real_path(named).with_context(|| format!("{} cannot be read", named.display()))?;
    let here = std::env::current_dir().ok().and_then(|here| disk::real_path(&here).ok());
    let root = here.filter(|here| target.starts_with(here));
    let root = root.or_else(|| target.parent().map(Path::to_path_buf)).unwrap_or_else(|| PathBuf::from("."));
    Ok((root, Some(target)))
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
