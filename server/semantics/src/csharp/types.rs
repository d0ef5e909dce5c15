//! Types of expressions as values.

use smol_str::{SmolStr, format_smolstr};
use std::fmt;
use std::sync::Arc;

/// An element of a tuple type: its type and its name.
pub type TupleElement = (Type, Option<SmolStr>);

/// A C# type. Cheap to clone and to compare: the parts are shared. Names are fully qualified (`System.DateTime`), predefined types are keywords
/// (`int`, never `System.Int32`), and type parameters are simple names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// A class, struct, interface, enum, delegate, predefined type or type parameter; `void` and `dynamic` too.
    Named {
        /// The generic containing type, when `name` does not include it.
        outer: Option<Arc<Type>>,
        /// Dotted name without type arguments.
        name: SmolStr,
        /// Type arguments.
        arguments: Arc<[Type]>,
    },
    /// Element type and rank.
    Array(Arc<Type>, usize),
    /// `T?`, of value types and annotated reference types.
    Nullable(Arc<Type>),
    /// Elements with their names.
    Tuple(Arc<[TupleElement]>),
    /// `T*`
    Pointer(Arc<Type>),
}

/// Maximum nesting; no real type reaches it.
const MAX_DEPTH: usize = 24;

impl Type {
    /// A type without arguments.
    pub fn named(name: &str) -> Self {
        Self::generic(name, Vec::new())
    }
    /// A generic type.
    pub fn generic(name: &str, arguments: impl Into<Arc<[Type]>>) -> Self {
        let name = keyword_of(name).unwrap_or(name).into();
        Self::Named { outer: None, name, arguments: arguments.into() }
    }
    /// A tuple type.
    pub fn tuple(elements: impl Into<Arc<[TupleElement]>>) -> Self {
        Self::Tuple(elements.into())
    }
    /// `T*`
    pub fn pointer(self) -> Self {
        Self::Pointer(Arc::new(self))
    }
    /// `T?`; a nullable type is not wrapped again.
    pub fn nullable(self) -> Self {
        match self {
            Self::Nullable(_) => self,
            other => Self::Nullable(Arc::new(other)),
        }
    }
    /// Without the outermost `?`.
    pub fn not_null(self) -> Self {
        match self {
            Self::Nullable(inner) => Arc::unwrap_or_clone(inner),
            other => other,
        }
    }
    /// Without the outermost `?`.
    pub fn strip(&self) -> &Self {
        match self {
            Self::Nullable(inner) => inner,
            other => other,
        }
    }
    /// An array of rank 1.
    pub fn array(self) -> Self {
        Self::Array(Arc::new(self), 1)
    }
    /// Whether it is the type with this keyword or full name and no type arguments.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::Named { outer: None, name: own, arguments } if own == name && arguments.is_empty())
    }
    /// Type arguments when it is the generic type with this full name.
    pub fn arguments_of(&self, generic: &str) -> Option<&[Type]> {
        match self {
            Self::Named { outer: None, name, arguments } if name == generic && !arguments.is_empty() => Some(arguments),
            _ => None,
        }
    }
    /// Dotted name without type arguments; empty for arrays, tuples and the like.
    pub fn full_name(&self) -> String {
        match self {
            Self::Named { outer: Some(outer), name, .. } => format!("{}.{name}", outer.full_name()),
            Self::Named { outer: None, name, .. } => system_name(name).unwrap_or(name).to_owned(),
            _ => String::new(),
        }
    }
    /// Own type arguments.
    pub fn arguments(&self) -> &[Type] {
        match self {
            Self::Named { arguments, .. } => arguments,
            _ => &[],
        }
    }

    /// Parses a type as it is written. `None` when the text is not a type, or is `var`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut text = text.trim();
        while let Some(rest) = ["ref ", "readonly ", "scoped ", "in ", "out "].iter().find_map(|m| text.strip_prefix(m))
        {
            text = rest.trim_start();
        }
        let mut parser = Parser { rest: text, depth: 0 };
        let ty = parser.ty()?;
        parser.rest.trim().is_empty().then_some(ty)
    }

    /// Replaces every named leaf for which `map` returns another type.
    pub fn map(&self, map: &mut dyn FnMut(&Type) -> Option<Type>) -> Type {
        if let Some(new) = map(self) {
            return new;
        }
        match self {
            Self::Named { outer, name, arguments } => Self::Named {
                outer: outer.as_ref().map(|o| Arc::new(o.map(map))),
                name: name.clone(),
                arguments: arguments.iter().map(|a| a.map(map)).collect(),
            },
            Self::Array(element, rank) => Self::Array(Arc::new(element.map(map)), *rank),
            Self::Nullable(inner) => inner.map(map).nullable(),
            Self::Tuple(elements) => Self::Tuple(elements.iter().map(|(t, n)| (t.map(map), n.clone())).collect()),
            Self::Pointer(inner) => Self::Pointer(Arc::new(inner.map(map))),
        }
    }

    /// Whether one of `names` occurs in it as a type parameter.
    pub fn mentions(&self, names: &[impl AsRef<str>]) -> bool {
        match self {
            Self::Named { outer, name, arguments } => {
                outer.is_none() && arguments.is_empty() && names.iter().any(|n| n.as_ref() == name)
                    || outer.as_ref().is_some_and(|o| o.mentions(names))
                    || arguments.iter().any(|a| a.mentions(names))
            }
            Self::Array(inner, _) | Self::Nullable(inner) | Self::Pointer(inner) => inner.mentions(names),
            Self::Tuple(elements) => elements.iter().any(|(t, _)| t.mentions(names)),
        }
    }

    /// Without any nullable annotation inside, for comparisons.
    pub fn without_annotations(&self) -> Type {
        self.map(&mut |ty| match ty {
            Self::Nullable(inner) => Some(inner.without_annotations()),
            Self::Tuple(elements) => {
                Some(Self::Tuple(elements.iter().map(|(t, _)| (t.without_annotations(), None)).collect()))
            }
            _ => None,
        })
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named { outer, name, arguments } => {
                if let Some(outer) = outer {
                    write!(f, "{outer}.")?;
                }
                f.write_str(name)?;
                for (i, argument) in arguments.iter().enumerate() {
                    write!(f, "{}{argument}", if i == 0 { "<" } else { ", " })?;
                }
                if arguments.is_empty() { Ok(()) } else { f.write_str(">") }
            }
            Self::Array(..) => {
                // The outermost rank is written first; `?` ends a run of ranks.
                let mut ranks = String::new();
                let mut inner = self;
                while let Self::Array(element, rank) = inner {
                    ranks += &format!("[{}]", ",".repeat(rank.saturating_sub(1)));
                    inner = element;
                }
                write!(f, "{inner}{ranks}")
            }
            Self::Nullable(inner) => write!(f, "{inner}?"),
            Self::Tuple(elements) => {
                for (i, (ty, name)) in elements.iter().enumerate() {
                    write!(f, "{}{ty}", if i == 0 { "(" } else { ", " })?;
                    if let Some(name) = name {
                        write!(f, " {name}")?;
                    }
                }
                f.write_str(")")
            }
            Self::Pointer(inner) => write!(f, "{inner}*"),
        }
    }
}

struct Parser<'t> {
    rest: &'t str,
    depth: usize,
}

impl Parser<'_> {
    fn eat(&mut self, token: char) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(token) {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }
    fn identifier(&mut self) -> Option<SmolStr> {
        let rest = self.rest.trim_start();
        let body = rest.strip_prefix('@').unwrap_or(rest);
        let length = body.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(body.len());
        let starts_well = body.starts_with(|c: char| c == '_' || c.is_alphabetic());
        (length > 0 && starts_well).then(|| {
            self.rest = &body[length..];
            body[..length].into()
        })
    }

    fn ty(&mut self) -> Option<Type> {
        self.depth += 1;
        let ty = if self.depth > MAX_DEPTH { None } else { self.suffixed() };
        self.depth -= 1;
        ty
    }

    fn suffixed(&mut self) -> Option<Type> {
        let mut ty = if self.eat('(') { self.tuple()? } else { self.name()? };
        // Ranks since the last `?`: the first written is the outermost.
        let mut ranks: Vec<usize> = Vec::new();
        for _ in 0..MAX_DEPTH {
            if self.eat('[') {
                let mut rank = 1;
                while self.eat(',') {
                    rank += 1;
                }
                self.eat(']').then_some(())?;
                ranks.push(rank);
            } else if self.eat('?') {
                ty = wrap(ty, &mut ranks).nullable();
            } else if self.eat('*') {
                ty = Type::Pointer(Arc::new(wrap(ty, &mut ranks)));
            } else {
                return Some(wrap(ty, &mut ranks));
            }
        }
        None
    }

    fn tuple(&mut self) -> Option<Type> {
        let mut elements = Vec::new();
        loop {
            let ty = self.ty()?;
            elements.push((ty, self.identifier()));
            if self.eat(')') {
                return (elements.len() > 1).then(|| Type::tuple(elements));
            }
            self.eat(',').then_some(())?;
        }
    }

    fn name(&mut self) -> Option<Type> {
        let mut outer: Option<Arc<Type>> = None;
        let mut name = self.identifier()?;
        if self.rest.trim_start().starts_with("::") {
            self.rest = self.rest.trim_start().get(2..)?;
            let alias = std::mem::replace(&mut name, self.identifier()?);
            // Only the alias `global::` has the same meaning everywhere.
            (alias == "global").then_some(())?;
        }
        for _ in 0..4 * MAX_DEPTH {
            let mut arguments = Vec::new();
            if self.eat('<') {
                loop {
                    arguments.push(self.ty()?);
                    if self.eat('>') {
                        break;
                    }
                    self.eat(',').then_some(())?;
                }
            }
            let nested = self.rest.trim_start().starts_with('.');
            if nested && arguments.is_empty() && outer.is_none() {
                self.eat('.');
                name = format_smolstr!("{name}.{}", self.identifier()?);
                continue;
            }
            if outer.is_none() && arguments.is_empty() {
                if matches!(name.as_str(), "var" | "delegate" | "new" | "default") {
                    return None;
                }
                if let Some(keyword) = keyword_of(&name) {
                    name = keyword.into();
                }
            }
            let ty = Type::Named { outer: outer.take(), name, arguments: arguments.into() };
            let ty = as_keyword_form(ty);
            if !nested {
                return Some(ty);
            }
            self.eat('.');
            outer = Some(Arc::new(ty));
            name = self.identifier()?;
        }
        None
    }
}

/// `System.Nullable<T>` as `T?`, `System.ValueTuple<A, B>` as `(A, B)`.
fn as_keyword_form(ty: Type) -> Type {
    match ty {
        Type::Named { outer: None, name, arguments } if name == "System.Nullable" && arguments.len() == 1 => {
            arguments[0].clone().nullable()
        }
        Type::Named { outer: None, name, arguments }
            if name == "System.ValueTuple" && (2..8).contains(&arguments.len()) =>
        {
            Type::Tuple(arguments.iter().map(|a| (a.clone(), None)).collect())
        }
        other => other,
    }
}

fn wrap(ty: Type, ranks: &mut Vec<usize>) -> Type {
    ranks.drain(..).rev().fold(ty, |ty, rank| Type::Array(Arc::new(ty), rank))
}

const PREDEFINED: [(&str, &str); 16] = [
    ("bool", "System.Boolean"),
    ("byte", "System.Byte"),
    ("sbyte", "System.SByte"),
    ("char", "System.Char"),
    ("decimal", "System.Decimal"),
    ("double", "System.Double"),
    ("float", "System.Single"),
    ("int", "System.Int32"),
    ("uint", "System.UInt32"),
    ("long", "System.Int64"),
    ("ulong", "System.UInt64"),
    ("short", "System.Int16"),
    ("ushort", "System.UInt16"),
    ("object", "System.Object"),
    ("string", "System.String"),
    ("void", "System.Void"),
];

/// The keyword of a predefined type, by full name.
pub fn keyword_of(name: &str) -> Option<&'static str> {
    PREDEFINED.iter().find(|(_, full)| *full == name).map(|(keyword, _)| *keyword)
}
/// The full name of a predefined type, by keyword.
pub fn system_name(keyword: &str) -> Option<&'static str> {
    match keyword {
        "nint" => Some("System.IntPtr"),
        "nuint" => Some("System.UIntPtr"),
        "dynamic" => Some("System.Object"),
        _ => PREDEFINED.iter().find(|(own, _)| *own == keyword).map(|(_, full)| *full),
    }
}

#[cfg(test)]
mod tests {
    use super::Type;

    #[test]
    fn types_are_read_and_written() {
        for text in [
            "int",
            "string?",
            "System.Collections.Generic.Dictionary<string, int[]>.KeyCollection",
            "(int First, System.Func<T, bool>? Rest)[]",
            "int[][,]",
            "int[]?[]",
            "byte*",
            "List<List<List<int?>>>",
        ] {
            let ty = Type::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(ty.to_string(), text);
        }
        assert_eq!(Type::parse("global::System.Int32").unwrap().to_string(), "int");
        assert_eq!(Type::parse("ref readonly System.Nullable<System.Char>").unwrap().to_string(), "char?");
        assert_eq!(Type::parse("System.ValueTuple<int, string>").unwrap().to_string(), "(int, string)");
        for text in ["", "var", "List<", "1", "a b", "(int)", "A..B", "List<>", "delegate*<int>", "x::Y"] {
            assert_eq!(Type::parse(text), None, "{text}");
        }
        let deep = "A<".repeat(100_000);
        assert_eq!(Type::parse(&deep), None);
        assert_eq!(Type::parse(&format!("int{}", "*".repeat(100_000))), None);
        assert_eq!(Type::parse(&format!("A{}", "<int>.B".repeat(100_000))), None);
    }

    #[test]
    fn jagged_arrays_have_the_first_rank_outermost() {
        let Type::Array(element, rank) = Type::parse("int[][,]").unwrap() else { panic!() };
        assert_eq!((element.to_string().as_str(), rank), ("int[,]", 1));
        let Type::Array(element, _) = Type::parse("int[]?[]").unwrap() else { panic!() };
        assert_eq!(element.to_string(), "int[]?");
    }
}
