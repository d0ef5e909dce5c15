//! The exports of modules, and the declarations of names.

use super::names::{Barrels, Scope, exports_all, listed, within};
use super::{TsExport, TypeScript};
use crate::{Declaration, DeclarationId, DeclarationKind, ImportKind, Modifiers, Outline};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::sync::Arc;

/// Longest chain of re-exports.
const MAX_CHAIN: usize = 32;
/// Merged declarations of an `export =` whose interfaces are looked at; deeper in a chain only the first is, or each step would multiply them.
const MAX_MERGED: usize = 16;
const MERGED_DEPTH: usize = 4;
/// Limit for barrels that re-export one module.
const MAX_BARRELS: usize = 256;

/// Names re-exported by `export *`.
#[derive(Default)]
pub(super) struct Stars {
    order: Vec<SmolStr>,
    /// The module that exports the name itself; whether only as a type.
    origins: FxHashMap<SmolStr, (Scope, bool)>,
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
    /// Whether an export on the way has `type`.
    pub(super) type_only: bool,
    /// The name is exported, whether or not its declaration is known.
    pub(super) exists: bool,
    /// The name is a whole module.
    pub(super) module: Option<Scope>,
}

/// What a module says of names, by name. Made once a module: icon packages export thousands.
#[derive(Default)]
pub(super) struct ScopeTable {
    /// Declarations directly in it.
    declared: FxHashMap<SmolStr, Vec<u32>>,
    /// Those that are exported by their own name, and the default ones.
    exported: FxHashSet<u32>,
    defaults: Vec<u32>,
    /// `export { a as b }`: `a`, and whether only as a type, by `b`.
    listed: FxHashMap<SmolStr, (SmolStr, bool)>,
    /// `export { a as b } from "m"`, by `b`.
    re_exported: FxHashMap<SmolStr, Origin>,
    /// `import { a as b } from "m"`, by `b`.
    imported: FxHashMap<SmolStr, Origin>,
}

/// A name of another module.
#[derive(Clone)]
struct Origin {
    specifier: SmolStr,
    name: SmolStr,
    type_only: bool,
}

impl ScopeTable {
    fn of(outline: &Outline, scope: &Scope) -> Self {
        let mut out = Self::default();
        let all = exports_all(outline, scope);
        for (i, d) in outline.declarations.iter().enumerate().filter(|(_, d)| d.parent == scope.parent) {
            out.declared.entry(d.name.clone()).or_default().push(i as u32);
            if d.modifiers.contains(Modifiers::DEFAULT) {
                out.defaults.push(i as u32);
            } else if all || d.modifiers.contains(Modifiers::EXPORT) {
                out.exported.insert(i as u32);
            }
        }
        for name in listed(outline, scope) {
            out.listed.entry(name.local.clone()).or_insert_with(|| (name.name.clone(), name.type_only));
        }
        let within = within(outline, scope);
        for import in &outline.imports {
            let re_export = import.kind == ImportKind::ReExport;
            let here = import.within == within || (!re_export && import.within.is_empty());
            if !here || (re_export && import.target.is_empty()) {
                continue;
            }
            let table = if re_export { &mut out.re_exported } else { &mut out.imported };
            for name in &import.names {
                table.entry(name.local.clone()).or_insert_with(|| Origin {
                    specifier: import.target.clone(),
                    name: name.name.clone(),
                    type_only: import.type_only || name.type_only,
                });
            }
        }
        out
    }
}

/// Names that a module exports itself, in order; not those of `export *`.
fn own_names(outline: &Outline, scope: &Scope) -> Vec<SmolStr> {
    let mut names: Vec<SmolStr> = Vec::new();
    let mut known: FxHashSet<SmolStr> = FxHashSet::default();
    let mut add = |name: &SmolStr| {
        if known.insert(name.clone()) {
            names.push(name.clone());
        }
    };
    let all = exports_all(outline, scope);
    for d in outline.declarations.iter().filter(|d| d.parent == scope.parent) {
        if d.modifiers.contains(Modifiers::DEFAULT) {
            add(&"default".into());
        } else if d.modifiers.contains(Modifiers::EXPORT) || (all && !d.name.starts_with('"') && d.name != "global") {
            add(&d.name);
        }
    }
    for name in listed(outline, scope) {
        add(&name.local);
        if name.local == "=" {
            // `export = X` with `namespace X { … }` exports what the namespace exports.
            for (i, d) in outline.declarations.iter().enumerate() {
                if d.kind == DeclarationKind::Namespace && d.parent == scope.parent && d.name == name.name {
                    outline.members(i as u32).for_each(|(_, d)| add(&d.name));
                }
            }
        }
    }
    let within = within(outline, scope);
    for import in outline.imports.iter().filter(|i| i.kind == ImportKind::ReExport && i.within == within) {
        if !import.target.is_empty() {
            // A bare `*` stays as such on both sides.
            import.names.iter().filter(|n| n.local != "*").for_each(|n| add(&n.local));
        }
    }
    names
}

impl TypeScript<'_> {
    fn barrels(&self) -> Arc<Barrels> {
        if let Some(known) = &self.cache().names().barrels {
            return known.clone();
        }
        let stars = self.cache().names().stars();
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
            let known: FxHashSet<_> = direct.iter().cloned().collect();
            direct.extend(more.iter().filter(|e| !known.contains(*e)).cloned());
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
            // `export *` re-exports everything but the default.
            if exported != "default" && exported != "=" {
                let above = barrels.get(&scope).into_iter().flatten();
                queue.extend(above.map(|b| (b.clone(), exported.clone())));
            }
        }
        out
    }

    /// Everything that a module exports, re-exports followed. Found once a revision.
    pub fn exports_of(&self, module: &Path) -> Arc<[TsExport]> {
        self.exports_of_scope(&Scope { path: module.into(), parent: None })
    }

    /// Everything that `specifier` exports when imported from `from` (ambient modules too).
    pub fn exports_of_specifier(&self, from: &Path, specifier: &str) -> Arc<[TsExport]> {
        self.resolve_scope(from, specifier).map(|s| self.exports_of_scope(&s)).unwrap_or_default()
    }

    fn table(&self, scope: &Scope) -> Option<Arc<ScopeTable>> {
        self.cache().tables.get_or(scope.clone(), || {
            let outline = self.outline_of(&scope.path)?;
            Some(Arc::new(ScopeTable::of(&outline, scope)))
        })
    }

    pub(super) fn exports_of_scope(&self, scope: &Scope) -> Arc<[TsExport]> {
        self.cache().exports.get_or(scope.clone(), || self.find_exports(scope).into())
    }

    fn find_exports(&self, scope: &Scope) -> Vec<TsExport> {
        let Some(outline) = self.outline_of(&scope.path) else { return Vec::new() };
        let mut names = own_names(&outline, scope);
        let stars = self.star_names(scope);
        let mut known: FxHashSet<SmolStr> = names.iter().cloned().collect();
        // `export = x` exports the properties of `x` by name, when its type is written.
        let whole = self.table(scope).and_then(|t| t.listed.get("=").cloned());
        if let Some((local, _)) = whole {
            let of_value = self.local(scope, &local, 1).ids.into_iter().filter_map(|id| self.interface_of(&id, 1));
            for owner in of_value.collect::<Vec<_>>() {
                let Some(outline) = self.outline_of(&owner.path) else { continue };
                let members = outline.members(owner.index).map(|(_, d)| d.name.clone());
                let plain = |n: &SmolStr| n.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'));
                names.extend(members.filter(|n| plain(n) && n != "default" && known.insert(n.clone())));
            }
        }
        names.extend(stars.order.iter().filter(|n| !known.contains(*n)).cloned());
        names.iter().filter_map(|n| self.export(scope, n)).collect()
    }

    /// Names that a module re-exports by `export *`, and the module that exports each itself. Does not query exports, so
    /// that queries cannot be circular.
    fn star_names(&self, scope: &Scope) -> Arc<Stars> {
        self.cache().stars.get_or(scope.clone(), || {
            let mut out = Stars::default();
            let mut seen: FxHashSet<Scope> = FxHashSet::default();
            let mut stack = vec![(scope.clone(), 0usize, false)];
            while let Some((at, depth, type_only)) = stack.pop() {
                if depth > MAX_CHAIN || !seen.insert(at.clone()) {
                    continue;
                }
                let Some(outline) = self.outline_of(&at.path) else { continue };
                if depth > 0 {
                    for name in own_names(&outline, &at).into_iter().filter(|n| n != "default") {
                        if let Entry::Vacant(entry) = out.origins.entry(name.clone()) {
                            entry.insert((at.clone(), type_only));
                            out.order.push(name);
                        }
                    }
                }
                let within = within(&outline, &at);
                let re_exports =
                    outline.imports.iter().filter(|i| i.kind == ImportKind::ReExport && i.within == within);
                let whole = re_exports.filter(|i| i.names.iter().any(|n| n.name == "*" && n.local == "*"));
                let targets: Vec<_> = whole
                    .filter_map(|i| {
                        Some((self.resolve_scope(&at.path, &i.target)?, depth + 1, type_only || i.type_only))
                    })
                    .collect();
                stack.extend(targets.into_iter().rev());
            }
            Arc::new(out)
        })
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
        let local = first
            .map(|d| d.name.clone())
            .filter(|n| !anonymous(n))
            .or_else(|| self.table(scope)?.listed.get(name).map(|(local, _)| local.clone()));
        let ambient = scope.parent.and_then(|p| {
            let outline = self.outline_of(&scope.path)?;
            Some(SmolStr::new(outline.declarations.get(p as usize)?.name.trim_matches('"')))
        });
        Some(TsExport {
            name: name.into(),
            local: local.unwrap_or_else(|| name.into()),
            module: scope.path.clone(),
            declaration: found.ids.first().cloned(),
            declarations: found.ids,
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
        let Some(table) = self.table(scope) else { return out };
        let own = if name == "default" {
            table.defaults.clone()
        } else {
            let declared = table.declared.get(name).map_or(&[][..], Vec::as_slice);
            declared.iter().copied().filter(|i| table.exported.contains(i)).collect()
        };
        if !own.is_empty() {
            out.exists = true;
            out.ids = own.into_iter().map(|index| DeclarationId { path: scope.path.clone(), index }).collect();
            return out;
        }
        if let Some((local, type_only)) = table.listed.get(name) {
            let found = self.local(scope, local, depth + 1);
            return Found { exists: true, type_only: found.type_only || *type_only, ..found };
        }
        if let Some(origin) = table.re_exported.get(name).filter(|_| name != "*") {
            let mut found = match self.resolve_scope(&scope.path, &origin.specifier) {
                Some(target) if origin.name != "*" => self.exported(&target, &origin.name, depth + 1, seen),
                Some(target) => Found { module: Some(target), ..Found::default() },
                None => Found::default(),
            };
            found.exists = true;
            found.type_only |= origin.type_only;
            return found;
        }
        // `export = X`: the default under interop, and the members of namespace X.
        if let Some((local, _)) = table.listed.get("=") {
            let whole = self.local(scope, local, depth + 1);
            if name == "default" {
                return Found { exists: true, ..whole };
            }
            for id in &whole.ids {
                out.ids.extend(self.namespace_members(id, name));
            }
            if out.ids.is_empty() {
                let merged = if depth < MERGED_DEPTH { MAX_MERGED } else { 1 };
                let owners: Vec<DeclarationId> =
                    whole.ids.iter().take(merged).filter_map(|id| self.interface_of(id, depth + 1)).collect();
                out.ids.extend(owners.iter().flat_map(|owner| self.members_called(owner, name)));
            }
            out.exists = !out.ids.is_empty();
            if out.exists {
                return out;
            }
        }
        if name == "default" || name == "=" {
            return out;
        }
        if let Some((origin, type_only)) = self.star_names(scope).origins.get(name) {
            let mut found = self.exported(origin, name, depth + 1, seen);
            found.type_only |= type_only;
            return found;
        }
        out
    }

    /// Members of a namespace with this name.
    pub(super) fn namespace_members(&self, id: &DeclarationId, name: &str) -> Vec<DeclarationId> {
        let is_namespace = |d: &Declaration| matches!(d.kind, DeclarationKind::Namespace | DeclarationKind::Enum);
        let declares = |o: Arc<Outline>| o.declarations.get(id.index as usize).is_some_and(is_namespace);
        if self.outline_of(&id.path).is_some_and(declares) { self.members_called(id, name) } else { Vec::new() }
    }

    /// Members of a declaration with this name.
    fn members_called(&self, id: &DeclarationId, name: &str) -> Vec<DeclarationId> {
        let table = self.table(&Scope { path: id.path.clone(), parent: Some(id.index) });
        let members = table.and_then(|t| t.declared.get(name).cloned()).unwrap_or_default();
        members.into_iter().map(|index| DeclarationId { path: id.path.clone(), index }).collect()
    }

    /// The interface that a variable is declared to have as its type.
    fn interface_of(&self, id: &DeclarationId, depth: usize) -> Option<DeclarationId> {
        let variable = self.declaration(id).filter(|d| d.kind == DeclarationKind::Variable)?;
        let named = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
        let written = Some(variable.type_text.trim()).filter(|t| !t.is_empty() && t.chars().all(named))?;
        let found = self.local(&Scope { path: id.path.clone(), parent: variable.parent }, written, depth + 1);
        let is_interface =
            |id: &DeclarationId| self.declaration(id).is_some_and(|d| d.kind == DeclarationKind::Interface);
        found.ids.into_iter().find(is_interface)
    }

    /// The meaning of a name (possibly dotted) directly in a scope: a declaration there, or an import.
    pub(super) fn local(&self, scope: &Scope, name: &str, depth: usize) -> Found {
        let mut out = Found::default();
        if depth > MAX_CHAIN {
            return out;
        }
        if let Some((first, rest)) = name.split_once('.') {
            let head = self.local(scope, first.trim(), depth + 1);
            return self.inside(head, rest, depth + 1);
        }
        let Some(table) = self.table(scope) else { return out };
        if let Some(own) = table.declared.get(name) {
            out.ids = own.iter().map(|&index| DeclarationId { path: scope.path.clone(), index }).collect();
            out.exists = true;
            return out;
        }
        if let Some(origin) = table.imported.get(name) {
            out.exists = true;
            out.type_only = origin.type_only;
            let Some(target) = self.resolve_scope(&scope.path, &origin.specifier) else { return out };
            let mut found = if origin.name == "*" {
                // A module with `export = X` is X.
                let mut whole = self.exported(&target, "=", depth + 1, &mut FxHashSet::default());
                whole.module = Some(target);
                whole
            } else {
                self.exported(&target, &origin.name, depth + 1, &mut FxHashSet::default())
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

    /// The member `path` (dotted) of namespaces, enums or whole modules that were found.
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
}
