//! Default values of types.

use crate::csharp::{SemanticModel, Type};
use index::DeclarationKind;

const NUMBERS: &[&str] = &[
    "int", "long", "short", "byte", "sbyte", "uint", "ulong", "ushort", "float", "double", "decimal", "nint", "nuint",
];

/// Whether it is a predefined numeric type, `bool` or `char`.
pub fn is_number(ty: &Type) -> bool {
    ty.is("bool") || ty.is("char") || NUMBERS.iter().any(|n| ty.is(n))
}

/// Whether it is a reference type, so that `null` is one of its values; `None` when not known.
pub fn is_reference(ty: &Type, model: &SemanticModel<'_>) -> Option<bool> {
    match ty {
        Type::Array(..) => Some(true),
        Type::Nullable(inner) => is_reference(inner, model),
        Type::Tuple(_) | Type::Pointer(_) => Some(false),
        Type::Named { .. } if ty.is("string") || ty.is("object") || ty.is("dynamic") => Some(true),
        Type::Named { .. } => {
            use DeclarationKind::*;
            let found = model.resolve(ty)?;
            Some(matches!(found.declaration.kind, Class | Interface | Record | Delegate))
        }
    }
}

/// The default value of a type in its usual notation: `0`, `false`, `null`, `default`.
pub fn default_value(ty: &Type, model: &SemanticModel<'_>) -> &'static str {
    match ty {
        Type::Nullable(_) => "null",
        _ if NUMBERS.iter().any(|n| ty.is(n)) => "0",
        _ if ty.is("bool") => "false",
        _ if is_reference(ty, model) == Some(true) => "null",
        _ => "default",
    }
}
