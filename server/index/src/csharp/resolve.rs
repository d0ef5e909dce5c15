//! What a written type name means at a place (C# specification §7.8, namespace and type names).

use super::type_text::{self, Segment, TypeName};
use super::{CsType, Tables, TypeOrigin};
use crate::{DeclarationId, Import, ImportKind, Outline};
use smol_str::{SmolStr, format_smolstr};
use std::path::Path;
use std::sync::Arc;

/// Resolving a base list may need other base lists: how deep that goes.
const DEEPEST: usize = 12;
/// How many inherited types are searched for a nested type or a member.
pub(super) const MOST_BASES: usize = 256;

/// The part of a place in a file that name resolution depends on.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) path: Arc<Path>,
    pub(super) outline: Arc<Outline>,
    /// Enclosing types, innermost first.
    pub(super) types: Vec<u32>,
    /// Type parameters of enclosing methods and of a type in whose header the place is.
    pub(super) type_parameters: Vec<SmolStr>,
    pub(super) namespace: SmolStr,
    pub(super) project: Option<u32>,
}

pub(super) enum Meaning {
    Type(CsType),
    Namespace(SmolStr),
}

enum Found {
    Meaning(Meaning),
    Nothing,
    /// A type parameter, or ambiguous: outer scopes must not be searched.
    Stop,
}

impl Place {
    /// The place at byte `offset` of a file.
    pub(super) fn at(tables: &Tables<'_>, path: &Path, offset: usize) -> Option<Self> {
        let path = tables.index.shared_path(path)?;
        let (located, around) = tables.index.located_at(&path, offset)?;
        let outline = tables.index.outline(&path)?;
        let project = tables.projects.of_file(&path);
        let mut place = Self {
            path,
            types: Vec::new(),
            type_parameters: Vec::new(),
            namespace: located.namespace_at(offset),
            outline,
            project,
        };
        for index in around {
            let at = index as usize;
            let (Some(declaration), Some(ranges)) = (located.outline.declarations.get(at), located.ranges.get(at))
            else {
                continue;
            };
            let in_body = ranges.body.is_some_and(|b| b.start < offset && offset <= b.end);
            if declaration.kind.is_type() && in_body {
                place.types.insert(0, index);
            } else {
                place.type_parameters.extend(declaration.type_parameters.iter().map(|p| p.name.clone()));
            }
        }
        Some(place)
    }

    /// The place of the base list of a declaration: its type parameters count, its members do not.
    pub(super) fn of_header(tables: &Tables<'_>, id: &DeclarationId) -> Option<Self> {
        let outline = tables.index.outline(&id.path)?;
        let declaration = outline.declarations.get(id.index as usize)?;
        let mut types = Vec::new();
        let mut parent = declaration.parent;
        while let Some(index) = parent {
            types.push(index);
            parent = outline.declarations.get(index as usize).and_then(|d| d.parent).filter(|p| *p < index);
        }
        Some(Self {
            path: id.path.clone(),
            types,
            type_parameters: declaration.type_parameters.iter().map(|p| p.name.clone()).collect(),
            namespace: declaration.namespace.clone(),
            project: tables.projects.of_file(&id.path),
            outline: outline.clone(),
        })
    }
}

/// `A.B.C`, `A.B`, `A`, and the global namespace.
pub(super) fn outward(namespace: &str) -> impl Iterator<Item = &str> {
    let inner = std::iter::successors((!namespace.is_empty()).then_some(namespace), |n| Some(&n[..n.rfind('.')?]));
    inner.chain([""])
}

fn join(namespace: &str, name: &str) -> SmolStr {
    if namespace.is_empty() { name.into() } else { format_smolstr!("{namespace}.{name}") }
}

impl Tables<'_> {
    /// The type that `text` means at `place`.
    pub(super) fn resolve(&self, text: &str, place: &Place, depth: usize) -> Option<CsType> {
        match self.resolve_name(&type_text::parse(text)?, place, depth)? {
            Meaning::Type(ty) => Some(ty),
            Meaning::Namespace(_) => None,
        }
    }

    fn resolve_name(&self, name: &TypeName<'_>, place: &Place, depth: usize) -> Option<Meaning> {
        if depth > DEEPEST {
            return None;
        }
        let (first, rest) = name.segments.split_first()?;
        let meaning = match name.alias {
            Some("global") => self.in_namespace("", first, rest.is_empty(), place.project)?,
            Some(alias) => {
                let alias = Segment { name: alias, arguments: Vec::new() };
                match self.first_segment(&alias, false, place, depth)? {
                    Meaning::Namespace(n) => self.in_namespace(&n, first, rest.is_empty(), place.project)?,
                    Meaning::Type(_) => return None,
                }
            }
            None => self.first_segment(first, rest.is_empty(), place, depth)?,
        };
        self.along(meaning, rest, place.project, depth)
    }

    /// The meaning of `segments` after a name that means `meaning`.
    fn along(
        &self,
        mut meaning: Meaning,
        segments: &[Segment<'_>],
        project: Option<u32>,
        depth: usize,
    ) -> Option<Meaning> {
        for (i, segment) in segments.iter().enumerate() {
            meaning = match meaning {
                Meaning::Namespace(n) => self.in_namespace(&n, segment, i + 1 == segments.len(), project)?,
                Meaning::Type(ty) => {
                    Meaning::Type(self.nested_type(&ty, segment.name, segment.arguments.len(), depth + 1)?)
                }
            };
        }
        Some(meaning)
    }

    /// A member of a namespace; a type is preferred at the end of a name, a namespace before.
    fn in_namespace(&self, namespace: &str, segment: &Segment<'_>, last: bool, from: Option<u32>) -> Option<Meaning> {
        let full = join(namespace, segment.name);
        let is_namespace = segment.arguments.is_empty() && self.is_namespace(&full);
        if is_namespace && !last {
            return Some(Meaning::Namespace(full));
        }
        match self.type_in(namespace, segment.name, segment.arguments.len(), from) {
            Found::Meaning(meaning) => Some(meaning),
            Found::Stop => None,
            Found::Nothing => is_namespace.then_some(Meaning::Namespace(full)),
        }
    }

    /// The top-level type of a namespace: of the own project, else of the referenced projects, else of the libraries.
    fn type_in(&self, namespace: &str, name: &str, arity: usize, from: Option<u32>) -> Found {
        let mut own = Vec::new();
        let mut others = Vec::new();
        for entry in self.symbols.named(name) {
            let ty = &entry.ty;
            if entry.owner.is_none() && ty.declaration.namespace == namespace && ty.arity() == arity {
                if entry.project == from {
                    own.push(ty);
                } else if self.projects.sees(from, entry.project) {
                    others.push(ty);
                }
            }
        }
        let found = if own.is_empty() { others } else { own };
        match found.as_slice() {
            [] => self
                .library_type(namespace, name, arity, from)
                .map_or(Found::Nothing, |t| Found::Meaning(Meaning::Type(t))),
            [one] => Found::Meaning(Meaning::Type((*one).clone())),
            _ => Found::Stop,
        }
    }

    fn first_segment(&self, segment: &Segment<'_>, last: bool, place: &Place, depth: usize) -> Option<Meaning> {
        let (name, arity) = (segment.name, segment.arguments.len());
        if arity == 0 {
            if last && let Some(system) = type_text::predefined(name) {
                return match self.type_in("System", system, 0, place.project) {
                    Found::Meaning(meaning) => Some(meaning),
                    _ => None,
                };
            }
            if place.type_parameters.iter().any(|p| p == name) {
                return None;
            }
        }
        for &index in &place.types {
            let declaration = place.outline.declarations.get(index as usize)?;
            if arity == 0 && declaration.type_parameters.iter().any(|p| p.name == name) {
                return None;
            }
            let id = DeclarationId { path: place.path.clone(), index };
            let ty = self.symbols.place_of(&id).and_then(|p| self.symbols.entry(p));
            if let Some(found) = ty.and_then(|e| self.nested_type(&e.ty, name, arity, depth + 1)) {
                return Some(Meaning::Type(found));
            }
        }
        for namespace in outward(&place.namespace) {
            if let Some(meaning) = self.in_namespace(namespace, segment, last, place.project) {
                return Some(meaning);
            }
            match self.imported(namespace, segment, place, depth) {
                Found::Meaning(meaning) => return Some(meaning),
                Found::Stop => return None,
                Found::Nothing => {}
            }
        }
        None
    }

    /// What the usings of the namespace declarations of `namespace` around `place` bring in.
    fn imported(&self, namespace: &str, segment: &Segment<'_>, place: &Place, depth: usize) -> Found {
        let (name, arity) = (segment.name, segment.arguments.len());
        let project = place.project;
        if arity == 0 {
            let mut aliases = self.imports(namespace, place).filter(|i| i.alias == name);
            if let Some(alias) = aliases.next() {
                // It may have several meanings in the branches of an `#if`.
                if aliases.any(|other| other.target != alias.target) {
                    return Found::Stop;
                }
                return self.import_target(alias, place, depth).map_or(Found::Stop, Found::Meaning);
            }
        }
        let mut found: Option<CsType> = None;
        let mut add = |ty: CsType| match &found {
            Some(known) if known.origin != ty.origin => false,
            _ => {
                found = Some(ty);
                true
            }
        };
        for import in self.imports(namespace, place).filter(|i| i.alias.is_empty()) {
            let ty = if matches!(import.kind, ImportKind::UsingStatic | ImportKind::GlobalUsingStatic) {
                match self.import_target(import, place, depth) {
                    Some(Meaning::Type(owner)) => self.own_nested_type(&owner, name, arity),
                    _ => None,
                }
            } else {
                match self.type_in(&self.namespace_of_import(import), name, arity, project) {
                    Found::Meaning(Meaning::Type(ty)) => Some(ty),
                    Found::Stop => return Found::Stop,
                    _ => None,
                }
            };
            if let Some(ty) = ty
                && !add(ty)
            {
                return Found::Stop;
            }
        }
        if namespace.is_empty() {
            for target in self.project_usings(project) {
                if let Found::Meaning(Meaning::Type(ty)) = self.type_in(&target, name, arity, project)
                    && !add(ty)
                {
                    return Found::Stop;
                }
            }
        }
        found.map_or(Found::Nothing, |ty| Found::Meaning(Meaning::Type(ty)))
    }

    /// Namespaces in scope in all files of a project: as project files say, or, when they do not set implicit usings, as
    /// the sources show.
    pub(super) fn project_usings(&self, project: Option<u32>) -> impl Iterator<Item = SmolStr> {
        let undecided = self.projects.undecided_usings(project);
        let shown = if self.symbols.shows_implicit_usings(project) { undecided } else { &[] };
        self.projects.usings(project).iter().cloned().chain(shown.iter().map(|n| SmolStr::new_static(n)))
    }

    /// Directives directly in declarations of `namespace` in this file; at file level, global ones too.
    pub(super) fn imports<'p>(&'p self, namespace: &'p str, place: &'p Place) -> impl Iterator<Item = &'p Import> {
        let local = place.outline.imports.iter().filter(move |i| {
            let global = matches!(
                i.kind,
                ImportKind::GlobalUsing | ImportKind::GlobalUsingStatic | ImportKind::GlobalUsingAlias
            );
            i.within == namespace && !global
        });
        let globals: &[Import] = if namespace.is_empty() { self.symbols.globals(place.project) } else { &[] };
        let items: &[Import] = if namespace.is_empty() { self.projects.using_items(place.project) } else { &[] };
        let all = local.chain(globals).chain(items);
        all.filter(|i| self.projects.may_compile(place.project, &i.condition))
    }

    /// The namespace that a plain using names: its target may be relative to the namespaces around it. An unknown one
    /// is taken as written.
    pub(super) fn namespace_of_import(&self, import: &Import) -> SmolStr {
        let target = import.target.strip_prefix("global::").unwrap_or(&import.target);
        if import.within.is_empty() || import.target.len() != target.len() {
            return target.into();
        }
        let relative = outward(&import.within).map(|n| join(n, target)).find(|n| self.is_namespace(n));
        relative.unwrap_or_else(|| target.into())
    }

    /// What an alias or `using static` names. Other directives beside it do not count (C# specification §14.5).
    fn import_target(&self, import: &Import, place: &Place, depth: usize) -> Option<Meaning> {
        let name = type_text::parse(&import.target)?;
        let (first, rest) = name.segments.split_first()?;
        if let Some(keyword) = type_text::predefined(first.name).filter(|_| rest.is_empty() && name.alias.is_none()) {
            let keyword = Segment { name: keyword, arguments: Vec::new() };
            return self.in_namespace("System", &keyword, true, place.project);
        }
        let global = name.alias.is_some();
        let from = if global { "" } else { import.within.as_str() };
        let meaning = outward(from).find_map(|n| self.in_namespace(n, first, rest.is_empty(), place.project))?;
        self.along(meaning, rest, place.project, depth)
    }

    /// The nested type `name` of `ty` or of what it inherits.
    pub(super) fn nested_type(&self, ty: &CsType, name: &str, arity: usize, depth: usize) -> Option<CsType> {
        // Most names are not the name of any nested type. That is cheaper to check than to follow base lists.
        if depth > DEEPEST || !self.some_nested_type_is_named(name) {
            return None;
        }
        let mut queue = vec![ty.clone()];
        let mut at = 0;
        while let Some(current) = queue.get(at).cloned() {
            at += 1;
            if let Some(found) = self.own_nested_type(&current, name, arity) {
                return Some(found);
            }
            if queue.len() > MOST_BASES {
                break;
            }
            for (_, base) in self.bases(&current, depth + 1) {
                if let Some(base) = base
                    && !queue.iter().any(|q| q.origin == base.origin)
                {
                    queue.push(base);
                }
            }
        }
        None
    }

    fn some_nested_type_is_named(&self, name: &str) -> bool {
        self.symbols.named(name).any(|e| e.owner.is_some()) || self.library_has_nested(name)
    }

    fn own_nested_type(&self, ty: &CsType, name: &str, arity: usize) -> Option<CsType> {
        match &ty.origin {
            TypeOrigin::Source(_) => {
                let place = self.symbols.place_of_type(ty)?;
                let mut found =
                    self.symbols.nested(place).filter(|e| e.ty.declaration.name == name && e.ty.arity() == arity);
                found.next().map(|e| e.ty.clone())
            }
            TypeOrigin::Library { id, .. } => self.library_nested(*id, name, arity),
        }
    }

    /// Base types as written in all parts, with their meanings.
    pub(super) fn bases(&self, ty: &CsType, depth: usize) -> Vec<(SmolStr, Option<CsType>)> {
        let mut out: Vec<(SmolStr, Option<CsType>)> = Vec::new();
        match &ty.origin {
            TypeOrigin::Source(parts) => {
                for id in parts.iter() {
                    let Some(place) = Place::of_header(self, id) else { continue };
                    let Some(declaration) = place.outline.declarations.get(id.index as usize) else { continue };
                    for text in &declaration.bases {
                        if !out.iter().any(|(known, _)| known == text) {
                            out.push((text.clone(), self.resolve(text, &place, depth + 1)));
                        }
                    }
                }
            }
            TypeOrigin::Library { id, .. } => {
                for text in &ty.declaration.bases {
                    out.push((text.clone(), self.library_base(*id, text)));
                }
            }
        }
        out
    }
}
