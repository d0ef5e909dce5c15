//! Names that need no import: of scripts, `declare global`, `@types` packages and the ECMAScript and DOM libraries.

use super::TypeScript;
use super::library::{Library, is_library};
use super::paths::{in_modules, normalize};
use super::project::TsProject;
use crate::{DeclarationId, DeclarationKind};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Limit for projects that are searched for a name without a file.
const MAX_PROJECTS: usize = 16;
/// Limit for files of `@types` packages that are read for one project.
const MAX_FILES: usize = 1500;

/// Global names of a project's `@types`.
pub(super) type Globals = FxHashMap<SmolStr, Vec<DeclarationId>>;

impl TypeScript<'_> {
    /// Global declarations with this name visible in any of the workspace's projects.
    pub fn globals_named(&self, name: &str) -> Vec<DeclarationId> {
        let configs = self.index().files().filter(|p| p.file_name().is_some_and(|n| n == "tsconfig.json"));
        let folders: Vec<PathBuf> = configs
            .filter(|p| !in_modules(p))
            .filter_map(|p| p.parent().map(Path::to_owned))
            .chain(self.index().roots().iter().cloned())
            .take(MAX_PROJECTS)
            .collect();
        let mut out = Vec::new();
        for id in folders.iter().flat_map(|f| self.globals_for(&f.join("_.ts"), name)) {
            if !out.contains(&id) {
                out.push(id);
            }
        }
        out
    }

    /// Global declarations with this name visible in `file`.
    pub fn globals_for(&self, file: &Path, name: &str) -> Vec<DeclarationId> {
        if is_library(file) {
            // Within the table everything is visible.
            let mut out = Library::get().named(name, &Library::get().closure(["esnext".into(), "dom".into()]));
            if out.is_empty() {
                out = self.workspace_globals(name);
            }
            return out;
        }
        let project = self.project(file);
        let mut out = self.workspace_globals(name);
        out.extend(Library::get().named(name, &active_libraries(&project)));
        // Types of the runtime come after those of the language.
        let types = self.types_globals(file, &project);
        out.extend(types.get(name).into_iter().flatten().cloned());
        out
    }

    /// Names of all global declarations that are visible in `file`, each once.
    pub fn global_names(&self, file: &Path) -> Vec<SmolStr> {
        let project = self.project(file);
        let mut out = self.workspace_global_names();
        out.extend(Library::get().names(&active_libraries(&project)).cloned());
        out.extend(self.types_globals(file, &project).keys().cloned());
        out.sort();
        out.dedup();
        out
    }

    fn types_globals(&self, file: &Path, project: &TsProject) -> Arc<Globals> {
        let base = if project.path.is_empty() { file } else { Path::new(&*project.path) };
        let key = base.parent().map(Path::to_owned).unwrap_or_default();
        self.cache().globals.get_or(key.clone(), || Arc::new(self.compute_types_globals(&key, project)))
    }

    fn compute_types_globals(&self, folder: &Path, project: &TsProject) -> Globals {
        let asked: Option<Vec<&str>> = project
            .options
            .get("types")
            .and_then(Value::as_array)
            .map(|t| t.iter().filter_map(Value::as_str).collect());
        let mut entries: Vec<PathBuf> = Vec::new();
        let from = folder.join("_.ts");
        match asked {
            Some(names) if !names.contains(&"*") => {
                for name in names {
                    let as_types =
                        format!("@types/{}", name.strip_prefix('@').map_or(name.into(), |n| n.replace('/', "__")));
                    let found = self.resolve_module(&from, &as_types).or_else(|| self.resolve_module(&from, name));
                    entries.extend(found.map(|p| p.to_path_buf()));
                }
            }
            _ => {
                for folder in folder.ancestors() {
                    let mut packages = self.index().system().list(&folder.join("node_modules/@types"));
                    packages.sort();
                    for package in packages {
                        let Some(name) = package.file_name().and_then(|n| n.to_str()) else { continue };
                        let found = self.resolve_module(&from, &format!("@types/{name}"));
                        entries.extend(found.map(|p| p.to_path_buf()));
                    }
                }
            }
        }
        let mut out = Globals::default();
        let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
        let mut stack: Vec<PathBuf> = entries.into_iter().rev().collect();
        while let Some(path) = stack.pop() {
            if seen.len() >= MAX_FILES || !seen.insert(path.clone()) {
                continue;
            }
            let Some(outline) = self.outline_of(&path) else { continue };
            let shared: Arc<Path> = path.as_path().into();
            for (i, d) in outline.declarations.iter().enumerate() {
                let block = d.parent.and_then(|p| outline.declarations.get(p as usize));
                let global = match block {
                    None => !outline.is_module && !d.name.starts_with('"') && d.name != "global",
                    Some(block) => {
                        // `declare global` may be in a `declare module "x"`, as in `@types/node`.
                        block.name == "global" && block.kind == DeclarationKind::Namespace
                    }
                };
                if global {
                    let id = DeclarationId { path: shared.clone(), index: i as u32 };
                    out.entry(d.name.clone()).or_default().push(id);
                }
            }
            // Its references and imports are included, too.
            let text = self.read_text(&path).unwrap_or_default();
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            for (kind, target) in references(&text) {
                match kind {
                    "path" => stack.push(normalize(&folder.join(target))),
                    "types" => {
                        let name = format!("@types/{target}");
                        let found = self.resolve_module(&path, &name).or_else(|| self.resolve_module(&path, target));
                        stack.extend(found.map(|p| p.to_path_buf()));
                    }
                    _ => {}
                }
            }
            for import in outline.imports.iter().filter(|i| i.target.starts_with('.')) {
                stack.extend(self.resolve_module(&path, &import.target).map(|p| p.to_path_buf()));
            }
        }
        out
    }
}

/// `/// <reference path="…" />` and similar: attribute and value. They are before all code.
pub(super) fn references(text: &str) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    let mut in_comment = false;
    for line in text.lines().take(2000) {
        let line = line.trim();
        if in_comment {
            in_comment = !line.contains("*/");
            continue;
        }
        if line.starts_with("/*") {
            in_comment = !line.contains("*/");
            continue;
        }
        if line.is_empty() || (line.starts_with("//") && !line.starts_with("///")) {
            continue;
        }
        let Some(rest) = line.strip_prefix("///") else { break };
        let Some(attributes) = rest.trim_start().strip_prefix("<reference") else { continue };
        for kind in ["path", "types", "lib"] {
            let value = attributes.split_once(&format!("{kind}=")).map(|(_, v)| v.trim_start());
            let Some(value) = value else { continue };
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            if let Some((target, _)) = value.get(1..).and_then(|v| v.split_once(quote)) {
                out.push((kind, target));
            }
        }
    }
    out
}

/// Libraries of a project: those it lists, else those of its target and the DOM.
fn active_libraries(project: &TsProject) -> FxHashSet<SmolStr> {
    let library = Library::get();
    if let Some(listed) = project.options.get("lib").and_then(Value::as_array) {
        let names = listed.iter().filter_map(Value::as_str).map(|n| {
            let lower = n.to_ascii_lowercase();
            SmolStr::from(if lower == "es6" { "es2015".to_owned() } else { lower })
        });
        return library.closure(names);
    }
    let target = project.target();
    let target = match target.as_str() {
        "es3" => "es5".into(),
        // Without a configuration: all that a current program may use.
        _ if project.path.is_empty() => SmolStr::new("esnext"),
        other => SmolStr::new(other),
    };
    library.closure([target, "dom".into(), "dom.iterable".into(), "dom.asynciterable".into(), "scripthost".into()])
}
