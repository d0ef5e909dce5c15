//! C#: types, members, namespaces, extension methods, projects.

use crate::{Declaration, DeclarationId, Index};
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;

/// Where a type comes from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TypeOrigin {
    /// Declared in the workspace; every part of a partial type.
    Source(Vec<DeclarationId>),
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
    /// Its place, when it is source.
    pub id: Option<DeclarationId>,
    /// Type arguments of `owner` as seen from the type that was asked (`T` → `int` for `IList<int>`): (parameter, argument text).
    pub substitution: Vec<(SmolStr, String)>,
}

/// What a csproj (and Directory.Build.props above it) says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CsProject {
    /// The csproj; empty when the file belongs to none.
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

/// Questions about C#. Cheap to make.
#[derive(Clone, Copy)]
pub struct CSharp<'a> {
    #[allow(dead_code, reason = "used as soon as the questions are answered")]
    index: &'a Index,
}

impl<'a> CSharp<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        Self { index }
    }
    /// Types with this simple name, any arity: source first, then libraries; nested ones too.
    pub fn types_named(&self, _name: &str) -> Vec<CsType> {
        Vec::new()
    }
    /// Top-level types of a namespace.
    pub fn types_in_namespace(&self, _namespace: &str) -> Vec<CsType> {
        Vec::new()
    }
    /// Whether some type lies in the namespace or below it.
    pub fn is_namespace(&self, _namespace: &str) -> bool {
        false
    }
    /// Every namespace, workspace and libraries.
    pub fn namespaces(&self) -> Vec<SmolStr> {
        Vec::new()
    }
    /// Extension methods with this name: source and libraries. The receiver is the first parameter.
    pub fn extension_methods_named(&self, _name: &str) -> Vec<CsMember> {
        Vec::new()
    }
    /// The type that `text` (as written in source, perhaps qualified, generic, nullable) means at byte `offset` of `file`: C#
    /// specification §7.8: enclosing types and their bases, namespaces from inner to outer with their usings, aliases, global usings.
    /// `None` when nothing or more than one thing is meant.
    pub fn resolve(&self, _text: &str, _file: &Path, _offset: usize) -> Option<CsType> {
        None
    }
    /// Base class and interfaces of `ty`: as written, and resolved where possible.
    pub fn bases(&self, _ty: &CsType) -> Vec<(SmolStr, Option<CsType>)> {
        Vec::new()
    }
    /// Members that `ty` itself declares, all parts.
    pub fn members(&self, _ty: &CsType) -> Vec<CsMember> {
        Vec::new()
    }
    /// Members of `ty` and everything it inherits, nearest first, with type arguments substituted; `ty_text` gives the type
    /// arguments (`IList<int>`), or is empty. Hidden and overridden ones are included.
    pub fn all_members(&self, _ty: &CsType, _ty_text: &str) -> Vec<CsMember> {
        Vec::new()
    }
    /// The project that compiles `file`.
    pub fn project(&self, _file: &Path) -> Arc<CsProject> {
        Arc::default()
    }
    /// Namespaces in scope at byte `offset` of `file`: usings, global usings of the project, enclosing namespaces.
    pub fn namespaces_in_scope(&self, _file: &Path, _offset: usize) -> Vec<SmolStr> {
        Vec::new()
    }
}
