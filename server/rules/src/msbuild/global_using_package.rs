//! # Namespace of a `<Using>` item that is not there
//!
//! A `<Using>` item of the project, or the SDK's implicit usings, name a namespace of a package, a framework or a project to which the
//! project does not refer.
//!
//! ```xml before
//! //@ error CS0246: The type or namespace name 'Xunit' could not be found (are you missing a using directive or an assembly reference?)
//! //- /T/T.csproj
//! $0<Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <Using Include="Xunit" />
//!   </ItemGroup>
//! </Project>
//! //- /U/U.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="xunit" Version="2.9.3" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```xml after
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <Using Include="Xunit" />
//!   </ItemGroup>
//!   <ItemGroup>
//!     <PackageReference Include="xunit" Version="2.9.3" />
//!   </ItemGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the item may be what is too much.

use super::support::{mend, set_option};
use fix::{Fix, ProjectContext, language};

pub(crate) const CODES: &[&str] =
    &["CS0246", "CS0234", "CS8773", "CS8370", "CS8400", "CS8652", "CS8107", "CS8302", "CS8320", "CS8059", "CS8026"];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    let d = ctx.diagnostic;
    let fix = match d.code.as_str() {
        "CS0246" | "CS0234" => language::project_cause(ctx).and_then(|cause| mend(ctx.index, ctx.path(), &cause)),
        // A directive for all files is newer than the language that the project sets.
        code => set_option(ctx.index, &ctx.file(), code, &d.arguments, &d.message),
    };
    fix.into_iter().collect()
}
