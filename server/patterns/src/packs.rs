//! Packs: patterns for the upgrade of a library, written from what its migration guide says. They come with the program.

use crate::file::{Pack, PatternFile, Registry, RuleBook, parse};
use crate::library::Origin;
use index::{Index, System};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A pack.
#[derive(Debug)]
pub struct Embedded {
    /// Its name, and that of its file without the ending.
    pub id: &'static str,
    /// The text of its file.
    pub text: &'static str,
    /// What it is for.
    pub pack: Pack,
    /// The file, read.
    pub file: PatternFile,
    /// Its rules, ready to be looked up.
    pub book: RuleBook,
}

macro_rules! packs {
    ($($id:literal),* $(,)?) => {
        &[$(($id, include_str!(concat!("../packs/", $id, ".bfx.toml")))),*]
    };
}

const TEXTS: &[(&str, &str)] = packs!["discord-js-13-14", "ethers-5-6", "moq-nsubstitute", "msw-1-2", "nunit-3-4", "system-commandline-beta4-2", "zod-3-4"];

/// All packs.
pub fn all() -> &'static [Embedded] {
    static ALL: OnceLock<Vec<Embedded>> = OnceLock::new();
    ALL.get_or_init(|| TEXTS.iter().filter_map(|(id, text)| embedded(id, text)).collect())
}

fn embedded(id: &'static str, text: &'static str) -> Option<Embedded> {
    // A test reads them all.
    let file = parse(id, text).inspect_err(|e| tracing::error!("{e}")).ok()?;
    let pack = file.pack.clone()?;
    let book = RuleBook::new(file.rules.iter().map(|r| (Origin::Pack(format!("{id}: {}", r.name).into()), r.clone())));
    Some(Embedded { id, text, pack, file, book })
}

impl Embedded {
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

/// The packs whose library a file uses in the version that they lead to.
pub(crate) fn wanted(index: &Index, root: &Path, path: &Path) -> Vec<&'static str> {
    let system = &**index.system();
    let folders: Vec<&Path> = path.ancestors().skip(1).take_while(|f| f.starts_with(root)).collect();
    let is_csharp = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("cs"));
    let registry = if is_csharp { Registry::Nuget } else { Registry::Npm };
    let nuget = if is_csharp { nuget_texts(system, &folders) } else { Vec::new() };
    let version = |package: &str| match registry {
        Registry::Npm => npm_version(system, &folders, package),
        Registry::Nuget => nuget.iter().find_map(|text| nuget_version(text, package)),
    };
    let is_wanted = |p: &&Embedded| {
        p.pack.registry == registry
            && version(&p.pack.package).is_some_and(|v| leads_to(&v, &p.pack.to))
            && (!p.is_replacement() || version(&p.pack.from).is_none())
    };
    all().iter().filter(is_wanted).map(|p| p.id).collect()
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

/// The texts that say which packages a project has: what restore wrote, else the project and what it takes versions from.
fn nuget_texts(system: &dyn System, folders: &[&Path]) -> Vec<String> {
    let read = |path: PathBuf| system.read(&path).ok().and_then(|b| String::from_utf8(b).ok());
    for folder in folders {
        if let Some(assets) = read(folder.join("obj").join("project.assets.json")) {
            return vec![assets];
        }
        let is_project = |p: &PathBuf| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("csproj"));
        if let Some(project) = system.list(folder).into_iter().find(is_project) {
            let above =
                folders.iter().flat_map(|f| [f.join("Directory.Packages.props"), f.join("Directory.Build.props")]);
            return [project].into_iter().chain(above).filter_map(read).collect();
        }
    }
    Vec::new()
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
