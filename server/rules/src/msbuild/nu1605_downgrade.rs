//! # Package in a version that does not suit the others
//!
//! The project refers to a package in an older version than what it uses needs (NU1605), or two packages need different versions of a
//! third (NU1107).
//!
//! ```xml before
//! //@ error NU1605: Detected package downgrade: Newtonsoft.Json from 13.0.3 to 12.0.1. Reference the package directly from the project to select a different version.
//! //- /App/App.csproj
//! $0<Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Newtonsoft.Json" Version="12.0.1" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```xml after
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Newtonsoft.Json" Version="13.0.3" />
//!   </ItemGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Unsafe`: what uses the package may have relied on the older version.

use super::nu1102_missing_version::change_version;
use super::support::add_package;
use fix::causes::packages::LackedPackage;
use fix::{Applicability, Change, Fix, ProjectContext};

pub(crate) const CODES: &[&str] = &["NU1605", "NU1109", "NU1107"];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    let fix = match ctx.diagnostic.code.as_str() {
        "NU1107" => refer(ctx),
        _ => raise(ctx),
    };
    fix.into_iter().map(Fix::preferred).collect()
}

fn raise(ctx: &ProjectContext<'_>) -> Option<Fix> {
    let (id, needed) = (ctx.argument(0)?, ctx.argument(1)?);
    change_version(ctx, id, needed, Applicability::Unsafe).or_else(|| add(ctx, id, needed))
}

/// `Install/reference X 2.0 directly to project App`.
fn refer(ctx: &ProjectContext<'_>) -> Option<Fix> {
    let (id, version) = ctx.argument(1)?.rsplit_once(' ')?;
    change_version(ctx, id, version, Applicability::Unsafe).or_else(|| add(ctx, id, version))
}

fn add(ctx: &ProjectContext<'_>, id: &str, version: &str) -> Option<Fix> {
    let mut change = Change::new();
    let package = LackedPackage { id: id.to_owned(), version: Some(version.to_owned()) };
    add_package(ctx.index, &mut change, ctx.path(), &package)?;
    Some(Fix::new(format!("Install package '{id}' {version}"), Applicability::Unsafe, change).mending_cause())
}
