//! Finds the places of a build's diagnostics in the files of the workspace.

use crate::found::{self, Found, Reported};
use crate::{CancelToken, Entry, Outcome, Reason, Span};
use diagnostics::{
    BuildDiagnostic, CaseHandling, Code, Location, Mapped, PathMap, Placer, SourceDiagnostic, Trust, arguments_of,
};
use fix::causes::project::is_of_project;
use fix::language;
use globset::GlobSet;
use index::Index;
use rayon::prelude::*;
use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use syntax::Language;
use text::{ContentHash, LineTable, PositionEncoding, TextRange};

/// Which diagnostics to look at.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these codes, in capitals; empty: all.
    pub codes: BTreeSet<String>,
    /// Not these.
    pub exclude_codes: BTreeSet<String>,
    /// Only files whose path below the root matches; `None`: all.
    pub paths: Option<GlobSet>,
}

impl Filter {
    /// Why the diagnostic is left out, if it is.
    fn excludes(&self, code: &str, path: Option<&Path>, roots: &[PathBuf]) -> Option<Reason> {
        // Tools spell some codes in small letters: `xUnit1026`.
        let has = |codes: &BTreeSet<String>| !codes.is_empty() && codes.contains(&code.to_uppercase());
        if !self.codes.is_empty() && !has(&self.codes) {
            return Some(Reason::OtherCode);
        }
        if has(&self.exclude_codes) {
            return Some(Reason::ExcludedCode);
        }
        let (Some(globs), Some(path)) = (&self.paths, path) else { return None };
        let below = roots.iter().find_map(|r| path.strip_prefix(r).ok()).unwrap_or(path);
        (!globs.is_match(below)).then_some(Reason::OtherFile)
    }
}

/// Places `diagnostics` in the files of `index`. The result is in order of path, position, code and message; equal ones count once.
/// Once it is cancelled, nothing more is placed.
pub(crate) fn load(
    index: &Index,
    diagnostics: Vec<BuildDiagnostic>,
    filter: &Filter,
    cancel: &CancelToken,
) -> Vec<Entry> {
    let paths = Paths::new(index, &diagnostics);
    let mut groups: BTreeMap<Option<Arc<Path>>, Vec<Entry>> = BTreeMap::new();
    // One name in two projects may be two files.
    let mut resolved: HashMap<(Arc<str>, Option<Arc<str>>), Result<Arc<Path>, Reason>> = HashMap::new();
    for diagnostic in diagnostics {
        let mut entry = Entry {
            span: diagnostic.location.and_then(span_of),
            diagnostic,
            path: None,
            place: None,
            moved: false,
            outcome: Outcome::Unfixable,
            reason: None,
            fix: None,
            cause: None,
            about_project: false,
        };
        if let Some(project) = project_of(&entry.diagnostic, |file| {
            resolved.entry((file.into(), None)).or_insert_with(|| paths.resolve(index, file, None)).clone().ok()
        }) {
            (entry.path, entry.span, entry.about_project) = (Some(project), None, true);
            groups.entry(entry.path.clone()).or_default().push(entry);
            continue;
        }
        match entry.diagnostic.file.clone() {
            None if place_in_document(index, &mut entry) => {}
            None => entry.settle(Outcome::Skipped, Reason::NoFile),
            Some(file) => {
                let project = entry.diagnostic.projects.first().map(|p| p.path.clone());
                let resolve = || paths.resolve(index, &file, project.as_deref());
                match resolved.entry((file.clone(), project.clone())).or_insert_with(resolve).clone() {
                    Ok(path) => entry.path = Some(path),
                    Err(reason) => entry.settle(Outcome::Skipped, reason),
                }
                // A file of another project, which lies in the folder of the one that reports it.
                let reporter = |file: &str| {
                    let resolve = || paths.resolve(index, file, None);
                    resolved.entry((file.into(), None)).or_insert_with(resolve).clone().ok()
                };
                if let (Some(path), Some(reporter)) = (&entry.path, project.as_deref().and_then(reporter))
                    && language::is_of_nested_project(index, &reporter, path)
                {
                    (entry.path, entry.span, entry.about_project) = (Some(reporter), None, true);
                }
            }
        }
        groups.entry(entry.path.clone()).or_default().push(entry);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.par_iter_mut().for_each(|(path, entries)| {
        if let Some(path) = path.as_ref().filter(|_| !cancel.is_cancelled()) {
            place_all(index, path, entries, cancel);
        }
        entries.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        entries.dedup_by(|b, a| {
            let same = sort_key(a) == sort_key(b) && a.diagnostic.file == b.diagnostic.file;
            if same {
                a.diagnostic.projects.append(&mut b.diagnostic.projects);
            }
            same
        });
    });
    // A log may report any number of diagnostics: the lists are joined one by one, never held twice.
    let mut entries: Vec<Entry> = Vec::new();
    for (_, mut group) in groups {
        match entries.is_empty() {
            true => entries = group,
            false => entries.append(&mut group),
        }
    }
    for entry in &mut entries {
        if let Some(why) = filter.excludes(entry.diagnostic.code.as_str(), entry.path.as_deref(), index.roots()) {
            entry.settle(Outcome::Skipped, why);
        }
    }
    entries
}

/// The file of the project that a diagnostic is about, when that is not the file that it points at: a step of the build, what a build
/// writes for the compiler, nothing at all.
fn project_of(d: &BuildDiagnostic, mut resolve: impl FnMut(&str) -> Option<Arc<Path>>) -> Option<Arc<Path>> {
    let code = d.code.as_str();
    // What a build writes for the compiler, from the project alone.
    let written = [".GlobalUsings.g.cs", ".AssemblyInfo.cs", ".AssemblyAttributes.cs"];
    let is_written = code.starts_with("CS")
        && d.file.as_deref().is_some_and(|f| {
            written.iter().any(|end| f.ends_with(end)) && f.split(['/', '\\']).any(|part| part == "obj")
        });
    let is_codeless = code.is_empty() && d.location.is_none();
    if !is_of_project(code) && !is_written && !is_codeless {
        return None;
    }
    let is_source = |path: &Arc<Path>| Language::of_path(path).is_some();
    // A file that projects import, and that is broken itself.
    if code == "MSB4024"
        && let Some(file) = arguments_of(&d.code, &d.message).first().and_then(|file| resolve(file))
    {
        return Some(file);
    }
    let own = d.file.as_deref().filter(|_| !is_written).and_then(&mut resolve).filter(|p| !is_source(p));
    if let Some(own) = own {
        // It has a place in it, or is about all of it.
        return d.location.is_none().then_some(own);
    }
    let named = |path: &str| match path
        .rsplit(['/', '\\'])
        .next()
        .is_some_and(|name| name.contains("proj") || name.contains(".sln"))
    {
        true => path.to_owned(),
        // The terminal logger gives the name alone.
        false => format!("{path}.csproj"),
    };
    d.projects.iter().find_map(|p| resolve(&named(&p.path))).filter(|p| !is_source(p))
}

fn sort_key(e: &Entry) -> impl Ord + '_ {
    (
        e.place.as_ref().map(|p| p.range),
        e.span,
        e.diagnostic.code.as_str(),
        &*e.diagnostic.message,
        e.diagnostic.file.as_deref(),
    )
}

fn span_of(location: Location) -> Option<Span> {
    let Location::LineColumn { start, end } = location else { return None };
    let column = start.column.unwrap_or(1);
    Some(Span { line: start.line, column, end: end.and_then(|e| Some((e.line, e.column?))) })
}

/// Places a diagnostic without a file in the document that it is about; whether there is one.
fn place_in_document(index: &Index, entry: &mut Entry) -> bool {
    let d = &entry.diagnostic;
    let arguments: Arc<[String]> = match d.arguments.is_empty() {
        true => arguments_of(&d.code, &d.message).into(),
        false => d.arguments.as_slice().into(),
    };
    let Some((path, range)) = language::document_of(index, d.code.as_str(), &arguments) else { return false };
    let Some(text) = index.text(&path).filter(|text| text.get(range.start..range.end).is_some()) else { return false };
    let path: Arc<Path> = path.into();
    let table = LineTable::new(&text, text::LineBreaks::Lsp);
    let start = table.position(&text, range.start, PositionEncoding::Utf16);
    entry.span = Some(Span { line: start.line + 1, column: start.column + 1, end: None });
    entry.path = Some(path.clone());
    entry.place = Some(SourceDiagnostic {
        path,
        range: TextRange::empty(range.start),
        text_hash: ContentHash::of(text.as_bytes()),
        code: d.code.clone(),
        severity: d.severity,
        message: d.message.clone(),
        arguments,
        trust: Trust::Sure,
    });
    true
}

fn place_all(index: &Index, path: &Arc<Path>, entries: &mut [Entry], cancel: &CancelToken) {
    let Some(text) = index.text(path) else {
        for entry in entries {
            entry.settle(Outcome::Skipped, Reason::NotText);
        }
        return;
    };
    // What is about a document has its place already.
    let entries: Vec<&mut Entry> = entries.iter_mut().filter(|e| e.place.is_none()).collect();
    let hash = ContentHash::of(text.as_bytes());
    let breaks = Language::of_path(path).map_or(text::LineBreaks::Lsp, Language::line_breaks);
    let table = LineTable::new(&text, breaks);
    let placer = Placer::new(&text, breaks);
    // Many diagnostics have the same message.
    let mut parsed: HashMap<(Code, Arc<str>), Arc<[String]>> = HashMap::new();
    let reported: Vec<Reported> = entries
        .iter()
        .map(|entry| {
            let d = &entry.diagnostic;
            let arguments = match d.arguments.is_empty() {
                true => parsed
                    .entry((d.code.clone(), d.message.clone()))
                    .or_insert_with(|| arguments_of(&d.code, &d.message).into())
                    .clone(),
                false => d.arguments.as_slice().into(),
            };
            let range = placer.place(d);
            let at = entry.span.map(|s| (s.line, s.column));
            let line_only = matches!(d.location, Some(Location::LineColumn { start, .. }) if start.column.is_none());
            Reported { code: d.code.clone(), arguments, at, line_only, range }
        })
        .collect();
    let (about, others): (Vec<_>, Vec<_>) =
        entries.into_iter().zip(reported).partition(|(entry, _)| entry.about_project);
    for (entry, reported) in about {
        entry.place = Some(SourceDiagnostic {
            path: path.clone(),
            range: TextRange::empty(0),
            text_hash: hash,
            code: entry.diagnostic.code.clone(),
            severity: entry.diagnostic.severity,
            message: entry.diagnostic.message.clone(),
            arguments: reported.arguments,
            trust: Trust::Sure,
        });
    }
    let (with_place, without): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|(entry, _)| entry.diagnostic.location.is_some());
    for (entry, _) in without {
        entry.settle(Outcome::Skipped, Reason::NoPosition);
    }
    let (entries, reported): (Vec<&mut Entry>, Vec<Reported>) = with_place.into_iter().unzip();
    let found = found::find(index, path, &text, &table, &reported, cancel);
    for ((entry, reported), found) in entries.into_iter().zip(reported).zip(found) {
        entry.moved = matches!(found, Found::Elsewhere(..));
        let (range, trust) = match found {
            Found::There(trust) => (reported.range.unwrap_or_default(), trust),
            Found::Near(start, trust) => (TextRange::empty(start), trust),
            Found::Elsewhere(start, trust) => {
                let length = reported.range.map_or(0, TextRange::len);
                let end = Some(start + length).filter(|&end| text.is_char_boundary(end)).unwrap_or(start);
                (TextRange::new(start, end), trust)
            }
            Found::Lost(expected) => {
                entry.settle(Outcome::Stale, Reason::NotThere(expected));
                continue;
            }
            Found::OutOfText => {
                entry.settle(Outcome::Stale, Reason::PositionMissing);
                continue;
            }
        };
        if entry.span.is_none() {
            let start = table.position(&text, range.start, PositionEncoding::Utf16);
            let end = table.position(&text, range.end, PositionEncoding::Utf16);
            entry.span = Some(Span {
                line: start.line + 1,
                column: start.column + 1,
                end: Some((end.line + 1, end.column + 1)),
            });
        }
        entry.place = Some(SourceDiagnostic {
            path: path.clone(),
            range,
            text_hash: hash,
            code: entry.diagnostic.code.clone(),
            severity: entry.diagnostic.severity,
            message: entry.diagnostic.message.clone(),
            arguments: reported.arguments,
            trust,
        });
    }
}

/// Whether a project is named by its file: `/b/App/App.csproj`, and not `App`.
fn is_project_file(project: &str) -> bool {
    project.rsplit_once('.').is_some_and(|(_, extension)| extension.ends_with("proj") && extension.len() > 4)
}

/// Of several files, those that the project compiles, as far as folders tell: `/b/App/App.csproj`, or `App` as the terminal logger names it, or the
/// folder or name of a package before the line of a task runner. All of them where none is more likely.
fn of_project(index: &Index, files: Vec<PathBuf>, project: &str) -> Vec<PathBuf> {
    let parts: Vec<&str> = project.split(['/', '\\']).filter(|p| !p.is_empty()).collect();
    let Some(name) = parts.last().copied() else { return files };
    let folders = |file: &PathBuf| {
        let inside = |f: &&Path| index.roots().iter().any(|r| f.starts_with(r));
        file.ancestors().skip(1).take_while(inside).map(Path::to_path_buf).collect::<Vec<_>>()
    };
    let is_file = |path: PathBuf| index.system().is_file(&path);
    // How many components of the printed path agree.
    let agree = |path: &Path| {
        let own = path.components().rev().map(|c| c.as_os_str().to_str().unwrap_or_default());
        own.zip(parts.iter().rev()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    };
    let score = |file: &PathBuf| {
        let folders = folders(file);
        if is_project_file(name) {
            let own = folders.iter().map(|f| f.join(name)).find(|path| is_file(path.clone()));
            return own.map_or(0, |path| agree(&path));
        }
        let of_name =
            |f: &PathBuf| ["csproj", "vbproj", "fsproj"].iter().any(|e| is_file(f.join(format!("{name}.{e}"))));
        if folders.iter().any(of_name) {
            return 1;
        }
        // `packages/ui typecheck`, `@acme/ui:build`.
        let package = project.split([' ', ':']).next().unwrap_or_default();
        let package = package.rsplit_once('/').filter(|_| package.starts_with('@')).map_or(package, |(_, name)| name);
        usize::from(!package.is_empty() && folders.iter().any(|f| f.ends_with(package)))
    };
    let scores: Vec<usize> = files.iter().map(score).collect();
    let best = scores.iter().copied().max().unwrap_or(0);
    match best {
        0 => files,
        best => files.into_iter().zip(scores).filter(|(_, s)| *s == best).map(|(file, _)| file).collect(),
    }
}

/// The workspace's files, to find those that a log names, perhaps one of another machine.
struct Paths {
    maps: Vec<PathMap>,
    /// The folders that hold files, by their own name.
    folders: OnceCell<BTreeMap<OsString, BTreeSet<PathBuf>>>,
    /// How many places were looked at.
    probes: Cell<usize>,
}

/// Components of a printed path that are looked for on the disk.
const MOST_PARTS: usize = 64;
/// Places that are looked at, only to say why a path means no file.
const MOST_PROBES: usize = 200_000;

impl Paths {
    fn new(index: &Index, printed: &[BuildDiagnostic]) -> Self {
        let case =
            if cfg!(any(windows, target_os = "macos")) { CaseHandling::Insensitive } else { CaseHandling::Sensitive };
        let names: BTreeSet<&str> = printed.iter().filter_map(|d| d.file.as_deref()).collect();
        let map = |root: &PathBuf| {
            let below = index.files().filter_map(|f| f.strip_prefix(root).ok()?.to_str());
            let mut map = PathMap::new(below, root, case);
            map.learn(&names);
            map
        };
        Self { maps: index.roots().iter().map(map).collect(), folders: OnceCell::new(), probes: Cell::new(0) }
    }

    /// The one file that matches `printed`, which `project` reported.
    fn resolve(&self, index: &Index, printed: &str, project: Option<&str>) -> Result<Arc<Path>, Reason> {
        // Tools that print relative paths print them from the folder of the project.
        let folder = project.filter(|p| is_project_file(p)).and_then(|p| Some(p.rsplit_once(['/', '\\'])?.0));
        let base = folder.filter(|_| !printed.starts_with(['/', '\\']) && !printed.contains(':')).map(Path::new);
        let mut found: Vec<PathBuf> = Vec::new();
        let mut reason: Option<Reason> = None;
        for map in &self.maps {
            if let Some(base) = base
                && let Mapped::File(path) = map.map(printed, Some(base))
            {
                found.push(path);
                continue;
            }
            match map.map(printed, None) {
                Mapped::File(path) => found.push(path),
                Mapped::Ambiguous(paths) => {
                    found.extend(project.map_or(paths.clone(), |p| of_project(index, paths, p)))
                }
                Mapped::Outside => {
                    let found = Some(self.unindexed(index, printed)).filter(|r| *r != Reason::MissingFile);
                    reason = reason.or(found).or(Some(Reason::OutsideWorkspace));
                }
                Mapped::Missing => reason = Some(self.unindexed(index, printed)),
                Mapped::Refused(refusal) => reason = Some(Reason::BadPath(refusal)),
            }
        }
        found.sort();
        found.dedup();
        match found.len() {
            0 => Err(reason.unwrap_or(Reason::OutsideWorkspace)),
            1 => Ok(found.remove(0).into()),
            n => Err(Reason::AmbiguousFile(n)),
        }
    }

    /// Why no indexed file is meant by the path as printed, which may be another machine's or relative to a package.
    fn unindexed(&self, index: &Index, printed: &str) -> Reason {
        let slashes = printed.replace('\\', "/");
        let path = Path::new(&slashes);
        if path.components().any(|c| c == Component::ParentDir) {
            return Reason::MissingFile;
        }
        let mut parts: Vec<_> = path.components().filter(|c| matches!(c, Component::Normal(_))).collect();
        parts.drain(..parts.len().saturating_sub(MOST_PARTS));
        let may_look = || {
            self.probes.set(self.probes.get() + 1);
            self.probes.get() <= MOST_PROBES
        };
        let below = |root: &PathBuf| {
            // A name alone is not enough for the path of another machine.
            let shortest = if path.is_relative() { 1 } else { 2 };
            let mut ends = (0..(parts.len() + 1).saturating_sub(shortest))
                .map(|from| root.join(parts[from..].iter().collect::<PathBuf>()));
            ends.find(|file| may_look() && index.system().is_file(file))
        };
        // Beside sources of a package.
        let beside = || {
            let (name, folder) = (path.file_name()?, path.parent().filter(|_| path.is_relative())?);
            let all = self.folders(index);
            let of_name = folder.file_name().map(|name| all.get(name).into_iter());
            let folders: Box<dyn Iterator<Item = &PathBuf>> = match of_name {
                Some(of_name) => Box::new(of_name.flatten()),
                None => Box::new(all.values().flatten()),
            };
            let mut folders = folders.take_while(|_| may_look()).filter(|f| f.ends_with(folder)).map(|f| f.join(name));
            folders.find(|file| index.system().is_file(file))
        };
        match index.roots().iter().find_map(below).or_else(beside) {
            None => Reason::MissingFile,
            Some(file) if Language::of_path(&file).is_some() => Reason::NotASource,
            Some(file) => match file.extension().and_then(|e| e.to_str()) {
                Some(extension) => Reason::OtherKind(extension.to_owned()),
                None => Reason::NotASource,
            },
        }
    }

    fn folders(&self, index: &Index) -> &BTreeMap<OsString, BTreeSet<PathBuf>> {
        self.folders.get_or_init(|| {
            let mut out: BTreeMap<OsString, BTreeSet<PathBuf>> = BTreeMap::new();
            for folder in index.files().filter_map(|f| f.parent()) {
                if let Some(name) = folder.file_name() {
                    out.entry(name.to_owned()).or_default().insert(folder.to_owned());
                }
            }
            out
        })
    }
}
