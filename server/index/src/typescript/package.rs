//! `package.json`: entry points of packages.
//!
//! Source: Node.js "Modules: Packages" (exports, imports, conditions, subpath patterns) and the TypeScript handbook,
//! "Modules – Reference" (`types`, `typesVersions`, how `.js` targets lead to declaration files).

use super::paths::{has_code_extension, normalize, without_extension};
use serde_json::Value;
use smol_str::SmolStr;
use std::path::{Path, PathBuf};

/// Limit for nested conditions.
const MAX_DEPTH: usize = 16;
/// Limit for names in `imports`.
const MAX_KEYS: usize = 64;

/// What is asked for.
const FIELDS: [&str; 16] = [
    "name",
    "version",
    "type",
    "exports",
    "imports",
    "types",
    "typings",
    "main",
    "module",
    "typesVersions",
    "tsconfig",
    "scripts",
    "dependencies",
    "devDependencies",
    "peerDependencies",
    "optionalDependencies",
];

/// A `package.json`.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) folder: PathBuf,
    pub(super) name: SmolStr,
    value: Value,
}

impl Package {
    pub(super) fn parse(folder: &Path, text: &str) -> Option<Self> {
        let mut value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
        // Many packages are kept, and some write their whole configuration into it.
        value.as_object_mut()?.retain(|field, _| FIELDS.contains(&field.as_str()));
        let name = value.get("name").and_then(Value::as_str).unwrap_or_default().into();
        Some(Self { folder: folder.to_owned(), name, value })
    }

    /// A top-level field that is text.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.value.get(field)?.as_str()
    }

    /// Whether `.js` files of the package are ES modules.
    pub(super) fn is_esm(&self) -> bool {
        self.text("type") == Some("module")
    }

    /// Names of its dependencies, of every kind.
    pub(super) fn dependencies(&self) -> impl Iterator<Item = (&str, &str)> {
        ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"]
            .into_iter()
            .filter_map(|f| self.value.get(f)?.as_object())
            .flatten()
            .filter_map(|(name, version)| Some((name.as_str(), version.as_str()?)))
    }

    /// The field that lists a dependency, and its version.
    pub(super) fn listed(&self, name: &str) -> Option<(&'static str, &str)> {
        ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"]
            .into_iter()
            .find_map(|field| Some((field, self.value.get(field)?.get(name)?.as_str()?)))
    }

    /// Its scripts: name and command.
    pub(super) fn scripts(&self) -> Vec<(String, String)> {
        let all = self.value.get("scripts").and_then(Value::as_object).into_iter().flatten();
        all.filter_map(|(name, script)| Some((name.clone(), script.as_str()?.to_owned()))).collect()
    }

    pub(super) fn has_exports(&self) -> bool {
        self.value.get("exports").is_some_and(|e| !e.is_null())
    }

    pub(super) fn has_imports(&self) -> bool {
        self.value.get("imports").is_some_and(Value::is_object)
    }

    /// Candidates for the file of `subpath` (`.` or `./x`), by `exports`, best first.
    pub(super) fn exported(&self, subpath: &str) -> Vec<PathBuf> {
        let Some(exports) = self.value.get("exports") else { return Vec::new() };
        let mut out = Vec::new();
        let is_map = exports.as_object().is_some_and(|o| o.keys().any(|k| k.starts_with('.')));
        if is_map {
            self.matched(exports, subpath, &mut out);
        } else if subpath == "." {
            self.targets(exports, None, &mut out);
        }
        out
    }

    /// The subpaths that `exports` name, `./sub`: without the first one, and without patterns.
    pub(super) fn exported_names(&self) -> Vec<String> {
        let map = self.value.get("exports").and_then(Value::as_object);
        let keys = map.into_iter().flatten().map(|(key, _)| key);
        keys.filter(|k| k.starts_with("./") && !k.contains('*') && !k.ends_with('/') && !k.ends_with(".json"))
            .cloned()
            .collect()
    }

    /// Candidates for the file of `#name`, by `imports`.
    pub(super) fn imported(&self, name: &str) -> Vec<PathBuf> {
        let mut out = Vec::new();
        if let Some(imports) = self.value.get("imports") {
            self.matched(imports, name, &mut out);
        }
        out
    }

    /// Names in `imports` that may lead to the file with the path `stem` (inside the package, without extension); to be
    /// checked by resolving them. `extension` is the extension to write. Targets may lie in another folder than the
    /// sources that they are compiled from, so `*` may match any tail of the path.
    pub(super) fn import_names(&self, stem: &str, extension: &str) -> Vec<String> {
        let Some(map) = self.value.get("imports").and_then(Value::as_object) else { return Vec::new() };
        let mut tails = vec![stem];
        while let Some((_, tail)) = tails.last().and_then(|t| t.split_once('/')).filter(|_| tails.len() < MAX_DEPTH) {
            tails.push(tail);
        }
        let mut out: Vec<String> = Vec::new();
        for (key, target) in map.iter().filter(|(k, _)| k.starts_with('#')).take(MAX_KEYS) {
            let Some((before, after)) = key.split_once('*') else {
                out.push(key.clone());
                continue;
            };
            for suffix in conditions(target).into_iter().filter_map(|t| Some(t.split_once('*')?.1)) {
                let kept = if has_code_extension(suffix) { "" } else { extension };
                for name in tails.iter().map(|tail| format!("{before}{tail}{kept}{after}")) {
                    if !out.contains(&name) {
                        out.push(name);
                    }
                }
            }
        }
        out
    }

    /// Targets of `imports` that are other packages' names (`"#dep": "lodash"`).
    pub(super) fn imported_packages(&self, name: &str) -> Option<&str> {
        let target = self.value.get("imports")?.get(name)?;
        let text = target.as_str().or_else(|| target.get("default")?.as_str())?;
        (!text.starts_with('.')).then_some(text)
    }

    fn matched(&self, map: &Value, key: &str, out: &mut Vec<PathBuf>) {
        let Some(map) = map.as_object() else { return };
        if let Some(target) = map.get(key) {
            self.targets(target, None, out);
            return;
        }
        let mut best: Option<(usize, &Value, &str)> = None;
        for (pattern, target) in map {
            let Some((prefix, suffix)) = pattern.split_once('*') else {
                // `"./x/": "./dist/x/"`, the older form of `./x/*`.
                if pattern.ends_with('/')
                    && let Some(rest) = key.strip_prefix(pattern.as_str())
                    && let Some(folder) = target.as_str()
                {
                    out.push(self.folder.join(clean(folder)).join(rest));
                }
                continue;
            };
            if let Some(rest) = key.strip_prefix(prefix).and_then(|r| r.strip_suffix(suffix))
                && !rest.is_empty()
                && best.is_none_or(|(length, ..)| prefix.len() > length)
            {
                best = Some((prefix.len(), target, rest));
            }
        }
        if let Some((_, target, rest)) = best {
            self.targets(target, Some(rest), out);
        }
    }

    fn targets(&self, target: &Value, star: Option<&str>, out: &mut Vec<PathBuf>) {
        for text in conditions(target) {
            let text = match star {
                Some(star) => text.replace('*', star),
                None => text.to_owned(),
            };
            let path = normalize(&self.folder.join(clean(&text)));
            if text.starts_with('.') && !out.contains(&path) {
                out.push(path);
            }
        }
    }

    /// Subpaths by which the package exports `file`: `.`, `./sub`.
    pub(super) fn subpaths_of(&self, matches: impl Fn(&Path) -> bool, relative: &str) -> Vec<String> {
        let Some(exports) = self.value.get("exports") else { return Vec::new() };
        let Some(map) = exports.as_object().filter(|o| o.keys().any(|k| k.starts_with('.'))) else {
            let main = conditions(exports).into_iter().any(|t| matches(&normalize(&self.folder.join(clean(t)))));
            return if main { vec![".".into()] } else { Vec::new() };
        };
        let mut out = Vec::new();
        for (key, target) in map {
            for text in conditions(target) {
                match (key.split_once('*'), text.split_once('*')) {
                    (None, None) if matches(&normalize(&self.folder.join(clean(text)))) => out.push(key.clone()),
                    (Some((before, after)), Some((prefix, suffix))) => {
                        let prefix = prefix.strip_prefix("./").unwrap_or(prefix);
                        // The declaration file of `x.js` is `x.d.ts`: compare without extensions.
                        let stem = relative.strip_prefix(prefix).and_then(|rest| match rest.strip_suffix(suffix) {
                            Some(rest) => Some(rest),
                            None => without_extension(rest).filter(|_| has_code_extension(suffix)),
                        });
                        if let Some(star) = stem.filter(|s| !s.is_empty()) {
                            out.push(format!("{before}{star}{after}"));
                        }
                    }
                    _ => {}
                }
                if out.last().is_some_and(|k| !k.contains('*')) && out.len() > 64 {
                    return out;
                }
            }
        }
        out.dedup();
        out
    }

    /// Entry files named by `types`, `typings` and `main`, in TypeScript's order.
    pub(super) fn entries(&self) -> Vec<PathBuf> {
        ["types", "typings", "main", "module"]
            .into_iter()
            .filter_map(|f| self.text(f))
            .map(|t| normalize(&self.folder.join(clean(t))))
            .collect()
    }

    /// `subpath` (`index.d.ts`, `x`) mapped by `typesVersions`, by the first range that may include a current compiler.
    pub(super) fn typed_version(&self, subpath: &str) -> Vec<PathBuf> {
        let Some(versions) = self.value.get("typesVersions").and_then(Value::as_object) else { return Vec::new() };
        let Some((_, map)) = versions.iter().find(|(range, _)| !range.trim_start().starts_with('<')) else {
            return Vec::new();
        };
        let Some(map) = map.as_object() else { return Vec::new() };
        for (pattern, targets) in map {
            let star = match pattern.split_once('*') {
                Some((prefix, suffix)) => subpath.strip_prefix(prefix).and_then(|r| r.strip_suffix(suffix)),
                None => (pattern == subpath).then_some(""),
            };
            let Some(star) = star else { continue };
            let targets = targets.as_array().into_iter().flatten().filter_map(Value::as_str);
            return targets.map(|t| normalize(&self.folder.join(clean(&t.replace('*', star))))).collect();
        }
        Vec::new()
    }
}

/// Target texts under the conditions of an `import` in TypeScript, then those of a `require`.
fn conditions(target: &Value) -> Vec<&str> {
    let mut out = Vec::new();
    for require in [false, true] {
        collect(target, require, 0, &mut out);
    }
    out
}

fn collect<'v>(target: &'v Value, require: bool, depth: usize, out: &mut Vec<&'v str>) {
    if depth > MAX_DEPTH {
        return;
    }
    match target {
        Value::String(text) if !out.contains(&text.as_str()) => {
            out.push(text);
        }
        Value::Array(all) => all.iter().take(64).for_each(|t| collect(t, require, depth + 1, out)),
        Value::Object(map) => {
            for (condition, inner) in map {
                let holds = match condition.as_str() {
                    "types" | "node" | "default" => true,
                    "import" => !require,
                    "require" => require,
                    other => other.starts_with("types@"),
                };
                if holds {
                    collect(inner, require, depth + 1, out);
                }
            }
        }
        _ => {}
    }
}

fn clean(target: &str) -> &str {
    target.strip_prefix("./").unwrap_or(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(text: &str) -> Package {
        Package::parse(Path::new("/p"), text).unwrap()
    }

    #[test]
    fn exports_follow_conditions_patterns_and_subpaths() {
        let p = package(
            r#"{"name":"p","exports":{".":{"import":{"types":"./d/i.d.mts","default":"./d/i.mjs"},"require":"./d/i.cjs"},
                "./f/*":"./d/f/*.js","./f/x/*":"./d/x/*.js","./package.json":"./package.json"}}"#,
        );
        assert_eq!(p.exported(".")[0], Path::new("/p/d/i.d.mts"));
        assert!(p.exported(".").contains(&PathBuf::from("/p/d/i.cjs")));
        assert_eq!(p.exported("./f/a"), [PathBuf::from("/p/d/f/a.js")]);
        assert_eq!(p.exported("./f/x/a"), [PathBuf::from("/p/d/x/a.js")]);
        assert!(p.exported("./other").is_empty());
        assert_eq!(p.subpaths_of(|f| f == Path::new("/p/d/i.d.mts"), "d/i.d.mts"), ["."]);
        assert_eq!(p.subpaths_of(|_| false, "d/f/a.d.ts"), ["./f/a"]);
    }

    #[test]
    fn types_versions_move_subpaths() {
        let p = package(r#"{"typesVersions":{"<3.0":{"*":["old/*"]},"*":{"*":["types/*"]}}}"#);
        assert_eq!(p.typed_version("index.d.ts"), [PathBuf::from("/p/types/index.d.ts")]);
    }

    #[test]
    fn names_of_imports_are_told_from_the_files_path() {
        let p = package(r##"{"imports":{"#a":"./src/a.js","#s/*":"./src/*.js","#d/*":{"default":"./dist/*"}}}"##);
        let names = p.import_names("src/x/y", ".js");
        for name in ["#a", "#s/x/y", "#d/x/y.js"] {
            assert!(names.iter().any(|n| n == name), "{name} in {names:?}");
        }
    }

    #[test]
    fn random_text_gives_nothing() {
        assert!(Package::parse(Path::new("/p"), "[1").is_none());
        assert!(Package::parse(Path::new("/p"), "[1]").is_none());
        assert!(package(r#"{"exports": 5, "imports": [], "main": {}}"#).exported(".").is_empty());
    }
}
