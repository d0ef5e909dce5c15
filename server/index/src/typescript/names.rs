//! Exported names, and the declarations they lead to.

use super::{TsExport, TypeScript};
use crate::{Declaration, DeclarationId, DeclarationKind, ImportKind, ImportedName, Modifiers, Outline};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::Language;

/// Length of a chain of re-exports.
const MAX_CHAIN: usize = 32;
/// Barrels followed upwards from one module.
const MAX_BARRELS: usize = 256;

/// A module: a file, or a `declare module "x"` within one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Scope {
    pub(super) path: Arc<Path>,
    pub(super) parent: Option<u32>,
}

/// Modules that re-export everything of another one, by that other one.
type Barrels = FxHashMap<Scope, Vec<Scope>>;

/// Modules and exported names, by the name that one would write.
pub(super) type ByName = FxHashMap<SmolStr, Vec<(Scope, SmolStr)>>;

/// The table of exported names, kept current file by file.
#[derive(Default)]
pub(super) struct Names {
    built: bool,
    dirty: FxHashSet<PathBuf>,
    files: FxHashMap<Arc<Path>, FileNames>,
    /// By the name that one would write: module and exported name.
    direct: ByName,
    ambient: FxHashMap<SmolStr, Vec<Scope>>,
    globals: FxHashMap<SmolStr, Vec<DeclarationId>>,
    barrels: Option<Arc<Barrels>>,
    pub(super) libraries: Option<Arc<ByName>>,
    pub(super) listed: Option<Arc<ByName>>,
}

/// What one file brings into the table.
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
        if Language::of_path(path).is_some_and(Language::is_typescript) {
            self.dirty.insert(path.to_owned());
        }
    }

    /// Packages that files import: specifier and importer.
    pub(super) fn packages(&self) -> Vec<(SmolStr, Arc<Path>)> {
        let all = self.files.iter().flat_map(|(p, f)| f.packages.iter().map(|s| (s.clone(), p.clone())));
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
            for (_, key, _) in &old.exports {
                if let Some(all) = self.direct.get_mut(key) {
                    all.retain(|(s, _)| s.path != *path);
                }
            }
            for (name, _) in &old.ambient {
                if let Some(all) = self.ambient.get_mut(name) {
                    all.retain(|s| s.path != *path);
                }
            }
            for (name, _) in &old.globals {
                if let Some(all) = self.globals.get_mut(name) {
                    all.retain(|s| s.path != *path);
                }
            }
        } else {
            self.libraries = None;
            self.listed = None;
        }
        let Some(new) = new else { return };
        for (parent, key, exported) in &new.exports {
            let entry = (Scope { path: path.clone(), parent: *parent }, exported.clone());
            let all = self.direct.entry(key.clone()).or_default();
            if !all.contains(&entry) {
                all.push(entry);
            }
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

pub(super) fn is_declaration_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    matches!(extension, "ts" | "mts" | "cts") && (stem.ends_with(".d") || stem.contains(".d."))
}

/// Whether a file belongs to an installed package.
pub(super) fn in_modules(path: &Path) -> bool {
    path.components().any(|c| c.as_os_str() == "node_modules")
}

/// `user-service.ts` as `userService`; an index takes its folder's name.
pub(super) fn camel_case_of_file(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let mut stem = super::resolution::without_extension(name)?.to_owned();
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

/// Whether declarations directly in the scope are exported without saying so: ambient ones, unless some statement there
/// exports by list or assignment (TypeScript: `setExportContextFlag`).
fn exports_all(outline: &Outline, scope: &Scope) -> bool {
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
fn within<'o>(outline: &'o Outline, scope: &Scope) -> &'o str {
    let declaration = scope.parent.and_then(|p| outline.declarations.get(p as usize));
    declaration.map_or("", |d| d.name.as_str())
}

/// Names that a module exports by a list: local name, exported name.
fn listed<'o>(outline: &'o Outline, scope: &Scope) -> Vec<&'o ImportedName> {
    let within = within(outline, scope);
    let own = outline.exports.iter().filter(|_| within.is_empty());
    let inside = outline.imports.iter().filter(|i| i.kind == ImportKind::ReExport && i.target.is_empty());
    own.chain(inside.filter(|i| i.within == within).flat_map(|i| &i.names)).collect()
}

fn is_type_only(declaration: &Declaration) -> bool {
    match declaration.kind {
        DeclarationKind::Interface => true,
        DeclarationKind::TypeAlias => !declaration.modifiers.contains(Modifiers::HAS_BODY),
        _ => false,
    }
}

/// Declarations that an exported name leads to.
#[derive(Default, Debug)]
pub(super) struct Found {
    pub(super) ids: Vec<DeclarationId>,
    /// Exported with `type` somewhere on the way.
    pub(super) type_only: bool,
    /// The name is exported, whether or not its declaration is known.
    pub(super) exists: bool,
    /// The name stands for a whole module.
    pub(super) module: Option<Scope>,
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
                // `export = X` with `namespace X { … }` exports what the namespace does.
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
        if !import.target.is_empty() && !super::resolution::is_relative(&import.target) {
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
        Language::of_path(path).filter(|l| l.is_typescript())?;
        if super::library::is_library(path) {
            return super::library::Library::get().outline(path);
        }
        self.cache().outlines.get_or(path.into(), || self.index().outline(path))
    }

    /// Brings the table up to date. Computes outlines only: nothing here may ask for a resolution.
    fn refresh_names(&self) {
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
                let sources =
                    self.index().files().filter(|p| Language::of_path(p).is_some_and(Language::is_typescript));
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

    fn barrels(&self) -> Arc<Barrels> {
        if let Some(known) = &self.cache().names().barrels {
            return known.clone();
        }
        let stars: Vec<(Scope, SmolStr)> = {
            let names = self.cache().names();
            let all = names.files.iter().flat_map(|(path, file)| {
                file.stars.iter().map(|(parent, s)| (Scope { path: path.clone(), parent: *parent }, s.clone()))
            });
            all.collect()
        };
        let mut out = Barrels::default();
        for (barrel, specifier) in stars {
            if let Some(target) = self.resolve_scope(&barrel.path, &specifier) {
                out.entry(target).or_default().push(barrel);
            }
        }
        for all in out.values_mut() {
            all.sort_by(|a, b| (&a.path, a.parent).cmp(&(&b.path, b.parent)));
        }
        let out = Arc::new(out);
        self.cache().names().barrels = Some(out.clone());
        out
    }

    /// Exports with this name in any module of the workspace and of its imported dependencies; default exports match by their
    /// local name or their file's name. When there are none: in the dependencies that a `package.json` lists.
    pub fn exports_named(&self, name: &str) -> Vec<TsExport> {
        self.refresh_names();
        let mut direct = self.cache().names().direct.get(name).cloned().unwrap_or_default();
        direct.sort_by(|a, b| (&a.0.path, a.0.parent, &a.1).cmp(&(&b.0.path, b.0.parent, &b.1)));
        if let Some(more) = self.library_names().get(name) {
            let new: Vec<_> = more.iter().filter(|e| !direct.contains(e)).cloned().collect();
            direct.extend(new);
        }
        if direct.is_empty() {
            direct.extend(self.listed_names().get(name).into_iter().flatten().cloned());
        }
        let barrels = if direct.is_empty() { Arc::default() } else { self.barrels() };
        let mut out: Vec<TsExport> = Vec::new();
        let mut seen: FxHashSet<(Scope, SmolStr)> = FxHashSet::default();
        let mut queue: Vec<(Scope, SmolStr)> = direct;
        let mut next = 0;
        while let Some((scope, exported)) = queue.get(next).cloned() {
            next += 1;
            if next > MAX_BARRELS || !seen.insert((scope.clone(), exported.clone())) {
                continue;
            }
            let Some(export) = self.export(&scope, &exported) else { continue };
            out.push(export);
            // `export *` passes on everything but the default.
            if exported != "default" && exported != "=" {
                let above = barrels.get(&scope).into_iter().flatten();
                queue.extend(above.map(|b| (b.clone(), exported.clone())));
            }
        }
        out
    }

    /// Everything that a module exports, re-exports followed.
    pub fn exports_of(&self, module: &Path) -> Vec<TsExport> {
        self.exports_of_scope(&Scope { path: module.into(), parent: None })
    }

    /// Everything that `specifier` exports when imported from `from` (ambient modules too).
    pub fn exports_of_specifier(&self, from: &Path, specifier: &str) -> Vec<TsExport> {
        self.resolve_scope(from, specifier).map(|s| self.exports_of_scope(&s)).unwrap_or_default()
    }

    pub(super) fn exports_of_scope(&self, scope: &Scope) -> Vec<TsExport> {
        let mut names: Vec<SmolStr> = Vec::new();
        let mut known: FxHashSet<SmolStr> = FxHashSet::default();
        let mut seen: FxHashSet<Scope> = FxHashSet::default();
        let mut stack = vec![(scope.clone(), 0usize)];
        while let Some((at, depth)) = stack.pop() {
            if depth > MAX_CHAIN || !seen.insert(at.clone()) {
                continue;
            }
            let Some(outline) = self.outline_of(&at.path) else { continue };
            let mut add = |name: &SmolStr| {
                if (depth == 0 || name != "default") && known.insert(name.clone()) {
                    names.push(name.clone());
                }
            };
            let all = exports_all(&outline, &at);
            for d in outline.declarations.iter().filter(|d| d.parent == at.parent) {
                if d.modifiers.contains(Modifiers::DEFAULT) {
                    add(&"default".into());
                } else if d.modifiers.contains(Modifiers::EXPORT)
                    || (all && !d.name.starts_with('"') && d.name != "global")
                {
                    add(&d.name);
                }
            }
            for name in listed(&outline, &at) {
                add(&name.local);
                if name.local == "=" {
                    for id in self.local(&at, &name.name, 0).ids {
                        let Some(outline) = self.outline_of(&id.path) else { continue };
                        if outline
                            .declarations
                            .get(id.index as usize)
                            .is_some_and(|d| d.kind == DeclarationKind::Namespace)
                        {
                            outline.members(id.index).for_each(|(_, d)| add(&d.name));
                        }
                    }
                }
            }
            let within = within(&outline, &at);
            let mut stars = Vec::new();
            for import in outline.imports.iter().filter(|i| i.kind == ImportKind::ReExport && i.within == within) {
                for name in import.names.iter().filter(|_| !import.target.is_empty()) {
                    if name.name == "*" && name.local == "*" {
                        stars.extend(self.resolve_scope(&at.path, &import.target).map(|s| (s, depth + 1)));
                    } else {
                        add(&name.local);
                    }
                }
            }
            stack.extend(stars.into_iter().rev());
        }
        names.iter().filter_map(|n| self.export(scope, n)).collect()
    }

    /// One export of a module.
    pub(super) fn export(&self, scope: &Scope, name: &str) -> Option<TsExport> {
        let found = self.exported(scope, name, 0, &mut FxHashSet::default());
        if !found.exists {
            return None;
        }
        let declarations: Vec<Arc<Declaration>> = found.ids.iter().filter_map(|id| self.declaration(id)).collect();
        let type_only = found.type_only || (!declarations.is_empty() && declarations.iter().all(|d| is_type_only(d)));
        let first = declarations.first();
        let anonymous = |n: &str| matches!(n, "default" | "=");
        let local = first.map(|d| d.name.clone()).filter(|n| !anonymous(n)).or_else(|| {
            let outline = self.outline_of(&scope.path)?;
            let listed = listed(&outline, scope).into_iter().find(|n| n.local == name)?;
            Some(listed.name.clone())
        });
        let ambient = scope.parent.and_then(|p| {
            let outline = self.outline_of(&scope.path)?;
            Some(SmolStr::new(outline.declarations.get(p as usize)?.name.trim_matches('"')))
        });
        Some(TsExport {
            name: name.into(),
            local: local.unwrap_or_else(|| name.into()),
            module: scope.path.clone(),
            declaration: found.ids.into_iter().next(),
            type_only,
            ambient,
        })
    }

    /// What a module's exported name leads to.
    pub(super) fn exported(
        &self,
        scope: &Scope,
        name: &str,
        depth: usize,
        seen: &mut FxHashSet<(Scope, SmolStr)>,
    ) -> Found {
        let mut out = Found::default();
        if depth > MAX_CHAIN || !seen.insert((scope.clone(), name.into())) {
            return out;
        }
        let Some(outline) = self.outline_of(&scope.path) else { return out };
        let all = exports_all(&outline, scope);
        for (i, d) in outline.declarations.iter().enumerate().filter(|(_, d)| d.parent == scope.parent) {
            let default = d.modifiers.contains(Modifiers::DEFAULT);
            let named = d.name == name && !default && (all || d.modifiers.contains(Modifiers::EXPORT));
            if named || (default && name == "default") {
                out.exists = true;
                out.ids.push(DeclarationId { path: scope.path.clone(), index: i as u32 });
            }
        }
        if out.exists {
            return out;
        }
        let lists = listed(&outline, scope);
        if let Some(entry) = lists.iter().find(|n| n.local == name) {
            let found = self.local(scope, &entry.name, depth + 1);
            return Found { exists: true, type_only: found.type_only || entry.type_only, ..found };
        }
        let within = within(&outline, scope);
        let re_exports = || {
            let all = outline.imports.iter().filter(|i| i.kind == ImportKind::ReExport && i.within == within);
            all.filter(|i| !i.target.is_empty())
        };
        for import in re_exports() {
            let Some(entry) = import.names.iter().find(|n| n.local == name && name != "*") else { continue };
            let type_only = import.type_only || entry.type_only;
            let target = self.resolve_scope(&scope.path, &import.target);
            let mut found = match target {
                Some(target) if entry.name != "*" => self.exported(&target, &entry.name, depth + 1, seen),
                Some(target) => Found { module: Some(target), ..Found::default() },
                None => Found::default(),
            };
            found.exists = true;
            found.type_only |= type_only;
            return found;
        }
        // `export = X`: the default under interop, and what the namespace X holds.
        if let Some(entry) = lists.iter().find(|n| n.local == "=") {
            let whole = self.local(scope, &entry.name, depth + 1);
            if name == "default" {
                return Found { exists: true, ..whole };
            }
            for id in &whole.ids {
                out.ids.extend(self.namespace_members(id, name));
            }
            out.exists = !out.ids.is_empty();
            if out.exists {
                return out;
            }
        }
        if name == "default" || name == "=" {
            return out;
        }
        for import in re_exports().filter(|i| i.names.iter().any(|n| n.name == "*" && n.local == "*")) {
            if let Some(target) = self.resolve_scope(&scope.path, &import.target) {
                let mut found = self.exported(&target, name, depth + 1, seen);
                if found.exists {
                    found.type_only |= import.type_only;
                    return found;
                }
            }
        }
        out
    }

    /// Members of a namespace with this name.
    pub(super) fn namespace_members(&self, id: &DeclarationId, name: &str) -> Vec<DeclarationId> {
        let Some(outline) = self.outline_of(&id.path) else { return Vec::new() };
        let is_namespace = |d: &Declaration| matches!(d.kind, DeclarationKind::Namespace | DeclarationKind::Enum);
        if !outline.declarations.get(id.index as usize).is_some_and(is_namespace) {
            return Vec::new();
        }
        let members = outline.members(id.index).filter(|(_, d)| d.name == name);
        members.map(|(index, _)| DeclarationId { path: id.path.clone(), index }).collect()
    }

    /// What a name (perhaps dotted) means directly in a scope: a declaration there, or an import.
    pub(super) fn local(&self, scope: &Scope, name: &str, depth: usize) -> Found {
        let mut out = Found::default();
        if depth > MAX_CHAIN {
            return out;
        }
        let Some(outline) = self.outline_of(&scope.path) else { return out };
        if let Some((first, rest)) = name.split_once('.') {
            let head = self.local(scope, first.trim(), depth + 1);
            return self.inside(head, rest, depth + 1);
        }
        for (i, d) in outline.declarations.iter().enumerate() {
            if d.parent == scope.parent && d.name == name {
                out.ids.push(DeclarationId { path: scope.path.clone(), index: i as u32 });
                out.exists = true;
            }
        }
        if out.exists {
            return out;
        }
        let within = within(&outline, scope);
        for import in &outline.imports {
            if import.kind == ImportKind::ReExport || (import.within != within && !import.within.is_empty()) {
                continue;
            }
            let Some(entry) = import.names.iter().find(|n| n.local == name) else { continue };
            out.exists = true;
            out.type_only = import.type_only || entry.type_only;
            let Some(target) = self.resolve_scope(&scope.path, &import.target) else { return out };
            let mut found = if entry.name == "*" {
                // A module whose `export =` names one thing is that thing.
                let mut whole = self.exported(&target, "=", depth + 1, &mut FxHashSet::default());
                whole.module = Some(target);
                whole
            } else {
                self.exported(&target, &entry.name, depth + 1, &mut FxHashSet::default())
            };
            found.exists = true;
            found.type_only |= out.type_only;
            return found;
        }
        if scope.parent.is_some() {
            return self.local(&Scope { path: scope.path.clone(), parent: None }, name, depth + 1);
        }
        out
    }

    /// The member `path` (dotted) of what was found: of namespaces, enums, whole modules.
    pub(super) fn inside(&self, head: Found, path: &str, depth: usize) -> Found {
        let (first, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
        let first = first.trim();
        let mut out = Found::default();
        for id in &head.ids {
            out.ids.extend(self.namespace_members(id, first));
        }
        out.exists = !out.ids.is_empty();
        if !out.exists
            && let Some(module) = &head.module
        {
            out = self.exported(module, first, depth, &mut FxHashSet::default());
        }
        match rest {
            Some(rest) if depth < MAX_CHAIN => self.inside(out, rest, depth + 1),
            _ => out,
        }
    }

    /// Global declarations of the workspace: of files that are not modules, and of `declare global`.
    pub(super) fn workspace_globals(&self, name: &str) -> Vec<DeclarationId> {
        self.refresh_names();
        self.cache().names().globals.get(name).cloned().unwrap_or_default()
    }
}
