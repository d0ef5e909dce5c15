//! What restoring, MSBuild and the SDK complain about, in words that say what to do.
//!
//! Sentences are made from codes and arguments: messages come in many languages.

use codegen::msbuild::nearest;
use diagnostics::Severity;
use index::Index;
use std::fmt;

/// What is wrong with a project, or with several in the same way.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ProjectCause {
    /// Their names.
    pub projects: Vec<String>,
    /// What is wrong; `{project}` stands for the projects.
    what: String,
    /// What to do; may be empty.
    advice: String,
}

impl ProjectCause {
    /// A cause in the words of whoever knows it; `{project}` stands for the project.
    pub fn new(project: Option<&str>, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { projects: project.into_iter().map(str::to_owned).collect(), what: what.into(), advice: advice.into() }
    }

    /// Takes the projects of `other`, when the same is wrong with them.
    pub fn join(&mut self, other: &Self) -> bool {
        // Without a project: it is passed on from one that has it.
        let same = self.what == other.what && self.advice == other.advice;
        if same {
            self.projects.extend(other.projects.iter().cloned());
            self.projects.sort();
            self.projects.dedup();
        }
        same
    }
}

/// Projects that a sentence names.
const NAMED: usize = 3;

impl fmt::Display for ProjectCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.projects.iter().take(NAMED).map(|p| format!("'{p}'")).collect();
        let word = match self.projects.first().and_then(|p| p.rsplit_once('.')).map_or("", |(_, extension)| extension) {
            "sln" | "slnx" | "slnf" => "solution",
            "props" | "targets" => "file",
            _ => "project",
        };
        let more = self.projects.len().saturating_sub(NAMED);
        let project = match (self.projects.len(), more) {
            (0, _) => "the project".to_owned(),
            (1, _) => format!("{word} {}", names.join("")),
            (_, 0) => format!("{word}s {}", names.join(", ")),
            _ => format!("{word}s {} and {more} more", names.join(", ")),
        };
        // One project is, several are.
        let mut what = self.what.clone();
        if self.projects.len() > 1 {
            for (one, several) in [
                ("{project} is ", "{project} are "),
                ("{project} refers", "{project} refer"),
                ("{project} was ", "{project} were "),
            ] {
                what = what.replace(one, several);
            }
        }
        f.write_str(&what.replace("{project}", &project))?;
        if !self.advice.is_empty() {
            write!(f, "; {}", self.advice.replace("{project}", &project))?;
        }
        Ok(())
    }
}

/// A diagnostic of a project.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Its code.
    pub code: &'a str,
    /// Its severity.
    pub severity: Severity,
    /// Its message.
    pub message: &'a str,
    /// The arguments of the message, by the numbers that they have in the text that it is made of.
    pub arguments: &'a [String],
    /// The project's name.
    pub project: Option<&'a str>,
    /// The line in the project file, where the message has one.
    pub line: Option<u32>,
}

/// SDKs that a project can name.
pub const SDKS: &[&str] = &[
    "Microsoft.NET.Sdk",
    "Microsoft.NET.Sdk.Web",
    "Microsoft.NET.Sdk.Worker",
    "Microsoft.NET.Sdk.Razor",
    "Microsoft.NET.Sdk.BlazorWebAssembly",
    "Microsoft.NET.Sdk.WindowsDesktop",
    "MSTest.Sdk",
    "Aspire.AppHost.Sdk",
];

/// Parts of a project and attributes that MSBuild knows.
pub const ELEMENTS: &[&str] = &[
    "PropertyGroup",
    "ItemGroup",
    "Target",
    "Import",
    "ImportGroup",
    "ItemDefinitionGroup",
    "Choose",
    "When",
    "Otherwise",
    "UsingTask",
    "ProjectExtensions",
    "Sdk",
];
/// Attributes of items.
pub const ATTRIBUTES: &[&str] =
    &["Include", "Exclude", "Remove", "Update", "Condition", "Label", "KeepDuplicates", "MatchOnMetadata"];

/// Whether a diagnostic with this code is about a project and not about the text that it may point at.
pub fn is_of_project(code: &str) -> bool {
    let numbered =
        |prefix: &str| code.strip_prefix(prefix).is_some_and(|n| n.len() >= 4 && n.bytes().all(|b| b.is_ascii_digit()));
    numbered("NU") || numbered("MSB") || numbered("NETSDK") || matches!(code, "CS0006" | "CS8785" | "CS8784" | "CS2001")
}

/// Warnings from which errors follow.
const WARNINGS: &[&str] = &["MSB9008", "MSB3202", "MSB3245", "MSB4011", "CS8785", "CS8784", "NU1701"];

/// Whether nothing of the project can be judged while this is so: its packages or references are not there, or it is not read at all.
pub fn is_root(code: &str, severity: Severity) -> bool {
    is_of_project(code)
        && (severity == Severity::Error && code != "CS2001" || WARNINGS.contains(&code) && code != "NU1701")
}

/// The cause that a diagnostic of a project is about. Warnings from which nothing follows have none. `index`: to know what was meant.
pub fn of_project(told: &Told<'_>, index: Option<&Index>) -> Option<ProjectCause> {
    if told.severity != Severity::Error && !WARNINGS.contains(&told.code) {
        return None;
    }
    let (what, advice) = words(told, index).unwrap_or_else(|| {
        let message = told.message.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
        let message = message.trim_end_matches('.');
        (format!("{{project}} cannot be built: {message}"), String::new())
    });
    Some(ProjectCause::new(told.project, what, advice))
}

const RESTORE: &str = "run `dotnet restore`";

fn words(told: &Told<'_>, index: Option<&Index>) -> Option<(String, String)> {
    let a = |i: usize| told.arguments.get(i).map(|a| a.trim()).filter(|a| !a.is_empty());
    let file_name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    let say = |what: String, advice: &str| Some((what, advice.to_owned()));
    match told.code {
        "NETSDK1004" => say("{project} is not restored".to_owned(), RESTORE),
        "NETSDK1064" => {
            let package = a(0).zip(a(1)).map_or("a package".to_owned(), |(id, v)| format!("package '{id}' {v}"));
            say(format!("{package} of {{project}} is not in the packages folder"), RESTORE)
        }
        "NETSDK1005" | "NETSDK1047" => {
            let target = a(2).or(a(1)).map_or("its framework".to_owned(), |t| format!("'{t}'"));
            say(format!("{{project}} was not restored for {target}"), RESTORE)
        }
        "NETSDK1127" | "NETSDK1073" => {
            say(format!("the targeting pack '{}' of {{project}} is not installed", a(0)?), RESTORE)
        }
        "NU1100" | "NU1101" => {
            let id = a(0)?.split(' ').next()?.trim_matches(['\'', '"']);
            let what = format!("no package source has the package '{id}', to which {{project}} refers");
            let advice = match index.and_then(|index| near_package(index, id)) {
                Some(near) => format!("correct its name to '{near}'"),
                None => "correct its name, or add the source that has it with `dotnet nuget add source`".to_owned(),
            };
            Some((what, advice))
        }
        "NU1102" | "NU1103" => {
            let what = format!(
                "no package source has version {} of the package '{}', to which {{project}} refers",
                a(1)?,
                a(0)?
            );
            let advice = match nearest_version(told.message) {
                Some(version) => format!("the nearest version is {version}"),
                None => "refer to a version that exists".to_owned(),
            };
            Some((what, advice))
        }
        "NU1104" | "NU1105" | "MSB3202" | "MSB9008" => {
            let path = a(0)?;
            let what = format!("{{project}} refers to the project '{}', which does not exist", path.replace('\\', "/"));
            let advice = match index.map(|index| places_of(index, &file_name(path))).as_deref() {
                Some([only]) => format!("it is in '{only}'; correct the path"),
                _ => "correct the path, or remove the reference".to_owned(),
            };
            Some((what, advice))
        }
        "NU1106" | "NU1107" => {
            let what = format!("packages of {{project}} need different versions of '{}'", a(0)?);
            let advice = match a(1) {
                Some(wanted) => format!("refer to {wanted} in the project itself"),
                None => "refer to one version of it in the project itself".to_owned(),
            };
            Some((what, advice))
        }
        "NU1109" | "NU1605" => {
            let (id, needed, own) = (a(0)?, a(1)?, a(2)?);
            say(
                format!("{{project}} refers to '{id}' {own}, and what it uses needs {needed}"),
                &format!("raise the version to {needed}"),
            )
        }
        "NU1608" => say(
            format!("{{project}}: '{}' needs {}, and {} was resolved", a(0)?, a(1)?, a(2)?),
            "choose versions that fit each other",
        ),
        "NU1201" => {
            let what = format!("{{project}} refers to project '{}', which does not support {}", a(0)?, a(1)?);
            let supports = supported(told.message);
            let advice = match supports.as_slice() {
                [] => "change the target framework of one of them".to_owned(),
                list => format!("it supports {}: change the target framework of one of them", list.join(", ")),
            };
            Some((what, advice))
        }
        "NU1202" | "NU1203" | "NU1213" => say(
            format!("the package '{}' {} of {{project}} does not support {}", a(0)?, a(1)?, a(2)?),
            "choose another version of it, or another target framework",
        ),
        "NU1008" => say(
            format!("{{project}} manages the versions of packages centrally, and has its own for {}", quoted(a(0)?)),
            "move the version to Directory.Packages.props",
        ),
        "NU1010" => say(
            format!("Directory.Packages.props has no version of {}, to which {{project}} refers", quoted(a(0)?)),
            "add a PackageVersion",
        ),
        "NU1015" => say(
            format!("{{project}} refers to {} without a version", quoted(a(0)?)),
            "add a version to the PackageReference",
        ),
        "NU1301" | "NU1302" => say(
            format!("a package source cannot be reached{}", a(0).map_or(String::new(), |s| format!(": {s}"))),
            "check the network, the address and the credentials, then run `dotnet restore`",
        ),
        "NETSDK1045" => {
            let (name, target, newest) = (a(0)?, a(1)?, a(2)?);
            say(
                format!("the SDK does not support the target framework {name} {target} of {{project}}"),
                &format!("target {name} {newest}, or install an SDK that supports {name} {target}"),
            )
        }
        "NETSDK1147" => {
            let workloads = a(0)?.lines().next()?.trim();
            say(
                format!("{{project}} needs the workload {workloads}, which is not installed"),
                "run `dotnet workload restore`",
            )
        }
        "NETSDK1100" => say(
            "{project} targets Windows and is built on another system".to_owned(),
            "set <EnableWindowsTargeting>true</EnableWindowsTargeting>",
        ),
        "NETSDK1013" | "NETSDK1046" => {
            say(format!("the target framework '{}' of {{project}} does not exist", a(0)?), "correct <TargetFramework>")
        }
        "NETSDK1022" => say(
            format!("{{project}} lists {} items that the SDK includes by itself", a(0)?),
            "remove them from the project file",
        ),
        "MSB4024" | "MSB4025" => {
            let why = a(usize::from(told.code == "MSB4024")).unwrap_or_default().trim_end_matches('.');
            // The reason ends with line and column, in every language.
            let numbers = why.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
            let last: Vec<&str> = numbers.collect();
            let of_reason = last.len().checked_sub(2).and_then(|i| last.get(i)).and_then(|n| n.parse().ok());
            let line = told.line.or(of_reason).map_or(String::new(), |line| format!(" in line {line}"));
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            let of = if told.code == "MSB4024" { "{project}" } else { "the file of {project}" };
            say(format!("{of} is no well-formed XML{line}{why}"), "repair it first")
        }
        "MSB4019" => {
            let imported = a(0)?;
            let what = format!("{{project}} imports '{}', which does not exist", a(1).or(a(0))?.replace('\\', "/"));
            let advice = match index.map(|index| places_of(index, &file_name(imported))).as_deref() {
                Some([only]) => format!("it is in '{only}'; correct the path"),
                _ => "correct the path, or restore what brings the file".to_owned(),
            };
            Some((what, advice))
        }
        "MSB4236" => {
            let sdk = a(0)?;
            let advice = match nearest(sdk, SDKS.iter().copied()) {
                Some(near) => format!("correct its name to '{near}'"),
                None => "correct its name, or name its version in global.json".to_owned(),
            };
            Some((format!("{{project}} uses the SDK '{sdk}', which is not found"), advice))
        }
        "MSB4066" | "MSB4067" | "MSB4068" => {
            let name = a(0)?;
            let (kind, list) = if told.code == "MSB4066" { ("attribute", ATTRIBUTES) } else { ("element", ELEMENTS) };
            let line = told.line.map_or(String::new(), |line| format!(" in line {line}"));
            let advice = match nearest(name, list.iter().copied()) {
                Some(near) => format!("correct it to '{near}'"),
                None => "correct or remove it".to_owned(),
            };
            Some((format!("{{project}} has the {kind} '{name}'{line}, which MSBuild does not know"), advice))
        }
        "MSB3644" => say(
            format!("the reference assemblies for {} of {{project}} are not installed", a(0)?),
            "run `dotnet add package Microsoft.NETFramework.ReferenceAssemblies`, or install the targeting pack",
        ),
        "MSB3245" => say(
            format!("an assembly to which {{project}} refers is not found: {}", a(0)?.trim_end_matches('.')),
            "correct its path, or refer to the package that has it",
        ),
        "CS0006" => say(
            format!("'{}', which {{project}} uses, was not built", file_name(a(0)?)),
            "repair the project that builds it first",
        ),
        "CS8784" | "CS8785" => say(
            format!("the source generator '{}' of {{project}} failed, and what it writes is missing", a(0)?),
            "repair what it reports, or update its package",
        ),
        "CS2001" => say(
            format!("{{project}} compiles '{}', which does not exist", file_name(a(0)?)),
            "restore the file, or remove it from the project",
        ),
        _ => None,
    }
}

/// `'a', 'b'` of `a;b`.
fn quoted(list: &str) -> String {
    let names: Vec<String> = list.split([';', ',']).map(|n| format!("'{}'", n.trim())).collect();
    names.join(", ")
}

/// The paths below the roots of the project files and imports with this name.
pub fn places_of(index: &Index, name: &str) -> Vec<String> {
    let named = |path: &std::path::Path| path.file_name().is_some_and(|n| n.eq_ignore_ascii_case(name));
    let below = |path: &std::path::Path| {
        let inside = index.roots().iter().find_map(|r| path.strip_prefix(r).ok()).unwrap_or(path);
        inside.to_string_lossy().replace('\\', "/")
    };
    index.files().filter(|p| named(p)).map(|p| below(p)).collect()
}

/// The id of a package that is spelt nearly so: of the tree, else of the table.
pub fn near_package(index: &Index, id: &str) -> Option<String> {
    let tree: Vec<String> = index.csharp().packages().iter().map(ToString::to_string).collect();
    let others = tree.iter().map(String::as_str).filter(|p| !p.eq_ignore_ascii_case(id));
    let known = super::packages::known_ids().filter(|p| !p.eq_ignore_ascii_case(id));
    nearest(id, known).or_else(|| nearest(id, others)).map(str::to_owned)
}

/// The version that NuGet names as the nearest: the last word in the brackets of `[ Nearest version: 13.0.3 ]`, in every language.
pub fn nearest_version(message: &str) -> Option<&str> {
    let inside = message.rsplit_once('[')?.1.split(']').next()?;
    let version = inside.trim().rsplit([' ', '\u{a0}', ':', '\u{ff1a}']).next()?.trim();
    version.starts_with(|c: char| c.is_ascii_digit()).then_some(version)
}

/// The frameworks that a message lists: `- net8.0 (.NETCoreApp,Version=v8.0)`, or in its last sentence.
pub fn supported(message: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default();
    // In one line, the framework that is asked for comes first.
    let one_line = first.matches(",Version=v").count() > 1;
    let words = |line: &str| -> Vec<String> {
        let found = line.match_indices(" (.NET").filter_map(|(at, _)| line[..at].rsplit([' ', '-']).next());
        found.map(str::to_owned).collect()
    };
    if one_line {
        out.extend(words(first).into_iter().skip(1));
    }
    out.extend(lines.flat_map(words));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: &str, message: &str) -> String {
        let arguments = diagnostics::arguments_of(&diagnostics::Code::new(code), message);
        let told = Told {
            code,
            severity: Severity::Error,
            message,
            arguments: &arguments,
            project: Some("App"),
            line: Some(7),
        };
        of_project(&told, None).map(|c| c.to_string()).unwrap_or_default()
    }

    #[test]
    fn messages_of_restore_in_any_language() {
        for (code, message, sentence) in [
            (
                "NU1101",
                "Unable to find package Newtonsof.Json. No packages exist with this id in source(s): feed",
                "no package source has the package 'Newtonsof.Json', to which project 'App' refers; correct its name, or add the source that has it with `dotnet nuget add source`",
            ),
            (
                "NU1101",
                "Das Paket \"Newtonsof.Json\" wurde nicht gefunden. Es sind keine Pakete mit dieser ID in folgenden Quellen vorhanden: feed",
                "no package source has the package 'Newtonsof.Json', to which project 'App' refers; correct its name, or add the source that has it with `dotnet nuget add source`",
            ),
            (
                "NU1102",
                "Unable to find package Newtonsoft.Json with version (>= 99.0.0)\n  - Found 10 version(s) in feed.example [ Nearest version: 14.0.1-beta2 ]",
                "no package source has version (>= 99.0.0) of the package 'Newtonsoft.Json', to which project 'App' refers; the nearest version is 14.0.1-beta2",
            ),
            (
                "NU1605",
                "Warning As Error: Detected package downgrade: Newtonsoft.Json from 13.0.3 to 12.0.1. Reference the package directly from the project to select a different version. \n a -> Newtonsoft.Json (>= 12.0.1)",
                "project 'App' refers to 'Newtonsoft.Json' 12.0.1, and what it uses needs 13.0.3; raise the version to 13.0.3",
            ),
            (
                "NU1201",
                "Project Newer is not compatible with net9.0 (.NETCoreApp,Version=v9.0). Project Newer supports: net10.0 (.NETCoreApp,Version=v10.0)",
                "project 'App' refers to project 'Newer', which does not support net9.0 (.NETCoreApp,Version=v9.0); it supports net10.0: change the target framework of one of them",
            ),
            (
                "NETSDK1045",
                "The current .NET SDK does not support targeting .NET 11.0.  Either target .NET 10.0 or lower, or use a version of the .NET SDK that supports .NET 11.0. Download the .NET SDK from https://aka.ms/dotnet/download",
                "the SDK does not support the target framework .NET 11.0 of project 'App'; target .NET 10.0, or install an SDK that supports .NET 11.0",
            ),
            (
                "NETSDK1004",
                "Assets file '/a/obj/project.assets.json' not found. Run a NuGet package restore to generate this file.",
                "project 'App' is not restored; run `dotnet restore`",
            ),
            (
                "NETSDK1004",
                "Die Ressourcendatei \"/a/obj/project.assets.json\" wurde nicht gefunden.",
                "project 'App' is not restored; run `dotnet restore`",
            ),
            ("NETSDK9999", "Something else is wrong.", "project 'App' cannot be built: Something else is wrong"),
            (
                "MSB4025",
                "The project file could not be loaded. The 'A' start tag on line 1 position 35 does not match the end tag of 'B'. Line 7, position 93.",
                "the file of project 'App' is no well-formed XML in line 7: The 'A' start tag on line 1 position 35 does not match the end tag of 'B'. Line 7, position 93; repair it first",
            ),
        ] {
            assert_eq!(said(code, message), sentence);
        }
    }

    #[test]
    fn what_is_wrong_with_several_projects_is_said_once() {
        let of = |project| ProjectCause::new(Some(project), "{project} is not restored", RESTORE);
        let mut all = of("A");
        assert!(all.join(&of("C")) && all.join(&of("B")) && !all.join(&ProjectCause::new(Some("D"), "x", "")));
        assert_eq!(all.to_string(), "projects 'A', 'B', 'C' are not restored; run `dotnet restore`");
    }
}
