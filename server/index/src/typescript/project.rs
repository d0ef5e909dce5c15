//! `tsconfig.json`: options with `extends` followed, and which file it covers.
//!
//! Source: TypeScript handbook, "TSConfig Reference".

use super::TypeScript;
use super::paths::{normalize, split_package};
use crate::wild::{MOST_WILD, is_wild};
use disk::Kind;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest chain of `extends`, and longest list of them.
const MAX_CHAIN: usize = 16;
/// Projects that are looked at for one file by following references; configurations beside the nearest.
const MAX_REFERENCES: usize = 1000;
const MAX_SIBLINGS: usize = 100;
/// Deepest nesting of brackets.
const MAX_NESTING: usize = 100;

/// A tsconfig with its `extends`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TsProject {
    /// The tsconfig (or jsconfig); empty when the file belongs to no project.
    pub path: Arc<str>,
    /// `compilerOptions` after `extends`, paths made absolute, as JSON values by lower-case name.
    pub options: BTreeMap<String, Value>,
    /// Major and minor version of TypeScript, as installed or else as asked for in `package.json`; `None` when unknown.
    pub version: Option<(u32, u32)>,
    /// Projects named under `references`, as absolute paths of their configurations.
    pub references: Vec<PathBuf>,
}

impl TsProject {
    /// A boolean option, or its default: strict family members follow `strict`, which is on
    /// by default since TypeScript 6; some options follow others (handbook, TSConfig reference, "Default").
    pub fn flag(&self, name: &str) -> bool {
        const STRICT: [&str; 10] = [
            "noimplicitany",
            "strictnullchecks",
            "strictfunctiontypes",
            "strictbindcallapply",
            "strictpropertyinitialization",
            "strictbuiltiniteratorreturn",
            "noimplicitthis",
            "useunknownincatchvariables",
            "alwaysstrict",
            "strictoptionalproperties",
        ];
        let name = name.to_ascii_lowercase();
        if let Some(value) = self.options.get(&name).and_then(Value::as_bool) {
            return value;
        }
        let modern = self.version.is_some_and(|(major, _)| major >= 6);
        match name.as_str() {
            "strict" => modern,
            _ if STRICT.contains(&name.as_str()) => self.flag("strict"),
            "esmoduleinterop" | "allowsyntheticdefaultimports" => {
                modern
                    || self.text("module").is_some_and(|m| m.starts_with("node") || m == "preserve" || m == "system")
                    || (name == "allowsyntheticdefaultimports"
                        && (self.flag("esmoduleinterop")
                            || self.text("moduleResolution").is_some_and(|m| m == "bundler")))
            }
            "isolatedmodules" => self.flag("verbatimmodulesyntax"),
            "allowjs" => self.flag("checkjs"),
            "usedefineforclassfields" => {
                matches!(self.target().as_str(), "es2022" | "es2023" | "es2024" | "es2025" | "esnext")
            }
            "declaration" => self.flag("composite"),
            "incremental" => self.flag("composite"),
            "resolvepackagejsonexports" | "resolvepackagejsonimports" => {
                !matches!(self.module_resolution().as_str(), "node10" | "node" | "classic")
            }
            _ => false,
        }
    }

    /// A text option, lower-cased.
    pub fn text(&self, name: &str) -> Option<String> {
        Some(self.options.get(&name.to_ascii_lowercase())?.as_str()?.to_ascii_lowercase())
    }

    /// `target`, lower-case, or its default.
    pub fn target(&self) -> String {
        match self.text("target") {
            Some(target) if target == "es6" => "es2015".into(),
            Some(target) => target,
            None => match self.text("module").as_deref() {
                Some("node16") => "es2022".into(),
                Some("nodenext") => "esnext".into(),
                _ if self.version.is_some_and(|(major, _)| major >= 6) => "es2025".into(),
                _ => "es5".into(),
            },
        }
    }

    /// `module`, lower-case, or its default.
    pub fn module(&self) -> String {
        self.text("module").unwrap_or_else(|| {
            let modern = self.version.is_some_and(|(major, _)| major >= 6);
            if modern {
                "esnext".into()
            } else if matches!(self.target().as_str(), "es3" | "es5") {
                "commonjs".into()
            } else {
                "es2015".into()
            }
        })
    }

    /// `moduleResolution`, lower-case, or its default.
    pub fn module_resolution(&self) -> String {
        match self.text("moduleResolution").as_deref() {
            Some("node") => return "node10".into(),
            Some(other) => return other.into(),
            None => {}
        }
        let modern = self.version.is_some_and(|(major, _)| major >= 6);
        match self.text("module").as_deref() {
            Some("node16" | "node18" | "node20") => "node16".into(),
            Some("nodenext") => "nodenext".into(),
            Some("preserve") => "bundler".into(),
            _ if modern => "bundler".into(),
            None | Some("commonjs") => "node10".into(),
            // The default is `classic`, which does not resolve packages; projects that do not set it use a bundler.
            Some(_) => "bundler".into(),
        }
    }

    /// Whether relative imports of ES modules must carry their extension.
    pub fn is_node_esm(&self) -> bool {
        matches!(self.module_resolution().as_str(), "node16" | "nodenext")
    }

    /// Prefix patterns of `paths` with their absolute targets, as written.
    pub(super) fn paths(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        let map = self.options.get("paths").and_then(Value::as_object);
        map.into_iter()
            .flatten()
            .map(|(k, v)| (k.as_str(), v.as_array().into_iter().flatten().filter_map(Value::as_str).collect()))
    }

    /// An option that is a path.
    pub fn folder(&self, name: &str) -> Option<PathBuf> {
        Some(PathBuf::from(self.options.get(&name.to_ascii_lowercase())?.as_str()?))
    }
}

/// One configuration file with its `extends`.
#[derive(Debug)]
pub(super) struct Config {
    project: TsProject,
    files: Option<FxHashSet<PathBuf>>,
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Config {
    /// Its options.
    pub(super) fn project(&self) -> &TsProject {
        &self.project
    }

    /// Whether it lists files by pattern.
    pub(super) fn has_include(&self) -> bool {
        self.include.is_some()
    }

    /// The files that it lists by name, in order of path.
    pub(super) fn named_files(&self) -> Vec<&Path> {
        let mut out: Vec<&Path> = self.files.iter().flatten().map(PathBuf::as_path).collect();
        out.sort();
        out
    }

    /// Whether it lists `file`.
    pub(super) fn covers(&self, file: &Path) -> bool {
        if self.files.as_ref().is_some_and(|f| f.contains(file)) {
            return true;
        }
        let javascript = matches!(file.extension().and_then(|e| e.to_str()), Some("js" | "jsx" | "mjs" | "cjs"));
        if javascript && !self.project.flag("allowjs") && !self.project.path.ends_with("jsconfig.json") {
            return false;
        }
        self.include.as_ref().is_some_and(|i| i.is_match(file)) && !self.exclude.is_match(file)
    }
}

/// Whether the brackets of a JSON text are nested no deeper than parsers that recurse may follow.
pub fn is_shallow_json(text: &str) -> bool {
    let mut depth = 0usize;
    text.bytes().all(|byte| {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth <= MAX_NESTING
    })
}

/// Reads JSON with comments; bounded in size and nesting, because JSON parsers recurse.
pub(super) fn parse_jsonc(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{feff}');
    if !is_shallow_json(text) {
        return None;
    }
    // The text of a document that is open in an editor has no limit.
    if text.len() as u64 > Kind::Json.limit() {
        return None;
    }
    jsonc_parser::parse_to_serde_value::<Value>(text, &Default::default()).ok()
}

#[derive(Default, Clone)]
struct Raw {
    options: Map<String, Value>,
    files: Option<Vec<PathBuf>>,
    include: Option<Vec<String>>,
    exclude: Option<Vec<String>>,
    references: Vec<PathBuf>,
}

impl TypeScript<'_> {
    /// The tsconfig that covers `file`: the nearest one that includes it, else one that the nearest refers to and that
    /// includes it, else the nearest (a file that is imported is compiled without being listed).
    pub fn project(&self, file: &Path) -> Arc<TsProject> {
        self.cache().covering.get_or(file.to_owned(), || {
            let mut nearest = None;
            for folder in file.ancestors().skip(1) {
                for name in ["tsconfig.json", "jsconfig.json"] {
                    let Some(config) = self.config(&folder.join(name)) else { continue };
                    if let Some(found) = self.covering(&config, file) {
                        return Arc::new(found.project.clone());
                    }
                    nearest = nearest.or(Some(config));
                }
                if nearest.is_some() {
                    for path in self.sibling_configs(folder).iter() {
                        if let Some(config) = self.config(path)
                            && config.covers(file)
                        {
                            return Arc::new(config.project.clone());
                        }
                    }
                }
            }
            match nearest {
                Some(config) => Arc::new(config.project.clone()),
                None => Arc::new(TsProject { version: self.compiler_version(file), ..TsProject::default() }),
            }
        })
    }

    /// `config` or the first of those that it refers to, in the order in which they are written, that lists `file`.
    fn covering(&self, config: &Arc<Config>, file: &Path) -> Option<Arc<Config>> {
        let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
        let mut stack = vec![config.clone()];
        while let Some(config) = stack.pop() {
            if config.covers(file) {
                return Some(config);
            }
            let new =
                config.project.references.iter().filter(|r| seen.len() < MAX_REFERENCES && seen.insert((*r).clone()));
            let new: Vec<_> = new.filter_map(|r| self.config(r)).collect();
            stack.extend(new.into_iter().rev());
        }
        None
    }

    /// `tsconfig.app.json` and the like.
    fn sibling_configs(&self, folder: &Path) -> Arc<[PathBuf]> {
        let is_config = |p: &PathBuf| {
            p.file_name()
                .and_then(|n| n.to_str())
                .is_some_and(|n| n.starts_with("tsconfig.") && n.ends_with(".json") && n != "tsconfig.json")
        };
        self.cache().siblings.get_or(folder.to_owned(), || {
            let mut out: Vec<PathBuf> = self.index().system().list(folder).into_iter().filter(is_config).collect();
            out.sort();
            out.truncate(MAX_SIBLINGS);
            out.into()
        })
    }

    pub(super) fn config(&self, path: &Path) -> Option<Arc<Config>> {
        self.cache().configs.get_or(path.to_owned(), || self.load_config(path).map(Arc::new))
    }

    fn load_config(&self, path: &Path) -> Option<Config> {
        if !self.exists(path) {
            return None;
        }
        let folder = path.parent()?;
        let raw = Arc::unwrap_or_clone(self.raw_config(path, 0, &mut FxHashMap::default())?);
        let here = folder.to_string_lossy().into_owned();
        let mut options: BTreeMap<String, Value> =
            raw.options.into_iter().map(|(k, v)| (k, substitute(v, &here, 0))).collect();
        let base = options.get("baseurl").or(options.get("pathsbasepath")).and_then(Value::as_str).map(PathBuf::from);
        if let (Some(base), Some(Value::Object(map))) = (base, options.get_mut("paths")) {
            for target in map.values_mut().filter_map(Value::as_array_mut).flatten() {
                if let Some(text) = target.as_str() {
                    *target = absolute(&base, text);
                }
            }
        }
        options.remove("pathsbasepath");
        let dirs = ["outdir", "declarationdir"].into_iter().filter_map(|n| Some(options.get(n)?.as_str()?.to_owned()));
        let exclude = raw.exclude.unwrap_or_else(|| {
            ["node_modules", "bower_components", "jspm_packages"]
                .into_iter()
                .map(|n| folder.join(n).to_string_lossy().into_owned())
                .chain(dirs)
                .collect()
        });
        let include =
            raw.include.or_else(|| raw.files.is_none().then(|| vec![format!("{}/**/*", here.trim_end_matches('/'))]));
        let project = TsProject {
            path: path.to_string_lossy().into(),
            version: self.compiler_version(path),
            options,
            references: raw.references,
        };
        let substituted = |globs: Vec<String>| -> Vec<String> {
            globs.into_iter().map(|g| g.replace("${configDir}", &here)).collect()
        };
        Some(Config {
            project,
            files: raw.files.map(|f| f.into_iter().collect()),
            include: include.map(|i| glob_set(&substituted(i), false)),
            exclude: glob_set(&substituted(exclude), true),
        })
    }

    /// A configuration with what it inherits. Each file is read once, however often it is named (`known`); one that inherits from itself
    /// inherits nothing there.
    fn raw_config(
        &self,
        path: &Path,
        depth: usize,
        known: &mut FxHashMap<PathBuf, Option<Arc<Raw>>>,
    ) -> Option<Arc<Raw>> {
        if let Some(known) = known.get(path) {
            return known.clone();
        }
        known.insert(path.to_owned(), None);
        let raw = self.read_config(path, depth, known).map(Arc::new);
        known.insert(path.to_owned(), raw.clone());
        raw
    }

    fn read_config(&self, path: &Path, depth: usize, known: &mut FxHashMap<PathBuf, Option<Arc<Raw>>>) -> Option<Raw> {
        let value = parse_jsonc(&self.read_text(path)?)?;
        let folder = path.parent()?;
        let mut out = Raw::default();
        let extends: Vec<&str> = match value.get("extends") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if depth < MAX_CHAIN {
            for base in extends.into_iter().take(MAX_CHAIN) {
                let Some(base) = self.extended(folder, base).and_then(|p| self.raw_config(&p, depth + 1, known)) else {
                    continue;
                };
                let base = Arc::unwrap_or_clone(base);
                out.options.extend(base.options);
                out.files = base.files.or(out.files);
                out.include = base.include.or(out.include);
                out.exclude = base.exclude.or(out.exclude);
            }
        }
        const PATHS: [&str; 6] = ["baseurl", "rootdir", "outdir", "declarationdir", "tsbuildinfofile", "outfile"];
        const PATH_LISTS: [&str; 2] = ["rootdirs", "typeroots"];
        for (name, value) in value.get("compilerOptions").and_then(Value::as_object).into_iter().flatten() {
            let name = name.to_ascii_lowercase();
            let value = match value {
                Value::String(text) if PATHS.contains(&name.as_str()) => absolute(folder, text),
                Value::Array(all) if PATH_LISTS.contains(&name.as_str()) => {
                    Value::Array(all.iter().filter_map(Value::as_str).map(|t| absolute(folder, t)).collect())
                }
                other => other.clone(),
            };
            if name == "paths" {
                out.options.insert("pathsbasepath".into(), absolute(folder, "."));
            }
            out.options.insert(name, value);
        }
        let globs = |field: &str| -> Option<Vec<String>> {
            let all = value.get(field)?.as_array()?;
            Some(all.iter().filter_map(Value::as_str).map(|g| absolute_text(folder, g)).collect())
        };
        out.files = globs("files").map(|f| f.into_iter().map(PathBuf::from).collect()).or(out.files);
        out.include = globs("include").or(out.include);
        out.exclude = globs("exclude").or(out.exclude);
        let references = value.get("references").and_then(Value::as_array).into_iter().flatten();
        for reference in references.filter_map(|r| r.get("path")?.as_str()) {
            let target = normalize(&folder.join(reference));
            let is_file = target.extension().is_some_and(|e| e == "json");
            out.references.push(if is_file { target } else { target.join("tsconfig.json") });
        }
        Some(out)
    }

    /// The file that an `extends` means.
    pub(super) fn extended(&self, folder: &Path, specifier: &str) -> Option<PathBuf> {
        let with_json = |p: PathBuf| -> Vec<PathBuf> {
            let mut longer = p.clone().into_os_string();
            longer.push(".json");
            vec![p.clone(), PathBuf::from(longer), p.join("tsconfig.json")]
        };
        let exists = |p: &PathBuf| p.extension().is_some_and(|e| e == "json") && self.exists(p);
        if specifier.starts_with('.') || Path::new(specifier).is_absolute() {
            return with_json(normalize(&folder.join(specifier))).into_iter().find(exists);
        }
        let (name, sub) = split_package(specifier)?;
        for folder in folder.ancestors() {
            let root = folder.join("node_modules").join(name);
            let Some(package) = self.package(&root).or_else(|| {
                let workspace = self.workspace_package(name)?;
                self.package(&workspace)
            }) else {
                let found = with_json(root.join(sub.unwrap_or_default())).into_iter().find(exists);
                if found.is_some() {
                    return found;
                }
                continue;
            };
            let mut candidates = match sub {
                None => package.text("tsconfig").map(|t| vec![package.folder.join(t)]).unwrap_or_default(),
                Some(sub) => package.exported(&format!("./{sub}")),
            };
            candidates.extend(with_json(package.folder.join(sub.unwrap_or_default())));
            if let Some(found) = candidates.into_iter().map(|p| normalize(&p)).find(exists) {
                return Some(found);
            }
        }
        None
    }

    /// Version of the compiler near `path`: the installed one, else that of the nearest `package.json`.
    fn compiler_version(&self, path: &Path) -> Option<(u32, u32)> {
        let mut asked = None;
        for folder in path.ancestors().skip(1) {
            if let Some(package) = self.package(&folder.join("node_modules/typescript")) {
                return version(package.text("version")?);
            }
            if asked.is_none()
                && let Some(package) = self.package(folder)
            {
                asked = package
                    .dependencies()
                    .find(|(name, _)| matches!(*name, "typescript" | "@typescript/native-preview"))
                    .and_then(|(_, range)| version(range));
            }
        }
        asked
    }
}

/// First two numbers of a version or a range.
fn version(text: &str) -> Option<(u32, u32)> {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut parts = digits.split('.');
    let number = |t: &str| t.trim_end_matches(|c: char| !c.is_ascii_digit()).parse().ok();
    Some((number(parts.next()?)?, parts.next().and_then(number).unwrap_or(0)))
}

fn absolute_text(folder: &Path, text: &str) -> String {
    if text.starts_with("${configDir}") {
        return text.to_owned();
    }
    let joined = normalize(&folder.join(text.replace('\\', "/")));
    joined.to_string_lossy().into_owned()
}

fn absolute(folder: &Path, text: &str) -> Value {
    Value::String(absolute_text(folder, text))
}

/// Replaces `${configDir}`, which is the folder of the covering configuration, not of the one that contains it.
fn substitute(value: Value, folder: &str, depth: usize) -> Value {
    match value {
        Value::String(text) if text.contains("${configDir}") => {
            let text = text.replace("${configDir}", folder);
            Value::String(normalize(Path::new(&text)).to_string_lossy().into_owned())
        }
        Value::Array(all) if depth < 8 => {
            Value::Array(all.into_iter().map(|v| substitute(v, folder, depth + 1)).collect())
        }
        Value::Object(map) if depth < 8 => {
            Value::Object(map.into_iter().map(|(k, v)| (k, substitute(v, folder, depth + 1))).collect())
        }
        other => other,
    }
}

/// Globs of `include` and `exclude`; one that names a folder means everything below it.
fn glob_set(globs: &[String], exclude: bool) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    let mut add = |text: &str| {
        if let Ok(glob) = GlobBuilder::new(text).literal_separator(true).build() {
            set.add(glob);
        }
    };
    let mut wild = 0;
    for glob in globs.iter().take(1000) {
        wild += if is_wild(glob) { glob.len() } else { 0 };
        if wild > MOST_WILD {
            break;
        }
        let glob = glob.trim_end_matches('/');
        // Brackets and braces have no meaning in a tsconfig.
        let glob: String = glob
            .chars()
            .flat_map(|c| if matches!(c, '[' | ']' | '{' | '}' | '!' | '\\') { vec!['\\', c] } else { vec![c] })
            .collect();
        let last = glob.rsplit('/').next().unwrap_or_default();
        let is_folder = exclude || !last.contains(['*', '?', '.']) || last == "**";
        add(&glob);
        if is_folder {
            add(&format!("{glob}/**"));
        }
    }
    set.build().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::Index;
    use crate::tests::Counting;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    #[test]
    fn extends_are_followed_and_paths_are_absolute() {
        let index = Index::in_memory([
            (
                "/w/base/tsconfig.json",
                "{ // c\n \"compilerOptions\": { \"strict\": true, \"paths\": {\"@/*\": [\"./src/*\"]}, \"outDir\": \"out\", }, }",
            ),
            (
                "/w/app/tsconfig.json",
                r#"{"extends": "../base/tsconfig", "compilerOptions": {"strictNullChecks": false, "rootDir": "${configDir}/src"}, "include": ["src"]}"#,
            ),
            ("/w/app/src/a.ts", ""),
            ("/w/app/test/b.ts", ""),
            ("/w/package.json", r#"{"devDependencies":{"typescript":"^6.0.2"}}"#),
        ]);
        let project = index.typescript().project(Path::new("/w/app/src/a.ts"));
        assert_eq!(&*project.path, "/w/app/tsconfig.json");
        assert_eq!(project.options["paths"]["@/*"][0], "/w/base/src/*");
        assert_eq!(project.options["outdir"], "/w/base/out");
        assert_eq!(project.options["rootdir"], "/w/app/src");
        assert!(project.flag("noImplicitAny") && !project.flag("strictNullChecks"));
        assert_eq!(project.version, Some((6, 0)));
        // Not included, but the nearest.
        assert_eq!(&*index.typescript().project(Path::new("/w/app/test/b.ts")).path, "/w/app/tsconfig.json");
    }

    #[test]
    fn references_and_package_extends() {
        let index = Index::in_memory([
            ("/w/tsconfig.json", r#"{"files": [], "references": [{"path": "./tsconfig.app.json"}, {"path": "lib"}]}"#),
            (
                "/w/tsconfig.app.json",
                r#"{"extends": ["@tsconfig/strictest", "shared/ts.json"], "include": ["src/**/*.ts"], "exclude": ["src/gen"]}"#,
            ),
            ("/w/lib/tsconfig.json", r#"{"compilerOptions": {"jsx": "react"}}"#),
            ("/w/node_modules/@tsconfig/strictest/package.json", r#"{"name": "@tsconfig/strictest"}"#),
            (
                "/w/node_modules/@tsconfig/strictest/tsconfig.json",
                r#"{"compilerOptions": {"strict": true, "target": "ES2022"}}"#,
            ),
            ("/w/node_modules/shared/package.json", r#"{"name": "shared"}"#),
            ("/w/node_modules/shared/ts.json", r#"{"compilerOptions": {"target": "ESNext"}}"#),
        ]);
        let ts = index.typescript();
        let app = ts.project(Path::new("/w/src/a/b.ts"));
        assert_eq!(&*app.path, "/w/tsconfig.app.json");
        assert!(app.flag("strict"));
        assert_eq!(app.target(), "esnext");
        assert_eq!(&*ts.project(Path::new("/w/lib/x.tsx")).path, "/w/lib/tsconfig.json");
        assert_eq!(&*ts.project(Path::new("/w/src/gen/x.ts")).path, "/w/tsconfig.json");
    }

    #[test]
    fn defaults_follow_the_version() {
        let with = |version: &str| {
            let package = format!(r#"{{"devDependencies":{{"typescript":"{version}"}}}}"#);
            let index = Index::in_memory([("/package.json", package.as_str()), ("/tsconfig.json", "{}")]);
            index.typescript().project(Path::new("/a.ts"))
        };
        assert!(!with("~5.9.0").flag("strict"));
        assert!(with("7.0.2").flag("strict"));
        assert_eq!(with("7.0.2").module_resolution(), "bundler");
        assert_eq!(with("5.4").module_resolution(), "node10");
    }

    /// Each configuration of a fan extends, and refers to, the three of the next level.
    #[test]
    fn a_fan_of_configurations_costs_each_file_once() {
        let reads = |levels: usize, relation: fn(String) -> String| {
            let text = |level: usize| match level < levels {
                true => relation(["a", "b", "c"].map(|n| format!("./{}{n}.json", level + 1)).join("|")),
                false => r#"{"compilerOptions": {"strict": true}, "files": []}"#.to_owned(),
            };
            let mut files = vec![(PathBuf::from("/w/tsconfig.json"), text(0))];
            for level in 1..=levels {
                files.extend(["a", "b", "c"].map(|n| (format!("/w/{level}{n}.json").into(), text(level))));
            }
            let system = Arc::new(Counting::new(files));
            let index = Index::open(system.clone(), vec!["/w".into()]);
            let before = system.reads();
            let strict = index.typescript().project(Path::new("/w/a.ts")).flag("strict");
            (strict, system.reads() - before)
        };
        let extends = |list: String| format!(r#"{{"extends": ["{}"], "files": []}}"#, list.replace('|', "\",\""));
        let refers = |list: String| {
            let list = list.replace('|', "\"},{\"path\":\"");
            format!(r#"{{"references": [{{"path":"{list}"}}], "files": []}}"#)
        };
        assert_eq!((reads(4, extends), reads(16, extends)), ((true, 1 + 3 * 4), (true, 1 + 3 * 16)));
        assert_eq!((reads(4, refers), reads(16, refers)), ((false, 1 + 3 * 4), (false, 1 + 3 * 16)));
    }

    #[test]
    fn hostile_configurations_are_bounded() {
        let deep = "[".repeat(200_000);
        let index = Index::in_memory([
            ("/a/tsconfig.json", deep.as_str()),
            ("/b/tsconfig.json", r#"{"extends": "./tsconfig.json", "references": [{"path": "."}], "files": []}"#),
            ("/c/tsconfig.json", r#"{"include": 5, "compilerOptions": {"paths": 3, "strict": "yes"}, "extends": {}}"#),
        ]);
        let ts = index.typescript();
        assert_eq!(&*ts.project(Path::new("/a/x.ts")).path, "");
        assert_eq!(&*ts.project(Path::new("/b/x.ts")).path, "/b/tsconfig.json");
        assert!(!ts.project(Path::new("/c/x.ts")).flag("strict"));
    }
}
