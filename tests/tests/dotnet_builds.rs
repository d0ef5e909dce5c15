//! Builds of a real .NET SDK: how the command is found, that the binary log is read whatever the console says, what is built again to verify, and that
//! nothing stays running. Skipped without an SDK.
#![cfg(target_os = "linux")]

mod sandbox;

use sandbox::{Ran, Sandbox};
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

const LIBRARY: &str = r#"<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable>
  <ImplicitUsings>enable</ImplicitUsings></PropertyGroup></Project>"#;
const WARNING: &str = "public class W { public int Length(string? s) { return s.Length; } }\n";

/// A solution of two projects that reference a third, and one that stands alone. Every one has a warning.
fn solution() -> Sandbox {
    let user = LIBRARY.replace(
        "</PropertyGroup>",
        "</PropertyGroup><ItemGroup><ProjectReference Include=\"../Core/Core.csproj\" /></ItemGroup>",
    );
    let sandbox = Sandbox::new(&[
        ("src/Core/Core.csproj", LIBRARY),
        ("src/Web/Web.csproj", &user),
        ("src/Tool/Tool.csproj", &user),
        ("src/Alone/Alone.csproj", LIBRARY),
    ]);
    let names = ["Core", "Web", "Tool", "Alone"];
    for name in names {
        sandbox.write(&format!("src/{name}/W.cs"), format!("namespace {name};\n{WARNING}").as_bytes());
    }
    let projects: String = names.iter().map(|n| format!("<Project Path=\"src/{n}/{n}.csproj\" />")).collect();
    sandbox.write("Shop.slnx", format!("<Solution>{projects}</Solution>").as_bytes());
    sandbox
}

struct Sdk(BTreeMap<String, String>);

impl Sdk {
    fn get(test: &str) -> Option<Self> {
        match tests::dotnet() {
            Ok(variables) => Some(Self(variables)),
            Err(why) => {
                tests::skip(test, &why);
                None
            }
        }
    }

    fn run(&self, sandbox: &Sandbox, arguments: &[&str]) -> Ran {
        let mut command = sandbox.command(arguments);
        command.envs(&self.0).env("BUILDFIX_TEST_MARK", &sandbox.root).env("BUILDFIX_LOG", "build=debug");
        // Nodes that wait are ours to end.
        command.env_remove("MSBUILDDISABLENODEREUSE");
        let output = command.output().expect("the program starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

fn codes(ran: &Ran) -> Vec<(String, String)> {
    let report = ran.json();
    let all = report["diagnostics"].as_array().expect("a list").iter();
    let mut out: Vec<_> = all.map(|d| (d["path"].to_string(), d["code"].to_string())).collect();
    out.sort();
    out
}

#[test]
fn the_binary_log_is_read_whatever_the_console_says() {
    let Some(sdk) = Sdk::get("the_binary_log_is_read_whatever_the_console_says") else { return };
    let sandbox = solution();
    let json = ["--output-format", "json"];
    // A console that says nothing at all.
    let silent = "dotnet build -v:q -clp:ErrorsOnly";
    let quiet = sdk.run(&sandbox, &[&["check", ".", "--build", silent][..], &json].concat()).expect(1);
    assert_eq!(codes(&quiet).len(), 4, "{}", quiet.stdout);
    let report = quiet.json();
    assert!(report["build"]["binaryLog"] == true && report["build"]["compiled"] == 4, "{}", quiet.stdout);
    let project = report["diagnostics"][0]["projects"][0]["path"].as_str().unwrap_or_default().to_owned();
    assert!(project.ends_with(".csproj"), "{project}");

    // What is up to date says nothing, and that is said.
    let again = sdk.run(&sandbox, &["check", "Shop.slnx", "--trust"]).expect(0);
    assert!(again.stdout.contains("up to date and not compiled: 4 of 4 projects"), "{}", again.stdout);
    assert!(again.stdout.contains("--all-diagnostics") && again.stdout.contains("build "), "{}", again.stdout);
    let all = sdk.run(&sandbox, &[&["check", "--trust", "--all-diagnostics"][..], &json].concat()).expect(1);
    assert_eq!(codes(&all), codes(&quiet));
    // A script that calls MSBuild.
    sandbox.write("src/Core/W.cs", format!("namespace Core;\n{WARNING}\n").as_bytes());
    let script = sdk.run(
        &sandbox,
        &[&["check", ".", "--build", "cd src && dotnet build Core -v:q -clp:ErrorsOnly"][..], &json].concat(),
    );
    assert_eq!(codes(&script.expect(1)).len(), 1);
    let state = sandbox.outside("state");
    let left: Vec<_> = walk(&state).into_iter().filter(|p| p.contains("build-") || p.contains("slnf")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn verifying_builds_what_is_affected_and_leaves_nothing_running() {
    let Some(sdk) = Sdk::get("verifying_builds_what_is_affected_and_leaves_nothing_running") else { return };
    let sandbox = solution();
    sandbox.write("src/Web/Bad.cs", b"namespace Web;\nclass Bad { int One() { return 1 } }\n");
    let arguments = ["fix", "--trust", "--write", "--verify", "--output-format", "json"];
    let ran = sdk.run(&sandbox, &arguments).expect(0);
    assert!(sandbox.read("src/Web/Bad.cs").contains("return 1;"));
    let builds: Vec<&str> = ran.stderr.lines().filter(|l| l.contains("building command=")).collect();
    assert!(builds[0].contains("dotnet build Shop.slnx") && !builds[0].contains("--no-restore"), "{builds:?}");
    let partial = |b: &&str| b.contains(".slnf") && b.contains("--no-restore");
    assert!(builds.len() > 1 && builds[1..].iter().all(partial), "{builds:?}");
    // What was not built again keeps its warnings: those of the three others, and the one behind the error.
    let warnings: Vec<_> = codes(&ran).into_iter().filter(|(_, code)| code.contains("CS8602")).collect();
    assert_eq!(warnings.len(), 4, "{}", ran.stdout);
    let end = Instant::now() + Duration::from_secs(20);
    while left(&sandbox) > 0 {
        assert!(Instant::now() < end, "{} processes of the build are left", left(&sandbox));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Processes that inherited the mark of this run.
fn left(sandbox: &Sandbox) -> usize {
    let mark = format!("BUILDFIX_TEST_MARK={}", sandbox.root.display());
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    let has_mark = |environ: Vec<u8>| environ.split(|b| *b == 0).any(|variable| variable == mark.as_bytes());
    processes.filter(|p| fs::read(p.path().join("environ")).is_ok_and(has_mark)).count()
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut out = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            out.push(entry.path().display().to_string());
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    out
}
