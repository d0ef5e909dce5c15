use super::*;
use std::fs;

/// A folder with a fake `dotnet`, its SDKs, and package managers, beside the sources.
struct Layout {
    dir: tempfile::TempDir,
    root: PathBuf,
    environment: Environment,
}

const SDK: &str = "10.0.401";

impl Layout {
    /// Files by path below the root; `path: content`. An empty `tools` is a machine without any.
    fn new(files: &[(&str, &str)], tools: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().canonicalize().unwrap();
        let root = base.join("root");
        fs::create_dir(&root).unwrap();
        let write = |path: PathBuf, text: &str| {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for (path, text) in files {
            write(root.join(path), text);
        }
        let suffix = if cfg!(windows) { ".exe" } else { "" };
        for tool in tools {
            write(base.join("tools").join(format!("{tool}{suffix}")), "");
        }
        fs::create_dir_all(base.join("tools/sdk").join(SDK)).unwrap();
        let environment = Environment::new(base.join("tools").into(), Some(base.clone()));
        Self { dir, root, environment }
    }

    /// The command, or the sentence, without the folders of this machine.
    fn found(&self, target: Option<&str>) -> String {
        let found = match target {
            Some(target) => target_in(&self.root, &self.root.join(target), &self.environment).map(Some),
            None => detect_in(&self.root, &self.environment),
        };
        let text = match found {
            Ok(Some(found)) => found.command,
            Ok(None) => "nothing".to_owned(),
            Err(e) => format!("! {e}"),
        };
        let base = self.dir.path().canonicalize().unwrap();
        text.replace(&format!("{}/", self.root.display()), "").replace(&base.display().to_string(), "")
    }
}

const ALL: &[&str] = &["dotnet", "npm", "pnpm", "yarn", "bun"];
const TSC: (&str, &str) = ("node_modules/.bin/tsc", "");
const APP: &str = r#"<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="..\Lib\Lib.csproj" /></ItemGroup></Project>"#;
const TESTS: &str =
    r#"<Project><ItemGroup><ProjectReference Include='../../src/App/App.csproj' /></ItemGroup></Project>"#;
const LIB: &str = r#"<Project Sdk="Microsoft.NET.Sdk" />"#;

/// Name, files, what is named on the command line, and the command; after `!` what the sentence holds.
type Row = (&'static str, &'static [(&'static str, &'static str)], Option<&'static str>, &'static [&'static str]);

#[cfg(unix)]
#[test]
fn layouts_and_their_commands() {
    let rows: &[Row] = &[
        // .NET, in the folder itself.
        ("slnx", &[("Shop.slnx", ""), ("App.csproj", LIB)], None, &["dotnet build Shop.slnx -nologo"]),
        ("sln with a blank", &[("My Shop.sln", "")], None, &["dotnet build 'My Shop.sln' -nologo"]),
        ("sln beside its slnx", &[("Shop.sln", ""), ("Shop.slnx", "")], None, &["dotnet build Shop.slnx -nologo"]),
        ("sln with filters", &[("Shop.sln", ""), ("Web.slnf", "{}")], None, &["dotnet build Shop.sln -nologo"]),
        ("slnf alone", &[("Web.slnf", "{}")], None, &["dotnet build Web.slnf -nologo"]),
        (
            "two solutions",
            &[("A.sln", ""), ("B.slnx", "")],
            None,
            &["!", "several solutions", "buildfix fix B.slnx", "buildfix fix A.sln", "buildfix.toml"],
        ),
        (
            "csproj",
            &[("App.csproj", LIB), ("Directory.Build.props", "<Project/>")],
            None,
            &["dotnet build App.csproj -nologo"],
        ),
        ("an option for a name", &[("-x.csproj", LIB)], None, &["dotnet build ./-x.csproj -nologo"]),
        (
            "vbproj beside csproj",
            &[("App.csproj", LIB), ("Old.vbproj", LIB)],
            None,
            &["dotnet build App.csproj -nologo"],
        ),
        ("traversal", &[("dirs.proj", LIB), ("src/A/A.csproj", LIB)], None, &["dotnet build dirs.proj -nologo"]),
        (
            "two projects",
            &[("A.csproj", LIB), ("B.csproj", LIB)],
            None,
            &["!", "several projects", "fix A.csproj", "fix B.csproj"],
        ),
        // Below.
        (
            "sln below",
            &[("src/Shop.sln", ""), ("src/App/App.csproj", LIB)],
            None,
            &["dotnet build src/Shop.sln -nologo"],
        ),
        (
            "solutions below",
            &[("a/A.sln", ""), ("b/B.sln", "")],
            None,
            &["!", "several solutions", "buildfix fix a/A.sln"],
        ),
        (
            "one project below",
            &[("src/App/App.csproj", LIB), ("docs/x.md", "")],
            None,
            &["dotnet build src/App/App.csproj -nologo"],
        ),
        (
            "projects below, one builds the others",
            &[("src/App/App.csproj", APP), ("src/Lib/Lib.csproj", LIB), ("tests/T/T.csproj", TESTS)],
            None,
            &["dotnet build tests/T/T.csproj -nologo"],
        ),
        (
            "projects below",
            &[("src/App/App.csproj", APP), ("src/Lib/Lib.csproj", LIB), ("src/Web/Web.csproj", LIB)],
            None,
            &["!", "several projects", "fix src/App/App.csproj", "fix src/Web/Web.csproj"],
        ),
        (
            "what was made",
            &[("bin/X.csproj", LIB), ("node_modules/y/Y.csproj", LIB), (".git/Z.sln", "")],
            None,
            &["nothing"],
        ),
        ("only settings", &[("Directory.Build.props", "<Project/>"), ("global.json", "{}")], None, &["nothing"]),
        // Apps of one file.
        (
            "app with directives",
            &[("app.cs", "#:package Humanizer@2.14.1\nConsole.WriteLine();")],
            None,
            &["dotnet build app.cs -nologo"],
        ),
        (
            "app with a shebang",
            &[("run", ""), ("tool.cs", "#!/usr/bin/env dotnet\n")],
            None,
            &["dotnet build tool.cs -nologo"],
        ),
        ("sources alone", &[("A.cs", "class A;"), ("B.cs", "class B;")], None, &["nothing"]),
        // SDKs.
        (
            "global.json",
            &[("A.csproj", LIB), ("global.json", r#"{ /* why */ "sdk": { "version": "8.0.100" } }"#)],
            None,
            &[
                "!",
                "global.json pins the .NET SDK to 8.0.100",
                "latestPatch",
                "10.0.401",
                "/tools/sdk",
                "Install 8.0.100",
            ],
        ),
        (
            "global.json that rolls forward",
            &[("A.csproj", LIB), ("global.json", r#"{"sdk":{"version":"8.0.100","rollForward":"latestMajor"}}"#)],
            None,
            &["dotnet build A.csproj -nologo"],
        ),
        (
            "global.json without a version",
            &[("A.csproj", LIB), ("global.json", r#"{"sdk":{"allowPrerelease":false}}"#)],
            None,
            &["dotnet build A.csproj -nologo"],
        ),
        // TypeScript.
        (
            "tsconfig",
            &[("tsconfig.json", "{}"), TSC],
            None,
            &["node_modules/.bin/tsc --noEmit --pretty false -p tsconfig.json"],
        ),
        (
            "solution-style tsconfig",
            &[("tsconfig.json", "{ // all\n \"files\": [], \"references\": [{ \"path\": \"./app\" }] }"), TSC],
            None,
            &["node_modules/.bin/tsc -b tsconfig.json --pretty false"],
        ),
        (
            "tsconfigs of several purposes",
            &[("tsconfig.base.json", "{}"), ("tsconfig.build.json", "{}"), ("tsconfig.spec.json", "{}"), TSC],
            None,
            &["node_modules/.bin/tsc --noEmit --pretty false -p tsconfig.build.json"],
        ),
        (
            "tsconfigs",
            &[("tsconfig.main.json", "{}"), ("tsconfig.renderer.json", "{}"), TSC],
            None,
            &["!", "several tsconfigs", "fix tsconfig.main.json"],
        ),
        (
            "not installed",
            &[("tsconfig.json", "{}"), ("package.json", "{}"), ("pnpm-lock.yaml", "")],
            None,
            &["!", "TypeScript is not installed", "Run: pnpm install"],
        ),
        (
            "script typecheck",
            &[
                ("tsconfig.json", "{}"),
                ("package.json", r#"{"scripts":{"build":"vite build","typecheck":"tsc -p tsconfig.json"}}"#),
                TSC,
            ],
            None,
            &["node_modules/.bin/tsc -p tsconfig.json --noEmit --pretty false"],
        ),
        (
            "script of Vite",
            &[
                ("tsconfig.json", "{}"),
                ("package.json", r#"{"scripts":{"dev":"vite","build":"tsc -b && vite build"}}"#),
                TSC,
            ],
            None,
            &["node_modules/.bin/tsc -b --pretty false"],
        ),
        (
            "scripts of Vue",
            &[
                ("tsconfig.json", "{}"),
                ("node_modules/.bin/vue-tsc", ""),
                (
                    "package.json",
                    r#"{"scripts":{"build":"run-p type-check \"build-only {@}\" --","build-only":"vite build","type-check":"vue-tsc --build"}}"#,
                ),
            ],
            None,
            &["node_modules/.bin/vue-tsc --build"],
        ),
        (
            "script check of a linter",
            &[
                ("tsconfig.json", "{}"),
                ("package.json", r#"{"scripts":{"check":"biome check .","build":"next build"}}"#),
                TSC,
            ],
            None,
            &["node_modules/.bin/tsc --noEmit --pretty false -p tsconfig.json"],
        ),
        (
            "script that watches",
            &[("tsconfig.json", "{}"), ("package.json", r#"{"scripts":{"typecheck":"tsc --noEmit -w"}}"#), TSC],
            None,
            &["node_modules/.bin/tsc --noEmit --pretty false -p tsconfig.json"],
        ),
        (
            "turbo",
            &[("package.json", r#"{"packageManager":"yarn@4.1.0","scripts":{"check-types":"turbo run check-types"}}"#)],
            None,
            &["yarn run check-types"],
        ),
        (
            "pnpm -r",
            &[("package.json", r#"{"scripts":{"typecheck":"pnpm -r typecheck"}}"#), ("pnpm-lock.yaml", "")],
            None,
            &["pnpm run typecheck"],
        ),
        (
            "npm workspaces",
            &[
                ("package.json", r#"{"workspaces":["packages/*"]}"#),
                ("packages/a/tsconfig.json", "{}"),
                ("packages/a/package.json", "{}"),
                ("packages/b/tsconfig.json", "{}"),
                ("packages/b/package.json", "{}"),
                ("other/tsconfig.json", "{}"),
                TSC,
            ],
            None,
            &["s=0; node_modules/.bin/tsc --noEmit --pretty false -p packages/a/tsconfig.json || s=$?; \
                 node_modules/.bin/tsc --noEmit --pretty false -p packages/b/tsconfig.json || s=$?; exit $s"],
        ),
        (
            "pnpm workspaces of composite projects",
            &[
                ("package.json", "{}"),
                ("pnpm-workspace.yaml", "packages:\n  # all\n  - 'libs/*'\n  - \"!libs/old\"\n"),
                ("libs/a/tsconfig.json", r#"{"compilerOptions":{"composite":true}}"#),
                ("libs/a/package.json", "{}"),
                ("libs/b/tsconfig.json", r#"{"compilerOptions":{"composite":true}}"#),
                ("libs/b/package.json", "{}"),
                ("libs/old/tsconfig.json", "{}"),
                ("libs/old/package.json", "{}"),
                TSC,
            ],
            None,
            &["node_modules/.bin/tsc -b libs/a/tsconfig.json libs/b/tsconfig.json --pretty false"],
        ),
        (
            "tsconfig below",
            &[("web/tsconfig.json", "{}"), ("web/e2e/tsconfig.json", "{}"), ("web/node_modules/.bin/tsc", "")],
            None,
            &["web/node_modules/.bin/tsc --noEmit --pretty false -p web/tsconfig.json"],
        ),
        // Which of two.
        ("both", &[("App.csproj", LIB), ("tsconfig.json", "{}"), TSC], None, &["dotnet build App.csproj -nologo"]),
        (
            "TypeScript above .NET",
            &[("tsconfig.json", "{}"), TSC, ("samples/A.csproj", LIB)],
            None,
            &["node_modules/.bin/tsc --noEmit --pretty false -p tsconfig.json"],
        ),
        (
            "package.json of hooks",
            &[("package.json", r#"{"devDependencies":{"husky":"9"}}"#), ("src/S.sln", "")],
            None,
            &["dotnet build src/S.sln -nologo"],
        ),
        ("nothing", &[("main.go", "")], None, &["nothing"]),
        // What is named.
        ("fix slnx", &[("A.slnx", ""), ("B.slnx", "")], Some("B.slnx"), &["dotnet build B.slnx -nologo"]),
        (
            "fix csproj",
            &[("src/App/App.csproj", APP)],
            Some("src/App/App.csproj"),
            &["dotnet build src/App/App.csproj -nologo"],
        ),
        ("fix app.cs", &[("app.cs", "Console.WriteLine();")], Some("app.cs"), &["dotnet build app.cs -nologo"]),
        (
            "fix a source",
            &[("src/A.csproj", LIB), ("src/x/A.cs", "class A;")],
            Some("src/x/A.cs"),
            &["!", "src/A.csproj compiles it", "--paths"],
        ),
        (
            "fix tsconfig",
            &[("tsconfig.json", "{}"), ("tsconfig.build.json", "{}"), TSC],
            Some("tsconfig.build.json"),
            &["node_modules/.bin/tsc --noEmit --pretty false -p tsconfig.build.json"],
        ),
        (
            "fix package.json",
            &[("a/package.json", r#"{"scripts":{"typecheck":"tsc"}}"#), TSC],
            Some("a/package.json"),
            &["cd a && node_modules/.bin/tsc --noEmit --pretty false"],
        ),
        ("fix a log", &[("build.log", "")], Some("build.log"), &["!", "--log build.log"]),
        ("fix anything", &[("notes.json", "{}")], Some("notes.json"), &["!", "not something that is built"]),
    ];
    let mut wrong = Vec::new();
    for (name, files, target, expected) in rows {
        let found = Layout::new(files, ALL).found(*target);
        let right = match expected {
            ["!", parts @ ..] => found.starts_with('!') && parts.iter().all(|p| found.contains(p)),
            [command] => found == *command,
            _ => false,
        };
        if !right {
            wrong.push(format!("{name}: {found}\n  and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[cfg(unix)]
#[test]
fn a_missing_dotnet_is_said() {
    let bare = Layout::new(&[("Shop.sln", "")], &[]);
    let said = bare.found(None);
    assert!(
        said.starts_with("! ") && said.contains("Shop.sln is built by `dotnet`, which is not on the path"),
        "{said}"
    );
    // One in the home is named.
    let there = Layout::new(&[("Shop.sln", "")], &[]);
    fs::create_dir_all(there.dir.path().join(".dotnet")).unwrap();
    fs::write(there.dir.path().join(".dotnet/dotnet"), "").unwrap();
    let said = there.found(None);
    assert!(std::env::var_os("DOTNET_ROOT").is_some() || said.contains("/.dotnet:$PATH"), "{said}");
    // What can be built comes first.
    let both = Layout::new(&[("Shop.sln", ""), ("tsconfig.json", "{}"), TSC], &[]);
    assert!(both.found(None).contains("tsc --noEmit"));
}

#[test]
fn the_config_comes_first_and_a_broken_one_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(detect(dir.path()).unwrap(), None);
    fs::write(dir.path().join("buildfix.toml"), "build = \"make\"\n").unwrap();
    let found = detect(dir.path()).unwrap().unwrap();
    assert_eq!((found.command.as_str(), found.origin), ("make", Origin::Config));
    fs::write(dir.path().join("buildfix.toml"), "build = \n").unwrap();
    let error = detect(dir.path()).unwrap_err().to_string();
    assert!(error.contains("buildfix.toml") && error.contains("build ="), "{error}");
}

#[cfg(unix)]
#[test]
fn a_local_tsc_is_found_from_below() {
    let dir = tempfile::tempdir().unwrap();
    let package = dir.path().join("my packages/a");
    fs::create_dir_all(&package).unwrap();
    fs::create_dir_all(dir.path().join("node_modules/.bin")).unwrap();
    fs::write(dir.path().join("node_modules/.bin/tsc"), "").unwrap();
    assert_eq!(detect(&package).unwrap(), None);
    fs::write(package.join("tsconfig.json"), "{}").unwrap();
    let found = detect(&package).unwrap().unwrap();
    assert_eq!(found.origin, Origin::Tool("tsc"));
    assert!(found.command.contains("node_modules/.bin/tsc"), "{}", found.command);
}
