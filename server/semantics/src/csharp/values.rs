//! Values that stand for "nothing yet".

use crate::csharp::{SemanticModel, Type};
use index::DeclarationKind;

const NUMBERS: &[&str] = &[
    "int", "long", "short", "byte", "sbyte", "uint", "ulong", "ushort", "float", "double", "decimal", "nint", "nuint",
];

/// Whether it is one of the predefined types of numbers, or `bool` or `char`.
pub fn is_number(ty: &Type) -> bool {
    ty.is("bool") || ty.is("char") || NUMBERS.iter().any(|n| ty.is(n))
}

/// Whether values of the type are references, so that `null` is one of them; `None` when not known.
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

/// The default value of a type as one writes it: `0`, `false`, `null`, `default`.
pub fn default_value(ty: &Type, model: &SemanticModel<'_>) -> &'static str {
    match ty {
        Type::Nullable(_) => "null",
        _ if NUMBERS.iter().any(|n| ty.is(n)) => "0",
        _ if ty.is("bool") => "false",
        _ if is_reference(ty, model) == Some(true) => "null",
        _ => "default",
    }
}
