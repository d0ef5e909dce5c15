//! Packages of NuGet: which ones had another version, and the last restore with the old assemblies in place of the new ones.
//!
//! The index finds the assemblies of a project in `obj/project.assets.json`: with an old one laid over it, the past has the old assemblies.

use super::stubs::source;
use super::versions::{least_of_nuget, locked};
use crate::sources::folder::decode;
use crate::{LibraryVersions, Past, PastTexts};
use index::{Index, System, dotnet};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Projects that are looked at, and the bytes of a restore's result that is rewritten: it takes twenty times that in memory.
const MOST_PROJECTS: usize = 2_000;
const MOST_BYTES: usize = 8 << 20;
/// Packages that one depends on, at most.
const MOST_DEPENDENCIES: usize = 2_000;
/// Bytes of the assemblies of a package that is read as a source.
const MOST_OF_PACKAGE: usize = 64 << 20;

/// The projects, with the folder of each.
fn projects(index: &Index) -> Vec<(PathBuf, PathBuf)> {
    let projects = index.files().filter(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("csproj")));
    let folders = projects.filter_map(|p| Some((p.to_path_buf(), p.parent()?.to_path_buf())));
    folders.take(MOST_PROJECTS).collect()
}

/// What the last restore of the project in `folder` wrote.
pub(super) fn assets_of(folder: &Path) -> PathBuf {
    folder.join("obj").join("project.assets.json")
}

/// The versions that packages had, by their id in lower case, as far as they are not those of now.
pub(super) fn changed(index: &Index, name: &str, then: &PastTexts) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    let is_project = |path: &Path| {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        matches!(extension.as_str(), "csproj" | "props" | "targets")
    };
    // What restore wrote, and the lists of versions, tell what was compiled.
    for (path, text) in &then.files {
        let Some(text) = text else { continue };
        match path.file_name().and_then(|n| n.to_str()).unwrap_or_default() {
            "packages.lock.json" => {
                for (id, locked) in locked("packages.lock.json", text) {
                    out.entry(id).or_insert(locked.version);
                }
            }
            "project.assets.json" if text.len() <= MOST_BYTES => {
                for (id, version) in packages_of(text) {
                    out.entry(id).or_insert(version);
                }
            }
            _ => {}
        }
    }
    if then.files.keys().any(|path| is_project(path)) {
        let of_projects = PastTexts {
            files: then.files.iter().filter(|(p, _)| is_project(p)).map(|(p, t)| (p.clone(), t.clone())).collect(),
            ..PastTexts::default()
        };
        let past = Past::open(index, name.to_owned(), of_projects);
        for (project, _) in projects(index) {
            let now = ranges(index, &project);
            for (id, range) in ranges(&past.index, &project) {
                if now.get(&id) != Some(&range)
                    && let Some(version) = least_of_nuget(&range)
                {
                    out.entry(id).or_insert_with(|| version.to_owned());
                }
            }
        }
    }
    out
}

/// The ids and versions in the result of a restore.
fn packages_of(assets: &str) -> Vec<(String, String)> {
    #[derive(serde::Deserialize, Default)]
    #[serde(default)]
    struct Assets {
        libraries: BTreeMap<String, serde::de::IgnoredAny>,
    }
    let assets: Assets = serde_json::from_str(assets).unwrap_or_default();
    let names = assets.libraries.into_keys();
    names.filter_map(|name| name.split_once('/').map(|(id, v)| (id.to_ascii_lowercase(), v.to_owned()))).collect()
}

/// The versions that a project asks for, by id in lower case.
fn ranges(index: &Index, project: &Path) -> BTreeMap<String, String> {
    let file = index.csharp().project_file(project);
    let central = file.items("PackageVersion");
    let one = |item: &index::csharp::ProjectItem<'_>| {
        let own = item.metadata("Version").or_else(|| item.metadata("VersionOverride"));
        let of_id = || central.iter().find(|c| c.include.eq_ignore_ascii_case(item.include))?.metadata("Version");
        Some((item.include.to_ascii_lowercase(), own.or_else(of_id)?.to_owned()))
    };
    file.items("PackageReference").iter().filter_map(one).collect()
}

/// An old version of a package: its version, the folder of packages in which it is, and its own folder there.
struct OldPackage {
    id: String,
    version: String,
    packages: PathBuf,
    path: String,
}

/// Lays results of restore with the old versions over those of now. `old`: a folder with unpacked packages that a user named.
pub(super) fn lay_over(index: &Index, then: &BTreeMap<String, String>, old: Option<&Path>, out: &mut PastTexts) {
    let system = &**index.system();
    let frameworks: BTreeMap<String, String> = index
        .csharp()
        .projects()
        .iter()
        .filter_map(|p| Some((p.path.to_string(), p.frameworks.first()?.to_string())))
        .collect();
    for (project, folder) in projects(index) {
        let path = assets_of(&folder);
        let mut folders = dotnet::package_folders_of(system, &folder);
        folders.extend(old.map(Path::to_path_buf));
        let text = match system.read(&path) {
            Ok(bytes) if bytes.len() <= MOST_BYTES => decode(&bytes),
            Ok(_) => None,
            // It was never restored here.
            Err(_) => {
                let target = project.to_str().and_then(|p| frameworks.get(p)).map_or("", String::as_str);
                as_restored(index, &project, target, &folders).map(Into::into)
            }
        };
        let Some(text) = text else { continue };
        let mut found: Vec<(OldPackage, String)> = Vec::new();
        for (id, now) in packages_of(&text) {
            let named = old.and_then(|old| in_named_folder(system, old, &id, &now, then.get(&id)));
            let package = named.or_else(|| {
                let version = then.get(&id).filter(|v| !v.eq_ignore_ascii_case(&now))?;
                in_folders(system, &folders, &id, version)
            });
            found.extend(package.map(|package| (package, now)));
        }
        if found.is_empty() {
            continue;
        }
        let Ok(assets) = serde_json::from_str::<Value>(&text) else { continue };
        // What can be read as a source is found by symbol, and not among the assemblies.
        let root = index.roots().iter().find(|root| folder.starts_with(root));
        let graph = Graph::of(system, &assets, &found);
        let place = |id: &str, version: &str| {
            let inside = is_name(id) && is_name(version);
            let there = folders.iter().map(|f| f.join(id).join(version.to_ascii_lowercase()));
            inside.then_some(there)?.into_iter().find(|f| has_assemblies(system, f))
        };
        let mut as_sources: Vec<bool> = Vec::new();
        let mut brought: Vec<String> = Vec::new();
        for (package, now) in &found {
            let path = root.map(|root| root.join("NuGet packages").join(format!("{}.cs", package.id)));
            // A package may be split or merged: what came or went with the version belongs to it.
            let came = graph.came_with(&package.id);
            let sources = || {
                let (target, _) = assets.get("targets")?.as_object()?.iter().next()?;
                let mut then = vec![package.packages.join(&package.path)];
                then.extend(graph.went_with(&package.id).iter().filter_map(|(id, version)| place(id, version)));
                let mut after = vec![place(&package.id, now)?];
                after.extend(came.iter().filter_map(|(id, version)| place(id, version)));
                Some((source_of(system, &then, target)?, source_of(system, &after, target)?))
            };
            let is_read = path.as_ref().is_some_and(|path| out.beside.contains_key(path));
            if !is_read && let (Some((then, now)), Some(path)) = (sources(), path.clone()) {
                out.files.insert(path.clone(), Some(then.into()));
                out.beside.insert(path, Some(now.into()));
            }
            let as_source = path.is_some_and(|path| out.beside.contains_key(&path));
            as_sources.push(as_source);
            brought.extend(came.into_iter().filter(|_| as_source).map(|(id, _)| id));
        }
        let Some(replaced) = with_old(system, assets, &found, &as_sources, &brought) else { continue };
        out.files.insert(path, Some(replaced.into()));
        for (package, now) in found {
            let there =
                folders.iter().map(|f| f.join(&package.id).join(now.to_ascii_lowercase())).find(|f| disk::is_folder(f));
            let library = LibraryVersions {
                old_folder: Some(package.packages.join(&package.path)),
                name: package.id,
                then: package.version,
                now,
                folder: there.unwrap_or_default(),
            };
            if !out.libraries.contains(&library) {
                out.libraries.push(library);
            }
        }
    }
}

/// Whether a name is that of one folder.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\\']) && !name.starts_with('.')
}

/// A version in the folders where NuGet unpacks packages.
fn in_folders(system: &dyn System, folders: &[PathBuf], id: &str, version: &str) -> Option<OldPackage> {
    let lower = version.to_ascii_lowercase();
    // NuGet writes `1.2` as `1.2.0`.
    let mut names = vec![lower.clone()];
    if lower.split('.').count() < 3 && !lower.contains('-') {
        names.push(format!("{lower}{}", ".0".repeat(3 - lower.split('.').count())));
    }
    if !is_name(id) || !names.iter().all(|n| is_name(n)) {
        return None;
    }
    folders.iter().find_map(|packages| {
        let name = names.iter().find(|name| has_assemblies(system, &packages.join(id).join(name)))?;
        Some(OldPackage {
            id: id.to_owned(),
            version: name.clone(),
            packages: packages.clone(),
            path: format!("{id}/{name}"),
        })
    })
}

fn has_assemblies(system: &dyn System, folder: &Path) -> bool {
    ["ref", "lib"].iter().any(|kind| !system.list(&folder.join(kind)).is_empty())
}

/// An old version of a package in a folder that a user named: `ID/VERSION`, `ID.VERSION`, `ID` or the folder itself.
fn in_named_folder(
    system: &dyn System,
    old: &Path,
    id: &str,
    now: &str,
    wanted: Option<&String>,
) -> Option<OldPackage> {
    let is = |path: &Path, name: &str| {
        path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.eq_ignore_ascii_case(name))
    };
    let package = |folder: &Path, packages: &Path, version: String| {
        let path = folder.strip_prefix(packages).ok()?.to_str()?.replace('\\', "/");
        has_assemblies(system, folder).then(|| OldPackage {
            id: id.to_owned(),
            version,
            packages: packages.to_owned(),
            path,
        })
    };
    let manifest = |folder: &Path| {
        let list = system.list(folder);
        let file = list.iter().find(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("nuspec")))?;
        let text = decode(&system.read(file).ok()?)?;
        let element = |name: &str| Some(text.split_once(&format!("<{name}>"))?.1.split_once('<')?.0.trim().to_owned());
        Some((element("id")?, element("version")?))
    };
    let other = |version: &str| !version.eq_ignore_ascii_case(now);
    // The folder is the package.
    if let Some((named, version)) = manifest(old) {
        return (named.eq_ignore_ascii_case(id) && other(&version))
            .then(|| package(old, old.parent()?, version))
            .flatten();
    }
    let list = system.list(old);
    if let Some(folder) = list.iter().find(|p| is(p, id)) {
        if has_assemblies(system, folder) {
            let version = manifest(folder).map(|(_, version)| version).or_else(|| wanted.cloned()).unwrap_or_default();
            return other(&version).then(|| package(folder, old, version)).flatten();
        }
        let versions = system.list(folder).into_iter().filter_map(|p| Some((p.file_name()?.to_str()?.to_owned(), p)));
        let mut versions: Vec<(String, PathBuf)> =
            versions.filter(|(v, p)| other(v) && has_assemblies(system, p)).collect();
        versions.sort();
        let asked = versions.iter().find(|(v, _)| wanted.is_some_and(|w| w.eq_ignore_ascii_case(v)));
        // Of several that nobody asked for none is the old one.
        let (version, path) = asked.or(versions.first().filter(|_| versions.len() == 1))?;
        return package(path, old, version.clone());
    }
    list.iter().find_map(|path| {
        let name = path.file_name()?.to_str()?;
        let version =
            name.get(id.len()..)?.strip_prefix('.').filter(|v| v.starts_with(|c: char| c.is_ascii_digit()))?;
        (name.get(..id.len())?.eq_ignore_ascii_case(id) && other(version))
            .then(|| package(path, old, version.to_owned()))?
    })
}

/// What restore would write for a project, as far as the packages are on this machine: in the versions asked for, else in the newest ones.
fn as_restored(index: &Index, project: &Path, target: &str, folders: &[PathBuf]) -> Option<String> {
    let system = &**index.system();
    let mut open: Vec<(String, String)> = ranges(index, project).into_iter().collect();
    let direct: Map<String, Value> = open.iter().map(|(id, _)| (id.clone(), json!({}))).collect();
    let (mut packages, mut libraries) = (Map::new(), Map::new());
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some((id, range)) = open.pop() {
        if !is_name(&id) || seen.len() >= MOST_DEPENDENCIES || !seen.insert(id.clone()) {
            continue;
        }
        let asked = least_of_nuget(&range).and_then(|version| in_folders(system, folders, &id, version));
        let newest = || {
            let version =
                |path: PathBuf| Some((number(path.file_name()?.to_str()?), path.file_name()?.to_str()?.to_owned()));
            let all = folders.iter().flat_map(|f| system.list(&f.join(&id))).filter_map(version);
            let (_, version) = all.max()?;
            in_folders(system, folders, &id, &version)
        };
        let Some(package) = asked.or_else(newest) else { continue };
        let unpacked = package.packages.join(&package.path);
        let compile = dotnet::assemblies_of(system, &unpacked, target).unwrap_or_default();
        let compile = compile
            .iter()
            .filter_map(|file| Some((file.strip_prefix(&unpacked).ok()?.to_str()?.replace('\\', "/"), json!({}))));
        let needs = dependencies_of(system, &unpacked).unwrap_or_default();
        let names: Map<String, Value> = needs.iter().map(|(id, version)| (id.clone(), json!(version))).collect();
        let key = format!("{id}/{}", package.version);
        packages.insert(
            key.clone(),
            json!({"type": "package", "dependencies": names, "compile": compile.collect::<Map<_, _>>()}),
        );
        libraries.insert(key, json!({"type": "package", "path": package.path}));
        open.extend(needs);
    }
    let package_folders: Map<String, Value> =
        folders.iter().filter_map(|f| Some((f.to_str()?.to_owned(), json!({})))).collect();
    let whole = json!({
        "version": 3, "targets": {target: packages}, "libraries": libraries, "packageFolders": package_folders,
        "project": {"frameworks": {target: {"dependencies": direct}}},
    });
    (!seen.is_empty()).then(|| whole.to_string())
}

/// A version in comparable form; releases come after their previews.
fn number(version: &str) -> (Vec<u64>, bool) {
    let (numbers, is_release) = version.split_once('-').map_or((version, true), |(numbers, _)| (numbers, false));
    (numbers.split('.').map(|n| n.parse().unwrap_or(0)).collect(), is_release)
}

/// Which packages depend on which, in a result of restore and as it was.
#[derive(Default)]
struct Graph {
    /// The versions now, by id in lower case, and what each depends on.
    versions: BTreeMap<String, String>,
    now: BTreeMap<String, Vec<String>>,
    /// What the packages that changed depended on, with the versions asked for; `None` when it is not known.
    then: BTreeMap<String, Option<Vec<(String, String)>>>,
    /// What depends on nothing that changed.
    direct: Vec<String>,
}

impl Graph {
    fn of(system: &dyn System, assets: &Value, found: &[(OldPackage, String)]) -> Self {
        let mut graph = Self::default();
        let names = |value: Option<&Value>| {
            let all = value.and_then(Value::as_object).into_iter().flatten();
            all.map(|(name, _)| name.to_ascii_lowercase()).collect::<Vec<_>>()
        };
        let target = assets.get("targets").and_then(Value::as_object).and_then(|t| t.values().next());
        for (key, entry) in target.and_then(Value::as_object).into_iter().flatten() {
            let Some((id, version)) = key.split_once('/') else { continue };
            let id = id.to_ascii_lowercase();
            if entry.get("type").and_then(Value::as_str) == Some("project") {
                graph.direct.push(id.clone());
            }
            graph.now.insert(id.clone(), names(entry.get("dependencies")));
            graph.versions.insert(id, version.to_owned());
        }
        let frameworks = assets.get("project").and_then(|p| p.get("frameworks")).and_then(Value::as_object);
        graph.direct.extend(frameworks.into_iter().flatten().flat_map(|(_, f)| names(f.get("dependencies"))));
        for (package, _) in found {
            let folder = package.packages.join(&package.path);
            graph.then.insert(package.id.clone(), dependencies_of(system, &folder));
        }
        graph
    }

    /// What `from` leads to, by what `next` says.
    fn reach<'g>(from: impl IntoIterator<Item = &'g str>, next: impl Fn(&str) -> Vec<&'g str>) -> BTreeSet<&'g str> {
        let mut open: Vec<&str> = from.into_iter().collect();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(next(id));
            }
        }
        seen
    }

    fn next_now(&self, id: &str) -> Vec<&str> {
        self.now.get(id).into_iter().flatten().map(String::as_str).collect()
    }

    fn next_then(&self, id: &str) -> Vec<&str> {
        match self.then.get(id) {
            Some(Some(then)) => then.iter().map(|(id, _)| id.as_str()).collect(),
            _ => self.next_now(id),
        }
    }

    /// The packages that are there because of the new version of one.
    fn came_with(&self, id: &str) -> Vec<(String, String)> {
        let before = Self::reach(self.direct.iter().map(String::as_str), |id| self.next_then(id));
        let own = Self::reach([id], |id| self.next_now(id));
        let came = own.into_iter().filter(|id| !before.contains(id));
        came.filter_map(|id| Some((id.to_owned(), self.versions.get(id)?.clone()))).collect()
    }

    /// The packages that the old version of one needed, and that are not there any more.
    fn went_with(&self, id: &str) -> Vec<(String, String)> {
        let then = self.then.get(id).and_then(Option::as_ref).into_iter().flatten();
        then.filter(|(id, _)| !self.versions.contains_key(id)).cloned().collect()
    }
}

/// The packages that an unpacked package depends on, with the versions asked for, in any framework; `None` when it does not say.
fn dependencies_of(system: &dyn System, folder: &Path) -> Option<Vec<(String, String)>> {
    let list = system.list(folder);
    let file = list.iter().find(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("nuspec")))?;
    let text = decode(&system.read(file).ok()?)?;
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split_once(&format!("{name}=\""))?.1;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let tags = text.split("<dependency ").skip(1).take(MOST_DEPENDENCIES).filter_map(|rest| rest.split_once('>'));
    let one = |(tag, _): (&str, &str)| {
        let version = attribute(tag, "version").unwrap_or_default();
        let least = least_of_nuget(&version).unwrap_or_default().to_owned();
        Some((attribute(tag, "id")?.to_ascii_lowercase(), least))
    };
    Some(tags.filter_map(one).collect())
}

/// The assemblies of unpacked packages as a source.
fn source_of(system: &dyn System, folders: &[PathBuf], target: &str) -> Option<String> {
    let target = target.split('/').next()?;
    let assemblies = folders.iter().filter_map(|folder| dotnet::assemblies_of(system, folder, target)).flatten();
    let mut left = MOST_OF_PACKAGE;
    let mut bytes = Vec::new();
    for path in assemblies {
        let read = system.read(&path).ok()?;
        left = left.checked_sub(read.len())?;
        bytes.push(read);
    }
    source(&bytes)
}

/// The result of a restore with old packages in place of those of now, but without the assemblies of those that are there as sources,
/// and without what they brought.
fn with_old(
    system: &dyn System,
    mut assets: Value,
    found: &[(OldPackage, String)],
    as_sources: &[bool],
    brought: &[String],
) -> Option<String> {
    let is_brought = |key: &String| {
        let id = key.split('/').next().unwrap_or_default();
        brought.iter().any(|b| b.eq_ignore_ascii_case(id))
    };
    for (_, packages) in assets.get_mut("targets")?.as_object_mut()? {
        packages.as_object_mut()?.retain(|key, _| !is_brought(key));
    }
    assets.get_mut("libraries")?.as_object_mut()?.retain(|key, _| !is_brought(key));
    let replace = |object: &mut Map<String, Value>, package: &OldPackage, now: &str, with: Value| {
        let is_it =
            |key: &String| key.split_once('/').is_some_and(|(id, v)| id.eq_ignore_ascii_case(&package.id) && v == now);
        let key = object.keys().find(|key| is_it(key)).cloned();
        if let Some(key) = key {
            object.remove(&key);
            let id = key.split('/').next().unwrap_or_default();
            object.insert(format!("{id}/{}", package.version), with);
        }
    };
    for ((package, now), as_source) in found.iter().zip(as_sources) {
        let folder = package.packages.join(&package.path);
        for (target, packages) in assets.get_mut("targets")?.as_object_mut()? {
            let compile = dotnet::assemblies_of(system, &folder, target.split('/').next().unwrap_or_default());
            let compile = compile.filter(|_| !as_source).unwrap_or_default().into_iter().filter_map(|file| {
                let relative = file.strip_prefix(&folder).ok()?.to_str()?.replace('\\', "/");
                Some((relative, json!({})))
            });
            let entry = json!({"type": "package", "compile": compile.collect::<Map<_, _>>()});
            replace(packages.as_object_mut()?, package, now, entry);
        }
        replace(
            assets.get_mut("libraries")?.as_object_mut()?,
            package,
            now,
            json!({"type": "package", "path": package.path}),
        );
        let folders = assets.as_object_mut()?.entry("packageFolders").or_insert_with(|| json!({}));
        folders.as_object_mut()?.insert(package.packages.to_str()?.to_owned(), json!({}));
    }
    serde_json::to_string(&assets).ok()
}
