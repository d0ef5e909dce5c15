//! The specifiers by which a file should import another.
//!
//! As TypeScript's language service does with `importModuleSpecifierPreference: "shortest"`, except that the style of the file and
//! its project comes first: with `.js`, `.ts` or no extension, `index` kept or dropped, alias or relative.

use super::paths::{in_modules, is_relative, split_package, without_extension};
use super::{EndingPreference, SpecifierPreference, TsExport, TsProject, TypeScript, is_source};
use crate::Outline;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// How many files of a project are read for its style.
const SAMPLE: usize = 200;

/// Endings of relative imports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ending {
    /// `./a`
    None,
    /// `./a.js`
    Js,
    /// `./a.ts`
    Ts,
}

/// Counts of the forms of imports in a file or a project.
#[derive(Default, Clone, Debug)]
pub(super) struct Style {
    none: usize,
    js: usize,
    ts: usize,
    index_kept: usize,
    index_dropped: usize,
    /// Relative imports that an alias could replace, and aliases in use: of files above, and of files beside or below.
    relative_up: usize,
    alias_up: usize,
    relative_down: usize,
    alias_down: usize,
    node_prefixed: usize,
    node_bare: usize,
}

impl Style {
    fn ending(&self) -> Option<Ending> {
        let most = self.none.max(self.js).max(self.ts);
        Some(match most {
            0 => return None,
            n if n == self.js => Ending::Js,
            n if n == self.ts => Ending::Ts,
            _ => Ending::None,
        })
    }
    fn keeps_index(&self) -> Option<bool> {
        (self.index_kept + self.index_dropped > 0).then_some(self.index_kept > self.index_dropped)
    }
    /// Whether an alias is preferred, by class.
    fn alias(&self, up: bool) -> Option<bool> {
        let (relative, alias) =
            if up { (self.relative_up, self.alias_up) } else { (self.relative_down, self.alias_down) };
        (relative + alias > 0).then_some(alias > relative)
    }
}

fn extension_of(specifier: &str) -> Ending {
    match specifier.rsplit('/').next().and_then(|n| n.rsplit_once('.')).map(|(_, e)| e) {
        Some("js" | "jsx" | "mjs" | "cjs") => Ending::Js,
        Some("ts" | "tsx" | "mts" | "cts") => Ending::Ts,
        _ => Ending::None,
    }
}

/// `to` relative to `folder`, with `/` and a leading `./` or `../`.
fn relative(folder: &Path, to: &Path) -> Option<String> {
    let a: Vec<Component<'_>> = folder.components().collect();
    let b: Vec<Component<'_>> = to.components().collect();
    let common = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let up = a.len() - common;
    let mut parts: Vec<String> = vec!["..".into(); up];
    for part in b.get(common..)? {
        parts.push(part.as_os_str().to_str()?.to_owned());
    }
    let text = parts.join("/");
    Some(if up == 0 { format!("./{text}") } else { text })
}

fn components(specifier: &str) -> usize {
    specifier.strip_prefix("./").unwrap_or(specifier).matches('/').count()
}

/// Name and folder of the installed package that `file` belongs to.
fn installed(file: &Path) -> Option<(String, PathBuf)> {
    let parts: Vec<Component<'_>> = file.components().collect();
    let modules = parts.iter().rposition(|c| c.as_os_str() == "node_modules")?;
    let first = parts.get(modules + 1)?.as_os_str().to_str()?;
    let (name, end) = match first.starts_with('@') {
        true => (format!("{first}/{}", parts.get(modules + 2)?.as_os_str().to_str()?), modules + 3),
        false => (first.to_owned(), modules + 2),
    };
    // A file directly in `node_modules` is not a package.
    (end < parts.len()).then(|| (name, parts[..end].iter().collect()))
}

/// Extension written for a source: `.ts` compiles to `.js`.
fn written_extension(path: &str, ending: Ending) -> &'static str {
    let last = path.rsplit('/').next().unwrap_or_default();
    let (_, extension) = last.rsplit_once('.').unwrap_or_default();
    let declaration = last.contains(".d.");
    match (ending, extension) {
        (Ending::None, "mts" | "mjs") => ".mjs",
        (Ending::None, "cts" | "cjs") => ".cjs",
        (Ending::None, _) => "",
        (Ending::Js, "mts" | "mjs") => ".mjs",
        (Ending::Js, "cts" | "cjs") => ".cjs",
        (Ending::Js, "jsx") => ".jsx",
        (Ending::Js, _) => ".js",
        (Ending::Ts, "ts") if declaration => ".js",
        (Ending::Ts, "mts") if declaration => ".mjs",
        (Ending::Ts, "cts") if declaration => ".cjs",
        (Ending::Ts, "ts") => ".ts",
        (Ending::Ts, "tsx") => ".tsx",
        (Ending::Ts, "mts") => ".mts",
        (Ending::Ts, "cts") => ".cts",
        (Ending::Ts, "mjs") => ".mjs",
        (Ending::Ts, "cjs") => ".cjs",
        (Ending::Ts, "jsx") => ".jsx",
        (Ending::Ts, _) => ".js",
    }
}

/// Text of a path with the given ending; a path that is not code stays as it is.
fn ended(path: &str, ending: Ending, keep_index: bool) -> String {
    let Some(stem) = without_extension(path) else { return path.to_owned() };
    let extension = written_extension(path, ending);
    if extension.is_empty() && !keep_index {
        if let Some(folder) = stem.strip_suffix("/index") {
            return folder.to_owned();
        }
        if stem == "index" {
            return ".".into();
        }
    }
    format!("{stem}{extension}")
}

impl TypeScript<'_> {
    /// The specifiers by which `from` should import `to`: in the style of the file's and project's other imports, best first.
    pub fn module_specifiers(&self, from: &Path, to: &Path) -> Vec<String> {
        self.specifiers(from, to, None)
    }

    /// The specifiers by which `from` should import an export: as [`Self::module_specifiers`], or the name of its ambient module.
    pub fn specifiers_of(&self, from: &Path, export: &TsExport) -> Vec<String> {
        match &export.ambient {
            Some(name) => self.ambient_specifiers(from, &export.module, Some(name)),
            None => self.module_specifiers(from, &export.module),
        }
    }

    /// As [`Self::module_specifiers`], without the file's imports of `ignored`: to measure how often they are predicted.
    pub fn module_specifiers_without(&self, from: &Path, to: &Path, ignored: &str) -> Vec<String> {
        self.specifiers(from, to, Some(ignored))
    }

    fn specifiers(&self, from: &Path, to: &Path, ignored: Option<&str>) -> Vec<String> {
        let Some(folder) = from.parent() else { return Vec::new() };
        let outline = self.outline_of(from);
        let file = outline.as_deref().map(|o| self.file_style(from, o, ignored)).unwrap_or_default();
        if let Some(target) = self.outline_of(to)
            && !target.is_module
            && target.declarations.iter().any(|d| d.parent.is_none() && d.name.starts_with('"'))
        {
            return self.ambient_specifiers(from, to, None);
        }
        let mut out: Vec<String> = Vec::new();
        let mut push = |s: String| {
            if !s.is_empty() && !out.contains(&s) {
                out.push(s);
            }
        };
        let in_modules = in_modules(to);
        let own = self.package_of(from);
        let other = self.package_of(to);
        let same_package = match (&own, &other) {
            _ if in_modules => installed(to).is_some_and(|(_, folder)| from.starts_with(folder)),
            (Some(a), Some(b)) => a.folder == b.folder,
            (a, b) => a.is_none() && b.is_none() || !in_modules,
        };
        let by_package = if same_package { Vec::new() } else { self.package_specifiers(from, to) };
        let project = self.project(from);
        if in_modules {
            // The configuration may map paths into a package.
            let mapped =
                if project.paths().next().is_some() { self.aliases(from, to, Ending::None, false) } else { Vec::new() };
            let mapped = mapped.into_iter().filter(|s| self.resolve_module(from, s).as_deref() == Some(to));
            mapped.chain(by_package).for_each(&mut push);
            return out;
        }
        let style = self.project_style(from);
        let esm = project.is_node_esm()
            && match from.extension().and_then(|e| e.to_str()) {
                Some("mts" | "mjs") => true,
                Some("cts" | "cjs") => false,
                _ => own.as_ref().is_some_and(|p| p.is_esm()),
            };
        let preferred = self.index().import_preferences();
        let wanted = match preferred.ending {
            Some(EndingPreference::Js) => Some(Ending::Js),
            Some(EndingPreference::Minimal | EndingPreference::Index) => Some(Ending::None),
            None => file.ending().or(style.ending()),
        };
        let mut ending = wanted.unwrap_or(if esm { Ending::Js } else { Ending::None });
        if esm && ending == Ending::None {
            ending = match style.ending() {
                Some(Ending::Ts) => Ending::Ts,
                _ => Ending::Js,
            };
        }
        let keep_index = match preferred.ending {
            Some(ending) => ending == EndingPreference::Index,
            None => file.keeps_index().or(style.keeps_index()).unwrap_or(false),
        };
        let endings = [
            (ending, keep_index),
            (ending, !keep_index),
            (Ending::None, keep_index),
            (Ending::None, !keep_index),
            (Ending::Js, true),
        ];
        let path = self.through_roots(&project, folder, to).or_else(|| relative(folder, to)).unwrap_or_default();
        let up = path.starts_with("..");
        let good = |s: &String| self.resolve_module(from, s).as_deref() == Some(to);
        let mut relatives: Vec<String> = Vec::new();
        for (ending, keep) in endings.iter().filter(|(e, _)| !esm || *e != Ending::None) {
            let text = ended(&path, *ending, *keep);
            if !relatives.contains(&text) && good(&text) {
                relatives.push(text);
            }
        }
        if relatives.is_empty() && !path.is_empty() {
            relatives.push(ended(&path, ending, true));
        }
        let mut aliases: Vec<String> = Vec::new();
        for (ending, keep) in endings {
            for alias in self.aliases(from, to, ending, keep) {
                if !aliases.contains(&alias) && good(&alias) {
                    aliases.push(alias);
                }
            }
        }
        let by_length = || match (relatives.first(), aliases.first()) {
            (Some(relative), Some(alias)) => components(relative) >= components(alias),
            _ => false,
        };
        let preferred = match preferred.specifier {
            Some(SpecifierPreference::Relative) => Some(false),
            Some(SpecifierPreference::NonRelative) => Some(true),
            Some(SpecifierPreference::ProjectRelative) => Some(!same_package || self.project(to).path != project.path),
            None => file.alias(up).or_else(|| style.alias(up)),
        };
        let alias_first = !aliases.is_empty() && preferred.unwrap_or_else(by_length);
        let linked = !by_package.is_empty()
            && other.as_ref().is_some_and(|o| {
                own.as_ref().is_some_and(|p| p.dependencies().any(|(n, _)| n == o.name))
                    || folder.ancestors().any(|f| {
                        self.index()
                            .system()
                            .is_file(&f.join("node_modules").join(o.name.as_str()).join("package.json"))
                    })
                    || outline.as_ref().is_some_and(|f| {
                        f.imports.iter().any(|i| split_package(&i.target).is_some_and(|(n, _)| n == o.name))
                    })
            });
        if linked {
            by_package.iter().cloned().for_each(&mut push);
        }
        let (first, second) = if alias_first { (aliases, relatives) } else { (relatives, aliases) };
        // One specifier of each kind comes first, the others after.
        let heads: Vec<String> = first.first().into_iter().chain(second.first()).cloned().collect();
        heads.into_iter().chain(first).chain(second).for_each(&mut push);
        by_package.into_iter().for_each(&mut push);
        out
    }

    /// The path of a file from a folder in another of the project's `rootDirs`, which the compiler takes for one.
    fn through_roots(&self, project: &TsProject, folder: &Path, to: &Path) -> Option<String> {
        let roots = project.options.get("rootdirs")?.as_array()?;
        let roots = || roots.iter().filter_map(|r| Some(Path::new(r.as_str()?)));
        let (from, into) = (roots().find(|r| folder.starts_with(r))?, roots().find(|r| to.starts_with(r))?);
        if from == into {
            return None;
        }
        relative(
            &Path::new("/").join(folder.strip_prefix(from).ok()?),
            &Path::new("/").join(to.strip_prefix(into).ok()?),
        )
    }

    /// Non-relative specifiers through `paths`, `baseUrl` and `#imports`.
    fn aliases(&self, from: &Path, to: &Path, ending: Ending, keep_index: bool) -> Vec<String> {
        let project = self.project(from);
        let mut out = Vec::new();
        let Some(target) = to.to_str() else { return out };
        let forms = [ended(target, ending, keep_index), target.to_owned()];
        for (pattern, targets) in project.paths() {
            for mapped in targets {
                match (pattern.split_once('*'), mapped.split_once('*')) {
                    (Some((before, after)), Some((prefix, suffix))) => {
                        let form = if suffix.is_empty() { forms.get(..1) } else { forms.get(1..) };
                        for star in
                            form.into_iter().flatten().filter_map(|f| f.strip_prefix(prefix)?.strip_suffix(suffix))
                        {
                            out.push(format!("{before}{star}{after}"));
                        }
                    }
                    (None, None) => {
                        let stem = |t: &str| without_extension(t).unwrap_or(t).trim_end_matches("/index").to_owned();
                        if stem(mapped) == stem(target) {
                            out.push(pattern.to_owned());
                        }
                    }
                    _ => {}
                }
            }
        }
        if let Some(base) = project.folder("baseurl")
            && let Ok(inside) = to.strip_prefix(&base)
            && let Some(text) = inside.to_str()
        {
            out.push(ended(text, ending, keep_index));
        }
        if project.flag("resolvePackageJsonImports")
            && let Some(package) = self.package_of(from)
            && let Ok(inside) = to.strip_prefix(&package.folder)
            && let Some(inside) = inside.to_str()
            && let Some(stem) = without_extension(inside)
        {
            let names = package.import_names(stem, written_extension(inside, Ending::Js));
            out.extend(names.into_iter().filter(|n| self.resolve_module(from, n).as_deref() == Some(to)));
        }
        out.retain(|s| !is_relative(s) && !s.is_empty());
        out.sort_by_key(|s| components(s));
        out
    }

    /// Specifiers by package name.
    fn package_specifiers(&self, from: &Path, to: &Path) -> Vec<String> {
        // The name of an installed package is that of its folder, even if its manifest has another.
        let (name, folder, package) = match installed(to) {
            Some((name, folder)) => {
                let package = self.package(&folder);
                (name, folder, package)
            }
            None => {
                let Some(package) = self.package_of(to).filter(|p| !p.name.is_empty()) else { return Vec::new() };
                (package.name.to_string(), package.folder.clone(), Some(package))
            }
        };
        let name = match name.strip_prefix("@types/") {
            Some(types) => match types.split_once("__") {
                Some((scope, name)) => format!("@{scope}/{name}"),
                None => types.to_owned(),
            },
            None => name,
        };
        let Ok(inside) = to.strip_prefix(&folder) else { return Vec::new() };
        let Some(inside) = inside.to_str() else { return Vec::new() };
        let mut out = Vec::new();
        let has_exports = package.as_ref().is_some_and(|p| p.has_exports());
        if let Some(package) = package.filter(|p| p.has_exports()) {
            let same = |target: &Path| {
                target == to || {
                    // The declarations (or the source) of a target.
                    let stem = |p: &Path| p.to_str().and_then(without_extension).map(str::to_owned);
                    stem(target).is_some() && stem(target) == stem(to)
                }
            };
            let subpaths = package.subpaths_of(same, inside);
            out.extend(subpaths.into_iter().map(|s| format!("{name}{}", s.strip_prefix('.').unwrap_or(&s))));
        }
        let by_resolution = |s: &String| self.resolve_module(from, s).as_deref() == Some(to);
        if !out.contains(&name) && by_resolution(&name) {
            out.insert(0, name.clone());
        }
        if !has_exports {
            // A folder of the package with a manifest of its own.
            if let Some(inner) = self.package_of(to).filter(|p| p.folder != folder)
                && let Some(inner) = inner.folder.strip_prefix(&folder).ok().and_then(Path::to_str)
            {
                let sub = format!("{name}/{inner}");
                if by_resolution(&sub) {
                    out.push(sub);
                }
            }
            let sub = ended(inside, Ending::None, false);
            let index = sub == ".";
            let sub = format!("{name}/{sub}");
            if !index && !out.contains(&sub) {
                out.push(sub);
            }
        }
        if in_modules(to) {
            // There may be a nearer version of the package.
            out.retain(by_resolution);
        }
        out.sort_by_key(|s| (components(s), s.len()));
        out
    }

    /// Names of the ambient modules in `to`: all, or the given one in the project's way of writing `node:`.
    fn ambient_specifiers(&self, from: &Path, to: &Path, only: Option<&str>) -> Vec<String> {
        let Some(outline) = self.outline_of(to) else { return Vec::new() };
        let names: Vec<&str> = outline
            .declarations
            .iter()
            .filter(|d| d.parent.is_none() && d.name.starts_with('"'))
            .map(|d| d.name.trim_matches('"'))
            .filter(|n| !n.contains('*'))
            .collect();
        let bare = |n: &str| n.strip_prefix("node:").unwrap_or(n).to_owned();
        let mut out: Vec<String> = match only {
            Some(only) => names.iter().filter(|n| bare(n) == bare(only)).map(|n| (*n).to_owned()).collect(),
            None => names.iter().map(|n| (*n).to_owned()).collect(),
        };
        let file = self.outline_of(from).map(|o| self.file_style(from, &o, None)).unwrap_or_default();
        let style = if file.node_bare + file.node_prefixed > 0 { file } else { (*self.project_style(from)).clone() };
        let prefixed = style.node_prefixed >= style.node_bare;
        out.sort_by_key(|n| n.starts_with("node:") != prefixed);
        out.dedup();
        out
    }

    /// The forms of imports in one file.
    fn file_style(&self, file: &Path, outline: &Outline, ignored: Option<&str>) -> Style {
        let mut style = Style::default();
        let project = self.project(file);
        let has_aliases = project.paths().next().is_some()
            || project.options.contains_key("baseurl")
            || self.package_of(file).is_some_and(|p| p.has_imports());
        let Some(folder) = file.parent() else { return style };
        for import in outline.imports.iter().filter(|i| i.within.is_empty()) {
            let specifier = import.target.as_str();
            if Some(specifier) == ignored || specifier.is_empty() {
                continue;
            }
            if !is_relative(specifier) {
                if specifier.starts_with("node:") {
                    style.node_prefixed += 1;
                } else if is_node_builtin(specifier) {
                    style.node_bare += 1;
                }
                if has_aliases
                    && let Some(target) = self.resolve_module(file, specifier)
                    && !in_modules(&target)
                    && self
                        .aliases(file, &target, extension_of(specifier), specifier.ends_with("/index"))
                        .iter()
                        .any(|a| a == specifier)
                {
                    let up = relative(folder, &target).is_some_and(|r| r.starts_with(".."));
                    *(if up { &mut style.alias_up } else { &mut style.alias_down }) += 1;
                }
                continue;
            }
            match extension_of(specifier) {
                Ending::Js => style.js += 1,
                Ending::Ts => style.ts += 1,
                Ending::None => {
                    let Some(target) = self.resolve_module(file, specifier) else { continue };
                    if !is_source(&target) {
                        continue;
                    }
                    style.none += 1;
                    let index = target.file_stem().is_some_and(|s| s == "index" || s == "index.d");
                    if index && specifier.ends_with("/index") {
                        style.index_kept += 1;
                    } else if index {
                        style.index_dropped += 1;
                    }
                }
            }
            if has_aliases
                && let Some(target) = self.resolve_module(file, specifier)
                && !self.aliases(file, &target, Ending::None, false).is_empty()
            {
                let up = specifier.starts_with("..");
                *(if up { &mut style.relative_up } else { &mut style.relative_down }) += 1;
            }
        }
        style
    }

    /// The forms of imports in the project of `file`, from a sample of its files.
    fn project_style(&self, file: &Path) -> Arc<Style> {
        let project = self.project(file);
        let root: PathBuf = if project.path.is_empty() {
            self.package_of(file).map(|p| p.folder.clone()).unwrap_or_default()
        } else {
            Path::new(&*project.path).parent().map(Path::to_owned).unwrap_or_default()
        };
        self.cache().styles.get_or(root.clone(), || {
            let sources: Vec<&Arc<Path>> =
                self.index().files().filter(|p| p.starts_with(&root) && is_source(p)).collect();
            let step = (sources.len() / SAMPLE).max(1);
            let mut sum = Style::default();
            for path in sources.into_iter().step_by(step) {
                let Some(outline) = self.outline_of(path) else { continue };
                let one = self.file_style(path, &outline, None);
                sum.none += one.none;
                sum.js += one.js;
                sum.ts += one.ts;
                sum.index_kept += one.index_kept;
                sum.index_dropped += one.index_dropped;
                sum.relative_up += one.relative_up;
                sum.alias_up += one.alias_up;
                sum.relative_down += one.relative_down;
                sum.alias_down += one.alias_down;
                sum.node_prefixed += one.node_prefixed;
                sum.node_bare += one.node_bare;
            }
            Arc::new(sum)
        })
    }
}

/// Whether a specifier means a module built into Node.js that does not require `node:` (Node.js documentation, "Built-in modules").
pub fn is_node_builtin(specifier: &str) -> bool {
    const NAMES: [&str; 38] = [
        "assert",
        "async_hooks",
        "buffer",
        "child_process",
        "cluster",
        "console",
        "constants",
        "crypto",
        "dgram",
        "dns",
        "domain",
        "events",
        "fs",
        "http",
        "http2",
        "https",
        "inspector",
        "module",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "punycode",
        "querystring",
        "readline",
        "repl",
        "stream",
        "string_decoder",
        "timers",
        "tls",
        "tty",
        "url",
        "util",
        "v8",
        "vm",
        "worker_threads",
        "zlib",
    ];
    let first = specifier.split('/').next().unwrap_or_default();
    NAMES.contains(&first)
        && (first.len() == specifier.len()
            || matches!(first, "fs" | "dns" | "path" | "stream" | "timers" | "util" | "assert" | "readline"))
}
