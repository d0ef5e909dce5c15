//! `global.json`: which SDK a folder asks for, and whether there is one (documentation of `global.json`, "Matching rules").

use super::error::MissingSdk;
use disk::Kind;
use serde_json::Value;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// What is missing to run `dotnet` in `folder`; `None` when the SDK is there, or nobody can tell.
pub(crate) fn missing_sdk(folder: &Path, dotnet: &Path) -> Option<MissingSdk> {
    let pinned_in = folder.ancestors().map(|f| f.join("global.json")).find(|p| disk::is_file(p))?;
    let text = disk::read_text(&pinned_in, Kind::Json).ok()?;
    let json = jsonc_parser::parse_to_serde_value::<Value>(&text, &Default::default()).ok()?;
    let sdk = json.get("sdk")?;
    let version = sdk.get("version")?.as_str()?.to_owned();
    let wanted = Version::read(&version)?;
    let policy = sdk.get("rollForward").and_then(Value::as_str).unwrap_or("latestPatch");
    let prerelease = sdk.get("allowPrerelease").and_then(Value::as_bool).unwrap_or(true) || wanted.label.is_some();
    // A link leads to the installation, as a rule.
    let host = disk::real_path(dotnet).ok()?.parent()?.to_path_buf();
    let paths = sdk.get("paths").and_then(Value::as_array);
    let roots: Vec<PathBuf> = match paths {
        None => vec![host],
        Some(paths) => paths
            .iter()
            .filter_map(Value::as_str)
            .map(|p| if p == "$host$" { host.clone() } else { pinned_in.with_file_name(p) })
            .collect(),
    };
    let folders: Vec<PathBuf> = roots.iter().map(|r| r.join("sdk")).filter(|f| disk::is_folder(f)).collect();
    if folders.is_empty() && paths.is_none() {
        // `dotnet` is a script, or the installation lies elsewhere.
        return None;
    }
    let mut installed: Vec<Version> = folders
        .iter()
        .flat_map(|f| disk::list(f))
        .filter_map(|(path, _)| Version::read(path.file_name()?.to_str()?))
        .collect();
    installed.sort();
    installed.dedup();
    if installed.iter().any(|v| wanted.is_met_by(v, policy) && (prerelease || v.label.is_none())) {
        return None;
    }
    Some(MissingSdk {
        pinned_in,
        version,
        roll_forward: policy.to_owned(),
        installed: installed.iter().map(|v| v.text.clone()).collect(),
        folder: folders.first().cloned().unwrap_or_else(|| roots.first().cloned().unwrap_or_default()),
        message: sdk.get("errorMessage").and_then(Value::as_str).map(str::to_owned),
    })
}

/// A version of an SDK: `10.0.401`, whose last number is feature band and patch, or `11.0.100-preview.2.1234`.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Version {
    text: String,
    numbers: [u32; 3],
    label: Option<String>,
}

impl Version {
    fn read(text: &str) -> Option<Self> {
        let (numbers, label) = match text.split_once('-') {
            Some((numbers, label)) => (numbers, Some(label.to_owned())),
            None => (text, None),
        };
        let mut parts = numbers.split('.').map(|n| n.parse::<u32>().ok());
        let numbers = [parts.next()??, parts.next()??, parts.next()??];
        parts.next().is_none().then(|| Self { text: text.to_owned(), numbers, label })
    }

    /// Whether `rollForward` takes `other` where this is asked for.
    fn is_met_by(&self, other: &Self, policy: &str) -> bool {
        let [major, minor, patch] = self.numbers;
        let [other_major, other_minor, other_patch] = other.numbers;
        let same = match policy.to_ascii_lowercase().as_str() {
            "disable" => return self == other,
            "feature" | "latestfeature" => (major, minor) == (other_major, other_minor),
            "minor" | "latestminor" => major == other_major,
            "major" | "latestmajor" => true,
            // `patch`, `latestPatch`, and what dotnet does not know either.
            _ => (major, minor, patch / 100) == (other_major, other_minor, other_patch / 100),
        };
        same && other >= self
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let label = |a: &Option<String>, b: &Option<String>| match (a, b) {
            // A release comes after its previews.
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => {
                let part = |p: &str| (p.parse::<u64>().map_err(|_| p.to_owned()), p.len());
                let key = |l: &str| l.split(['.', '-']).map(part).collect::<Vec<_>>();
                key(a).cmp(&key(b))
            }
        };
        self.numbers.cmp(&other.numbers).then_with(|| label(&self.label, &other.label))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_roll_forward_as_documented() {
        let version = |text: &str| Version::read(text).unwrap();
        let meets = |wanted: &str, policy: &str, other: &str| version(wanted).is_met_by(&version(other), policy);
        for (wanted, policy, other, expected) in [
            ("10.0.401", "disable", "10.0.401", true),
            ("10.0.401", "disable", "10.0.402", false),
            ("10.0.400", "latestPatch", "10.0.401", true),
            ("10.0.402", "latestPatch", "10.0.401", false),
            ("10.0.100", "patch", "10.0.401", false),
            ("10.0.100", "latestFeature", "10.0.401", true),
            ("10.1.100", "feature", "10.0.401", false),
            ("8.0.100", "latestMinor", "10.0.401", false),
            ("8.0.100", "latestMajor", "10.0.401", true),
            ("11.0.100", "major", "10.0.401", false),
            ("11.0.100-preview.2.5", "latestPatch", "11.0.100-preview.10.1", true),
            ("11.0.100", "latestPatch", "11.0.100-rc.1.1", false),
        ] {
            assert_eq!(meets(wanted, policy, other), expected, "{wanted} {policy} {other}");
        }
        assert_eq!(Version::read("8.0"), None);
        assert_eq!(Version::read("NuGetFallbackFolder"), None);
    }
}
