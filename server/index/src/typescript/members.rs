//! What names mean, and the members of types, with type arguments put in.

use super::exports::Found;
use super::names::Scope;
use super::types;
use super::{TsMember, TypeScript};
use crate::{Declaration, DeclarationId, DeclarationKind, Modifiers};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use syntax::{Language, Parsed};

/// Types visited for one question, and members collected.
const MAX_TYPES: usize = 200;
const MAX_MEMBERS: usize = 20_000;
/// Depth of aliases and namespaces.
const MAX_DEPTH: usize = 24;

/// Place of members that have none: those of a type literal inside a larger type.
pub const NO_PLACE: u32 = u32::MAX;

/// A type to be visited.
struct Visit {
    text: String,
    path: Arc<Path>,
    parent: Option<u32>,
    changes: Vec<Change>,
    depth: usize,
}

/// What a utility type does to the members of its argument (handbook, "Utility Types").
#[derive(Clone, Debug)]
enum Change {
    Pick(Vec<String>),
    Omit(Vec<String>),
    Optional(bool),
    Readonly,
}

impl Change {
    fn apply(&self, declaration: &mut Arc<Declaration>) -> bool {
        let listed = |names: &[String]| names.iter().any(|n| *n == declaration.name);
        match self {
            Self::Pick(names) => return listed(names),
            Self::Omit(names) => return !listed(names),
            Self::Optional(optional) => {
                if declaration.modifiers.contains(Modifiers::OPTIONAL) != *optional {
                    Arc::make_mut(declaration).modifiers.set(Modifiers::OPTIONAL, *optional);
                }
            }
            Self::Readonly => Arc::make_mut(declaration).modifiers.insert(Modifiers::READONLY),
        }
        true
    }
}

/// Keys named by a union of string literals; `None` when some part is something else.
fn literal_keys(text: &str) -> Option<Vec<String>> {
    types::union(text)
        .into_iter()
        .map(|p| {
            let quoted = p.starts_with(['"', '\'']) && p.len() >= 2;
            quoted.then(|| p.trim_matches(['"', '\'']).to_owned())
        })
        .collect()
}

/// What a name or an export stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    /// Declarations: more than one when merged or overloaded.
    pub ids: Vec<DeclarationId>,
    /// A whole module: its file, and the index of the `declare module` block in it.
    pub module: Option<(Arc<Path>, Option<u32>)>,
}

impl From<Found> for Meaning {
    fn from(found: Found) -> Self {
        Self { ids: found.ids, module: found.module.map(|m| (m.path, m.parent)) }
    }
}

impl TypeScript<'_> {
    /// What a simple name means at byte `offset` of `file` (`usize::MAX`: at its top level), imports followed; the globals of `viewer`'s
    /// project come last.
    pub fn meaning_at(&self, name: &str, file: &Path, offset: usize, viewer: &Path) -> Meaning {
        let path: Arc<Path> = file.into();
        let parent = if offset == usize::MAX { None } else { self.namespace_at(&path, offset) };
        self.meaning_of_first(name, &path, parent, viewer).into()
    }

    /// What a module (a file, or a `declare module` block of one) exports under a name.
    pub fn meaning_of_export(&self, module: &(Arc<Path>, Option<u32>), name: &str) -> Meaning {
        let scope = Scope { path: module.0.clone(), parent: module.1 };
        self.exported(&scope, name, 0, &mut FxHashSet::default()).into()
    }

    /// Names that a module exports.
    pub fn export_names(&self, module: &(Arc<Path>, Option<u32>)) -> Vec<SmolStr> {
        let scope = Scope { path: module.0.clone(), parent: module.1 };
        self.exports_of_scope(&scope).iter().map(|e| e.name.clone()).collect()
    }

    /// The module that a specifier means.
    pub fn module_of(&self, from: &Path, specifier: &str) -> Option<(Arc<Path>, Option<u32>)> {
        self.resolve_scope(from, specifier).map(|s| (s.path, s.parent))
    }

    /// Outline of a file of the built-in table of libraries.
    pub fn library_outline(&self, path: &Path) -> Option<Arc<crate::Outline>> {
        super::library::Library::get().outline(path)
    }

    /// The declarations that the name `name` (perhaps dotted) means at byte `offset` of `file`, imports followed; more than
    /// one for merged or overloaded declarations; globals last. `usize::MAX` means the top level. Locals are not indexed: look at the tree for those.
    pub fn resolve(&self, name: &str, file: &Path, offset: usize) -> Vec<DeclarationId> {
        let path: Arc<Path> = file.into();
        // Past the end there is no namespace.
        let parent = if offset == usize::MAX { None } else { self.namespace_at(&path, offset) };
        self.meaning(name, &path, parent, file)
    }

    /// The innermost namespace around a byte.
    fn namespace_at(&self, path: &Arc<Path>, offset: usize) -> Option<u32> {
        let outline = self.outline_of(path)?;
        let spaces = outline.declarations.iter().enumerate().filter(|(_, d)| d.kind == DeclarationKind::Namespace);
        let mut innermost = None;
        for (i, d) in spaces {
            // Parents come before children, so only children of the innermost one so far can be deeper.
            if d.parent == innermost || d.parent.is_none() {
                let id = DeclarationId { path: path.clone(), index: i as u32 };
                if self.index().ranges(&id).and_then(|r| r.body).is_some_and(|b| b.contains(offset)) {
                    innermost = Some(i as u32);
                }
            }
        }
        innermost
    }

    /// What a name means among the declarations that stand in `parent` (a namespace) of a file; `viewer` is the file whose
    /// project says which globals there are.
    fn meaning(&self, name: &str, path: &Arc<Path>, parent: Option<u32>, viewer: &Path) -> Vec<DeclarationId> {
        let (first, rest) = name.split_once('.').map_or((name, None), |(a, b)| (a.trim(), Some(b)));
        let mut found = self.meaning_of_first(first, path, parent, viewer);
        if let Some(rest) = rest {
            found = self.inside(found, rest, 0);
        }
        found.ids
    }

    fn meaning_of_first(&self, name: &str, path: &Arc<Path>, mut parent: Option<u32>, viewer: &Path) -> Found {
        let Some(outline) = self.outline_of(path) else { return Found::default() };
        let mut depth = 0;
        while let Some(space) = parent.filter(|_| depth < MAX_DEPTH) {
            depth += 1;
            let Some(declaration) = outline.declarations.get(space as usize) else { break };
            if declaration.kind == DeclarationKind::Namespace {
                // The same namespace may be declared in several blocks.
                let same = |d: &Declaration| {
                    d.kind == DeclarationKind::Namespace && d.name == declaration.name && d.parent == declaration.parent
                };
                let blocks: FxHashSet<u32> =
                    outline.declarations.iter().enumerate().filter(|(_, d)| same(d)).map(|(i, _)| i as u32).collect();
                let inside = |d: &Declaration| d.name == name && d.parent.is_some_and(|p| blocks.contains(&p));
                let ids: Vec<DeclarationId> = outline
                    .declarations
                    .iter()
                    .enumerate()
                    .filter(|(_, d)| inside(d))
                    .map(|(i, _)| DeclarationId { path: path.clone(), index: i as u32 })
                    .collect();
                if !ids.is_empty() {
                    return Found { ids, exists: true, ..Found::default() };
                }
                if declaration.name.starts_with('"') {
                    let found = self.local(&Scope { path: path.clone(), parent: Some(space) }, name, 0);
                    if found.exists {
                        return found;
                    }
                }
            }
            parent = declaration.parent;
        }
        let found = self.local(&Scope { path: path.clone(), parent: None }, name, 0);
        // What a package sees, the project that uses it says.
        let viewer = if super::library::is_library(path) || super::paths::in_modules(path) { viewer } else { path };
        if found.exists && (outline.is_module || found.module.is_some() || found.ids.is_empty()) {
            return found;
        }
        // Declarations of scripts and of `declare global` merge with the library's.
        let mut ids = if super::library::is_library(path) { Vec::new() } else { found.ids };
        for id in self.globals_for(viewer, name) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Found { exists: !ids.is_empty(), ids, ..Found::default() }
    }

    /// Declarations that are one with `id`: overloads, merged interfaces and namespaces, a class and its interface.
    pub fn merged(&self, id: &DeclarationId) -> Vec<DeclarationId> {
        self.merged_for(id, &id.path)
    }

    fn merged_for(&self, id: &DeclarationId, viewer: &Path) -> Vec<DeclarationId> {
        let Some(outline) = self.outline_of(&id.path) else { return Vec::new() };
        let Some(own) = outline.declarations.get(id.index as usize) else { return Vec::new() };
        let mut out = vec![id.clone()];
        for (i, d) in outline.declarations.iter().enumerate() {
            let other = DeclarationId { path: id.path.clone(), index: i as u32 };
            if d.name == own.name && d.parent == own.parent && !out.contains(&other) {
                out.push(other);
            }
        }
        let in_global =
            own.parent.and_then(|p| outline.declarations.get(p as usize)).is_some_and(|p| p.name == "global");
        if in_global || (own.parent.is_none() && !outline.is_module) {
            for other in self.globals_for(viewer, &own.name) {
                if !out.contains(&other) {
                    out.push(other);
                }
            }
        }
        out
    }

    /// Members of a class, interface or object type alias (merged declarations too), own ones first, then inherited, nearest
    /// first, type arguments of bases put in. Hidden and overridden ones are included.
    pub fn all_members(&self, declaration: &DeclarationId) -> Vec<TsMember> {
        let mut walk = Walk::new(self, &declaration.path);
        walk.enter(declaration, Vec::new(), Vec::new(), 0);
        walk.finish()
    }

    /// Members of a type given as text in the scope of `file`: references with arguments, intersections, the usual utility
    /// types, arrays, primitives (their wrapper interfaces), type literals (whose members have no place, see
    /// [`NO_PLACE`]). Empty for unions and for what is not understood.
    pub fn members_of_type(&self, type_text: &str, file: &Path) -> Vec<TsMember> {
        let mut walk = Walk::new(self, file);
        walk.queue.push_back(Visit {
            text: type_text.to_owned(),
            path: file.into(),
            parent: None,
            changes: Vec::new(),
            depth: 0,
        });
        walk.finish()
    }

    /// Type of a member as seen from the type that was asked: its text with the owner's arguments put in.
    pub fn member_type(&self, member: &TsMember) -> String {
        types::substitute(&self.qualified(&member.declaration.type_text, &member.id), &visible(member))
    }

    /// A type written in a namespace as one would write it outside: `Context<T>` within `namespace React` is
    /// `React.Context<T>`.
    pub fn qualified(&self, text: &str, id: &DeclarationId) -> String {
        let outline = if id.index == NO_PLACE { None } else { self.outline_of(&id.path) };
        let Some(outline) = outline else { return text.to_owned() };
        let get = |i: Option<u32>| i.and_then(|i| outline.declarations.get(i as usize));
        let mut hidden: Vec<&SmolStr> = Vec::new();
        let mut space = None;
        let mut at = Some(id.index);
        while let Some(declaration) = get(at) {
            hidden.extend(declaration.type_parameters.iter().map(|p| &p.name));
            let named = !declaration.name.starts_with('"') && declaration.name != "global";
            if declaration.kind == DeclarationKind::Namespace && named && at != Some(id.index) {
                space = space.or(at);
            }
            at = declaration.parent;
        }
        if space.is_none() {
            return text.to_owned();
        }
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let mut map: Vec<(SmolStr, String)> = Vec::new();
        for word in text.split(|c| !is_part(c)).filter(|w| w.starts_with(|c: char| c.is_alphabetic() || c == '_')) {
            if map.iter().any(|(n, _)| n == word) || hidden.iter().any(|n| *n == word) {
                continue;
            }
            let found = self.meaning(word, &id.path, space, &id.path);
            let Some(first) = found.first().filter(|f| f.path == id.path) else { continue };
            let mut path: Vec<&str> = vec![word];
            let mut at = get(Some(first.index)).and_then(|d| d.parent);
            while let Some(declaration) = get(at) {
                if declaration.kind != DeclarationKind::Namespace
                    || declaration.name.starts_with('"')
                    || declaration.name == "global"
                {
                    break;
                }
                path.push(&declaration.name);
                at = declaration.parent;
            }
            if path.len() > 1 {
                path.reverse();
                map.push((word.into(), path.join(".")));
            }
        }
        types::substitute(text, &map)
    }

    /// A member's declaration with all its types as seen from the type that was asked.
    pub fn substituted(&self, member: &TsMember) -> Declaration {
        let map = visible(member);
        let mut out = (*member.declaration).clone();
        let put = |t: &SmolStr| SmolStr::from(types::substitute(&self.qualified(t, &member.id), &map));
        out.type_text = put(&out.type_text);
        for parameter in &mut out.parameters {
            parameter.type_text = put(&parameter.type_text);
        }
        for parameter in &mut out.type_parameters {
            parameter.constraint = put(&parameter.constraint);
            parameter.default = put(&parameter.default);
        }
        out
    }
}

/// The owner's arguments, without those that the member's own type parameters hide.
fn visible(member: &TsMember) -> Vec<(SmolStr, String)> {
    let own = &member.declaration.type_parameters;
    member.substitution.iter().filter(|(n, _)| !own.iter().any(|p| p.name == *n)).cloned().collect()
}

struct Walk<'a, 'i> {
    viewer: &'a Path,
    ts: &'a TypeScript<'i>,
    queue: VecDeque<Visit>,
    seen: FxHashSet<(DeclarationId, Vec<String>)>,
    out: Vec<TsMember>,
    visited: usize,
}

impl<'a, 'i> Walk<'a, 'i> {
    fn new(ts: &'a TypeScript<'i>, viewer: &'a Path) -> Self {
        Self { viewer, ts, queue: VecDeque::new(), seen: FxHashSet::default(), out: Vec::new(), visited: 0 }
    }

    fn finish(mut self) -> Vec<TsMember> {
        while let Some(visit) = self.queue.pop_front() {
            self.visited += 1;
            if self.visited > MAX_TYPES || self.out.len() > MAX_MEMBERS || visit.depth > MAX_DEPTH {
                break;
            }
            self.visit(visit);
        }
        self.out
    }

    fn visit(&mut self, visit: Visit) {
        let text = types::unwrapped(&visit.text);
        let parts = types::intersection(text);
        let next = |text: &str, path: &Arc<Path>, parent: Option<u32>, changes: Vec<Change>| Visit {
            text: text.to_owned(),
            path: path.clone(),
            parent,
            changes,
            depth: visit.depth + 1,
        };
        if parts.len() > 1 {
            // In front, in order: an intersection is no level of inheritance.
            for part in parts.into_iter().rev() {
                self.queue.push_front(next(part, &visit.path, visit.parent, visit.changes.clone()));
            }
            return;
        }
        if text.starts_with('{') {
            self.literal(text, &visit);
            return;
        }
        if let Some(element) = types::element(text) {
            let readonly = text.starts_with("readonly ") || text.starts_with("ReadonlyArray");
            let name = if readonly { "ReadonlyArray" } else { "Array" };
            self.named(name, vec![element.to_owned()], &visit);
            return;
        }
        if let Some(elements) = types::tuple(text) {
            let element = types::join_union(elements.iter().map(|e| e.rsplit(':').next().unwrap_or(e).trim()));
            self.named("Array", vec![element], &visit);
            return;
        }
        if text.starts_with(['"', '\'', '`']) {
            self.named("String", Vec::new(), &visit);
            return;
        }
        if types::function(text).is_some() {
            self.named("Function", Vec::new(), &visit);
            return;
        }
        let Some((name, arguments)) = types::reference(text) else { return };
        let wrapper = match name {
            "string" => "String",
            "number" => "Number",
            "boolean" | "true" | "false" => "Boolean",
            "symbol" => "Symbol",
            "bigint" => "BigInt",
            _ => "",
        };
        if !wrapper.is_empty() {
            self.named(wrapper, Vec::new(), &visit);
            return;
        }
        let change = match (name, arguments.as_slice()) {
            ("Partial", [_]) => Some(Change::Optional(true)),
            ("Required", [_]) => Some(Change::Optional(false)),
            ("Readonly", [_]) => Some(Change::Readonly),
            ("Pick", [_, keys]) => literal_keys(keys).map(Change::Pick),
            ("Omit", [_, keys]) => literal_keys(keys).map(Change::Omit),
            ("NonNullable" | "Awaited" | "NoInfer", [of]) => {
                self.queue.push_front(next(of, &visit.path, visit.parent, visit.changes.clone()));
                return;
            }
            _ => None,
        };
        if let (Some(change), Some(first)) = (change, arguments.first()) {
            let mut changes = visit.changes.clone();
            changes.push(change);
            self.queue.push_front(next(first, &visit.path, visit.parent, changes));
            return;
        }
        self.named(name, arguments.into_iter().map(str::to_owned).collect(), &visit);
    }

    fn named(&mut self, name: &str, arguments: Vec<String>, visit: &Visit) {
        let ids = self.ts.meaning(name, &visit.path, visit.parent, self.viewer);
        let is_type = |id: &DeclarationId| {
            self.ts.declaration(id).is_some_and(|d| d.kind.is_type() || d.kind == DeclarationKind::Variable)
        };
        if let Some(id) = ids.iter().find(|id| is_type(id)).cloned() {
            self.enter(&id, arguments, visit.changes.clone(), visit.depth + 1);
        }
    }

    /// Takes the members of a declared type, and puts its bases on the queue.
    fn enter(&mut self, id: &DeclarationId, arguments: Vec<String>, changes: Vec<Change>, depth: usize) {
        if depth > MAX_DEPTH || !self.seen.insert((id.clone(), arguments.clone())) {
            return;
        }
        let mut front: Vec<Visit> = Vec::new();
        for id in self.ts.merged_for(id, self.viewer) {
            let Some(outline) = self.ts.outline_of(&id.path) else { continue };
            let Some(declaration) = outline.declarations.get(id.index as usize) else { continue };
            let is_class_value =
                declaration.kind == DeclarationKind::Variable && declaration.modifiers.contains(Modifiers::HAS_BODY);
            if !declaration.kind.is_type() && !is_class_value {
                continue;
            }
            let given = arguments.iter();
            let substitution: Vec<(SmolStr, String)> = if arguments.is_empty() && depth == 0 {
                Vec::new()
            } else {
                let mut map: Vec<(SmolStr, String)> = Vec::new();
                let mut given = given;
                for parameter in &declaration.type_parameters {
                    let argument = match given.next() {
                        Some(argument) => argument.clone(),
                        None if parameter.default.is_empty() => "any".into(),
                        None => types::substitute(&parameter.default, &map),
                    };
                    map.push((parameter.name.clone(), argument));
                }
                map
            };
            for (index, member) in outline.members(id.index) {
                let mut member = Arc::new(member.clone());
                if changes.iter().rev().all(|c| c.apply(&mut member)) {
                    self.out.push(TsMember {
                        owner: id.clone(),
                        declaration: member,
                        id: DeclarationId { path: id.path.clone(), index },
                        substitution: substitution.clone(),
                    });
                }
            }
            let base = |text: &str, parent: Option<u32>| Visit {
                text: types::substitute(text, &substitution),
                path: id.path.clone(),
                parent,
                changes: changes.clone(),
                depth: depth + 1,
            };
            let is_alias = declaration.kind == DeclarationKind::TypeAlias;
            // Members of what a class `implements` are not its own.
            let is_class = matches!(declaration.kind, DeclarationKind::Class | DeclarationKind::Variable);
            let count = if is_class { declaration.extends_count as usize } else { usize::MAX };
            for text in declaration.bases.iter().take(count) {
                self.queue.push_back(base(text, declaration.parent));
            }
            if is_alias && declaration.bases.is_empty() && !outline.members(id.index).any(|_| true) {
                front.push(base(&declaration.type_text, declaration.parent));
            }
        }
        for visit in front.into_iter().rev() {
            self.queue.push_front(visit);
        }
    }

    /// Members of a type literal.
    fn literal(&mut self, text: &str, visit: &Visit) {
        let parsed = Parsed::new(Language::TYPESCRIPT, format!("type _ = {text};"));
        let outline = super::outline::outline(&parsed);
        let place = DeclarationId { path: visit.path.clone(), index: NO_PLACE };
        for (_, member) in outline.members(0) {
            let mut member = Arc::new(member.clone());
            if visit.changes.iter().rev().all(|c| c.apply(&mut member)) {
                self.out.push(TsMember {
                    owner: place.clone(),
                    declaration: member,
                    id: place.clone(),
                    substitution: Vec::new(),
                });
            }
        }
    }
}
