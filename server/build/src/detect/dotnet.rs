//! What `dotnet build` can build: solutions, projects, apps of one file.

use super::error::DetectError;
use super::folders::{self, Environment, extension};
use super::global_json;
use crate::command::quote;
use crate::projects::references;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const SOLUTIONS: [&str; 2] = ["slnx", "sln"];
const FILTER: &str = "slnf";
/// Projects of languages. Those that only run others (`dirs.proj`) come after them.
const PROJECTS: [&str; 3] = ["csproj", "vbproj", "fsproj"];
const TRAVERSAL: &str = "proj";
/// Bytes of a source in which directives of a file-based app are looked for: they stand before the code.
const HEAD: u64 = 4 << 10;
/// Sources of a folder that are looked at.
const MOST_SOURCES: usize = 200;

/// Whether a file is built by `dotnet build FILE`.
pub(crate) fn is_project(name: &str) -> bool {
    let extension = extension(name);
    let extension = extension.as_str();
    SOLUTIONS.contains(&extension) || PROJECTS.contains(&extension) || [FILTER, TRAVERSAL].contains(&extension)
}

/// What is to be built of the files that lie in `folder` itself.
pub(crate) fn here(folder: &Path) -> Result<Option<PathBuf>, DetectError> {
    let names = folders::files(folder);
    if let Some(found) = solution(folder, &names)? {
        return Ok(Some(found));
    }
    if let Some(found) = project(folder, &names)? {
        return Ok(Some(found));
    }
    one("file-based apps", apps(folder, &names))
}

/// What is to be built of the files in folders below `root`.
pub(crate) fn below(root: &Path) -> Result<Option<PathBuf>, DetectError> {
    let mut projects: Vec<PathBuf> = Vec::new();
    let mut filters: Vec<PathBuf> = Vec::new();
    let mut with_solution: Vec<(PathBuf, Vec<String>)> = Vec::new();
    for (folder, names) in folders::below(root) {
        let of =
            |wanted: &str| names.iter().filter(|n| extension(n) == wanted).map(|n| folder.join(n)).collect::<Vec<_>>();
        projects.extend(PROJECTS.iter().flat_map(|e| of(e)));
        filters.extend(of(FILTER));
        if names.iter().any(|n| SOLUTIONS.contains(&extension(n).as_str())) {
            with_solution.push((folder, names));
        }
    }
    match with_solution.as_slice() {
        [] => {}
        [(folder, names)] => return solution(folder, names),
        several => {
            let candidates = several.iter().filter_map(|(f, names)| match solution(f, names) {
                Ok(found) => found.map(|f| vec![f]),
                Err(DetectError::Several { candidates, .. }) => Some(candidates),
                Err(_) => None,
            });
            return one("solutions", candidates.flatten().collect());
        }
    }
    if let [only] = filters.as_slice() {
        return Ok(Some(only.clone()));
    }
    one("projects", tops(projects))
}

/// The command for a project, solution or app.
pub(crate) fn command(root: &Path, target: &Path, environment: &Environment) -> Result<String, DetectError> {
    let Some(dotnet) = environment.program("dotnet") else {
        return Err(DetectError::NoDotnet { project: target.to_owned(), elsewhere: environment.dotnet_elsewhere() });
    };
    if let Some(missing) = global_json::missing_sdk(root, &dotnet) {
        return Err(DetectError::NoSdk(Box::new(missing)));
    }
    let name = target.strip_prefix(root).unwrap_or(target).to_string_lossy().into_owned();
    // A name is no option.
    let name = if name.starts_with(['-', '@']) { format!("./{name}") } else { name };
    Ok(format!("dotnet build {} -nologo", quote(&name)))
}

/// The project or solution in a folder above `folder` that may compile its files.
pub(crate) fn above(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().skip(1).take(8).find_map(|f| {
        let names = folders::files(f);
        names.iter().find(|n| PROJECTS.contains(&extension(n).as_str())).map(|n| f.join(n))
    })
}

fn one(what: &'static str, mut candidates: Vec<PathBuf>) -> Result<Option<PathBuf>, DetectError> {
    match candidates.len() {
        0 | 1 => Ok(candidates.pop()),
        _ => Err(DetectError::Several { what, candidates }),
    }
}

fn with_extension(folder: &Path, names: &[String], wanted: &str) -> Vec<PathBuf> {
    names.iter().filter(|n| extension(n) == wanted).map(|n| folder.join(n)).collect()
}

/// The one solution of a folder. One that was migrated to `.slnx` may still lie beside it as `.sln`; a filter is a part of one.
fn solution(folder: &Path, names: &[String]) -> Result<Option<PathBuf>, DetectError> {
    let new = with_extension(folder, names, "slnx");
    let old = with_extension(folder, names, "sln");
    let migrated = |path: &PathBuf| new.iter().any(|n| n.file_stem() == path.file_stem());
    let all: Vec<PathBuf> = new.iter().cloned().chain(old.iter().filter(|o| !migrated(o)).cloned()).collect();
    match all.is_empty() {
        true => one("solution filters", with_extension(folder, names, FILTER)),
        false => one("solutions", all),
    }
}

fn project(folder: &Path, names: &[String]) -> Result<Option<PathBuf>, DetectError> {
    for extensions in [&["csproj"][..], &PROJECTS, &[TRAVERSAL]] {
        let found = tops(extensions.iter().flat_map(|e| with_extension(folder, names, e)).collect());
        if !found.is_empty() {
            return one("projects", found);
        }
    }
    Ok(None)
}

/// The projects that no other one references: they build the others, too.
fn tops(projects: Vec<PathBuf>) -> Vec<PathBuf> {
    if projects.len() < 2 {
        return projects;
    }
    let references: BTreeMap<&PathBuf, Vec<PathBuf>> = projects.iter().map(|p| (p, references(p))).collect();
    let referenced: BTreeSet<&PathBuf> =
        references.iter().flat_map(|(of, r)| r.iter().filter(move |r| r != of)).collect();
    let tops: Vec<PathBuf> = projects.iter().filter(|p| !referenced.contains(p)).cloned().collect();
    // A circle has none.
    if tops.is_empty() { projects } else { tops }
}

/// Sources that are apps by themselves: they say so in directives or in their first line.
fn apps(folder: &Path, names: &[String]) -> Vec<PathBuf> {
    let sources = with_extension(folder, names, "cs").into_iter().take(MOST_SOURCES);
    sources.filter(|path| is_app(path)).collect()
}

/// Whether a source says that it is an app by itself: `#!/usr/bin/env dotnet`, `#:package Humanizer@2.14.1`.
pub(crate) fn is_app(source: &Path) -> bool {
    let head = disk::head(source, HEAD).unwrap_or_default();
    let head = String::from_utf8_lossy(&head);
    let head = head.strip_prefix('\u{feff}').unwrap_or(&head);
    head.starts_with("#!") || head.lines().any(|l| l.trim_start().starts_with("#:"))
}
