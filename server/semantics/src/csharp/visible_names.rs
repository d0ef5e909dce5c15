//! The names that a simple name can mean at a place.

use super::{SemanticModel, completion_names};
use crate::Semantics;
use index::csharp::{CsMember, CsType, TypeOrigin};
use index::{DeclarationKind, ImportKind, Modifiers};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use syntax::{NodeExt, ancestors, leaf_at};

impl<'a> SemanticModel<'a> {
    /// All names that a simple name can mean at byte `offset`: locals, type parameters, members of the enclosing types that may be used
    /// there, types and namespaces, aliases, what `using static` brings in. Sorted.
    pub fn visible_names(&self, offset: usize) -> Vec<SmolStr> {
        let mut out: FxHashSet<SmolStr> = FxHashSet::default();
        let path = &self.source.path;
        if let Some(leaf) = leaf_at(self.source.parsed.root(), offset) {
            let locals = completion_names::locals(&Semantics::new(self.index, self.source), leaf);
            out.extend(locals.into_iter().map(|n| n.name));
            for ancestor in ancestors(leaf).take(512) {
                let lists = ancestor.all_children().into_iter().filter(|c| c.kind() == "type_parameter_list");
                let names = lists.flat_map(|l| l.named()).filter_map(|p| p.field("name"));
                out.extend(names.map(|n| SmolStr::new(self.node_text(n))));
            }
        }
        let innermost = self.csharp.enclosing_type(path, offset);
        let enclosing: Vec<CsType> =
            std::iter::successors(innermost, |ty| self.csharp.container(ty)).take(16).collect();
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
        let in_scope = self.csharp.namespaces_in_scope(path, offset);
        for namespace in in_scope.iter().chain([&SmolStr::default()]) {
            self.add_types(namespace, &mut out);
        }
        // Namespaces are members of the namespaces around the place, not of those that are imported.
        let own = self.namespace_at(offset);
        let around: Vec<&str> = std::iter::successors(Some(own.as_str()), |n| match n.rfind('.') {
            Some(dot) => Some(&n[..dot]),
            None => (!n.is_empty()).then_some(""),
        })
        .collect();
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
        let outline = self.index.outline(path);
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
        // Only those of sources have to be looked at.
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

    fn namespace_at(&self, offset: usize) -> String {
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

    /// Whether code inside of `enclosing` (innermost first) may use a member by its name.
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
        // Of libraries only what can be used from outside is known.
        if modifiers.contains(Modifiers::PROTECTED) || matches!(owner.origin, TypeOrigin::Library { .. }) {
            return enclosing.iter().any(|ty| self.csharp.is_derived_from(ty, owner));
        }
        enclosing.iter().any(|ty| ty.origin == owner.origin)
    }
}

/// Whether a member can be meant by its name alone.
fn has_simple_name(member: &CsMember) -> bool {
    use DeclarationKind::*;
    let d = &member.declaration;
    !matches!(d.kind, Constructor | Destructor | Indexer | Operator | ConversionOperator)
        && d.explicit_interface.is_empty()
}
