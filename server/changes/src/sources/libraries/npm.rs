//! Packages of npm: which ones have another version now, where their old declarations are kept on this machine, and where these stood.

use super::archives::{PackageTexts, declares, is_inside, tarball, zip};
use super::versions::{Locked, least, locked};
use crate::sources::folder::decode;
use crate::{LibraryVersions, Past, PastTexts};
use disk::Kind;
use index::{Index, System};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use syntax::{Language, LanguageFamily};
use text::ContentHash;

/// Packages that are laid over the new ones, and folders of the workspace whose `node_modules` are looked at.
const MOST_PACKAGES: usize = 300;
const MOST_FOLDERS: usize = 2_000;
/// Files and folders of one package, and how deep they are.
const MOST_ENTRIES: usize = 50_000;
const DEEPEST: usize = 24;
/// When no more packages are looked for.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes of all declarations.
const MOST_BYTES: usize = 256 << 20;

/// What a package says of itself.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Manifest {
    name: String,
    version: String,
    dependencies: BTreeMap<String, String>,
    #[serde(rename = "devDependencies")]
    dev_dependencies: BTreeMap<String, String>,
    #[serde(rename = "peerDependencies")]
    peer_dependencies: BTreeMap<String, String>,
}

impl Manifest {
    fn of(text: &str) -> Self {
        serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default()
    }
    fn read(system: &dyn System, folder: &Path) -> Option<Self> {
        let bytes = system.read(&folder.join("package.json")).ok()?;
        Some(Self::of(&decode(&bytes)?)).filter(|m| !m.version.is_empty())
    }
    fn ranges(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = [&self.dependencies, &self.dev_dependencies, &self.peer_dependencies];
        all.into_iter().flatten().map(|(name, range)| (name.as_str(), range.as_str()))
    }
}

/// The packages whose version differed, with what the list of versions said of them then.
pub(super) fn changed(index: &Index, then: &PastTexts) -> BTreeMap<String, Locked> {
    let mut out: BTreeMap<String, Locked> = BTreeMap::new();
    let mut ranges: BTreeMap<String, Locked> = BTreeMap::new();
    for (path, text) in &then.files {
        let (Some(name), Some(text)) = (path.file_name().and_then(|n| n.to_str()), text) else { continue };
        let now = || index.text(path).or_else(|| decode(&index.system().read(path).ok()?));
        if disk::is_lock_file(name) && name != "packages.lock.json" {
            let now = now().map(|now| locked(name, &now)).unwrap_or_default();
            for (package, locked) in locked(name, text) {
                if now.get(&package).is_none_or(|now| now.version != locked.version) {
                    out.entry(package).or_insert(locked);
                }
            }
        } else if name == "package.json" {
            let now = now().map(|now| Manifest::of(&now)).unwrap_or_default();
            for (package, range) in Manifest::of(text).ranges() {
                if let Some(version) = least(range).filter(|_| now.ranges().all(|(p, r)| p != package || r != range)) {
                    let locked = Locked { version: version.to_owned(), ..Locked::default() };
                    ranges.entry(package.to_owned()).or_insert(locked);
                }
            }
        }
    }
    // A list tells exactly what was installed, a range only what it is met by.
    for (package, locked) in ranges {
        out.entry(package).or_insert(locked);
    }
    out
}

/// Where the packages of a workspace are installed.
pub(super) struct Installed<'a> {
    system: &'a dyn System,
    folders: Vec<PathBuf>,
    store: Store<'a>,
    left: usize,
    packages: usize,
    until: Instant,
}

impl<'a> Installed<'a> {
    pub(super) fn of(index: &'a Index) -> Self {
        let system = &**index.system();
        let with_package = index.files().filter(|p| p.file_name().is_some_and(|n| n == "package.json"));
        let mut folders: BTreeSet<PathBuf> = with_package.filter_map(|p| Some(p.parent()?.to_path_buf())).collect();
        folders.extend(index.roots().iter().flat_map(|root| root.ancestors().map(Path::to_path_buf)));
        let folders: Vec<PathBuf> = folders.into_iter().take(MOST_FOLDERS).collect();
        Self {
            system,
            store: Store::of(system, &folders),
            folders,
            left: MOST_BYTES,
            packages: 0,
            until: Instant::now() + PATIENCE,
        }
    }

    /// The folders of a package, links not followed, with its version.
    fn folders_of(&self, name: &str) -> Vec<(PathBuf, String)> {
        if !is_inside(name) {
            return Vec::new();
        }
        let mut seen = BTreeSet::new();
        let all = self.folders.iter().map(|f| f.join("node_modules").join(name));
        let there = all.filter_map(|folder| Some((Manifest::read(self.system, &folder)?.version, folder)));
        there
            .filter(|(_, f)| seen.insert(self.system.real_path(f)))
            .map(|(version, folder)| (folder, version))
            .collect()
    }

    /// Lays the old version over the new one; nothing where the old one is still installed, or not to be found.
    pub(super) fn lay_over(&mut self, name: &str, then: &Locked, out: &mut PastTexts) {
        let folders = self.folders_of(name).into_iter().filter(|(_, version)| *version != then.version);
        let folders: Vec<(PathBuf, String)> = folders.collect();
        if folders.is_empty() || self.is_full() {
            return;
        }
        match self.store.texts(name, then) {
            Some(texts) => self.lay(name, &then.version, &texts, folders, out),
            None => tracing::info!("{name} {} is nowhere on this machine", then.version),
        }
    }

    /// Lays the packages in a folder that a user named over those of other versions.
    pub(super) fn lay_over_from(&mut self, old: &Path, out: &mut PastTexts) {
        for folder in packages_in(old) {
            let Some(manifest) = Manifest::read(self.system, &folder) else { continue };
            let folders =
                self.folders_of(&manifest.name).into_iter().filter(|(_, version)| *version != manifest.version);
            let folders: Vec<(PathBuf, String)> = folders.collect();
            if folders.is_empty() || self.is_full() {
                continue;
            }
            if let Some(texts) = unpacked(self.system, &folder) {
                self.lay(&manifest.name, &manifest.version, &texts, folders, out);
            }
        }
    }

    fn is_full(&self) -> bool {
        self.packages >= MOST_PACKAGES || Instant::now() > self.until
    }

    fn lay(
        &mut self,
        name: &str,
        version: &str,
        texts: &PackageTexts,
        folders: Vec<(PathBuf, String)>,
        out: &mut PastTexts,
    ) {
        for (folder, now) in folders {
            let bytes = texts.values().map(|t| t.len()).sum();
            if self.left < bytes || out.libraries.iter().any(|l| l.folder == folder) {
                continue;
            }
            self.left -= bytes;
            self.packages += 1;
            // What a link leads to is where the index finds the declarations.
            let real = self.system.real_path(&folder);
            for (file, text) in texts {
                let path = real.join(file);
                if self.system.read(&path).ok().and_then(|bytes| decode(&bytes)).as_ref() != Some(text) {
                    out.files.insert(path, Some(text.clone()));
                }
            }
            let new = unpacked(self.system, &real).unwrap_or_default();
            let gone = new.into_keys().filter(|file| !texts.contains_key(file));
            out.files.extend(gone.map(|file| (real.join(file), None)));
            out.libraries.push(LibraryVersions {
                name: name.to_owned(),
                then: version.to_owned(),
                now,
                old_folder: None,
                folder,
            });
        }
    }
}

/// Leaves out what nobody imports, then or now: packages have their declarations twice, for both kinds of modules, and older and inner ones beside them, in
/// which the same names are declared. Of a package that no import leads to (it declares global names, or is imported in another way) all is kept.
pub(super) fn only_reachable(index: &Index, out: &mut PastTexts) {
    let folders: Vec<(PathBuf, String)> =
        out.libraries.iter().map(|l| (index.system().real_path(&l.folder), l.name.clone())).collect();
    if folders.is_empty() {
        return;
    }
    let past = Past::open(index, String::new(), out.clone());
    let (then, now) = (reachable(&past.index, &folders), reachable(index, &folders));
    let reached: BTreeSet<&Path> = folders
        .iter()
        .map(|(folder, _)| &**folder)
        .filter(|folder| now.iter().any(|p| p.starts_with(folder)) && then.iter().any(|p| p.starts_with(folder)))
        .collect();
    out.files.retain(|path, text| {
        let is_kept = path.file_name().is_some_and(|n| n == "package.json")
            || now.contains(path)
            || text.is_some() && then.contains(path);
        is_kept || !path.ancestors().any(|folder| reached.contains(folder))
    });
}

/// The files in `folders`, each of the package with a name, that the workspace's imports lead to.
fn reachable(index: &Index, folders: &[(PathBuf, String)]) -> BTreeSet<PathBuf> {
    let typescript = index.typescript();
    let is_of = |name: &str| {
        folders
            .iter()
            .any(|(_, n)| name.strip_prefix(n.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    };
    let mut open: Vec<PathBuf> = Vec::new();
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    let mut reach = |from: &Path, specifier: &str, open: &mut Vec<PathBuf>| {
        let Some(found) = typescript.resolve_module(from, specifier) else { return };
        let is_inside = folders.iter().any(|(folder, _)| found.starts_with(folder));
        if is_inside && seen.len() < MOST_ENTRIES && seen.insert(found.to_path_buf()) {
            open.push(found.to_path_buf());
        }
    };
    for path in index.files().filter(|p| Language::of_path(p).is_some_and(|l| l.family() == LanguageFamily::TYPESCRIPT))
    {
        let Some(outline) = index.outline(path) else { continue };
        for import in outline.imports.iter().filter(|i| is_of(&i.target)) {
            reach(path, &import.target, &mut open);
        }
    }
    while let Some(path) = open.pop() {
        let Some(text) = index.text(&path) else { continue };
        // Also what a type or a comment names: `import('./a').A`, `/// <reference path="./a.d.ts" />`.
        let strings = text.split(['"', '\'']).skip(1);
        for name in
            strings.filter(|s| s.len() < 200 && !s.contains(char::is_whitespace) && (s.starts_with('.') || is_of(s)))
        {
            reach(&path, name, &mut open);
        }
    }
    seen
}

/// The folders of packages in a folder that a user named: itself, those in it and in its `node_modules`, scopes looked into.
fn packages_in(old: &Path) -> Vec<PathBuf> {
    let mut out = vec![old.to_path_buf()];
    for folder in [old.to_path_buf(), old.join("node_modules")] {
        for (path, _) in disk::list(&folder).take(MOST_ENTRIES) {
            let is_scope = path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with('@'));
            if is_scope {
                out.extend(disk::list(&path).map(|(path, _)| path).take(MOST_ENTRIES));
            } else {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// The declarations of a package in a folder; `None` when there is none. Links in it are not followed.
fn unpacked(system: &dyn System, folder: &Path) -> Option<PackageTexts> {
    if !system.is_file(&folder.join("package.json")) {
        return None;
    }
    let mut out = PackageTexts::new();
    let mut left = MOST_ENTRIES;
    let mut bytes_left = 64usize << 20;
    let mut folders = vec![(system.real_path(folder), String::new(), 0)];
    while let Some((folder, name, depth)) = folders.pop() {
        for (path, kind) in disk::list(&folder) {
            left = left.saturating_sub(1);
            let Some(file) = path.file_name().and_then(|n| n.to_str()).filter(|_| left > 0) else { continue };
            if kind.is_dir() && file != "node_modules" && depth < DEEPEST {
                folders.push((path.clone(), format!("{name}{file}/"), depth + 1));
            } else if kind.is_file() && declares(file) {
                let text = system.read(&path).ok().and_then(|bytes| decode(&bytes));
                let Some(text) = text.filter(|t| t.len() <= bytes_left) else { continue };
                bytes_left -= text.len();
                out.insert(format!("{name}{file}"), text);
            }
        }
    }
    Some(out)
}

/// Where package managers keep what they downloaded.
struct Store<'a> {
    system: &'a dyn System,
    home: Option<PathBuf>,
    /// Folders of the workspace with a package.
    folders: Vec<PathBuf>,
}

impl<'a> Store<'a> {
    fn of(system: &'a dyn System, folders: &[PathBuf]) -> Self {
        let home = ["HOME", "USERPROFILE"].iter().find_map(|v| system.variable(v)).filter(|h| !h.is_empty());
        Self { system, home: home.map(PathBuf::from), folders: folders.to_vec() }
    }

    fn texts(&self, name: &str, of: &Locked) -> Option<PackageTexts> {
        let is_plain = |text: &str| !text.is_empty() && !text.contains(['/', '\\']) && is_inside(text);
        if !is_inside(name) || !is_plain(&of.version) {
            return None;
        }
        let found = self
            .cached_by_npm(name, of)
            .or_else(|| self.left_by_pnpm(name, of))
            .or_else(|| self.stored_by_pnpm(of))
            .or_else(|| self.cached_by_yarn(name, of))?;
        // What is there may be another version: then it is not what was asked for.
        (Manifest::of(found.get("package.json")?).version == of.version).then_some(found)
    }

    fn variable(&self, name: &str) -> Option<PathBuf> {
        self.system.variable(name).filter(|v| !v.is_empty()).map(PathBuf::from)
    }

    fn in_home(&self, below: &str) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(below))
    }

    /// npm's cache: files by the hash of their content, and an index by the address.
    fn cached_by_npm(&self, name: &str, of: &Locked) -> Option<PackageTexts> {
        let cache = self.variable("npm_config_cache").or_else(|| self.in_home(".npm"));
        let windows = self.variable("LOCALAPPDATA").map(|f| f.join("npm-cache"));
        cache.into_iter().chain(windows).find_map(|cache| {
            let cache = cache.join("_cacache");
            let content = |integrity: &str| {
                let path = by_hash(&cache.join("content-v2"), integrity)?;
                self.system.is_file(&path).then(|| disk::read(&path, Kind::Package).ok()).flatten()
            };
            let known = content(&of.integrity).or_else(|| {
                let base = name.rsplit('/').next()?;
                let usual = format!("https://registry.npmjs.org/{name}/-/{base}-{}.tgz", of.version);
                let own = self
                    .system
                    .variable("npm_config_registry")
                    .map(|r| format!("{}/{name}/-/{base}-{}.tgz", r.trim_end_matches('/'), of.version));
                let urls = [Some(of.url.clone()).filter(|u| !u.is_empty()), own, Some(usual)];
                urls.into_iter().flatten().find_map(|url| content(&self.integrity_of(&cache, &url)?))
            });
            tarball(&known?)
        })
    }

    /// What npm's index says of an address: lines of a checksum, a tab and a JSON object, the newest last.
    fn integrity_of(&self, cache: &Path, url: &str) -> Option<String> {
        #[derive(Deserialize)]
        struct Line {
            key: String,
            integrity: Option<String>,
        }
        let key = format!("make-fetch-happen:request-cache:{url}");
        let hash = ContentHash::of(key.as_bytes()).to_hex();
        let bucket = cache.join("index-v5").join(&hash[..2]).join(&hash[2..4]).join(&hash[4..]);
        let text = disk::read_text(&bucket, Kind::Source).ok()?;
        let entries = text.lines().filter_map(|line| serde_json::from_str::<Line>(line.split_once('\t')?.1).ok());
        entries.rev().find(|line| line.key == key)?.integrity
    }

    /// pnpm leaves old versions in `node_modules/.pnpm` for days.
    fn left_by_pnpm(&self, name: &str, of: &Locked) -> Option<PackageTexts> {
        let start = format!("{}@{}", name.replace('/', "+"), of.version);
        self.folders.iter().find_map(|folder| {
            let all = folder.join("node_modules/.pnpm");
            let is_it = |path: &PathBuf| {
                let file = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
                file.strip_prefix(&start).is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '(']))
            };
            let found = disk::list(&all).map(|(path, _)| path).find(is_it)?;
            unpacked(self.system, &found.join("node_modules").join(name))
        })
    }

    /// pnpm's store: files by the hash of their content; the files of a package are listed by the hash of its archive.
    fn stored_by_pnpm(&self, of: &Locked) -> Option<PackageTexts> {
        #[derive(Deserialize)]
        struct File {
            integrity: String,
        }
        #[derive(Deserialize)]
        struct List {
            files: BTreeMap<String, File>,
        }
        let hash = hex_of(&of.integrity)?;
        let stores = [
            self.variable("PNPM_HOME").map(|f| f.join("store")),
            self.variable("XDG_DATA_HOME").map(|f| f.join("pnpm/store")),
            self.in_home(".local/share/pnpm/store"),
            self.in_home("Library/pnpm/store"),
            self.variable("LOCALAPPDATA").map(|f| f.join("pnpm/store")),
            self.in_home(".pnpm-store"),
        ];
        let versions = stores.into_iter().flatten().flat_map(|store| disk::list(&store).collect::<Vec<_>>());
        versions.into_iter().find_map(|(store, _)| {
            let files = store.join("files");
            let mut lists = vec![files.join(&hash[..2]).join(format!("{}-index.json", &hash[2..]))];
            let (folder, start) = (store.join("index").join(&hash[..2]), hash.get(2..64)?);
            let starts = |p: &PathBuf| p.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with(start));
            lists.extend(disk::list(&folder).map(|(path, _)| path).find(starts));
            let list = lists.iter().find_map(|path| disk::read_text(path, Kind::Source).ok())?;
            let list: List = serde_json::from_str(&list).ok()?;
            let mut out = PackageTexts::new();
            let mut left = 64usize << 20;
            for (name, file) in list.files.into_iter().filter(|(n, _)| declares(n) && is_inside(n)).take(MOST_ENTRIES) {
                let hash = hex_of(&file.integrity)?;
                let path = files.join(&hash[..2]).join(&hash[2..]);
                let text = disk::read(&path, Kind::Source).ok().and_then(|bytes| decode(&bytes))?;
                left = left.checked_sub(text.len())?;
                out.insert(name, text);
            }
            out.contains_key("package.json").then_some(out)
        })
    }

    /// The archives of Yarn 2 and later, in the workspace or for all of them, and the folders of Yarn 1.
    fn cached_by_yarn(&self, name: &str, of: &Locked) -> Option<PackageTexts> {
        let own = self.folders.iter().map(|folder| folder.join(".yarn/cache"));
        let global = [
            self.variable("YARN_GLOBAL_FOLDER").map(|f| f.join("cache")),
            self.in_home(".yarn/berry/cache"),
            self.variable("LOCALAPPDATA").map(|f| f.join("Yarn/Berry/cache")),
        ];
        let start = format!("{}-npm-{}-", name.replace('/', "-"), of.version);
        let starts =
            |start: &str, path: &Path| path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with(start));
        let zipped = own.chain(global.into_iter().flatten()).find_map(|folder| {
            let found = disk::list(&folder)
                .map(|(path, _)| path)
                .find(|p| starts(&start, p) && p.extension().is_some_and(|e| e == "zip"))?;
            zip(&disk::read(&found, Kind::Package).ok()?, name)
        });
        zipped.or_else(|| {
            let caches = [
                self.variable("YARN_CACHE_FOLDER"),
                self.variable("XDG_CACHE_HOME").map(|f| f.join("yarn")),
                self.in_home(".cache/yarn"),
                self.in_home("Library/Caches/Yarn"),
                // Of root.
                Some(PathBuf::from("/usr/local/share/.cache/yarn")),
                self.variable("LOCALAPPDATA").map(|f| f.join("Yarn/Cache")),
            ];
            let start = format!("npm-{}-{}-", name.replace('/', "-"), of.version);
            caches.into_iter().flatten().flat_map(|cache| [cache.join("v6"), cache]).find_map(|cache| {
                let found = disk::list(&cache).map(|(path, _)| path).find(|p| starts(&start, p))?;
                unpacked(self.system, &found.join("node_modules").join(name))
            })
        })
    }
}

/// The file that has the content with this hash: `sha512-BASE64`, as `sha512/ab/cd/…`.
fn by_hash(folder: &Path, integrity: &str) -> Option<PathBuf> {
    let hash = hex_of(integrity)?;
    Some(folder.join("sha512").join(&hash[..2]).join(&hash[2..4]).join(&hash[4..]))
}

/// The hash of an integrity (W3C's subresource integrity) in hexadecimal; of several the SHA-512.
fn hex_of(integrity: &str) -> Option<String> {
    let base64 = integrity.split_whitespace().find_map(|part| part.strip_prefix("sha512-"))?;
    let (mut bits, mut count, mut out) = (0u32, 0, String::new());
    for byte in base64.bytes().take_while(|b| *b != b'=' && *b != b'?') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (bits, count) = (bits << 6 | u32::from(value), count + 6);
        if count >= 8 {
            count -= 8;
            out.push_str(&format!("{:02x}", bits >> count & 0xff));
        }
    }
    (out.len() == 128).then_some(out)
}

/// For tests: `sha512-…` of a hash.
#[cfg(test)]
pub(super) fn integrity_of_hex(hex: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes: Vec<u8> = (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
    let mut out = String::from("sha512-");
    for chunk in bytes.chunks(3) {
        let n = chunk.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..=chunk.len() {
            out.push(char::from(DIGITS[(n >> (18 - 6 * i) & 63) as usize]));
        }
    }
    while (out.len() - 7) % 4 != 0 {
        out.push('=');
    }
    out
}
