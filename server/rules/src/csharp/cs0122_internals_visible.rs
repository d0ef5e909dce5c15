//! # Internals of another project
//!
//! Tests use what another project of the tree keeps to itself.
//!
//! ```csharp before
//! //@ error CS0122: 'Secret' is inaccessible due to its protection level
//! //@ compiler: none
//! //- /T/main.cs
//! class Tests { object M() => new $0Secret(); }
//! //- /T/App.Tests.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <ProjectReference Include="..\App\App.csproj" />
//!   </ItemGroup>
//! </Project>
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//! </Project>
//! //- /App/Secret.cs
//! internal class Secret { }
//! ```
//! ```csharp after
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <InternalsVisibleTo Include="App.Tests" />
//!   </ItemGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the declaration may be meant to be public. Offered only for projects that hold tests.

use crate::msbuild::support::fix_file;
use codegen::msbuild::add_item;
use fix::{Applicability, Fix, RuleContext};
use index::Modifiers;
use index::csharp::CsType;
use semantics::csharp::printed::{generic_name, simple_name};
use std::path::Path;

pub(crate) const CODES: &[&str] = &["CS0122", "CS1061", "CS0117"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    fix(ctx).into_iter().collect()
}

fn fix(ctx: &RuleContext<'_>) -> Option<Fix> {
    let csharp = ctx.index.csharp();
    let tests = csharp.project(ctx.path());
    if tests.path.is_empty() || !tests.is_test() {
        return None;
    }
    let owner = internal(ctx)?;
    let project = csharp.project_of_type(&owner)?;
    if project.path.is_empty() || project.path == tests.path || !csharp.project_sees(&tests, &project) {
        return None;
    }
    let title = format!("Make internals of '{}' visible to '{}'", project.assembly_name, tests.assembly_name);
    let fix = fix_file(ctx.index, Path::new(&*project.path), title, Applicability::Unsafe, |d| {
        add_item(d, "InternalsVisibleTo", &[("Include", &tests.assembly_name)]).map(|e| vec![e])
    })?;
    Some(fix.preferred())
}

/// The type whose project keeps what is named to itself: it is internal, or has an internal member of that name.
fn internal(ctx: &RuleContext<'_>) -> Option<CsType> {
    let csharp = ctx.index.csharp();
    let open = |m: Modifiers| m.intersects(Modifiers::PUBLIC | Modifiers::PRIVATE | Modifiers::PROTECTED);
    // The assembly that tests are compiled against has no internal members, unless they are for someone.
    if ctx.code().as_str() != "CS0122" {
        let owner = simple_name(generic_name(ctx.argument(0)?));
        return with_internal_member(ctx, owner, ctx.argument(1)?);
    }
    let printed = ctx.argument(0)?;
    let without_arguments = printed.split('(').next().unwrap_or(printed);
    let name = simple_name(generic_name(without_arguments));
    let is_internal_type = |t: &CsType| t.containing.is_empty() && !open(t.declaration.modifiers);
    if let Some(ty) = csharp.source_types_named(name).into_iter().find(is_internal_type) {
        return Some(ty);
    }
    // `Order.Secret()`; a member without a modifier is private.
    let owner = without_arguments.rsplit_once('.')?.0;
    with_internal_member(ctx, simple_name(generic_name(owner)), name)
}

fn with_internal_member(ctx: &RuleContext<'_>, owner: &str, name: &str) -> Option<CsType> {
    let csharp = ctx.index.csharp();
    csharp.source_types_named(owner).into_iter().find(|ty| {
        let members = csharp.members(ty);
        members.iter().any(|m| {
            m.declaration.name == name
                && m.declaration.modifiers.contains(Modifiers::INTERNAL)
                && !m.declaration.modifiers.contains(Modifiers::PRIVATE)
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    fn tree(tests: &str, member: &str) -> String {
        format!(
            "//- /T/main.cs\nclass Use {{ object M(Order o) => o.$0Secret(); }}\n//- /T/{tests}.csproj\n<Project>\n  <ItemGroup>\n    <ProjectReference Include=\"../App/App.csproj\" />\n  </ItemGroup>\n</Project>\n//- /App/App.csproj\n<Project>\n</Project>\n//- /App/o.cs\npublic class Order {{ {member} object Secret() => this; }}\n"
        )
    }

    #[test]
    fn internal_members_for_tests_only() {
        let rule = rule_of(module_path!());
        let message = "'Order.Secret()' is inaccessible due to its protection level";
        let after = "//- /App/App.csproj\n<Project>\n  <ItemGroup>\n    <InternalsVisibleTo Include=\"App.Tests\" />\n  </ItemGroup>\n</Project>\n";
        check_fix(rule, "CS0122", message, &tree("App.Tests", "internal"), after);
        let missing = "'Order' does not contain a definition for 'Secret' and no accessible extension method 'Secret' accepting a first argument of type 'Order' could be found (are you missing a using directive or an assembly reference?)";
        check_fix(rule, "CS1061", missing, &tree("App.Tests", "internal"), after);
        check_no_fix(rule, "CS0122", message, &tree("App.Tests", "private"));
        check_no_fix(rule, "CS0122", message, &tree("Web", "internal"));
    }
}
