//! Custom attributes that carry parts of a C# declaration.

use crate::image::{CUSTOM_ATTRIBUTE_TYPE, Cursor, HAS_CUSTOM_ATTRIBUTE, Image, MEMBER_REF_PARENT, encode, table};
use rustc_hash::FxHashMap;

/// The attributes that are read; all others are skipped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attribute {
    /// `NullableAttribute`: annotations of one type.
    Nullable,
    /// `NullableContextAttribute`: annotation of all types below that have none of their own.
    NullableContext,
    /// `ExtensionAttribute`.
    Extension,
    /// `ObsoleteAttribute`.
    Obsolete,
    /// `ParamArrayAttribute` and `ParamCollectionAttribute`: `params`.
    Params,
    /// `TupleElementNamesAttribute`.
    TupleElementNames,
    /// `DynamicAttribute`.
    Dynamic,
    /// `IsReadOnlyAttribute`: `readonly struct`, `in`, `ref readonly`.
    IsReadOnly,
    /// `RequiresLocationAttribute`: `ref readonly` parameter.
    RequiresLocation,
    /// `IsByRefLikeAttribute`: `ref struct`.
    IsByRefLike,
    /// `RequiredMemberAttribute`: `required`.
    RequiredMember,
    /// `DecimalConstantAttribute`.
    DecimalConstant,
    /// `IsUnmanagedAttribute`: `where T : unmanaged`.
    IsUnmanaged,
    /// `ScopedRefAttribute`: `scoped`.
    ScopedRef,
}

fn attribute_of(namespace: &str, name: &str) -> Option<Attribute> {
    use Attribute::*;
    Some(match (namespace, name) {
        ("System.Runtime.CompilerServices", name) => match name {
            "NullableAttribute" => Nullable,
            "NullableContextAttribute" => NullableContext,
            "ExtensionAttribute" => Extension,
            "ParamCollectionAttribute" => Params,
            "TupleElementNamesAttribute" => TupleElementNames,
            "DynamicAttribute" => Dynamic,
            "IsReadOnlyAttribute" => IsReadOnly,
            "RequiresLocationAttribute" => RequiresLocation,
            "IsByRefLikeAttribute" => IsByRefLike,
            "RequiredMemberAttribute" => RequiredMember,
            "DecimalConstantAttribute" => DecimalConstant,
            "IsUnmanagedAttribute" => IsUnmanaged,
            "ScopedRefAttribute" => ScopedRef,
            _ => return None,
        },
        ("System", "ObsoleteAttribute") => Obsolete,
        ("System", "ParamArrayAttribute") => Params,
        _ => return None,
    })
}

/// The understood attributes of an assembly, by what they are on.
pub struct Attributes<'a> {
    /// Sorted by the parent's coded index.
    rows: Vec<(u32, Attribute, &'a [u8])>,
}

impl<'a> Attributes<'a> {
    /// Reads those of `image`. `owner` gives the type that declares a method.
    pub fn read(image: &Image<'a>, owner: impl Fn(u32) -> u32) -> Self {
        let mut constructors: FxHashMap<u32, Option<Attribute>> = FxHashMap::default();
        let mut rows = Vec::new();
        for row in 1..=image.rows(table::CUSTOM_ATTRIBUTE) {
            let constructor = image.cell(table::CUSTOM_ATTRIBUTE, row, 1);
            let attribute = *constructors.entry(constructor).or_insert_with(|| {
                let (mut table, mut of) = image.coded(table::CUSTOM_ATTRIBUTE, row, 1, CUSTOM_ATTRIBUTE_TYPE);
                if table == table::MEMBER_REF {
                    (table, of) = image.coded(table::MEMBER_REF, of, 0, MEMBER_REF_PARENT);
                } else {
                    (table, of) = (table::TYPE_DEF, owner(of));
                }
                match table {
                    table::TYPE_DEF | table::TYPE_REF => {
                        attribute_of(image.string(table, of, 2), image.string(table, of, 1))
                    }
                    _ => None,
                }
            });
            if let Some(attribute) = attribute {
                let parent = image.cell(table::CUSTOM_ATTRIBUTE, row, 0);
                rows.push((parent, attribute, image.blob(table::CUSTOM_ATTRIBUTE, row, 2)));
            }
        }
        rows.sort_by_key(|r| r.0);
        Self { rows }
    }

    /// Value of an attribute on a row of a table: the bytes after the prolog.
    pub fn get(&self, on: (usize, u32), attribute: Attribute) -> Option<&'a [u8]> {
        let parent = encode(on.0, on.1, HAS_CUSTOM_ATTRIBUTE)?;
        let start = self.rows.partition_point(|r| r.0 < parent);
        let mut found = self.rows[start..].iter().take_while(|r| r.0 == parent);
        found.find(|r| r.1 == attribute)?.2.strip_prefix(&[1, 0])
    }

    /// Whether an attribute is there.
    pub fn has(&self, on: (usize, u32), attribute: Attribute) -> bool {
        self.get(on, attribute).is_some()
    }

    /// Whether a declaration is obsolete for C# code: the compiler itself marks `ref struct`s and constructors of types
    /// with `required` members so that older compilers refuse them.
    pub fn is_obsolete(&self, on: (usize, u32)) -> bool {
        self.get(on, Attribute::Obsolete).is_some_and(|value| {
            let message = Cursor::new(value).string().flatten().unwrap_or_default();
            !message.starts_with("Types with embedded references are not supported")
                && !message.starts_with("Constructors of types with required members are not supported")
        })
    }

    /// Annotations that stand on `on` itself.
    pub fn nullable(&self, on: (usize, u32)) -> Option<Annotations<'a>> {
        let value = self.get(on, Attribute::Nullable)?;
        // One byte and the number of named arguments, or an array with its length.
        match value {
            [one, _, _] => Some(Annotations::All(*one)),
            [a, b, c, d, rest @ ..] => {
                let count = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
                Some(Annotations::Each(rest.get(..count)?))
            }
            _ => None,
        }
    }

    /// What a `NullableContextAttribute` on `on` says.
    pub fn nullable_context(&self, on: (usize, u32)) -> Option<u8> {
        self.get(on, Attribute::NullableContext)?.first().copied()
    }

    /// Names of the tuple elements of a type, in preorder.
    pub fn tuple_names(&self, on: (usize, u32)) -> Vec<Option<&'a str>> {
        let Some(value) = self.get(on, Attribute::TupleElementNames) else { return Vec::new() };
        let mut cursor = Cursor::new(value);
        let count = cursor.bytes().map_or(0, u32::from_le_bytes);
        (0..count.min(256)).map_while(|_| cursor.string()).collect()
    }

    /// Which parts of a type are `dynamic`, in preorder.
    pub fn dynamic(&self, on: (usize, u32)) -> Option<Annotations<'a>> {
        let value = self.get(on, Attribute::Dynamic)?;
        match value {
            [_, _] => Some(Annotations::All(1)),
            [a, b, c, d, rest @ ..] => {
                let count = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
                Some(Annotations::Each(rest.get(..count)?))
            }
            _ => None,
        }
    }
}

/// One value for each part of a type in preorder, or one for all.
#[derive(Clone, Copy, Debug)]
pub enum Annotations<'a> {
    /// The same for every part.
    All(u8),
    /// One for each.
    Each(&'a [u8]),
}

impl Annotations<'_> {
    /// That of part `index`.
    pub fn at(self, index: usize) -> u8 {
        match self {
            Self::All(value) => value,
            Self::Each(values) => values.get(index).copied().unwrap_or(0),
        }
    }
}
