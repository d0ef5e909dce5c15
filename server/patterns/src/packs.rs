//! Packs: patterns for the upgrade of a library, written from what its migration guide says. They come with the program.

use crate::file::{Pack, PatternFile, Registry, RuleBook, parse};
use crate::library::{Known, Origin};
use index::{Index, System};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// A pack. Its patterns are read when they are asked for.
#[derive(Debug)]
pub struct Embedded {
    /// Its name, and that of its file without the ending.
    pub id: &'static str,
    /// The text of its file.
    pub text: &'static str,
    /// What it is for.
    pub pack: Pack,
    codes: BTreeSet<&'static str>,
    file: OnceLock<PatternFile>,
    book: OnceLock<RuleBook>,
}

macro_rules! packs {
    ($($id:literal),* $(,)?) => {
        &[$(($id, include_str!(concat!("../packs/", $id, ".bfx.toml")))),*]
    };
}

const TEXTS: &[(&str, &str)] = packs![
    "discord-js-13-14",
    "ethers-5-6",
    "moq-nsubstitute",
    "msw-1-2",
    "nunit-3-4",
    "system-commandline-beta4-2",
    "zod-3-4"
];

/// A pack that was mined from the histories of repositories: patterns that were learned in several of them, with no name and no text of any.
#[derive(Debug, serde::Deserialize)]
pub struct Mined {
    /// What it is about, in one sentence.
    pub about: String,
    /// Where it was mined.
    pub mined_from: Vec<MinedFrom>,
    /// Its patterns, with what became of them there.
    pub patterns: Vec<Known>,
}

/// A repository that patterns were mined from.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
pub struct MinedFrom {
    /// Its owner and name.
    pub repository: String,
    /// The commits before and after the repairs.
    pub commits: String,
    /// Its licence, by its SPDX identifier.
    pub licence: String,
}

/// The names of mined packs, and their texts.
const MINED: &[(&str, &str)] = &[("csharp-nullable", include_str!("../packs/csharp-nullable.json"))];

/// The mined packs, by name.
pub fn mined() -> impl Iterator<Item = (&'static str, Mined)> {
    // A test reads them all.
    MINED.iter().filter_map(|(id, text)| {
        Some((*id, serde_json::from_str(text).inspect_err(|e| tracing::error!("{id}: {e}")).ok()?))
    })
}

/// All packs.
pub fn all() -> &'static [Embedded] {
    static ALL: OnceLock<Vec<Embedded>> = OnceLock::new();
    ALL.get_or_init(|| TEXTS.iter().filter_map(|(id, text)| embedded(id, text)).collect())
}

fn embedded(id: &'static str, text: &'static str) -> Option<Embedded> {
    // A test reads them all.
    let head = text.split("[[pattern]]").next().unwrap_or_default();
    let pack = parse(id, head).inspect_err(|e| tracing::error!("{e}")).ok()?.pack?;
    let lists = text.lines().filter_map(|l| l.strip_prefix("codes = "));
    let codes = lists.flat_map(|l| l.split('"').skip(1).step_by(2)).collect();
    Some(Embedded { id, text, pack, codes, file: OnceLock::new(), book: OnceLock::new() })
}

impl Embedded {
    /// Its patterns.
    pub fn file(&self) -> &PatternFile {
        self.file.get_or_init(|| parse(self.id, self.text).inspect_err(|e| tracing::error!("{e}")).unwrap_or_default())
    }
    /// Its rules, ready to be looked up.
    pub fn book(&self) -> &RuleBook {
        let origin = |name: &str| Origin::Pack(format!("{}: {name}", self.id).into());
        self.book.get_or_init(|| RuleBook::new(self.file().rules.iter().map(|r| (origin(&r.name), r.clone()))))
    }
    /// Whether it repairs diagnostics with this code.
    pub fn handles(&self, code: &str) -> bool {
        self.codes.contains(code)
    }
    /// How a person names it: `ethers@5..6`, `Moq..NSubstitute`.
    pub fn title(&self) -> String {
        if self.is_replacement() {
            format!("{}..{}", self.pack.from, self.pack.package)
        } else {
            format!("{}@{}..{}", self.pack.package, self.pack.from, self.pack.to)
        }
    }
    /// Whether another package takes the place of one.
    pub fn is_replacement(&self) -> bool {
        !self.pack.from.starts_with(|c: char| c.is_ascii_digit())
    }
}

/// The pack that a person names: by its title, its name, or its package where that is enough.
pub fn find(name: &str) -> Option<&'static Embedded> {
    let same = |a: &str| a.eq_ignore_ascii_case(name);
    let exact = all().iter().find(|p| same(p.id) || same(&p.title()));
    let mut of_package = all().iter().filter(|p| same(&p.pack.package));
    let first = of_package.next().filter(|_| of_package.next().is_none());
    exact.or(first)
}

/// The packs whose libraries are installed, by folder.
#[derive(Default)]
pub(crate) struct Installed(Mutex<BTreeMap<PathBuf, Vec<&'static str>>>);

impl Installed {
    /// The packs whose library a file uses in the version that they lead to.
    pub(crate) fn wanted(&self, index: &Index, root: &Path, path: &Path) -> Vec<&'static str> {
        let system = &**index.system();
        let folders: Vec<&Path> = path.ancestors().skip(1).take_while(|f| f.starts_with(root)).collect();
        let is_csharp = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("cs"));
        let Some(folder) = folders.first() else { return Vec::new() };
        let key = |folder: &Path| folder.join(if is_csharp { "cs" } else { "ts" });
        let known = |key: &Path| self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        let keep = |key: PathBuf, found: &[&'static str]| {
            drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found.to_vec()))
        };
        if let Some(known) = known(&key(folder)) {
            return known;
        }
        let place = if is_csharp { folders.iter().find(|f| is_project(system, f)) } else { Some(folder) };
        let Some(place) = place else {
            keep(key(folder), &[]);
            return Vec::new();
        };
        if let Some(known) = known(&key(place)) {
            keep(key(folder), &known);
            return known;
        }
        let registry = if is_csharp { Registry::Nuget } else { Registry::Npm };
        let nuget = if is_csharp { nuget_texts(system, place, &folders) } else { Vec::new() };
        let version = |package: &str| match registry {
            Registry::Npm => npm_version(system, &folders, package),
            Registry::Nuget => nuget.iter().find_map(|text| nuget_version(text, package)),
        };
        let is_wanted = |p: &&Embedded| {
            p.pack.registry == registry
                && version(&p.pack.package).is_some_and(|v| leads_to(&v, &p.pack.to))
                && (!p.is_replacement() || version(&p.pack.from).is_none())
        };
        let found: Vec<&'static str> = all().iter().filter(is_wanted).map(|p| p.id).collect();
        keep(key(place), &found);
        keep(key(folder), &found);
        found
    }
}

/// Whether a version is one that a pack leads to: `6.13.0` of `6`; no pre-release, which may be as it was before.
fn leads_to(version: &str, to: &str) -> bool {
    version.strip_prefix(to).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) && !version.contains('-')
}

/// The version that imports of files in these folders lead to.
fn npm_version(system: &dyn System, folders: &[&Path], package: &str) -> Option<String> {
    let manifests = folders.iter().map(|f| f.join("node_modules").join(package).join("package.json"));
    let found = manifests.into_iter().find(|m| system.is_file(m))?;
    #[derive(serde::Deserialize)]
    struct Manifest {
        version: String,
    }
    let manifest: Manifest = serde_json::from_slice(&system.read(&found).ok()?).ok()?;
    Some(manifest.version)
}

/// Whether a folder is that of a project of .NET.
fn is_project(system: &dyn System, folder: &Path) -> bool {
    system.is_file(&assets_of(folder)) || project_in(system, folder).is_some()
}

fn assets_of(folder: &Path) -> PathBuf {
    folder.join("obj").join("project.assets.json")
}

fn project_in(system: &dyn System, folder: &Path) -> Option<PathBuf> {
    system.list(folder).into_iter().find(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("csproj")))
}

/// The texts that say which packages a project has: what restore wrote, else the project and what it takes versions from.
fn nuget_texts(system: &dyn System, project: &Path, folders: &[&Path]) -> Vec<String> {
    let read = |path: PathBuf| system.read(&path).ok().and_then(|b| String::from_utf8(b).ok());
    if let Some(assets) = read(assets_of(project)) {
        return vec![assets];
    }
    let above = folders.iter().flat_map(|f| [f.join("Directory.Packages.props"), f.join("Directory.Build.props")]);
    project_in(system, project).into_iter().chain(above).filter_map(read).collect()
}

/// The version of a package in such a text.
fn nuget_version(text: &str, package: &str) -> Option<String> {
    let is_version = |v: &str| v.starts_with(|c: char| c.is_ascii_digit());
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        // `"NUnit/4.2.2": {`
        let lower = text.to_ascii_lowercase();
        let start = lower.find(&format!("\"{}/", package.to_ascii_lowercase()))? + package.len() + 2;
        let version = text[start..].split('"').next()?;
        return is_version(version).then(|| version.to_owned());
    }
    // `<PackageReference Include="NUnit" Version="4.2.2" />`, in any order and over lines.
    for item in text.split('<').filter(|i| i.starts_with("PackageReference") || i.starts_with("PackageVersion")) {
        let attribute =
            |name: &str| item.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split('"').next());
        if attribute("Include").or_else(|| attribute("Update")).is_some_and(|i| i.eq_ignore_ascii_case(package))
            && let Some(version) = attribute("Version")
        {
            let version = version.trim_start_matches(['[', '(']).split([',', ']', ')']).next()?.trim();
            return is_version(version).then(|| version.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_read_and_found() {
        assert_eq!(all().len(), TEXTS.len());
        for pack in all() {
            let file = parse(pack.id, pack.text).unwrap();
            assert!(
                file.rules.len() > 5
                    && file
                        .rules
                        .iter()
                        .all(|r| (r.leave || !r.valid.is_empty()) && !r.invalid.is_empty() && !r.why.is_empty()),
                "{}",
                pack.id
            );
            let codes: BTreeSet<&str> =
                file.rules.iter().flat_map(|r| r.pattern.codes.iter().map(|c| c.as_str())).collect();
            assert_eq!(codes, pack.codes, "{}", pack.id);
            assert_eq!(find(&pack.title()).map(|p| p.id), Some(pack.id));
            assert_eq!(find(pack.id).map(|p| p.id), Some(pack.id));
        }
        assert_eq!(find("ethers").map(|p| p.id), Some("ethers-5-6"));
        assert!(find("nothing").is_none());
    }

    fn wanted(files: &[(&str, &str)], path: &str) -> Vec<&'static str> {
        let index = Index::in_memory(files.iter().copied());
        Installed::default().wanted(&index, Path::new("/"), Path::new(path))
    }

    #[test]
    fn packs_are_for_those_who_have_the_new_version() {
        let manifest = |v: &str| format!("{{\"name\": \"ethers\", \"version\": \"{v}\"}}");
        let npm = |v: &str| {
            wanted(&[("/a/node_modules/ethers/package.json", &manifest(v)), ("/a/src/b.ts", "")], "/a/src/b.ts")
        };
        assert_eq!(npm("6.13.0"), ["ethers-5-6"]);
        assert!(
            npm("5.8.0").is_empty()
                && npm("7.0.0").is_empty()
                && npm("6.0.0-beta.1").is_empty()
                && npm("60.1.0").is_empty()
        );
        let assets = |text: &str| wanted(&[("/a/obj/project.assets.json", text), ("/a/b/c.cs", "")], "/a/b/c.cs");
        assert_eq!(assets("{\"libraries\": {\"nunit/4.3.2\": {}}}"), ["nunit-3-4"]);
        assert!(assets("{\"libraries\": {\"NUnit/3.14.0\": {}}}").is_empty());
        assert_eq!(assets("{\"libraries\": {\"NSubstitute/5.1.0\": {}}}"), ["moq-nsubstitute"]);
        assert!(assets("{\"libraries\": {\"NSubstitute/5.1.0\": {}, \"Moq/4.20.1\": {}}}").is_empty());
        let project =
            "<Project><ItemGroup><PackageReference Include=\"NUnit\"\n Version=\"4.0.1\" /></ItemGroup></Project>";
        assert_eq!(wanted(&[("/a/a.csproj", project), ("/a/c.cs", "")], "/a/c.cs"), ["nunit-3-4"]);
        let central = [
            (
                "/Directory.Packages.props",
                "<Project><ItemGroup><PackageVersion Version=\"4.0.1\" Include=\"NUnit\" /></ItemGroup></Project>",
            ),
            ("/a/a.csproj", "<Project><ItemGroup><PackageReference Include=\"NUnit\" /></ItemGroup></Project>"),
            ("/a/c.cs", ""),
        ];
        assert_eq!(wanted(&central, "/a/c.cs"), ["nunit-3-4"]);
    }
}

#[cfg(test)]
mod mined_tests {
    use super::*;
    use crate::library::Library;
    use crate::testing::repaired;

    #[test]
    fn mined_packs_repair_and_silence_nothing() {
        assert_eq!(mined().count(), MINED.len());
        let (id, pack) = mined().next().unwrap();
        assert_eq!(id, "csharp-nullable");
        assert!(
            pack.mined_from.len() >= 2 && pack.patterns.iter().all(|k| !k.pattern.suppression && !k.pattern.is_named())
        );
        let library = Library::of(pack.patterns);
        let text = "class C {\n    public string Label { get; }\n    C() { }\n    void M(int a, Node next = null) { Node n = null; }\n}\n";
        let repair = |code, arguments: &[&str], at| repaired(&library, "/C.cs", text, &(code, arguments, at));
        assert_eq!(repair("CS8625", &[], "null)"), Some(text.replace("Node next", "Node? next")));
        assert_eq!(
            repair("CS8618", &["property", "Label"], "C() {"),
            Some(text.replace("string Label", "string? Label"))
        );
        assert_eq!(repair("CS8600", &[], "null;"), Some(text.replace("Node n =", "Node? n =")));
        assert_eq!(repair("CS8602", &[], "null;"), None);
    }
}
