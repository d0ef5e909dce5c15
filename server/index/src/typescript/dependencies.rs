//! Names that the workspace's dependencies export.
//!
//! Only entry points and their re-exports are read: of packages that some file imports, and, when a name is found
//! nowhere else, of packages that a `package.json` lists, or, without one, that are installed. Other files of `node_modules` are
//! not read.

use super::TypeScript;
use super::names::{ByName, Scope, camel_case};
use super::paths::{in_modules, is_declaration_file, split_package};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Listed packages that are read, and files that declare the modules of Node.js.
const MAX_PACKAGES: usize = 300;
const MAX_NODE_FILES: usize = 300;
/// Entry points of one package that are read.
const MAX_SUBPATHS: usize = 60;

impl TypeScript<'_> {
    /// Names exported by the packages that the workspace imports.
    pub(super) fn library_names(&self) -> Arc<ByName> {
        if let Some(known) = &self.cache().names().libraries {
            return known.clone();
        }
        let mut importers = self.cache().names().packages();
        importers.sort();
        importers.dedup_by(|a, b| a.0 == b.0);
        let mut out = ByName::default();
        let mut done: FxHashSet<Scope> = FxHashSet::default();
        for (specifier, importer) in importers {
            if let Some(scope) = self.resolve_scope(&importer, &specifier) {
                self.add_module(scope, &specifier, &mut done, &mut out);
            }
        }
        let out = Arc::new(out);
        self.cache().names().libraries = Some(out.clone());
        out
    }

    /// Names exported by the packages that the workspace lists, and by the modules of Node.js where its types are installed.
    pub(super) fn listed_names(&self) -> Arc<ByName> {
        if let Some(known) = &self.cache().names().listed {
            return known.clone();
        }
        let manifests = self.index().files().filter(|p| p.file_name().is_some_and(|n| n == "package.json"));
        let folders: Vec<PathBuf> =
            manifests.filter(|p| !in_modules(p)).filter_map(|p| p.parent().map(Path::to_owned)).collect();
        let mut out = ByName::default();
        let mut done: FxHashSet<Scope> = FxHashSet::default();
        let mut seen: FxHashSet<String> = FxHashSet::default();
        let unlisted = if folders.is_empty() { self.installed_packages() } else { Vec::new() };
        for (from, name) in unlisted.into_iter().take(MAX_PACKAGES) {
            if name == "node" {
                self.add_node(&from, &mut done, &mut out);
            }
            if seen.insert(name.clone())
                && let Some(scope) = self.resolve_scope(&from, &name)
            {
                self.add_module(scope, &name, &mut done, &mut out);
            }
        }
        for folder in folders {
            let from = folder.join("_.ts");
            let Some(package) = self.package(&folder) else { continue };
            for (name, _) in package.dependencies() {
                if seen.len() >= MAX_PACKAGES || !seen.insert(name.to_owned()) {
                    continue;
                }
                if name == "@types/node" {
                    self.add_node(&from, &mut done, &mut out);
                } else if !name.starts_with("@types/") {
                    if let Some(scope) = self.resolve_scope(&from, name) {
                        self.add_module(scope, name, &mut done, &mut out);
                    }
                    for sub in self.subpaths(&from, name) {
                        if let Some(scope) = self.resolve_scope(&from, &sub) {
                            self.add_module(scope, &sub, &mut done, &mut out);
                        }
                    }
                }
            }
        }
        self.add_named_files(&mut done, &mut out);
        let out = Arc::new(out);
        self.cache().names().listed = Some(out.clone());
        out
    }

    /// The entry points that an installed package names in its `exports` beside the first one, those of patterns left out.
    fn subpaths(&self, from: &Path, name: &str) -> Vec<String> {
        let roots = from.ancestors().skip(1).map(|f| f.join("node_modules").join(name));
        let package = roots.into_iter().find_map(|root| self.package(&root));
        let keys = package.map(|p| p.exported_names()).unwrap_or_default();
        keys.into_iter().take(MAX_SUBPATHS).map(|key| format!("{name}{}", key.trim_start_matches('.'))).collect()
    }

    /// Files of packages that a configuration lists by name: they are part of its program.
    fn add_named_files(&self, done: &mut FxHashSet<Scope>, out: &mut ByName) {
        let configurations = self.configurations();
        let configs = configurations.iter().filter_map(|c| self.config(c));
        for config in configs {
            for file in config.named_files().into_iter().filter(|f| in_modules(f)).take(MAX_NODE_FILES) {
                let Some(outline) = self.outline_of(file) else { continue };
                let path: Arc<Path> = file.into();
                if outline.is_module {
                    let called = file.file_stem().and_then(|n| n.to_str()).unwrap_or_default().trim_end_matches(".d");
                    self.add_module(Scope { path, parent: None }, called, done, out);
                    continue;
                }
                for (i, d) in outline.declarations.iter().enumerate() {
                    if d.parent.is_none() && d.name.starts_with('"') && !d.name.starts_with("\"node:") {
                        let scope = Scope { path: path.clone(), parent: Some(i as u32) };
                        self.add_module(scope, d.name.trim_matches('"'), done, out);
                    }
                }
            }
        }
    }

    /// The packages in `node_modules` beside or above the sources of a workspace that has no `package.json`: a file that could import
    /// it, and its name. `@types` are in every program unless its options say otherwise.
    fn installed_packages(&self) -> Vec<(PathBuf, String)> {
        let mut folders: Vec<&Path> = self.index().files().flat_map(|f| f.ancestors().skip(1)).collect();
        folders.sort();
        folders.dedup();
        let system = self.index().system();
        let list = |folder: &Path| -> Vec<(String, PathBuf)> {
            let mut out: Vec<(String, PathBuf)> = system
                .list(folder)
                .into_iter()
                .filter_map(|p| Some((p.file_name()?.to_str()?.to_owned(), p.clone())))
                .filter(|(name, _)| !name.starts_with('.'))
                .collect();
            out.sort();
            out
        };
        let mut out = Vec::new();
        for folder in folders.into_iter().filter(|f| !in_modules(f)).take(MAX_PACKAGES) {
            let from = folder.join("_.ts");
            for (name, path) in list(&folder.join("node_modules")) {
                match name.strip_prefix('@') {
                    Some("types") => {
                        out.extend(list(&path).into_iter().map(|(types, _)| match types.split_once("__") {
                            Some((scope, name)) => (from.clone(), format!("@{scope}/{name}")),
                            None => (from.clone(), types),
                        }))
                    }
                    Some(_) => {
                        out.extend(list(&path).into_iter().map(|(inner, _)| (from.clone(), format!("{name}/{inner}"))))
                    }
                    None => out.push((from.clone(), name)),
                }
            }
        }
        out
    }

    fn add_node(&self, from: &Path, done: &mut FxHashSet<Scope>, out: &mut ByName) {
        let found =
            from.ancestors().skip(1).map(|f| f.join("node_modules/@types/node")).find(|f| self.package(f).is_some());
        let Some(folder) = found else { return };
        let mut files = self.index().system().list(&folder);
        for sub in ["fs", "dns", "stream", "timers", "path", "util", "readline", "assert"] {
            files.extend(self.index().system().list(&folder.join(sub)));
        }
        files.retain(|f| is_declaration_file(f));
        files.sort();
        for file in files.into_iter().take(MAX_NODE_FILES) {
            let Some(outline) = self.outline_of(&file).filter(|o| !o.is_module) else { continue };
            let path: Arc<Path> = file.into();
            for (i, d) in outline.declarations.iter().enumerate() {
                if d.parent.is_none() && d.name.starts_with('"') && !d.name.starts_with("\"node:") {
                    let name = d.name.trim_matches('"');
                    let scope = Scope { path: path.clone(), parent: Some(i as u32) };
                    self.add_module(scope, name, done, out);
                }
            }
        }
    }

    fn add_module(&self, scope: Scope, specifier: &str, done: &mut FxHashSet<Scope>, out: &mut ByName) {
        let own = self.index().contains(&scope.path) && !in_modules(&scope.path);
        if own || !done.insert(scope.clone()) {
            return;
        }
        // A default import is usually named like its package.
        let bare = specifier.strip_prefix("node:").unwrap_or(specifier);
        let called = split_package(bare).and_then(|(name, sub)| {
            let last = sub.unwrap_or(name);
            camel_case(last.rsplit('/').next().unwrap_or(last))
        });
        for export in self.exports_of_scope(&scope).iter() {
            let name = export.name.clone();
            if name != "default" && name != "=" {
                out.entry(name.clone()).or_default().push((scope.clone(), name));
                continue;
            }
            let mut keys: Vec<SmolStr> = vec![export.local.clone()];
            keys.extend(called.as_deref().map(SmolStr::new));
            keys.dedup();
            for key in keys.into_iter().filter(|k| !matches!(k.as_str(), "default" | "=")) {
                out.entry(key).or_default().push((scope.clone(), name.clone()));
            }
        }
    }
}
