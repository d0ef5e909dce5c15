use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;
use syntax::Language;
use text::TextRange;

bitflags::bitflags! {
    /// Modifiers of a declaration, of both languages.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
    pub struct Modifiers: u32 {
        /// `public`
        const PUBLIC = 1;
        /// `protected`
        const PROTECTED = 1 << 1;
        /// `internal`
        const INTERNAL = 1 << 2;
        /// `private` (also TypeScript's `#name`)
        const PRIVATE = 1 << 3;
        /// `static`
        const STATIC = 1 << 4;
        /// `abstract`
        const ABSTRACT = 1 << 5;
        /// `virtual`
        const VIRTUAL = 1 << 6;
        /// `override`
        const OVERRIDE = 1 << 7;
        /// `sealed`
        const SEALED = 1 << 8;
        /// `new`
        const NEW = 1 << 9;
        /// `readonly`
        const READONLY = 1 << 10;
        /// `const`
        const CONST = 1 << 11;
        /// `async`
        const ASYNC = 1 << 12;
        /// `partial`
        const PARTIAL = 1 << 13;
        /// `extern`
        const EXTERN = 1 << 14;
        /// `unsafe`
        const UNSAFE = 1 << 15;
        /// `required`
        const REQUIRED = 1 << 16;
        /// `file`
        const FILE = 1 << 17;
        /// `ref` (struct)
        const REF = 1 << 18;
        /// `volatile`
        const VOLATILE = 1 << 19;
        /// TypeScript `export`
        const EXPORT = 1 << 20;
        /// TypeScript `export default`
        const DEFAULT = 1 << 21;
        /// TypeScript `declare`
        const DECLARE = 1 << 22;
        /// TypeScript `accessor`
        const ACCESSOR = 1 << 23;
        /// TypeScript `?` after the name
        const OPTIONAL = 1 << 24;
        /// TypeScript `!` after the name
        const DEFINITE = 1 << 25;
        /// Has a body, an initializer or an arrow expression
        const HAS_BODY = 1 << 26;
        /// C# property with a `get` accessor
        const GET = 1 << 27;
        /// C# property with a `set` accessor
        const SET = 1 << 28;
        /// C# property with an `init` accessor
        const INIT = 1 << 29;
        /// C# extension method (`this` on the first parameter); TypeScript generator method (`*`)
        const EXTENSION = 1 << 30;
        /// Reported `[Obsolete]` / `@deprecated`
        const DEPRECATED = 1 << 31;
    }
}

/// Kinds of declarations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs, reason = "the names are the languages' own terms")]
pub enum DeclarationKind {
    Class,
    Struct,
    Interface,
    Enum,
    Record,
    RecordStruct,
    Delegate,
    TypeAlias,
    Namespace,
    Function,
    Variable,
    Method,
    Constructor,
    Destructor,
    Property,
    Getter,
    Setter,
    Indexer,
    Field,
    Event,
    EnumMember,
    Operator,
    ConversionOperator,
    CallSignature,
    ConstructSignature,
    IndexSignature,
}

impl DeclarationKind {
    /// Whether it declares a type.
    pub fn is_type(self) -> bool {
        use DeclarationKind::*;
        matches!(self, Class | Struct | Interface | Enum | Record | RecordStruct | Delegate | TypeAlias)
    }
}

/// A type parameter.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct TypeParameter {
    /// Its name.
    pub name: SmolStr,
    /// Constraint as written: C# the text after `where T :`, TypeScript the text after `extends`; empty when none.
    pub constraint: SmolStr,
    /// TypeScript default; empty when none.
    pub default: SmolStr,
}

/// A parameter.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Parameter {
    /// Its name (TypeScript: the binding pattern's text when it is one).
    pub name: SmolStr,
    /// Type as written; empty when none.
    pub type_text: SmolStr,
    /// C#: `ref`, `out`, `in`, `params`, `this`, `scoped`; TypeScript: `public`, `private`, `readonly`, …; space separated.
    pub modifiers: SmolStr,
    /// Default value as written; empty when none.
    pub default: SmolStr,
    /// The argument may be left out (default value, `params`, TypeScript `?`).
    pub optional: bool,
    /// TypeScript `...rest`, C# `params`.
    pub rest: bool,
}

/// One declaration of a file or of a library type. Has no positions, so that edits elsewhere in the file do not change it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Declaration {
    /// Simple name; `this[]` for indexers, `.ctor` for C# constructors, `constructor` for TypeScript's.
    pub name: SmolStr,
    /// Kind.
    pub kind: DeclarationKind,
    /// Index of the enclosing declaration in the same outline.
    pub parent: Option<u32>,
    /// Namespace (C#: dotted, empty for global; TypeScript: empty).
    pub namespace: SmolStr,
    /// Modifiers as written; nothing is implied.
    pub modifiers: Modifiers,
    /// Type parameters.
    pub type_parameters: Vec<TypeParameter>,
    /// Parameters of methods, constructors, delegates, indexers, functions, record primary constructors.
    pub parameters: Vec<Parameter>,
    /// Return, property, field or variable type as written, or the aliased type; empty when not written.
    pub type_text: SmolStr,
    /// Base types as written (C# base list; TypeScript `extends` first, then `implements`, see `extends_count`).
    pub bases: Vec<SmolStr>,
    /// TypeScript: how many of `bases` are after `extends`.
    pub extends_count: u32,
    /// C#: explicitly implemented interface as written (`IFoo` in `void IFoo.M()`); empty when none.
    pub explicit_interface: SmolStr,
}

impl Declaration {
    /// A declaration with only name and kind.
    pub(crate) fn named(name: impl Into<SmolStr>, kind: DeclarationKind) -> Self {
        Self {
            name: name.into(),
            kind,
            parent: None,
            namespace: SmolStr::default(),
            modifiers: Modifiers::empty(),
            type_parameters: Vec::new(),
            parameters: Vec::new(),
            type_text: SmolStr::default(),
            bases: Vec::new(),
            extends_count: 0,
            explicit_interface: SmolStr::default(),
        }
    }
}

/// A declaration of a file, by its index in the outline.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DeclarationId {
    /// The file.
    pub path: Arc<Path>,
    /// Index in [`Outline::declarations`].
    pub index: u32,
}

/// The ranges of a declaration in the current text; computed from the tree on demand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeclarationRanges {
    /// The whole declaration without leading trivia.
    pub full: TextRange,
    /// Its name.
    pub name: TextRange,
    /// The body with its braces, if there is one.
    pub body: Option<TextRange>,
}

/// An outline with the ranges of each of its declarations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocatedOutline {
    /// The outline.
    pub outline: Outline,
    /// Ranges of the declarations, by index.
    pub ranges: Vec<DeclarationRanges>,
    /// Namespace declarations: full name, and range of the members. Only for languages that have namespaces in
    /// [`Declaration::namespace`].
    pub namespaces: Vec<(SmolStr, TextRange)>,
}

impl LocatedOutline {
    /// The namespace at byte `offset`.
    pub(crate) fn namespace_at(&self, offset: usize) -> SmolStr {
        let around = self.namespaces.iter().rev().find(|(_, r)| r.start <= offset && offset <= r.end);
        around.map(|(n, _)| n.clone()).unwrap_or_default()
    }
}

/// Kinds of imports.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub enum ImportKind {
    /// C# `using N;`
    Using,
    /// C# `global using N;`
    GlobalUsing,
    /// C# `using static N.T;`
    UsingStatic,
    /// C# `using A = N.T;`
    UsingAlias,
    /// C# `global using static N.T;`
    GlobalUsingStatic,
    /// C# `global using A = N.T;`
    GlobalUsingAlias,
    /// TypeScript `import … from 'm'`
    Import,
    /// TypeScript `export … from 'm'`
    ReExport,
    /// TypeScript `import x = require('m')`
    ImportRequire,
    /// JavaScript `const x = require('m')`
    Require,
}

/// One name of a TypeScript import or re-export clause.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct ImportedName {
    /// Name in the other module: `default`, `*`, or the exported name.
    pub name: SmolStr,
    /// Name here (for a re-export: the exported name).
    pub local: SmolStr,
    /// Whether it carries its own `type`.
    pub type_only: bool,
}

/// One using directive, import or re-export.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Import {
    /// Kind.
    pub kind: ImportKind,
    /// C#: namespace or type; TypeScript: module specifier.
    pub target: SmolStr,
    /// C#: alias; empty when none.
    pub alias: SmolStr,
    /// C#: namespace declaration that contains the directive; empty at file level.
    pub within: SmolStr,
    /// TypeScript: `import type` / `export type`.
    pub type_only: bool,
    /// TypeScript: imported names.
    pub names: Vec<ImportedName>,
}

/// The declarations and imports of a file, without positions: comparable and small. Kept for every file.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Outline {
    /// The language.
    pub language: Language,
    /// Declarations in order of position; parents come before their children. C# namespaces are not among them:
    /// see [`Declaration::namespace`].
    pub declarations: Vec<Declaration>,
    /// Imports in order of position.
    pub imports: Vec<Import>,
    /// TypeScript: local names exported by `export { a as b }` without `from`, `export =` (`b` is `=`) and
    /// `export default name` (`b` is `default`).
    pub exports: Vec<ImportedName>,
    /// TypeScript: whether the file is a module (has a top-level import or export).
    pub is_module: bool,
}

impl Outline {
    /// An outline of an empty file.
    pub fn empty(language: Language) -> Self {
        Self { language, declarations: Vec::new(), imports: Vec::new(), exports: Vec::new(), is_module: false }
    }
    /// Direct members of declaration `index`.
    pub fn members(&self, index: u32) -> impl Iterator<Item = (u32, &Declaration)> {
        self.declarations.iter().enumerate().filter(move |(_, d)| d.parent == Some(index)).map(|(i, d)| (i as u32, d))
    }
}
