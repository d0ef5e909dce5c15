use crate::{BuildDiagnostic, Code, LineColumn, Location, Producer, ProjectRef};
use rustc_hash::FxHashMap;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// Projects that are kept of one diagnostic, and related places.
const MOST_PROJECTS: usize = 100;
const MOST_RELATED: usize = 64;

/// A format in which builds report.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Format {
    /// MSBuild's canonical lines, as its console and file loggers and csc print them.
    MsBuild,
    /// .NET's terminal logger.
    TerminalLogger,
    /// SARIF 1.0 (`-errorlog:x.sarif`).
    SarifV1,
    /// SARIF 2.1.0 (`-errorlog:x.sarif,version=2.1`).
    SarifV2,
    /// `tsc --pretty false`.
    TscPlain,
    /// `tsc --pretty`, with code frames.
    TscPretty,
    /// `.tsbuildinfo` of TypeScript 6 and before.
    TsBuildInfo,
    /// `.tsbuildinfo` of TypeScript 7.
    TsBuildInfo7,
    /// esbuild's frames, which `ng build` prints too.
    Esbuild,
    /// webpack's frames: ts-loader, fork-ts-checker-webpack-plugin.
    Webpack,
    /// vite-plugin-checker's frames.
    ViteChecker,
    /// `next build`.
    NextBuild,
    /// `deno check`.
    Deno,
    /// `@rollup/plugin-typescript`.
    Rollup,
    /// Rolldown, and what is built on it.
    Rolldown,
    /// `svelte-check`, for people and for machines.
    SvelteCheck,
    /// vitest's type checks.
    Vitest,
    /// Rows that were copied from Visual Studio's Error List.
    ErrorList,
    /// Problems that were copied from VS Code.
    Problems,
    /// Workflow commands of GitHub Actions (`::error …::`) and Azure Pipelines (`##vso[task.logissue …]`).
    WorkflowCommand,
}

/// What was read and what was left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LogStats {
    /// Bytes pushed.
    pub bytes: u64,
    /// Lines, over-long ones included.
    pub lines: u64,
    /// Lines above [`ReadOptions::max_line`](crate::ReadOptions::max_line), which were not read.
    pub over_long_lines: u64,
    /// Bytes, in lines that report something, that are not text in the log's encoding; replaced by U+FFFD.
    pub undecodable_bytes: u64,
    /// Diagnostics beyond [`ReadOptions::max_diagnostics`](crate::ReadOptions::max_diagnostics).
    pub dropped_diagnostics: u64,
    /// Documents (SARIF, `.tsbuildinfo`) above [`ReadOptions::max_document`](crate::ReadOptions::max_document).
    pub over_long_documents: u64,
    /// Suppressed SARIF results, which builds do not report.
    pub suppressed: u64,
    /// Lines that look like a part of a report (`error TS2304`, PowerShell's `NativeCommandError`) and could not be read.
    pub unread: u64,
}

impl LogStats {
    fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.lines += other.lines;
        self.over_long_lines += other.over_long_lines;
        self.undecodable_bytes += other.undecodable_bytes;
        self.dropped_diagnostics += other.dropped_diagnostics;
        self.over_long_documents += other.over_long_documents;
        self.suppressed += other.suppressed;
        self.unread += other.unread;
    }
}

/// The diagnostics of a log, each once, in the order of first mention.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BuildLog {
    /// Unique by (file, start, code, message).
    pub diagnostics: Vec<BuildDiagnostic>,
    /// Formats seen, sorted.
    pub formats: Vec<Format>,
    /// Counts.
    pub stats: LogStats,
}

impl BuildLog {
    /// Merges logs, such as those of several projects or jobs: a diagnostic that several report appears once, with all their
    /// projects.
    pub fn merge(logs: impl IntoIterator<Item = BuildLog>) -> BuildLog {
        let mut logs: Vec<BuildLog> = logs.into_iter().collect();
        if logs.len() == 1 {
            return logs.remove(0);
        }
        let mut all = Collector::new(usize::MAX);
        let mut stats = LogStats::default();
        for log in logs {
            stats.add(&log.stats);
            for format in log.formats {
                all.saw(format);
            }
            for diagnostic in log.diagnostics {
                all.add(diagnostic);
            }
        }
        BuildLog { stats, ..all.finish() }
    }
}

/// Keeps each diagnostic once and strings that recur (paths, projects) once.
#[derive(Debug)]
pub(crate) struct Collector {
    /// `None`: discarded.
    diagnostics: Vec<Option<BuildDiagnostic>>,
    discarded: usize,
    /// Hash of the key → indices. Hashes, not keys: the keys are in `diagnostics` already.
    index: FxHashMap<u64, Vec1>,
    /// Those of compilers that watch files.
    of_producer: FxHashMap<Producer, Vec<u32>>,
    /// Logs come from strangers, who must not know which keys have the same hash.
    hasher: RandomState,
    strings: HashSet<Arc<str>>,
    formats: Vec<Format>,
    limit: usize,
    pub(crate) stats: LogStats,
}

/// Nearly always one index; more after a collision.
#[derive(Debug)]
struct Vec1 {
    first: u32,
    more: Vec<u32>,
}

impl Collector {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            diagnostics: Vec::new(),
            discarded: 0,
            index: FxHashMap::default(),
            of_producer: FxHashMap::default(),
            hasher: RandomState::new(),
            strings: HashSet::new(),
            formats: Vec::new(),
            limit: limit.min(u32::MAX as usize),
            stats: LogStats::default(),
        }
    }

    pub(crate) fn intern(&mut self, s: &str) -> Arc<str> {
        if let Some(found) = self.strings.get(s) {
            return found.clone();
        }
        let new: Arc<str> = s.into();
        self.strings.insert(new.clone());
        new
    }

    pub(crate) fn saw(&mut self, format: Format) {
        if let Err(at) = self.formats.binary_search(&format) {
            self.formats.insert(at, format);
        }
    }

    pub(crate) fn add(&mut self, mut diagnostic: BuildDiagnostic) {
        let hash = self.hasher.hash_one(key(&diagnostic));
        if let Some(slots) = self.index.get(&hash) {
            let candidates = std::iter::once(slots.first).chain(slots.more.iter().copied());
            for i in candidates {
                if let Some(known) = self.diagnostics[i as usize].as_mut().filter(|known| same(known, &diagnostic)) {
                    absorb(known, diagnostic);
                    return;
                }
            }
        }
        if self.diagnostics.len() - self.discarded >= self.limit {
            self.stats.dropped_diagnostics += 1;
            return;
        }
        // The same message comes for many places.
        diagnostic.message = self.intern(&diagnostic.message);
        self.insert(hash, diagnostic);
    }

    fn insert(&mut self, hash: u64, diagnostic: BuildDiagnostic) {
        let at = self.diagnostics.len() as u32;
        self.index.entry(hash).and_modify(|slots| slots.more.push(at)).or_insert(Vec1 { first: at, more: Vec::new() });
        self.of_producer.entry(diagnostic.producer).or_default().push(at);
        self.diagnostics.push(Some(diagnostic));
    }

    /// Drops the diagnostics of the previous run of a compiler that watches files. Costs as much as there are, however often it is called.
    pub(crate) fn discard(&mut self, producer: Producer) {
        for at in self.of_producer.remove(&producer).unwrap_or_default() {
            let Some(old) = self.diagnostics[at as usize].take() else { continue };
            self.discarded += 1;
            // Those with the same key were discarded, too, or the key is another's.
            let hash = self.hasher.hash_one(key(&old));
            if let Some(slots) = self.index.get_mut(&hash) {
                slots.more.retain(|i| *i != at);
                if slots.first == at {
                    match slots.more.pop() {
                        Some(next) => slots.first = next,
                        None => {
                            self.index.remove(&hash);
                        }
                    }
                }
            }
        }
        if self.discarded > self.diagnostics.len() / 2 {
            self.index.clear();
            self.of_producer.clear();
            self.discarded = 0;
            for kept in std::mem::take(&mut self.diagnostics).into_iter().flatten() {
                let hash = self.hasher.hash_one(key(&kept));
                self.insert(hash, kept);
            }
        }
    }

    pub(crate) fn finish(self) -> BuildLog {
        BuildLog {
            diagnostics: self.diagnostics.into_iter().flatten().collect(),
            formats: self.formats,
            stats: self.stats,
        }
    }
}

type Key<'a> = (Option<&'a str>, Option<(u8, LineColumn)>, &'a Code, &'a str);

/// The end of a location is not part of the key: of two forms of one report, only one may print it.
fn key(d: &BuildDiagnostic) -> Key<'_> {
    let start = d.location.map(|location| match location {
        Location::LineColumn { start, .. } => (0, start),
        Location::Utf8 { start, .. } => (1, LineColumn { line: start, column: None }),
        Location::Utf16 { start, .. } => (2, LineColumn { line: start, column: None }),
    });
    (d.file.as_deref(), start, &d.code, &d.message)
}
fn same(a: &BuildDiagnostic, b: &BuildDiagnostic) -> bool {
    key(a) == key(b)
}

/// Merges two reports of one diagnostic.
fn absorb(kept: &mut BuildDiagnostic, other: BuildDiagnostic) {
    if let (
        Some(Location::LineColumn { end: kept_end @ None, .. }),
        Some(Location::LineColumn { end: other_end @ Some(_), .. }),
    ) = (&mut kept.location, &other.location)
    {
        *kept_end = *other_end;
    }
    kept.severity = kept.severity.max(other.severity);
    for project in other.projects {
        add_project(&mut kept.projects, project);
    }
    for related in other.related {
        if kept.related.len() < MOST_RELATED && !kept.related.contains(&related) {
            kept.related.push(related);
        }
    }
    if kept.arguments.is_empty() {
        kept.arguments = other.arguments;
    }
}

/// Adds a project unless it is there; its name (terminal logger) and its path (classic logger) are the same project.
fn add_project(projects: &mut Vec<ProjectRef>, new: ProjectRef) {
    for old in projects.iter_mut() {
        if old == &new {
            return;
        }
        if old.target_framework == new.target_framework {
            if is_name_of(&new.path, &old.path) {
                return;
            }
            if is_name_of(&old.path, &new.path) {
                *old = new;
                return;
            }
        }
    }
    if projects.len() < MOST_PROJECTS {
        projects.push(new);
    }
}
fn is_name_of(name: &str, path: &str) -> bool {
    !name.contains(['/', '\\']) && {
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        file != path && file.rsplit_once('.').is_some_and(|(stem, _)| stem == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Severity;

    fn diagnostic(code: &str, producer: Producer) -> BuildDiagnostic {
        BuildDiagnostic {
            file: Some("a".into()),
            location: None,
            code: Code::new(code),
            severity: Severity::Error,
            message: "m".into(),
            arguments: Vec::new(),
            projects: Vec::new(),
            related: Vec::new(),
            producer,
        }
    }

    #[test]
    fn a_watching_compiler_starts_again_and_others_stay() {
        let mut out = Collector::new(usize::MAX);
        out.add(diagnostic("CS1", Producer::CSharp));
        for run in 0..1000 {
            out.discard(Producer::TypeScript);
            out.add(diagnostic("TS1", Producer::TypeScript));
            out.add(diagnostic("TS1", Producer::TypeScript));
            out.add(diagnostic(&format!("TS{run}0"), Producer::TypeScript));
            out.add(diagnostic("CS1", Producer::CSharp));
            // What was discarded takes no room.
            assert!(out.diagnostics.len() < 10 && out.index.len() == 3, "{run}");
        }
        let codes: Vec<_> = out.finish().diagnostics.into_iter().map(|d| d.code.as_str().to_owned()).collect();
        assert_eq!(codes, ["CS1", "TS1", "TS9990"]);
    }

    /// One diagnostic that many projects report costs the same each time.
    #[test]
    fn projects_of_one_diagnostic_are_bounded() {
        let mut out = Collector::new(usize::MAX);
        for project in 0..1000 {
            let path = format!("/p{project}.csproj").into();
            let project = ProjectRef { path, target_framework: None };
            out.add(BuildDiagnostic { projects: vec![project], ..diagnostic("CS1", Producer::CSharp) });
        }
        assert_eq!(out.finish().diagnostics[0].projects.len(), MOST_PROJECTS);
    }
}
