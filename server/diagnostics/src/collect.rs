use crate::compiler::Compilers;
use crate::draft::Draft;
use crate::{BuildDiagnostic, Code, LineColumn, Location, Producer, ProjectRef, Related};
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
    /// MSBuild's binary log.
    BinaryLog,
    /// The report of `dotnet format`.
    DotnetFormat,
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
    /// Runs of compilers, where the log tells them.
    pub compilers: Compilers,
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
            all.compilers.add(log.compilers);
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
    pub(crate) compilers: Compilers,
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
            compilers: Compilers::default(),
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

    pub(crate) fn has_seen(&self, format: Format) -> bool {
        self.formats.binary_search(&format).is_ok()
    }

    /// Adds what a format tells: the paths of a log recur.
    pub(crate) fn add_draft(&mut self, draft: Draft) {
        let file = draft.file.map(|f| self.intern(&f));
        let code = Code::new(&draft.code);
        let related = draft
            .related
            .into_iter()
            .map(|(file, location, message)| Related { file: file.map(|f| self.intern(&f)), location, message })
            .collect();
        self.add(BuildDiagnostic {
            file,
            location: draft.location,
            producer: code.producer(),
            code,
            severity: draft.severity,
            message: draft.message.trim_end().into(),
            arguments: Vec::new(),
            projects: draft.project.into_iter().collect(),
            related,
        });
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

    /// Takes off what stands before every path: a clock, a level, the name of a job, as a service prints them before each line of a block. Only what
    /// cannot be a part of the paths counts: it ends with white space or a bar, and has signs that names of files do not have, or numbers of which some differ.
    pub(crate) fn drop_common_prefix(&mut self) {
        // Before absolute paths it is gone already.
        let drive = |f: &str| matches!(f.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
        let relative = |f: &&str| !f.starts_with('/') && !f.starts_with("\\\\") && !drive(f);
        let files = || self.diagnostics.iter().flatten().filter_map(|d| d.file.as_deref()).filter(relative);
        let Some(first) = files().next().filter(|_| files().nth(2).is_some()) else { return };
        let mut common = shape(first).map(|(c, _)| c).collect::<Vec<char>>();
        for file in files() {
            let alike = shape(file).zip(&common).take_while(|((c, _), other)| c == *other).count();
            common.truncate(alike);
            let end = common.iter().rposition(|c| matches!(c, ' ' | '\t' | '|')).map_or(0, |at| at + 1);
            common.truncate(end);
        }
        let length =
            |file: &str| common.len().checked_sub(1).and_then(|last| shape(file).nth(last)).map_or(0, |(_, end)| end);
        let prefix = &first[..length(first)];
        let numbers = common.iter().filter(|c| **c == '0').count();
        let varies = numbers > 1 && files().any(|f| &f[..length(f)] != prefix);
        // Names of files have letters, digits and few signs.
        let sign =
            |c: char| !c.is_alphanumeric() && !matches!(c, ' ' | '.' | '_' | '-' | '+' | '@' | '~' | ',' | '\'' | '&');
        let marked = prefix.contains(sign) && !prefix.contains(['/', '\\']);
        if prefix.trim().is_empty() || !varies && !marked {
            return;
        }
        self.index.clear();
        for mut diagnostic in std::mem::take(&mut self.diagnostics).into_iter().flatten() {
            if let Some(file) = diagnostic.file.as_deref().filter(relative) {
                let file = file[length(file)..].trim_start().to_owned();
                diagnostic.file = Some(self.intern(&file)).filter(|f| !f.is_empty());
            }
            self.add(diagnostic);
        }
    }

    pub(crate) fn finish(mut self) -> BuildLog {
        self.compilers.settle();
        BuildLog {
            diagnostics: self.diagnostics.into_iter().flatten().collect(),
            formats: self.formats,
            compilers: self.compilers,
            stats: self.stats,
        }
    }
}

/// The characters of a text with where they end; digits that stand together are one `0`.
fn shape(text: &str) -> impl Iterator<Item = (char, usize)> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (mut at, c) = chars.next()?;
        if !c.is_ascii_digit() {
            return Some((c, at + c.len_utf8()));
        }
        while let Some((next, _)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
            at = next;
        }
        Some(('0', at + 1))
    })
}

type Key<'a> = (Option<&'a str>, Option<(u8, LineColumn)>, &'a Code, &'a str);

/// A message without the help link that consoles append and SARIF does not: ` (https://…)`.
fn without_link(message: &str) -> &str {
    let (before, link) = message.rsplit_once(" (https://").unwrap_or((message, ""));
    let is_link = link.strip_suffix(')').is_some_and(|l| !l.contains(char::is_whitespace));
    if is_link { before } else { message }
}

/// The end of a location is not part of the key: of two forms of one report, only one may print it.
fn key(d: &BuildDiagnostic) -> Key<'_> {
    let start = d.location.map(|location| match location {
        Location::LineColumn { start, .. } => (0, start),
        Location::Utf8 { start, .. } => (1, LineColumn { line: start, column: None }),
        Location::Utf16 { start, .. } => (2, LineColumn { line: start, column: None }),
    });
    (d.file.as_deref(), start, &d.code, without_link(&d.message))
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
    if other.message.len() > kept.message.len() {
        kept.message = other.message;
    }
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
    use crate::{Severity, read};

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

    #[test]
    fn what_stands_before_every_path_goes() {
        let files = |prefixes: [&str; 3]| {
            let line = |(i, prefix): (usize, &&str)| {
                format!("{prefix}src/A{i}.cs(1,2): error CS0103: The name 'x' is missing\n")
            };
            let log: String = prefixes.iter().enumerate().map(line).collect();
            read(log.as_bytes())
                .diagnostics
                .iter()
                .map(|d| d.file.as_deref().unwrap_or("-").to_owned())
                .collect::<Vec<_>>()
        };
        let plain = ["src/A0.cs", "src/A1.cs", "src/A2.cs"];
        assert_eq!(files(["29.11.2026 16:20:01 ", "29.11.2026 16:20:01 ", "29.11.2026 16:20:12 "]), plain);
        assert_eq!(files(["17643.123 ", "17643.124 ", "17650.0 "]), plain);
        assert_eq!(files(["agent => "; 3]), plain);
        assert_eq!(files(["▸ "; 3]), plain);
        assert_eq!(files(["2026-11-29 16:20:01.1234|ERROR|Build|"; 3]), plain);
        assert_eq!(files(["9\t", "10\t", "11\t"]), plain);
        // Folders.
        for folders in
            [["My App/"; 3], ["01 Start/", "02 More/", "03 End/"], ["Part 1 (a)/", "Part 2 (a)/", "Part 3 (a)/"]]
        {
            let whole: Vec<String> = folders.iter().enumerate().map(|(i, f)| format!("{f}src/A{i}.cs")).collect();
            assert_eq!(files(folders), whole);
        }
    }

    #[test]
    fn a_log_and_the_sarif_of_one_build_are_one() {
        for (printed, uri) in [("/b/My App/A.cs", "file:///b/My%20App/A.cs"), ("C:\\b\\A.cs", "file:///C:/b/A.cs")] {
            let console = format!("{printed}(1,2): warning XY12: Text (https://example.org/XY12) [/b/App.csproj]\n");
            let sarif = format!(
                r#"{{"version":"2.1.0","runs":[{{"results":[{{"ruleId":"XY12","level":"warning","message":{{"text":"Text"}},
                "locations":[{{"physicalLocation":{{"artifactLocation":{{"uri":"{uri}"}},"region":{{"startLine":1,"startColumn":2,"endLine":1,"endColumn":5}}}}}}]}}]}}]}}"#
            );
            let one = BuildLog::merge([read(console.as_bytes()), read(sarif.as_bytes())]);
            let other = BuildLog::merge([read(sarif.as_bytes()), read(console.as_bytes())]);
            for log in [one, other] {
                let shown: Vec<_> = log.diagnostics.iter().map(|d| d.message.to_string()).collect();
                assert_eq!(shown, ["Text (https://example.org/XY12)"], "{printed}");
            }
        }
    }
}
