//! Rules for C#. Earlier ones come first where several answer to one code.

pub(crate) mod support;

crate::rules! { CSharp:
    cs1002_missing_semicolon,
}
