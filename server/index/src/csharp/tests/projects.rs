//! Projects and what they can reference.

use crate::Index;
use crate::csharp::CompiledProject;
use std::path::Path;

const APP: &str = "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFrameworks>netstandard2.0;net8.0</TargetFrameworks>\
    <ImplicitUsings>enable</ImplicitUsings><LangVersion>12</LangVersion></PropertyGroup>\
    <ItemGroup><ProjectReference Include=\"..\\Lib\\Lib.csproj\" /><PackageReference Include=\"Newtonsoft.Json\" Version=\"13\" />\
    <Using Include=\"Extra\" /><Using Remove=\"System.IO\" /><Using Include=\"System.Math\" Static=\"True\" />\
    <Using Include=\"Extra.Thing\" Alias=\"It\" /><Compile Remove=\"old/**/*.cs\" /></ItemGroup>\
    <ItemGroup Condition=\"'$(TargetFramework)' == 'netstandard2.0'\"><Using Include=\"OnlyOld\" /></ItemGroup></Project>";

fn workspace() -> Index {
    Index::in_memory([
        ("/Directory.Build.props", "<Project><PropertyGroup><Nullable>enable</Nullable></PropertyGroup></Project>"),
        ("/App/App.csproj", APP),
        ("/App/a.cs", "namespace App { class A { } }"),
        ("/App/old/o.cs", "class O { }"),
        ("/App/x.cs", "namespace Extra { class Thing { } }"),
        (
            "/Lib/Lib.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><AssemblyName>The.Lib</AssemblyName>\
            <TargetFramework>net8.0</TargetFramework></PropertyGroup><ItemGroup><InternalsVisibleTo Include=\"Tests\"/></ItemGroup></Project>",
        ),
        (
            "/Lib/l.cs",
            "namespace Lib { public class Shown { class In { } public class Out { } } internal class Hidden { } }",
        ),
        ("/Lib/g.cs", "global using Lib;"),
        (
            "/Tests/Tests.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><ProjectReference Include=\"../App/App.csproj\"/></ItemGroup></Project>",
        ),
        ("/Tests/t.cs", "class T { }"),
        ("/loose.cs", "class Loose { }"),
    ])
}

#[test]
fn a_project_file_is_understood() {
    let index = workspace();
    let app = index.csharp().project(Path::new("/App/a.cs"));
    assert_eq!(app.path.as_ref(), "/App/App.csproj");
    assert!(app.nullable);
    assert_eq!(app.frameworks, ["netstandard2.0", "net8.0"]);
    assert_eq!(app.lang_version, "12");
    assert_eq!(app.packages, ["Newtonsoft.Json"]);
    assert_eq!(app.references[0].as_ref(), Path::new("/Lib/Lib.csproj"));
    assert_eq!((app.root_namespace.as_str(), app.assembly_name.as_str()), ("App", "App"));
    let usings = &app.usings;
    assert!(usings.contains(&"System.Linq".into()) && usings.contains(&"Extra".into()));
    assert!(!usings.contains(&"System.IO".into()) && !usings.contains(&"OnlyOld".into()));
    assert_eq!(index.csharp().project(Path::new("/Lib/l.cs")).assembly_name, "The.Lib");
    assert_eq!(index.csharp().project(Path::new("/App/old/o.cs")).path.as_ref(), "");
    assert_eq!(index.csharp().project(Path::new("/loose.cs")).path.as_ref(), "");
}

#[test]
fn project_usings_are_in_scope() {
    let index = workspace();
    let cs = index.csharp();
    let resolve = |text: &str| cs.resolve(text, Path::new("/App/a.cs"), 26).map(|t| t.full_name());
    assert_eq!(resolve("List<int>").unwrap(), "System.Collections.Generic.List");
    assert_eq!(resolve("Thing").unwrap(), "Extra.Thing");
    assert_eq!(resolve("It").unwrap(), "Extra.Thing");
    assert_eq!(resolve("File"), None);
    // A global using of another project does not count.
    assert_eq!(resolve("Shown"), None);
    assert_eq!(cs.resolve("Shown", Path::new("/Lib/g.cs"), 0).unwrap().full_name(), "Lib.Shown");
    let scope = cs.namespaces_in_scope(Path::new("/App/a.cs"), 26);
    assert!(scope.contains(&"App".into()) && scope.contains(&"System".into()) && !scope.contains(&"Lib".into()));
    assert!(cs.namespaces_in_scope(Path::new("/Lib/l.cs"), 0).contains(&"Lib".into()));
}

#[test]
fn references_decide_which_types_are_visible() {
    let index = workspace();
    let cs = index.csharp();
    let sees = |name: &str, file: &str| !cs.types_visible(name, Path::new(file)).is_empty();
    assert!(sees("Shown", "/App/a.cs") && sees("Shown", "/Tests/t.cs") && sees("Shown", "/loose.cs"));
    assert!(!sees("A", "/Lib/l.cs"));
    assert!(sees("A", "/App/a.cs"));
    let accessible = |name: &str, file: &str| {
        let types = cs.types_named(name);
        let source = types.iter().find(|t| t.declaration.namespace == "Lib").unwrap();
        cs.is_accessible(source, Path::new(file))
    };
    assert!(accessible("Shown", "/App/a.cs") && accessible("Out", "/App/a.cs"));
    assert!(!accessible("Hidden", "/App/a.cs") && !accessible("In", "/Lib/l.cs"));
    assert!(accessible("Hidden", "/Lib/l.cs") && accessible("Hidden", "/Tests/t.cs"));
}

#[test]
fn a_changed_project_file_takes_effect_at_once() {
    let mut index = workspace();
    assert!(index.csharp().resolve("List<int>", Path::new("/App/a.cs"), 26).is_some());
    let without: String = APP.replace("enable", "disable");
    index.set_text(Path::new("/App/App.csproj"), Some(without.into()));
    assert!(index.csharp().resolve("List<int>", Path::new("/App/a.cs"), 26).is_none());
}

#[test]
fn implicit_usings_are_inferred_where_a_project_file_is_not_read() {
    let user = |n: usize| format!("class C{n} {{ List<int> l; }}");
    let (a, b, c) = (user(1), user(2), user(3));
    let resolves = |files: [(&str, &str); 4]| {
        Index::in_memory(files).csharp().resolve("List<int>", Path::new("/a.cs"), 0).is_some()
    };
    let of =
        |sdk: &'static str| -> [(&str, &str); 4] { [("/p.csproj", sdk), ("/a.cs", &a), ("/b.cs", &b), ("/c.cs", &c)] };
    let foreign = of("<Project Sdk=\"Company.Sdk/1.0\"></Project>");
    assert!(resolves(foreign));
    assert!(resolves(of("<Project Sdk=\"Microsoft.NET.Sdk\"><Import Project=\"$(Root)x.props\"/></Project>")));
    // All was read, and nothing turns them on: then the files are what is wrong.
    assert!(!resolves(of("<Project Sdk=\"Microsoft.NET.Sdk\"></Project>")));
    // A single file without the using is not enough.
    let with = |n: usize| format!("using System.Collections.Generic; class C{n} {{ List<int> l; }}");
    let (b, c) = (with(2), with(3));
    assert!(!resolves([foreign[0], foreign[1], ("/b.cs", &b), ("/c.cs", &c)]));
}

#[test]
fn what_a_project_reaches_and_who_declares_the_rest() {
    let index = workspace();
    let cs = index.csharp();
    assert!(
        cs.reaches_namespace("Lib", Path::new("/App/a.cs")) && !cs.reaches_namespace("App", Path::new("/Lib/l.cs"))
    );
    assert!(cs.reaches_namespace("System.Linq", Path::new("/Lib/l.cs")));
    let names = |n: &str| cs.projects_with_namespace(n).iter().map(|p| p.assembly_name.to_string()).collect::<Vec<_>>();
    assert_eq!(names("App"), ["App"]);
    assert!(names("Nowhere").is_empty());
    let project = |path: &str| cs.projects().into_iter().find(|p| p.path.ends_with(path)).unwrap();
    let (app, lib) = (project("App.csproj"), project("Lib.csproj"));
    assert!(cs.project_sees(&app, &lib) && !cs.project_sees(&lib, &app));
}

/// Project files let guess what a build said to the compiler; its log knows.
#[test]
fn a_build_tells_how_a_project_is_compiled() {
    let mut index = workspace();
    let app = Path::new("/App/a.cs");
    let project = index.csharp().project(app);
    assert_eq!(index.csharp().is_compiled(app, "OWN && !OTHER"), None);
    let call = |project: &str, framework: Option<&str>| CompiledProject {
        project: project.into(),
        framework: framework.map(Into::into),
        defines: vec!["OWN".into(), "NET8_0".into()],
        nullable: Some(!index.csharp().project(app).nullable),
        lang_version: Some("14.0".into()),
    };
    // Of another machine, and one of another project.
    let calls = vec![call("C:\\ci\\App\\App.csproj", None), call("/ci/Other/App.csproj", None)];
    index.set_compiled_projects(calls.clone());
    let now = index.csharp().project(app);
    assert_eq!((now.nullable, now.lang_version.as_str()), (!project.nullable, "14.0"));
    assert_eq!(index.csharp().is_compiled(app, "OWN && !OTHER"), Some(true));
    assert_eq!(index.csharp().is_compiled(app, "NET10_0_OR_GREATER || DEBUG"), Some(false));
    assert_eq!(index.csharp().is_compiled(Path::new("/Lib/l.cs"), "OTHER"), None);
    // It holds after project files change, and in copies.
    let text = index.text(Path::new("/App/App.csproj")).unwrap();
    index.set_text(Path::new("/App/App.csproj"), Some(format!("{text}\n").into()));
    assert_eq!(index.csharp().is_compiled(app, "OTHER"), Some(false));
    let copy = index.fork().open(index.system().clone());
    assert_eq!(copy.csharp().is_compiled(app, "OTHER"), Some(false));
    index.set_compiled_projects(Vec::new());
    assert_eq!(*index.csharp().project(app), *project);
}
