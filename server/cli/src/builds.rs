//! The builds of one run: the first one, and those that verify. What a later build does not compile again keeps what it reported before.

use crate::args::{BuildTimeout, InputArgs};
use crate::interrupt;
use crate::progress::Display;
use anyhow::{Result, anyhow, bail};
use build::{BuildCommand, Finished, History, RunError, RunOptions, Runner, Solution, project_count};
use diagnostics::{BuildDiagnostic, Compilers, ProjectRef, Severity};
use engine::{CancelToken, Store, Workspace};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is known of the builds of a run, for reports.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// How long all of them took.
    pub took: Duration,
    /// Which projects the first one compiled, where it says so.
    pub compilers: Compilers,
    /// Whether MSBuild's binary log was read.
    pub has_binary_log: bool,
}

/// The builds of a command.
pub struct Builds {
    command: BuildCommand,
    cancel: CancelToken,
    history: History,
    timeout: Option<BuildTimeout>,
    /// The workspace's folder in this user's state.
    state: PathBuf,
    runner: Runner,
    graph: Option<ProjectGraph>,
    /// What the builds so far reported.
    known: Option<Vec<BuildDiagnostic>>,
    built: Built,
}

impl Builds {
    /// For a command.
    pub fn new(command: &BuildCommand, cancel: &CancelToken, store: &Store, input: &InputArgs) -> Self {
        let state = store.dir();
        Self {
            command: command.clone(),
            cancel: cancel.clone(),
            history: History::in_folder(&state),
            timeout: input.build_timeout,
            state,
            runner: Runner::new(),
            graph: None,
            known: None,
            built: Built::default(),
        }
    }

    /// What is known of the builds so far.
    pub fn built(&self) -> &Built {
        &self.built
    }

    /// The first build; `everything`: also of what is up to date.
    pub fn first(&mut self, everything: bool, display: &Display) -> Result<Vec<BuildDiagnostic>> {
        let command = match everything {
            false => self.command.clone(),
            true => match self.command.of_everything() {
                Some(command) => command,
                // Without `-b` and `--incremental`, it always looks at everything.
                None if self.command.command.contains("tsc ") => self.command.clone(),
                None => bail!(
                    "--all-diagnostics is known for `dotnet build`, `msbuild` and `tsc -b`, and not for `{}`: clean first, or give a \
                     command that builds everything with --build",
                    crate::terminal::line(&self.command.command)
                ),
            },
        };
        let finished = self.run(&command, display)?;
        self.built.compilers = finished.log.compilers.clone();
        self.built.has_binary_log = finished.has_binary_log;
        self.known = Some(finished.log.diagnostics.clone());
        Ok(finished.log.diagnostics)
    }

    /// Takes note of the workspace's projects, which verifying builds are then limited to.
    pub fn learn(&mut self, workspace: &Workspace) {
        self.graph = ProjectGraph::of(workspace);
    }

    /// A build after `changed` files: packages are not restored again for sources alone, and only what they are a part of is built.
    pub fn again(&mut self, changed: &[PathBuf], display: &Display) -> Result<Vec<BuildDiagnostic>> {
        let mut command = self.command.clone();
        let sources = changed.iter().all(|p| p.extension().is_some_and(|e| e == "cs"));
        let restored = |known: &[BuildDiagnostic]| {
            !known.iter().any(|d| d.severity == Severity::Error && is_of_restore(d.code.as_str()))
        };
        let mut part = None;
        if let Some(known) = self.known.as_deref().filter(|known| sources && restored(known)) {
            command = command.without_restore();
            part = self.part(changed, known);
        }
        // Removed when the build has ended.
        let filter = part.and_then(|part| Filter::write(&self.state, &part));
        if let Some(filter) = &filter {
            command = command.of_target(&filter.0).unwrap_or(command);
        }
        let finished = self.run(&command, display)?;
        let known = self.known.take().unwrap_or_default();
        let now = match finished.has_binary_log {
            true => with_known(finished.log.diagnostics, known, &finished.log.compilers),
            false => finished.log.diagnostics,
        };
        self.known = Some(now.clone());
        Ok(now)
    }

    /// The filter of the solution for what `changed` files are a part of; `None`: all of it is to be built.
    fn part(&self, changed: &[PathBuf], known: &[BuildDiagnostic]) -> Option<String> {
        let solution = Solution::read(&self.command.solution()?)?;
        let mut affected = self.graph.as_ref()?.affected(changed)?;
        // What failed is built again: it may have failed for what it references.
        let failed = known.iter().filter(|d| d.severity == Severity::Error);
        affected.extend(failed.flat_map(|d| d.projects.iter().map(|p| PathBuf::from(&*p.path))));
        let all = solution.projects().count();
        let wanted = solution.projects().filter(|p| affected.contains(*p)).count();
        let is_inside = affected.iter().all(|a| solution.projects().any(|p| p == a));
        (is_inside && (1..all).contains(&wanted)).then(|| solution.filter(&|p| affected.contains(p)))
    }

    fn run(&mut self, command: &BuildCommand, display: &Display) -> Result<Finished> {
        let shown = crate::terminal::line(&command.command).into_owned();
        let mut progress = Progress { shown, total: project_count(command), done: BTreeSet::new(), line: Vec::new() };
        display.message(&progress.text());
        let cancelled = || self.cancel.is_cancelled();
        let timeout = self.timeout.map_or_else(|| Some(self.history.limit(&self.command)), |t| t.0);
        let mut on_output = |bytes: &[u8]| {
            if progress.push(bytes) {
                display.message(&progress.text());
            }
        };
        let options = RunOptions {
            timeout,
            cancelled: Some(&cancelled),
            on_output: Some(&mut on_output),
            state: Some(&self.state),
        };
        let finished = {
            let _step = interrupt::step();
            self.runner.run(command, options)
        };
        let words = &command.command;
        let finished = finished.map_err(|e| match e {
            RunError::TimedOut { .. } => anyhow!(
                "{e}\nIf `{words}` only needs longer, give a longer --build-timeout, such as --build-timeout 2h. If it waits for something \
                 (a question, a lock, a network), run it in a terminal to see for what."
            ),
            e => e.into(),
        })?;
        self.built.took += finished.duration;
        self.history.add(&self.command, finished.duration);
        let errors = finished.log.diagnostics.iter().any(|d| d.severity == Severity::Error);
        if finished.exit_code != Some(0) && !errors {
            // `dotnet` ends at once where a pinned SDK is missing.
            if let Some(missing) =
                command.command.contains("dotnet").then(|| build::missing_sdk(&command.folder)).flatten()
            {
                bail!("{missing}");
            }
            let output = match finished.tail.trim_end() {
                "" => "it printed nothing; run it in a terminal to see why".to_owned(),
                tail => format!("its output ends:\n{tail}"),
            };
            bail!(
                "the build command `{words}` failed ({}) without reporting an error that is understood; {output}",
                finished.exit_code.map_or("by a signal".to_owned(), |c| format!("exit status {c}")),
            );
        }
        Ok(finished)
    }
}

/// Whether an error is one of restoring packages.
fn is_of_restore(code: &str) -> bool {
    code.starts_with("NU") || matches!(code, "NETSDK1004" | "NETSDK1005" | "NETSDK1064" | "MSB4236")
}

/// What a build reported, with what is known of projects that it did not compile: those that are up to date report nothing again, nor do those
/// that were not built.
fn with_known(
    mut now: Vec<BuildDiagnostic>,
    known: Vec<BuildDiagnostic>,
    compilers: &Compilers,
) -> Vec<BuildDiagnostic> {
    let compiled: HashSet<&ProjectRef> = compilers.compiled.iter().collect();
    let paths: HashSet<&str> = compilers.compiled.iter().map(|p| &*p.path).collect();
    let was_compiled = |p: &ProjectRef| match p.target_framework {
        Some(_) => compiled.contains(p),
        None => paths.contains(&*p.path),
    };
    // Only what compilers say of sources: other tasks report each time.
    let of_compiler = |d: &BuildDiagnostic| {
        let source = d.file.as_deref().is_some_and(|f| !f.ends_with("proj") && !f.ends_with("targets"));
        source && d.location.is_some() && !d.code.as_str().starts_with("MSB")
    };
    let kept =
        known.into_iter().filter(|d| of_compiler(d) && !d.projects.is_empty() && !d.projects.iter().any(was_compiled));
    let new: HashSet<(Option<String>, String, String)> = now.iter().map(place).collect();
    let kept: Vec<BuildDiagnostic> = kept.filter(|d| !new.contains(&place(d))).collect();
    now.extend(kept);
    now
}

fn place(d: &BuildDiagnostic) -> (Option<String>, String, String) {
    (d.file.as_deref().map(str::to_owned), format!("{:?} {}", d.location, d.code), d.message.to_string())
}

/// A solution filter in our state folder.
struct Filter(PathBuf);

impl Filter {
    fn write(state: &Path, text: &str) -> Option<Self> {
        disk::create_private(state).ok()?;
        let path = state.join(format!("affected-{}.slnf", std::process::id()));
        std::fs::write(&path, text).ok()?;
        Some(Self(path))
    }
}

impl Drop for Filter {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Which project compiles a file, and which projects reference a project.
struct ProjectGraph {
    of_file: HashMap<PathBuf, PathBuf>,
    referenced_by: BTreeMap<PathBuf, Vec<PathBuf>>,
}

impl ProjectGraph {
    /// `None` where there is nothing to choose from.
    fn of(workspace: &Workspace) -> Option<Self> {
        let csharp = workspace.index().csharp();
        let projects = csharp.projects();
        if projects.len() < 2 {
            return None;
        }
        let mut referenced_by: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
        for project in &projects {
            for reference in &project.references {
                referenced_by.entry(reference.to_path_buf()).or_default().push(PathBuf::from(&*project.path));
            }
        }
        let sources = workspace.index().files().filter(|f| f.extension().is_some_and(|e| e == "cs"));
        let of_file = sources.map(|f| (f.to_path_buf(), PathBuf::from(&*csharp.project(f).path)));
        let of_file = of_file.filter(|(_, project)| !project.as_os_str().is_empty()).collect();
        Some(Self { of_file, referenced_by })
    }

    /// The projects that hold the files and those that reference them, directly or not; `None` when a file is of no known project.
    fn affected(&self, changed: &[PathBuf]) -> Option<BTreeSet<PathBuf>> {
        let mut out = BTreeSet::new();
        let mut queue = changed.iter().map(|f| self.of_file.get(f).cloned()).collect::<Option<Vec<_>>>()?;
        while let Some(project) = queue.pop() {
            if out.insert(project.clone()) {
                queue.extend(self.referenced_by.get(&project).into_iter().flatten().cloned());
            }
        }
        Some(out)
    }
}

/// How far a build is, by what MSBuild's console prints in every language: `  App -> /src/App/bin/Debug/App.dll`.
struct Progress {
    shown: String,
    total: Option<usize>,
    done: BTreeSet<String>,
    /// The line that is not whole yet.
    line: Vec<u8>,
}

impl Progress {
    /// Longer lines are of something else.
    const LONGEST: usize = 4096;

    fn text(&self) -> String {
        let done = self.done.len();
        match self.total {
            Some(total) if total > 1 => format!("building: {} ({} of {total} projects)", self.shown, done.min(total)),
            _ => format!("building: {}", self.shown),
        }
    }

    /// Reads output; returns whether another project is done.
    fn push(&mut self, bytes: &[u8]) -> bool {
        let before = self.done.len();
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            if self.line.len() + piece.len() <= Self::LONGEST {
                self.line.extend_from_slice(piece);
            }
            if piece.ends_with(b"\n") {
                let line = String::from_utf8_lossy(&self.line);
                if let Some((name, _)) = line.strip_prefix("  ").and_then(|l| l.split_once(" -> ")) {
                    self.done.insert(name.to_owned());
                }
                self.line.clear();
            }
        }
        self.done.len() > before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_counted_as_they_are_built() {
        let mut progress = Progress { shown: "make".into(), total: Some(3), done: BTreeSet::new(), line: Vec::new() };
        assert_eq!(progress.text(), "building: make (0 of 3 projects)");
        assert!(!progress.push(b"  Restored x\n  App -"));
        assert!(progress.push(b"> /a/App.dll\n  App -> /b/App.dll\nx -> y\n"));
        assert!(!progress.push(&[b'x'; 10_000]));
        assert!(progress.push("\n  Bücher -> /b/B.dll\n".as_bytes()));
        assert_eq!(progress.text(), "building: make (2 of 3 projects)");
    }

    #[test]
    fn what_was_not_compiled_again_is_as_before() {
        let read = |text: &str| diagnostics::read(text.as_bytes()).diagnostics;
        let known = read(
            "/w/A.cs(1,1): warning CS0168: a [/w/A.csproj]\n/w/B.cs(1,1): warning CS0168: b [/w/B.csproj]\n\
             /w/C.cs(1,1): error CS0103: c [/w/C.csproj::TargetFramework=net8.0]\n/w/B.csproj : warning NU1701: old [/w/B.csproj]\n",
        );
        let project = |path: &str, framework: Option<&str>| ProjectRef {
            path: path.into(),
            target_framework: framework.map(Into::into),
        };
        let compilers = Compilers {
            compiled: vec![project("/w/A.csproj", None), project("/w/C.csproj", Some("net10.0"))],
            ..Compilers::default()
        };
        let now = with_known(read("/w/A.cs(2,1): warning CS0219: new [/w/A.csproj]\n"), known, &compilers);
        let messages: Vec<&str> = now.iter().map(|d| &*d.message).collect();
        assert_eq!(messages, ["new", "b", "c"]);
    }

    #[test]
    fn what_depends_on_a_file_is_affected() {
        let path = |p: &str| PathBuf::from(p);
        let graph = ProjectGraph {
            of_file: HashMap::from([(path("lib/A.cs"), path("lib.csproj")), (path("app/P.cs"), path("app.csproj"))]),
            referenced_by: BTreeMap::from([
                (path("lib.csproj"), vec![path("app.csproj")]),
                (path("app.csproj"), vec![path("tests.csproj"), path("lib.csproj")]),
            ]),
        };
        let affected = |file: &str| graph.affected(&[path(file)]).map(|a| a.len());
        assert_eq!((affected("lib/A.cs"), affected("x.cs")), (Some(3), None));
    }
}
