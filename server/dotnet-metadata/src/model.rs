//! Declarations of an assembly in the terms of C#. Type texts are fully qualified, except for keywords and type parameters.

bitflags::bitflags! {
    /// Modifiers as C# would write them.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct Modifiers: u32 {
        /// `public`
        const PUBLIC = 1;
        /// `protected`
        const PROTECTED = 1 << 1;
        /// `static`
        const STATIC = 1 << 2;
        /// `abstract`
        const ABSTRACT = 1 << 3;
        /// `virtual`
        const VIRTUAL = 1 << 4;
        /// `override`
        const OVERRIDE = 1 << 5;
        /// `sealed`
        const SEALED = 1 << 6;
        /// `readonly`
        const READONLY = 1 << 7;
        /// `const`
        const CONST = 1 << 8;
        /// `unsafe`
        const UNSAFE = 1 << 9;
        /// `required`
        const REQUIRED = 1 << 10;
        /// `ref` (struct)
        const REF = 1 << 11;
        /// Has a body
        const HAS_BODY = 1 << 12;
        /// Property with a `get` accessor
        const GET = 1 << 13;
        /// Property with a `set` accessor
        const SET = 1 << 14;
        /// Property with an `init` accessor
        const INIT = 1 << 15;
        /// Extension method
        const EXTENSION = 1 << 16;
        /// `[Obsolete]`
        const OBSOLETE = 1 << 17;
    }
}

/// Kinds of types.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names are C#'s own terms")]
pub enum TypeKind {
    Class,
    Struct,
    Interface,
    Enum,
    Delegate,
    /// Of reference type; metadata does not tell record structs from structs.
    Record,
}

/// Kinds of members.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names are C#'s own terms")]
pub enum MemberKind {
    Constructor,
    Method,
    Property,
    Indexer,
    Field,
    Event,
    EnumMember,
    Operator,
    ConversionOperator,
}

/// A type parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeParameter {
    /// Name.
    pub name: String,
    /// Text after `where T :`; empty when there is none.
    pub constraint: String,
}

/// A parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// Name, with `@` when it is a keyword.
    pub name: String,
    /// Type.
    pub type_text: String,
    /// `ref`, `out`, `params`, `this`, …, separated by spaces.
    pub modifiers: String,
    /// Default value; empty when there is none.
    pub default: String,
    /// Whether an argument may be left out.
    pub optional: bool,
}

/// A public or protected member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Name: `this[]` for indexers, `.ctor` for constructors, `operator +` for operators.
    pub name: String,
    /// Kind.
    pub kind: MemberKind,
    /// Modifiers.
    pub modifiers: Modifiers,
    /// Own type parameters.
    pub type_parameters: Vec<TypeParameter>,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// Type of a field, property or event, return type of a method; empty for constructors and enum members.
    pub type_text: String,
}

impl Member {
    /// A member without parameters.
    pub(crate) fn new(name: &str, kind: MemberKind, modifiers: Modifiers, type_text: String) -> Self {
        let (type_parameters, parameters) = (Vec::new(), Vec::new());
        Self { name: name.to_owned(), kind, modifiers, type_parameters, parameters, type_text }
    }
}

/// A type that another assembly can see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Type {
    /// Namespace.
    pub namespace: String,
    /// Simple names of the enclosing types with their number of own type parameters, outermost first.
    pub containing: Vec<(String, usize)>,
    /// Simple name.
    pub name: String,
    /// Kind.
    pub kind: TypeKind,
    /// Modifiers.
    pub modifiers: Modifiers,
    /// Own type parameters.
    pub type_parameters: Vec<TypeParameter>,
    /// Base class and interfaces; the underlying type of an enum unless it is `int`.
    pub bases: Vec<String>,
    /// Parameters of a delegate.
    pub parameters: Vec<Parameter>,
    /// Return type of a delegate.
    pub return_type: String,
    /// Public and protected members.
    pub members: Vec<Member>,
}
