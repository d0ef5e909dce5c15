//! Configuration files as they are written: which one holds an option, who inherits it, which files are compiled with it, and what of their
//! imports depends on it.
//!
//! Source: TypeScript handbook, "TSConfig Reference" and "Modules – Reference".

use super::paths::{has_code_extension, in_modules, is_relative, normalize, split_package};
use super::project::{TsProject, parse_jsonc};
use super::specifiers::is_node_builtin;
use super::{TypeScript, is_source};
use rustc_hash::FxHashSet;
use serde_json::{Map, Value};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Configurations of a workspace that are looked at.
const MAX_CONFIGS: usize = 2000;
/// Longest chain of `extends`, and longest list of them.
const MAX_CHAIN: usize = 16;
/// Longest specifier.
const MAX_SPECIFIER: usize = 512;

/// A configuration file, without what it inherits.
#[derive(Debug, Default)]
pub struct TsConfigFile {
    /// Its own `compilerOptions`, as written; `None` when it has none.
    pub options: Option<Map<String, Value>>,
    /// The files that it extends, in order: later ones come first.
    pub extends: Vec<PathBuf>,
    /// Whether it lists projects and no files of its own.
    pub is_solution: bool,
}

impl TsConfigFile {
    /// Its own value of an option, and the name as it is written.
    pub fn option(&self, name: &str) -> Option<(&str, &Value)> {
        let found = self.options.as_ref()?.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(name, value)| (name.as_str(), value))
    }
}

/// How a package's `exports` change what a specifier leads to, which `moduleResolution: node10` does not read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ByExports {
    /// Nothing: there is no package in it, or none with `exports`, or both lead to one file.
    Same,
    /// The package is not installed.
    Unknown,
    /// `exports` lead to another file.
    Other,
    /// `exports` hide the file.
    Hidden,
}

impl TypeScript<'_> {
    /// The configuration file at `path`, without what it inherits.
    pub fn configuration_file(&self, path: &Path) -> Option<Arc<TsConfigFile>> {
        self.cache().written.get_or(path.to_owned(), || {
            let value = parse_jsonc(&self.read_text(path)?)?;
            let object = value.as_object()?;
            let folder = path.parent()?;
            let extends = match object.get("extends") {
                Some(Value::String(one)) => vec![one.as_str()],
                Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).take(MAX_CHAIN).collect(),
                _ => Vec::new(),
            };
            let none = |field: &str| object.get(field).and_then(Value::as_array).is_some_and(Vec::is_empty);
            Some(Arc::new(TsConfigFile {
                options: object.get("compilerOptions").and_then(Value::as_object).cloned(),
                extends: extends.into_iter().filter_map(|e| self.extended(folder, e)).collect(),
                is_solution: object.contains_key("references") && none("files") && !object.contains_key("include"),
            }))
        })
    }

    /// The configurations of the workspace: `tsconfig.json`, `jsconfig.json`, their variants, and what they extend.
    pub fn configurations(&self) -> Arc<[PathBuf]> {
        self.cache().configurations.get_or((), || {
            let is_config = |p: &&Arc<Path>| {
                let name = p.file_name().and_then(|n| n.to_str()).unwrap_or_default();
                (name.starts_with("tsconfig") || name.starts_with("jsconfig")) && name.ends_with(".json")
            };
            let named = self.index().files().filter(is_config).filter(|p| !in_modules(p));
            let mut queue: Vec<PathBuf> = named.map(|p| p.to_path_buf()).take(MAX_CONFIGS).collect();
            let mut seen: FxHashSet<PathBuf> = queue.iter().cloned().collect();
            let mut out = Vec::new();
            while let Some(path) = queue.pop() {
                let Some(file) = self.configuration_file(&path) else { continue };
                for base in file.extends.iter().filter(|b| !in_modules(b) && self.index().contains(b)) {
                    if seen.len() < MAX_CONFIGS && seen.insert(base.clone()) {
                        queue.push(base.clone());
                    }
                }
                out.push(path);
            }
            out.sort();
            out.into()
        })
    }

    /// The options of a configuration, with what it inherits.
    pub fn configuration(&self, path: &Path) -> Option<TsProject> {
        Some(self.config(path)?.project().clone())
    }

    /// The file that gives a configuration its value of an option: itself, or one that it extends.
    pub fn option_holder(&self, config: &Path, name: &str) -> Option<PathBuf> {
        self.holder(config, name, 0, &mut FxHashSet::default())
    }

    fn holder(&self, config: &Path, name: &str, depth: usize, seen: &mut FxHashSet<PathBuf>) -> Option<PathBuf> {
        if depth > MAX_CHAIN || !seen.insert(config.to_owned()) {
            return None;
        }
        let file = self.configuration_file(config)?;
        if file.option(name).is_some() {
            return Some(config.to_owned());
        }
        file.extends.iter().rev().find_map(|base| self.holder(base, name, depth + 1, seen))
    }

    /// Whether a configuration inherits from `base`, or is it.
    pub fn inherits(&self, config: &Path, base: &Path) -> bool {
        let mut queue = vec![config.to_owned()];
        let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
        while let Some(path) = queue.pop() {
            if path == base {
                return true;
            }
            if seen.len() < MAX_CHAIN * MAX_CHAIN
                && seen.insert(path.clone())
                && let Some(file) = self.configuration_file(&path)
            {
                queue.extend(file.extends.iter().cloned());
            }
        }
        false
    }

    /// Whether compilers are started with this configuration: it has the usual name, or no other one extends it.
    pub fn is_started(&self, config: &Path) -> bool {
        let usual = config.file_name().is_some_and(|n| n == "tsconfig.json" || n == "jsconfig.json");
        usual
            || !self.configurations().iter().any(|other| {
                other != config
                    && self.configuration_file(other).is_some_and(|f| f.extends.iter().any(|base| base == config))
            })
    }

    /// Whether a configuration lists `file`.
    pub fn lists(&self, config: &Path, file: &Path) -> bool {
        self.config(config).is_some_and(|c| c.covers(file))
    }

    /// The sources of the workspace that a configuration lists, in order.
    pub fn listed_files(&self, config: &Path) -> Vec<Arc<Path>> {
        let Some(config) = self.config(config) else { return Vec::new() };
        self.index().files().filter(|f| is_source(f) && config.covers(f)).cloned().collect()
    }

    /// The sources of the workspace that are compiled with a configuration: those that it lists and what they import, in order.
    pub fn program(&self, config: &Path) -> Arc<[Arc<Path>]> {
        self.cache().compiled.get_or(config.to_owned(), || {
            let mut queue = self.listed_files(config);
            let mut seen: FxHashSet<Arc<Path>> = queue.iter().cloned().collect();
            while let Some(file) = queue.pop() {
                for specifier in self.imported_by(&file).iter() {
                    let own =
                        self.resolve_module(&file, specifier).filter(|t| self.index().contains(t) && is_source(t));
                    if let Some(target) = own.filter(|t| !in_modules(t) && seen.insert(t.clone())) {
                        queue.push(target);
                    }
                }
            }
            let mut out: Vec<Arc<Path>> = seen.into_iter().collect();
            out.sort();
            out.into()
        })
    }

    /// What a source imports, in any form (`import()`, `require()` and types included), each once. Read from the text: what a comment imports may
    /// be among them.
    pub fn imported_by(&self, file: &Path) -> Arc<[SmolStr]> {
        self.cache().specifiers.get_or(file.to_owned(), || {
            let text = self.read_text(file).unwrap_or_default();
            let mut out: Vec<SmolStr> = specifiers_in(&text).into_iter().map(SmolStr::new).collect();
            out.sort();
            out.dedup();
            out.into()
        })
    }

    /// The source that `specifier` means by `folder` as a `baseUrl`: what no pattern of `paths` resolves and stands in the folder.
    pub fn resolve_below(&self, folder: &Path, project: &TsProject, specifier: &str) -> Option<PathBuf> {
        if is_relative(specifier) || specifier.starts_with(['/', '#']) || specifier.contains(':') {
            return None;
        }
        let is_code = |p: &PathBuf| {
            p.file_name().and_then(|n| n.to_str()).is_some_and(|n| has_code_extension(n) || n.ends_with(".json"))
        };
        let mapped = super::resolution::mapped(project.paths(), specifier);
        if mapped.iter().any(|target| self.probe(Path::new(target), false).is_some_and(|p| is_code(&p))) {
            return None;
        }
        self.probe(&normalize(&folder.join(specifier)), false).filter(is_code)
    }

    /// Whether and how the `exports` of an installed package change what a specifier leads to.
    pub fn by_exports(&self, from: &Path, project: &TsProject, specifier: &str) -> ByExports {
        if is_relative(specifier) || specifier.starts_with('/') || is_node_builtin(specifier) {
            return ByExports::Same;
        }
        if specifier.starts_with('#') {
            return ByExports::Other;
        }
        let mapped = super::resolution::mapped(project.paths(), specifier);
        let by_base =
            project.folder("baseurl").is_some_and(|b| self.probe(&normalize(&b.join(specifier)), false).is_some());
        if by_base || mapped.iter().any(|target| self.probe(Path::new(target), false).is_some()) {
            return ByExports::Same;
        }
        let Some((name, sub)) = split_package(specifier) else { return ByExports::Same };
        if specifier.contains(':') || self.ambient_module(specifier).is_some() {
            return ByExports::Same;
        }
        let installed = from.ancestors().skip(1).map(|f| f.join("node_modules").join(name));
        let package = installed
            .filter_map(|root| self.package(&root))
            .next()
            .or_else(|| self.workspace_package(name).and_then(|root| self.package(&root)));
        let Some(package) = package else {
            let types = format!("node_modules/@types/{}", name.trim_start_matches('@').replace('/', "__"));
            let typed = from.ancestors().skip(1).any(|f| self.package(&f.join(&types)).is_some());
            return if typed { ByExports::Same } else { ByExports::Unknown };
        };
        if !package.has_exports() {
            return ByExports::Same;
        }
        let subpath = sub.map_or(".".to_owned(), |s| format!("./{s}"));
        let find = |all: Vec<PathBuf>| all.iter().find_map(|t| self.probe(t, false));
        let exported = package.exported(&subpath);
        let listed = !exported.is_empty();
        let modern = find(exported);
        let old = match sub {
            Some(sub) => find(package.typed_version(sub)).or_else(|| self.probe(&package.folder.join(sub), false)),
            None => {
                let entries = package.entries();
                let first = entries.first().and_then(|e| e.strip_prefix(&package.folder).ok());
                let first = first.map_or("index.d.ts".to_owned(), |f| f.to_string_lossy().into_owned());
                find(package.typed_version(&first))
                    .or_else(|| find(entries))
                    .or_else(|| self.probe(&package.folder, true))
            }
        };
        match (old, modern) {
            (old, modern) if old == modern => ByExports::Same,
            // What is exported and not there has to be built first.
            (_, None) if listed => ByExports::Unknown,
            (Some(_), None) => ByExports::Hidden,
            _ => ByExports::Other,
        }
    }

    /// The packages of types that are there for a configuration without being asked for: below `node_modules/@types` of its folder and those above,
    /// or below its `typeRoots`; and those that a `package.json` there lists, which may be installed elsewhere. The names are those of `types`.
    pub fn installed_types(&self, config: &Path) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let mut add = |name: String| {
            if !out.contains(&name) {
                out.push(name);
            }
        };
        let list = |folder: &Path| -> Vec<String> {
            let mut all: Vec<String> = self
                .index()
                .system()
                .list(folder)
                .into_iter()
                .filter_map(|p| Some(p.file_name()?.to_str()?.to_owned()))
                .filter(|n| !n.starts_with('.'))
                .collect();
            all.sort();
            all
        };
        let roots = self.configuration(config).and_then(|p| p.options.get("typeroots").cloned());
        match roots.as_ref().and_then(Value::as_array) {
            Some(roots) => roots.iter().filter_map(Value::as_str).flat_map(|r| list(Path::new(r))).for_each(&mut add),
            None => {
                for folder in config.ancestors().skip(1) {
                    list(&folder.join("node_modules/@types")).into_iter().for_each(&mut add);
                }
                for package in config.ancestors().skip(1).filter_map(|f| self.package(f)) {
                    let listed = package.dependencies().filter_map(|(name, _)| name.strip_prefix("@types/"));
                    listed.map(str::to_owned).for_each(&mut add);
                }
            }
        }
        out
    }

    /// Whether the installed types `name` declare a global value, type or namespace `global`, or a module of that name in quotes; `None` when they
    /// cannot be read here.
    pub fn types_declare(&self, config: &Path, name: &str, global: &str) -> Option<bool> {
        let folder = config
            .ancestors()
            .skip(1)
            .map(|f| f.join("node_modules/@types").join(name))
            .find(|f| self.exists(&f.join("package.json")) || self.exists(&f.join("index.d.ts")))?;
        let known = self.cache().declared.get_or(folder.clone(), || {
            let mut names: FxHashSet<SmolStr> = FxHashSet::default();
            let package = self.package(&folder);
            let entries = package.map_or_else(Vec::new, |p| p.entries());
            let entry = entries.iter().find_map(|e| self.probe(e, false)).or_else(|| self.probe(&folder, true));
            let mut queue: Vec<PathBuf> = entry.into_iter().collect();
            let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
            while let Some(file) = queue.pop() {
                if seen.len() > 500 || !seen.insert(file.clone()) {
                    continue;
                }
                let Some(outline) = self.outline_of(&file) else { continue };
                let global_blocks: FxHashSet<u32> = (0u32..)
                    .zip(outline.declarations.iter())
                    .filter(|(_, d)| d.name == "global")
                    .map(|(i, _)| i)
                    .collect();
                for d in &outline.declarations {
                    let is_global = match d.parent {
                        None => !outline.is_module || d.name.starts_with('"'),
                        Some(parent) => global_blocks.contains(&parent),
                    };
                    if is_global {
                        names.insert(d.name.clone());
                    }
                }
                let text = self.read_text(&file).unwrap_or_default();
                let here = file.parent().unwrap_or(&file);
                for line in text.lines().filter(|l| l.trim_start().starts_with("///")) {
                    if let Some(path) = line.split("path=").nth(1).and_then(quoted) {
                        queue.push(normalize(&here.join(path)));
                    }
                }
                for line in text.lines().filter_map(|l| l.trim_start().strip_prefix("export as namespace ")) {
                    names.insert(SmolStr::new(line.trim().trim_end_matches(';')));
                }
            }
            Arc::new(names)
        });
        Some(known.contains(global))
    }

    /// Whether a `package.json` at or above `file` lists the package, of any kind of dependency.
    pub fn has_dependency(&self, file: &Path, name: &str) -> bool {
        let packages = file.ancestors().skip(1).filter_map(|f| self.package(f));
        packages.into_iter().any(|p| p.dependencies().any(|(listed, _)| listed == name))
    }

    /// Whether the nearest `package.json` with a name or a type says that its JavaScript is ES modules; `None` when there is none.
    pub fn is_module_package(&self, file: &Path) -> Option<bool> {
        file.ancestors().skip(1).find_map(|f| self.package(f)).map(|p| p.is_esm())
    }

    /// Whether there is a file at `path`, of any kind.
    pub fn is_file(&self, path: &Path) -> bool {
        self.exists(&normalize(path))
    }

    /// The folder below which a configuration's listed sources stand, declaration files aside: what `rootDir` is when nothing says it.
    pub fn common_folder(&self, config: &Path) -> Option<PathBuf> {
        let files = self.listed_files(config);
        let mut sources = files.iter().filter(|f| !super::paths::is_declaration_file(f)).filter_map(|f| f.parent());
        let first = sources.next()?.to_owned();
        Some(sources.fold(first, |common, folder| {
            common.ancestors().find(|c| folder.starts_with(c)).unwrap_or(&common).to_owned()
        }))
    }
}

fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split(quote).next()
}

/// The texts of strings that import: behind `from`, `import`, `import(` and `require(`, and in `declare module` and `/// <reference>`.
fn specifiers_in(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("//") || trimmed.starts_with("* ") || !trimmed.contains(['"', '\'', '`']) {
            continue;
        }
        let mut at = 0;
        while let Some(found) = line[at..].find(['"', '\'', '`']) {
            let open = at + found;
            let quote = line.as_bytes()[open] as char;
            let Some(length) = line[open + 1..].find(quote) else { break };
            let inner = &line[open + 1..open + 1 + length];
            at = open + length + 2;
            let before = line[..open].trim_end();
            let word = |w: &str| {
                before
                    .strip_suffix(w)
                    .is_some_and(|b| !b.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '.'))
            };
            let call = before.strip_suffix('(').map(str::trim_end);
            let called = call.is_some_and(|b| b.ends_with("import") || b.ends_with("require"));
            // A specifier may stand on a line of its own.
            let alone = before.is_empty() && trimmed.trim_end().trim_end_matches([';', ')', ',']).len() == length + 2;
            if (called || word("from") || word("import") || word("module") || alone)
                && !inner.is_empty()
                && inner.len() <= MAX_SPECIFIER
                && !inner.contains(char::is_whitespace)
            {
                out.push(inner);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Index;

    #[test]
    fn options_are_found_where_they_stand() {
        let index = Index::in_memory([
            ("/w/tsconfig.base.json", r#"{"compilerOptions": {"baseUrl": ".", "types": ["node"]}}"#),
            ("/w/strict.json", r#"{"compilerOptions": {"strict": true}}"#),
            (
                "/w/a/tsconfig.json",
                r#"{"extends": ["../tsconfig.base.json", "../strict.json"], "compilerOptions": {"BaseUrl": "src"}, "include": ["src"]}"#,
            ),
            ("/w/b/tsconfig.json", r#"{"extends": "../tsconfig.base", "include": ["src"]}"#),
            ("/w/a/src/x.ts", "import './y';\nconst l = () => import('lib/z');\n"),
            ("/w/a/src/y.ts", ""),
            ("/w/a/src/lib/z.ts", ""),
        ]);
        let ts = index.typescript();
        let holder =
            |config: &str, name: &str| ts.option_holder(Path::new(config), name).map(|p| p.display().to_string());
        assert_eq!(holder("/w/a/tsconfig.json", "baseUrl").as_deref(), Some("/w/a/tsconfig.json"));
        assert_eq!(holder("/w/a/tsconfig.json", "strict").as_deref(), Some("/w/strict.json"));
        assert_eq!(holder("/w/b/tsconfig.json", "baseUrl").as_deref(), Some("/w/tsconfig.base.json"));
        assert_eq!(holder("/w/b/tsconfig.json", "strict"), None);
        assert!(!ts.is_started(Path::new("/w/tsconfig.base.json")) && ts.is_started(Path::new("/w/b/tsconfig.json")));
        assert!(ts.inherits(Path::new("/w/b/tsconfig.json"), Path::new("/w/tsconfig.base.json")));
        assert_eq!(ts.configurations().len(), 4);
        let config = Path::new("/w/a/tsconfig.json");
        assert_eq!(ts.program(config).len(), 3);
        assert_eq!(ts.common_folder(config).as_deref(), Some(Path::new("/w/a/src")));
        let project = ts.configuration(config).unwrap();
        let found = |specifier: &str| ts.resolve_below(Path::new("/w/a/src"), &project, specifier).is_some();
        assert!(found("lib/z") && !found("./lib/z") && !found("react"));
    }

    #[test]
    fn all_forms_of_imports_are_found() {
        let text = "import a from \"a\";\nimport 'b'; const c = require('c');\nimport(\"d\").then(f);\nexport * from 'e'\n\
                    let t: typeof import('f');\n// import g from 'g'\nlog('h'); from = 'x';\nimport {\n  i,\n} from\n  'i';\n";
        assert_eq!(specifiers_in(text), ["a", "b", "c", "d", "e", "f", "i"]);
    }

    #[test]
    fn exports_lead_elsewhere_or_hide() {
        let index = Index::in_memory([
            ("/w/tsconfig.json", "{}"),
            ("/w/a.ts", ""),
            (
                "/w/node_modules/p/package.json",
                r#"{"name":"p","types":"./d/i.d.ts","exports":{".":{"types":"./d/i.d.ts"}}}"#,
            ),
            ("/w/node_modules/p/d/i.d.ts", ""),
            ("/w/node_modules/p/d/deep.d.ts", ""),
            ("/w/node_modules/q/package.json", r#"{"name":"q","types":"./i.d.ts"}"#),
            ("/w/node_modules/q/i.d.ts", ""),
            (
                "/w/node_modules/r/package.json",
                r#"{"name":"r","types":"./i.d.ts","exports":{".":{"types":"./i.d.mts"}}}"#,
            ),
            ("/w/node_modules/r/i.d.ts", ""),
            ("/w/node_modules/r/i.d.mts", ""),
        ]);
        let ts = index.typescript();
        let file = Path::new("/w/a.ts");
        let project = ts.project(file);
        let by = |specifier: &str| ts.by_exports(file, &project, specifier);
        assert_eq!([by("./x"), by("fs"), by("p"), by("q")], [ByExports::Same; 4]);
        assert_eq!([by("p/d/deep"), by("r"), by("none")], [ByExports::Hidden, ByExports::Other, ByExports::Unknown]);
    }

    #[test]
    fn installed_types_and_what_they_declare() {
        let index = Index::in_memory([
            ("/w/tsconfig.json", "{}"),
            ("/w/package.json", r#"{"devDependencies":{"@types/jest":"1"}}"#),
            ("/w/node_modules/@types/node/package.json", r#"{"name":"@types/node","types":"index.d.ts"}"#),
            ("/w/node_modules/@types/node/index.d.ts", "/// <reference path=\"globals.d.ts\" />\n"),
            (
                "/w/node_modules/@types/node/globals.d.ts",
                "declare var process: any;\ndeclare module \"fs\" { }\ndeclare namespace NodeJS { interface Timeout {} }\n",
            ),
        ]);
        let ts = index.typescript();
        let config = Path::new("/w/tsconfig.json");
        let has = |name: &str| ts.types_declare(config, "node", name);
        assert_eq!(
            [has("process"), has("\"fs\""), has("NodeJS"), has("fs")],
            [Some(true), Some(true), Some(true), Some(false)]
        );
        assert_eq!(ts.types_declare(config, "jest", "it"), None);
        assert!(ts.installed_types(config).contains(&"jest".to_owned()));
    }
}
