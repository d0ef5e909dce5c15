//! Library types in queries about C#.
//!
//! Projects may reference different sets of assemblies, each a [`Library`] of its own; a type's key is the number of its
//! library and its number there.

use super::{CsType, Tables, TypeOrigin, type_text};
use crate::dotnet::Library;
use smol_str::SmolStr;
use std::sync::Arc;

/// Bits of a type's number within its library.
const NUMBER_BITS: u32 = 24;

impl Tables<'_> {
    pub(super) fn library(&self, key: u32) -> Option<(&Arc<Library>, u32)> {
        let library = self.projects.libraries().get((key >> NUMBER_BITS) as usize)?;
        Some((library, key & ((1 << NUMBER_BITS) - 1)))
    }

    pub(super) fn make_library_type(&self, number: u32, library: &Library, id: u32) -> Option<CsType> {
        let declaration = library.declaration(id)?;
        let assembly = library.entry(id)?.assembly.clone();
        let origin = TypeOrigin::Library { assembly, id: number << NUMBER_BITS | id };
        Some(CsType { declaration, containing: library.containing(id), origin })
    }

    pub(super) fn library_type(&self, namespace: &str, name: &str, arity: usize, from: Option<u32>) -> Option<CsType> {
        let (number, library) = self.projects.library_of(from)?;
        self.make_library_type(number, library, library.find(namespace, name, arity)?)
    }

    pub(super) fn library_has_nested(&self, name: &str) -> bool {
        let mut libraries = self.projects.libraries().iter();
        libraries.any(|l| l.types_named(name).iter().any(|id| l.entry(*id).is_some_and(|e| e.container.is_some())))
    }

    pub(super) fn library_nested(&self, key: u32, name: &str, arity: usize) -> Option<CsType> {
        let (library, id) = self.library(key)?;
        let nested = library.types_named(name).iter().copied();
        let mut nested = nested.filter(|n| {
            library.container(*n) == Some(id) && library.entry(*n).is_some_and(|e| usize::from(e.arity) == arity)
        });
        self.make_library_type(key >> NUMBER_BITS, library, nested.next()?)
    }

    /// The type that a library type is nested in.
    pub(super) fn library_container(&self, key: u32) -> Option<CsType> {
        let (library, id) = self.library(key)?;
        self.make_library_type(key >> NUMBER_BITS, library, library.container(id)?)
    }

    /// A base type of a library type: written with its full name.
    pub(super) fn library_base(&self, key: u32, text: &str) -> Option<CsType> {
        let (library, _) = self.library(key)?;
        let number = key >> NUMBER_BITS;
        let name = type_text::parse(text)?;
        if let [only] = name.segments.as_slice()
            && let Some(system) = type_text::predefined(only.name)
        {
            return self.make_library_type(number, library, library.find("System", system, 0)?);
        }
        // The first segments are the namespace, the rest types: the longest namespace that exists counts.
        for namespaces in (0..name.segments.len()).rev() {
            let (namespace, types) = name.segments.split_at(namespaces);
            let namespace: Vec<&str> = namespace.iter().map(|s| s.name).collect();
            let Some((outer, inner)) = types.split_first() else { continue };
            let Some(mut id) = library.find(&namespace.join("."), outer.name, outer.arguments.len()) else { continue };
            for segment in inner {
                let mut nested = library.types_named(segment.name).iter().copied();
                id = nested.find(|n| {
                    library.container(*n) == Some(id)
                        && library.entry(*n).is_some_and(|e| usize::from(e.arity) == segment.arguments.len())
                })?;
            }
            return self.make_library_type(number, library, id);
        }
        None
    }

    /// Types of all libraries with this simple name; of those with the same full name and arity, the first library's.
    pub(super) fn library_types_named(&self, name: &str) -> Vec<CsType> {
        let mut out: Vec<CsType> = Vec::new();
        for (number, library) in self.projects.libraries().iter().enumerate() {
            let types = library.types_named(name).iter();
            for ty in types.filter_map(|id| self.make_library_type(number as u32, library, *id)) {
                if !out.iter().any(|t| t.arity() == ty.arity() && t.full_name() == ty.full_name()) {
                    out.push(ty);
                }
            }
        }
        out
    }

    /// Whether some type of the workspace or a library lies in the namespace or below it.
    pub(super) fn is_namespace(&self, namespace: &str) -> bool {
        self.symbols.is_namespace(namespace) || self.projects.libraries().iter().any(|l| l.is_namespace(namespace))
    }

    /// Namespaces of all libraries.
    pub(super) fn library_namespaces(&self) -> impl Iterator<Item = &SmolStr> {
        self.projects.libraries().iter().flat_map(|l| l.namespaces())
    }

    /// The implied base of a kind of type.
    pub(super) fn implied_base(&self, ty: &CsType, from: Option<u32>) -> Option<CsType> {
        use crate::DeclarationKind::*;
        let name = match ty.declaration.kind {
            Class | Record => "Object",
            Struct | RecordStruct => "ValueType",
            Enum => "Enum",
            Delegate => "MulticastDelegate",
            _ => return None,
        };
        let full = ty.full_name();
        let implied = self.library_type("System", name, 0, from)?;
        (full != "System.Object" && full != implied.full_name()).then_some(implied)
    }
}
