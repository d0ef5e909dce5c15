//! # Project file that is no well-formed XML
//!
//! A tag is not closed or misspelt, a quotation mark is missing, or `&` is not escaped.
//!
//! ```xml before
//! //@ error MSB4025: The project file could not be loaded. The 'PropertyGroup' start tag on line 2 position 4 does not match the end tag of 'PropertyGrou'. Line 4, position 5.
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <OutputType>Exe</OutputType>
//!   </$0PropertyGrou>
//! </Project>
//! ```
//! ```xml after
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <OutputType>Exe</OutputType>
//!   </PropertyGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Safe` when a single repair makes the file a project; `Unsafe` when there are several faults. Nothing is offered when the result would
//! have its elements in the wrong places.

use codegen::msbuild::repair;
use fix::{Applicability, Change, Fix, ProjectContext};
use text::ContentHash;

pub(crate) const CODES: &[&str] = &["MSB4025", "MSB4024", "NU1105"];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    let Some(text) = ctx.text() else { return Vec::new() };
    let Some(found) = repair(&text) else { return Vec::new() };
    let mut change = Change::new();
    let hash = ContentHash::of(text.as_bytes());
    found.edits.into_iter().for_each(|edit| change.edit(ctx.path(), hash, edit));
    let safety = if found.sole { Applicability::Safe } else { Applicability::Unsafe };
    vec![Fix::new(found.title, safety, change).mending_cause().preferred()]
}
