//! The part of `project.assets.json` that matters here.
//!
//! A document of many small values takes twenty times its size in memory when it is read as a whole: what is not asked for is skipped.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// Entries of one object that are read.
const MOST_ENTRIES: usize = 50_000;
/// Target frameworks that are read.
const MOST_TARGETS: usize = 16;

/// `project.assets.json`.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Assets {
    targets: Targets,
    pub(super) libraries: Entries<LibraryEntry>,
    pub(super) package_folders: Entries<IgnoredAny>,
    project: Project,
}

/// What a target has of a package.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Package {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) compile: Entries<IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct LibraryEntry {
    pub(super) path: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Project {
    frameworks: Entries<Framework>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Framework {
    framework_references: Entries<IgnoredAny>,
    dependencies: Entries<IgnoredAny>,
}

impl Assets {
    /// The packages of `target`, or of the first target, with its name.
    pub(super) fn target(&self, target: &str) -> Option<(&str, &Entries<Package>)> {
        let found = self.targets.0.iter().find(|(name, _)| !target.is_empty() && short_framework(name) == target);
        found.or_else(|| self.targets.0.iter().next())
    }

    /// The packages that were restored: id, version, and whether the project named it itself.
    pub(super) fn packages(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        let direct = |id: &str| {
            let frameworks = self.project.frameworks.iter();
            frameworks.flat_map(|(_, f)| f.dependencies.iter()).any(|(name, _)| name.eq_ignore_ascii_case(id))
        };
        self.libraries.iter().filter_map(move |(name, _)| {
            let (id, version) = name.split_once('/')?;
            Some((id, version, direct(id)))
        })
    }

    /// The shared frameworks that the project references.
    pub(super) fn framework_references(&self) -> impl Iterator<Item = &str> {
        self.project.frameworks.iter().flat_map(|(_, f)| f.framework_references.iter()).map(|(name, _)| name)
    }
}

/// The entries of an object, in order.
pub(super) struct Entries<V>(Vec<(String, V)>);

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> Entries<V> {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// The targets without a runtime identifier.
#[derive(Default)]
struct Targets(Entries<Entries<Package>>);

/// Reads an object; skips entries by name and those beyond a number.
struct ReadEntries<V> {
    most: usize,
    wanted: fn(&str) -> bool,
    value: PhantomData<V>,
}

impl<'de, V: Deserialize<'de>> Visitor<'de> for ReadEntries<V> {
    type Value = Entries<V>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut out = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if out.len() < self.most && (self.wanted)(&name) {
                out.push((name, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Entries(out))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ReadEntries { most: MOST_ENTRIES, wanted: |_| true, value: PhantomData })
    }
}

impl<'de> Deserialize<'de> for Targets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wanted = |name: &str| !name.contains('/');
        deserializer.deserialize_map(ReadEntries { most: MOST_TARGETS, wanted, value: PhantomData }).map(Self)
    }
}

/// `net8.0` of `net8.0-windows10.0` and `.NETCoreApp,Version=v8.0`.
pub(super) fn short_framework(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    let long = |prefix: &str, short: &str| {
        let version = name.strip_prefix(prefix)?;
        Some(format!("{short}{version}"))
    };
    if let Some(version) = name.strip_prefix(".netcoreapp,version=v") {
        let modern = version.split('.').next().and_then(|major| major.parse::<u32>().ok()).is_some_and(|m| m >= 5);
        return format!("{}{version}", if modern { "net" } else { "netcoreapp" });
    }
    if let Some(version) = name.strip_prefix(".netframework,version=v") {
        return format!("net{}", version.replace('.', ""));
    }
    long(".netstandard,version=v", "netstandard")
        .unwrap_or_else(|| name.split('-').next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_by_their_short_name() {
        let text = r#"{"version": 3, "targets": {"net8.0/linux-x64": {}, ".NETCoreApp,Version=v6.0": {"A/1": {"compile": {"a.dll": {}, "b.dll": {"related": ".xml"}}}},
            "net8.0": {"B/1": {"type": "project"}}}, "more": [[[]]], "project": {"frameworks": {"net8.0": {"frameworkReferences": {"X": {}}}}}}"#;
        let assets: Assets = serde_json::from_str(text).unwrap();
        let names = |target: &str| {
            assets.target(target).map(|(name, packages)| {
                (name.to_owned(), packages.iter().map(|(n, _)| n.to_owned()).collect::<Vec<_>>())
            })
        };
        assert_eq!(names("net8.0"), Some(("net8.0".into(), vec!["B/1".into()])));
        assert_eq!(names("net6.0").unwrap().1, ["A/1"]);
        assert_eq!(names("other").unwrap().1, ["A/1"]);
        let (_, packages) = assets.target("net6.0").unwrap();
        assert_eq!(
            packages.iter().next().unwrap().1.compile.iter().map(|(n, _)| n).collect::<Vec<_>>(),
            ["a.dll", "b.dll"]
        );
        assert_eq!(assets.framework_references().collect::<Vec<_>>(), ["X"]);
    }

    #[test]
    fn of_many_entries_some_are_read() {
        let many: String = (0..MOST_ENTRIES + 10).map(|i| format!("\"p{i}\":{{}},")).collect();
        let assets: Assets = serde_json::from_str(&format!("{{\"packageFolders\":{{{many}\"last\":{{}}}}}}")).unwrap();
        assert_eq!(assets.package_folders.iter().count(), MOST_ENTRIES);
        assert!(serde_json::from_str::<Assets>("[1]").is_err());
    }
}
