//! # Reference to a project that is not where the path says
//!
//! The project was moved or renamed, or the path is misspelt. Imports and entries of solutions are treated alike.
//!
//! ```xml before
//! //@ warning MSB9008: The referenced project ..\Core\Core.csproj does not exist.
//! //- /App/App.csproj
//! $0<Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <ProjectReference Include="..\Core\Core.csproj" />
//!   </ItemGroup>
//! </Project>
//! //- /src/Core/Core.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//! </Project>
//! ```
//! ```xml after
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <ProjectReference Include="..\src\Core\Core.csproj" />
//!   </ItemGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Safe` when exactly one file of that name is in the tree, and to refer to it makes no circle. `Unsafe` when no file has the name, and one
//! name is nearly the same.

use super::support::edit_file;
use codegen::msbuild::{escaped, nearest};
use fix::{Applicability, Change, Fix, ProjectContext};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use text::{ContentHash, TextEdit};

pub(crate) const CODES: &[&str] = &["MSB9008", "MSB3202", "NU1104", "MSB4019"];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    fix(ctx).into_iter().collect()
}

fn fix(ctx: &ProjectContext<'_>) -> Option<Fix> {
    let lost = ctx.argument(0)?;
    let name = file_name(lost);
    let extension = name.rsplit_once('.')?.1;
    let same_kind = |p: &&Arc<Path>| p.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension));
    let all: Vec<&Arc<Path>> = ctx.index.files().filter(same_kind).filter(|p| ***p != *ctx.path()).collect();
    let named = |wanted: &str| -> Vec<&Arc<Path>> {
        let is = |p: &&&Arc<Path>| p.file_name().is_some_and(|n| n.eq_ignore_ascii_case(wanted));
        all.iter().filter(is).copied().collect()
    };
    let (found, safety) = match named(name).as_slice() {
        [only] => (*only, Applicability::Safe),
        [] => {
            let names: Vec<&str> = all.iter().filter_map(|p| p.file_name()?.to_str()).collect();
            match named(nearest(name, names.into_iter())?).as_slice() {
                [only] => (*only, Applicability::Unsafe),
                _ => return None,
            }
        }
        _ => return None,
    };
    let csharp = ctx.index.csharp();
    let project_at = |path: &Path| csharp.projects().into_iter().find(|p| Path::new(&*p.path) == path);
    if let (Some(from), Some(to)) = (ctx.project(), project_at(found))
        && csharp.project_sees(&to, &from)
    {
        return None;
    }
    let below = ctx.index.roots().iter().find_map(|r| found.strip_prefix(r).ok()).unwrap_or(found);
    let title = format!("Change path to '{}'", below.to_string_lossy().replace('\\', "/"));
    let mut change = Change::new();
    if ctx.path().extension().is_some_and(|e| e.eq_ignore_ascii_case("sln")) {
        in_solution(ctx, &mut change, name, found)?;
    } else {
        // The project has it, or a file that it imports.
        let file = ctx.file();
        let mut files: Vec<PathBuf> = vec![ctx.path().to_owned()];
        files.extend(file.files().into_iter().filter(|f| *f != ctx.path()).map(Path::to_owned));
        files.into_iter().find_map(|path| in_project(ctx, &mut change, &path, name, found))?;
    }
    // What was moved is lost for all that refer to it.
    for project in csharp.projects() {
        let path = Path::new(&*project.path);
        let mut here = Change::new();
        if path != ctx.path()
            && change.file(path).is_none()
            && path != &**found
            && in_project(ctx, &mut here, path, name, found).is_some()
        {
            change = change.union(&here).ok()?;
        }
    }
    Some(Fix::new(title, safety, change).mending_cause().preferred())
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Elements and their attributes that hold paths of projects and imports.
const PATHS: &[(&str, &str)] = &[("ProjectReference", "Include"), ("Import", "Project"), ("Project", "Path")];

fn in_project(ctx: &ProjectContext<'_>, change: &mut Change, path: &Path, name: &str, found: &Path) -> Option<()> {
    edit_file(ctx.index, change, path, |d| {
        let edits: Vec<TextEdit> = d
            .elements
            .iter()
            .filter_map(|e| {
                let attribute = PATHS.iter().find(|(element, _)| e.is(element)).and_then(|(_, a)| e.attribute(a))?;
                if !file_name(&attribute.value).eq_ignore_ascii_case(name) || attribute.value.contains(';') {
                    return None;
                }
                // One that is right is not meant.
                let folder = path.parent()?;
                let written = attribute.value.replace('\\', "/");
                if !written.contains("$(") && ctx.index.system().is_file(&folder.join(&written)) {
                    return None;
                }
                let new = relative(path, found, !attribute.value.contains('/') || attribute.value.contains('\\'))?;
                Some(TextEdit::replace(attribute.value_range.clone(), escaped(&new)))
            })
            .collect();
        (edits.len() == 1).then_some(edits)
    })
}

/// The path in the text of a solution of the old format.
fn in_solution(ctx: &ProjectContext<'_>, change: &mut Change, name: &str, found: &Path) -> Option<()> {
    let text = ctx.text()?;
    let mut places = text.match_indices(name).filter_map(|(at, _)| {
        let start = text[..at].rfind('"')? + 1;
        let end = at + text[at..].find('"')?;
        (end == at + name.len() && !text[start..end].contains('\n')).then_some(start..end)
    });
    let (place, None) = (places.next()?, places.next()) else { return None };
    let new = relative(ctx.path(), found, true)?;
    change.edit(ctx.path(), ContentHash::of(text.as_bytes()), TextEdit::replace(place, new));
    Some(())
}

/// `to` as the file `from` writes it.
fn relative(from: &Path, to: &Path, backslashes: bool) -> Option<String> {
    let folder: Vec<Component<'_>> = from.parent()?.components().collect();
    let target: Vec<Component<'_>> = to.components().collect();
    let common = folder.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let up = folder.get(common..)?.iter().map(|_| Some(".."));
    let down = target.get(common..)?.iter().map(|c| c.as_os_str().to_str());
    let parts: Option<Vec<&str>> = up.chain(down).collect();
    Some(parts?.join(if backslashes { "\\" } else { "/" }))
}

#[cfg(test)]
mod tests {
    use crate::msbuild::support::testing::check;
    use crate::project_rule_of;

    const OTHER: &str = "//- /B/Core.csproj\n<Project/>\n";

    #[test]
    fn a_moved_project() {
        let rule = project_rule_of(module_path!());
        let message = "The project file \"/x/Core.csproj\" was not found.";
        let solution = "//- /a.slnx\n$0<Solution>\n  <Project Path=\"src/Core.csproj\" />\n</Solution>\n";
        check(
            rule,
            "MSB3202",
            message,
            &format!("{solution}{OTHER}"),
            Some("<Solution>\n  <Project Path=\"B/Core.csproj\" />\n</Solution>\n"),
            true,
        );
        let old = "//- /a.sln\n$0Project(\"{1}\") = \"Core\", \"src\\Core.csproj\", \"{2}\"\nEndProject\n";
        check(
            rule,
            "MSB3202",
            message,
            &format!("{old}{OTHER}"),
            Some("Project(\"{1}\") = \"Core\", \"B\\Core.csproj\", \"{2}\"\nEndProject\n"),
            true,
        );
        // Two could be meant, or none.
        let two = format!("{solution}{OTHER}//- /C/Core.csproj\n<Project/>\n");
        check(rule, "MSB3202", message, &two, None, false);
        check(rule, "MSB3202", message, solution, None, false);
        // A name that is nearly the same is only offered.
        let near = solution.replace("Core.csproj", "Croe.csproj");
        let message = message.replace("Core", "Croe");
        check(
            rule,
            "MSB3202",
            &message,
            &format!("{near}{OTHER}"),
            Some("<Solution>\n  <Project Path=\"B/Core.csproj\" />\n</Solution>\n"),
            false,
        );
    }
}
