//! # Version of a package in the wrong place, or in none
//!
//! With central package management, versions stand in `Directory.Packages.props` (NU1008, NU1010); without it, in the project (NU1015).
//!
//! ```xml before
//! //@ error NU1008: The following PackageReference items cannot define a value for Version: Dapper. Projects using Central Package Management must define a Version value on a PackageVersion item. For more information, visit https://aka.ms/nuget/cpm/gettingstarted
//! //- /App/App.csproj
//! $0<Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Dapper" Version="2.1.35" />
//!   </ItemGroup>
//! </Project>
//! //- /Directory.Packages.props
//! <Project>
//!   <PropertyGroup>
//!     <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
//!   </PropertyGroup>
//!   <ItemGroup>
//!     <PackageVersion Include="Serilog" Version="4.0.0" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```xml after
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Dapper" />
//!   </ItemGroup>
//! </Project>
//! //- /Directory.Packages.props
//! <Project>
//!   <PropertyGroup>
//!     <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
//!   </PropertyGroup>
//!   <ItemGroup>
//!     <PackageVersion Include="Serilog" Version="4.0.0" />
//!     <PackageVersion Include="Dapper" Version="2.1.35" />
//!   </ItemGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Safe` when a version is moved, or is the same in both places. `Unsafe` when the project had another version, and when a version is taken
//! from other projects, the last restore, or the packages of this machine. Nothing is offered when no version is known.

use super::support::{edit_file, file_of_item, items_named, set_version};
use codegen::msbuild::{Document, add_item, remove_attribute, remove_element};
use fix::{Applicability, Change, Fix, ProjectContext};
use index::csharp::{PackageVersion, ProjectFile};
use std::path::Path;

pub(crate) const CODES: &[&str] = &["NU1008", "NU1010", "NU1015"];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    let Some(ids) = ctx.argument(0) else { return Vec::new() };
    let ids: Vec<&str> =
        ids.split([';', ',']).map(|id| id.trim().trim_matches(['\'', '"'])).filter(|id| !id.is_empty()).collect();
    let project = ctx.file();
    let mut change = Change::new();
    let done = match ctx.diagnostic.code.as_str() {
        "NU1008" => centralize(ctx, &project, &ids, &mut change),
        "NU1010" => declare(ctx, &project, &ids, &mut change),
        _ => version(ctx, &project, &ids, &mut change),
    };
    let title = match ctx.diagnostic.code.as_str() {
        "NU1008" => "Move version to 'Directory.Packages.props'",
        "NU1010" => "Add version to 'Directory.Packages.props'",
        _ => "Add version of package",
    };
    done.map(|safety| Fix::new(title, safety, change).mending_cause().preferred()).into_iter().collect()
}

/// Takes versions out of the project; those that are not managed yet go into the central file.
fn centralize(
    ctx: &ProjectContext<'_>,
    project: &ProjectFile,
    ids: &[&str],
    change: &mut Change,
) -> Option<Applicability> {
    let central = project.central_versions()?;
    let mut safety = Applicability::Safe;
    let mut added: Vec<PackageVersion> = Vec::new();
    let items = project.items("PackageReference");
    for id in ids {
        let item = items.iter().find(|i| i.include.eq_ignore_ascii_case(id))?;
        let own = item.metadata("Version")?;
        let managed = project
            .items("PackageVersion")
            .iter()
            .find(|i| i.include.eq_ignore_ascii_case(id))
            .map(|i| i.metadata("Version").unwrap_or_default().to_owned());
        match managed {
            Some(version) if version == own => {}
            Some(_) => safety = Applicability::Unsafe,
            None => added.push(PackageVersion { id: item.include.to_owned(), version: own.to_owned() }),
        }
        edit_file(ctx.index, change, item.file, |d| {
            let edits = items_named(d, "PackageReference", id).into_iter().filter_map(|i| {
                let child = d.children(i).find(|c| d.element(*c).is("Version"));
                remove_attribute(d.element(i), "Version").or_else(|| Some(remove_element(d, child?)))
            });
            Some(edits.collect())
        })?;
    }
    add_versions(ctx, change, central, &added)?;
    Some(safety)
}

fn declare(
    ctx: &ProjectContext<'_>,
    project: &ProjectFile,
    ids: &[&str],
    change: &mut Change,
) -> Option<Applicability> {
    let central = project.central_versions()?;
    let known: Option<Vec<PackageVersion>> = ids.iter().map(|id| known_version(ctx, id)).collect();
    add_versions(ctx, change, central, &known?)?;
    Some(Applicability::Unsafe)
}

fn version(
    ctx: &ProjectContext<'_>,
    project: &ProjectFile,
    ids: &[&str],
    change: &mut Change,
) -> Option<Applicability> {
    for id in ids {
        let known = known_version(ctx, id)?;
        let file = file_of_item(project, "PackageReference", id)?;
        edit_file(ctx.index, change, &file, |d| {
            items_named(d, "PackageReference", id).into_iter().map(|i| set_version(d, i, &known.version)).collect()
        })?;
    }
    Some(Applicability::Unsafe)
}

/// Adds versions to the central file, in order of id.
fn add_versions(ctx: &ProjectContext<'_>, change: &mut Change, central: &Path, added: &[PackageVersion]) -> Option<()> {
    if added.is_empty() {
        return Some(());
    }
    edit_file(ctx.index, change, central, |d: &Document<'_>| {
        added
            .iter()
            .map(|p| add_item(d, "PackageVersion", &[("Include", &p.id), ("Version", &p.version)]))
            .collect::<Option<Vec<_>>>()
            // Several at one place are one insertion.
            .map(|mut edits| {
                edits.sort_by_key(|e| e.range.start);
                edits.dedup_by(|b, a| {
                    let same = a.range == b.range;
                    if same {
                        a.new_text.push_str(&b.new_text);
                    }
                    same
                });
                edits
            })
    })
}

/// The version that other projects, the last restore or the packages folder have.
fn known_version(ctx: &ProjectContext<'_>, id: &str) -> Option<PackageVersion> {
    let csharp = ctx.index.csharp();
    let project = ctx.project()?;
    let framework = project.frameworks.first().map_or("", |f| f.as_str());
    let of_id = |all: Vec<PackageVersion>| all.into_iter().find(|p| p.id.eq_ignore_ascii_case(id));
    of_id(csharp.packages_of_tree(&project))
        .or_else(|| of_id(csharp.central_packages(ctx.path())))
        .or_else(|| of_id(csharp.restored_packages(ctx.path())))
        .or_else(|| csharp.installed_package(id, framework))
}
