use crate::args::{CheckArgs, FixArgs, Format, InputArgs};
use crate::measure::Timings;
use crate::report::{self, Report};
use crate::{CLEAN, REMAIN, log};
use anyhow::{Context, Result, bail};
use engine::{CancelToken, Filter, Outcome, Plan, PlanOptions, Session, Store};
use std::io::Write;

/// `buildfix fix`.
pub fn fix(args: &FixArgs) -> Result<u8> {
    let mut timings = Timings::start();
    let (mut session, store) = open(&args.input)?;
    timings.end("index");
    let plan = make_plan(&args.input, &mut session, &mut timings)?;
    let mut run = None;
    if args.write && !plan.files.is_empty() {
        let title = format!("fix: {} files", plan.files.len());
        run = Some(store.commit(session.guard(), &plan.files, &title)?);
        timings.end("write");
    }
    let report = Report { root: &session.roots()[0], plan: &plan, run: run.as_ref(), write: args.write };
    report::print(&report, &args.input, args.diff || !args.write, &mut timings)?;
    Ok(status(&plan))
}

/// `buildfix check`.
pub fn check(args: &CheckArgs) -> Result<u8> {
    let mut timings = Timings::start();
    let (mut session, _) = open(&args.input)?;
    timings.end("index");
    let plan = make_plan(&args.input, &mut session, &mut timings)?;
    let report = Report { root: &session.roots()[0], plan: &plan, run: None, write: false };
    report::print_check(&report, &args.input, &mut timings)?;
    Ok(if plan.entries.iter().all(|e| e.outcome == Outcome::Skipped) { CLEAN } else { REMAIN })
}

fn status(plan: &Plan) -> u8 {
    if plan.entries.iter().all(|e| e.outcome == Outcome::Fixed) { CLEAN } else { REMAIN }
}

/// Opens the workspace; finishes what a crash left.
fn open(input: &InputArgs) -> Result<(Session, Store)> {
    let session = Session::open(std::slice::from_ref(&input.root))?;
    let store = Store::open(&session.roots()[0]);
    for recovered in store.recover()? {
        let mut err = std::io::stderr().lock();
        writeln!(err, "buildfix: run {} had been interrupted and was rolled back", recovered.run)?;
        for path in recovered.left_alone {
            writeln!(err, "buildfix: {} changed since and was left alone", path.display())?;
        }
    }
    Ok((session, store))
}

fn make_plan(input: &InputArgs, session: &mut Session, timings: &mut Timings) -> Result<Plan> {
    let diagnostics = {
        let mut all = Vec::new();
        for path in &input.logs {
            all.extend(log::read(path)?);
        }
        if input.logs.is_empty() {
            bail!("nothing to read: give the build's output with --log FILE (or --log - for standard input)");
        }
        all
    };
    timings.end("read");
    let entries = session.load(diagnostics, &filter(input)?);
    timings.end("place");
    let options = PlanOptions {
        unsafe_fixes: input.unsafe_fixes,
        max_passes: input.max_passes as usize,
        jobs: input.jobs as usize,
        ..PlanOptions::default()
    };
    let plan = session.plan(entries, &options, &CancelToken::new(), &engine::silent);
    timings.end("plan");
    Ok(plan)
}

fn filter(input: &InputArgs) -> Result<Filter> {
    let clean = |codes: &[String]| codes.iter().map(|c| c.trim().to_uppercase()).filter(|c| !c.is_empty()).collect();
    let mut paths = None;
    if !input.paths.is_empty() {
        let mut set = globset::GlobSetBuilder::new();
        for glob in &input.paths {
            set.add(globset::Glob::new(glob).with_context(|| format!("--paths {glob} is not a glob pattern"))?);
        }
        paths = Some(set.build()?);
    }
    Ok(Filter { codes: clean(&input.codes), exclude_codes: clean(&input.exclude_codes), paths })
}

/// Whether the format is one for people.
pub fn for_people(format: Format) -> bool {
    format == Format::Text
}
