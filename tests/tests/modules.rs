//! Sibling modules do not import each other in cycles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Crates that are checked.
const CRATES: &[&str] = &[
    "text",
    "diagnostics",
    "syntax",
    "dotnet-metadata",
    "index",
    "semantics",
    "codegen",
    "fix",
    "rules",
    "changes",
    "engine",
    "build",
    "lsp",
    "cli",
];

type Module = Vec<String>;

/// The modules of a crate with their texts, without tests.
fn modules(folder: &Path, at: &Module, out: &mut BTreeMap<Module, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let mut module = at.clone();
        if !matches!(name.as_str(), "mod" | "lib" | "main") {
            module.push(name.clone());
        }
        if name == "tests" {
            continue;
        }
        if path.is_dir() {
            modules(&path, &module, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>();
            out.insert(module, code.join("\n"));
        }
    }
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn expand(prefix: &[&str], tree: &str, out: &mut Vec<Module>) {
    let (mut depth, mut start) = (0usize, 0);
    let mut parts = Vec::new();
    for (i, c) in tree.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&tree[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&tree[start..]);
    for part in parts.into_iter().map(str::trim).filter(|p| !p.is_empty()) {
        let (path, list) = part.split_once('{').map_or((part, None), |(path, list)| (path, Some(list)));
        let path = path.split(" as ").next().unwrap_or(path);
        let segments = prefix.iter().copied().chain(path.split("::").map(str::trim).filter(|s| !s.is_empty()));
        let segments: Vec<&str> = segments.collect();
        match list.and_then(|l| l.rfind('}').map(|end| &l[..end])) {
            Some(list) => expand(&segments, list, out),
            None => out.push(segments.into_iter().map(str::to_owned).collect()),
        }
    }
}

/// The paths in a module's code: imports, and paths from `crate` or `super` in expressions.
fn paths(code: &str) -> Vec<Module> {
    let mut out = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &code[at..];
            let is_import = code[..at].trim_end().ends_with("use");
            let end = match is_import {
                true => rest.find(';'),
                false => rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')),
            };
            expand(&[], &rest[..end.unwrap_or(rest.len())], &mut out);
        }
    }
    out
}

/// The module that declares the item that `path` in module `from` refers to.
fn target(from: &Module, path: &Module, all: &BTreeMap<Module, String>) -> Module {
    let mut at = from.clone();
    let mut rest = path.as_slice();
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "crate" => at.clear(),
            "super" => drop(at.pop()),
            "self" => {}
            name => {
                let child: Module = at.iter().cloned().chain([name.to_owned()]).collect();
                if all.contains_key(&child) {
                    at = child;
                } else {
                    // `pub use part::Name`: part declares it.
                    let re_exported = all.get(&at).and_then(|code| re_export(code, name));
                    at.extend(re_exported.filter(|part| {
                        all.contains_key(&at.iter().cloned().chain([part.clone()]).collect::<Module>())
                    }));
                    return at;
                }
            }
        }
        rest = after;
    }
    at
}

/// The child module from which `code` re-exports `name`.
fn re_export(code: &str, name: &str) -> Option<String> {
    let statements = ["pub use ", "pub(crate) use "].into_iter().flat_map(|start| code.split(start).skip(1));
    statements.into_iter().find_map(|statement| {
        let (path, names) = statement.split_once(';')?.0.split_once("::")?;
        let mut words = names.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.any(|word| word == name).then(|| path.to_owned())
    })
}

#[test]
fn modules_have_no_import_cycles() {
    let mut circles = Vec::new();
    for name in CRATES {
        let mut all = BTreeMap::new();
        modules(&tests::repository().join("server").join(name).join("src"), &Vec::new(), &mut all);
        // The siblings that a module and its submodules use, by parent module.
        let mut uses: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (from, code) in &all {
            for path in paths(code) {
                let to = target(from, &path, &all);
                let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
                if let (Some(a), Some(b)) = (from.get(shared), to.get(shared)) {
                    let siblings = uses.entry(from[..shared].to_vec()).or_default();
                    siblings.entry(a.clone()).or_default().insert(b.clone());
                }
            }
        }
        for (parent, siblings) in &uses {
            for start in siblings.keys() {
                let mut reached: BTreeSet<&String> = BTreeSet::new();
                let mut next: Vec<&String> = siblings[start].iter().collect();
                while let Some(module) = next.pop() {
                    if reached.insert(module) {
                        next.extend(siblings.get(module).into_iter().flatten());
                    }
                }
                if reached.contains(start) {
                    circles.push(format!(
                        "{name}::{}{start}",
                        parent.iter().map(|p| format!("{p}::")).collect::<String>()
                    ));
                }
            }
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn a_cycle_is_found() {
    let module = |name: &str| vec![name.to_owned()];
    let all: BTreeMap<Module, String> = [
        (Vec::new(), "mod a;\nmod b;\npub use b::Thing;".to_owned()),
        (module("a"), "use crate::Thing;\nfn f() { super::b::g(); }".to_owned()),
        (module("b"), "use crate::a::{f, h as i};".to_owned()),
    ]
    .into();
    let found = |from: &str| {
        let code = &all[&module(from)];
        paths(code).iter().map(|path| target(&module(from), path, &all)).collect::<Vec<_>>()
    };
    assert_eq!(found("a"), [module("b"), module("b")]);
    assert_eq!(found("b"), [module("a"), module("a")]);
}
