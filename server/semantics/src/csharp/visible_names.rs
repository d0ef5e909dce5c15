//! The simple names that are in scope at a position.

use super::scope::TYPE_DECLARATIONS;
use super::{SemanticModel, completion_names};
use crate::Semantics;
use index::csharp::{CsMember, CsType, TypeOrigin};
use index::{DeclarationKind, ImportKind, Modifiers};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use syntax::{NodeExt, ancestors, leaf_at};

/// The parts of a member that its parameters and locals are in scope in.
const CODE: &[&str] = &[
    "block",
    "arrow_expression_clause",
    "constructor_initializer",
    "variable_declarator",
    "lambda_expression",
    "global_statement",
    "primary_constructor_base_type",
];

impl<'a> SemanticModel<'a> {
    /// All simple names in scope at byte `offset`: locals, type parameters, accessible members of the enclosing types, types and namespaces, aliases,
    /// members imported by `using static`. Sorted.
    pub fn visible_names(&self, offset: usize) -> Vec<SmolStr> {
        let mut out: FxHashSet<SmolStr> = FxHashSet::default();
        let path = &self.source.path;
        let leaf = leaf_at(self.source.parsed.root(), offset);
        let inside = |kinds: &[&str]| leaf.is_some_and(|leaf| ancestors(leaf).any(|n| n.is(kinds)));
        if let Some(leaf) = leaf {
            // Parameters are not in scope in the head of their member.
            if inside(CODE) {
                let locals = completion_names::locals(&Semantics::new(self.index, self.source), leaf);
                out.extend(locals.into_iter().map(|n| n.name));
            }
            for ancestor in ancestors(leaf).take(512) {
                let lists = ancestor.all_children().into_iter().filter(|c| c.kind() == "type_parameter_list");
                let names = lists.flat_map(|l| l.named()).filter_map(|p| p.field("name"));
                out.extend(names.map(|n| SmolStr::new(self.node_text(n))));
            }
        }
        let innermost = self.csharp.enclosing_type(path, offset);
        let mut enclosing: Vec<CsType> =
            std::iter::successors(innermost, |ty| self.csharp.container(ty)).take(16).collect();
        let declaration = leaf.and_then(|leaf| ancestors(leaf).find(|n| n.is(TYPE_DECLARATIONS)));
        // Members are not in scope in the head of their type.
        if declaration.is_some_and(|d| d.field("body").is_some_and(|body| !body.byte_range().contains(&offset))) {
            enclosing.drain(..enclosing.len().min(1));
        }
        for ty in &enclosing {
            out.extend(ty.declaration.type_parameters.iter().map(|p| p.name.clone()));
            let members = self.csharp.all_members(ty, "");
            // A class or struct does not inherit the members of its interfaces.
            let interface = |ty: &CsType| ty.declaration.kind == DeclarationKind::Interface;
            let inherited = |m: &CsMember| interface(ty) || !interface(&m.owner);
            let seen = members
                .iter()
                .filter(|m| has_simple_name(m) && inherited(m) && self.is_member_accessible(m, &enclosing));
            out.extend(seen.map(|m| m.declaration.name.clone()));
        }
        let own = self.namespace_at(offset);
        let around: Vec<&str> = std::iter::successors(Some(own.as_str()), |n| match n.rfind('.') {
            Some(dot) => Some(&n[..dot]),
            None => (!n.is_empty()).then_some(""),
        })
        .collect();
        // Using directives do not affect each other.
        let in_using = inside(&["using_directive"]);
        let in_scope = match in_using {
            true => around.iter().map(SmolStr::new).collect(),
            false => self.csharp.namespaces_in_scope(path, offset),
        };
        for namespace in in_scope.iter().chain([&SmolStr::default()]) {
            self.add_types(namespace, &mut out);
        }
        // Namespaces are members of the enclosing namespaces, not of imported ones.
        for namespace in self.csharp.namespaces() {
            for outer in &around {
                let inner = match outer.is_empty() {
                    true => Some(namespace.as_str()),
                    false => namespace.strip_prefix(outer).and_then(|rest| rest.strip_prefix('.')),
                };
                let first = inner.and_then(|rest| rest.split('.').next()).filter(|first| !first.is_empty());
                out.extend(first.map(SmolStr::new));
            }
        }
        let outline = self.index.outline(path).filter(|_| !in_using);
        for import in outline.iter().flat_map(|o| &o.imports) {
            if !import.alias.is_empty() {
                out.insert(import.alias.clone());
            }
            if matches!(import.kind, ImportKind::UsingStatic | ImportKind::GlobalUsingStatic)
                && let Some(ty) = self.canonical_text(&import.target, &self.here(0)).and_then(|ty| self.find(&ty))
            {
                let members = self.csharp.members(&ty);
                let is_static = |m: &&CsMember| {
                    m.declaration.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST)
                        || m.declaration.kind == DeclarationKind::EnumMember
                        || m.declaration.kind.is_type()
                };
                let seen = members.iter().filter(is_static).filter(|m| {
                    has_simple_name(m)
                        && !m.declaration.modifiers.contains(Modifiers::EXTENSION)
                        && self.is_member_accessible(m, &enclosing)
                });
                out.extend(seen.map(|m| m.declaration.name.clone()));
            }
        }
        let mut out: Vec<SmolStr> = out.into_iter().collect();
        out.sort();
        out
    }

    /// Types of a namespace that code in this file may use.
    fn add_types(&self, namespace: &str, out: &mut FxHashSet<SmolStr>) {
        let path = &self.source.path;
        let mut names: FxHashSet<SmolStr> = FxHashSet::default();
        // Only the names are collected here; the types themselves are not built.
        self.csharp.types_in_namespace_named(namespace, |name| {
            names.insert(name.into());
            false
        });
        for name in names {
            if out.contains(&name) {
                continue;
            }
            let found = self.csharp.types_visible(&name, path);
            let fits = |ty: &&CsType| ty.containing.is_empty() && ty.declaration.namespace == namespace;
            if found.iter().filter(fits).any(|ty| self.csharp.is_accessible(ty, path)) {
                out.insert(name);
            }
        }
    }

    pub(super) fn namespace_at(&self, offset: usize) -> String {
        let Some(leaf) = leaf_at(self.source.parsed.root(), offset) else { return String::new() };
        let mut parts: Vec<&str> = Vec::new();
        for ancestor in ancestors(leaf) {
            match ancestor.kind() {
                "namespace_declaration" => parts.extend(ancestor.field("name").map(|n| self.node_text(n))),
                "compilation_unit" => {
                    let file_scoped =
                        ancestor.named().into_iter().find(|c| c.kind() == "file_scoped_namespace_declaration");
                    let inside = file_scoped.filter(|n| n.start_byte() < offset).and_then(|n| n.field("name"));
                    parts.extend(inside.map(|n| self.node_text(n)));
                }
                _ => {}
            }
        }
        parts.reverse();
        parts.join(".")
    }

    /// Whether code inside the types `enclosing` (innermost first) may access a member.
    fn is_member_accessible(&self, member: &CsMember, enclosing: &[CsType]) -> bool {
        let (d, owner) = (&member.declaration, &member.owner);
        let modifiers = d.modifiers;
        let implied = matches!(owner.declaration.kind, DeclarationKind::Interface | DeclarationKind::Enum);
        if modifiers.contains(Modifiers::PUBLIC) || implied && !modifiers.contains(Modifiers::PRIVATE) {
            return true;
        }
        if modifiers.contains(Modifiers::INTERNAL) && matches!(owner.origin, TypeOrigin::Source(_)) {
            return true;
        }
        // Of libraries, only members accessible from outside are indexed.
        if modifiers.contains(Modifiers::PROTECTED) || matches!(owner.origin, TypeOrigin::Library { .. }) {
            return enclosing.iter().any(|ty| self.csharp.is_derived_from(ty, owner));
        }
        enclosing.iter().any(|ty| ty.origin == owner.origin)
    }
}

/// Whether a member can be accessed by a simple name.
fn has_simple_name(member: &CsMember) -> bool {
    use DeclarationKind::*;
    let d = &member.declaration;
    !matches!(d.kind, Constructor | Destructor | Indexer | Operator | ConversionOperator)
        && d.explicit_interface.is_empty()
}
