//! # Project in the folder of another one
//!
//! A project compiles all sources below its folder, those of another project, too: the attributes that the build writes for both are there
//! twice.
//!
//! ```xml before
//! //@ error CS0579: Duplicate 'System.Reflection.AssemblyCompanyAttribute' attribute
//! //- /App/App.csproj
//! $0<Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <TargetFramework>net10.0</TargetFramework>
//!   </PropertyGroup>
//! </Project>
//! //- /App/tests/App.Tests/App.Tests.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//! </Project>
//! ```
//! ```xml after
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <TargetFramework>net10.0</TargetFramework>
//!   </PropertyGroup>
//!   <ItemGroup>
//!     <Compile Remove="tests\App.Tests\**" />
//!   </ItemGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Safe`: each project then compiles its own files, as before the other one was put there.

use super::support::fix_file;
use codegen::msbuild::add_item;
use fix::{Applicability, Fix, ProjectContext, language};
use std::path::Path;

/// What else is reported for files that are compiled by a project that is not theirs.
pub(crate) const CODES: &[&str] = &[
    "CS0579", "CS0246", "CS0234", "CS0103", "CS0101", "CS0111", "CS0017", "CS8802", "CS1061", "CS0117", "CS0616",
    "CS0400",
];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    fix(ctx).into_iter().collect()
}

fn fix(ctx: &ProjectContext<'_>) -> Option<Fix> {
    language::project_cause(ctx)?;
    // Without any, there is another cause.
    let nested = ctx.index.csharp().nested_projects(ctx.path());
    let own = ctx.path().parent()?;
    let folders: Vec<String> = nested
        .iter()
        .filter_map(|p| Path::new(&*p.path).parent()?.strip_prefix(own).ok()?.to_str().map(|f| f.replace('/', "\\")))
        .map(|folder| format!("{folder}\\**"))
        .collect();
    let title = format!("Exclude files of '{}'", nested.first()?.assembly_name);
    let fix = fix_file(ctx.index, ctx.path(), title, Applicability::Safe, |d| {
        add_item(d, "Compile", &[("Remove", &folders.join(";"))]).map(|e| vec![e])
    })?;
    Some(fix.preferred())
}
