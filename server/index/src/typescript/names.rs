//! The table of the names that files export, updated file by file.

use super::paths::{in_modules, is_declaration_file, is_relative, without_extension};
use super::{TypeScript, is_source};
use crate::{DeclarationId, DeclarationKind, ImportKind, ImportedName, Modifiers, Outline};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A module: a file, or a `declare module "x"` within one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Scope {
    pub(super) path: Arc<Path>,
    pub(super) parent: Option<u32>,
}

/// Modules that re-export everything of another one, by that other one.
pub(super) type Barrels = FxHashMap<Scope, Vec<Scope>>;

/// Modules and exported names, by the name to write.
pub(super) type ByName = FxHashMap<SmolStr, Vec<(Scope, SmolStr)>>;

/// The table of exported names, updated file by file.
#[derive(Default)]
pub(super) struct Names {
    built: bool,
    dirty: FxHashSet<PathBuf>,
    files: FxHashMap<Arc<Path>, FileNames>,
    /// By the name to write: module and exported name.
    pub(super) direct: ByName,
    ambient: FxHashMap<SmolStr, Vec<Scope>>,
    globals: FxHashMap<SmolStr, Vec<DeclarationId>>,
    pub(super) barrels: Option<Arc<Barrels>>,
    pub(super) libraries: Option<Arc<ByName>>,
    pub(super) listed: Option<Arc<ByName>>,
}

/// The entries of one file.
#[derive(Default, PartialEq, Debug)]
struct FileNames {
    exports: Vec<(Option<u32>, SmolStr, SmolStr)>,
    stars: Vec<(Option<u32>, SmolStr)>,
    ambient: Vec<(SmolStr, u32)>,
    globals: Vec<(SmolStr, u32)>,
    packages: Vec<SmolStr>,
}

impl Names {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
    pub(super) fn changed(&mut self, path: &Path) {
        if is_source(path) {
            self.dirty.insert(path.to_owned());
        }
    }

    /// Packages that files import: specifier and importer.
    pub(super) fn packages(&self) -> Vec<(SmolStr, Arc<Path>)> {
        let all = self.files.iter().flat_map(|(p, f)| f.packages.iter().map(|s| (s.clone(), p.clone())));
        all.collect()
    }

    /// `export *` of the workspace: module and specifier.
    pub(super) fn stars(&self) -> Vec<(Scope, SmolStr)> {
        let all = self.files.iter().flat_map(|(path, file)| {
            file.stars.iter().map(|(parent, s)| (Scope { path: path.clone(), parent: *parent }, s.clone()))
        });
        all.collect()
    }

    fn replace(&mut self, path: &Arc<Path>, new: Option<FileNames>) {
        if self.files.get(path) == new.as_ref() {
            return;
        }
        self.barrels = None;
        if let Some(old) = self.files.remove(path) {
            if new.as_ref().is_none_or(|n| n.packages != old.packages) {
                self.libraries = None;
                self.listed = None;
            }
            // A file may export one name from each of many modules that it declares.
            for key in old.exports.iter().map(|(_, key, _)| key).collect::<FxHashSet<_>>() {
                if let Some(all) = self.direct.get_mut(key) {
                    all.retain(|(s, _)| s.path != *path);
                }
            }
            for name in old.ambient.iter().map(|(name, _)| name).collect::<FxHashSet<_>>() {
                if let Some(all) = self.ambient.get_mut(name) {
                    all.retain(|s| s.path != *path);
                }
            }
            for name in old.globals.iter().map(|(name, _)| name).collect::<FxHashSet<_>>() {
                if let Some(all) = self.globals.get_mut(name) {
                    all.retain(|s| s.path != *path);
                }
            }
        } else {
            self.libraries = None;
            self.listed = None;
        }
        let Some(new) = new else { return };
        let mut added = FxHashSet::default();
        for (parent, key, exported) in new.exports.iter().filter(|export| added.insert(*export)) {
            let entry = (Scope { path: path.clone(), parent: *parent }, exported.clone());
            self.direct.entry(key.clone()).or_default().push(entry);
        }
        for (name, index) in &new.ambient {
            self.ambient.entry(name.clone()).or_default().push(Scope { path: path.clone(), parent: Some(*index) });
        }
        for (name, index) in &new.globals {
            let id = DeclarationId { path: path.clone(), index: *index };
            self.globals.entry(name.clone()).or_default().push(id);
        }
        self.files.insert(path.clone(), new);
    }
}

/// `user-service.ts` as `userService`; an index takes its folder's name.
pub(super) fn camel_case_of_file(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let mut stem = without_extension(name)?.to_owned();
    if stem == "index" {
        stem = path.parent()?.file_name()?.to_str()?.to_owned();
    }
    camel_case(&stem)
}

/// `some-words` as `someWords`.
pub(super) fn camel_case(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut upper = false;
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' || c == '$' {
            if upper {
                out.extend(c.to_uppercase())
            } else {
                out.push(c)
            }
            upper = false;
        } else {
            upper = !out.is_empty();
        }
    }
    (!out.is_empty()).then_some(out)
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Whether declarations directly in the scope are exported implicitly: ambient ones, unless some statement there
/// exports by list or assignment (TypeScript: `setExportContextFlag`).
pub(super) fn exports_all(outline: &Outline, scope: &Scope) -> bool {
    match scope.parent {
        None => is_declaration_file(&scope.path) && outline.is_module && !has_export_list(outline, ""),
        Some(parent) => outline.declarations.get(parent as usize).is_some_and(|d| {
            let ambient = is_declaration_file(&scope.path) || d.modifiers.contains(Modifiers::DECLARE);
            ambient && !(d.name.starts_with('"') && has_export_list(outline, &d.name))
        }),
    }
}

fn has_export_list(outline: &Outline, within: &str) -> bool {
    (within.is_empty() && !outline.exports.is_empty())
        || outline.imports.iter().any(|i| i.kind == ImportKind::ReExport && i.within == within)
}

/// Quoted name of the scope's `declare module`, empty for a file.
pub(super) fn within<'o>(outline: &'o Outline, scope: &Scope) -> &'o str {
    let declaration = scope.parent.and_then(|p| outline.declarations.get(p as usize));
    declaration.map_or("", |d| d.name.as_str())
}

/// Names that a module exports by a list: local name, exported name.
pub(super) fn listed<'o>(outline: &'o Outline, scope: &Scope) -> Vec<&'o ImportedName> {
    let within = within(outline, scope);
    let own = outline.exports.iter().filter(|_| within.is_empty());
    let inside = outline.imports.iter().filter(|i| i.kind == ImportKind::ReExport && i.target.is_empty());
    own.chain(inside.filter(|i| i.within == within).flat_map(|i| &i.names)).collect()
}

fn file_names(path: &Path, outline: &Outline) -> FileNames {
    let mut out = FileNames::default();
    let file = camel_case_of_file(path);
    let add = |out: &mut FileNames, scope: Option<u32>, local: &str, exported: &str| {
        if exported == "default" || exported == "=" {
            for key in [Some(local.to_owned()), file.clone(), file.as_deref().map(upper_first)].into_iter().flatten() {
                if !matches!(key.as_str(), "default" | "=") {
                    out.exports.push((scope, key.into(), exported.into()));
                }
            }
        } else {
            out.exports.push((scope, exported.into(), exported.into()));
        }
    };
    let mut scopes: Vec<Option<u32>> = Vec::new();
    if outline.is_module {
        scopes.push(None);
    }
    let shared: Arc<Path> = path.into();
    for (i, d) in outline.declarations.iter().enumerate() {
        let i = i as u32;
        if d.parent.is_none() && d.name.starts_with('"') && !outline.is_module {
            out.ambient.push((d.name.trim_matches('"').into(), i));
            scopes.push(Some(i));
        } else if d.parent.is_none() && !outline.is_module {
            out.globals.push((d.name.clone(), i));
        } else if let Some(parent) = d.parent
            && outline.declarations.get(parent as usize).is_some_and(|p| p.name == "global" && p.parent.is_none())
        {
            out.globals.push((d.name.clone(), i));
        }
    }
    for scope in scopes {
        let key = Scope { path: shared.clone(), parent: scope };
        let all = exports_all(outline, &key);
        for d in outline.declarations.iter().filter(|d| d.parent == scope) {
            if d.modifiers.contains(Modifiers::DEFAULT) {
                add(&mut out, scope, &d.name, "default");
            } else if d.modifiers.contains(Modifiers::EXPORT) || (all && !d.name.starts_with('"') && d.name != "global")
            {
                add(&mut out, scope, &d.name, &d.name);
            }
        }
        for name in listed(outline, &key) {
            add(&mut out, scope, &name.name, &name.local);
            if name.local == "=" {
                // `export = X` with `namespace X { … }` exports what the namespace exports.
                let spaces: Vec<u32> = outline
                    .declarations
                    .iter()
                    .enumerate()
                    .filter(|(_, d)| d.kind == DeclarationKind::Namespace && d.parent == scope && d.name == name.name)
                    .map(|(i, _)| i as u32)
                    .collect();
                for d in &outline.declarations {
                    if d.parent.is_some_and(|p| spaces.contains(&p)) {
                        out.exports.push((scope, d.name.clone(), d.name.clone()));
                    }
                }
            }
        }
        let within = within(outline, &key);
        for import in outline.imports.iter().filter(|i| i.within == within && !i.target.is_empty()) {
            if import.kind == ImportKind::ReExport {
                for name in &import.names {
                    if name.name == "*" && name.local == "*" {
                        out.stars.push((scope, import.target.clone()));
                    } else {
                        add(&mut out, scope, &name.name, &name.local);
                    }
                }
            }
        }
    }
    for import in &outline.imports {
        if !import.target.is_empty() && !is_relative(&import.target) {
            out.packages.push(import.target.clone());
        }
    }
    out.packages.sort();
    out.packages.dedup();
    out
}

impl TypeScript<'_> {
    /// Outline of a file of the workspace or of a library.
    pub(super) fn outline_of(&self, path: &Path) -> Option<Arc<Outline>> {
        if !is_source(path) {
            return None;
        }
        if super::library::is_library(path) {
            return super::library::Library::get().outline(path);
        }
        self.cache().outlines.get_or(path.into(), || self.index().outline(path))
    }

    /// Updates the table. Uses outlines only: nothing here may resolve modules.
    pub(super) fn refresh_names(&self) {
        let _one_at_a_time = self.cache().refreshing.lock().unwrap_or_else(|e| e.into_inner());
        let work: Vec<PathBuf> = {
            let mut names = self.cache().names();
            if names.built {
                if names.dirty.is_empty() {
                    return;
                }
                names.dirty.drain().collect()
            } else {
                names.dirty.clear();
                let sources = self.index().files().filter(|p| is_source(p));
                sources.map(|p| p.to_path_buf()).collect()
            }
        };
        let mut new = Vec::with_capacity(work.len());
        for path in work {
            let names = match self.index().contains(&path) && !in_modules(&path) {
                true => self.outline_of(&path).map(|o| file_names(&path, &o)),
                false => None,
            };
            new.push((Arc::<Path>::from(path), names));
        }
        let mut names = self.cache().names();
        for (path, file) in new {
            names.replace(&path, file);
        }
        names.built = true;
    }

    /// The `declare module "x"` of the workspace.
    pub(super) fn ambient_module(&self, name: &str) -> Option<Scope> {
        self.refresh_names();
        self.cache().names().ambient.get(name)?.first().cloned()
    }

    /// The `declare module "x"` (or `"node:x"`) in a library file that is not itself a module.
    pub(super) fn module_block(&self, path: &Path, specifier: &str) -> Option<u32> {
        let outline = self.outline_of(path)?;
        if outline.is_module {
            return None;
        }
        let bare = specifier.strip_prefix("node:").unwrap_or(specifier);
        let find = |name: &str| {
            let quoted = format!("\"{name}\"");
            outline.declarations.iter().position(|d| d.parent.is_none() && d.name == quoted).map(|i| i as u32)
        };
        find(specifier).or_else(|| find(bare)).or_else(|| find(&format!("node:{bare}")))
    }

    /// Global declarations of the workspace: of files that are not modules, and of `declare global`.
    pub(super) fn workspace_globals(&self, name: &str) -> Vec<DeclarationId> {
        self.refresh_names();
        self.cache().names().globals.get(name).cloned().unwrap_or_default()
    }

    /// Names of [`Self::workspace_globals`].
    pub(super) fn workspace_global_names(&self) -> Vec<SmolStr> {
        self.refresh_names();
        let names = self.cache().names();
        names.globals.iter().filter(|(_, all)| !all.is_empty()).map(|(name, _)| name.clone()).collect()
    }
}
