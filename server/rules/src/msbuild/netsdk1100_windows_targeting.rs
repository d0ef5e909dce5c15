//! # Project for Windows that is built on another system
//!
//! WPF, Windows Forms and other projects for Windows build elsewhere only when they say so.
//!
//! ```xml before
//! //@ error NETSDK1100: To build a project targeting Windows on this operating system, set the EnableWindowsTargeting property to true.
//! //- /App/App.csproj
//! $0<Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <TargetFramework>net10.0-windows</TargetFramework>
//!   </PropertyGroup>
//! </Project>
//! ```
//! ```xml after
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <TargetFramework>net10.0-windows</TargetFramework>
//!     <EnableWindowsTargeting>true</EnableWindowsTargeting>
//!   </PropertyGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Safe`: on Windows it changes nothing, elsewhere the project does not build without it.

use super::support::fix_file;
use codegen::msbuild::set_property;
use fix::{Applicability, Fix, ProjectContext};

pub(crate) const CODES: &[&str] = &["NETSDK1100"];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    let title = "Set 'EnableWindowsTargeting' to 'true'";
    let fix = fix_file(ctx.index, ctx.path(), title, Applicability::Safe, |d| {
        set_property(d, "EnableWindowsTargeting", "true").map(|e| vec![e])
    });
    fix.into_iter().map(Fix::preferred).collect()
}
