//! # Reference to another project, or implicit usings
//!
//! The namespace or type is declared by another project of the tree, to which the project does not refer. Or most files of the project rely on
//! the SDK's implicit usings, and the project does not have them.
//!
//! ```csharp before
//! //@ error CS0246: The type or namespace name 'Core' could not be found (are you missing a using directive or an assembly reference?)
//! //@ fix: Add reference to 'Core'
//! //- /App/main.cs
//! using $0Core;
//!
//! class C { Thing t; }
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <ProjectReference Include="..\Other\Other.csproj" />
//!   </ItemGroup>
//! </Project>
//! //- /Core/Core.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//! </Project>
//! //- /Core/Thing.cs
//! namespace Core { public class Thing { } }
//! ```
//! ```csharp after
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <ProjectReference Include="..\Other\Other.csproj" />
//!     <ProjectReference Include="..\Core\Core.csproj" />
//!   </ItemGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Safe` when a using directive of the file names a namespace that exactly one project of the tree declares, and that project's framework fits.
//! `Unsafe` when only the name of a type leads to the project. Nothing is offered when that project refers to this one, when several declare the
//! name, or when it holds tests and this one does not. `ImplicitUsings` is `Safe` when no file of the project has directives of its own for what
//! they bring: it never compiled without them. Else `Unsafe`: each file may be meant to have its own directives.

use crate::msbuild::support::fix_file;
use codegen::msbuild::{add_item, include_of, set_property};
use fix::causes::Cause;
use fix::{Applicability, Fix, RuleContext, language};
use index::csharp::CsProject;
use std::path::Path;

pub(crate) const CODES: &[&str] = &["CS0246", "CS0234", "CS0103", "CS0616", "CS1061", "CS1929", "CS0012"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = match language::cause(ctx) {
        Some(Cause::LostProject { to, .. }) => add(ctx, &to),
        Some(Cause::NoImplicitUsings { all, .. }) => turn_on_usings(ctx, all),
        _ => None,
    };
    fix.into_iter().collect()
}

/// Sets the property in the project of the diagnostic's file.
fn turn_on_usings(ctx: &RuleContext<'_>, all: bool) -> Option<Fix> {
    let safety = if all { Applicability::Safe } else { Applicability::Unsafe };
    let project = ctx.index.csharp().project(ctx.path());
    let title = format!("Enable implicit usings of '{}'", project.assembly_name);
    let fix = fix_file(ctx.index, Path::new(&*project.path), title, safety, |d| {
        set_property(d, "ImplicitUsings", "enable").map(|e| vec![e])
    });
    fix.map(Fix::preferred)
}

fn add(ctx: &RuleContext<'_>, to: &[String]) -> Option<Fix> {
    let [name] = to else { return None };
    let csharp = ctx.index.csharp();
    let from = csharp.project(ctx.path());
    let mut named = csharp.projects().into_iter().filter(|p| p.assembly_name == name.as_str());
    let (Some(to), None) = (named.next(), named.next()) else { return None };
    if from.path.is_empty() || csharp.project_sees(&to, &from) || to.is_test() && !from.is_test() {
        return None;
    }
    let outline = ctx.index.outline(ctx.path())?;
    let asks = outline.imports.iter().any(|i| {
        !csharp.reaches_namespace(&i.target, ctx.path())
            && csharp.projects_with_namespace(&i.target).iter().map(|p| &p.path).eq([&to.path])
    });
    // The compiler names the assembly.
    let safe = asks || ctx.code().as_str() == "CS0012";
    let safety = if safe { Applicability::Safe } else { Applicability::Unsafe };
    if !fits(&from, &to) {
        return None;
    }
    let file = Path::new(&*from.path);
    let fix = fix_file(ctx.index, file, format!("Add reference to '{name}'"), safety, |d| {
        let include = include_of(d, file, Path::new(&*to.path))?;
        add_item(d, "ProjectReference", &[("Include", &include)]).map(|e| vec![e])
    })?;
    Some(if safe { fix.preferred() } else { fix })
}

/// Whether a project for the frameworks of `from` can refer to `to`.
fn fits(from: &CsProject, to: &CsProject) -> bool {
    let modern = |framework: &str| -> Option<f32> { framework.strip_prefix("net")?.split('-').next()?.parse().ok() };
    from.frameworks.iter().all(|own| {
        to.frameworks.is_empty()
            || to.frameworks.iter().any(|other| {
                let newer = || Some(modern(own)? >= modern(other)? && other.contains('.') && own.contains('.'));
                own == other || other.starts_with("netstandard") || newer() == Some(true)
            })
    })
}

#[cfg(test)]
mod tests {
    use crate::csharp::support::type_not_found;
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const PROJECT: &str = "<Project Sdk=\"Microsoft.NET.Sdk\">\n</Project>\n";
    const ADDED: &str = "<Project Sdk=\"Microsoft.NET.Sdk\">\n  <ItemGroup>\n    <ProjectReference Include=\"..\\A\\A.csproj\" />\n  </ItemGroup>\n</Project>\n";

    fn tree(app: &str, core: &str, code: &str, thing: &str) -> String {
        format!("//- /App/c.cs\n{code}//- /App/App.csproj\n{app}//- /A/A.csproj\n{core}//- /A/t.cs\n{thing}")
    }

    #[test]
    fn by_the_namespace_or_by_the_type_alone() {
        let rule = rule_of(module_path!());
        let thing = "namespace N { public class Thing { } }\n";
        let after = format!("//- /App/App.csproj\n{ADDED}");
        let of_type = type_not_found("Thing");
        let using = tree(PROJECT, PROJECT, "using N;\nclass C { $0Thing t; }\n", thing);
        check_fix(rule, "CS0246", &of_type, &using, &after);
        // Nothing of the file itself changes.
        check_fix_all(rule, "CS0246", &of_type, &[], &using, Some(""));
        let alone = tree(PROJECT, PROJECT, "class C { $0Thing t; }\n", thing);
        check_fix_all(rule, "CS0246", &of_type, &[], &alone, None);
    }

    #[test]
    fn not_in_a_circle_and_not_to_tests() {
        let rule = rule_of(module_path!());
        let thing = "namespace N { public class Thing { } }\n";
        let code = "using N;\nclass C { $0Thing t; }\n";
        let of_type = type_not_found("Thing");
        let back = PROJECT.replace(
            "</Project>",
            "<ItemGroup><ProjectReference Include=\"../App/App.csproj\" /></ItemGroup></Project>",
        );
        check_no_fix(rule, "CS0246", &of_type, &tree(PROJECT, &back, code, thing));
        let tests =
            PROJECT.replace("</Project>", "<ItemGroup><PackageReference Include=\"xunit\" /></ItemGroup></Project>");
        check_no_fix(rule, "CS0246", &of_type, &tree(PROJECT, &tests, code, thing));
    }
}
