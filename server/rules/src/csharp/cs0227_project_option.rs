//! # Option of the project that the code needs
//!
//! Unsafe code (CS0227), annotations of nullable types (CS8632), or a feature of a newer language version than the project asks for.
//!
//! ```csharp before
//! //@ error CS0227: Unsafe code may only appear if compiling with /unsafe
//! //@ compiler: none
//! //- /App/main.cs
//! class C { unsafe int* $0p; }
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <TargetFramework>net10.0</TargetFramework>
//!   </PropertyGroup>
//! </Project>
//! ```
//! ```csharp after
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <TargetFramework>net10.0</TargetFramework>
//!     <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
//!   </PropertyGroup>
//! </Project>
//! ```
//! ```csharp before
//! //@ error CS8773: Feature 'file-scoped namespace' is not available in C# 9.0. Please use language version 10.0 or greater.
//! //@ fix: Upgrade this project to C# language version '10.0'
//! //@ compiler: none
//! //- /App/main.cs
//! $0namespace N;
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <LangVersion>9</LangVersion>
//!   </PropertyGroup>
//! </Project>
//! ```
//! ```csharp after
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <LangVersion>10.0</LangVersion>
//!   </PropertyGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Safe` for unsafe code: the code asks for it. `Unsafe` for language versions, which may give other code another meaning, and for nullable
//! types, which bring warnings elsewhere.

use crate::msbuild::support::{fix_file, set_option};
use codegen::msbuild::set_property;
use fix::{Applicability, Fix, RuleContext};
use index::csharp::ProjectFile;
use std::path::Path;

pub(crate) const CODES: &[&str] = &[
    "CS0227", "CS8632", "CS8370", "CS8400", "CS8773", "CS8936", "CS9058", "CS9202", "CS9260", "CS8652", "CS8107",
    "CS8302", "CS8320", "CS8059", "CS8026", "CS8025", "CS8024", "CS8023", "CS8022", "CS8904", "CS8706", "CS9327",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let project = ctx.index.csharp().project(ctx.path());
    if project.path.is_empty() {
        return Vec::new();
    }
    let file = ctx.index.csharp().project_file(Path::new(&*project.path));
    let d = ctx.diagnostic;
    let fix = match ctx.code().as_str() {
        "CS8632" => nullable(ctx, &file),
        code => set_option(ctx.index, &file, code, &d.arguments, &d.message),
    };
    fix.into_iter().collect()
}

fn nullable(ctx: &RuleContext<'_>, file: &ProjectFile) -> Option<Fix> {
    let value = file.property("Nullable");
    if !value.is_empty() && !value.eq_ignore_ascii_case("disable") {
        return None;
    }
    let path = file.origin("Nullable").unwrap_or(file.path());
    let title = "Enable nullable reference types in project";
    fix_file(ctx.index, path, title, Applicability::Unsafe, |d| set_property(d, "Nullable", "enable").map(|e| vec![e]))
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn the_property_is_changed_where_it_is_set() {
        let rule = rule_of(module_path!());
        let message = "Das Feature \"file-scoped namespace\" ist in C# 9.0 nicht verfügbar. Verwenden Sie Sprachversion 10.0 oder höher.";
        let props = |v: &str| {
            format!(
                "//- /Directory.Build.props\n<Project>\n  <PropertyGroup>\n    <LangVersion>{v}</LangVersion>\n  </PropertyGroup>\n</Project>\n"
            )
        };
        let tree = |v: &str| {
            format!("//- /App/a.cs\n$0namespace N;\n//- /App/App.csproj\n<Project>\n</Project>\n{}", props(v))
        };
        check_fix(rule, "CS8773", message, &tree("9"), &props("10.0"));
        check_no_fix(rule, "CS8773", message, &tree("latest"));
        let nullable = "The annotation for nullable reference types should only be used in code within a '#nullable' annotations context.";
        let code = "//- /App/a.cs\nclass C { string?$0 s; }\n//- /App/App.csproj\n<Project>\n  <PropertyGroup>\n    <A>1</A>\n  </PropertyGroup>\n</Project>\n";
        let after = "//- /App/App.csproj\n<Project>\n  <PropertyGroup>\n    <A>1</A>\n    <Nullable>enable</Nullable>\n  </PropertyGroup>\n</Project>\n";
        check_fix(rule, "CS8632", nullable, code, after);
    }
}
