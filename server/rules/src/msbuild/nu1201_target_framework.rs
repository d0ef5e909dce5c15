//! # Target framework that does not suit
//!
//! A referenced project does not support the project's framework (NU1201), the SDK does not know it (NETSDK1045), or it is misspelt
//! (NETSDK1013, and MSB3644 for `net10` instead of `net10.0`).
//!
//! ```xml before
//! //@ error NU1201: Project Core is not compatible with net8.0 (.NETCoreApp,Version=v8.0). Project Core supports: net10.0 (.NETCoreApp,Version=v10.0)
//! //@ fix: Target 'net10.0'
//! //- /App/App.csproj
//! $0<Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <TargetFramework>net8.0</TargetFramework>
//!   </PropertyGroup>
//! </Project>
//! ```
//! ```xml after
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <TargetFramework>net10.0</TargetFramework>
//!   </PropertyGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the other project may be the one to change. `Safe` for a framework that is spelt in a way that means none.

use super::support::fix_file;
use codegen::msbuild::{nearest, set_property};
use fix::causes::project::supported;
use fix::{Applicability, Fix, ProjectContext};
use std::path::Path;

pub(crate) const CODES: &[&str] = &["NU1201", "NETSDK1045", "NETSDK1013", "MSB3644", "NU1101", "NU1102"];

/// Frameworks that projects target.
const KNOWN: &[&str] = &[
    "net10.0",
    "net9.0",
    "net8.0",
    "net7.0",
    "net6.0",
    "net5.0",
    "netcoreapp3.1",
    "netstandard2.0",
    "netstandard2.1",
    "net48",
    "net481",
    "net472",
    "net462",
];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    match ctx.diagnostic.code.as_str() {
        "NU1201" => suit(ctx),
        "NETSDK1045" => lower(ctx).into_iter().collect(),
        // Restoring fails before the SDK looks at it.
        "NU1101" | "NU1102" if !ctx.argument(0).is_some_and(|id| id.starts_with("Microsoft.NETFramework.Ref")) => {
            Vec::new()
        }
        _ => respell(ctx).into_iter().collect(),
    }
}

/// Sets the only framework of the project, in the file that sets it.
fn target(ctx: &ProjectContext<'_>, project: &Path, framework: &str, safety: Applicability) -> Option<Fix> {
    let file = ctx.index.csharp().project_file(project);
    let property = ["TargetFrameworks", "TargetFramework"].into_iter().find(|p| !file.property(p).is_empty())?;
    let origin = file.origin(property)?;
    let [own] = file.frameworks()[..] else { return None };
    let other = origin != ctx.path();
    let title = match other {
        true => format!("Target '{framework}' in '{}'", origin.file_name()?.to_str()?),
        false => format!("Target '{framework}'"),
    };
    if own == framework {
        return None;
    }
    fix_file(ctx.index, origin, title, safety, |d| {
        // One that other properties make is not known.
        let written = d.element(d.property(property)?);
        (written.text == own).then(|| set_property(d, property, framework))?.map(|e| vec![e])
    })
}

fn suit(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    let supports = supported(&ctx.diagnostic.message);
    let own = supports.first().and_then(|f| target(ctx, ctx.path(), f, Applicability::Unsafe)).map(Fix::preferred);
    let csharp = ctx.index.csharp();
    let other = || {
        let (name, wanted) = (ctx.argument(0)?, ctx.argument(1)?.split(' ').next()?);
        let mut named = csharp.projects().into_iter().filter(|p| p.assembly_name.eq_ignore_ascii_case(name));
        let (project, None) = (named.next()?, named.next()) else { return None };
        target(ctx, Path::new(&*project.path), wanted, Applicability::Unsafe)
    };
    own.into_iter().chain(other()).collect()
}

fn lower(ctx: &ProjectContext<'_>) -> Option<Fix> {
    let (name, newest) = (ctx.argument(0)?, ctx.argument(2)?);
    if name != ".NET" {
        return None;
    }
    let file = ctx.file();
    let [own] = file.frameworks()[..] else { return None };
    let platform = own.split_once('-').map_or(String::new(), |(_, platform)| format!("-{platform}"));
    target(ctx, ctx.path(), &format!("net{newest}{platform}"), Applicability::Unsafe).map(Fix::preferred)
}

/// `net10` is .NET Framework 1.0; `netcore8.0` and `.net8.0` are nothing.
fn respell(ctx: &ProjectContext<'_>) -> Option<Fix> {
    let file = ctx.file();
    let [own] = file.frameworks()[..] else { return None };
    if KNOWN.iter().any(|known| own.eq_ignore_ascii_case(known)) {
        return None;
    }
    let lower = own.to_ascii_lowercase();
    let letters = lower.trim_start_matches('.');
    let digits = letters.find(|c: char| c.is_ascii_digit()).unwrap_or(letters.len());
    let (word, version) = letters.split_at(digits);
    let version = version.trim_start_matches('v').trim();
    let modern = |v: &str| format!("net{}", if v.contains('.') { v.to_owned() } else { format!("{v}.0") });
    let respelt = match word.trim_end_matches([' ', '-', 'v', '_']) {
        "net" | "netcore" | "dotnet" | "netcoreapp" | "core" => Some(modern(version)),
        _ => None,
    };
    let right = respelt.as_deref().and_then(|r| KNOWN.iter().copied().find(|k| *k == r));
    let right = right.or_else(|| nearest(own, KNOWN.iter().copied().filter(|k| own.ends_with(&k[k.len() - 2..]))))?;
    target(ctx, ctx.path(), right, Applicability::Safe).map(Fix::preferred)
}

#[cfg(test)]
mod tests {
    use crate::msbuild::support::testing::check;
    use crate::project_rule_of;

    fn file(framework: &str) -> String {
        format!(
            "<Project Sdk=\"Microsoft.NET.Sdk\">\n  <PropertyGroup>\n    <TargetFramework>{framework}</TargetFramework>\n  </PropertyGroup>\n</Project>\n"
        )
    }

    #[test]
    fn frameworks_that_do_not_exist() {
        let rule = project_rule_of(module_path!());
        for (wrong, right) in
            [("net10", "net10.0"), ("nett8.0", "net8.0"), ("netcore8.0", "net8.0"), (".net9.0", "net9.0")]
        {
            let message = format!(
                "The TargetFramework value '{wrong}' was not recognized. It may be misspelled. If not, then the TargetFrameworkIdentifier and/or TargetFrameworkVersion properties must be specified explicitly."
            );
            check(rule, "NETSDK1013", &message, &format!("//- /a.csproj\n$0{}", file(wrong)), Some(&file(right)), true);
        }
        let message = "The TargetFramework value 'bogus' was not recognized.";
        check(rule, "NETSDK1013", message, &format!("//- /a.csproj\n$0{}", file("bogus")), None, false);
    }

    #[test]
    fn a_framework_that_the_sdk_does_not_know() {
        let rule = project_rule_of(module_path!());
        let message = "The current .NET SDK does not support targeting .NET 11.0.  Either target .NET 10.0 or lower, or use a version of the .NET SDK that supports .NET 11.0. Download the .NET SDK from https://aka.ms/dotnet/download";
        let props = format!("//- /a.csproj\n$0<Project Sdk=\"S\" />\n//- /Directory.Build.props\n{}", file("net11.0"));
        check(
            rule,
            "NETSDK1045",
            message,
            &props,
            Some(&format!("//- /Directory.Build.props\n{}", file("net10.0"))),
            false,
        );
    }
}
