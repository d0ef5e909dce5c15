//! # Version of a package that no source has
//!
//! The message names the nearest version that exists.
//!
//! ```xml before
//! //@ error NU1102: Unable to find package Newtonsoft.Json with version (>= 99.0.0)
//! //@ more:   - Found 10 version(s) in nuget.org [ Nearest version: 13.0.3 ]
//! //- /App/App.csproj
//! $0<Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Newtonsoft.Json" Version="99.0.0" />
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
//! `Unsafe`: another version may be meant.

use super::support::{file_of_item, fix_file, items_named, set_version};
use fix::causes::project::nearest_version;
use fix::{Applicability, Fix, ProjectContext};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["NU1102", "NU1103"];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    let fix = ctx
        .argument(0)
        .zip(nearest_version(&ctx.diagnostic.message))
        .and_then(|(id, version)| change_version(ctx, id, version, Applicability::Unsafe));
    fix.into_iter().map(Fix::preferred).collect()
}

/// Gives the reference to a package another version, where the version is kept.
pub(super) fn change_version(ctx: &ProjectContext<'_>, id: &str, version: &str, safety: Applicability) -> Option<Fix> {
    let project = ctx.file();
    let kinds = match project.central_versions() {
        Some(_) => ["PackageVersion", "PackageReference"],
        None => ["PackageReference", "PackageVersion"],
    };
    kinds.into_iter().find_map(|kind| {
        let file = file_of_item(&project, kind, id)?;
        fix_file(ctx.index, &file, format!("Change version of '{id}' to {version}"), safety, |d| {
            let items = items_named(d, kind, id);
            let edits: Option<Vec<TextEdit>> = items.iter().map(|i| set_version(d, *i, version)).collect();
            edits.filter(|e| !e.is_empty())
        })
    })
}
