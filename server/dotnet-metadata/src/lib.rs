//! .NET metadata: what the bytes of an assembly declare, as C# would write it (ECMA-335, 6th edition).
//!
//! **Knows** PE files, metadata tables, signatures, and the attributes by which compilers store nullable annotations, tuple names and
//! default values. **Must not know** files, projects, the index. It performs no IO. Every bound is checked: a corrupt assembly gives
//! fewer declarations, never a panic.

mod assembly;
mod attributes;
mod constants;
mod image;
mod keywords;
mod model;
mod reader;
mod signature;
mod visibility;

pub use assembly::{Assembly, ForwardedType, read};
pub use constants::Enums;
pub use image::ImageError;
pub use keywords::is_keyword;
pub use model::{Member, MemberKind, Modifiers, Parameter, Type, TypeKind, TypeParameter};
