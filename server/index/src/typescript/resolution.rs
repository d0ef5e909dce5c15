//! Which file a module specifier means.
//!
//! Source: TypeScript handbook, "Modules – Reference", and Node.js "Modules: Packages". More lenient than
//! the compiler: an import without its extension still leads to the file, because fixes need that.

use super::TypeScript;
use super::names::Scope;
use super::package::Package;
use super::paths::{has_code_extension, in_modules, is_relative, normalize, split_package, without_extension};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Extensions that may be added to a specifier, in TypeScript's order.
const IMPLIED: [&str; 6] = ["ts", "tsx", "d.ts", "js", "jsx", "json"];
/// Tried last: `nodenext` never adds these, but specifiers without them are common.
const IMPLIED_LAST: [&str; 6] = ["mts", "cts", "d.mts", "d.cts", "mjs", "cjs"];

/// Source extensions that compile to the given written one.
fn sources_of(extension: &str) -> &'static [&'static str] {
    match extension {
        "js" => &["ts", "tsx", "d.ts", "js", "jsx"],
        "jsx" => &["tsx", "d.ts", "jsx"],
        "mjs" => &["mts", "d.mts", "mjs"],
        "cjs" => &["cts", "d.cts", "cjs"],
        _ => &[],
    }
}

fn with_extension(path: &Path, extension: &str) -> PathBuf {
    let mut text: OsString = path.as_os_str().to_owned();
    text.push(".");
    text.push(extension);
    PathBuf::from(text)
}

impl TypeScript<'_> {
    /// Whether there is a file: in the workspace, open in an editor, or on disk.
    pub(super) fn exists(&self, path: &Path) -> bool {
        self.index().contains(path) || self.index().system().is_file(path)
    }

    pub(super) fn read_text(&self, path: &Path) -> Option<Arc<str>> {
        self.index().text(path)
    }

    /// The package in `folder`.
    pub(super) fn package(&self, folder: &Path) -> Option<Arc<Package>> {
        self.cache().packages.get_or(folder.to_owned(), || {
            let path = folder.join("package.json");
            if !self.exists(&path) {
                return None;
            }
            Package::parse(folder, &self.read_text(&path)?).map(Arc::new)
        })
    }

    /// The package that `file` belongs to.
    pub(super) fn package_of(&self, file: &Path) -> Option<Arc<Package>> {
        file.ancestors().skip(1).find_map(|f| self.package(f))
    }

    /// Folder of the workspace's own package with this name: it need not be linked into `node_modules`.
    pub(super) fn workspace_package(&self, name: &str) -> Option<PathBuf> {
        self.workspace_packages().get(name).cloned()
    }

    fn workspace_packages(&self) -> Arc<FxHashMap<SmolStr, PathBuf>> {
        self.cache().workspace_packages.get_or((), || {
            let mut out = FxHashMap::default();
            let manifests = self.index().files().filter(|p| p.file_name().is_some_and(|n| n == "package.json"));
            let folders: Vec<PathBuf> =
                manifests.filter(|p| !in_modules(p)).filter_map(|p| p.parent().map(Path::to_owned)).collect();
            for folder in folders {
                if let Some(package) = self.package(&folder).filter(|p| !p.name.is_empty()) {
                    out.entry(package.name.clone()).or_insert(folder);
                }
            }
            Arc::new(out)
        })
    }

    /// The file that `specifier` means in `from` (relative, `paths`, `baseUrl`, package entry points, `#imports`, workspace
    /// packages, ambient modules: the file that declares one).
    pub fn resolve_module(&self, from: &Path, specifier: &str) -> Option<Arc<Path>> {
        if !is_relative(specifier)
            && let Some(scope) = self.ambient_module(specifier)
        {
            return Some(scope.path);
        }
        self.resolve_file(from, specifier)
    }

    /// The module that `specifier` means in `from`: a file, or a `declare module` within one.
    pub(super) fn resolve_scope(&self, from: &Path, specifier: &str) -> Option<Scope> {
        if !is_relative(specifier)
            && let Some(scope) = self.ambient_module(specifier)
        {
            return Some(scope);
        }
        let path = self.resolve_file(from, specifier)?;
        let parent = if is_relative(specifier) { None } else { self.module_block(&path, specifier) };
        Some(Scope { path, parent })
    }

    fn resolve_file(&self, from: &Path, specifier: &str) -> Option<Arc<Path>> {
        let folder = from.parent()?;
        if specifier.is_empty() || specifier.len() > 4096 || specifier.contains('\0') {
            return None;
        }
        let key = (folder.to_owned(), SmolStr::new(specifier));
        self.cache().resolved.get_or(key, || {
            let found = self.resolve_uncached(from, folder, specifier)?;
            // Workspace packages are linked into `node_modules`.
            let real = if in_modules(&found) { self.index().system().real_path(&found) } else { found };
            Some(real.into())
        })
    }

    fn resolve_uncached(&self, from: &Path, folder: &Path, specifier: &str) -> Option<PathBuf> {
        if is_relative(specifier) {
            let target = normalize(&folder.join(specifier));
            let only_folder = specifier.ends_with('/') || specifier.ends_with("..") || specifier == ".";
            return self.probe(&target, only_folder).or_else(|| self.through_root_dirs(from, &target));
        }
        if Path::new(specifier).is_absolute() {
            return self.probe(&normalize(Path::new(specifier)), false);
        }
        if specifier.starts_with('#') {
            let package = self.package_of(from)?;
            let targets = package.imported(specifier);
            let found = targets.iter().find_map(|t| self.probe(t, false).or_else(|| self.source_of(&package, t)));
            let renamed = || {
                let name = package.imported_packages(specifier)?;
                self.resolve_package(folder, name)
            };
            if let Some(found) = found.or_else(renamed) {
                return Some(found);
            }
        }
        let project = self.project(from);
        for target in mapped(project.paths(), specifier) {
            if let Some(found) = self.probe(Path::new(&target), false) {
                return Some(found);
            }
        }
        if let Some(base) = project.folder("baseurl")
            && let Some(found) = self.probe(&normalize(&base.join(specifier)), false)
        {
            return Some(found);
        }
        self.resolve_package(folder, specifier)
    }

    /// The compiler treats `rootDirs` as one folder.
    fn through_root_dirs(&self, from: &Path, target: &Path) -> Option<PathBuf> {
        let project = self.project(from);
        let roots: Vec<PathBuf> =
            project.options.get("rootdirs")?.as_array()?.iter().filter_map(|r| Some(r.as_str()?.into())).collect();
        let inside = roots.iter().find_map(|r| target.strip_prefix(r).ok())?;
        roots.iter().find_map(|r| self.probe(&r.join(inside), false))
    }

    fn resolve_package(&self, folder: &Path, specifier: &str) -> Option<PathBuf> {
        let bare = specifier.strip_prefix("node:").unwrap_or(specifier);
        let (name, sub) = split_package(bare)?;
        if bare.len() == specifier.len() {
            // A package may import itself by name, when it has `exports`.
            if let Some(own) = folder.ancestors().find_map(|f| self.package(f))
                && own.name == name
                && own.has_exports()
                && let Some(found) = self.enter(&own, sub)
            {
                return Some(found);
            }
            let types = format!("@types/{}", mangled(name));
            for folder in folder.ancestors().filter(|f| f.file_name().is_none_or(|n| n != "node_modules")) {
                let modules = folder.join("node_modules");
                let mut untyped = None;
                for root in [modules.join(name), modules.join(&types)] {
                    let found = match self.package(&root) {
                        Some(package) => self.enter(&package, sub),
                        None => self.probe(&sub.map_or(root.clone(), |s| root.join(s)), sub.is_none()),
                    };
                    match found {
                        Some(found) if is_typed(&found) => return Some(found),
                        // JavaScript without types: `@types` comes first.
                        Some(found) => untyped = untyped.or(Some(found)),
                        None => {}
                    }
                }
                if untyped.is_some() {
                    return untyped;
                }
            }
            if let Some(root) = self.workspace_package(name)
                && let Some(package) = self.package(&root)
            {
                return self.enter(&package, sub);
            }
        }
        // Built into Node.js.
        for folder in folder.ancestors() {
            let file = with_extension(&folder.join("node_modules/@types/node").join(bare), "d.ts");
            if self.exists(&file) {
                return Some(file);
            }
        }
        None
    }

    /// The file that a package exports as itself or as its `sub` path.
    fn enter(&self, package: &Package, sub: Option<&str>) -> Option<PathBuf> {
        let subpath = sub.map_or(".".to_owned(), |s| format!("./{s}"));
        let exported = package.exported(&subpath);
        // TypeScript takes the first target; declarations next to a later one are preferred to JavaScript without types.
        let mut untyped = None;
        for target in &exported {
            match self.probe(target, false).or_else(|| self.source_of(package, target)) {
                Some(found) if is_typed(&found) => return Some(found),
                found => untyped = untyped.or(found),
            }
        }
        if untyped.is_some() {
            return untyped;
        }
        match sub {
            Some(sub) => package
                .typed_version(sub)
                .iter()
                .find_map(|t| self.probe(t, false))
                .or_else(|| self.probe(&normalize(&package.folder.join(sub)), false)),
            None => {
                let entries = package.entries();
                let versioned = match entries.first().and_then(|e| e.strip_prefix(&package.folder).ok()) {
                    Some(first) => package.typed_version(&first.to_string_lossy()),
                    None => package.typed_version("index.d.ts"),
                };
                versioned
                    .iter()
                    .chain(&entries)
                    .find_map(|t| self.probe(t, false).or_else(|| self.source_of(package, t)))
                    .or_else(|| self.probe_index(&package.folder))
            }
        }
    }

    /// The source of a missing build result, in a package of the workspace: `dist/a/index.d.ts` is made from
    /// `src/a/index.ts`, by the `outDir` and `rootDir` of its project or by convention.
    fn source_of(&self, package: &Package, target: &Path) -> Option<PathBuf> {
        if in_modules(target) {
            let real = self.index().system().real_path(&package.folder);
            if real == package.folder {
                return None;
            }
            let inside = target.strip_prefix(&package.folder).ok()?;
            let moved = Package::parse(&real, &self.read_text(&real.join("package.json"))?)?;
            return self.source_of(&moved, &real.join(inside));
        }
        let project = self.project(&package.folder.join("package.json"));
        for out in ["declarationdir", "outdir"].into_iter().filter_map(|n| project.folder(n)) {
            let root = project.folder("rootdir").unwrap_or_else(|| package.folder.join("src"));
            if let Ok(inside) = target.strip_prefix(&out)
                && let Some(found) = self.probe_sources(&root.join(inside))
            {
                return Some(found);
            }
        }
        let inside = target.strip_prefix(&package.folder).ok()?;
        let parts: Vec<_> = inside.components().collect();
        (0..parts.len().min(4)).find_map(|skip| {
            let rest: PathBuf = parts.get(skip..)?.iter().collect();
            self.probe_sources(&package.folder.join("src").join(&rest))
                .or_else(|| if skip == 0 { None } else { self.probe_sources(&package.folder.join(&rest)) })
        })
    }

    fn probe_sources(&self, path: &Path) -> Option<PathBuf> {
        let text = path.to_str()?;
        let stem = without_extension(text).unwrap_or(text);
        ["ts", "tsx", "mts", "cts", "d.ts"].iter().map(|e| with_extension(Path::new(stem), e)).find(|p| self.exists(p))
    }

    /// The file at `path`: itself, the source that compiles to it, with an implied extension, or the index of a folder.
    pub(super) fn probe(&self, path: &Path, only_folder: bool) -> Option<PathBuf> {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if !only_folder && !name.is_empty() {
            if let Some((stem, extension)) = name.rsplit_once('.') {
                for source in sources_of(extension) {
                    let file = path.with_file_name(format!("{stem}.{source}"));
                    if self.exists(&file) {
                        return Some(file);
                    }
                }
                if sources_of(extension).is_empty() && self.exists(path) {
                    // `a.css` may have declarations in `a.d.css.ts`.
                    let declared = path.with_file_name(format!("{stem}.d.{extension}.ts"));
                    let is_code = has_code_extension(name) || extension == "json";
                    return Some(if !is_code && self.exists(&declared) { declared } else { path.to_owned() });
                }
            }
            if let Some(found) = IMPLIED.iter().map(|e| with_extension(path, e)).find(|p| self.exists(p)) {
                return Some(found);
            }
        }
        if let Some(package) = self.package(path)
            && let Some(found) = package.entries().iter().find_map(|t| self.probe_entry(t))
        {
            return Some(found);
        }
        self.probe_index(path).or_else(|| {
            let last = || IMPLIED_LAST.iter().map(|e| with_extension(path, e)).find(|p| self.exists(p));
            if only_folder { None } else { last() }
        })
    }

    /// Target of `main`: a file, possibly without its extension, or a folder with an index.
    fn probe_entry(&self, path: &Path) -> Option<PathBuf> {
        let name = path.file_name()?.to_str()?;
        if let Some((stem, extension)) = name.rsplit_once('.') {
            let sources = sources_of(extension).iter().map(|s| path.with_file_name(format!("{stem}.{s}")));
            if let Some(found) = sources.into_iter().find(|p| self.exists(p)) {
                return Some(found);
            }
            if self.exists(path) {
                return Some(path.to_owned());
            }
        }
        IMPLIED.iter().map(|e| with_extension(path, e)).find(|p| self.exists(p)).or_else(|| self.probe_index(path))
    }

    fn probe_index(&self, folder: &Path) -> Option<PathBuf> {
        let index = folder.join("index");
        IMPLIED.iter().chain(&["mts", "cts", "d.mts"]).map(|e| with_extension(&index, e)).find(|p| self.exists(p))
    }
}

/// Name under `@types`: `@a/b` is `a__b`.
fn mangled(name: &str) -> String {
    name.strip_prefix('@').map_or(name.to_owned(), |n| n.replace('/', "__"))
}

fn is_typed(path: &Path) -> bool {
    path.extension().is_some_and(|e| matches!(e.to_str(), Some("ts" | "tsx" | "mts" | "cts")))
}

/// Files that `paths` maps `specifier` to: an exact key wins, else the pattern with the longest prefix.
pub(super) fn mapped<'p>(paths: impl Iterator<Item = (&'p str, Vec<&'p str>)>, specifier: &str) -> Vec<String> {
    let mut best: Option<(usize, Vec<String>)> = None;
    for (pattern, targets) in paths {
        match pattern.split_once('*') {
            None if pattern == specifier => return targets.into_iter().map(str::to_owned).collect(),
            Some((prefix, suffix)) => {
                let star = specifier.strip_prefix(prefix).and_then(|r| r.strip_suffix(suffix));
                if let Some(star) = star
                    && best.as_ref().is_none_or(|(length, _)| prefix.len() > *length)
                {
                    best = Some((prefix.len(), targets.into_iter().map(|t| t.replacen('*', star, 1)).collect()));
                }
            }
            None => {}
        }
    }
    best.map(|(_, targets)| targets).unwrap_or_default()
}
