//! Causes: what is wrong outside of the text that a diagnostic points at.
//!
//! A lost reference, a package that is not there or a base type that is not found make the compiler report many things that are right as they
//! are written. Nothing is derived from such echoes: what would repair one (a stub, another spelling, a removed directive) hides the cause.

use diagnostics::{BuildDiagnostic, Severity};
use std::fmt;

/// Why a diagnostic is only an echo, in the words of the cause.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Cause {
    /// A project does not refer to the project that declares what it uses.
    LostProject {
        /// The project that uses it.
        from: String,
        /// The projects that declare it.
        to: Vec<String>,
    },
    /// A project names packages whose assemblies are not there.
    NotRestored {
        /// The packages, in order.
        packages: Vec<String>,
        /// The project that names it.
        project: String,
    },
    /// Files of a project rely on the SDK's implicit usings, and the project does not have them.
    NoImplicitUsings {
        /// The project.
        project: String,
        /// How many of its files.
        files: usize,
    },
    /// A namespace is declared neither in the tree nor in a package that the project refers to.
    UnknownNamespace {
        /// The namespace.
        namespace: String,
        /// A package that may have it, because another project refers to it.
        package: Option<String>,
    },
    /// A base type of the type is not found.
    UnknownBase {
        /// The base type.
        base: String,
    },
    /// No dependency is installed at all.
    NoModules {
        /// The command that installs them.
        command: &'static str,
    },
    /// A dependency that the package lists is not installed.
    NotInstalled {
        /// The dependency.
        package: String,
        /// The command that installs what is listed.
        command: &'static str,
    },
    /// A dependency is neither listed nor installed.
    NotListed {
        /// The dependency.
        package: String,
    },
    /// The types of Node.js are not installed.
    NoNodeTypes,
    /// A generator has not run.
    NotGenerated {
        /// The module that it writes.
        module: String,
        /// How to run it, where that is known.
        command: String,
    },
    /// What a package of the tree was built to is older than its sources, or missing.
    OldOutput {
        /// The package.
        package: String,
    },
    /// A tool could not do its part.
    Tool {
        /// What to do.
        advice: &'static str,
    },
}

impl fmt::Display for Cause {
    /// A sentence without capital and full stop: what is wrong, and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LostProject { from, to } => {
                let to: Vec<String> = to.iter().map(|p| format!("'{p}'")).collect();
                write!(
                    f,
                    "project '{from}' has no reference to {}, which declares it; add the reference",
                    to.join(" or ")
                )
            }
            Self::NotRestored { packages, project } => {
                let (what, are) = if packages.len() == 1 { ("package", "is") } else { ("packages", "are") };
                let listed: Vec<String> = packages.iter().map(|p| format!("'{p}'")).collect();
                write!(
                    f,
                    "{what} {} of project '{project}' {are} not restored; run `dotnet restore`",
                    listed.join(", ")
                )
            }
            Self::NoImplicitUsings { project, files } => write!(
                f,
                "project '{project}' has no implicit usings, and {files} of its files rely on them; set <ImplicitUsings>enable</ImplicitUsings>"
            ),
            Self::UnknownNamespace { namespace, package: Some(package) } => {
                write!(f, "no reference has the namespace '{namespace}'; run `dotnet add package {package}`")
            }
            Self::UnknownNamespace { namespace, package: None } => {
                write!(f, "no reference has the namespace '{namespace}'; add the package or project that has it")
            }
            Self::UnknownBase { base } => write!(f, "the base type '{base}' is not found; repair that first"),
            Self::NoModules { command } => write!(f, "node_modules is missing; run `{command}`"),
            Self::NotInstalled { package, command } => {
                write!(f, "package '{package}' is listed but not installed; run `{command}`")
            }
            Self::NotListed { package } => {
                write!(f, "package '{package}' is neither listed in package.json nor installed; add it")
            }
            Self::NoNodeTypes => f.write_str("the types of Node.js are not installed; add '@types/node'"),
            Self::NotGenerated { module, command } if command.is_empty() => {
                write!(f, "'{module}' is not generated yet; run its generator")
            }
            Self::NotGenerated { module, command } => write!(f, "'{module}' is not generated yet; run `{command}`"),
            Self::OldOutput { package } => {
                write!(f, "what package '{package}' was built to is older than its sources; build it first")
            }
            Self::Tool { advice } => f.write_str(advice),
        }
    }
}

/// What a tool other than a compiler complains about: code, and whether a warning counts too.
const TOOLS: &[(&[&str], bool, &str)] = &[
    (
        &["NETSDK1004", "NETSDK1005", "NETSDK1047", "NETSDK1064"],
        false,
        "the packages are not restored; run `dotnet restore`",
    ),
    (
        &[
            "NU1100", "NU1101", "NU1102", "NU1103", "NU1104", "NU1105", "NU1106", "NU1107", "NU1108", "NU1109",
            "NU1110", "NU1201", "NU1202", "NU1203", "NU1301", "NU1302", "NU1605",
        ],
        false,
        "packages cannot be restored; repair what `dotnet restore` reports",
    ),
    (
        &["MSB3202", "MSB4025", "MSB4019", "MSB4236", "MSB4066", "MSB4067", "MSB9008", "NETSDK1045"],
        true,
        "a project cannot be loaded; repair its project file first",
    ),
    (&["CS0006"], false, "a project that it refers to was not built; build that one first"),
    (&["TS2688"], false, "types that the tsconfig names are not installed; install the dependencies"),
];

/// The cause that a diagnostic itself is about, when no source can repair it.
pub fn of_tool(diagnostic: &BuildDiagnostic) -> Option<Cause> {
    let code = diagnostic.code.as_str();
    let (_, _, advice) = TOOLS
        .iter()
        .find(|(codes, warnings, _)| codes.contains(&code) && (*warnings || diagnostic.severity == Severity::Error))?;
    Some(Cause::Tool { advice })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DiagnosticSet, RuleContext, language};
    use diagnostics::{Code, SourceDiagnostic, arguments_of};
    use index::Index;
    use semantics::Semantics;
    use std::path::Path;
    use text::{ContentHash, TextRange};

    /// The causes of the diagnostics of a build, each given by file, word, code and message, in words.
    fn causes(files: &[(&str, &str)], build: &[(&str, &str, &str, &str)]) -> Vec<String> {
        let index = Index::in_memory(files.iter().copied());
        let placed: Vec<SourceDiagnostic> = build
            .iter()
            .map(|(file, word, code, message)| {
                let text = index.text(Path::new(file)).unwrap();
                let start = text.find(word).unwrap();
                let code = Code::new(*code);
                SourceDiagnostic {
                    path: Path::new(file).into(),
                    range: TextRange::empty(start),
                    text_hash: ContentHash::of(text.as_bytes()),
                    severity: Severity::Error,
                    arguments: arguments_of(&code, message).into(),
                    trust: Default::default(),
                    message: (*message).into(),
                    code,
                }
            })
            .collect();
        let set = DiagnosticSet::new(placed.iter().cloned());
        let of = |d: &SourceDiagnostic| {
            let source = index.source(&d.path).unwrap();
            let ctx = RuleContext::new(d, Semantics::new(&index, &source), &set);
            language::cause(&ctx).map(|c| c.to_string()).unwrap_or_default()
        };
        placed.iter().map(of).collect()
    }

    fn not_found(name: &str) -> String {
        format!(
            "The type or namespace name '{name}' could not be found (are you missing a using directive or an assembly reference?)"
        )
    }

    fn not_in(name: &str, namespace: &str) -> String {
        format!(
            "The type or namespace name '{name}' does not exist in the namespace '{namespace}' (are you missing an assembly reference?)"
        )
    }

    const PROJECT: &str = "<Project Sdk=\"Microsoft.NET.Sdk\">\n</Project>\n";

    #[test]
    fn a_reference_to_a_project_of_the_tree() {
        let found = causes(
            &[
                ("/Lib/Lib.csproj", PROJECT),
                ("/Lib/o.cs", "namespace Shop.Lib { public class Order { } }\n"),
                ("/App/App.csproj", PROJECT),
                ("/App/a.cs", "using Shop.Lib;\nnamespace Shop.App { class A { Order o; Ordr p; List<int> l; } }\n"),
            ],
            &[
                ("/App/a.cs", "Lib", "CS0234", &not_in("Lib", "Shop")),
                ("/App/a.cs", "Order", "CS0246", &not_found("Order")),
                ("/App/a.cs", "List", "CS0246", &not_found("List<>")),
            ],
        );
        let lost = "project 'App' has no reference to 'Lib', which declares it; add the reference";
        assert_eq!(found, [lost, lost, ""]);
    }

    #[test]
    fn implicit_usings_that_a_project_lost() {
        let code = |class: &str| {
            format!("namespace Shop {{ class {class} {{ List<int> l; Task Run() {{ Console.Beep(); }} Odd o; }} }}\n")
        };
        let (a, b, c) = (code("A"), code("B"), code("C"));
        let own = "using System;\nnamespace Shop { class D { DateTime t; } }\n";
        let missed = |file: &'static str| {
            [
                (file, "List", "CS0246", not_found("List<>")),
                (file, "Console", "CS0103", "The name 'Console' does not exist in the current context".to_owned()),
                (file, "Odd", "CS0246", not_found("Odd")),
            ]
        };
        let all: Vec<_> = ["/App/a.cs", "/App/b.cs", "/App/c.cs"].into_iter().flat_map(missed).collect();
        let build: Vec<_> = all.iter().map(|(f, w, c, m)| (*f, *w, *c, m.as_str())).collect();
        let mut files = vec![
            ("/App/App.csproj", PROJECT),
            ("/App/a.cs", &*a),
            ("/App/b.cs", &*b),
            ("/App/c.cs", &*c),
            ("/App/d.cs", own),
        ];
        let lost = "project 'App' has no implicit usings, and 3 of its files rely on them; set <ImplicitUsings>enable</ImplicitUsings>";
        assert_eq!(causes(&files, &build), [lost, lost, "", lost, lost, "", lost, lost, ""]);
        // Two files say little, and most files have their own directives.
        assert_eq!(causes(&files, &build[..6]), [""; 6]);
        files.extend([("/App/e.cs", own), ("/App/f.cs", own)]);
        assert_eq!(causes(&files, &build), [""; 9]);
    }

    #[test]
    fn a_package_that_is_not_there() {
        let with = PROJECT.replace(
            "</Project>",
            "<ItemGroup><PackageReference Include=\"Some.Mediator.Core\" Version=\"1\" /></ItemGroup></Project>",
        );
        let code = "using Some.Mediator;\nusing Sytem.Text;\nclass Ping : IRequest { Result r; List<int> l; }\n";
        let build = [
            ("/App/a.cs", "Some", "CS0246", not_found("Some")),
            ("/App/a.cs", "Sytem", "CS0246", not_found("Sytem")),
            ("/App/a.cs", "IRequest", "CS0246", not_found("IRequest")),
            ("/App/a.cs", "Result", "CS0246", not_found("Result")),
            ("/App/a.cs", "List", "CS0246", not_found("List<>")),
        ];
        let build: Vec<_> = build.iter().map(|(f, w, c, m)| (*f, *w, *c, m.as_str())).collect();
        let listed = "package 'Some.Mediator.Core' of project 'App' is not restored; run `dotnet restore`";
        assert_eq!(
            causes(&[("/App/App.csproj", &with), ("/App/a.cs", code)], &build),
            [listed, "", listed, listed, ""]
        );
        // Several packages of a project are one cause.
        let two = with.replace("</ItemGroup>", "<PackageReference Include=\"Maps\" /></ItemGroup>");
        let code_of_two = code.replace("using Sytem.Text;", "using Maps.Core;");
        let mut build_of_two = build.clone();
        let maps = not_found("Maps");
        build_of_two[1] = ("/App/a.cs", "Maps", "CS0246", &maps);
        let both = "packages 'Maps', 'Some.Mediator.Core' of project 'App' are not restored; run `dotnet restore`";
        let files = [("/App/App.csproj", two.as_str()), ("/App/a.cs", code_of_two.as_str())];
        assert_eq!(causes(&files, &build_of_two), [both, both, both, both, ""]);
        // Another project refers to it.
        let other = "no reference has the namespace 'Some.Mediator'; run `dotnet add package Some.Mediator.Core`";
        let files = [("/App/App.csproj", PROJECT), ("/App/a.cs", code), ("/B/B.csproj", &with)];
        assert_eq!(causes(&files, &build), [other, "", other, other, ""]);
    }

    #[test]
    fn a_base_type_that_is_not_found() {
        let found = causes(
            &[("/a.cs", "class Db : Context, IDb { }\nclass E : IMissing, IDb { }\ninterface IDb { void M(); }\n")],
            &[
                ("/a.cs", "Context", "CS0246", &not_found("Context")),
                ("/a.cs", "IMissing", "CS0246", &not_found("IMissing")),
                ("/a.cs", "IDb", "CS0535", "'Db' does not implement interface member 'IDb.M()'"),
                ("/a.cs", "IDb { }\ninterface", "CS0535", "'E' does not implement interface member 'IDb.M()'"),
            ],
        );
        assert_eq!(found, ["", "", "the base type 'Context' is not found; repair that first", ""]);
    }

    #[test]
    fn dependencies_that_are_not_installed() {
        let gone = |module: &str| format!("Cannot find module '{module}' or its corresponding type declarations.");
        let files = [
            ("/package.json", "{ \"dependencies\": { \"express\": \"4\" } }"),
            (
                "/a.ts",
                "import e from 'express';\nimport o from 'other';\nimport '@/alias';\nimport 'fs';\ne((req) => req);\n",
            ),
        ];
        let build = [
            ("/a.ts", "'express'", "TS2307", gone("express")),
            ("/a.ts", "'other'", "TS2307", gone("other")),
            ("/a.ts", "'@/alias'", "TS2307", gone("@/alias")),
            ("/a.ts", "'fs'", "TS2307", gone("fs")),
            ("/a.ts", "req", "TS7006", "Parameter 'req' implicitly has an 'any' type.".into()),
        ];
        let build: Vec<_> = build.iter().map(|(f, w, c, m)| (*f, *w, *c, m.as_str())).collect();
        let other = "package 'other' is neither listed in package.json nor installed; add it";
        let node = "the types of Node.js are not installed; add '@types/node'";
        let missing = "node_modules is missing; run `npm install`";
        assert_eq!(causes(&files, &build), [missing, other, "", node, missing]);
        let some = [files[0], files[1], ("/node_modules/x/index.d.ts", ""), ("/yarn.lock", "")];
        let listed = "package 'express' is listed but not installed; run `yarn install`";
        assert_eq!(causes(&some, &build), [listed, other, "", node, listed]);
    }

    #[test]
    fn code_that_is_not_generated_or_built() {
        let files = [
            (
                "/package.json",
                "{ \"dependencies\": { \"@prisma/client\": \"5\" }, \"scripts\": { \"api:codegen\": \"x\" } }",
            ),
            (
                "/s.ts",
                "import { PrismaClient } from '@prisma/client';\nimport { api } from './generated/api';\nexport class Service extends PrismaClient {}\n",
            ),
            ("/u.ts", "import { Service } from './s';\nnew Service().user;\n"),
            ("/node_modules/@prisma/client/index.d.ts", "export {};\n"),
        ];
        let found = causes(
            &files,
            &[
                (
                    "/s.ts",
                    "PrismaClient",
                    "TS2305",
                    "Module '\"@prisma/client\"' has no exported member 'PrismaClient'.",
                ),
                (
                    "/s.ts",
                    "'./gen",
                    "TS2307",
                    "Cannot find module './generated/api' or its corresponding type declarations.",
                ),
                ("/u.ts", "user", "TS2339", "Property 'user' does not exist on type 'Service'."),
            ],
        );
        let client = "'@prisma/client' is not generated yet; run `npx prisma generate`";
        assert_eq!(found, [client, "'./generated/api' is not generated yet; run `npm run api:codegen`", client]);
        let found = causes(
            &[
                ("/core/package.json", "{ \"name\": \"@x/core\", \"types\": \"dist/index.d.ts\" }"),
                ("/core/dist/index.d.ts", "export declare const old: 1;\n"),
                ("/core/src/index.ts", "export const old = 1;\nexport const fresh = 2;\n"),
                ("/app/package.json", "{ \"name\": \"app\", \"dependencies\": { \"@x/core\": \"*\" } }"),
                ("/app/a.ts", "import { fresh, gone } from '@x/core';\n"),
            ],
            &[
                ("/app/a.ts", "fresh", "TS2305", "Module '\"@x/core\"' has no exported member 'fresh'."),
                ("/app/a.ts", "gone", "TS2305", "Module '\"@x/core\"' has no exported member 'gone'."),
            ],
        );
        assert_eq!(found, ["what package '@x/core' was built to is older than its sources; build it first", ""]);
    }

    #[test]
    fn causes_are_sentences_that_say_what_to_do() {
        let lost = Cause::LostProject { from: "Shop.Tests".into(), to: vec!["Shop.Core".into()] };
        assert_eq!(
            lost.to_string(),
            "project 'Shop.Tests' has no reference to 'Shop.Core', which declares it; add the reference"
        );
        let module = Cause::NotGenerated { module: "./gen/api".into(), command: String::new() };
        assert_eq!(module.to_string(), "'./gen/api' is not generated yet; run its generator");
    }
}
