//! Rules for TypeScript. Earlier ones come first where several answer to one code.

pub(crate) mod support;

crate::rules! { TypeScript:
    ts4114_missing_override,
}
