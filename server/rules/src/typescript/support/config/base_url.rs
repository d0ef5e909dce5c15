//! `baseUrl` turned into what it meant: targets of `paths` relative to the file that they stand in, and a `"*"` for what is imported by it.

use super::{Documents, is_installed, relative};
use codegen::json::quoted;
use index::Index;
use index::typescript::{TsProject, normalize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a path in a configuration is relative to, when it is the folder of whoever extends it.
const CONFIG_DIR: &str = "${configDir}";

/// The documents without the `baseUrl` that `holder` has, so that every import still leads to the same file; `None` when that cannot be told.
pub(crate) fn without_base_url<'a>(index: &'a Index, holder: &Path) -> Option<Documents<'a>> {
    let typescript = index.typescript();
    if is_installed(holder) {
        return None;
    }
    let written = typescript.configuration_file(holder)?.option("baseUrl")?.1.as_str()?.to_owned();
    let all = typescript.configurations();
    let affected: Vec<TsProject> = all
        .iter()
        .filter(|c| typescript.option_holder(c, "baseUrl").as_deref() == Some(holder))
        .filter(|c| *c == holder || typescript.is_started(c))
        .filter_map(|c| typescript.configuration(c))
        .collect();
    // By the file in which `paths` stand: the folder that they are relative to, and whether something is imported by it alone.
    let mut maps: BTreeMap<PathBuf, (PathBuf, bool)> = BTreeMap::new();
    let mut own_star = None;
    for project in &affected {
        let config = Path::new(&*project.path);
        let base = project.folder("baseUrl")?;
        let started = typescript.is_started(config);
        let star = started && uses(index, project, &base);
        match typescript.option_holder(config, "paths") {
            Some(map) if is_installed(&map) => return None,
            Some(map) => {
                let known = maps.entry(map).or_insert_with(|| (base.clone(), false));
                if known.0 != base && !written.contains(CONFIG_DIR) {
                    return None;
                }
                known.1 |= star;
            }
            None if star => own_star = Some(base),
            None => {}
        }
    }
    let mut documents = Documents::new(index);
    for (map, (base, star)) in maps {
        rewrite(index, &mut documents, &map, &written, &base, star)?;
    }
    if let Some(base) = own_star {
        let target = star_of(holder, &written, &base);
        documents.set_option(holder, "paths", &format!("{{ \"*\": [{}] }}", quoted(&target)))?;
    }
    documents.remove_option(holder, "baseUrl")?;
    Some(documents)
}

/// Whether something of a project is imported by its `baseUrl`, and by nothing else.
fn uses(index: &Index, project: &TsProject, base: &Path) -> bool {
    let typescript = index.typescript();
    typescript
        .program(Path::new(&*project.path))
        .iter()
        .any(|file| typescript.imported_by(file).iter().any(|s| typescript.resolve_below(base, project, s).is_some()))
}

/// What `"*"` leads to, in the file `document`.
fn star_of(document: &Path, written: &str, base: &Path) -> String {
    join(document, written, base, "*")
}

/// A target of `paths` that was relative to a `baseUrl`, relative to the file `document` that it stands in.
fn join(document: &Path, written: &str, base: &Path, target: &str) -> String {
    if let Some(rest) = written.strip_prefix(CONFIG_DIR) {
        let inner = normalize(&Path::new(rest.trim_start_matches('/')).join(target));
        return format!("{CONFIG_DIR}/{}", inner.to_string_lossy().replace('\\', "/"));
    }
    let folder = document.parent().unwrap_or(document);
    let mut out = relative(folder, &normalize(&base.join(target)));
    if target.ends_with('/') && !out.ends_with('/') {
        out.push('/');
    }
    out
}

/// Rewrites the `paths` of the file `map`, which were relative to `base`.
fn rewrite(
    index: &Index,
    documents: &mut Documents<'_>,
    map: &Path,
    written: &str,
    base: &Path,
    star: bool,
) -> Option<()> {
    let file = index.typescript().configuration_file(map)?;
    let (name, paths) = file.option("paths")?;
    let folder = map.parent()?;
    let editor = documents.edit(map)?;
    for (pattern, targets) in paths.as_object()? {
        for (i, target) in targets.as_array().into_iter().flatten().enumerate() {
            let Some(target) = target.as_str() else { continue };
            if target.starts_with('/')
                || target.starts_with(CONFIG_DIR)
                || target.contains(":\\")
                || target.contains(":/")
            {
                continue;
            }
            let meant = normalize(&base.join(target));
            let is_kept =
                target.starts_with('.') && !written.contains(CONFIG_DIR) && normalize(&folder.join(target)) == meant;
            if !is_kept {
                let to = join(map, written, base, target);
                editor.set(
                    &["compilerOptions", name, pattern, &i.to_string()],
                    &quoted(&to),
                    codegen::json::Where::First,
                );
            }
        }
    }
    if star {
        let target = quoted(&star_of(map, written, base));
        let known = paths.get("*").and_then(Value::as_array);
        match known.filter(|k| !k.is_empty()) {
            // The last that is tried.
            Some(known) => {
                let last = editor.find(&["compilerOptions", name, "*", &(known.len() - 1).to_string()])?;
                let has = known.iter().filter_map(Value::as_str).any(|k| normalize(&base.join(k)) == base.join("*"));
                if !has {
                    let text = editor.text()[last.value.start..last.value.end].to_owned();
                    let path = ["compilerOptions", name, "*", &(known.len() - 1).to_string()];
                    editor.set(&path, &format!("{text}, {target}"), codegen::json::Where::First);
                }
            }
            None => {
                editor.set(&["compilerOptions", name, "*"], &format!("[{target}]"), codegen::json::Where::After(&[]));
            }
        }
    }
    Some(())
}
