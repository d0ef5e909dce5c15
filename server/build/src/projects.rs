//! What project and solution files name: as far as it takes to count projects, to choose one, or a part of a solution. No properties, no conditions.

use crate::call::{Call, Tool};
use crate::command::BuildCommand;
use disk::Kind;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Projects that are followed.
const MOST: usize = 10_000;

/// A solution with the projects that it names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Solution {
    path: PathBuf,
    /// As it is written, and where that is.
    projects: Vec<(String, PathBuf)>,
}

impl Solution {
    /// Reads a `.sln`, `.slnx` or `.slnf`; `None` where there is none, or one without projects.
    pub fn read(path: &Path) -> Option<Self> {
        let text = disk::read_text(path, Kind::Project).ok()?;
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        let written: Vec<String> = match extension.as_str() {
            // `Project("{…}") = "App", "src\App\App.csproj", "{…}"`.
            "sln" => {
                let lines = text.lines().filter(|l| l.trim_start().starts_with("Project("));
                lines.filter_map(|l| Some(l.split('"').nth(5)?.to_owned())).collect()
            }
            "slnx" => values(&text, "<Project ", "Path").collect(),
            "slnf" => {
                let json = jsonc_parser::parse_to_serde_value::<serde_json::Value>(&text, &Default::default()).ok()?;
                let projects = json.get("solution")?.get("projects")?.as_array()?;
                projects.iter().filter_map(|p| Some(p.as_str()?.to_owned())).collect()
            }
            _ => return None,
        };
        let folder = path.parent()?;
        let is_project = |p: &String| p.rsplit_once('.').is_some_and(|(_, e)| e.ends_with("proj"));
        let projects: Vec<_> =
            written.into_iter().filter(is_project).take(MOST).map(|p| (p.clone(), join(folder, &p))).collect();
        (!projects.is_empty()).then(|| Self { path: path.to_owned(), projects })
    }

    /// The projects' files, without links followed.
    pub fn projects(&self) -> impl Iterator<Item = &Path> {
        self.projects.iter().map(|(_, path)| path.as_path())
    }

    /// A solution filter of these projects, for a file anywhere.
    pub fn filter(&self, wanted: &dyn Fn(&Path) -> bool) -> String {
        let projects: Vec<&String> = self.projects.iter().filter(|(_, path)| wanted(path)).map(|(p, _)| p).collect();
        serde_json::json!({ "solution": { "path": self.path, "projects": projects } }).to_string()
    }
}

/// How many projects a command builds, as far as their files tell.
pub fn project_count(command: &BuildCommand) -> Option<usize> {
    let call = Call::of(command).filter(|c| matches!(c.tool(), Tool::DotnetBuild | Tool::MsBuild))?;
    let target = command.folder.join(call.target()?);
    if let Some(solution) = Solution::read(&target) {
        return Some(solution.projects.len());
    }
    let (mut seen, mut queue) = (BTreeSet::from([target.clone()]), vec![target]);
    while let Some(project) = queue.pop().filter(|_| seen.len() < MOST) {
        queue.extend(references(&project).into_iter().filter(|r| seen.insert(r.clone())));
    }
    Some(seen.len())
}

/// The projects that a project references by plain paths.
pub(crate) fn references(project: &Path) -> Vec<PathBuf> {
    let text = disk::read_text(project, Kind::Project).unwrap_or_default();
    let folder = project.parent().unwrap_or(project);
    let named = values(&text, "<ProjectReference", "Include");
    named.flat_map(|n| n.split(';').map(|p| join(folder, p.trim())).collect::<Vec<_>>()).collect()
}

/// The values of an attribute of all elements that begin so.
fn values<'t>(text: &'t str, element: &'t str, attribute: &'t str) -> impl Iterator<Item = String> + 't {
    text.split(element).skip(1).filter_map(move |rest| {
        let element = rest.split('>').next()?;
        let value = element.split_once(attribute)?.1.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = value[1..].split(quote).next()?;
        Some(value.replace("&amp;", "&"))
    })
}

/// `folder` and a relative path of a project file, without `..`.
pub(crate) fn join(folder: &Path, relative: &str) -> PathBuf {
    let mut out = PathBuf::new();
    for component in folder.join(relative.replace('\\', "/")).components() {
        match component {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn solutions_name_projects() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let sln = "Project(\"{9A19103F-16F7-4668-BE54-9A1E7A4F7556}\") = \"App\", \"src\\App\\App.csproj\", \"{1}\"\r\nEndProject\r\n\
                   Project(\"{2150E333-8FDC-42A3-9474-1A3956D46DE8}\") = \"src\", \"src\", \"{2}\"\r\n";
        let slnx = "<Solution>\n  <Folder Name=\"/a/\"><Project Path=\"src/App/App.csproj\" /></Folder>\n  <Project Type=\"x\" Path='B &amp; C/B.vbproj'>\n</Solution>";
        let slnf = r#"{ "solution": { "path": "S.sln", "projects": [ "src\\App\\App.csproj", ] } }"#;
        let count =
            |path: &PathBuf| Solution::read(path).map(|s| s.projects().map(Path::to_path_buf).collect::<Vec<_>>());
        let app = dir.path().join("src/App/App.csproj");
        assert_eq!(count(&write("S.sln", sln)), Some(vec![app.clone()]));
        assert_eq!(count(&write("S.slnx", slnx)), Some(vec![app.clone(), dir.path().join("B & C/B.vbproj")]));
        assert_eq!(count(&write("S.slnf", slnf)), Some(vec![app.clone()]));
        assert_eq!(count(&write("E.sln", "")), None);
        let filter = Solution::read(&dir.path().join("S.sln")).unwrap().filter(&|p| p == app);
        assert!(filter.contains(r#""projects":["src\\App\\App.csproj"]"#) && filter.contains("S.sln"), "{filter}");
        write("A.csproj", r#"<ProjectReference Include="B.csproj" /><ProjectReference Include = 'C.csproj;B.csproj'>"#);
        write("B.csproj", r#"<ProjectReference Include="./A.csproj"/>"#);
        let counted = |command: &str| project_count(&BuildCommand::given(command, dir.path()));
        assert_eq!(counted("dotnet build A.csproj"), Some(3));
        assert_eq!(counted("dotnet build S.slnx"), Some(2));
        assert_eq!((counted("make"), counted("dotnet build")), (None, None));
    }
}
