//! What a file may import: not the output of a build, not another package's sources, no dependency that its package does not declare, and
//! nothing outside of its program.

use super::package::Package;
use super::paths::{in_modules, is_declaration_file, is_relative, split_package};
use super::{TypeScript, is_source};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Whether and how a file may import another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// It may.
    Yes,
    /// The other one is a test, a mock or the like, and this one is not: code that ships would depend on them.
    Test,
    /// It may not.
    No,
}

/// Folders of tests and of what tests need.
const TEST_FOLDERS: [&str; 9] =
    ["__tests__", "__mocks__", "__fixtures__", "__snapshots__", "test", "tests", "e2e", "cypress", "mocks"];
/// What the names of such files have between dots.
const TEST_NAMES: [&str; 8] = ["test", "tests", "spec", "stories", "story", "mock", "cy", "bench"];
/// Folders that builds write to.
const OUTPUT_FOLDERS: [&str; 8] = ["dist", "build", "out", "coverage", ".next", ".nuxt", ".output", "storybook-static"];

fn is_output_name(path: &Path) -> bool {
    let script = path.extension().is_some_and(|e| matches!(e.to_str(), Some("js" | "mjs" | "cjs" | "jsx")));
    script || is_declaration_file(path)
}

/// The folder that both paths are in.
fn common<'p>(a: &Path, b: &'p Path) -> &'p Path {
    b.ancestors().skip(1).find(|f| a.starts_with(f)).unwrap_or(b)
}

impl TypeScript<'_> {
    /// Whether `from` may import the file `to` by `specifier`.
    pub fn reach(&self, from: &Path, to: &Path, specifier: &str) -> Reach {
        if super::is_library(to) {
            return Reach::Yes;
        }
        if in_modules(to) {
            return if self.may_depend_on(from, to, specifier) { Reach::Yes } else { Reach::No };
        }
        if !self.index().contains(to) {
            return Reach::Yes;
        }
        let folder = |file: &Path| self.named_package_of(file).map(|p| p.folder.clone());
        let other_package = folder(from) != folder(to);
        // A package of the tree says itself what it exports, and where its output is.
        let by_name = other_package && !is_relative(specifier);
        let outside = || !self.is_mapped(from, specifier) && !self.is_in_program(from, to);
        if self.is_apart(from, to, specifier) || !by_name && (self.is_output(from, to) || outside()) {
            return Reach::No;
        }
        if self.is_test(to) && !self.is_test(from) { Reach::Test } else { Reach::Yes }
    }

    /// Whether a file is a test, a mock or the like, by its name or a folder below the workspace's root.
    pub fn is_test(&self, file: &Path) -> bool {
        let below = self.index().roots().iter().find_map(|r| file.strip_prefix(r).ok()).unwrap_or(file);
        let folders = below.parent().into_iter().flat_map(Path::components);
        let in_folder = folders.filter_map(|c| c.as_os_str().to_str()).any(|c| TEST_FOLDERS.contains(&c));
        let name = below.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        in_folder || name.split('.').skip(1).any(|part| TEST_NAMES.contains(&part))
    }

    /// Whether a build writes `to`.
    fn is_output(&self, from: &Path, to: &Path) -> bool {
        let configured = [from, to].into_iter().any(|file| {
            let project = self.project(file);
            let mut folders = ["outdir", "declarationdir"].into_iter().filter_map(|n| project.folder(n));
            folders.any(|out| to.starts_with(&out) && !from.starts_with(&out))
        });
        configured || {
            let apart = to.strip_prefix(common(from, to)).unwrap_or(to);
            let folders = apart.parent().into_iter().flat_map(Path::components);
            let mut names = folders.filter_map(|c| c.as_os_str().to_str());
            let output = names.find(|c| OUTPUT_FOLDERS.contains(c)).filter(|_| is_output_name(to));
            // Scripts may work with what was built.
            let outline = self.outline_of(from);
            let uses = |output: &str| {
                let imports = outline.iter().flat_map(|o| &o.imports);
                imports.filter(|i| is_relative(&i.target)).any(|i| i.target.split('/').any(|part| part == output))
            };
            output.is_some_and(|output| !uses(output))
        }
    }

    /// The nearest package above a file that has a name: others only say how their folder is to be read.
    fn named_package_of(&self, file: &Path) -> Option<Arc<Package>> {
        file.ancestors().skip(1).filter_map(|f| self.package(f)).find(|p| !p.name.is_empty())
    }

    /// Whether `to` belongs to another package that `from` does not reach by `specifier`.
    fn is_apart(&self, from: &Path, to: &Path, specifier: &str) -> bool {
        let (Some(own), Some(other)) = (self.named_package_of(from), self.named_package_of(to)) else { return false };
        if own.folder == other.folder {
            return false;
        }
        let by_name =
            !is_relative(specifier) && split_package(specifier).is_some_and(|(name, _)| name == other.name.as_str());
        match () {
            () if by_name => !self.declares(from, &other.name) && !self.imports_package(from, &other.name),
            // A path of the tsconfig, or `#name`.
            () if !is_relative(specifier) => false,
            () => !self.imports_file_relatively(from, to),
        }
    }

    /// Whether the package of `from`, or one above it, lists the package `name`, or there is no manifest at all.
    fn declares(&self, from: &Path, name: &str) -> bool {
        let types = format!("@types/{}", name.strip_prefix('@').map_or(name.to_owned(), |n| n.replace('/', "__")));
        let mut any = false;
        for package in from.ancestors().skip(1).filter_map(|f| self.package(f)) {
            any = true;
            let lists = |n: &str| package.dependencies().any(|(listed, _)| listed == n);
            if package.name == name || lists(name) || lists(&types) {
                return true;
            }
        }
        !any
    }

    /// Whether a `package.json` at or above `from`'s folder lists the package `name`; `None` when there is no manifest.
    pub fn lists_dependency(&self, from: &Path, name: &str) -> Option<bool> {
        from.ancestors().skip(1).any(|f| self.package(f).is_some()).then(|| self.declares(from, name))
    }

    /// The `package.json` of the package that a file belongs to.
    pub fn manifest(&self, from: &Path) -> Option<PathBuf> {
        from.ancestors().skip(1).find(|f| self.package(f).is_some()).map(|f| f.join("package.json"))
    }

    /// How the packages of the workspace list the package `name`: the manifest, the field, and the version.
    pub fn listings(&self, name: &str) -> Vec<(PathBuf, &'static str, String)> {
        let manifests = self.index().files().filter(|p| p.file_name().is_some_and(|n| n == "package.json"));
        let folders = manifests.filter(|p| !in_modules(p)).filter_map(|p| p.parent());
        let mut out = Vec::new();
        for folder in folders {
            let Some(package) = self.package(folder) else { continue };
            let listed = package.listed(name);
            out.extend(listed.map(|(field, version)| (folder.join("package.json"), field, version.to_owned())));
        }
        out
    }

    /// Folder of the workspace's own package with this name.
    pub fn workspace_package_folder(&self, name: &str) -> Option<PathBuf> {
        self.workspace_package(name)
    }

    /// Whether a pattern of the tsconfig's `paths` stands for `specifier`.
    pub fn is_mapped(&self, from: &Path, specifier: &str) -> bool {
        self.project(from).paths().any(|(pattern, _)| match pattern.split_once('*') {
            Some(("", _)) => false,
            Some((before, after)) => specifier.starts_with(before) && specifier.ends_with(after),
            None => pattern == specifier,
        })
    }

    /// The scripts of the nearest `package.json` that has some: name and command.
    pub fn scripts(&self, from: &Path) -> Vec<(String, String)> {
        let packages = from.ancestors().skip(1).filter_map(|f| self.package(f));
        packages.map(|p| p.scripts()).find(|s| !s.is_empty()).unwrap_or_default()
    }

    /// Whether some file of `from`'s package imports the package `name`.
    fn imports_package(&self, from: &Path, name: &str) -> bool {
        self.refresh_names();
        let own = self.named_package_of(from).map(|p| p.folder.clone());
        let importers = self.cache().names().packages();
        importers.iter().any(|(specifier, importer)| {
            split_package(specifier).is_some_and(|(n, _)| n == name)
                && self.named_package_of(importer).map(|p| p.folder.clone()) == own
        })
    }

    /// Whether some other file of `from`'s package imports the file `to` by a relative path.
    fn imports_file_relatively(&self, from: &Path, to: &Path) -> bool {
        let Some(own) = self.named_package_of(from) else { return true };
        let mut files = self.index().files().filter(|f| is_source(f) && f.starts_with(&own.folder));
        files.any(|file| {
            let Some(outline) = self.outline_of(file) else { return false };
            let mut relative = outline.imports.iter().filter(|i| is_relative(&i.target));
            relative.any(|i| self.resolve_module(file, &i.target).as_deref() == Some(to))
        })
    }

    /// Whether `from` may import the package of `specifier`, of which nothing else is known.
    pub fn may_import(&self, from: &Path, specifier: &str) -> bool {
        let Some((name, _)) = split_package(specifier).filter(|_| !specifier.starts_with("node:")) else { return true };
        self.declares(from, name) || self.imports_package(from, name) || self.is_mapped(from, specifier)
    }

    fn may_depend_on(&self, from: &Path, to: &Path, specifier: &str) -> bool {
        if specifier.starts_with("node:") || is_node(to) {
            return true;
        }
        // An alias, or `#name`.
        let Some((name, _)) = split_package(specifier).filter(|_| !is_relative(specifier)) else { return true };
        self.declares(from, name) || self.imports_package(from, name)
    }

    /// Whether `to` is compiled together with `from`: listed by the same tsconfig, by one that it refers to, or imported already.
    fn is_in_program(&self, from: &Path, to: &Path) -> bool {
        let project = self.project(from);
        if project.path.is_empty() {
            return true;
        }
        let Some(config) = self.config(Path::new(&*project.path)) else { return true };
        // Without a list of files, nothing says what belongs to the program; a file that no list names is compiled because it is imported.
        if !config.has_include() || !config.covers(from) || config.covers(to) {
            return true;
        }
        let referenced = project.references.iter().filter_map(|r| self.config(r));
        if referenced.into_iter().any(|c| c.covers(to)) {
            return true;
        }
        let key = PathBuf::from(&*project.path);
        let program = self.cache().programs.get_or(key, || {
            let mut queue: Vec<Arc<Path>> =
                self.index().files().filter(|f| is_source(f) && config.covers(f)).cloned().collect();
            let mut seen: FxHashSet<Arc<Path>> = queue.iter().cloned().collect();
            while let Some(file) = queue.pop() {
                let Some(outline) = self.outline_of(&file) else { continue };
                for import in outline.imports.iter().filter(|i| !i.target.is_empty()) {
                    let target = self.resolve_module(&file, &import.target);
                    let own = target.filter(|t| self.index().contains(t) && !in_modules(t));
                    if let Some(target) = own.filter(|t| seen.insert(t.clone())) {
                        queue.push(target);
                    }
                }
            }
            Arc::new(seen)
        });
        program.contains(to)
    }
}

/// Whether a file belongs to the types of Node.js.
fn is_node(file: &Path) -> bool {
    let names: Vec<_> = file.components().map(|c| c.as_os_str()).collect();
    names.windows(2).any(|w| w[0] == "@types" && w[1] == "node")
}

#[cfg(test)]
mod tests {
    use super::Reach;
    use crate::Index;
    use std::path::Path;

    fn reach(files: &[(&str, &str)], from: &str, to: &str, specifier: &str) -> Reach {
        let index = Index::in_memory(files.iter().copied());
        index.typescript().reach(Path::new(from), Path::new(to), specifier)
    }

    #[test]
    fn only_the_program_and_no_output() {
        let files = [
            ("/w/tsconfig.json", r#"{"compilerOptions": {"outDir": "lib"}, "include": ["src"]}"#),
            ("/w/src/a.ts", "import '../shared/s';\n"),
            ("/w/src/b.ts", "export const b = 1;\n"),
            ("/w/src/b.test.ts", "export const t = 1;\n"),
            ("/w/shared/s.ts", "export const s = 1;\n"),
            ("/w/scripts/r.ts", "export const r = 1;\n"),
            ("/w/lib/b.d.ts", "export const b: number;\n"),
        ];
        let to = |to: &str| reach(&files, "/w/src/a.ts", to, "./x");
        assert_eq!(to("/w/src/b.ts"), Reach::Yes);
        assert_eq!(to("/w/shared/s.ts"), Reach::Yes, "imported already");
        assert_eq!(to("/w/scripts/r.ts"), Reach::No);
        assert_eq!(to("/w/lib/b.d.ts"), Reach::No);
        assert_eq!(to("/w/src/b.test.ts"), Reach::Test);
        assert_eq!(reach(&files, "/w/src/c.spec.ts", "/w/src/b.test.ts", "./b.test"), Reach::Yes);
        // A script may import the sources; nothing lists it.
        assert_eq!(reach(&files, "/w/scripts/r.ts", "/w/src/b.ts", "../src/b"), Reach::Yes);
    }

    #[test]
    fn other_packages_by_name_and_only_declared_ones() {
        let files = [
            ("/w/a/package.json", r#"{"name": "a", "dependencies": {"b": "1", "lodash": "4"}}"#),
            ("/w/a/src/a.ts", ""),
            ("/w/b/package.json", r#"{"name": "b"}"#),
            ("/w/b/src/index.ts", "export const b = 1;\n"),
            ("/w/b/dist/index.d.ts", "export const b: 1;\n"),
            ("/w/a/tsconfig.json", r#"{"include": ["src"]}"#),
            ("/w/c/package.json", r#"{"name": "c"}"#),
            ("/w/c/src/index.ts", "import 'react';\n"),
            ("/w/node_modules/lodash/index.d.ts", "export const l: 1;\n"),
            ("/w/node_modules/react/index.d.ts", "export const r: 1;\n"),
        ];
        let to = |to: &str, specifier: &str| reach(&files, "/w/a/src/a.ts", to, specifier);
        assert_eq!(to("/w/b/src/index.ts", "b"), Reach::Yes);
        assert_eq!(to("/w/b/src/index.ts", "../../b/src"), Reach::No, "its sources are its own");
        assert_eq!(to("/w/c/src/index.ts", "c"), Reach::No, "not declared");
        assert_eq!(to("/w/b/dist/index.d.ts", "b"), Reach::Yes, "its entry point is what it says");
        assert_eq!(to("/w/node_modules/lodash/index.d.ts", "lodash"), Reach::Yes);
        assert_eq!(to("/w/node_modules/react/index.d.ts", "react"), Reach::No);
        assert_eq!(reach(&files, "/w/c/src/x.ts", "/w/node_modules/react/index.d.ts", "react"), Reach::Yes);
    }
}
