//! Symbol tables: types, namespaces and extension methods by name.

use super::{CsType, TypeOrigin};
use crate::{Declaration, DeclarationId, DeclarationKind, Import, ImportKind, Modifiers, Outline};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// What the symbol tables need of one file. Unchanged while only members and bodies change.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct FileSymbols {
    types: Vec<FileType>,
    /// Extension methods: name and place in the outline.
    extensions: Vec<(SmolStr, u32)>,
    globals: Vec<Import>,
    /// `Some` when the file declares something with a generic collection type: whether it has the using for that.
    collections: Option<bool>,
}

/// Common generic collections.
const COLLECTIONS: [&str; 5] = ["List<", "IEnumerable<", "Dictionary<", "IList<", "IReadOnlyList<"];

fn collections(outline: &Outline) -> Option<bool> {
    let uses = |text: &str| COLLECTIONS.iter().any(|c| text.starts_with(c));
    let used = outline.declarations.iter().any(|d| {
        uses(&d.type_text) || d.parameters.iter().any(|p| uses(&p.type_text)) || d.bases.iter().any(|b| uses(b))
    });
    // Code in that namespace does not need the using.
    let of = |n: &str| n == "System.Collections.Generic";
    let has = outline.imports.iter().any(|i| of(&i.target)) || outline.declarations.iter().any(|d| of(&d.namespace));
    used.then_some(has)
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct FileType {
    index: u32,
    /// Place of the enclosing type in `FileSymbols::types`.
    owner: Option<u32>,
    declaration: Arc<Declaration>,
}

impl FileSymbols {
    pub(crate) fn of(outline: &Outline) -> Self {
        let mut out = Self::default();
        let mut places: FxHashMap<u32, u32> = FxHashMap::default();
        for (index, declaration) in outline.declarations.iter().enumerate() {
            let index = index as u32;
            if declaration.kind.is_type() {
                let owner = declaration.parent.and_then(|p| places.get(&p).copied());
                places.insert(index, out.types.len() as u32);
                out.types.push(FileType { index, owner, declaration: Arc::new(declaration.clone()) });
            } else if declaration.modifiers.contains(Modifiers::EXTENSION) {
                out.extensions.push((declaration.name.clone(), index));
            }
        }
        let global =
            |k| matches!(k, ImportKind::GlobalUsing | ImportKind::GlobalUsingStatic | ImportKind::GlobalUsingAlias);
        out.collections = collections(outline);
        out.globals = outline.imports.iter().filter(|i| global(i.kind)).cloned().collect();
        out
    }
}

/// A type of the workspace with all its parts.
#[derive(Debug)]
pub(crate) struct TypeEntry {
    pub(crate) ty: CsType,
    pub(crate) owner: Option<u32>,
    pub(crate) project: Option<u32>,
}

/// The types and extension methods of the whole workspace.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    pub(crate) types: Vec<TypeEntry>,
    by_name: FxHashMap<SmolStr, Vec<u32>>,
    by_namespace: FxHashMap<SmolStr, Vec<u32>>,
    nested: FxHashMap<u32, Vec<u32>>,
    by_declaration: FxHashMap<DeclarationId, u32>,
    extensions: FxHashMap<SmolStr, Vec<DeclarationId>>,
    namespaces: BTreeSet<SmolStr>,
    globals: FxHashMap<Option<u32>, Vec<Import>>,
    /// Files of a project that use generic collections: with and without the using for them.
    collections: FxHashMap<Option<u32>, (u32, u32)>,
}

/// Two declarations with equal keys are parts of one type (as Roslyn merges declarations: same project, container, name, arity and
/// kind, with or without `partial`; enums and delegates never merge, nor do `file` types of different files).
#[derive(PartialEq, Eq, Hash)]
struct PartKey {
    project: Option<u32>,
    owner: Option<u32>,
    namespace: SmolStr,
    name: SmolStr,
    arity: usize,
    kind: DeclarationKind,
    file: Option<Arc<Path>>,
}

impl Symbols {
    /// Merges the files' symbols. `files` are in order of path, each with its project.
    pub(crate) fn merge(files: impl Iterator<Item = (Arc<Path>, Option<u32>, Arc<FileSymbols>)>) -> Self {
        let mut out = Self::default();
        let mut known: FxHashMap<PartKey, u32> = FxHashMap::default();
        let mut parts: Vec<Vec<DeclarationId>> = Vec::new();
        for (path, project, symbols) in files {
            let mut places: Vec<u32> = Vec::with_capacity(symbols.types.len());
            for ty in &symbols.types {
                let declaration = &ty.declaration;
                let owner = ty.owner.and_then(|o| places.get(o as usize).copied());
                let mergeable = !matches!(declaration.kind, DeclarationKind::Enum | DeclarationKind::Delegate);
                let file_local = declaration.modifiers.contains(Modifiers::FILE);
                let key = PartKey {
                    project,
                    owner,
                    namespace: declaration.namespace.clone(),
                    name: declaration.name.clone(),
                    arity: declaration.type_parameters.len(),
                    kind: declaration.kind,
                    file: file_local.then(|| path.clone()),
                };
                let id = DeclarationId { path: path.clone(), index: ty.index };
                let entry = known.get(&key).copied().filter(|_| mergeable).unwrap_or_else(|| {
                    let entry = out.types.len() as u32;
                    known.insert(key, entry);
                    parts.push(Vec::new());
                    out.add_type(declaration, owner, project);
                    entry
                });
                places.push(entry);
                if let Some(parts) = parts.get_mut(entry as usize) {
                    parts.push(id.clone());
                }
                out.by_declaration.insert(id, entry);
            }
            for (name, index) in &symbols.extensions {
                let id = DeclarationId { path: path.clone(), index: *index };
                out.extensions.entry(name.clone()).or_default().push(id);
            }
            if let Some(has) = symbols.collections {
                let (with, without) = out.collections.entry(project).or_default();
                *if has { with } else { without } += 1;
            }
            if !symbols.globals.is_empty() {
                out.globals.entry(project).or_default().extend(symbols.globals.iter().cloned());
            }
        }
        for (entry, parts) in out.types.iter_mut().zip(parts) {
            entry.ty.origin = TypeOrigin::Source(parts.into());
        }
        out
    }

    fn add_type(&mut self, declaration: &Arc<Declaration>, owner: Option<u32>, project: Option<u32>) {
        let entry = self.types.len() as u32;
        let mut containing = Vec::new();
        if let Some(owner) = owner.and_then(|o| self.types.get(o as usize)) {
            containing.clone_from(&owner.ty.containing);
            containing.push(owner.ty.declaration.name.clone());
        }
        self.by_name.entry(declaration.name.clone()).or_default().push(entry);
        match owner {
            Some(owner) => self.nested.entry(owner).or_default().push(entry),
            None => {
                let namespace = &declaration.namespace;
                self.by_namespace.entry(namespace.clone()).or_default().push(entry);
                let mut name = namespace.as_str();
                while !name.is_empty() && self.namespaces.insert(name.into()) {
                    name = name.rfind('.').map_or("", |dot| &name[..dot]);
                }
            }
        }
        let ty = CsType { declaration: declaration.clone(), containing, origin: TypeOrigin::Source(Arc::from([])) };
        self.types.push(TypeEntry { ty, owner, project });
    }

    fn entries(&self, places: Option<&Vec<u32>>) -> impl Iterator<Item = &TypeEntry> {
        places.into_iter().flatten().filter_map(|&i| self.types.get(i as usize))
    }

    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &TypeEntry> {
        self.entries(self.by_name.get(name))
    }

    pub(crate) fn in_namespace(&self, namespace: &str) -> impl Iterator<Item = &TypeEntry> {
        self.entries(self.by_namespace.get(namespace))
    }

    pub(crate) fn nested(&self, entry: u32) -> impl Iterator<Item = &TypeEntry> {
        self.entries(self.nested.get(&entry))
    }

    pub(crate) fn entry(&self, place: u32) -> Option<&TypeEntry> {
        self.types.get(place as usize)
    }

    /// Place of the type that a declaration is a part of.
    pub(crate) fn place_of(&self, id: &DeclarationId) -> Option<u32> {
        self.by_declaration.get(id).copied()
    }

    /// Place of a type by one of its parts.
    pub(crate) fn place_of_type(&self, ty: &CsType) -> Option<u32> {
        match &ty.origin {
            TypeOrigin::Source(parts) => parts.first().and_then(|p| self.place_of(p)),
            TypeOrigin::Library { .. } => None,
        }
    }

    pub(crate) fn is_namespace(&self, namespace: &str) -> bool {
        self.namespaces.contains(namespace)
    }

    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &SmolStr> {
        self.namespaces.iter()
    }

    pub(crate) fn extensions(&self, name: &str) -> &[DeclarationId] {
        self.extensions.get(name).map_or(&[], |v| v)
    }

    /// `global using` directives of all files of a project.
    pub(crate) fn globals(&self, project: Option<u32>) -> &[Import] {
        self.globals.get(&project).map_or(&[], |v| v)
    }

    /// Whether the files of a project show that implicit usings are on: most that use generic collections have no using for
    /// them. A file with a missing using is an exception among many.
    pub(crate) fn shows_implicit_usings(&self, project: Option<u32>) -> bool {
        let (with, without) = self.collections.get(&project).copied().unwrap_or_default();
        let global = self.globals(project).iter().any(|i| i.target == "System.Collections.Generic");
        !global && without >= 3 && without > 4 * with
    }
}
