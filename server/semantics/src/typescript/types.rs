//! Types as values: immutable, interned, cheap to clone and to compare.

use smol_str::SmolStr;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A syntax node of a file: identity of declarations and expressions within a revision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Decl {
    pub(crate) file: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) kind: u16,
}

/// A declared name with all its declarations (overloads, merged interfaces).
#[derive(Clone)]
pub struct Symbol(Arc<SymbolData>);

pub(crate) struct SymbolData {
    pub(crate) id: u32,
    pub(crate) name: SmolStr,
    pub(crate) decls: Box<[Decl]>,
}

impl Symbol {
    pub(crate) fn new(data: SymbolData) -> Self {
        Self(Arc::new(data))
    }
    /// The declared name.
    pub fn name(&self) -> &str {
        &self.0.name
    }
    pub(crate) fn decls(&self) -> &[Decl] {
        &self.0.decls
    }
    pub(crate) fn first(&self) -> Option<Decl> {
        self.0.decls.first().copied()
    }
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}
impl Eq for Symbol {}
impl Hash for Symbol {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}
impl std::fmt::Debug for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}#{}", self.0.name, self.0.id)
    }
}

/// A type. Equal types of one revision are the same object.
#[derive(Clone)]
pub struct Type(Arc<TypeData>);

pub(crate) struct TypeData {
    pub(crate) id: u32,
    pub(crate) kind: Kind,
    pub(crate) alias: Option<Alias>,
    /// Holds type parameters, `this` types or type variables somewhere.
    pub(crate) generic: bool,
}

impl Type {
    pub(crate) fn new(data: TypeData) -> Self {
        Self(Arc::new(data))
    }
    pub(crate) fn kind(&self) -> &Kind {
        &self.0.kind
    }
    pub(crate) fn id(&self) -> u32 {
        self.0.id
    }
    pub(crate) fn alias(&self) -> Option<&Alias> {
        self.0.alias.as_ref()
    }
    pub(crate) fn is_generic(&self) -> bool {
        self.0.generic
    }
    pub(crate) fn is(&self, kind: &Kind) -> bool {
        &self.0.kind == kind
    }
    pub(crate) fn is_error(&self) -> bool {
        matches!(self.0.kind, Kind::Error)
    }
    pub(crate) fn is_any(&self) -> bool {
        matches!(self.0.kind, Kind::Any)
    }
    pub(crate) fn is_never(&self) -> bool {
        matches!(self.0.kind, Kind::Never)
    }
    pub(crate) fn is_nullish(&self) -> bool {
        matches!(self.0.kind, Kind::Null | Kind::Undefined | Kind::Void)
    }
    /// Members of a union; the type itself when it is none.
    pub(crate) fn parts(&self) -> &[Type] {
        match &self.0.kind {
            Kind::Union(parts) => parts,
            _ => std::slice::from_ref(self),
        }
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}
impl Eq for Type {}
impl Hash for Type {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}
impl std::fmt::Debug for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0.kind)
    }
}

/// The alias that a type was written through; displayed instead of what it stands for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Alias {
    pub(crate) symbol: Symbol,
    pub(crate) args: Box<[Type]>,
}

/// A literal type's value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Literal {
    String(SmolStr),
    /// As the number is displayed.
    Number(SmolStr),
    BigInt(SmolStr),
    Boolean(bool),
}

/// An element of a tuple type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Element {
    pub(crate) ty: Type,
    pub(crate) optional: bool,
    pub(crate) rest: bool,
    pub(crate) name: SmolStr,
}

/// What a type is made of.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Kind {
    /// Not known; never an answer.
    Error,
    Any,
    Unknown,
    Undefined,
    Null,
    String,
    Number,
    BigInt,
    Boolean,
    ESSymbol,
    Void,
    Never,
    /// `object`
    NonPrimitive,
    /// Value, and whether it is fresh (widens when it is inferred for something mutable).
    Literal(Literal, bool),
    UniqueSymbol(Symbol),
    Enum(Symbol),
    /// Enum, member, and whether it is fresh.
    EnumMember(Symbol, Symbol, bool),
    /// Instance of a class or interface.
    Reference(Symbol, Box<[Type]>),
    /// What a declaration or a piece of syntax describes: type literal, function, class constructor, object literal, enum
    /// object, module. The arguments stand for [`super::Model::outer_parameters`] of it.
    Anonymous(Symbol, Box<[Type]>),
    /// Members put together by evaluation.
    Object(Arc<Members>),
    /// A whole module, by file and (for `declare module`) index of the block.
    Module(u32, Option<u32>),
    Array(Type, bool),
    Tuple(Box<[Element]>, bool),
    Union(Box<[Type]>),
    Intersection(Box<[Type]>),
    Parameter(Symbol),
    This(Symbol),
    Keyof(Type),
    Indexed(Type, Type),
    /// A conditional type that cannot be decided (yet).
    Conditional(Decl, Box<[Type]>),
    /// `{ [K in C]: T }`, and whether `C` is still open.
    Mapped(Decl, Box<[Type]>, bool),
    Template(Box<[SmolStr]>, Box<[Type]>),
    /// An alias that is (mutually) recursive, not yet looked into.
    AliasRef(Symbol, Box<[Type]>),
    /// `Uppercase<T>` and its kin.
    StringMapping(SmolStr, Type),
}

/// A type that is computed when it is asked for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Lazy {
    Known(Type),
    /// Type of what a declaration declares, seen through a mapper.
    Declared(Symbol, Mapper),
    /// Return type of a function without annotation.
    Returned(Decl, Mapper),
    /// `T[K]` of a mapped type's template.
    Template(Decl, Mapper),
    /// Union of the given, plus `undefined` for an optional property.
    Optional(Box<Lazy>),
    /// What remains of an optional property when it is required.
    Required(Box<Lazy>),
    /// One of each, all at once.
    Union(Arc<[Lazy]>),
    Intersection(Arc<[Lazy]>),
}

/// Type parameters (or `this`) and what stands for them.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Mapper(pub(crate) Arc<[(Type, Type)]>);

impl Mapper {
    pub(crate) fn new(pairs: impl IntoIterator<Item = (Type, Type)>) -> Self {
        Self(pairs.into_iter().filter(|(a, b)| a != b).collect())
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub(crate) fn get(&self, parameter: &Type) -> Option<&Type> {
        self.0.iter().find(|(p, _)| p == parameter).map(|(_, t)| t)
    }
    pub(crate) fn without(&self, hidden: &[Type]) -> Self {
        if !self.0.iter().any(|(p, _)| hidden.contains(p)) {
            return self.clone();
        }
        Self(self.0.iter().filter(|(p, _)| !hidden.contains(p)).cloned().collect())
    }
}

/// A property.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Property {
    pub(crate) name: SmolStr,
    pub(crate) ty: Lazy,
    pub(crate) optional: bool,
    pub(crate) readonly: bool,
    pub(crate) method: bool,
    /// Private or protected: not part of `keyof`, spread or display of a literal.
    pub(crate) hidden: bool,
    pub(crate) symbol: Option<Symbol>,
}

/// A type parameter of a signature.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct TypeParam {
    pub(crate) ty: Type,
    pub(crate) name: SmolStr,
    pub(crate) constraint: Option<Type>,
    pub(crate) default: Option<Type>,
}

/// A parameter of a signature.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Param {
    pub(crate) name: SmolStr,
    pub(crate) ty: Lazy,
    pub(crate) optional: bool,
    pub(crate) rest: bool,
    /// Has a default value: optional for callers, never `undefined` inside.
    pub(crate) defaulted: bool,
}

/// `x is T`, `asserts x is T`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Predicate {
    pub(crate) asserts: bool,
    /// `this` or the parameter.
    pub(crate) name: SmolStr,
    pub(crate) ty: Option<Type>,
}

/// A call or construct signature.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Signature {
    pub(crate) type_params: Arc<[TypeParam]>,
    pub(crate) this: Option<Type>,
    pub(crate) params: Arc<[Param]>,
    pub(crate) ret: Lazy,
    pub(crate) predicate: Option<Predicate>,
    pub(crate) is_abstract: bool,
    pub(crate) decl: Option<Decl>,
}

/// An index signature.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct IndexInfo {
    pub(crate) key: Type,
    pub(crate) name: SmolStr,
    pub(crate) ty: Lazy,
    pub(crate) readonly: bool,
}

/// Members of an object type.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Members {
    pub(crate) props: Vec<Property>,
    pub(crate) calls: Vec<Signature>,
    pub(crate) constructs: Vec<Signature>,
    pub(crate) indexes: Vec<IndexInfo>,
}

impl Members {
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.props.iter().find(|p| p.name == name)
    }
}

/// Where a call goes: the signature with its type arguments, and the signature as each argument saw it when they were inferred.
#[derive(Debug)]
pub(crate) struct Resolution {
    pub(crate) signature: Signature,
    pub(crate) seen: Vec<Option<Signature>>,
}

impl From<Signature> for Resolution {
    fn from(signature: Signature) -> Self {
        Self { signature, seen: Vec::new() }
    }
}
