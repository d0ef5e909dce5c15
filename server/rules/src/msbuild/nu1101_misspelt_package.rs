//! # Package that no source has
//!
//! Its id is misspelt.
//!
//! ```xml before
//! //@ error NU1101: Unable to find package Newtonsof.Json. No packages exist with this id in source(s): nuget.org
//! //- /App/App.csproj
//! $0<Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Newtonsof.Json" Version="13.0.3" />
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
//! `Unsafe`: it may be a package of a source that is not configured here.

use super::support::{file_of_item, fix_file, items_named};
use fix::causes::project::near_package;
use fix::{Applicability, Fix, ProjectContext};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["NU1101", "NU1100"];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    fix(ctx).into_iter().collect()
}

fn fix(ctx: &ProjectContext<'_>) -> Option<Fix> {
    let id = ctx.argument(0)?.split(' ').next()?.trim_matches(['\'', '"']);
    let right = near_package(ctx.index, id)?;
    let file = file_of_item(&ctx.file(), "PackageReference", id)?;
    let fix = fix_file(ctx.index, &file, format!("Change '{id}' to '{right}'"), Applicability::Unsafe, |d| {
        let items = items_named(d, "PackageReference", id);
        let edits = items.iter().filter_map(|i| {
            Some(TextEdit::replace(d.element(*i).attribute("Include")?.value_range.clone(), right.as_str()))
        });
        Some(edits.collect())
    })?;
    Some(fix.preferred())
}
