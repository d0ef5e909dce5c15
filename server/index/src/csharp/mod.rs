//! C#: types, members, namespaces, extension methods, projects.

mod compiled;
mod header;
mod library;
mod msbuild;
pub(crate) mod outline;
mod packages;
mod preprocessor;
mod project;
mod project_file;
mod queries;
mod query_cache;
mod reach;
mod resolve;
mod symbols;
#[cfg(test)]
mod tests;
mod type_text;
mod workspace;

use crate::{Declaration, DeclarationId, DeclarationKind, ImportKind, Index, Modifiers};
pub use compiled::CompiledProject;
pub use packages::PackageVersion;
use project::Projects;
pub use project::SDK_USINGS;
pub use project_file::{ProjectFile, ProjectItem};
use query_cache::{Bases, Inherited, KnownPlace, QueryCache, TypeKey};
use resolve::Place;
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;
use symbols::Symbols;
use syntax::LanguageFamily;
pub(crate) use workspace::CSharpIndex;
use workspace::CSharpWorkspace;

/// The origin of a type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TypeOrigin {
    /// Declared in the workspace; every part of a partial type.
    Source(Arc<[DeclarationId]>),
    /// Declared in a referenced assembly: its simple name and the type's row in the library table.
    Library {
        /// Assembly's simple name.
        assembly: SmolStr,
        /// Key within the library index.
        id: u32,
    },
}

/// A C# type: one value for all its parts.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CsType {
    /// Declaration of the first part; for library types made from metadata.
    pub declaration: Arc<Declaration>,
    /// Names of the enclosing types, outermost first.
    pub containing: Vec<SmolStr>,
    /// Where it comes from.
    pub origin: TypeOrigin,
}

impl CsType {
    /// `Namespace.Outer.Name`, without type parameters.
    pub fn full_name(&self) -> String {
        let d = &self.declaration;
        let namespace = (!d.namespace.is_empty()).then_some(&d.namespace);
        let parts: Vec<&str> =
            namespace.into_iter().chain(&self.containing).chain([&d.name]).map(|s| s.as_str()).collect();
        parts.join(".")
    }
    /// Number of type parameters.
    pub fn arity(&self) -> usize {
        self.declaration.type_parameters.len()
    }
}

/// A member together with the type that declares it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CsMember {
    /// The declaring type.
    pub owner: CsType,
    /// The member.
    pub declaration: Arc<Declaration>,
    /// Its declaration, when it is in a source file.
    pub id: Option<DeclarationId>,
    /// Type arguments of `owner` as seen from the type in the query (`T` → `int` for `IList<int>`): (parameter, argument text).
    pub substitution: Vec<(SmolStr, String)>,
}

/// The properties of a csproj (and of Directory.Build.props above it).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CsProject {
    /// The csproj; empty when the file belongs to no project.
    pub path: Arc<str>,
    /// `Nullable` is `enable` (or `annotations`/`warnings`: see the text).
    pub nullable: bool,
    /// Target frameworks.
    pub frameworks: Vec<SmolStr>,
    /// `LangVersion` as written; empty when not.
    pub lang_version: SmolStr,
    /// Namespaces in scope everywhere: implicit usings and `<Using Include>`.
    pub usings: Vec<SmolStr>,
    /// `RootNamespace`, or the project's name.
    pub root_namespace: SmolStr,
    /// Paths of referenced projects.
    pub references: Vec<Arc<Path>>,
    /// Referenced packages (id).
    pub packages: Vec<SmolStr>,
    /// Assembly name.
    pub assembly_name: SmolStr,
}

impl CsProject {
    /// Whether one of its target frameworks is .NET of this major version or a later one.
    pub fn targets_net(&self, major: u32) -> bool {
        let version = |f: &SmolStr| f.strip_prefix("net")?.split_once('.')?.0.parse::<u32>().ok();
        self.frameworks.iter().any(|f| version(f).is_some_and(|v| v >= major))
    }
    /// Whether it holds tests: nothing that ships refers to it.
    pub fn is_test(&self) -> bool {
        let of_tests = |p: &SmolStr| {
            let id = p.to_ascii_lowercase();
            id == "microsoft.net.test.sdk" || ["xunit", "nunit", "mstest"].iter().any(|f| id.starts_with(f))
        };
        let name = self.assembly_name.to_ascii_lowercase();
        ["tests", "test", "specs", "benchmarks"].iter().any(|end| name.ends_with(end))
            || self.packages.iter().any(of_tests)
    }
}

/// Queries about C#. Cheap to create.
#[derive(Clone, Copy)]
pub struct CSharp<'a> {
    index: &'a Index,
    workspace: &'a CSharpWorkspace,
}

impl Index {
    /// Queries about C#.
    pub fn csharp(&self) -> CSharp<'_> {
        let workspace = self.language(LanguageFamily::CSHARP).expect("C# is built in");
        CSharp { index: self, workspace }
    }

    /// Takes note of how a build called the compiler. It counts until it is called again.
    pub fn set_compiled_projects(&mut self, calls: Vec<CompiledProject>) {
        let known = self.language::<CSharpWorkspace>(LanguageFamily::CSHARP).is_some_and(|w| *w.compiled == calls);
        if !known {
            self.change_language(LanguageFamily::CSHARP, |workspace: &mut CSharpWorkspace, inputs| {
                workspace.set_compiled(calls, inputs);
            });
        }
    }
}

/// The symbol tables of one revision, for one query.
struct Tables<'a> {
    index: &'a Index,
    cache: &'a QueryCache,
    symbols: Arc<Symbols>,
    projects: Arc<Projects>,
}

impl<'a> CSharp<'a> {
    fn symbols(self) -> Arc<Symbols> {
        self.workspace.symbols(self.index.queries())
    }

    fn tables(self) -> Tables<'a> {
        let projects = self.workspace.projects.clone();
        Tables { index: self.index, cache: &self.workspace.cache, symbols: self.symbols(), projects }
    }

    /// How many answers had to be computed in this revision.
    #[cfg(test)]
    pub(crate) fn computed(self) -> usize {
        self.workspace.cache.computed()
    }

    /// Types with this simple name, any arity: source first, then libraries; nested ones too.
    pub fn types_named(&self, name: &str) -> Vec<CsType> {
        let tables = self.tables();
        let mut out: Vec<CsType> = tables.symbols.named(name).map(|e| e.ty.clone()).collect();
        out.extend(tables.library_types_named(name));
        out
    }

    /// The types of [`Self::types_named`] that code in `file` can reference: those of its own project, of the projects that it
    /// references and of its own libraries. Accessibility is not checked: see [`Self::is_accessible`].
    pub fn types_visible(&self, name: &str, file: &Path) -> Vec<CsType> {
        let tables = self.tables();
        let from = tables.projects.of_file(file);
        let source = tables.symbols.named(name).filter(|e| tables.projects.sees(from, e.project));
        let mut out: Vec<CsType> = source.map(|e| e.ty.clone()).collect();
        if let Some((number, library)) = tables.projects.library_of(from) {
            let types = library.types_named(name).iter();
            out.extend(types.filter_map(|id| tables.make_library_type(number, library, *id)));
        }
        out
    }

    /// Whether code in `file` that does not derive from anything may name `ty`: same project, or public with all enclosing types.
    pub fn is_accessible(&self, ty: &CsType, file: &Path) -> bool {
        let TypeOrigin::Source(parts) = &ty.origin else { return true };
        let tables = self.tables();
        let from = tables.projects.of_file(file);
        let Some(mut place) = tables.symbols.place_of_type(ty) else { return false };
        let Some(same_file) = parts.first().map(|p| p.path.as_ref() == file) else { return false };
        loop {
            let Some(entry) = tables.symbols.entry(place) else { return false };
            let modifiers = entry.ty.declaration.modifiers;
            let nested = entry.owner.is_some();
            let internal =
                modifiers.contains(Modifiers::INTERNAL) || (!nested && !modifiers.contains(Modifiers::PUBLIC));
            // Members of interfaces are public by default.
            let in_interface = entry.owner.and_then(|o| tables.symbols.entry(o));
            let in_interface = in_interface.is_some_and(|o| o.ty.declaration.kind == DeclarationKind::Interface);
            let public = modifiers.contains(Modifiers::PUBLIC) || (in_interface && !internal);
            let visible = public && tables.projects.sees(from, entry.project)
                || internal && tables.projects.is_friend(from, entry.project)
                || modifiers.contains(Modifiers::FILE) && same_file;
            if !visible || (modifiers.contains(Modifiers::FILE) && !same_file) {
                return false;
            }
            match entry.owner {
                Some(owner) => place = owner,
                None => return true,
            }
        }
    }

    /// Top-level types of a namespace.
    pub fn types_in_namespace(&self, namespace: &str) -> Vec<CsType> {
        self.types_in_namespace_named(namespace, |_| true)
    }

    /// The types of [`Self::types_in_namespace`] whose simple names are `wanted`; the others are not looked up.
    pub fn types_in_namespace_named(&self, namespace: &str, mut wanted: impl FnMut(&str) -> bool) -> Vec<CsType> {
        let tables = self.tables();
        let source = tables.symbols.in_namespace(namespace).filter(|e| wanted(&e.ty.declaration.name));
        let mut out: Vec<CsType> = source.map(|e| e.ty.clone()).collect();
        for (number, library) in tables.projects.libraries().iter().enumerate() {
            let types = library.types_in_namespace(namespace).iter();
            let types = types.filter(|id| library.entry(**id).is_some_and(|e| wanted(&e.name)));
            out.extend(types.filter_map(|id| tables.make_library_type(number as u32, library, *id)));
        }
        out
    }

    /// Whether some type lies in the namespace or below it.
    pub fn is_namespace(&self, namespace: &str) -> bool {
        self.tables().is_namespace(namespace)
    }

    /// How many files of the workspace have a using directive for each namespace or type: how common each is.
    pub fn using_counts(&self) -> Arc<rustc_hash::FxHashMap<SmolStr, usize>> {
        self.workspace.using_counts(self.index.queries())
    }
    /// Every namespace, workspace and libraries, sorted.
    pub fn namespaces(&self) -> Vec<SmolStr> {
        let tables = self.tables();
        let mut out: Vec<SmolStr> = tables.symbols.namespaces().chain(tables.library_namespaces()).cloned().collect();
        out.sort();
        out.dedup();
        out
    }

    /// Extension methods with this name: source and libraries. The receiver is the first parameter.
    pub fn extension_methods_named(&self, name: &str) -> Vec<CsMember> {
        let tables = self.tables();
        let mut out = Vec::new();
        for id in tables.symbols.extensions(name) {
            let Some(outline) = self.index.outline(&id.path) else { continue };
            let Some(declaration) = outline.declarations.get(id.index as usize) else { continue };
            let owner = declaration.parent.map(|index| DeclarationId { path: id.path.clone(), index });
            let owner = owner.and_then(|o| tables.symbols.place_of(&o)).and_then(|p| tables.symbols.entry(p));
            let Some(owner) = owner else { continue };
            out.push(CsMember {
                owner: owner.ty.clone(),
                declaration: Arc::new(declaration.clone()),
                id: Some(id.clone()),
                substitution: Vec::new(),
            });
        }
        for (number, library) in tables.projects.libraries().iter().enumerate() {
            for (holder, declaration) in library.extension_methods_named(name) {
                let Some(owner) = tables.make_library_type(number as u32, library, holder) else { continue };
                out.push(CsMember { owner, declaration, id: None, substitution: Vec::new() });
            }
        }
        out
    }

    /// The type that `text` (as written in source, perhaps qualified, generic, nullable) means at byte `offset` of `file`: C#
    /// specification §7.8: enclosing types and their bases, namespaces from inner to outer with their usings, aliases, global usings.
    /// Keywords mean their `System` types. `None` when it means nothing or is ambiguous, for type parameters, and for types
    /// that are not named (arrays, tuples, pointers, `var`): resolve their element types instead.
    pub fn resolve(&self, text: &str, file: &Path, offset: usize) -> Option<CsType> {
        let tables = self.tables();
        let place = tables.place_at(file, offset)?;
        self.workspace.cache.meaning(&place, text, |place| tables.resolve(text, place, 0))
    }

    /// [`Self::resolve`] at the name of a declaration, where its own type parameters are in scope, but not its members. Needs no
    /// tree.
    pub fn resolve_at(&self, text: &str, declaration: &DeclarationId) -> Option<CsType> {
        let tables = self.tables();
        let place = self.workspace.cache.header(declaration, || Place::of_header(&tables, declaration))?;
        self.workspace.cache.meaning(&place, text, |place| tables.resolve(text, place, 0))
    }

    /// The attribute class that `[name]` means: with the suffix `Attribute` added, or as written (C# specification §22.3).
    pub fn resolve_attribute(&self, name: &str, file: &Path, offset: usize) -> Option<CsType> {
        let name = name.trim();
        let suffixed =
            (!name.ends_with('>')).then(|| self.resolve(&format!("{name}Attribute"), file, offset)).flatten();
        suffixed.or_else(|| self.resolve(name, file, offset))
    }

    /// The type that the type text `text` of a member of `owner` means where `owner` is declared (its first part, or the part
    /// that contains `member`).
    pub fn resolve_in(&self, text: &str, owner: &CsType, member: Option<&DeclarationId>) -> Option<CsType> {
        let tables = self.tables();
        match &owner.origin {
            TypeOrigin::Source(parts) => {
                let part = member.and_then(|m| parts.iter().find(|p| p.path == m.path)).or(parts.first())?;
                let mut place = Place::of_header(&tables, part)?;
                place.types.insert(0, part.index);
                if let Some(declaration) = member.and_then(|m| place.outline.declarations.get(m.index as usize)) {
                    place.type_parameters.extend(declaration.type_parameters.iter().map(|p| p.name.clone()));
                }
                tables.resolve(text, &place, 0)
            }
            TypeOrigin::Library { id, .. } => tables.library_base(*id, type_text::without_nullable(text)),
        }
    }

    /// The type of a member: its `type_text` after `substitution`, and the meaning of that. `None` when it is not a named
    /// type.
    pub fn declared_type(&self, member: &CsMember) -> (String, Option<CsType>) {
        let text = &member.declaration.type_text;
        let substituted = type_text::substitute(text, &member.substitution);
        // A type argument is to be resolved where the query was made, not in the owner.
        let ty = if substituted == text.as_str() {
            self.resolve_in(text, &member.owner, member.id.as_ref())
        } else {
            let generic = member.declaration.type_text.trim_end_matches('?');
            match member.substitution.iter().any(|(name, _)| name == generic) {
                true => None,
                false => self.resolve_in(text, &member.owner, member.id.as_ref()),
            }
        };
        (substituted, ty)
    }

    /// The innermost type whose declaration contains byte `offset` of `file`, header and attributes included.
    pub fn enclosing_type(&self, file: &Path, offset: usize) -> Option<CsType> {
        let tables = self.tables();
        let path = self.index.shared_path(file)?;
        let (located, around) = self.index.located_at(&path, offset)?;
        let is_type = |index: &u32| located.outline.declarations.get(*index as usize).is_some_and(|d| d.kind.is_type());
        let index = around.into_iter().rev().find(is_type)?;
        let place = tables.symbols.place_of(&DeclarationId { path, index })?;
        tables.symbols.entry(place).map(|e| e.ty.clone())
    }

    /// The type that a declaration is a part of.
    pub fn type_of(&self, declaration: &DeclarationId) -> Option<CsType> {
        let symbols = self.symbols();
        symbols.place_of(declaration).and_then(|p| symbols.entry(p)).map(|e| e.ty.clone())
    }

    /// The type that `ty` is nested in.
    pub fn container(&self, ty: &CsType) -> Option<CsType> {
        let tables = self.tables();
        match &ty.origin {
            TypeOrigin::Source(_) => {
                let owner = tables.symbols.entry(tables.symbols.place_of_type(ty)?)?.owner?;
                tables.symbols.entry(owner).map(|e| e.ty.clone())
            }
            TypeOrigin::Library { id, .. } => tables.library_container(*id),
        }
    }

    /// Base class and interfaces of `ty`: as written, and resolved where possible.
    pub fn bases(&self, ty: &CsType) -> Arc<[(SmolStr, Option<CsType>)]> {
        self.tables().known_bases(ty)
    }

    /// Whether `ty` is `base`, or inherits from or implements it.
    pub fn is_derived_from(&self, ty: &CsType, base: &CsType) -> bool {
        let tables = self.tables();
        tables.inherited(ty, "").iter().any(|(t, _)| t.origin == base.origin)
    }

    /// Members that `ty` itself declares, all parts. Positional parameters of records count as properties (without id).
    pub fn members(&self, ty: &CsType) -> Arc<[CsMember]> {
        self.tables().known_members(ty)
    }

    /// Members of `ty` and everything it inherits, nearest first, with type arguments substituted; `ty_text` gives the type
    /// arguments (`IList<int>`), or is empty. Hidden and overridden ones are included. `object` and other implied bases come last;
    /// interfaces have no members of it.
    pub fn all_members(&self, ty: &CsType, ty_text: &str) -> Vec<CsMember> {
        self.all_members_where(ty, ty_text, &mut |_| true)
    }

    /// Those of [`Self::all_members`] that `keep` accepts, as declared: the others are not copied.
    pub fn all_members_where(
        &self,
        ty: &CsType,
        ty_text: &str,
        keep: &mut dyn FnMut(&CsMember) -> bool,
    ) -> Vec<CsMember> {
        let tables = self.tables();
        let mut out = Vec::new();
        for (ty, substitution) in tables.inherited(ty, ty_text).iter() {
            let members = tables.known_members(ty);
            let kept = members.iter().filter(|m| keep(m));
            out.extend(kept.map(|m| CsMember { substitution: substitution.clone(), ..m.clone() }));
        }
        out
    }

    /// The project that compiles `file`: the nearest csproj above it.
    pub fn project(&self, file: &Path) -> Arc<CsProject> {
        let projects = &self.workspace.projects;
        projects.get(projects.of_file(file)).cloned().unwrap_or_default()
    }

    /// Whether code of `file` under a condition of `#if` is compiled; `None` when the project does not tell.
    pub fn is_compiled(&self, file: &Path, condition: &str) -> Option<bool> {
        let projects = &self.workspace.projects;
        projects.holds(projects.of_file(file), condition)
    }

    /// Namespaces in scope at byte `offset` of `file`: usings, global usings of the project, enclosing namespaces.
    pub fn namespaces_in_scope(&self, file: &Path, offset: usize) -> Vec<SmolStr> {
        let tables = self.tables();
        let Some(place) = tables.place_at(file, offset) else { return Vec::new() };
        let place = place.place.as_ref();
        let mut out: Vec<SmolStr> = Vec::new();
        for namespace in resolve::outward(&place.namespace) {
            if !namespace.is_empty() {
                out.push(namespace.into());
            }
            let imports = tables
                .imports(namespace, place)
                .filter(|i| i.alias.is_empty() && matches!(i.kind, ImportKind::Using | ImportKind::GlobalUsing));
            out.extend(imports.map(|i| tables.namespace_of_import(i)));
        }
        out.extend(tables.project_usings(place.project));
        let mut seen = rustc_hash::FxHashSet::default();
        out.retain(|n| seen.insert(n.clone()));
        out
    }
}

impl Tables<'_> {
    fn place_at(&self, file: &Path, offset: usize) -> Option<KnownPlace> {
        self.cache.place(file, offset, || Place::at(self, file, offset))
    }

    fn key_of(&self, ty: &CsType) -> Option<TypeKey> {
        match &ty.origin {
            TypeOrigin::Source(_) => self.symbols.place_of_type(ty).map(TypeKey::Source),
            TypeOrigin::Library { id, .. } => Some(TypeKey::Library(*id)),
        }
    }

    /// [`Self::bases`], cached for the revision.
    fn known_bases(&self, ty: &CsType) -> Bases {
        match self.key_of(ty) {
            Some(key) => self.cache.bases(key, || self.bases(ty, 0).into()),
            None => self.bases(ty, 0).into(),
        }
    }

    /// [`Self::own_members`], cached for the revision.
    fn known_members(&self, ty: &CsType) -> Arc<[CsMember]> {
        match self.key_of(ty) {
            Some(key) => self.cache.members(key, || self.own_members(ty).into()),
            None => self.own_members(ty).into(),
        }
    }

    fn own_members(&self, ty: &CsType) -> Vec<CsMember> {
        let mut out = Vec::new();
        let member = |declaration, id| CsMember { owner: ty.clone(), declaration, id, substitution: Vec::new() };
        match &ty.origin {
            TypeOrigin::Source(parts) => {
                for part in parts.iter() {
                    let Some(outline) = self.index.outline(&part.path) else { continue };
                    for (index, declaration) in outline.members(part.index) {
                        let id = DeclarationId { path: part.path.clone(), index };
                        out.push(member(Arc::new(declaration.clone()), Some(id)));
                    }
                    let header = outline.declarations.get(part.index as usize);
                    out.extend(header.into_iter().flat_map(positional_properties).map(|p| member(Arc::new(p), None)));
                }
            }
            TypeOrigin::Library { id, .. } => {
                if let Some((library, id)) = self.library(*id) {
                    out.extend(library.members(id).iter().map(|d| member(d.clone(), None)));
                }
            }
        }
        out
    }

    /// `ty` and all that it inherits, breadth first, each once, with its type arguments; implied bases come last.
    fn inherited(&self, ty: &CsType, ty_text: &str) -> Inherited {
        match self.key_of(ty) {
            // Not cached with type arguments: their number is not bounded.
            Some(key) if ty_text.is_empty() => self.cache.inherited(key, || self.compute_inherited(ty, ty_text).into()),
            _ => self.compute_inherited(ty, ty_text).into(),
        }
    }

    fn compute_inherited(&self, ty: &CsType, ty_text: &str) -> Vec<(CsType, Vec<(SmolStr, String)>)> {
        let mut out: Vec<(CsType, Vec<(SmolStr, String)>)> = vec![(ty.clone(), type_arguments(ty, ty_text, &[]))];
        let mut at = 0;
        while let Some((current, substitution)) = out.get(at).cloned() {
            at += 1;
            if out.len() > resolve::MOST_BASES {
                break;
            }
            for (text, base) in self.known_bases(&current).iter() {
                let Some(base) = base else { continue };
                let arguments = type_arguments(base, text, &substitution);
                // One interface may be implemented for several arguments (`IEquatable<A>, IEquatable<B>`).
                if !out.iter().any(|(known, with)| known.origin == base.origin && *with == arguments) {
                    out.push((base.clone(), arguments));
                }
            }
        }
        let project = match &ty.origin {
            TypeOrigin::Source(parts) => parts.first().and_then(|p| self.projects.of_file(&p.path)),
            TypeOrigin::Library { .. } => None,
        };
        let mut last = ty.clone();
        while let Some(implied) = self.implied_base(&last, project) {
            if !out.iter().any(|(known, _)| known.origin == implied.origin) {
                out.push((implied.clone(), Vec::new()));
            }
            last = implied;
        }
        out
    }
}

fn type_arguments(ty: &CsType, text: &str, outer: &[(SmolStr, String)]) -> Vec<(SmolStr, String)> {
    let parameters = &ty.declaration.type_parameters;
    let arguments = type_text::arguments(text);
    if arguments.len() != parameters.len() {
        return Vec::new();
    }
    let pairs = parameters.iter().zip(arguments).filter(|(_, a)| !a.is_empty());
    pairs.map(|(p, a)| (p.name.clone(), type_text::substitute(a, outer))).collect()
}

/// The properties that a record's positional parameters declare (C# specification, records: synthesized members).
fn positional_properties(record: &Declaration) -> Vec<Declaration> {
    if !matches!(record.kind, DeclarationKind::Record | DeclarationKind::RecordStruct) {
        return Vec::new();
    }
    let readonly = record.kind == DeclarationKind::Record || record.modifiers.contains(Modifiers::READONLY);
    let setter = if readonly { Modifiers::INIT } else { Modifiers::SET };
    let property = |p: &crate::Parameter| Declaration {
        namespace: record.namespace.clone(),
        modifiers: Modifiers::PUBLIC | Modifiers::GET | setter,
        type_text: p.type_text.clone(),
        ..Declaration::named(p.name.clone(), DeclarationKind::Property)
    };
    record.parameters.iter().map(property).collect()
}
