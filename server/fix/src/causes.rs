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
    /// A project names a package whose assemblies are not there.
    NotRestored {
        /// The package.
        package: String,
        /// The project that names it.
        project: String,
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
            Self::NotRestored { package, project } => {
                write!(f, "package '{package}' of project '{project}' is not restored; run `dotnet restore`")
            }
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
