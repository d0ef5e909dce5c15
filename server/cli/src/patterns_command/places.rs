//! `buildfix patterns why` and `next`: patterns at the places of a log.

use super::{Learned, json, only_text_or_json, out};
use crate::args::{PastArgs, StoreArgs};
use crate::progress::Display;
use crate::report::{count, learned::short, shown_below};
use crate::terminal::line as one_line;
use crate::{CLEAN, REMAIN, engines, interrupt, log};
use anyhow::{Context, Result, bail};
use diagnostics::{Severity, SourceDiagnostic};
use engine::{Entry, Filter, Outcome, PlanOptions, Workspace};
use fix::Providers;
use patterns::next::{Open, clusters};
use patterns::{Origin, PatternProvider, Question, Tree, explanation, now, path_below};
use serde_json::json;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn load(workspace: &Workspace, logs: &[PathBuf]) -> Result<Vec<Entry>> {
    let log = log::read(logs)?;
    let cancel = interrupt::token();
    let entries = workspace.load_unless(log.diagnostics, &Filter::default(), &cancel);
    if cancel.is_cancelled() {
        bail!("cancelled");
    }
    Ok(entries)
}

/// Trees of files, made once.
struct Trees<'w>(&'w Workspace, HashMap<PathBuf, Option<Arc<Tree>>>);

impl Trees<'_> {
    fn of(&mut self, path: &Path) -> Option<Arc<Tree>> {
        let index = self.0.index();
        self.1.entry(path.to_path_buf()).or_insert_with(|| Tree::new(&index.source(path)?.parsed).map(Arc::new)).clone()
    }
}

fn ask<T>(workspace: &Workspace, tree: &Tree, place: &SourceDiagnostic, ask: impl FnOnce(&Question<'_>) -> T) -> T {
    let path = path_below(workspace.roots(), &place.path);
    ask(&Question {
        tree,
        path: Path::new(&path),
        start: place.range.start,
        code: place.code.as_str(),
        arguments: &place.arguments,
        now: now(),
    })
}

/// `buildfix patterns why`.
pub fn why(place: &str, logs: &[PathBuf], root: &Path, from: &StoreArgs) -> Result<u8> {
    let learned = Learned::open(root, from)?;
    let (file, line) = place
        .rsplit_once(':')
        .filter(|(_, line)| line.parse::<u32>().is_ok())
        .context("give the place as FILE:LINE, such as src/a.ts:12")?;
    let line: u32 = line.parse()?;
    let workspace =
        Workspace::open_unless(std::slice::from_ref(&learned.root), Providers::default(), &interrupt::token())?;
    let entries = load(&workspace, logs)?;
    // Below the root, else as the present folder has it.
    let file = file.replace('\\', "/");
    let named = [learned.root.join(&file), PathBuf::from(&file)].iter().find_map(|p| disk::real_path(p).ok());
    let here: Vec<&Entry> = entries
        .iter()
        .filter(|e| e.path.as_deref() == named.as_deref() && e.path.is_some() && e.span.is_some_and(|s| s.line == line))
        .collect();
    if here.is_empty() {
        bail!("the log reports nothing at {file}:{line}");
    }
    let mut trees = Trees(&workspace, HashMap::new());
    let mut values = Vec::new();
    let mut out = out();
    let as_json = only_text_or_json(learned.format)?;
    for entry in here {
        let found = entry.place.as_ref().and_then(|place| {
            let tree = trees.of(&place.path)?;
            Some(ask(&workspace, &tree, place, |question| learned.library.considered(question)))
        });
        // What people wrote comes first.
        let written = entry.place.as_ref().and_then(|place| {
            let tree = trees.of(&place.path)?;
            Some(ask(&workspace, &tree, place, |question| written(&learned, question)))
        });
        let written = written.unwrap_or_default();
        let path = entry.path.as_deref().map(|p| shown_below(&learned.root, p)).unwrap_or_default();
        let d = &entry.diagnostic;
        if as_json {
            let mut list: Vec<_> =
                written.iter().map(|w| json!({"name": w.name, "file": w.file, "offered": w.is_offered})).collect();
            let learned = found
                .iter()
                .flatten()
                .map(|c| {
                    json!({
                        "id": format!("{:016x}", c.known.pattern.id()), "offered": c.outcome.is_ok(), "score": c.outcome.ok(),
                        "reason": c.outcome.err().map(|e| e.to_string()), "explanation": explanation(&c.known.pattern, &c.known.stats, now()),
                    })
                });
            list.extend(learned);
            values.push(json!({"path": path, "line": line, "code": d.code.as_str(), "message": d.message, "placed": found.is_some(), "patterns": list}));
            continue;
        }
        writeln!(out, "{}:{line}: {}: {}", one_line(&path), d.code, one_line(&d.message))?;
        match &found {
            None => writeln!(out, "  its place is not found in the file: the log is older than it")?,
            Some(found) if found.is_empty() && written.is_empty() => {
                writeln!(out, "  no pattern was learned for {}, and none fits the place", d.code)?
            }
            Some(_) => {}
        }
        for w in &written {
            let verdict =
                if w.is_offered { "offered" } else { "not offered: it does not fit, or what stands before it does" };
            writeln!(out, "  {}  {verdict} [{}]", one_line(&w.name), one_line(&w.file))?;
        }
        for c in found.iter().flatten() {
            let verdict = match &c.outcome {
                Ok(score) => format!("offered, believed {score:.2}"),
                Err(why) => format!("not offered: {why}"),
            };
            writeln!(
                out,
                "  {}  {verdict}. {}",
                short(c.known.pattern.id()),
                explanation(&c.known.pattern, &c.known.stats, now())
            )?;
            let (before, after) = patterns::file::sides_of(&c.known.pattern);
            let both = format!("{before}  →  {after}");
            writeln!(out, "            {}", one_line(&both.split_whitespace().collect::<Vec<_>>().join(" ")))?;
        }
    }
    if as_json {
        return json(&json!({"version": 1, "diagnostics": values}));
    }
    out.flush()?;
    workspace.end_with_process();
    Ok(CLEAN)
}

/// A pattern that people wrote for the code of a diagnostic.
struct Written {
    name: String,
    file: String,
    is_offered: bool,
}

fn written(learned: &Learned, question: &Question<'_>) -> Vec<Written> {
    let offers = learned.team.offers(question);
    let of_code = learned.team.patterns().filter(|(rule, _)| rule.pattern.codes.iter().any(|c| c == question.code));
    of_code
        .map(|(rule, known)| Written {
            name: rule.name.to_string(),
            file: match &known.origin {
                Origin::File(name) | Origin::Pack(name) => format!("{name}:{}", rule.line),
                Origin::Examples => String::new(),
            },
            is_offered: offers.iter().any(|o| Arc::ptr_eq(&o.suggestion.known, known)),
        })
        .collect()
}

/// Places of a cluster that JSON lists.
const LISTED: usize = 500;

/// `buildfix patterns next`.
pub fn next(logs: &[PathBuf], root: &Path, most: usize, from: &StoreArgs) -> Result<u8> {
    let learned = Learned::open(root, from)?;
    let provider = PatternProvider::new(learned.library.clone());
    let changes = engines::changes(&PastArgs::default())?;
    let cancel = interrupt::token();
    let mut workspace = Workspace::open_unless(
        std::slice::from_ref(&learned.root),
        engines::providers(&[], &changes, &provider),
        &cancel,
    )?;
    let entries = load(&workspace, logs)?;
    let display = Display::new(false);
    let plan = workspace.plan(entries, &PlanOptions::default(), &cancel, &|p| display.show(p));
    display.finish();
    if plan.cancelled {
        bail!("cancelled");
    }
    let errors = plan.entries.iter().any(|e| e.diagnostic.severity == Severity::Error);
    let mut trees = Trees(&workspace, HashMap::new());
    let mut open: Vec<(&Entry, &SourceDiagnostic, Arc<Tree>)> = Vec::new();
    for entry in &plan.entries {
        let is_open = matches!(entry.outcome, Outcome::Unfixable | Outcome::Offered)
            && (!errors || entry.diagnostic.severity == Severity::Error)
            && !entry.cause.as_ref().is_some_and(is_outside)
            // A pack or a file of the team has something to say.
            && !entry.fix.as_ref().is_some_and(|f| f.rule == patterns::file::RULE);
        let Some(place) = entry.place.as_ref().filter(|_| is_open) else { continue };
        let Some(tree) = trees.of(&place.path) else { continue };
        if ask(&workspace, &tree, place, |question| learned.library.suggestions(question)).is_empty() {
            open.push((entry, place, tree));
        }
    }
    let places: Vec<Open<'_>> = open
        .iter()
        .map(|(_, place, tree)| Open { tree, start: place.range.start, code: place.code.as_str() })
        .collect();
    let found = clusters(&places);
    let at = |number: usize| {
        let (entry, place, tree) = &open[number];
        let line = entry.span.map_or(0, |s| s.line);
        let start = tree.text()[..place.range.start].rfind('\n').map_or(0, |n| n + 1);
        let text = tree.text()[start..].lines().next().unwrap_or_default().trim().to_owned();
        (shown_below(&learned.root, &place.path), line, text)
    };
    if only_text_or_json(learned.format)? {
        let list: Vec<_> = found
            .iter()
            .take(most)
            .map(|c| {
                let (path, line, text) = at(c.medoid);
                let places: Vec<_> = c.members.iter().take(LISTED).map(|m| at(*m)).map(|(path, line, _)| json!({"path": path, "line": line})).collect();
                json!({
                    "code": c.code, "path": path, "line": line, "column": open[c.medoid].0.span.map(|s| s.column), "text": text,
                    "message": open[c.medoid].0.diagnostic.message, "diagnostics": c.members.len(), "places": places,
                })
            })
            .collect();
        return json(&json!({"version": 1, "open": open.len(), "shapes": found.len(), "next": list}));
    }
    let mut out = out();
    for (number, cluster) in found.iter().take(most).enumerate() {
        let (path, line, text) = at(cluster.medoid);
        let others = match cluster.members.len() - 1 {
            0 => "no other has its shape".to_owned(),
            1 => "1 other has its shape".to_owned(),
            n => format!("{n} others have its shape"),
        };
        let what = if number == 0 { "repair this one by hand" } else { "then" };
        let d = &open[cluster.medoid].0.diagnostic;
        writeln!(out, "{what}: {}:{line}: {}: {others}", one_line(&path), d.code)?;
        writeln!(out, "  {}", one_line(&d.message))?;
        writeln!(out, "  {}", one_line(&text))?;
    }
    if found.is_empty() {
        writeln!(
            out,
            "nothing is to be repaired by hand: something is offered for each of {}",
            count(plan.entries.len(), "diagnostic")
        )?;
    } else {
        let rest = found.len().saturating_sub(most);
        let more = if rest > 0 { format!(" ({rest} not shown; --most N)") } else { String::new() };
        writeln!(
            out,
            "{} without a suggestion, of {}{more}",
            count(open.len(), "diagnostic"),
            count(found.len(), "shape")
        )?;
    }
    out.flush()?;
    workspace.end_with_process();
    Ok(if found.is_empty() { CLEAN } else { REMAIN })
}

/// Whether what is wrong is not in the text: nobody repairs that there.
fn is_outside(cause: &fix::causes::Cause) -> bool {
    !matches!(cause, fix::causes::Cause::Changed { .. })
}
