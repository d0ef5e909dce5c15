//! How a TypeScript project is type-checked: by what its `package.json` says, by its `tsconfig.json`, by the packages of its workspace.

use super::error::DetectError;
use super::folders::{self, Environment};
use super::packages::{json, local, not_installed};
use super::{Found, scripts};
use crate::command::quote;
use disk::Kind;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Packages of a workspace that are checked.
const MOST_PACKAGES: usize = 100;

/// Whether a file name is that of a TypeScript project.
pub(crate) fn is_project_name(name: &str) -> bool {
    name == "package.json" || is_tsconfig(name)
}

fn is_tsconfig(name: &str) -> bool {
    name.starts_with("tsconfig") && name.ends_with(".json")
}

/// What checks the folder by the files that lie in it.
pub(crate) fn here(root: &Path, environment: &Environment) -> Found {
    let names = folders::files(root);
    let package = names.iter().any(|n| n == "package.json").then(|| root.join("package.json"));
    let package = package.and_then(|path| Some((json(&path)?, path)));
    if let Some((package, path)) = &package
        && let Some(found) = scripts::command(root, package, path, environment)?
    {
        return Ok(Some(found));
    }
    let tsconfigs: Vec<&String> = names.iter().filter(|n| is_tsconfig(n)).collect();
    if tsconfigs.iter().any(|n| *n == "tsconfig.json")
        && let Some(command) = of_tsconfig(root, &root.join("tsconfig.json"), environment)?
    {
        return Ok(Some(("tsc", command)));
    }
    // Those that others extend, and those of tools, are no programs.
    let base = |name: &str| ["base", "common", "shared", "paths", "lint", "options"].iter().any(|w| name.contains(w));
    let own: Vec<PathBuf> =
        tsconfigs.iter().filter(|n| **n != "tsconfig.json" && !base(n)).map(|n| root.join(n.as_str())).collect();
    match own.as_slice() {
        [] => {}
        [only] => return Ok(of_tsconfig(root, only, environment)?.map(|c| ("tsc", c))),
        several => {
            let sources = ["build", "app", "src", "lib", "prod"];
            let of_sources = |p: &&PathBuf| sources.iter().any(|s| p.ends_with(format!("tsconfig.{s}.json")));
            let found: Vec<&PathBuf> = several.iter().filter(of_sources).collect();
            return match found.as_slice() {
                [only] => Ok(of_tsconfig(root, only, environment)?.map(|c| ("tsc", c))),
                _ => Err(DetectError::Several { what: "tsconfigs", candidates: own }),
            };
        }
    }
    let Some((package, _)) = &package else { return Ok(None) };
    let packages = packages(root, package);
    Ok(of_packages(root, &packages, environment)?.map(|c| ("tsc", c)))
}

/// What checks projects in folders below.
pub(crate) fn below(root: &Path, environment: &Environment) -> Found {
    let with_tsconfig = folders::below(root).filter(|(_, names)| names.iter().any(|n| n == "tsconfig.json"));
    let mut found: Vec<PathBuf> = with_tsconfig.map(|(folder, _)| folder.join("tsconfig.json")).collect();
    // A project within a project is a part of it, or of its tests.
    let folder = |p: &PathBuf| p.parent().map(Path::to_path_buf).unwrap_or_default();
    let all = found.clone();
    found.retain(|p| !all.iter().any(|other| other != p && folder(p).starts_with(folder(other))));
    match found.as_slice() {
        [] => Ok(None),
        [only] => Ok(of_tsconfig(root, only, environment)?.map(|c| ("tsc", c))),
        _ => Err(DetectError::Several { what: "tsconfigs", candidates: found }),
    }
}

/// What checks a file that was named: a tsconfig of any name, or a package.json.
pub(crate) fn of_file(root: &Path, file: &Path, environment: &Environment) -> Found {
    if file.file_name().is_some_and(|n| n == "package.json") {
        let folder = file.parent().unwrap_or(root);
        let Some((tool, command)) = here(folder, environment)? else { return Ok(None) };
        let below = folder.strip_prefix(root).unwrap_or(folder);
        let cd = if below.as_os_str().is_empty() {
            String::new()
        } else {
            format!("cd {} && ", quote(&below.to_string_lossy()))
        };
        return Ok(Some((tool, format!("{cd}{command}"))));
    }
    let is_config = is_tsconfig(file.file_name().and_then(|n| n.to_str()).unwrap_or_default())
        || json(file).is_some_and(|j| ["compilerOptions", "references", "extends"].iter().any(|k| j.get(k).is_some()));
    if !is_config {
        return Ok(None);
    }
    Ok(of_tsconfig(root, file, environment)?.map(|c| ("tsc", c)))
}

/// The command for a tsconfig; `None` where it has neither files nor references.
fn of_tsconfig(root: &Path, tsconfig: &Path, environment: &Environment) -> Result<Option<String>, DetectError> {
    let content = json(tsconfig).unwrap_or(Value::Null);
    let non_empty = |key: &str| content.get(key).and_then(Value::as_array).is_some_and(|a| !a.is_empty());
    let empty = content.get("files").and_then(Value::as_array).is_some_and(Vec::is_empty) && !non_empty("include");
    let references = non_empty("references");
    if empty && !references {
        return Ok(None);
    }
    let tsc = quote(&compiler(root, tsconfig, environment)?);
    let name = quote(&relative(root, tsconfig));
    Ok(Some(match references {
        true => format!("{tsc} -b {name} --pretty false"),
        false => format!("{tsc} --noEmit --pretty false -p {name}"),
    }))
}

/// All packages of a workspace: as one build when they are made for it, else one after the other.
fn of_packages(root: &Path, packages: &[PathBuf], environment: &Environment) -> Result<Option<String>, DetectError> {
    let Some(first) = packages.first() else { return Ok(None) };
    let option = |path: &PathBuf, name: &str| json(path)?.get("compilerOptions")?.get(name)?.as_bool();
    let composite = packages.iter().all(|p| option(p, "composite") == Some(true));
    if let [only] = packages {
        return of_tsconfig(root, only, environment);
    }
    if composite {
        let tsc = quote(&compiler(root, first, environment)?);
        let names: Vec<String> = packages.iter().map(|p| quote(&relative(root, p))).collect();
        return Ok(Some(format!("{tsc} -b {} --pretty false", names.join(" "))));
    }
    let each = packages.iter().map(|p| of_tsconfig(root, p, environment));
    let each: Vec<String> = each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    Ok(match (each.is_empty(), cfg!(windows)) {
        (true, _) => None,
        // The status of the last one: what the others say is read all the same.
        (_, true) => Some(each.join(" & ")),
        _ => Some(format!(
            "s=0; {}; exit $s",
            each.iter().map(|c| format!("{c} || s=$?")).collect::<Vec<_>>().join("; ")
        )),
    })
}

fn relative(root: &Path, path: &Path) -> String {
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
    let name = if std::path::MAIN_SEPARATOR == '\\' { name.replace('\\', "/") } else { name.into_owned() };
    if name.starts_with(['-', '@']) { format!("./{name}") } else { name }
}

/// The compiler for a project: the nearest in `node_modules`, else on the path.
fn compiler(root: &Path, tsconfig: &Path, environment: &Environment) -> Result<String, DetectError> {
    let start = if tsconfig.starts_with(root) { tsconfig.parent().unwrap_or(root) } else { root };
    let found = ["tsc", "tsgo"].iter().find_map(|name| local(start, name).or_else(|| environment.program(name)));
    match found {
        Some(path) => Ok(path.to_string_lossy().into_owned()),
        None => Err(not_installed(start, tsconfig)),
    }
}

/// The tsconfigs of a workspace's packages: `workspaces` of package.json, or pnpm's own file.
fn packages(root: &Path, package: &Value) -> Vec<PathBuf> {
    let strings = |v: &Value| v.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let mut patterns: Vec<String> = match package.get("workspaces") {
        Some(list @ Value::Array(_)) => strings(list),
        Some(object) => object.get("packages").map(strings).unwrap_or_default(),
        None => Vec::new(),
    };
    patterns.extend(pnpm_packages(root));
    let matches = |folder: &Path| {
        let below = relative(root, folder);
        patterns.iter().any(|p| {
            let p = p.trim_start_matches("./").trim_end_matches('/');
            match p.strip_suffix("/**") {
                Some(start) => below.starts_with(&format!("{start}/")),
                None => is_match(p, &below),
            }
        })
    };
    let excluded = |folder: &Path| {
        let below = relative(root, folder);
        patterns.iter().filter_map(|p| p.strip_prefix('!')).any(|p| is_match(p.trim_end_matches('/'), &below))
    };
    let found = folders::below(root)
        .filter(|(folder, names)| {
            names.iter().any(|n| n == "tsconfig.json")
                && names.iter().any(|n| n == "package.json")
                && matches(folder)
                && !excluded(folder)
        })
        .map(|(folder, _)| folder.join("tsconfig.json"));
    found.take(MOST_PACKAGES).collect()
}

/// Patterns of `packages:` in `pnpm-workspace.yaml`, a list of plain or quoted words.
fn pnpm_packages(root: &Path) -> Vec<String> {
    let text = disk::read_text(&root.join("pnpm-workspace.yaml"), Kind::Settings).unwrap_or_default();
    let mut lines = text.lines().skip_while(|l| l.trim_end() != "packages:").skip(1);
    let mut out = Vec::new();
    for line in lines.by_ref() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        match line.strip_prefix('-') {
            Some(item) => out.push(item.trim().trim_matches(['"', '\'']).to_owned()),
            None if line.is_empty() || line.starts_with('#') => {}
            None => break,
        }
    }
    out
}

/// Whether a path matches a pattern part by part; `*` stands for any letters of a part.
fn is_match(pattern: &str, path: &str) -> bool {
    let part = |pattern: &str, name: &str| match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            name.len() >= start.len() + end.len()
                && name.starts_with(start)
                && (end.contains('*') || name.ends_with(end))
        }
    };
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(p, n)| part(p, n))
}
