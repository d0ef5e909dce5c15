//! Which versions of which packages a list of a package manager has.

use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// Packages of one list that are read. The largest ones have some thousands.
const MOST: usize = 100_000;

/// A package in a list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Locked {
    pub(super) version: String,
    /// `sha512-…`, as in the list.
    pub(super) integrity: String,
    /// Where it was downloaded from.
    pub(super) url: String,
}

/// The packages of a list, by name. Of a name with several versions, that which the workspace's own packages import, as far as the list tells it.
pub(super) fn locked(file_name: &str, text: &str) -> BTreeMap<String, Locked> {
    match file_name {
        "package-lock.json" | "npm-shrinkwrap.json" => npm(text),
        "pnpm-lock.yaml" => pnpm(text),
        "yarn.lock" => yarn(text),
        "packages.lock.json" => nuget(text),
        _ => BTreeMap::new(),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NpmPackage {
    version: Option<String>,
    integrity: Option<String>,
    resolved: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NpmLock {
    packages: BTreeMap<String, NpmPackage>,
    dependencies: BTreeMap<String, NpmPackage>,
}

fn npm(text: &str) -> BTreeMap<String, Locked> {
    let Ok(lock) = serde_json::from_str::<NpmLock>(text) else { return BTreeMap::new() };
    let locked = |package: NpmPackage| {
        let url = package.resolved.unwrap_or_default();
        Some(Locked { version: package.version?, integrity: package.integrity.unwrap_or_default(), url })
    };
    let mut out = BTreeMap::new();
    let mut nested = Vec::new();
    for (path, package) in lock.packages.into_iter().take(MOST) {
        let Some((before, name)) = path.rsplit_once("node_modules/") else { continue };
        let Some(package) = locked(package) else { continue };
        match before {
            "" => {
                out.insert(name.to_owned(), package);
            }
            // Of a package of the workspace, or of a package's own.
            before => nested.push((before.contains("node_modules/"), name.to_owned(), package)),
        }
    }
    nested.sort();
    for (_, name, package) in nested {
        out.entry(name).or_insert(package);
    }
    // The first version of the format.
    for (name, package) in lock.dependencies.into_iter().take(MOST) {
        if let Some(package) = locked(package) {
            out.entry(name).or_insert(package);
        }
    }
    out
}

/// The lines of a YAML text as their indentation and the rest, without empty ones and comments.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().map(|line| (line.len() - line.trim_start().len(), line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// `zod` and `3.22.4` of `zod@3.22.4(typescript@5.0.0)`, `/zod@3.22.4` and `/zod/3.22.4`.
fn name_and_version(key: &str) -> Option<(&str, &str)> {
    let key = unquoted(key).split('(').next()?.trim_start_matches('/');
    // The slash of a scope is part of the name.
    let scope = if key.starts_with('@') { key.find('/')? + 1 } else { 1 };
    let is_version = |at: &usize| key[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    let at = key.get(scope..)?.match_indices(['@', '/']).map(|(at, _)| at + scope).find(is_version)?;
    Some((&key[..at], key[at + 1..].split('_').next()?))
}

fn pnpm(text: &str) -> BTreeMap<String, Locked> {
    let (mut section, mut all, mut direct) = ("", Vec::new(), BTreeMap::new());
    let (mut package, mut dependency, mut indentation) = (None, "", 0);
    for (indent, line) in lines(text) {
        let (key, value) = line.split_once(": ").unwrap_or((line.strip_suffix(':').unwrap_or(line), ""));
        match indent {
            0 => section = key,
            _ if section == "packages" => {
                if indent == 2 {
                    package = name_and_version(key);
                }
                // `resolution: {integrity: sha512-…}`
                let integrity = line.split_once("integrity:").map(|(_, rest)| rest.trim().trim_end_matches(['}', ',']));
                if let (Some((name, version)), Some(integrity)) = (package, integrity) {
                    let integrity = integrity.split([',', ' ']).next().unwrap_or_default().to_owned();
                    all.push((name, Locked { version: version.to_owned(), integrity, url: String::new() }));
                }
            }
            _ if matches!(section, "importers" | "dependencies" | "devDependencies") => {
                let version = unquoted(value).split(['(', '_']).next().unwrap_or_default();
                match unquoted(key) {
                    "version" if indent > indentation => {
                        direct.entry(dependency).or_insert(version);
                    }
                    "specifier" => {}
                    name if value.is_empty() => (dependency, indentation) = (name, indent),
                    // Older formats have the version beside the name.
                    name if version.starts_with(|c: char| c.is_ascii_digit()) => {
                        direct.entry(name).or_insert(version);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        if all.len() >= MOST {
            break;
        }
    }
    let mut out: BTreeMap<String, Locked> = BTreeMap::new();
    for (name, locked) in all {
        let is_direct = direct.get(name).is_some_and(|version| *version == locked.version);
        if is_direct || !out.contains_key(name) {
            out.insert(name.to_owned(), locked);
        }
    }
    out
}

fn yarn(text: &str) -> BTreeMap<String, Locked> {
    let mut out: BTreeMap<String, Locked> = BTreeMap::new();
    let mut name = "";
    let mut locked = Locked::default();
    let mut add = |name: &str, locked: &mut Locked| {
        let locked = std::mem::take(locked);
        if !name.is_empty() && !locked.version.is_empty() {
            out.entry(name.to_owned()).or_insert(locked);
        }
    };
    for (indent, line) in lines(text).take(MOST * 10) {
        if indent == 0 {
            add(name, &mut locked);
            let first = unquoted(line.split(',').next().unwrap_or_default().trim_end_matches(':'));
            name = first.get(1..).and_then(|rest| rest.find('@')).map_or("", |at| &first[..=at]);
        } else if indent == 2 {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            let value = unquoted(value);
            match key.trim_end_matches(':') {
                "version" => locked.version = value.to_owned(),
                "integrity" => locked.integrity = value.to_owned(),
                "resolved" => locked.url = value.split('#').next().unwrap_or_default().to_owned(),
                _ => {}
            }
        }
    }
    add(name, &mut locked);
    // Packages of the workspace itself.
    out.retain(|_, locked| !locked.version.starts_with("0.0.0-use.local"));
    out
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NugetPackage {
    resolved: Option<String>,
    #[serde(rename = "contentHash")]
    _hash: IgnoredAny,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NugetLock {
    dependencies: BTreeMap<String, BTreeMap<String, NugetPackage>>,
}

fn nuget(text: &str) -> BTreeMap<String, Locked> {
    let lock: NugetLock = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let packages = lock.dependencies.into_values().flatten().take(MOST);
    let packages = packages
        .filter_map(|(id, p)| Some((id.to_ascii_lowercase(), Locked { version: p.resolved?, ..Locked::default() })));
    packages.collect()
}

/// The version that a range of npm is first met by: `3.22.4` of `^3.22.4`; `None` for what names no version.
pub(super) fn least(range: &str) -> Option<&str> {
    let version = range.trim().trim_start_matches("npm:");
    let version = version.rsplit_once('@').map_or(version, |(_, v)| v);
    let version = version.trim_start_matches(['^', '~', '>', '=', 'v', ' ']);
    let is_whole = version.split('.').count() >= 3 && version.starts_with(|c: char| c.is_ascii_digit());
    (is_whole && !version.contains([' ', '*', '|', '<', 'x'])).then_some(version)
}

/// The version that NuGet chooses for a range: `1.2.0` of `[1.2.0, 2.0.0)`; `None` for what is open or floats.
pub(super) fn least_of_nuget(range: &str) -> Option<&str> {
    let version = range.trim().trim_start_matches(['[', '(']).split([',', ']', ')']).next()?.trim();
    (version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains('*')).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(file: &str, text: &str) -> Vec<String> {
        locked(file, text)
            .into_iter()
            .map(|(name, l)| format!("{name} {} {} {}", l.version, l.integrity, l.url).trim().to_owned())
            .collect()
    }

    #[test]
    fn npm_of_all_formats() {
        let text = r#"{"lockfileVersion": 3, "packages": {
            "": {"name": "w", "version": "1.0.0"},
            "packages/a": {"version": "1.0.0"},
            "node_modules/zod": {"version": "3.22.4", "resolved": "https://r/zod-3.22.4.tgz", "integrity": "sha512-AA=="},
            "node_modules/b/node_modules/zod": {"version": "2.0.0"},
            "node_modules/b/node_modules/c": {"version": "1.0.0"},
            "packages/a/node_modules/c": {"version": "2.0.0"},
            "node_modules/a": {"resolved": "packages/a", "link": true},
            "node_modules/@types/x": {"version": "1.1.0"}}}"#;
        let expected = ["@types/x 1.1.0", "c 2.0.0", "zod 3.22.4 sha512-AA== https://r/zod-3.22.4.tgz"];
        assert_eq!(versions("package-lock.json", text), expected);
        let old = r#"{"lockfileVersion": 1, "dependencies": {"zod": {"version": "3.0.0", "requires": {"a": "1"}}}}"#;
        assert_eq!(versions("npm-shrinkwrap.json", old), ["zod 3.0.0"]);
        assert!(versions("package-lock.json", "[1").is_empty());
    }

    #[test]
    fn pnpm_of_all_formats() {
        let text = "lockfileVersion: '9.0'\nsettings:\n  autoInstallPeers: true\nimporters:\n  .:\n    dependencies:\n      '@s/x':\n        specifier: ^1.0.0\n        version: 1.2.0(react@18.0.0)\n      zod:\n        specifier: ^3.22.4\n        version: 3.22.4\npackages:\n  '@s/x@1.2.0':\n    resolution: {integrity: sha512-X==}\n  zod@2.0.0:\n    resolution: {integrity: sha512-Z2}\n  zod@3.22.4:\n    resolution: {integrity: sha512-Z3, tarball: u}\n    engines: {node: '>=4'}\nsnapshots:\n  zod@3.22.4: {}\n";
        assert_eq!(versions("pnpm-lock.yaml", text), ["@s/x 1.2.0 sha512-X==", "zod 3.22.4 sha512-Z3"]);
        let older = "lockfileVersion: 5.4\ndependencies:\n  zod: 3.22.4\npackages:\n  /zod/3.0.0:\n    resolution: {integrity: sha512-A}\n    dev: false\n  /zod/3.22.4_react@18.0.0:\n    resolution: {integrity: sha512-B}\n  /@s/y/1.0.0:\n    resolution:\n      integrity: sha512-C\n";
        assert_eq!(versions("pnpm-lock.yaml", older), ["@s/y 1.0.0 sha512-C", "zod 3.22.4 sha512-B"]);
    }

    #[test]
    fn yarn_classic_and_berry() {
        let text = "# yarn lockfile v1\n\n\n\"@s/x@^1.0.0\", \"@s/x@^1.1.0\":\n  version \"1.2.0\"\n  resolved \"https://r/x-1.2.0.tgz#abc\"\n  integrity sha512-X==\n  dependencies:\n    zod \"^3.0.0\"\n\nzod@^3.0.0:\n  version \"3.22.4\"\n";
        assert_eq!(versions("yarn.lock", text), ["@s/x 1.2.0 sha512-X== https://r/x-1.2.0.tgz", "zod 3.22.4"]);
        let berry = "__metadata:\n  version: 8\n\n\"w@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"w@workspace:.\"\n\n\"zod@npm:^3.0.0\":\n  version: 3.22.4\n  resolution: \"zod@npm:3.22.4\"\n  checksum: 10/abc\n";
        assert_eq!(versions("yarn.lock", berry), ["zod 3.22.4"]);
    }

    #[test]
    fn nuget_and_ranges() {
        let text = r#"{"version": 1, "dependencies": {"net8.0": {"Dapper": {"type": "Direct", "requested": "[2.0.0, )", "resolved": "2.0.1", "contentHash": "x"}}}}"#;
        assert_eq!(versions("packages.lock.json", text), ["dapper 2.0.1"]);
        let of = |r| least(r);
        assert_eq!(
            (of("^3.22.4"), of("npm:zod@~3.2.1"), of(">=3.0.0 <4"), of("*"), of("3"), of("workspace:*")),
            (Some("3.22.4"), Some("3.2.1"), None, None, None, None)
        );
        let of = |r| least_of_nuget(r);
        assert_eq!((of("1.2.0"), of("[1.2, 2.0)"), of("(,2.0]"), of("1.*")), (Some("1.2.0"), Some("1.2"), None, None));
    }
}
