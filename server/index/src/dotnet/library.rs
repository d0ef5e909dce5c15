//! Several tables as one: the types that a project can use from its references.

use super::table::{Table, TypeEntry};
use crate::Declaration;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::Arc;

/// The types of a set of assemblies. Types have a number that is valid in this library only.
///
/// All type texts of its declarations are fully qualified (`System.Collections.Generic.IList<T>`) except for C#'s keywords
/// and the type parameters in scope.
#[derive(Debug, Default)]
pub struct Library {
    tables: Vec<Arc<Table>>,
    /// First number of each table.
    starts: Vec<u32>,
    /// Numbers sorted by simple name.
    by_name: Vec<u32>,
    /// Where in `by_name` a simple name stands: first and one past the last.
    names: FxHashMap<SmolStr, (u32, u32)>,
    /// Top-level types of each namespace.
    by_namespace: FxHashMap<SmolStr, Vec<u32>>,
    /// Sorted; includes those that only have namespaces below them.
    namespaces: Vec<SmolStr>,
}

impl Library {
    /// Merges `tables`; of types with the same full name, the one of the first table counts.
    pub fn new(tables: Vec<Arc<Table>>) -> Self {
        let mut library = Self::default();
        let mut seen: FxHashSet<(SmolStr, SmolStr, u8)> = FxHashSet::default();
        let mut next = 0u32;
        for table in tables {
            // The types of one table differ; only later tables may repeat some.
            let first_table = library.tables.is_empty();
            let mut own = Vec::new();
            let mut hidden = vec![false; table.types().len()];
            for (entry, row) in table.types().iter().zip(0u32..) {
                let id = next.saturating_add(row);
                match entry.container {
                    Some(container) => hidden[row as usize] = hidden[container as usize],
                    None => {
                        let key = (entry.namespace.clone(), entry.name.clone(), entry.arity);
                        if !first_table {
                            hidden[row as usize] = seen.contains(&key);
                        }
                        if !hidden[row as usize] {
                            own.push(key);
                            library.by_namespace.entry(entry.namespace.clone()).or_default().push(id);
                        }
                    }
                }
                if !hidden[row as usize] {
                    library.by_name.push(id);
                }
            }
            seen.extend(own);
            library.starts.push(next);
            next = next.saturating_add(table.types().len() as u32);
            library.tables.push(table);
        }
        let mut by_name = std::mem::take(&mut library.by_name);
        by_name.sort_by(|a, b| library.name(*a).cmp(library.name(*b)).then(a.cmp(b)));
        let mut names = FxHashMap::default();
        let mut start = 0;
        for run in by_name.chunk_by(|a, b| library.name(*a) == library.name(*b)) {
            let end = start + run.len() as u32;
            if let Some(entry) = library.entry(run[0]) {
                names.insert(entry.name.clone(), (start, end));
            }
            start = end;
        }
        library.names = names;
        library.by_name = by_name;
        let mut namespaces: FxHashSet<SmolStr> = FxHashSet::default();
        for namespace in library.by_namespace.keys() {
            let mut rest = namespace.as_str();
            while !rest.is_empty() && namespaces.insert(rest.into()) {
                rest = rest.rsplit_once('.').map_or("", |(parent, _)| parent);
            }
        }
        library.namespaces = namespaces.into_iter().collect();
        library.namespaces.sort();
        library
    }

    /// Whether there are no types at all.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    fn place(&self, id: u32) -> Option<(&Table, u32)> {
        let table = self.starts.partition_point(|s| *s <= id).checked_sub(1)?;
        let row = id - self.starts[table];
        let table = self.tables.get(table)?;
        ((row as usize) < table.types().len()).then_some((table, row))
    }
    fn name(&self, id: u32) -> &str {
        self.entry(id).map_or("", |e| &e.name)
    }

    /// Name, namespace, arity, kind, assembly of a type. Its `container` is an index in its table: see [`Self::container`].
    pub fn entry(&self, id: u32) -> Option<&TypeEntry> {
        let (table, row) = self.place(id)?;
        table.types().get(row as usize)
    }

    /// Types with this simple name, nested ones too, of any arity.
    pub fn types_named(&self, name: &str) -> &[u32] {
        let Some(&(start, end)) = self.names.get(name) else { return &[] };
        &self.by_name[start as usize..end as usize]
    }

    /// Every type, in order of simple name: for spelling suggestions.
    pub fn types(&self) -> &[u32] {
        &self.by_name
    }

    /// Top-level types of a namespace.
    pub fn types_in_namespace(&self, namespace: &str) -> &[u32] {
        self.by_namespace.get(namespace).map_or(&[], |ids| ids)
    }

    /// The top-level type with this namespace, name and number of type parameters.
    pub fn find(&self, namespace: &str, name: &str, arity: usize) -> Option<u32> {
        self.types_named(name).iter().copied().find(|id| {
            self.entry(*id)
                .is_some_and(|e| e.container.is_none() && e.namespace == namespace && usize::from(e.arity) == arity)
        })
    }

    /// The enclosing type of a nested one.
    pub fn container(&self, id: u32) -> Option<u32> {
        let (table, row) = self.place(id)?;
        let container = table.types().get(row as usize)?.container?;
        Some(id - row + container)
    }

    /// Names of the enclosing types, outermost first.
    pub fn containing(&self, id: u32) -> Vec<SmolStr> {
        let outer = std::iter::successors(self.container(id), |id| self.container(*id));
        let mut names: Vec<SmolStr> = outer.filter_map(|id| Some(self.entry(id)?.name.clone())).collect();
        names.reverse();
        names
    }

    /// Types nested directly in a type.
    pub fn nested(&self, id: u32) -> Vec<u32> {
        let Some((table, row)) = self.place(id) else { return Vec::new() };
        // Nested types follow their type in the table.
        let after = table.types().iter().zip(0u32..).skip(row as usize + 1);
        let within = after.take_while(|(entry, _)| entry.container.is_some_and(|c| c >= row));
        within.filter(|(entry, _)| entry.container == Some(row)).map(|(_, nested)| id - row + nested).collect()
    }

    /// Namespaces with types in them or below them, sorted; the global one is not among them.
    pub fn namespaces(&self) -> &[SmolStr] {
        &self.namespaces
    }

    /// Whether there are types in the namespace or below it.
    pub fn is_namespace(&self, namespace: &str) -> bool {
        self.namespaces.binary_search_by(|n| n.as_str().cmp(namespace)).is_ok()
    }

    /// The type as a declaration: modifiers, type parameters, bases, a delegate's parameters and return type.
    pub fn declaration(&self, id: u32) -> Option<Arc<Declaration>> {
        let (table, row) = self.place(id)?;
        table.declaration(row)
    }

    /// Public and protected members that the type itself declares: fields, constructors, properties, events, methods.
    pub fn members(&self, id: u32) -> Arc<[Arc<Declaration>]> {
        self.place(id).map_or_else(|| Arc::from([]), |(table, row)| table.members(row))
    }

    /// Extension methods with this name and the static classes that declare them.
    pub fn extension_methods_named(&self, name: &str) -> Vec<(u32, Arc<Declaration>)> {
        let mut out = Vec::new();
        for (table, start) in self.tables.iter().zip(&self.starts) {
            for row in table.extension_holders(name) {
                let id = start + row;
                // Skips types that an earlier table has, too.
                if !self.types_named(self.name(id)).contains(&id) {
                    continue;
                }
                let members = table.members(*row);
                let methods =
                    members.iter().filter(|m| m.name == name && m.modifiers.contains(crate::Modifiers::EXTENSION));
                out.extend(methods.map(|m| (id, m.clone())));
            }
        }
        out
    }
}
