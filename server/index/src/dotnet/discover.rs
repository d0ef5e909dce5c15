//! Where a project's referenced assemblies are: SDK reference packs, `obj/project.assets.json`, the NuGet packages folder.

use super::assets::{Assets, Entries, Package, short_framework};
use super::table::{FORMAT, Table, pack_assemblies};
use super::{Library, base};
use crate::System;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};
use text::ContentHash;

/// What is looked for at most for one project: real ones reference hundreds of assemblies.
const MOST_FOLDERS: usize = 16;
const MOST_PACKAGES: usize = 4000;
const MOST_ASSEMBLIES: usize = 20_000;
/// Bytes of the assemblies of one group, and of all that a project references.
const MOST_OF_GROUP: usize = 128 << 20;
const MOST_OF_PROJECT: usize = 512 << 20;

/// What to look for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frameworks<'a> {
    /// Target frameworks of the project (`net8.0`); the first one is used.
    pub targets: &'a [SmolStr],
    /// Ids of the packages that it references directly, for projects that were never restored.
    pub packages: &'a [SmolStr],
    /// Whether it is a web project (`Sdk="Microsoft.NET.Sdk.Web"` or a framework reference to `Microsoft.AspNetCore.App`).
    pub web: bool,
}

/// The assemblies that a project references.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct References {
    /// Assemblies that belong together (a reference pack, a package's), the framework first.
    pub groups: Vec<Vec<PathBuf>>,
    /// No reference pack was found: the built-in table replaces `Microsoft.NETCore.App`.
    pub built_in: bool,
    /// The same for `Microsoft.AspNetCore.App`.
    pub built_in_web: bool,
}

/// Finds the assemblies that the project in `folder` references. Reads a few small files and folder listings.
pub fn references_of(system: &dyn System, folder: &Path, frameworks: Frameworks<'_>) -> References {
    let assets = assets_of(system, folder);
    let mut target = frameworks.targets.first().map(|t| short_framework(t)).unwrap_or_default();
    let package_folders = package_folders(system, assets.as_ref());
    let mut web = frameworks.web;
    let mut groups = Vec::new();
    let restored = assets.as_ref().and_then(|assets| {
        let (name, packages) = assets.target(&target)?;
        if target.is_empty() {
            target = short_framework(name);
        }
        web |= assets.framework_references().any(|name| name == "Microsoft.AspNetCore.App");
        Some(compiled_assemblies(system, assets, packages, &package_folders))
    });
    match restored {
        Some(found) => groups.extend(found),
        None => {
            let found = frameworks.packages.iter().take(MOST_PACKAGES);
            groups.extend(found.filter_map(|id| package_assemblies(system, &package_folders, id, &target)));
        }
    }
    let mut references = References::default();
    if is_old_framework(&target) {
        // .NET Framework and .NET Standard have packs of their own; without them the built-in table is the closest.
        match old_framework(system, &package_folders, &target) {
            Some(pack) => references.groups.push(pack),
            None => references.built_in = true,
        }
    } else {
        for name in ["Microsoft.NETCore.App", "Microsoft.AspNetCore.App"] {
            let is_web = name == "Microsoft.AspNetCore.App";
            if is_web && !web {
                continue;
            }
            match reference_pack(system, &package_folders, name, &target) {
                Some(pack) => references.groups.push(pack),
                None if is_web => references.built_in_web = true,
                None => references.built_in = true,
            }
        }
    }
    references.groups.extend(groups);
    references
}

/// .NET Framework (`net48`) or .NET Standard.
fn is_old_framework(target: &str) -> bool {
    target.starts_with("netstandard") || target.starts_with("net") && !target.contains('.') && target.len() > 3
}

fn assets_of(system: &dyn System, folder: &Path) -> Option<Assets> {
    let bytes = system.read(&folder.join("obj").join("project.assets.json")).ok()?;
    serde_json::from_slice(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)).ok()
}

/// Compile-time assemblies of every package of a restored target.
fn compiled_assemblies(
    system: &dyn System,
    assets: &Assets,
    packages: &Entries<Package>,
    folders: &[PathBuf],
) -> Vec<Vec<PathBuf>> {
    let paths: FxHashMap<&str, &str> =
        assets.libraries.iter().filter_map(|(name, library)| Some((name, library.path.as_deref()?))).collect();
    let mut groups = Vec::new();
    let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
    for (name, package) in packages.iter().filter(|(_, package)| package.kind.as_deref() != Some("project")) {
        let path = paths.get(name).map_or_else(|| name.to_ascii_lowercase(), |path| (*path).to_owned());
        let group: Vec<PathBuf> = package
            .compile
            .iter()
            .filter(|(file, _)| file.ends_with(".dll"))
            .filter_map(|(file, _)| {
                let relative = Path::new(&path).join(file);
                (is_inside(&relative) && seen.len() < MOST_ASSEMBLIES && seen.insert(relative.clone())).then_some(())?;
                folders.iter().map(|folder| folder.join(&relative)).find(|p| system.is_file(p))
            })
            .collect();
        if !group.is_empty() {
            groups.push(group);
        }
    }
    groups
}

/// Whether a relative path stays below the folder that it is joined to.
fn is_inside(path: &Path) -> bool {
    path.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir))
}

fn home(system: &dyn System) -> Option<PathBuf> {
    system.variable("HOME").or_else(|| system.variable("USERPROFILE")).filter(|h| !h.is_empty()).map(PathBuf::from)
}

fn package_folders(system: &dyn System, assets: Option<&Assets>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    folders.extend(system.variable("NUGET_PACKAGES").filter(|v| !v.is_empty()).map(PathBuf::from));
    let recorded = assets.into_iter().flat_map(|a| a.package_folders.iter()).map(|(folder, _)| PathBuf::from(folder));
    folders.extend(recorded.take(MOST_FOLDERS));
    folders.extend(home(system).map(|home| home.join(".nuget").join("packages")));
    let mut seen = FxHashSet::default();
    folders.retain(|f| seen.insert(f.clone()));
    folders
}

/// Folders where SDKs are installed.
fn sdk_folders(system: &dyn System) -> Vec<PathBuf> {
    let variables = ["DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_INSTALL_DIR"];
    let mut folders: Vec<PathBuf> =
        variables.iter().filter_map(|v| system.variable(v)).filter(|v| !v.is_empty()).map(PathBuf::from).collect();
    folders.extend(home(system).map(|home| home.join(".dotnet")));
    folders.extend(
        [
            "/usr/share/dotnet",
            "/usr/lib/dotnet",
            "/usr/lib64/dotnet",
            "/usr/local/share/dotnet",
            "/opt/dotnet",
            "/snap/dotnet-sdk/current",
        ]
        .map(PathBuf::from),
    );
    let programs = ["ProgramFiles", "ProgramW6432"].iter().filter_map(|v| system.variable(v));
    folders.extend(programs.map(|p| Path::new(&p).join("dotnet")));
    folders
}

/// A version in comparable form; releases come after their previews.
fn version_of(path: &Path) -> Option<(Vec<u64>, Reverse<bool>)> {
    let name = path.file_name()?.to_str()?;
    let (numbers, preview) = name.split_once('-').map_or((name, false), |(numbers, _)| (numbers, true));
    let numbers: Option<Vec<u64>> = numbers.split('.').map(|n| n.parse().ok()).collect();
    Some((numbers?, Reverse(preview)))
}

/// Versions below a folder, the newest first.
fn versions(system: &dyn System, folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = system.list(folder).into_iter().filter_map(|p| Some((version_of(&p)?, p))).collect();
    found.sort_by(|a, b| b.0.cmp(&a.0));
    found.into_iter().map(|(_, path)| path).collect()
}

/// Assemblies in a folder, in order of name.
fn assemblies_in(system: &dyn System, folder: &Path) -> Option<Vec<PathBuf>> {
    let mut files = system.list(folder);
    files.retain(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("dll")));
    files.sort();
    (!files.is_empty()).then_some(files)
}

/// The reference pack of a shared framework: that of the target's major version, else the newest; else the runtime itself.
fn reference_pack(system: &dyn System, packages: &[PathBuf], name: &str, target: &str) -> Option<Vec<PathBuf>> {
    let sdks = sdk_folders(system);
    let mut candidates: Vec<PathBuf> = Vec::new();
    for sdk in &sdks {
        candidates.extend(versions(system, &sdk.join("packs").join(format!("{name}.Ref"))));
    }
    for folder in packages {
        candidates.extend(versions(system, &folder.join(format!("{}.ref", name.to_ascii_lowercase()))));
    }
    let major = |path: &Path| version_of(path).and_then(|v| v.0.first().copied());
    let wanted = target.trim_start_matches("netcoreapp").trim_start_matches("net").split('.').next();
    let wanted = wanted.and_then(|major| major.parse::<u64>().ok());
    candidates.sort_by_key(|p| Reverse((wanted.is_some() && major(p) == wanted, version_of(p))));
    let packs = candidates.iter().filter_map(|pack| {
        let mut inner = system.list(&pack.join("ref"));
        inner.sort();
        assemblies_in(system, inner.last()?)
    });
    let mut runtimes: Vec<PathBuf> =
        sdks.iter().flat_map(|sdk| versions(system, &sdk.join("shared").join(name))).collect();
    runtimes.sort_by_key(|p| Reverse((wanted.is_some() && major(p) == wanted, version_of(p))));
    let mut all = packs.chain(runtimes.iter().filter_map(|runtime| assemblies_in(system, runtime)));
    all.next()
}

/// Reference assemblies of .NET Framework and .NET Standard.
fn old_framework(system: &dyn System, packages: &[PathBuf], target: &str) -> Option<Vec<PathBuf>> {
    if target.starts_with("netstandard") {
        return packages.iter().find_map(|folder| {
            versions(system, &folder.join("netstandard.library")).iter().find_map(|version| {
                let build = version.join("build");
                assemblies_in(system, &build.join(target).join("ref"))
                    .or_else(|| assemblies_in(system, &build.join("netstandard2.0").join("ref")))
            })
        });
    }
    let digits: Vec<String> = target.trim_start_matches("net").chars().map(String::from).collect();
    let version = format!("v{}", digits.join("."));
    let package = format!("microsoft.netframework.referenceassemblies.{target}");
    let from_package = packages.iter().find_map(|folder| {
        versions(system, &folder.join(&package))
            .iter()
            .find_map(|pack| assemblies_in(system, &pack.join("build").join(".NETFramework").join(&version)))
    });
    from_package.or_else(|| {
        let programs = system.variable("ProgramFiles(x86)")?;
        let folder = Path::new(&programs).join("Reference Assemblies/Microsoft/Framework/.NETFramework").join(&version);
        assemblies_in(system, &folder)
    })
}

/// Assemblies of the newest installed version of a package, for the framework that suits the target best.
fn package_assemblies(system: &dyn System, folders: &[PathBuf], id: &str, target: &str) -> Option<Vec<PathBuf>> {
    let id = id.to_ascii_lowercase();
    is_inside(Path::new(&id)).then_some(())?;
    let version = folders.iter().find_map(|folder| versions(system, &folder.join(&id)).into_iter().next())?;
    assemblies_of(system, &version, target)
}

/// The folders where packages of NuGet are unpacked for the project in `folder`, as far as its last restore and the environment tell.
pub fn package_folders_of(system: &dyn System, folder: &Path) -> Vec<PathBuf> {
    package_folders(system, assets_of(system, folder).as_ref())
}

/// The compile-time assemblies of the unpacked package in `version`, for the framework that suits `target` (`net8.0`) best.
pub fn assemblies_of(system: &dyn System, version: &Path, target: &str) -> Option<Vec<PathBuf>> {
    let target = &short_framework(target);
    ["ref", "lib"].iter().find_map(|kind| {
        let mut fits: Vec<(u32, PathBuf)> = system
            .list(&version.join(kind))
            .into_iter()
            .filter_map(|p| Some((fitness(p.file_name()?.to_str()?, target)?, p)))
            .collect();
        fits.sort_by_key(|f| Reverse(f.0));
        fits.iter().find_map(|(_, folder)| assemblies_in(system, folder))
    })
}

/// The packages of the last restore of the project in `folder`: id, version, and whether the project named it itself.
pub(crate) fn restored_packages(system: &dyn System, folder: &Path) -> Vec<(String, String, bool)> {
    let assets = assets_of(system, folder);
    let all = assets.iter().flat_map(Assets::packages).take(MOST_PACKAGES);
    all.map(|(id, version, direct)| (id.to_owned(), version.to_owned(), direct)).collect()
}

/// The id, as its author spells it, and the newest version of a package in the packages folder that suits the target; releases before
/// previews.
pub(crate) fn installed_package(system: &dyn System, id: &str, target: &str) -> Option<(String, String)> {
    let lower = id.to_ascii_lowercase();
    (!lower.is_empty() && is_inside(Path::new(&lower))).then_some(())?;
    let target = short_framework(target);
    let suits = |version: &PathBuf| {
        let kinds = ["ref", "lib"].map(|kind| system.list(&version.join(kind)));
        let mut frameworks = kinds.iter().flatten().filter_map(|p| p.file_name()?.to_str()).peekable();
        // Packages of analyzers and build steps have no libraries.
        frameworks.peek().is_none() || frameworks.any(|f| fitness(f, &target).is_some())
    };
    let is_preview = |path: &PathBuf| version_of(path).is_some_and(|(_, Reverse(preview))| preview);
    let mut found: Vec<PathBuf> =
        package_folders(system, None).iter().flat_map(|folder| versions(system, &folder.join(&lower))).collect();
    found.retain(suits);
    let best = found.iter().find(|v| !is_preview(v)).or(found.first())?;
    let version = best.file_name()?.to_str()?.to_owned();
    let nuspec = system.read(&best.join(format!("{lower}.nuspec"))).ok();
    let nuspec = nuspec.and_then(|bytes| text::SourceText::decode(&bytes));
    let spelt = nuspec.and_then(|s| {
        let (_, rest) = s.text.split_once("<id>")?;
        Some(rest.split_once("</id>")?.0.trim().to_owned())
    });
    Some((spelt.filter(|s| s.eq_ignore_ascii_case(id)).unwrap_or_else(|| id.to_owned()), version))
}

/// How well a library for `framework` suits a project for `target`; `None`: it is not compatible.
fn fitness(framework: &str, target: &str) -> Option<u32> {
    let framework = short_framework(framework);
    let number = |text: &str| {
        let mut parts = text.split('.').map(|n| n.parse::<u32>().ok());
        Some(parts.next()?? * 100 + parts.next().flatten().unwrap_or(0))
    };
    if framework == target {
        return Some(1_000_000);
    }
    if let Some(version) = framework.strip_prefix("netstandard") {
        return number(version);
    }
    if is_old_framework(target) {
        // net45 is compatible with net48; neither with .NET Standard.
        let digits = |text: &str| text.strip_prefix("net")?.get(..2)?.parse::<u32>().ok();
        let (own, wanted) = (digits(&framework)?, digits(target)?);
        return (is_old_framework(&framework) && own <= wanted).then_some(100_000 + own);
    }
    if is_old_framework(&framework) {
        return None;
    }
    let modern = |text: &str| number(text.strip_prefix("netcoreapp").or_else(|| text.strip_prefix("net"))?);
    let own = modern(&framework)?;
    (modern(target).is_none_or(|wanted| own <= wanted)).then_some(100_000 + own)
}

/// Tables in memory, shared by the libraries of several projects.
#[derive(Default)]
pub struct Tables {
    known: Mutex<FxHashMap<Vec<PathBuf>, Option<Arc<Table>>>>,
    libraries: Mutex<FxHashMap<References, Arc<Library>>>,
}

impl Tables {
    /// The library of what `references_of` found. Reads each group of assemblies once, from the cache folder when there is a table
    /// of the same bytes.
    pub fn library_of(&self, system: &dyn System, references: &References) -> Arc<Library> {
        if references.groups.is_empty() {
            return if references.built_in_web { base::web() } else { base::netcore() };
        }
        if let Some(known) = self.libraries.lock().unwrap_or_else(|e| e.into_inner()).get(references) {
            return known.clone();
        }
        let mut tables = Vec::new();
        let mut left = MOST_OF_PROJECT;
        if references.built_in {
            tables.extend(base::netcore_table());
        }
        if references.built_in_web {
            tables.extend(base::aspnetcore_table());
        }
        for group in &references.groups {
            let known = self.known.lock().unwrap_or_else(|e| e.into_inner()).get(group).cloned();
            let table = known.unwrap_or_else(|| {
                let table = read_group(system, group, &mut left).map(Arc::new);
                self.known.lock().unwrap_or_else(|e| e.into_inner()).insert(group.clone(), table.clone());
                table
            });
            tables.extend(table);
        }
        let library = Arc::new(Library::new(tables));
        let mut libraries = self.libraries.lock().unwrap_or_else(|e| e.into_inner());
        libraries.entry(references.clone()).or_insert(library).clone()
    }
}

/// The table of assemblies that belong together; of those that fit into what is `left` of the bytes that may be read.
fn read_group(system: &dyn System, group: &[PathBuf], left: &mut usize) -> Option<Table> {
    let mut of_group = MOST_OF_GROUP;
    let mut assemblies: Vec<Vec<u8>> = Vec::new();
    for path in group {
        if of_group == 0 || *left == 0 {
            break;
        }
        let Ok(bytes) = system.read(path) else { continue };
        of_group = of_group.saturating_sub(bytes.len());
        *left = left.saturating_sub(bytes.len());
        assemblies.push(bytes);
    }
    let hashes: Vec<u8> = assemblies.iter().flat_map(|bytes| ContentHash::of(bytes).0).collect();
    let key = ContentHash::of(&hashes).to_hex();
    let cached = system.cache_dir().map(|dir| dir.join("dotnet").join(format!("{key}-{FORMAT}.bin")));
    if let Some(table) = cached.as_ref().and_then(|path| Table::open(Cow::Owned(system.read_cache(path).ok()?))) {
        return Some(table);
    }
    let packed = pack_assemblies(&assemblies, false)?;
    if let Some(path) = &cached {
        system.write_cache(path, &packed);
    }
    Table::open(Cow::Owned(packed))
}
