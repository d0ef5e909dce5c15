//! # Package or shared framework that the project does not refer to
//!
//! The namespace of a using directive, or a well-known extension method, is in a package (of another project of the tree, of the last restore,
//! or a well-known one) or in ASP.NET Core.
//!
//! ```csharp before
//! //@ error CS0246: The type or namespace name 'Dapper' could not be found (are you missing a using directive or an assembly reference?)
//! //@ fix: Install package 'Dapper' 2.1.35
//! //@ compiler: none
//! //- /App/main.cs
//! using $0Dapper;
//!
//! class C { }
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Serilog" Version="4.0.0" />
//!   </ItemGroup>
//! </Project>
//! //- /Data/Data.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Dapper" Version="2.1.35" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```csharp after
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Serilog" Version="4.0.0" />
//!     <PackageReference Include="Dapper" Version="2.1.35" />
//!   </ItemGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Unsafe`: another package, or another version, may be meant. Nothing is edited when no version is known: the report says the command.

use crate::msbuild::support::mend;
use fix::{Fix, RuleContext, language};
use std::path::Path;

pub(crate) const CODES: &[&str] = &["CS0246", "CS0234", "CS0103", "CS0616", "CS1061"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let project = ctx.index.csharp().project(ctx.path());
    if project.path.is_empty() {
        return Vec::new();
    }
    let fix = language::cause(ctx).and_then(|cause| mend(ctx.index, Path::new(&*project.path), &cause));
    fix.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::csharp::support::type_not_found;
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const PROJECT: &str = "<Project Sdk=\"Microsoft.NET.Sdk\">\n</Project>\n";

    #[test]
    fn central_versions_and_the_framework_of_asp_net() {
        let rule = rule_of(module_path!());
        let with = |group: &str| {
            PROJECT.replace("</Project>", &format!("  <ItemGroup>\n    {group}\n  </ItemGroup>\n</Project>"))
        };
        let central = "//- /Directory.Packages.props\n<Project>\n  <PropertyGroup>\n    <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>\n  </PropertyGroup>\n  <ItemGroup>\n    <PackageVersion Include=\"Dapper\" Version=\"2.1.35\" />\n  </ItemGroup>\n</Project>\n";
        let code = "//- /App/c.cs\nusing $0Dapper;\nclass C { }\n";
        let before = format!("{code}//- /App/App.csproj\n{PROJECT}{central}");
        let after = format!("//- /App/App.csproj\n{}", with("<PackageReference Include=\"Dapper\" />"));
        check_fix(rule, "CS0246", &type_not_found("Dapper"), &before, &after);
        // Which version is not known.
        check_no_fix(rule, "CS0246", &type_not_found("Dapper"), &format!("{code}//- /App/App.csproj\n{PROJECT}"));
        let code = "//- /App/c.cs\nusing Microsoft.$0AspNetCore.Http;\nclass C { }\n";
        let message = "The type or namespace name 'AspNetCore' does not exist in the namespace 'Microsoft' (are you missing an assembly reference?)";
        let after =
            format!("//- /App/App.csproj\n{}", with("<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />"));
        check_fix(rule, "CS0234", message, &format!("{code}//- /App/App.csproj\n{PROJECT}"), &after);
    }
}
